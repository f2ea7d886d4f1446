"""Places on the boundary sets in force: which commune of which set holds a position.

A position in no commune of a set stands on the set's country row (ordinal 0), so that the sums of a
set always account for every place.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sqlalchemy import Connection

from geo.errors import Conflict
from geo.spatial_join import NOWHERE, assign
from geo.store.boundary_sets import BoundarySet, list_sets, load_units
from geo.units import make_unit_key

_FAR_FUTURE = np.datetime64("9999-12-31", "D")


@dataclass(frozen=True, slots=True)
class Located:
    """Places on the sets in force.

    Parameters
    ----------
    sets
        The active sets, oldest first.
    keys
        Unit keys: one row per place with the place's index, one column per set in that order.
    """

    sets: tuple[BoundarySet, ...]
    keys: pd.DataFrame

    def of(self, index: pd.Index) -> "Located":
        """Give the same for some of the places, by their index."""
        return Located(self.sets, self.keys.loc[index])


def locate_places(conn: Connection, places: pd.DataFrame) -> Located:
    """Give the unit of each place on every active set, by the position given.

    Parameters
    ----------
    conn
        Any role that reads units.
    places
        Columns lng, lat in degrees, EPSG:4326.
    """
    sets = active_sets(conn)
    keys = locate(conn, lng=places["lng"], lat=places["lat"], sets=sets)
    return Located(sets, pd.DataFrame(keys, index=places.index, columns=range(len(sets))))


def active_sets(conn: Connection) -> tuple[BoundarySet, ...]:
    """List the sets in force, oldest first; their spans of days do not overlap.

    Raises
    ------
    Conflict
        With code ``no_active_boundary_set``: nothing can be located or counted without one.
    """
    sets = tuple(one for one in list_sets(conn) if one.state == "active")
    if not sets:
        raise Conflict("no_active_boundary_set")
    return sets


def country_key(one: BoundarySet) -> int:
    """Give the key of a set's country row, which also holds what lies in no commune."""
    return make_unit_key(one.set_id, 0)


def locate(
    conn: Connection, *, lng: ArrayLike, lat: ArrayLike, sets: tuple[BoundarySet, ...]
) -> NDArray[np.int64]:
    """Give the unit of each position on each set.

    Parameters
    ----------
    conn
        Any role that reads units.
    lng, lat
        Degrees, EPSG:4326.
    sets
        The sets wanted.

    Returns
    -------
    Unit keys, one row per position and one column per set: the commune, else the country row.
    """
    x = np.asarray(lng, dtype=np.float64)
    y = np.asarray(lat, dtype=np.float64)
    found = np.empty((x.size, len(sets)), dtype=np.int64)
    for column, one in enumerate(sets):
        communes = load_units(conn, one.set_id, levels=["commune"])
        keys = np.append(communes["unit_key"].to_numpy(dtype=np.int64), country_key(one))
        held_by = assign(communes.geometry.to_numpy(), x, y)
        found[:, column] = keys[np.where(held_by == NOWHERE, len(communes), held_by)]
    return found


def set_columns_on(days: pd.Series, *, sets: tuple[BoundarySet, ...]) -> NDArray[np.int64]:
    """Give for each day the position in `sets` of the set in force, -1 where none is.

    Parameters
    ----------
    days
        Dates.
    sets
        Active sets, oldest first; their spans do not overlap.
    """
    wanted = days.to_numpy(dtype="datetime64[D]")
    starts = np.array([one.valid_from for one in sets], dtype="datetime64[D]")
    ends = np.array([one.valid_to or _FAR_FUTURE for one in sets], dtype="datetime64[D]")
    column = np.searchsorted(starts, wanted, side="right") - 1
    in_force = (column >= 0) & (wanted < ends[np.maximum(column, 0)])
    return np.where(in_force, column, -1).astype(np.int64)
