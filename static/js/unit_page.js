/**
 * The page of one unit: the answer first, then where the unit comes from, its figures, the lives of its places and
 * the reports that it owes. Each section is asked for by itself and says itself when it cannot be had.
 * @import { BoundarySet, Layer, Periods, UnitPage } from "./types.js"
 * @import { Told } from "./unit_api.js"
 */

import * as api from "./api.js";
import { showMenu } from "./menu.js";
import { sentence } from "./notices.js";
import { loadMessages, day, figure, make, pick, say, speak, translate } from "./text.js";
import { readUnitAddress, unitAddress, unitHash } from "./unit_address.js";
import { answerOf } from "./unit_answer.js";
import * as parts from "./unit_api.js";
import { belowParts } from "./unit_below.js";
import { classParts } from "./unit_class.js";
import { familyParts, sentenceOf } from "./unit_family.js";
import { handoutButton } from "./unit_handout.js";
import { livesParts } from "./unit_lives.js";
import { reportsParts } from "./unit_reports.js";
import { seriesParts } from "./unit_series.js";
import { fullName, shortName } from "./units.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

let wish = readUnitAddress(location.hash);
/** @type {{ sets: BoundarySet[], layers: Layer[], periods: Periods }} */
let world = { sets: [], layers: [], periods: { kinds: [], periods: [], data_until: null } };
/** @typedef {{ page: UnitPage, family: Told<any>, series: Told<any>, lives: Told<any>, reports: Told<any>, below: any, why: Told<any> | null }} Answers */
/** @type {Answers | null} */
let answers = null;
let turn = 0;
let mayHandOut = false;

const ladder = () => world.layers.find(({ legend }) => legend.type === "categories");
/** @param {string} set @param {string} level @param {string} code */
const address = (set, level, code) => unitAddress({ set, level, code, period: wish.period, known: wish.known, lang: wish.lang });

/** @param {string} id */
function periodName(id) {
  const period = world.periods.periods.find((one) => one.id === id);
  if (period) return pick(period, "label").replace(/ \(.*/, "");
  const year = /^Y(\d{4})$/.exec(id)?.[1];
  return year ? say("period_year", { year }) : id;
}

/** @param {string} kind */
const kindName = (kind) => pick(world.periods.kinds.find(({ id }) => id === kind) ?? {}, "label") || say(`unit_kind_${kind}`);

/** Fetch all that the address names, show the head at once and each section when it is there. */
async function load() {
  const mine = ++turn;
  answers = null;
  $("page").replaceChildren(make("h1", {}, say("unit_loading")), ...["line", "block", "line", "chart", "line", "chart"].map((kind) => make("div", { class: `skeleton ${kind}` })));
  if (!wish.set || !wish.code) return nothing(say("unit_no_address"));
  const asked = { ...wish };
  let page;
  try {
    page = await api.unitPage(asked.set, asked.level, asked.code, asked.period);
  } catch (problem) {
    if (mine === turn) nothing(sentence(problem));
    return;
  }
  const waiting = page.in_scope ? [parts.series(asked), parts.lives(asked), parts.reports(asked)] : [];
  const [family, below, series, lives, reports] = await Promise.all([parts.family(asked), asked.level === "commune" ? null : api.units(asked.set).catch(() => null), ...waiting]);
  const why = page.in_scope && asked.level === "commune" && page.unit.assessable ? await parts.whyClass(asked) : null;
  if (mine !== turn) return;
  answers = { page, family, series, lives, reports, below, why };
  render();
}

/** @param {string} text */
function nothing(text) {
  $("page").replaceChildren(make("h1", {}, say("unit_nothing")), make("p", {}, text), make("p", {}, make("a", { href: mapAddress() }, say("unit_to_map"))));
  document.title = say("name");
}

/** The map with this unit in its drawer. */
function mapAddress() {
  const { set, level, code, period, known, lang } = wish;
  const pinned = world.sets.length > 1 && periodSet() !== set ? set : "";
  const given = Object.entries({ period, set: pinned, unit: code ? `${set}:${level}:${code}` : "", known, lang: lang === "vi" ? "" : lang, level: level === "commune" ? "commune" : "" }).filter(([, value]) => value);
  return given.length ? `/#${given.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%3A", ":")}`).join("&")}` : "/";
}
const periodSet = () => world.periods.periods.find(({ id }) => id === wish.period)?.boundary_set;

function render() {
  if (!answers) return;
  const { page, family, series, lives, reports, below, why } = answers;
  const { unit, boundary_set: set } = page;
  const name = fullName(unit.name, unit.kind);
  document.title = `${name} – ${say("name")}`;
  /** @type {HTMLAnchorElement} */ ($("back")).href = mapAddress();
  showBand(page);
  const context = { ladder: ladder(), address, periodName };
  const open = new Set([...$("page").querySelectorAll("details[open][data-indicator]")].map((one) => one.getAttribute("data-indicator")));
  const choosing = document.activeElement?.closest(".kind-choice") !== null && document.activeElement !== document.body;
  const turns = world.sets.map(({ valid_from }) => valid_from).sort().slice(1);
  const seriesContext = { kind: wish.kind, period: wish.period, turns, setKind, kindName };
  $("page").replaceChildren(
    head(page, name),
    wish.known && page.in_scope ? make("p", { class: "warning" }, say("known_answer", { day: day(wish.known) })) : "",
    section("answer", answerOf(page, context)),
    why ? section("class", or(why, (found) => classParts(found, { ...context, rowsOf: (input, period) => parts.classRows(wish, input, period) }), "class_why")) : "",
    section("family", or(family, (found) => {
      const [code, details] = sentenceOf(found);
      return { heading: say(code, details), content: familyParts(found, { ...context, relatives: [...page.predecessors, ...page.successors] }) };
    }, "unit_family")),
    ...(below ? [section("below", belowParts(below, { level: unit.level, code: unit.code, address: (level, code) => address(set.id, level, code) }))] : []),
    ...(page.in_scope ? [
      section("series", or(series, (found) => seriesParts(found, seriesContext), "unit_series")),
      section("lives", or(lives, livesParts, "unit_lives")),
      section("reports", or(reports, (found) => reportsParts(found, unit.level === "commune"), "unit_reports")),
    ] : []),
    foot(page));
  for (const one of $("page").querySelectorAll("details[data-indicator]")) if (open.has(one.getAttribute("data-indicator"))) one.setAttribute("open", "");
  if (choosing) /** @type {HTMLElement | null} */ ($("page").querySelector(".kind-choice select"))?.focus();
}

/** @typedef {{ heading: string, content: (Node | string | null)[] }} Part */

/** @param {string} id @param {Part | null} part */
function section(id, part) {
  if (!part) return "";
  return make("section", { id: `part-${id}`, "aria-labelledby": `part-${id}-title` }, make("h2", { id: `part-${id}-title` }, part.heading), ...part.content);
}

/**
 * The section, or why it is not there.
 * @template T
 * @param {Told<T> | undefined} told
 * @param {(answer: T) => Part} make_
 * @param {string} title code of its name
 * @returns {Part}
 */
function or(told, make_, title) {
  if (told?.answer) return make_(told.answer);
  const status = told?.problem?.status ?? 0;
  const code = status === 403 ? "unit_section_forbidden" : status === 404 ? "unit_section_absent" : "unit_section_failed";
  const again = make("button", { type: "button", class: "link" }, say("try_again"));
  again.addEventListener("click", load);
  return { heading: say(`${title}_title`), content: [make("p", { class: "muted" }, say(code)), ...(code === "unit_section_failed" ? [again] : [])] };
}

/** @param {UnitPage} page @param {string} name */
function head({ unit, boundary_set: set, data_until, simulated, as_of }, name) {
  const parents = unit.parents.filter(({ level }) => level !== "country");
  return make("header", { class: "unit-head" },
    make("p", { class: "parents" }, ...parents.flatMap((one, place) => [place ? " · " : "", make("a", { href: address(set.id, one.level, one.code) }, fullName(one.name, ""))])),
    make("h1", {}, name),
    make("p", { class: "muted" }, [
      say("unit_code", { code: unit.code }), unit.area_km2 ? `${figure(unit.area_km2)} km²` : say(`level_${unit.level}`), set.title,
      as_of ? say("unit_as_of", { day: day(as_of) }) : "", data_until ? say("data_until", { day: day(data_until) }) : "",
      wish.known ? say("known_band", { day: day(wish.known) }) : "", simulated ? say("simulated") : "", set.illustrative ? say("illustrative") : "",
    ].filter(Boolean).join(" · ")));
}

/** @param {UnitPage} page */
function foot(page) {
  const { unit, boundary_set: set, subcommunes } = page;
  const board = new URLSearchParams({ set: set.id, code: unit.code, ...(wish.lang !== "vi" && { lang: wish.lang }) });
  const above = unit.parents.find(({ level }) => level !== "country");
  return make("nav", { class: "unit-foot", "aria-label": say("unit_links") },
    make("a", { class: "button", href: mapAddress() }, say("unit_on_map")),
    make("a", { class: "button", href: wish.lang === "vi" ? "/reports" : `/reports#lang=${wish.lang}` }, say("reports_title")),
    make("a", { class: "button", href: wish.lang === "vi" ? "/plan" : `/plan#lang=${wish.lang}` }, say("plan_title")),
    subcommunes ? make("a", { class: "button", href: `/board#${board}` }, say("board_title")) : null,
    above ? make("a", { class: "button", href: address(set.id, above.level, above.code) }, say("unit_to_parent", { name: shortName(above.name) })) : null,
    mayHandOut && page.in_scope ? handoutButton(page, { periods: world.periods, layers: world.layers, period: wish.period }) : null);
}

/** @param {UnitPage} page */
function showBand({ simulated, boundary_set: set }) {
  const words = [simulated ? say("simulated_band") : "", set.illustrative ? say("illustrative") : "", wish.known ? say("known_band", { day: day(wish.known) }) : ""].filter(Boolean);
  $("band").hidden = !words.length;
  $("band").replaceChildren(...words.map((text, place) => make(place === 0 && simulated ? "b" : "span", {}, text)));
}

/** @param {string} kind */
function setKind(kind) {
  wish.kind = kind;
  history.replaceState(null, "", unitHash(wish));
  render();
}

function speakNow() {
  speak(wish.lang);
  translate();
}

async function start() {
  speakNow();
  await loadMessages();
  speakNow();
  const { account } = await api.session();
  if (!account) return api.goToLogin();
  $("account").textContent = account.login;
  mayHandOut = account.may_hand_out ?? false;
  showMenu(account, "unit");
  const [sets, layers, periods] = await Promise.all([api.boundarySets(), api.layers(), api.periods()]);
  world = { sets, layers, periods };
  document.body.classList.remove("waiting");
  if (!wish.period && periods.periods.length) wish.period = periods.periods.filter(({ kind }) => kind === "month").at(-1)?.id ?? "";
  $("language").addEventListener("click", () => {
    wish.lang = wish.lang === "vi" ? "en" : "vi";
    history.replaceState(null, "", unitHash(wish));
    speakNow();
    render();
  });
  $("leave").addEventListener("click", () => api.logOut());
  $("print").addEventListener("click", () => print());
  addEventListener("hashchange", () => {
    const before = wish.lang;
    wish = readUnitAddress(location.hash);
    if (wish.lang !== before) speakNow();
    scrollTo({ top: 0 });
    load();
  });
  await load();
}

start().catch((problem) => {
  document.body.classList.remove("waiting");
  nothing(sentence(problem));
});
