"""A country of squares: eight communes before 2025-07-01, six after, drawn by hand.

lng 105.0   .1     .2     .3     .4     .5     .6     .7     .8
before  [00001][00002][00003][00004][00005][00006][00007][00008]     lat 20.0 .. 20.1
after   [  00001     ][00003][00004][   00005  ][   00007  ][00008]
         merge         same   rename  00006 is split in halves   same, not subject to assessment
province 01 ........................ 02 ...........................
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Connection, text

from geo.store import records
from geo.store.boundary_sets import SetMeta, write_draft

REFORM_DAY = date(2025, 7, 1)
FIRST_DAY = date(2023, 1, 1)
SIDE = 0.1
WEST, SOUTH = 105.0, 20.0

OLD = tuple((f"{n:05d}", n - 1.0, float(n)) for n in range(1, 9))
NEW = (
    ("00001", 0.0, 2.0),
    ("00003", 2.0, 3.0),
    ("00004", 3.0, 4.0),
    ("00005", 4.0, 5.5),
    ("00007", 5.5, 7.0),
    ("00008", 7.0, 8.0),
)
CHANGES = (
    ("00001", "00001", "merge", 1.0),
    ("00002", "00001", "merge", 1.0),
    ("00003", "00003", "unchanged", 1.0),
    ("00004", "00004", "rename", 1.0),
    ("00005", "00005", "merge", 1.0),
    ("00006", "00005", "split", 0.5),
    ("00006", "00007", "split", 0.5),
    ("00007", "00007", "merge", 1.0),
    ("00008", "00008", "unchanged", 1.0),
)


def communes_of(units: Sequence[tuple[str, float, float]]) -> gpd.GeoDataFrame:
    """Give the communes as the reader of boundary files would."""
    codes = [code for code, _, _ in units]
    return gpd.GeoDataFrame(
        {
            "code": codes,
            "name": [f"Xã {code}" for code in codes],
            "kind": "xã",
            "province_code": ["01" if west < 4 else "02" for _, west, _ in units],
            "province": ["Tỉnh Một" if west < 4 else "Tỉnh Hai" for _, west, _ in units],
            "district_code": [f"{int(west) // 2 + 1:03d}" for _, west, _ in units],
            "district": [f"Huyện {int(west) // 2 + 1}" for _, west, _ in units],
            "assessable": [code != "00008" for code in codes],
        },
        geometry=[
            shapely.box(WEST + west * SIDE, SOUTH, WEST + east * SIDE, SOUTH + SIDE)
            for _, west, east in units
        ],
        crs=4326,
    )


def add_sets(
    conn: Connection, *, provenance: Literal["imported", "simulated"] = "simulated"
) -> tuple[int, int]:
    """Write both sets with the changes between them and put them in force; give their ids."""
    ids = []
    for title, units, valid_from, valid_to in (
        ("trước", OLD, FIRST_DAY, REFORM_DAY),
        ("sau", NEW, REFORM_DAY, None),
    ):
        meta = meta_of(title, valid_from, valid_to, provenance=provenance)
        ids.append(write_draft(conn, communes_of(units), meta=meta))
    old, new = ids
    for before, after, kind, weight in CHANGES:
        conn.execute(
            text(
                "INSERT INTO unit_change SELECT a.unit_key, b.unit_key, :day, 'thử', :kind,"
                " :weight, 'area' FROM unit_version AS a, unit_version AS b"
                " WHERE a.set_id = :old AND b.set_id = :new AND a.code = :before"
                " AND b.code = :after AND a.level = 'commune' AND b.level = 'commune'"
            ),
            {
                "day": REFORM_DAY,
                "kind": kind,
                "weight": weight,
                "old": old,
                "new": new,
                "before": before,
                "after": after,
            },
        )
    conn.execute(
        text(
            "UPDATE unit_version AS b SET unit_id = a.unit_id FROM unit_change AS c"
            " JOIN unit_version AS a ON a.unit_key = c.from_key"
            " WHERE b.unit_key = c.to_key AND c.kind IN ('unchanged', 'rename')"
        )
    )
    put_in_force(conn, old)
    put_in_force(conn, new)
    return old, new


def meta_of(
    title: str,
    valid_from: date,
    valid_to: date | None,
    *,
    provenance: Literal["imported", "simulated"] = "simulated",
) -> SetMeta:
    """Say about a set what the tests do not care for."""
    return SetMeta(
        title=title,
        valid_from=valid_from,
        valid_to=valid_to,
        act="thử",
        source_name="small_world",
        source_sha256="0" * 64,
        provenance=provenance,
    )


def put_in_force(conn: Connection, set_id: int) -> None:
    """Make a draft the set of its days."""
    conn.execute(
        text("UPDATE boundary_set SET state = 'active', activated_at = now() WHERE set_id = :id"),
        {"id": set_id},
    )


def key_of(conn: Connection, set_id: int, code: str, level: str = "commune") -> int:
    """Give the key of a unit."""
    return int(
        conn.execute(
            text(
                "SELECT unit_key FROM unit_version"
                " WHERE set_id = :id AND code = :code AND level = :level"
            ),
            {"id": set_id, "code": code, "level": level},
        ).scalar_one()
    )


def batch(conn: Connection, kind: str = "hotspots", provenance: str = "simulated") -> int:
    """Open a batch for rows of a test."""
    return records.open_batch(
        conn,
        kind=kind,
        source_name="small_world",
        source_sha256="0" * 64,
        row_count=0,
        provenance=provenance,
        actor="test",
    )


def frames_of(
    lives: Sequence[tuple[str, float, float, Sequence[tuple[date, str]]]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give places and events from (ref, column of the board 0..8, row 0..1, events)."""
    places = pd.DataFrame(
        [
            ("thu", ref, "diem_phuc_tap", WEST + x * SIDE, SOUTH + y * SIDE)
            for ref, x, y, _ in lives
        ],
        columns=["source", "source_ref", "kind", "lng", "lat"],
    )
    events = pd.DataFrame(
        [(ref, state, day, "reporter", None) for ref, _, _, life in lives for day, state in life],
        columns=["source_ref", "state", "effective_on", "actor_role", "document_no"],
        index=pd.RangeIndex(1, 1 + sum(len(life) for _, _, _, life in lives)),
    )
    return places, events
