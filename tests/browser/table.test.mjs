import assert from "node:assert/strict";
import { test } from "node:test";

import { codeCell, csvOf } from "../../static/js/table.js";

test("a code keeps its zeros in a spreadsheet", () => {
  assert.equal(codeCell("02686"), '="02686"');
  assert.equal(csvOf([[codeCell("02686"), "36,9"]]), '\ufeff"=""02686""";"36,9"\r\n');
});

test("no other text of a file is run as a formula", () => {
  for (const text of ["=1+1", '="a"&A1', "+84", "@name", "-x"]) {
    assert.equal(codeCell(text), text);
    assert.equal(csvOf([[text]]).slice(1, 3), `"'`);
  }
  assert.equal(csvOf([["-1,5"]]), '\ufeff"-1,5"\r\n');
});
