"""What is done in the sub-communes: swept, pledged, notice posted, model; by commune, one by one.

Nothing here is derived from persons (N1), and all of it is read within the actor's scope and shown
inside only: a map of single sub-communes would point at those that lack something (N4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import cos, radians

from sqlalchemy import Connection, text

from geo.store.feeds import KeyRanges, merge_ranges, scope_lists
from geo.store.map_index import query
from geo.store.tables import SUBCOMMUNE_ITEMS
from geo.store.unit_page import UnitHead

DONE = frozenset({"co", "dang_hoat_dong"})
# Width or height of the drawing, whichever is larger.
VIEW = 1000

_OUTLINE = """
    SELECT ST_XMin(geom) AS west, ST_YMin(geom) AS south, ST_XMax(geom) AS east,
        ST_YMax(geom) AS north FROM unit_version WHERE unit_key = :key AND geom IS NOT NULL
"""
# In units of the drawing, y downwards (ST_AsSVG turns the sign).
_PATH = """
    SELECT ST_AsSVG(ST_SimplifyPreserveTopology(local, 2), 0, 0) FROM (
        SELECT ST_TransScale(geom, -:west, -:north, :x, :y) AS local
        FROM unit_version WHERE unit_key = :key
    ) AS drawn
"""


@dataclass(frozen=True, slots=True)
class CommuneCounts:
    """A commune: how many sub-communes, and by item how many have done it and have not.

    The others have not told.
    """

    unit_key: int
    code: str
    name: str
    total: int
    items: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class BoardSubcommune:
    """A sub-commune.

    Parameters
    ----------
    items
        Last answer and its day by item; an item that nobody told is missing.
    point
        lng, lat; None where no position is known.
    """

    code: str
    name: str
    kind: str
    point: tuple[float, float] | None
    simulated: bool
    items: Mapping[str, tuple[str, date]]

    def stand(self, item: str) -> bool | None:
        """Tell whether an item is done; None when nobody told."""
        told = self.items.get(item)
        return None if told is None else told[0] in DONE


@dataclass(frozen=True, slots=True)
class Drawing:
    """The commune's outline as an SVG path and the rule that puts a position into it."""

    path: str
    width: int
    height: int
    west: float
    north: float
    x_scale: float
    y_scale: float

    def place(self, lng_lat: tuple[float, float]) -> tuple[int, int]:
        """Give the place of a position in the drawing, y downwards."""
        lng, lat = lng_lat
        return round((lng - self.west) * self.x_scale), round((self.north - lat) * self.y_scale)


def count_communes(
    conn: Connection, *, set_id: int, ranges: KeyRanges, day: date
) -> list[CommuneCounts]:
    """Count by commune, in the order of keys; communes without sub-communes are left out.

    Parameters
    ----------
    conn
        Connection of the service with the session's token, or of the operator.
    set_id
        An active set; what was told on an earlier set for the same land counts.
    ranges
        Keys in question, within the actor's.
    day
        The day of the question.
    """
    rows = conn.execute(
        query("subcommune_counts"),
        {"set_id": set_id, "day": day, **scope_lists(merge_ranges(ranges))},
    )
    return [
        CommuneCounts(
            row.unit_key,
            row.code,
            row.name,
            row.total,
            {
                item: (int(told[0]), int(told[1]))
                for item, told in row.items.items()
                if item in SUBCOMMUNE_ITEMS
            },
        )
        for row in rows
    ]


def read_subcommunes(
    conn: Connection, unit: UnitHead, *, ranges: KeyRanges, day: date
) -> list[BoardSubcommune]:
    """List the sub-communes of a commune on a day, by code."""
    rows = conn.execute(
        query("subcommune_board"),
        {"unit_id": unit.unit_id, "day": day, **scope_lists(merge_ranges(ranges))},
    )
    return [
        BoardSubcommune(
            row.code,
            row.name,
            row.kind,
            None if row.lng is None else (row.lng, row.lat),
            row.simulated,
            {
                item: (told[0], date.fromisoformat(told[1]))
                for item, told in row.items.items()
                if item in SUBCOMMUNE_ITEMS
            },
        )
        for row in rows
    ]


def draw_outline(conn: Connection, unit: UnitHead) -> Drawing | None:
    """Draw the outline of a commune for a small map; None for one without land."""
    bounds = conn.execute(text(_OUTLINE), {"key": unit.unit_key}).first()
    if bounds is None:
        return None
    shrink = cos(radians((bounds.south + bounds.north) / 2))
    wide, high = (bounds.east - bounds.west) * shrink, bounds.north - bounds.south
    scale = VIEW / max(wide, high)
    asked = {
        "key": unit.unit_key,
        "west": bounds.west,
        "north": bounds.north,
        "x": scale * shrink,
        "y": scale,
    }
    path = conn.execute(text(_PATH), asked).scalar_one()
    return Drawing(
        path,
        max(round(wide * scale), 1),
        max(round(high * scale), 1),
        bounds.west,
        bounds.north,
        scale * shrink,
        scale,
    )
