import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { unpack } from "../../static/js/feed.js";

const examples = JSON.parse(readFileSync(new URL("../support/packed_values.json", import.meta.url), "utf8"));

for (const { packed, scale, v, s } of examples)
  test(`values of "${packed}" are read as the server wrote them`, () => assert.deepEqual(unpack(packed, scale), { v, s }));

test("what is no value is told", () => assert.throws(() => unpack("0?1"), RangeError));
