/**
 * What a report says, sorted for people: findings by kind, what can be mended on the page, what may be stored.
 * Pure.
 * @import { ImportFinding, ImportKind, ImportOptions, ImportReport, ImportRow, Severity } from "./import_types.js"
 */

import { known, pick, say } from "./text.js";

const ORDER = /** @type {Severity[]} */ (["error", "warning", "info"]);
/** Findings that the choice of columns answers, and those that the coordinate system does. */
const ABOUT_COLUMNS = new Set(["column_missing", "column_ambiguous", "column_unknown"]);
const ABOUT_CRS = /^(crs_missing|crs_proposed|crs_unknown|place_crs_missing|record_crs_refused)$/;
/** The request was wrong, not the file. */
const NO_FILE = "http_parameter";
const GAP = "…";
const OF_UNIT = new Set(["unit_code", "unit", "province"]);

/** @returns {ImportOptions} nothing said beside the file */
export const noOptions = () => ({ map: {}, defaults: {}, accepted: {}, skip_refused: false, correction: null, crs: null, layout: null });

/** What a kind is called on this page. @param {ImportKind} kind */
export function titleOf(kind) {
  const own = `import_kind_${kind.id.replaceAll("-", "_")}`;
  return known(own) ? say(own) : pick(kind, "title");
}

/** The field that a finding about columns speaks of. @param {ImportFinding} finding */
const fieldOf = (finding) => /--map (\w+)=/.exec(finding.message_vi)?.[1] ?? "";

/**
 * What a finding says to somebody before this page: where the service's sentence speaks of options of a command,
 * the page has its own; fields are named as on the page.
 * @param {ImportFinding} finding
 * @param {ImportKind} kind
 */
export function sentenceOf(finding, kind) {
  const own = `import_said_${finding.code}`;
  if (!known(own)) return pick(finding, "message").replace(/“(\w+)”/g, (whole, name) => {
    const named = kind.fields.find(({ id }) => id === name);
    return named ? `“${pick(named, "title")}”` : whole;
  });
  const field = kind.fields.find(({ id }) => id === fieldOf(finding));
  const crs = /EPSG:\d+/.exec(finding.message_vi)?.[0] ?? "";
  return say(own, { field: field ? pick(field, "title") : (finding.column ?? fieldOf(finding)), crs });
}

/**
 * What sentences have in common, word by word from both ends; the rest is left open. "Mã 01 không có." and
 * "Mã 02 không có." give "Mã … không có."
 * @param {string[]} sentences at least one
 */
export function inCommon(sentences) {
  const different = [...new Set(sentences)];
  if (different.length === 1) return different[0];
  const words = different.map((one) => one.split(" "));
  const shortest = Math.min(...words.map((one) => one.length));
  const same = (/** @type {(one: string[]) => string | undefined} */ at) => words.every((one) => at(one) === at(words[0]));
  let head = 0;
  while (head < shortest && same((one) => one[head])) head++;
  let tail = 0;
  while (tail < shortest - head && same((one) => one.at(-1 - tail))) tail++;
  const end = words[0].slice(words[0].length - tail).join(" ");
  return [words[0].slice(0, head).join(" "), GAP, end].filter(Boolean).join(" ");
}

/**
 * @typedef {object} Group findings of one kind
 * @property {string} code
 * @property {Severity} severity
 * @property {number} count in the whole file, which may be more than the findings that came along
 * @property {boolean} acceptable
 * @property {ImportFinding[]} findings
 */

/**
 * Findings by kind: errors first, of each the most frequent first.
 * @param {ImportReport} report
 * @returns {Group[]}
 */
export function groupsOf(report) {
  /** @type {Map<string, Group>} */
  const groups = new Map();
  for (const finding of report.findings) {
    const group = groups.get(finding.code) ?? { code: finding.code, severity: finding.severity, count: 0, acceptable: false, findings: [] };
    groups.set(finding.code, group);
    group.findings.push(finding);
    group.acceptable ||= finding.acceptable;
    if (ORDER.indexOf(finding.severity) < ORDER.indexOf(group.severity)) group.severity = finding.severity;
  }
  for (const group of groups.values()) group.count = Math.max(report.finding_counts[group.code] ?? 0, group.findings.length);
  return [...groups.values()].sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity) || other.count - one.count);
}

/** @param {ImportFinding[]} findings @returns {Map<number, ImportFinding[]>} by row */
export function byRow(findings) {
  /** @type {Map<number, ImportFinding[]>} */
  const rows = new Map();
  for (const finding of findings)
    if (finding.row !== null) rows.set(finding.row, [...(rows.get(finding.row) ?? []), finding]);
  return rows;
}

/**
 * The fields in the order of a table: those with something to mend first, the most frequent before the others;
 * those that only name the unit last, since it has a column of its own.
 * @param {ImportReport} report
 * @param {ImportKind} kind
 */
export function fieldsToShow(report, kind) {
  const there = kind.fields.filter(({ id }) => report.rows.some(({ cells }) => id in cells));
  const worth = report.findings.filter(({ row, severity }) => row !== null && severity !== "info");
  const weight = (/** @type {{ id: string }} */ { id }) => worth.filter((finding) => isAbout(finding, id, report)).length - (OF_UNIT.has(id) ? 0.5 : 0);
  return there.map((field) => ({ field, weight: weight(field) })).sort((one, other) => other.weight - one.weight).map(({ field }) => field);
}

/** Whether a finding is about the cell of a field. @param {ImportFinding} finding @param {string} field @param {ImportReport} report */
export const isAbout = (finding, field, report) => finding.column !== null && (finding.column === field || finding.column === report.columns[field]);

/**
 * What the page can mend without the file being touched.
 * @param {ImportReport} report
 * @returns {{ columns: Set<string>, crs: boolean, proposals: string[], any: boolean }} fields in question; coordinate systems proposed, likeliest first
 */
export function mendable(report) {
  const errors = report.findings.filter(({ severity }) => severity === "error");
  const columns = errors.filter(({ code }) => ABOUT_COLUMNS.has(code)).map(fieldOf);
  const proposed = report.findings.filter(({ code }) => code === "crs_proposed").flatMap(({ message_vi }) => /EPSG:\d+/.exec(message_vi) ?? []);
  const crs = report.findings.some(({ code }) => ABOUT_CRS.test(code));
  return { columns: new Set(columns), crs, proposals: [...new Set(proposed)], any: crs || columns.length > 0 || Boolean(report.known_layout) };
}

/**
 * What the report comes to: `unread` (the file as a whole is refused), `refused` (every row is), `partly`,
 * `nothing_new` (all is known already), `good`.
 * @param {ImportReport} report
 */
export function verdictOf({ findings, counts }) {
  if (findings.some(({ row, severity }) => row === null && severity === "error")) return "unread";
  if (!counts.rows || counts.refused === counts.rows) return counts.rows ? "refused" : "unread";
  if (counts.refused) return "partly";
  return counts.new === 0 ? "nothing_new" : "good";
}

/**
 * A file refused while it was read, as a report without rows, when the refusal says what was found in it.
 * @param {{ code: string, message_vi: string, message_en: string, details: Record<string, any> }} refusal
 * @returns {ImportReport | null}
 */
export function reportOfRefusal({ code, message_vi, message_en, details }) {
  /** @type {ImportFinding[]} */
  const told = Array.isArray(details.findings) ? details.findings : [];
  if (!told.length || code === NO_FILE) return null;
  const findings = [{ code, severity: /** @type {const} */ ("error"), row: null, column: null, message_vi, message_en }, ...told];
  return {
    committed: false, import_id: null, sha256: "", simulated: false, ok: false, counts: { rows: 0, refused: 0, new: 0, known: 0 }, columns: {}, file_columns: [],
    findings: findings.map((finding) => ({ ...finding, acceptable: false })), finding_counts: {}, rows: [], shapes: null, units: [],
  };
}

/** Whether the file may be stored as it stands. @param {ImportReport} report */
export const mayCommit = (report) => report.ok && !report.committed && report.counts.new > 0;

/**
 * Why a file is not worth sending, as the code of a sentence; empty when it is.
 * @param {{ name: string, size: number }} file
 * @param {ImportKind} kind
 * @param {number} limit bytes
 */
export function fileProblem({ name, size }, kind, limit) {
  const low = name.toLowerCase();
  if (!kind.suffixes.some((suffix) => low.endsWith(suffix))) return "import_wrong_type";
  if (size === 0) return "import_empty_file";
  return size > limit ? "import_too_large" : "";
}

/** The findings as lines of a spreadsheet, in the language spoken. @param {ImportReport} report @param {ImportKind} kind @returns {string[][]} */
export function findingLines(report, kind) {
  const head = ["row", "column", "severity", "finding", "code"].map((name) => say(`import_csv_${name}`));
  const lines = groupsOf(report).flatMap(({ findings }) => findings.map((finding) => [
    finding.row === null ? "" : String(finding.row), finding.column ?? "", say(`import_severity_${finding.severity}`), sentenceOf(finding, kind), finding.code,
  ]));
  return [head, ...lines];
}

/** Rows of a state that the report counts but did not bring. @param {ImportReport} report @param {"refused" | "good"} state */
export function rowsNotShown({ counts, rows }, state) {
  const shown = rows.filter((row) => (row.state === "refused") === (state === "refused")).length;
  const all = state === "refused" ? counts.refused : counts.rows - counts.refused;
  return Math.max(0, all - shown);
}

/** Rows that a filter lets through. @param {ImportRow[]} rows @param {"all" | "refused" | "good"} filter */
export const filtered = (rows, filter) => rows.filter(({ state }) => filter === "all" || (state === "refused") === (filter === "refused"));
