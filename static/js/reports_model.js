/**
 * What the page of reports works out by itself: which report to show first, counts by province, lines of the list.
 * @import { DueState, Line, OwedCycle, Organ, ReportCalendar } from "./reports_types.js"
 */

/** @type {DueState[]} */
export const STATES = ["missing", "late", "on_time", "not_due"];
/** Worst first; within a state the longest first. */
const RANK = Object.fromEntries(STATES.map((state, place) => [state, place]));

/**
 * The report that people ask about: of those whose last day has gone by the one that was due last, else the first.
 * @param {ReportCalendar} calendar
 * @param {string} [wanted] period of an address
 * @returns {OwedCycle | undefined}
 */
export function chosenCycle({ cycles, as_of }, wanted) {
  const named = cycles.find(({ period }) => period === wanted);
  if (named) return named;
  const gone = cycles.filter(({ due_last }) => due_last < as_of);
  return gone.toSorted((one, other) => (one.due_last < other.due_last ? 1 : -1))[0] ?? cycles[0];
}

/**
 * Units that owe the report of a period, in the order of the list.
 * @param {ReportCalendar} calendar
 * @param {string} period
 * @returns {Line[]}
 */
export function linesOf({ units, provinces }, period) {
  const names = new Map(provinces.map((one) => [`${one.boundary_set}/${one.code}`, one.name]));
  const lines = units.flatMap((unit) => {
    const row = unit.rows.find((one) => one.period === period);
    return row ? [{ unit, row, province: names.get(`${unit.boundary_set}/${unit.province}`) ?? "" }] : [];
  });
  return lines.toSorted((one, other) =>
    RANK[one.row.state] - RANK[other.row.state] || other.row.days_late - one.row.days_late ||
    one.province.localeCompare(other.province, "vi") || one.unit.name.localeCompare(other.unit.name, "vi"));
}

/** @param {Line[]} lines @returns {Record<DueState, number>} */
export function countStates(lines) {
  const counts = { on_time: 0, late: 0, missing: 0, not_due: 0 };
  for (const { row } of lines) counts[row.state] += 1;
  return counts;
}

/** I20 as its parts: reports on time of those owed; nothing while some are not due yet. @param {Record<DueState, number>} counts */
export const onTime = ({ on_time, late, missing, not_due }) => (not_due ? { num: 0, den: 0 } : { num: on_time, den: on_time + late + missing });

/**
 * Counts by province, those with most missing first.
 * @param {Line[]} lines
 */
export function byProvince(lines) {
  /** @type {Map<string, Line[]>} */
  const groups = new Map();
  for (const line of lines) {
    const key = `${line.unit.province}|${line.province}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups]
    .map(([key, group]) => ({ code: key.split("|")[0], name: key.split("|")[1], counts: countStates(group), total: group.length }))
    .toSorted((one, other) => other.counts.missing - one.counts.missing || other.counts.late - one.counts.late || one.name.localeCompare(other.name, "vi"));
}

/**
 * Lines that a filter leaves: `state` a state, `waiting` or empty for all; `province` a code or empty.
 * @param {Line[]} lines
 * @param {{ state: string, province: string, text: string }} filter
 * @param {(name: string) => string} fold
 */
export function filtered(lines, { state, province, text }, fold) {
  const wanted = fold(text.trim());
  return lines.filter(({ unit, row }) =>
    (!state || (state === "waiting" ? row.waits_for !== null : row.state === state)) &&
    (!province || unit.province === province) &&
    (!wanted || fold(unit.name).includes(wanted) || unit.code.startsWith(text.trim())));
}

/** Who has the duty of a level. @param {Organ[]} organs @param {string | null} level */
export const organOf = (organs, level) => organs.find((one) => one.level === level);
