import assert from "node:assert/strict";
import { test } from "node:test";

import { fileName, firstWindow } from "../../static/js/unit_handout.js";

const period = (id, kind, boundary_set) => ({ id, kind, boundary_set });

test("the window offered first is the newest whole year of the unit's own borders", () => {
  const periods = [period("Y2024", "year", "old"), period("Y2025", "year", "new"), period("M2026-01", "month", "new")];
  assert.equal(firstWindow(periods, "new", "M2026-01"), "Y2025");
  assert.equal(firstWindow(periods, "old", "M2026-01"), "Y2024");
  assert.equal(firstWindow(periods, "other", "M2026-01"), "M2026-01");
});

test("a file is named as people write it, else as its plain name", () => {
  assert.equal(fileName(`attachment; filename="bao-cao.zip"; filename*=UTF-8''B%C3%A1o%20c%C3%A1o%20X%C3%A3%20Hai.zip`), "Báo cáo Xã Hai.zip");
  assert.equal(fileName(`attachment; filename="bao-cao-xa-hai.zip"`), "bao-cao-xa-hai.zip");
  assert.equal(fileName(null), "bao-cao");
});
