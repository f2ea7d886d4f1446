/**
 * Two maps of one boundary set beside each other, moving together, painted by one scale. On a phone one of them is
 * shown at a time.
 * @import { Campaign, Measure, Window_ } from "./campaign_types.js"
 * @import { Layer, Level } from "./types.js"
 */

import { statusOf } from "./campaign_model.js";
import { classesOf, looker } from "./legend.js";
import { DrawnMap, canDraw } from "./map.js";
import { day, figure, known, make, pick, say } from "./text.js";

/** @typedef {"left" | "right"} SideName */


/** Communes in which the campaign was not run. */
export const OUTSIDE = "#d9dbda";
/** Unit keys of one boundary set (geo/units.py). */
const KEYS_OF_SET = 2 ** 20;

/** Give the function that looks at a value of a measure. @param {Measure} measure */
export function lookOf(measure) {
  const layer = /** @type {Layer} */ (/** @type {unknown} */ ({ id: measure.id, legend: measure.legend }));
  return looker(layer, classesOf(layer, "commune"));
}

export class TwoMaps {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Map<SideName, { map: DrawnMap, told: HTMLElement }>} */
    this.sides = new Map();
    /** @type {Campaign | null} */
    this.campaign = null;
    /** @type {Record<SideName, Window_ | null>} */
    this.windows = { left: null, right: null };
    /** @type {Measure | null} */
    this.measure = null;
    this.following = false;
    this.turn = 0;
    /** The unit that each map was moved to. @type {Map<SideName, number>} */
    this.fitted = new Map();
    this.works = canDraw();
  }

  #build() {
    for (const name of /** @type {const} */ (["left", "right"])) {
      const box = /** @type {HTMLElement} */ (this.root.querySelector(`[data-side="${name}"] .map`));
      const told = make("div", { class: "told", hidden: true });
      const map = new DrawnMap(box, {
        onHover: (ordinal) => this.#tell(ordinal),
        onPick: (ordinal) => this.#tell(ordinal),
        onRest: () => {},
        onTouch: () => {},
        onProblem: () => {},
      }, "");
      map.map.on("move", () => this.#follow(name));
      box.append(told);
      this.sides.set(name, { map, told });
    }
  }

  /** Let the other map see what this one sees. @param {SideName} name */
  #follow(name) {
    if (this.following) return;
    this.following = true;
    const here = this.sides.get(name)?.map.map;
    const other = this.sides.get(name === "left" ? "right" : "left")?.map.map;
    if (here && other) other.jumpTo({ center: here.getCenter(), zoom: here.getZoom() });
    this.following = false;
  }

  /** Say the figures of a commune on both maps. @param {number | null} ordinal */
  #tell(ordinal) {
    const at = ordinal === null || !this.campaign ? -1 : this.campaign.units.ordinal.indexOf(ordinal);
    for (const [name, { told }] of this.sides) {
      const [window, measure, campaign] = [this.windows[name], this.measure, this.campaign];
      told.hidden = at < 0 || !window || !measure || !campaign;
      if (at < 0 || !window || !measure || !campaign) continue;
      const value = window.values[measure.id][at];
      const status = statusOf(value, campaign.units.assessable[at]);
      const text = value !== null ? `${figure(value)} ${pick(measure, "unit")}` : known(`status_${status}`) ? say(`status_${status}`) : say("no_data");
      told.textContent = `${campaign.units.name[at]}: ${text}`;
    }
  }

  /**
   * Draw a campaign: the same measure in two windows.
   * @param {Campaign} campaign @param {Window_} left @param {Window_} right @param {Measure} measure
   */
  async show(campaign, left, right, measure) {
    [this.campaign, this.windows, this.measure] = [campaign, { left, right }, measure];
    this.root.hidden = !this.works;
    if (!this.works) return;
    if (!this.sides.size) this.#build();
    const mine = ++this.turn;
    const look = lookOf(measure);
    this.#entitle("left", left, measure);
    this.#entitle("right", right, measure);
    for (const [name, { map }] of this.sides) {
      await map.ready;
      // Another choice was made meanwhile.
      if (mine !== this.turn) return;
      map.show(campaign.boundary_set, "commune");
      // Else what lies outside would look like a true 0.
      map.map.setPaintProperty("fill", "fill-color", ["to-color", ["coalesce", ["feature-state", "c"], OUTSIDE]]);
      const { level, unit_key } = campaign.campaign;
      map.select(level === "country" ? null : { level: /** @type {Level} */ (level), ordinal: unit_key % KEYS_OF_SET });
      if (this.fitted.get(name) !== unit_key) map.fit(campaign.box, { left: 0, right: 0, bottom: 0 }, { still: true });
      this.fitted.set(name, unit_key);
      const { ordinal, assessable } = campaign.units;
      const { values } = name === "left" ? left : right;
      map.paint(ordinal, ordinal.map((_, at) => look(values[measure.id][at], statusOf(values[measure.id][at], assessable[at]))));
    }
  }

  /** Name a map's window and days. @param {SideName} name @param {Window_} window @param {Measure} measure */
  #entitle(name, window, measure) {
    const side = this.root.querySelector(`[data-side="${name}"]`);
    const days = say("campaign_days", { first: day(window.first), last: day(window.last), days: window.days });
    const title = say(`campaign_window_${window.id}`);
    const state = window.state === "over" ? "" : say(`campaign_state_${window.state}`);
    side?.querySelector("figcaption")?.replaceChildren(make("b", {}, title), make("small", {}, [days, state].filter(Boolean).join(" · ")));
    side?.querySelector(".map")?.setAttribute("aria-label", say("campaign_map_of", { measure: pick(measure, "title"), window: title, days }));
  }

  /** The container changed its size, as it does on paper. */
  resize() {
    for (const { map } of this.sides.values()) map.map.resize().redraw();
    if (this.campaign) for (const { map } of this.sides.values()) map.fit(this.campaign.box, { left: 0, right: 0, bottom: 0 }, { still: true });
  }
}

