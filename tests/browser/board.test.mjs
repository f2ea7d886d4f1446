import assert from "node:assert/strict";
import { test } from "node:test";
import { countsOf, shownCommunes, shownRows, standOf, sumOf } from "../../static/js/board_model.js";

const rows = [
  { code: "T1", name: "Thôn 1", items: { ra_soat: { value: "co", on: "2026-03-01" }, mo_hinh: { value: "khong_hieu_qua", on: "2026-03-01" } } },
  { code: "T2", name: "Thôn 2", items: { ra_soat: { value: "khong", on: "2026-03-01" }, mo_hinh: { value: "dang_hoat_dong", on: "2026-03-01" } } },
  { code: "T3", name: "Thôn 3", items: {} },
];

test("done, not done and not told are three answers", () => {
  assert.deepEqual(rows.map((row) => standOf(row, "ra_soat")), ["done", "not", "untold"]);
  assert.deepEqual(rows.map((row) => standOf(row, "mo_hinh")), ["not", "done", "untold"]);
});

test("not yet is what is not done, told or not", () => {
  assert.deepEqual(shownRows(rows, "ra_soat", true).map(({ code }) => code), ["T2", "T3"]);
  assert.equal(shownRows(rows, "ra_soat", false).length, 3);
});

test("communes stand by name, never by what they lack", () => {
  const communes = [
    { code: "00002", name: "Xã B", province: "01", total: 9, done: { ra_soat: 9 }, not_done: {} },
    { code: "00001", name: "Xã C", province: "02", total: 5, done: {}, not_done: { ra_soat: 5 } },
    { code: "00003", name: "Xã A", province: "01", total: 4, done: { ra_soat: 1 }, not_done: { ra_soat: 2 } },
  ];
  const names = (filter) => shownCommunes({ communes }, { province: "", text: "", ...filter }, (name) => name.toLowerCase()).map(({ name }) => name);
  assert.deepEqual(names({}), ["Xã A", "Xã B", "Xã C"]);
  assert.deepEqual(names({ province: "01" }), ["Xã A", "Xã B"]);
  assert.deepEqual(names({ text: "00001" }), ["Xã C"]);
  assert.deepEqual(countsOf(communes[2], "ra_soat"), { done: 1, not: 2, untold: 1 });
  assert.deepEqual(sumOf(communes, "ra_soat"), { total: 18, done: 10, not: 7, untold: 1 });
  assert.deepEqual(sumOf(communes, "mo_hinh"), { total: 18, done: 0, not: 0, untold: 18 });
});
