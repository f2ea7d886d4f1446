/**
 * The address of a unit's page, after the `#`: the server's log never learns which unit was opened. Pure.
 * @import { Language } from "./types.js"
 */

/** @typedef {{ set: string, level: string, code: string, period: string, known: string, kind: string, lang: Language }} UnitAddress */

const FORMS = { set: /^[0-9a-f]{16}$/, level: /^(province|district|commune)$/, code: /^[0-9A-Za-z]{1,12}$/, period: /^[A-Z][0-9-]{4,8}$/, known: /^\d{4}-\d{2}-\d{2}$/, kind: /^[a-z_]{1,20}$/, lang: /^(vi|en)$/ };
const USUAL = { set: "", level: "commune", code: "", period: "", known: "", kind: "", lang: "vi" };

/** @param {string} hash @returns {UnitAddress} */
export function readUnitAddress(hash) {
  const found = { ...USUAL };
  for (const [name, value] of new URLSearchParams(hash.replace(/^#/, "")))
    if (name in FORMS && FORMS[/** @type {keyof typeof FORMS} */ (name)].test(value)) Object.assign(found, { [name]: value });
  return /** @type {UnitAddress} */ (found);
}

/** @param {Partial<UnitAddress>} wanted */
export function unitHash(wanted) {
  const given = Object.entries({ ...wanted }).filter(([name, value]) => value && !(name === "lang" && value === "vi"));
  return `#${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

/** @param {Partial<UnitAddress>} wanted */
export const unitAddress = (wanted) => `/unit${unitHash(wanted)}`;
