/**
 * The two views of the board: communes with one item counted, and one commune with all its sub-communes.
 * @import { Answer, Board, ItemCounts, Overview, SubcommuneRow } from "./board_types.js"
 */

import { mapKey, pointMap } from "./board_map.js";
import { countsOf, shownCommunes, shownRows, standOf, sumOf } from "./board_model.js";
import { codeCell, csvOf } from "./table.js";
import { day, figure, icon, make, pick, say, spoken } from "./text.js";
import { unitAddress } from "./unit_address.js";
import { fold } from "./units.js";

const SIGNS = { done: "✓", not: "✕", untold: "·" };
const SHOWN_MOST = 200;

/** @param {{ as_of: string, simulated: boolean }} told */
const stamp = ({ as_of, simulated }) => `${say("board_as_of", { day: day(as_of) })}${simulated ? ` · ${say("simulated")}` : ""}`;

/** One button per item with how many have done it. @param {ItemCounts[]} items @param {string} chosen @param {(id: string) => void} choose */
function itemChoice(items, chosen, choose) {
  return make("div", { class: "item-choice", role: "group", "aria-label": say("board_items") }, ...items.map((item) => {
    const button = make("button", { type: "button", "aria-pressed": String(item.id === chosen), "data-key": `item-${item.id}` },
      make("b", {}, `${figure(item.done)}/${figure(item.done + item.not_done + item.untold)}`), make("span", {}, pick(item, "title")));
    button.addEventListener("click", () => choose(item.id));
    return button;
  }));
}

/** @param {string} name @param {() => string[][]} rows */
function tools(name, rows) {
  const download = make("button", { type: "button", class: "button" }, icon("download"), make("span", {}, say("board_download")));
  download.addEventListener("click", () => {
    const link = make("a", { href: URL.createObjectURL(new Blob([csvOf(rows())], { type: "text/csv;charset=utf-8" })), download: `${name}.csv` });
    link.click();
    URL.revokeObjectURL(link.href);
  });
  const printer = make("button", { type: "button", class: "button" }, icon("print"), make("span", {}, say("board_print")));
  printer.addEventListener("click", () => print());
  return [download, printer];
}

/**
 * @param {{ head: HTMLElement, content: HTMLElement }} roots
 * @param {Overview} overview
 * @param {{ item: string, province: string, text: string, all: boolean }} wish
 * @param {{ change: (patch: Record<string, string | boolean>) => void, open: (code: string) => void }} hooks
 */
export function renderOverview({ head, content }, overview, wish, hooks) {
  const item = overview.items.find(({ id }) => id === wish.item) ?? overview.items[0];
  const inProvince = overview.communes.filter(({ province }) => !wish.province || province === wish.province);
  const found = shownCommunes(overview, wish, fold);
  const sum = sumOf(inProvince, item.id);
  const items = overview.items.map((one) => {
    const all = sumOf(inProvince, one.id);
    return { ...one, done: all.done, not_done: all.not, untold: all.untold };
  });
  const provinces = make("select", { "data-key": "province" }, make("option", { value: "" }, say("board_all_provinces")),
    ...overview.provinces.toSorted((one, other) => one.name.localeCompare(other.name, "vi")).map((one) => make("option", { value: one.code, selected: one.code === wish.province }, one.name)));
  provinces.addEventListener("change", () => hooks.change({ province: provinces.value }));
  head.replaceChildren(
    overview.provinces.length > 1 ? make("div", { class: "choose" }, make("label", {}, say("board_province"), provinces)) : "",
    make("h2", {}, overview.communes.length ? say("board_overview", { done: figure(sum.done), total: figure(sum.total), title: pick(item, "title") }) : say("board_none")),
    make("p", { class: "muted" }, say("board_overview_note", { count: figure(inProvince.length) }), " · ", stamp(overview)));
  if (!overview.communes.length) return content.replaceChildren();
  const search = make("input", { type: "search", class: "text", "data-key": "search", placeholder: say("board_search"), "aria-label": say("board_search"), value: wish.text });
  search.addEventListener("input", () => hooks.change({ text: search.value }));
  const names = new Map(overview.provinces.map(({ code, name }) => [code, name]));
  const columns = ["commune", "total", "done", "not", "untold"];
  const rows = () => [
    [say("board_column_code"), say("board_column_commune"), say("board_column_province"), say("board_column_total"), ...overview.items.flatMap((one) => ["done", "not", "untold"].map((name) => `${pick(one, "title")}: ${say(`board_stand_${name}`)}`))],
    ...found.map((one) => [codeCell(one.code), one.name, names.get(one.province) ?? "", String(one.total), ...overview.items.flatMap(({ id }) => Object.values(countsOf(one, id)).map(String))]),
    [stamp(overview)],
  ];
  const shown = wish.all ? found : found.slice(0, SHOWN_MOST);
  const more = make("button", { type: "button", class: "link" }, say("board_show_all", { count: figure(found.length) }));
  more.addEventListener("click", () => hooks.change({ all: true }));
  content.replaceChildren(itemChoice(items, item.id, (id) => hooks.change({ item: id })),
    make("div", { class: "tools" }, search, ...tools(`thon-to-dan-pho-${overview.as_of}`, rows)),
    make("p", { class: "muted", role: "status" }, say("board_found", { count: figure(found.length) })),
    make("table", { class: "plain-table" }, make("thead", {}, make("tr", {}, ...columns.map((name) => make("th", { scope: "col", class: name === "commune" ? null : "number" }, name === "commune" || name === "total" ? say(`board_column_${name}`) : say(`board_stand_${name}`))))),
      make("tbody", {}, ...shown.map((one) => {
        const button = make("button", { type: "button", class: "link", "data-key": `commune-${one.code}` }, one.name);
        button.addEventListener("click", () => hooks.open(one.code));
        const counts = countsOf(one, item.id);
        return make("tr", {}, make("th", { scope: "row" }, button, make("small", {}, [one.code, overview.provinces.length > 1 ? names.get(one.province) : ""].filter(Boolean).join(" · "))),
          ...[one.total, counts.done, counts.not, counts.untold].map((count) => make("td", { class: "number" }, figure(count))));
      }))),
    shown.length < found.length ? more : "");
}

/** @param {Answer | undefined} told @param {"done" | "not" | "untold"} stand */
function answerCell(told, stand) {
  const style = { done: "yes", not: "no", untold: "untold" }[stand];
  return make("span", { class: `answer ${style}` }, make("i", { "aria-hidden": "true" }, SIGNS[stand]), make("span", { class: told ? null : "sr" }, told ? day(told.on) : say("board_stand_untold")), told ? make("span", { class: "sr" }, say(`item_${told.value}`)) : null);
}

/**
 * @param {{ head: HTMLElement, content: HTMLElement }} roots
 * @param {Board} board
 * @param {{ item: string, notYet: boolean }} wish
 * @param {{ change: (patch: Record<string, string | boolean>) => void, back: () => void }} hooks
 */
export function renderCommune({ head, content }, board, wish, hooks) {
  const item = board.items.find(({ id }) => id === wish.item) ?? board.items[0];
  const back = make("button", { type: "button", class: "link", "data-key": "back" }, say("board_to_overview"));
  back.addEventListener("click", hooks.back);
  const page = make("a", { href: unitAddress({ set: board.boundary_set, level: "commune", code: board.code, lang: spoken() }) }, say("board_unit_page"));
  head.replaceChildren(make("p", {}, back, " · ", page),
    make("h2", {}, board.rows.length ? say("board_commune", { name: board.name, done: figure(item.done), total: figure(board.rows.length), title: pick(item, "title") }) : say(board.in_scope ? "board_commune_none" : "board_out_of_area", { name: board.name })),
    make("p", { class: "muted" }, [board.province, stamp(board), say("board_inside")].filter(Boolean).join(" · ")));
  if (!board.rows.length) return content.replaceChildren();
  const toggle = make("button", { type: "button", "aria-pressed": String(wish.notYet), "data-key": "not-yet" }, `${say("board_not_yet")} `, make("span", { class: "count" }, figure(item.not_done + item.untold)));
  toggle.addEventListener("click", () => hooks.change({ notYet: !wish.notYet }));
  const shown = shownRows(board.rows, item.id, wish.notYet);
  const rows = () => [
    [say("board_column_code"), say("board_column_subcommune"), say("board_column_kind"), ...board.items.flatMap((one) => [pick(one, "title"), say("board_column_day", { title: pick(one, "title") })])],
    ...shown.map((row) => [codeCell(row.code), row.name, pick(row, "kind"), ...board.items.flatMap(({ id }) => [row.items[id] ? say(`item_${row.items[id].value}`) : say("board_stand_untold"), row.items[id] ? day(row.items[id].on) : ""])]),
    [`${board.name} · ${stamp(board)}`],
  ];
  content.replaceChildren(itemChoice(board.items, item.id, (id) => hooks.change({ item: id })),
    make("div", { class: "where" }, pointMap(board, item.id, pick(item, "title")), make("div", {}, make("h3", {}, pick(item, "title")), mapKey(), make("p", { class: "muted small" }, placeNote(board.rows)))),
    make("div", { class: "tools" }, make("div", { class: "segments", role: "group", "aria-label": say("board_filter") }, toggle), ...tools(`thon-to-dan-pho-${board.code}-${board.as_of}`, rows)),
    make("p", { class: "muted", role: "status" }, say("board_found_rows", { count: figure(shown.length) })),
    make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say("board_title") }, make("table", { class: "plain-table sub-table" },
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, say("board_column_subcommune")), ...board.items.map((one) => make("th", { scope: "col", class: one.id === item.id ? "chosen" : null }, pick(one, "title"))))),
      make("tbody", {}, ...shown.map((row) => make("tr", {}, make("th", { scope: "row" }, row.name, make("small", {}, row.code)),
        ...board.items.map(({ id }) => make("td", { class: id === item.id ? "chosen" : null }, answerCell(row.items[id], standOf(row, id))))))),
      make("tfoot", {}, make("tr", {}, make("th", { scope: "row" }, say("board_sum")), ...board.items.map((one) => make("td", {}, `${figure(one.done)}/${figure(board.rows.length)}`)))))));
}

/** How many have no position. @param {SubcommuneRow[]} rows */
function placeNote(rows) {
  const missing = rows.filter(({ place }) => !place).length;
  return missing ? say("board_unplaced", { count: figure(missing) }) : "";
}
