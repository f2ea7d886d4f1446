"""A tiny country drawn by hand: squares of a tenth of a degree in a row, in two provinces.

01 Tỉnh Bắc     | 02 Tỉnh Nam
A | B           | C | D            from 105.0 E, 21.0 N eastwards
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import geopandas as gpd
import pandas as pd
import shapely

from geo.boundaries import Register
from geo.store.boundary_sets import SetMeta
from geo.units import is_assessable

WEST, SOUTH, SIDE = 105.0, 21.0, 0.1
BEFORE, AFTER = date(2024, 11, 10), date(2025, 7, 1)

OLD = SetMeta(
    title="Trước",
    valid_from=BEFORE,
    valid_to=AFTER,
    act="Nghị quyết cũ",
    source_name="old.gpkg",
    source_sha256="0" * 64,
)
NEW = replace(OLD, title="Sau", valid_from=AFTER, valid_to=None, act="Nghị quyết mới")

_OLD = {
    "code": ["00001", "00002", "00101", "00102"],
    "name": ["Xã A", "Xã B", "Phường C", "Thị trấn D"],
    "kind": ["xã", "xã", "phường", "thị trấn"],
    "district_code": ["001", "001", "011", "012"],
    "district": ["Huyện Một", "Huyện Một", "Quận Hai", "Huyện Ba"],
    "province_code": ["01", "01", "02", "02"],
    "province": ["Tỉnh Bắc", "Tỉnh Bắc", "Tỉnh Nam", "Tỉnh Nam"],
}


def square(column: float, *, width: float = 1.0, row: float = 0.0) -> shapely.Polygon:
    """Draw a rectangle one side high, beginning so many sides east and north of the corner."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    # Neighbours share every vertex: no rounding errors of sums between them.
    corners = (round(c, 9) for c in (west, south, west + width * SIDE, south + SIDE))
    return shapely.box(*corners)


def frame(
    rows: dict[str, Sequence[object]], land: Sequence[object], *, day: date
) -> gpd.GeoDataFrame:
    """Make a frame of communes as a set takes it."""
    made = pd.DataFrame(rows).astype(object)
    made["assessable"] = [is_assessable(str(code), day=day) for code in made["code"]]
    return gpd.GeoDataFrame(made, geometry=gpd.GeoSeries(list(land), crs=4326))


def old_communes() -> gpd.GeoDataFrame:
    """Give four communes in three districts of two provinces, before the reform."""
    return frame(dict(_OLD), [square(n) for n in range(4)], day=BEFORE)


def new_communes() -> gpd.GeoDataFrame:
    """Give three communes after the reform: A and B in one, C renamed, D as it was (now a xã)."""
    rows: dict[str, Sequence[object]] = {
        "code": ["00001", "00103", "00102"],
        "name": ["Xã A", "Phường C Mới", "Xã D"],
        "kind": ["xã", "phường", "xã"],
        "province_code": ["01", "02", "02"],
        "province": ["Tỉnh Bắc", "Tỉnh Nam", "Tỉnh Nam"],
    }
    return frame(rows, [square(0, width=2), square(2), square(3)], day=AFTER)


def register_for(communes: gpd.GeoDataFrame, *, stated_on: date) -> Register:
    """Give a register that agrees with a frame."""
    units = pd.DataFrame(communes.drop(columns=["geometry", "assessable"]))
    inside = shapely.point_on_surface(communes.geometry.to_numpy())
    units = units.assign(lng=shapely.get_x(inside), lat=shapely.get_y(inside))
    return Register(units, stated_on=stated_on)
