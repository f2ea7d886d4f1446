/**
 * The dialog that makes a report of a unit: window, map sheet, purpose, then one click for all files. What the files
 * hold is decided by the service; here they are only asked for and kept.
 * @import { Layer, Periods, UnitPage } from "./types.js"
 */

import { ask } from "./api.js";
import { sentence } from "./notices.js";
import { make, pick, say } from "./text.js";
import { fullName } from "./units.js";

export const PAPERS = ["A4", "A3", "A0"];
export const PURPOSES = ["giao_ban", "bao_cao_cap_tren", "tham_dinh", "kiem_tra", "lap_ke_hoach", "luu_ho_so"];
const COUNTRY = "VN";
const SINGLE = ["docx", "xlsx", "pdf", "png"];

/**
 * The window that is offered first: the newest whole year of the unit's own borders, else the one of the page. Pure.
 * @param {Periods["periods"]} periods @param {string} set @param {string} shown
 */
export function firstWindow(periods, set, shown) {
  return periods.filter(({ kind, boundary_set }) => kind === "year" && boundary_set === set).at(-1)?.id ?? shown;
}

/** The name that the service gives a file, as people write it. Pure. @param {string | null} header */
export function fileName(header) {
  const written = /filename\*=UTF-8''([^;]+)/.exec(header ?? "")?.[1];
  return written ? decodeURIComponent(written) : (/filename="([^"]+)"/.exec(header ?? "")?.[1] ?? "bao-cao");
}

/**
 * @param {UnitPage} page
 * @param {{ periods: Periods, layers: Layer[], period: string }} world
 * @returns {HTMLButtonElement}
 */
export function handoutButton(page, world) {
  const button = make("button", { type: "button", class: "button", id: "make-report" }, say("handout_open"));
  button.addEventListener("click", () => open(page, world));
  return button;
}

/** @param {UnitPage} page @param {{ periods: Periods, layers: Layer[], period: string }} world */
function open({ unit, boundary_set: set }, world) {
  document.getElementById("handout")?.remove();
  const name = fullName(unit.name, unit.kind);
  const period = choice("period", world.periods.kinds.map((kind) => make("optgroup", { label: pick(kind, "label") },
    ...world.periods.periods.filter((one) => one.kind === kind.id).reverse().map((one) => make("option", { value: one.id }, pick(one, "label"))))));
  period.select.value = firstWindow(world.periods.periods, set.id, world.period);
  const of = choice("unit", [make("option", { value: "" }, name), make("option", { value: COUNTRY }, say("handout_country"))]);
  const layer = choice("layer", world.layers.filter(({ levels }) => levels.includes("commune")).map((one) => make("option", { value: one.id }, pick(one, "title"))));
  const paper = choice("paper", PAPERS.map((one) => make("option", { value: one }, one)));
  const purpose = choice("purpose", PURPOSES.map((one) => make("option", { value: one }, say(`handout_purpose_${one}`))));
  const grey = make("input", { type: "checkbox", id: "handout-grey" });
  const told = make("p", { class: "handout-told", role: "status" });
  const all = make("button", { type: "submit", class: "primary" }, say("handout_all"));
  const singles = SINGLE.map((one) => {
    const button = make("button", { type: "button", class: "link" }, say(`handout_one_${one}`));
    button.addEventListener("click", () => fetchFile(one));
    return button;
  });
  const shut = make("button", { type: "button", class: "plain", "aria-label": say("handout_close") }, "×");
  const form = make("form", { method: "dialog" }, unit.level === "province" ? of.label : null, period.label, paper.label, layer.label, purpose.label,
    make("label", { class: "check", for: "handout-grey" }, grey, say("handout_grey")), told, make("div", { class: "actions" }, all, make("span", { class: "singles" }, ...singles)));
  const dialog = make("dialog", { id: "handout", "aria-labelledby": "handout-title" },
    make("header", {}, make("h2", { id: "handout-title" }, say("handout_title", { name })), shut), make("p", { class: "muted" }, say("handout_about")), form);

  /** @param {string} format */
  async function fetchFile(format) {
    const buttons = [all, ...singles];
    for (const one of buttons) one.disabled = true;
    told.textContent = say("handout_working");
    try {
      const body = { boundary_set: set.id, ...(of.select.value ? { level: "country", code: of.select.value } : { level: unit.level, code: unit.code }), period: period.select.value, format, paper: paper.select.value, grey: grey.checked, layer: layer.select.value, purpose: purpose.select.value };
      const answer = await ask("/handouts/report", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      const file = fileName(answer.headers.get("Content-Disposition"));
      keep(await answer.blob(), file);
      told.textContent = say("handout_done", { name: file });
    } catch (problem) {
      told.textContent = sentence(problem);
    } finally {
      for (const one of buttons) one.disabled = false;
    }
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fetchFile("zip");
  });
  shut.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {string} name @param {Node[]} options */
function choice(name, options) {
  const select = make("select", { id: `handout-${name}` }, ...options);
  return { select, label: make("label", { for: select.id }, make("span", {}, say(`handout_${name}`)), select) };
}

/** @param {Blob} blob @param {string} name */
function keep(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // A minute is enough for the slowest disk to take it.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
