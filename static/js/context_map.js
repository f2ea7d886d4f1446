/**
 * How the map draws the layers beside the figures: small dark marks with a white halo over the colours of the
 * choropleth, lines and hatched outlines that no class uses.
 * @import { ContextFeature } from "./types.js"
 * @import { ExpressionSpecification, LayerSpecification, Map as MapLibre, PointLike } from "maplibre-gl"
 */

import { FORMS } from "./context.js";

const INK = "#1d2430";
const KEY_ROUTE = "#6b2a1e";
const PATROL = "#24406b";
const HALO = "#ffffff";
/** From this zoom on a facility is a mark with a drawing; from afar a dot of the same outline. */
const MARKS_FROM = 8.5;
const MARK = 22;
const DOT = 10;
/** Touching a thin line or a dot exactly is hard. */
const REACH = 5;

/** @param {...string} forms */
const facilities = (...forms) => Object.keys(FORMS).filter((kind) => forms.includes(FORMS[kind]));
const FACILITIES = facilities("round", "square", "diamond");

/** @param {...string} kinds @returns {["in", ExpressionSpecification, ["literal", string[]]]} */
const of = (...kinds) => ["in", ["get", "kind"], ["literal", kinds]];
/** @param {number} far @param {number} near @returns {ExpressionSpecification} */
const wide = (far, near) => ["interpolate", ["linear"], ["zoom"], 5, far, 10, near];

/** @returns {LayerSpecification[]} from the ground up; all below the names */
export function contextLayers() {
  const source = "context";
  const round = /** @type {const} */ ({ "line-join": "round", "line-cap": "round" });
  const areas = of("khu_cong_nghiep", "dia_ban_tuan_tra");
  /** @type {ExpressionSpecification} */
  const byForm = ["case", of(...facilities("square")), "context-dot-square", of(...facilities("diamond")), "context-dot-diamond", "context-dot-round"];
  /** @type {ExpressionSpecification} */
  const byKind = ["concat", "context-", ["get", "kind"]];
  const over = /** @type {const} */ ({ "icon-allow-overlap": true, "icon-ignore-placement": true });
  return [
    { id: "context-areas", type: "fill", source, filter: areas,
      paint: { "fill-pattern": ["match", ["get", "kind"], "khu_cong_nghiep", "context-lines", "context-posts"], "fill-antialias": false } },
    { id: "context-area-halo", type: "line", source, filter: areas, paint: { "line-color": HALO, "line-width": wide(1, 4), "line-opacity": 0.85 } },
    { id: "context-industry", type: "line", source, filter: of("khu_cong_nghiep"), paint: { "line-color": INK, "line-width": wide(0.6, 1.6) } },
    { id: "context-patrol-area", type: "line", source, filter: of("dia_ban_tuan_tra"), paint: { "line-color": PATROL, "line-width": wide(0.6, 1.8), "line-dasharray": [5, 2] } },
    { id: "context-key-halo", type: "line", source, filter: of("tuyen_trong_diem"), layout: round, paint: { "line-color": HALO, "line-width": wide(4, 9), "line-opacity": 0.8 } },
    { id: "context-key", type: "line", source, filter: of("tuyen_trong_diem"), layout: round, paint: { "line-color": KEY_ROUTE, "line-width": wide(2.6, 6.5) } },
    { id: "context-key-gap", type: "line", source, filter: of("tuyen_trong_diem"), layout: round, paint: { "line-color": HALO, "line-width": wide(0.9, 2.6) } },
    { id: "context-patrol-halo", type: "line", source, filter: of("tuyen_tuan_tra"), layout: round, paint: { "line-color": HALO, "line-width": wide(2, 5), "line-opacity": 0.8 } },
    { id: "context-patrol", type: "line", source, filter: of("tuyen_tuan_tra"), paint: { "line-color": PATROL, "line-width": wide(0.8, 2.4), "line-dasharray": [2.5, 1.4] } },
    { id: "context-dots", type: "symbol", source, filter: of(...FACILITIES), maxzoom: MARKS_FROM,
      layout: { ...over, "icon-image": byForm, "icon-size": ["interpolate", ["linear"], ["zoom"], 5, 0.45, MARKS_FROM, 0.95] } },
    { id: "context-marks", type: "symbol", source, filter: of(...FACILITIES), minzoom: MARKS_FROM,
      layout: { ...over, "icon-image": byKind, "icon-size": ["interpolate", ["linear"], ["zoom"], MARKS_FROM, 0.62, 11, 1] } },
  ];
}

/** The lowest of them: units are drawn beneath it. */
export const LOWEST = "context-areas";
const TOUCHED = ["context-marks", "context-dots", "context-key", "context-patrol", "context-areas"];

/**
 * What is told of the features under a point, the uppermost first, each once.
 * @param {MapLibre} map
 * @param {{ x: number, y: number }} point in pixels
 * @returns {ContextFeature["properties"][]}
 */
export function contextUnder(map, { x, y }) {
  /** @type {[PointLike, PointLike]} */
  const box = [[x - REACH, y - REACH], [x + REACH, y + REACH]];
  const found = map.queryRenderedFeatures(box, { layers: TOUCHED });
  const told = new Map(found.map(({ properties }) => [`${properties.kind} ${properties.ref}`, /** @type {ContextFeature["properties"]} */ (properties)]));
  return [...told.values()];
}

/** Draw the marks, once, from the drawings that the card shows too. @param {MapLibre} map */
export async function addContextImages(map) {
  const answer = await fetch("/static/icons.svg");
  const drawings = new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
  const made = [
    ...FACILITIES.map((kind) => /** @type {const} */ ([`context-${kind}`, picture(FORMS[kind], MARK, drawings.getElementById(`context-${kind}`)?.innerHTML ?? "")])),
    ...["round", "square", "diamond"].map((form) => /** @type {const} */ ([`context-dot-${form}`, picture(form, DOT, "")])),
    .../** @type {const} */ ([["context-lines", stripes("M0 1.5h12M0 7.5h12", INK)], ["context-posts", stripes("M1.5 0v12M7.5 0v12", PATROL)]]),
  ];
  await Promise.all(made.map(async ([name, svg]) => {
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    await image.decode();
    map.addImage(name, image, { pixelRatio: 2 });
  }));
}

/**
 * A dark shape with a white halo, and a white drawing in it; at double resolution.
 * @param {string} form @param {number} size in pixels @param {string} drawing of 24 by 24
 */
function picture(form, size, drawing) {
  const edge = size < MARK ? 1.6 : 1.5;
  const [middle, half] = [size / 2, size / 2 - edge];
  const shape = {
    round: `<circle cx="${middle}" cy="${middle}" r="${half}"/>`,
    square: `<rect x="${edge + 0.6}" y="${edge + 0.6}" width="${2 * half - 1.2}" height="${2 * half - 1.2}" rx="${size / 9}"/>`,
    diamond: `<path d="M${middle} ${edge} ${size - edge} ${middle} ${middle} ${size - edge} ${edge} ${middle}z" stroke-linejoin="round"/>`,
  }[form] ?? "";
  const inner = form === "diamond" ? 0.44 : 0.58;
  const at = middle - (inner * size) / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * size}" height="${2 * size}" viewBox="0 0 ${size} ${size}">`
    + `<g fill="${INK}" stroke="${HALO}" stroke-width="${edge}">${shape}</g>`
    + `<g transform="translate(${at} ${at}) scale(${(inner * size) / 24})" fill="none" stroke="${HALO}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${drawing}</g></svg>`;
}

/** One tile of a light hatch. @param {string} path @param {string} color */
const stripes = (path, color) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 12 12"><path d="${path}" stroke="${color}" stroke-opacity=".5" stroke-width=".9"/></svg>`;
