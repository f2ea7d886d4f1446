/**
 * On a phone: one sheet at the foot with three heights (peek, half, full) that holds layers, time and unit in
 * turn. On wider screens the same parts stand in their own places and this does nothing.
 */

const HEIGHTS = ["peek", "half", "full"];

export class Sheet {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.narrow = matchMedia("(max-width: 719px)");
    this.handle = /** @type {HTMLButtonElement} */ (root.querySelector(".sheet-handle"));
    this.#drag();
    for (const tab of root.querySelectorAll("[data-tab-of]"))
      tab.addEventListener("click", () => {
        const name = tab.getAttribute("data-tab-of") ?? "";
        if (root.dataset.tab === name) this.to(root.dataset.height === "peek" ? "half" : "peek");
        else this.show(name);
      });
    this.show("time", "peek");
  }

  /**
   * Bring a part to the front: `layers`, `time` or `unit`.
   * @param {string} tab
   * @param {string} [height]
   */
  show(tab, height = tab === "time" ? "peek" : "half") {
    this.root.dataset.tab = tab;
    for (const one of this.root.querySelectorAll("[data-tab-of]")) one.setAttribute("aria-pressed", String(one.getAttribute("data-tab-of") === tab));
    this.to(this.root.dataset.height === "full" ? "full" : height);
  }

  /** @param {string} height */
  to(height) {
    this.root.dataset.height = height;
    this.root.style.removeProperty("height");
    this.handle.setAttribute("aria-expanded", String(height !== "peek"));
  }

  /** Room taken from the map, in pixels, as it will be when the sheet has come to rest. */
  get height() {
    return this.root.dataset.height === "peek" ? 196 : innerHeight * 0.52;
  }

  #drag() {
    let from = 0;
    let moved = 0;
    this.handle.addEventListener("pointerdown", (event) => {
      from = event.clientY + this.root.offsetHeight;
      moved = 0;
      this.handle.setPointerCapture(event.pointerId);
      this.root.classList.add("dragged");
    });
    this.handle.addEventListener("pointermove", (event) => {
      if (!this.handle.hasPointerCapture(event.pointerId)) return;
      moved = Math.max(moved, Math.abs(from - event.clientY - this.root.offsetHeight));
      this.root.style.height = `${Math.max(100, from - event.clientY)}px`;
    });
    this.handle.addEventListener("pointerup", () => {
      this.root.classList.remove("dragged");
      if (!moved) return;
      const share = this.root.offsetHeight / innerHeight;
      this.to(share < 0.3 ? "peek" : share < 0.72 ? "half" : "full");
    });
    // A tap, or Enter on the handle, goes to the next height.
    this.handle.addEventListener("click", () => {
      if (moved < 6) this.to(HEIGHTS[(HEIGHTS.indexOf(this.root.dataset.height ?? "peek") + 1) % 3]);
      moved = 0;
    });
  }
}
