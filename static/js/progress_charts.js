/**
 * The charts of the page of progress: flows between classes, classes over time, times cut short.
 * @import { Durations, Measure, Progress } from "./progress_types.js"
 * @import { ChartSpec } from "./charts.js"
 */

import { CLASS_STYLES, COLOURS } from "./chart_dress.js";
import { monthsOf, shareOn, steps, streams } from "./progress_model.js";
import { day, figure, percent, pick, say } from "./text.js";

/** @type {Record<string, any>} */
const STYLES = {
  ...CLASS_STYLES,
  not_in_force: { color: "#eceae4", borderColor: "#9aa3af", borderWidth: 1, decal: { symbol: "rect", symbolSize: 1, dashArrayX: [1, 0], dashArrayY: [1, 7], rotation: Math.PI / 4, color: "#9aa3af" } },
};
/** Best first. */
const SHOWN = [4, 3, 2, 1, 0, 5, 7];
const LINES = [
  { color: COLOURS.accent, type: "solid" },
  { color: COLOURS.teal, type: [8, 4] },
  { color: COLOURS.warn, type: [2, 3] },
  { color: COLOURS.ink, type: [10, 3, 2, 3] },
];

/** Flows between classes. @param {Progress} told @param {boolean} narrow @returns {ChartSpec} */
export function flowSpec(told, narrow) {
  const { nodes, links } = streams(told);
  const name = (/** @type {string} */ side, /** @type {number} */ state) => `${side}:${told.states[state].id}`;
  const label = (/** @type {string} */ id) => pick(told.states.find((one) => one.id === id.split(":")[1]) ?? {}, "label");
  const kept = links.filter(({ before, after }) => before === after).reduce((all, { count }) => all + count, 0);
  const all = links.reduce((sum, { count }) => sum + count, 0);
  const rows = told.matrix.map((row, before) => ({ row, before })).filter(({ row }) => row.some(Boolean));
  const columns = told.states.map((_, after) => after).filter((after) => told.matrix.some((row) => row[after]));
  return {
    title: say("progress_flows_title"),
    sentence: say("progress_flows_sentence", { kept: figure(kept), all: figure(all), from: day(told.from.day), to: day(told.to.day) }),
    height: narrow ? 420 : 400,
    option: {
      tooltip: {
        formatter: (/** @type {any} */ { dataType, data, name: id, value }) =>
          dataType === "edge" ? `${label(data.source)} → ${label(data.target)}: ${figure(data.value)}` : `${label(id)}: ${figure(value)}`,
      },
      series: [{
        type: "sankey", layoutIterations: 0, nodeGap: 20, nodeAlign: "justify", emphasis: { focus: "adjacency" },
        left: 4, right: 4, top: 8, bottom: 8,
        label: { formatter: (/** @type {any} */ { name: id, value }) => `${narrow ? say(`progress_short_${id.split(":")[1]}`) : label(id)}  ${figure(value)}` },
        data: nodes.map(({ side, state }) => ({
          name: name(side, state), depth: side === "before" ? 0 : 1,
          itemStyle: STYLES[told.states[state].id], label: { position: side === "before" ? "right" : "left" },
        })),
        links: links.map(({ before, after, count }) => ({ source: name("before", before), target: name("after", after), value: count })),
      }],
    },
    table: {
      heads: [say("progress_before_after"), ...columns.map((after) => pick(told.states[after], "label"))],
      rows: rows.map(({ row, before }) => [pick(told.states[before], "label"), ...columns.map((after) => row[after])]),
    },
  };
}

/** Classes over time, stacked. @param {Progress} told @returns {ChartSpec} */
export function seriesSpec(told) {
  const shown = SHOWN.filter((state) => told.states[state] && told.series.some(({ counts }) => counts[state]));
  const [first, last] = [told.series[0], told.series[told.series.length - 1]];
  return {
    title: say("progress_series_title"),
    sentence: say("progress_series_sentence", { before: figure(first.counts[4]), from: day(first.day), after: figure(last.counts[4]), to: day(last.day) }),
    height: 360,
    option: {
      legend: {},
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
      xAxis: { type: "category", data: told.series.map((point) => day(point.day)) },
      yAxis: { type: "value", minInterval: 1, name: say("progress_communes") },
      series: shown.map((state) => ({
        type: "bar", stack: "all", barMaxWidth: 64, name: pick(told.states[state], "label"), itemStyle: STYLES[told.states[state].id],
        data: told.series.map(({ counts }) => counts[state]),
      })),
    },
    table: {
      heads: [say("progress_day"), ...shown.map((state) => pick(told.states[state], "label"))],
      rows: told.series.map((point) => [day(point.day), ...shown.map((state) => point.counts[state])]),
    },
  };
}

/**
 * The share to whom it has happened, by month, with limits; one line per measure.
 * @param {string} code of title and sentence @param {Measure[]} measures @param {(one: Measure) => string} nameOf
 * @returns {ChartSpec}
 */
export function timesSpec(code, measures, nameOf) {
  const drawn = measures.filter(({ curve }) => curve);
  const furthest = Math.max(6, ...drawn.map(({ curve }) => monthsOf(curve?.followed ?? 0)));
  const highest = Math.max(0, ...drawn.flatMap(({ curve }) => curve?.high ?? []));
  const series = drawn.flatMap((one, place) => {
    const curve = /** @type {NonNullable<Measure["curve"]>} */ (one.curve);
    const { color, type } = LINES[place % LINES.length];
    const band = { type: "line", step: "end", symbol: "none", silent: true, stack: `band${place}`, stackStrategy: "all", lineStyle: { opacity: 0 }, tooltip: { show: false }, z: 1 };
    return [
      { ...band, data: steps(curve, (at) => curve.low[at]) },
      { ...band, areaStyle: { color, opacity: .13, decal: { symbol: "none" } }, data: steps(curve, (at) => curve.high[at] - curve.low[at]) },
      { type: "line", step: "end", symbol: "none", name: nameOf(one), lineStyle: { color, type, width: 2 }, itemStyle: { color }, data: steps(curve, (at) => curve.share[at]), z: 3 },
    ];
  });
  return {
    title: say(`${code}_title`),
    sentence: [say(`${code}_sentence`), ...drawn.map((one) => timeSentence(one, nameOf(one)))].join(" "),
    height: 340,
    option: {
      // The line of each as it is drawn, dashes included, without a dot of its own.
      legend: { data: drawn.map(nameOf), itemWidth: 34, itemStyle: { opacity: 0 } },
      tooltip: {
        trigger: "axis",
        formatter: (/** @type {any[]} */ points) => {
          const named = points.filter(({ seriesName }) => drawn.some((one) => nameOf(one) === seriesName));
          return [say("progress_after_months", { months: figure(points[0].axisValue, 1) }), ...named.map(({ seriesName, value }) => `${seriesName}: ${percent(value[1])}`)].join("\n");
        },
      },
      xAxis: { type: "value", min: 0, max: Math.ceil(furthest / 6) * 6, interval: 6, axisLabel: { formatter: (/** @type {number} */ value) => say("progress_months", { months: value }) } },
      yAxis: { type: "value", min: 0, max: highest > .5 ? 1 : .5, axisLabel: { formatter: (/** @type {number} */ value) => `${figure(value * 100)}%` } },
      series,
    },
    table: {
      heads: ["measure", "after", "at_risk", "happened", "other", "cut_short", "share", "limits"].map((name) => say(`progress_column_${name}`)),
      rows: measures.flatMap((one) => one.at_risk.map((row) => {
        const known = one.curve ? shareOn(one.curve, row.day) : null;
        return [nameOf(one), say("progress_months", { months: Math.round(monthsOf(row.day)) }), row.at_risk, row.events, row.other, row.cut_short,
          known ? percent(known.share) : null, known ? `${percent(known.low)} – ${percent(known.high)}` : null];
      })),
      note: say("progress_at_risk_note"),
    },
  };
}

/** What is known of one measure, in a sentence. @param {Measure} one @param {string} name */
export function timeSentence(one, name) {
  const counts = { name, spells: figure(one.spells), events: figure(one.events), cut: figure(one.cut_short) };
  if (!one.curve) return say("progress_time_few", counts);
  if (one.median_days === null) return say("progress_time_open", counts);
  const limit = (/** @type {number | null} */ days) => (days === null ? say("progress_no_limit") : figure(days));
  return say("progress_time_median", { ...counts, days: figure(one.median_days), low: limit(one.median_low), high: limit(one.median_high) });
}

/** Measures of classes with one outcome, in short. @param {Durations} told @param {string} id */
export const ofClasses = (told, id) => told.classes.filter((one) => one.id === id);
