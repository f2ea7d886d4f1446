/**
 * What the page of progress says, without the page: the wish in its address, the looks of moves, the lists. Pure.
 * @import { Curve, MoveKind, Progress } from "./progress_types.js"
 * @import { Look, Period } from "./types.js"
 */

/** @typedef {{ from: string, to: string, on: string, area: string, show: string, lang: "vi" | "en" }} Wish */

/** @type {Wish} */
const DEFAULTS = { from: "", to: "", on: "", area: "", show: "moved", lang: "vi" };
const END = /^([A-Z][0-9-]{4,8}|\d{4}-\d{2}-\d{2})$/;
/** @type {Record<string, RegExp>} */
const ALLOWED = {
  from: END,
  to: END,
  on: /^[0-9a-f]{16}$/,
  area: /^(province|district|commune|plan):[0-9A-Za-z]{1,12}$/,
  show: /^(moved|up|jump|down|first|none|all)$/,
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
  return `#${given.map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%3A", ":")}`).join("&")}`;
}

/** The query of a wish; the day before the later one when only that is wanted. @param {Wish} wish @param {string[]} names */
export function queryOf(wish, names) {
  const given = names.map((name) => [name, wish[/** @type {keyof Wish} */ (name)]]).filter(([, value]) => value);
  return given.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%3A", ":")}`).join("&");
}

/**
 * The two periods to begin with: the newest month, and the same one a year before.
 * @param {Period[]} periods
 * @returns {{ from: string, to: string } | null}
 */
export function usualEnds(periods) {
  const months = periods.filter(({ kind }) => kind === "month").sort((a, b) => a.last_day.localeCompare(b.last_day));
  const newest = months.at(-1);
  if (!newest) return null;
  const wanted = `M${Number(newest.id.slice(1, 5)) - 1}${newest.id.slice(5)}`;
  const before = months.find(({ id }) => id === wanted) ?? months[0];
  return before.id === newest.id ? null : { from: before.id, to: newest.id };
}

/** Moves on the map, the best first; patterns tell them apart in greyscale. @type {Look[]} */
export const MOVE_LOOKS = [
  { row: "up2", color: "#1b7f79", pattern: "" },
  { row: "up1", color: "#8cc3bd", pattern: "" },
  { row: "same", color: "#d5d6d2", pattern: "" },
  { row: "down1", color: "#e39a52", pattern: "slant" },
  { row: "down2", color: "#a63d2f", pattern: "slant" },
  { row: "first", color: "#b9cbe3", pattern: "carried" },
  { row: "lost", color: "#f1dfe0", pattern: "estimated" },
  { row: "none", color: "#ffffff", pattern: "dots" },
  { row: "ended", color: "#eceae4", pattern: "hatch" },
  { row: "not_subject", color: "#e4e6e3", pattern: "" },
];

/** Which of the looks a move has. @param {MoveKind} kind @param {number | null} steps */
export function lookOf(kind, steps) {
  const far = Math.abs(steps ?? 0) > 1 ? 2 : 1;
  const row = kind === "up" || kind === "down" ? `${kind}${far}` : kind;
  return MOVE_LOOKS.find((one) => one.row === row) ?? MOVE_LOOKS[MOVE_LOOKS.length - 1];
}

const MOVED = new Set(["up", "down", "first", "lost"]);

/**
 * Places of the communes that a choice shows, in the order of their codes: never by a number.
 * @param {Progress} told @param {string} show
 */
export function chosen(told, show) {
  const { kind, steps } = told.units;
  return kind.map((_, at) => at).filter((at) => {
    const id = told.kinds[kind[at]].id;
    if (show === "all") return true;
    if (show === "moved") return MOVED.has(id);
    if (show === "jump") return id === "up" && (steps[at] ?? 0) > 1;
    if (show === "none") return id === "none" || id === "lost";
    return id === show;
  });
}

/**
 * Nodes and links of the flows: the best state on top, those not subject to assessment left out.
 * @param {Progress} told
 */
export function streams(told) {
  const order = [4, 3, 2, 1, 0, 5, 7].filter((state) => told.states[state]);
  const flows = told.flows.filter(({ before, after }) => order.includes(before) && order.includes(after));
  const sum = (/** @type {"before" | "after"} */ side, /** @type {number} */ state) => flows.filter((flow) => flow[side] === state).reduce((all, { count }) => all + count, 0);
  const nodes = (/** @type {"before" | "after"} */ side) => order.map((state) => ({ side, state, count: sum(side, state) })).filter(({ count }) => count > 0);
  const rank = (/** @type {number} */ state) => order.indexOf(state);
  return {
    nodes: [...nodes("before"), ...nodes("after")],
    links: [...flows].sort((a, b) => rank(a.before) - rank(b.before) || rank(a.after) - rank(b.after)),
  };
}

/**
 * A step function as points, both ends of each step told, up to where it is known.
 * @param {Curve} curve @param {(at: number) => number} value
 * @returns {[number, number][]} months, value
 */
export function steps(curve, value) {
  /** @type {[number, number][]} */
  const points = curve.days.map((day, at) => [monthsOf(day), value(at)]);
  const last = points[points.length - 1];
  if (curve.days[curve.days.length - 1] < curve.followed) points.push([monthsOf(curve.followed), last[1]]);
  return points;
}

/** @param {number} days */
export const monthsOf = (days) => Math.round((days * 1200) / 365) / 100;

/** The share on a day, null where it is not told. @param {Curve} curve @param {number} day */
export function shareOn(curve, day) {
  if (day > curve.followed) return null;
  let found = 0;
  curve.days.forEach((one, at) => {
    if (one <= day) found = at;
  });
  return { share: curve.share[found], low: curve.low[found], high: curve.high[found] };
}
