"""What there is to draw: active boundary sets, computed periods, units in feed order.

Feed order is the order of the unit keys of a level. None of this is operational: every account
reads all of it, and no scope is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from sqlalchemy import Connection, TextClause, select, text
from sqlalchemy.exc import ProgrammingError

from geo.errors import NotFound, Unavailable
from geo.store import tables


@dataclass(frozen=True, slots=True)
class FeedSet:
    """An active boundary set, as much as a feed needs."""

    set_id: int
    id: str
    title: str
    valid_from: date
    valid_to: date | None
    act: str
    provenance: str
    illustrative: bool

    def holds_on(self, day: date) -> bool:
        """Tell whether these boundaries hold on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class PeriodRun:
    """A computed period."""

    id: str
    starts_on: date
    ends_before: date
    revision: str
    data_until: date
    simulated: bool


@dataclass(frozen=True, slots=True)
class UnitOrder:
    """Keys of the units of one level in feed order, and which are subject to assessment.

    `tops` are the keys of the provinces: what the country counts beyond them lies in no commune.
    """

    set_id: int
    keys: tuple[int, ...]
    assessable: tuple[bool, ...]
    tops: tuple[int, ...]


@cache
def query(name: str) -> TextClause:
    """Give a statement of `geo/store/sql/`."""
    return text(files("geo.store").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8"))


# What the web service reads; `check_schema` asks for every column of them.
_SERVED = (
    *(tables.boundary_set, tables.unit_version, tables.unit_change, tables.period_run),
    *(tables.unit_count, tables.cell_count, tables.unit_class, tables.unit_figure),
    *(tables.class_run, tables.class_result, tables.criteria_version),
    *(tables.assessment, tables.observation),
    *(tables.feature_piece, tables.subcommune, tables.subcommune_status),
)
_SETS = """
    SELECT set_id, left(content_hash, 16) AS id, title, valid_from, valid_to, act, provenance,
        illustrative
    FROM boundary_set WHERE state = 'active'
"""
_PERIODS = """
    SELECT period_id AS id, starts_on, ends_before, revision, data_until, simulated FROM period_run
"""


def check_schema(conn: Connection) -> None:
    """Make sure that every table and column that this release reads is there.

    Raises
    ------
    Unavailable
        With code ``schema_behind``.
    """
    try:
        for table in _SERVED:
            conn.execute(select(table).limit(0))
    except ProgrammingError as error:
        raise Unavailable("schema_behind") from error


def names_of_keys(conn: Connection, keys: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Give code and name of units by their keys."""
    rows = conn.execute(
        text("SELECT unit_key, code, name FROM unit_version WHERE unit_key = ANY(:keys)"),
        {"keys": list(keys)},
    )
    return {row.unit_key: (row.code, row.name) for row in rows}


def list_feed_sets(conn: Connection) -> list[FeedSet]:
    """List the active sets by first day."""
    return [FeedSet(*row) for row in conn.execute(text(_SETS + " ORDER BY valid_from"))]


def find_feed_set(conn: Connection, set_hash: str) -> FeedSet:
    """Give the active set of the name it has in addresses.

    Raises
    ------
    NotFound
        With code ``boundary_set_unknown``; a draft is not told either.
    """
    found = conn.execute(text(_SETS + " AND left(content_hash, 16) = :id"), {"id": set_hash})
    row = found.first()
    if row is None:
        raise NotFound("boundary_set_unknown", text=set_hash[:16])
    return FeedSet(*row)


def list_period_runs(conn: Connection) -> list[PeriodRun]:
    """List the computed periods by first day, then by last."""
    return [
        PeriodRun(*row) for row in conn.execute(text(_PERIODS + " ORDER BY starts_on, ends_before"))
    ]


def find_period_run(conn: Connection, period_id: str) -> PeriodRun:
    """Give a computed period.

    Raises
    ------
    NotFound
        With code ``period_not_computed``.
    """
    row = conn.execute(text(_PERIODS + " WHERE period_id = :id"), {"id": period_id}).first()
    if row is None:
        raise NotFound("period_not_computed", period=period_id[:20])
    return PeriodRun(*row)


def set_extent(conn: Connection, set_id: int) -> dict[str, object]:
    """Measure a set: units per level, bounds, bounds of the units subject to assessment.

    Returns
    -------
    dict
        ``counts`` by level, ``bounds`` and ``mainland_bounds`` as west, south, east, north.
    """
    row = conn.execute(query("set_extent"), {"set_id": set_id}).one()
    bounds = [row.west, row.south, row.east, row.north]
    mainland = [row.main_west, row.main_south, row.main_east, row.main_north]
    return {
        "counts": dict(row.counts),
        "bounds": bounds,
        "mainland_bounds": bounds if None in mainland else mainland,
    }


def scope_extent(
    conn: Connection, set_id: int, *, ranges: Sequence[tuple[int, int]]
) -> list[float] | None:
    """Measure the part of a set in a scope: west, south, east, north; None for nothing."""
    lists = {"lows": [low for low, _ in ranges], "highs": [high for _, high in ranges]}
    row = conn.execute(query("scope_extent"), {"set_id": set_id, **lists}).one()
    return None if row.west is None else [row.west, row.south, row.east, row.north]


def unit_lists(conn: Connection, set_id: int) -> dict[str, dict[str, list[object]]]:
    """List the units of a set by level, column by column, in feed order.

    Returns
    -------
    dict
        Level to columns ordinal, code, name, kind, parent (ordinal), label (lng, lat), bbox
        (west, south, east, north; degrees, 4 decimals), former (names that the land had on other
        sets), assessable, area_km2.
    """
    columns = ("ordinal", "code", "name", "kind", "parent", "label", "bbox", "former")
    lists: dict[str, dict[str, list[object]]] = {}
    for row in conn.execute(query("unit_list"), {"set_id": set_id}).mappings():
        level = lists.setdefault(row["level"], {})
        for column in (*columns, "assessable", "area_km2"):
            level.setdefault(column, []).append(row[column])
    return lists


def unit_order(conn: Connection, set_id: int, *, level: str) -> UnitOrder:
    """Give the keys of a level in feed order."""
    rows = conn.execute(
        text(
            "SELECT unit_key, assessable, level FROM unit_version"
            " WHERE set_id = :set_id AND level IN (:level, 'province') ORDER BY unit_key"
        ),
        {"set_id": set_id, "level": level},
    ).all()
    own = [row for row in rows if row.level == level]
    return UnitOrder(
        set_id,
        tuple(row.unit_key for row in own),
        tuple(row.assessable for row in own),
        tuple(row.unit_key for row in rows if row.level == "province"),
    )
