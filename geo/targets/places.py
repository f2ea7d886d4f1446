"""Which of the places that were active at a plan's start are eliminated on a later day (H3, H5)."""

from datetime import date

import numpy as np

from geo.hotspots import ACTIVE, STATES, Lives

_ACTIVE = np.array([state in ACTIVE for state in STATES])
_ENDED = {"eliminated", "watched", "delisted"}


def listed_and_ended(
    lives: Lives, *, start: date, until: date, neutralised_counts: bool
) -> tuple[int, int]:
    """Give how many places of the list at the start have ended, and how many the list has.

    The list: places active on the first day (a neutralised one is still to be eliminated, so it is
    on the list where neutralising does not count). Ended: eliminated, watched since, or taken off
    the list; one that re-formed is not. A list of 0 is "no hotspot", neither 0 % nor 100 %.

    Parameters
    ----------
    lives
        Events in life order.
    start, until
        First day of the plan, and the day asked about; both days' events count.
    neutralised_counts
        Whether neutralising is enough: a property of each target (H5).

    Examples
    --------
    Two were listed; one is eliminated, one neutralised:

    >>> from geo.hotspots import make_lives, state_codes
    >>> days = ["2025-01-01", "2025-08-01", "2025-01-01", "2025-09-01"]
    >>> states = state_codes(["listed", "eliminated", "listed", "neutralised"])
    >>> lives = make_lives([0, 0, 1, 1], days, states, hotspot_count=2)
    >>> span = {"start": date(2025, 7, 1), "until": date(2026, 1, 1)}
    >>> listed_and_ended(lives, **span, neutralised_counts=False)
    (1, 2)
    >>> listed_and_ended(lives, **span, neutralised_counts=True)
    (2, 2)
    """
    first, last = _states_on(lives, start), _states_on(lives, until)
    ended = [code for code, state in enumerate(STATES) if state in _ENDED]
    if neutralised_counts:
        ended.append(STATES.index("neutralised"))
    listed = (first >= 0) & _ACTIVE[np.maximum(first, 0)]
    if not neutralised_counts:
        listed |= first == STATES.index("neutralised")
    return int((listed & np.isin(last, ended)).sum()), int(listed.sum())


def _states_on(lives: Lives, day: date) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give the state of each hotspot at the end of a day; -1 before its first event."""
    begun = lives.day <= np.datetime64(day, "D")
    states = np.full(lives.hotspot_count, -1, dtype=np.int64)
    # Of several assignments to one hotspot the last, that is the latest event, stays.
    states[lives.hotspot[begun]] = lives.state[begun]
    return states
