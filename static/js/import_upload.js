/**
 * A file on its way: sent with its progress, answered line by line. `XMLHttpRequest`, since `fetch` does not tell
 * how much of a body has gone.
 * @import { ImportOptions, ImportReport, Stage } from "./import_types.js"
 */

import { Refusal } from "./api.js";

/** The user gave it up. */
export class Cancelled extends Error {}

/**
 * Read the lines of an answer that grows. Give it the whole text each time; `last` also reads what has no end of
 * line. Pure.
 * @param {(line: any) => void} onLine
 * @returns {(text: string, last?: boolean) => void}
 */
export function lineReader(onLine) {
  let at = 0;
  return (text, last = false) => {
    for (let end = text.indexOf("\n", at); end >= 0; end = text.indexOf("\n", at)) {
      const line = text.slice(at, end).trim();
      at = end + 1;
      if (line) onLine(JSON.parse(line));
    }
    if (last && text.slice(at).trim()) {
      const line = text.slice(at);
      at = text.length;
      onLine(JSON.parse(line));
    }
  };
}

/**
 * The address of a preview or a commit. Pure.
 * @param {"preview" | "commit"} act
 * @param {{ kind: string, name: string, options: ImportOptions, sha256?: string }} what
 */
export function importAddress(act, { kind, name, options, sha256 }) {
  const query = new URLSearchParams({ kind, name, options: JSON.stringify(options) });
  if (sha256) query.set("sha256", sha256);
  return `/imports/${act}?${query}`;
}

/**
 * Send a file and follow the answer.
 * @param {string} address
 * @param {Blob} body
 * @param {{ signal: AbortSignal, onSent: (share: number) => void, onStage: (stage: Stage) => void }} hooks
 * @returns {Promise<ImportReport>} rejects with `Refusal` (status 0: the line broke) or `Cancelled`
 */
export function send(address, body, { signal, onSent, onStage }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    /** @type {{ stage: string, report?: ImportReport, error?: object } | null} */
    let end = null;
    const read = lineReader((line) => {
      if (line.stage === "done" || line.stage === "error") end = line;
      else onStage(line);
    });
    const broken = () => reject(new Refusal(0));
    request.open("POST", address);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onSent(event.loaded / event.total));
    request.upload.addEventListener("load", () => onSent(1));
    request.addEventListener("progress", () => {
      if (request.status === 200) read(request.responseText);
    });
    request.addEventListener("load", () => {
      if (request.status !== 200) return reject(new Refusal(request.status, errorOf(request.responseText)));
      try {
        read(request.responseText, true);
      } catch (problem) {
        if (problem instanceof SyntaxError) return broken();
        throw problem;
      }
      if (end?.stage === "done" && end.report) resolve(end.report);
      else if (end?.stage === "error") reject(new Refusal(422, end.error));
      else broken();
    });
    request.addEventListener("error", broken);
    request.addEventListener("abort", () => reject(new Cancelled()));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

/** @param {string} text of an answer that is no 200 @returns {object | undefined} */
function errorOf(text) {
  try {
    return JSON.parse(text).error;
  } catch {
    return undefined;
  }
}
