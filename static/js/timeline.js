/**
 * The timeline: kind of period, steps, play. Reporting windows overlap calendar months, so a kind is chosen
 * first and only like windows follow each other.
 * @import { BoundarySet, Period, Periods } from "./types.js"
 */

import { day, icon, make, pick, say, translate } from "./text.js";

const PLAY_EVERY_MS = 1100;
// A year of months.
const STEPS_AHEAD = 12;

/**
 * @typedef {object} Step
 * @property {Period} period
 * @property {boolean} has whether there are data
 * @property {string} year written under the step where a year begins, else empty
 * @property {boolean} turn the boundary set differs from the step before
 */

/** @param {Period} period */
const hasData = (period) => Boolean(period.boundary_set) && period.revision !== null && period.revision !== 0;

/**
 * The steps of one kind, in time order. Pure.
 * @param {Period[]} periods
 * @param {string} kind
 * @returns {Step[]}
 */
export function stepsOf(periods, kind) {
  const all = periods.filter((period) => period.kind === kind).sort((one, other) => one.last_day.localeCompare(other.last_day));
  // Before the first and after the last figures there is nothing to step to; gaps between them stay.
  const chosen = all.slice(Math.max(0, all.findIndex(hasData)), all.findLastIndex(hasData) + 1);
  return chosen.map((period, place) => {
    const before = chosen[place - 1];
    const year = period.last_day.slice(0, 4);
    return {
      period,
      has: hasData(period),
      year: before?.last_day.startsWith(year) ? "" : year,
      turn: Boolean(before && before.boundary_set && period.boundary_set && before.boundary_set !== period.boundary_set),
    };
  });
}

/**
 * The step to show when the kind changes: the last one that ends no later than the present one, with data. Pure.
 * @param {Step[]} steps
 * @param {string} lastDay ISO date, or empty for the newest
 * @returns {Step | undefined}
 */
export function nearestStep(steps, lastDay) {
  const full = steps.filter((step) => step.has);
  return full.filter((step) => !lastDay || step.period.last_day <= lastDay).at(-1) ?? full[0];
}

/** The control at the foot of the page. */
export class Timeline {
  /** @param {HTMLElement} root @param {Periods} feed @param {(period: string, playing: boolean) => void} onStep */
  constructor(root, feed, onStep) {
    this.root = root;
    this.feed = feed;
    this.onStep = onStep;
    this.period = "";
    /** @type {Step[]} */
    this.steps = [];
    this.timer = 0;
    this.#build();
  }

  #build() {
    const button = (/** @type {string} */ name, /** @type {() => void} */ act) => {
      const element = make("button", { type: "button", class: "plain", "data-say-label": `time_${name}` }, icon(name));
      element.addEventListener("click", act);
      return element;
    };
    this.playButton = button("play", () => (this.timer ? this.stop() : this.play()));
    this.kinds = make("select", { "data-say-label": "time_kind" });
    this.kinds.addEventListener("change", () => this.#changeKind(/** @type {HTMLSelectElement} */ (this.kinds).value));
    this.track = make("div", { class: "track", role: "slider", tabindex: "0", "data-say-label": "time_slider", "aria-valuemin": "0" });
    this.label = make("div", { class: "when" });
    this.track.addEventListener("pointerdown", (event) => {
      this.stop();
      this.track?.setPointerCapture(event.pointerId);
      this.#toPointer(event);
    });
    this.track.addEventListener("pointermove", (event) => {
      if (this.track?.hasPointerCapture(event.pointerId)) this.#toPointer(event);
    });
    this.track.addEventListener("keydown", (event) => {
      const target = { Home: 0, End: this.steps.length - 1 }[event.key];
      if (target === undefined) return;
      event.preventDefault();
      this.#goTo(target);
    });
    this.root.replaceChildren(
      make("div", { class: "time-buttons" }, button("previous", () => this.step(-1)), this.playButton, button("next", () => this.step(1))),
      this.kinds, this.track, this.label);
    translate(this.root);
  }

  /** @param {PointerEvent} event */
  #toPointer(event) {
    const box = /** @type {HTMLElement} */ (this.track).getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * this.steps.length);
    this.#goTo(Math.max(0, Math.min(this.steps.length - 1, place)));
  }

  /** @param {string} kind */
  #changeKind(kind) {
    this.stop();
    const now = this.feed.periods.find(({ id }) => id === this.period);
    const step = nearestStep(stepsOf(this.feed.periods, kind), now?.last_day ?? "");
    if (step) this.onStep(step.period.id, false);
  }

  /** @param {number} place */
  #goTo(place) {
    const step = this.steps[place];
    if (step?.has && step.period.id !== this.period) this.onStep(step.period.id, this.timer > 0);
  }

  /** Periods up to a year away, the nearest first, to be fetched ahead. */
  get neighbours() {
    const place = this.steps.findIndex((step) => step.period.id === this.period);
    const away = this.steps.map((step, at) => ({ step, far: Math.abs(at - place) }));
    return away.filter(({ step, far }) => step.has && far > 0 && far <= STEPS_AHEAD)
      .sort((one, other) => one.far - other.far).map(({ step }) => step.period);
  }

  /** Go some steps, over those without data. @param {number} by */
  step(by, playing = false) {
    if (!playing) this.stop();
    let place = this.steps.findIndex((step) => step.period.id === this.period) + by;
    while (this.steps[place] && !this.steps[place].has) place += Math.sign(by);
    if (this.steps[place]) this.#goTo(place);
    else if (playing) this.stop();
  }

  play() {
    const last = this.steps.findLast((step) => step.has);
    if (last?.period.id === this.period) this.#goTo(this.steps.findIndex((step) => step.has));
    this.timer = window.setInterval(() => this.step(1, true), PLAY_EVERY_MS);
    this.#showPlaying();
  }

  stop() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = 0;
    this.#showPlaying();
  }

  /** Say everything again in the language now spoken. */
  translate() {
    this.#build();
  }

  #showPlaying() {
    const name = this.timer ? "pause" : "play";
    this.playButton?.replaceChildren(icon(name));
    this.playButton?.setAttribute("aria-label", say(`time_${name}`));
    this.playButton?.setAttribute("title", say(`time_${name}`));
  }

  /**
   * Show a period as the present one.
   * @param {string} id
   * @param {{ set: BoundarySet | undefined, dataUntil: string | null }} stamp
   */
  show(id, { set, dataUntil }) {
    this.period = id;
    const period = this.feed.periods.find((one) => one.id === id);
    if (!period || !this.track || !this.kinds || !this.label) return;
    this.steps = stepsOf(this.feed.periods, period.kind);
    const kinds = this.feed.kinds.filter((kind) => this.feed.periods.some((one) => one.kind === kind.id));
    this.kinds.replaceChildren(...kinds.map((kind) => make("option", { value: kind.id, selected: kind.id === period.kind }, pick(kind, "label"))));
    this.track.replaceChildren(...this.steps.map((step) =>
      make("span", { class: `step${step.has ? " has" : ""}${step.turn ? " turn" : ""}${step.year ? " year" : ""}${step.period.id === id ? " now" : ""}`,
        title: `${pick(step.period, "label")}${step.has ? "" : ` – ${say("time_no_data")}`}${step.turn ? ` – ${say("time_turn")}` : ""}` },
      make("i", {}), step.year ? make("small", {}, step.year) : null)));
    const place = this.steps.findIndex((step) => step.period.id === id);
    this.track.classList.toggle("few", this.steps.length < 8);
    this.track.setAttribute("aria-valuemax", String(this.steps.length - 1));
    this.track.setAttribute("aria-valuenow", String(place));
    this.track.setAttribute("aria-valuetext", pick(period, "label"));
    const [head, window_] = pick(period, "label").split(" (");
    this.label.replaceChildren(
      make("b", {}, head),
      make("small", {}, window_ ? window_.replace(")", "") : set ? say("time_set", { day: day(set.valid_from) }) : "",
        dataUntil ? ` · ${say("time_until", { day: day(dataUntil) })}` : ""));
    this.#showPlaying();
  }
}
