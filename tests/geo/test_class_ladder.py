"""The ladder of classes: steps, jumps, relapses."""

import pytest

from geo.class_ladder import LADDER, NOT_ASSESSED, is_jump, is_relapse, next_class, steps_between
from geo.store.tables import CLASSES


def test_C2_the_ladder_climbs_from_type_one_to_drug_free() -> None:
    assert LADDER == ("loai_1", "loai_2", "loai_3", "khong_trong_diem", "khong_ma_tuy")
    assert [steps_between(LADDER[0], one) for one in LADDER] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("earlier", LADDER)
@pytest.mark.parametrize("later", LADDER)
def test_C2_a_move_is_one_step_a_jump_a_relapse_or_none(earlier: str, later: str) -> None:
    steps = steps_between(earlier, later)
    assert steps is not None
    assert is_jump(earlier, later) == (steps >= 2)
    assert is_relapse(earlier, later) == (steps <= -1)
    assert steps_between(later, earlier) == -steps


def test_C2_not_assessed_is_no_rung_and_makes_no_step() -> None:
    for one in LADDER:
        assert steps_between(NOT_ASSESSED, one) is None
        assert steps_between(one, NOT_ASSESSED) is None
        assert not is_jump(NOT_ASSESSED, one)
        assert not is_relapse(one, NOT_ASSESSED)
    assert next_class(NOT_ASSESSED) is None


def test_the_database_knows_the_same_classes() -> None:
    assert (*LADDER, NOT_ASSESSED) == CLASSES


def test_the_next_class_is_one_step_up() -> None:
    assert [next_class(one) for one in LADDER] == [*LADDER[1:], None]
