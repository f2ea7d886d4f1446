/**
 * The map without WebGL2 (old office machines, some remote desktops): the choropleth as the server draws it,
 * beside its table. Layers, periods and levels are chosen as always.
 * @import { Level, State } from "./types.js"
 */

import { make, say } from "./text.js";

/** What stands above the map, in pixels, and its height for each pixel of width (layers/svg_map.py). */
const HEADING = 170;
const MAP_HEIGHT = 1.32;

/** @param {HTMLElement} root @param {{ layer: string, set: string, period: string, level: Level, known: string, lang: State["lang"], title: string, narrow: boolean }} wanted */
export function renderPlainMap(root, { layer, set, period, level, known, lang, title, narrow }) {
  // Drawn as wide as it is shown, so that no letter is shrunk, and so that the whole country is in view; the
  // legend and the notes are scrolled to.
  const room = Math.min(root.clientWidth - 24, (root.clientHeight - HEADING) / MAP_HEIGHT + 32, 639);
  const width = Math.max(320, Math.floor(room / 10) * 10);
  const query = new URLSearchParams({ layer, boundary_set: set, period, level, lang, width: String(width), ...(known && { known }) });
  const address = `/map.svg?${query}`;
  let picture = root.querySelector("img");
  if (!picture) {
    picture = make("img", { decoding: "async" });
    picture.addEventListener("load", () => root.classList.remove("loading"));
    picture.addEventListener("error", () => {
      root.classList.remove("loading");
      root.classList.add("failed");
    });
    root.replaceChildren(make("figure", { tabindex: "0" }, make("figcaption", {}), picture), make("p", { class: "failure" }));
  }
  if (picture.getAttribute("src") !== address) {
    root.classList.add("loading");
    root.classList.remove("failed");
    picture.setAttribute("src", address);
  }
  picture.style.maxWidth = `${width}px`;
  picture.alt = title;
  const caption = root.querySelector("figcaption");
  if (caption) caption.textContent = say(narrow ? "plain_note_phone" : "plain_note");
  const failure = root.querySelector(".failure");
  if (failure) failure.textContent = say("plain_failed");
}
