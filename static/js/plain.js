/**
 * The map without WebGL2 (old office machines, some remote desktops): the choropleth as the server draws it,
 * beside its table. Layers, periods and levels are chosen as always.
 * @import { Level, State } from "./types.js"
 */

import { make, say } from "./text.js";

/** @param {HTMLElement} root @param {{ layer: string, set: string, period: string, level: Level, lang: State["lang"], title: string }} wanted */
export function renderPlainMap(root, { layer, set, period, level, lang, title }) {
  const query = new URLSearchParams({ layer, boundary_set: set, period, level, lang });
  const address = `/map.svg?${query}`;
  let picture = root.querySelector("img");
  if (!picture) {
    picture = make("img", { decoding: "async" });
    picture.addEventListener("load", () => root.classList.remove("loading"));
    picture.addEventListener("error", () => {
      root.classList.remove("loading");
      root.classList.add("failed");
    });
    root.replaceChildren(make("figure", {}, picture, make("figcaption", {})), make("p", { class: "failure" }));
  }
  if (picture.getAttribute("src") !== address) {
    root.classList.add("loading");
    root.classList.remove("failed");
    picture.setAttribute("src", address);
  }
  picture.alt = title;
  const caption = root.querySelector("figcaption");
  if (caption) caption.textContent = say("plain_note");
  const failure = root.querySelector(".failure");
  if (failure) failure.textContent = say("plain_failed");
}
