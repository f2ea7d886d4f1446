"""Simulates the layers beside the figures: facilities, industrial areas, gates, routes, areas.

Everything is invented but the great roads and the towns near which the borders are crossed, which
any atlas shows. A frame is as `geo.store.intake.features` appends it: ref, kind, valid_from,
valid_to, document_no, shape (EPSG:4326).
"""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.demo.boundaries import REFORMED_ON, STARTS_ON, DemoCountry
from layers.demo.hotspots import ROADS, points_inside
from layers.demo.tessellation import points_of, to_degrees, to_metres

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

COLUMNS = ("ref", "kind", "valid_from", "valid_to", "document_no", "shape")
# Few days on which something changes, so that the map asks seldom.
_FIRST_DAYS = (STARTS_ON, date(2024, 1, 1), date(2025, 1, 1), REFORMED_ON, date(2026, 1, 1))
_FIRST_DAY_SHARES = (0.78, 0.06, 0.05, 0.07, 0.04)
_MOVED_ON = date(2026, 6, 1)
_MOVED_SHARE, _CLOSED_SHARE = 0.015, 0.01

# Towns beside the land border near which it is crossed, degrees.
_CROSSINGS: tuple[tuple[float, float], ...] = (
    (107.97, 21.53), (107.47, 21.60), (106.76, 21.97), (106.68, 22.16), (106.83, 22.70),
    (106.25, 22.85), (105.03, 23.07), (104.35, 22.83), (103.96, 22.50), (103.16, 22.58),
    (102.83, 21.17), (103.90, 20.93), (104.35, 20.73), (104.93, 20.33), (104.06, 19.44),
    (105.15, 18.39), (105.76, 17.66), (106.60, 16.63), (107.10, 16.30), (107.39, 15.66),
    (107.55, 14.71), (107.47, 13.75), (107.46, 12.32), (106.79, 11.98), (106.17, 11.08),
    (105.80, 11.49), (105.23, 10.92), (104.95, 10.58), (104.47, 10.41),
)  # fmt: skip
# A crossing is a commune's when the commune at the border is no farther away than this.
_CROSSING_REACH_M = 35_000.0
_INDUSTRIAL_PER_PROVINCE = 9
_ROUTES_PER_PROVINCE = 2
_ROUTE_M = (35_000.0, 90_000.0)
_ROUTE_STEP_M = 9_000.0
_PATROL_SHARE = 0.09


def simulate_features(country: DemoCountry, *, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Simulate the features of today's communes, by kind of record."""
    communes = country.sets[2].communes
    lived_in = communes.loc[communes["assessable"]].reset_index(drop=True)
    facilities = pd.concat(
        [
            _premises(lived_in, "co_so_y_te", "CSYT", _shares(lived_in, 0.52, 0.38), rng=rng),
            _premises(lived_in, "truong_hoc", "TH", _shares(lived_in, 0.9, 0.75), rng=rng),
            _premises(lived_in, "co_so_methadone", "MTD", _shares(lived_in, 0.2, 0.02), rng=rng),
            _premises(lived_in, "co_so_cai_nghien", "CN", _shares(lived_in, 0.0, 0.03), rng=rng),
            _industrial_areas(lived_in, rng=rng),
            _border_gates(lived_in),
        ],
        ignore_index=True,
    )
    areas, rounds = _patrols(lived_in, rng=rng)
    routes = pd.concat([_key_routes(lived_in, rng=rng), rounds], ignore_index=True)
    return {"facilities": facilities, "routes": routes, "patrol-areas": areas}


def _frame(kind: str, prefix: str, shapes: Shapes, first_days: NDArray[np.object_]) -> pd.DataFrame:
    refs = [f"{prefix}-{number:04d}" for number in range(1, len(shapes) + 1)]
    frame = pd.DataFrame({"ref": refs, "kind": kind, "valid_from": first_days})
    # None, not NaN: a feature without a last day, and one without a document.
    nothing = np.full(len(frame), None, dtype=object)
    return frame.assign(valid_to=nothing, document_no=nothing, shape=shapes)[list(COLUMNS)]


def _shares(communes: gpd.GeoDataFrame, ward: float, other: float) -> Floats:
    return np.where(communes["kind"] == "phường", ward, other)


def _first_days(count: int, *, rng: np.random.Generator) -> NDArray[np.object_]:
    days: NDArray[np.object_] = np.array(_FIRST_DAYS, dtype=object)
    return days[rng.choice(len(days), size=count, p=_FIRST_DAY_SHARES)]


def _premises(
    communes: gpd.GeoDataFrame,
    kind: str,
    prefix: str,
    share: Floats,
    *,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Put a facility into some communes; a few have moved or closed since."""
    at = np.flatnonzero(rng.random(len(communes)) < share)
    shapes = points_of(_anywhere(communes, at, rng=rng))
    frame = _frame(kind, prefix, shapes, _first_days(len(at), rng=rng))
    chance = rng.random(len(at))
    closed = chance < _CLOSED_SHARE
    frame.loc[closed, "valid_to"] = _MOVED_ON
    moves = np.flatnonzero((chance >= _CLOSED_SHARE) & (chance < _CLOSED_SHARE + _MOVED_SHARE))
    moved = frame.iloc[moves].assign(
        valid_from=_MOVED_ON, shape=points_of(_anywhere(communes, at[moves], rng=rng))
    )
    return pd.concat([frame, moved], ignore_index=True)


def _anywhere(communes: gpd.GeoDataFrame, at: Ints, *, rng: np.random.Generator) -> Floats:
    """Draw a point inside each of some communes, degrees."""
    return points_inside(communes.geometry.to_numpy(), at, around=None, scatter_deg=0.0, rng=rng)


def _industrial_areas(communes: gpd.GeoDataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Draw some quadrilaterals per province, each inside one commune."""
    at = _per_province(communes, _INDUSTRIAL_PER_PROVINCE, rng=rng)
    centres = shapely.get_coordinates(to_metres(points_of(_anywhere(communes, at, rng=rng))))
    length, width = rng.uniform(500, 1400, (2, len(at)))
    turn = rng.uniform(0, np.pi, len(at))
    along = np.column_stack([np.cos(turn), np.sin(turn)]) * length[:, None]
    across = np.column_stack([-np.sin(turn), np.cos(turn)]) * width[:, None]
    corners = [centres + s * along + t * across for s, t in ((1, 1), (1, -1), (-1, -1), (-1, 1))]
    drawn = np.asarray(shapely.polygons(np.stack(corners, axis=1)), dtype=object)
    shapes = _within(communes, at, drawn)
    return _frame("khu_cong_nghiep", "KCN", shapes, _first_days(len(at), rng=rng))


def _within(communes: gpd.GeoDataFrame, at: Ints, drawn: Shapes) -> Shapes:
    """Cut areas (metres) to their communes and keep the largest part, degrees on a fine grid."""
    cut = shapely.intersection(to_degrees(drawn), communes.geometry.to_numpy()[at])
    largest = [max(shapely.get_parts(shape), key=shapely.area) for shape in cut]
    return np.asarray(shapely.set_precision(np.array(largest, dtype=object), 1e-6), dtype=object)


def _per_province(communes: gpd.GeoDataFrame, count: int, *, rng: np.random.Generator) -> Ints:
    """Choose some communes of every province, wards rather than others."""
    weight = np.where(communes["kind"] == "phường", 3.0, 1.0)
    lot = rng.random(len(communes)) ** (1.0 / weight)
    order = np.argsort(-lot, kind="stable")
    rank = communes.iloc[order].groupby("province_code").cumcount().to_numpy()
    return np.sort(order[rank < count])


def _border_gates(communes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Put a gate into the commune at the border that is nearest to each crossing."""
    shapes = communes.geometry.to_numpy()
    edge = shapely.boundary(shapely.coverage_union_all(shapes))
    outside = np.flatnonzero(shapely.relate_pattern(shapes, edge, "***1*****"))
    found: list[shapely.Point] = []
    if outside.size:
        metres = to_metres(shapes[outside])
        crossings = to_metres(points_of(np.array(_CROSSINGS)))
        nearest, distance = shapely.STRtree(metres).query_nearest(
            crossings, all_matches=False, return_distance=True
        )
        for crossing, commune in nearest.T[distance <= _CROSSING_REACH_M]:
            found.append(_at_the_edge(shapes[outside[commune]], edge, _CROSSINGS[crossing]))
    gates: Shapes = np.array(found, dtype=object)
    return _frame("cua_khau", "CK", gates, np.full(len(found), STARTS_ON, dtype=object))


def _at_the_edge(
    commune: shapely.Geometry, edge: shapely.Geometry, near: tuple[float, float]
) -> shapely.Point:
    """Give a point of a commune close to its part of the border."""
    middle = shapely.point_on_surface(commune)
    line = shapely.intersection(shapely.boundary(commune), edge)
    foot = shapely.get_point(shapely.shortest_line(line, shapely.Point(near)), 0)
    for share in (0.04, 0.1, 0.25):
        way = shapely.get_coordinates([foot, middle])
        inner = shapely.Point(np.round(way[0] + share * (way[1] - way[0]), 6))
        if shapely.contains_properly(commune, inner):
            return inner
    return shapely.Point(np.round(shapely.get_coordinates(middle)[0], 6))


def _key_routes(communes: gpd.GeoDataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the great roads where the communes are, and two routes within every province."""
    land = shapely.coverage_union_all(communes.geometry.to_numpy())
    roads = np.array([shapely.LineString(road) for road in ROADS], dtype=object)
    bent = _bend(to_metres(roads), rng=rng)
    great = [
        max(shapely.get_parts(shapely.intersection(road, land)), key=shapely.length)
        for road in to_degrees(bent)
        if shapely.intersects(road, land)
    ]
    middles = to_metres(shapely.point_on_surface(communes.geometry.to_numpy()))
    xy = shapely.get_coordinates(middles)
    own: list[shapely.Geometry] = []
    for _, group in communes.groupby("province_code"):
        at = group.index.to_numpy()
        starts = rng.choice(at, size=min(_ROUTES_PER_PROVINCE, len(at)), replace=False)
        for start in starts:
            away = np.hypot(*(xy[at] - xy[start]).T)
            far = at[(away > _ROUTE_M[0]) & (away < _ROUTE_M[1])]
            end = rng.choice(far) if far.size else at[np.argmax(away)]
            if end != start:
                own.append(_through(xy[at], xy[start], xy[end]))
    lines = np.array([*great, *to_degrees(np.array(own, dtype=object))], dtype=object)
    lines = np.asarray(shapely.set_precision(lines, 1e-6), dtype=object)
    days = [STARTS_ON] * len(great) + [REFORMED_ON] * len(own)
    frame = _frame("tuyen_trong_diem", "TTD", lines, np.array(days, dtype=object))
    return frame.assign(document_no=[f"MP-{n}/KH" for n in range(1, len(frame) + 1)])


def _bend(lines: Shapes, *, rng: np.random.Generator) -> Shapes:
    """Let straight lines (metres) wander a little."""
    fine = shapely.segmentize(lines, _ROUTE_STEP_M)
    return np.asarray(
        shapely.transform(fine, lambda xy: xy + rng.normal(0, 900, xy.shape)), dtype=object
    )


def _through(middles: Floats, start: Floats, end: Floats) -> shapely.LineString:
    """Lead a line from one commune to another through the middles of those between (metres)."""
    steps = max(2, round(float(np.hypot(*(end - start))) / _ROUTE_STEP_M))
    wanted = start + np.linspace(0, 1, steps + 1)[:, None] * (end - start)
    nearest = np.argmin(
        np.hypot(*(middles[:, None, :] - wanted[None, :, :]).transpose(2, 0, 1)), axis=0
    )
    kept = nearest[np.append(True, np.diff(nearest) != 0)]
    return shapely.LineString(middles[kept] if len(kept) > 1 else [start, end])


def _patrols(
    communes: gpd.GeoDataFrame, *, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw in some communes a patrol area, and a round through its corners."""
    at = np.flatnonzero(rng.random(len(communes)) < _PATROL_SHARE)
    centres = shapely.get_coordinates(to_metres(points_of(_anywhere(communes, at, rng=rng))))
    room = np.sqrt(np.asarray(communes.iloc[at].to_crs(32648).area)) / 3
    corners = 7
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach = room[:, None] * rng.uniform(0.55, 1.0, (len(at), corners))
    ring = centres[:, None, :] + np.stack([np.cos(angle), np.sin(angle)], axis=1) * reach[..., None]
    days = _first_days(len(at), rng=rng)
    areas = _within(communes, at, np.asarray(shapely.polygons(ring), dtype=object))
    # A round stays a little inside its area, so that the two are told apart.
    centre = centres[:, None, :]
    paths = np.concatenate([ring, ring[:, :1]], axis=1)
    drawn = np.asarray(shapely.linestrings(centre + 0.72 * (paths - centre)), dtype=object)
    inside = shapely.intersection(to_degrees(drawn), communes.geometry.to_numpy()[at])
    lines = [max(shapely.get_parts(shape), key=shapely.length) for shape in inside]
    rounds = np.asarray(shapely.set_precision(np.array(lines, dtype=object), 1e-6), dtype=object)
    return (
        _frame("dia_ban_tuan_tra", "DBTT", areas, days),
        _frame("tuyen_tuan_tra", "TTT", rounds, days),
    )
