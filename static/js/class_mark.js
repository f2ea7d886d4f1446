/**
 * A class as people know it: its colour, its letter, its name.
 * @import { Layer } from "./types.js"
 */

import { swatch } from "./legend.js";
import { make, pick, say } from "./text.js";

/**
 * @param {string | null} id
 * @param {{ ladder: Layer | undefined }} context the layer of classes, for colours and letters
 * @param {boolean} [bare] only the square
 */
export function classMark(id, { ladder }, bare = false) {
  const item = ladder?.legend.items?.find((one) => one.id === id);
  const square = item ? swatch(item.color, "", item.letter) : swatch("#ffffff", "dots");
  const label = item ? pick(item, "label") : say("class_not_assessed");
  return make("span", { class: "class-mark", title: bare ? label : null }, square, bare ? make("span", { class: "sr" }, label) : make("span", {}, label));
}

/** @param {string | null} id @param {Layer | undefined} ladder */
export function className(id, ladder) {
  const item = ladder?.legend.items?.find((one) => one.id === id);
  return item ? pick(item, "label") : say("class_not_assessed");
}
