/**
 * The parts of a campaign's page beside the maps: the choices, the legend, the sums, the communes that changed.
 * @import { Campaign, CampaignHead, Measure, MeasureId, Window_ } from "./campaign_types.js"
 * @import { Wish } from "./campaign_model.js"
 */

import { changes, comparable, difference, statusOf } from "./campaign_model.js";
import { OUTSIDE, lookOf } from "./campaign_maps.js";
import { swatch } from "./legend.js";
import { day, figure, make, pick, say } from "./text.js";

/** Communes listed at once; the rest are folded. */
const LISTED = 20;
/** @type {MeasureId[]} */
const MEASURES = ["active", "new", "eliminated", "reformed", "cases"];

/** A figure or its absence. @param {number | null} value */
const told = (value) => (value === null ? say("no_data") : figure(value));
/** @param {number} value */
const signed = (value) => (value > 0 ? `+${figure(value)}` : value < 0 ? `−${figure(-value)}` : "0");

/**
 * @param {HTMLElement} root @param {{ campaigns: CampaignHead[], told: Campaign | null, wish: Wish, onWish: (patch: Partial<Wish>) => void }} now
 */
export function renderChoices(root, { campaigns, told: answer, wish, onWish }) {
  /** @param {string} name @param {string} label @param {[string, string][]} options @param {string} chosen @param {(value: string) => void} onChange */
  const choice = (name, label, options, chosen, onChange) => {
    const select = make("select", { name });
    for (const [value, text] of options) select.append(make("option", { value, selected: value === chosen }, text));
    select.addEventListener("change", () => onChange(select.value));
    return make("label", {}, label, select);
  };
  const key = (/** @type {CampaignHead} */ one) => `${one.unit_key} ${one.ref}`;
  const name = (/** @type {CampaignHead} */ one) => `${pick(one, "kind")} ${one.ref} · ${one.name} · ${day(one.first)}–${day(one.last)}`;
  const focused = /** @type {HTMLSelectElement | null} */ (document.activeElement)?.name;
  root.replaceChildren(
    choice("campaign", say("campaign_choose"), [["", "—"], ...campaigns.map((one) => /** @type {[string, string]} */ ([key(one), name(one)]))], `${wish.unit} ${wish.ref}`, (value) => {
      const [unit, ...ref] = value.split(" ");
      onWish({ unit, ref: ref.join(" ") });
    }),
    ...(answer ? [
      choice("measure", say("campaign_measure"), answer.measures.map((one) => [one.id, pick(one, "title")]), wish.measure, (value) => onWish({ measure: /** @type {MeasureId} */ (value) })),
      choice("base", say("campaign_base"), [["before", say("campaign_base_before")], ["year_before", say("campaign_base_year_before")]], wish.base, (value) => onWish({ base: /** @type {Wish["base"]} */ (value) })),
      choice("side", say("campaign_side"), [["during", say("campaign_side_during")], ["after", say("campaign_side_after")]], wish.side, (value) => onWish({ side: /** @type {Wish["side"]} */ (value) })),
    ] : []));
  if (focused) /** @type {HTMLElement | null} */ (root.querySelector(`[name="${focused}"]`))?.focus();
}

/** What a reader must know before the figures: a window that is not over. @param {HTMLElement} root @param {Campaign} answer @param {Window_[]} windows */
export function renderNote(root, answer, windows) {
  const open = windows.find(({ state }) => state !== "over");
  root.hidden = !open;
  if (open) root.textContent = say(`campaign_${open.state}`, { first: day(open.first), last: day(open.last), until: day(answer.as_of) });
}

/** The one legend of both maps. @param {HTMLElement} root @param {Campaign} answer @param {Measure} measure @param {Window_[]} windows */
export function renderLegend(root, answer, measure, windows) {
  const { legend } = measure;
  const look = lookOf(measure);
  const used = new Set(windows.flatMap((window) => window.values[measure.id].map((value, at) => look(value, statusOf(value, answer.units.assessable[at])).row)));
  const items = legend.per_level?.commune ?? legend.items ?? [];
  const rows = [
    ...(legend.zero ? [{ color: legend.zero.color, pattern: "", text: pick(legend.zero, "label") }] : []),
    ...items.map((item) => ({ color: item.color, pattern: "", text: pick(item, "label") })),
    ...(legend.special ?? []).filter(({ status }) => used.has(status)).map((one) => ({ color: one.pattern === "none" ? (one.color ?? "#fff") : "#fff", pattern: one.pattern === "none" ? "" : one.pattern, text: pick(one, "label") })),
    ...(answer.campaign.level === "country" ? [] : [{ color: OUTSIDE, pattern: "", text: say("campaign_no_place") }]),
  ];
  root.replaceChildren(
    make("ul", { "aria-label": pick(measure, "title") }, make("li", { class: "now" }, `${pick(measure, "title")} (${pick(measure, "unit")})`), ...rows.map(({ color, pattern, text }) => make("li", {}, swatch(color, pattern), text))),
    make("p", {}, say(measure.id === "cases" ? "campaign_cases_note" : "campaign_zero_note")));
}

/** @param {HTMLElement} root @param {Campaign} answer @param {Window_} left @param {Window_} right @param {MeasureId} chosen */
export function renderSums(root, answer, left, right, chosen) {
  const during = answer.windows.find(({ id }) => id === "during");
  const windows = right.id === "after" && left.id === "before" && during ? [left, during, right] : [left, right];
  const head = windows.map((one) => make("th", { scope: "col" }, say(`campaign_window_${one.id}`), make("small", {}, `${day(one.first)}–${day(one.last)}`), make("small", {}, say("campaign_reported", { reported: figure(one.reported), due: figure(one.due) }))));
  const rows = MEASURES.map((id) => {
    const measure = answer.measures.find((one) => one.id === id);
    const apart = difference(left, right, id);
    return make("tr", { class: id === chosen ? "now" : null },
      make("th", { scope: "row" }, measure ? pick(measure, "title") : id),
      ...windows.map((one) => make("td", { class: one.totals[id] === null ? "muted" : null }, told(one.totals[id]))),
      make("td", { class: apart === null ? "muted" : null }, apart === null ? "—" : signed(apart)));
  });
  root.replaceChildren(make("h2", {}, say("campaign_sums")), make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": say("campaign_sums") },
    make("table", {}, make("thead", {}, make("tr", {}, make("td", {}), ...head, make("th", { scope: "col" }, say("campaign_change")))), make("tbody", {}, ...rows))));
}

/** @param {HTMLElement} root @param {Campaign} answer @param {Window_} left @param {Window_} right @param {Measure} measure */
export function renderChanges(root, answer, left, right, measure) {
  const heading = make("h2", {}, say("campaign_changed", { measure: pick(measure, "title") }));
  if (!comparable([left, right])) return root.replaceChildren(heading, make("p", { class: "muted" }, say("campaign_changed_not_yet")));
  const { changed, same, missing } = changes(answer, left, right, measure.id);
  const line = make("p", { class: "muted" }, say("campaign_changed_count", { changed: figure(changed.length), same: figure(same), missing: figure(missing) }));
  if (!changed.length) return root.replaceChildren(heading, make("p", {}, say("campaign_changed_none")), line);
  const table = (/** @type {typeof changed} */ rows) => make("table", {},
    make("thead", {}, make("tr", {}, make("td", {}), make("th", { scope: "col" }, say(`campaign_window_${left.id}`)), make("th", { scope: "col" }, say(`campaign_window_${right.id}`)), make("th", { scope: "col" }, say("campaign_change")))),
    make("tbody", {}, ...rows.map((one) => make("tr", {}, make("th", { scope: "row" }, one.name), make("td", {}, figure(one.left)), make("td", {}, figure(one.right)), make("td", {}, signed(one.right - one.left))))));
  const rest = changed.length > LISTED ? make("details", {}, make("summary", {}, say("campaign_more", { count: figure(changed.length) })), table(changed.slice(LISTED))) : null;
  root.replaceChildren(heading, line, table(changed.slice(0, LISTED)), rest ?? "");
}
