import assert from "node:assert/strict";
import { test } from "node:test";

import { importAddress, lineReader } from "../../static/js/import_upload.js";

/** Feed a text in pieces that end anywhere. */
function readIn(pieces) {
  const lines = [];
  const read = lineReader((line) => lines.push(line));
  let text = "";
  for (const piece of pieces) read((text += piece));
  read(text, true);
  return lines;
}

test("lines are read once each, wherever the answer is cut", () => {
  const whole = '{"stage":"reading"}\n\n{"stage":"judging","rows":2}\n{"stage":"done","ten":"Đặc khu"}';
  const expected = [{ stage: "reading" }, { stage: "judging", rows: 2 }, { stage: "done", ten: "Đặc khu" }];
  for (let at = 0; at <= whole.length; at++) assert.deepEqual(readIn([whole.slice(0, at), whole.slice(at)]), expected);
  assert.deepEqual(readIn([...whole]), expected);
});

test("an answer that breaks off is not taken for a whole one", () => {
  assert.throws(() => readIn(['{"stage":"reading"}\n{"stage":"do']), SyntaxError);
});

test("what was said beside a file travels in the address", () => {
  const options = { map: { persons: "Số & dân" }, defaults: {}, accepted: {}, skip_refused: true, crs: null };
  const address = importAddress("commit", { kind: "population", name: "dân số.xlsx", options, sha256: "ab" });
  const query = new URL(address, "http://localhost").searchParams;
  assert.equal(query.get("name"), "dân số.xlsx");
  assert.deepEqual(JSON.parse(query.get("options")), options);
  assert.equal(query.get("sha256"), "ab");
  assert.ok(!importAddress("preview", { kind: "population", name: "a.csv", options }).includes("sha256"));
});
