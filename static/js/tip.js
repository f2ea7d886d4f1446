/** What is told at the pointer: the unit, its figure, what stands beside. Only where there is a pointer. */

import { figure, make, say } from "./text.js";

const hasHover = matchMedia("(hover: hover)");
/** Features told at most. */
const TOLD_MOST = 3;

/**
 * @param {HTMLElement} tip
 * @param {{ name: string, province: string } | undefined} unit none hides it
 * @param {{ text: string, beside: (Node | string)[], x: number, y: number, width: number, height: number }} told with the pointer and the room that there is, in pixels
 */
export function showTip(tip, unit, { text, beside, x, y, width, height }) {
  tip.hidden = !unit || !hasHover.matches;
  if (!unit || tip.hidden) return;
  tip.replaceChildren(make("b", {}, unit.name), make("small", {}, unit.province), make("span", {}, text),
    ...beside.slice(0, TOLD_MOST).map((one) => make("span", { class: "context-line" }, one)),
    beside.length > TOLD_MOST ? make("small", {}, say("context_rest", { count: figure(beside.length - TOLD_MOST) })) : "");
  const [wide, high] = [tip.offsetWidth, tip.offsetHeight];
  tip.style.transform = `translate(${Math.min(x + 14, width - wide - 8)}px, ${y + 18 + high > height ? y - high - 10 : y + 18}px)`;
}
