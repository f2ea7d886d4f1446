/**
 * What the page of a campaign says, without the page: the wish in its address, the two windows compared, what
 * changed between them. Pure.
 * @import { Campaign, MeasureId, Pair, Window_ } from "./campaign_types.js"
 */

/** @typedef {{ unit: string, ref: string, base: Pair["base"], side: Pair["side"], measure: MeasureId, lang: "vi" | "en" }} Wish */

/** @type {Wish} */
const DEFAULTS = { unit: "", ref: "", base: "before", side: "after", measure: "active", lang: "vi" };
/** @type {Record<string, RegExp>} */
const ALLOWED = {
  unit: /^\d{7,10}$/,
  ref: /^[\p{L}\p{N}_./:#-]{1,80}$/u,
  base: /^(before|year_before)$/,
  side: /^(during|after)$/,
  measure: /^(active|new|eliminated|reformed|cases)$/,
  lang: /^(vi|en)$/,
};

/** Read the part after `#`; what has the wrong form is left out. @param {string} hash @returns {Wish} */
export function readWish(hash) {
  const found = { ...DEFAULTS };
  for (const [key, value] of new URLSearchParams(hash.replace(/^#/, ""))) if (ALLOWED[key]?.test(value)) Object.assign(found, { [key]: value });
  return found;
}

/** @param {Wish} wish */
export function writeWish(wish) {
  const given = Object.entries(wish).filter(([key, value]) => value !== DEFAULTS[/** @type {keyof Wish} */ (key)]);
  return `#${given.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&")}`;
}

/**
 * The two windows that a wish compares, the earlier first.
 * @param {Campaign} told @param {Wish} wish
 * @returns {[Window_, Window_]}
 */
export function compared(told, { base, side }) {
  const pair = told.pairs.find((one) => one.base === base && one.side === side);
  const find = (/** @type {string | undefined} */ id) => told.windows.find((one) => one.id === id);
  const [left, right] = [find(pair?.left), find(pair?.right)];
  if (!left || !right) throw new RangeError(`no windows for ${base}, ${side}`);
  return [left, right];
}

/** A part of a window is never compared with a whole one (P4). @param {Window_[]} windows */
export const comparable = (windows) => windows.every(({ state }) => state === "over");

/** The status of a commune's value, as in the value feeds. @param {number | null} value @param {boolean} assessable */
export const statusOf = (value, assessable) => (value !== null ? "." : assessable ? "m" : "x");

/**
 * The difference of two sums, null where one is missing or a window is not over.
 * @param {Window_} left @param {Window_} right @param {MeasureId} measure
 */
export function difference(left, right, measure) {
  const [one, other] = [left.totals[measure], right.totals[measure]];
  return comparable([left, right]) && one !== null && other !== null ? other - one : null;
}

/**
 * The communes whose figure differs between two windows, by name: never by number (N11).
 * @param {Campaign} told @param {Window_} left @param {Window_} right @param {MeasureId} measure
 * @returns {{ changed: { name: string, code: string, left: number, right: number }[], same: number, missing: number }}
 */
export function changes(told, left, right, measure) {
  /** @type {{ name: string, code: string, left: number, right: number }[]} */
  const changed = [];
  let same = 0;
  let missing = 0;
  told.units.code.forEach((code, at) => {
    const [one, other] = [left.values[measure][at], right.values[measure][at]];
    if (!told.units.assessable[at]) return;
    if (one === null || other === null) missing++;
    else if (one === other) same++;
    else changed.push({ name: told.units.name[at], code, left: one, right: other });
  });
  changed.sort((a, b) => a.name.localeCompare(b.name, "vi") || a.code.localeCompare(b.code));
  return { changed, same, missing };
}
