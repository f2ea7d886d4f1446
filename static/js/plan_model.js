/**
 * What the page of plans works out by itself: the headline, what a figure says, the trend as a small line, the option
 * of its chart, the road of provinces. Pure.
 * @import { PlanAnswer, PlanPart, PlanReading, PlanTarget, PlanVerdict, TargetState } from "./plan_types.js"
 * @import { Option } from "./chart_dress.js"
 */

import { COLOURS, PATTERNS } from "./chart_dress.js";
import { day, figure, percent, pick, say } from "./text.js";

/** In the order of lists: what needs somebody first. @type {TargetState[]} */
export const STATES = ["behind", "not_established", "not_computable", "by_hand", "on_course", "met", "superseded", "lapsed"];
/** A state is never told by colour alone. @type {Record<TargetState, string>} */
export const MARKS = { met: "✓", on_course: "→", behind: "!", not_established: "?", not_computable: "–", by_hand: "✎", lapsed: "×", superseded: "↷" };
/** Colour follows the target, not the indicator. @type {Record<TargetState, string>} */
export const STATE_COLOURS = { met: COLOURS.teal, on_course: "#7fb5a9", behind: COLOURS.warn, not_established: COLOURS.grey, not_computable: COLOURS.grey, by_hand: COLOURS.grey, lapsed: COLOURS.pale, superseded: COLOURS.pale };

/** @typedef {{ plan: string, asOf: string, order: "name" | "own", lang: "vi" | "en" }} PlanAddress */

/** @param {string} hash @returns {PlanAddress} */
export function readPlanAddress(hash) {
  const told = new URLSearchParams(hash.replace(/^#/, ""));
  const [plan, asOf] = [told.get("plan") ?? "", told.get("as_of") ?? ""];
  return {
    plan: /^[a-z0-9_]{1,40}$/.test(plan) ? plan : "",
    asOf: /^\d{4}-\d\d-\d\d$/.test(asOf) ? asOf : "",
    order: told.get("order") === "own" ? "own" : "name",
    lang: told.get("lang") === "en" ? "en" : "vi",
  };
}

/** @param {PlanAddress} wanted */
export function planHash({ plan, asOf, order, lang }) {
  const given = Object.entries({ plan, as_of: asOf, order: order === "name" ? "" : order, lang: lang === "vi" ? "" : lang }).filter(([, value]) => value);
  return given.length ? `#${new URLSearchParams(given)}` : "#";
}

/** The answer in one sentence. @param {Pick<PlanAnswer, "counts" | "targets">} answer */
export function headline({ counts, targets }) {
  const others = STATES.filter((state) => state !== "met" && counts[state]).map((state) => say(`plan_count_${state}`, { count: counts[state] ?? 0 }));
  return [say("plan_count_met", { count: counts.met ?? 0, total: targets.length }), ...others].join(", ");
}

/** Never rounded up: what is not reached must not look reached. @param {number} value @param {boolean} isShare */
export const written = (value, isShare) => (isShare ? percent(Math.floor(value * 1000 + 1e-9) / 1000) : figure(value, 1));

/** What a target's figure is, its parts first. @param {PlanVerdict} verdict @param {PlanTarget} target */
export function figureOf(verdict, target) {
  const { reading } = verdict;
  if (!reading) return "";
  if (reading.denominator === null) return `${written(reading.value, target.is_share)} ${pick(target, "unit")}`.trim();
  return `${figure(reading.numerator ?? 0)}/${figure(reading.denominator)}`;
}

/** How many are needed, and how many more. @param {PlanVerdict} verdict */
export function neededOf({ needed, reading, bound, state }) {
  if (!reading || ["by_hand", "lapsed", "superseded"].includes(state)) return "";
  if (needed !== null && reading.denominator !== null) {
    const missing = needed - (reading.numerator ?? 0);
    return missing > 0 ? say("plan_needed_more", { needed: figure(needed), missing: figure(missing) }) : say("plan_needed", { needed: figure(needed) });
  }
  return bound === null || reading.denominator !== null ? "" : say("plan_bound", { bound: figure(bound, 2) });
}

/** @param {PlanVerdict} verdict */
export function paceOf({ pace_needed: needed, pace_so_far: soFar }) {
  if (needed === null) return "";
  return soFar === null ? say("plan_pace_needed", { needed: figure(needed) }) : say("plan_pace", { needed: figure(needed), pace: figure(soFar) });
}

/** @param {PlanReading} reading */
const time = ({ last }) => Date.parse(last);

/**
 * A series as a small line with the target across it, in a box of 120 by 36.
 * @param {Pick<PlanTarget, "series" | "milestones" | "is_share" | "comparator">} target
 */
export function sparkOf({ series, milestones, comparator }) {
  const [width, height, space] = [120, 36, 4];
  const decided = series.filter(({ is_estimate }) => !is_estimate);
  if (decided.length < 2) return null;
  const bound = comparator && comparator !== "decreasing" ? milestones.at(-1)?.bound ?? null : null;
  const top = Math.max(1e-9, bound ?? 0, ...decided.map(({ value }) => value));
  const [from, to] = [time(decided[0]), time(/** @type {PlanReading} */ (decided.at(-1)))];
  const round = (/** @type {number} */ value) => Math.round(value * 10) / 10;
  const x = (/** @type {number} */ at) => round(space + ((at - from) * (width - 2 * space)) / Math.max(1, to - from));
  const y = (/** @type {number} */ value) => round(height - space - (value * (height - 2 * space)) / top);
  const points = decided.map((one) => `${x(time(one))} ${y(one.value)}`);
  const last = /** @type {PlanReading} */ (decided.at(-1));
  return { width, height, line: `M${points.join("L")}`, target: bound === null ? null : y(bound), now: { x: x(time(last)), y: y(last.value) } };
}

/** How much a share or a count is, for axes. @param {number} value @param {boolean} isShare */
const scaled = (value, isShare) => (isShare ? Math.round(value * 100_000) / 1000 : value);

/**
 * The trend with the line of the target and the way that is still to go.
 * @param {PlanTarget} target
 * @returns {Option}
 */
export function trendOption(target) {
  const { is_share: isShare, series, milestones, comparator } = target;
  const unit = isShare ? "%" : pick(target, "unit");
  const now = target.reading;
  const bounds = comparator && comparator !== "decreasing" ? milestones : [];
  const first = series[0]?.last ?? now?.last ?? "";
  const ahead = bounds.filter(({ due }) => now && due > now.last && target.deadline);
  const line = bounds.length && first ? [[first, scaled(bounds[0].bound, isShare)], ...bounds.map(({ due, bound }) => [due, scaled(bound, isShare)])] : [];
  const shownLine = target.deadline ? line : line.slice(0, 1).concat(now ? [[now.last, line.at(-1)?.[1] ?? 0]] : []);
  const way = now && ahead.length && target.state !== "met" ? [[now.last, scaled(now.value, isShare)], ...ahead.map(({ due, bound }) => [due, scaled(bound, isShare)])] : [];
  /** @type {Option[]} */
  const drawn = [{
    name: say("plan_chart_series"), type: "line", showSymbol: series.length < 20, color: COLOURS.accent, lineStyle: { width: 2.5 },
    data: series.map((one) => ({ value: [one.last, scaled(one.value, isShare)], ...(one.is_whole && !one.is_estimate ? {} : { symbol: "emptyCircle" }) })),
  }];
  if (shownLine.length) drawn.push({ name: say("plan_chart_target"), type: "line", symbol: "diamond", symbolSize: 9, step: ahead.length > 1 ? false : "end", color: COLOURS.teal, lineStyle: { type: "dashed", width: 1.5 }, data: shownLine });
  if (way.length) drawn.push({ name: say("plan_chart_way"), type: "line", symbol: "none", color: COLOURS.warn, lineStyle: { type: "dotted", width: 2 }, data: way });
  return {
    legend: {},
    tooltip: { trigger: "axis", formatter: (/** @type {any[]} */ points) => tipOf(points, unit) },
    xAxis: { type: "time", axisLabel: { formatter: { year: "{yyyy}", month: "{MM}/{yyyy}", day: "{dd}/{MM}" } }, splitLine: { show: false } },
    yAxis: { type: "value", name: unit, min: 0, ...(isShare ? { max: Math.min(100, Math.max(10, Math.ceil(Math.max(...series.map(({ value }) => value), ...bounds.map(({ bound }) => bound), 0) * 11) * 10)) } : { minInterval: 1 }) },
    series: drawn,
  };
}

/** @param {any[]} points @param {string} unit */
function tipOf(points, unit) {
  const date = String(points[0]?.value?.[0] ?? "").slice(0, 10);
  return [day(date), ...points.map(({ seriesName, value }) => `${seriesName}: ${figure(value[1], 1)} ${unit}`)].join("\n");
}

/** What the chart says, in a sentence. @param {PlanTarget} target */
export function trendSentence(target) {
  const { reading } = target;
  if (!reading) return pick(target, "reason");
  const told = [figureOf(target, target), reading.denominator !== null && !target.parts.length ? `(${written(reading.value, target.is_share)})` : ""].filter(Boolean).join(" ");
  return [say("plan_chart_sentence", { when: day(reading.last), told, asks: pick(target, "asks") }), pick(target, "reason")].join(" ");
}

/** @param {PlanTarget} target */
export function trendTable(target) {
  const isShare = target.is_share && target.series.some(({ denominator }) => denominator !== null);
  return {
    heads: [say("plan_head_period"), ...(isShare ? [say("plan_head_numerator"), say("plan_head_denominator")] : []), isShare ? "%" : say("plan_head_value"), say("plan_head_worth")],
    rows: target.series.toReversed().map((one) => [
      pick(one, "label"), ...(isShare ? [one.numerator, one.denominator] : []), scaled(one.value, target.is_share),
      say(one.is_estimate ? "plan_worth_estimate" : one.is_whole ? "plan_worth_whole" : "plan_worth_part"),
    ]),
    note: target.boundary_title ? say("plan_on_set", { set: target.boundary_title }) : undefined,
  };
}

/** The number that a unit has set itself for the day that comes next. @param {PlanPart} part @param {string} asOf */
export const nextMilestone = ({ milestones }, asOf) => milestones.find(({ due }) => due >= asOf) ?? milestones.at(-1) ?? null;

/**
 * How far a unit is on the way to its own number; 1 is there. Never the number of anything else.
 * @param {PlanPart} part @param {string} asOf
 */
export function ownReached(part, asOf) {
  const bound = nextMilestone(part, asOf)?.bound ?? 0;
  if (!part.reading || !bound) return null;
  return part.reading.value / bound;
}

/**
 * Units by name, or by how far each is on the way to its own number.
 * @param {PlanPart[]} parts @param {"name" | "own"} order @param {string} asOf
 */
export function inOrder(parts, order, asOf) {
  const byName = parts.toSorted((one, other) => plainName(one.name).localeCompare(plainName(other.name), "vi"));
  if (order === "name") return byName;
  return byName.toSorted((one, other) => (ownReached(other, asOf) ?? -1) - (ownReached(one, asOf) ?? -1));
}

/** "Tỉnh Hà Giang" as people look for it. @param {string} name */
export const plainName = (name) => name.replace(/^(Tỉnh|Thành phố|Huyện|Thị xã|Quận|Xã|Phường|Thị trấn|Đặc khu) /, "");

/**
 * The road of units to their numbers: what each has, its own next number, and the line of all.
 * @param {PlanPart[]} parts in the order to be shown
 * @param {{ asOf: string, last: number | null }} more the last number that is asked of all
 * @returns {Option}
 */
export function roadOption(parts, { asOf, last }) {
  const rows = parts.toReversed();
  return {
    legend: { data: [say("plan_road_now"), say("plan_road_own")] },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, formatter: (/** @type {any[]} */ points) => [points[0]?.name, ...points.map(({ seriesName, value }) => `${seriesName}: ${value === null || value === undefined || value === "-" ? say("chart_no_value") : `${figure(value, 1)}%`}`)].join("\n") },
    xAxis: { type: "value", name: "", max: 100, axisLabel: { formatter: (/** @type {number} */ value) => `${figure(value)}%` } },
    yAxis: { type: "category", data: rows.map(({ name }) => plainName(name)), axisTick: { show: false }, axisLabel: { interval: 0, hideOverlap: false } },
    series: [
      {
        name: say("plan_road_now"), type: "bar", barWidth: 12, color: COLOURS.teal,
        data: rows.map((one) => ({ value: one.reading ? scaled(one.reading.value, true) : null, itemStyle: { color: STATE_COLOURS[one.state], decal: one.state === "behind" ? PATTERNS[1] : { symbol: "none" } } })),
        ...(last === null ? {} : { markLine: { silent: true, symbol: "none", lineStyle: { color: COLOURS.ink, type: "dashed" }, label: { formatter: `${figure(last * 100)}%`, color: COLOURS.ink, position: "end", distance: 2 }, data: [{ xAxis: last * 100 }] } }),
      },
      { name: say("plan_road_own"), type: "scatter", symbol: "rect", symbolSize: [5, 20], color: COLOURS.accent, itemStyle: { borderColor: COLOURS.white, borderWidth: 1, decal: { symbol: "none" } }, data: rows.map((one) => { const bound = nextMilestone(one, asOf)?.bound; return bound === undefined ? null : scaled(bound, true); }) },
    ],
  };
}
