"""Criteria met since a baseline: what a commune lacked for a class then and lacks no more (C3).

A criterion counts as met only when it was known not to be met before and is known to be met now: a
missing figure neither adds nor takes away (C4). They are counted and listed, never weighed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from geo.class_ladder import LADDER, ClassId, steps_between
from geo.criteria import Lack


@dataclass(frozen=True, slots=True)
class CriteriaMoves:
    """What changed between two lists of lacks for one class under one criteria set.

    Parameters
    ----------
    met
        As they stood at the baseline.
    lost
        As they stand now.
    """

    met: tuple[Lack, ...]
    lost: tuple[Lack, ...]


def compare_lacks(before: Sequence[Lack], now: Sequence[Lack]) -> CriteriaMoves:
    """Compare what was lacking for a class with what is.

    Parameters
    ----------
    before, now
        Lacks for the same class by the same criteria set.
    """
    lacked = {one.criterion for one in before}
    lacks = {one.criterion for one in now}
    return CriteriaMoves(
        met=tuple(one for one in before if one.verdict == "not_met" and one.criterion not in lacks),
        lost=tuple(one for one in now if one.verdict == "not_met" and one.criterion not in lacked),
    )


def goal_of(decided: str, reachable: Collection[ClassId]) -> ClassId | None:
    """Give the next better class that a criteria set can give; None on the top or without a class.

    >>> goal_of("loai_3", ("loai_1", "loai_3", "khong_ma_tuy")), goal_of("khong_ma_tuy", LADDER)
    ('khong_ma_tuy', None)
    """
    better = [one for one in LADDER if one in reachable and (steps_between(decided, one) or 0) > 0]
    return better[0] if better else None
