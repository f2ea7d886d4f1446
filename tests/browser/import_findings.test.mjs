import assert from "node:assert/strict";
import { test } from "node:test";

import { byRow, fieldsToShow, fileProblem, groupsOf, inCommon, mayCommit, mendable, reportOfRefusal, rowsNotShown, sentenceOf, verdictOf } from "../../static/js/import_findings.js";
import { without } from "../../static/js/import_fix.js";
import { boxOf, classesOfCounts } from "../../static/js/import_map.js";

const finding = (code, severity = "error", more = {}) => ({ code, severity, row: null, column: null, unit: null, message_vi: code, message_en: code, acceptable: false, ...more });
const report = (more = {}) => ({
  committed: false, import_id: null, sha256: "0".repeat(64), simulated: false, ok: true, counts: { rows: 3, refused: 0, new: 3, known: 0 },
  columns: {}, file_columns: [], findings: [], finding_counts: {}, rows: [], shapes: null, units: [], ...more,
});
const field = (id, more = {}) => ({ id, title_vi: `Mục ${id}`, title_en: id, required: false, may_default: true, choices: [], ...more });
const kind = { id: "population", title_vi: "", title_en: "", shapes: [], suffixes: [".csv", ".xlsx"], fields: [field("unit_code"), field("persons"), field("counted_on")] };

test("sentences of one kind are told once, with what differs left open", () => {
  assert.equal(inCommon(["Mã 01 không có.", "Mã 02 không có."]), "Mã … không có.");
  assert.equal(inCommon(["Ô trống.", "Ô trống."]), "Ô trống.");
  assert.equal(inCommon(["một hai", "một hai ba"]), "một hai …");
  assert.equal(inCommon(["a b", "c d"]), "…");
  assert.equal(inCommon(["x x", "x x x"]), "x x …");
});

test("errors come first, then the frequent; counts are those of the whole file", () => {
  const found = [finding("note", "info"), finding("rare"), finding("often", "error", { row: 1 }), finding("hint", "warning")];
  const groups = groupsOf(report({ findings: found, finding_counts: { often: 900 } }));
  assert.deepEqual(groups.map(({ code, count }) => [code, count]), [["often", 900], ["rare", 1], ["hint", 1], ["note", 1]]);
});

test("findings stand beside their rows, those of the file beside none", () => {
  const rows = byRow([finding("a", "error", { row: 4 }), finding("b", "error", { row: 4 }), finding("c")]);
  assert.deepEqual([...rows].map(([row, found]) => [row, found.length]), [[4, 2]]);
});

test("a verdict is said for every way a file can turn out", () => {
  assert.equal(verdictOf(report()), "good");
  assert.equal(verdictOf(report({ counts: { rows: 3, refused: 0, new: 0, known: 3 } })), "nothing_new");
  assert.equal(verdictOf(report({ counts: { rows: 3, refused: 1, new: 0, known: 0 } })), "partly");
  assert.equal(verdictOf(report({ counts: { rows: 3, refused: 3, new: 0, known: 0 } })), "refused");
  assert.equal(verdictOf(report({ counts: { rows: 0, refused: 0, new: 0, known: 0 } })), "unread");
  assert.equal(verdictOf(report({ findings: [finding("column_missing")] })), "unread");
});

test("only what the service accepts, and what is new, can be stored, and only once", () => {
  assert.equal(mayCommit(report()), true);
  assert.equal(mayCommit(report({ ok: false })), false);
  assert.equal(mayCommit(report({ committed: true })), false);
  assert.equal(mayCommit(report({ counts: { rows: 3, refused: 0, new: 0, known: 3 } })), false);
});

test("what the page can mend is found in the findings", () => {
  const missing = finding("column_missing", "error", { message_vi: "Chỉ rõ bằng --map persons=TÊN_CỘT." });
  const crs = finding("crs_proposed", "info", { message_vi: "Có thể là EPSG:9209 (VN-2000). Thêm --crs EPSG:9209 nếu đúng." });
  const found = mendable(report({ findings: [missing, crs, finding("columns_ignored", "info")] }));
  assert.deepEqual([...found.columns], ["persons"]);
  assert.deepEqual([found.crs, found.proposals], [true, ["EPSG:9209"]]);
  assert.deepEqual([mendable(report()).crs, mendable(report()).any], [false, false]);
  assert.equal(mendable(report({ known_layout: "to-thu-hai" })).any, true);
});

test("a refusal that says what to mend becomes a report; another stays a refusal", () => {
  const refusal = (code, findings) => ({ code, message_vi: "Không nhận được.", message_en: "Not taken.", details: findings ? { findings } : {} });
  const told = reportOfRefusal(refusal("record_crs_refused", [finding("crs_missing")]));
  assert.deepEqual([told?.ok, verdictOf(told), told?.findings.map(({ code }) => code)], [false, "unread", ["record_crs_refused", "crs_missing"]]);
  assert.equal(reportOfRefusal(refusal("http_parameter", [finding("http_field")])), null);
  assert.equal(reportOfRefusal(refusal("place_crs_missing")), null);
});

test("fields are called by their titles", () => {
  const unread = finding("record_unreadable", "error", { message_vi: "Không đọc được ô “persons”. Không phải “khác”." });
  assert.equal(sentenceOf(unread, kind), "Không đọc được ô “Mục persons”. Không phải “khác”.");
});

test("the columns with most to mend stand first", () => {
  const findings = [finding("a", "error", { row: 1, column: "Ngày" }), finding("a", "error", { row: 2, column: "Ngày" }), finding("b", "error", { row: 2, column: "Số" })];
  const rows = [{ row: 1, cells: { unit_code: "1", persons: "2", counted_on: "3" }, unit: null, state: "refused" }];
  const shown = fieldsToShow(report({ findings, rows, columns: { counted_on: "Ngày", persons: "Số" } }), kind);
  assert.deepEqual(shown.map(({ id }) => id), ["counted_on", "persons", "unit_code"]);
});

test("a file that cannot be taken is told before it is sent", () => {
  assert.equal(fileProblem({ name: "Dân số.XLSX", size: 10 }, kind, 100), "");
  assert.equal(fileProblem({ name: "so.docx", size: 10 }, kind, 100), "import_wrong_type");
  assert.equal(fileProblem({ name: "so.csv", size: 0 }, kind, 100), "import_empty_file");
  assert.equal(fileProblem({ name: "so.csv", size: 101 }, kind, 100), "import_too_large");
});

test("rows that were not brought along are counted", () => {
  const rows = [{ row: 1, cells: {}, unit: null, state: "refused" }, { row: 2, cells: {}, unit: null, state: "known" }];
  const told = report({ counts: { rows: 500, refused: 320, new: 0, known: 0 }, rows });
  assert.equal(rowsNotShown(told, "refused"), 319);
  assert.equal(rowsNotShown(told, "good"), 179);
});

test("a choice taken back leaves nothing behind", () => {
  assert.deepEqual(without({ a: "1" }, "b", "2"), { a: "1", b: "2" });
  assert.deepEqual(without({ a: "1", b: "2" }, "b", ""), { a: "1" });
});

test("communes fall into classes of whole numbers, the last of them closed", () => {
  const classes = classesOfCounts([1, 1, 4, 12, 30]);
  assert.deepEqual(classes.map(({ from, to, count }) => [from, to, count]), [[1, 1, 2], [2, 9, 1], [10, 30, 2]]);
  assert.deepEqual(classesOfCounts([1]).map(({ from, to }) => [from, to]), [[1, 1]]);
  assert.deepEqual(classesOfCounts([]), []);
});

test("the box of a shape holds all its corners", () => {
  assert.deepEqual(boxOf({ type: "Point", coordinates: [105, 20] }), [105, 20, 105, 20]);
  assert.deepEqual(boxOf({ type: "Polygon", coordinates: [[[105, 20], [106, 20], [106, 21], [105, 20]]] }), [105, 20, 106, 21]);
  assert.equal(boxOf(null), null);
});
