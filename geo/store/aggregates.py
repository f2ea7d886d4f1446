"""Computes what maps and tables show: counts by unit and cell, reports, classes, period by period.

    gather   units, shared land, lives, reports, decisions     `compute_inputs.py`
    count    one period over every active set, numbers only    `counting.py`
    write    what changed, by COPY                             here

A period is computed anew only when the hash of its inputs changed. Nothing depends on the order of
imports, and nothing on the clock: the day up to which data count is an argument.

What is not there is missing, never zero: ``unit_count`` has a row for every unit of every active
set, where a 0 is a true zero only with ``reported_units`` above 0; ``unit_class`` has rows for the
communes of the set in force at the period's end, elsewhere only for communes with a class of their
own, and for all units above.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from geo import hotspots
from geo.indicators import SERIES
from geo.period import Period, PeriodKind, periods_between
from geo.store import counting
from geo.store.class_compute import compute_classes
from geo.store.compute_inputs import World, begun_by, gather, hash_inputs
from geo.store.copying import stage_numbers
from geo.store.counting import Ints, SharedLand
from geo.store.figure_rows import COMPUTED, NO_PARTS
from geo.store.locations import active_sets
from geo.store.places import rejoin_places
from geo.store.programme_inputs import (
    Programme,
    first_day_of,
    gather_programme,
    hash_programme,
    uses_simulated,
)
from geo.store.tables import CLASSES
from geo.store.unit_figures import Landings, rows_of_set

KINDS: tuple[PeriodKind, ...] = ("month", "half_year", "rest_of_year", "year")

TABLES = ("unit_count", "cell_count", "unit_class", "unit_figure")
_COMPUTE_LOCK = 7_138_003
_REVISION_LENGTH = 16
# Stands for no date in columns that know no NULL.
_NO_DATE = np.iinfo(np.int32).min


@dataclass(frozen=True, slots=True)
class ComputeReport:
    """What a computation did.

    Parameters
    ----------
    computed, unchanged, removed
        Ids of periods written anew, left as they were, and taken out because nothing stands
        behind them any more.
    row_counts
        Rows written by table.
    classes
        Ids of periods whose classes were worked out anew.
    """

    computed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    row_counts: Mapping[str, int] = field(default_factory=dict)
    classes: tuple[str, ...] = ()


def compute(conn: Connection, *, as_of: date, full: bool = False) -> ComputeReport:
    """Compute every period that had ended by a day, on every active boundary set.

    Parameters
    ----------
    conn
        Connection of the operator.
    as_of
        Facts up to and including this day count.
    full
        Compute also the periods whose inputs did not change.

    Raises
    ------
    Conflict
        ``no_active_boundary_set``.
    """
    # Two computations at once would both write the same periods.
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _COMPUTE_LOCK})
    for one in active_sets(conn):
        rejoin_places(conn, one.set_id)
    world = gather(conn, as_of=as_of)
    programme = gather_programme(conn, world, as_of=as_of)
    landings = Landings(world)
    first_days = [day for day in (world.first_day, first_day_of(programme)) if day is not None]
    periods = list(periods_between(min(first_days), as_of, kinds=KINDS)) if first_days else []
    stored = {
        row.period_id: row.input_hash
        for row in conn.execute(text("SELECT period_id, input_hash FROM period_run"))
    }
    hashes = {
        period.id: sha256(
            f"{hash_inputs(world, period)} {hash_programme(programme, period)}".encode()
        ).hexdigest()
        for period in periods
    }
    due = [p for p in periods if full or stored.get(p.id) != hashes[p.id]]
    removed = tuple(sorted(stored.keys() - hashes.keys()))
    outdated = [*removed, *(p.id for p in due if p.id in stored)]
    for table in (*TABLES, "period_run"):
        conn.execute(text(f"DELETE FROM {table} WHERE period_id = ANY(:ids)"), {"ids": outdated})
    conn.execute(text("UPDATE period_run SET data_until = :day"), {"day": as_of})
    row_counts = dict.fromkeys(TABLES, 0)
    for period in due:
        simulated = uses_simulated(programme, period)
        _open_period(
            conn, world, period, input_hash=hashes[period.id], as_of=as_of, simulated=simulated
        )
        counted = _compute_period(conn, world, period, programme=programme, landings=landings)
        for table, count in counted.items():
            row_counts[table] += count
    classes = compute_classes(conn, world, periods, full=full)
    return ComputeReport(
        computed=tuple(p.id for p in due),
        classes=classes,
        unchanged=tuple(p.id for p in periods if p not in due),
        removed=removed,
        row_counts=row_counts,
    )


def _open_period(
    conn: Connection,
    world: World,
    period: Period,
    *,
    input_hash: str,
    as_of: date,
    simulated: bool,
) -> None:
    begun, decided = begun_by(world, period)
    reports = world.reports.get(period.id)
    simulated = simulated or bool(
        world.simulated_life[begun].any()
        or world.simulated_decision[decided].any()
        or (reports is not None and reports.simulated)
    )
    conn.execute(
        text(
            "INSERT INTO period_run (period_id, starts_on, ends_before, input_hash, revision,"
            " data_until, simulated) VALUES (:id, :starts_on, :ends_before, :hash, :revision,"
            " :as_of, :simulated)"
        ),
        {
            "id": period.id,
            "starts_on": period.starts_on,
            "ends_before": period.ends_before,
            "hash": input_hash,
            "revision": input_hash[:_REVISION_LENGTH],
            "as_of": as_of,
            "simulated": simulated,
        },
    )


@dataclass(frozen=True, slots=True)
class SetFigures:
    """Figures of one period on one set: columns by unit in key order.

    Parameters
    ----------
    counts
        Counts of places, reported_units, due_units.
    classes
        Decided classes and the parts of the drug-free share.
    """

    counts: Mapping[str, Ints]
    classes: counting.UnitClasses


def set_of_day(world: World, period: Period) -> int:
    """Give the place of the set in force on a period's last day.

    Before the first set and in a gap between two there is none in force: the newest stands in.
    """
    return next(
        (at for at, one in enumerate(world.sets) if one.holds(period.last_day)),
        len(world.sets) - 1,
    )


def figures_of_set(
    world: World, period: Period, at: int, *, counts: hotspots.LifeCounts
) -> SetFigures:
    """Count one period on one set.

    Parameters
    ----------
    world
        All inputs.
    period
        The window.
    at
        Place of the set in `world.sets`.
    counts
        What each place adds to the period.
    """
    column = set_of_day(world, period)
    units, of_day = world.sets[at], world.sets[column]
    reports = world.reports.get(period.id)
    nothing = SharedLand(np.zeros(0, np.int64), np.zeros(0, np.int64))
    reported = np.zeros(units.key.size, dtype=np.bool_)
    if reports:
        reported = counting.find_reported(
            units,
            of_day,
            shared=world.shared.get((at, column), nothing),
            handed_in=reports.handed_in,
        )
    return SetFigures(
        {
            **counting.count_places(units, position=world.position[:, at], counts=counts),
            "reported_units": counting.sum_below(reported.astype(np.int64), last=units.last),
            "due_units": counting.sum_below(units.due.astype(np.int64), last=units.last),
        },
        counting.find_classes(units, of_day, decisions=world.decisions, day=period.last_day),
    )


def _compute_period(
    conn: Connection,
    world: World,
    period: Period,
    *,
    programme: Programme,
    landings: Landings,
) -> dict[str, int]:
    """Count one period on every set and write it; give the rows written by table."""
    column = set_of_day(world, period)
    of_day = world.sets[column]
    counts = hotspots.count_in(
        world.lives, starts_on=period.starts_on, ends_before=period.ends_before
    )
    unit_rows: list[Mapping[str, Ints]] = []
    class_rows: list[Mapping[str, Ints]] = []
    figure_rows: list[Mapping[str, NDArray[np.generic]]] = []
    for at, units in enumerate(world.sets):
        figures = figures_of_set(world, period, at, counts=counts)
        unit_rows.append({"unit_key": units.key, **figures.counts})
        classes = figures.classes
        rows = rows_of_set(world, programme, period, at, classes=classes, landings=landings)
        figure_rows.append(
            {
                "unit_key": rows.unit_key,
                "series": rows.series,
                "value": rows.value,
                "numerator": rows.numerator,
                "denominator": rows.denominator,
            }
        )
        kept = ~units.is_commune | ~np.isnat(classes.decided_on) | (at == column)
        decided_on = classes.decided_on.astype(np.int64)
        class_rows.append(
            {
                "unit_key": units.key[kept],
                "class_number": classes.decided[kept],
                "decided_day": np.where(np.isnat(classes.decided_on), _NO_DATE, decided_on)[kept],
                "drug_free_count": classes.drug_free_count[kept],
                "assessed_count": classes.assessed_count[kept],
                "assessable_count": classes.assessable_count[kept],
            }
        )
    cell_rows = counting.count_cells(
        world.cell, unit_key=of_day.key[world.position[:, column]], counts=counts
    )
    return {
        "unit_count": _write(conn, _UNIT_COUNT, unit_rows, period_id=period.id),
        "cell_count": _write(conn, _CELL_COUNT, [cell_rows], period_id=period.id),
        "unit_class": _write(conn, _UNIT_CLASS, class_rows, period_id=period.id),
        "unit_figure": _write(conn, _UNIT_FIGURE, figure_rows, period_id=period.id),
    }


_CLASS_NAMES = ", ".join(f"'{name}'" for name in CLASSES)
_COUNTS = ", ".join(counting.COUNT_COLUMNS)
_UNIT_COUNT = f"""
    INSERT INTO unit_count (period_id, unit_key, {_COUNTS}, reported_units, due_units)
    SELECT :period_id, unit_key, {_COUNTS}, reported_units, due_units
    FROM stage_figures ORDER BY unit_key
"""
_CELL_COUNT = f"""
    INSERT INTO cell_count (period_id, resolution, cell, unit_key, {_COUNTS})
    SELECT :period_id, resolution, cell, unit_key, {_COUNTS}
    FROM stage_figures ORDER BY resolution, cell, unit_key
"""
# Number 0 would be the element before the first: NULL, and so is NO_CLASS + 1.
_UNIT_CLASS = f"""
    INSERT INTO unit_class (period_id, unit_key, class, decided_on, drug_free_count,
        assessed_count, assessable_count)
    SELECT :period_id, unit_key, (ARRAY[{_CLASS_NAMES}])[class_number + 1],
        DATE '1970-01-01' + CAST(nullif(decided_day, {_NO_DATE}) AS integer),
        drug_free_count, assessed_count, assessable_count
    FROM stage_figures ORDER BY unit_key
"""


_SERIES_IDS = ", ".join(f"'{SERIES[name].id[:3]}'" for name in COMPUTED)
_SERIES_PARTS = ", ".join(f"'{SERIES[name].part}'" for name in COMPUTED)
_SERIES_SHARES = ", ".join(str(SERIES[name].is_share).lower() for name in COMPUTED)
# A share is divided by PostgreSQL, whose numbers are decimal.
_UNIT_FIGURE = f"""
    INSERT INTO unit_figure
        (period_id, unit_key, indicator_id, part, value, numerator, denominator)
    SELECT :period_id, unit_key, (ARRAY[{_SERIES_IDS}])[series + 1],
        (ARRAY[{_SERIES_PARTS}])[series + 1],
        CASE WHEN (ARRAY[{_SERIES_SHARES}])[series + 1]
            THEN CAST(numerator AS numeric) / denominator ELSE CAST(value AS numeric) END,
        nullif(numerator, {NO_PARTS}), nullif(denominator, {NO_PARTS})
    FROM stage_figures ORDER BY unit_key, series
"""


def _write(
    conn: Connection,
    statement: str,
    rows: Sequence[Mapping[str, NDArray[np.generic]]],
    *,
    period_id: str,
) -> int:
    columns = {name: np.concatenate([part[name] for part in rows]) for name in rows[0]}
    wide = {"unit_key", "cell", "value"}
    stage_numbers(
        conn,
        "stage_figures",
        {
            name: values if name in wide else values.astype(np.int32)
            for name, values in columns.items()
        },
    )
    return int(conn.execute(text(statement), {"period_id": period_id}).rowcount)
