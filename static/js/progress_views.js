/**
 * The parts of the page of progress in words and tables: choices, the answer, moves, groups, evidence.
 * @import { Progress } from "./progress_types.js"
 * @import { BoundarySet, Periods, Units } from "./types.js"
 * @import { Wish } from "./progress_model.js"
 */

import { CLASS_STYLES } from "./chart_dress.js";
import { swatch } from "./legend.js";
import { chosen } from "./progress_model.js";
import { day, figure, make, percent, pick, say } from "./text.js";
import { unitAddress } from "./unit_address.js";
import { fullName } from "./units.js";

/** @type {Record<string, string>} */
const LETTERS = { loai_1: "I", loai_2: "II", loai_3: "III", khong_trong_diem: "–", khong_ma_tuy: "✓" };
const SHOWS = ["moved", "up", "jump", "down", "first", "none", "all"];
const FIRST_ROWS = 60;
const MORE_ROWS = 300;

/** @param {string} text */
export const capital = (text) => text.charAt(0).toLocaleUpperCase() + text.slice(1);

/** A state as people know it: colour, letter, name. @param {Progress} told @param {number} state @param {boolean} [bare] */
export function stateMark(told, state, bare = false) {
  const { id } = told.states[state];
  const style = CLASS_STYLES[/** @type {keyof typeof CLASS_STYLES} */ (id)];
  const pattern = id === "chua_danh_gia" ? "dots" : id === "not_in_force" ? "hatch" : "";
  const label = capital(pick(told.states[state], "label"));
  return make("span", { class: "class-mark", title: bare ? label : null }, swatch(style?.color ?? "#eceae4", pattern, LETTERS[id] ?? ""), make("span", { class: bare ? "sr" : null }, label));
}

/**
 * The choices: two periods, borders, area.
 * @param {HTMLElement} root
 * @param {{ wish: Wish, periods: Periods, sets: BoundarySet[], units: Units | null, shown: string, told: Progress | null, onWish: (patch: Partial<Wish>) => void }} more `shown`: the set that is shown
 */
export function renderChoices(root, { wish, periods, sets, units, shown, told, onWish }) {
  const focus = document.activeElement instanceof HTMLSelectElement && root.contains(document.activeElement) ? document.activeElement.name : "";
  const select = (/** @type {"from" | "to" | "on" | "area"} */ name, /** @type {Node[]} */ options, /** @type {string} */ value) => {
    const box = make("select", { name }, ...options);
    box.value = value;
    box.addEventListener("change", () => onWish({ [name]: box.value, ...(name === "on" ? { area: "" } : {}) }));
    return make("label", {}, say(`progress_choose_${name}`), box);
  };
  const option = (/** @type {string} */ value, /** @type {string} */ text) => make("option", { value }, text);
  const ends = (/** @type {string} */ value) => {
    const own = periods.periods.some(({ id }) => id === value) || !value ? [] : [option(value, /^\d/.test(value) ? day(value) : value)];
    return [...own, ...periods.kinds.map((kind) => make("optgroup", { label: pick(kind, "label") },
      ...periods.periods.filter((one) => one.kind === kind.id).sort((a, b) => b.last_day.localeCompare(a.last_day)).map((one) => option(one.id, pick(one, "label"))))).filter((group) => group.children.length)];
  };
  const provinces = units?.levels.province;
  const other = wish.area && !/^(province|plan):/.test(wish.area) ? [option(wish.area, told?.area ? pick(told.area, "name") : wish.area)] : [];
  const plans = told?.plans ?? [];
  root.replaceChildren(
    select("from", ends(wish.from), wish.from),
    select("to", ends(wish.to), wish.to),
    select("on", sets.map((one) => option(one.id, one.title)), shown),
    select("area", [option("", say("progress_everything")), ...other, 
      make("optgroup", { label: say("progress_level_province") }, ...(provinces?.code.map((code, at) => option(`province:${code}`, fullName(provinces.name[at], provinces.kind[at]))) ?? [])),
      make("optgroup", { label: say("progress_plans") }, ...plans.map((one) => option(`plan:${one.id}`, pick(one, "label"))))], wish.area),
  );
  if (focus) /** @type {HTMLElement | null} */ (root.querySelector(`[name=${focus}]`))?.focus();
}

/** The answer: one sentence, then what stands behind it. @param {Progress} told */
export function answerParts(told) {
  const { totals } = told;
  const count = (/** @type {keyof typeof totals} */ name) => figure(totals[name]);
  const share = (/** @type {number} */ part) => (totals.subject ? percent(Math.floor((part * 1000) / totals.subject) / 1000) : say("no_data"));
  return [
    make("h2", { id: "answer-title" }, say("progress_answer", { up: count("up"), down: count("down"), first: count("first") })),
    make("p", {}, say("progress_answer_rest", { same: count("same"), none: figure(totals.none + totals.lost), jumps: count("jumps"), relapses: count("relapses"), up: count("steps_up"), down: count("steps_down") })),
    make("p", {}, say("progress_answer_free", { before: count("drug_free_before"), after: count("drug_free_after"), subject: count("subject"), share: share(totals.drug_free_after) })),
    totals.not_yet || totals.ended ? make("p", { class: "notice-line" }, say("progress_answer_borders", { set: told.boundary_set.title, not_yet: count("not_yet"), ended: count("ended") })) : null,
    told.to.cut ? make("p", {}, say("progress_answer_cut", { day: day(told.to.day) })) : null,
    told.area && !told.area.whole ? make("p", {}, say("progress_answer_part", { name: pick(told.area, "name") })) : null,
    make("p", { class: "muted" }, say("progress_source", { set: told.boundary_set.title, until: day(told.data_until) })),
  ];
}

/**
 * The table of moves with its filter.
 * @param {Progress} told
 * @param {{ wish: Wish, onWish: (patch: Partial<Wish>) => void }} more
 */
export function movesParts(told, { wish, onWish }) {
  const filter = make("div", { class: "segments", role: "group", "aria-label": say("progress_moves_filter") }, ...SHOWS.map((show) => {
    const name = say(`progress_show_${show}`);
    const button = make("button", { type: "button", "aria-pressed": String(show === wish.show) }, `${name} (${figure(chosen(told, show).length)})`);
    button.addEventListener("click", () => onWish({ show }));
    return button;
  }));
  const rows = chosen(told, wish.show);
  const parts = [make("h2", { id: "moves-title" }, say("progress_moves_title")), make("p", { class: "muted" }, say("progress_moves_about")), filter];
  if (!rows.length) return [...parts, make("p", {}, say("progress_moves_empty"))];
  const { units, boundary_set: set } = told;
  const head = ["commune", "before", "after", "steps", "decided_on", "document"];
  const body = make("tbody");
  const fill = (/** @type {number} */ most) => body.replaceChildren(...rows.slice(0, most).map((at) => make("tr", {},
    make("th", { scope: "row" }, make("a", { href: unitAddress({ set: set.id, level: "commune", code: units.code[at], lang: wish.lang }) }, units.name[at]), make("small", {}, units.holder[at])),
    make("td", {}, stateMark(told, units.before[at])),
    make("td", {}, stateMark(told, units.after[at])),
    make("td", { class: "number" }, stepsText(told, at)),
    make("td", {}, day(units.decided_on[at])),
    make("td", {}, units.document_no[at] ?? ""))));
  let most = FIRST_ROWS;
  fill(most);
  const more = make("button", { type: "button", class: "button" }, "");
  const label = () => {
    more.hidden = most >= rows.length;
    more.textContent = say("progress_more", { shown: figure(Math.min(most, rows.length)), all: figure(rows.length) });
  };
  more.addEventListener("click", () => {
    most += MORE_ROWS;
    fill(most);
    label();
  });
  label();
  return [...parts, scroll(say("progress_moves_title"), head.map((name) => say(`progress_column_${name}`)), body, [3]), more];
}

/** Steps of a commune: of the move, and what was made on the way when that is more. @param {Progress} told @param {number} at */
function stepsText(told, at) {
  const { up, down, steps } = told.units;
  const net = steps[at] ?? 0;
  const jump = told.kinds[told.units.kind[at]].id === "up" && net > 1 ? ` ${say("progress_jump_mark")}` : "";
  const text = net > 0 ? `+${figure(net)}` : net < 0 ? `−${figure(-net)}` : told.kinds[told.units.kind[at]].id === "same" ? "0" : "–";
  const way = [up[at] ? `+${figure(up[at])}` : "", down[at] ? `−${figure(down[at])}` : ""].filter(Boolean).join(" ");
  return up[at] + down[at] > Math.abs(net) ? `${text} (${way})` : text + jump;
}

/** Sums by province and district, in the order of their codes. @param {Progress} told @param {(area: string) => void} onArea */
export function groupParts(told, onArea) {
  const level = told.area && told.groups.some((one) => one.level === "district") ? "district" : "province";
  const groups = told.groups.filter((one) => one.level === level);
  if (groups.length < 2) return [];
  const columns = /** @type {const} */ (["communes", "up", "down", "first", "none", "steps_up", "steps_down"]);
  const body = make("tbody", {}, ...groups.map((one) => {
    const link = make("button", { type: "button", class: "link" }, one.name);
    link.addEventListener("click", () => onArea(`${one.level}:${one.code}`));
    return make("tr", {}, make("th", { scope: "row" }, link),
      ...columns.map((name) => make("td", { class: "number" }, figure(name === "none" ? one.none + one.lost : one[name]))),
      make("td", { class: "number" }, `${figure(one.drug_free_before)} → ${figure(one.drug_free_after)}`));
  }));
  return [
    make("h2", { id: "groups-title" }, say(`progress_groups_title_${level}`)),
    make("p", { class: "muted" }, say("progress_groups_about")),
    scroll(say(`progress_groups_title_${level}`), [say(`progress_level_${level}`), ...columns.map((name) => say(`progress_column_${name}`)), say("progress_column_drug_free")], body, [1, 2, 3, 4, 5, 6, 7, 8]),
  ];
}

/** Every decision on the way, by commune and day. @param {Progress} told */
export function evidenceParts(told) {
  const title = make("h2", { id: "evidence-title" }, say("progress_evidence_title"));
  if (!told.evidence) return [title, make("p", { class: "muted" }, say("progress_evidence_choose"))];
  if (!told.evidence.length) return [title, make("p", {}, say("progress_evidence_none"))];
  const body = make("tbody", {}, ...told.evidence.map((one) => make("tr", {},
    make("th", { scope: "row" }, told.units.name[one.unit]),
    make("td", {}, day(one.day)),
    make("td", {}, stateMark(told, one.before)),
    make("td", {}, stateMark(told, one.after)),
    make("td", {}, one.document_no ?? say("progress_no_document")))));
  return [
    title,
    make("p", { class: "muted" }, say("progress_evidence_about", { count: figure(told.evidence.length) })),
    scroll(say("progress_evidence_title"), ["commune", "decided_on", "before", "after", "document"].map((name) => say(`progress_column_${name}`)), body, []),
  ];
}

/** @param {string} title @param {string[]} heads @param {HTMLElement} body @param {number[]} numbers columns of figures */
export const scroll = (title, heads, body, numbers) => make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
  make("table", { class: "plain-table" }, make("thead", {}, make("tr", {}, ...heads.map((head, at) => make("th", { scope: "col", class: numbers.includes(at) ? "number" : null }, head)))), body));
