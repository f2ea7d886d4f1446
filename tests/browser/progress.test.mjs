import assert from "node:assert/strict";
import { test } from "node:test";

import { chosen, lookOf, monthsOf, queryOf, readWish, shareOn, steps, streams, usualEnds, writeWish } from "../../static/js/progress_model.js";

const STATES = ["loai_1", "loai_2", "loai_3", "khong_trong_diem", "khong_ma_tuy", "chua_danh_gia", "not_subject", "not_in_force"].map((id) => ({ id }));
const KINDS = ["up", "down", "first", "lost", "same", "none", "ended", "not_subject"].map((id) => ({ id }));
const kind = (name) => KINDS.findIndex(({ id }) => id === name);

test("the address holds what differs from the usual and reads back", () => {
  const wish = { ...readWish(""), from: "Y2024", to: "2026-10-31", area: "province:33", show: "jump", lang: "en" };
  assert.equal(writeWish(wish), "#from=Y2024&to=2026-10-31&area=province:33&show=jump&lang=en");
  assert.deepEqual(readWish(writeWish(wish)), wish);
});

test("what has the wrong form is left out of the address", () => {
  assert.deepEqual(readWish("#from=<b>&to=2026-1&on=xyz&area=village:1&show=worst&lang=fr&other=1"), readWish(""));
});

test("a question names only what is wished for", () => {
  assert.equal(queryOf({ ...readWish(""), from: "Y2024", to: "Y2025" }, ["from", "to", "on", "area"]), "from=Y2024&to=Y2025");
});

test("one begins with the newest month and the same one a year before", () => {
  const months = ["M2025-08", "M2025-09", "M2026-08", "M2026-09"].map((id) => ({ id, kind: "month", last_day: `${id.slice(1)}-30` }));
  assert.deepEqual(usualEnds([...months, { id: "Y2026", kind: "year", last_day: "2026-12-14" }]), { from: "M2025-09", to: "M2026-09" });
  assert.equal(usualEnds(months.slice(0, 1)), null);
  assert.deepEqual(usualEnds(months.slice(2)), { from: "M2026-08", to: "M2026-09" });
});

test("moves up and down are told apart by one step and more, all others by their kind", () => {
  assert.deepEqual([lookOf("up", 1), lookOf("up", 3), lookOf("down", -1), lookOf("down", -2)].map(({ row }) => row), ["up1", "up2", "down1", "down2"]);
  assert.equal(lookOf("first", null).row, "first");
  assert.equal(lookOf("ended", null).row, "ended");
  const greys = new Set(["same", "not_subject"].map((one) => lookOf(one, 0).pattern));
  assert.deepEqual([...greys], [""]);
  assert.notEqual(lookOf("down", -1).pattern, lookOf("up", 1).pattern);
});

test("a choice of communes keeps the order of their codes", () => {
  const told = { kinds: KINDS, units: { kind: ["down", "up", "same", "up", "first", "none", "lost"].map(kind), steps: [-3, 1, 0, 2, 0, 0, 0] } };
  assert.deepEqual(chosen(told, "moved"), [0, 1, 3, 4, 6]);
  assert.deepEqual(chosen(told, "up"), [1, 3]);
  assert.deepEqual(chosen(told, "jump"), [3]);
  assert.deepEqual(chosen(told, "none"), [5, 6]);
  assert.equal(chosen(told, "all").length, 7);
});

test("flows leave out what is not subject, and their nodes sum to the communes", () => {
  const flows = [{ before: 4, after: 4, count: 3 }, { before: 7, after: 4, count: 2 }, { before: 0, after: 1, count: 1 }, { before: 6, after: 6, count: 9 }];
  const { nodes, links } = streams({ states: STATES, flows });
  assert.equal(links.length, 3);
  const sum = (side) => nodes.filter((node) => node.side === side).reduce((all, { count }) => all + count, 0);
  assert.deepEqual([sum("before"), sum("after")], [6, 6]);
  assert.deepEqual(nodes.filter(({ side }) => side === "before").map(({ state }) => state), [4, 0, 7]);
});

test("a share is told on its days and not beyond what was followed", () => {
  const curve = { days: [0, 10, 20], share: [0, .25, .5], low: [0, .1, .3], high: [0, .4, .7], followed: 73 };
  assert.deepEqual(shareOn(curve, 15), { share: .25, low: .1, high: .4 });
  assert.equal(shareOn(curve, 74), null);
  assert.deepEqual(steps(curve, (at) => curve.share[at]).at(-1), [monthsOf(73), .5]);
  assert.equal(monthsOf(365), 12);
});
