/**
 * The calendar: how many units owe the report of a period, by province, and the list of them.
 * @import { DueState, Line, OwedCycle, OwedRow, ReportCalendar } from "./reports_types.js"
 */

import { STATES, byProvince, countStates, filtered, onTime, organOf } from "./reports_model.js";
import { codeCell, csvOf } from "./table.js";
import { day, figure, icon, make, percent, pick, say } from "./text.js";
import { fold } from "./units.js";

const SHOWN_MOST = 200;
const PROVINCES_MOST = 8;

/** Share on time in words: 89,2% (2.959/3.319); of nothing due a dash. @param {Record<DueState, number>} counts */
export function shareText(counts) {
  const { num, den } = onTime(counts);
  return den ? `${percent(Math.floor((num / den) * 1000) / 1000)}` : "–";
}

/** Whether and when it came, in words. @param {OwedRow} row */
export function stateText(row) {
  if (row.state === "on_time") return say("reports_row_on_time");
  if (row.state === "not_due") return say("reports_row_not_due", { day: day(row.due_last) });
  return say(`reports_row_${row.state}`, { days: figure(row.days_late) });
}

/** How far it has climbed, in words. @param {{ approval: string, approved_at: string | null, waits_for: string | null }} row @param {ReportCalendar["organs"]} organs */
export function approvalText(row, organs) {
  const by = organOf(organs, row.approved_at);
  if (row.approval === "approved") return by ? say("reports_approved_by", { organ: pick(by, "name") }) : say("reports_approved");
  return say(`reports_approval_${row.approval}`);
}

/** Whom it waits for, in words. @param {{ waits_for: string | null }} row @param {ReportCalendar["organs"]} organs */
export function waitsText(row, organs) {
  const organ = organOf(organs, row.waits_for);
  return organ ? say("reports_waits_for", { organ: pick(organ, "name") }) : "";
}

/**
 * The answer first: how many have not given it, and until when they had to.
 * @param {HTMLElement} root
 * @param {{ calendar: ReportCalendar, cycle: OwedCycle, lines: Line[] }} shown
 * @param {{ period: (period: string) => void, asOf: (day: string) => void }} hooks
 */
export function renderHead(root, { calendar, cycle, lines }, hooks) {
  const counts = countStates(lines);
  const due = { due: day(cycle.due_last), units: say(lines.some(({ unit }) => unit.level !== "commune") ? "reports_units" : "reports_communes") };
  const headline = !lines.length ? say("reports_none")
    : counts.missing ? say("reports_missing", { count: figure(counts.missing), ...due })
      : counts.not_due ? say("reports_not_due", { count: figure(counts.not_due), ...due })
        : counts.late ? say("reports_all_late", { count: figure(counts.late), ...due })
          : say("reports_all_here", { count: figure(counts.on_time), ...due });
  const periods = make("select", { id: "period" }, ...calendar.cycles.map((one) =>
    make("option", { value: one.period, selected: one.period === cycle.period }, `${pick(one, "title")} · ${pick(one, "label")}`)));
  periods.addEventListener("change", () => hooks.period(periods.value));
  const asOf = make("input", { type: "date", id: "as-of", class: "text", value: calendar.as_of, required: true });
  asOf.addEventListener("change", () => asOf.value && hooks.asOf(asOf.value));
  const { num, den } = onTime(counts);
  const share = den ? say("reports_share", { share: shareText(counts), num: figure(num), den: figure(den) }) : "";
  root.replaceChildren(
    make("div", { class: "choose" }, make("label", {}, make("span", {}, say("reports_report")), periods), make("label", {}, make("span", {}, say("reports_as_of")), asOf)),
    make("h2", { tabindex: "-1" }, headline),
    make("p", { class: "counts" }, ...STATES.filter((state) => counts[state]).map((state) => make("span", {}, make("b", {}, figure(counts[state])), ` ${say(`reports_state_${state}`)}`))),
    lines.length ? "" : make("p", {}, say("reports_none_next")),
    make("p", { class: "muted" }, [pick(cycle, "title"), share, say("reports_window", { first: day(cycle.window_first), last: day(cycle.window_last) }), say("reports_until", { day: day(calendar.as_of) })].filter(Boolean).join(" · ")),
    make("p", { class: "muted" }, say("reports_source", { source: pick(cycle, "source") })));
}

/**
 * By province, for those who see several.
 * @param {HTMLElement} root
 * @param {Line[]} lines
 * @param {{ chosen: string, all: boolean }} now
 * @param {{ choose: (code: string) => void, all: () => void }} hooks
 */
export function renderProvinces(root, lines, now, hooks) {
  const groups = byProvince(lines);
  root.hidden = groups.length < 2;
  if (root.hidden) return root.replaceChildren();
  const chosenFirst = groups.filter(({ code }, place) => now.all || place < PROVINCES_MOST || code === now.chosen);
  const rows = chosenFirst.map(({ code, name, counts }) => {
    const button = make("button", { type: "button", class: "link", "aria-pressed": String(code === now.chosen), "data-key": `province-${code}` }, name);
    button.addEventListener("click", () => hooks.choose(code === now.chosen ? "" : code));
    return make("tr", { class: code === now.chosen ? "chosen" : null }, make("th", { scope: "row" }, button),
      ...["missing", "late", "on_time"].map((state) => make("td", { class: "number" }, figure(counts[/** @type {DueState} */ (state)]))),
      make("td", { class: "number" }, shareText(counts)));
  });
  const more = make("button", { type: "button", class: "link" }, say("reports_provinces_all", { count: figure(groups.length) }));
  more.addEventListener("click", hooks.all);
  const titles = ["missing", "late", "on_time"].map((state) => make("th", { scope: "col", class: "number" }, say(`reports_column_${state}`)));
  root.replaceChildren(make("h3", {}, say("reports_by_province")),
    make("table", { class: "plain-table" }, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, say("reports_column_province")), ...titles, make("th", { scope: "col", class: "number" }, say("reports_column_share")))), make("tbody", {}, ...rows)),
    chosenFirst.length < groups.length ? more : "");
}

/**
 * @typedef {{ state: string, province: string, text: string, all: boolean }} ListFilter
 * @param {HTMLElement} root
 * @param {{ calendar: ReportCalendar, cycle: OwedCycle, lines: Line[], filter: ListFilter }} shown
 * @param {{ filter: (patch: Partial<ListFilter>) => void, open: (line: Line) => void, tell: (words: string) => void }} hooks
 */
export function renderList(root, { calendar, cycle, lines, filter }, hooks) {
  if (!lines.length) return root.replaceChildren();
  const provinceLines = filter.province ? lines.filter(({ unit }) => unit.province === filter.province) : lines;
  const counts = { ...countStates(provinceLines), waiting: provinceLines.filter(({ row }) => row.waits_for).length, "": provinceLines.length };
  const chips = ["", ...STATES, "waiting"].filter((state) => !state || state === filter.state || counts[/** @type {DueState} */ (state)]).map((state) => {
    const chip = make("button", { type: "button", "aria-pressed": String(state === filter.state), "data-key": `state-${state}` }, `${say(`reports_filter_${state || "all"}`)} `, make("span", { class: "count" }, figure(counts[/** @type {DueState} */ (state)])));
    chip.addEventListener("click", () => hooks.filter({ state }));
    return chip;
  });
  const search = make("input", { type: "search", class: "text", "data-key": "search", placeholder: say("reports_search"), "aria-label": say("reports_search"), value: filter.text });
  search.addEventListener("input", () => hooks.filter({ text: search.value }));
  const found = filtered(lines, filter, fold);
  const shown = filter.all ? found : found.slice(0, SHOWN_MOST);
  const several = new Set(lines.map(({ unit }) => unit.province)).size > 1;
  const columns = ["unit", ...(several ? ["province"] : []), "state", "submitted", "approval"];
  const more = make("button", { type: "button", class: "link" }, say("reports_show_all", { count: figure(found.length) }));
  more.addEventListener("click", () => hooks.filter({ all: true }));
  root.replaceChildren(
    make("div", { class: "tools" }, make("div", { class: "segments", role: "group", "aria-label": say("reports_filter") }, ...chips), search, ...tools(calendar, cycle, found, hooks.tell)),
    make("p", { class: "muted", role: "status" }, say("reports_found", { count: figure(found.length) })),
    found.length ? make("table", { class: "units" }, make("thead", {}, make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, say(`reports_column_${name}`))))), make("tbody", {}, ...shown.map((line) => rowOf(line, calendar, several, hooks.open)))) : "",
    shown.length < found.length ? more : "");
}

/** @param {Line} line @param {ReportCalendar} calendar @param {boolean} several @param {(line: Line) => void} open */
function rowOf(line, calendar, several, open) {
  const { unit, row, province } = line;
  const title = (/** @type {string} */ name) => say(`reports_column_${name}`);
  const button = make("button", { type: "button", class: "link", "data-key": `unit-${unit.code}` }, unit.name);
  button.addEventListener("click", () => open(line));
  const waits = waitsText(row, calendar.organs);
  return make("tr", {}, make("th", { scope: "row" }, button, make("small", {}, unit.code)),
    several ? make("td", { "data-title": title("province") }, province) : null,
    make("td", { "data-title": title("state") }, make("span", { class: `mark ${row.state}` }, stateText(row))),
    make("td", { "data-title": title("submitted") }, row.submitted_on ? day(row.submitted_on) : "–", row.revision && row.revision > 1 ? make("small", {}, say("reports_revision", { number: row.revision })) : null),
    make("td", { "data-title": title("approval") }, approvalText(row, calendar.organs), waits ? make("small", {}, waits) : null));
}

/** @param {ReportCalendar} calendar @param {OwedCycle} cycle @param {Line[]} lines @param {(words: string) => void} tell */
function tools(calendar, cycle, lines, tell) {
  const rows = () => [
    [say("reports_column_code"), ...["unit", "province", "state", "submitted", "days_late", "approval", "waits"].map((name) => say(`reports_column_${name}`))],
    ...lines.map(({ unit, row, province }) => [codeCell(unit.code), unit.name, province, stateText(row), day(row.submitted_on), row.days_late ? String(row.days_late) : "", approvalText(row, calendar.organs), waitsText(row, calendar.organs)]),
    [`${pick(cycle, "title")} · ${pick(cycle, "label")} · ${say("reports_until", { day: day(calendar.as_of) })}${calendar.simulated ? ` · ${say("simulated")}` : ""}`],
  ];
  const act = (/** @type {string} */ name, /** @type {() => void} */ run) => {
    const button = make("button", { type: "button", class: "button", "aria-label": say(`reports_${name}`) }, name === "print" ? null : icon(name), make("span", {}, say(`reports_${name}`)));
    button.addEventListener("click", run);
    return button;
  };
  return [
    act("copy", async () => {
      await navigator.clipboard.writeText(rows().map((row) => row.join("\t")).join("\n")).then(() => tell(say("reports_copied", { count: figure(lines.length) })), () => tell(say("reports_not_copied")));
    }),
    act("download", () => {
      const link = make("a", { href: URL.createObjectURL(new Blob([csvOf(rows())], { type: "text/csv" })), download: `bao-cao-${cycle.period}-${calendar.as_of}.csv` });
      link.click();
      URL.revokeObjectURL(link.href);
    }),
    act("print", () => print()),
  ];
}
