/**
 * The search box: a combobox over the names of the boundary set shown. `/` focuses, arrows choose, Enter opens,
 * Esc leaves.
 * @import { Entry, Register, Unit } from "./units.js"
 */

import { icon, make, say } from "./text.js";
import { briefName, search, searchIndex, shortName } from "./units.js";

/** @param {HTMLElement} root holds the input and the list @param {(unit: Unit) => void} onPick @returns {{ use: (register: Register) => void }} */
export function searchBox(root, onPick) {
  const input = /** @type {HTMLInputElement} */ (root.querySelector("input"));
  const list = /** @type {HTMLElement} */ (root.querySelector("[role=listbox]"));
  /** @type {Register | null} */
  let register = null;
  /** @type {Entry[] | null} */
  let index = null;
  /** @type {Entry[]} */
  let found = [];
  let chosen = -1;

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (/** @type {number} */ place) => {
    chosen = place;
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === place)));
    if (place >= 0) {
      input.setAttribute("aria-activedescendant", `found-${place}`);
      list.children[place]?.scrollIntoView({ block: "nearest" });
    }
  };
  const open = (/** @type {Entry} */ entry) => {
    input.value = "";
    input.blur();
    close();
    onPick(entry.unit);
  };
  const show = () => {
    if (!register || !input.value.trim()) return close();
    index ??= searchIndex(register);
    found = search(index, input.value);
    list.replaceChildren(...(found.length ? found.map(row) : [make("li", { class: "nothing" }, say("search_nothing", { text: input.value.trim() }))]));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(found.length ? 0 : -1);
  };
  const row = (/** @type {Entry} */ entry, /** @type {number} */ place) => {
    const { unit, former } = entry;
    const line = make("li", { role: "option", id: `found-${place}`, "aria-selected": "false" },
      icon("place"),
      make("span", {},
        make("b", {}, unit.name), former ? ` ${say("search_former", { name: briefName(former) })}` : "",
        make("small", {}, unit.province ? shortName(unit.province) : say("search_province"))));
    // Opened by the click that ends the touch: earlier, that click would fall through to the map.
    line.addEventListener("mousedown", (event) => event.preventDefault());
    line.addEventListener("click", () => open(entry));
    return line;
  };

  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") input.value ? ((input.value = ""), close()) : input.blur();
    else if (list.hidden || !found.length) return;
    else if (event.key === "ArrowDown") mark((chosen + 1) % found.length);
    else if (event.key === "ArrowUp") mark((chosen + found.length - 1) % found.length);
    else if (event.key === "Enter" && found[chosen]) open(found[chosen]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    use(next) {
      if (next === register) return;
      register = next;
      index = null;
    },
  };
}
