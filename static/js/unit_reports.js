/**
 * Which reports a unit owes and has given; of a larger unit how many of its communes have.
 * @import { Calendar, OwedRow } from "./unit_types.js"
 */

import { day, figure, known, make, pick, say } from "./text.js";

const SIGNS = { on_time: "✓", late: "◷", missing: "✕", not_due: "–" };
const ROWS_MOST = 15;

/** The reports of one unit, the newest window first. Pure. @param {Calendar} calendar */
export const rowsOfUnit = ({ units }) => [...(units[0]?.rows ?? [])].sort((one, other) => other.due_last.localeCompare(one.due_last));

/**
 * @param {Calendar} calendar
 * @param {boolean} own whether it is about one unit that owes reports
 * @returns {{ heading: string, content: (Node | null)[] }}
 */
export function reportsParts(calendar, own) {
  return own ? ofUnit(calendar) : ofMany(calendar);
}

/** @param {Calendar} calendar */
function ofUnit(calendar) {
  const rows = rowsOfUnit(calendar);
  if (!rows.length) return { heading: say("unit_reports_not_owed"), content: [make("p", { class: "muted" }, say("unit_reports_not_owed_why"))] };
  const missing = rows.filter(({ state }) => state === "missing");
  const late = rows.filter(({ state }) => state === "late");
  const heading = missing.length
    ? say("unit_reports_missing", { count: figure(missing.length), day: day(missing.at(-1)?.due_last) })
    : say(late.length ? "unit_reports_late" : "unit_reports_all", { count: figure(late.length) });
  return { heading, content: [table(calendar, rows), stamp(calendar)] };
}

/** @param {Calendar} calendar @param {OwedRow[]} rows */
function table({ cycles }, rows) {
  const head = ["report", "due", "state", "submitted", "approval"];
  const label = (/** @type {OwedRow} */ row) => {
    const cycle = cycles.find(({ id, period }) => id === row.cycle && period === row.period) ?? cycles.find(({ id }) => id === row.cycle);
    const name = cycle?.period === row.period ? pick(cycle, "label").replace(/ \(.*/, "") : "";
    return name || `${cycle ? pick(cycle, "title") : row.cycle} ${row.period}`;
  };
  const shown = rows.slice(0, ROWS_MOST);
  return make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": say("unit_reports_label") }, make("table", { class: "plain-table reports" },
    make("thead", {}, make("tr", {}, ...head.map((one) => make("th", { scope: "col" }, say(`unit_column_${one}`))))),
    make("tbody", {}, ...shown.map((row) => make("tr", {},
      make("th", { scope: "row" }, label(row)), make("td", {}, day(row.due_last)),
      make("td", {}, make("span", { class: `due ${row.state}` }, make("i", { "aria-hidden": "true" }, SIGNS[row.state] ?? ""),
        row.state === "late" || row.state === "missing" ? say(`unit_due_${row.state}`, { days: figure(row.days_late) }) : say(`unit_due_${row.state}`))),
      make("td", {}, day(row.submitted_on)),
      make("td", {}, known(`unit_approval_${row.approval}`) ? say(`unit_approval_${row.approval}`) : ""))))));
}

/** @param {Calendar} calendar */
function ofMany(calendar) {
  const owed = calendar.cycles.filter(({ counts }) => counts.on_time + counts.late + counts.missing > 0).sort((one, other) => other.due_last.localeCompare(one.due_last));
  if (!owed.length) return { heading: say("unit_reports_not_owed"), content: [make("p", { class: "muted" }, say("unit_reports_not_owed_why"))] };
  const worst = owed.reduce((one, other) => (other.counts.missing > one.counts.missing ? other : one));
  const head = ["report", "due", "on_time", "late", "missing"];
  return {
    heading: worst.counts.missing ? say("unit_reports_communes_missing", { count: figure(worst.counts.missing), day: day(worst.due_last) }) : say("unit_reports_communes_all"),
    content: [make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": say("unit_reports_label") }, make("table", { class: "plain-table" },
      make("thead", {}, make("tr", {}, ...head.map((one, place) => make("th", { scope: "col", class: place > 1 ? "number" : null }, say(`unit_column_${one}`))))),
      make("tbody", {}, ...owed.map((one) => make("tr", {}, make("th", { scope: "row" }, pick(one, "label") || pick(one, "title")), make("td", {}, day(one.due_last)),
        ...[one.counts.on_time, one.counts.late, one.counts.missing].map((count) => make("td", { class: "number" }, figure(count)))))))), stamp(calendar)],
  };
}

/** @param {Calendar} calendar */
const stamp = ({ as_of }) => make("p", { class: "muted" }, say("unit_reports_as_of", { day: day(as_of) }));
