/**
 * The answer that a page of a unit begins with: its class with day and document, or that it is not assessed and
 * what its predecessors were; above the communes the share of drug-free communes.
 * @import { Layer, Relative, UnitPage } from "./types.js"
 */

import { classMark, className } from "./class_mark.js";
import { swatch } from "./legend.js";
import { day, figure, make, percent, pick, say } from "./text.js";
import { shortName } from "./units.js";

/**
 * @param {UnitPage} page
 * @param {{ ladder: Layer | undefined, address: (set: string, level: string, code: string) => string, periodName: (id: string) => string }} context
 * @returns {{ heading: string, content: (Node | null)[] }}
 */
export function answerOf(page, context) {
  if (!page.in_scope) return { heading: say("unit_answer_outside"), content: [make("p", {}, say("unit_outside"))] };
  return page.unit.level === "commune" ? ofCommune(page, context) : ofLarger(page);
}

/** @param {UnitPage} page @param {Parameters<typeof answerOf>[1]} context */
function ofCommune({ class: found, unit, predecessors, as_of, as_reported, boundary_set: set }, context) {
  const { ladder, periodName } = context;
  const on = as_of ? say("unit_on_day", { day: day(as_of) }) : "";
  if (!unit.assessable) return { heading: say("unit_answer_not_subject"), content: [make("p", { class: "class-mark" }, swatch("#dedfdd", ""), say("class_not_subject")), make("p", { class: "muted" }, on)] };
  /** @type {(Node | null)[]} */
  const content = [];
  let heading;
  if (!found || found.id === "chua_danh_gia") {
    const ended = set.valid_to && as_of && set.valid_to <= as_of;
    heading = as_reported ? say(predecessors.length > 1 ? "unit_answer_none_merged" : "unit_answer_none", { count: figure(predecessors.length) })
      : ended ? say("unit_answer_ended", { day: day(set.valid_to) }) : say("unit_answer_not_yet", { day: day(set.valid_from) });
    content.push(make("p", { class: "big" }, classMark(null, context)),
      make("p", {}, say(!as_reported ? "class_other_set" : predecessors.length ? "class_not_assessed_since" : "class_not_assessed_why")),
      as_reported && predecessors.length ? formerClasses(predecessors, unit.level, context) : null);
  } else {
    const details = { name: className(found.id, ladder), day: day(found.decided_on), document: found.document_no ?? say("no_document") };
    heading = found.decided_on ? say("unit_answer_class", details) : details.name;
    content.push(make("p", { class: "big" }, classMark(found.id, context)));
    for (const kind of /** @type {const} */ (["computed", "proposed"]))
      if (found[kind] && found[kind] !== found.id) content.push(make("p", {}, say(`class_${kind}`), " ", classMark(found[kind], context)));
  }
  content.push(on ? make("p", { class: "muted" }, on) : null);
  if (found && found.history.length > (found.id === "chua_danh_gia" ? 0 : 1)) content.push(steps("class_history", found.history));
  if (found?.later.length) content.push(make("p", {}, say("class_later", { day: day(as_of) })), steps("class_later_list", found.later));
  return { heading, content };

  /** @param {string} label @param {{ period: string, class: string, decided_on: string | null }[]} list */
  function steps(label, list) {
    return make("ol", { class: "class-steps", "aria-label": say(label) },
      ...list.map((one) => make("li", {}, classMark(one.class, context), make("small", {}, `${periodName(one.period)} · ${day(one.decided_on)}`))));
  }
}

/**
 * A class is never carried: those of the predecessors are told beside, each with its unit.
 * @param {Relative[]} list @param {string} level @param {Parameters<typeof answerOf>[1]} context
 */
function formerClasses(list, level, context) {
  return make("ul", { class: "former-classes", "aria-label": say("unit_former_classes") },
    ...list.map((one) => make("li", {}, classMark(one.class, context),
      make("span", {}, make("a", { href: context.address(one.boundary_set, level, one.code) }, one.name), one.province ? make("small", {}, shortName(one.province)) : null))));
}

/** @param {UnitPage} page */
function ofLarger({ figures, as_of }) {
  const on = as_of ? say("unit_on_day", { day: day(as_of) }) : "";
  const share = figures.find(({ indicator }) => indicator === "I15");
  const told = share && share.value !== null;
  const active = figures.find(({ indicator }) => indicator === "I02");
  return {
    heading: told ? say("unit_answer_share", { share: percent(/** @type {number} */ (share.value) / 100) }) : say("unit_answer_no_share"),
    content: [make("p", { class: "muted" }, on),
      active && active.value !== null ? make("p", {}, `${pick(active, "name")}: `, make("b", {}, figure(active.value))) : null],
  };
}
