/**
 * Notices at the foot of the page, and what a refusal of the service says.
 */

import { Refusal } from "./api.js";
import { make, pick, say } from "./text.js";

const box = () => /** @type {HTMLElement} */ (document.getElementById("notice"));
let timer = 0;

/** @param {string} text @param {{ lasting?: boolean, retry?: () => void, kind?: string }} [options] */
export function notice(text, { lasting = false, retry, kind = lasting ? "loading" : "info" } = {}) {
  clearTimeout(timer);
  box().replaceChildren(make("span", {}, text));
  if (retry) {
    const again = make("button", { type: "button", class: "link" }, say("try_again"));
    again.addEventListener("click", () => (hush(), retry()));
    box().append(again);
  }
  box().dataset.kind = kind;
  box().hidden = false;
  if (!lasting && !retry) timer = window.setTimeout(() => hush(), 6000);
}

/** @param {string} [kind] only a notice of this kind */
export function hush(kind) {
  if (!kind || box().dataset.kind === kind) box().hidden = true;
}

/** What a refusal says; what is none is thrown again. @param {unknown} problem */
export function sentence(problem) {
  if (!(problem instanceof Refusal)) throw problem;
  return problem.status === 0 ? say("error_unreachable") : pick(problem, "message") || say("error_service");
}
