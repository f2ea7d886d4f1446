/**
 * What the user looks at, kept in the address bar after the `#`: it can be sent to a colleague and restored,
 * and the server's log never learns which commune was opened.
 * @import { State } from "./types.js"
 */

/** @type {State} */
export const DEFAULTS = {
  layer: "class", level: "auto", mode: "units", period: "", set: "", unit: "", lang: "vi", view: "", show: "", context: "", known: "",
};
const ALLOWED = /** @type {Partial<Record<keyof State, RegExp>>} */ ({
  level: /^(auto|province|district|commune)$/,
  mode: /^(units|cells)$/,
  lang: /^(vi|en)$/,
  view: /^\d{1,2}(\.\d+)?\/-?\d{1,2}(\.\d+)?\/-?\d{1,3}(\.\d+)?$/,
  show: /^(table)?$/,
  known: /^(\d{4}-\d{2}-\d{2})?$/,
  context: /^([a-z_]{1,30}(,[a-z_]{1,30}){0,19})?$/,
});
/** Steps one goes back through; the rest only replaces the address, or play would flood the history. */
const STEPS = new Set(["layer", "level", "mode", "set", "unit", "show", "context", "known"]);

/**
 * Read the part after `#`; unknown keys and values of the wrong form are left out.
 * @param {string} hash
 * @returns {State}
 */
export function readAddress(hash) {
  const found = { ...DEFAULTS };
  for (const [key, value] of new URLSearchParams(hash.replace(/^#/, ""))) {
    if (!(key in DEFAULTS)) continue;
    const name = /** @type {keyof State} */ (key);
    if (ALLOWED[name]?.test(value) ?? /^[\w:.-]{0,80}$/.test(value)) Object.assign(found, { [name]: value });
  }
  return found;
}

/** Write the state, leaving out what is as always. @param {State} state */
export function writeAddress(state) {
  const parts = Object.entries(state)
    .filter(([key, value]) => value !== DEFAULTS[/** @type {keyof State} */ (key)])
    .map(([key, value]) => `${key}=${encodeURIComponent(value).replace(/%2F/g, "/").replace(/%3A/g, ":").replace(/%2C/g, ",")}`);
  return parts.length ? `#${parts.join("&")}` : "#";
}

/** @typedef {(state: State, changed: Set<string>) => void} Listener */
/** @type {Listener[]} */
const listeners = [];

/** @type {State} */
export const state = { ...DEFAULTS };

/** @param {Listener} listener */
export const onChange = (listener) => void listeners.push(listener);

/** Change the state, tell the listeners, write the address. @param {Partial<State>} patch */
export function change(patch) {
  const changed = apply(patch);
  if (!changed.size) return;
  const address = writeAddress(state);
  if ([...changed].some((key) => STEPS.has(key))) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  for (const listener of listeners) listener(state, changed);
}

/** @param {Partial<State>} patch */
function apply(patch) {
  /** @type {Set<string>} */
  const changed = new Set();
  for (const [key, value] of Object.entries(patch))
    if (state[/** @type {keyof State} */ (key)] !== value) {
      Object.assign(state, { [key]: value });
      changed.add(key);
    }
  return changed;
}

/** Take the state from the address, now and on each step back or forward. */
export function followAddress() {
  apply(readAddress(location.hash));
  addEventListener("popstate", () => {
    const changed = apply(readAddress(location.hash));
    if (changed.size) for (const listener of listeners) listener(state, changed);
  });
}
