/**
 * The page of progress: what moved between two days on one boundary set, the answer first; then flows, classes over
 * time, the map, the communes, the evidence, and how long things took.
 * @import { Durations, LackAnswer, Progress } from "./progress_types.js"
 * @import { BoundarySet, Box, Periods, Units } from "./types.js"
 * @import { Wish } from "./progress_model.js"
 */

import { ask, boundarySets, goToLogin, logOut, periods as readPeriods, session, units as readUnits, Refusal } from "./api.js";
import { drawChart } from "./charts.js";
import { showMenu } from "./menu.js";
import { sentence } from "./notices.js";
import { flowSpec, seriesSpec } from "./progress_charts.js";
import { lackParts } from "./progress_lacks.js";
import { MoveMap, moveLegend } from "./progress_map.js";
import { queryOf, readWish, usualEnds, writeWish } from "./progress_model.js";
import { timesParts } from "./progress_times.js";
import { answerParts, evidenceParts, groupParts, movesParts, renderChoices } from "./progress_views.js";
import { day, loadMessages, make, pick, say, speak, translate } from "./text.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const PARTS = ["answer", "flows", "over-time", "where", "moves", "groups", "evidence", "lacks", "times"];

let wish = readWish(location.hash);
/** @type {{ sets: BoundarySet[], periods: Periods }} */
let world = { sets: [], periods: { kinds: [], periods: [], data_until: null } };
/** @type {Progress | null} */
let told = null;
/** @type {Units | null} */
let units = null;
/** @type {Durations | string | null} */
let times = null;
/** @type {LackAnswer | string | null} */
let lacks = null;
/** @type {"code" | "few"} */
let lackOrder = "code";
let problem = "";
let turn = 0;
/** @type {MoveMap | null} */
let map = null;

/** @param {string} path @returns {Promise<any>} */
async function get(path) {
  try {
    return await (await ask(path)).json();
  } catch (refusal) {
    if (refusal instanceof Refusal && refusal.status === 401) goToLogin();
    throw refusal;
  }
}

/** Fetch what the address asks for; a later wish makes an earlier answer void. */
async function load() {
  const mine = ++turn;
  [told, lacks, times, problem] = [null, null, null, ""];
  render();
  if (!wish.from || !wish.to) return;
  try {
    const found = await get(`/progress?${queryOf(wish, ["from", "to", "on", "area"])}`);
    const list = units?.boundary_set === found.boundary_set.id ? units : await readUnits(found.boundary_set.id);
    if (mine !== turn) return;
    [told, units] = [found, list];
    render();
  } catch (refusal) {
    if (mine !== turn) return;
    problem = sentence(refusal);
    render();
    return;
  }
  // Criteria and estimates take longer; the rest of the page does not wait for them.
  const later = (/** @type {string} */ path) => get(path).catch(sentence);
  const found = await later(`/progress/lacks?${queryOf(wish, ["from", "to", "on", "area"])}`);
  if (mine !== turn) return;
  lacks = found;
  renderLacks();
  const estimated = await later(`/progress/durations?${queryOf(wish, ["to", "on", "area"])}`);
  if (mine !== turn) return;
  times = estimated;
  renderTimes();
}

/** @param {Partial<Wish>} patch */
function change(patch) {
  const before = queryOf(wish, ["from", "to", "on", "area"]);
  wish = { ...wish, ...patch };
  const other = before !== queryOf(wish, ["from", "to", "on", "area"]);
  history[other ? "pushState" : "replaceState"](null, "", writeWish(wish));
  if (other) load();
  else render();
}

function render() {
  speak(wish.lang);
  translate();
  renderHead();
  const shown = told?.boundary_set.id ?? wish.on;
  renderChoices($("choices"), { wish, periods: world.periods, sets: world.sets, units, shown, told, onWish: change });
  for (const id of PARTS) $(id).hidden = !told;
  renderBand();
  if (!told) return;
  const now = told;
  const narrow = innerWidth < 720;
  $("answer").replaceChildren(...answerParts(now).filter((one) => one !== null));
  drawChart($("flows"), () => flowSpec(now, narrow));
  drawChart($("over-time"), () => seriesSpec(now));
  renderMap(now);
  $("moves").replaceChildren(...movesParts(now, { wish, onWish: change }));
  fill("groups", groupParts(now, (area) => change({ area })));
  $("evidence").replaceChildren(...evidenceParts(now));
  renderLacks();
  renderTimes();
  $("foot").replaceChildren(make("p", { class: "muted" }, say("progress_foot")));
}

/** @param {string} id @param {Node[]} parts */
function fill(id, parts) {
  $(id).hidden = !parts.length;
  $(id).replaceChildren(...parts);
}

function renderHead() {
  const title = told
    ? say("progress_title_of", { area: told.area ? pick(told.area, "name") : say("progress_everything"), from: day(told.from.day), to: day(told.to.day) })
    : say("progress_title");
  const text = problem || (told ? "" : wish.from && wish.to ? say("progress_loading") : say("progress_no_periods"));
  $("head").replaceChildren(make("h1", {}, title), ...(text ? [make("p", {}, text)] : []));
  document.title = `${title} – ${say("name")}`;
}

function renderBand() {
  const words = told ? [told.simulated ? say("simulated_band") : "", told.boundary_set.illustrative ? say("illustrative") : ""].filter(Boolean) : [];
  $("band").hidden = !words.length;
  $("band").replaceChildren(...words.map((text, place) => make(place === 0 && told?.simulated ? "b" : "span", {}, text)));
}

/** @param {Progress} now */
function renderMap(now) {
  const root = $("where");
  const title = make("h2", { id: "where-title" }, say("progress_map_title"));
  if (!map) {
    root.replaceChildren(title, make("div", { class: "move-map" }), make("div", { class: "move-key" }));
    map = new MoveMap(/** @type {HTMLElement} */ (root.querySelector(".move-map")), (code) => change({ area: `commune:${code}` }));
  } else root.querySelector("h2")?.replaceWith(title);
  root.querySelector(".move-key")?.replaceChildren(...(map.works ? [] : [make("p", {}, say("progress_map_none"))]), moveLegend(now), make("p", { class: "muted" }, say("progress_map_about")));
  /** @type {HTMLElement} */ (root.querySelector(".move-map")).hidden = !map.works;
  if (map.works) map.show(now, boxOf(now));
}

/** The box of the area, else the home of the account. @param {Progress} now @returns {Box} */
function boxOf(now) {
  const { area, boundary_set: set } = now;
  if (!area) return set.home_bounds;
  const columns = area.level === "plan" ? undefined : units?.levels[area.level];
  const own = columns?.bbox[columns.code.indexOf(area.code)];
  if (own) return own;
  // The units of a plan: all of their boxes together.
  const communes = units?.levels.commune;
  const shown = new Set(now.units.code);
  const boxes = communes?.bbox.filter((box, at) => box && shown.has(communes.code[at])) ?? [];
  return boxes.reduce((all, box) => (all && box ? [Math.min(all[0], box[0]), Math.min(all[1], box[1]), Math.max(all[2], box[2]), Math.max(all[3], box[3])] : all), boxes[0] ?? null) ?? set.home_bounds;
}

function renderLacks() {
  if (!told) return;
  const onOrder = (/** @type {"code" | "few"} */ order) => {
    lackOrder = order;
    renderLacks();
  };
  $("lacks").replaceChildren(...lackParts(told, lacks, { order: lackOrder, onOrder, lang: wish.lang }));
}

function renderTimes() {
  if (!told) return;
  const title = make("h2", { id: "times-title" }, say("progress_times_title"));
  if (times === null) $("times").replaceChildren(title, make("p", {}, say("progress_times_loading")), make("div", { class: "skeleton chart" }));
  else if (typeof times === "string") $("times").replaceChildren(title, make("p", {}, times));
  else $("times").replaceChildren(title, ...timesParts(times));
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
  addEventListener("beforeprint", () => map?.resize(true));
  addEventListener("afterprint", () => map?.resize(false));
  try {
    const who = await session();
    if (!who.account) return goToLogin();
    const [sets, periods] = await Promise.all([boundarySets(), readPeriods()]);
    $("account").textContent = who.account.login;
    showMenu(who.account, "transitions");
    world = { sets, periods };
    const usual = usualEnds(periods.periods);
    if (usual && (!wish.from || !wish.to)) {
      wish = { ...wish, from: wish.from || usual.from, to: wish.to || usual.to };
      history.replaceState(null, "", writeWish(wish));
    }
  } catch (refusal) {
    problem = sentence(refusal);
  }
  document.body.classList.remove("waiting");
  if (problem) render();
  else await load();
}

start();
