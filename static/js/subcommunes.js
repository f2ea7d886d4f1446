/**
 * The sub-communes of a commune in the drawer: how far each kind of work is, then each sub-commune with yes,
 * no, or nothing told. Columns of the long table are numbered by the rows of the short one.
 * @import { Subcommunes } from "./types.js"
 */

import { figure, make, pick, say } from "./text.js";

const YES = new Set(["co", "dang_hoat_dong"]);

/** What stands in a cell: a sign, and words for a screen reader. Pure. @param {string | undefined} value */
export function signOf(value) {
  if (value === undefined) return { sign: "", word: "item_untold" };
  return { sign: YES.has(value) ? "✓" : "–", word: `item_${value}` };
}

/** @param {Subcommunes | null} told @param {string} board where the board of the commune is */
export function subcommunesBlock(told, board) {
  if (!told) return "";
  const { total, items, rows } = told;
  const swept = items.find(({ id }) => id === "ra_soat");
  return make("section", { class: "subcommunes" },
    make("h3", {}, say("subcommunes"), make("small", {}, swept ? say("subcommunes_swept", { yes: figure(swept.yes), total: figure(total) }) : figure(total))),
    items.length ? make("table", { class: "figures" }, make("tbody", {},
      ...items.map((item, place) => make("tr", {}, make("th", { scope: "row" }, `${place + 1}. ${pick(item, "title")}`),
        make("td", {}, say("subcommunes_count", { yes: figure(item.yes), total: figure(total) })))))) : null,
    make("p", {}, make("a", { href: board }, say("subcommunes_board"))),
    make("details", {}, make("summary", {}, say("subcommunes_show")),
      items.length ? make("p", { class: "muted" }, say("subcommunes_key")) : null,
      make("table", { class: "signs" },
        make("thead", {}, make("tr", {}, make("th", { scope: "col" }, say("subcommunes")),
          ...items.map((item, place) => make("th", { scope: "col" }, make("span", { "aria-hidden": "true" }, String(place + 1)), make("span", { class: "sr" }, pick(item, "title")))))),
        make("tbody", {}, ...rows.map((row) => make("tr", {}, make("th", { scope: "row" }, row.name),
          ...items.map(({ id }) => {
            const { sign, word } = signOf(row.items[id]);
            return make("td", {}, make("span", { "aria-hidden": "true" }, sign), make("span", { class: "sr" }, say(word)));
          }))))),
      rows.length < total ? make("p", { class: "muted" }, say("subcommunes_rest", { count: figure(total - rows.length) })) : null));
}
