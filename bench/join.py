"""Points into communes: our grid against geopandas.sjoin, PostGIS and shapely."""

import time

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import text

from bench.report import Figure
from bench.workshop import Workshop, best_seconds
from geo.spatial_join import NOWHERE, build_index
from geo.spatial_join.tree import assign_by_tree
from geo.store.copying import ewkb_points, stage_numbers

Floats = NDArray[np.float64]
_CLUSTERED, _ON_BORDERS = 0.7, 0.001
_CLUSTERS, _SPREAD_DEGREES = 200, 0.05

_JOIN = """
SELECT p.id, min(u.id) FROM bench_points AS p JOIN bench_communes AS u
ON ST_Intersects(u.geom, p.geom) GROUP BY p.id
"""


def measure(shop: Workshop) -> list[Figure]:
    """Measure the join; the answers of all are held against shapely's."""
    polygons = shop.polygons
    began = time.perf_counter()
    build_index(np.array([shapely.box(0, 0, 1, 1)])).assign(np.zeros(9), np.zeros(9))
    compiled = time.perf_counter() - began
    built, index = best_seconds(lambda: build_index(polygons), times=3)
    largest = 1_000_000 if shop.quick else 10_000_000
    sizes = [100_000, 1_000_000, largest][: 2 if shop.quick else 3]
    x, y = points(polygons, np.random.default_rng(138), count=largest)
    seconds = {}
    for size in sizes:
        seconds[size], found = best_seconds(
            lambda size=size: index.assign(x[:size], y[:size]), times=5
        )
    rate = largest / seconds[largest]
    exponent = float(np.polyfit(np.log(sizes), np.log([seconds[s] for s in sizes]), 1)[0])
    shapely_seconds, expected = best_seconds(lambda: assign_by_tree(polygons, x, y), times=1)
    wrong = int((found != expected).sum())
    geopandas_rate, geopandas_equal = _geopandas(polygons, x, y, found, count=largest // 10)
    postgis_rate, postgis_equal = _postgis(shop, x, y, found, count=largest // 5)
    return [
        Figure(
            "join: points a second",
            rate / 1e6,
            "M/s",
            goal=20,
            detail=f"{largest:,} points in random order into {len(polygons):,} communes",
        ),
        Figure(
            "join: wrong against shapely",
            wrong,
            "points",
            gate=0,
            goal=0,
            at_most=True,
            equal=wrong == 0,
            detail=f"shapely {largest / shapely_seconds / 1e3:,.0f} k/s",
        ),
        Figure(
            "join: against geopandas.sjoin",
            rate / geopandas_rate,
            "x",
            gate=100,
            goal=100,
            equal=geopandas_equal,
            detail=f"{geopandas_rate / 1e3:,.0f} k/s on {largest // 10:,}",
        ),
        Figure(
            "join: against PostGIS",
            rate / postgis_rate,
            "x",
            gate=25,
            goal=25,
            equal=postgis_equal,
            detail=f"{postgis_rate / 1e3:,.0f} k/s on {largest // 5:,}, GiST on both sides",
        ),
        Figure("join: index", index.nbytes / 1e6, "MB", gate=100, goal=100, at_most=True),
        Figure(
            "join: index built",
            built,
            "s",
            goal=2,
            at_most=True,
            detail=f"{shapely.get_num_coordinates(polygons).sum():,} vertices; compiling once"
            f" {compiled:.1f} s, kept on disk",
        ),
        Figure(
            "join: growth exponent",
            exponent,
            "",
            gate=None if shop.quick else 1.05,
            at_most=True,
            detail=", ".join(f"{s:,}: {s / seconds[s] / 1e6:.1f} M/s" for s in sizes),
        ),
    ]


def points(
    polygons: NDArray[np.object_], rng: np.random.Generator, *, count: int
) -> tuple[Floats, Floats]:
    """Draw points as places lie: most in clusters, some on vertices and edges, in random order."""
    vertices = shapely.get_coordinates(polygons)
    clustered, on_borders = int(count * _CLUSTERED), int(count * _ON_BORDERS)
    centres = vertices[rng.integers(0, len(vertices), _CLUSTERS)]
    near = centres[rng.integers(0, _CLUSTERS, clustered)]
    near = near + rng.normal(0, _SPREAD_DEGREES, (clustered, 2))
    # Within the mainland, as the island districts reach far out to sea.
    low, high = np.percentile(vertices, [1, 99], axis=0)
    anywhere = rng.uniform(low, high, (count - clustered - on_borders, 2))
    at = rng.integers(0, len(vertices) - 1, on_borders)
    half = rng.random((on_borders, 1)) < 0.5
    border = np.where(half, vertices[at], (vertices[at] + vertices[at + 1]) / 2)
    drawn = np.concatenate([near, anywhere, border])
    rng.shuffle(drawn)
    return np.ascontiguousarray(drawn[:, 0]), np.ascontiguousarray(drawn[:, 1])


def _geopandas(
    polygons: NDArray[np.object_], x: Floats, y: Floats, found: NDArray[np.int64], *, count: int
) -> tuple[float, bool]:
    communes = gpd.GeoDataFrame(geometry=polygons, crs=4326)
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x[:count], y[:count]), crs=4326)
    seconds, joined = best_seconds(lambda: gpd.sjoin(places, communes), times=1)
    smallest = joined["index_right"].groupby(level=0).min()
    answer = smallest.reindex(range(count), fill_value=NOWHERE).to_numpy()
    return count / seconds, bool((answer == found[:count]).all())


def _postgis(
    shop: Workshop, x: Floats, y: Floats, found: NDArray[np.int64], *, count: int
) -> tuple[float, bool]:
    wkb = shapely.to_wkb(shapely.set_srid(shop.polygons, 4326), hex=True, include_srid=True)
    with shop.database() as database, database.engine.connect() as conn:
        conn = conn.execution_options(isolation_level="AUTOCOMMIT")
        # Not temporary: PostgreSQL reads temporary tables with one process only.
        conn.execute(text("DROP TABLE IF EXISTS bench_points, bench_communes"))
        conn.execute(text("CREATE UNLOGGED TABLE bench_communes (id int, geom geometry)"))
        with (
            conn.connection.cursor() as cursor,
            cursor.copy("COPY bench_communes FROM STDIN") as copy,
        ):
            for row in enumerate(wkb):
                copy.write_row(row)
        with database.engine.begin() as staging:
            rows = {"id": np.arange(count), "geom": ewkb_points(x[:count], y[:count])}
            stage_numbers(staging, "stage_points", rows)
            staging.execute(text("CREATE UNLOGGED TABLE bench_points AS TABLE stage_points"))
        for table in ("bench_points", "bench_communes"):
            conn.execute(text(f"CREATE INDEX ON {table} USING gist (geom)"))
            conn.execute(text(f"VACUUM ANALYZE {table}"))
        # The peer may use what the machine has.
        conn.execute(text("SET work_mem = '512MB'"))
        seconds, joined = best_seconds(
            lambda: conn.exec_driver_sql(_JOIN).all(), times=1 if shop.quick else 2
        )
        conn.execute(text("DROP TABLE bench_points, bench_communes"))
    answer = np.full(count, NOWHERE)
    ids, units = np.array(joined, dtype=np.int64).T
    answer[ids] = units
    return count / seconds, bool((answer == found[:count]).all())
