import assert from "node:assert/strict";
import { test } from "node:test";

import { CLASS_STYLES, dressed, over, shown, topOf } from "../../static/js/chart_dress.js";

test("what the caller set stays, what he left out is filled in, and his option is not changed", () => {
  const given = { yAxis: { name: "xã", axisLabel: { color: "#000" } }, series: [{ type: "line", symbolSize: 3 }] };
  const before = JSON.stringify(given);
  const made = dressed(given);
  assert.equal(made.yAxis.axisLabel.color, "#000");
  assert.equal(made.yAxis.axisLabel.fontSize, 13);
  assert.equal(made.series[0].symbolSize, 3);
  assert.equal(made.series[0].connectNulls, false);
  assert.equal(JSON.stringify(given), before);
});

test("lists are taken whole, plain objects are joined name by name", () => {
  assert.deepEqual(over({ a: [1], b: { c: 1 } }, { a: [2, 3], b: { c: 2, d: 3 } }), { a: [1], b: { c: 1, d: 3 } });
});

test("tooltips are drawn on the canvas whatever is asked for: markup with styles is not let in", () => {
  assert.equal(dressed({ tooltip: { renderMode: "html", trigger: "axis" } }).tooltip.renderMode, "richText");
  assert.equal(dressed({ tooltip: { trigger: "axis" } }).tooltip.trigger, "axis");
});

test("nothing moves and every fill has a pattern", () => {
  const made = dressed({});
  assert.equal(made.animation, false);
  assert.equal(made.aria.decal.show, true);
});

test("values on axes are written as the reader writes them; names are not touched", () => {
  const made = dressed({ xAxis: { type: "category" }, yAxis: [{ type: "value" }, {}] });
  assert.equal(made.yAxis[0].axisLabel.formatter(1234.5), "1.234,5");
  assert.equal(made.yAxis[1].axisLabel.formatter(0.25), "0,25");
  assert.equal(made.xAxis.axisLabel.formatter, undefined);
});

test("a missing value is said, zero is a value", () => {
  assert.equal(shown(0), "0");
  assert.equal(shown(null), "chart_no_value");
  assert.equal(shown(12345.67), "12.345,7");
  assert.equal(shown("Hà Nội"), "Hà Nội");
});

test("each class but the two ends of good has a pattern of its own, for greyscale", () => {
  const patterns = Object.entries(CLASS_STYLES).filter(([id]) => !["khong_trong_diem", "khong_ma_tuy"].includes(id)).map(([, style]) => JSON.stringify(style.decal));
  assert.equal(new Set(patterns).size, patterns.length);
  assert.ok(patterns.every((pattern) => !pattern.includes("none")));
});

test("the drawing begins below its legend, however many rows that takes", () => {
  const option = { legend: {}, series: ["Một", "Hai", "Ba"].map((name) => ({ name })) };
  const measure = () => 100;
  const [wide, narrow, none] = [topOf(option, 600, measure), topOf(option, 300, measure), topOf({ series: [] }, 300, measure)];
  assert.equal(narrow - wide, 29);
  assert.ok(none < wide);
  assert.ok(topOf({ ...option, yAxis: { name: "%" } }, 600, measure) > wide);
});
