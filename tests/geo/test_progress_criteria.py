"""Criteria met since a baseline: known then, known now, counted and never weighed."""

import pytest

from geo.class_ladder import LADDER
from geo.criteria import Lack
from geo.criteria.lacks import LackVerdict
from geo.progress.criteria import compare_lacks, goal_of


def lack(name: str, verdict: LackVerdict = "not_met") -> Lack:
    return Lack(name, name, name, verdict, "có", "have", "cần", "needed")


def test_C3_a_criterion_counts_as_met_when_it_was_lacking_and_is_no_more() -> None:
    moves = compare_lacks([lack("a"), lack("b"), lack("c")], [lack("b"), lack("d")])
    assert [one.criterion for one in moves.met] == ["a", "c"]
    assert [one.criterion for one in moves.lost] == ["d"]


@pytest.mark.parametrize("verdict", ["unknown", "disabled"])
def test_C4_what_was_not_known_is_neither_met_nor_lost(verdict: LackVerdict) -> None:
    assert compare_lacks([lack("a", verdict)], []).met == ()
    assert compare_lacks([], [lack("a", verdict)]).lost == ()
    # Known to be lacking before, not known now: nobody can say that it was met.
    assert compare_lacks([lack("a")], [lack("a", verdict)]).met == ()


def test_C2_the_goal_is_the_next_class_that_the_criteria_can_give() -> None:
    assert goal_of("loai_2", LADDER) == "loai_3"
    assert goal_of("loai_2", ("loai_2", "khong_trong_diem")) == "khong_trong_diem"
    assert goal_of("khong_trong_diem", ("loai_1", "khong_trong_diem")) is None
    assert goal_of("khong_ma_tuy", LADDER) is None
    assert goal_of("chua_danh_gia", LADDER) is None
