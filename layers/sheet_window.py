"""Which land a map sheet shows, and how its place on the sheet follows from the world's.

All in the unit square of Web Mercator (`layers.coverage`): north is up, and a length on the ground
is that of the middle of the sheet.
"""

from dataclasses import dataclass
from math import atan, cos, floor, log10, pi, sinh

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layers.coverage import to_unit_square

# East of this longitude lie only the two archipelagos.
ARCHIPELAGO_EAST_OF = 110.0
_WORLD_M = 40_075_016.686


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of the unit square."""

    west: float
    north: float
    east: float
    south: float

    @property
    def width(self) -> float:
        """Width as a share of the world's."""
        return self.east - self.west

    @property
    def height(self) -> float:
        """Height in the same measure."""
        return self.south - self.north

    def grown(self, share: float) -> "Window":
        """Give it with a margin on each side, as a share of the longer side."""
        margin = share * max(self.width, self.height)
        return Window(
            self.west - margin, self.north - margin, self.east + margin, self.south + margin
        )

    def shaped(self, ratio: float) -> "Window":
        """Give the smallest one around it whose width is ``ratio`` times its height."""
        width, height = max(self.width, ratio * self.height), max(self.height, self.width / ratio)
        x, y = (self.west + self.east) / 2, (self.north + self.south) / 2
        return Window(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    def metres(self) -> float:
        """Give the width on the ground, at the middle of the window, in metres."""
        latitude = atan(sinh((1 - (self.north + self.south)) * pi))
        return self.width * _WORLD_M * cos(latitude)


def far_east(units: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Tell which units lie in the archipelagos."""
    flags: NDArray[np.bool_] = (units.geometry.bounds["maxx"] > ARCHIPELAGO_EAST_OF).to_numpy()
    return flags


def window_of(units: gpd.GeoDataFrame) -> Window:
    """Give the window of some communes; archipelagos far from the others have frames of their own.

    Parameters
    ----------
    units
        Communes, EPSG:4326, at least one.
    """
    east = far_east(units)
    shapes = to_unit_square(units if east.all() else units.loc[~east])
    return Window(*(float(one) for one in shapely.total_bounds(shapes)))


def touching(units: gpd.GeoDataFrame, window: Window) -> gpd.GeoDataFrame:
    """Give the provinces that a window touches, with all below them, so that their lines are whole.

    Parameters
    ----------
    units
        As `load_units` gives them.
    """
    communes = units.loc[units["level"] == "commune"]
    bounds = shapely.bounds(to_unit_square(communes))
    inside = (
        (bounds[:, 0] <= window.east)
        & (bounds[:, 2] >= window.west)
        & (bounds[:, 1] <= window.south)
        & (bounds[:, 3] >= window.north)
    )
    keys = communes["unit_key"].to_numpy()[inside]
    provinces = units.loc[units["level"] == "province"]
    first, last = provinces["unit_key"].to_numpy(), provinces["key_to"].to_numpy()
    row = np.unique(np.searchsorted(first, keys, side="right") - 1)
    row = row[row >= 0]
    every = units["unit_key"].to_numpy()
    place = np.searchsorted(first[row], every, side="right") - 1
    kept = (place >= 0) & (every <= last[row][np.maximum(place, 0)])
    return units.loc[kept].reset_index(drop=True)


def nice_length(metres: float) -> float:
    """Give the longest 1, 2 or 5 times a power of ten that is no longer than a length.

    >>> nice_length(730), nice_length(49_000)
    (500.0, 20000.0)
    """
    power = 10.0 ** floor(log10(metres))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= metres)


def round_scale(denominator: float) -> int:
    """Round the number of a scale 1:n to two digits.

    >>> round_scale(4_183_000)
    4200000
    """
    power: int = 10 ** max(floor(log10(denominator)) - 1, 0)
    return round(denominator / power) * power
