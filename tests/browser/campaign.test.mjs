import assert from "node:assert/strict";
import { test } from "node:test";

import { changes, comparable, compared, difference, readWish, statusOf, writeWish } from "../../static/js/campaign_model.js";

const window_ = (id, values, state = "over") => ({ id, state, values: { active: values }, totals: { active: values.some((v) => v !== null) ? values.reduce((sum, v) => sum + (v ?? 0), 0) : null } });
const told = {
  units: { code: ["1", "2", "3", "4"], name: ["Xã Đông", "Xã An", "Xã Bình", "Xã Tây"], assessable: [true, true, true, false] },
  windows: [window_("before", [3, 1, null, null]), window_("after", [1, 4, 2, null])],
  pairs: [{ base: "before", side: "after", left: "before", right: "after" }],
};

test("the address holds what differs from the usual and reads back", () => {
  const wish = { ...readWish(""), unit: "3145728", ref: "THD-2026/1", base: "year_before" };
  assert.deepEqual(readWish(writeWish(wish)), wish);
  assert.equal(writeWish(readWish("")), "#");
});

test("what has the wrong form is left out of the address", () => {
  assert.deepEqual(readWish("#unit=x&base=never&measure=persons&ref=<b>"), readWish(""));
});

test("communes that changed stand by name, never by number", () => {
  const [left, right] = compared(told, readWish(""));
  const found = changes(told, left, right, "active");
  assert.deepEqual(found.changed.map(({ name }) => name), ["Xã An", "Xã Đông"]);
  assert.deepEqual([found.same, found.missing], [0, 1]);
});

test("a window that is not over is not compared", () => {
  const running = window_("after", [1, 4, 2, null], "running");
  assert.equal(comparable([told.windows[0], running]), false);
  assert.equal(difference(told.windows[0], running, "active"), null);
  assert.equal(difference(told.windows[0], told.windows[1], "active"), 3);
});

test("no figure is no data, or not subject to assessment", () => {
  assert.deepEqual([statusOf(0, true), statusOf(null, true), statusOf(null, false)], [".", "m", "x"]);
});
