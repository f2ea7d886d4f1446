import assert from "node:assert/strict";
import { test } from "node:test";
import { hrefOf, pagesOf } from "../../static/js/menu.js";

test("the map stands first and is for all, the rest is what the role has", () => {
  assert.deepEqual(pagesOf([]).map(([page]) => page), ["map"]);
  assert.deepEqual(pagesOf(["import", "reports"]).map(([page]) => page), ["map", "reports", "import"]);
});

test("a link keeps the language, Vietnamese needs none", () => {
  assert.equal(hrefOf("map", "vi"), "/");
  assert.equal(hrefOf("reports", "vi"), "/reports");
  assert.equal(hrefOf("reports", "en"), "/reports#lang=en");
});
