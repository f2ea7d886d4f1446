"""The class of each commune of one boundary set on a day, from the decisions about its land.

A class holds for the land that was assessed, as long as a commune of that very land is in force: on
the set of the day, and on another set only where it has a commune of the same land. What is merged,
divided or not there yet has no class, and is not said to be unassessed either: it is no commune on
that day (A4, C4).
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.class_ladder import LADDER, NOT_ASSESSED, ClassId

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Days = NDArray[np.datetime64]
StateId = ClassId | Literal["not_subject", "not_in_force"]

# Worst to best, then what stands outside the ladder: not assessed, not subject to assessment (A9),
# no commune on the day.
STATES: tuple[StateId, ...] = (*LADDER, NOT_ASSESSED, "not_subject", "not_in_force")
UNASSESSED = STATES.index(NOT_ASSESSED)
NOT_SUBJECT = STATES.index("not_subject")
NOT_IN_FORCE = STATES.index("not_in_force")
NO_DECISION = -1
_NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decided classes, oldest first; of one day the gravest last, so that a tie never flatters.

    Parameters
    ----------
    land
        Number of the land decided on, as in `Communes`.
    day
        Day of the decision, ``datetime64[D]``.
    state
        Index into `STATES`.
    """

    land: Ints
    day: Days
    state: Ints

    def until(self, day: date) -> Flags:
        """Mark the decisions taken up to and including a day."""
        taken: Flags = self.day <= np.datetime64(day, "D")
        return taken


@dataclass(frozen=True, slots=True)
class Communes:
    """Communes of one set, in key order.

    Parameters
    ----------
    land
        Number of each one's land, 0 to ``land_count - 1``.
    due
        Whether it is subject to assessment (A9).
    land_count
        Numbers of land in use.
    """

    land: Ints
    due: Flags
    land_count: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How communes stand on a day.

    Parameters
    ----------
    state
        Index into `STATES`.
    decision
        Index of the decision that holds, `NO_DECISION` where there is none.
    """

    state: Ints
    decision: Ints


def stand_on(communes: Communes, decisions: Decisions, *, day: date, land_of_day: Ints) -> Standing:
    """Give the class of each commune on a day.

    Parameters
    ----------
    communes
        Of the set on which the classes are asked for.
    decisions
        All that are known; later ones do not count.
    day
        The day asked about.
    land_of_day
        Numbers of the lands that are communes of the set in force on that day.
    """
    taken = np.flatnonzero(decisions.until(day))
    last = np.full(communes.land_count, NO_DECISION, dtype=np.int64)
    # Of several assignments to one land the last, that is the latest decision, stays.
    last[decisions.land[taken]] = taken
    in_force = np.isin(communes.land, land_of_day)
    decision = np.where(in_force & communes.due, last[communes.land], NO_DECISION)
    state = np.full(communes.land.size, UNASSESSED, dtype=np.int64)
    decided = decision != NO_DECISION
    state[decided] = decisions.state[decision[decided]]
    state[~in_force] = NOT_IN_FORCE
    state[~communes.due] = NOT_SUBJECT
    return Standing(state, decision)


def count_states(state: Ints) -> Ints:
    """Count the communes of each state, in the order of `STATES`."""
    return np.bincount(state, minlength=len(STATES)).astype(np.int64)


def days_decided(standing: Standing, decisions: Decisions) -> Days:
    """Give the day of the decision that holds for each commune, NaT where there is none."""
    days = np.full(standing.decision.size, _NO_DAY)
    decided = standing.decision != NO_DECISION
    days[decided] = decisions.day[standing.decision[decided]]
    return days
