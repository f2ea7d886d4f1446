/**
 * What the account brought in so far, and how it is taken back.
 * @import { ImportKinds, PastImport } from "./import_types.js"
 */

import { Refusal, ask } from "./api.js";
import { titleOf } from "./import_findings.js";
import { day, figure, make, pick, say } from "./text.js";

export const REASONS = ["sai_tep", "sai_ky", "nhap_trung", "ly_do_khac"];
const LISTED_MOST = 20;
/** How often to look whether the figures of the map are worked out. */
const COMPUTING_MS = 5000;

/** @returns {Promise<{ imports: PastImport[], computing: boolean }>} newest first */
const pastImports = async () => (await ask("/imports")).json();

/** @param {number} id @param {string} reason a code @returns {Promise<PastImport>} */
async function undo(id, reason) {
  const answer = await ask(`/imports/${id}/undo`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ reason }) });
  return (await answer.json()).import;
}

/** What a refusal says to people. @param {unknown} problem */
export function sentence(problem) {
  if (!(problem instanceof Refusal)) throw problem;
  if (problem.status === 0) return say("error_unreachable");
  if (problem.status === 401) return say("import_session_ended");
  return pick(problem, "message") || say("error_service");
}

/** Day and time as the clock here shows them. @param {string} iso */
export function moment(iso) {
  const at = new Date(iso);
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${two(at.getDate())}/${two(at.getMonth() + 1)}/${at.getFullYear()} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Why it was taken back, in words. @param {string | null} reason */
const reasonOf = (reason) => (reason && REASONS.includes(reason) ? say(`import_undo_${reason}`) : (reason ?? ""));

/**
 * Ask why, then take it back.
 * @param {number} id
 * @param {{ done: (undone: PastImport) => void, cancel: () => void }} hooks
 */
export function undoForm(id, { done, cancel }) {
  const note = make("p", { class: "warning", role: "alert", hidden: true });
  const submit = make("button", { type: "submit", class: "primary", "data-key": `undo-now-${id}` }, say("import_undo_now", { id }));
  const back = make("button", { type: "button", class: "button" }, say("import_cancel"));
  back.addEventListener("click", cancel);
  const form = make("form", { class: "undo", novalidate: true }, make("fieldset", {}, make("legend", {}, say("import_undo_why")),
    ...REASONS.map((reason) => make("label", {}, make("input", { type: "radio", name: "reason", value: reason }), say(`import_undo_${reason}`)))),
    make("p", { class: "muted" }, say("import_undo_about")), note, make("div", { class: "actions" }, submit, back));
  const tell = (/** @type {string} */ words) => {
    note.textContent = words;
    note.hidden = false;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const reason = new FormData(form).get("reason");
    if (!reason) return tell(say("import_undo_choose"));
    submit.disabled = true;
    try {
      done(await undo(id, String(reason)));
    } catch (problem) {
      tell(sentence(problem));
    } finally {
      submit.disabled = false;
    }
  });
  return form;
}

export class PastImports {
  /** @param {HTMLElement} root @param {() => ImportKinds | null} kinds */
  constructor(root, kinds) {
    this.root = root;
    this.kinds = kinds;
    /** @type {PastImport[] | null} */
    this.imports = null;
    this.problem = "";
    /** @type {number | null} */
    this.undoing = null;
    this.all = false;
    this.computing = false;
    this.again = 0;
  }

  async load() {
    try {
      ({ imports: this.imports, computing: this.computing } = await pastImports());
      clearTimeout(this.again);
      if (this.computing) this.again = window.setTimeout(() => this.load(), COMPUTING_MS);
      this.problem = "";
    } catch (problem) {
      this.problem = sentence(problem);
    }
    this.render();
  }

  render() {
    const title = make("h2", { tabindex: "-1" }, say("import_past"));
    if (this.problem) return this.root.replaceChildren(title, make("p", { class: "warning" }, this.problem), this.#button("try_again", () => this.load()));
    if (!this.imports) return this.root.replaceChildren(title, make("div", { class: "skeleton block" }));
    if (!this.imports.length) return this.root.replaceChildren(title, make("p", { class: "muted" }, say("import_past_none")));
    const shown = this.all ? this.imports : this.imports.slice(0, LISTED_MOST);
    const head = ["id", "when", "kind", "file", "rows", "state"].map((name) => make("th", { scope: "col", class: name === "rows" ? "number" : null }, say(`import_past_${name}`)));
    const more = this.imports.length > shown.length ? this.#button("import_past_all", () => (this.all = true, this.render())) : "";
    const busy = make("p", { class: "muted", role: "status" }, this.computing ? say("import_computing") : "");
    this.root.replaceChildren(title, busy, make("table", { class: "past" }, make("thead", {}, make("tr", {}, ...head, make("th", { scope: "col" }, make("span", { class: "sr" }, say("import_undo"))))), make("tbody", {}, ...shown.flatMap((one) => this.#rows(one)))), more);
  }

  /** @param {PastImport} one */
  #rows(one) {
    const kind = this.kinds()?.kinds.find(({ id }) => id === one.kind);
    const title = (/** @type {string} */ name) => say(`import_past_${name}`);
    const undone = one.undone_at !== null;
    const state = undone ? say("import_undone", { day: day(one.undone_at), reason: reasonOf(one.undone_reason) }) : say("import_in_use");
    const act = this.#button("import_undo", () => {
      this.undoing = this.undoing === one.import_id ? null : one.import_id;
      this.render();
    }, `undo-${one.import_id}`);
    const row = make("tr", { class: undone ? "undone" : null }, make("th", { scope: "row", "data-title": title("id") }, String(one.import_id)), make("td", { "data-title": title("when") }, moment(one.recorded_at)),
      make("td", { "data-title": title("kind") }, kind ? titleOf(kind) : one.kind), make("td", { "data-title": title("file"), class: "file" }, one.source_name),
      make("td", { class: "number", "data-title": title("rows") }, figure(one.row_count), one.refused_count ? make("small", {}, say("import_left_out", { count: figure(one.refused_count) })) : null),
      make("td", { "data-title": title("state") }, make("span", {}, state, one.provenance === "simulated" ? make("small", {}, say("simulated")) : null, ...one.accepted.map(({ reason }) => make("small", {}, say("import_accepted", { reason }))))), make("td", { class: "act" }, undone ? null : act));
    if (this.undoing !== one.import_id || undone) return [row];
    const close = () => {
      this.undoing = null;
      this.render();
    };
    const form = undoForm(one.import_id, { cancel: close, done: async () => (close(), await this.load()) });
    return [row, make("tr", { class: "undoing" }, make("td", { colspan: "7" }, form))];
  }

  /** @param {string} code @param {() => void} act @param {string} [key] */
  #button(code, act, key) {
    const button = make("button", { type: "button", class: "link", "data-key": key }, say(code));
    button.addEventListener("click", act);
    return button;
  }
}
