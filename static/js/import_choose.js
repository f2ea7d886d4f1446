/**
 * What it is, and which file: the first step of an import.
 * @import { ImportKind, ImportKinds } from "./import_types.js"
 */

import { titleOf } from "./import_findings.js";
import { figure, icon, known, make, say } from "./text.js";

const MEGA = 1024 * 1024;

/** @param {number} bytes as people say it */
export const sizeOf = (bytes) => (bytes < MEGA ? say("import_kilobytes", { size: figure(Math.max(1, bytes / 1024), 0) }) : say("import_megabytes", { size: figure(bytes / MEGA) }));

/** Suffixes as one reads them: "CSV, XLSX". @param {ImportKind} kind */
export const suffixesOf = (kind) => kind.suffixes.map((suffix) => suffix.replace(".", "").toUpperCase()).join(", ");

/** The template of a kind, to download. @param {ImportKind} kind @param {string} words */
export function templateLink(kind, words) {
  const title = say("import_template_of", { title: titleOf(kind) });
  return make("a", { class: "template", href: `/imports/templates/${encodeURIComponent(kind.id)}`, download: true, title, "aria-label": title }, icon("download"), make("span", {}, words));
}

/**
 * The short list of kinds, its two parts beside each other where there is room.
 * @param {ImportKinds} all
 * @param {string} chosen id or empty
 * @param {(id: string) => void} onChoose
 */
export function kindList(all, chosen, onChoose) {
  const row = (/** @type {ImportKind} */ kind) => {
    const about = `import_about_${kind.id.replaceAll("-", "_")}`;
    const radio = make("input", { type: "radio", name: "kind", value: kind.id, checked: kind.id === chosen, "data-key": `kind-${kind.id}` });
    radio.addEventListener("change", () => onChoose(kind.id));
    return make("div", { class: kind.id === chosen ? "kind now" : "kind" },
      make("label", {}, radio, make("span", {}, titleOf(kind), known(about) ? make("small", {}, say(about)) : null)),
      kind.has_template ? templateLink(kind, say("import_template")) : null);
  };
  const part = (/** @type {string} */ name, /** @type {ImportKind[]} */ kinds) =>
    kinds.length ? make("div", { role: "group", "aria-label": say(`import_kinds_${name}`) }, make("h3", {}, say(`import_kinds_${name}`)), ...kinds.map(row)) : null;
  const again = make("button", { type: "button", class: "link again", "data-key": "kind-again" }, say("import_kind_again"));
  again.addEventListener("click", () => onChoose(""));
  return make("fieldset", { class: chosen ? "kinds chosen" : "kinds" }, make("legend", {}, say("import_step_kind")),
    part("units", all.kinds.filter(({ shapes }) => !shapes.length)), part("shapes", all.kinds.filter(({ shapes }) => shapes.length)), again);
}

/**
 * A button that picks files.
 * @param {{ words: string, kind: ImportKind | undefined, many: boolean, primary?: boolean, key: string, onFiles: (files: File[]) => void }} what
 */
export function pickButton({ words, kind, many, primary = false, key, onFiles }) {
  const input = make("input", { type: "file", multiple: many, accept: kind?.suffixes.join(","), tabindex: "-1", class: "sr", "aria-hidden": "true", "data-picker": key });
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    // The same name can be picked again after the file was mended.
    input.value = "";
    if (files.length) onFiles(files);
  });
  const button = make("button", { type: "button", class: primary ? "primary" : "button", "data-key": key }, icon("upload"), make("span", {}, words));
  button.addEventListener("click", () => input.click());
  return make("span", { class: "pick" }, button, input);
}

/**
 * Where files are dropped or picked.
 * @param {ImportKinds} all
 * @param {ImportKind | undefined} kind
 * @param {string} problem sentence on the file refused just now, or empty
 * @param {(files: File[]) => void} onFiles
 */
export function dropZone(all, kind, problem, onFiles) {
  return make("section", { class: "drop", "aria-label": say("import_step_file") },
    make("h2", {}, say("import_step_file")),
    make("p", { class: "wide" }, say("import_drop")),
    pickButton({ words: say("import_pick"), kind, many: true, primary: true, key: "pick", onFiles }),
    make("p", { class: "muted" }, kind ? say("import_takes", { suffixes: suffixesOf(kind), size: sizeOf(all.limit_bytes) }) : say("import_kind_first")),
    problem ? make("p", { class: "warning", role: "alert" }, problem) : null);
}

/**
 * Let files be dropped anywhere on the page.
 * @param {(files: File[]) => void} onFiles
 */
export function dropAnywhere(onFiles) {
  const holds = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  const mark = (/** @type {boolean} */ over) => document.body.classList.toggle("dragging", over);
  addEventListener("dragover", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    mark(true);
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) mark(false);
  });
  addEventListener("drop", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    mark(false);
    onFiles([...(event.dataTransfer?.files ?? [])]);
  });
}
