"""Many communes at once are judged as each alone."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.criteria import criteria_set, judge
from geo.criteria.disagreement import DISAGREEMENTS, compare
from geo.criteria.engine import classes_of, prepare
from geo.criteria.many import MISSING, judge_many

DEMO, QD28 = criteria_set("mo-phong-2025"), criteria_set("qd-28-2025")


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([DEMO, QD28]), st.integers(0, 2**32 - 1))
def test_C4_columns_are_judged_as_each_commune_alone(criteria, seed) -> None:
    rng = np.random.default_rng(seed)
    count = 12
    columns = {}
    for name in criteria.inputs:
        few = rng.integers(0, 8, count)
        many = rng.integers(0, 30_000, count) if name == "population" else few * 400
        column = np.where(rng.random(count) < 0.3, many, few)
        columns[name] = np.where(rng.random(count) < 0.12, MISSING, column)
    columns["population"] = np.where(
        columns["population"] > 0, columns["population"] + 900, columns["population"]
    )
    place, outcomes = judge_many(prepare(criteria), columns, count=count)
    for at in range(count):
        told = {n: None if c[at] == MISSING else int(c[at]) for n, c in columns.items()}
        alone = judge(criteria, told)
        outcome = outcomes[place[at]]
        assert classes_of(outcome.classes) == alone.possible
        assert prepare(criteria).verdicts(outcome) == tuple(r.verdict for r in alone.reasons)


def test_C1_three_results_stand_side_by_side_and_differ_in_five_ways() -> None:
    cases = {
        "agree": ("loai_3", "loai_3", "loai_3"),
        "decided_better": ("loai_3", "loai_3", "khong_trong_diem"),
        "decided_worse": ("khong_ma_tuy", "khong_ma_tuy", "loai_1"),
        "proposed_differs": ("loai_3", "khong_ma_tuy", "loai_3"),
        "computed_open": ("chua_danh_gia", "loai_3", "loai_3"),
    }
    assert tuple(cases) == DISAGREEMENTS
    for name, results in cases.items():
        assert compare(*results) == name
    assert compare("loai_3", "loai_3", None) is None
    assert compare("loai_3", "loai_3", "chua_danh_gia") is None
    assert compare(None, None, "loai_2") == "computed_open"
