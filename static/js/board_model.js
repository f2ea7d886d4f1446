/**
 * What the board of sub-communes works out by itself: how an item stands, which rows a filter leaves.
 * @import { CommuneRow, Overview, Stand, SubcommuneRow } from "./board_types.js"
 */

const DONE = new Set(["co", "dang_hoat_dong"]);

/** How an item stands in a sub-commune: done, not done, or told by nobody. @param {SubcommuneRow} row @param {string} item @returns {Stand} */
export function standOf({ items }, item) {
  const told = items[item];
  return told ? (DONE.has(told.value) ? "done" : "not") : "untold";
}

/** Rows in which an item is not done yet, told or not; all without the wish. @param {SubcommuneRow[]} rows @param {string} item @param {boolean} notYet */
export const shownRows = (rows, item, notYet) => (notYet ? rows.filter((row) => standOf(row, item) !== "done") : rows);

/**
 * Communes of a province by name, never by what they lack (N11), as far as a text fits.
 * @param {Overview} overview
 * @param {{ province: string, text: string }} filter
 * @param {(name: string) => string} fold
 */
export function shownCommunes({ communes }, { province, text }, fold) {
  const wanted = fold(text.trim());
  return communes
    .filter((one) => (!province || one.province === province) && (!wanted || fold(one.name).includes(wanted) || one.code.startsWith(text.trim())))
    .toSorted((one, other) => one.name.localeCompare(other.name, "vi") || (one.code < other.code ? -1 : 1));
}

/** Done, not done and not told of one item in one commune. @param {CommuneRow} row @param {string} item */
export function countsOf({ total, done, not_done }, item) {
  const [yes, no] = [done[item] ?? 0, not_done[item] ?? 0];
  return { done: yes, not: no, untold: total - yes - no };
}

/** The same for several communes together. @param {CommuneRow[]} rows @param {string} item */
export function sumOf(rows, item) {
  const sum = { total: 0, done: 0, not: 0, untold: 0 };
  for (const row of rows) {
    const one = countsOf(row, item);
    sum.total += row.total;
    sum.done += one.done;
    sum.not += one.not;
    sum.untold += one.untold;
  }
  return sum;
}
