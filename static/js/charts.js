/**
 * The one door to ECharts: a chart with its title, its sentence and the table behind it.
 *
 * `drawChart` draws on a canvas and gives a handle. A chart whose description is a function is drawn again in the
 * other language by itself; one whose host has left the page is thrown away by itself. The page that uses it has
 * the import map entry "echarts"; the library (1 MB) is fetched with the first chart.
 *
 * @import { Option, ChartTable, Cell } from "./chart_dress.js"
 * @typedef {object} ChartSpec
 * @property {string} title
 * @property {string} sentence what the chart says, in one sentence: shown, and read out instead of the drawing
 * @property {Option} option of ECharts; see `dressed` for what it gets
 * @property {ChartTable} table the figures behind it; numbers are written in the reader's language, null as missing
 * @property {number} [height] pixels, 320 unless told
 * @typedef {{ draw: (spec?: ChartSpec | (() => ChartSpec)) => Promise<void>, dispose: () => void }} ChartHandle
 */

import { dressed, over, shown, topOf } from "./chart_dress.js";
import { make, say } from "./text.js";

export { CLASS_STYLES, COLOURS, PATTERNS, shown } from "./chart_dress.js";

const HEIGHT = 320;
/** A4 upright without its margins, in pixels of a sheet of paper. */
const PAPER_WIDTH = 680;
const pen = () => {
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  context.font = '13px "Be Vietnam Pro", sans-serif';
  return (/** @type {string} */ text) => context.measureText(text).width;
};
/** @typedef {{ resize: (to?: { width?: number }) => void, isGone: () => boolean, again: () => void, dispose: () => void }} Living */
/** @type {Set<Living>} */
const living = new Set();
let isWatching = false;

/** Charts follow the paper and the language; once for the whole page. */
function watch() {
  if (isWatching) return;
  isWatching = true;
  const all = (/** @type {(one: Living) => void} */ act) => {
    for (const one of [...living]) one.isGone() ? one.dispose() : act(one);
  };
  addEventListener("beforeprint", () => all((one) => one.resize({ width: PAPER_WIDTH })));
  addEventListener("afterprint", () => all((one) => one.resize()));
  new MutationObserver(() => all((one) => one.again())).observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
}

/** The table behind a chart, folded. @param {ChartTable} table @param {{ title: string, open?: boolean }} more */
export function chartTable({ heads, rows, note }, { title, open = false }) {
  const isNumber = heads.map((_, place) => place > 0 && rows.some((row) => typeof row[place] === "number"));
  const cell = (/** @type {Cell} */ value, /** @type {number} */ place) =>
    place === 0 ? make("th", { scope: "row" }, shown(value)) : make("td", { class: isNumber[place] ? "number" : null }, shown(value));
  return make("details", { class: "chart-table", open },
    make("summary", {}, say("chart_table")),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("chart_table_of", { title }) },
      make("table", { class: "plain-table" },
        make("thead", {}, make("tr", {}, ...heads.map((head, place) => make("th", { scope: "col", class: isNumber[place] ? "number" : null }, head)))),
        make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map(cell)))))),
    note ? make("p", { class: "muted" }, note) : null);
}

/**
 * Draw a chart into a host, instead of what was in it. Without the library the table stands open.
 * @param {HTMLElement} host
 * @param {ChartSpec | (() => ChartSpec)} wanted a function is asked again when the language changes
 * @returns {ChartHandle}
 */
export function drawChart(host, wanted) {
  watch();
  const picture = make("div", { class: "chart-picture", role: "img" });
  const figure = make("figure", { class: "chart" });
  host.replaceChildren(figure);
  /** @type {import("echarts").ECharts | null} */
  let chart = null;
  /** @type {Option} */
  let option = {};
  let isOver = false;
  // Drawn at once, not with the next frame: paper does not wait for it.
  const resize = (/** @type {{ width?: number }} */ to = {}) => {
    if (!chart) return;
    chart.resize({ width: to.width ?? "auto" });
    if (!Array.isArray(option.grid)) chart.setOption({ grid: over(option.grid, { top: topOf(option, chart.getWidth(), pen()) }) });
    chart.dispatchAction({ type: "hideTip" });
    chart.getZr().flush();
    hold(Boolean(to.width));
  };
  // Drawing commands on their way to paper lose their patterns: a copy is a picture and keeps them.
  const hold = (/** @type {boolean} */ isHeld) => {
    for (const still of picture.querySelectorAll(".chart-still")) still.remove();
    const canvas = picture.querySelector("canvas");
    if (!isHeld || !canvas) return;
    const still = make("canvas", { class: "chart-still", width: canvas.width, height: canvas.height });
    const context = still.getContext("2d", { willReadFrequently: true });
    context?.drawImage(canvas, 0, 0);
    still.style.width = canvas.style.width;
    still.style.height = canvas.style.height;
    picture.append(still);
  };
  const size = new ResizeObserver(() => {
    if (!figure.isConnected) dispose();
    else if (chart && chart.getWidth() !== picture.clientWidth) resize();
  });

  const frame = (/** @type {ChartSpec} */ { title, sentence, table, height = HEIGHT }) => {
    const open = figure.querySelector("details")?.open ?? false;
    picture.setAttribute("aria-label", sentence);
    picture.style.height = `${height}px`;
    const head = make("figcaption", {}, make("b", {}, title), make("span", {}, sentence));
    // The canvas is not taken out: what is drawn on it would be lost.
    for (const one of [...figure.children]) if (one !== picture) one.remove();
    if (!picture.isConnected) figure.append(picture);
    figure.prepend(head);
    figure.append(chartTable(table, { title, open }));
  };

  const draw = async (/** @type {ChartSpec | (() => ChartSpec)} */ next = wanted) => {
    wanted = next;
    frame(typeof wanted === "function" ? wanted() : wanted);
    try {
      const [echarts] = await Promise.all([import("echarts"), document.fonts.load('400 13px "Be Vietnam Pro"', "ộ"), document.fonts.load('600 13px "Be Vietnam Pro"', "ộ")]);
      // Another wish, or the page went on, while the library was fetched.
      if (isOver || wanted !== next || !figure.isConnected) return;
      chart ??= echarts.init(picture, null, { renderer: "canvas", devicePixelRatio: Math.max(2, devicePixelRatio) });
      option = dressed((typeof wanted === "function" ? wanted() : wanted).option);
      chart.setOption(option, { notMerge: true });
      resize();
      size.observe(figure);
    } catch {
      figure.classList.add("failed");
      picture.replaceChildren(make("p", { class: "muted" }, say("chart_failed")));
      picture.style.height = "";
      figure.querySelector("details")?.setAttribute("open", "");
    }
  };

  const dispose = () => {
    isOver = true;
    size.disconnect();
    chart?.dispose();
    living.delete(self);
  };
  /** @type {Living} */
  const self = { resize, isGone: () => !figure.isConnected, again: () => typeof wanted === "function" && draw(), dispose };
  living.add(self);
  draw();
  return { draw, dispose };
}
