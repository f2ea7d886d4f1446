/**
 * One report: where it stands, what may be done, its figures with earlier revisions, its steps with dates and roles.
 * @import { OfferedStep, ReportFigure, ReportPage, ReportStep } from "./reports_types.js"
 */

import { ask } from "./api.js";
import { approvalText, waitsText } from "./reports_list.js";
import { organOf } from "./reports_model.js";
import { day, figure, make, percent, pick, say, spoken } from "./text.js";

/** @param {string} set @param {string} level @param {string} code @param {string} period */
const addressOf = (set, level, code, period) => `/reports/${set}/${level}/${encodeURIComponent(code)}/${encodeURIComponent(period)}`;

/** @param {string} set @param {string} level @param {string} code @param {string} period @returns {Promise<ReportPage>} */
export const reportPage = async (set, level, code, period) => (await ask(addressOf(set, level, code, period))).json();

/** @param {string} set @param {ReportPage} page @param {OfferedStep} offer @param {string | null} reason */
async function make_step(set, page, offer, reason) {
  const base = addressOf(set, page.level, page.code, page.period);
  const handIn = offer.step === "submitted";
  const body = handIn ? { covers: page.figures_hash } : { step: offer.step, reason, covers: page.figures_hash };
  await ask(`${base}/${handIn ? "submission" : "steps"}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/**
 * @param {HTMLElement} root
 * @param {{ page: ReportPage, set: string, note?: string }} shown
 * @param {{ close: () => void, done: () => void, sentence: (problem: unknown) => string }} hooks
 */
export function renderReport(root, { page, set, note = "" }, hooks) {
  const close = make("button", { type: "button", class: "plain", "data-key": "close", "aria-label": say("reports_close") }, "×");
  close.addEventListener("click", hooks.close);
  if (!page.in_scope) {
    const head = make("header", {}, make("div", {}, make("h2", { id: "report-title", tabindex: "-1" }, page.name), make("p", { class: "muted" }, pick(page, "label"))), close);
    return root.replaceChildren(head, make("p", { class: "stand" }, say("reports_out_of_area")));
  }
  const waits = waitsText(page, page.climb);
  const handed = page.submitted_on ? say("reports_handed_in_on", { day: day(page.submitted_on), due: day(page.due_last) }) : say("reports_not_handed_in", { due: day(page.due_last) });
  root.replaceChildren(
    make("header", {}, make("div", {}, make("h2", { id: "report-title", tabindex: "-1" }, page.name), make("p", { class: "muted" }, pick(page, "label"))), close),
    page.simulated ? make("p", { class: "stripes" }, make("b", {}, say("simulated"))) : "",
    make("p", { class: "stand" }, make("b", {}, approvalText(page, page.climb)), waits ? ` · ${waits}` : "", make("br"), handed),
    ladder(page),
    note ? make("p", { class: "warning", role: "alert" }, note) : "",
    actions(page, set, hooks),
    make("h3", {}, say("reports_figures")), figures(page),
    make("h3", {}, say("reports_steps")), steps(page));
}

/** The levels that it climbs, done ones marked. @param {ReportPage} page */
function ladder(page) {
  const levels = page.climb.filter(({ level }) => level !== "country");
  const reached = levels.findIndex(({ level }) => level === page.approved_at);
  return make("ol", { class: "climb", "aria-label": say("reports_climb") }, ...levels.map((organ, place) => {
    const state = place <= reached ? "done" : organ.level === page.waits_for ? "waiting" : "later";
    return make("li", { class: `rung-${state}` }, make("b", {}, pick(organ, "name")), make("small", {}, say(`reports_rung_${state}`)));
  }));
}

/** @param {ReportPage} page @param {string} set @param {{ done: () => void, sentence: (problem: unknown) => string }} hooks */
function actions(page, set, hooks) {
  if (!page.offered.length) return page.own_entry && page.waits_for ? make("p", { class: "muted" }, say("reports_own_entry")) : "";
  const note = make("p", { class: "warning", role: "alert", hidden: true });
  const tell = (/** @type {string} */ words) => {
    note.textContent = words;
    note.hidden = !words;
  };
  const run = async (/** @type {OfferedStep} */ offer, /** @type {string | null} */ reason) => {
    tell("");
    try {
      await make_step(set, page, offer, reason);
      hooks.done();
    } catch (problem) {
      tell(hooks.sentence(problem));
    }
  };
  const first = page.offered.filter(({ reasons }) => !reasons.length);
  const withReason = page.offered.filter(({ reasons }) => reasons.length);
  return make("div", { class: "acts" },
    make("div", { class: "actions" }, ...first.map((offer) => {
      const button = make("button", { type: "button", class: "primary", "data-key": offer.step }, say(`reports_do_${offer.step}`));
      button.addEventListener("click", () => run(offer, null));
      return button;
    })),
    ...withReason.map((offer) => {
      const reasons = make("select", { "data-key": `reason-${offer.step}`, "aria-label": say("reports_reason") }, make("option", { value: "" }, say("reports_reason_choose")), ...offer.reasons.map((one) => make("option", { value: one.code }, one[spoken()])));
      const button = make("button", { type: "submit", class: "button", "data-key": offer.step }, doText(offer, page));
      const form = make("form", { class: "with-reason", novalidate: true }, reasons, button);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (!reasons.value) return tell(say("reports_reason_missing"));
        run(offer, reasons.value);
      });
      return form;
    }),
    page.own_entry && page.waits_for ? make("p", { class: "muted" }, say("reports_own_entry")) : "",
    note);
}

/** What a button with a reason does; of an approval taken back, whose. @param {OfferedStep} offer @param {ReportPage} page */
function doText(offer, page) {
  const organ = organOf(page.climb, offer.at_level);
  return say(`reports_do_${offer.step}`, { organ: organ ? pick(organ, "name") : "" });
}

/** @param {ReportFigure} one */
function valueText(one) {
  const parts = one.numerator !== null && one.denominator !== null ? ` (${figure(one.numerator)}/${figure(one.denominator)})` : "";
  if (one.value === null) return parts ? `–${parts}` : "–";
  return one.unit_vi === "%" ? `${percent(one.value)}${parts}` : `${figure(one.value)} ${pick(one, "unit")}`;
}

/** @param {ReportPage} page */
function figures({ figures: listed, offered }) {
  const held = listed.filter(({ is_held }) => is_held);
  if (!held.length) return make("p", { class: "muted" }, say(offered.some(({ step }) => step === "submitted") ? "reports_no_figures_yet" : "reports_no_figures"));
  return make("table", { class: "plain-table" }, make("tbody", {}, ...held.map((one) => {
    const older = listed.filter(({ indicator, is_held }) => indicator === one.indicator && !is_held);
    return make("tr", {}, make("th", { scope: "row" }, pick(one, "name"), make("small", {}, one.indicator)),
      make("td", { class: "number" }, valueText(one), ...older.map((old) => make("small", {}, make("s", {}, valueText(old)), ` ${say("reports_old_revision", { number: old.revision, day: day(old.recorded_on) })}`))));
  })));
}

/** @param {ReportPage} page */
function steps(page) {
  if (!page.steps.length) return make("p", { class: "muted" }, page.submitted_on ? say("reports_step_line_submission", { day: day(page.submitted_on) }) : say("reports_no_steps"));
  return make("ol", { class: "steps" }, ...page.steps.map((one) => make("li", {}, make("span", {}, day(one.done_on)), make("span", {}, stepText(one, page)))));
}

/** @param {ReportStep} one @param {ReportPage} page */
function stepText(one, page) {
  const organ = organOf(page.climb, one.at_level);
  if (one.step === "unapproved") return `${say("reports_do_unapproved", { organ: organ ? pick(organ, "name") : "" })}: ${pick(one, "reason").toLocaleLowerCase(spoken())} · ${pick(one, "role")}`;
  const reason = one.reason ? `: ${pick(one, "reason").toLocaleLowerCase(spoken())}` : "";
  return `${say(`reports_step_${one.step}`)}${reason} · ${pick(one, "role")}${organ ? `, ${pick(organ, "name")}` : ""}`;
}
