"""The family of a unit: what it came from and what came of it, with land drawn for small maps.

    older <- older <- self -> newer -> newer

A step is a set on which one of the family is another: sets on which all are what they were are
passed over, so that a unit of today shows what it was before the last reform.

Land and changes are public geography: no scope is needed, and nothing operational is in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import cos, radians

from sqlalchemy import Connection, text

from geo.store.map_index import list_feed_sets
from geo.store.unit_history import UnitOnSet, units_of_keys
from geo.store.unit_page import UnitHead
from geo.units import set_of

# Steps to either side, and units in all: a merged commune has a dozen forerunners at the most.
MOST_STEPS, MOST_UNITS = 2, 40
# What 160 pixels can show of the whole family's width.
PIXELS = 160
_VIEW = 1000

# Between a set and its neighbour in time, the largest land first. What was abolished went nowhere.
_STEP = """
    SELECT c.from_key, c.to_key, c.kind, c.weight, c.weight_basis, c.changed_on, c.act, c.source
    FROM unit_change AS c JOIN unit_version AS old ON old.unit_key = c.from_key
    WHERE CASE WHEN :older THEN c.to_key ELSE c.from_key END = ANY(CAST(:keys AS bigint[]))
        AND CASE WHEN :older THEN c.from_key ELSE c.to_key END >> 20 = :set_id
        AND c.kind <> 'abolish'
    ORDER BY c.weight * old.area_m2 DESC, c.from_key, c.to_key
"""
# Without the land outside assessment (A9): far islands would make a point of a coastal province.
_BOUNDS = """
    WITH part AS (
        SELECT low.geom, low.assessable
        FROM unit_version AS u
        JOIN unit_version AS low
            ON low.unit_key BETWEEN u.unit_key AND u.key_to AND low.level = 'commune'
        WHERE u.unit_key = ANY(:keys)
    )
    SELECT ST_XMin(e) AS west, ST_YMin(e) AS south, ST_XMax(e) AS east, ST_YMax(e) AS north
    FROM (
        SELECT ST_Extent(geom) AS e FROM part
        WHERE assessable OR NOT EXISTS (SELECT 1 FROM part WHERE assessable)
    ) AS extent
"""
# In units of the box, y downwards. Islands that no pixel would show fall away, not the whole unit.
_PATHS = """
    SELECT unit_key,
        ST_AsSVG(coalesce(ST_Simplify(local, :tolerance), ST_Envelope(local)), 0, 0) AS path
    FROM (
        SELECT unit_key, ST_TransScale(geom, -:west, -:north, :x_scale, :y_scale) AS local
        FROM unit_version WHERE unit_key = ANY(:keys)
    ) AS drawn
"""


@dataclass(frozen=True, slots=True)
class Member:
    """One unit of a family.

    Parameters
    ----------
    unit
        As its set has it.
    role
        ``self``, ``older`` or ``newer``.
    step
        Steps from the unit asked for, negative for older ones.
    path
        Its outline as an SVG path in the box of the family.
    """

    unit: UnitOnSet
    role: str
    step: int
    path: str


@dataclass(frozen=True, slots=True)
class Kinship:
    """A change between two units of a family."""

    from_key: int
    to_key: int
    kind: str
    weight: float
    basis: str
    changed_on: date
    act: str
    source: str


@dataclass(frozen=True, slots=True)
class Family:
    """Members oldest first, the changes between them, and the box of all paths: x, y, w, h."""

    members: tuple[Member, ...]
    links: tuple[Kinship, ...]
    box: tuple[float, float, float, float]


def family_of(conn: Connection, head: UnitHead) -> Family:
    """Gather the family of a unit over the sets in force.

    Parameters
    ----------
    conn
        Connection of the service.
    head
        The unit; of districts and provinces one step to either side is told.
    """
    most = MOST_STEPS if head.level == "commune" else 1
    chain = [one.set_id for one in list_feed_sets(conn)]
    here = chain.index(set_of(head.unit_key))
    before = _walk(conn, head.unit_key, chain[:here][::-1], older=True, most=most)
    after = _walk(conn, head.unit_key, chain[here + 1 :], older=False, most=most)
    steps = {key: -step for key, step in before[0].items()} | {head.unit_key: 0} | after[0]
    units = units_of_keys(conn, list(steps))
    keys = sorted(units, key=lambda key: (steps[key], key))
    paths, box = _draw(conn, keys)
    return Family(
        tuple(
            Member(
                units[key],
                "self" if key == head.unit_key else "older" if steps[key] < 0 else "newer",
                steps[key],
                paths.get(key, ""),
            )
            for key in keys
        ),
        (*before[1], *after[1]),
        box,
    )


def _walk(
    conn: Connection, unit_key: int, set_ids: Sequence[int], *, older: bool, most: int
) -> tuple[dict[int, int], list[Kinship]]:
    """Follow a unit from set to set: the step of each unit found, and the changes on the way.

    A set on which every unit of the family is what it was is passed over.
    """
    steps: dict[int, int] = {}
    kept: list[Kinship] = []
    # Unit on the set that was reached -> unit that stands for it in the family.
    shown = {unit_key: unit_key}
    step = 0
    for set_id in set_ids:
        asked = {"keys": list(shown), "older": older, "set_id": set_id}
        links = [Kinship(*row) for row in conn.execute(text(_STEP), asked)]
        ends = [
            (one.from_key, one.to_key) if older else (one.to_key, one.from_key) for one in links
        ]
        if all(one.kind == "unchanged" for one in links):
            shown = {far: shown[near] for far, near in ends}
            continue
        step += 1
        found = list(dict.fromkeys(far for far, _ in ends))[: MOST_UNITS // 2 - len(steps)]
        steps |= dict.fromkeys(found, step)
        for one, (far, near) in zip(links, ends, strict=True):
            if far in found:
                own = shown[near]
                kept.append(replace(one, to_key=own) if older else replace(one, from_key=own))
        if step == most:
            break
        shown = {key: key for key in found}
    return steps, sorted(kept, key=lambda one: (one.from_key, one.to_key))


def _draw(
    conn: Connection, keys: Sequence[int]
) -> tuple[dict[int, str], tuple[float, float, float, float]]:
    """Draw outlines in one local frame: degrees scaled by the cosine of the middle's latitude."""
    bounds = conn.execute(text(_BOUNDS), {"keys": list(keys)}).one()
    if bounds.west is None:
        return {}, (0.0, 0.0, 1.0, 1.0)
    stretch = cos(radians((bounds.south + bounds.north) / 2))
    width, height = (bounds.east - bounds.west) * stretch, bounds.north - bounds.south
    scale = _VIEW / max(width, height, 1e-9)
    rows = conn.execute(
        text(_PATHS),
        {
            "keys": list(keys),
            "west": bounds.west,
            "north": bounds.north,
            "x_scale": stretch * scale,
            "y_scale": scale,
            "tolerance": _VIEW / PIXELS / 2,
        },
    )
    paths = {row.unit_key: row.path for row in rows}
    return paths, (0.0, 0.0, round(width * scale, 1), round(height * scale, 1))
