/** The log-in page; after it, back to the address one came from. */

import { Refusal, logIn, session } from "./api.js";
import { readAddress } from "./state.js";
import { known, loadMessages, pick, say, speak, spoken, translate } from "./text.js";

const form = /** @type {HTMLFormElement} */ (document.querySelector("form"));
const note = /** @type {HTMLElement} */ (document.querySelector("[role=alert]"));
const button = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));

/** Back to the page one came from: the map, or the one that `page=` names. */
function enter() {
  const address = new URLSearchParams(location.hash.slice(1));
  const named = address.get("page") ?? "";
  const page = ["import", "reports", "unit", "campaign", "plan", "transitions", "assessment", "board"].includes(named) ? `/${named}` : "/";
  address.delete("page");
  location.replace(page === "/" ? `/${location.hash}` : `${page}#${address}`);
}

/** @param {unknown} problem */
function explain(problem) {
  if (!(problem instanceof Refusal) || problem.status === 0) return say("error_unreachable");
  if (known(`login_${problem.status}`)) return say(`login_${problem.status}`);
  return pick(problem, "message") || say("error_service");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const empty = /** @type {HTMLInputElement | null} */ (form.querySelector("input:invalid"));
  if (empty) return void ((note.textContent = say("login_422")), empty.focus());
  const fields = new FormData(form);
  button.disabled = true;
  note.textContent = "";
  try {
    await logIn(String(fields.get("login")).trim(), String(fields.get("password")));
    enter();
  } catch (problem) {
    note.textContent = explain(problem);
    const password = /** @type {HTMLInputElement} */ (form.elements.namedItem("password"));
    password.value = "";
    password.focus();
  } finally {
    button.disabled = false;
  }
});

document.getElementById("language")?.addEventListener("click", () => {
  const address = new URLSearchParams(location.hash.slice(1));
  const next = spoken() === "vi" ? "en" : "vi";
  if (next === "vi") address.delete("lang");
  else address.set("lang", next);
  history.replaceState(null, "", `#${address}`);
  speak(next);
  document.title = say("title_login");
  translate();
});

speak(readAddress(location.hash).lang);
await loadMessages();
document.title = say("title_login");
translate();
document.body.classList.remove("waiting");
form.querySelector("input")?.focus();
// Whoever is logged in already need not do it again.
session().then(({ account }) => account && enter(), () => undefined);
