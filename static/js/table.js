/**
 * The table behind the map: the same values as text, to sort, filter, copy and take along. Only the rows in
 * view are in the page, so that ten thousand communes scroll as one does.
 * @import { Layer, LegendItem, Look, Values } from "./types.js"
 * @import { Unit } from "./units.js"
 */

import { OVER_VALUE, isShare, letterOf, swatch } from "./legend.js";
import { valueText } from "./panel.js";
import { figure, icon, make, percent, pick, say } from "./text.js";
import { fold, shortName } from "./units.js";

/** Height of a row in pixels; on little room it holds two lines and is a target for a thumb. */
const ROW = { wide: 36, compact: 64 };
const COMPACT_UNDER = 620;

/** @typedef {{ unit: Unit, value: number | null, status: string, num: number | null, den: number | null }} Row */
/**
 * @typedef {object} Content
 * @property {Layer} layer
 * @property {Values} feed
 * @property {Unit[]} units in feed order
 * @property {LegendItem[]} items
 * @property {(value: number | null, status: string) => Look} look
 * @property {string} title
 * @property {string} warning why the values are no result of the period, or empty
 * @property {string[]} stamp lines on data date, boundary set, simulated
 */

/** Rows without a value stand last whichever way one sorts: they are not small, they are unknown. */
const byValue = (/** @type {Row} */ one, /** @type {Row} */ other, /** @type {number} */ sign) =>
  one.value === null ? (other.value === null ? 0 : 1) : other.value === null ? -1 : sign * (one.value - other.value);

const CODE = /^="[\w.]+"$/;
/** A code as a spreadsheet keeps it: "02686" alone would become 2686. @param {string} code */
export const codeCell = (code) => (/^[\w.]+$/.test(code) ? `="${code}"` : code);

/** Lines of a CSV that Excel in Vietnamese opens by a double click: BOM, semicolons, comma for decimals. */
export function csvOf(/** @type {string[][]} */ rows) {
  // A leading =, +, - or @ would be run as a formula; only that of a code may be.
  const cell = (/** @type {string} */ text) => `"${(/^[=+\-@\t]/.test(text) && !/^-?[\d.,]+$/.test(text) && !CODE.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  return `\ufeff${rows.map((row) => row.map(cell).join(";")).join("\r\n")}\r\n`;
}

export class Table {
  /** @param {HTMLElement} root @param {{ open: (unit: Unit) => void, close: () => void }} hooks */
  constructor(root, hooks) {
    this.root = root;
    this.hooks = hooks;
    this.sort = { column: "unit", sign: 1 };
    this.filter = "";
    /** @type {Content | null} */
    this.content = null;
    /** @type {Row[]} */
    this.rows = [];
    this.body = make("tbody");
    this.scroller = make("div", { class: "table-scroll", tabindex: "0" });
    this.scroller.addEventListener("scroll", () => this.#window());
    addEventListener("resize", () => (this.content && this.root.offsetWidth && this.#isCompact() !== this.compact ? this.render(this.content) : this.#window()));
    this.compact = false;
  }

  /** @param {Content} content */
  render(content) {
    this.content = content;
    this.compact = this.#isCompact();
    this.root.classList.toggle("compact", this.compact);
    const typing = document.activeElement === this.input;
    const button = (/** @type {string} */ name, /** @type {() => void} */ act) => {
      const element = make("button", { type: "button", class: name === "close" ? "plain" : "button", title: say(`table_${name}`), "aria-label": name === "close" ? say("table_close") : null },
        icon(name), name === "close" ? null : make("span", {}, say(`table_${name}`)));
      element.addEventListener("click", act);
      return element;
    };
    this.input = make("input", { type: "search", placeholder: say("table_filter"), "aria-label": say("table_filter"), value: this.filter });
    this.input.addEventListener("input", () => {
      this.filter = this.input?.value ?? "";
      this.#arrange();
    });
    this.count = make("span", { class: "muted", role: "status" });
    this.scroller.setAttribute("aria-label", content.title);
    this.scroller.replaceChildren(make("table", { class: "units" }, this.#headRow(), this.body));
    this.root.replaceChildren(
      make("header", {}, make("div", {}, make("h2", { tabindex: "-1" }, content.title), content.warning ? make("p", { class: "warning" }, content.warning) : null, make("p", { class: "muted" }, content.stamp.join(" · "))), button("close", this.hooks.close)),
      make("div", { class: "table-tools" }, this.input, this.count, button("copy", () => this.#copy()), button("download", () => this.#download())),
      this.scroller);
    if (typing) this.input.focus();
    this.#arrange();
  }

  #isCompact() {
    const { paddingLeft, paddingRight } = getComputedStyle(this.root);
    return this.root.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) < COMPACT_UNDER;
  }

  get #rowHeight() {
    return this.compact ? ROW.compact : ROW.wide;
  }

  /** Columns on the screen; with little room the province stands under the name, the parts under the share. */
  get columns() {
    return this.compact ? ["unit", "value"] : this.allColumns;
  }

  get allColumns() {
    const share = this.content && isShare(this.content.layer);
    const commune = this.content?.feed.level !== "province";
    return ["unit", ...(commune ? ["province"] : []), "value", ...(share ? ["num", "den"] : []), "code"];
  }

  #headRow() {
    const row = make("tr");
    for (const column of this.columns) {
      const now = this.sort.column === column;
      const button = make("button", { type: "button", class: "link" }, this.#title(column), now ? icon(this.sort.sign > 0 ? "up" : "down") : null);
      button.addEventListener("click", () => {
        this.sort = { column, sign: now ? -this.sort.sign : column === "value" ? -1 : 1 };
        if (this.content) this.render(this.content);
      });
      row.append(make("th", { scope: "col", class: `column-${column}${column === "value" && this.content?.layer.legend.type === "classes" ? " numbers" : ""}`, "aria-sort": now ? (this.sort.sign > 0 ? "ascending" : "descending") : null }, button));
    }
    return make("thead", {}, row);
  }

  /** @param {string} column */
  #title(column) {
    const unit = column === "value" && this.content?.layer.legend.type === "classes" && !isShare(this.content.layer) ? pick(this.content.layer, "unit") : "";
    const parts = this.content?.layer.group === "reported" && (column === "num" || column === "den");
    return unit ? say("column_value_of", { unit }) : say(parts ? `column_reported_${column}` : `column_${column}`);
  }

  #arrange() {
    const { content } = this;
    if (!content) return;
    const { feed, units } = content;
    const wanted = fold(this.filter).split(" ").filter(Boolean);
    const { column, sign } = this.sort;
    this.rows = units
      .map((unit, place) => ({ unit, value: feed.v[place] ?? null, status: feed.s[place] ?? ".", num: feed.num?.[place] ?? null, den: feed.den?.[place] ?? null }))
      .filter(({ unit }) => !wanted.length || wanted.every((word) => ` ${fold(`${unit.name} ${unit.province} ${unit.code}`)}`.includes(` ${word}`)));
    const text = (/** @type {Row} */ row) => (column === "code" ? row.unit.code : column === "province" ? row.unit.province : shortName(row.unit.name));
    if (column === "value") this.rows.sort((one, other) => byValue(one, other, sign));
    else if (column === "num" || column === "den") this.rows.sort((one, other) => sign * ((one[column] ?? 0) - (other[column] ?? 0)));
    else this.rows.sort((one, other) => sign * text(one).localeCompare(text(other), "vi", { numeric: true }));
    if (this.count) this.count.textContent = say("table_count", { count: figure(this.rows.length) });
    this.scroller.scrollTop = 0;
    this.#window();
  }

  /** Put the rows in view into the page, with spacers for the others. */
  #window() {
    if (!this.content || !this.scroller.isConnected) return;
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / this.#rowHeight) - 10);
    const last = Math.min(this.rows.length, first + Math.ceil(this.scroller.clientHeight / this.#rowHeight) + 24);
    const spacer = (/** @type {number} */ rows) => {
      const row = make("tr", { class: "spacer", "aria-hidden": "true" });
      row.style.height = `${rows * this.#rowHeight}px`;
      return row;
    };
    this.body.replaceChildren(spacer(first), ...this.rows.slice(first, last).map((row, at) => this.#row(row, first + at)), spacer(this.rows.length - last));
    if (!this.rows.length) this.body.replaceChildren(make("tr", {}, make("td", { colspan: String(this.columns.length), class: "empty" }, say("table_empty", { text: this.filter }))));
  }

  /** @param {Row} row @param {number} place */
  #row(row, place) {
    const { content } = this;
    if (!content) return make("tr");
    const { color, pattern } = content.look(row.value, row.status);
    const { compact } = this;
    const province = shortName(row.unit.province);
    const open = make("button", { type: "button", class: "link" }, row.unit.name);
    open.addEventListener("click", () => this.hooks.open(row.unit));
    const cells = {
      unit: () => make("th", { scope: "row" }, open, compact && province ? make("small", { class: "muted" }, province) : null),
      province: () => make("td", {}, province),
      value: () => {
        const { text, remark, number } = this.#reading(row);
        return make("td", { class: `value${row.value === null ? " muted" : ""}${number ? " number" : ""}` },
          make("span", {}, swatch(color, pattern, letterOf(content.layer, row.value)), make("span", {}, remark && !compact ? make("small", { class: "muted" }, `${remark} `) : "", text)), remark && compact ? make("small", { class: "muted" }, remark) : null);
      },
      num: () => make("td", { class: "number" }, row.num === null ? "" : figure(row.num)),
      den: () => make("td", { class: "number" }, row.den === null ? "" : figure(row.den)),
      code: () => make("td", { class: "muted number" }, row.unit.code),
    };
    const line = make("tr", { "aria-rowindex": String(place + 2) }, ...this.columns.map((column) => cells[/** @type {keyof typeof cells} */ (column)]()));
    // The whole line is the target; the button in it is for the keyboard.
    line.addEventListener("click", (event) => {
      if (event.target !== open && !String(getSelection())) this.hooks.open(row.unit);
    });
    return line;
  }

  /** What a cell of values says: a number alone, since the head names its unit, and what qualifies it. @param {Row} row */
  #reading(row) {
    const { layer } = /** @type {Content} */ (this.content);
    if (layer.legend.type === "categories") return { text: this.#text(row), remark: "", number: false };
    if (row.value === null) return { text: this.#text(row), remark: "", number: true };
    const share = isShare(layer);
    const partly = !OVER_VALUE.has(row.status) ? "" : say(share && row.status === "i" && layer.group === "map" ? "status_partly" : `status_${row.status}`);
    const parts = share && this.compact && row.num !== null ? say(layer.group === "reported" ? "unit_parts" : "parts_of", { num: figure(row.num), den: figure(row.den ?? 0) }) : "";
    return { text: share ? percent(row.value / 100) : figure(row.value), remark: [parts, partly].filter(Boolean).join(" · "), number: true };
  }

  /** @param {Row} row */
  #text(row) {
    const { layer, items } = /** @type {Content} */ (this.content);
    return valueText(layer, row.value, row.status, items);
  }

  /** @param {boolean} [sheet] for a spreadsheet @returns {string[][]} stamp, head and rows as shown */
  #cells(sheet = false) {
    const { title, warning, stamp, layer } = /** @type {Content} */ (this.content);
    const numbers = layer.legend.type === "classes";
    const head = [...this.allColumns.map((column) => this.#title(column)), ...(numbers ? [say("column_status")] : [])];
    return [[title], ...(warning ? [[warning]] : []), ...stamp.map((line) => [line]), [], head, ...this.rows.map((row) => {
      const full = this.#text(row);
      const plain = { unit: row.unit.name, province: row.unit.province, code: sheet ? codeCell(row.unit.code) : row.unit.code, num: row.num === null ? "" : String(row.num), den: row.den === null ? "" : String(row.den),
        value: !numbers ? full : row.value === null ? "" : sheet ? String(row.value).replace(".", ",") : figure(row.value) };
      return [...this.allColumns.map((column) => plain[/** @type {keyof typeof plain} */ (column)]), ...(numbers ? [row.value === null || row.status !== "." ? full : ""] : [])];
    })];
  }

  async #copy() {
    await navigator.clipboard.writeText(this.#cells().map((row) => row.join("\t")).join("\n"));
    if (this.count) this.count.textContent = say("table_copied", { count: figure(this.rows.length) });
  }

  #download() {
    const { feed } = /** @type {Content} */ (this.content);
    const address = URL.createObjectURL(new Blob([csvOf(this.#cells(true))], { type: "text/csv;charset=utf-8" }));
    const link = make("a", { href: address, download: `bando-${feed.layer}-${feed.period}-${feed.level}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }
}
