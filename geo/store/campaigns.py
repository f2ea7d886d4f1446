"""Campaigns read from the store: what happened before, during and after, by commune.

Hotspots are counted from their events in exactly the days of a window, on the boundary set that the
campaign's unit stands on: where a place is known the place decides. A 0 needs a report (C4): it is
told only where the commune reported every month that the window touches. Cases are told only where
the window is whole months, all of them entered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from geo import hotspots
from geo.campaigns import WindowName, WindowState, months_touched, state_on, whole_months
from geo.errors import NotFound
from geo.period import Window
from geo.store.feeds import KeyRanges, merge_ranges, scope_lists
from geo.store.map_index import query

MEASURES = ("active", "new", "eliminated", "reformed", "cases")


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign in its newest revision; a report is late from `due_before` on."""

    unit_key: int
    key_to: int
    level: str
    code: str
    name: str
    boundary_set: str
    ref: str
    kind: str
    starts_on: date
    ends_before: date
    due_before: date | None
    document_no: str | None
    simulated: bool

    @property
    def window(self) -> Window:
        """Its days."""
        return Window(self.starts_on, self.ends_before)


@dataclass(frozen=True, slots=True)
class CampaignUnit:
    """A commune of the campaign's unit, within the scope."""

    unit_key: int
    ordinal: int
    code: str
    name: str
    kind: str
    assessable: bool


@dataclass(frozen=True, slots=True)
class WindowCounts:
    """What a window counts, by measure and in the order of the communes; None is missing.

    `reported` counts the communes that reported every month that the window touches, `due` those
    that owed a report.
    """

    state: WindowState
    values: Mapping[str, Sequence[int | None]]
    reported: int
    due: int


def list_campaigns(conn: Connection, *, ranges: KeyRanges) -> list[Campaign]:
    """List the campaigns of the units in scope, the newest first."""
    asked = {"key": None, "ref": None, **scope_lists(merge_ranges(ranges))}
    return [Campaign(*row) for row in conn.execute(query("campaigns"), asked)]


def find_campaign(conn: Connection, unit_key: int, ref: str, *, ranges: KeyRanges) -> Campaign:
    """Give the campaign of a unit by its reference.

    Raises
    ------
    NotFound
        With code ``campaign_unknown``; one outside the scope is not told either.
    """
    asked = {"key": unit_key, "ref": ref, **scope_lists(merge_ranges(ranges))}
    row = conn.execute(query("campaigns"), asked).first()
    if row is None:
        raise NotFound("campaign_unknown", ref=ref[:80])
    return Campaign(*row)


def communes_of(conn: Connection, campaign: Campaign, *, ranges: KeyRanges) -> list[CampaignUnit]:
    """List the communes in which a campaign is run, within the scope."""
    rows = conn.execute(query("campaign_units"), _within(campaign, ranges))
    return [CampaignUnit(*row) for row in rows]


def box_of(conn: Connection, campaign: Campaign) -> list[float]:
    """Give west, south, east, north of the communes, islands far from all others left out."""
    asked = {"key": campaign.unit_key, "last": campaign.key_to}
    row = conn.execute(query("campaign_box"), asked).one()
    return [round(float(edge), 4) for edge in row]


def count_windows(
    conn: Connection,
    campaign: Campaign,
    windows: Mapping[WindowName, Window],
    *,
    units: Sequence[CampaignUnit],
    ranges: KeyRanges,
    as_of: date,
) -> dict[WindowName, WindowCounts]:
    """Count every window by commune.

    Parameters
    ----------
    conn
        Connection within the session's scope.
    campaign, windows
        As `geo.campaigns.windows_of` gives them.
    units
        As `communes_of` gives them.
    ranges
        Ranges of unit keys in sight.
    as_of
        Events up to and including this day count.
    """
    keys = np.array([unit.unit_key for unit in units], dtype=np.int64)
    due = np.array([unit.assessable for unit in units], dtype=np.bool_)
    lives, place = _lives(conn, campaign, ranges=ranges, keys=keys, as_of=as_of)
    reported_in = _reported(conn, campaign, windows, ranges=ranges, keys=keys)
    cases = _cases(conn, campaign, windows, ranges=ranges)
    found: dict[WindowName, WindowCounts] = {}
    for name, window in windows.items():
        told = np.ones(keys.size, dtype=np.bool_)
        for month in months_touched(window):
            told &= reported_in.get(month.id, np.zeros(keys.size, dtype=np.bool_))
        state = state_on(window, as_of)
        values: dict[str, list[int | None]] = {}
        counted = hotspots.count_in(
            lives, starts_on=window.starts_on, ends_before=window.ends_before
        )
        for measure in MEASURES[:-1]:
            each = getattr(counted, measure)
            sums = np.bincount(place, weights=each, minlength=keys.size).astype(np.int64)
            values[measure] = [
                int(count) if state != "not_begun" and owes and (count or known) else None
                for count, known, owes in zip(sums.tolist(), told, due, strict=True)
            ]
        months = [month.id for month in whole_months(window)]
        values["cases"] = [
            _sum_of([cases.get((int(key), month)) for month in months]) for key in keys
        ]
        found[name] = WindowCounts(state, values, int((told & due).sum()), int(due.sum()))
    return found


def _lives(
    conn: Connection,
    campaign: Campaign,
    *,
    ranges: KeyRanges,
    keys: np.ndarray[tuple[int], np.dtype[np.int64]],
    as_of: date,
) -> tuple[hotspots.Lives, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Read the lives of the places, and the place of each one's commune among the keys."""
    # Loaded with the first campaign that is counted: the service starts without it.
    import pandas as pd

    events = pd.DataFrame(
        conn.execute(query("campaign_events"), _within(campaign, ranges)).all(),
        columns=["event_id", "hotspot_id", "unit_key", "state", "day", "supersedes"],
    )
    days = events["day"].to_numpy(dtype="datetime64[D]")
    # A correction holds from when it is known, also one that takes effect only later.
    holds = hotspots.current_events(events["event_id"], events["supersedes"])
    in_commune = np.isin(events["unit_key"].to_numpy(dtype=np.int64), keys)
    events = events.assign(day=days).loc[holds & in_commune & (days <= np.datetime64(as_of, "D"))]
    ids, number = np.unique(events["hotspot_id"].to_numpy(dtype=np.int64), return_inverse=True)
    lives = hotspots.make_lives(
        number, events["day"], hotspots.state_codes(events["state"]), hotspot_count=ids.size
    )
    place = np.zeros(ids.size, dtype=np.int64)
    place[number] = np.searchsorted(keys, events["unit_key"].to_numpy(dtype=np.int64))
    return lives, place


def _reported(
    conn: Connection,
    campaign: Campaign,
    windows: Mapping[WindowName, Window],
    *,
    ranges: KeyRanges,
    keys: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    months = sorted({month.id for one in windows.values() for month in months_touched(one)})
    rows = conn.execute(query("campaign_reports"), {**_within(campaign, ranges), "months": months})
    return {period_id: np.isin(keys, told) for period_id, told in rows}


def _cases(
    conn: Connection,
    campaign: Campaign,
    windows: Mapping[WindowName, Window],
    *,
    ranges: KeyRanges,
) -> dict[tuple[int, str], int]:
    months = sorted({month.id for one in windows.values() for month in whole_months(one)})
    rows = conn.execute(query("campaign_cases"), {**_within(campaign, ranges), "months": months})
    return {(key, month): int(value) for key, month, value in rows if value is not None}


def _sum_of(parts: Sequence[int | None]) -> int | None:
    """Add figures up; missing when one is missing or there is none."""
    known = [part for part in parts if part is not None]
    return sum(known) if parts and len(known) == len(parts) else None


def _within(campaign: Campaign, ranges: KeyRanges) -> dict[str, object]:
    scope = scope_lists(merge_ranges(ranges))
    return {"key": campaign.unit_key, "last": campaign.key_to, **scope}
