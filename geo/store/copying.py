"""Brings frames and arrays into PostgreSQL by COPY, through tables that end with the transaction.

PostgreSQL refuses COPY into a table with row-level security, and every operational table has it:
rows go by COPY into a temporary table and from there by one INSERT ... SELECT.
"""

import io
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, text

# Of PostgreSQL's binary COPY: signature, no flags, no header extension; and the end mark.
_BINARY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_BINARY_END = b"\xff\xff"
_NULL = r"\N"

_BINARY_TYPES: Mapping[str, tuple[str, str]] = {
    "i2": ("smallint", ">i2"),
    "i4": ("integer", ">i4"),
    "i8": ("bigint", ">i8"),
    "f8": ("double precision", ">f8"),
}


def stage_rows(
    conn: Connection, stage: str, frame: pd.DataFrame, *, types: Mapping[str, str]
) -> None:
    """Copy the columns of a frame that `types` names into a new temporary table.

    Parameters
    ----------
    conn
        Connection within the transaction that the table ends with.
    stage
        Name of the temporary table; dropped first when an earlier call left it.
    frame
        Rows; None, NaN and NaT become NULL.
    types
        SQL type of each column, in the order of the table.
    """
    _make_stage(conn, stage, types)
    buffer = io.StringIO()
    frame.to_csv(buffer, columns=list(types), header=False, index=False, na_rep=_NULL)
    _copy(conn, f"COPY {stage} FROM STDIN (FORMAT csv, NULL '{_NULL}')", buffer.getvalue().encode())


def stage_numbers(conn: Connection, stage: str, columns: Mapping[str, NDArray[np.generic]]) -> None:
    """Copy whole-number and float columns of one length into a new temporary table.

    Binary, made by numpy without a loop over rows: some million rows a second.

    Parameters
    ----------
    conn, stage
        As in `stage_rows`.
    columns
        Arrays of kind i2, i4, i8 or f8, in the order of the table. There is no NULL.
    """
    kinds = {name: values.dtype.str[1:] for name, values in columns.items()}
    _make_stage(conn, stage, {name: _BINARY_TYPES[kind][0] for name, kind in kinds.items()})
    fields: list[tuple[str, str]] = [("field_count", ">i2")]
    for name, kind in kinds.items():
        fields += [(f"size {name}", ">i4"), (name, _BINARY_TYPES[kind][1])]
    row_count = len(next(iter(columns.values())))
    rows = np.empty(row_count, dtype=fields)
    rows["field_count"] = len(columns)
    for name, values in columns.items():
        rows[f"size {name}"] = values.dtype.itemsize
        rows[name] = values
    payload = _BINARY_HEAD + rows.tobytes() + _BINARY_END
    _copy(conn, f"COPY {stage} FROM STDIN (FORMAT binary)", payload)


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


def _copy(conn: Connection, statement: str, payload: bytes) -> None:
    with conn.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]
        copy.write(payload)
