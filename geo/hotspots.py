"""Life of a hotspot: kinds, states, allowed transitions, and what a period counts.

    suspected ──> listed ──> in_action ──> eliminated ──> watched ──> delisted
                    │            │    ╲         │            │           │
                    └────────────┴──> neutralised            │           │
                                            │                │           │
                    reformed <──────────────┴────────────────┴───────────┘

The arrows in full are `TRANSITIONS`; anything else is refused by name. Events are append-only: a
correction is a new event that supersedes an old one, and superseded events count nowhere (H1).
Several events of one day stand in the order of `_DAY_RANK`, so a life does not depend on the order
in which its events were imported.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import Refused

Kind = Literal[
    "diem_phuc_tap",
    "tu_diem_phuc_tap",
    "diem_ban_le",
    "diem_to_chuc_chua_chap",
    "diem_nguy_co",
]
State = Literal[
    "suspected",
    "listed",
    "in_action",
    "eliminated",
    "neutralised",
    "watched",
    "reformed",
    "delisted",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
STATES: Final[tuple[State, ...]] = get_args(State)

# A life begins with a sign or with the listing; everything later presupposes one of the two.
STARTS: Final[frozenset[State]] = frozenset({"suspected", "listed"})
TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    "suspected": frozenset({"listed", "delisted"}),
    "listed": frozenset({"in_action", "eliminated", "neutralised", "delisted"}),
    "in_action": frozenset({"eliminated", "neutralised", "listed"}),
    "neutralised": frozenset({"in_action", "eliminated", "reformed", "watched"}),
    "eliminated": frozenset({"watched", "reformed"}),
    "watched": frozenset({"reformed", "delisted"}),
    "reformed": frozenset({"in_action", "eliminated", "neutralised"}),
    "delisted": frozenset({"reformed", "listed"}),
}
# Allowed only with a reason: what was taken off the list by mistake is put back.
CORRECTIONS: Final[frozenset[tuple[State, State]]] = frozenset({("delisted", "listed")})
ACTIVE: Final[frozenset[State]] = frozenset({"listed", "in_action", "reformed"})
# Place and date of an operation may be secret: not taken from files unless the owner allows it.
OFF_BY_DEFAULT: Final[frozenset[State]] = frozenset({"in_action"})

FAULTS: Final[tuple[str, ...]] = (
    "",
    "hotspot_start_not_allowed",
    "hotspot_transition_not_allowed",
    "hotspot_correction_without_reason",
)

_DAY_RANK_ORDER: Final[tuple[State, ...]] = (
    "suspected",
    "listed",
    "reformed",
    "in_action",
    "neutralised",
    "eliminated",
    "watched",
    "delisted",
)
_CODE: Final[dict[str, int]] = {state: code for code, state in enumerate(STATES)}
_DAY_RANK = np.array([_DAY_RANK_ORDER.index(state) for state in STATES], dtype=np.int8)
_IS_ACTIVE = np.array([state in ACTIVE for state in STATES])
_ALLOWED = np.array([[after in TRANSITIONS[before] for after in STATES] for before in STATES])
_NEEDS_REASON = np.array(
    [[(before, after) in CORRECTIONS for after in STATES] for before in STATES]
)
_IS_START = np.array([state in STARTS for state in STATES])


def next_state(before: State | None, after: State, *, reason: str | None = None) -> State:
    """Take one step in the life of a hotspot.

    Raises
    ------
    Refused
        ``hotspot_start_not_allowed`` when a life cannot begin so,
        ``hotspot_transition_not_allowed`` when the arrow is not drawn,
        ``hotspot_correction_without_reason`` when it needs a reason.
    """
    if before is None:
        if after not in STARTS:
            raise Refused("hotspot_start_not_allowed", after=after)
    elif after not in TRANSITIONS[before]:
        raise Refused("hotspot_transition_not_allowed", before=before, after=after)
    elif (before, after) in CORRECTIONS and not reason:
        raise Refused("hotspot_correction_without_reason", before=before, after=after)
    return after


@dataclass(frozen=True, slots=True)
class Lives:
    """Events of many hotspots in life order: by hotspot, then day, then rank within the day.

    Parameters
    ----------
    hotspot
        Number of the hotspot, 0 to ``hotspot_count - 1``, ascending.
    day
        Effective day, ``datetime64[D]``.
    state
        Index into `STATES`.
    hotspot_count
        Number of hotspots, those without an event included.
    """

    hotspot: NDArray[np.int64]
    day: NDArray[np.datetime64]
    state: NDArray[np.int8]
    hotspot_count: int


@dataclass(frozen=True, slots=True)
class LifeCounts:
    """What each hotspot adds to a period; arrays of one entry per hotspot.

    Parameters
    ----------
    active
        1 where the state on the period's last day is one of `ACTIVE` (H2).
    new
        1 where the first ``listed`` of the life falls into the period (H2).
    eliminated
        Episodes eliminated in the period; neutralised ones are not among them (H5).
    reformed
        Times the hotspot re-formed in the period: counted as active, never as new (H2).
    """

    active: NDArray[np.int64]
    new: NDArray[np.int64]
    eliminated: NDArray[np.int64]
    reformed: NDArray[np.int64]


def state_codes(states: ArrayLike) -> NDArray[np.int8]:
    """Turn names of states into indices of `STATES`.

    Raises
    ------
    KeyError
        When a name is no state.
    """
    return np.array([_CODE[str(state)] for state in np.asarray(states, dtype=object)], np.int8)


def current_events(event_id: ArrayLike, supersedes: ArrayLike) -> NDArray[np.bool_]:
    """Tell which events hold: those that no other event supersedes.

    Parameters
    ----------
    event_id
        Ids of the events, positive.
    supersedes
        Id of the event that each one replaces, 0 for none.
    """
    replaced = np.asarray(supersedes, dtype=np.int64)
    return ~np.isin(np.asarray(event_id, dtype=np.int64), replaced[replaced > 0])


def life_order(hotspot: ArrayLike, day: ArrayLike, state: ArrayLike) -> NDArray[np.int64]:
    """Give the permutation that puts events into life order.

    Parameters
    ----------
    hotspot, day, state
        As in `Lives`, in any order.
    """
    codes = np.asarray(state, dtype=np.int8)
    days = np.asarray(day, dtype="datetime64[D]")
    order: NDArray[np.int64] = np.lexsort((_DAY_RANK[codes], days, np.asarray(hotspot)))
    return order


def make_lives(
    hotspot: ArrayLike, day: ArrayLike, state: ArrayLike, *, hotspot_count: int
) -> Lives:
    """Put events that hold into life order."""
    order = life_order(hotspot, day, state)
    return Lives(
        hotspot=np.asarray(hotspot, dtype=np.int64)[order],
        day=np.asarray(day, dtype="datetime64[D]")[order],
        state=np.asarray(state, dtype=np.int8)[order],
        hotspot_count=hotspot_count,
    )


def find_faults(lives: Lives, *, has_reason: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Judge every step of every life.

    Parameters
    ----------
    lives
        Events in life order.
    has_reason
        For each event whether it carries a reason.

    Returns
    -------
    For each event the index of its fault in `FAULTS`, 0 when the step is allowed.
    """
    faults = np.zeros(lives.state.size, dtype=np.int8)
    if faults.size == 0:
        return faults
    first = _firsts(lives.hotspot)
    before = np.roll(lives.state, 1)
    faults[~_ALLOWED[before, lives.state]] = 2
    faults[_NEEDS_REASON[before, lives.state] & ~has_reason] = 3
    faults[first] = np.where(_IS_START[lives.state[first]], 0, 1)
    return faults


def count_in(lives: Lives, *, starts_on: date, ends_before: date) -> LifeCounts:
    """Count active, new, eliminated and re-formed for each hotspot in one period.

    Parameters
    ----------
    lives
        Events in life order.
    starts_on, ends_before
        The period, half-open.

    Examples
    --------
    Listed on 2 March, eliminated on 9 April, re-formed on 1 May of 2025:

    >>> lives = make_lives(
    ...     [0, 0, 0],
    ...     ["2025-03-02", "2025-04-09", "2025-05-01"],
    ...     state_codes(["listed", "eliminated", "reformed"]),
    ...     hotspot_count=1,
    ... )
    >>> april = count_in(lives, starts_on=date(2025, 4, 1), ends_before=date(2025, 5, 1))
    >>> int(april.active[0]), int(april.new[0]), int(april.eliminated[0])
    (0, 0, 1)
    """
    start, end = np.datetime64(starts_on, "D"), np.datetime64(ends_before, "D")
    begun = lives.day < end
    inside = begun & (lives.day >= start)
    last_state = np.full(lives.hotspot_count, -1, dtype=np.int64)
    # Of several assignments to one hotspot the last, that is the latest event, stays.
    last_state[lives.hotspot[begun]] = lives.state[begun]
    active = np.zeros(lives.hotspot_count, dtype=np.int64)
    active[last_state >= 0] = _IS_ACTIVE[last_state[last_state >= 0]]

    def tally(events: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(lives.hotspot[events], minlength=lives.hotspot_count).astype(np.int64)

    return LifeCounts(
        active=active,
        new=tally(inside & _first_listings(lives)),
        eliminated=tally(inside & (lives.state == _CODE["eliminated"])),
        reformed=tally(inside & (lives.state == _CODE["reformed"])),
    )


def active_at_any_time(lives: Lives, *, starts_on: date, ends_before: date) -> NDArray[np.bool_]:
    """Tell which hotspots were active on some day of a period.

    Parameters
    ----------
    lives
        Events in life order.
    starts_on, ends_before
        The period, half-open.

    Returns
    -------
    One flag per hotspot.
    """
    flags = np.zeros(lives.hotspot_count, dtype=np.bool_)
    if lives.state.size:
        flags[lives.hotspot[_was_active(lives, starts_on, ends_before)]] = True
    return flags


def elimination_ratio_parts(lives: Lives, *, starts_on: date, ends_before: date) -> tuple[int, int]:
    """Give numerator and denominator of the elimination ratio of a period (H3).

    An episode begins with a listing or a re-formation. Numerator: episodes eliminated in the
    period. Denominator: episodes active at any time in it, plus those eliminated in it that were
    neutralised or ended on its very first day; so the ratio never passes 1. A denominator of 0
    means "no hotspot", neither 0 % nor 100 %.
    """
    if lives.state.size == 0:
        return 0, 0
    start, end = np.datetime64(starts_on, "D"), np.datetime64(ends_before, "D")
    first = _firsts(lives.hotspot)
    before = np.roll(lives.state, 1)
    from_outside = first | np.isin(before, [_CODE["suspected"], _CODE["delisted"]])
    opens = (lives.state == _CODE["reformed"]) | ((lives.state == _CODE["listed"]) & from_outside)
    episode = np.cumsum(opens | first)
    was_active = _was_active(lives, starts_on, ends_before)
    eliminated = (lives.state == _CODE["eliminated"]) & (lives.day >= start) & (lives.day < end)
    return (
        int(np.unique(episode[eliminated]).size),
        int(np.unique(episode[was_active | eliminated]).size),
    )


def reformation_rate_parts(lives: Lives, *, known_until: date, window_days: int) -> tuple[int, int]:
    """Give numerator and denominator of the re-formation rate (H4).

    Denominator: eliminations with a full window of follow-up by a day. Numerator: those of them
    after which the hotspot re-formed within the window. What was eliminated too lately to know is
    in neither; a denominator of 0 is "not established".

    Parameters
    ----------
    lives
        Events in life order.
    known_until
        Last day whose events are known.
    window_days
        Length of the follow-up; the day of the elimination is not in it.

    Examples
    --------
    Two were eliminated on 1 March 2025, one re-formed on 1 June; a third on 1 December 2025:

    >>> lives = make_lives(
    ...     [0, 0, 0, 1, 1, 2, 2],
    ...     ["2025-01-01", "2025-03-01", "2025-06-01", "2025-01-01", "2025-03-01", "2025-01-01",
    ...      "2025-12-01"],
    ...     state_codes(["listed", "eliminated", "reformed", "listed", "eliminated", "listed",
    ...                  "eliminated"]),
    ...     hotspot_count=3,
    ... )
    >>> reformation_rate_parts(lives, known_until=date(2026, 3, 1), window_days=365)
    (1, 2)
    """
    window = np.timedelta64(window_days, "D")
    ended = np.flatnonzero(lives.state == _CODE["eliminated"])
    followed = ended[lives.day[ended] + window <= np.datetime64(known_until, "D")]
    again = np.flatnonzero(lives.state == _CODE["reformed"])
    # The next re-formation behind each elimination in life order, if it is the same hotspot's.
    place = np.searchsorted(again, followed)
    following = again[np.minimum(place, max(again.size - 1, 0))] if again.size else followed
    came = (
        (place < again.size)
        & (lives.hotspot[following] == lives.hotspot[followed])
        & (lives.day[following] <= lives.day[followed] + window)
    )
    return int(came.sum()), int(followed.size)


def _was_active(lives: Lives, starts_on: date, ends_before: date) -> NDArray[np.bool_]:
    """Mark the events whose state was active on some day of a period; at least one event."""
    start, end = np.datetime64(starts_on, "D"), np.datetime64(ends_before, "D")
    until = np.append(lives.day[1:], np.datetime64("9999-12-31", "D"))
    until[np.append(_firsts(lives.hotspot)[1:], True)] = np.datetime64("9999-12-31", "D")
    active: NDArray[np.bool_] = _IS_ACTIVE[lives.state] & (lives.day < end) & (until > start)
    return active


def _firsts(hotspot: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the first event of each hotspot."""
    return np.append(True, hotspot[1:] != hotspot[:-1])


def _first_listings(lives: Lives) -> NDArray[np.bool_]:
    """Mark the first ``listed`` event of each hotspot's whole life."""
    listed = np.flatnonzero(lives.state == _CODE["listed"])
    marks = np.zeros(lives.state.size, dtype=np.bool_)
    marks[listed[_firsts(lives.hotspot[listed])] if listed.size else listed] = True
    return marks
