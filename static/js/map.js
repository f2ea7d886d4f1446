/**
 * The drawn map. Geometry comes once, as vector tiles of one boundary set; values are laid on it as feature
 * state, so that a step of the timeline asks for no tile and lays out nothing anew.
 * @import { Box, BoundarySet, ContextFeature, Level, Look } from "./types.js"
 * @import { ExpressionSpecification, LayerSpecification, LngLatBoundsLike, MapMouseEvent } from "maplibre-gl"
 */

import * as maplibre from "maplibre-gl";

import { LOWEST, addContextImages, contextLayers, contextUnder } from "./context_map.js";

const INK = "#1d2430";
const ACCENT = "#1f4e8c";
const GROUND = "#f4f3ee";
const WATER = "#e8eef2";
const PATTERNS = /** @type {const} */ (["hatch", "dots", "diagonal", "slant", "carried", "estimated"]);
const FONT = ["Be Vietnam Pro"];
const BOLD = ["Be Vietnam Pro SemiBold", "Be Vietnam Pro"];
/** Zooms from which names of a level fit. */
const NAMES_FROM = { province: 4.5, district: 7.6, commune: 9.4 };
/** No border of a level is drawn below these zooms: it would be a grey mush. */
const BORDERS_FROM = { province: 0, district: 6.5, commune: 6.2 };
/** Half the length of a name, in pixels. */
const LETTER_ROOM = 60;
/** What the frame of the archipelagos takes at the right edge, in pixels. */
const FRAME_ROOM = 150;
const EAST_SEA = { vi: "BIỂN ĐÔNG", en: "EAST SEA" };

/**
 * @typedef {object} Hooks
 * @property {(ordinal: number | null, cell: number | null, context: ContextFeature["properties"][], x: number, y: number) => void} onHover
 * @property {(ordinal: number | null) => void} onPick
 * @property {(zoom: number, lat: number, lng: number) => void} onRest the view came to rest
 * @property {() => void} onTouch the user took hold of the map
 * @property {(message: string) => void} onProblem
 */
/** @typedef {{ id: number, name: string, detail: string, lng_lat: [number, number], area: number }} Name the larger area is written first */

/** Tell whether this browser can draw the map; old office machines often cannot. */
export function canDraw() {
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}

export class DrawnMap {
  /** @param {HTMLElement} container @param {Hooks} hooks @param {string} view `zoom/lat/lng` or empty */
  constructor(container, hooks, view) {
    const [zoom, lat, lng] = view ? view.split("/").map(Number) : [5, 16, 106.2];
    this.map = new maplibre.Map({
      container,
      zoom,
      center: [lng, lat],
      maxBounds: [[86, -3], [134, 33.5]],
      maxZoom: 15,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      keyboard: false,
      attributionControl: false,
      fadeDuration: 0,
      style: {
        version: 8,
        sources: {
          neighbours: { type: "geojson", data: new URL("/static/neighbours.json", location.href).href },
          cells: { type: "geojson", data: collection([]) },
          context: { type: "geojson", data: collection([]) },
          names: { type: "geojson", data: collection([]) },
          above: { type: "geojson", data: collection([]) },
          sea: { type: "geojson", data: collection([]) },
        },
        layers: [
          { id: "water", type: "background", paint: { "background-color": WATER } },
          { id: "neighbours", type: "fill", source: "neighbours", paint: { "fill-color": "#f1f0eb", "fill-antialias": false } },
          ...contextLayers(),
          ...nameLayers(),
        ],
      },
    });
    this.map.touchZoomRotate.disableRotation();
    // The container is the map to a keyboard and a screen reader; the canvas in it is no stop of its own.
    const canvas = this.map.getCanvas();
    canvas.tabIndex = -1;
    for (const name of ["role", "aria-label"]) canvas.removeAttribute(name);
    canvas.setAttribute("aria-hidden", "true");
    /** @type {BoundarySet | null} */
    this.set = null;
    /** @type {Level} */
    this.level = "province";
    /** Looks as last laid on the map, by ordinal, per boundary set and level. @type {Map<string, Map<number, string>>} */
    this.laid = new Map();
    this.opacity = 1;
    /** @type {{ level: Level, ordinal: number } | null} */
    this.selected = null;
    /** @type {number | null} */
    this.hovered = null;
    this.still = document.createElement("canvas");
    this.still.className = "still";
    this.still.setAttribute("aria-hidden", "true");
    container.append(this.still);
    this.isReady = false;
    this.ready = this.map.once("load").then(() => {
      this.#addPatterns();
      this.isReady = true;
    });
    /** Whether the drawings of the context are there; they are made when it is first switched on. @type {Promise<void> | null} */
    this.marks = null;
    this.hasContext = false;
    this.#listen(hooks);
  }

  /** @param {Hooks} hooks */
  #listen(hooks) {
    const { map } = this;
    const under = (/** @type {MapMouseEvent} */ event) => {
      const layers = ["cells", "fill"].filter((id) => map.getLayer(id));
      const found = layers.length ? map.queryRenderedFeatures(event.point, { layers }) : [];
      const ordinal = found.find((feature) => feature.layer.id === "fill")?.id;
      const cell = found.find((feature) => feature.layer.id === "cells")?.properties.v;
      return { ordinal: typeof ordinal === "number" ? ordinal : null, cell: typeof cell === "number" ? cell : null };
    };
    map.on("mousemove", (event) => {
      const { ordinal, cell } = under(event);
      this.#hover(ordinal);
      map.getCanvas().style.cursor = ordinal === null ? "" : "pointer";
      hooks.onHover(ordinal, cell, this.hasContext ? contextUnder(map, event.point) : [], event.point.x, event.point.y);
    });
    map.on("mouseout", () => {
      this.#hover(null);
      hooks.onHover(null, null, [], 0, 0);
    });
    map.on("click", (event) => hooks.onPick(under(event).ordinal));
    map.on("moveend", () => {
      const { lat, lng } = map.getCenter();
      hooks.onRest(map.getZoom(), lat, lng);
    });
    for (const kind of /** @type {const} */ (["mousedown", "touchstart", "wheel"])) map.on(kind, hooks.onTouch);
    map.on("error", (event) => hooks.onProblem(event.error?.message ?? "map"));
  }

  #addPatterns() {
    for (const name of PATTERNS) this.map.addImage(name, drawPattern(name), { pixelRatio: 2 });
  }

  /**
   * Put a boundary set and a level on the map. Values of the same set and level stay.
   * @param {BoundarySet} set
   * @param {Level} level
   */
  show(set, level) {
    if (this.set?.id === set.id && this.level === level) return;
    const { map } = this;
    for (const { id } of map.getStyle().layers) if (!KEPT.has(id)) map.removeLayer(id);
    const source = `set-${set.id}`;
    if (!map.getSource(source))
      map.addSource(source, {
        type: "vector",
        tiles: [`${location.origin}/tiles/${set.id}/{z}/{x}/{y}`],
        minzoom: set.min_zoom,
        maxzoom: set.max_zoom,
        bounds: set.bounds,
      });
    this.set = set;
    this.level = level;
    this.hovered = null;
    for (const layer of unitLayers(source, set, level, this.opacity)) map.addLayer(layer, LOWEST);
    this.select(this.selected);
  }

  /**
   * Lay looks on the units of the level shown; only what differs from before is touched.
   * @param {number[]} ordinals
   * @param {Look[]} looks in the same order
   */
  paint(ordinals, looks) {
    if (!this.set) return;
    const key = `${this.set.id}/${this.level}`;
    const laid = this.laid.get(key) ?? new Map();
    this.laid.set(key, laid);
    const target = { source: `set-${this.set.id}`, sourceLayer: this.level };
    const used = new Set(looks.map(({ pattern }) => pattern));
    for (const name of PATTERNS) this.#useOfPattern(name, used.has(name));
    ordinals.forEach((id, place) => {
      const { color, pattern } = looks[place];
      if (laid.get(id) === color + pattern) return;
      laid.set(id, color + pattern);
      this.map.setFeatureState({ ...target, id }, { c: color, p: pattern });
    });
  }

  /**
   * Draw a pattern where units wish it, or not at all: at a constant 0 the layer is passed over. Once used on a
   * level it stays, since each change has the tiles laid out anew.
   * @param {typeof PATTERNS[number]} name @param {boolean} used
   */
  #useOfPattern(name, used) {
    if (used && this.map.getPaintProperty(name, "fill-opacity") === 0)
      this.map.setPaintProperty(name, "fill-opacity", ["case", ["==", ["feature-state", "p"], name], 1, 0]);
  }

  /**
   * Draw hexagons over the units.
   * @param {GeoJSON.Feature[]} features with properties `c` (colour) and `v` (value)
   */
  paintCells(features) {
    /** @type {maplibre.GeoJSONSource | undefined} */ (this.map.getSource("cells"))?.setData(collection(features));
  }

  /** Draw the layers beside the figures. @param {ContextFeature[]} features */
  async paintContext(features) {
    this.hasContext = features.length > 0;
    await this.ready;
    if (this.hasContext) await (this.marks ??= addContextImages(this.map));
    /** @type {maplibre.GeoJSONSource | undefined} */ (this.map.getSource("context"))?.setData(collection(features));
  }

  /**
   * Write names: of the level shown (with a second line for the value) and of the provinces above it.
   * @param {Name[]} names
   * @param {Name[]} above
   * @param {{ offshore: Name[], language: "vi" | "en", narrow: boolean }} sea
   */
  write(names, above, { offshore, language, narrow }) {
    // Figures may come before the map is there; what is drawn then writes its names itself.
    if (!this.isReady) return;
    const fill = (/** @type {string} */ id, /** @type {GeoJSON.Feature[]} */ features) =>
      /** @type {maplibre.GeoJSONSource | undefined} */ (this.map.getSource(id))?.setData(collection(features));
    this.map.setLayerZoomRange("names", NAMES_FROM[this.level], 24);
    this.map.setLayerZoomRange("above", NAMES_FROM.province, this.level === "province" ? NAMES_FROM.province : NAMES_FROM[this.level]);
    fill("names", names.map(point));
    fill("above", above.map(point));
    // A phone shows less of the sea: the name moves towards the coast, in two lines.
    /** @type {[number, number]} */
    const lng_lat = narrow ? [110.45, 15] : [110.9, 14.4];
    const name = narrow ? EAST_SEA[language].replace(" ", "\n") : EAST_SEA[language];
    fill("sea", [{ id: 0, name, detail: "", lng_lat, area: 1e9 }, ...offshore].map(point));
  }

  /** Whether names of the shown level can be seen now, so that they are worth writing. */
  get namesVisible() {
    return this.map.getZoom() >= NAMES_FROM[this.level] - 0.5;
  }

  /** Whether a place lies on the part of the map between edges, in pixels of the container, clear of a box. @param {[number, number]} lng_lat @param {{ left: number, right: number, top: number, bottom: number }} edges @param {DOMRect | null} box */
  isClear(lng_lat, edges, box) {
    const { x, y } = this.map.project(lng_lat);
    if (x < edges.left || x > edges.right || y < edges.top || y > edges.bottom) return false;
    const { left, top } = this.map.getContainer().getBoundingClientRect();
    return !box || x + left < box.left - LETTER_ROOM || x + left > box.right + LETTER_ROOM || y + top < box.top - 10 || y + top > box.bottom + 10;
  }

  /** Outline the unit of the drawer. @param {{ level: Level, ordinal: number } | null} unit */
  select(unit) {
    this.selected = unit;
    const { map } = this;
    for (const id of ["selected-halo", "selected"]) if (map.getLayer(id)) map.removeLayer(id);
    if (!unit || !this.set) return;
    for (const [id, color, width] of /** @type {const} */ ([["selected-halo", "#ffffff", 6], ["selected", ACCENT, 3]]))
      map.addLayer({
        id, type: "line", source: `set-${this.set.id}`, "source-layer": unit.level, filter: ["==", ["id"], unit.ordinal],
        layout: { "line-join": "round" }, paint: { "line-color": color, "line-width": width },
      }, "above");
  }

  /** @param {number | null} ordinal */
  #hover(ordinal) {
    if (ordinal === this.hovered || !this.set) return;
    const target = { source: `set-${this.set.id}`, sourceLayer: this.level };
    if (this.hovered !== null) this.map.setFeatureState({ ...target, id: this.hovered }, { h: false });
    if (ordinal !== null) this.map.setFeatureState({ ...target, id: ordinal }, { h: true });
    // At width 0 the layer is passed over: else every frame draws the lines of all units, unseen.
    if ((ordinal === null) !== (this.hovered === null)) this.map.setPaintProperty("hover", "line-width", ordinal === null ? 0 : 2);
    this.hovered = ordinal;
  }

  /** @param {number} opacity 0..1 */
  fade(opacity) {
    if (this.map.getLayer("cell-edges")) this.map.setPaintProperty("cell-edges", "line-opacity", 0.4 * opacity);
    this.opacity = opacity;
    if (this.map.getLayer("fill")) this.map.setPaintProperty("fill", "fill-opacity", opacity);
    if (this.map.getLayer("cells")) this.map.setPaintProperty("cells", "fill-opacity", 0.75 * opacity);
  }

  /**
   * Hold the present picture over the map while the next one is made, then let it go: a cross-fade for play,
   * and no blank map while another boundary set loads.
   * @param {() => void} act
   * @param {{ until?: "idle" }} [options]
   */
  crossFade(act, { until } = {}) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden) return act();
    this.map.redraw();
    const { still } = this;
    const canvas = this.map.getCanvas();
    still.width = canvas.width;
    still.height = canvas.height;
    still.getContext("2d")?.drawImage(canvas, 0, 0);
    still.classList.remove("going");
    still.hidden = false;
    act();
    const go = () => requestAnimationFrame(() => still.classList.add("going"));
    if (until !== "idle") return go();
    const late = setTimeout(go, 1500);
    this.map.once("idle", () => (clearTimeout(late), go()));
  }

  /**
   * Move to a box, leaving room for the panels that lie over the map.
   * @param {Box} box
   * @param {{ left: number, right: number, bottom: number, top?: number }} room in pixels
   * @param {{ still?: boolean, maxZoom?: number }} [options]
   */
  fit(box, room, { still = false, maxZoom = 12 } = {}) {
    const padding = { top: (room.top ?? 0) + 24, left: room.left + 24, right: room.right + 24, bottom: room.bottom + 24 };
    const { clientWidth, clientHeight } = this.map.getContainer();
    if (clientWidth < padding.left + padding.right + 40 || clientHeight < padding.top + padding.bottom + 40)
      Object.assign(padding, { top: 8, left: 8, right: 8, bottom: 8 });
    this.map.fitBounds(/** @type {LngLatBoundsLike} */ (box), { padding, maxZoom, duration: still ? 0 : 500, essential: false });
  }

  /** After its container changed, show again what was in view between the panels. @param {{ left: number, right: number, bottom: number }} room */
  fitAgain({ left, right, bottom }) {
    const { map } = this;
    // The canvas has its former size until the map is told.
    const { clientWidth: width, clientHeight: height } = map.getCanvas();
    const [low, high] = [map.unproject([left, height - bottom]), map.unproject([width - right, 0])];
    map.resize();
    map.fitBounds([low, high], { duration: 0, padding: { top: 8, bottom: 8, left: 8, right: FRAME_ROOM } });
    map.redraw();
  }

  /** @param {string} view `zoom/lat/lng` */
  goTo(view) {
    const [zoom, lat, lng] = view.split("/").map(Number);
    this.map.jumpTo({ zoom, center: [lng, lat] });
  }
}

/** @returns {LayerSpecification[]} layers that stay whatever is shown */
function nameLayers() {
  // Never beside its unit: a figure over the neighbour would be read as the neighbour's.
  const text = /** @type {const} */ ({ "text-padding": 2, "text-max-width": 7, "text-line-height": 1.25 });
  const halo = { "text-halo-color": "rgba(255,255,255,0.92)", "text-halo-width": 1.6 };
  return [
    {
      id: "above", type: "symbol", source: "above",
      layout: { ...text, "text-field": ["get", "name"], "text-font": BOLD, "text-size": ["interpolate", ["linear"], ["zoom"], 5, 11, 9, 15], "symbol-sort-key": ["-", ["get", "area"]] },
      paint: { ...halo, "text-color": INK },
    },
    {
      id: "names", type: "symbol", source: "names",
      layout: {
        ...text,
        "text-field": ["case", ["==", ["get", "detail"], ""], ["get", "name"],
          ["format", ["get", "name"], {}, "\n", {}, ["get", "detail"], { "text-font": ["literal", BOLD], "font-scale": 1.05 }]],
        "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 5, 11, 12, 14], "symbol-sort-key": ["-", ["get", "area"]],
      },
      paint: { ...halo, "text-color": INK },
    },
    {
      id: "sea", type: "symbol", source: "sea",
      layout: {
        "text-field": ["get", "name"], "text-font": FONT, "text-max-width": 8, "text-allow-overlap": true, "text-ignore-placement": true,
        "text-size": ["case", [">", ["get", "area"], 1e8], 14, 11], "text-letter-spacing": ["case", [">", ["get", "area"], 1e8], 0.22, 0],
      },
      paint: { "text-color": "#5f7d93", "text-halo-color": WATER, "text-halo-width": 1.2 },
    },
  ];
}

const KEPT = new Set(["water", "neighbours", "above", "names", "sea", ...contextLayers().map(({ id }) => id)]);

/** @param {string} source @param {BoundarySet} set @param {Level} level @param {number} opacity @returns {LayerSpecification[]} */
function unitLayers(source, set, level, opacity) {
  const shown = { source, "source-layer": level };
  /** @type {ExpressionSpecification} */
  const color = ["to-color", ["coalesce", ["feature-state", "c"], GROUND]];
  const borders = /** @type {Level[]} */ (["commune", "district", "province"]).filter((one) => set.levels.includes(one) && rank(one) <= rank(level));
  return [
    { id: "land", type: "fill", source, "source-layer": "province", paint: { "fill-color": "#ffffff", "fill-antialias": false } },
    { id: "fill", type: "fill", ...shown, paint: { "fill-color": color, "fill-opacity": opacity } },
    // A pattern cannot follow feature state, but opacity can: each pattern covers all and shows on some.
    ...PATTERNS.map((name) => /** @type {LayerSpecification} */ ({
      id: name, type: "fill", ...shown,
      paint: { "fill-pattern": name, "fill-antialias": false, "fill-opacity": 0 },
    })),
    { id: "cells", type: "fill", source: "cells", paint: { "fill-color": ["get", "c"], "fill-opacity": 0.75 * opacity, "fill-antialias": false } },
    // Light hexagons beside each other would run together.
    { id: "cell-edges", type: "line", source: "cells", paint: { "line-color": ["get", "e"], "line-opacity": 0.4, "line-width": 0.5 } },
    ...borders.map((one) => /** @type {LayerSpecification} */ ({
      id: `border-${one}`, type: "line", source, "source-layer": one, minzoom: BORDERS_FROM[one],
      layout: { "line-join": "round" },
      paint: { "line-color": one === "province" ? "#4c5664" : "#7b8594", "line-opacity": one === "commune" ? 0.55 : 0.8,
        "line-width": one === "province" ? ["interpolate", ["linear"], ["zoom"], 5, 0.6, 10, 1.8] : ["interpolate", ["linear"], ["zoom"], 6, 0.25, 11, 0.9] },
    })),
    { id: "hover", type: "line", ...shown, layout: { "line-join": "round" },
      paint: { "line-color": INK, "line-width": 0, "line-opacity": ["case", ["boolean", ["feature-state", "h"], false], 1, 0] } },
  ];
}

/** @param {Level} level */
const rank = (level) => ({ province: 0, district: 1, commune: 2 })[level];

/** @param {GeoJSON.Feature[]} features */
const collection = (features) => /** @type {GeoJSON.FeatureCollection} */ ({ type: "FeatureCollection", features });

/** @param {Name} name @returns {GeoJSON.Feature} */
const point = ({ id, name, detail, lng_lat, area }) => ({
  type: "Feature", id, properties: { name, detail, area }, geometry: { type: "Point", coordinates: lng_lat },
});

/** Draw one tile of a pattern, at double resolution. @param {typeof PATTERNS[number]} name */
function drawPattern(name) {
  const size = { dots: 12, hatch: 16, diagonal: 20, slant: 20, carried: 22, estimated: 14 }[name];
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  if (name === "dots") {
    context.fillStyle = "#7d8590";
    context.arc(size / 2, size / 2, 1.7, 0, 2 * Math.PI);
    context.fill();
  } else if (name === "carried" || name === "estimated") {
    // Seen on light and on dark colours: a dark line with a light one beside it. An estimate is paler and crossed.
    if (name === "estimated") {
      context.fillStyle = "rgba(255,255,255,0.38)";
      context.fillRect(0, 0, size, size);
    }
    for (const [color, aside] of /** @type {[string, number][]} */ (name === "carried" ? [["rgba(255,255,255,0.75)", 2], ["rgba(29,36,48,0.62)", 0]] : [["rgba(255,255,255,0.5)", 1.6], ["rgba(29,36,48,0.4)", 0]])) {
      context.beginPath();
      context.strokeStyle = color;
      context.lineWidth = name === "carried" ? 2.2 : 1.4;
      for (const shift of [-size, 0, size]) {
        context.moveTo(shift + aside, size);
        context.lineTo(shift + size + aside, 0);
        if (name === "carried") continue;
        context.moveTo(shift + aside, 0);
        context.lineTo(shift + size + aside, size);
      }
      context.stroke();
    }
  } else {
    context.strokeStyle = { hatch: "#a9aeb5", slant: "#8d949d", diagonal: "rgba(255,255,255,0.6)" }[name];
    context.lineWidth = { hatch: 3, slant: 1.8, diagonal: 2.4 }[name];
    for (const shift of [-size, 0, size]) {
      context.moveTo(shift, name === "hatch" ? size : 0);
      context.lineTo(shift + size, name === "hatch" ? 0 : size);
    }
    context.stroke();
  }
  return context.getImageData(0, 0, size, size);
}
