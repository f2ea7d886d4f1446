"""The family of a unit: what it came from and what came of it, with land drawn for small maps.

    older ... <- older <- self -> newer -> ... newer

Land and changes are public geography: no scope is needed, and nothing operational is in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, radians

from sqlalchemy import Connection, text

from geo.store.unit_history import UnitOnSet, units_of_keys
from geo.store.unit_page import UnitHead

# Steps to either side, and units in all: a merged commune has a dozen forerunners at the most.
MOST_STEPS, MOST_UNITS = 2, 40
# What 160 pixels can show of the whole family's width.
PIXELS = 160
_VIEW = 1000

_CHAIN = """
    WITH RECURSIVE walk (unit_key, step) AS (
        SELECT CAST(:key AS bigint), 0
        UNION
        SELECT CASE WHEN :older THEN c.from_key ELSE c.to_key END, w.step + 1
        FROM walk AS w
        JOIN unit_change AS c
            ON CASE WHEN :older THEN c.to_key ELSE c.from_key END = w.unit_key
        WHERE w.step < :most AND c.kind <> 'abolish'
    )
    SELECT unit_key, min(step) AS step FROM walk WHERE step > 0 GROUP BY unit_key
    ORDER BY step, unit_key LIMIT :limit
"""
_LINKS = """
    SELECT from_key, to_key, kind, weight, weight_basis, changed_on, act, source
    FROM unit_change WHERE from_key = ANY(:keys) AND to_key = ANY(:keys)
    ORDER BY from_key, to_key
"""
_BOUNDS = """
    SELECT ST_XMin(e) AS west, ST_YMin(e) AS south, ST_XMax(e) AS east, ST_YMax(e) AS north
    FROM (SELECT ST_Extent(geom) AS e FROM unit_version WHERE unit_key = ANY(:keys)) AS extent
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
    steps = {head.unit_key: 0}
    for older in (True, False):
        rows = conn.execute(
            text(_CHAIN),
            {"key": head.unit_key, "older": older, "most": most, "limit": MOST_UNITS // 2},
        )
        steps |= {row.unit_key: -row.step if older else row.step for row in rows}
    units = units_of_keys(conn, list(steps))
    keys = sorted(units, key=lambda key: (steps[key], key))
    paths, box = _draw(conn, keys)
    links = [Kinship(*row) for row in conn.execute(text(_LINKS), {"keys": keys})]
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
        tuple(links),
        box,
    )


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
