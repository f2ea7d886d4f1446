/**
 * A small map of the sub-communes of one commune, drawn as it is printed: done, not done, not told differ by mark and
 * not by colour alone.
 * @import { Board, Stand } from "./board_types.js"
 */

import { standOf } from "./board_model.js";
import { make, say } from "./text.js";

const SPACE = "http://www.w3.org/2000/svg";
/** Of the drawing's 1000. */
const RADIUS = 20;
const MARGIN = 34;

/** @param {string} tag @param {Record<string, string | number>} attributes @param {...Node} children */
function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** A mark around a point: a filled disc with a tick, a ring with a cross, a dotted ring. @param {Stand} stand @param {number} x @param {number} y @param {string} [title] */
function mark(stand, x, y, title = "") {
  const [a, b] = [RADIUS * 0.45, RADIUS * 0.4];
  const shapes = { done: `M${x - a} ${y} l${a * 0.7} ${b} l${a * 1.1} ${-b * 1.9}`, not: `M${x - b} ${y - b} l${2 * b} ${2 * b} M${x + b} ${y - b} l${-2 * b} ${2 * b}`, untold: "" };
  const group = draw("g", { class: "mark" },
    draw("circle", { class: `stand-${stand}`, cx: x, cy: y, r: RADIUS, "stroke-width": 5, ...(stand === "untold" && { "stroke-dasharray": "6 6" }) }),
    draw("path", { d: shapes[stand], "stroke-width": 5, "stroke-linecap": "round" }));
  if (title) group.prepend(Object.assign(draw("title", {}), { textContent: title }));
  return group;
}

/** @param {Board} board @param {string} item @param {string} title of the item */
export function pointMap(board, item, title) {
  const { outline, rows } = board;
  const placed = rows.filter(({ place }) => place);
  if (!outline || !placed.length) return make("p", { class: "muted" }, say("board_no_points"));
  const words = (/** @type {Stand} */ stand) => say(`board_stand_${stand}`);
  const count = (/** @type {Stand} */ stand) => placed.filter((row) => standOf(row, item) === stand).length;
  const label = say("board_map_label", { title, name: board.name, done: count("done"), not: count("not"), untold: count("untold") });
  const svg = draw("svg", { class: "point-map", viewBox: `${-MARGIN} ${-MARGIN} ${outline.width + 2 * MARGIN} ${outline.height + 2 * MARGIN}`, role: "img", "aria-label": label },
    draw("path", { class: "land", d: outline.path }),
    ...placed.map((row) => {
      const stand = standOf(row, item);
      const [x, y] = /** @type {[number, number]} */ (row.place);
      return mark(stand, x, y, `${row.name}: ${words(stand)}`);
    }));
  return svg;
}

/** What the marks mean. */
export function mapKey() {
  return make("ul", { class: "key" }, ...(/** @type {Stand[]} */ (["done", "not", "untold"])).map((stand) => {
    const svg = draw("svg", { viewBox: `0 0 ${2 * RADIUS + 8} ${2 * RADIUS + 8}`, class: "point-key", "aria-hidden": "true" }, mark(stand, RADIUS + 4, RADIUS + 4));
    return make("li", {}, svg, say(`board_stand_${stand}`));
  }));
}
