"""A small country for drawing: communes as Voronoi cells on the mainland, and one lone island."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pytest
import shapely

SET_ID = 7
WEST, SOUTH, EAST, NORTH = 105.0, 19.0, 107.0, 21.0


def _cells(count: int) -> list[shapely.Polygon]:
    box = shapely.box(WEST, SOUTH, EAST, NORTH)
    points = np.random.default_rng(5).uniform((WEST, SOUTH), (EAST, NORTH), (count, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=box))
    cut = shapely.set_precision(shapely.intersection(cells, box), 1e-5)
    return sorted(cut, key=lambda cell: (cell.centroid.x > 106.0, cell.centroid.y))


def _rows() -> Iterator[dict[str, object]]:
    base = SET_ID << 20
    cells = _cells(80)
    island = shapely.box(112.0, 16.5, 112.0005, 16.5005)
    west = [cell for cell in cells if cell.centroid.x <= 106.0]
    east = [cell for cell in cells if cell.centroid.x > 106.0]
    provinces = {"01": ("Tỉnh Tây", west), "48": ("Thành phố Đông", [*east, island])}
    yield {"level": "country", "code": "VN", "name": "Việt Nam", "kind": "quốc gia"}
    ordinal = 0
    for code, (name, shapes) in provinces.items():
        ordinal += 1
        province = ordinal
        yield {"level": "province", "code": code, "name": name, "kind": "tỉnh", "key": province}
        for number, shape in enumerate(shapes):
            ordinal += 1
            special = shape is island
            yield {
                "level": "commune",
                "code": f"{code}{number:03d}",
                "name": "Đặc khu Hoàng Sa" if special else f"Xã {code}-{number} <&>",
                "kind": "đặc khu" if special else "xã",
                "key": ordinal,
                "parent_key": base | province,
                "geometry": shape,
                "assessable": not special,
            }


@pytest.fixture(scope="session")
def small_set() -> gpd.GeoDataFrame:
    """Units as `load_units` gives them: one country, two provinces, 81 communes."""
    base = SET_ID << 20
    rows = list(_rows())
    keys = [base | int(str(row.pop("key", 0))) for row in rows]
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")
    frame["unit_key"] = keys
    below = frame.groupby("parent_key")["unit_key"].max()
    frame["key_to"] = [int(below.get(key, key)) for key in keys]
    frame.loc[0, "key_to"] = max(keys)
    for row in frame.index[frame["level"] == "province"]:
        mine = frame["parent_key"] == frame.at[row, "unit_key"]
        frame.at[row, "geometry"] = shapely.union_all(np.asarray(frame.geometry[mine].array))
        frame.at[row, "parent_key"] = base
    frame["assessable"] = frame["assessable"].ne(False).astype(bool)
    frame["area_m2"] = 1.0
    label = shapely.point_on_surface(np.asarray(frame.geometry.array, dtype=object))
    frame["label"] = gpd.GeoSeries(label, crs="EPSG:4326")
    return frame
