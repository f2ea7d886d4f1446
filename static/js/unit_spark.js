/**
 * The geometry of a small line of figures. Pure. A period without a figure is a gap; how a piece of the line is
 * drawn says what its later end is worth: reported, carried from predecessors, or estimated.
 * @import { SeriesPoint } from "./unit_types.js"
 */

export const SIZE = { width: 300, height: 44, space: 5 };

/** Where a period ends in time, in months, so that kinds of period stand below each other. @param {string} id */
export function placeOf(id) {
  const [, letter, year, more] = /^([A-Z])(\d{4})(?:-(\d+))?$/.exec(id) ?? [];
  if (!letter) return Number.NaN;
  const month = letter === "M" ? Number(more) : letter === "H" && more === "1" ? 6 : 12;
  return Number(year) * 12 + month - 1;
}

/** Months from a period to the next of its kind. @param {string} id */
export const stepOf = (id) => (id.startsWith("M") ? 1 : 12);

/** How a figure is drawn. @param {string} status */
export const manner = (status) => (status === "c" ? "carried" : status === "e" ? "estimated" : "reported");

/**
 * @typedef {object} Spark
 * @property {{ manner: string, path: string }[]} lines
 * @property {{ x: number, y: number, manner: string }[]} alone figures without a neighbour
 * @property {{ x: number, y: number, manner: string } | null} last
 * @property {number} top value at the upper edge
 * @property {(place: number) => number | null} across where a place in time lies, null outside
 */

/**
 * Lay out a series between two places in time, so that series of one page stand below each other.
 * @param {Pick<SeriesPoint, "period" | "value" | "status">[]} points oldest first
 * @param {{ from: number, to: number }} span
 * @returns {Spark}
 */
export function layOut(points, { from, to }) {
  const { width, height, space } = SIZE;
  const found = points.filter(({ value }) => value !== null && value !== undefined)
    .map(({ period, value, status }) => ({ place: placeOf(period), step: stepOf(period), value: /** @type {number} */ (value), manner: manner(status) }));
  const top = Math.max(1e-9, ...found.map(({ value }) => value));
  const x = (/** @type {number} */ place) => round(space + ((place - from) * (width - 2 * space)) / Math.max(1, to - from));
  const y = (/** @type {number} */ value) => round(height - space - (value * (height - 2 * space)) / top);
  const at = (/** @type {typeof found[number]} */ one) => ({ x: x(one.place), y: y(one.value), manner: one.manner });
  /** @type {Spark["lines"]} */
  const lines = [];
  found.forEach((one, index) => {
    const before = found[index - 1];
    if (!before || one.place - before.place !== one.step) return;
    const last = lines.at(-1);
    const step = `L${x(one.place)} ${y(one.value)}`;
    if (last && last.manner === one.manner && found[index - 2]?.place === before.place - before.step) last.path += step;
    else lines.push({ manner: one.manner, path: `M${x(before.place)} ${y(before.value)}${step}` });
  });
  const joined = (/** @type {number} */ index, /** @type {number} */ by) => Math.abs((found[index + by]?.place ?? Infinity) - found[index].place) === found[index].step;
  const last = found.at(-1);
  return {
    lines, top: found.length ? top : 0,
    alone: found.filter((_, index) => !joined(index, -1) && !joined(index, 1)).map(at),
    last: last ? at(last) : null,
    across: (place) => (place < from || place > to ? null : x(place)),
  };
}

const round = (/** @type {number} */ value) => Math.round(value * 10) / 10;

/** The first and the last place of several series. @param {{ points: Pick<SeriesPoint, "period">[] }[]} list */
export function spanOf(list) {
  const places = list.flatMap(({ points }) => points.map(({ period }) => placeOf(period))).filter((place) => !Number.isNaN(place));
  return { from: Math.min(...places), to: Math.max(...places) };
}

/**
 * The last figure up to a place in time.
 * @template {Pick<SeriesPoint, "period" | "value">} T
 * @param {T[]} points oldest first
 * @param {number} until
 * @returns {T | undefined}
 */
export const lastFigure = (points, until) => points.findLast(({ period, value }) => value !== null && placeOf(period) <= until);
