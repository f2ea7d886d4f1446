/**
 * Why a commune has its class: computed, proposed and decided side by side, each criterion with what there is and
 * what it asks for, and the rows behind each number one click away. Verdicts are told by word and mark, not by colour.
 * @import { ClassAnswer, ClassInput, ClassRow, ClassRows } from "./unit_class_types.js"
 * @import { Layer } from "./types.js"
 * @import { Told } from "./unit_api.js"
 */

import { classMark } from "./class_mark.js";
import { day, figure, make, pick, say } from "./text.js";

/** @typedef {{ ladder: Layer | undefined, periodName: (id: string) => string, rowsOf: (input: string, period: string) => Promise<Told<ClassRows>> }} Context */

const MARKS = { met: "✓", not_met: "✕", unknown: "?", disabled: "–" };
const ORDER = ["loai_1", "loai_2", "loai_3", "khong_trong_diem", "khong_ma_tuy"];

/**
 * The rows in groups of their class, worst first, each with how many are met. Pure.
 * @param {ClassAnswer} answer
 */
export function groupsOf(answer) {
  return ORDER.map((id) => {
    const needs = answer.needs.filter((need) => need.class === id);
    const names = new Set(needs.flatMap(({ of }) => of));
    const rows = answer.rows.filter((row) => row.class === id && names.has(row.id));
    return { id, rows, needs: needs.map((need) => ({ at_least: need.at_least, number: need.of.length, met: rows.filter((row) => need.of.includes(row.id) && row.verdict === "met").length })) };
  }).filter(({ rows }) => rows.length);
}

/**
 * @param {ClassAnswer} answer
 * @param {Context} context
 * @returns {{ heading: string, content: (Node | string | null)[] }}
 */
export function classParts(answer, context) {
  return {
    heading: say("class_why_title"),
    content: [
      answer.banner ? make("p", { class: "class-banner", role: "alert" }, pick(answer.banner, "text")) : null,
      make("p", { class: "muted" }, say("class_why_by", { title: pick(answer.criteria, "title"), act: pick(answer.criteria, "act"), period: pick(answer, "period") })),
      three(answer, context),
      make("p", { class: `class-verdict ${answer.disagreement.code}` }, pick(answer.disagreement, "text")),
      next(answer),
      ...groupsOf(answer).map((group) => groupPart(answer, group, context)),
      inputsPart(answer, context),
      pick(answer.criteria, "note") ? make("p", { class: "muted" }, pick(answer.criteria, "note")) : null,
    ],
  };
}

/** Computed, proposed, decided. @param {ClassAnswer} answer @param {Context} context */
function three(answer, context) {
  const { computed, proposed, decided } = answer;
  const open = computed.possible.length > 1;
  return make("dl", { class: "class-three" },
    card("computed",
      open ? say("class_why_possible") : classMark(computed.class, context),
      open ? make("ul", { class: "class-possible" }, ...computed.possible.map((one) => make("li", {}, classMark(one.class, context)))) : null,
      make("small", {}, pick(computed, "state"))),
    card("proposed",
      proposed ? classMark(proposed.class, context) : say("class_why_none"),
      proposed ? make("small", {}, context.periodName(proposed.period)) : null),
    card("decided",
      decided ? classMark(decided.class, context) : say("class_why_none"),
      decided ? make("small", {}, [context.periodName(decided.period), day(decided.on), decided.document_no ?? say("no_document")].filter(Boolean).join(" · ")) : null));
}

/** @param {string} kind @param {...(Node | string | null)} content */
const card = (kind, ...content) => make("div", {}, make("dt", {}, say(`class_why_${kind}`)), make("dd", {}, ...content));

/** What is lacking for the next class. @param {ClassAnswer} answer */
function next(answer) {
  if (!answer.next) return null;
  const { lacks } = answer.next;
  return make("details", { class: "class-next", open: lacks.length <= 4 }, make("summary", {}, say("class_why_next", { name: pick(answer.next, "name"), count: figure(lacks.length) })),
    make("ul", {}, ...lacks.map((one) => make("li", {}, make("b", {}, `${one.criterion} ${pick(one, "label")}`), `: ${pick(one, "have") || say("class_why_nothing")} → ${pick(one, "needed")}`))));
}

/** @param {ClassAnswer} answer @param {ReturnType<typeof groupsOf>[number]} group @param {Context} context */
function groupPart(answer, { id, rows, needs }, context) {
  const told = needs.map(({ met, number, at_least }) => say("class_why_need", { met: figure(met), number: figure(number), least: figure(at_least) })).join("; ");
  const open = rows.some(({ verdict }) => verdict === "met") || answer.computed.class === id;
  return make("details", { class: "class-group", open }, make("summary", {}, classMark(id, context), make("span", { class: "class-need" }, told)),
    make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": say("class_why_table") }, make("table", { class: "plain-table class-table" },
      make("thead", {}, make("tr", {}, ...["verdict", "criterion", "have", "needed"].map((one) => make("th", { scope: "col" }, say(`class_why_column_${one}`))))),
      make("tbody", {}, ...rows.map((row) => line(answer, row, context))))));
}

/** @param {ClassAnswer} answer @param {ClassRow} row @param {Context} context */
function line(answer, row, context) {
  const inputs = answer.inputs.filter(({ id }) => row.inputs.includes(id));
  return make("tr", { class: row.verdict },
    make("td", { class: "verdict" }, make("i", { "aria-hidden": "true" }, MARKS[row.verdict]), make("span", {}, pick(row, "verdict"))),
    make("th", { scope: "row" }, pick(row, "label"), make("small", {}, [row.clause, pick(row, "source")].filter(Boolean).join(" · "))),
    make("td", { "data-label": say("class_why_column_have") }, pick(row, "have"), ...inputs.map((one) => numberOf(answer, one, context))),
    make("td", { "data-label": say("class_why_column_needed") }, pick(row, "needed")));
}

/**
 * A number that opens the rows behind it.
 * @param {ClassAnswer} answer @param {ClassInput} one @param {Context} context
 */
function numberOf(answer, one, context) {
  if (one.is_hidden) return make("small", {}, `${pick(one, "label")}: ${say("class_why_hidden")}`);
  const box = make("details", { class: "class-number" });
  const value = one.value === null ? say("class_why_missing") : `${figure(one.value, 2)} ${pick(one, "unit")}`.trim();
  box.append(make("summary", {}, `${pick(one, "label")}: `, make("b", {}, value)));
  box.addEventListener("toggle", async () => {
    if (!box.open || box.childElementCount > 1) return;
    const waiting = make("p", { class: "muted" }, say("unit_loading"));
    box.append(waiting);
    const told = await context.rowsOf(one.id, answer.period);
    waiting.replaceWith(told.answer ? rowsTable(told.answer, one, context) : make("p", { class: "muted" }, say("unit_section_failed")));
  });
  return box;
}

/** @param {ClassRows} rows @param {ClassInput} one @param {Context} context */
function rowsTable(rows, one, context) {
  const owes = one.is_missing ? make("p", { class: "muted" }, say("class_why_owes", { who: pick(one, "owes") })) : null;
  if (!rows.rows.length) return make("div", {}, make("p", { class: "muted" }, say("class_why_no_rows")), owes);
  return make("div", {}, owes, make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": pick(one, "label") }, make("table", { class: "plain-table" },
    make("thead", {}, make("tr", {}, ...rows.columns.map(({ name }) => make("th", { scope: "col" }, say(`class_rows_${name}`))))),
    make("tbody", {}, ...rows.rows.map((row) => make("tr", {}, ...row.map((value, place) => make("td", {}, cell(value, rows.columns[place].kind, context)))))))));
}

/** @param {string | number | null} value @param {string} kind @param {Context} context */
function cell(value, kind, context) {
  if (value === null) return kind === "answer" ? say("class_answer_none") : "";
  switch (kind) {
    case "day": return day(String(value));
    case "number": return figure(Number(value), 2);
    case "metres": return `${figure(Number(value) / 1000, 1)} km`;
    case "period": return context.periodName(String(value));
    case "report": return say(`class_report_${value}`);
    case "place_kind": return say(`class_kind_${value}`);
    case "place_state": return say(`class_state_${value}`);
    case "answer": return say(`class_answer_${value === "khong" || value === "khong_hieu_qua" || value === "da_thanh_loai" ? "no" : "yes"}`);
    default: return String(value);
  }
}

/**
 * What is missing, by who owes it. Pure.
 * @param {ClassAnswer} answer
 * @returns {Map<string, ClassInput[]>} inputs by the sentence of who owes them
 */
export function owedOf(answer) {
  const owed = new Map();
  for (const one of answer.inputs.filter(({ id }) => answer.missing.includes(id))) owed.set(pick(one, "owes"), [...(owed.get(pick(one, "owes")) ?? []), one]);
  return owed;
}

/** @param {ClassAnswer} answer @param {Context} context */
function inputsPart(answer, context) {
  if (!answer.missing.length) return null;
  return make("div", { class: "class-missing" }, make("h3", {}, say("class_why_missing_title", { count: figure(answer.missing.length) })),
    ...[...owedOf(answer)].map(([who, inputs]) => make("div", {}, make("p", { class: "muted" }, say("class_why_owes", { who })), make("ul", {}, ...inputs.map((one) => make("li", {}, numberOf(answer, one, context)))))));
}
