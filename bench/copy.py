"""Places into PostGIS: our binary COPY against asyncpg and ADBC."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import text

from bench.report import Figure
from bench.workshop import Database, Workshop, best_seconds
from geo.cells import cells_of
from geo.store import places
from geo.store.copying import ewkb_points, stage_rows

# The eight columns of old, so that figures stay comparable.
PLACE_TYPES = {name: of for name, of in places.PLACE_TYPES.items() if name != "generation"}
_SUM = """
SELECT count(*), sum(cell), sum(scope_key), sum(ST_X({position})), sum(ST_Y({position})),
    md5(string_agg(source_ref, ',' ORDER BY hotspot_id)) FROM {table}
"""


def measure(shop: Workshop) -> list[Figure]:
    """Measure rows a second into a table without an index, all of one run."""
    count = 300_000 if shop.quick else 1_000_000
    rng = np.random.default_rng(7)
    lng, lat = rng.uniform(102, 110, count), rng.uniform(8, 23.4, count)
    points = ewkb_points(lng, lat)
    columns = {
        "hotspot_id": np.arange(count),
        "scope_key": rng.integers(1 << 20, 1 << 21, count),
        "source": pd.Series(np.full(count, "bench"), dtype="str"),
        "source_ref": pd.Series([f"diem-{number}" for number in range(count)], dtype="str"),
        "kind": pd.Series(np.full(count, "diem_phuc_tap"), dtype="str"),
        "position": points,
        "position_precision": pd.Series(np.full(count, "h3_10"), dtype="str"),
        "cell": cells_of(lng, lat, resolution=10),
    }
    file = shop.home / "places.parquet"
    binary = pa.array([point.tobytes() for point in points], type=pa.binary())
    as_arrow = {name: binary if name == "position" else pa.array(v) for name, v in columns.items()}
    pq.write_table(pa.table(as_arrow), file)
    with shop.database() as database:
        ours, expected = _ours(database, columns)
        peers = {
            "asyncpg": _peer(shop, database, "asyncpg", file, position="geometry(Point,4326)"),
            "ADBC": _peer(shop, database, "adbc", file, position="bytea"),
        }
    return [
        Figure(
            "copy: rows a second",
            count / ours / 1e3,
            "k/s",
            goal=300,
            detail=f"{count:,} places of {len(PLACE_TYPES)} columns, text among them",
        ),
        *(
            Figure(
                f"copy: against {name}",
                seconds / ours,
                "x",
                gate=1,
                goal=1,
                equal=found == expected,
                detail=f"{count / seconds / 1e3:,.0f} k/s",
            )
            for name, (seconds, found) in peers.items()
        ),
    ]


def _ours(database: Database, columns: dict[str, object]) -> tuple[float, tuple[object, ...]]:
    with database.engine.begin() as conn:
        seconds, _ = best_seconds(
            lambda: stage_rows(conn, "bench_copy", columns, types=PLACE_TYPES),
            times=2,
        )
        summed = conn.execute(text(_SUM.format(table="bench_copy", position="position")))
        return seconds, tuple(summed.one())


def _peer(
    shop: Workshop, database: Database, name: str, file: object, *, position: str
) -> tuple[float, tuple[object, ...]]:
    table = f"bench_copy_{name}"
    types = ", ".join(
        f"{column} {of}" for column, of in (PLACE_TYPES | {"position": position}).items()
    )
    with database.engine.begin() as conn:
        conn.execute(text(f"DROP TABLE IF EXISTS {table}"))
        conn.execute(text(f"CREATE UNLOGGED TABLE {table} ({types})"))
    seconds = float(shop.ask(f"copy_{name}.py", database.plain_url, str(file)))
    as_point = "position" if position != "bytea" else "position::geometry"
    with database.engine.begin() as conn:
        summed = conn.execute(text(_SUM.format(table=table, position=as_point)))
        found = tuple(summed.one())
        conn.execute(text(f"DROP TABLE {table}"))
    return seconds, found
