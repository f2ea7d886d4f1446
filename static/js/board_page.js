/**
 * The board of sub-communes (I22, I23): what is done where, by commune and one by one. Inside only (N4). The address
 * after `#` names borders, commune and item, so that it can be sent on.
 * @import { Board, Overview } from "./board_types.js"
 */

import { Refusal, ask, boundarySets, goToLogin, logOut, session } from "./api.js";
import { renderCommune, renderOverview } from "./board_views.js";
import { showMenu } from "./menu.js";
import { sentence } from "./notices.js";
import { loadMessages, make, say, speak, spoken, translate } from "./text.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {{ set: string, overview: Overview | null, board: Board | null, problem: unknown, text: string, all: boolean }} */
const now = { set: "", overview: null, board: null, problem: null, text: "", all: false };

const address = () => new URLSearchParams(location.hash.slice(1));

/** @param {Record<string, string>} patch an empty value takes a name out @param {boolean} [push] whether "back" undoes it */
function go(patch, push = false) {
  const next = address();
  for (const [name, value] of Object.entries(patch)) value ? next.set(name, value) : next.delete(name);
  history[push ? "pushState" : "replaceState"](null, "", `#${next}`);
}

const toLogin = () => goToLogin(`#page=board${location.hash ? `&${location.hash.slice(1)}` : ""}`);

/** @returns {Promise<void>} */
async function load() {
  const asked = address();
  const [set, code] = [asked.get("set") ?? "", asked.get("code") ?? ""];
  const named = /^[0-9a-f]{16}$/.test(set) ? set : now.set;
  try {
    now.problem = null;
    if (/^[0-9A-Za-z]{1,12}$/.test(code)) now.board = await (await ask(`/subcommunes/${named}/${code}`)).json();
    else {
      now.board = null;
      if (now.overview?.boundary_set !== named) now.overview = await (await ask(`/subcommunes/${named}`)).json();
      // One commune, and its own board says it all.
      if (now.overview?.communes.length === 1) return go({ set: named, code: now.overview.communes[0].code }), load();
    }
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

/** @param {Record<string, string | boolean>} patch */
function change(patch) {
  if (typeof patch.text === "string") now.text = patch.text;
  now.all = patch.all === true;
  /** @type {Record<string, string>} */
  const named = {};
  for (const name of ["item", "province"]) if (typeof patch[name] === "string") named[name] = String(patch[name]);
  if (typeof patch.notYet === "boolean") named.not_yet = patch.notYet ? "1" : "";
  go(named);
  keepingFocus(render);
}

function render() {
  const roots = { head: $("head"), content: $("content") };
  const told = now.board ?? now.overview;
  if (now.problem || !told) {
    roots.head.replaceChildren(make("p", { class: "warning" }, sentence(now.problem)));
    return roots.content.replaceChildren();
  }
  $("band").hidden = !told.simulated;
  $("band").replaceChildren(make("b", {}, say("simulated_band")));
  const asked = address();
  const item = asked.get("item") ?? "ra_soat";
  if (now.board) renderCommune(roots, now.board, { item, notYet: asked.get("not_yet") === "1" }, { change, back: () => (go({ code: "", not_yet: "" }, true), load()) });
  else if (now.overview) renderOverview(roots, now.overview, { item, province: asked.get("province") ?? "", text: now.text, all: now.all }, { change, open: (code) => (go({ set: now.overview?.boundary_set ?? "", code }, true), load()) });
}

addEventListener("popstate", () => load());

/** @param {"vi" | "en"} language */
function useLanguage(language) {
  speak(language);
  document.title = say("board_page_title");
  translate();
  /** @type {HTMLAnchorElement} */ ($("back")).href = language === "vi" ? "/" : `/#lang=${language}`;
}

$("language").addEventListener("click", () => {
  const next = spoken() === "vi" ? "en" : "vi";
  go({ lang: next === "vi" ? "" : next });
  useLanguage(next);
  render();
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
  showMenu(account, "board");
  now.set = (await boundarySets()).at(-1)?.id ?? "";
  await load();
}
