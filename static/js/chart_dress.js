/**
 * How charts look: colours, patterns and letters of the product put over an option of ECharts. Pure: an option goes
 * in, a new one comes out; what the caller set himself stays.
 *
 * @typedef {Record<string, any>} Option an option of ECharts, https://echarts.apache.org/en/option.html
 * @typedef {string | number | null} Cell
 * @typedef {{ heads: string[], rows: Cell[][], note?: string }} ChartTable
 */

import { figure, say } from "./text.js";

export const COLOURS = {
  ink: "#1d2430", muted: "#5b6573", line: "#dcdcd6", soft: "#f1f0eb", paper: "#faf9f6", white: "#ffffff",
  teal: "#1b7f79", neutral: "#bcd9cf", accent: "#1f4e8c", warn: "#8a4b12", grey: "#9aa3af", pale: "#e4e6e3",
};

const FONT = '"Be Vietnam Pro", system-ui, -apple-system, "Segoe UI", sans-serif';
const STROKE = "rgba(29, 36, 48, .42)";
const diagonal = (/** @type {number} */ turn, gap = 6) => ({ symbol: "rect", symbolSize: 1, dashArrayX: [1, 0], dashArrayY: [1, gap], rotation: turn, color: STROKE });

/** Patterns over the fills of a series, in its order; the first is plain, so that the most important reads calmest. */
export const PATTERNS = [
  { symbol: "none" },
  diagonal(-Math.PI / 4),
  { symbol: "circle", symbolSize: .5, dashArrayX: [[4, 4], [0, 4, 4, 0]], dashArrayY: [4, 0], color: STROKE },
  diagonal(0, 5),
  diagonal(Math.PI / 4, 3),
  { symbol: "rect", symbolSize: .6, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], color: STROKE },
];

/** The ladder of classes, worst first, as the map draws it: colour, and a pattern that greyscale keeps. */
export const CLASS_STYLES = {
  loai_1: { color: "#a63d2f", decal: diagonal(Math.PI / 4, 3) },
  loai_2: { color: "#e39a52", decal: diagonal(-Math.PI / 4) },
  loai_3: { color: "#f2d59a", decal: diagonal(0, 5) },
  khong_trong_diem: { color: "#bcd9cf", decal: { symbol: "none" } },
  khong_ma_tuy: { color: "#1b7f79", decal: { symbol: "none" } },
  chua_danh_gia: { color: "#ffffff", borderColor: "#9aa3af", borderWidth: 1, decal: { symbol: "circle", symbolSize: .4, dashArrayX: [[3, 3], [0, 3, 3, 0]], dashArrayY: [3, 0], color: "#7d8590" } },
};

/** What a chart or a table says for a value. @param {unknown} value @param {number} [digits] */
export function shown(value, digits = 1) {
  if (value === null || value === undefined || value === "" || value === "-") return say("chart_no_value");
  return typeof value === "number" ? figure(value, digits) : String(value);
}

/** @param {unknown} thing @returns {thing is Option} */
const isPlain = (thing) => typeof thing === "object" && thing !== null && Object.getPrototypeOf(thing) === Object.prototype;

/**
 * The first with what it lacks from the second; lists and functions are taken whole.
 * @param {Option} given
 * @param {Option} base
 * @returns {Option}
 */
export function over(given, base) {
  /** @type {Option} */
  const made = { ...base, ...given };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) made[name] = base[name];
    else if (isPlain(value) && isPlain(base[name])) made[name] = over(value, base[name]);
  }
  return made;
}

/** @param {Option} axis @param {boolean} isAcross whether it lies along the foot */
function dressedAxis(axis, isAcross) {
  const isValue = ["value", "log"].includes(axis.type ?? (isAcross ? "category" : "value"));
  return over(axis, {
    axisLine: { show: !isValue, lineStyle: { color: COLOURS.grey } },
    axisTick: { show: !isValue, lineStyle: { color: COLOURS.grey } },
    axisLabel: { color: COLOURS.muted, fontSize: 13, hideOverlap: true, ...(isValue ? { formatter: (/** @type {number} */ value) => figure(value, 2) } : {}) },
    nameTextStyle: { color: COLOURS.muted, fontSize: 13 },
    splitLine: { show: isValue, lineStyle: { color: COLOURS.line } },
  });
}

/**
 * @template T
 * @param {T | T[]} one
 * @param {(each: T) => T} change
 */
const each = (one, change) => (Array.isArray(one) ? one.map(change) : change(one));

/** @param {Option} series */
function dressedSeries(series) {
  if (series.type === "line") return over(series, { symbolSize: 7, lineStyle: { width: 2 }, connectNulls: false });
  if (series.type === "sankey") return over(series, { nodeWidth: 14, nodeGap: 12, draggable: false, label: { color: COLOURS.ink, fontSize: 13 }, lineStyle: { color: "source", opacity: .35 } });
  return series;
}

/**
 * The option as it is drawn. Nothing moves (data do not fade in, whether or not the reader asked for less motion);
 * tooltips are drawn on the canvas, since the content policy lets no markup with styles in.
 * @param {Option} option
 * @returns {Option}
 */
export function dressed(option) {
  const made = over(option, {
    animation: false,
    color: [COLOURS.teal, COLOURS.accent, COLOURS.neutral, COLOURS.grey, COLOURS.warn, COLOURS.pale],
    backgroundColor: "transparent",
    textStyle: { fontFamily: FONT, fontSize: 13, color: COLOURS.ink },
    aria: { enabled: true, label: { enabled: false }, decal: { show: true, decals: PATTERNS } },
    grid: { left: 4, right: 16, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {},
  });
  made.tooltip = { ...over(made.tooltip, { trigger: "item", confine: true, transitionDuration: 0, backgroundColor: COLOURS.white, borderColor: COLOURS.line, padding: 10, textStyle: { color: COLOURS.ink, fontFamily: FONT, fontSize: 13 }, valueFormatter: (/** @type {unknown} */ value) => shown(value, 2) }), renderMode: "richText" };
  if (option.legend !== undefined) made.legend = each(option.legend, (legend) => over(legend, { type: "plain", left: 0, top: 0, itemGap: 16, itemWidth: 22, itemHeight: 13, textStyle: { color: COLOURS.ink, fontSize: 13 } }));
  if (option.xAxis !== undefined) made.xAxis = each(option.xAxis, (axis) => dressedAxis(axis, true));
  if (option.yAxis !== undefined) made.yAxis = each(option.yAxis, (axis) => dressedAxis(axis, false));
  if (option.series !== undefined) made.series = each(option.series, dressedSeries);
  return made;
}

const LEGEND_ROW = 29;
/** What an entry of a legend takes beside its letters: mark, gap to the letters, gap to the next. */
const LEGEND_MARK = 22 + 5 + 16;

/**
 * Where the drawing begins below its legend, in pixels: the entries break into rows as the width asks for.
 * @param {Option} option dressed
 * @param {number} width of the picture in pixels
 * @param {(text: string) => number} measure width of letters in pixels
 */
export function topOf(option, width, measure) {
  const named = [option.yAxis ?? []].flat().some((axis) => axis.name);
  const room = named ? 28 : 14;
  if (option.legend === undefined) return room;
  const names = option.legend.data ?? [...new Set([option.series ?? []].flat().map(({ name }) => name).filter(Boolean))];
  let [rows, used] = [1, 0];
  for (const name of names) {
    const wanted = measure(String(name.name ?? name)) + LEGEND_MARK;
    if (used > 0 && used + wanted > width) [rows, used] = [rows + 1, 0];
    used += wanted;
  }
  return rows * LEGEND_ROW + room;
}
