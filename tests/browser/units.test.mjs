import assert from "node:assert/strict";
import { test } from "node:test";

import { Register, briefName, fold, fullName, search, searchIndex, shortName } from "../../static/js/units.js";

const columns = (rows) => ({
  ordinal: rows.map((row) => row[0]),
  code: rows.map((row) => row[1]),
  name: rows.map((row) => row[2]),
  kind: rows.map((row) => row[3]),
  parent: rows.map((row) => row[4]),
  former: rows.map((row) => row[5] ?? []),
  label: rows.map(() => [106, 20]),
  bbox: rows.map(() => [106, 20, 106.1, 20.1]),
  assessable: rows.map(() => true),
  area_km2: rows.map(() => 10),
});
const REGISTER = new Register({
  boundary_set: "0123456789abcdef",
  levels: {
    province: columns([[1, "31", "Thành phố Hải Phòng", "thành phố", 0], [5, "37", "Tỉnh Ninh Bình", "tỉnh", 0], [7, "79", "Thành phố Hồ Chí Minh", "thành phố", 0]]),
    commune: columns([
      [8, "26740", "Phường Sài Gòn", "phường", 7],
      [2, "10537", "Phường Tân Hưng", "phường", 1, ["Phường Hải Tân", "Phường Tân Hưng"]],
      [3, "10660", "Phường Hoà Bình", "phường", 1],
      [6, "14000", "Xã Tân Hưng", "xã", 5],
    ]),
  },
});
const INDEX = searchIndex(REGISTER);
const found = (text) => search(INDEX, text).map(({ unit, former }) => [unit.code, former]);

test("names are found without accents", () => {
  assert.equal(fold("Đặc khu Trường Sa"), "dac khu truong sa");
  assert.deepEqual(found("hai phong")[0], ["31", ""]);
});

test("where the tone mark stands does not matter", () => {
  assert.equal(fold("Hoà"), fold("Hòa"));
  assert.equal(found("hòa bình")[0][0], "10660");
});

test("short forms find the cities", () => {
  for (const text of ["tp hcm", "tphcm", "hcm", "TP. Hồ Chí Minh", "tp.hcm"]) assert.equal(found(text)[0]?.[0], "79", text);
  assert.equal(found("sg")[0]?.[0], "26740");
  assert.equal(found("tp hai phong")[0]?.[0], "31");
});

test("a former name finds the unit of today", () => {
  assert.deepEqual(found("hai tan")[0], ["10537", "Phường Hải Tân"]);
  assert.deepEqual(found("Hải Tân")[0], ["10537", "Phường Hải Tân"]);
});

test("a province beside the name tells namesakes apart", () => {
  assert.deepEqual(found("tan hung").map(([code]) => code), ["10537", "14000"]);
  assert.deepEqual(found("tan hung ninh binh").map(([code]) => code), ["14000"]);
});

test("a former name equal to the present one is not listed twice", () => {
  assert.deepEqual(INDEX.filter(({ unit }) => unit.code === "10537").map(({ former }) => former), ["", "Phường Hải Tân"]);
});

test("a code finds its unit, nonsense finds nothing", () => {
  assert.equal(found("10660")[0][0], "10660");
  assert.deepEqual(found("zzz"), []);
  assert.deepEqual(found("  "), []);
});

test("names are shortened without leaving a bare number", () => {
  assert.equal(shortName("Phường Tân Hưng"), "Tân Hưng");
  assert.equal(shortName("Quận 1"), "Quận 1");
  assert.equal(shortName("Thành phố Hồ Chí Minh"), "TP. Hồ Chí Minh");
  assert.equal(briefName("Phường Hải Tân"), "P. Hải Tân");
  assert.equal(fullName("Tân Hưng", "phường"), "Phường Tân Hưng");
  assert.equal(fullName("Phường Tân Hưng", "phường"), "Phường Tân Hưng");
});

test("a commune knows its province", () => {
  assert.equal(REGISTER.byOrdinal.get(6)?.province, "Tỉnh Ninh Bình");
});
