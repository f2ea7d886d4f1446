"""Kinds of record with a shape and no figures: facilities, key routes, patrol areas.

A facility is its kind, a code and a place: no name, no address. Every shape is kept whole and cut
by the communes of each set in force (`feature_piece`); `recut` does it for a set that comes later.
"""

import hashlib

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from geo.errors import Detail, Finding
from geo.store.copying import ewkb_shapes, reserve_ids, stage_rows
from geo.store.cutting import cut_by_communes
from geo.store.intake.fields import Field, chooser, read_code, read_day, read_day_after
from geo.store.intake.figures import DOCUMENT
from geo.store.intake.kind import Appended, Origin, RecordKind, Shape
from geo.store.locations import active_sets
from geo.store.tables import FEATURE_KINDS

FACILITIES = (
    "co_so_y_te",
    "co_so_cai_nghien",
    "co_so_methadone",
    "truong_hoc",
    "khu_cong_nghiep",
    "cua_khau",
)
ROUTES = ("tuyen_trong_diem", "tuyen_tuan_tra")
AREAS = ("dia_ban_tuan_tra",)
_SHAPE = "geometry(Geometry,4326)"
_TYPES = {
    "feature_id": "bigint",
    "kind": "text",
    "source": "text",
    "source_ref": "text",
    "generation": "smallint",
    "valid_from": "date",
    "valid_to": "date",
    "document_no": "text",
    "geom": _SHAPE,
}
_PIECE_TYPES = {
    "feature_id": "bigint",
    "set_id": "smallint",
    "unit_key": "bigint",
    "geom": _SHAPE,
    "length_m": "double precision",
    "area_m2": "double precision",
}


def _judge(rows: pd.DataFrame) -> list[Finding]:
    return [
        Finding("span_ends_before_it_starts", row=number, column="valid_to")
        for number, first, after in zip(
            rows.index.tolist(), rows["valid_from"], rows["valid_to"], strict=True
        )
        if after is not None and after <= first
    ]


def _append(conn: Connection, rows: pd.DataFrame, origin: Origin) -> Appended:
    """Append features that are not held yet, with their pieces on every set in force."""
    refs = [
        ref or _hash_of(kind, shape)
        for ref, kind, shape in zip(rows["ref"], rows["kind"], rows["shape"], strict=True)
    ]
    frame = rows.assign(source=origin.source, source_ref=refs)
    held = {
        (row.source_ref, row.valid_from): (row.generation, row.is_held)
        for row in conn.execute(
            text(
                "SELECT f.source_ref, f.valid_from, max(f.generation) AS generation,"
                " bool_or(u.import_id IS NULL) AS is_held"
                " FROM feature AS f LEFT JOIN import_undo AS u USING (import_id)"
                " WHERE f.source = :source GROUP BY f.source_ref, f.valid_from"
            ),
            {"source": origin.source},
        )
    }
    told = [
        held.get(name, (-1, False))
        for name in zip(frame["source_ref"], frame["valid_from"], strict=True)
    ]
    fresh = np.array([not is_held for _, is_held in told], dtype=np.bool_)
    new = frame.loc[fresh]
    if new.empty:
        return Appended(0, len(frame))
    generations = np.array([last + 1 for last, _ in told], dtype=np.int16)[fresh]
    ids = reserve_ids(conn, table="feature", column="feature_id", count=len(new))
    stage_rows(
        conn,
        "stage_feature",
        new.assign(feature_id=ids, generation=generations, geom=ewkb_shapes(new["shape"])),
        types=_TYPES,
    )
    columns = ", ".join(_TYPES)
    conn.execute(
        text(
            f"INSERT INTO feature ({columns}, provenance, import_id)"
            f" SELECT {columns}, :provenance, :import_id FROM stage_feature ORDER BY feature_id"
        ),
        {"provenance": origin.provenance, "import_id": origin.import_id},
    )
    shapes = np.array(new["shape"].tolist(), dtype=object)
    for about in active_sets(conn):
        _insert_pieces(conn, ids, shapes, set_id=about.set_id)
    return Appended(len(new), len(frame) - len(new))


def _check(_conn: Connection, rows: pd.DataFrame) -> list[Finding]:
    named = rows.loc[rows["ref"].notna()]
    first: dict[tuple[object, object], int] = {}
    findings = []
    for number, ref, day in zip(
        named.index.tolist(), named["ref"], named["valid_from"], strict=True
    ):
        other = first.setdefault((ref, day), number)
        if other != number:
            details: dict[str, Detail] = {"other": other}
            findings.append(Finding("record_twice", row=number, details=details))
    return findings


def recut(conn: Connection, set_id: int) -> int:
    """Cut the features that a set does not know yet; a second call finds nothing to do.

    Parameters
    ----------
    conn
        Connection of the operator.
    set_id
        An active set.

    Returns
    -------
    int
        Features cut.
    """
    lacking = conn.execute(
        text(
            "SELECT feature_id, ST_AsBinary(geom) FROM feature AS f WHERE NOT EXISTS (SELECT FROM"
            " feature_piece AS p WHERE p.feature_id = f.feature_id AND p.set_id = :set_id)"
            " ORDER BY feature_id"
        ),
        {"set_id": set_id},
    ).all()
    if lacking:
        ids = np.array([row[0] for row in lacking], dtype=np.int64)
        shapes = shapely.from_wkb(np.array([bytes(row[1]) for row in lacking], dtype=object))
        _insert_pieces(conn, ids, shapes, set_id=set_id)
    return len(lacking)


def _insert_pieces(
    conn: Connection,
    ids: NDArray[np.int64],
    shapes: NDArray[np.object_],
    *,
    set_id: int,
) -> None:
    about = next(one for one in active_sets(conn) if one.set_id == set_id)
    pieces = cut_by_communes(conn, shapes, about=about).frame
    stage_rows(
        conn,
        "stage_feature_piece",
        {
            "feature_id": ids[pieces["whole"].to_numpy()],
            "set_id": np.full(len(pieces), set_id, dtype=np.int16),
            "unit_key": pieces["unit_key"].to_numpy(),
            "geom": ewkb_shapes(pieces.geometry),
            "length_m": pieces["length_m"].to_numpy(),
            "area_m2": pieces["area_m2"].to_numpy(),
        },
        types=_PIECE_TYPES,
    )
    columns = ", ".join(_PIECE_TYPES)
    conn.execute(
        text(f"INSERT INTO feature_piece ({columns}) SELECT {columns} FROM stage_feature_piece")
    )


def _hash_of(kind: str, shape: shapely.Geometry) -> str:
    content = f"{kind}|{shapely.to_wkb(shape, hex=True)}"
    return f"#{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def _kind(name: str, kinds: tuple[str, ...], shapes: tuple[Shape, ...]) -> RecordKind:
    choices = {kind: f"feature_kind_{kind}" for kind in kinds}
    return RecordKind(
        id=name,
        fields=(
            Field("ref", read_code, names=("ma", "ma so", "so hieu", "id"), example="TH-012"),
            Field(
                "kind",
                chooser(choices),
                need="required",
                names=("loai", "loai co so", "loai tuyen"),
                choices=choices,
                example=kinds[0],
            ),
            Field(
                "valid_from",
                read_day,
                need="required",
                names=("tu ngay", "ngay", "ngay hieu luc"),
                example="01/07/2025",
            ),
            Field("valid_to", read_day_after, names=("den ngay", "den het ngay")),
            DOCUMENT,
        ),
        key=(),
        judge=_judge,
        check=_check,
        append=_append,
        shapes=shapes,
        needs_shape=True,
    )


FACILITY_RECORDS = _kind("facilities", FACILITIES, ("point", "area"))
ROUTE_RECORDS = _kind("routes", ROUTES, ("line",))
AREA_RECORDS = _kind("patrol-areas", AREAS, ("area",))

if {*FACILITIES, *ROUTES, *AREAS} != set(FEATURE_KINDS):
    raise RuntimeError("every kind of feature belongs to one kind of record")
