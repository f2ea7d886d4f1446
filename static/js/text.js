/**
 * Words, numbers and dates in the chosen language. The sentences come from the one catalogue of the
 * product (`GET /messages`), so that switching the language needs no reload.
 *
 * @import { Language } from "./types.js"
 */

/** @type {Record<string, Record<string, string>>} */
let catalogue = { vi: {}, en: {} };
/** @type {Language} */
let language = "vi";

/** Fetch every sentence in both languages. */
export async function loadMessages() {
  const answer = await fetch("/messages");
  if (answer.ok) catalogue = await answer.json();
}

/** @param {Language} wanted */
export function speak(wanted) {
  language = wanted;
  document.documentElement.lang = wanted;
}

export const spoken = () => language;

/**
 * The sentence of a code, with `{name}` places filled in. A missing code shows itself, so that it is found.
 * @param {string} code without the prefix `ui_`
 * @param {Record<string, string | number>} [details]
 */
export function say(code, details = {}) {
  const sentence = catalogue[language]?.[`ui_${code}`] ?? code;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(details[name] ?? whole));
}

/** @param {string} code */
export const known = (code) => `ui_${code}` in (catalogue[language] ?? {});

/**
 * The text of an answer that carries both languages (`title_vi`, `title_en`).
 * @param {object} thing
 * @param {string} stem
 * @returns {string}
 */
export function pick(thing, stem) {
  const texts = /** @type {Record<string, string>} */ (thing);
  return texts[`${stem}_${language}`] ?? texts[`${stem}_vi`] ?? "";
}

/**
 * Fill the elements that name their sentence: `data-say` (content), `data-say-label` (accessible name and
 * tooltip) and `data-say-placeholder`.
 * @param {ParentNode} [root]
 */
export function translate(root = document) {
  for (const element of root.querySelectorAll("[data-say]"))
    element.textContent = say(element.getAttribute("data-say") ?? "");
  for (const element of root.querySelectorAll("[data-say-label]")) {
    const text = say(element.getAttribute("data-say-label") ?? "");
    element.setAttribute("aria-label", text);
    if (element.tagName === "BUTTON") element.setAttribute("title", text);
  }
  for (const element of root.querySelectorAll("[data-say-placeholder]"))
    element.setAttribute("placeholder", say(element.getAttribute("data-say-placeholder") ?? ""));
}

/**
 * 1.234,5 in Vietnamese, 1,234.5 in English.
 * @param {number} value
 * @param {number} [digits] most decimals shown
 * @param {number} [least] decimals always shown
 */
export function figure(value, digits = 1, least = 0) {
  return value.toLocaleString(language === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: digits, minimumFractionDigits: least });
}

/** A share of 0..1 as a percentage with its sign, always to one decimal: 37,0% beside 44,7%. @param {number} value */
export const percent = (value) => `${figure(value * 100, 1, 1)}%`;

/** An ISO date as dd/mm/yyyy, the same in both languages. @param {string | null | undefined} iso */
export const day = (iso) => (iso ? iso.slice(0, 10).split("-").reverse().join("/") : "");

/** The day before, as an ISO date: the last day of what ends on a first day. @param {string} iso */
export const dayBefore = (iso) => new Date(Date.parse(iso) - 86_400_000).toISOString().slice(0, 10);

/**
 * Make an element. Text is set as text, never as markup: names come from imported files.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | boolean | number | null | undefined>} [attributes] `class`, `aria-*`, ...
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value === true ? "" : String(value));
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false).map((c) => /** @type {Node | string} */ (c)));
  return element;
}

/** One of the drawings of `/static/icons.svg`. @param {string} name */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}
