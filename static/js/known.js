/**
 * The map as it was known on a day: only what was recorded by its end. A choice at the foot of the layers, and a
 * band over the map for as long as it holds.
 */

import { day, icon, make, say } from "./text.js";

export class Known {
  /**
   * @param {HTMLElement} root the card
   * @param {HTMLElement} band
   * @param {(known: string) => void} choose
   */
  constructor(root, band, choose) {
    this.root = root;
    this.band = band;
    this.choose = choose;
    this.open = false;
  }

  /** @param {string} known ISO date, or empty for all that is known now */
  render(known) {
    const latest = new Date().toISOString().slice(0, 10);
    const field = make("input", { type: "date", id: "known-day", max: latest, value: known, min: "2000-01-01" });
    field.addEventListener("change", () => (field.value === "" || field.validity.valid) && this.choose(field.value));
    const head = make("button", { type: "button", class: "card-head", "aria-expanded": String(this.open || known !== ""), "aria-controls": "known-body" }, icon(this.open || known ? "up" : "down"), say("known_title"));
    head.addEventListener("click", () => {
      this.open = !this.open;
      this.render(known);
      this.root.querySelector("button")?.focus();
    });
    const typing = document.activeElement?.id === "known-day";
    this.root.classList.toggle("open", this.open || known !== "");
    this.root.replaceChildren(make("h2", {}, head), make("div", { class: "card-body", id: "known-body" },
      make("label", { class: "known-day" }, make("span", {}, say("known_label")), field),
      known ? this.#back() : null,
      make("p", { class: "about" }, say("known_about"))));
    if (typing) field.focus();
    this.band.hidden = !known;
    this.band.replaceChildren(make("span", {}, make("b", {}, say("known_band", { day: day(known) })), " ", make("small", {}, say("known_band_note"))), this.#back());
  }

  #back() {
    const button = make("button", { type: "button", class: "button known-back" }, icon("close"), make("span", {}, say("known_now")));
    button.addEventListener("click", () => this.choose(""));
    return button;
  }
}
