import assert from "node:assert/strict";
import { test } from "node:test";

import { figureOf, inOrder, neededOf, ownReached, planHash, readPlanAddress, roadOption, sparkOf, trendOption, written } from "../../static/js/plan_model.js";

const reading = (last, value, numerator = null, denominator = null) => ({ period: last, label_vi: last, label_en: last, last, value, numerator, denominator, is_estimate: false, is_whole: true });
const part = (name, numerator, denominator, bound) => ({ name, state: "behind", reading: reading("2026-10-31", numerator / denominator, numerator, denominator), milestones: [{ due: "2026-12-31", bound }, { due: "2030-12-31", bound: 0.5 }], registered: [], needed: null });
const target = { is_share: true, unit_vi: "", comparator: "≥", deadline: "2030-12-31", state: "on_course", pace_needed: 7.5, parts: [], reading: reading("2026-10-31", 0.2, 20, 100), series: [reading("2025-10-31", 0.1, 10, 100), reading("2026-10-31", 0.2, 20, 100)], milestones: [{ due: "2030-12-31", bound: 0.5 }] };

test("the address keeps what is asked for and nothing that has the wrong form", () => {
  const wish = { plan: "s3", asOf: "2026-01-31", order: "own", lang: "en" };
  assert.deepEqual(readPlanAddress(planHash(wish)), wish);
  assert.deepEqual(readPlanAddress("#plan=<b>&as_of=1/2/26&order=worst&lang=fr"), { plan: "", asOf: "", order: "name", lang: "vi" });
});

test("a share is cut, never rounded up to what it has not reached", () => {
  assert.equal(written(0.49999, true), "49,9%");
  assert.equal(written(0.5, true), "50,0%");
  assert.equal(written(0.29, true), "29,0%");
});

test("a figure with parts is told by its parts", () => {
  assert.equal(figureOf(target, target), "20/100");
  assert.equal(figureOf({ ...target, reading: reading("2024-12-14", 7) }, { ...target, is_share: false, unit_vi: "vụ" }), "7 vụ");
  assert.equal(neededOf({ ...target, needed: 50, bound: 0.5 }, target), "plan_needed_more");
  const few = { ...target, needed: null, bound: 4, reading: reading("2024-12-14", 8) };
  assert.equal(neededOf(few, { ...target, comparator: "<" }), "plan_bound");
  assert.equal(neededOf({ ...few, state: "by_hand" }, target), "");
  assert.equal(neededOf({ ...target, needed: 20, bound: 0.2 }, target), "plan_needed");
});

test("units stand by name, or by their own number reached; never by what they count", () => {
  const parts = [part("Tỉnh Điện Biên", 90, 100, 1), part("Thành phố Đà Nẵng", 10, 100, 0.1), part("Tỉnh An Giang", 1, 100, 0.5)];
  assert.deepEqual(inOrder(parts, "name", "2026-10-31").map(({ name }) => name), ["Tỉnh An Giang", "Thành phố Đà Nẵng", "Tỉnh Điện Biên"]);
  assert.deepEqual(inOrder(parts, "own", "2026-10-31").map(({ name }) => name), ["Thành phố Đà Nẵng", "Tỉnh Điện Biên", "Tỉnh An Giang"]);
  assert.equal(ownReached({ ...parts[0], reading: null }, "2026-10-31"), null);
});

test("the road shows each unit's own next number, not the last one of all", () => {
  const option = roadOption([part("Tỉnh An Giang", 20, 100, 0.3)], { asOf: "2026-10-31", last: 0.5 });
  assert.deepEqual(option.series[1].data, [30]);
  assert.equal(option.series[0].markLine.data[0].xAxis, 50);
  assert.equal(roadOption([part("A", 1, 2, 0.3)], { asOf: "2027-01-01", last: null }).series[1].data[0], 50);
});

test("the trend goes on to the target by the way that is still to go", () => {
  const { series } = trendOption(target);
  assert.deepEqual(series.at(-1).data, [["2026-10-31", 20], ["2030-12-31", 50]]);
  assert.equal(trendOption({ ...target, state: "met", pace_needed: null }).series.length, 2);
  assert.equal(trendOption({ ...target, comparator: null, milestones: [] }).series.length, 1);
});

test("a small line needs two readings and has the target across it", () => {
  assert.equal(sparkOf({ ...target, series: target.series.slice(1) }), null);
  const laid = sparkOf(target);
  assert.ok(laid.target < laid.now.y);
  assert.equal(sparkOf({ ...target, comparator: "decreasing" }).target, null);
});
