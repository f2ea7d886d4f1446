/**
 * The archipelagos far from the mainland, in a frame of their own: at the scale of the country their islands
 * are smaller than a pixel, so each unit is a field in the colour of its value.
 * @import { Box, BoundarySet, Look } from "./types.js"
 * @import { Register, Unit } from "./units.js"
 */

import { swatch } from "./legend.js";
import { make, say } from "./text.js";
import { shortName } from "./units.js";

/** Hoàng Sa lies north of this parallel, Trường Sa south of it. */
const BETWEEN_LAT = 14;

/**
 * The units whose middle lies east of the mainland, north first. Pure.
 * @param {Register} register
 * @param {BoundarySet} set
 * @returns {{ unit: Unit, box: Box }[]}
 */
export function offshore(register, set) {
  const columns = register.columns("commune");
  const found = register.units("commune").flatMap((unit) => {
    const box = columns.bbox[unit.place];
    return box && (box[0] + box[2]) / 2 > set.mainland_bounds[2] ? [{ unit, box }] : [];
  });
  return found.sort((one, other) => other.box[3] - one.box[3]);
}

/**
 * @param {HTMLElement} root
 * @param {{ unit: Unit, box: Box }[]} units
 * @param {(unit: Unit) => { look: Look, text: string }} tell
 * @param {(unit: Unit) => void} onPick
 */
export function renderInset(root, units, tell, onPick) {
  root.hidden = !units.length;
  const groups = /** @type {const} */ (["hoang_sa", "truong_sa"]).map((name) => ({
    name, members: units.filter(({ box }) => box[1] > BETWEEN_LAT === (name === "hoang_sa")),
  }));
  root.replaceChildren(...groups.filter(({ members }) => members.length).map(({ name, members }) =>
    make("section", {}, make("div", { class: "islands" }, ...members.map(({ unit }) => {
      const { look, text } = tell(unit);
      const label = `${unit.name} (${shortName(unit.province)}): ${text}`;
      const button = make("button", { type: "button", "aria-label": label, title: label }, swatch(look.color, look.pattern));
      button.addEventListener("click", () => onPick(unit));
      return button;
    })), make("h3", {}, say(`archipelago_${name}`)), make("small", {}, shortName(members[0].unit.province)))));
}
