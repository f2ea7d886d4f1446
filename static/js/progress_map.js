/**
 * The map of steps made: every commune by its move between the two days.
 * @import { Progress } from "./progress_types.js"
 * @import { Box } from "./types.js"
 */

import { swatch } from "./legend.js";
import { DrawnMap, canDraw } from "./map.js";
import { MOVE_LOOKS, lookOf } from "./progress_model.js";
import { figure, make, pick, say } from "./text.js";

/** A4 upright without its margins, in pixels of a sheet of paper. */
const PAPER = { width: 680, height: 420 };
/** Communes outside the area asked for. */
const OUTSIDE = "#f4f3ee";

export class MoveMap {
  /** @param {HTMLElement} root @param {(code: string) => void} onPick */
  constructor(root, onPick) {
    this.root = root;
    this.works = canDraw();
    this.onPick = onPick;
    /** @type {DrawnMap | null} */
    this.map = null;
    /** @type {Progress | null} */
    this.told = null;
    this.fitted = "";
    /** @type {Box | null} */
    this.box = null;
    this.turn = 0;
    this.hint = make("div", { class: "told", hidden: true });
  }

  #build() {
    const box = make("div", { class: "map" });
    this.root.replaceChildren(box);
    this.map = new DrawnMap(box, {
      onHover: (ordinal) => this.#tell(ordinal),
      onPick: (ordinal) => {
        this.#tell(ordinal);
        const at = ordinal === null ? -1 : (this.told?.units.ordinal.indexOf(ordinal) ?? -1);
        if (at >= 0 && this.told) this.onPick(this.told.units.code[at]);
      },
      onRest: () => {},
      onTouch: () => {},
      onProblem: () => {},
    }, "");
    box.setAttribute("role", "img");
    box.append(this.hint);
    return this.map;
  }

  /** @param {number | null} ordinal */
  #tell(ordinal) {
    const told = this.told;
    const at = ordinal === null || !told ? -1 : told.units.ordinal.indexOf(ordinal);
    this.hint.hidden = at < 0;
    if (at < 0 || !told) return;
    const { name, before, after } = told.units;
    this.hint.textContent = `${name[at]}: ${pick(told.states[before[at]], "label")} → ${pick(told.states[after[at]], "label")}`;
  }

  /** @param {Progress} told @param {Box} box */
  async show(told, box) {
    this.told = told;
    const drawn = this.map ?? this.#build();
    const mine = ++this.turn;
    await drawn.ready;
    if (mine !== this.turn) return;
    drawn.show(told.boundary_set, "commune");
    // Else what lies outside the area would look like a commune without a move.
    drawn.map.setPaintProperty("fill", "fill-color", ["to-color", ["coalesce", ["feature-state", "c"], OUTSIDE]]);
    const place = `${told.boundary_set.id}/${told.area?.level}/${told.area?.code}`;
    if (this.fitted && this.fitted !== place) this.#clear(drawn);
    if (this.fitted !== place) drawn.fit(box, { left: 0, right: 0, bottom: 0 }, { still: true });
    [this.fitted, this.box] = [place, box];
    const { ordinal, kind, steps } = told.units;
    drawn.paint(ordinal, ordinal.map((_, at) => lookOf(told.kinds[kind[at]].id, steps[at])));
    this.root.querySelector(".map")?.setAttribute("aria-label", say("progress_map_label"));
  }

  /** Forget the looks of another area. @param {DrawnMap} drawn */
  #clear(drawn) {
    for (const [key, laid] of drawn.laid) {
      const [set, level] = key.split("/");
      if (set === drawn.set?.id && level === drawn.level) drawn.map.removeFeatureState({ source: `set-${set}`, sourceLayer: level });
      laid.clear();
    }
  }

  /** The container changes its size, as it does on paper: show the same area in it. @param {boolean} onPaper */
  resize(onPaper) {
    if (!this.map || !this.box) return;
    // The page is not laid out for paper yet when this is asked for.
    const { style } = this.map.map.getContainer();
    style.width = onPaper ? `${PAPER.width}px` : "";
    style.height = onPaper ? `${PAPER.height}px` : "";
    this.map.map.resize();
    this.map.fit(this.box, { left: 0, right: 0, bottom: 0 }, { still: true });
    this.map.map.redraw();
    this.#hold(this.map, onPaper);
  }

  /** Hold the picture as one of its own: what is drawn in three dimensions does not reach paper. @param {DrawnMap} drawn @param {boolean} isHeld */
  #hold({ map, still }, isHeld) {
    still.hidden = !isHeld;
    if (!isHeld) return;
    const canvas = map.getCanvas();
    [still.width, still.height] = [canvas.width, canvas.height];
    still.classList.remove("going");
    const context = still.getContext("2d");
    context?.drawImage(canvas, 0, 0);
    // Reading a pixel makes it a picture: drawing commands on their way to paper lose it.
    context?.getImageData(0, 0, 1, 1);
  }
}

/** The legend in words, each with its number of communes. @param {Progress} told */
export function moveLegend(told) {
  const counts = new Map();
  told.units.kind.forEach((kind, at) => {
    const { row } = lookOf(told.kinds[kind].id, told.units.steps[at]);
    counts.set(row, (counts.get(row) ?? 0) + 1);
  });
  return make("ul", { class: "move-legend" }, ...MOVE_LOOKS.filter(({ row }) => counts.has(row)).map(({ row, color, pattern }) => {
    const name = say(`progress_look_${row}`);
    return make("li", {}, swatch(color, pattern), make("span", {}, `${name} (${figure(counts.get(row))})`));
  }));
}
