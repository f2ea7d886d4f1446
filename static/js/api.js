/**
 * The service, as the browser sees it: every answer as JSON, stale answers dropped, the neighbours of a step
 * fetched ahead, an ended session sent to the log-in and back.
 * @import { BoundarySet, Cells, ContextAnswer, Layer, Periods, UnitPage, Units, Values } from "./types.js"
 */

import { unpack } from "./feed.js";

/** A refusal of the service, in both languages. */
export class Refusal extends Error {
  /** @param {number} status 0 when the service could not be reached @param {{ code?: string, message_vi?: string, message_en?: string, details?: Record<string, any> }} [error] */
  constructor(status, error = {}) {
    super(error.code ?? `http_${status}`);
    this.status = status;
    this.code = error.code ?? "";
    this.message_vi = error.message_vi ?? "";
    this.message_en = error.message_en ?? "";
    this.details = error.details ?? {};
  }
}

/** @param {string} path @param {RequestInit} [options] @returns {Promise<Response>} */
export async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", ...options });
  } catch (problem) {
    if (problem instanceof DOMException && problem.name === "AbortError") throw problem;
    throw new Refusal(0);
  }
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => ({}));
  throw new Refusal(answer.status, body.error);
}

/** @param {string} path @param {AbortSignal} [signal] */
async function get(path, signal) {
  try {
    return await (await ask(path, { signal })).json();
  } catch (problem) {
    if (problem instanceof Refusal && problem.status === 401) goToLogin();
    throw problem;
  }
}

/** Leave for the log-in; the address after `#` comes along and is restored. @param {string} [hash] */
export function goToLogin(hash = hashWithPage()) {
  location.assign(`/login${hash}`);
}

/** The log-in returns to the page that its address names; without a name that is the map. */
const hashWithPage = () => (location.pathname === "/" ? location.hash : `#page=${location.pathname.slice(1)}&${location.hash.slice(1)}`);

/** @returns {Promise<BoundarySet[]>} */
export const boundarySets = async () => (await get("/boundary-sets")).sets;
/** @returns {Promise<Layer[]>} */
export const layers = async () => (await get("/layers")).layers;
/** @returns {Promise<Periods>} */
export const periods = () => get("/periods");
/** @returns {Promise<{ account: import("./menu.js").Account | null }>} */
export const session = () => get("/session");

/** @param {string} login @param {string} password */
export const logIn = (login, password) =>
  ask("/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ login, password }),
  });

export async function logOut() {
  await ask("/session", { method: "DELETE" });
  goToLogin();
}

/**
 * Answers kept by path. A request is shared by all who want it, and aborted only when nobody does.
 * @type {Map<string, { answer: Promise<any>, abort: AbortController, done: boolean }>}
 */
const kept = new Map();
const KEPT_MOST = 120;

/** @param {string} path @returns {Promise<any>} */
function keep(path) {
  const known = kept.get(path);
  if (known) {
    kept.delete(path);
    kept.set(path, known);
    return known.answer;
  }
  const abort = new AbortController();
  const entry = { answer: get(path, abort.signal), abort, done: false };
  entry.answer.then(() => (entry.done = true), () => kept.delete(path));
  kept.set(path, entry);
  if (kept.size > KEPT_MOST) kept.delete(/** @type {string} */ (kept.keys().next().value));
  return entry.answer;
}

/** Give up the feeds under way that are no longer wanted. @param {string[]} wanted paths */
export function dropStale(wanted) {
  for (const [path, entry] of kept)
    if (!entry.done && !wanted.includes(path) && /^\/(values|cells)\//.test(path)) {
      kept.delete(path);
      entry.abort.abort();
    }
}

/** @param {string} layer @param {string} set @param {string} period @param {string} level @param {string} [known] only what was recorded by this day */
export const valuesPath = (layer, set, period, level, known = "") => `/values/${layer}/${set}/${period}?level=${level}${known && `&known=${known}`}`;
/** @param {string} layer @param {number} resolution @param {string} period @param {string} [known] */
export const cellsPath = (layer, resolution, period, known = "") => `/cells/${layer}/${resolution}/${period}${known && `?known=${known}`}`;

/** @param {string} path @returns {Promise<Values>} */
export async function values(path) {
  const feed = await keep(path);
  return feed.v ? feed : Object.assign(feed, unpack(feed.u, feed.scale));
}
/** @type {(path: string) => Promise<Cells>} */
export const cells = keep;
/** @type {(set: string) => Promise<Units>} */
export const units = (set) => keep(`/units/${set}`);
/** A unit as it was known on the last day of a period. @type {(set: string, level: string, code: string, period: string) => Promise<UnitPage>} */
export const unitPage = (set, level, code, period) => keep(`/units/${set}/${level}/${encodeURIComponent(code)}?period=${encodeURIComponent(period)}`);

/** Features of one kind that stand on a day; no kind: only how many there are of each. @type {(set: string, day: string, kind: string) => Promise<ContextAnswer>} */
export const context = (set, day, kind) => keep(`/context/${set}?on=${day}&kinds=${kind}`);

/** Fetch ahead what the next step will want; a failure is told when the step is taken. @param {string[]} paths */
export function prefetch(paths) {
  for (const path of paths) keep(path).catch(() => undefined);
}
