/**
 * What a province or a district holds: its units of the next level and its communes, as links.
 * @import { Units } from "./types.js"
 */

import { figure, make, say } from "./text.js";
import { Register } from "./units.js";

/**
 * The units below one, nearest level that there is. Pure.
 * @param {Register} register
 * @param {string} level
 * @param {string} code
 */
export function unitsBelow(register, level, code) {
  const unit = register.byCode.get(`${level}:${code}`);
  if (!unit) return [];
  const parents = new Map();
  for (const one of /** @type {const} */ (["district", "commune"])) register.columns(one).ordinal.forEach((ordinal, place) => parents.set(ordinal, register.columns(one).parent[place]));
  for (const below of /** @type {const} */ (["district", "commune"])) {
    const found = register.units(below).filter(({ ordinal }) => parents.get(ordinal) === unit.ordinal);
    if (found.length) return found;
  }
  return [];
}

/**
 * @param {Units} answer
 * @param {{ level: string, code: string, address: (level: string, code: string) => string }} unit
 * @returns {{ heading: string, content: Node[] } | null}
 */
export function belowParts(answer, { level, code, address }) {
  const found = unitsBelow(new Register(answer), level, code);
  if (!found.length) return null;
  const sorted = [...found].sort((one, other) => one.name.localeCompare(other.name, "vi"));
  return {
    heading: say(`unit_below_${found[0].level}`, { count: figure(found.length) }),
    content: [make("details", { open: found.length <= 30 }, make("summary", {}, say("unit_below_list")),
      make("ul", { class: "below" }, ...sorted.map((one) => make("li", {}, make("a", { href: address(one.level, one.code) }, one.name)))))],
  };
}
