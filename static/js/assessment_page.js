/**
 * The page of assessments: where every commune of a cycle stands, whose turn it is; one commune with the form of its
 * next step. The address after `#` names what is shown, so that it can be sent on.
 * @import { Board, Filter, Matter } from "./assessment_types.js"
 * @import { Layer } from "./types.js"
 */

import { Refusal, ask, goToLogin, layers, logOut, session } from "./api.js";
import { renderMatter } from "./assessment_detail.js";
import { renderHead, renderList } from "./assessment_list.js";
import { STATES } from "./assessment_model.js";
import { showMenu } from "./menu.js";
import { sentence } from "./notices.js";
import { loadMessages, make, say, speak, spoken, translate } from "./text.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const dialog = /** @type {HTMLDialogElement} */ ($("matter"));

/** @type {{ board: Board | null, problem: unknown, ladder: Layer | undefined, filter: Filter }} */
const now = { board: null, problem: null, ladder: undefined, filter: { state: "", province: "", text: "", mine: false, differs: false, late: false, order: "waiting", all: false } };

const address = () => new URLSearchParams(location.hash.slice(1));

/** @param {Record<string, string>} patch an empty value takes a name out @param {boolean} [push] whether "back" undoes it */
function go(patch, push = false) {
  const next = address();
  for (const [name, value] of Object.entries(patch)) value ? next.set(name, value) : next.delete(name);
  history[push ? "pushState" : "replaceState"](null, "", `#${next}`);
}

const toLogin = () => goToLogin(`#page=assessment${location.hash ? `&${location.hash.slice(1)}` : ""}`);

/** What was done, told above everything for a while. @param {string} words */
function tell(words) {
  const note = $("told") ?? document.body.appendChild(make("div", { id: "told", role: "status" }));
  note.textContent = words;
  setTimeout(() => note.textContent === words && (note.textContent = ""), 4000);
}

function readFilter() {
  const asked = address();
  const state = asked.get("state") ?? "";
  Object.assign(now.filter, {
    state: STATES.some((one) => one === state) ? state : "",
    province: asked.get("province") ?? "",
    mine: asked.get("mine") === "1",
    differs: asked.get("differs") === "1",
    late: asked.get("late") === "1",
    order: asked.get("order") === "name" ? "name" : "waiting",
  });
}

async function load() {
  const cycle = address().get("cycle") ?? "";
  try {
    now.board = await (await ask(`/assessments${/^[A-Z][0-9-]{4,8}$/.test(cycle) ? `?cycle=${cycle}` : ""}`)).json();
    now.problem = null;
  } catch (problem) {
    if (problem instanceof Refusal && problem.status === 401) return toLogin();
    now.problem = problem;
  }
  render();
}

/** Draw again and put the focus where it was. @param {() => void} draw */
function keepingFocus(draw) {
  const active = document.activeElement;
  const key = active instanceof HTMLElement ? active.dataset.key : undefined;
  const at = active instanceof HTMLInputElement && active.type === "search" ? active.selectionStart : null;
  draw();
  const again = key ? document.querySelector(`main [data-key="${CSS.escape(key)}"]`) : null;
  if (again instanceof HTMLElement) again.focus();
  if (again instanceof HTMLInputElement && at !== null) again.setSelectionRange(at, at);
}

function render() {
  const { board, filter, ladder } = now;
  if (now.problem || !board) {
    $("head").replaceChildren(make("p", { class: "warning" }, sentence(now.problem)));
    return $("list").replaceChildren();
  }
  $("band").hidden = !board.simulated;
  $("band").replaceChildren(make("b", {}, say("simulated_band")));
  readFilter();
  if (!board.provinces.some(({ code }) => code === filter.province)) filter.province = "";
  renderHead($("head"), board, filter, {
    cycle: (cycle) => (go({ cycle, state: "" }), load()),
    province: (province) => (go({ province }), keepingFocus(render)),
  });
  const redraw = () => renderList($("list"), { board, filter, ladder }, {
    filter: (patch) => {
      Object.assign(filter, { all: false }, patch);
      go({ state: filter.state, mine: filter.mine ? "1" : "", differs: filter.differs ? "1" : "", late: filter.late ? "1" : "", order: filter.order === "name" ? "name" : "" });
      keepingFocus(redraw);
    },
    open: (row) => (go({ unit: String(row.key), cycle: board.cycle.id }, true), openMatter()),
  });
  redraw();
}

async function openMatter(note = "") {
  const asked = address();
  const [unit, cycle] = ["unit", "cycle"].map((name) => asked.get(name));
  if (!unit || !/^\d{1,19}$/.test(unit) || !cycle) return void dialog.close();
  if (!dialog.open) dialog.showModal();
  if (!note) dialog.replaceChildren(make("div", { class: "skeleton block" }));
  try {
    /** @type {Matter} */
    const matter = await (await ask(`/assessments/${unit}/${encodeURIComponent(cycle)}`)).json();
    renderMatter(dialog, { matter, ladder: now.ladder, note }, {
      close: () => dialog.close(),
      done: async () => (await openMatter(), tell(say("assess_recorded")), await load()),
      sentence,
    });
    $("matter-title").focus();
  } catch (problem) {
    if (problem instanceof Refusal && problem.status === 401) return toLogin();
    const close = make("button", { type: "button", class: "button" }, say("assess_close"));
    close.addEventListener("click", () => dialog.close());
    dialog.replaceChildren(make("p", { class: "warning", id: "matter-title" }, sentence(problem)), close);
  }
}

dialog.addEventListener("close", () => go({ unit: "" }));
addEventListener("popstate", () => {
  if (!address().get("unit")) dialog.close();
  else openMatter();
  render();
});

/** @param {"vi" | "en"} language */
function useLanguage(language) {
  speak(language);
  document.title = say("assess_page_title");
  translate();
  /** @type {HTMLAnchorElement} */ ($("back")).href = language === "vi" ? "/" : `/#lang=${language}`;
}

$("language").addEventListener("click", () => {
  const next = spoken() === "vi" ? "en" : "vi";
  go({ lang: next === "vi" ? "" : next });
  useLanguage(next);
  render();
  if (dialog.open) openMatter();
});
$("leave").addEventListener("click", () => logOut());

speak(address().get("lang") === "en" ? "en" : "vi");
await loadMessages();
useLanguage(spoken());
$("head").replaceChildren(make("div", { class: "skeleton line" }), make("div", { class: "skeleton block" }));
document.body.classList.remove("waiting");
const { account } = await session();
if (!account) toLogin();
else {
  $("account").textContent = account.login;
  showMenu(account, "assessment");
  now.ladder = (await layers()).find(({ id }) => id === "class");
  await load();
  await openMatter();
}
