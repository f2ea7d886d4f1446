import assert from "node:assert/strict";
import { test } from "node:test";

import { readUnitAddress, unitAddress } from "../../static/js/unit_address.js";
import { rowsOf, sentenceOf, staysUntil } from "../../static/js/unit_family.js";
import { countsOf, drawnOf, piecesOf } from "../../static/js/unit_lives.js";
import { rowsOfUnit } from "../../static/js/unit_reports.js";
import { kindsOf, shownOf } from "../../static/js/unit_series.js";
import { SIZE, lastFigure, layOut, placeOf, spanOf } from "../../static/js/unit_spark.js";

const point = (period, value, status = ".") => ({ period, value, status, numerator: null, denominator: null });
const YEAR = { from: placeOf("M2026-01"), to: placeOf("M2026-12") };

test("a period without a figure is a gap in the line", () => {
  const { lines, alone } = layOut([point("M2026-01", 1), point("M2026-02", 2), point("M2026-03", null), point("M2026-04", 3), point("M2026-06", 1), point("M2026-07", 1)], YEAR);
  assert.equal(lines.length, 2);
  assert.equal(alone.length, 1);
});

test("a carried and an estimated figure are lines of their own", () => {
  const { lines } = layOut([point("M2026-01", 1), point("M2026-02", 2, "c"), point("M2026-03", 2, "c"), point("M2026-04", 3, "e"), point("M2026-05", 3)], YEAR);
  assert.deepEqual(lines.map(({ manner }) => manner), ["carried", "estimated", "reported"]);
});

test("lines begin at zero and stay inside, whatever the values", () => {
  for (const values of [[0, 0], [1, 5], [0, 1e9], [0.001, 0.002]]) {
    const { lines } = layOut(values.map((value, place) => point(`M2026-0${place + 1}`, value)), YEAR);
    for (const y of lines[0].path.match(/ (-?[\d.]+)/g).map(Number)) assert.ok(y >= 0 && y <= SIZE.height);
    if (values[0] === 0) assert.match(lines[0].path, new RegExp(`^M[\\d.]+ ${SIZE.height - SIZE.space}L`));
  }
  assert.deepEqual(layOut([], YEAR).lines, []);
});

test("years follow each other as months do, and stand where they end", () => {
  const years = [point("Y2024", 1), point("Y2025", 2)];
  assert.equal(layOut(years, spanOf([{ points: years }])).lines.length, 1);
  assert.equal(placeOf("Y2025"), placeOf("M2025-12"));
  assert.equal(placeOf("H2025-1"), placeOf("M2025-06"));
});

test("the last figure is that of the period asked for, never a later one", () => {
  const points = [point("M2026-01", 1), point("M2026-02", null), point("M2026-03", 3)];
  assert.equal(lastFigure(points, placeOf("M2026-02")).period, "M2026-01");
  assert.equal(lastFigure(points, placeOf("M2025-02")), undefined);
});

test("kinds of period are never mixed in one series; the fullest is shown", () => {
  const months = { indicator: "I02", kind: "month", points: [point("M2026-01", 1), point("M2026-02", 2)] };
  const years = { indicator: "I02", kind: "year", points: [point("Y2025", 9)] };
  const half = { indicator: "I01", kind: "half_year", points: [point("H2026-1", 4)] };
  const yearly = { indicator: "I01", kind: "year", points: [point("Y2024", 7), point("Y2025", 9)] };
  assert.deepEqual(shownOf([months, years, half, yearly], ""), [months, yearly]);
  assert.deepEqual(shownOf([months, years, half, yearly], "year"), [years, yearly]);
  assert.deepEqual(kindsOf([years, months, { indicator: "I07", kind: "calendar_year", points: [point("C2025", null)] }]), ["month", "year"]);
});

const node = (id, set, from, role = "older") => ({ id, boundary_set: set, valid_from: from, role, step: 0, name: id });
const link = (from, to, kind, weight = 1) => ({ from, to, kind, weight, changed_on: "2025-07-01", act: "", basis: "area", source: "list" });

test("a family stands in rows of sets, the older above", () => {
  const family = { nodes: [node("s", "n", "2025-07-01", "self"), node("a", "o", "2019-01-01"), node("b", "o", "2019-01-01"), node("z", "p", "2026-04-30", "newer")], links: [], box: [0, 0, 1, 1] };
  assert.deepEqual(rowsOf(family).map(({ nodes, own }) => [nodes.map(({ id }) => id).join(""), own]), [["ab", false], ["s", true], ["z", false]]);
});

test("a family is told in one sentence by what happened to the unit itself", () => {
  const nodes = [node("s", "n", "2025-07-01", "self"), node("a", "o", "2019-01-01"), node("b", "o", "2019-01-01")];
  const code = (links) => sentenceOf({ nodes, links, box: [0, 0, 1, 1] })[0];
  assert.equal(code([link("a", "s", "merge"), link("b", "s", "split", 0.4)]), "unit_family_merged");
  assert.equal(code([link("a", "s", "split", 0.4)]), "unit_family_part");
  assert.equal(code([link("s", "a", "split", 0.4), link("s", "b", "split", 0.6)]), "unit_family_split");
  assert.equal(code([link("s", "a", "merge")]), "unit_family_absorbed");
  assert.equal(code([link("a", "s", "unchanged")]), "unit_family_same");
  assert.equal(code([]), "unit_family_same");
  nodes[0].valid_to = "2025-07-01";
  assert.equal(code([]), "unit_family_ended");
  assert.equal(code([link("s", "a", "unchanged")]), "unit_family_same");
});

test("a row that stays as it is until the next one is not drawn twice", () => {
  const [older, newer] = [[node("a", "o", "2019-01-01"), node("b", "o", "2019-01-01")], [node("c", "n", "2024-01-01"), node("d", "n", "2024-01-01")]];
  const same = [link("a", "c", "unchanged"), link("b", "d", "unchanged")];
  assert.equal(staysUntil(older, newer, same), true);
  assert.equal(staysUntil(older, newer, [same[0], link("b", "d", "rename")]), false);
  assert.equal(staysUntil(older, newer.slice(1), same), false);
  assert.equal(staysUntil(older, undefined, same), false);
});

const event = (state, effective_on, superseded = false) => ({ state, effective_on, superseded, recorded_on: effective_on, document_no: null });

test("a corrected event makes no piece of a life", () => {
  const life = { number: 1, events: [event("listed", "2026-01-01", true), event("listed", "2026-02-01"), event("eliminated", "2026-03-01")] };
  assert.deepEqual(piecesOf(life, "2026-06-30").map(({ from, to, stroke }) => [from, to, stroke]), [
    ["2026-02-01", "2026-03-01", "active"], ["2026-03-01", "2026-06-30", "rest"],
  ]);
});

test("a delisted place has no line after its end", () => {
  const [, last] = piecesOf({ events: [event("suspected", "2026-01-01"), event("delisted", "2026-02-01")] }, "2026-06-30");
  assert.equal(last.from, last.to);
});

test("active places are drawn before those that ended, in the order of their numbers", () => {
  const lives = Array.from({ length: 60 }, (_, place) => ({ number: place + 1, state: place < 10 ? "listed" : "delisted", events: [event("listed", `2025-01-${String((place % 28) + 1).padStart(2, "0")}`)] }));
  const drawn = drawnOf(lives).map(({ number }) => number);
  assert.deepEqual(drawn.slice(0, 10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(drawn, [...drawn].sort((one, other) => one - other));
});

test("no place at all is not told as none active", () => {
  assert.equal(countsOf({ total: 0, states: [] })[0], "unit_lives_none");
  assert.deepEqual(countsOf({ total: 3, states: [{ state: "reformed", count: 1 }, { state: "suspected", count: 2 }] })[1], { total: 3, active: 1, suspected: 2 });
});

test("reports stand with the newest first", () => {
  assert.deepEqual(rowsOfUnit({ units: [{ rows: [{ due_last: "2026-01-14" }, { due_last: "2026-06-19" }] }] }).map(({ due_last }) => due_last), ["2026-06-19", "2026-01-14"]);
  assert.deepEqual(rowsOfUnit({ units: [] }), []);
});

test("an address of a unit is read as it was written, and nothing else is", () => {
  const wanted = { set: "0123456789abcdef", level: "commune", code: "10537", period: "M2026-10", known: "2026-08-15", kind: "year", lang: "en" };
  assert.deepEqual(readUnitAddress(unitAddress(wanted).replace("/unit", "")), wanted);
  assert.deepEqual(readUnitAddress("#set=../etc&code=<b>&level=country&period=x&lang=fr&known=today"), { set: "", level: "commune", code: "", period: "", known: "", kind: "", lang: "vi" });
});
