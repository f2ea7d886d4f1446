import assert from "node:assert/strict";
import { test } from "node:test";

import { DEFAULTS, readAddress, writeAddress } from "../../static/js/state.js";
import { csvOf } from "../../static/js/table.js";

test("an address read back gives the same state", () => {
  const state = { ...DEFAULTS, layer: "active", period: "M2026-07", unit: "0123456789abcdef:commune:10537", view: "9.50/20.9400/106.3300", lang: "en" };
  assert.deepEqual(readAddress(writeAddress(state)), state);
});

test("the usual state leaves the address empty", () => {
  assert.equal(writeAddress({ ...DEFAULTS }), "#");
});

test("what does not belong into an address is left out", () => {
  assert.deepEqual(readAddress("#lang=xx&view=javascript:1&level=village&unknown=1&layer=<b>&show=all"), DEFAULTS);
});

test("a CSV opens in Excel in Vietnamese and runs no formula", () => {
  assert.equal(csvOf([["Xã A", "1.234,5"], ["=1+1", 'a"b']]), '\ufeff"Xã A";"1.234,5"\r\n"\'=1+1";"a""b"\r\n');
  assert.equal(csvOf([["-5"]]), '\ufeff"-5"\r\n');
});
