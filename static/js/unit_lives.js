/**
 * The lives of the places of a unit as lines over the years: active, at rest, ended. Never where a place is.
 * @import { Life, LifeEvent, UnitLives } from "./unit_types.js"
 */

import { draw } from "./svg.js";
import { day, figure, make, pick, say } from "./text.js";

const ACTIVE = new Set(["listed", "reformed"]);
const ENDED = new Set(["eliminated", "delisted"]);
const LINES_MOST = 24;
const WIDTH = 520;
const HEIGHT = 20;
const DAY_MS = 86_400_000;

/** How a state is drawn. @param {string} state */
export const strokeOf = (state) => (ACTIVE.has(state) ? "active" : state === "suspected" ? "suspected" : state === "neutralised" ? "neutralised" : "rest");

/**
 * The pieces of a life between its events up to a day; corrected events make no piece. Pure.
 * @param {Life} life
 * @param {string} until ISO date
 * @returns {{ from: string, to: string, stroke: string, state: string }[]} an ended life has a last piece of no length
 */
export function piecesOf({ events }, until) {
  const held = events.filter(({ superseded }) => !superseded);
  return held.map(({ state, effective_on }, place) => {
    const next = held[place + 1]?.effective_on ?? (state === "delisted" ? effective_on : until);
    return { from: effective_on, to: next, stroke: strokeOf(state), state };
  });
}

/** What the lives say in one sentence. Pure. @param {UnitLives} answer @returns {[code: string, details: Record<string, number>]} */
export function countsOf({ total, states }) {
  const sum = (/** @type {(state: string) => boolean} */ is) => states.filter(({ state }) => is(state)).reduce((all, { count }) => all + count, 0);
  if (!total) return ["unit_lives_none", {}];
  return ["unit_lives_heading", { total, active: sum((state) => ACTIVE.has(state)), suspected: sum((state) => state === "suspected") }];
}

/**
 * The lives to draw: those that are active, then those that changed last; in their order. Pure.
 * @param {Life[]} lives
 */
export function drawnOf(lives) {
  const last = (/** @type {Life} */ life) => life.events.reduce((day_, { effective_on }) => (effective_on > day_ ? effective_on : day_), "");
  const active = (/** @type {Life} */ life) => Number(ACTIVE.has(life.state ?? ""));
  return [...lives].sort((one, other) => active(other) - active(one) || last(other).localeCompare(last(one))).slice(0, LINES_MOST).sort((one, other) => one.number - other.number);
}

/**
 * @param {UnitLives} answer
 * @returns {{ heading: string, content: (Node | null)[] }}
 */
export function livesParts(answer) {
  const [code, details] = countsOf(answer);
  const heading = say(code, Object.fromEntries(Object.entries(details).map(([name, value]) => [name, figure(value)])));
  const note = make("p", { class: "muted" }, say("unit_lives_note", { day: day(answer.as_of) }));
  if (!answer.lives.length) return { heading, content: [note] };
  const shown = drawnOf(answer.lives);
  const firsts = shown.map(({ events }) => events[0].effective_on).sort();
  const [from, to] = [Date.parse(firsts[0]), Math.max(Date.parse(answer.as_of), Date.parse(firsts[0]) + DAY_MS)];
  const x = (/** @type {string} */ iso) => Math.round(((Date.parse(iso) - from) / (to - from)) * (WIDTH - 20) * 10) / 10 + 10;
  return {
    heading,
    content: [
      make("ul", { class: "state-counts", "aria-label": say("unit_lives_states") }, ...answer.states.map((one) => make("li", {}, make("b", {}, figure(one.count)), ` ${lower(pick(one, "state"))}`))),
      key(),
      make("div", { class: "lives", role: "group", "aria-label": say("unit_lives_label") },
        axis(from, to, x),
        ...shown.map((life) => line(life, answer.as_of, x))),
      shown.length < answer.total ? make("p", { class: "muted" }, say("unit_lives_more", { shown: figure(shown.length), total: figure(answer.total), listed: figure(answer.lives.length) })) : null,
      note,
      table(answer),
    ],
  };
}

/** @param {string} text */
const lower = (text) => `${text[0]?.toLowerCase() ?? ""}${text.slice(1)}`;

function key() {
  const sample = (/** @type {string} */ stroke) => draw("svg", { class: "life key", viewBox: "0 0 34 12", "aria-hidden": "true" }, draw("path", { d: "M2 6H32", class: stroke }));
  return make("ul", { class: "spark-key", "aria-label": say("legend") },
    ...["active", "suspected", "neutralised", "rest"].map((stroke) => make("li", {}, sample(stroke), make("span", {}, say(`unit_life_${stroke}`)))));
}

/** @param {number} from @param {number} to @param {(iso: string) => number} x */
function axis(from, to, x) {
  const [first, last] = [new Date(from).getUTCFullYear() + 1, new Date(to).getUTCFullYear()];
  const years = Array.from({ length: Math.max(0, last - first + 1) }, (_, step) => first + step);
  return make("div", { class: "life-row life-axis", "aria-hidden": "true" }, make("span", {}), draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}` },
    ...years.flatMap((year) => {
      const at = x(`${year}-01-01`);
      const text = draw("text", { x: at + 3, y: 13 });
      text.textContent = String(year);
      return [draw("path", { d: `M${at} 2V${HEIGHT}`, class: "tick" }), at < WIDTH - 40 ? text : null];
    })), make("span", {}));
}

/** @param {Life} life @param {string} until @param {(iso: string) => number} x */
function line(life, until, x) {
  const pieces = piecesOf(life, until);
  const middle = HEIGHT / 2;
  const words = pieces.map(({ state, from }) => `${pick(life.events.find((one) => one.state === state && one.effective_on === from) ?? {}, "state")} ${day(from)}`).join("; ");
  const name = say("unit_life_name", { number: figure(life.number), kind: pick(life, "kind") });
  const now = life.events.findLast(({ superseded }) => !superseded);
  return make("div", { class: "life-row" }, make("span", {}, name),
    draw("svg", { class: "life", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${name}: ${words}` },
      ...pieces.map(({ from, to, stroke }) => (from === to ? null : draw("path", { d: `M${x(from)} ${middle}H${x(to)}`, class: stroke }))),
      ...life.events.map((event) => mark(event, x(event.effective_on), middle))),
    make("small", {}, now ? pick(now, "state") : ""));
}

/** The sign at an event: a cross ends, a ring is a correction, a dot begins. @param {LifeEvent} event @param {number} at @param {number} middle */
function mark({ state, superseded }, at, middle) {
  if (superseded) return draw("circle", { cx: at, cy: middle, r: 3, class: "corrected" });
  if (ENDED.has(state)) return draw("path", { d: `M${at - 4} ${middle - 4}l8 8m0 -8l-8 8`, class: "end" });
  return draw("circle", { cx: at, cy: middle, r: 3, class: ACTIVE.has(state) ? "start" : "step" });
}

/** @param {UnitLives} answer */
function table({ lives }) {
  const head = ["place", "state", "effective", "recorded", "document", "remark"];
  return make("details", {}, make("summary", {}, say("unit_as_table")), make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": say("unit_lives_label") }, make("table", { class: "plain-table" },
    make("thead", {}, make("tr", {}, ...head.map((one) => make("th", { scope: "col" }, say(`unit_column_${one}`))))),
    make("tbody", {}, ...lives.flatMap((life) => life.events.map((event, place) => make("tr", { class: event.superseded ? "superseded" : null },
      make("th", { scope: "row" }, place ? "" : say("unit_life_name", { number: figure(life.number), kind: pick(life, "kind") })),
      make("td", {}, pick(event, "state")), make("td", {}, day(event.effective_on)), make("td", {}, day(event.recorded_on)), make("td", {}, event.document_no ?? ""),
      make("td", {}, event.superseded ? say("unit_life_superseded") : ""))))))));
}
