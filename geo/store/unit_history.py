"""Follows units through time: which unit had a code or a name on a day, and who holds its land.

A code is no identity (A2): it is asked for with a day. A name is found as it was on any set, always
told with its province, since names repeat (A8).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from geo.errors import Conflict, NotFound
from geo.store.unit_graph import UnitGraph
from geo.units import fold, fold_kind

_FIND = """
    SELECT u.unit_key, u.unit_id, u.set_id, b.title, b.valid_from, b.valid_to, u.level, u.code,
        u.name, u.kind, top.name AS province, u.area_m2 / 1e6 AS area_km2
    FROM unit_version AS u
    JOIN boundary_set AS b ON b.set_id = u.set_id AND b.state = 'active'
    LEFT JOIN unit_version AS top
        ON top.set_id = u.set_id AND top.level = 'province' AND u.level <> 'province'
        AND u.unit_key BETWEEN top.unit_key AND top.key_to
    WHERE u.level <> 'country'
"""

# Of changes between sets that do not follow one another (one came in between) none is told.
_NEXT = """
    SELECT c.from_key, c.to_key, c.weight
    FROM unit_change AS c
    JOIN boundary_set AS old ON old.set_id = c.from_key >> 20
    JOIN boundary_set AS new ON new.set_id = c.to_key >> 20 AND new.state = 'active'
    WHERE c.from_key = ANY(:keys) AND c.kind <> 'abolish' AND new.valid_from = (
        SELECT min(b.valid_from) FROM boundary_set AS b
        WHERE b.state = 'active' AND b.valid_from > old.valid_from
    )
    ORDER BY c.from_key, c.weight DESC, c.to_key
"""


@dataclass(frozen=True, slots=True)
class UnitOnSet:
    """A unit as one set has it.

    Parameters
    ----------
    unit_key, unit_id
        Its key, and the identity of its land.
    set_id, set_title, valid_from, valid_to
        The set and its days, half-open.
    level, code, name, kind, province
        As they were on that set; ``province`` None for provinces.
    area_km2
        Of its land.
    """

    unit_key: int
    unit_id: int
    set_id: int
    set_title: str
    valid_from: date
    valid_to: date | None
    level: str
    code: str
    name: str
    kind: str
    province: str | None
    area_km2: float | None

    def stands_on(self, day: date) -> bool:
        """Tell whether the set is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Heir:
    """A unit of another day that holds land of the one asked for.

    `weight` is the share of the old unit's figures that it takes, 0..1.
    """

    unit: UnitOnSet
    weight: float


def find_units(
    conn: Connection, asked: str, *, province: str | None = None, on: date | None = None
) -> list[UnitOnSet]:
    """Find units by code or name over all sets in force.

    Parameters
    ----------
    conn
        Any role.
    asked
        A code, or a name with or without its kind; case, accents and signs do not matter.
    province
        Name or code of the province that held them on their set.
    on
        Only the set in force on this day.

    Returns
    -------
    list
        By code, then by first day of the set.
    """
    condition = " AND u.code = :code" if asked.isdigit() else " AND u.name_folded LIKE :name"
    rows = conn.execute(
        text(_FIND + condition + " ORDER BY u.code, b.valid_from"),
        {"code": asked, "name": f"%{fold_kind(asked)}"},
    )
    found = [UnitOnSet(*row) for row in rows]
    if not asked.isdigit():
        bare = fold_kind(asked)
        found = [
            one for one in found if fold(asked) == fold(one.name) or bare == fold_kind(one.name)
        ]
    if province is not None:
        wanted = fold_kind(province, level="province")
        found = [
            one for one in found if fold_kind(one.province or one.name, level="province") == wanted
        ]
    return [one for one in found if on is None or one.stands_on(on)]


def became(conn: Connection, keys: Sequence[int]) -> dict[int, list[Heir]]:
    """Give the units of the next set that hold the land of some units, the heaviest first.

    A unit of the newest set, and one that was abolished, have none.
    """
    rows = conn.execute(text(_NEXT), {"keys": list(keys)}).all()
    units = units_of_keys(conn, [row.to_key for row in rows])
    found: dict[int, list[Heir]] = {key: [] for key in keys}
    for row in rows:
        if row.to_key in units:
            found[row.from_key].append(Heir(units[row.to_key], row.weight))
    return found


def find_one(conn: Connection, code: str, *, on: date, level: str = "commune") -> UnitOnSet:
    """Find the unit of a code on a day.

    Raises
    ------
    NotFound
        ``unit_unknown_on_day``.
    """
    for one in find_units(conn, code, on=on):
        if one.level == level and one.code == code:
            return one
    raise NotFound("unit_unknown_on_day", code=code[:12], day=f"{on:%d/%m/%Y}")


def trace(conn: Connection, graph: UnitGraph, unit: UnitOnSet, *, to: date) -> list[Heir]:
    """Follow the land of a commune to the communes that hold it on another day.

    Parameters
    ----------
    conn
        Any role.
    graph
        The sets in force.
    unit
        A commune of one of them.
    to
        A day before or after.

    Returns
    -------
    list
        The heaviest first; what was abolished without a successor has none.

    Raises
    ------
    Conflict
        ``trace_communes_only``.
    """
    if unit.level != "commune":
        raise Conflict("trace_communes_only", name=unit.name)
    here, there = graph.index(unit.set_id), graph.on(to)
    links = graph.links(here, there)
    own = int(graph.sets[here].positions([unit.unit_key])[0])
    rows = (links.here == own) & (links.there > 0)
    keys = graph.sets[there].key[links.there[rows]].tolist()
    units = units_of_keys(conn, keys)
    heirs = [
        Heir(units[key], float(weight))
        for key, weight in zip(keys, links.weight[rows], strict=True)
    ]
    return sorted(heirs, key=lambda one: (-one.weight, one.unit.code))


def units_of_keys(conn: Connection, keys: Sequence[int]) -> dict[int, UnitOnSet]:
    """Give units by their keys."""
    rows = conn.execute(text(_FIND + " AND u.unit_key = ANY(:keys)"), {"keys": list(keys)})
    return {row.unit_key: UnitOnSet(*row) for row in rows}
