/**
 * What can be mended without touching the file: which column is which field, one value for all rows, the
 * coordinate system, a form that the service was taught.
 * @import { ImportField, ImportKind, ImportOptions, ImportReport } from "./import_types.js"
 */

import { mendable } from "./import_findings.js";
import { folding } from "./import_groups.js";
import { figure, make, pick, say, spoken } from "./text.js";

const EPSG = /^(?:EPSG:)?(\d{4,6})$/i;
const WGS_84 = "EPSG:4326";

/**
 * The parts for the form, for the coordinate system and for columns; open where the file asks for them.
 * @param {ImportReport} report
 * @param {ImportKind} kind
 * @param {ImportOptions} options
 * @param {(patch: Partial<ImportOptions>) => void} change runs the check anew
 * @returns {HTMLElement[]}
 */
export function mendParts(report, kind, options, change) {
  const wanted = mendable(report);
  const parts = [];
  const layout = options.layout ?? report.known_layout;
  if (layout) parts.push(layoutPart(layout, options.layout !== null, change));
  if (wanted.crs || options.crs) parts.push(crsPart(wanted.proposals, options.crs, wanted.crs && !options.crs, change));
  if (report.file_columns.length) parts.push(columnsPart(report, kind, options, wanted.columns, change));
  return parts;
}

/** @param {ImportReport} report @param {ImportKind} kind @param {ImportOptions} options @param {Set<string>} wanted @param {(patch: Partial<ImportOptions>) => void} change */
function columnsPart(report, kind, options, wanted, change) {
  const title = wanted.size ? say("import_columns_wanted", { count: figure(wanted.size) }) : say("import_columns");
  const first = (/** @type {ImportField} */ { id, required }) => wanted.has(id) || required || id in report.columns || id in options.map || id in options.defaults;
  // What the service works out is no column of a file.
  const given = kind.fields.filter(({ computed }) => !computed);
  const fields = [...given.filter(({ id }) => wanted.has(id)), ...given.filter((field) => !wanted.has(field.id) && first(field))];
  const rest = given.filter((field) => !first(field));
  const row = (/** @type {ImportField} */ field) => fieldRow(field, report, options, wanted.has(field.id), change);
  const defaults = kind.fields.some(({ may_default }) => may_default);
  return folding("columns", { open: wanted.size > 0, class: wanted.size ? "mend wanted" : "mend" }, [make("span", { class: "said" }, title)],
    make("p", { class: "muted" }, say("import_columns_about")),
    make("div", { class: "fields", role: "table", "aria-label": say("import_columns") },
      make("div", { class: "head", role: "row" }, ...["field", "column", ...(defaults ? ["default"] : [])].map((name) => make("span", { role: "columnheader" }, say(`import_columns_${name}`)))),
      ...fields.map(row),
      rest.length ? folding("fields", { open: false, class: "rest" }, [make("span", { class: "said" }, say("import_columns_more", { count: figure(rest.length) }))], ...rest.map(row)) : null));
}

/** @param {ImportField} field @param {ImportReport} report @param {ImportOptions} options @param {boolean} wanted @param {(patch: Partial<ImportOptions>) => void} change */
function fieldRow(field, report, options, wanted, change) {
  const title = pick(field, "title");
  const now = options.map[field.id] ?? report.columns[field.id] ?? "";
  const select = make("select", { "data-key": `map-${field.id}`, "aria-label": say("import_column_of", { field: title }) },
    make("option", { value: "", selected: !now }, say("import_no_column")), ...report.file_columns.map((column) => make("option", { value: column, selected: column === now }, column)));
  select.addEventListener("change", () => change({ map: without(options.map, field.id, select.value) }));
  return make("div", { role: "row", class: wanted ? "wanted" : null },
    make("span", { role: "rowheader" }, title, field.required ? make("small", {}, say("import_required")) : null),
    make("span", { role: "cell" }, select), make("span", { role: "cell" }, field.may_default ? defaultInput(field, title, options, change) : null));
}

/** @param {ImportField} field @param {string} title @param {ImportOptions} options @param {(patch: Partial<ImportOptions>) => void} change */
function defaultInput(field, title, options, change) {
  const now = options.defaults[field.id] ?? "";
  const attributes = { "data-key": `default-${field.id}`, "aria-label": say("import_default_of", { field: title }) };
  const input = field.choices.length
    ? make("select", attributes, make("option", { value: "", selected: !now }, say("import_no_default")), ...field.choices.map((choice) => make("option", { value: choice.code, selected: choice.code === now }, choice[spoken()])))
    : make("input", { ...attributes, type: "text", class: "text", value: now, placeholder: say("import_no_default"), autocomplete: "off" });
  input.addEventListener("change", () => change({ defaults: without(options.defaults, field.id, input.value.trim()) }));
  return input;
}

/** A copy with a value set, or without it when it is empty. @param {Record<string, string>} all @param {string} name @param {string} value */
export function without(all, name, value) {
  const { [name]: _, ...rest } = all;
  return value ? { ...rest, [name]: value } : rest;
}

/** @param {string} layout name of a form @param {boolean} used @param {(patch: Partial<ImportOptions>) => void} change */
function layoutPart(layout, used, change) {
  const button = make("button", { type: "button", class: used ? "button" : "primary", "data-key": "layout" }, say(used ? "import_layout_leave" : "import_layout_use"));
  button.addEventListener("click", () => change({ layout: used ? null : layout }));
  return folding("layout", { open: true, class: used ? "mend" : "mend wanted" }, [make("span", { class: "said" }, say(used ? "import_layout_used" : "import_layout_known", { layout }))],
    make("p", { class: "muted" }, say("import_layout_about")), make("div", { class: "crs" }, button));
}

/** @param {string[]} proposals @param {string | null} now @param {boolean} wanted @param {(patch: Partial<ImportOptions>) => void} change */
function crsPart(proposals, now, wanted, change) {
  const codes = [...new Set([...proposals, WGS_84, ...(now ? [now] : [])])];
  const name = (/** @type {string} */ crs) => (crs === WGS_84 ? say("import_crs_wgs") : crs);
  const choice = (/** @type {string} */ crs) => {
    const button = make("button", { type: "button", class: "button", "aria-pressed": String(crs === now), "data-key": `crs-${crs}` }, proposals[0] === crs ? say("import_crs_likely", { crs: name(crs) }) : name(crs));
    button.addEventListener("click", () => change({ crs: crs === now ? null : crs }));
    return button;
  };
  const input = make("input", { type: "text", class: "text", placeholder: "EPSG:9210", autocomplete: "off", "data-key": "crs-other" });
  const form = make("form", { class: "other", novalidate: true }, make("label", {}, make("span", {}, say("import_crs_other")), input), make("button", { type: "submit", class: "button", "data-key": "crs-use" }, say("import_crs_use")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = EPSG.exec(input.value.trim());
    if (code) change({ crs: `EPSG:${code[1]}` });
    else input.focus();
  });
  return folding("crs", { open: wanted || now !== null, class: wanted ? "mend wanted" : "mend" }, [make("span", { class: "said" }, say(now ? "import_crs_now" : "import_crs", { crs: now ?? "" }))],
    make("p", { class: "muted" }, say("import_crs_about")), make("div", { class: "crs" }, ...codes.map(choice)), form);
}
