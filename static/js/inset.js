/**
 * The archipelagos far from the mainland, in a frame of their own: at the scale of the country their islands
 * are smaller than a pixel, so each special zone is a field in the colour of its value.
 *
 * @import { Box, BoundarySet, Look } from "./types.js"
 * @import { Register, Unit } from "./units.js"
 */

import { swatch } from "./legend.js";
import { make, say } from "./text.js";
import { shortName } from "./units.js";

/**
 * The units whose middle lies east of the mainland, north first. Pure.
 *
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
  root.replaceChildren(...units.map(({ unit }) => {
    const { look, text } = tell(unit);
    const button = make("button", { type: "button", "aria-label": `${unit.name}, ${unit.province}: ${text}`, title: `${unit.name} (${shortName(unit.province)}): ${text}` },
      swatch(look.color, look.pattern), make("span", {}, say("archipelago", { name: shortName(unit.name) })), unit.province ? make("small", {}, shortName(unit.province)) : null);
    button.addEventListener("click", () => onPick(unit));
    return button;
  }));
}
