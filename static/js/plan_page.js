/**
 * The page of plans: the list, and one plan with the answer first, the scoreboard below it, what the plan leaves open
 * at the end. The address after `#` names what is shown, so that it can be sent on.
 * @import { PlanAnswer, PlanHead } from "./plan_types.js"
 */

import { Refusal, ask, goToLogin, logOut, session } from "./api.js";
import { showMenu } from "./menu.js";
import { sentence } from "./notices.js";
import { headline, planHash, readPlanAddress } from "./plan_model.js";
import { planCard, planFacts, scopeParts, targetCard } from "./plan_views.js";
import { day, loadMessages, make, pick, say, speak, translate } from "./text.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

let wish = readPlanAddress(location.hash);
/** @type {{ as_of: string, simulated: boolean, plans: PlanHead[] } | null} */
let list = null;
/** @type {PlanAnswer | null} */
let answer = null;
/** Headlines of the list, by plan and day. @type {Map<string, PlanAnswer>} */
const kept = new Map();
let turn = 0;

/** @param {string} path @returns {Promise<any>} */
async function get(path) {
  try {
    return await (await ask(path)).json();
  } catch (problem) {
    if (problem instanceof Refusal && problem.status === 401) goToLogin(`#page=plan&${location.hash.slice(1)}`);
    throw problem;
  }
}

/** @param {string} plan @returns {Promise<PlanAnswer>} */
async function scores(plan) {
  const key = `${plan}@${wish.asOf}`;
  const found = kept.get(key) ?? (await get(`/plans/${plan}${wish.asOf ? `?as_of=${wish.asOf}` : ""}`));
  kept.set(key, found);
  return found;
}

async function load() {
  const mine = ++turn;
  answer = null;
  $("page").replaceChildren(make("h1", {}, say("plan_loading")), ...["line", "block", "line", "chart"].map((kind) => make("div", { class: `skeleton ${kind}` })));
  try {
    list ??= await get("/plans");
    const found = wish.plan ? await scores(wish.plan) : null;
    if (mine !== turn) return;
    answer = found;
    render();
  } catch (problem) {
    if (mine !== turn) return;
    $("page").replaceChildren(make("h1", {}, say("plan_title")), make("p", { class: "warning" }, sentence(problem)), make("p", {}, make("a", { href: "/plan" }, say("plan_all"))));
  }
}

/** @param {boolean} simulated */
function showBand(simulated) {
  $("band").hidden = !simulated;
  $("band").replaceChildren(make("b", {}, say("simulated_band")), make("span", {}, say("illustrative")));
}

function render() {
  if (answer) renderPlan(answer);
  else if (list) renderList(list);
}

/** @param {{ as_of: string, simulated: boolean, plans: PlanHead[] }} found */
function renderList(found) {
  showBand(found.simulated);
  document.title = `${say("plan_title")} – ${say("name")}`;
  const cards = found.plans.map((plan) => ({ plan, ...planCard(plan, `/plan${planHash({ ...wish, plan: plan.id })}`) }));
  $("page").replaceChildren(
    make("header", { class: "unit-head" }, make("h1", {}, say("plan_title"))),
    dayChoice(wish.asOf || found.as_of),
    make("ul", { class: "plan-cards" }, ...cards.map(({ card }) => card)));
  tellOneByOne(cards, turn);
}

/** @param {{ plan: PlanHead, told: HTMLElement }[]} cards @param {number} mine */
async function tellOneByOne(cards, mine) {
  for (const { plan, told } of cards) {
    try {
      const found = await scores(plan.id);
      if (mine !== turn) return;
      told.textContent = headline(found);
    } catch (problem) {
      told.textContent = sentence(problem);
    }
  }
}

/** @param {string} asOf */
function dayChoice(asOf) {
  const field = make("input", { type: "date", value: asOf, class: "text", id: "as-of" });
  field.addEventListener("change", () => field.value && go({ asOf: field.value }));
  return make("p", { class: "day-choice" }, make("label", { for: "as-of" }, say("plan_day")), field);
}

/** @param {PlanAnswer} told */
function renderPlan(told) {
  const { plan } = told;
  showBand(told.simulated);
  document.title = `${pick(plan, "title")} – ${say("name")}`;
  const open = new Set([...$("page").querySelectorAll("details.target[open]")].map((one) => one.getAttribute("data-target")));
  const context = { wish, asOf: told.as_of, onOrder: (/** @type {"name" | "own"} */ order) => go({ order }, false) };
  const cards = told.targets.map((target) => ({ target, ...targetCard(target, context) }));
  $("page").replaceChildren(
    make("header", { class: "unit-head" },
      make("p", { class: "parents" }, make("a", { href: `/plan${planHash({ ...wish, plan: "" })}` }, say("plan_all"))),
      make("h1", {}, pick(plan, "title")),
      make("p", { class: "muted" }, planFacts(plan))),
    make("section", { id: "part-answer" }, make("p", { class: "plan-answer" }, headline(told)), make("p", { class: "print-only" }, `${say("plan_day")} ${day(told.as_of)}`), dayChoice(told.as_of)),
    make("section", { "aria-labelledby": "targets-title" }, make("h2", { id: "targets-title" }, say("plan_targets_title")), make("div", { class: "targets" }, ...cards.map(({ card }) => card))),
    make("section", { "aria-labelledby": "scope-title" }, make("h2", { id: "scope-title" }, say("plan_scope_title")), ...scopeParts(told),
      pick(plan, "continues") ? make("p", {}, pick(plan, "continues")) : "",
      ...plan.phases.map((one) => make("p", { class: "muted" }, `${wish.lang === "vi" ? one.vi : one.en}: ${day(one.first)}–${day(one.last)}`)),
      plan.parent ? make("p", {}, make("a", { href: `/plan${planHash({ ...wish, plan: plan.parent })}` }, say("plan_parent"))) : ""),
    plan.questions.length ? make("section", { "aria-labelledby": "open-title" }, make("h2", { id: "open-title" }, say("plan_open_title", { count: plan.questions.length })), make("ul", { class: "questions" }, ...plan.questions.map((one) => make("li", {}, wish.lang === "vi" ? one.vi : one.en)))) : "",
    make("nav", { class: "unit-foot", "aria-label": say("plan_links") }, make("a", { class: "button", href: `/plan${planHash({ ...wish, plan: "" })}` }, say("plan_all")), make("a", { class: "button", href: wish.lang === "vi" ? "/" : "/#lang=en" }, say("plan_to_map"))));
  const chosen = open.size ? cards.filter(({ target }) => open.has(target.id)) : cards.filter(({ target }) => target.series.length > 1 && target.deadline).slice(0, 1);
  for (const { card, fill } of chosen) {
    fill();
    card.open = true;
  }
}

/** @param {Partial<typeof wish>} patch @param {boolean} [anew] */
function go(patch, anew = true) {
  wish = { ...wish, ...patch };
  history[anew ? "pushState" : "replaceState"](null, "", planHash(wish));
  if (anew) load();
  else render();
}

function speakNow() {
  speak(wish.lang);
  translate();
  /** @type {HTMLAnchorElement} */ ($("back")).href = wish.lang === "vi" ? "/" : "/#lang=en";
}

async function start() {
  speakNow();
  await loadMessages();
  speakNow();
  document.body.classList.remove("waiting");
  const { account } = await session();
  if (!account) return goToLogin(`#page=plan&${location.hash.slice(1)}`);
  $("account").textContent = account.login;
  showMenu(account, "plan");
  $("language").addEventListener("click", () => {
    wish = { ...wish, lang: wish.lang === "vi" ? "en" : "vi" };
    history.replaceState(null, "", planHash(wish));
    speakNow();
    render();
  });
  $("leave").addEventListener("click", () => logOut());
  $("print").addEventListener("click", () => print());
  const follow = () => {
    const before = wish;
    wish = readPlanAddress(location.hash);
    if (wish.lang !== before.lang) speakNow();
    if (wish.plan !== before.plan) scrollTo({ top: 0 });
    load();
  };
  addEventListener("hashchange", follow);
  addEventListener("popstate", follow);
  await load();
}

start().catch((problem) => {
  document.body.classList.remove("waiting");
  $("page").replaceChildren(make("h1", {}, say("plan_title")), make("p", { class: "warning" }, sentence(problem)));
});
