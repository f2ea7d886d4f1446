"""Brings columns into PostgreSQL by binary COPY, through tables that end with the transaction.

PostgreSQL refuses COPY into a table with row-level security, and every operational table has it:
rows go by COPY into a temporary table and from there by one INSERT ... SELECT.

A row of the stream is its number of fields, then each field's size and bytes, all big-endian; size
-1 is NULL (PostgreSQL documentation, COPY, "Binary Format"). The rows are laid out by a compiled
loop, whatever the types.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import ArrayLike, NDArray
from sqlalchemy import Connection, text

from geo.store.tables import SRID

_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # signature, no flags, no header extension
_END = b"\xff\xff"
# Rows laid out at once: bounds the memory beside the frame itself.
_ROWS_PER_PART = 1 << 17
_DAY_ZERO = np.datetime64("2000-01-01", "D")
# Extended well-known binary of a point, as PostGIS reads it: little-endian, with its SRID.
_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")])
_POINT_WITH_SRID = 0x20000001
POINT_TYPE = f"geometry(Point,{SRID})"

_NUMBER_TYPES: Mapping[str, str] = {
    "boolean": ">u1",
    "smallint": ">i2",
    "integer": ">i4",
    "bigint": ">i8",
    "double precision": ">f8",
}
_TYPE_OF_KIND: Mapping[str, str] = {
    "b1": "boolean",
    "i2": "smallint",
    "i4": "integer",
    "i8": "bigint",
    "f8": "double precision",
    _POINT.str[1:]: POINT_TYPE,
}


Column = NDArray[np.generic] | pd.Series
Columns = Mapping[str, Column] | pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Field:
    """One column, ready to be laid out.

    Parameters
    ----------
    content
        The bytes of all values, one after the other.
    ends
        By row and one more: where its bytes begin and end.
    null
        By row: True for NULL.
    """

    content: NDArray[np.uint8]
    ends: NDArray[np.int64]
    null: NDArray[np.bool_]


def stage_rows(conn: Connection, stage: str, columns: Columns, *, types: Mapping[str, str]) -> None:
    """Copy the columns that `types` names into a new temporary table.

    Parameters
    ----------
    conn
        Connection within the transaction that the table ends with.
    stage
        Name of the temporary table; dropped first when an earlier call left it.
    columns
        A frame, or columns of one length by name; None, NaN and NaT become NULL.
    types
        SQL type of each column, in the order of the table. Types without a layout of their own
        here (numeric, say) travel as text and are read by PostgreSQL.
    """
    native = {name: of if _has_layout(of) else "text" for name, of in types.items()}
    _make_stage(conn, stage, native)
    _copy(conn, stage, {name: columns[name] for name in types}, native)
    for name, of in types.items():
        if native[name] != of:
            conn.execute(
                text(f'ALTER TABLE {stage} ALTER "{name}" TYPE {of} USING CAST("{name}" AS {of})')
            )


def stage_numbers(conn: Connection, stage: str, columns: Mapping[str, NDArray[np.generic]]) -> None:
    """Copy arrays of one length into a new temporary table.

    Parameters
    ----------
    conn, stage
        As in `stage_rows`.
    columns
        Arrays of kind b1, i2, i4, i8 or f8, or points as `ewkb_points` makes them, in the order of
        the table. There is no NULL.
    """
    types = {name: _TYPE_OF_KIND[values.dtype.str[1:]] for name, values in columns.items()}
    _make_stage(conn, stage, types)
    _copy(conn, stage, columns, types)


def ewkb_points(lng: ArrayLike, lat: ArrayLike) -> NDArray[np.void]:
    """Make points as PostGIS takes them in, from degrees of EPSG:4326, shape (n,)."""
    x = np.asarray(lng, dtype=np.float64)
    points = np.empty(x.shape, dtype=_POINT)
    points["order"], points["type"], points["srid"] = 1, _POINT_WITH_SRID, SRID
    points["x"], points["y"] = x, lat
    return points


def ewkb_shapes(shapes: Iterable[object]) -> NDArray[np.object_]:
    """Write geometry of EPSG:4326 as the text that PostGIS casts to geometry, None for none."""
    given = np.array(list(shapes), dtype=object)
    return np.asarray(
        shapely.to_wkb(shapely.set_srid(given, SRID), hex=True, include_srid=True), dtype=object
    )


def reserve_ids(conn: Connection, *, table: str, column: str, count: int) -> NDArray[np.int64]:
    """Take so many fresh values of a table's identity column, ascending."""
    taken = conn.execute(
        text(
            "SELECT nextval(pg_get_serial_sequence(:table, :column))"
            " FROM generate_series(1, CAST(:count AS integer))"
        ),
        {"table": table, "column": column, "count": count},
    ).scalars()
    return np.sort(np.fromiter(taken, dtype=np.int64, count=count))


def _make_stage(conn: Connection, stage: str, types: Mapping[str, str]) -> None:
    columns = ", ".join(f'"{name}" {sql_type}' for name, sql_type in types.items())
    conn.execute(text(f"DROP TABLE IF EXISTS pg_temp.{stage}"))
    conn.execute(text(f"CREATE TEMPORARY TABLE {stage} ({columns}) ON COMMIT DROP"))


def _has_layout(sql_type: str) -> bool:
    return sql_type in _NUMBER_TYPES or sql_type in ("text", "date", POINT_TYPE)


def _copy(
    conn: Connection,
    stage: str,
    columns: Mapping[str, Column],
    types: Mapping[str, str],
) -> None:
    row_count = len(next(iter(columns.values())))
    statement = f"COPY {stage} FROM STDIN (FORMAT binary)"
    with conn.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]
        copy.write(_HEAD)
        for start in range(0, row_count, _ROWS_PER_PART):
            part = slice(start, start + _ROWS_PER_PART)
            fields = [_field(values[part], types[name]) for name, values in columns.items()]
            copy.write(_lay_out(fields).data)
        copy.write(_END)


def _field(values: Column, sql_type: str) -> _Field:
    """Turn a column into the bytes of its type."""
    if sql_type == "text":
        return _text_field(pd.Series(values))
    null = np.asarray(pd.isna(values)) if values.dtype != _POINT else np.zeros(len(values), bool)
    if sql_type == POINT_TYPE:
        packed = np.ascontiguousarray(values)
    elif sql_type == "date":
        days = np.asarray(values, dtype="datetime64[D]") - _DAY_ZERO
        packed = np.where(null, 0, days.astype(np.int64)).astype(">i4")
    else:
        given = np.where(null, 0, np.asarray(values)) if null.any() else np.asarray(values)
        packed = given.astype(_NUMBER_TYPES[sql_type])
    ends = np.arange(len(packed) + 1, dtype=np.int64) * packed.dtype.itemsize
    return _Field(packed.view(np.uint8).ravel(), ends, null)


def _text_field(values: pd.Series) -> _Field:
    """Encode text in one go: Arrow keeps all of it in one buffer, with the ends beside it."""
    given = pa.array(values, from_pandas=True)
    if isinstance(given, pa.ChunkedArray):
        given = given.combine_chunks()
    if isinstance(given, pa.DictionaryArray):
        given = given.dictionary_decode()
    # A copy from the first byte on: a part of a frame is a window on buffers of the whole.
    whole = pa.concat_arrays([given.cast(pa.large_string())])
    _, ends, content = whole.buffers()
    return _Field(
        np.frombuffer(content or b"", dtype=np.uint8),
        np.frombuffer(ends, dtype=np.int64, count=len(values) + 1, offset=8 * whole.offset),
        whole.is_null().to_numpy(zero_copy_only=False),
    )


def _lay_out(fields: list[_Field]) -> NDArray[np.uint8]:
    """Write the rows of a part one after the other."""
    from geo.store import row_layout

    sizes = np.array(
        [np.where(field.null, row_layout.NULL_SIZE, np.diff(field.ends)) for field in fields],
        dtype=np.int32,
    )
    before = np.cumsum([0, *(field.content.size for field in fields[:-1])])
    starts = np.array(
        [field.ends[:-1] + shift for field, shift in zip(fields, before, strict=True)]
    )
    content = np.concatenate([field.content for field in fields])
    out = np.empty(content.size + sizes.shape[1] * (2 + 4 * len(fields)), dtype=np.uint8)
    return out[: row_layout.lay_out(content, starts, sizes, out)]
