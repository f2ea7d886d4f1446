"""Gathers what the computed indicators beyond hotspots and classes are made of, and hashes it.

Community models, campaigns, sub-communes, patrols, reports in time: facts of units of any boundary
set, each with its day. `unit_figures.py` adds them up; see `compute_inputs.World` for the rest.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from geo import cells
from geo.indicators.rules import COVERAGE_RESOLUTION, indicator_rules
from geo.period import Period
from geo.reporting_cycles import due_before
from geo.store.compute_inputs import World
from geo.store.counting import Flags, Ints
from geo.store.map_index import query
from geo.store.tables import MODEL_STATES, SUBCOMMUNE_ITEMS, UNIT_KEY_SHIFT

# Stands in every hash: raise it when the arithmetic changes.
ARITHMETIC = "1"
ITEMS = tuple(item for item in SUBCOMMUNE_ITEMS if item != "mo_hinh")


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one kind, oldest first.

    Parameters
    ----------
    set_at
        Place of the unit's set in `World.sets`.
    unit
        Position of the unit in that set.
    name
        Number of its reference or code: equal where the text is.
    day
        First day, days since 1970.
    more
        Columns of the kind.
    """

    set_at: Ints
    unit: Ints
    name: Ints
    day: Ints
    more: tuple[Ints, ...]


@dataclass(frozen=True, slots=True)
class Programme:
    """All inputs beside those of `World`.

    Parameters
    ----------
    models
        More: index into `tables.MODEL_STATES`.
    campaigns
        More: last day, 1 for a general survey.
    subcommunes
        More: day after the last.
    statuses
        More: index into `ITEMS`, 1 for yes.
    patrols
        Days of shifts. More: cell of `COVERAGE_RESOLUTION`, seconds.
    in_time
        By period and number of land: whether the first report came before its due day.
    as_of
        Facts up to and including this day count.
    simulated
        Kinds with a made-up fact.
    """

    models: Facts
    campaigns: Facts
    subcommunes: Facts
    statuses: Facts
    patrols: Facts
    in_time: Mapping[str, Flags]
    as_of: date
    simulated: frozenset[str]


def gather_programme(conn: Connection, world: World, *, as_of: date) -> Programme:
    """Read every fact that counts up to and including a day.

    Parameters
    ----------
    conn
        Connection of the operator.
    world
        The sets that the facts stand on.
    as_of
        Facts up to and including this day count.
    """
    asked = {"as_of": as_of}
    made: set[str] = set()

    def read(name: str, **more: object) -> list[Any]:
        *columns, simulated = conn.execute(query(f"programme_{name}"), {**asked, **more}).one()
        if simulated:
            made.add(name)
        return [column or () for column in columns]

    key, ref, day, state = read("models", states=list(MODEL_STATES))
    models = _facts(world, key, _numbered(ref), day, state)
    key, first, last, is_survey = read("campaigns")
    campaigns = _facts(world, key, None, first, last, is_survey)
    key, code, first, after = read("subcommunes")
    told_key, told_code, day, item, yes = read("statuses", items=list(ITEMS))
    # One numbering for both, so that a status finds its sub-commune.
    codes = _numbered([*code, *told_code])
    subcommunes = _facts(world, key, codes[: len(code)], first, after)
    statuses = _facts(world, told_key, codes[len(code) :], day, item, yes)
    day, cell, key, seconds = read("patrols")
    coarse = np.array(cell, dtype=np.int64)
    if coarse.size:
        coarse = cells.parents_of(coarse, resolution=COVERAGE_RESOLUTION)
    patrols = _facts(world, key, None, day, coarse, seconds)
    return Programme(
        models=models,
        campaigns=campaigns,
        subcommunes=subcommunes,
        statuses=statuses,
        patrols=patrols,
        in_time=_reports_in_time(conn, world, as_of=as_of),
        as_of=as_of,
        simulated=frozenset(made),
    )


def first_day_of(programme: Programme) -> date | None:
    """Give the day of the first fact, None when there is none."""
    kinds = (
        *(programme.models, programme.campaigns, programme.subcommunes, programme.statuses),
        programme.patrols,
    )
    days = [int(one.day.min()) for one in kinds if one.day.size]
    return date(1970, 1, 1) + timedelta(days=min(days)) if days else None


def is_due(programme: Programme, period: Period) -> bool:
    """Tell whether the due day of a period's report has come, so that I20 can be told."""
    return period.kind != "rest_of_year" and programme.as_of >= due_before(period)


def patrols_within(programme: Programme, period: Period) -> Flags:
    """Mark the patrols whose shift began in a period."""
    day = programme.patrols.day
    within: Flags = (day >= _day(period.starts_on)) & (day < _day(period.ends_before))
    return within


def begun(facts: Facts, period: Period) -> Flags:
    """Mark the facts that took effect by the end of a period."""
    known: Flags = facts.day < _day(period.ends_before)
    return known


def hash_programme(programme: Programme, period: Period) -> str:
    """Hash all that the figures of a period are made of beside `compute_inputs.hash_inputs`."""
    rules = indicator_rules()
    in_time = programme.in_time.get(period.id, np.zeros(0, dtype=np.bool_))
    digest = hashlib.sha256(
        f"{ARITHMETIC} {rules.patrolled_seconds} {is_due(programme, period)} ".encode()
    )
    parts: list[NDArray[Any]] = [
        in_time,
        *_columns(programme.patrols, patrols_within(programme, period)),
    ]
    if with_programme(period):
        for facts in (
            programme.models,
            programme.campaigns,
            programme.subcommunes,
            programme.statuses,
        ):
            parts += _columns(facts, begun(facts, period))
    for part in parts:
        digest.update(part.size.to_bytes(8, "big") + np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def with_programme(period: Period) -> bool:
    """Tell whether models, surveys, sub-communes and class sums are told for a period.

    They are for the half year, its remainder and the year: no plan asks for them by month.
    """
    return period.kind != "month"


def uses_simulated(programme: Programme, period: Period) -> bool:
    """Tell whether a made-up fact beside those of `World` stands in a period's figures."""
    if "patrols" in programme.simulated and patrols_within(programme, period).any():
        return True
    return with_programme(period) and bool(programme.simulated - {"patrols"})


def _columns(facts: Facts, kept: Flags) -> list[NDArray[Any]]:
    columns = (facts.set_at, facts.unit, facts.name, facts.day, *facts.more)
    return [column[kept] for column in columns]


def _numbered(texts: Sequence[str]) -> Ints:
    """Give each text its number in the order of texts, whatever the order of imports."""
    return np.unique(np.array(texts, dtype=np.str_), return_inverse=True)[1].astype(np.int64)


def _facts(world: World, keys: Any, names: Ints | None, days: Any, *more: Any) -> Facts:
    """Find the units of facts; those of sets that are not in force are left out."""
    key = np.array(keys, dtype=np.int64)
    place = {one.about.set_id: at for at, one in enumerate(world.sets)}
    set_at = np.array([place.get(int(number), -1) for number in key >> UNIT_KEY_SHIFT], np.int64)
    kept = set_at >= 0
    unit = np.zeros(key.size, dtype=np.int64)
    for at, one in enumerate(world.sets):
        mine = set_at == at
        unit[mine] = np.searchsorted(one.key, key[mine])
    columns = [np.array(column, dtype=np.int64) for column in (days, *more)]
    return Facts(
        set_at=set_at[kept],
        unit=unit[kept],
        name=np.zeros(key.size, np.int64)[kept] if names is None else names[kept],
        day=columns[0][kept],
        more=tuple(column[kept] for column in columns[1:]),
    )


def _reports_in_time(conn: Connection, world: World, *, as_of: date) -> dict[str, Flags]:
    found = {}
    for period_id, unit_keys in conn.execute(query("programme_in_time"), {"as_of": as_of}):
        facts = _facts(world, unit_keys, None, [0] * len(unit_keys))
        flags = np.zeros(world.decisions.identity_count, dtype=np.bool_)
        for at, one in enumerate(world.sets):
            flags[one.identity[facts.unit[facts.set_at == at]]] = True
        found[period_id] = flags
    return found


def _day(day: date) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))
