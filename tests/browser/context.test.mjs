import assert from "node:assert/strict";
import { test } from "node:test";

import { holds, readKinds, toggled, within } from "../../static/js/context.js";
import { readAddress, writeAddress, DEFAULTS } from "../../static/js/state.js";
import { signOf } from "../../static/js/subcommunes.js";

test("kinds are switched on and off in the address", () => {
  assert.deepEqual(readKinds(""), []);
  assert.equal(toggled("", "a", true), "a");
  assert.equal(toggled("a", "b", true), "a,b");
  assert.equal(toggled("a,b", "a", false), "b");
  assert.equal(toggled("a,b", "b", true), "a,b");
});

test("the address keeps the kinds and refuses anything else", () => {
  const state = { ...DEFAULTS, context: "truong_hoc,cua_khau" };
  assert.equal(writeAddress(state), "#context=truong_hoc,cua_khau");
  assert.equal(readAddress(writeAddress(state)).context, "truong_hoc,cua_khau");
  for (const wrong of ["A", "a,", "../x", "a;b"]) assert.equal(readAddress(`#context=${encodeURIComponent(wrong)}`).context, "");
});

test("an answer holds from its first day to the day before its last, on its own boundaries", () => {
  const answer = { boundary_set: "s", same_from: "2025-01-01", same_before: "2026-01-01" };
  assert.ok(holds(answer, "s", "2025-01-01"));
  assert.ok(holds(answer, "s", "2025-12-31"));
  assert.ok(!holds(answer, "s", "2026-01-01"));
  assert.ok(!holds(answer, "s", "2024-12-31"));
  assert.ok(!holds(answer, "other", "2025-06-01"));
  assert.ok(holds({ boundary_set: "s", same_from: null, same_before: null }, "s", "1999-01-01"));
});

test("a commune lists each of its features once, by kind and code", () => {
  const piece = (kind, ref, unit) => ({ type: "Feature", geometry: null, properties: { kind, ref, unit, valid_from: "2023-01-01", provenance: "simulated" } });
  const features = [piece("tuyen_trong_diem", "R", "1"), piece("tuyen_trong_diem", "R", "2"), piece("tuyen_trong_diem", "R", "1"), piece("truong_hoc", "B", "1"), piece("truong_hoc", "A", "1"), piece("truong_hoc", "C", null)];
  assert.deepEqual(within(features, "1").map(({ properties }) => properties.ref), ["A", "B", "R"]);
  assert.deepEqual(within(features, "3"), []);
});

test("yes, no and nothing told are three things", () => {
  assert.deepEqual(signOf("co"), { sign: "✓", word: "item_co" });
  assert.deepEqual(signOf("khong"), { sign: "–", word: "item_khong" });
  assert.deepEqual(signOf("dang_hoat_dong"), { sign: "✓", word: "item_dang_hoat_dong" });
  assert.deepEqual(signOf("da_thanh_loai"), { sign: "–", word: "item_da_thanh_loai" });
  assert.deepEqual(signOf(undefined), { sign: "", word: "item_untold" });
});
