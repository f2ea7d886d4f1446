/**
 * The form of the next step: its fields as the service offers them, errors told at the field.
 * @import { Matter, Offer } from "./assessment_types.js"
 * @import { Layer } from "./types.js"
 */

import { Refusal, ask } from "./api.js";
import { DOORS, asksReason, wishOf } from "./assessment_model.js";
import { classMark } from "./class_mark.js";
import { day, make, pick, say, spoken } from "./text.js";

/** @param {Matter} matter @param {Offer} offer @param {object} wish */
async function send(matter, offer, wish) {
  const address = `/assessments/${matter.key}/${encodeURIComponent(matter.cycle.id)}/${DOORS[offer.duty]}`;
  await ask(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wish) });
}

/**
 * A group of choices, one of which is taken.
 * @param {string} name
 * @param {string} legend
 * @param {{ value: string, label: Node | string }[]} choices
 */
function radios(name, legend, choices) {
  return make("fieldset", { class: "field choices", "data-field": name },
    make("legend", {}, legend),
    ...choices.map(({ value, label }) => make("label", {}, make("input", { type: "radio", name, value, checked: choices.length === 1, "data-key": `${name}-${value}` }), label)),
    make("p", { class: "wrong", role: "alert", hidden: true }));
}

/** @param {string} name @param {string} label @param {HTMLElement} input @param {string} [hint] */
const field = (name, label, input, hint = "") => make("div", { class: "field", "data-field": name },
  make("label", {}, make("span", {}, label), input, hint ? make("small", {}, hint) : null), make("p", { class: "wrong", role: "alert", hidden: true }));

/**
 * @param {Matter} matter
 * @param {Layer | undefined} ladder
 * @param {{ done: () => void, sentence: (problem: unknown) => string }} hooks
 */
export function stepForms(matter, ladder, hooks) {
  if (!matter.offered.length) return matter.own_proposal ? make("p", { class: "muted" }, say("assess_own_proposal")) : "";
  const root = make("section", { class: "acts" });
  const show = (/** @type {Offer} */ chosen) => {
    const tabs = matter.offered.length > 1 ? make("div", { class: "segments", role: "group", "aria-label": say("assess_next_step") }, ...matter.offered.map((offer) => {
      const button = make("button", { type: "button", "aria-pressed": String(offer === chosen), "data-key": `do-${offer.step}` }, say(`assess_do_${offer.step}`));
      button.addEventListener("click", () => (show(offer), /** @type {HTMLElement | null} */ (root.querySelector(`[data-key="do-${offer.step}"]`))?.focus()));
      return button;
    })) : make("h3", {}, say(`assess_do_${chosen.step}`));
    root.replaceChildren(tabs, oneForm(matter, chosen, ladder, hooks), matter.own_proposal ? make("p", { class: "muted" }, say("assess_own_proposal")) : "");
  };
  show(matter.offered[0]);
  return root;
}

/** @param {Matter} matter @param {Offer} offer @param {Layer | undefined} ladder @param {{ done: () => void, sentence: (problem: unknown) => string }} hooks */
function oneForm(matter, offer, ladder, hooks) {
  const form = make("form", { class: "step-form", novalidate: true });
  const note = make("p", { class: "warning", role: "alert", hidden: true });
  const reasonField = offer.reasons.length ? field("reason", say("assess_field_reason"), make("select", { name: "reason", "data-key": "reason" }, make("option", { value: "" }, say("assess_choose")), ...offer.reasons.map((one) => make("option", { value: one.code }, one[spoken()]))),
    offer.reason === "if_lower" ? say("assess_reason_if_lower") : "") : null;
  form.append(...[
    offer.classes.length ? radios("class_id", say(`assess_field_class_${offer.step}`), offer.classes.map((id) => ({ value: id, label: classMark(id, { ladder }) }))) : "",
    offer.verdicts.length ? radios("verdict", say("assess_field_verdict"), offer.verdicts.map((one) => ({ value: one, label: say(`assess_verdict_${one}`) }))) : "",
    offer.back_to.length ? field("back_to", say("assess_field_back_to"), make("select", { name: "back_to", "data-key": "back_to" }, ...offer.back_to.map((one) => make("option", { value: one }, say(`assess_back_to_${one}`))))) : "",
    reasonField ?? "",
    make("div", { class: "pair" },
      field("effective_on", say("assess_field_day"), make("input", { type: "date", name: "effective_on", class: "text", value: offer.latest, min: offer.earliest, max: offer.latest, "data-key": "day" }), say("assess_day_from", { day: day(offer.earliest) })),
      field("document_no", say(offer.document === "needed" ? "assess_field_document" : "assess_field_document_if_any"), make("input", { type: "text", name: "document_no", class: "text", maxlength: 60, autocomplete: "off", placeholder: "12/QĐ-UBND", "data-key": "document" }))),
    note,
    make("div", { class: "actions" }, make("button", { type: "submit", class: "primary", "data-key": "send" }, say(`assess_send_${offer.step}`))),
  ]);
  const given = () => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  const follow = () => {
    if (reasonField) reasonField.hidden = !asksReason(offer, given().class_id || null, matter.previous);
  };
  form.addEventListener("change", follow);
  follow();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
    for (const wrong of form.querySelectorAll(".wrong")) /** @type {HTMLElement} */ (wrong).hidden = true;
    note.hidden = true;
    button.disabled = true;
    try {
      await send(matter, offer, wishOf(offer, given(), { seen: matter.steps_made, previous: matter.previous }));
      hooks.done();
    } catch (problem) {
      const findings = problem instanceof Refusal ? (problem.details.findings ?? []) : [];
      const left = findings.filter((/** @type {{ column: string }} */ one) => !tellAt(form, one));
      note.textContent = findings.length && !left.length ? "" : hooks.sentence(problem);
      note.hidden = !note.textContent;
      /** @type {HTMLElement | null} */ (form.querySelector("[data-field]:has(.wrong:not([hidden])) :is(input, select)"))?.focus();
    } finally {
      button.disabled = false;
    }
  });
  return form;
}

/** Tell what is wrong at its field; whether there is one. @param {HTMLFormElement} form @param {{ column: string }} finding */
function tellAt(form, finding) {
  const place = form.querySelector(`[data-field="${CSS.escape(finding.column ?? "")}"] .wrong`);
  if (!(place instanceof HTMLElement) || place.closest("[hidden]:not(.wrong)")) return false;
  place.textContent = pick(finding, "message");
  place.hidden = false;
  return true;
}
