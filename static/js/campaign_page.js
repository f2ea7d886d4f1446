/**
 * The page of a campaign: before and after on two maps of one scale, sums, communes that changed.
 * @import { Campaign, CampaignList } from "./campaign_types.js"
 * @import { Wish } from "./campaign_model.js"
 */

import { Refusal, ask, goToLogin, logOut, session } from "./api.js";
import { TwoMaps } from "./campaign_maps.js";
import { compared, readWish, writeWish } from "./campaign_model.js";
import { renderChanges, renderChoices, renderLegend, renderNote, renderSums } from "./campaign_views.js";
import { showMenu } from "./menu.js";
import { day, loadMessages, make, pick, say, speak, translate } from "./text.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

let wish = readWish(location.hash);
/** @type {CampaignList["campaigns"]} */
let campaigns = [];
/** @type {Campaign | null} */
let answer = null;
let problem = "";
let turn = 0;
/** @type {"left" | "right"} */
let shown = "right";
const maps = new TwoMaps($("maps"));

/** @param {string} path @returns {Promise<any>} */
async function get(path) {
  try {
    return await (await ask(path)).json();
  } catch (refusal) {
    if (refusal instanceof Refusal && refusal.status === 401) goToLogin(`#page=campaign&${location.hash.slice(1)}`);
    throw refusal;
  }
}

/** @param {unknown} refusal */
function sentence(refusal) {
  if (!(refusal instanceof Refusal)) throw refusal;
  return refusal.status === 0 ? say("error_unreachable") : pick(refusal, "message") || say("error_service");
}

/** Fetch the campaign of the address; a later wish makes an earlier answer void. */
async function load() {
  const mine = ++turn;
  [answer, problem] = [null, ""];
  render();
  if (!wish.unit || !wish.ref) return;
  try {
    const found = await get(`/campaigns/${wish.unit}/${encodeURIComponent(wish.ref).replaceAll("%2F", "/")}`);
    if (mine === turn) answer = found;
  } catch (refusal) {
    if (mine === turn) problem = sentence(refusal);
  }
  if (mine === turn) render();
}

/** @param {Partial<Wish>} patch */
function change(patch) {
  const other = (patch.unit ?? wish.unit) !== wish.unit || (patch.ref ?? wish.ref) !== wish.ref;
  wish = { ...wish, ...patch };
  history[other ? "pushState" : "replaceState"](null, "", writeWish(wish));
  if (other) load();
  else render();
}

function render() {
  speak(wish.lang);
  translate();
  renderHead();
  renderChoices($("choices"), { campaigns, told: answer, wish, onWish: change });
  const measure = answer?.measures.find(({ id }) => id === wish.measure);
  for (const id of ["legend", "sums", "changes", "foot"]) $(id).hidden = !answer;
  if (!answer || !measure) {
    $("maps").hidden = true;
    $("switch").hidden = true;
    $("note").hidden = true;
    return;
  }
  const [left, right] = compared(answer, wish);
  renderNote($("note"), answer, [left, right]);
  renderSwitch(left.id, right.id);
  maps.show(answer, left, right, measure);
  renderLegend($("legend"), answer, measure, [left, right]);
  if (!maps.works) $("legend").prepend(make("p", {}, say("campaign_plain")));
  renderSums($("sums"), answer, left, right, measure.id);
  renderChanges($("changes"), answer, left, right, measure);
  $("foot").replaceChildren(make("p", {}, say("campaign_land", { set: answer.boundary_set.title, until: day(answer.as_of) })));
  const band = $("band");
  const words = [answer.simulated ? say("simulated_band") : "", answer.boundary_set.illustrative ? say("illustrative") : ""].filter(Boolean);
  band.hidden = !words.length;
  band.replaceChildren(...words.map((text, place) => make(place === 0 && answer?.simulated ? "b" : "span", {}, text)));
}

function renderHead() {
  const head = $("head");
  const told = answer?.campaign;
  const wished = wish.unit && wish.ref;
  if (!told) {
    const text = problem || (wished ? say("campaign_loading") : campaigns.length ? say("campaign_pick") : say("campaign_none"));
    const step = !wished && !campaigns.length ? make("p", {}, make("a", { href: "/import" }, say("campaign_none_step"))) : null;
    head.replaceChildren(make("h1", {}, say("campaign_title")), make("p", {}, text), step ?? "");
    document.title = `${say("campaign_title")} – ${say("name")}`;
    return;
  }
  const facts = [
    `${day(told.first)}–${day(told.last)}`,
    told.state === "over" ? "" : say(`campaign_state_${told.state}`),
    told.due_last ? say("campaign_due", { last: day(told.due_last) }) : "",
    told.document_no ?? "",
  ].filter(Boolean);
  head.replaceChildren(make("h1", {}, `${pick(told, "kind")} ${told.ref}, ${told.name}`), make("p", {}, facts.join(" · ")));
  document.title = `${pick(told, "kind")} ${told.ref} – ${say("name")}`;
}

/** On a phone one map is shown; here one says which. @param {string} left @param {string} right */
function renderSwitch(left, right) {
  const root = $("switch");
  root.hidden = !maps.works;
  const segment = (/** @type {"left" | "right"} */ name, /** @type {string} */ id) => {
    const button = make("button", { type: "button", class: "segment", "aria-pressed": String(shown === name) }, say(`campaign_window_${id}`));
    button.addEventListener("click", () => {
      shown = name;
      render();
      maps.resize();
    });
    return button;
  };
  root.replaceChildren(segment("left", left), segment("right", right));
  for (const side of $("maps").querySelectorAll(".side")) side.classList.toggle("shown", side.getAttribute("data-side") === shown);
}

async function start() {
  await loadMessages();
  speak(wish.lang);
  translate();
  $("choices").addEventListener("submit", (event) => event.preventDefault());
  $("print").addEventListener("click", () => print());
  $("leave").addEventListener("click", () => logOut());
  $("language").addEventListener("click", () => change({ lang: wish.lang === "vi" ? "en" : "vi" }));
  addEventListener("popstate", () => {
    wish = readWish(location.hash);
    load();
  });
  addEventListener("resize", () => maps.resize());
  for (const turn of ["beforeprint", "afterprint"]) addEventListener(turn, () => maps.resize());
  try {
    const [who, list] = await Promise.all([session(), get("/campaigns")]);
    $("account").textContent = who.account?.login ?? "";
    if (who.account) showMenu(who.account, "campaign");
    campaigns = list.campaigns;
  } catch (refusal) {
    problem = sentence(refusal);
  }
  document.body.classList.remove("waiting");
  if (problem) render();
  else await load();
}

start();
