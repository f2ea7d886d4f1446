/**
 * The right drawer: one unit in short. The answer first (its class), then where it comes from, how it moved,
 * and the figures with their dates.
 * @import { ClassStep, Layer, Period, UnitPage } from "./types.js"
 */

import { classMark } from "./class_mark.js";
import { swatch } from "./legend.js";
import { subcommunesBlock } from "./subcommunes.js";
import { day, figure, icon, known, make, percent, pick, say, spoken } from "./text.js";
import { unitAddress } from "./unit_address.js";
import { fullName, shortName } from "./units.js";

const SERIES = /** @type {const} */ (["active", "new", "eliminated", "reformed"]);

/**
 * @typedef {object} Context
 * @property {Period[]} periods
 * @property {Layer | undefined} ladder the layer of classes, for colours and letters
 * @property {string} period the period shown, marked in the series
 * @property {(set: string, level: string, code: string) => void} open
 * @property {() => void} close
 * @property {string} known the day as of which the map is shown, or empty
 * @property {(page: UnitPage) => HTMLElement} here what of the context stands in the unit
 */

/** @param {HTMLElement} root @param {UnitPage} page @param {Context} context */
export function renderUnit(root, page, context) {
  const { unit, boundary_set: set } = page;
  const parents = unit.parents.filter(({ level }) => level !== "country");
  root.replaceChildren(
    head(fullName(unit.name, unit.kind), context.close),
    make("p", { class: "parents" },
      ...parents.flatMap((one) => [link(one.name, () => context.open(set.id, one.level, one.code)), " · "]),
      unit.area_km2 ? `${figure(unit.area_km2)} km²` : say(`level_${unit.level}`)),
    make("p", {}, make("a", { class: "whole-page", href: unitAddress({ set: set.id, level: unit.level, code: unit.code, period: context.period, known: context.known, lang: spoken() }) }, say("unit_full_page"))),
    context.known ? make("p", { class: "warning" }, say("known_drawer", { day: day(context.known) })) : "",
    ...(!page.in_scope ? [make("p", { class: "empty" }, say("unit_outside"))] : unit.level === "commune" ? [classBlock(page, context)] : []),
    ...relatives("predecessors", page, context),
    ...relatives("successors", page, context),
    ...(page.in_scope ? [seriesBlock(page, context), figuresBlock(page, context), subcommunesBlock(page.subcommunes, `/board#${new URLSearchParams({ set: page.boundary_set.id, code: page.unit.code, ...(spoken() !== "vi" && { lang: spoken() }) })}`)] : []),
    context.here(page),
    make("p", { class: "stamp" },
      page.simulated ? make("b", {}, `${say("simulated")}. `) : null,
      page.data_until ? `${say("data_until", { day: day(page.data_until) })} · ` : "",
      set.title, " · ", say("unit_code", { code: unit.code })));
}

/** @param {string} title @param {() => void} close */
function head(title, close) {
  const button = make("button", { type: "button", class: "plain", "aria-label": say("close"), title: say("close") }, icon("close"));
  button.addEventListener("click", close);
  return make("header", {}, make("h2", { tabindex: "-1" }, title), button);
}

/**
 * A heading and one sentence, or a skeleton while waiting.
 * @param {HTMLElement} root
 * @param {string} title
 * @param {string} sentence empty for a skeleton
 * @param {() => void} close
 */
export function renderPlain(root, title, sentence, close) {
  root.replaceChildren(head(title, close), ...(sentence
    ? [make("p", { class: "empty" }, sentence)]
    : ["line", "block", "line", "chart", "line"].map((kind) => make("div", { class: `skeleton ${kind}` }))));
}

/** @param {string} text @param {() => void} act */
function link(text, act) {
  const button = make("button", { type: "button", class: "link" }, text);
  button.addEventListener("click", act);
  return button;
}

/** @param {UnitPage} page @param {Context} context */
function classBlock({ class: found, unit, predecessors, as_of, as_reported }, context) {
  const box = make("section", { class: "class-block" });
  if (as_of) box.append(make("p", { class: "muted" }, say("class_on_day", { day: day(as_of) })));
  if (!unit.assessable) box.append(make("p", { class: "class-mark" }, swatch("#dedfdd", ""), say("class_not_subject")));
  else if (!found || found.id === "chua_danh_gia")
    box.append(classMark(null, context), make("p", { class: "muted" }, say(!as_reported ? "class_other_set" : predecessors.length ? "class_not_assessed_since" : "class_not_assessed_why")));
  else {
    box.append(classMark(found.id, context),
      make("p", { class: "muted" }, found.decided_on ? say("class_decided", { day: day(found.decided_on), document: found.document_no ?? say("no_document") }) : ""));
    const others = /** @type {const} */ (["computed", "proposed"]).filter((kind) => found[kind] && found[kind] !== found.id);
    for (const kind of others) box.append(make("p", { class: "other" }, say(`class_${kind}`), " ", classMark(found[kind], context)));
  }
  // The decision that is told above needs no list of its own.
  if (found && found.history.length > (found.id === "chua_danh_gia" ? 0 : 1)) box.append(steps("class_history", found.history, context));
  if (found?.later.length) box.append(make("p", { class: "other" }, say("class_later", { day: day(as_of) })), steps("class_later_list", found.later, context));
  return box;
}

/** @param {string} label @param {ClassStep[]} list @param {Context} context */
const steps = (label, list, context) =>
  make("ol", { class: "ladder", "aria-label": say(label) },
    ...list.map((one) => make("li", {}, classMark(one.class, context), make("small", {}, `${periodName(one.period, context)} · ${day(one.decided_on)}`))));

/** @param {string} id @param {Context} context */
const periodName = (id, { periods }) => {
  const period = periods.find((one) => one.id === id);
  if (period) return pick(period, "label").replace(/ \(.*/, "");
  // Decisions may be older than the first period computed.
  const year = /^Y(\d{4})$/.exec(id)?.[1];
  return year ? say("period_year", { year }) : id;
};

/** @param {"predecessors" | "successors"} kind @param {UnitPage} page @param {Context} context */
function relatives(kind, page, context) {
  const { in_scope: seen, unit: { level } } = page;
  const list = page[kind];
  if (!list.length) return [];
  return [make("section", {}, make("h3", {}, say(kind)), make("ul", { class: "relatives" },
    ...list.map((one) => make("li", {},
      seen && level === "commune" && (kind === "predecessors" || one.class) && classMark(one.class, context, true),
      make("span", {}, link(one.name, () => context.open(one.boundary_set, level, one.code)),
        make("small", {}, [one.province ? shortName(one.province) : "", known(`change_${one.change}`) ? say(`change_${one.change}`) : "",
          one.weight !== null && one.weight < 0.995 ? say("change_weight", { share: figure(one.weight * 100, 0) }) : ""].filter(Boolean).join(" · ")))))))];
}

/** @param {UnitPage} page @param {Context} context */
function seriesBlock({ series }, context) {
  const rows = SERIES.filter((name) => series[name]?.some((value) => value !== null));
  if (!rows.length) return make("section", {}, make("h3", {}, say("series")), make("p", { class: "muted" }, say("series_empty")));
  const now = series.period_ids.indexOf(context.period);
  const [first, last] = [series.period_ids[0], series.period_ids.at(-1)].map((id) => day(context.periods.find((one) => one.id === id)?.starts_on).slice(3));
  const missing = series.reported.filter((one) => !one).length;
  return make("section", {}, make("h3", {}, say("series"), make("small", {}, `${first}–${last}`)),
    ...rows.map((name) => {
      const values = series[name];
      const place = now >= 0 ? now : values.findLastIndex((value) => value !== null);
      const value = values[place];
      return make("div", { class: "spark-row" }, make("span", {}, say(`series_${name}`)), spark(values, place, name),
        make("b", { title: periodName(series.period_ids[place], context) }, value === null || value === undefined ? "–" : figure(value)));
    }),
    missing ? make("p", { class: "muted" }, say("series_gaps", { count: figure(missing) })) : null);
}

/**
 * A line from zero, broken where a month has no value; the month shown is marked.
 * @param {(number | null)[]} values
 * @param {number} marked
 * @param {string} name
 */
function spark(values, marked, name) {
  const [width, height, space] = [180, 34, 4];
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  const x = (/** @type {number} */ place) => space + (place * (width - 2 * space)) / Math.max(1, values.length - 1);
  const y = (/** @type {number} */ value) => height - space - (value * (height - 2 * space)) / top;
  let path = "";
  values.forEach((value, place) => {
    if (value === null) return;
    const alone = (values[place - 1] ?? null) === null;
    path += `${alone ? "M" : "L"}${x(place).toFixed(1)} ${y(value).toFixed(1)}`;
    if (alone && (values[place + 1] ?? null) === null) path += "h.1";
  });
  const draw = (/** @type {string} */ tag, /** @type {Record<string, string | number>} */ attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    return element;
  };
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "spark", role: "img", "aria-label": say("series_label", { name: say(`series_${name}`), top: figure(top) }) });
  svg.append(draw("path", { d: `M${space} ${height - space}H${width - space}`, class: "axis" }), draw("path", { d: path, class: "line" }));
  const value = values[marked];
  if (value !== null && value !== undefined) svg.append(draw("circle", { cx: x(marked), cy: y(value), r: 3.2 }));
  return svg;
}

/** @param {UnitPage} page @param {Context} context */
function figuresBlock({ figures }, context) {
  if (!figures.length) return "";
  const whole = figures.filter((one) => !one.part).map((one) => one.indicator);
  const doubled = new Set(whole.filter((name, at) => whole.indexOf(name) !== at));
  return make("section", {}, make("h3", {}, say("figures")), make("table", { class: "figures" }, make("tbody", {},
    ...figures.map((one) => {
      const share = one.unit === "%" || one.unit === "percent";
      const text = one.value === null ? make("span", { class: "muted" }, known(`status_${one.status}`) ? say(`status_${one.status}`) : say("no_data")) : share ? percent(one.value / 100) : figure(one.value);
      const name = pick(one, "name");
      return make("tr", {}, make("th", { scope: "row" }, `${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`, make("small", {}, [periodName(one.period, context), one.denominator ? `${figure(one.numerator ?? 0)}/${figure(one.denominator)}` : "", doubled.has(one.indicator) ? say(`origin_${one.origin}`) : "", one.status === "i" ? say(share ? "status_partly" : "status_i") : ""].filter(Boolean).join(" · "))), make("td", {}, text));
    }))));
}
