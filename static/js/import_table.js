/**
 * The rows of a file with what was found beside them. A row chosen here is shown on the map, and the other way
 * round.
 * @import { ImportField, ImportFinding, ImportKind, ImportReport, ImportRow } from "./import_types.js"
 */

import { byRow, fieldsToShow, filtered, isAbout, rowsNotShown, sentenceOf } from "./import_findings.js";
import { figure, icon, make, pick, say, spoken } from "./text.js";

/** Beside row, findings and unit; more are one press away. */
const FIELDS_AT_FIRST = 3;
/** Rows drawn at once; on a phone each is a card. */
const ROWS_AT_ONCE = { wide: 100, narrow: 12 };
const narrow = matchMedia("(max-width: 719px)");
const MARKS = { good: "check", refused: "close", known: "same" };
/** @typedef {"all" | "refused" | "good"} Filter */
const FILTERS = /** @type {Filter[]} */ (["all", "refused", "good"]);

export class RowTable {
  /** @param {{ onPick: (row: ImportRow) => void }} hooks */
  constructor(hooks) {
    this.hooks = hooks;
    this.root = make("section", { class: "rows" });
    /** @type {Filter} */
    this.filter = "all";
    this.wide = false;
    this.drawn = 0;
    /** @type {number | null} */
    this.picked = null;
    /** @type {{ report: ImportReport, kind: ImportKind } | null} */
    this.content = null;
    this.root.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** A new report: what is refused comes first. @param {ImportReport} report @param {ImportKind} kind */
  render(report, kind) {
    if (this.content?.report !== report) {
      const there = report.rows.some(({ state }) => state === "refused");
      this.filter = there ? "refused" : "all";
      this.drawn = 0;
      this.picked = null;
    }
    this.content = { report, kind };
    this.#draw();
  }

  #draw() {
    if (!this.content) return;
    const { report, kind } = this.content;
    this.root.hidden = !report.rows.length;
    if (!report.rows.length) return;
    const { rows, refused } = report.counts;
    const counts = { all: rows, refused, good: rows - refused };
    const tabs = make("div", { class: "segments", role: "group", "aria-label": say("import_filter") }, ...FILTERS.map((name) => {
      const button = make("button", { type: "button", "aria-pressed": String(name === this.filter), disabled: !counts[name], "data-key": `filter-${name}` }, say(`import_filter_${name}`, { count: figure(counts[name]) }));
      button.addEventListener("click", () => {
        this.filter = name;
        this.drawn = 0;
        this.#redraw();
      });
      return button;
    }));
    const fields = fieldsToShow(report, kind);
    const hidden = fields.length - FIELDS_AT_FIRST;
    const shown = this.wide ? fields : fields.slice(0, FIELDS_AT_FIRST);
    const more = hidden > 0 ? make("button", { type: "button", class: "link", "data-key": "more-columns" }, this.wide ? say("import_fewer_columns") : say("import_more_columns", { count: figure(hidden) })) : null;
    more?.addEventListener("click", () => {
      this.wide = !this.wide;
      this.#redraw();
    });
    this.root.replaceChildren(make("header", {}, make("h3", {}, say("import_rows_title")), tabs, more), make("p", { class: "muted about" }, say("import_rows_about")), this.#table(report, kind, shown), ...this.#notes(report));
    if (this.picked !== null) this.#mark(this.picked);
  }

  /** Draw anew and give the focus back to what was pressed. */
  #redraw() {
    const key = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : "";
    this.#draw();
    if (key) /** @type {HTMLElement | null} */ (this.root.querySelector(`[data-key="${key}"]`))?.focus();
  }

  /** @param {ImportReport} report @param {ImportKind} kind @param {ImportField[]} fields */
  #table(report, kind, fields) {
    const findings = byRow(report.findings.filter(({ severity }) => severity !== "info"));
    const all = filtered(report.rows, this.filter).toSorted((one, other) => one.row - other.row);
    const step = narrow.matches ? ROWS_AT_ONCE.narrow : ROWS_AT_ONCE.wide;
    const wanted = this.picked === null ? -1 : all.findIndex(({ row }) => row === this.picked);
    this.drawn = Math.max(this.drawn, step, Math.ceil((wanted + 1) / step) * step);
    const rows = all.slice(0, this.drawn);
    const left = all.length - rows.length;
    const on = left > 0 ? make("button", { type: "button", class: "button on", "data-key": "more-rows" }, say("import_show_more", { count: figure(Math.min(left, step)) })) : null;
    on?.addEventListener("click", () => {
      this.drawn += step;
      this.#redraw();
    });
    // Rows that were refused have no unit yet: what the file calls it tells them apart.
    const withUnit = all.some(({ unit, cells }) => unit || cells.unit || cells.unit_code);
    const head = [say("import_column_row"), say("import_column_findings"), ...(withUnit ? [say("import_column_unit")] : []), ...fields.map((field) => pick(field, "title"))];
    const line = (/** @type {ImportRow} */ row, /** @type {number} */ at) => {
      const mine = findings.get(row.row) ?? [];
      const button = make("button", { type: "button", class: `link mark ${row.state}`, tabindex: at ? "-1" : "0", "aria-label": `${say("import_row", { row: figure(row.row) })}, ${say(`import_state_${row.state}`)}` }, icon(MARKS[row.state]), figure(row.row));
      const element = make("tr", { class: row.state, "data-row": row.row }, make("th", { scope: "row" }, button), make("td", { class: "found" }, ...this.#found(row, mine, kind)),
        withUnit ? make("td", { class: "unit", "data-title": head[2] }, row.unit?.name ?? (row.cells.unit || !row.cells.unit_code ? make("span", { class: "muted" }, row.cells.unit ?? "–") : null), make("small", {}, row.unit?.code ?? row.cells.unit_code ?? "")) : null,
        ...fields.map((field) => cell(row, field, mine, report)));
      element.addEventListener("click", () => {
        if (String(getSelection())) return;
        this.#mark(row.row);
        this.hooks.onPick(row);
      });
      return element;
    };
    return make("div", { class: "table-scroll" }, make("table", { class: findings.size ? "told" : null }, make("caption", { class: "sr" }, say("import_rows_title")),
      make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, text)))), make("tbody", {}, ...rows.map(line))), on);
  }

  /** @param {ImportRow} row @param {ImportFinding[]} findings @param {ImportKind} kind @returns {Node[]} */
  #found(row, findings, kind) {
    if (findings.length) return findings.map((finding) => make("p", { class: finding.severity }, sentenceOf(finding, kind)));
    return [make("p", { class: "muted" }, say(`import_state_${row.state}`))];
  }

  /** What the table does not hold, said. @param {ImportReport} report @returns {Node[]} */
  #notes(report) {
    return /** @type {const} */ (["refused", "good"]).flatMap((state) => {
      const count = rowsNotShown(report, state);
      return count && this.filter !== (state === "good" ? "refused" : "good") ? [make("p", { class: "muted more" }, say(`import_more_${state}`, { count: figure(count) }))] : [];
    });
  }

  /**
   * Bring a row into view and mark it.
   * @param {number} row
   * @returns {boolean} whether it is among those that the report brought
   */
  show(row) {
    const there = this.content?.report.rows.find((one) => one.row === row);
    if (!there) return false;
    this.picked = row;
    if (!filtered([there], this.filter).length) this.filter = "all";
    if (!this.root.querySelector(`[data-row="${row}"]`)) this.#draw();
    this.#mark(row);
    const line = this.root.querySelector(`[data-row="${row}"]`);
    line?.scrollIntoView({ block: "center", behavior: "auto" });
    /** @type {HTMLElement | null} */ (line?.querySelector("button") ?? null)?.focus({ preventScroll: true });
    return true;
  }

  /** @param {number} row */
  #mark(row) {
    this.picked = row;
    for (const line of this.root.querySelectorAll("tbody tr")) {
      const now = line.getAttribute("data-row") === String(row);
      line.classList.toggle("picked", now);
      const button = line.querySelector("button");
      if (button && now) for (const other of this.root.querySelectorAll("tbody .mark")) /** @type {HTMLElement} */ (other).tabIndex = other === button ? 0 : -1;
    }
  }

  /** Arrows go from row to row: three hundred rows are one stop of the keyboard. @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const marks = /** @type {HTMLElement[]} */ ([...this.root.querySelectorAll("tbody .mark")]);
    const at = marks.indexOf(/** @type {HTMLElement} */ (event.target));
    if (!step || at < 0) return;
    event.preventDefault();
    const next = marks[at + step];
    if (!next) return;
    marks[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

/** @param {ImportRow} row @param {ImportField} field @param {ImportFinding[]} findings @param {ImportReport} report */
function cell(row, field, findings, report) {
  const wrong = findings.filter((finding) => isAbout(finding, field.id, report));
  const title = pick(field, "title");
  const read = row.cells[field.id];
  const text = field.choices.find(({ code }) => code === read)?.[spoken()] ?? read;
  const kept = text === undefined ? make("span", { class: "muted" }, Object.keys(row.cells).length ? "–" : say("import_cell_kept")) : text === "" ? make("span", { class: "muted" }, say("import_cell_blank")) : text;
  return make("td", { "data-title": title, class: wrong.length ? `wrong ${wrong[0].severity}` : null }, kept, wrong.length ? make("span", { class: "sr" }, ` (${say("import_cell_wrong")})`) : null);
}
