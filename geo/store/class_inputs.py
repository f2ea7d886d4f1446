"""Gathers what communes are judged by: figures, residents, places by kind, routes, sub-communes.

All on the set in force on the period's last day. A figure counts for the land that it was told of.
The second part of a year is derived from the year and its first half (P1). A count of places that
is 0 and that nobody reported is missing, not zero.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from geo import hotspots
from geo.approval import waits_for
from geo.criteria.inputs import PLACE_KINDS, Input, inputs
from geo.criteria.many import MISSING
from geo.indicators import SERIES, sources_of
from geo.period import Period
from geo.store import counting
from geo.store.compute_inputs import World
from geo.store.counting import Flags, Ints, SharedLand
from geo.store.map_index import query
from geo.store.report_calendar import climb_from
from geo.store.report_reading import states

_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class ClassInputs:
    """Inputs of the communes that are subject to assessment, in key order.

    Parameters
    ----------
    set_id, unit_key
        The communes.
    province
        Code of each one's province.
    columns
        By input, `MISSING` where missing.
    approved
        Whether the report that it all stands on is approved to the top.
    simulated
        Whether anything is made up.
    """

    set_id: int
    unit_key: Ints
    province: NDArray[np.str_]
    columns: Mapping[str, Ints]
    approved: Flags
    simulated: bool


def gather_class_inputs(
    conn: Connection, world: World, period: Period, *, at: int, wanted: Collection[str]
) -> ClassInputs:
    """Read the inputs of a period.

    Parameters
    ----------
    conn
        Connection of the operator.
    world
        Sets, places and reports.
    period
        Half-year, remainder or year.
    at
        Place in `World.sets` of the set in force on its last day.
    wanted
        Ids of inputs.
    """
    units = world.sets[at]
    rows = np.flatnonzero(units.due)
    keys = units.key[rows]
    set_id = units.about.set_id
    asked = [inputs()[name] for name in sorted(wanted)]
    columns = {one.id: np.full(keys.size, MISSING, dtype=np.int64) for one in asked}
    simulated = units.about.simulated
    made_up = _read_reported(conn, period, keys, set_id, asked, columns)
    _read_programme(conn, period, keys, set_id, asked, columns)
    _count_places(conn, world, period, at, rows, columns)
    if "population" in columns:
        row = conn.execute(
            query("class_residents"), {"set_id": set_id, "day": period.last_day}
        ).one()
        _place(columns["population"], keys, row.unit_keys, row.persons)
        made_up |= row.simulated
    if "routes" in columns:
        _read_routes(conn, period, keys, set_id, columns["routes"])
    return ClassInputs(
        set_id,
        keys,
        _provinces(conn, set_id, keys),
        columns,
        _approved(conn, period, keys, set_id),
        simulated or made_up,
    )


def _place(column: Ints, keys: Ints, unit_keys: object, values: object) -> None:
    """Put values of some units into a column."""
    told = np.array(unit_keys or (), dtype=np.int64)
    numbers = np.array(values or (), dtype=np.int64)
    if keys.size == 0 or told.size == 0:
        return
    at = np.minimum(np.searchsorted(keys, told), keys.size - 1)
    known = keys[at] == told
    column[at[known]] = numbers[known]


def _read_reported(
    conn: Connection,
    period: Period,
    keys: Ints,
    set_id: int,
    asked: Collection[Input],
    columns: Mapping[str, Ints],
) -> bool:
    """Fill in the inputs that reports tell; give whether any is made up."""
    mine = [one for one in asked if one.origin == "report"]
    series = sorted({one.indicator for one in mine})
    if not series:
        return False
    read = [period] if period.kind != "rest_of_year" else list(sources_of(period))
    made_up = False
    found: list[dict[str, Ints]] = []
    for one in read:
        told = {each.id: np.full(keys.size, MISSING, dtype=np.int64) for each in mine}
        found.append(told)
        for row in conn.execute(
            query("class_observed"),
            {"set_id": set_id, "period_id": one.id, "indicators": series},
        ):
            made_up |= row.simulated
            parts = {
                row.indicator_id: row.found_values,
                f"{row.indicator_id}.numerator": row.numerators,
                f"{row.indicator_id}.denominator": row.denominators,
            }
            for each in mine:
                if each.id in parts:
                    _place(told[each.id], keys, row.unit_keys, parts[each.id])
    for each in mine:
        column = found[0][each.id]
        if len(found) > 1 and SERIES[each.indicator].measures == "flow":
            column = _rest(column, found[1][each.id])
        # A count has no hundredths; one that has is rounded up, to the graver side.
        if each.id == each.indicator and each.grain == 1:
            column = np.where(column == MISSING, MISSING, -(-column // _HUNDREDTHS))
        columns[each.id][:] = column
    return made_up


def _rest(year: Ints, half: Ints) -> Ints:
    """Give what the year has beside its first half; missing where the two contradict."""
    known = (year != MISSING) & (half != MISSING) & (year >= half)
    return np.where(known, year - half, MISSING)


def _read_programme(
    conn: Connection,
    period: Period,
    keys: Ints,
    set_id: int,
    asked: Collection[Input],
    columns: Mapping[str, Ints],
) -> None:
    """Fill in what was computed of sub-communes, models, patrols."""
    mine = {one.id for one in asked if one.origin == "programme"}
    if not mine:
        return
    names = sorted({inputs()[one].indicator[:3] for one in mine})
    for row in conn.execute(
        query("class_figures"),
        {"set_id": set_id, "period_id": period.id, "indicators": names},
    ):
        for name, values in (
            (row.series, row.found_values),
            (f"{row.series}.numerator", row.numerators),
            (f"{row.series}.denominator", row.denominators),
        ):
            if name in mine:
                _place(columns[name], keys, row.unit_keys, values)


def _count_places(
    conn: Connection,
    world: World,
    period: Period,
    at: int,
    rows: Ints,
    columns: Mapping[str, Ints],
) -> None:
    """Fill in places by kind, and what happened to places in the period."""
    units = world.sets[at]
    counts = hotspots.count_in(
        world.lives, starts_on=period.starts_on, ends_before=period.ends_before
    )
    size, position = units.key.size, world.position[:, at]
    reports = world.reports.get(period.id)
    reported = np.zeros(size, dtype=np.bool_)
    if reports:
        nothing = SharedLand(np.zeros(0, np.int64), np.zeros(0, np.int64))
        reported = counting.find_reported(units, units, shared=nothing, handed_in=reports.handed_in)
    told = {"I03": counts.eliminated, "I04": counts.new, "I05": counts.reformed}
    if any(name.startswith("places.") for name in columns):
        kind = np.array(
            conn.execute(
                text(
                    "SELECT coalesce(array_agg(array_position(CAST(:kinds AS text[]), kind) - 1"
                    " ORDER BY hotspot_id), '{}') FROM hotspot"
                ),
                {"kinds": list(PLACE_KINDS)},
            ).scalar_one(),
            dtype=np.int64,
        )
        told |= {
            f"places.{name}": np.where(kind == number, counts.active, 0)
            for number, name in enumerate(PLACE_KINDS)
        }
    for name, values in told.items():
        if name in columns:
            number = np.bincount(position, weights=values, minlength=size).astype(np.int64)
            columns[name][:] = np.where((number > 0) | reported, number, MISSING)[rows]


def _read_routes(conn: Connection, period: Period, keys: Ints, set_id: int, column: Ints) -> None:
    """Fill in key routes; where no route stands at all on the day, the layer is not kept."""
    row = conn.execute(query("class_routes"), {"set_id": set_id, "day": period.last_day}).one()
    if row.unit_keys:
        column[:] = 0
        _place(column, keys, row.unit_keys, row.numbers)


def _provinces(conn: Connection, set_id: int, keys: Ints) -> NDArray[np.str_]:
    tops = conn.execute(
        text(
            "SELECT unit_key, code FROM unit_version WHERE set_id = :set_id AND level = 'province'"
            " ORDER BY unit_key"
        ),
        {"set_id": set_id},
    ).all()
    codes = np.array(["", *(row.code for row in tops)])
    return codes[np.searchsorted([row.unit_key for row in tops], keys, side="right")]


def _approved(conn: Connection, period: Period, keys: Ints, set_id: int) -> Flags:
    """Tell which communes' reports are approved to the top."""
    read = [period] if period.kind != "rest_of_year" else list(sources_of(period))
    whole = np.ones(keys.size, dtype=np.bool_)
    for one in read:
        climb = climb_from("commune", one.last_day, on=one.last_day)
        base = set_id << 20
        found = states(conn, period_id=one.id, ranges=[(base, base + (1 << 20) - 1)])
        whole &= np.array(
            [
                key in found
                and found[key].status == "approved"
                and waits_for(found[key], climb=climb) is None
                for key in keys.tolist()
            ],
            dtype=np.bool_,
        )
    return whole
