"""The ladder of commune classes, and what a move on it is called (C2, C5).

    loai_1  ->  loai_2  ->  loai_3  ->  khong_trong_diem  ->  khong_ma_tuy

The five classes of the older classification have the same places: types I, II, III, with social
evils (``khong_trong_diem``), without (``khong_ma_tuy``). Not assessed stands outside the ladder.
"""

from typing import Literal

ClassId = Literal["loai_1", "loai_2", "loai_3", "khong_trong_diem", "khong_ma_tuy", "chua_danh_gia"]
# From worst to best.
LADDER: tuple[ClassId, ...] = ("loai_1", "loai_2", "loai_3", "khong_trong_diem", "khong_ma_tuy")
NOT_ASSESSED: ClassId = "chua_danh_gia"


def steps_between(earlier: str, later: str) -> int | None:
    """Count the steps from one class to another, up above 0 and down below.

    None where either is not on the ladder: a commune that was not assessed has made no step.

    >>> steps_between("loai_2", "khong_trong_diem"), steps_between("khong_ma_tuy", "loai_3")
    (2, -2)
    >>> steps_between("chua_danh_gia", "loai_3") is None
    True
    """
    rungs = {name: rung for rung, name in enumerate(LADDER)}
    if earlier not in rungs or later not in rungs:
        return None
    return rungs[later] - rungs[earlier]


def is_jump(earlier: str, later: str) -> bool:
    """Tell whether a move up skips a rung: allowed, and flagged."""
    steps = steps_between(earlier, later)
    return steps is not None and steps > 1


def is_relapse(earlier: str, later: str) -> bool:
    """Tell whether a move goes down: allowed at any time, with a reason."""
    steps = steps_between(earlier, later)
    return steps is not None and steps < 0


def next_class(now: str) -> ClassId | None:
    """Give the next class up; None on the top and outside the ladder.

    >>> next_class("loai_3"), next_class("khong_ma_tuy")
    ('khong_trong_diem', None)
    """
    better = [name for name in LADDER if steps_between(now, name) == 1]
    return better[0] if better else None
