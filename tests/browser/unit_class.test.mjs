import assert from "node:assert/strict";
import { test } from "node:test";

import { groupsOf, owedOf } from "../../static/js/unit_class.js";

const row = (id, of, verdict) => ({ id, class: of, verdict, inputs: [] });
const input = (id, owes) => ({ id, owes_vi: owes, owes_en: owes });
const answer = {
  rows: [row("tuyen", "loai_1", "met"), row("I.a", "loai_1", "met"), row("I.b", "loai_1", "unknown"), row("K.1", "khong_ma_tuy", "not_met"), row("K.2", "khong_ma_tuy", "met")],
  needs: [{ class: "khong_ma_tuy", at_least: 1, of: ["K.1"], or_worse: false }, { class: "khong_ma_tuy", at_least: 1, of: ["K.2"], or_worse: false }, { class: "loai_1", at_least: 2, of: ["I.a", "I.b"], or_worse: false }],
  inputs: [input("I06", "xã"), input("I08", "xã"), input("population", "tỉnh"), input("I10", null)],
  missing: ["I06", "I08", "population"],
};

test("rows stand by class from the gravest, without those that no class asks for", () => {
  const groups = groupsOf(answer);
  assert.deepEqual(groups.map(({ id }) => id), ["loai_1", "khong_ma_tuy"]);
  assert.deepEqual(groups[0].rows.map(({ id }) => id), ["I.a", "I.b"]);
});

test("each need says how many are met; what is unknown is not met", () => {
  const [first, last] = groupsOf(answer);
  assert.deepEqual(first.needs, [{ at_least: 2, number: 2, met: 1 }]);
  assert.deepEqual(last.needs, [{ at_least: 1, number: 1, met: 0 }, { at_least: 1, number: 1, met: 1 }]);
});

test("what is missing is told by who owes it, once", () => {
  const owed = owedOf(answer);
  assert.deepEqual([...owed].map(([who, inputs]) => [who, inputs.map(({ id }) => id)]), [["xã", ["I06", "I08"]], ["tỉnh", ["population"]]]);
});
