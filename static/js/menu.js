/**
 * The way from each page to the others: a list behind one button of the bar, with the pages that the role has.
 * @typedef {{ login: string, role: string, pages: string[], may_hand_out?: boolean }} Account
 */

import { icon, make, say, spoken } from "./text.js";

/** In the order of the list, with their drawings. The map stands first and is for all. */
const PAGES = /** @type {const} */ ([
  ["map", "place"],
  ["plan", "target"],
  ["transitions", "steps"],
  ["assessment", "class"],
  ["board", "board"],
  ["reports", "check"],
  ["campaign", "time"],
  ["import", "upload"],
]);

/** Where a page is, in the language spoken. Pure. @param {string} page @param {string} language */
export const hrefOf = (page, language) => `/${page === "map" ? "" : page}${language === "vi" ? "" : `#lang=${language}`}`;

/** The pages of a role, in order. Pure. @param {readonly string[]} may */
export const pagesOf = (may) => PAGES.filter(([page]) => page === "map" || may.includes(page));

/**
 * Fill the menu of the page; it follows the language by itself.
 * @param {Account} account
 * @param {string} here the page that is open
 */
export function showMenu(account, here) {
  const root = /** @type {HTMLDetailsElement} */ (document.getElementById("menu"));
  const draw = () => {
    const links = pagesOf(account.pages).map(([page, drawing]) =>
      make("a", { href: hrefOf(page, spoken()), "aria-current": page === here ? "page" : null }, icon(drawing), say(`menu_${page}`)));
    root.replaceChildren(
      make("summary", { class: "bar-button", "aria-label": say("menu_open"), title: say("menu_open") }, icon("menu"), make("span", {}, say("menu_open"))),
      make("nav", { "aria-label": say("menu_open") }, ...links));
  };
  draw();
  root.hidden = false;
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["lang"] });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !root.open) return;
    event.stopPropagation();
    root.open = false;
    root.querySelector("summary")?.focus();
  });
  document.addEventListener("click", (event) => {
    if (!root.contains(/** @type {Node} */ (event.target))) root.open = false;
  });
}
