/**
 * The board of a cycle: how many communes are at each step, and the list of them with the three results side by side.
 * @import { Board, BoardRow, Filter } from "./assessment_types.js"
 * @import { Layer } from "./types.js"
 */

import { STATES, countStates, daysBetween, differs, provinceRows, shownRows } from "./assessment_model.js";
import { classMark, className } from "./class_mark.js";
import { codeCell, csvOf } from "./table.js";
import { day, figure, icon, make, pick, say } from "./text.js";
import { fold } from "./units.js";

const SHOWN_MOST = 200;
const COLUMNS = ["unit", "stand", "computed", "proposed", "decided", "notes"];

/** Who is awaited, in words. @param {Board} board @param {string | null} duty */
export function organOf(board, duty) {
  const found = board.duties.find((one) => one.duty === duty);
  return found ? pick(found, "organ") : "";
}

/** A class as a square with its name behind it, or a dash. @param {string | null} id @param {Layer | undefined} ladder */
export const classCell = (id, ladder) => (id ? classMark(id, { ladder }) : make("span", { class: "muted" }, "–"));

/** The flags of a row in words. @param {string[]} flags */
export const flagTexts = (flags) => flags.map((flag) => say(`assess_flag_${flag}`));

/** The answer: who keeps how many waiting. @param {HTMLElement} root @param {Board} board @param {Filter} filter @param {{ cycle: (id: string) => void, province: (code: string) => void }} hooks */
export function renderHead(root, board, filter, hooks) {
  const rows = provinceRows(board, filter);
  const waiting = rows.filter(({ waits_for }) => waits_for);
  const late = rows.filter(({ days_late }) => days_late > 0).length;
  const mine = rows.filter(({ waits_for }) => waits_for && board.own_duties.includes(waits_for)).length;
  const cycles = make("select", { "data-key": "cycle" }, ...board.cycles.map((one) => make("option", { value: one.id, selected: one.id === board.cycle.id }, pick(one, "label"))));
  cycles.addEventListener("change", () => hooks.cycle(cycles.value));
  const provinces = make("select", { "data-key": "province" }, make("option", { value: "" }, say("assess_all_provinces")),
    ...board.provinces.toSorted((one, other) => one.name.localeCompare(other.name, "vi")).map((one) => make("option", { value: one.code, selected: one.code === filter.province }, one.name)));
  provinces.addEventListener("change", () => hooks.province(provinces.value));
  const bodies = board.duties.flatMap(({ duty }) => {
    const count = waiting.filter(({ waits_for }) => waits_for === duty).length;
    return count ? [make("li", {}, say("assess_waits_count", { organ: organOf(board, duty), count: figure(count) }))] : [];
  });
  root.replaceChildren(
    make("div", { class: "choose" }, make("label", {}, say("assess_cycle"), cycles), board.provinces.length > 1 ? make("label", {}, say("assess_province"), provinces) : ""),
    make("h2", {}, mine ? say("assess_answer_mine", { count: figure(mine) }) : waiting.length ? say("assess_answer", { count: figure(waiting.length), total: figure(rows.length) }) : say("assess_answer_none", { total: figure(rows.length) })),
    bodies.length ? make("ul", { class: "counts" }, ...bodies) : "",
    make("p", { class: "muted" }, board.deadlines_known ? say("assess_late", { count: figure(late), day: day(board.as_of) }) : say("assess_no_deadlines", { day: day(board.as_of) }),
      " · ", say("assess_borders", { day: day(board.last_day) }), board.simulated ? ` · ${say("simulated")}` : ""));
}

/**
 * @param {HTMLElement} root
 * @param {{ board: Board, filter: Filter, ladder: Layer | undefined }} shown
 * @param {{ filter: (patch: Partial<Filter>) => void, open: (row: BoardRow) => void }} hooks
 */
export function renderList(root, { board, filter, ladder }, hooks) {
  const rows = provinceRows(board, filter);
  const counts = countStates(rows);
  const steps = STATES.filter((state) => counts[state] || (state !== "tu_tep" && state !== "huy_bo")).map((state) => {
    const button = make("button", { type: "button", "aria-pressed": String(filter.state === state), "data-key": `state-${state}` }, make("b", {}, figure(counts[state])), make("span", {}, say(`assess_column_${state}`)));
    button.addEventListener("click", () => hooks.filter({ state: filter.state === state ? "" : state }));
    return make("li", {}, button);
  });
  const toggles = /** @type {const} */ (["mine", "differs", "late"]).filter((name) => name !== "mine" || board.own_duties.length).filter((name) => name !== "late" || board.deadlines_known).map((name) => {
    const count = { mine: rows.filter(({ waits_for }) => waits_for && board.own_duties.includes(waits_for)).length, differs: rows.filter(differs).length, late: rows.filter(({ days_late }) => days_late > 0).length }[name];
    const title = say(`assess_only_${name}`);
    const button = make("button", { type: "button", "aria-pressed": String(filter[name]), "data-key": `toggle-${name}` }, `${title} `, make("span", { class: "count" }, figure(count)));
    button.addEventListener("click", () => hooks.filter({ [name]: !filter[name] }));
    return button;
  });
  const search = make("input", { type: "search", class: "text", "data-key": "search", placeholder: say("assess_search"), "aria-label": say("assess_search"), value: filter.text });
  search.addEventListener("input", () => hooks.filter({ text: search.value }));
  const order = make("select", { "data-key": "order", "aria-label": say("assess_order") }, ...["waiting", "name"].map((name) => make("option", { value: name, selected: filter.order === name }, say(`assess_order_${name}`))));
  order.addEventListener("change", () => hooks.filter({ order: order.value === "name" ? "name" : "waiting" }));
  const found = shownRows(board, filter, fold);
  const shown = filter.all ? found : found.slice(0, SHOWN_MOST);
  const more = make("button", { type: "button", class: "link" }, say("assess_show_all", { count: figure(found.length) }));
  more.addEventListener("click", () => hooks.filter({ all: true }));
  root.replaceChildren(
    make("ol", { class: "step-strip", "aria-label": say("assess_steps") }, ...steps),
    make("div", { class: "tools" }, make("div", { class: "segments", role: "group", "aria-label": say("assess_filter") }, ...toggles), search, order, ...tools(board, found, ladder)),
    make("p", { class: "muted", role: "status" }, say("assess_found", { count: figure(found.length) })),
    found.length ? make("table", { class: "units matters" }, make("thead", {}, make("tr", {}, ...COLUMNS.map((name) => make("th", { scope: "col" }, say(`assess_column_${name}`))))), make("tbody", {}, ...shown.map((row) => rowOf(row, board, ladder, hooks.open)))) : make("p", {}, say("assess_nothing")),
    shown.length < found.length ? more : "");
}

/** Where a commune stands, in words. @param {BoardRow} row @param {Board} board */
export function standTexts(row, board) {
  const waits = row.waits_for ? say("assess_waits", { organ: organOf(board, row.waits_for), days: figure(row.since ? Math.max(daysBetween(row.since, board.as_of), 0) : 0), day: day(row.since) }) : "";
  const decided = row.decided_on && !row.waits_for ? [day(row.decided_on), row.document_no].filter(Boolean).join(" · ") : "";
  return { state: say(`assess_column_${row.state}`), more: waits || decided, late: row.days_late ? say("assess_days_late", { days: figure(row.days_late), day: day(row.due_last) }) : "" };
}

/** @param {BoardRow} row @param {Board} board @param {Layer | undefined} ladder @param {(row: BoardRow) => void} open */
function rowOf(row, board, ladder, open) {
  const title = (/** @type {string} */ name) => say(`assess_column_${name}`);
  const button = make("button", { type: "button", class: "link", "data-key": `unit-${row.code}` }, row.name);
  button.addEventListener("click", () => open(row));
  const province = board.provinces.length > 1 ? board.provinces.find(({ code }) => code === row.province)?.name : "";
  const { state, more, late } = standTexts(row, board);
  return make("tr", {}, make("th", { scope: "row" }, button, make("small", {}, [row.code, province].filter(Boolean).join(" · "))),
    make("td", { "data-title": title("stand") }, make("span", {}, state), more ? make("small", {}, more) : null, late ? make("small", { class: "late" }, late) : null),
    ...(/** @type {const} */ (["computed", "proposed", "decided"])).map((name) => make("td", { "data-title": title(name) }, classCell(row[name], ladder))),
    make("td", { "data-title": title("notes") }, ...flagTexts(row.flags).map((text) => make("small", { class: "flag" }, text))));
}

/** @param {Board} board @param {BoardRow[]} found @param {Layer | undefined} ladder */
function tools(board, found, ladder) {
  const names = new Map(board.provinces.map(({ code, name }) => [code, name]));
  const word = (/** @type {string | null} */ id) => (id ? className(id, ladder) : "");
  const rows = () => [
    ["code", "unit", "province", "stand", "waits", "since", "days_late", "computed", "proposed", "classified", "decided", "decided_on", "document", "notes"].map((name) => say(`assess_column_${name}`)),
    ...found.map((row) => [codeCell(row.code), row.name, names.get(row.province) ?? "", say(`assess_column_${row.state}`), organOf(board, row.waits_for), day(row.since), row.days_late ? String(row.days_late) : "", word(row.computed), word(row.proposed), word(row.classified), word(row.decided), day(row.decided_on), row.document_no ?? "", flagTexts(row.flags).join("; ")]),
    [`${pick(board.cycle, "label")} · ${say("assess_borders", { day: day(board.last_day) })} · ${day(board.as_of)}${board.simulated ? ` · ${say("simulated")}` : ""}`],
  ];
  const download = make("button", { type: "button", class: "button" }, icon("download"), make("span", {}, say("assess_download")));
  download.addEventListener("click", () => {
    const link = make("a", { href: URL.createObjectURL(new Blob([csvOf(rows())], { type: "text/csv;charset=utf-8" })), download: `danh-gia-${board.cycle.id}-${board.as_of}.csv` });
    link.click();
    URL.revokeObjectURL(link.href);
  });
  const printer = make("button", { type: "button", class: "button" }, icon("print"), make("span", {}, say("assess_print")));
  printer.addEventListener("click", () => print());
  return [download, printer];
}
