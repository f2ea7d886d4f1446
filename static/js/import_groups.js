/**
 * Findings in plain words, grouped by kind: how often, where, and, where an office may, taken with a reason.
 * @import { Group } from "./import_findings.js"
 * @import { ImportFinding, ImportKind, ImportOptions, ImportReport } from "./import_types.js"
 */

import { groupsOf, inCommon, sentenceOf } from "./import_findings.js";
import { figure, make, say } from "./text.js";

const PLACES_MOST = 50;
/** Kinds of findings before one asks for the rest. */
const GROUPS_AT_FIRST = 6;
/** Approved figures, refused or corrected with a reason of the list. */
const LOCKED = ["figure_locked", "figure_corrected"];
export const CORRECTIONS = ["nhap_sai", "bo_sung", "doi_chieu_lai"];
const REASON = { least: 3, most: 200 };

/** What the user folded or unfolded, kept while one file is worked on. @type {Map<string, boolean>} */
const unfolded = new Map();
/** Another file: everything stands as at first. */
export const foldAgain = () => unfolded.clear();

/**
 * A part that folds, and stays as the user left it when it is drawn anew.
 * @param {string} key
 * @param {{ open: boolean, class?: string }} at first
 * @param {(Node | string | null)[]} summary
 * @param {...(Node | null)} children
 */
export function folding(key, { open, class: name }, summary, ...children) {
  const details = make("details", { class: name, open: unfolded.get(key) ?? open }, make("summary", { "data-key": `fold-${key}` }, ...summary), ...children);
  details.addEventListener("toggle", () => unfolded.set(key, details.open));
  return details;
}

/**
 * @param {ImportReport} report
 * @param {ImportKind} kind
 * @param {ImportOptions} options
 * @param {{ accept: (code: string, reason: string | null) => void, correct: (reason: string | null) => void, toRow: (row: number) => void, download: () => void }} hooks
 */
export function groupList(report, kind, options, hooks) {
  const groups = groupsOf(report);
  if (!groups.length) return null;
  const rest = groups.slice(GROUPS_AT_FIRST);
  const download = make("button", { type: "button", class: "link", "data-key": "csv" }, say("import_csv"));
  download.addEventListener("click", hooks.download);
  const brought = report.findings.length;
  const all = groups.reduce((sum, { count }) => sum + count, 0);
  return make("section", { class: "groups", "aria-label": say("import_findings") },
    make("header", {}, make("h3", {}, say("import_findings")), download),
    all > brought ? make("p", { class: "muted" }, say("import_findings_first", { count: figure(brought), all: figure(all) })) : null,
    ...groups.slice(0, GROUPS_AT_FIRST).map((group) => one(group, kind, options, hooks)),
    rest.length ? folding("rest", { open: false, class: "rest" }, [make("span", { class: "said" }, say("import_findings_more", { count: figure(rest.length) }))], ...rest.map((group) => one(group, kind, options, hooks))) : null);
}

/** @param {Group} group @param {ImportKind} kind @param {ImportOptions} options @param {Parameters<typeof groupList>[3]} hooks */
function one(group, kind, options, hooks) {
  const sentences = group.findings.map((finding) => sentenceOf(finding, kind));
  const accepted = group.code in options.accepted;
  const severity = accepted ? "accepted" : group.severity;
  const rows = group.findings.some(({ row }) => row !== null);
  const summary = [make("span", { class: `severity ${severity}` }, say(`import_severity_${severity}`)), make("span", { class: "said" }, inCommon(sentences)),
    rows ? make("span", { class: "count" }, say("import_rows", { count: figure(group.count) })) : null];
  const acceptance = LOCKED.includes(group.code) ? correctForm(options.correction, hooks.correct) : group.acceptable || accepted ? acceptForm(group.code, options.accepted[group.code] ?? null, hooks.accept) : null;
  if (!rows && group.findings.length === 1 && !acceptance) return make("div", { class: "group flat" }, ...summary);
  const same = new Set(sentences).size === 1;
  const lines = group.findings.slice(0, PLACES_MOST).map((finding, at) => place(finding, same ? "" : sentences[at], hooks.toRow));
  const more = group.count - lines.length;
  return folding(`group-${group.code}`, { open: false, class: "group" }, summary, acceptance,
    make("ul", { class: same && rows ? "places short" : "places" }, ...lines, more > 0 ? make("li", { class: "muted" }, say("import_places_more", { count: figure(more) })) : null));
}

/** @param {ImportFinding} finding @param {string} sentence @param {(row: number) => void} toRow */
function place({ row, column }, sentence, toRow) {
  if (row === null) return make("li", {}, sentence || (column ?? ""));
  const button = make("button", { type: "button", class: "link" }, say("import_row", { row: figure(row) }));
  button.addEventListener("click", () => toRow(row));
  const about = [column && !sentence.includes(column) ? say("import_in_column", { column }) : "", sentence].filter(Boolean).join(" · ");
  return make("li", {}, button, about ? make("span", {}, about) : null);
}

/** Approved figures are corrected, with a reason, or left. @param {string | null} reason @param {(reason: string | null) => void} correct */
function correctForm(reason, correct) {
  if (reason !== null) {
    const back = make("button", { type: "button", class: "link", "data-key": "uncorrect" }, say("import_unaccept"));
    back.addEventListener("click", () => correct(null));
    return make("p", { class: "accept" }, make("span", {}, say("import_corrects", { reason: say(`import_correction_${reason}`) })), back);
  }
  const reasons = make("select", { "data-key": "correction", required: true }, make("option", { value: "" }, say("import_correction_choose")), ...CORRECTIONS.map((code) => make("option", { value: code }, say(`import_correction_${code}`))));
  const form = make("form", { class: "accept", novalidate: true }, make("label", {}, make("span", {}, say("import_correction_why")), reasons),
    make("button", { type: "submit", class: "button", "data-key": "correct" }, say("import_correct")), make("small", { class: "muted" }, say("import_correction_about")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!reasons.value) return reasons.focus();
    correct(reasons.value);
  });
  return form;
}

/** @param {string} code @param {string | null} reason @param {(code: string, reason: string | null) => void} accept */
function acceptForm(code, reason, accept) {
  if (reason !== null) {
    const back = make("button", { type: "button", class: "link", "data-key": `unaccept-${code}` }, say("import_unaccept"));
    back.addEventListener("click", () => accept(code, null));
    return make("p", { class: "accept" }, make("span", {}, say("import_accepted", { reason })), back);
  }
  const input = make("input", { type: "text", class: "text", minlength: String(REASON.least), maxlength: String(REASON.most), autocomplete: "off", "data-key": `reason-${code}`, required: true });
  const note = make("small", { class: "muted", role: "status" }, say("import_reason_form", REASON));
  const form = make("form", { class: "accept", novalidate: true }, make("label", {}, make("span", {}, say("import_accept_why")), input),
    make("button", { type: "submit", class: "button", "data-key": `accept-${code}` }, say("import_accept")), note);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = input.value.trim();
    const short = words.length < REASON.least;
    note.classList.toggle("warning", short);
    if (short) return input.focus();
    accept(code, words);
  });
  return form;
}
