/**
 * Layers beside the figures: facilities, routes, areas. A card with a box per kind that has something to show,
 * the answers of the service kept for all days on which they hold, and what is told of a feature.
 * @import { ContextAnswer, ContextFeature, ContextKind } from "./types.js"
 */

import { context as ask } from "./api.js";
import { day, figure, icon, make, pick, say } from "./text.js";

/** How each kind is drawn; kinds that this release does not know are round. @type {Record<string, string>} */
export const FORMS = {
  co_so_y_te: "round", co_so_cai_nghien: "round", co_so_methadone: "round",
  truong_hoc: "square", khu_cong_nghiep: "square", cua_khau: "diamond",
  tuyen_trong_diem: "key", tuyen_tuan_tra: "patrol", dia_ban_tuan_tra: "area",
};
const LISTED_MOST = 30;

/** The kinds that an address names. Pure. @param {string} text */
export const readKinds = (text) => text.split(",").filter(Boolean);

/** The address after a kind is switched on or off. Pure. @param {string} text @param {string} kind @param {boolean} on */
export function toggled(text, kind, on) {
  const others = readKinds(text).filter((one) => one !== kind);
  return (on ? [...others, kind] : others).join(",");
}

/**
 * Whether an answer of one day holds on another. Pure.
 * @param {Pick<ContextAnswer, "boundary_set" | "same_from" | "same_before">} answer
 * @param {string} set
 * @param {string} on ISO date
 */
export function holds({ boundary_set, same_from, same_before }, set, on) {
  return boundary_set === set && (!same_from || same_from <= on) && (!same_before || on < same_before);
}

/**
 * The features with a piece in a commune, each once, by kind and code. Pure.
 * @param {ContextFeature[]} features
 * @param {string} unit code of the commune
 */
export function within(features, unit) {
  const found = new Map(features.filter(({ properties }) => properties.unit === unit).map((one) => [`${one.properties.kind} ${one.properties.ref}`, one]));
  const order = Object.keys(FORMS);
  const rank = (/** @type {ContextFeature} */ { properties }) => order.indexOf(properties.kind);
  return [...found.values()].sort((one, other) => rank(one) - rank(other) || one.properties.ref.localeCompare(other.properties.ref));
}

/** The mark of a kind, as in the legend. @param {string} kind */
export function mark(kind) {
  const form = FORMS[kind] ?? "round";
  const drawn = ["round", "square", "diamond"].includes(form) ? icon(`context-${kind}`) : null;
  return make("span", { class: `context-mark ${form}`, "aria-hidden": "true" }, drawn);
}

export class Context {
  /**
   * @param {HTMLElement} root
   * @param {{ toggle: (kind: string, on: boolean) => void }} hooks
   */
  constructor(root, hooks) {
    this.root = root;
    this.hooks = hooks;
    /** @type {boolean | null} */
    this.open = null;
    this.chosen = "";
    this.more = false;
    this.failed = false;
    /** Every kind that has been seen, with its count on the day shown. @type {Map<string, ContextKind>} */
    this.kinds = new Map();
    /** @type {ContextFeature[]} */
    this.features = [];
    /** The last answers, by kind; "" for the counts alone. @type {Map<string, ContextAnswer>} */
    this.answers = new Map();
    this.turn = 0;
  }

  /**
   * Fetch what stands on a day; a newer call makes this one give up.
   * @param {string} set
   * @param {string} on ISO date
   * @param {string} chosen kinds switched on
   * @returns {Promise<boolean>} whether there is something new to draw
   */
  async show(set, on, chosen) {
    const mine = ++this.turn;
    this.chosen = chosen;
    this.open ??= chosen !== "";
    try {
      const { kinds } = await this.#answer(set, on, "");
      // A kind that is not among them has nothing to show, or does not exist for this account.
      const wanted = readKinds(chosen).filter((kind) => kinds.some(({ id }) => id === kind));
      const answers = await Promise.all(wanted.map((kind) => this.#answer(set, on, kind)));
      if (mine !== this.turn) return false;
      for (const kind of this.kinds.values()) kind.count = 0;
      for (const kind of kinds) this.kinds.set(kind.id, { ...kind });
      this.features = answers.flatMap(({ features }) => features);
      this.more = answers.some(({ more }) => more);
      this.failed = false;
    } catch (problem) {
      if (mine !== this.turn) return false;
      this.features = [];
      this.failed = true;
    }
    this.render();
    return true;
  }

  /** @param {string} set @param {string} on @param {string} kind */
  async #answer(set, on, kind) {
    const known = this.answers.get(kind);
    if (known && holds(known, set, on)) return known;
    const answer = await ask(set, on, kind);
    this.answers.set(kind, answer);
    return answer;
  }

  render() {
    const { root } = this;
    const focused = document.activeElement instanceof HTMLElement && root.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    root.hidden = !this.kinds.size;
    const on = new Set(readKinds(this.chosen));
    root.className = `card${this.open ? " open" : ""}${on.size ? " some" : ""}`;
    const head = make("button", { type: "button", class: "card-head", "aria-expanded": String(Boolean(this.open)), "aria-controls": "context-body", "data-key": "context" },
      icon(this.open ? "up" : "down"), say("context"));
    head.addEventListener("click", () => {
      this.open = !this.open;
      this.render();
    });
    const order = Object.keys(FORMS);
    const kinds = [...this.kinds.values()].sort((one, other) => order.indexOf(one.id) - order.indexOf(other.id));
    root.replaceChildren(make("h2", {}, head), make("div", { class: "card-body", id: "context-body" },
      make("ul", { class: "context-kinds" }, ...kinds.map((kind) => this.#row(kind, on.has(kind.id)))),
      this.failed ? make("p", { class: "about warning" }, say("context_failed")) : this.more ? make("p", { class: "about warning" }, say("context_more")) : null,
      make("p", { class: "about" }, say(document.body.classList.contains("no-webgl") ? "context_plain" : "context_about"))));
    if (focused) /** @type {HTMLElement | null} */ (root.querySelector(`[data-key="${focused}"]`))?.focus({ preventScroll: true });
  }

  /** @param {ContextKind} kind @param {boolean} on */
  #row(kind, on) {
    const box = make("input", { type: "checkbox", checked: on, "data-key": `context-${kind.id}` });
    box.addEventListener("change", () => this.hooks.toggle(kind.id, box.checked));
    return make("li", { class: on ? "on" : null }, make("label", {}, box, mark(kind.id), make("span", {}, pick(kind, "title")),
      make("span", { class: "count" }, figure(kind.count))));
  }

  /** One line of a feature: kind, code, since when. @param {ContextFeature["properties"]} properties */
  line({ kind, ref, valid_from }) {
    const title = pick(this.kinds.get(kind) ?? {}, "title") || kind;
    return [title, ref.startsWith("#") ? say("context_no_ref") : ref, say("context_since", { day: day(valid_from) })].join(" · ");
  }

  /**
   * What stands in a commune, of the kinds switched on: a section for the drawer, hidden when none is on.
   * @param {string} unit code of the commune; empty: no list
   */
  here(unit) {
    const section = make("section", { class: "context-here", hidden: !unit || !this.chosen || !this.kinds.size });
    if (section.hidden) return section;
    const found = within(this.features, unit);
    section.append(make("h3", {}, say("context_here"), make("small", {}, figure(found.length))));
    if (!found.length) section.append(make("p", { class: "muted" }, say("context_none_here")));
    else section.append(make("ul", {}, ...found.slice(0, LISTED_MOST).map(({ properties }) => make("li", {}, mark(properties.kind), make("span", {}, this.line(properties))))));
    if (found.length > LISTED_MOST) section.append(make("p", { class: "muted" }, say("context_rest", { count: figure(found.length - LISTED_MOST) })));
    return section;
  }
}
