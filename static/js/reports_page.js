/**
 * The page of reports: who owes what, since when, how far each has climbed; one report with what may be done.
 * The address after `#` names what is shown, so that it can be sent on.
 * @import { ReportCalendar } from "./reports_types.js"
 * @import { ListFilter } from "./reports_list.js"
 */

import { Refusal, ask, goToLogin, logOut, session } from "./api.js";
import { showMenu } from "./menu.js";
import { renderReport, reportPage } from "./reports_detail.js";
import { approvalText, renderHead, renderList, renderProvinces, stateText } from "./reports_list.js";
import { chosenCycle, linesOf } from "./reports_model.js";
import { day, loadMessages, make, pick, say, speak, spoken, translate } from "./text.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const dialog = /** @type {HTMLDialogElement} */ ($("report"));

/** @type {{ calendar: ReportCalendar | null, problem: unknown, allProvinces: boolean, filter: ListFilter }} */
const now = { calendar: null, problem: null, allProvinces: false, filter: { state: "", province: "", text: "", all: false } };

/** States in which the unit itself has something to do. */
const OPEN = ["none", "entered", "returned", "reopened"];

const address = () => new URLSearchParams(location.hash.slice(1));

/** @param {Record<string, string>} patch an empty value takes a name out @param {boolean} [push] whether "back" undoes it */
function go(patch, push = false) {
  const next = address();
  for (const [name, value] of Object.entries(patch)) value ? next.set(name, value) : next.delete(name);
  history[push ? "pushState" : "replaceState"](null, "", `#${next}`);
}

/** What a refusal says to people. @param {unknown} problem */
function sentence(problem) {
  if (!(problem instanceof Refusal)) throw problem;
  if (problem.status === 0) return say("error_unreachable");
  return pick(problem, "message") || say("error_service");
}

/** What is worth saying above everything, e.g. that something was copied. @param {string} words */
function tell(words) {
  const note = $("told") ?? document.body.appendChild(make("div", { id: "told", role: "status" }));
  note.textContent = words;
  setTimeout(() => note.textContent === words && (note.textContent = ""), 4000);
}

async function load() {
  const asked = address().get("as_of");
  try {
    now.calendar = await (await ask(`/reports/calendar${asked && /^\d{4}-\d\d-\d\d$/.test(asked) ? `?as_of=${asked}` : ""}`)).json();
    now.problem = null;
  } catch (problem) {
    if (problem instanceof Refusal && problem.status === 401) return goToLogin(`#page=reports${location.hash ? `&${location.hash.slice(1)}` : ""}`);
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
  if (!key) return;
  const again = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (again instanceof HTMLElement) again.focus();
  if (again instanceof HTMLInputElement && at !== null) again.setSelectionRange(at, at);
}

function render() {
  const { calendar } = now;
  if (now.problem || !calendar) {
    $("head").replaceChildren(make("p", { class: "warning" }, sentence(now.problem)));
    for (const id of ["own", "provinces", "list"]) $(id).replaceChildren();
    return;
  }
  $("band").hidden = !calendar.simulated;
  $("band").replaceChildren(make("b", {}, say("simulated_band")));
  const asked = address();
  const cycle = chosenCycle(calendar, asked.get("period") ?? "");
  if (!cycle) return void $("head").replaceChildren(make("h2", {}, say("reports_nothing_due")));
  const lines = linesOf(calendar, cycle.period);
  now.filter.province = lines.some(({ unit }) => unit.province === asked.get("province")) ? (asked.get("province") ?? "") : "";
  now.filter.state = asked.get("state") ?? "";
  renderOwn(calendar);
  renderHead($("head"), { calendar, cycle, lines }, {
    period: (period) => (go({ period }), keepingFocus(render)),
    asOf: (wanted) => (go({ as_of: wanted }), load()),
  });
  renderProvinces($("provinces"), lines, { chosen: now.filter.province, all: now.allProvinces }, {
    choose: (province) => (go({ province }), keepingFocus(render)),
    all: () => ((now.allProvinces = true), render()),
  });
  // One unit, and its own section says it all.
  for (const id of ["head", "list"]) $(id).hidden = lines.length < 2 && calendar.own_unit !== null;
  const redraw = () => renderList($("list"), { calendar, cycle, lines, filter: now.filter }, {
    filter: (patch) => {
      Object.assign(now.filter, { all: false }, patch);
      if (patch.state !== undefined) go({ state: patch.state });
      keepingFocus(redraw);
    },
    open: (line) => (go({ unit: line.unit.code, level: line.unit.level, of: line.unit.boundary_set, period: line.row.period }, true), openReport()),
    tell,
  });
  redraw();
}

/** The own unit first: what it owes, with the way to hand in. @param {ReportCalendar} calendar */
function renderOwn(calendar) {
  const units = calendar.units.filter(({ code }) => code === calendar.own_unit);
  $("own").hidden = !units.length;
  const rows = units.flatMap((unit) => unit.rows.map((row) => ({ unit, row, isOpen: OPEN.includes(row.approval) }))).toSorted((one, other) => Number(other.isOpen) - Number(one.isOpen));
  const open = rows.filter(({ isOpen }) => isOpen).length;
  $("own").replaceChildren(...(units.length ? [make("h2", {}, say(open ? "reports_own_open_count" : "reports_own_none_open", { unit: units.at(-1)?.name ?? "", count: open })), make("p", { class: "muted" }, say("reports_until", { day: day(calendar.as_of) })), make("ul", {}, ...rows.map(({ unit, row, isOpen }) => {
    const cycle = calendar.cycles.find(({ period }) => period === row.period);
    const button = make("button", { type: "button", class: isOpen ? "primary" : "button", "data-key": `own-${row.period}` }, say(isOpen ? "reports_own_hand_in" : "reports_own_open"));
    button.addEventListener("click", () => (go({ unit: unit.code, level: unit.level, of: unit.boundary_set, period: row.period }, true), openReport()));
    return make("li", {}, make("span", {}, make("b", {}, cycle ? `${pick(cycle, "title")} · ${pick(cycle, "label")}` : row.period), make("small", {}, `${stateText(row)} · ${approvalText(row, calendar.organs)}`)), button);
  }))] : []));
}

async function openReport(note = "") {
  const asked = address();
  const [code, set, period] = ["unit", "of", "period"].map((name) => asked.get(name));
  if (!code || !set || !period) return void dialog.close();
  if (!dialog.open) dialog.showModal();
  if (!note) dialog.replaceChildren(make("div", { class: "skeleton block" }));
  try {
    const page = await reportPage(set, asked.get("level") ?? "commune", code, period);
    renderReport(dialog, { page, set, note }, { close: () => dialog.close(), done: async () => (await openReport(), tell(say("reports_done")), await load()), sentence });
    $("report-title").focus();
  } catch (problem) {
    const close = make("button", { type: "button", class: "button" }, say("reports_close"));
    close.addEventListener("click", () => dialog.close());
    dialog.replaceChildren(make("p", { class: "warning", id: "report-title" }, sentence(problem)), close);
  }
}

dialog.addEventListener("close", () => {
  go({ unit: "", level: "", of: "" });
});
addEventListener("popstate", () => {
  if (!address().get("unit")) dialog.close();
  else openReport();
  render();
});

/** @param {"vi" | "en"} language */
function useLanguage(language) {
  speak(language);
  document.title = say("reports_page_title");
  translate();
  /** @type {HTMLAnchorElement} */ ($("back")).href = language === "vi" ? "/" : `/#lang=${language}`;
}

$("language").addEventListener("click", () => {
  const next = spoken() === "vi" ? "en" : "vi";
  go({ lang: next === "vi" ? "" : next });
  useLanguage(next);
  render();
  if (dialog.open) openReport();
});
$("leave").addEventListener("click", () => logOut());

speak(address().get("lang") === "en" ? "en" : "vi");
await loadMessages();
useLanguage(spoken());
$("head").replaceChildren(make("div", { class: "skeleton line" }), make("div", { class: "skeleton block" }));
document.body.classList.remove("waiting");
const { account } = await session();
if (!account) goToLogin(`#page=reports${location.hash ? `&${location.hash.slice(1)}` : ""}`);
else {
  $("account").textContent = account.login;
  showMenu(account, "reports");
  await load();
  if (address().get("unit")) openReport();
}
