/**
 * The figures of a unit as small lines below each other, each of one kind of period: of the kind that is chosen, or
 * of that with the most figures of the indicator. A carried or an estimated
 * figure is drawn apart and told in words; a period without a figure is a gap. Behind each line stands its table.
 * @import { IndicatorSeries, SeriesPoint, UnitSeries } from "./unit_types.js"
 */

import { draw } from "./svg.js";
import { figure, known, make, percent, pick, say } from "./text.js";
import { SIZE, lastFigure, layOut, manner, placeOf, spanOf } from "./unit_spark.js";

const KINDS = ["month", "half_year", "rest_of_year", "year", "calendar_year"];

/** Kinds of period that the series have, in the usual order. Pure. @param {IndicatorSeries[]} series */
export const kindsOf = (series) => KINDS.filter((kind) => series.some((one) => one.kind === kind && one.points.some(({ value }) => value !== null)));

/**
 * The series to draw, with figures: those of a kind, or of each indicator the kind with the most figures. Pure.
 * @param {IndicatorSeries[]} series
 * @param {string} kind empty for that with the most
 */
export function shownOf(series, kind) {
  const full = series.filter(({ points }) => points.some(({ value }) => value !== null));
  if (kind) return full.filter((one) => one.kind === kind);
  // Of kinds with equally many the shortest.
  const rank = (/** @type {IndicatorSeries} */ one) => one.points.filter(({ value }) => value !== null).length - KINDS.indexOf(one.kind) / 10;
  return full.filter((one) => !full.some((other) => other.indicator === one.indicator && rank(other) > rank(one)));
}

/** @param {IndicatorSeries} one */
const isShare = (one) => one.unit_vi === "%" || one.points.some(({ denominator }) => denominator !== null);

/** @param {IndicatorSeries} series @param {SeriesPoint} point */
const valueOf = (series, { value }) => (value === null ? "–" : isShare(series) ? percent(value / 100) : figure(value));

/** What qualifies a figure, in words. @param {IndicatorSeries} series @param {SeriesPoint} point */
function remarkOf(series, { status, numerator, denominator, value }) {
  const parts = value !== null && numerator !== null && denominator !== null ? say("unit_parts", { num: figure(numerator), den: figure(denominator) }) : "";
  const word = status === "." ? "" : status === "i" && isShare(series) ? say("status_partly") : known(`status_${status}`) ? say(`status_${status}`) : "";
  return [parts, word].filter(Boolean).join(" · ");
}

/**
 * @param {UnitSeries} answer
 * @param {{ kind: string, period: string, turns: string[], setKind: (kind: string) => void, kindName: (kind: string) => string }} context `turns` are the first days of other borders
 * @returns {{ heading: string, content: Node[] }}
 */
export function seriesParts({ series }, { kind, period, turns, setKind, kindName }) {
  const kinds = kindsOf(series);
  if (!kinds.length) return { heading: say("unit_series_none"), content: [make("p", { class: "muted" }, say("series_empty"))] };
  const chosen = kinds.includes(kind) ? kind : "";
  const shown = shownOf(series, chosen);
  const span = spanOf(shown);
  const asked = placeOf(period);
  const now = Number.isNaN(asked) ? span.to : asked;
  const told = shown.map(({ points }) => lastFigure(points, Math.max(now, span.from))).filter((one) => one !== undefined);
  const newest = told.length ? told.reduce((one, other) => (placeOf(other.period) > placeOf(one.period) ? other : one)) : undefined;
  const manners = new Set(shown.flatMap(({ points }) => points.filter(({ value }) => value !== null).map(({ status }) => manner(status))));
  return {
    heading: newest ? say("unit_series_heading", { count: figure(shown.length), period: lowerFirst(brief(newest)) }) : say("unit_series_title"),
    content: [
      kinds.length > 1 ? choice(kinds, chosen, setKind, kindName) : make("p", { class: "muted" }, kindName(kinds[0])),
      ...(manners.size > 1 || !manners.has("reported") ? [key(manners)] : []),
      make("div", { class: "sparks" }, ...shown.map((one) => row(one, { span, now, turns }))),
      make("p", { class: "muted" }, say("unit_series_note")),
    ],
  };
}

/** @param {SeriesPoint} point */
const brief = (point) => pick(point, "label").replace(/ \(.*/, "");

/** @param {string} text */
const lowerFirst = (text) => `${text[0]?.toLowerCase() ?? ""}${text.slice(1)}`;

/** @param {string[]} kinds @param {string} chosen @param {(kind: string) => void} setKind @param {(kind: string) => string} kindName */
function choice(kinds, chosen, setKind, kindName) {
  const select = make("select", {}, ...["", ...kinds].map((one) => make("option", { value: one, selected: one === chosen }, one ? kindName(one) : say("unit_kind_fullest"))));
  select.addEventListener("change", () => setKind(select.value));
  return make("label", { class: "kind-choice" }, say("time_kind"), select);
}

/** What the manners of drawing say. @param {Set<string>} manners */
function key(manners) {
  const line = (/** @type {string} */ one) => draw("svg", { class: "spark key", viewBox: "0 0 34 10", "aria-hidden": "true" }, draw("path", { d: "M2 5H32", class: `line ${one}` }));
  return make("ul", { class: "spark-key", "aria-label": say("legend") },
    ...["reported", "carried", "estimated"].filter((one) => manners.has(one)).map((one) => make("li", {}, line(one), make("span", {}, say(`unit_spark_${one}`)))));
}

/**
 * @param {IndicatorSeries} one
 * @param {{ span: { from: number, to: number }, now: number, turns: string[] }} context
 */
function row(one, { span, now, turns }) {
  const until = Math.max(now, span.from);
  const last = lastFigure(one.points, until);
  const name = pick(one, "name");
  const title = `${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`;
  const unit = isShare(one) ? "" : pick(one, "unit");
  const remark = last ? remarkOf(one, last) : "";
  return make("details", { class: "spark-line", "data-indicator": one.indicator },
    make("summary", {},
      make("span", { class: "spark-name" }, title, make("small", {}, [one.indicator, unit].filter(Boolean).join(" · "))),
      chart(one, title, { span, last, turns }),
      make("span", { class: "spark-value" }, make("b", {}, last ? valueOf(one, last) : "–"), make("small", {}, last ? [brief(last), remark].filter(Boolean).join(" · ") : say("no_data")))),
    table(one, title));
}

/**
 * @param {IndicatorSeries} one
 * @param {string} title
 * @param {{ span: { from: number, to: number }, last: SeriesPoint | undefined, turns: string[] }} context
 */
function chart(one, title, { span, last, turns }) {
  const { lines, alone, top, across } = layOut(one.points, span);
  const { width, height, space } = SIZE;
  const turned = turns.map((first) => across(placeOf(`M${first.slice(0, 7)}`) - 0.5)).filter((x) => x !== null);
  const places = last ? layOut([last], span).alone : [];
  const mark = last && places[0] ? { x: places[0].x, y: height - space - ((last.value ?? 0) * (height - 2 * space)) / Math.max(1e-9, top) } : null;
  return draw("svg", { class: "spark", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": say("series_label", { name: title, top: isShare(one) ? percent(top / 100) : figure(top) }) },
    draw("path", { d: `M${space} ${height - space}H${width - space}`, class: "axis" }),
    ...turned.map((x) => draw("path", { d: `M${x} 1V${height - 1}`, class: "turn" })),
    ...lines.map(({ path, manner: how }) => draw("path", { d: path, class: `line ${how}` })),
    ...alone.map(({ x, y, manner: how }) => draw("circle", { cx: x, cy: y, r: 1.8, class: `dot ${how}` })),
    mark && last ? draw("circle", { cx: mark.x, cy: mark.y, r: 3.4, class: `now ${manner(last.status)}` }) : null);
}

/** @param {IndicatorSeries} one @param {string} title */
function table(one, title) {
  return make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": title }, make("table", { class: "plain-table" },
    make("thead", {}, make("tr", {}, ...["period", "value", "remark"].map((column) => make("th", { scope: "col", class: column === "value" ? "number" : null }, say(`unit_column_${column}`))))),
    make("tbody", {}, ...[...one.points].reverse().map((point) => make("tr", {},
      make("th", { scope: "row" }, brief(point)), make("td", { class: "number" }, valueOf(one, point)), make("td", {}, remarkOf(one, point)))))));
}
