import assert from "node:assert/strict";
import { test } from "node:test";

import { nearestStep, stepsOf } from "../../static/js/timeline.js";

const period = (id, kind, last_day, boundary_set = "old", revision = 1) => ({ id, kind, last_day, boundary_set, revision });
const PERIODS = [
  period("M2025-07", "month", "2025-07-31", "new"),
  period("M2025-05", "month", "2025-05-31"),
  period("M2025-06", "month", "2025-06-30", "old", null),
  period("M2024-12", "month", "2024-12-31"),
  period("Y2025", "year", "2025-12-14", "new"),
  period("Y2024", "year", "2024-12-14"),
];

test("steps hold one kind in the order of time", () => {
  assert.deepEqual(stepsOf(PERIODS, "month").map(({ period: { id } }) => id), ["M2024-12", "M2025-05", "M2025-06", "M2025-07"]);
});

test("a period belongs to the year in which it ends", () => {
  assert.deepEqual(stepsOf(PERIODS, "month").map(({ year }) => year), ["2024", "2025", "", ""]);
});

test("a period without a computed revision has no data", () => {
  assert.deepEqual(stepsOf(PERIODS, "month").map(({ has }) => has), [true, true, false, true]);
});

test("the step on which boundaries turn is marked", () => {
  assert.deepEqual(stepsOf(PERIODS, "month").map(({ turn }) => turn), [false, false, false, true]);
});

test("changing the kind lands on the last period that had ended", () => {
  assert.equal(nearestStep(stepsOf(PERIODS, "year"), "2025-07-31")?.period.id, "Y2024");
  assert.equal(nearestStep(stepsOf(PERIODS, "month"), "2025-06-30")?.period.id, "M2025-05");
  assert.equal(nearestStep(stepsOf(PERIODS, "year"), "2023-01-01")?.period.id, "Y2024");
  assert.equal(nearestStep([], ""), undefined);
});
