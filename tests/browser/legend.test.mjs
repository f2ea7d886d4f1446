import assert from "node:assert/strict";
import { test } from "node:test";

import { classAt, classesOf, isDark, letterOf, looker, tally } from "../../static/js/legend.js";

const COUNTS = {
  id: "active",
  legend: {
    type: "classes",
    zero: { color: "#f1efe7", label_vi: "0", label_en: "0" },
    items: [],
    per_level: {
      commune: [{ from: 1, to: 2, color: "#e9dcec" }, { from: 3, to: 9, color: "#7f4a92" }],
      cells: [{ from: 1, to: 5, color: "#cfb0d6" }],
    },
    per_kind: { year: { commune: [{ from: 1, to: 50, color: "#4f2163" }] } },
    special: [
      { status: "i", pattern: "diagonal", color: null },
      { status: "m", pattern: "hatch", color: "#b9bdc4" },
      { status: "x", pattern: "none", color: "#dedfdd" },
    ],
  },
};
const LADDER = {
  id: "class",
  legend: {
    type: "categories",
    items: [{ value: 0, letter: "✓", color: "#1b7f79" }, { value: 4, letter: "I", color: "#a63d2f" }],
    special: [{ status: "a", pattern: "dots", color: "#ffffff" }],
  },
};

test("zero, no data, not subject and an incomplete report are four looks", () => {
  const look = looker(COUNTS, classesOf(COUNTS, "commune"));
  const looks = [look(0, "."), look(null, "m"), look(null, "x"), look(0, "i")];
  assert.deepEqual(looks.map(({ row }) => row), ["zero", "m", "x", "zero"]);
  assert.equal(new Set(looks.map(({ color, pattern }) => color + pattern)).size, 4);
});

test("a value from the register keeps its colour and gains a pattern", () => {
  const look = looker(COUNTS, classesOf(COUNTS, "commune"));
  assert.deepEqual(look(4, "i"), { row: "1", color: "#7f4a92", pattern: "diagonal" });
});

test("a missing value never takes the colour of zero, even when the status was forgotten", () => {
  const look = looker(COUNTS, classesOf(COUNTS, "commune"));
  assert.equal(look(null, ".").pattern, "hatch");
});

test("a value beyond the last class stays in it", () => {
  assert.equal(classAt(classesOf(COUNTS, "commune"), 500), 1);
});

test("longer windows and hexagons have classes of their own", () => {
  assert.equal(classesOf(COUNTS, "commune", "year")[0].to, 50);
  assert.equal(classesOf(COUNTS, "commune", "month")[0].to, 2);
  assert.equal(classesOf(COUNTS, "cells_7")[0].to, 5);
});

test("a class is known by letter and not assessed is no class", () => {
  const look = looker(LADDER, LADDER.legend.items);
  assert.equal(letterOf(LADDER, 4), "I");
  assert.equal(letterOf(LADDER, null), "");
  assert.deepEqual(look(null, "a"), { row: "a", color: "#ffffff", pattern: "dots" });
  assert.equal(look(4, ".").row, "1");
});

test("the legend counts every unit once, and incomplete reports besides", () => {
  const look = looker(COUNTS, classesOf(COUNTS, "commune"));
  const counts = tally({ v: [0, 1, 5, null, 5], s: "..im." }, look);
  assert.deepEqual(Object.fromEntries(counts), { zero: 1, 0: 1, 1: 2, i: 1, m: 1 });
});

test("letters on dark colours are white", () => {
  assert.equal(isDark("#a63d2f"), true);
  assert.equal(isDark("#f2d59a"), false);
});
