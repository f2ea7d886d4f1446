import assert from "node:assert/strict";
import { test } from "node:test";

import { cellsPath, valuesPath } from "../../static/js/api.js";
import { bordersWords, isNoResult } from "../../static/js/borders.js";
import { looker, tally } from "../../static/js/legend.js";
import { readAddress, writeAddress } from "../../static/js/state.js";

const set = { id: "n", valid_from: "2025-07-01", valid_to: null, counts: {} };
const own = { id: "o", valid_from: "2024-12-01", valid_to: "2025-07-01", counts: {} };
const layer = (group, type, id = "x") => ({ id, group, legend: { type, items: [] } });
// Without a catalogue a sentence is its code.
const words = (one, as_reported) => bordersWords({ set, own, layer: one, feed: { as_reported } });

test("A3 every figure is told with the borders that it is on", () => {
  assert.equal(words(layer("map", "classes"), true).line, "borders_own");
  assert.equal(words(layer("map", "classes"), false).line, "borders_other");
  assert.equal(bordersWords({ set, own: undefined, layer: layer("map", "classes"), feed: { as_reported: false } }).line, "borders_fixed");
});

test("A4 places are counted again, reported figures carried, classes are no result", () => {
  assert.equal(words(layer("map", "classes"), false).note, "borders_places");
  assert.equal(words(layer("reported", "classes"), false).note, "borders_carried");
  assert.equal(words(layer("map", "categories"), false).note, "");
  assert.equal(isNoResult(layer("map", "categories"), { as_reported: false }), true);
  assert.equal(isNoResult(layer("reported", "classes"), { as_reported: false }), false);
  assert.equal(words(layer("reported", "classes"), true).note, "");
});

test("A5 a carried and an estimated figure keep their colour and differ by pattern", () => {
  const items = [{ from: 1, to: 9, color: "#ab966a" }];
  const special = [{ status: "i", pattern: "diagonal" }, { status: "c", pattern: "carried" }, { status: "e", pattern: "estimated" }];
  const look = looker({ id: "i01", legend: { type: "classes", items, special } }, items);
  const looks = [".", "i", "c", "e"].map((status) => look(4, status));
  assert.equal(new Set(looks.map(({ color }) => color)).size, 1);
  assert.equal(new Set(looks.map(({ pattern }) => pattern)).size, 4);
  assert.deepEqual(Object.fromEntries(tally({ v: [4, 4, 4], s: ".ce" }, look)), { 0: 3, c: 1, e: 1 });
});

test("the day of knowledge is part of the address and of what is asked for", () => {
  const state = readAddress("#layer=active&known=2026-08-15");
  assert.equal(state.known, "2026-08-15");
  assert.equal(writeAddress(state), "#layer=active&known=2026-08-15");
  assert.equal(readAddress("#known=yesterday").known, "");
  assert.equal(valuesPath("active", "s", "M2026-08", "commune", "2026-08-15"), "/values/active/s/M2026-08?level=commune&known=2026-08-15");
  assert.equal(valuesPath("active", "s", "M2026-08", "commune"), "/values/active/s/M2026-08?level=commune");
  assert.equal(cellsPath("active", 7, "M2026-08", "2026-08-15"), "/cells/active/7/M2026-08?known=2026-08-15");
});
