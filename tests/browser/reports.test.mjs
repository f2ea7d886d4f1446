import assert from "node:assert/strict";
import { test } from "node:test";

import { byProvince, chosenCycle, countStates, filtered, linesOf, onTime } from "../../static/js/reports_model.js";

const row = (state, more = {}) => ({ cycle: "month", period: "M2026-08", state, submitted_on: null, due_last: "2026-09-14", days_late: 0, revision: null, approval: "none", approved_at: null, waits_for: null, ...more });
const unit = (code, name, province, ...rows) => ({ code, name, level: "commune", boundary_set: "s", province, rows });
const calendar = {
  as_of: "2026-09-20",
  provinces: [{ boundary_set: "s", code: "01", name: "Một" }, { boundary_set: "s", code: "02", name: "Hai" }],
  cycles: ["H2026-1", "Y2025", "M2026-09", "M2026-08"].map((period, place) => ({ period, due_last: ["2026-06-19", "2025-12-19", "2026-10-14", "2026-09-14"][place] })),
  units: [
    unit("1", "A", "01", row("on_time")),
    unit("2", "B", "01", row("late", { days_late: 3, waits_for: "province" })),
    unit("3", "C", "02", row("missing", { days_late: 6 })),
    unit("4", "Đ", "02", row("missing", { days_late: 9 })),
    unit("5", "E", "02"),
  ],
};

test("the report that was due last comes first, unless the address names another", () => {
  assert.equal(chosenCycle(calendar, "").period, "M2026-08");
  assert.equal(chosenCycle(calendar, "Y2025").period, "Y2025");
  assert.equal(chosenCycle({ ...calendar, as_of: "2025-01-01" }, "").period, "H2026-1");
});

test("those who have not reported come first, the longest missing before the others", () => {
  assert.deepEqual(linesOf(calendar, "M2026-08").map((one) => one.unit.code), ["4", "3", "2", "1"]);
});

test("a share on time has no value while a day is still to come", () => {
  const counts = countStates(linesOf(calendar, "M2026-08"));
  assert.deepEqual(counts, { on_time: 1, late: 1, missing: 2, not_due: 0 });
  assert.deepEqual(onTime(counts), { num: 1, den: 4 });
  assert.deepEqual(onTime({ ...counts, not_due: 1 }), { num: 0, den: 0 });
});

test("provinces with most missing come first", () => {
  const groups = byProvince(linesOf(calendar, "M2026-08"));
  assert.deepEqual(groups.map(({ code, total }) => [code, total]), [["02", 2], ["01", 2]]);
});

test("a filter leaves what it says", () => {
  const lines = linesOf(calendar, "M2026-08");
  const fold = (text) => text.toLowerCase().replace("đ", "d");
  const codes = (filter) => filtered(lines, { state: "", province: "", text: "", ...filter }, fold).map((one) => one.unit.code);
  assert.deepEqual(codes({ state: "missing" }), ["4", "3"]);
  assert.deepEqual(codes({ state: "waiting" }), ["2"]);
  assert.deepEqual(codes({ province: "01" }), ["2", "1"]);
  assert.deepEqual(codes({ text: "d" }), ["4"]);
  assert.deepEqual(codes({ text: "3" }), ["3"]);
});
