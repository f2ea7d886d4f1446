"""How long communes stayed in a class, and places in a state: times that may be cut short.

    class    from the decision that gave the class until one that gave another
    place    from an event that opens the time until the first event that ends it (H4)

A time still running on the last day of the data, or on the day on which the commune's land ceased
to be a commune, is cut short there: it lasted at least so long. Two outcomes of one place exclude
each other: what was taken off the list is not eliminated any more. An operation under way ends
nothing and leaves no trace here.

The decision that gave a class says that the commune is in it from then on, not since when it was:
times in a class are times since the decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from geo.hotspots import Lives, State, state_codes
from geo.progress.standing import UNASSESSED, Days, Decisions, Flags, Ints

PlaceMeasureId = Literal[
    "elimination",
    "ending",
    "reformation",
    "reformation_neutralised",
    "reformation_watched",
]
PLACE_MEASURES: tuple[PlaceMeasureId, ...] = get_args(PlaceMeasureId)
Outcome = Literal["up", "down", "revoked", "eliminated", "ended", "reformed", "delisted"]
RUNNING = 0


@dataclass(frozen=True, slots=True)
class Spells:
    """Times, one row each.

    Parameters
    ----------
    subject
        Number of the land or of the place.
    group
        Index into `standing.STATES` for classes; 0 for places.
    begins_on
        First day.
    days
        How long it lasted, or has lasted so far.
    outcome
        `RUNNING` when it was cut short, else 1 + index into `outcomes`.
    outcomes
        What can end it; the first is the one of interest.
    """

    subject: Ints
    group: Ints
    begins_on: Days
    days: Ints
    outcome: Ints
    outcomes: tuple[Outcome, ...]

    def only(self, kept: Flags) -> "Spells":
        """Give the marked ones."""
        return Spells(
            self.subject[kept],
            self.group[kept],
            self.begins_on[kept],
            self.days[kept],
            self.outcome[kept],
            self.outcomes,
        )

    def turned(self, first: Outcome) -> "Spells":
        """Give the same times with another outcome as the one of interest."""
        order = (first, *(one for one in self.outcomes if one != first))
        number = np.array([0, *(1 + order.index(one) for one in self.outcomes)], dtype=np.int64)
        return Spells(
            self.subject, self.group, self.begins_on, self.days, number[self.outcome], order
        )


@dataclass(frozen=True, slots=True)
class PlaceMeasure:
    """What opens a time of a place, and what ends it, the event of interest first."""

    opens: frozenset[State]
    ends: tuple[tuple[Outcome, frozenset[State]], ...]


_LISTED: frozenset[State] = frozenset({"listed", "reformed"})
_MEASURES: Mapping[PlaceMeasureId, PlaceMeasure] = MappingProxyType(
    {
        # A neutralised place is not eliminated: its time goes on until it is, or re-forms (H5).
        "elimination": PlaceMeasure(
            _LISTED,
            (
                ("eliminated", frozenset({"eliminated"})),
                ("reformed", frozenset({"reformed"})),
                ("delisted", frozenset({"delisted"})),
            ),
        ),
        "ending": PlaceMeasure(
            _LISTED,
            (
                ("ended", frozenset({"eliminated", "neutralised"})),
                ("delisted", frozenset({"delisted"})),
            ),
        ),
        # A place taken off the list after its watch can come back: its time goes on.
        "reformation": PlaceMeasure(
            frozenset({"eliminated"}), (("reformed", frozenset({"reformed"})),)
        ),
        "reformation_neutralised": PlaceMeasure(
            frozenset({"neutralised"}),
            (
                ("reformed", frozenset({"reformed"})),
                ("eliminated", frozenset({"eliminated"})),
            ),
        ),
        "reformation_watched": PlaceMeasure(
            frozenset({"watched"}), (("reformed", frozenset({"reformed"})),)
        ),
    }
)


def place_spells(lives: Lives, measure: PlaceMeasureId, *, until: date) -> Spells:
    """Give the times of places up to and including a day.

    Parameters
    ----------
    lives
        Events that hold, in life order, none after `until`.
    measure
        Which times.
    until
        Last day of the data.

    Examples
    --------
    Listed on 1 March and eliminated on 11 March; the other one still listed on 21 March:

    >>> from geo.hotspots import make_lives
    >>> lives = make_lives(
    ...     [0, 0, 1],
    ...     ["2025-03-01", "2025-03-11", "2025-03-06"],
    ...     state_codes(["listed", "eliminated", "listed"]),
    ...     hotspot_count=2,
    ... )
    >>> spells = place_spells(lives, "elimination", until=date(2025, 3, 21))
    >>> spells.days.tolist(), spells.outcome.tolist()
    ([10, 15], [1, 0])
    """
    rule = _MEASURES[measure]
    opening = np.flatnonzero(_opens(lives, rule))
    outcome_of = np.zeros(lives.state.size, dtype=np.int64)
    for number, (_, states) in enumerate(rule.ends, start=1):
        outcome_of[np.isin(lives.state, state_codes(sorted(states)))] = number
    ending = np.flatnonzero(outcome_of)
    place = np.searchsorted(ending, opening, side="right")
    following = np.append(ending, -1)[np.minimum(place, ending.size)]
    ended = (following >= 0) & (lives.hotspot[following] == lives.hotspot[opening])
    last = np.where(ended, lives.day[following], np.datetime64(until, "D"))
    return Spells(
        subject=lives.hotspot[opening],
        group=np.zeros(opening.size, dtype=np.int64),
        begins_on=lives.day[opening],
        days=(last - lives.day[opening]).astype(np.int64),
        outcome=np.where(ended, outcome_of[following], RUNNING),
        outcomes=tuple(name for name, _ in rule.ends),
    )


def _opens(lives: Lives, rule: PlaceMeasure) -> Flags:
    """Mark the events that open a time: a listing does only when the place was not on the list."""
    opens: Flags = np.isin(lives.state, state_codes(sorted(rule.opens)))
    if "listed" not in rule.opens or lives.state.size == 0:
        return opens
    first = np.append(True, lives.hotspot[1:] != lives.hotspot[:-1])
    outside = first | np.isin(np.roll(lives.state, 1), state_codes(["suspected", "delisted"]))
    return opens & (outside | ~np.isin(lives.state, state_codes(["listed"])))


def class_spells(decisions: Decisions, *, land_ends: Days, until: date) -> Spells:
    """Give the times that lands spent in a class, up to and including a day.

    Decisions that confirm a class do not begin it anew.

    Parameters
    ----------
    decisions
        As in `standing.stand_on`.
    land_ends
        By number of land: first day on which it is no commune any more, NaT while it is one.
    until
        Last day of the data.

    Examples
    --------
    Type III on 1 January, confirmed on 1 February, drug-free on 1 March, all of 2026:

    >>> days = np.array(["2026-01-01", "2026-02-01", "2026-03-01"], dtype="datetime64[D]")
    >>> told = Decisions(np.array([0, 0, 0]), days, np.array([2, 2, 4]))
    >>> no_end = np.array(["NaT"], dtype="datetime64[D]")
    >>> spells = class_spells(told, land_ends=no_end, until=date(2026, 3, 31))
    >>> spells.group.tolist(), spells.days.tolist(), spells.outcome.tolist()
    ([2, 4], [59, 30], [1, 0])
    """
    outcomes: tuple[Outcome, ...] = ("up", "down", "revoked")
    ends = land_ends[decisions.land]
    known = decisions.until(until) & (np.isnat(ends) | (decisions.day < ends))
    taken = np.flatnonzero(known)
    taken = taken[np.argsort(decisions.land[taken], kind="stable")]
    land, day, state = decisions.land[taken], decisions.day[taken], decisions.state[taken]
    # Of one day only the last holds; of a run of one class only the first begins it.
    kept = np.append((land[1:] != land[:-1]) | (day[1:] != day[:-1]), True)[: land.size]
    land, day, state = land[kept], day[kept], state[kept]
    begins = np.append(True, (land[1:] != land[:-1]) | (state[1:] != state[:-1]))[: land.size]
    land, day, state = land[begins], day[begins], state[begins]
    followed = np.append(land[1:] == land[:-1], False)[: land.size]
    after = np.roll(state, -1)
    stop = np.fmin(land_ends[land], np.datetime64(until, "D"))
    last = np.where(followed, np.roll(day, -1), stop)
    outcome = np.select([~followed, after == UNASSESSED, after > state], [RUNNING, 3, 1], 2)
    on_ladder = state < UNASSESSED
    return Spells(
        subject=land[on_ladder],
        group=state[on_ladder],
        begins_on=day[on_ladder],
        days=(last - day).astype(np.int64)[on_ladder],
        outcome=outcome[on_ladder].astype(np.int64),
        outcomes=outcomes,
    )


def as_days(days: Sequence[date | None] | ArrayLike) -> Days:
    """Turn days into an array, None into NaT."""
    return np.array(days, dtype="datetime64[D]")
