/**
 * The parts of the import page that say where one stands: on its way, what it comes to, failed, the last question
 * before storing, stored.
 * @import { ImportKind, ImportOptions, ImportReport, Stage } from "./import_types.js"
 */

import { Refusal, logIn } from "./api.js";
import { pickButton } from "./import_choose.js";
import { mayCommit, mendable, titleOf, verdictOf } from "./import_findings.js";
import { sentence } from "./import_list.js";
import { figure, known, make, say } from "./text.js";

/** @param {string} words @param {string} key @param {() => void} act @param {string} [name] */
export function button(words, key, act, name = "button") {
  const element = make("button", { type: "button", class: name, "data-key": key }, words);
  element.addEventListener("click", act);
  return element;
}

/** How far a file is, updated in place. */
export class Progress {
  /** @param {string} title @param {() => void} cancel */
  constructor(title, cancel) {
    this.words = make("p", { role: "status" });
    this.bar = make("progress", { max: "1", value: "0", "aria-label": title });
    this.root = make("section", { class: "progress" }, make("h2", { tabindex: "-1" }, title), this.words, this.bar, button(say("import_cancel_run"), "cancel", cancel));
    this.sent(0);
  }

  /** @param {number} share of the file that has gone, 0..1 */
  sent(share) {
    if (share >= 1) return this.stage({ stage: "reading" });
    this.bar.value = share;
    const words = say("import_sending", { share: figure(share * 100, 0) });
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  /** @param {Stage} stage */
  stage({ stage, rows }) {
    this.bar.removeAttribute("value");
    const name = known(`import_stage_${stage}`) ? stage : "judging";
    this.words.textContent = say(`import_stage_${name}`) + (rows ? ` (${say("import_rows", { count: figure(rows) })})` : "");
  }
}

/** What is left out, kept and new, in numbers. @param {ImportReport} report */
const numbers = ({ counts }) => ({ rows: figure(counts.rows), refused: figure(counts.refused), taken: figure(counts.rows - counts.refused), new: figure(counts.new), known: figure(counts.known) });

/**
 * @typedef {object} Acts
 * @property {() => void} ask before storing
 * @property {(patch: Partial<ImportOptions>) => void} change
 * @property {(files: File[]) => void} mended
 * @property {() => void} other another file
 */

/**
 * The answer first, then the one next step.
 * @param {ImportReport} report
 * @param {ImportKind} kind
 * @param {ImportOptions} options
 * @param {Acts} acts
 */
export function verdict(report, kind, options, acts) {
  const name = verdictOf(report);
  const details = numbers(report);
  const ready = mayCommit(report);
  const retry = (/** @type {boolean} */ primary) => pickButton({ words: say("import_mended"), kind, many: false, primary, key: "mended", onFiles: acts.mended });
  const store = ready ? button(say("import_store", details), "store", acts.ask, "primary") : null;
  const skip = make("input", { type: "checkbox", checked: options.skip_refused, "data-key": "skip" });
  skip.addEventListener("change", () => acts.change({ skip_refused: skip.checked }));
  const skipping = name === "partly" ? make("label", { class: "skip" }, skip, make("span", {}, say("import_skip", details))) : null;
  const choice = mendable(report).any;
  const step = { unread: choice ? "import_next_choose" : "import_next_unread", refused: "import_next_refused", partly: ready ? "import_next_skip" : options.skip_refused ? "import_next_known" : "import_next_partly", nothing_new: "import_next_known", good: "import_next_good" }[name];
  const other = button(say("import_other"), "other", acts.other);
  return make("section", { class: `verdict ${ready ? "ready" : name}` },
    make("h2", { tabindex: "-1" }, say(name === "partly" && ready ? "import_verdict_skipping" : `import_verdict_${name}`, details)), make("p", {}, say(step, details)), skipping,
    make("div", { class: "actions" }, store, name === "nothing_new" || name === "good" ? null : retry(!ready && !choice), other));
}

/**
 * What went wrong and the one next step.
 * @param {unknown} problem
 * @param {{ committing: boolean, retry: () => void, other: () => void, back: (() => void) | null, loggedIn: () => void }} acts
 */
export function failure(problem, { committing, retry, other, back, loggedIn }) {
  const status = problem instanceof Refusal ? problem.status : -1;
  const title = make("h2", { tabindex: "-1" }, say(status === 401 ? "import_session_ended" : committing ? "import_failed_commit" : "import_failed"));
  if (status === 401) return make("section", { class: "verdict unread" }, title, make("p", {}, say("import_log_in_again")), logInForm(loggedIn));
  const words = status === 0 ? say(committing ? "import_broke_commit" : "import_unreachable") : status === 413 ? say("import_too_large_there") : sentence(problem);
  const again = button(say(status === 0 || status >= 500 ? "try_again" : "import_check_again"), "retry", retry, "primary");
  const acts = status === 413 || status === 415 ? [button(say("import_other"), "other", other, "primary")] : [again, back ? button(say("import_back_to_findings"), "back-to-findings", back) : null, button(say("import_other"), "other", other)];
  return make("section", { class: "verdict unread", role: "alert" }, title, make("p", {}, words), make("div", { class: "actions" }, ...acts));
}

/** Log in without leaving: the file and what was mended are kept. @param {() => void} loggedIn */
function logInForm(loggedIn) {
  const note = make("p", { class: "warning", role: "alert", hidden: true });
  const submit = make("button", { type: "submit", class: "primary" }, say("log_in"));
  const form = make("form", { class: "log-in", novalidate: true },
    make("label", {}, make("span", {}, say("login_name")), make("input", { type: "text", class: "text", name: "login", autocomplete: "username", autocapitalize: "none", spellcheck: "false" })),
    make("label", {}, make("span", {}, say("login_password")), make("input", { name: "password", type: "password", autocomplete: "current-password" })), submit, note);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    submit.disabled = true;
    try {
      await logIn(String(fields.get("login")).trim(), String(fields.get("password")));
      loggedIn();
    } catch (problem) {
      const code = problem instanceof Refusal ? `login_${problem.status}` : "";
      note.textContent = known(code) ? say(code) : sentence(problem);
      note.hidden = false;
    } finally {
      submit.disabled = false;
    }
  });
  return form;
}

/**
 * The last question: what will be written, in one sentence.
 * @param {HTMLDialogElement} dialog
 * @param {ImportReport} report
 * @param {{ title: string, file: string, yes: () => void }} what
 */
export function askToStore(dialog, report, { title, file, yes }) {
  const details = numbers(report);
  let answered = false;
  const confirm = button(say("import_store", details), "store-now", () => {
    // A double click stores once.
    if (answered) return;
    answered = true;
    dialog.close();
    yes();
  }, "primary");
  dialog.replaceChildren(...(report.simulated ? [make("p", { class: "stripes" }, make("b", {}, say("simulated_band")), ` ${say("import_simulated")}`)] : []),
    make("h2", { id: "confirm-title" }, say("import_confirm", { title })), make("p", {}, say("import_confirm_numbers", details)), make("p", { class: "muted" }, say("import_confirm_file", { file })),
    make("div", { class: "actions" }, confirm, button(say("import_cancel"), "not-now", () => dialog.close())));
  dialog.setAttribute("aria-labelledby", "confirm-title");
  dialog.showModal();
}

/**
 * @param {ImportReport} report
 * @param {{ next: string, undo: () => void, other: () => void, goOn: () => void }} what `next` is the file that waits, or empty
 */
export function stored(report, { next, undo, other, goOn }) {
  const details = { ...numbers(report), id: report.import_id ?? "" };
  return make("section", { class: "verdict stored" }, make("h2", { tabindex: "-1" }, say("import_stored", details)), make("p", {}, say("import_stored_numbers", details)),
    make("p", { class: "muted" }, say("import_stored_then")),
    make("div", { class: "actions" }, next ? button(say("import_next_file", { file: next }), "next", goOn, "primary") : button(say("import_another"), "other", other, "primary"),
      report.import_id === null ? null : button(say("import_undo"), "undo-stored", undo)));
}

/** What is on the table: kind, file, its turn. @param {ImportKind} kind @param {{ name: string, size: string }} file @param {{ at: number, of: number }} turn @param {HTMLElement | null} skip */
export function context(kind, { name, size }, { at, of }, skip) {
  return make("header", { class: "context" }, make("p", {}, make("b", {}, titleOf(kind)), make("span", { class: "file" }, name), make("span", { class: "muted" }, size)),
    of > 1 ? make("p", { class: "muted" }, say("import_turn", { at: figure(at), of: figure(of) })) : null, skip);
}
