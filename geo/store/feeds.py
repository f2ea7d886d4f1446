"""What the map draws: the values of a layer by unit or by cell, within the actor's scope.

Values of units come as two vectors in feed order, a number or None and one status character:

    .  value                i  value, though reports are missing or incomplete
    m  no data              a  not assessed
    x  not subject to it    h  outside the actor's scope

Every read of operational rows takes the
actor's ranges of unit keys into its SQL; row-level security is the second lock behind it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sqlalchemy import Connection, text

from geo.store.map_index import UnitOrder, query
from geo.store.tables import UNIT_KEY_SHIFT

KeyRanges = Sequence[tuple[int, int]]
CountMeasure = Literal["active_count", "new_count", "eliminated_count", "reformed_count"]
COUNT_MEASURES: tuple[CountMeasure, ...] = (
    "active_count",
    "new_count",
    "eliminated_count",
    "reformed_count",
)
_ORDINAL_MASK = (1 << UNIT_KEY_SHIFT) - 1
_NOTHING: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Total:
    """The sum over what the actor sees.

    Parameters
    ----------
    value
        Sum, for a share in percent; None where there is no figure at all.
    outside
        Part of it that lies in no commune; None for an actor who does not see the whole country,
        and for shares.
    reported, due
        Communes that reported (for shares: were assessed), and that owed it.
    """

    value: float | None
    outside: int | None
    reported: int
    due: int


@dataclass(frozen=True, slots=True)
class Vector:
    """Values of one level in feed order; shares in percent with their parts."""

    values: list[float | None]
    statuses: str
    total: Total
    numerators: list[int | None] | None = None
    denominators: list[int | None] | None = None


def read_counts(
    conn: Connection,
    order: UnitOrder,
    *,
    ranges: KeyRanges,
    period_id: str,
    measure: CountMeasure,
) -> Vector:
    """Read a count of hotspots for every unit of a level.

    Parameters
    ----------
    conn
        Connection of the service with the session's token.
    order
        Units of the level.
    ranges
        Ranges of unit keys that the actor sees, both ends included.
    period_id, measure
        Which figure.
    """
    scope = within_set(ranges, order.set_id)
    rows = conn.execute(
        query("unit_counts"), {**scope_lists(scope), "period_id": period_id, "measure": measure}
    ).one()
    found = {
        key: (value, reported, due)
        for key, value, reported, due in zip(*(column or () for column in rows), strict=True)
    }
    return counts_vector(order, found, scope=scope)


def counts_vector(
    order: UnitOrder, found: Mapping[int, tuple[int, int, int]], *, scope: KeyRanges
) -> Vector:
    """Put counts into feed order.

    Parameters
    ----------
    order
        Units of the level.
    found
        Key to count, communes that reported, communes that owed it.
    scope
        Ranges of the set that the actor sees, ascending.
    """
    values: list[float | None] = []
    marks = []
    for key, assessable, seen in zip(
        order.keys, order.assessable, _seen(order.keys, scope), strict=True
    ):
        mark = count_status(*found.get(key, _NOTHING), assessable=assessable) if seen else "h"
        values.append(found[key][0] if mark in ".i" else None)
        marks.append(mark)
    return Vector(values, "".join(marks), _count_total(order, found))


# Thousands of communes share few combinations; the limit only bounds the memory.
@lru_cache(maxsize=1 << 12)
def count_status(value: int, reported: int, due: int, *, assessable: bool) -> str:
    """Say what a count is worth: a 0 that nobody reported is no value.

    Parameters
    ----------
    value
        The count.
    reported, due
        Communes of the unit that reported, and that owed a report.
    assessable
        Whether the unit is subject to assessment, and so to reports.
    """
    if value == 0 and reported == 0:
        return "m" if assessable else "x"
    # A 0 needs every report; a sum that is there already may lack a few.
    return "i" if reported < due and (value == 0 or too_few(reported, due)) else "."


def _count_total(order: UnitOrder, found: Mapping[int, tuple[int, int, int]]) -> Total:
    country = found.get(order.set_id << UNIT_KEY_SHIFT)
    if country is not None:
        value, reported, due = country
        outside: int | None = value - sum(found.get(key, _NOTHING)[0] for key in order.tops)
    else:
        rows = [found[key] for key in order.keys if key in found]
        value, reported, due = (
            (sum(column) for column in zip(*rows, strict=True)) if rows else _NOTHING
        )
        outside = None
    if value == 0 and reported == 0:
        return Total(None, outside, reported, due)
    return Total(value, outside, reported, due)


def read_classes(
    conn: Connection,
    order: UnitOrder,
    *,
    ranges: KeyRanges,
    period_id: str,
    class_values: Mapping[str, int],
) -> Vector:
    """Read the decided class of every commune as its place on the ladder.

    Parameters
    ----------
    conn, order, ranges, period_id
        As in `read_counts`.
    class_values
        Class to number; a class that is missing here (``chua_danh_gia``) is status ``a``.
    """
    scope = within_set(ranges, order.set_id)
    rows = conn.execute(query("unit_classes"), {**scope_lists(scope), "period_id": period_id}).one()
    found = dict(zip(*(column or () for column in rows), strict=True))
    return classes_vector(order, found, scope=scope, class_values=class_values)


def classes_vector(
    order: UnitOrder,
    found: Mapping[int, str],
    *,
    scope: KeyRanges,
    class_values: Mapping[str, int],
) -> Vector:
    """Put decided classes, by key, into feed order as places on the ladder."""
    values: list[float | None] = []
    marks = []
    for key, assessable, seen in zip(
        order.keys, order.assessable, _seen(order.keys, scope), strict=True
    ):
        value = class_values.get(found.get(key) or "") if seen and assessable else None
        values.append(value)
        marks.append("h" if not seen else "x" if not assessable else "a" if value is None else ".")
    assessed = sum(mark == "." for mark in marks)
    due = sum(mark in ".a" for mark in marks)
    return Vector(values, "".join(marks), Total(assessed or None, None, assessed, due))


def read_shares(
    conn: Connection,
    order: UnitOrder,
    *,
    ranges: KeyRanges,
    period_id: str,
    as_reported: bool = True,
) -> Vector:
    """Read the share of drug-free communes of every unit of a level, with both parts.

    Units not yet assessed stay in the denominator. Percent are cut to one decimal and never
    rounded up, so that a target is not shown as met before it is.

    Parameters
    ----------
    conn, order, ranges, period_id
        As in `read_counts`.
    as_reported
        Whether the boundaries are those of the period. On others a class holds for unchanged
        land only (rule A4): what is left of a share would read as a result.
    """
    scope = within_set(ranges, order.set_id)
    rows = conn.execute(query("unit_shares"), {**scope_lists(scope), "period_id": period_id}).one()
    found = {
        key: (num, assessed, den)
        for key, num, assessed, den in zip(*(column or () for column in rows), strict=True)
    }
    return shares_vector(order, found, scope=scope, as_reported=as_reported)


def shares_vector(
    order: UnitOrder,
    found: Mapping[int, tuple[int, int, int]],
    *,
    scope: KeyRanges,
    as_reported: bool,
) -> Vector:
    """Put drug-free shares into feed order: key to drug-free, assessed, assessable communes."""
    values: list[float | None] = []
    nums: list[int | None] = []
    dens: list[int | None] = []
    marks = []
    for key, seen in zip(order.keys, _seen(order.keys, scope), strict=True):
        num, assessed, den = found.get(key, _NOTHING)
        mark = share_status(assessed, den, as_reported=as_reported) if seen else "h"
        shown = mark in ".i"
        values.append(percent(num, den) if shown else None)
        nums.append(num if shown else None)
        dens.append(den if mark not in "hx" else None)
        marks.append(mark)
    top = found.get(order.set_id << UNIT_KEY_SHIFT)
    rows_seen = [top] if top else [found[key] for key in order.keys if key in found]
    drug_free, assessed, due = (sum(row[place] for row in rows_seen) for place in range(3))
    worth = share_status(assessed, due, as_reported=as_reported)
    total = Total(percent(drug_free, due) if worth in ".i" else None, None, assessed, due)
    return Vector(values, "".join(marks), total, nums, dens)


def share_status(assessed: int, assessable: int, *, as_reported: bool = True) -> str:
    """Say what a share is worth by how many of its units were assessed.

    On boundaries that are not the period's own, too few make no share at all.
    """
    if assessable == 0:
        return "x"
    if assessed == 0:
        return "a"
    if not too_few(assessed, assessable):
        return "."
    return "i" if as_reported else "a"


def too_few(done: int, due: int) -> bool:
    """Tell whether fewer than nine tenths of the communes stand behind a figure.

    With over a hundred communes to a province one is nearly always late: marking all provinces
    would mark none. How many are missing is said beside the figure.
    """
    return 10 * done < 9 * due


def percent(numerator: int, denominator: int) -> float | None:
    """Give a share in percent, cut to one decimal; above zero it is never shown as 0.

    >>> percent(1_667, 3_321), percent(1_660, 3_321), percent(1, 3_321), percent(0, 7)
    (50.1, 49.9, 0.1, 0.0)
    """
    if denominator == 0:
        return None
    tenths = numerator * 1000 // denominator
    return (tenths or int(numerator > 0)) / 10


def read_cells(
    conn: Connection,
    *,
    ranges: KeyRanges,
    period_id: str,
    set_id: int,
    resolution: int,
    measure: CountMeasure,
) -> tuple[list[str], list[int]]:
    """Read the H3 cells that hold a count above zero within the scope.

    A cell can hold places of several communes: only the rows in scope are added up (X6).

    Returns
    -------
    tuple
        Cells as hexadecimal text, ascending, and their counts.
    """
    row = conn.execute(
        query("cell_counts"),
        {
            **scope_lists(within_set(ranges, set_id)),
            "period_id": period_id,
            "resolution": resolution,
            "measure": measure,
        },
    ).one()
    return list(row[0] or ()), list(row[1] or ())


def largest_counts(conn: Connection, *, ranges: KeyRanges) -> dict[str, dict[str, dict[str, int]]]:
    """Give the largest counts over all periods within the scope.

    Returns
    -------
    dict
        Measure to scale (a level, or ``cells_5`` to ``cells_8``) to first letter of the period to
        count.
    """
    largest: dict[str, dict[str, dict[str, int]]] = {each: {} for each in COUNT_MEASURES}
    rows = conn.execute(query("largest_counts"), scope_lists(merge_ranges(ranges)))
    for scale, letter, *counts in rows:
        for measure, count in zip(COUNT_MEASURES, counts, strict=True):
            largest[measure].setdefault(scale, {})[letter] = int(count)
    return largest


def largest_observed(
    conn: Connection, *, ranges: KeyRanges
) -> dict[str, dict[str, dict[str, int]]]:
    """Give the largest entered counts within the scope, as `largest_counts` does, by indicator."""
    largest: dict[str, dict[str, dict[str, int]]] = {}
    rows = conn.execute(query("observed_largest"), scope_lists(merge_ranges(ranges)))
    for indicator, letter, scale, count in rows:
        largest.setdefault(indicator, {}).setdefault(scale, {})[letter] = int(count)
    return largest


def observed_letters(conn: Connection, *, ranges: KeyRanges) -> dict[str, tuple[str, ...]]:
    """Give the first letters of the periods for which figures were entered, by indicator."""
    rows = conn.execute(
        text(
            "SELECT o.indicator_id, array_agg(DISTINCT left(o.period_id, 1))"
            " FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS s (low, high)"
            " JOIN held_observation AS o ON o.unit_key BETWEEN s.low AND s.high"
            " GROUP BY o.indicator_id"
        ),
        scope_lists(merge_ranges(ranges)),
    )
    return {row[0]: tuple(row[1]) for row in rows}


def observed_stand(conn: Connection) -> tuple[int, int]:
    """Give a pair that differs when entered figures in sight do."""
    row = conn.execute(
        text(
            "SELECT (SELECT coalesce(max(observation_id), 0) FROM observation),"
            " (SELECT count(*) FROM import_undo)"
        )
    ).one()
    return int(row[0]), int(row[1])


def merge_ranges(ranges: KeyRanges) -> tuple[tuple[int, int], ...]:
    """Join overlapping and touching ranges; a join on them must not count a row twice.

    >>> merge_ranges([(5, 9), (1, 4), (20, 30), (25, 26)])
    ((1, 9), (20, 30))
    """
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def within_set(ranges: KeyRanges, set_id: int) -> tuple[tuple[int, int], ...]:
    """Cut ranges to the keys of one set, so that SQL reads only these."""
    first = set_id << UNIT_KEY_SHIFT
    last = first | _ORDINAL_MASK
    return tuple(
        (max(low, first), min(high, last))
        for low, high in merge_ranges(ranges)
        if low <= last and high >= first
    )


def scope_lists(scope: KeyRanges) -> dict[str, list[int]]:
    """Give ranges as the two lists that statements join on."""
    return {"lows": [low for low, _ in scope], "highs": [high for _, high in scope]}


def _seen(keys: Sequence[int], scope: KeyRanges) -> list[bool]:
    """Tell for each of ascending keys whether it lies in one of ascending ranges."""
    seen = []
    at = 0
    for key in keys:
        while at < len(scope) and scope[at][1] < key:
            at += 1
        seen.append(at < len(scope) and scope[at][0] <= key)
    return seen
