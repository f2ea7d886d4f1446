/**
 * The import page: choose what it is, pick a file, see what was found, mend, store, take back.
 *
 *     choose -> busy (check) -> checked -> [ask] -> busy (store) -> stored
 *                  ^  each change  |
 *
 * A file is read once and kept here: what is stored is what was checked, even when the file is changed meanwhile.
 * @import { ImportKinds, ImportOptions, ImportReport } from "./import_types.js"
 */

import { Refusal, ask, goToLogin, logOut, session } from "./api.js";
import { dropAnywhere, dropZone, kindList, sizeOf, suffixesOf } from "./import_choose.js";
import { fileProblem, findingLines, noOptions, reportOfRefusal, titleOf } from "./import_findings.js";
import { mendParts } from "./import_fix.js";
import { foldAgain, groupList } from "./import_groups.js";
import { PastImports, sentence, undoForm } from "./import_list.js";
import { ImportMap } from "./import_map.js";
import { RowTable } from "./import_table.js";
import { Cancelled, importAddress, send } from "./import_upload.js";
import { Progress, askToStore, button, context, failure, stored, verdict } from "./import_views.js";
import { showMenu } from "./menu.js";
import { readAddress } from "./state.js";
import { csvOf } from "./table.js";
import { loadMessages, make, say, speak, spoken, translate } from "./text.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {{ kinds: ImportKinds | null, kind: string, phase: "choose" | "busy" | "checked" | "failed" | "stored" | "closed", queue: File[], at: number, file: { name: string, size: number, body: Blob } | null, options: ImportOptions, report: ImportReport | null, problem: unknown, committing: boolean, refused: string, undoing: boolean, undone: string, side: "table" | "map" }} */
const now = { kinds: null, kind: "", phase: "choose", queue: [], at: 0, file: null, options: noOptions(), report: null, problem: null, committing: false, refused: "", undoing: false, undone: "", side: "table" };
/** @type {AbortController | null} */
let running = null;
/** @type {Progress | null} */
let progress = null;

const past = new PastImports($("past"), () => now.kinds);
const table = new RowTable({ onPick: (row) => map.pick(row) });
const map = new ImportMap({
  onRow: toRow,
  onUnit: (code) => {
    const row = now.report?.rows.find(({ unit }) => unit?.code === code);
    if (row) toRow(row.row);
  },
});
const kindNow = () => now.kinds?.kinds.find(({ id }) => id === now.kind);

/** @param {number} row */
function toRow(row) {
  setSide("table");
  if (!table.show(row)) return void ($("row-note").textContent = say("import_row_not_here", { row }));
  $("row-note").textContent = "";
  const there = now.report?.rows.find((one) => one.row === row);
  if (there) map.pick(there);
}

/** @param {Partial<typeof now>} patch @param {{ focus?: boolean }} [options] whether the heading of what comes takes the focus */
function to(patch, { focus = false } = {}) {
  Object.assign(now, patch);
  render();
  if (focus) {
    scrollTo({ top: 0 });
    /** @type {HTMLElement | null} */ ($("work").querySelector("h2"))?.focus({ preventScroll: true });
  }
}

/** Files come in: the first is checked at once, the others wait. @param {File[]} files */
function take(files) {
  if (now.phase === "busy" || now.phase === "closed" || !files.length) return;
  const kind = kindNow();
  if (!kind) return to({ phase: "choose", queue: files, refused: say("import_kind_first") });
  to({ queue: files, at: 0 });
  begin();
}

/** Check the file whose turn it is. */
async function begin() {
  const [file, kind] = [now.queue[now.at], kindNow()];
  if (!file || !kind || !now.kinds) return;
  const problem = fileProblem(file, kind, now.kinds.limit_bytes);
  if (problem) return refuse(problem, file.name);
  foldAgain();
  await hold(file, noOptions());
}

/** @param {string} code @param {string} name */
function refuse(code, name) {
  const [kind, limit] = [kindNow(), now.kinds?.limit_bytes ?? 0];
  to({ phase: "choose", report: null, file: null, refused: say(code, { file: name, suffixes: kind ? suffixesOf(kind) : "", size: sizeOf(limit) }) });
}

/** Read a file into memory and check it. @param {File} file @param {ImportOptions} options */
async function hold(file, options) {
  try {
    const body = new Blob([await file.arrayBuffer()]);
    Object.assign(now, { file: { name: file.name, size: file.size, body }, options, report: null, undone: "" });
  } catch {
    return refuse("import_file_unreadable", file.name);
  }
  await run("preview");
}

/** Send what is held; a newer call gives up the one under way. @param {"preview" | "commit"} act */
async function run(act) {
  const { file, kind, options, report } = now;
  if (!file) return;
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const anew = act === "preview" && report !== null;
  progress = new Progress(say(act === "commit" ? "import_storing" : anew ? "import_checking_again" : "import_checking"), () => mine.abort());
  to({ phase: "busy", committing: act === "commit" }, { focus: !anew });
  const address = importAddress(act, { kind, name: file.name, options, sha256: act === "commit" ? report?.sha256 : undefined });
  try {
    const found = await send(address, file.body, { signal: mine.signal, onSent: (share) => progress?.sent(share), onStage: (stage) => progress?.stage(stage) });
    if (running !== mine) return;
    running = null;
    if (found.committed) {
      past.load();
      return to({ phase: "stored", report: found, undoing: false }, { focus: true });
    }
    to({ phase: "checked", report: found }, { focus: !anew });
  } catch (problem) {
    if (running !== mine) return;
    running = null;
    if (problem instanceof Cancelled) return act === "commit" ? failed(new Refusal(0)) : to({ phase: report ? "checked" : "choose" }, { focus: report !== null });
    if (!(problem instanceof Refusal)) throw problem;
    const told = act === "preview" ? reportOfRefusal(problem) : null;
    if (told) to({ phase: "checked", report: told }, { focus: !anew });
    else failed(problem);
  }
}

/** @param {Refusal} problem */
function failed(problem) {
  if (now.committing) past.load();
  to({ phase: "failed", problem }, { focus: true });
}

/** @param {Partial<ImportOptions>} patch */
function change(patch) {
  if (now.committing && now.phase === "busy") return;
  now.options = { ...now.options, ...patch };
  run("preview");
}

/** @param {string} code @param {string | null} reason */
function accept(code, reason) {
  const { [code]: _, ...rest } = now.options.accepted;
  change({ accepted: reason === null ? rest : { ...rest, [code]: reason } });
}

/** @param {File[]} files */
function mended([file]) {
  const [kind, limit] = [kindNow(), now.kinds?.limit_bytes ?? 0];
  const problem = kind ? fileProblem(file, kind, limit) : "";
  if (problem) return refuse(problem, file.name);
  hold(file, { ...now.options, skip_refused: false });
}

function askFirst() {
  const { report, file } = now;
  const kind = kindNow();
  if (report && file && kind) askToStore(/** @type {HTMLDialogElement} */ ($("confirm")), report, { title: titleOf(kind), file: file.name, yes: () => run("commit") });
}

const startOver = () => {
  running?.abort();
  to({ phase: "choose", queue: [], at: 0, file: null, report: null, options: noOptions(), refused: "", committing: false });
};

function goOn() {
  to({ at: now.at + 1, report: null, refused: "" });
  begin();
}

function download() {
  const { report, file } = now;
  const kind = kindNow();
  if (!report || !kind || !file) return;
  const lines = [[`${titleOf(kind)}: ${file.name}`], ...(report.simulated ? [[say("simulated")]] : []), [], ...findingLines(report, kind)];
  const address = URL.createObjectURL(new Blob([csvOf(lines)], { type: "text/csv;charset=utf-8" }));
  make("a", { href: address, download: `${file.name.replace(/\.\w+$/, "")}-${say("import_csv_file")}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** On little room the table or the map. @param {"table" | "map"} side */
function setSide(side) {
  now.side = side;
  const both = $("work").querySelector(".both");
  both?.setAttribute("data-side", side);
  for (const tab of both?.querySelectorAll(".sides button") ?? []) tab.setAttribute("aria-pressed", String(tab.getAttribute("data-key") === `side-${side}`));
}

function render() {
  const { phase } = now;
  const key = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : "";
  if (phase === "closed") return;
  const seen = phase === "checked" || (phase === "busy" && now.report && !now.committing);
  // Without rows there is nothing to lay beside the findings.
  document.body.dataset.phase = seen ? (now.report?.rows.length ? "checked" : "alone") : phase;
  $("choose").hidden = phase !== "choose";
  $("work").hidden = phase === "choose";
  $("past").hidden = !(phase === "choose" || phase === "stored" || (phase === "failed" && now.committing));
  if (phase === "choose") renderChoice();
  else renderWork();
  if (key) /** @type {HTMLElement | null} */ (document.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus({ preventScroll: true });
}

function renderChoice() {
  const { kinds } = now;
  if (!kinds) return $("choose").replaceChildren(make("div", { class: "skeleton block" }), make("div", { class: "skeleton block" }));
  const choose = (/** @type {string} */ kind) => {
    to({ kind, refused: "" });
    if (now.queue.length && kind) take(now.queue);
  };
  $("choose").replaceChildren(make("p", { class: "promise muted" }, say("import_promise")), kindList(kinds, now.kind, choose), dropZone(kinds, kindNow(), now.refused, take));
}

function renderWork() {
  const { phase, file, queue, at, report, options } = now;
  const kind = kindNow();
  if (!file || !kind) return;
  const waiting = queue[at + 1];
  const skip = waiting && phase !== "busy" && phase !== "stored" ? button(say("import_skip_file"), "skip-file", goOn, "link") : null;
  const top = context(kind, { name: file.name, size: sizeOf(file.size) }, { at: at + 1, of: queue.length }, skip);
  const anew = phase === "busy" && report && !now.committing;
  if (phase === "failed") {
    const back = report && !now.committing ? () => to({ phase: "checked" }) : null;
    const loggedIn = () => run(now.committing ? "commit" : "preview");
    return $("work").replaceChildren(top, failure(now.problem, { committing: now.committing, retry: () => run("preview"), other: startOver, back, loggedIn }));
  }
  if (phase === "stored" && report) return $("work").replaceChildren(top, result(report, waiting?.name ?? ""));
  if (!report || (phase === "busy" && !anew)) return $("work").replaceChildren(top, progress?.root ?? "");
  const words = (/** @type {"table" | "map"} */ side) => button(say(`import_side_${side}`), `side-${side}`, () => setSide(side), "");
  table.render(report, kind);
  const both = make("div", { class: "both" }, make("div", { class: "segments sides", role: "group", "aria-label": say("import_sides") }, words("table"), words("map")), make("p", { id: "row-note", class: "muted", role: "status" }), table.root);
  const found = make("div", { class: "found-part" }, anew ? (progress?.root ?? null) : verdict(report, kind, options, { ask: askFirst, change, mended, other: startOver }),
    ...mendParts(report, kind, options, change), groupList(report, kind, options, { accept, correct: (correction) => change({ correction }), toRow, download }));
  both.append(map.root);
  $("work").replaceChildren(top, make("div", { class: "checked", "aria-busy": String(Boolean(anew)) }, found, both));
  map.show(report).then(() => both.classList.toggle("no-map", map.root.hidden));
  both.classList.toggle("no-map", !report.units.length && !report.shapes?.features.length);
  setSide(now.side);
}

/** @param {ImportReport} report @param {string} next */
function result(report, next) {
  if (now.undone) return make("section", { class: "verdict stored" }, make("h2", { tabindex: "-1" }, now.undone), make("p", {}, say("import_undone_then")), make("div", { class: "actions" }, button(say(next ? "import_next_file" : "import_another", { file: next }), "other", next ? goOn : startOver, "primary")));
  const part = stored(report, { next, undo: () => to({ undoing: true }), other: startOver, goOn });
  const id = report.import_id;
  if (now.undoing && id !== null)
    part.append(undoForm(id, { cancel: () => to({ undoing: false }), done: () => (past.load(), to({ undoing: false, undone: say("import_undone_now", { id }) }, { focus: true })) }));
  return part;
}

function speakNow() {
  document.title = say("import_page_title");
  translate();
  const hash = spoken() === "vi" ? "" : `#lang=${spoken()}`;
  history.replaceState(null, "", `${location.pathname}${hash}`);
  /** @type {HTMLAnchorElement} */ ($("back")).href = `/${hash}`;
  if (now.kinds?.simulated) $("band").replaceChildren(make("b", {}, say("simulated_band")), make("span", {}, say("import_simulated")));
  $("band").hidden = !now.kinds?.simulated;
  past.render();
  if (now.phase !== "closed") render();
}

/** The account may not import: say so, and where to go. */
function closed() {
  now.phase = "closed";
  document.body.dataset.phase = "closed";
  for (const id of ["past", "work"]) $(id).hidden = true;
  $("choose").hidden = false;
  $("choose").replaceChildren(make("section", { class: "verdict" }, make("h2", {}, say("import_not_allowed")), make("p", {}, say("import_not_allowed_then")), make("a", { class: "button", href: "/" }, say("import_to_map"))));
}

async function start() {
  speak(readAddress(location.hash).lang);
  await loadMessages();
  speakNow();
  document.body.classList.remove("waiting");
  $("language").addEventListener("click", () => {
    speak(spoken() === "vi" ? "en" : "vi");
    if (now.phase === "closed") closed();
    speakNow();
  });
  $("leave").addEventListener("click", () => logOut().catch(() => undefined));
  const { account } = await session();
  if (!account) return goToLogin(`#page=import${spoken() === "vi" ? "" : `&lang=${spoken()}`}`);
  $("account").textContent = account.login;
  showMenu(account, "import");
  now.kinds = await (await ask("/imports/kinds")).json();
  speakNow();
  dropAnywhere(take);
  addEventListener("beforeunload", (event) => {
    if (now.phase === "busy" && now.committing) event.preventDefault();
  });
  await past.load();
}

/** The page cannot start: why, and the way on. @param {unknown} problem */
function explain(problem) {
  document.body.classList.remove("waiting");
  if (!(problem instanceof Refusal)) throw problem;
  if (problem.status === 403) return closed();
  $("choose").replaceChildren(make("section", { class: "verdict unread", role: "alert" }, make("h2", {}, say("import_not_started")), make("p", {}, sentence(problem)), make("div", { class: "actions" }, button(say("try_again"), "again", () => location.reload(), "primary"))));
}

start().catch(explain);
