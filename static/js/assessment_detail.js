/**
 * The assessment of one commune: the results side by side, what may be done, its steps, what was before.
 * @import { Matter, Step } from "./assessment_types.js"
 * @import { Layer } from "./types.js"
 */

import { classCell, flagTexts } from "./assessment_list.js";
import { stepForms } from "./assessment_form.js";
import { classMark } from "./class_mark.js";
import { day, make, pick, say, spoken } from "./text.js";
import { unitAddress } from "./unit_address.js";

/**
 * @param {HTMLElement} root
 * @param {{ matter: Matter, ladder: Layer | undefined, note?: string }} shown
 * @param {{ close: () => void, done: () => void, sentence: (problem: unknown) => string }} hooks
 */
export function renderMatter(root, { matter, ladder, note = "" }, hooks) {
  const close = make("button", { type: "button", class: "plain", "data-key": "close", "aria-label": say("assess_close") }, "×");
  close.addEventListener("click", hooks.close);
  const page = unitAddress({ set: matter.boundary_set, level: "commune", code: matter.code, lang: spoken() });
  const head = make("header", {}, make("div", {}, make("h2", { id: "matter-title", tabindex: "-1" }, matter.name),
    make("p", { class: "muted" }, `${matter.province} · ${pick(matter.cycle, "label")}`), make("a", { href: page }, say("assess_unit_page"))), close);
  if (!matter.in_scope) return root.replaceChildren(head, make("p", { class: "stand" }, say("assess_out_of_area")));
  const body = matter.waits_body;
  root.replaceChildren(head,
    matter.simulated ? make("p", { class: "stripes" }, make("b", {}, say("simulated"))) : "",
    make("p", { class: "stand" }, make("b", {}, say(`assess_column_${matter.state}`)), body ? ` · ${say("assess_waits_for", { organ: pick(body, "organ") })}` : "", matter.since ? ` · ${say("assess_since", { day: day(matter.since) })}` : ""),
    results(matter, ladder),
    ...flagTexts(matter.flags).map((text) => make("p", { class: "flag" }, text)),
    note ? make("p", { class: "warning", role: "alert" }, note) : "",
    predecessors(matter, ladder),
    stepForms(matter, ladder, hooks),
    make("h3", {}, say("assess_history")), history(matter, ladder),
    ...earlier(matter, ladder));
}

/** Computed, proposed, classified, appraised, decided: never merged (C1). @param {Matter} matter @param {Layer | undefined} ladder */
function results(matter, ladder) {
  const cells = /** @type {const} */ (["computed", "proposed", "classified", "decided"]).map((name) => make("div", { class: name },
    make("dt", {}, say(`assess_column_${name}`)), make("dd", {}, classCell(matter[name], ladder),
      name === "classified" && matter.verdict ? make("small", {}, `${say("assess_step_tham_dinh")}: ${say(`assess_verdict_${matter.verdict}`)}`) : null)));
  const before = make("div", { class: "before" }, make("dt", {}, say("assess_previous")), make("dd", {}, matter.previous ? classMark(matter.previous, { ladder }) : make("span", { class: "muted" }, say("class_not_assessed"))));
  return make("dl", { class: "results" }, before, ...cells);
}

/** A merged commune inherits nothing: its predecessors' last classes are told (A4). @param {Matter} matter @param {Layer | undefined} ladder */
function predecessors({ predecessors: listed, new_land }, ladder) {
  if (!listed.length) return "";
  return make("section", { class: "former" }, make("h3", {}, say(new_land ? "assess_new_land" : "assess_predecessors")),
    make("ul", {}, ...listed.map((one) => make("li", {}, make("a", { href: unitAddress({ set: one.boundary_set, level: "commune", code: one.code, lang: spoken() }) }, one.name),
      classCell(one.last_class, ladder)))));
}

/** @param {Matter} matter @param {Layer | undefined} ladder */
function history({ steps }, ladder) {
  if (!steps.length) return make("p", { class: "muted" }, say("assess_no_steps"));
  return make("ol", { class: "steps" }, ...steps.map((one) => make("li", {}, make("span", {}, day(one.effective_on)),
    make("div", {}, make("b", {}, say(`assess_step_${one.step}`)), one.class_id ? classMark(one.class_id, { ladder }) : null, make("small", {}, stepMore(one))))));
}

/** @param {Step} one */
function stepMore(one) {
  return [
    one.verdict ? say(`assess_verdict_${one.verdict}`) : "",
    one.back_to ? say(`assess_back_to_${one.back_to}`) : "",
    one.reason_vi ? pick(one, "reason") : "",
    one.document_no ?? "",
    pick(one, "organ") || pick(one, "role"),
    one.done_on === one.effective_on ? "" : say("assess_entered_on", { day: day(one.done_on) }),
  ].filter(Boolean).join(" · ");
}

/** Results of this land, of files and of other cycles too. @param {Matter} matter @param {Layer | undefined} ladder @returns {Node[]} */
function earlier({ results: listed }, ladder) {
  if (!listed.length) return [];
  const title = (/** @type {string} */ name) => make("th", { scope: "col" }, say(`assess_column_${name}`));
  return [make("details", { open: listed.length < 4 }, make("summary", {}, say("assess_earlier", { count: listed.length })),
    make("table", { class: "plain-table" }, make("thead", {}, make("tr", {}, ...["period", "computed", "proposed", "decided", "document"].map(title))),
      make("tbody", {}, ...listed.toReversed().map((one) => make("tr", {}, make("th", { scope: "row" }, pick(one, "label")),
        ...[one.computed, one.proposed, one.decided].map((id) => make("td", {}, classCell(id, ladder))),
        make("td", {}, one.document_no ?? "–", one.decided_on ? make("small", {}, day(one.decided_on)) : null))))))];
}
