/**
 * The page: gathers what the state asks for, then lays it on the map (or its substitute), the panel, the
 * timeline, the drawer and the table.
 *
 *     state (address) -> shown(): set, level, period -> feed -> paint()
 * @import { BoundarySet, Cells, ContextFeature, Layer, Level, LegendItem, Look, Periods, State, Values } from "./types.js"
 * @import { Unit } from "./units.js"
 * @import { DrawnMap, Name } from "./map.js"
 */

import * as api from "./api.js";
import { bordersWords, isNoResult, showSets } from "./borders.js";
import { hexagons, resolutionAt } from "./cells.js";
import { Context, toggled } from "./context.js";
import { renderPlain, renderUnit } from "./drawer.js";
import { offshore, renderInset } from "./inset.js";
import { INCOMPLETE, NO_DATA, NO_DATA_BENEATH, NO_PLACE, OVER_VALUE, classesOf, looker } from "./legend.js";
import { Known } from "./known.js";
import { showMenu } from "./menu.js";
import { hush, notice, sentence } from "./notices.js";
import { lettering } from "./lettering.js";
import { Panel, valueText } from "./panel.js";
import { renderPlainMap } from "./plain.js";
import { searchBox } from "./search.js";
import { Sheet } from "./sheet.js";
import { change, followAddress, onChange, state } from "./state.js";
import { Table } from "./table.js";
import { day, figure, loadMessages, make, pick, say, speak, translate } from "./text.js";
import { showTip } from "./tip.js";
import { Timeline, nearestStep, stepsOf } from "./timeline.js";
import { Register } from "./units.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const LEVELS = /** @type {Level[]} */ (["province", "district", "commune"]);
/** Zooms at which the level changes by itself. */
const DISTRICT_FROM = 6.6;
const COMMUNE_FROM = { withDistricts: 8.4, without: 6.9 };

/** @type {BoundarySet[]} */
let sets = [];
/** @type {Layer[]} */
let layers = [];
/** @type {Periods} */
let periods = { kinds: [], periods: [], data_until: null };
/** @type {DrawnMap | null} */
let drawn = null;
/** @type {Map<string, Register>} */
const registers = new Map();
/** @type {{ feed: Values | null, cells: Cells | null, items: LegendItem[], look: (value: number | null, status: string) => Look, level: Level, register: Register | null }} */
let now = { feed: null, cells: null, items: [], look: () => NO_DATA, level: "province", register: null };
let playing = false;
let turn = 0;
/** @type {Panel} */ let panel;
/** @type {Context} */ let context;
/** @type {Known} */ let known;
/** @type {Timeline} */ let timeline;
/** @type {Table} */ let table;
/** @type {Sheet} */ let sheet;
/** @type {ReturnType<typeof searchBox>} */ let search;

const layerNow = () => layers.find(({ id }) => id === state.layer) ?? layers[0];
const periodNow = () => periods.periods.find(({ id }) => id === state.period);
const setById = (/** @type {string | null | undefined} */ id) => sets.find((set) => set.id === id);
/** The pinned set, or the one valid on the last day of the period. */
const setNow = () => setById(state.set) ?? setById(periodNow()?.boundary_set) ?? sets.at(-1);
const zoomNow = () => drawn?.map.getZoom() ?? 5;

/** @param {Layer} layer */
const hexesNow = (layer) => state.mode === "cells" && layer.geometry.includes("cells") && drawn !== null;

/** @param {Layer} layer @param {BoundarySet} set */
const levelsOf = (layer, set) => LEVELS.filter((level) => layer.levels.includes(level) && set.levels.includes(level));

/**
 * The level to draw: the chosen one, or by zoom the finest that suits.
 * @param {Layer} layer
 * @param {BoundarySet} set
 * @returns {Level}
 */
function levelNow(layer, set) {
  const can = levelsOf(layer, set);
  // Beneath hexagons lie the communes, whatever the zoom: it is they that report.
  if (hexesNow(layer) && can.includes("commune")) return "commune";
  if (state.level !== "auto" && can.includes(state.level)) return state.level;
  const communeFrom = can.includes("district") ? COMMUNE_FROM.withDistricts : COMMUNE_FROM.without;
  const wanted = !drawn ? "province" : zoomNow() >= communeFrom ? "commune" : zoomNow() >= DISTRICT_FROM ? "district" : "province";
  return can.filter((level) => LEVELS.indexOf(level) <= LEVELS.indexOf(wanted)).at(-1) ?? can[0] ?? "commune";
}

/** @param {string} id */
async function registerOf(id) {
  const known = registers.get(id);
  if (known) return known;
  const register = new Register(await api.units(id));
  registers.set(id, register);
  return register;
}

/** Gather what the state asks for and show it; a newer call makes this one give up. */
async function refresh() {
  const [layer, set, period] = [layerNow(), setNow(), periodNow()];
  if (!layer || !set || !period) return;
  const mine = ++turn;
  const level = levelNow(layer, set);
  const hexes = hexesNow(layer);
  const resolution = resolutionAt(zoomNow());
  const path = api.valuesPath(layer.id, set.id, period.id, level, state.known);
  const cellsPath = hexes ? api.cellsPath(layer.id, resolution, period.id, state.known) : "";
  // What was known on a day is counted anew for each period: nothing of it is fetched ahead.
  const ahead = (state.known ? [] : timeline.neighbours).map((one) =>
    hexes ? api.cellsPath(layer.id, resolution, one.id) : api.valuesPath(layer.id, setById(state.set)?.id ?? one.boundary_set ?? set.id, one.id, level));
  api.dropStale([path, cellsPath, ...ahead]);
  const late = setTimeout(() => notice(say("loading_values"), { lasting: true }), 2000);
  timeline.show(period.id, { set, dataUntil: periods.data_until });
  showStamps(set, period.simulated);
  contextNow();
  try {
    const [feed, cells, register] = await Promise.all([api.values(path), hexes ? api.cells(cellsPath) : null, registerOf(set.id)]);
    if (mine !== turn) return;
    const items = classesOf(layer, hexes ? `cells_${resolution}` : level, period.kind);
    now = { feed, cells, items, look: looker(layer, items), level, register };
    search.use(register);
    await paint(set);
    api.prefetch(ahead);
  } catch (problem) {
    if (mine === turn && !(problem instanceof DOMException)) {
      now = { ...now, feed: null, cells: null };
      panelNow();
      tell(problem);
    }
  } finally {
    clearTimeout(late);
    if (mine === turn) hush("loading");
  }
}

/** @param {BoundarySet} set */
async function paint(set) {
  const { feed, cells, look, level, register } = now;
  if (!feed || !register) return;
  // Before the names: those that the frame would cut are left out.
  insetNow(set);
  if (drawn) {
    const map = drawn;
    const features = cells ? await hexagons(cells, look, now.items.at(-1)?.color ?? "#1d2430") : [];
    const looks = feed.v.map((value, place) => (cells ? plainGround(feed.s[place]) : look(value, feed.s[place] ?? ".")));
    await map.ready;
    const turned = map.set !== null && map.set.id !== set.id;
    const lay = () => {
      map.show(set, level);
      map.paint(register.columns(level).ordinal, looks);
      map.paintCells(features);
      map.select(selectedHere(set.id));
      letter(true);
    };
    if (turned) {
      map.crossFade(lay, { until: "idle" });
      notice(say("set_turned", { title: set.title }));
    } else if (playing) map.crossFade(lay);
    else lay();
  } else renderPlainMap($("plain"), { layer: layerNow().id, set: set.id, period: state.period, level, known: state.known, lang: state.lang, title: tableTitle(), narrow: sheet.narrow.matches });
  panelNow();
  if (!$("table").hidden) tableNow(set);
}

/**
 * Under hexagons the communes keep what is said about their reports, and are white else.
 * @param {string} status
 * @returns {Look}
 */
const plainGround = (status) => (status === "." ? NO_PLACE : OVER_VALUE.has(status) ? INCOMPLETE : status === "m" ? NO_DATA_BENEATH : now.look(null, status));

/** Write names and, close by, the figures under them. */
function letter(always = false) {
  const { feed, items, look, level, register, cells } = now;
  const set = setNow();
  if (!drawn || !feed || !register || !set || (!always && !drawn.namesVisible)) return;
  const { names, provinces, islands } = lettering({ feed, items, look, level, register, cells, layer: layerNow(), set });
  const clear = clearOfCorner();
  drawn.write(drawn.namesVisible ? names.filter(clear) : [], provinces.filter(clear), { offshore: islands.filter(clear), language: state.lang, narrow: sheet.narrow.matches });
}

/** Names that the frame of the archipelagos or an edge would cut are left out. @returns {(name: Name) => boolean} */
function clearOfCorner() {
  const map = drawn;
  if (!map) return () => true;
  const { left, right, bottom, top } = room();
  const { clientWidth, clientHeight } = map.map.getContainer();
  const edges = { left: left + 36, right: clientWidth - right - 36, top: top + 8, bottom: clientHeight - bottom - 12 };
  const box = $("inset").hidden || $("corner").classList.contains("close-by") ? null : $("corner").getBoundingClientRect();
  return ({ lng_lat }) => map.isClear(lng_lat, edges, box);
}

function panelNow() {
  const [layer, set] = [layerNow(), setNow()];
  if (layer && set) panel.render(state, { borders: bordersWords({ set, own: setById(periodNow()?.boundary_set), layer, feed: now.feed }), feed: now.feed, items: now.items, look: now.look, level: now.cells ? "cells" : now.level, levels: levelsOf(layer, set) });
}

/** Show what stands beside the figures on the last day of the period. */
async function contextNow() {
  const [set, period] = [setNow(), periodNow()];
  if (!set || !period || !(await context.show(set.id, period.last_day, state.context))) return;
  $("drawer").querySelector(".context-here")?.replaceWith(contextOf(state.unit));
  await drawn?.paintContext(context.features);
}

/** What of it stands in a commune of the set shown. @param {string} unit as in the state */
function contextOf(unit) {
  const [set, level, code] = unit.split(":");
  return context.here(set === setNow()?.id && level === "commune" ? code : "");
}

/** @param {BoundarySet} set */
function insetNow(set) {
  const { register, feed, look, items, level, cells } = now;
  if (!register || !feed) return;
  const layer = layerNow();
  // The islands of a province are told by the province when that is what the map shows.
  const teller = (/** @type {Unit} */ unit) =>
    level === "commune" ? unit : register.units(level).find(({ name }) => name === unit.province);
  renderInset($("inset"), offshore(register, set), (unit) => {
    const at = teller(unit)?.place ?? -1;
    const [value, status] = at < 0 ? [null, "m"] : [feed.v[at] ?? null, feed.s[at] ?? "."];
    return { look: cells ? plainGround(status) : look(value, status), text: valueText(layer, value, status, items) };
  }, (unit) => openUnit(set.id, unit));
}

const tableTitle = () => `${pick(layerNow(), "title")} – ${pick(periodNow() ?? {}, "label")}`;

/** @param {BoundarySet} set */
function stampLines(set) {
  const { feed } = now;
  const { line, note } = bordersWords({ set, own: setById(periodNow()?.boundary_set), layer: layerNow(), feed });
  return [
    feed?.data_until ? say("data_until", { day: day(feed.data_until) }) : "",
    feed?.known ? say("known_band", { day: day(feed.known) }) : "",
    line.replace(/\.$/, ""), note.replace(/\.$/, ""), set.title,
    feed?.simulated || set.simulated ? say("simulated") : "",
    set.illustrative ? say("illustrative") : "",
  ].filter(Boolean);
}

/** @param {BoundarySet} set */
function tableNow(set) {
  const { feed, register, items, look, level } = now;
  const warning = feed && isNoResult(layerNow(), feed) ? say("headline_other_set") : "";
  if (feed && register) table.render({ warning, layer: layerNow(), feed, units: register.units(level), items, look, title: tableTitle(), stamp: stampLines(set) });
}

/** @param {BoundarySet} set @param {boolean} simulated */
function showStamps(set, simulated) {
  const words = [simulated || set.simulated ? say("simulated_band") : "", set.illustrative ? say("illustrative") : ""].filter(Boolean);
  $("band").hidden = !words.length;
  $("band").replaceChildren(...words.map((text, at) => make(at || !(simulated || set.simulated) ? "span" : "b", {}, text)));
  document.documentElement.style.setProperty("--band", `${$("band").offsetHeight}px`);
}

/** @param {string} setId */
function selectedHere(setId) {
  const [set, level, code] = state.unit.split(":");
  const unit = set === setId ? registers.get(setId)?.byCode.get(`${level}:${code}`) : undefined;
  return unit ? { level: unit.level, ordinal: unit.ordinal } : null;
}

/** @param {string} setId @param {Unit} unit @param {{ move?: boolean }} [options] */
function openUnit(setId, unit, { move = true } = {}) {
  change({ unit: `${setId}:${unit.level}:${unit.code}` });
  const box = registers.get(setId)?.columns(unit.level).bbox[unit.place];
  if (move && box && setNow()?.id === setId) drawn?.fit(box, room(), { maxZoom: 11 });
}

async function showDrawer() {
  const root = $("drawer");
  const [set, level, code] = state.unit.split(":");
  root.hidden = !code;
  document.body.classList.toggle("with-drawer", Boolean(code));
  drawn?.select(selectedHere(setNow()?.id ?? ""));
  if (!code) {
    root.dataset.unit = "";
    return renderPlain(root, say("unit_none_title"), say("unit_none"), closeDrawer);
  }
  const [unit, period] = [state.unit, state.period];
  const name = registers.get(set)?.byCode.get(`${level}:${code}`)?.name ?? "";
  // From period to period the page of a unit stays until its next one is there.
  if (root.dataset.unit !== unit) renderPlain(root, name, "", closeDrawer);
  root.dataset.unit = unit;
  try {
    const page = await api.unitPage(set, level, code, period);
    if (state.unit !== unit || state.period !== period) return;
    renderUnit(root, page, {
      periods: periods.periods, ladder: layers.find(({ legend }) => legend.type === "categories"), period, known: state.known,
      open: (...to) => change({ unit: to.join(":") }), close: closeDrawer,
      here: ({ in_scope, unit: { level, code } }) => contextOf(in_scope ? `${set}:${level}:${code}` : ""),
    });
  } catch (problem) {
    renderPlain(root, name || code, sentence(problem), closeDrawer);
  }
}

function closeDrawer() {
  change({ unit: "" });
  sheet.show("time");
}

/** Room that panels take from the map, in pixels. */
const room = () => (paper.matches ? { left: 0, right: 0, bottom: 0, top: 0 } : roomOnScreen());

function roomOnScreen() {
  // The band of a past knowledge lies over the map's upper edge.
  const top = $("known-band").offsetHeight;
  if (sheet.narrow.matches) return { left: 0, right: 0, bottom: sheet.height, top };
  return { left: document.body.classList.contains("folded") ? 0 : 340, right: state.unit ? 400 : 0, bottom: 0, top };
}

const wholeCountry = (still = false) => {
  const set = setNow();
  if (set) drawn?.fit(set.home_bounds, room(), { still });
};

/** @param {unknown} problem */
function tell(problem) {
  if (problem instanceof api.Refusal && problem.status === 401) return;
  notice(sentence(problem), { retry: refresh, kind: "error" });
}

const showSetsNow = () => showSets(/** @type {HTMLSelectElement} */ ($("sets").querySelector("select")), sets, state.set);

function speakNow() {
  speak(state.lang);
  document.title = say("name");
  translate();
  const part = sets.some((set) => String(set.home_bounds) !== String(set.mainland_bounds));
  for (const name of ["aria-label", "title"]) if (part) $("whole").setAttribute(name, say("zoom_area"));
  showSetsNow();
}

const paper = matchMedia("print");
/** @param {number | null} ordinal @param {number | null} cell @param {ContextFeature["properties"][]} beside @param {number} x @param {number} y */
function tellAt(ordinal, cell, beside, x, y) {
  const { feed, register, items, level } = now;
  const unit = ordinal === null ? undefined : register?.byOrdinal.get(ordinal);
  const place = unit?.level === level ? unit.place : -1;
  const status = feed?.s[place] ?? ".";
  const text = cell !== null ? say("cell_value", { value: figure(cell), unit: pick(layerNow(), "unit") })
    : place < 0 ? "" : now.cells && (status === "." || OVER_VALUE.has(status)) ? cellNone(status) : valueText(layerNow(), feed?.v[place] ?? null, status, items);
  const { clientWidth, clientHeight } = $("map");
  showTip($("tip"), feed ? unit : undefined, { text, beside: beside.map((one) => context.line(one)), x, y, width: clientWidth - room().right, height: clientHeight });
}

/** @param {string} status of the commune */
const cellNone = (status) => say("cell_none", { unit: pick(layerNow(), "unit") }) + (OVER_VALUE.has(status) ? ` (${say(`status_${status}`)})` : "");

/** @param {boolean} open */
function showTable(open) {
  $("table").hidden = !open;
  document.body.classList.toggle("with-table", state.show === "table");
  $("table-button").setAttribute("aria-pressed", String(state.show === "table"));
  const set = setNow();
  if (open && set) {
    tableNow(set);
    if (drawn) $("table").querySelector("h2")?.focus();
  }
}

/** @param {State} _ @param {Set<string>} changed */
function react(_, changed) {
  if (changed.has("lang")) {
    speakNow();
    timeline.translate();
  }
  if (changed.has("set")) showSetsNow();
  if (changed.has("show")) showTable(state.show === "table" || !drawn);
  if (changed.has("known") || changed.has("lang")) known.render(state.known);
  if (changed.has("unit") || changed.has("lang") || ((changed.has("period") || changed.has("known")) && state.unit)) {
    showDrawer();
    if (changed.has("unit") && state.unit) sheet.show("unit");
  }
  if (["layer", "level", "mode", "period", "set", "known", "lang"].some((key) => changed.has(key))) refresh();
  if (changed.has("context")) contextNow();
  if (changed.has("view") && drawn && state.view && state.view !== viewNow()) drawn.goTo(state.view);
}

function viewNow() {
  const { lat, lng } = drawn?.map.getCenter() ?? { lat: 0, lng: 0 };
  return `${zoomNow().toFixed(2)}/${lat.toFixed(4)}/${lng.toFixed(4)}`;
}

/** @param {boolean} folded */
function fold(folded) {
  document.body.classList.toggle("folded", folded);
  $("unfold").hidden = !folded;
  (folded ? $("unfold") : $("fold")).focus();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const at = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || at.closest("input, select, textarea")) return;
  const act = {
    "/": () => /** @type {HTMLInputElement} */ ($("search").querySelector("input")).focus(),
    t: () => change({ show: state.show ? "" : "table" }),
    ArrowRight: () => timeline.step(1),
    ArrowLeft: () => timeline.step(-1),
    "+": () => drawn?.map.zoomIn(),
    "=": () => drawn?.map.zoomIn(),
    "-": () => drawn?.map.zoomOut(),
    Escape: () => (timeline.stop(), state.show && drawn ? change({ show: "" }) : state.unit ? change({ unit: "" }) : state.known && change({ known: "" })),
  }[event.key];
  if (!act || (event.shiftKey && event.key.startsWith("Arrow"))) return panByKey(event);
  event.preventDefault();
  act();
}

/** Shift with an arrow moves the map; arrows alone belong to the timeline. @param {KeyboardEvent} event */
function panByKey(event) {
  const [x, y] = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] })[event.key] ?? [0, 0];
  if (event.shiftKey && (x || y)) drawn?.map.panBy([x * 120, y * 120]);
}

function wire() {
  $("language").addEventListener("click", () => change({ lang: state.lang === "vi" ? "en" : "vi" }));
  $("leave").addEventListener("click", () => api.logOut().catch(tell));
  $("table-button").addEventListener("click", () => change({ show: state.show ? "" : "table" }));
  $("zoom-in").addEventListener("click", () => drawn?.map.zoomIn());
  $("zoom-out").addEventListener("click", () => drawn?.map.zoomOut());
  $("whole").addEventListener("click", () => wholeCountry());
  $("name").addEventListener("click", (event) => (event.preventDefault(), wholeCountry()));
  $("fold").addEventListener("click", () => fold(true));
  $("unfold").addEventListener("click", () => fold(false));
  $("sets").querySelector("select")?.addEventListener("change", (event) => change({ set: /** @type {HTMLSelectElement} */ (event.target).value, unit: "" }));
  addEventListener("keydown", onKey);
  // On a phone the choice of boundaries belongs to the layers, not to the bar.
  const place = () => (sheet.narrow.matches ? $("set-place").append($("sets")) : $("table-button").before($("sets")));
  sheet.narrow.addEventListener("change", place);
  place();
}

/** On paper the map keeps what the panels left in view, whatever the size of the sheet. */
function keepViewOnPaper() {
  let view = "";
  paper.addEventListener("change", () => {
    if (!drawn) return;
    if (!paper.matches) return drawn.goTo(view);
    view = viewNow();
    drawn.fitAgain(roomOnScreen());
  });
}

async function startMap() {
  const module = await import("./map.js");
  if (!module.canDraw()) return;
  drawn = new module.DrawnMap($("map"), {
    onHover: tellAt,
    onPick: (ordinal) => {
      $("tip").hidden = true;
      const unit = ordinal === null ? undefined : now.register?.byOrdinal.get(ordinal);
      if (unit && now.register) openUnit(now.register.set, unit, { move: false });
      else if (state.unit) change({ unit: "" });
    },
    onRest: () => {
      change({ view: viewNow() });
      $("corner").classList.toggle("close-by", zoomNow() > 8);
      const [layer, set] = [layerNow(), setNow()];
      if (layer && set && (levelNow(layer, set) !== now.level || (now.cells && now.cells.resolution !== resolutionAt(zoomNow())))) refresh();
      else letter(zoomNow() < 8);
    },
    onTouch: () => timeline.stop(),
    onProblem: (message) => notice(say("error_map"), { retry: refresh, kind: `error ${message}` }),
  }, state.view);
  if (!state.view) wholeCountry(true);
  // The canvas asks for its letters by name; they must be there before the first label is drawn.
  Promise.all(["400 16px 'Be Vietnam Pro'", "600 16px 'Be Vietnam Pro'"].map((font) => document.fonts.load(font, "aếĐơ"))).then(() => letter(true));
}

async function start() {
  followAddress();
  speak(state.lang);
  await loadMessages();
  speakNow();
  let account;
  [sets, layers, periods, { account }] = await Promise.all([api.boundarySets(), api.layers(), api.periods(), api.session()]);
  if (!account) return api.goToLogin();
  speakNow();
  $("account").textContent = account.login;
  showMenu(account, "map");
  sheet = new Sheet($("sheet"));
  panel = new Panel($("cards"), layers, { change, opacity: (value) => drawn?.fade(value) });
  context = new Context($("context"), { toggle: (kind, on) => change({ context: toggled(state.context, kind, on) }) });
  known = new Known($("known"), $("known-band"), (day) => change({ known: day }));
  known.render(state.known);
  timeline = new Timeline($("timeline"), periods, (period, isPlaying) => {
    playing = isPlaying;
    change({ period });
  });
  table = new Table($("table"), { open: (unit) => now.register && openUnit(now.register.set, unit), close: () => change({ show: "" }) });
  search = searchBox($("search"), (unit) => now.register && openUnit(now.register.set, unit));
  document.body.classList.remove("waiting");
  wire();
  showSetsNow();
  const first = nearestStep(stepsOf(periods.periods, "month"), "") ?? stepsOf(periods.periods, periods.kinds[0]?.id ?? "")[0];
  if (!sets.length || !first) return empty(sets.length ? "empty_values" : "empty_sets");
  if (!periodNow()) change({ period: first.period.id });
  if (!layers.some(({ id }) => id === state.layer)) change({ layer: layers[0]?.id ?? "" });
  timeline.show(state.period, { set: setNow(), dataUntil: periods.data_until });
  onChange(react);
  await startMap();
  keepViewOnPaper();
  if (!drawn) {
    document.body.classList.add("no-webgl");
    $("plain").hidden = false;
  }
  await refresh();
  showTable(state.show === "table" || !drawn);
  await showDrawer();
  if (state.unit) sheet.show("unit");
  if (!state.view) wholeCountry(true);
}

/** Nothing to show yet: say why, and the one next step. @param {string} code */
function empty(code) {
  // Without a period there is nothing to step through, without a set nothing to choose or to list.
  document.body.classList.add("nothing");
  $("map").replaceChildren(make("div", { class: "empty-map" }, make("h2", {}, say(`${code}_title`)), make("p", {}, say(code)), make("code", {}, say(`${code}_command`)),
    ...(code === "empty_sets" ? [make("p", {}, say("empty_sets_then")), make("code", {}, say("empty_sets_second"))] : [])));
}

start().catch((problem) => {
  document.body.classList.remove("waiting");
  tell(problem);
});
