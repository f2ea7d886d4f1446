import assert from "node:assert/strict";
import { test } from "node:test";
import { STATES, asksReason, countStates, daysBetween, isLower, provinceRows, shownRows, wishOf } from "../../static/js/assessment_model.js";

const row = (code, more = {}) => ({ key: Number(code), code, name: `Xã ${code}`, province: "01", state: "ra_soat", steps: 1, waits_for: "report", since: "2026-03-01", due_last: null, days_late: 0, computed: null, proposed: null, classified: null, verdict: null, decided: null, previous: null, flags: [], decided_on: null, document_no: null, ...more });
const rows = [
  row("00001", { name: "Xã B", since: "2026-05-01" }),
  row("00002", { name: "Xã A", since: "2026-04-01", waits_for: "classify", state: "danh_gia" }),
  row("00003", { name: "Xã C", waits_for: null, since: null, state: "cong_nhan", flags: ["jump"], decided: "khong_ma_tuy" }),
  row("00004", { name: "Xã D", days_late: 9, since: "2026-09-01", province: "02", flags: ["proposed_differs"] }),
];
const board = { rows, own_duties: ["report"] };
const none = { state: "", province: "", text: "", mine: false, differs: false, late: false, order: "waiting", all: false };
const fold = (name) => name.toLowerCase();
const codes = (filter) => shownRows(board, { ...none, ...filter }, fold).map(({ code }) => code);

test("the latest and the longest waiting stand first, what waits for nobody last", () => {
  assert.deepEqual(codes({}), ["00004", "00002", "00001", "00003"]);
  assert.deepEqual(codes({ order: "name" }), ["00002", "00001", "00003", "00004"]);
});

test("filters leave what is asked for", () => {
  assert.deepEqual(codes({ mine: true }), ["00004", "00001"]);
  assert.deepEqual(codes({ differs: true }), ["00004"]);
  assert.deepEqual(codes({ late: true, province: "01" }), []);
  assert.deepEqual(codes({ state: "cong_nhan" }), ["00003"]);
  assert.deepEqual(codes({ text: "xã a" }), ["00002"]);
  assert.deepEqual(codes({ text: "00003" }), ["00003"]);
});

test("counts follow the province and name every state", () => {
  const counts = countStates(provinceRows(board, { ...none, province: "01" }));
  assert.equal(counts.ra_soat, 1);
  assert.equal(Object.keys(counts).length, STATES.length);
});

test("a recognition asks for a reason only when the class goes down", () => {
  const offer = { step: "cong_nhan", duty: "decide", classes: ["loai_3"], verdicts: [], back_to: [], reasons: [], reason: "if_lower", document: "needed", earliest: "", latest: "" };
  assert.equal(asksReason(offer, null, "khong_ma_tuy"), true);
  assert.equal(asksReason(offer, "loai_3", "loai_3"), false);
  assert.equal(asksReason(offer, "loai_3", null), false);
  assert.equal(isLower("loai_1", "chua_danh_gia"), false);
  assert.equal(daysBetween("2026-03-01", "2026-03-31"), 30);
  const wish = wishOf(offer, { class_id: "loai_3", effective_on: "2026-03-01", document_no: " 7/QĐ ", reason: "tai_phuc_tap", verdict: "dat" }, { seen: 4, previous: "loai_3" });
  assert.deepEqual(wish, { step: "cong_nhan", effective_on: "2026-03-01", class_id: "loai_3", verdict: null, back_to: null, document_no: "7/QĐ", reason: null, seen: 4 });
});
