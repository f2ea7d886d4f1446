/**
 * The names on the map and the figures under them. Pure.
 * @import { BoundarySet, Cells, Layer, LegendItem, Level, Look, Values } from "./types.js"
 * @import { Register } from "./units.js"
 * @import { Name } from "./map.js"
 */

import { offshore } from "./inset.js";
import { isShare, letterOf } from "./legend.js";
import { figure, percent } from "./text.js";
import { shortName } from "./units.js";

/** The cities come first among the provinces: everybody looks for them, and they are small. */
const CITIES_FIRST = 1e6;

/**
 * @param {{ feed: Values, cells: Cells | null, items: LegendItem[], look: (value: number | null, status: string) => Look, level: Level, register: Register, layer: Layer, set: BoundarySet }} shown
 * @returns {{ names: Name[], provinces: Name[], islands: Name[] }} of the level drawn, of the provinces above it, of the archipelagos
 */
export function lettering({ feed, items, look, level, register, cells, layer, set }) {
  const named = (/** @type {Level} */ one, /** @type {(place: number) => string} */ detail) => {
    const columns = register.columns(one);
    return register.units(one).flatMap(({ ordinal, name, place }) => {
      const at = columns.label[place];
      const first = one === "province" && columns.kind[place] === "thành phố" ? CITIES_FIRST : 0;
      return at ? [/** @type {Name} */ ({ id: ordinal, name: shortName(name), detail: detail(place), lng_lat: at, area: first + (columns.area_km2[place] ?? 0) })] : [];
    });
  };
  const detail = (/** @type {number} */ place) => {
    const [value, status] = [feed.v[place] ?? null, feed.s[place] ?? "."];
    if (cells || value === null || look(value, status).pattern === "hatch") return "";
    return letterOf(layer, value) || (items.length && layer.legend.type === "classes" ? (isShare(layer) ? percent(value / 100) : figure(value)) : "");
  };
  const far = new Set(offshore(register, set).map(({ unit }) => unit.ordinal));
  return {
    names: named(level, detail),
    provinces: level === "province" ? [] : named("province", () => ""),
    islands: named("commune", () => "").filter(({ id }) => far.has(id)),
  };
}
