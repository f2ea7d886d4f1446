/**
 * Which borders one sees, in words: the choice in the bar, and the lines that stand beside the figures. Figures on
 * borders that are not their period's own were counted again, carried or estimated, and that is said.
 * @import { BoundarySet, Layer, Values } from "./types.js"
 */

import { day, dayBefore, figure, make, say } from "./text.js";

/** The days of a set: "từ 01/07/2025" or "01/12/2024–30/06/2025". @param {BoundarySet} set */
export const spanOf = (set) => say(set.valid_to ? "set_span" : "set_since", { from: day(set.valid_from), to: day(set.valid_to && dayBefore(set.valid_to)) });

/**
 * Whether the figures are classes on boundaries that are not the period's own: then they are no result of it.
 * @param {Layer} layer
 * @param {Values} feed
 */
export const isNoResult = (layer, feed) => !feed.as_reported && (layer.id === "drug_free_share" || layer.legend.type === "categories");

/**
 * One line on the borders that are shown and, on others than the period's own, one on what became of the figures.
 * @param {{ set: BoundarySet | undefined, own: BoundarySet | undefined, layer: Layer, feed: Values | null }} shown `own` is the set of the period itself
 * @returns {{ line: string, note: string }}
 */
export function bordersWords({ set, own, layer, feed }) {
  if (!set || !feed) return { line: "", note: "" };
  if (feed.as_reported) return { line: say("borders_own", { span: spanOf(set) }), note: "" };
  const line = own ? say("borders_other", { span: spanOf(set), own: spanOf(own) }) : say("borders_fixed", { span: spanOf(set) });
  // Of classes the warning says it already.
  if (isNoResult(layer, feed)) return { line, note: "" };
  return { line, note: say(layer.group === "reported" ? "borders_carried" : "borders_places") };
}

/**
 * Fill the choice of borders: those of each period, or one set for all of them.
 * @param {HTMLSelectElement} select @param {BoundarySet[]} sets @param {string} pinned
 */
export function showSets(select, sets, pinned) {
  select.replaceChildren(make("option", { value: "", selected: !pinned }, say("set_as_reported")),
    ...sets.map((set) => make("option", { value: set.id, selected: pinned === set.id }, say("set_pinned", { span: spanOf(set), communes: figure(set.counts.commune ?? 0) }))));
}
