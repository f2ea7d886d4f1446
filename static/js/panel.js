/**
 * The left panel: layers as cards, one open at a time, with its figures, legend, choices and the two sentences
 * of what it shows and what it does not.
 * @import { Layer, LegendItem, State, Values } from "./types.js"
 * @import { Look } from "./types.js"
 */

import { isNoResult } from "./borders.js";
import { INCOMPLETE, NO_DATA_BENEATH, NO_PLACE, OVER_VALUE, isShare, swatch, tally } from "./legend.js";
import { figure, icon, make, percent, pick, say } from "./text.js";

/**
 * @typedef {object} Shown what the open card tells about
 * @property {Values | null} feed
 * @property {LegendItem[]} items
 * @property {(value: number | null, status: string) => Look} look
 * @property {string} level level of the feed, or "cells"
 * @property {{ line: string, note: string }} borders which borders one sees, and what became of the figures on them
 * @property {string[]} levels levels that can be chosen
 */

/**
 * A figure of a layer as people read it.
 * @param {Layer} layer
 * @param {number | null} value
 * @param {string} status
 * @param {LegendItem[]} items
 */
export function valueText(layer, value, status, items) {
  const own = layer.legend.special?.find((one) => one.status === status);
  if (value === null || value === undefined) return own ? pick(own, "label") : say("no_data");
  if (layer.legend.type === "categories") {
    const item = items.find((one) => one.value === value);
    return item ? pick(item, "label") : say("no_data");
  }
  if (isShare(layer)) return OVER_VALUE.has(status) && own ? `${percent(value / 100)} (${pick(own, "label")})` : percent(value / 100);
  const number = say("value_unit", { value: figure(value), unit: pick(layer, "unit") });
  return OVER_VALUE.has(status) ? `${number} (${say(`status_${status}`)})` : number;
}

export class Panel {
  /**
   * @param {HTMLElement} root
   * @param {Layer[]} layers
   * @param {{ change: (patch: Partial<State>) => void, opacity: (value: number) => void }} hooks
   */
  constructor(root, layers, hooks) {
    this.root = root;
    this.layers = layers;
    this.hooks = hooks;
    this.opacity = 1;
    this.unfolded = false;
  }

  /** @param {State} state @param {Shown} shown */
  render(state, shown) {
    const focused = document.activeElement instanceof HTMLElement && this.root.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    const top = this.root.scrollTop;
    const [map, reported] = /** @type {const} */ (["map", "reported"]).map((group) => this.layers.filter((layer) => layer.group === group).map((layer) => this.#card(layer, state, shown)));
    this.root.replaceChildren(...map, ...(reported.length ? [this.#group(reported, this.layers.some(({ id, group }) => id === state.layer && group === "reported"))] : []));
    this.root.scrollTop = top;
    if (focused) /** @type {HTMLElement | null} */ (this.root.querySelector(`[data-key="${focused}"]`))?.focus({ preventScroll: true });
  }

  /** Entered indicators stand together, folded. @param {HTMLElement[]} cards @param {boolean} chosen whether one of them is shown */
  #group(cards, chosen) {
    const group = make("details", { class: "card-group", open: chosen || this.unfolded }, make("summary", { "data-key": "group" }, icon("down"), say("layers_reported", { count: figure(cards.length) })), ...cards);
    group.addEventListener("toggle", () => (this.unfolded = group.open));
    return group;
  }

  /** @param {Layer} layer @param {State} state @param {Shown} shown */
  #card(layer, state, shown) {
    const open = layer.id === state.layer;
    const head = make("button", { type: "button", class: "card-head", "aria-expanded": String(open), "data-key": `layer-${layer.id}` },
      make("span", { class: "radio", "aria-hidden": "true" }), pick(layer, "title"));
    head.addEventListener("click", () => this.hooks.change({ layer: layer.id }));
    const card = make("section", { class: open ? "card open" : "card" }, make("h2", {}, head));
    if (open) card.append(this.#body(layer, state, shown));
    return card;
  }

  /** @param {Layer} layer @param {State} state @param {Shown} shown */
  #body(layer, state, shown) {
    const { feed } = shown;
    return make("div", { class: "card-body" },
      feed ? headline(layer, shown) : make("div", { class: "skeleton line" }),
      feed ? kindsNote(layer, feed) : null,
      this.#choices(layer, state, shown),
      legend(layer, shown),
      this.#opacityRow(),
      make("p", { class: "about" }, pick(layer, "about")));
  }

  /** @param {Layer} layer @param {State} state @param {Shown} shown */
  #choices(layer, state, shown) {
    const rows = make("div", { class: "choices" });
    if (layer.geometry.includes("cells"))
      rows.append(this.#segments("mode", ["units", "cells"], state.mode, (value) => say(`mode_${value}`)));
    if (shown.levels.length > 1 && shown.level !== "cells")
      rows.append(this.#segments("level", ["auto", ...shown.levels], state.level, (value) => say(`level_${value}`)));
    return rows;
  }

  /** @param {string} name @param {string[]} values @param {string} now @param {(value: string) => string} word */
  #segments(name, values, now, word) {
    const group = make("div", { class: "segments", role: "group", "aria-label": say(`choose_${name}`) });
    for (const value of values) {
      const button = make("button", { type: "button", "aria-pressed": String(value === now), "data-key": `${name}-${value}` }, word(value));
      button.addEventListener("click", () => this.hooks.change({ [name]: value }));
      group.append(button);
    }
    return group;
  }

  #opacityRow() {
    const slider = make("input", { type: "range", min: "20", max: "100", step: "5", value: String(this.opacity * 100), "aria-label": say("opacity"), "data-key": "opacity" });
    slider.addEventListener("input", () => {
      this.opacity = Number(slider.value) / 100;
      this.hooks.opacity(this.opacity);
    });
    return make("label", { class: "opacity" }, make("span", {}, say("opacity")), slider);
  }
}

/**
 * The facts of the open layer: the total first, then how much of it is reported.
 * @param {Layer} layer
 * @param {Shown} shown
 */
function headline(layer, { feed, items, look, borders }) {
  if (!feed) return null;
  const { total } = feed;
  const box = make("div", { class: "headline" });
  if (isNoResult(layer, feed)) box.append(make("small", { class: "warning" }, say("headline_other_set")));
  else if (layer.legend.type === "categories") {
    const counts = tally(feed, look);
    const first = items[0];
    const judged = items.reduce((sum, _, place) => sum + (counts.get(String(place)) ?? 0), 0);
    const words = { of: figure(judged + (counts.get("a") ?? 0)), label: first ? pick(first, "label").toLowerCase() : "" };
    box.append(make("b", {}, figure(counts.get("0") ?? 0)), make("span", {}, say("headline_class", words)));
  } else if (total && total.value !== null && total.value !== undefined) {
    const note = isShare(layer) ? shareNote(feed) : say("headline_total", { unit: pick(layer, "unit") });
    box.append(make("b", {}, isShare(layer) ? percent(total.value / 100) : figure(total.value)), make("span", {}, note));
  }
  if (total?.due) {
    const missing = total.due - (total.reported ?? 0);
    const judged = isShare(layer) || layer.legend.type === "categories";
    const code = missing > 0 ? (judged ? "headline_unassessed" : "headline_missing") : judged ? "" : "headline_all_reported";
    if (code) box.append(make("small", {}, say(code, { missing: figure(missing), due: figure(total.due) })));
  }
  for (const [name, text] of Object.entries(borders)) if (text) box.append(make("small", { class: `borders ${name}` }, text));
  if (total?.outside) box.append(make("small", {}, say("headline_outside", { count: figure(total.outside) })));
  return box;
}

/** Why a map of an entered indicator is empty, and the next step. @param {Layer} layer @param {Values} feed */
function kindsNote(layer, feed) {
  if (!layer.kinds || feed.total?.reported) return null;
  const kinds = layer.kinds.map((kind) => say(`kind_${kind}`)).join(", ");
  return make("p", { class: "kinds-note" }, kinds ? say("layer_kinds", { kinds }) : say("layer_never"));
}

/** @param {Values} feed */
function shareNote(feed) {
  const sum = (/** @type {number[] | undefined} */ list) => (list ?? []).reduce((one, other) => one + (other ?? 0), 0);
  const [num, den] = [sum(feed.num), sum(feed.den)];
  return den ? say("headline_share", { num: figure(num), den: figure(den), half: figure(Math.ceil(den / 2)) }) : "";
}

/** @param {Layer} layer @param {Shown} shown */
function legend(layer, { feed, items, look, level }) {
  const counts = feed && level !== "cells" ? tally(feed, look) : new Map();
  const list = make("ul", { class: "legend", "aria-label": say("legend") });
  const row = (/** @type {string} */ key, /** @type {HTMLElement} */ square, /** @type {string} */ label, kind = "") => {
    const count = counts.get(key);
    list.append(make("li", { class: `${kind}${feed && level !== "cells" && !count ? " none" : ""}`.trim() || null }, square, make("span", {}, label), count ? make("span", { class: "count" }, figure(count)) : null));
  };
  const { zero } = layer.legend;
  if (zero && level !== "cells") row("zero", swatch(zero.color, ""), pick(zero, "label"));
  items.forEach((item, place) => row(String(place), swatch(item.color, "", item.letter), pick(item, "label")));
  const [over, instead] = [true, false].map((is) => (layer.legend.special ?? []).filter(({ status }) => OVER_VALUE.has(status) === is));
  // The units of these stand in the rows above already.
  if (level === "cells") row("", swatch(NO_PLACE.color, NO_PLACE.pattern), say("cell_none", { unit: pick(layer, "unit") }));
  for (const special of over)
    if (level === "cells") row(special.status, swatch(INCOMPLETE.color, INCOMPLETE.pattern), say("legend_commune_of", { label: pick(special, "label") }));
    else if (feed && "ce".includes(special.status) && !feed.s.includes(special.status)) continue;
    else row(special.status, swatch((items[1] ?? items[0])?.color ?? "#ffffff", special.pattern), say("legend_of_which", { label: pick(special, "label") }), "over");
  list.append(make("li", { class: "gap", "aria-hidden": "true" }));
  for (const special of instead) {
    if (special.status === "h" && !feed?.s.includes("h")) continue;
    const flat = special.pattern === "none" ? (special.color ?? "#ffffff") : level === "cells" ? NO_DATA_BENEATH.color : "#ffffff";
    const label = pick(special, "label");
    row(special.status, swatch(flat, special.pattern === "none" ? "" : special.pattern), level === "cells" ? say("legend_commune_of", { label }) : label);
  }
  return make("div", {}, make("div", { class: "legend-title" }, say(level === "cells" ? "legend_cells" : `legend_${level}`, { unit: pick(layer, "unit") }),
    counts.size ? make("span", { class: "count" }, say("legend_count")) : null), list);
}
