/**
 * From a value and its status to a colour, a pattern and a row of the legend. Pure. Zero, "no data", "not
 * assessed", "not subject to assessment" and an incomplete report are five different looks.
 * @import { Layer, LegendItem, Look, Values } from "./types.js"
 */

/** Rows that are no value: a pattern over white, or a flat tone. */
const WHITE = "#ffffff";
/** Statuses that keep the colour of their value and add a pattern to it. */
export const OVER_VALUE = new Set(["i", "c", "e"]);
/** @type {Look} */
export const INCOMPLETE = { row: "i", color: "#eff0ee", pattern: "slant" };
/** The ground is grey besides: at country zoom a hatch alone is a few strokes. @type {Look} */
export const NO_DATA_BENEATH = { row: "m", color: "#dfe1e0", pattern: "hatch" };
/** A reported commune beneath hexagons. @type {Look} */
export const NO_PLACE = { row: "", color: WHITE, pattern: "" };
/** @type {Look} */
export const NO_DATA = { row: "m", color: WHITE, pattern: "hatch" };

/**
 * The classes of a layer at a level ("cells" for hexagons); a count within a window has classes of its own
 * for the longer windows.
 * @param {Layer} layer
 * @param {string} level
 * @param {string} [kind] of the period
 * @returns {LegendItem[]}
 */
export function classesOf(layer, level, kind = "") {
  const { per_kind, per_level, items } = layer.legend;
  const scales = per_kind?.[kind] ?? per_level;
  return scales?.[level] ?? scales?.[level.replace(/_.*/, "")] ?? items ?? [];
}

/** A share is shown as a percentage, and its feed carries numerators and denominators. */
export const isShare = (/** @type {Layer} */ layer) => layer.share;

/**
 * Give the function that looks at one value.
 * @param {Layer} layer
 * @param {LegendItem[]} items from `classesOf`
 * @returns {(value: number | null, status: string) => Look}
 */
export function looker(layer, items) {
  const { zero, special = [], type } = layer.legend;
  const specials = new Map(special.map((one) => [one.status, one]));
  return (value, status) => {
    const own = specials.get(status);
    const pattern = /** @type {Look["pattern"]} */ (own && own.pattern !== "none" ? own.pattern : "");
    if (status !== "." && !OVER_VALUE.has(status)) {
      if (!own) return { ...NO_DATA, row: status };
      return { row: status, color: pattern ? WHITE : (own.color ?? WHITE), pattern };
    }
    if (value === null || value === undefined) return NO_DATA;
    if (zero && value === 0) return { row: "zero", color: zero.color, pattern };
    const place = type === "categories" ? items.findIndex((item) => item.value === value) : classAt(items, value);
    return place < 0 ? NO_DATA : { row: String(place), color: items[place].color, pattern };
  };
}

/**
 * The class of a count or share. A class runs up to the start of the next one; the last is closed, and a
 * value beyond it stays in it: a surprise must be seen, not lost.
 * @param {LegendItem[]} items
 * @param {number} value
 */
export function classAt(items, value) {
  for (let place = items.length - 1; place >= 0; place--) if (value >= (items[place].from ?? 0)) return place;
  return items.length ? 0 : -1;
}

/**
 * Count the units of each row of the legend.
 * @param {Values} feed
 * @param {(value: number | null, status: string) => Look} look
 * @returns {Map<string, number>} also `i`, `c` and `e`, which lie over a class
 */
export function tally(feed, look) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  const add = (/** @type {string} */ row) => counts.set(row, (counts.get(row) ?? 0) + 1);
  feed.v.forEach((value, place) => {
    const status = feed.s[place] ?? ".";
    add(look(value, status).row);
    if (OVER_VALUE.has(status)) add(status);
  });
  return counts;
}

/**
 * The letter of a class (I, II, III, ✓): class is never told by colour alone.
 * @param {Layer} layer
 * @param {number | null} value
 */
export function letterOf(layer, value) {
  if (value === null || layer.legend.type !== "categories") return "";
  return layer.legend.items?.find((item) => item.value === value)?.letter ?? "";
}

/**
 * The small square of a legend row. Colour is set through the object model: the content policy forbids
 * `style` attributes.
 * @param {string} color
 * @param {string} pattern
 * @param {string} [letter]
 */
export function swatch(color, pattern, letter = "") {
  const box = document.createElement("span");
  box.className = pattern ? `swatch pattern-${pattern}` : "swatch";
  box.style.setProperty("--fill", color);
  box.textContent = letter;
  box.classList.toggle("on-dark", isDark(color));
  box.setAttribute("aria-hidden", "true");
  return box;
}

/** @param {string} color `#rrggbb` */
export function isDark(color) {
  const [red, green, blue] = [1, 3, 5].map((place) => parseInt(color.slice(place, place + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue < 140;
}
