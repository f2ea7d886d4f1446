/**
 * The scoreboard of a plan: each target with its state, figure, trend, what is needed and at which pace; its chart,
 * units and source behind a click.
 * @import { PlanAnswer, PlanHead, PlanPart, PlanTarget } from "./plan_types.js"
 * @import { PlanAddress } from "./plan_model.js"
 */

import { drawChart } from "./charts.js";
import { MARKS, STATE_COLOURS, figureOf, inOrder, neededOf, nextMilestone, paceOf, roadOption, sparkOf, trendOption, trendSentence, trendTable, written } from "./plan_model.js";
import { draw } from "./svg.js";
import { day, figure, make, percent, pick, say } from "./text.js";
import { unitAddress } from "./unit_address.js";

/** @typedef {{ wish: PlanAddress, asOf: string, onOrder: (order: "name" | "own") => void }} ViewContext */

/** @param {import("./plan_types.js").TargetState} state @param {string} words */
export function stateMark(state, words) {
  const mark = make("i", { "aria-hidden": "true" }, MARKS[state]);
  mark.style.background = STATE_COLOURS[state];
  if (["lapsed", "superseded"].includes(state)) mark.classList.add("pale");
  return make("span", { class: "target-state" }, mark, words);
}

/** @param {PlanTarget} target */
function spark(target) {
  const laid = sparkOf(target);
  if (!laid) return make("span", { class: "target-spark" });
  const { width, height, line, target: at, now } = laid;
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "target-line", "aria-hidden": "true" },
    at === null ? null : draw("path", { class: "goal", d: `M4 ${at}H${width - 4}` }),
    draw("path", { class: "run", d: line }), draw("circle", { cx: now.x, cy: now.y, r: 3 }));
  return make("span", { class: "target-spark" }, svg);
}

/** Facts of a target in one line. @param {PlanTarget} target */
function facts(target) {
  return [
    target.deadline ? say("plan_deadline", { day: day(target.deadline) }) : target.state === "by_hand" || target.state === "lapsed" ? "" : say("plan_continuing"),
    target.baseline && target.baseline !== "start" ? say("plan_baseline", { period: target.baseline.replace(/^[A-Z]/, ""), value: target.baseline_value === null ? say("chart_no_value") : figure(target.baseline_value) }) : target.baseline === "start" ? say("plan_baseline_start") : "",
    target.force === "not_told" ? "" : pick(target, "force"),
    target.indicator && !target.is_share ? pick(target, "good") : "",
    target.measure === "list_ended" ? say(target.neutralised_counts ? "plan_neutralised_counts" : "plan_neutralised_not") : "",
  ].filter(Boolean).join(" · ");
}

/** @param {PlanTarget} target @param {ViewContext} context */
export function targetCard(target, context) {
  const value = figureOf(target, target);
  const share = target.reading?.denominator && !target.parts.length && target.is_share ? written(target.reading.value, true) : "";
  const more = [neededOf(target), paceOf(target), target.broken.length ? say("plan_broken", { count: target.broken.length }) : ""].filter(Boolean);
  const summary = make("summary", {},
    stateMark(target.state, pick(target, "state")),
    make("span", { class: "target-words" }, make("b", {}, pick(target, "text")), make("small", {}, `${pick(target, "asks")} · ${facts(target)}`)),
    spark(target),
    make("span", { class: "target-figure" }, make("b", {}, value || "–"), share ? make("small", {}, share) : null, ...more.map((words) => make("small", {}, words))));
  const card = make("details", { class: `target ${target.state}`, "data-target": target.id }, summary);
  const fill = () => {
    if (card.dataset.filled) return;
    card.dataset.filled = "yes";
    card.append(targetBody(target, context));
  };
  card.addEventListener("toggle", () => card.open && fill());
  return { card, fill };
}

/** @param {PlanTarget} target @param {ViewContext} context */
function targetBody(target, context) {
  const body = make("div", { class: "target-body" }, make("p", {}, pick(target, "reason")));
  if (pick(target, "note")) body.append(make("p", { class: "muted" }, pick(target, "note")));
  if (target.series.length > 1) {
    const host = make("div", { class: "target-chart" });
    body.append(host);
    queueMicrotask(() => drawChart(host, () => ({ title: say("plan_chart_title", { target: pick(target, "text") }), sentence: trendSentence(target), option: trendOption(target), table: trendTable(target), height: 260 })));
  }
  if (target.parts.length) body.append(...(target.measure === "class_share" ? road(target, context) : [partsTable(target)]));
  const source = [pick(target, "source"), target.indicator, target.boundary_title && say("plan_on_set", { set: target.boundary_title }), target.communes ? say("plan_communes", { count: figure(target.communes) }) : ""].filter(Boolean);
  if (source.length) body.append(make("p", { class: "muted" }, source.join(" · ")));
  return body;
}

/** @param {PlanPart | import("./plan_types.js").PlanUnit} unit */
const unitLink = (unit) => make("a", { href: unitAddress({ set: unit.boundary_set, level: unit.level, code: unit.code, lang: document.documentElement.lang === "en" ? "en" : "vi" }) }, unit.name);

/** @param {string[]} heads @param {(Node | string)[][]} rows @param {string} label */
function table(heads, rows, label) {
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
    make("table", { class: "plain-table" },
      make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, ...rows.map((cells) => make("tr", {}, ...cells.map((cell, place) => make(place ? "td" : "th", place ? {} : { scope: "row" }, cell)))))));
}

/** Units that must each do it, by name. @param {PlanTarget} target */
function partsTable(target) {
  const rows = target.parts.map((part) => [
    make("span", {}, unitLink(part), ...(part.heirs.length ? [make("small", {}, say("plan_heirs", { names: part.heirs.map(({ name }) => name).join(", ") }))] : [])),
    stateMark(part.state, pick(part, "state")),
    part.reading ? (target.measure === "class_of_units" ? pick(part, "reason") : figureOf(part, target)) : pick(part, "reason"),
    part.reading ? day(part.reading.last) : "–",
  ]);
  return table([say("plan_head_unit"), say("plan_head_state"), say("plan_head_value"), say("plan_head_when")], rows, say("plan_parts_of", { target: pick(target, "text") }));
}

/** The road of provinces to their numbers: chart and table. @param {PlanTarget} target @param {ViewContext} context */
function road(target, { wish, asOf, onOrder }) {
  const parts = inOrder(target.parts, wish.order, asOf);
  // What is asked of those that have registered nothing of their own, if all of these are asked the same.
  const common = [...new Set(target.parts.filter(({ registered }) => !registered.length).map(({ milestones }) => milestones.at(-1)?.bound ?? null))];
  const last = common.length === 1 ? common[0] : null;
  const choice = make("div", { class: "segments", role: "group", "aria-label": say("plan_order") },
    ...(/** @type {const} */ (["name", "own"])).map((order) => {
      const button = make("button", { type: "button", "aria-pressed": String(order === wish.order) }, say(`plan_order_${order}`));
      button.addEventListener("click", () => onOrder(order));
      return button;
    }));
  const host = make("div", { class: "target-chart" });
  const met = target.parts.filter(({ state }) => state === "met").length;
  queueMicrotask(() => drawChart(host, () => ({
    title: say("plan_road_title"), sentence: say("plan_road_sentence", { met, total: target.parts.length, when: day(asOf) }),
    option: roadOption(parts, { asOf, last }), height: parts.length * 24 + 90,
    table: { heads: [say("plan_head_unit"), say("plan_head_numerator"), say("plan_head_denominator"), "%", say("plan_head_own")], rows: parts.map((one) => [one.name, one.reading?.numerator ?? null, one.reading?.denominator ?? null, one.reading ? Math.floor(one.reading.value * 1000) / 10 : null, (nextMilestone(one, asOf)?.bound ?? 0) * 100]) },
  })));
  const rows = parts.map((part) => {
    const next = nextMilestone(part, asOf);
    return [
      unitLink(part), stateMark(part.state, pick(part, "state")),
      part.reading ? `${figureOf(part, target)} (${written(part.reading.value, true)})` : pick(part, "reason"),
      next ? make("span", {}, percent(next.bound), make("small", {}, day(next.due))) : "–",
      neededOf(part) || "–", paceOf(part) || "–",
      part.registered.length ? part.registered.map(({ year, value, is_share: isShare }) => `${year}: ${value === null ? "–" : isShare ? written(value, true) : figure(value)}`).join(" · ") : say("plan_none_registered"),
    ];
  });
  const heads = ["unit", "state", "now", "own", "needed", "pace", "registered"].map((name) => say(`plan_head_${name}`));
  return [choice, host, table(heads, rows, say("plan_road_title"))];
}

/** A plan in the list, its headline when it is there. @param {PlanHead} plan @param {string} href */
export function planCard(plan, href) {
  const told = make("p", { class: "plan-told" }, say("plan_reading"));
  const card = make("li", { class: "plan-card" },
    make("h2", {}, make("a", { href }, pick(plan, "title"))),
    make("p", { class: "muted" }, planFacts(plan)), told);
  return { card, told };
}

/** @param {PlanHead} plan */
export const planFacts = (plan) => [pick(plan, "issuer"), plan.number, `${day(plan.starts_on)}–${day(plan.ends_on)}`, say("plan_targets", { count: plan.target_count })].filter(Boolean).join(" · ");

/** Where the plan holds, and who holds that land today. @param {PlanAnswer} answer */
export function scopeParts({ plan }) {
  return plan.scope.map(({ unit, today, level, day: named }) => {
    if (!unit) return make("p", {}, level === "country" ? say("plan_scope_country") : say("plan_scope_unknown"));
    const same = today.length === 1 && today[0].boundary_set === unit.boundary_set && today[0].code === unit.code;
    return make("p", {}, say("plan_scope_unit", { day: day(named) }), " ", unitLink(unit), ...(same ? [] : [" → ", ...today.flatMap((one, place) => [place ? ", " : "", unitLink(one)])]));
  });
}
