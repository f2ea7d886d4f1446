"""Lines of all units of one level in whole drawing units, for pictures made on the server.

Made once per boundary set and level, which takes seconds, and then painted for every layer and
period (`layers.svg_map`). The mainland and each archipelago have a frame of their own.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import Refused
from layers.catalog import UnitLevel
from layers.coverage import row_above, thinned, to_unit_square, united
from layers.rings import Rings, put_on_grid

# East of this longitude lie only the two archipelagos; they are drawn in insets.
_ARCHIPELAGO_EAST_OF = 110.0
_HOANG_SA_NORTH_OF = 13.5
# Drawing units along the longer side: about two to a pixel on an office screen.
_FINENESS, _INSET_FINENESS = 1300, 1000
_TOLERANCE, _ISLET = 1.8, 4.0


@dataclass(frozen=True, slots=True)
class Panel:
    """One frame of the drawing: the mainland, or an archipelago.

    Parameters
    ----------
    name
        Code of its title in the messages; empty for the mainland.
    width, height
        Size in drawing units.
    paths
        Lines of the units by row of the outline, as SVG path data in drawing units.
    borders
        Lines of the provinces.
    places, sizes
        A point inside each unit, and the side of the square of its area, in drawing units.
    origin, per_world
        Where the frame's corner lies in the unit square of Web Mercator, and how many drawing
        units the world is wide.
    """

    name: str
    width: int
    height: int
    paths: Mapping[int, str]
    borders: str
    places: Mapping[int, tuple[int, int]]
    sizes: Mapping[int, float]
    origin: tuple[float, float]
    per_world: float


@dataclass(frozen=True, slots=True)
class Outline:
    """The lines of all units of one level, ready to be painted."""

    level: UnitLevel
    names: tuple[str, ...]
    panels: tuple[Panel, ...]


def outline(units: gpd.GeoDataFrame, *, level: UnitLevel, fineness: int = _FINENESS) -> Outline:
    """Draw the lines of every unit of a level.

    Parameters
    ----------
    units
        As `load_units` gives them, EPSG:4326, communes included whatever the level; all of a set or
        the part that is to be drawn. Units of the level keep their order.
    level
        Level of the units that are painted.
    fineness
        Drawing units along the longer side of the mainland: more for paper than for a screen.

    Raises
    ------
    Refused
        ``map_without_units`` when the frame has none of the level.
    """
    own = units.loc[units["level"] == level].reset_index(drop=True)
    communes = units.loc[units["level"] == "commune"].reset_index(drop=True)
    if len(own) == 0 or len(communes) == 0:
        raise Refused("map_without_units")
    bounds = communes.geometry.bounds
    east = (bounds["maxx"] > _ARCHIPELAGO_EAST_OF).to_numpy()
    north = (bounds["maxy"] > _HOANG_SA_NORTH_OF).to_numpy()
    frames = {"": ~east, "map_inset_hoang_sa": east & north, "map_inset_truong_sa": east & ~north}
    if east.all():
        frames = {"": east}
    provinces = units.loc[units["level"] == "province"].reset_index(drop=True)
    panels = [
        _panel(
            name,
            communes.loc[chosen].reset_index(drop=True),
            own,
            provinces,
            fineness=_INSET_FINENESS if name else fineness,
        )
        for name, chosen in frames.items()
        if chosen.any()
    ]
    return Outline(level, tuple(own["name"]), tuple(panels))


def _panel(
    name: str,
    communes: gpd.GeoDataFrame,
    own: gpd.GeoDataFrame,
    provinces: gpd.GeoDataFrame,
    *,
    fineness: int,
) -> Panel:
    shapes = to_unit_square(communes)
    west, north, east, south = (float(v) for v in shapely.total_bounds(shapes))
    longest = max(east - west, south - north) or 1e-9
    units = fineness / longest
    # In an inset every islet counts; on the mainland's frame those of the bays would be dust.
    shapes = thinned(shapes, tolerance=_TOLERANCE / units, islet=0 if name else _ISLET / units)
    rows = row_above(communes, own)
    drawn = united(shapes, rows, count=len(own))
    origin = np.floor(np.array([west, north]) * units).astype(np.int64)
    here = np.unique(rows[rows >= 0])
    paths = _paths(put_on_grid(drawn[here], units=units), origin)
    points = shapely.get_coordinates(shapely.point_on_surface(drawn[here])) * units - origin
    borders = united(shapes, row_above(communes, provinces), count=len(provinces))
    borders = borders[~shapely.is_empty(borders)]
    lines = _paths(put_on_grid(borders, units=units), origin) if len(borders) else {}
    return Panel(
        name,
        math.ceil((east - west) * units),
        math.ceil((south - north) * units),
        {int(here[row]): path for row, path in paths.items()},
        "".join(lines.values()),
        {int(row): (int(x), int(y)) for row, (x, y) in zip(here, points, strict=True)},
        {
            int(row): float(side)
            for row, side in zip(here, np.sqrt(shapely.area(drawn[here])) * units, strict=True)
        },
        (float(origin[0]) / units, float(origin[1]) / units),
        units,
    )


def _paths(rings: Rings, origin: NDArray[np.int64]) -> dict[int, str]:
    """Write rings as path data by owner: the first corner in place, the others as steps."""
    x, y = (rings.x - origin[0]).tolist(), (rings.y - origin[1]).tolist()
    parts: dict[int, list[str]] = {}
    ends = zip(rings.start[:-1].tolist(), rings.start[1:].tolist(), strict=True)
    for owner, (first, end) in zip(rings.owner.tolist(), ends, strict=True):
        steps = [f"{x[i] - x[i - 1]} {y[i] - y[i - 1]}" for i in range(first + 1, end)]
        # A minus sign parts two numbers as well as a space does.
        line = f"M{x[first]} {y[first]}l{' '.join(steps)}z".replace(" -", "-")
        parts.setdefault(owner, []).append(line)
    return {owner: "".join(lines) for owner, lines in parts.items()}
