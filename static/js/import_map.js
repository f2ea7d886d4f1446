/**
 * Where the rows lie: points, lines and areas by their state on the boundaries in force, or the communes that the
 * rows speak of by their number.
 * @import { BoundarySet, Box } from "./types.js"
 * @import { ImportReport, ImportRow, RowState } from "./import_types.js"
 * @import { DrawnMap } from "./map.js"
 * @import { ExpressionSpecification, LayerSpecification } from "maplibre-gl"
 */

import * as api from "./api.js";
import { swatch } from "./legend.js";
import { day, figure, make, say, spoken } from "./text.js";
import { Register, shortName } from "./units.js";

const COLORS = { good: "#1f4e8c", known: "#8d949d", refused: "#a63d2f" };
const GROUND = { row: "", color: "#fbfaf7", pattern: /** @type {const} */ ("") };
/** Communes by number of rows: from, colour. */
const CLASSES = [{ from: 1, color: "#c6d5ea" }, { from: 2, color: "#86a8d3" }, { from: 10, color: "#3c6aa8" }];
const NAMES_MOST = 300;
/** Room east of the mainland for the name of the sea, in degrees. */
const SEA_ROOM = 2.4;
const LISTED_MOST = 200;
const STATES = /** @type {RowState[]} */ (["good", "known", "refused"]);

/** The box of a geometry. @param {GeoJSON.Geometry | null} geometry @returns {Box | null} */
export function boxOf(geometry) {
  /** @type {Box} */
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (/** @type {any} */ part) => {
    if (typeof part[0] !== "number") return part.forEach(take);
    box[0] = Math.min(box[0], part[0]);
    box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]);
    box[3] = Math.max(box[3], part[1]);
  };
  if (geometry?.type === "GeometryCollection") for (const one of geometry.geometries) join(box, boxOf(one));
  else if (geometry) take(geometry.coordinates);
  return box[0] === Infinity ? null : box;
}

/** @param {Box} box grows @param {Box | null} other */
function join(box, other) {
  if (!other) return;
  for (const side of [0, 1]) box[side] = Math.min(box[side], other[side]);
  for (const side of [2, 3]) box[side] = Math.max(box[side], other[side]);
}

/** The classes that numbers of rows fall into, with how many communes each holds. @param {number[]} counts */
export function classesOfCounts(counts) {
  const top = Math.max(0, ...counts);
  return CLASSES.map(({ from, color }, at) => {
    const to = Math.min(top, (CLASSES[at + 1]?.from ?? Infinity) - 1);
    return { from, to, color, count: counts.filter((one) => one >= from && one <= to).length };
  }).filter(({ count }) => count);
}

export class ImportMap {
  /** @param {{ onRow: (row: number) => void, onUnit: (code: string) => void }} hooks */
  constructor(hooks) {
    this.hooks = hooks;
    this.canvas = make("div", { class: "canvas", role: "application", tabindex: "0", "aria-label": say("import_map_label") });
    this.legend = make("ul", { class: "legend" });
    this.note = make("p", { class: "muted" });
    this.root = make("section", { class: "where", hidden: true }, this.canvas, make("div", { class: "key" }, this.legend, this.note));
    /** @type {Promise<{ drawn: DrawnMap | null, set: BoundarySet, register: Register } | null> | null} */
    this.ready = null;
    /** @type {ImportReport | null} */
    this.report = null;
  }

  /** Show a report; without a place in it there is no map. @param {ImportReport} report */
  async show(report) {
    this.root.hidden = !report.units.length && !report.shapes?.features.length;
    if (this.root.hidden || (this.report === report && this.ready)) return;
    this.report = report;
    this.canvas.setAttribute("aria-label", say("import_map_label"));
    this.ready ??= this.#start();
    const base = await this.ready.catch(() => null);
    if (this.report !== report) return;
    if (!base) {
      this.ready = null;
      this.note.textContent = say("import_map_none");
      return;
    }
    this.#key(report, base.set);
    if (!base.drawn) return this.#list(report);
    await base.drawn.ready;
    base.drawn.map.resize();
    this.#paint(base.drawn, base.register, report);
    this.#fit(base.drawn, base.register, report);
  }

  /** Load the map only when there is something to show on it. */
  async #start() {
    const [module, sets] = await Promise.all([import("./map.js"), api.boundarySets()]);
    const set = sets.at(-1);
    if (!set) return null;
    const register = new Register(await api.units(set.id));
    if (!module.canDraw()) return { drawn: null, set, register };
    const nothing = () => undefined;
    const drawn = new module.DrawnMap(this.canvas, {
      onHover: nothing, onPick: nothing, onRest: nothing, onTouch: nothing, onProblem: () => (this.note.textContent = say("error_map")),
    }, "");
    await drawn.ready;
    drawn.show(set, "commune");
    for (const [id, data] of /** @type {const} */ ([["rows", EMPTY], ["row", EMPTY]])) drawn.map.addSource(id, { type: "geojson", data });
    // Points lie over the names: a dot beneath a letter is not seen.
    for (const layer of shapeLayers()) drawn.map.addLayer(layer, layer.type === "circle" ? undefined : "above");
    drawn.map.on("click", (event) => this.#onClick(drawn, register, event.point));
    this.canvas.addEventListener("keydown", (event) => {
      const act = { "+": () => drawn.map.zoomIn(), "=": () => drawn.map.zoomIn(), "-": () => drawn.map.zoomOut() }[event.key];
      if (act) act();
      else panByKey(drawn, event);
    });
    new ResizeObserver(() => drawn.map.resize()).observe(this.canvas);
    return { drawn, set, register };
  }

  /** @param {DrawnMap} drawn @param {Register} register @param {{ x: number, y: number }} at */
  #onClick(drawn, register, { x, y }) {
    const reach = 6;
    const found = drawn.map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers: ["row-points", "row-lines", "row-areas"] })[0];
    if (found) return this.hooks.onRow(Number(found.properties.row));
    const unit = drawn.map.queryRenderedFeatures([x, y], { layers: ["fill"] })[0];
    const code = typeof unit?.id === "number" ? register.byOrdinal.get(unit.id)?.code : undefined;
    if (code) this.hooks.onUnit(code);
  }

  /** @param {DrawnMap} drawn @param {Register} register @param {ImportReport} report */
  #paint(drawn, register, report) {
    const features = report.shapes?.features ?? [];
    const rows = new Map(report.units.map((unit) => [unit.code, unit.rows]));
    const units = register.units("commune");
    const named = units.filter(({ code }) => rows.has(code));
    const look = (/** @type {string} */ code) => {
      const count = rows.get(code) ?? 0;
      const color = CLASSES.findLast(({ from }) => count >= from)?.color;
      return color && !features.length ? { ...GROUND, color } : GROUND;
    };
    drawn.paint(units.map(({ ordinal }) => ordinal), units.map(({ code }) => look(code)));
    for (const id of ["named"]) if (drawn.map.getLayer(id)) drawn.map.removeLayer(id);
    if (named.length && named.length <= NAMES_MOST && drawn.set)
      drawn.map.addLayer({ id: "named", type: "line", source: `set-${drawn.set.id}`, "source-layer": "commune", filter: ["in", ["id"], ["literal", named.map(({ ordinal }) => ordinal)]],
        layout: { "line-join": "round" }, paint: { "line-color": COLORS.good, "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.7, 11, 1.3] } }, "row-areas");
    source(drawn, "rows")?.setData({ type: "FeatureCollection", features });
    source(drawn, "row")?.setData(EMPTY);
    drawn.select(null);
    const columns = register.columns("commune");
    const label = (/** @type {import("./units.js").Unit} */ unit) => {
      const lng_lat = columns.label[unit.place];
      return lng_lat ? [{ id: unit.ordinal, name: shortName(unit.name), detail: "", lng_lat, area: columns.area_km2[unit.place] ?? 0 }] : [];
    };
    drawn.write(named.slice(0, NAMES_MOST).flatMap(label), provinceNames(register), { offshore: [], language: spoken(), narrow: true });
  }

  /** @param {DrawnMap} drawn @param {Register} register @param {ImportReport} report */
  #fit(drawn, register, report) {
    /** @type {Box} */
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { geometry } of report.shapes?.features ?? []) join(box, boxOf(geometry));
    for (const { code } of report.units) join(box, this.#boxOfUnit(register, code));
    // Of the whole country the mainland, as the map itself does: else the islands would make all of it small.
    const whole = drawn.set?.mainland_bounds;
    if (whole && box[2] - box[0] > whole[2] - whole[0]) box.splice(0, 4, whole[0], whole[1], whole[2] + SEA_ROOM, whole[3]);
    if (box[0] !== Infinity) drawn.fit(box, NO_ROOM, { still: true, maxZoom: 10.5 });
  }

  /** @param {Register} register @param {string} code */
  #boxOfUnit(register, code) {
    const unit = register.byCode.get(`commune:${code}`) ?? register.byCode.get(`province:${code}`);
    return unit ? register.columns(unit.level).bbox[unit.place] : null;
  }

  /** Show the place of a row. @param {ImportRow} row @returns {Promise<boolean>} whether it has one */
  async pick(row) {
    const base = await this.ready?.catch(() => null);
    if (!base?.drawn || !this.report) return false;
    const { drawn, register } = base;
    const features = (this.report.shapes?.features ?? []).filter(({ properties }) => properties?.row === row.row);
    // A row that was refused has no unit, but the code it gives may be that of one.
    const code = row.unit?.code ?? row.cells.unit_code ?? "";
    const unit = register.byCode.get(`commune:${code}`) ?? register.byCode.get(`province:${code}`);
    source(drawn, "row")?.setData({ type: "FeatureCollection", features });
    drawn.select(unit ? { level: unit.level, ordinal: unit.ordinal } : null);
    const box = features[0] ? boxOf(features[0].geometry) : this.#boxOfUnit(register, code);
    if (box) drawn.fit(box, NO_ROOM, { maxZoom: features[0] ? 11.5 : 9.5 });
    return box !== null;
  }

  /** @param {ImportReport} report @param {BoundarySet} set */
  #key(report, set) {
    const features = report.shapes?.features ?? [];
    const items = features.length
      ? STATES.map((state) => ({ mark: make("i", { class: `dot ${state}` }), label: say(`import_state_${state}`), count: features.filter(({ properties }) => properties?.state === state).length }))
      : classesOfCounts(report.units.map(({ rows }) => rows)).map(({ from, to, color, count }) => ({ mark: swatch(color, ""), label: say("import_rows_each", { rows: from === to ? figure(from) : `${figure(from)}–${figure(to)}` }), count }));
    this.legend.replaceChildren(...items.filter(({ count }) => count).map(({ mark, label, count }) => make("li", {}, mark, make("span", {}, label), make("span", { class: "count" }, features.length ? figure(count) : say("import_communes", { count: figure(count) })))));
    this.note.textContent = [say("import_map_on", { day: day(set.valid_from) }), set.simulated ? say("simulated") : set.illustrative ? say("illustrative") : ""].filter(Boolean).join(" · ");
  }

  /** Without WebGL2 the communes stand as a list. @param {ImportReport} report */
  #list(report) {
    const units = report.units.toSorted((one, other) => other.rows - one.rows).slice(0, LISTED_MOST);
    this.root.classList.add("listed");
    this.canvas.replaceChildren(make("p", { class: "muted" }, say("import_map_no_webgl")), make("ul", {}, ...units.map(({ name, rows }) => make("li", {}, name, make("span", { class: "count" }, say("import_rows", { count: figure(rows) }))))));
  }
}

const EMPTY = /** @type {GeoJSON.FeatureCollection} */ ({ type: "FeatureCollection", features: [] });
const NO_ROOM = { left: 8, right: 8, bottom: 8 };

/** @param {DrawnMap} drawn @param {string} id */
const source = (drawn, id) => /** @type {import("maplibre-gl").GeoJSONSource | undefined} */ (drawn.map.getSource(id));

/** @param {Register} register */
function provinceNames(register) {
  const columns = register.columns("province");
  return register.units("province").flatMap((unit) => {
    const lng_lat = columns.label[unit.place];
    return lng_lat ? [{ id: unit.ordinal, name: shortName(unit.name), detail: "", lng_lat, area: columns.area_km2[unit.place] ?? 0 }] : [];
  });
}

/** @param {DrawnMap} drawn @param {KeyboardEvent} event */
function panByKey(drawn, event) {
  const [x, y] = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] })[event.key] ?? [0, 0];
  if (!x && !y) return;
  event.preventDefault();
  drawn.map.panBy([x * 100, y * 100]);
}

/** @returns {LayerSpecification[]} the rows by state; the state is told by form as well: hollow, filled, ringed */
function shapeLayers() {
  /** @type {ExpressionSpecification} */
  const color = ["match", ["get", "state"], "refused", COLORS.refused, "known", COLORS.known, COLORS.good];
  /** @type {ExpressionSpecification} */
  const refused = ["==", ["get", "state"], "refused"];
  const of = (/** @type {string} */ form) => /** @type {ExpressionSpecification} */ (["==", ["geometry-type"], form]);
  const picked = { "line-color": "#1d2430", "line-width": 4 };
  return [
    { id: "row-areas", type: "fill", source: "rows", filter: of("Polygon"), paint: { "fill-color": color, "fill-opacity": 0.28 } },
    { id: "row-areas-refused", type: "fill", source: "rows", filter: ["all", of("Polygon"), refused], paint: { "fill-pattern": "hatch" } },
    { id: "row-lines", type: "line", source: "rows", filter: ["all", ["!=", ["geometry-type"], "Point"], ["!", refused]], layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": color, "line-width": 2.5 } },
    { id: "row-lines-refused", type: "line", source: "rows", filter: ["all", ["!=", ["geometry-type"], "Point"], refused], layout: { "line-join": "round" }, paint: { "line-color": color, "line-width": 2.5, "line-dasharray": [2, 1.4] } },
    { id: "row-points", type: "circle", source: "rows", filter: of("Point"), layout: { "circle-sort-key": ["match", ["get", "state"], "refused", 1, 0] },
      paint: { "circle-color": ["match", ["get", "state"], "known", "#ffffff", color], "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, ["case", refused, 4, 3], 11, ["case", refused, 7, 5.5]],
        "circle-stroke-color": ["match", ["get", "state"], "known", COLORS.known, "refused", "#1d2430", "#ffffff"], "circle-stroke-width": ["case", refused, 1.6, 1.2] } },
    { id: "row-picked-line", type: "line", source: "row", filter: ["!=", ["geometry-type"], "Point"], paint: picked },
    { id: "row-picked-point", type: "circle", source: "row", filter: of("Point"), paint: { "circle-color": "transparent", "circle-radius": 11, "circle-stroke-color": "#1d2430", "circle-stroke-width": 2.5 } },
  ];
}
