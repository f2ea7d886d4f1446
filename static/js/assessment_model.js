/**
 * What the page of assessments works out by itself: which communes a filter leaves, their order, what a form holds.
 * @import { Board, BoardRow, ClassId, Duty, Filter, Offer } from "./assessment_types.js"
 */

/** From worst to best. @type {ClassId[]} */
export const LADDER = ["loai_1", "loai_2", "loai_3", "khong_trong_diem", "khong_ma_tuy"];
/** In the order of the work; results of files stand last. */
export const STATES = /** @type {const} */ (["chua_bat_dau", "ra_soat", "danh_gia", "phan_loai", "tham_dinh", "cong_nhan", "khong_dat", "huy_bo", "tu_tep"]);
/** The door of a duty. @type {Record<Duty, string>} */
export const DOORS = { report: "report", classify: "classification", appraise: "appraisal", decide: "decision" };

/** Whether two of the three results that are there differ (C1). @param {Pick<BoardRow, "flags">} row */
export const differs = ({ flags }) => flags.some((flag) => flag.endsWith("_differs"));

/** Whether a class is below another one on the ladder. @param {string | null} one @param {string | null} other */
export function isLower(one, other) {
  const [a, b] = [one, other].map((id) => LADDER.indexOf(/** @type {ClassId} */ (id)));
  return a >= 0 && b >= 0 && a < b;
}

/** Whole days from one ISO day to another. @param {string} from @param {string} to */
export const daysBetween = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/**
 * Rows that a filter leaves, the longest waiting first or by name: never by numbers of places or persons (N11).
 * @param {Pick<Board, "rows" | "own_duties">} board
 * @param {Filter} filter
 * @param {(name: string) => string} fold
 */
export function shownRows({ rows, own_duties }, filter, fold) {
  const wanted = fold(filter.text.trim());
  const found = rows.filter((row) =>
    (!filter.state || row.state === filter.state) &&
    (!filter.province || row.province === filter.province) &&
    (!filter.mine || (row.waits_for !== null && own_duties.includes(row.waits_for))) &&
    (!filter.differs || differs(row)) &&
    (!filter.late || row.days_late > 0) &&
    (!wanted || fold(row.name).includes(wanted) || row.code.startsWith(filter.text.trim())));
  const byName = (/** @type {BoardRow} */ one, /** @type {BoardRow} */ other) => one.name.localeCompare(other.name, "vi") || (one.code < other.code ? -1 : 1);
  if (filter.order === "name") return found.toSorted(byName);
  return found.toSorted((one, other) =>
    Number(!one.waits_for) - Number(!other.waits_for) || other.days_late - one.days_late ||
    (one.since ?? "9").localeCompare(other.since ?? "9") || byName(one, other));
}

/** Rows of a province, or all, for counting. @param {Board} board @param {Filter} filter */
export const provinceRows = (board, filter) => (filter.province ? board.rows.filter(({ province }) => province === filter.province) : board.rows);

/** How many rows are in each state. @param {BoardRow[]} rows */
export function countStates(rows) {
  const counts = Object.fromEntries(STATES.map((state) => [state, 0]));
  for (const { state } of rows) counts[state] += 1;
  return counts;
}

/**
 * Whether a form asks for a reason: always, never, or when the class goes down (C2).
 * @param {Offer} offer
 * @param {string | null} classId
 * @param {string | null} previous
 */
export const asksReason = (offer, classId, previous) => offer.reason === "yes" || (offer.reason === "if_lower" && isLower(classId ?? offer.classes[0] ?? null, previous));

/**
 * What a form sends; empty fields are left out.
 * @param {Offer} offer
 * @param {Record<string, string>} given by name of the field
 * @param {{ seen: number, previous: string | null }} about
 */
export function wishOf(offer, given, { seen, previous }) {
  const classId = offer.classes.length ? given.class_id || null : null;
  return {
    step: offer.step,
    effective_on: given.effective_on || "",
    class_id: classId,
    verdict: offer.verdicts.length ? given.verdict || null : null,
    back_to: offer.back_to.length ? given.back_to || null : null,
    document_no: given.document_no?.trim() || null,
    reason: asksReason(offer, classId, previous) ? given.reason || null : null,
    seen,
  };
}
