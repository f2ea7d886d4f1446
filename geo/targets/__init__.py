"""Targets: exact comparison, what is still needed, pace, tests of a falling trend, states.

compare    comparators, and how many of N are needed: whole numbers and fractions only (K2)
trend      whether a series falls, exactly, also when it is short and has ties (T1)
places     which of the places listed at the start are eliminated (H3, H5)
judging    a demand and a series of readings give one verdict
"""

from geo.targets.compare import COMPARATORS, Comparator, bound_of_change, holds, needed_of
from geo.targets.judging import (
    STATES,
    Demand,
    Milestone,
    Reading,
    State,
    Verdict,
    judge,
    judge_parts,
    milestones_of,
)
from geo.targets.places import listed_and_ended
from geo.targets.trend import LEAST_READINGS, chance_of_fall

__all__ = [
    "COMPARATORS",
    "LEAST_READINGS",
    "STATES",
    "Comparator",
    "Demand",
    "Milestone",
    "Reading",
    "State",
    "Verdict",
    "bound_of_change",
    "chance_of_fall",
    "holds",
    "judge",
    "judge_parts",
    "listed_and_ended",
    "milestones_of",
    "needed_of",
]
