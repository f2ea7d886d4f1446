/**
 * What each commune still lacks for its next class, and which criteria it met since the earlier day.
 * @import { CommuneLack, Lack, LackAnswer, Progress } from "./progress_types.js"
 */

import { scroll, stateMark } from "./progress_views.js";
import { figure, make, pick, say } from "./text.js";
import { unitAddress } from "./unit_address.js";

const MARKS = { not_met: "✗", unknown: "?", disabled: "–" };

/** Criteria not known, up to which they stand open. */
const MOST_OPEN = 3;

/**
 * @param {Progress} told
 * @param {LackAnswer | string | null} found a refusal is a sentence; null while it is on its way
 * @param {{ order: "code" | "few", onOrder: (order: "code" | "few") => void, lang: "vi" | "en" }} more
 * @returns {Node[]}
 */
export function lackParts(told, found, { order, onOrder, lang }) {
  const title = make("h2", { id: "lacks-title" }, say("progress_lacks_title"));
  if (found === null) return [title, make("p", {}, say("progress_lacks_loading"))];
  if (typeof found === "string") return [title, make("p", {}, found)];
  if (!found.told) return [title, make("p", { class: "muted" }, say("progress_lacks_choose"))];
  const { period, baseline, units, criteria } = found.told;
  if (!period) return [title, make("p", {}, say("progress_lacks_no_result"))];
  const counts = { top: figure(found.told.on_top), none: figure(found.told.without_class), unjudged: figure(found.told.without_result), listed: figure(units.length) };
  const parts = [
    title,
    make("p", {}, say("progress_lacks_counts", counts)),
    ...(criteria.length ? [make("p", { class: "muted" }, say("progress_lacks_source", { period: pick(period, "label"), sets: criteria.map((one) => pick(one, "label")).join("; ") }))] : []),
    ...(criteria.some(({ complete }) => !complete) ? [make("p", { class: "notice-line" }, say("progress_lacks_incomplete"))] : []),
    ...(baseline ? [] : [make("p", { class: "muted" }, say("progress_lacks_no_baseline"))]),
  ];
  if (!units.length) return parts;
  const choice = make("div", { class: "segments", role: "group", "aria-label": say("progress_lacks_order") }, ...(/** @type {const} */ (["code", "few"])).map((one) => {
    const button = make("button", { type: "button", "aria-pressed": String(one === order) }, say(`progress_order_${one}`));
    button.addEventListener("click", () => onOrder(one));
    return button;
  }));
  const rows = order === "few" ? [...units].sort((a, b) => a.lacks.length - b.lacks.length || a.unit - b.unit) : units;
  const ids = new Map(told.states.map(({ id }, at) => [id, at]));
  const body = make("tbody", {}, ...rows.map((one) => make("tr", {},
    make("th", { scope: "row" }, make("a", { href: unitAddress({ set: told.boundary_set.id, level: "commune", code: one.code, lang }) }, one.name),
      one.is_final ? null : make("small", {}, say("progress_lacks_not_final"))),
    make("td", {}, stateMark(told, ids.get(one.goal) ?? 0)),
    make("td", {}, lackList(one.lacks)),
    make("td", {}, metText(one)))));
  return [...parts, choice, scroll(say("progress_lacks_title"), ["commune", "goal", "lacks", "met"].map((name) => say(`progress_column_${name}`)), body, [])];
}

/** @param {Lack[]} lacks */
function lackList(lacks) {
  if (!lacks.length) return make("span", {}, say("progress_lacks_nothing"));
  const list = (/** @type {Lack[]} */ some) => make("ul", { class: "lack-list" }, ...some.map((one) => make("li", {},
    make("span", { class: "lack-mark", "aria-hidden": "true" }, MARKS[one.verdict]),
    make("span", {}, pick(one, "label"), make("small", {}, say(`progress_lack_${one.verdict}`, { have: pick(one, "have"), needed: pick(one, "needed") }))))));
  const open = lacks.filter(({ verdict }) => verdict !== "not_met");
  if (open.length <= MOST_OPEN) return list(lacks);
  // What nobody reported would hide what is known.
  return make("div", {}, list(lacks.filter(({ verdict }) => verdict === "not_met")),
    make("details", { class: "lack-more" }, make("summary", {}, say("progress_lacks_open", { count: figure(open.length) })), list(open)));
}

/** @param {CommuneLack} one */
function metText({ met, lost }) {
  if (met === null || lost === null) return make("span", { class: "muted" }, say("progress_met_unknown"));
  const names = (/** @type {Lack[]} */ list) => list.map((lack) => pick(lack, "label")).join("; ");
  return make("span", {}, met.length ? say("progress_met", { count: figure(met.length), names: names(met) }) : say("progress_met_none"),
    lost.length ? make("small", {}, say("progress_lost", { count: figure(lost.length), names: names(lost) })) : null);
}
