"""Readings for targets of plans: each measure as a series for a scope, within what is in sight.

Sums go over the largest units that make up the scope. Entered figures are carried onto the set that
is judged on (A3); counts of places are exact on every set, since places are joined to each. Classes
are never carried (A4): a month is counted on the set of its own last day (A6).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
from sqlalchemy import Connection, text

from geo import hotspots
from geo.carrying import Ints
from geo.indicators import SERIES
from geo.period import Period, PeriodKind, make_period, parse_period, reporting_year
from geo.plans import Target
from geo.store.carried_figures import CarriedFigures
from geo.store.feeds import KeyRanges, scope_lists
from geo.store.figures import carry_entered, make_entered
from geo.store.known import known_before
from geo.store.map_index import query
from geo.store.plan_scope import Area
from geo.store.unit_graph import UnitGraph, cut_graph
from geo.targets import Reading, listed_and_ended

_LETTER: Mapping[PeriodKind, str] = {"month": "M", "year": "Y", "half_year": "H"}
_COUNTS = {
    "I02": "active_count",
    "I03": "eliminated_count",
    "I04": "new_count",
    "I05": "reformed_count",
}
_COMPLEX = frozenset({"loai_1", "loai_2", "loai_3"})
_BETTER = frozenset({"khong_trong_diem", "khong_ma_tuy"})


@dataclass(frozen=True, slots=True)
class Sight:
    """What is read through: connection, sets, and the merged ranges of keys in sight."""

    conn: Connection
    graph: UnitGraph
    ranges: KeyRanges

    def asked(self, **more: object) -> dict[str, object]:
        """Give parameters of a statement with the scope among them."""
        return {**scope_lists(self.ranges), **more}

    def days_of(self, at: int) -> tuple[date, date]:
        """Give the first and the last day on which a set is the one in force."""
        one = self.graph.sets[at]
        is_newest = at == len(self.graph.sets) - 1
        ends = date.max if one.valid_to is None or is_newest else one.valid_to - timedelta(days=1)
        return one.valid_from, ends


def class_shares(sight: Sight, areas: Sequence[Sequence[Area]]) -> list[list[Reading]]:
    """Read drug-free shares by month, of several scopes at once.

    Parameters
    ----------
    sight
        Where to read.
    areas
        For each scope its areas, one per set that is wholly in sight.

    Returns
    -------
    list
        One series per scope. A month without any assessed commune has no reading (C4).
    """
    keys: list[int] = []
    numbers: list[int] = []
    owner: list[tuple[int, Area]] = []
    days: list[tuple[date, date]] = []
    for scope, of_sets in enumerate(areas):
        for area in of_sets:
            found = sight.graph.sets[area.at].key[area.cover].tolist()
            keys += found
            numbers += [len(owner)] * len(found)
            days += [sight.days_of(area.at)] * len(found)
            owner.append((scope, area))
    series: list[list[Reading]] = [[] for _ in areas]
    asked = sight.asked(
        keys=keys,
        numbers=numbers,
        firsts=[first for first, _ in days],
        lasts=[last for _, last in days],
    )
    for row in sight.conn.execute(query("plan_classes"), asked):
        scope, area = owner[row.number]
        period = parse_period(row.period_id)
        if row.units != area.cover.size or not row.assessed:
            continue
        top, below = int(row.drug_free), int(row.assessable)
        value = Fraction(top, below) if below else Fraction(0)
        series[scope].append(Reading(period, value, top, below))
    return [sorted(one, key=lambda reading: reading.period) for one in series]


def unit_classes(sight: Sight, areas: Iterable[Area]) -> dict[int, list[tuple[Period, str | None]]]:
    """Read the decided classes of areas' communes: by unit key, month by month of their own set."""
    keys: list[int] = []
    days: list[tuple[date, date]] = []
    for area in areas:
        found = sight.graph.sets[area.at].key[area.communes].tolist()
        keys += found
        days += [sight.days_of(area.at)] * len(found)
    asked = sight.asked(
        keys=keys, firsts=[first for first, _ in days], lasts=[last for _, last in days]
    )
    told: dict[int, list[tuple[Period, str | None]]] = {}
    for row in sight.conn.execute(query("plan_unit_classes"), asked):
        told.setdefault(row.unit_key, []).append((parse_period(row.period_id), row[2]))
    return told


def relapses(sight: Sight, areas: Sequence[Area]) -> list[Reading]:
    """Count by month the areas that had got better and are complex again, on each month's set."""
    counted: dict[Period, int] = {}
    for told in unit_classes(sight, areas).values():
        was_complex = was_better = False
        for period, decided in told:
            counted.setdefault(period, 0)
            if decided in _COMPLEX:
                counted[period] += was_better
                was_complex, was_better = True, False
            elif decided in _BETTER:
                was_better = was_complex
    return [Reading(period, Fraction(count)) for period, count in sorted(counted.items())]


def place_counts(sight: Sight, area: Area, target: Target) -> list[Reading]:
    """Read a count of places; a month in which a commune did not report is not whole."""
    keys = sight.graph.sets[area.at].key[area.cover].tolist()
    column = _COUNTS[target.indicator]
    rows = sight.conn.execute(
        query("plan_counts"), sight.asked(keys=keys, pattern=f"{_LETTER[target.kind]}%")
    )
    made = []
    for row in rows.mappings():
        whole = row["reported"] >= row["due"]
        if not row["reported"] and not row[column]:
            continue
        period = parse_period(row["period_id"])
        if period.kind == target.kind:
            made.append(Reading(period, Fraction(int(row[column])), is_whole=whole))
    return sorted(made, key=lambda reading: reading.period)


def computed_figures(sight: Sight, area: Area, target: Target) -> dict[int, list[Reading]]:
    """Read computed figures of the registry by commune; what is not there was not told."""
    one = sight.graph.sets[area.at]
    whole, _, part = target.indicator.partition(".")
    asked = {
        "keys": one.key[area.communes].tolist(),
        "indicator": whole,
        "part": part,
        "pattern": f"{_LETTER[target.kind]}%",
    }
    found: dict[int, list[Reading]] = {}
    for row in sight.conn.execute(query("plan_figures"), sight.asked(**asked)):
        position = int(one.positions([row.unit_key])[0])
        value = Fraction(row.value)
        share = SERIES[target.indicator].is_share and row.denominator
        if share:
            value = Fraction(row.numerator, row.denominator)
        reading = Reading(
            parse_period(row.period_id),
            value,
            row.numerator if share else None,
            row.denominator if share else None,
        )
        found.setdefault(position, []).append(reading)
    return {
        position: sorted(readings, key=lambda reading: reading.period)
        for position, readings in found.items()
    }


@dataclass(frozen=True, slots=True)
class Carried:
    """Entered figures of one indicator on a set, by period, with the rows of its communes."""

    figures: Mapping[str, CarriedFigures]
    rows: Mapping[int, int]
    share: bool

    def of(self, communes: Iterable[int]) -> list[Reading]:
        """Add communes up, period by period; X6: nothing where one behind them is out of sight."""
        at = np.array([self.rows[position] for position in communes], dtype=np.int64)
        made = []
        for period_id, one in self.figures.items():
            given, due = int(one.given[at].sum()), int(one.due[at].sum())
            if not given or not one.seen[at].all():
                continue
            made.append(self._reading(period_id, one, at, is_whole=given >= due))
        return sorted(made, key=lambda reading: reading.period)

    def _reading(self, period_id: str, one: CarriedFigures, at: Ints, *, is_whole: bool) -> Reading:
        period = parse_period(period_id)
        estimate = bool(one.estimated[at].any())
        top, below = int(one.value[at].sum()), int(one.denominator[at].sum())
        if not self.share:
            value = Fraction(top, one.quantum)
            return Reading(period, value, is_estimate=estimate, is_whole=is_whole)
        plain = one.plain[at]
        if not below and at.size == 1 and not np.isnan(plain[0]):
            value = Fraction(round(float(plain[0]) * 1000), 1000)
            return Reading(period, value, is_estimate=estimate, is_whole=is_whole)
        # Parts of a share that are no whole numbers have no count of what is needed.
        exact = one.quantum == 1 or (top % one.quantum == 0 and below % one.quantum == 0)
        return Reading(
            period,
            Fraction(top, below) if below else Fraction(0),
            top // one.quantum if exact else None,
            below // one.quantum if exact else None,
            is_estimate=estimate,
            # A share that came without its parts is not in the sum.
            is_whole=is_whole and bool(np.isnan(plain).all()),
        )


def entered_figures(sight: Sight, area: Area, target: Target) -> Carried:
    """Read an entered indicator and carry every period's figures onto the area's set (A3)."""
    graph, one = sight.graph, sight.graph.sets[area.at]
    part = cut_graph(graph, area.at, area.communes)
    keys = np.concatenate([each.key[each.communes] for each in part.sets])
    share = SERIES[target.indicator].is_share
    asked = sight.asked(
        keys=keys.tolist(), indicators=[target.indicator], known_before=known_before(None)
    )
    figures = {}
    for row in sight.conn.execute(query("observed_series"), asked):
        period = parse_period(row.period_id)
        if period.kind != target.kind:
            continue
        entered = make_entered(
            row.unit_keys,
            row.found_values,
            row.numerators,
            row.denominators,
            share=share,
            simulated=row.simulated,
        )
        figures[period.id] = carry_entered(
            part, entered, set_id=one.set_id, ranges=sight.ranges, period=period
        )
    cut = part.sets[area.at]
    rows = dict(
        zip(area.communes.tolist(), cut.positions(one.key[area.communes]).tolist(), strict=True)
    )
    return Carried(figures, rows, share)


def data_until(sight: Sight) -> date | None:
    """Give the last day of which anything is computed: what comes later is not known yet."""
    last: date | None = sight.conn.execute(
        text("SELECT max(data_until) FROM period_run")
    ).scalar_one()
    return last


def read_lives(sight: Sight, area: Area) -> hotspots.Lives:
    """Read the lives of the places that stand in an area."""
    keys = sight.graph.sets[area.at].key[area.communes].tolist()
    rows = sight.conn.execute(query("plan_events"), sight.asked(keys=keys)).all()
    held = hotspots.current_events([row.event_id for row in rows], [row.supersedes for row in rows])
    kept = [row for row, holds in zip(rows, held.tolist(), strict=True) if holds]
    ids, number = np.unique([row.hotspot_id for row in kept], return_inverse=True)
    return hotspots.make_lives(
        number,
        np.array([row.effective_on for row in kept], dtype="datetime64[D]"),
        hotspots.state_codes([row.state for row in kept]),
        hotspot_count=ids.size,
    )


def list_ended(
    lives: hotspots.Lives, *, start: date, as_of: date, neutralised_counts: bool
) -> list[Reading]:
    """Tell month by month how much of the list at the start has ended."""
    made = []
    for year in range(start.year, as_of.year + 1):
        for month in range(1, 13):
            period = make_period("month", year=year, month=month)
            if not start <= period.last_day <= as_of:
                continue
            top, below = listed_and_ended(
                lives,
                start=start,
                until=period.last_day,
                neutralised_counts=neutralised_counts,
            )
            value = Fraction(top, below) if below else Fraction(0)
            made.append(Reading(period, value, top, below))
    return made


def ended_shares(lives: hotspots.Lives, *, first: date, as_of: date) -> list[Reading]:
    """Give the elimination share of each whole year (H3)."""
    made = []
    for year in range(first.year, as_of.year + 2):
        period = make_period("year", year=year)
        if period.starts_on < first or period.last_day > as_of:
            continue
        top, below = hotspots.elimination_ratio_parts(
            lives, starts_on=period.starts_on, ends_before=period.ends_before
        )
        made.append(Reading(period, Fraction(top, below) if below else Fraction(0), top, below))
    return made


def surveys(sight: Sight, areas: Sequence[Area], *, as_of: date) -> list[Reading]:
    """Count by year the general surveys that ended in it and covered the whole scope.

    A year in which no campaign of any kind is known has no reading: nobody told.
    """
    counted: dict[Period, int] = {}
    rows = sight.conn.execute(query("campaigns"), sight.asked(key=None, ref=None)).all()
    for area in areas:
        one = sight.graph.sets[area.at]
        keys = one.key[area.communes]
        for row in rows:
            if row.unit_key >> 20 != one.set_id or keys.size == 0:
                continue
            if not (row.unit_key <= keys[0] and keys[-1] <= row.key_to):
                continue
            year = make_period("year", year=reporting_year(row.ends_before - timedelta(days=1)))
            counted[year] = counted.get(year, 0) + (row.kind == "tong_khao_sat")
    return [
        Reading(year, Fraction(count))
        for year, count in sorted(counted.items())
        if year.last_day <= as_of
    ]
