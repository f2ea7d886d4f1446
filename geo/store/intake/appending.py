"""Appends rows to the tables of facts: a changed one as its next revision, an event once.

One import of a kind runs at a time (`lock`), so that what is known does not change meanwhile. What
was taken back is not known: the same row may come in again.
"""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from sqlalchemy import Connection, text

from geo.store.copying import stage_rows
from geo.store.intake.kind import Appended, Origin


def append_revised(
    conn: Connection,
    table: str,
    rows: pd.DataFrame,
    *,
    key: Mapping[str, str],
    values: Mapping[str, str],
    origin: Origin,
    fixed: Mapping[str, str] | None = None,
) -> Appended:
    """Append rows that differ from what is held under their key, with the next revision.

    Parameters
    ----------
    conn
        Of a role that may append.
    table
        With a column `revision`.
    rows
        Columns of `key` and `values`; each key once.
    key, values
        SQL type by column; no column of the key is ever empty.
    origin
        Where the rows come from.
    fixed
        Columns that follow from others: SQL expression over `s` by column.
    """
    stage = f"stage_{table}"
    stage_rows(conn, stage, rows, types={**key, **values})
    made = {**{name: f"s.{name}" for name in (*key, *values)}, **(fixed or {})}
    same_key = _same(rows, key)
    done = _by_index(
        conn,
        f"""
            INSERT INTO {table} ({", ".join(made)}, revision, provenance, import_id)
            SELECT {", ".join(made.values())}, coalesce(last.revision, 0) + 1,
                :provenance, :import_id
            FROM {stage} AS s
            LEFT JOIN LATERAL (
                SELECT max(k.revision) AS revision FROM {table} AS k WHERE {same_key}
            ) AS last ON true
            LEFT JOIN LATERAL (
                SELECT k.* FROM held_{table} AS k WHERE {same_key}
                ORDER BY k.revision DESC LIMIT 1
            ) AS held ON true
            WHERE held.revision IS NULL
               OR ROW({_listed("s", values)}) IS DISTINCT FROM ROW({_listed("held", values)})
            """,
        origin,
    )
    return Appended(done, len(rows) - done)


def append_new(
    conn: Connection, table: str, rows: pd.DataFrame, *, types: Mapping[str, str], origin: Origin
) -> Appended:
    """Append rows of which the store holds none that is equal in every column.

    Parameters
    ----------
    conn, table, rows, origin
        As in `append_revised`.
    types
        SQL type by column; `unit_key` is among them and never empty.
    """
    stage = f"stage_{table}"
    stage_rows(conn, stage, rows, types=types)
    same = _same(rows, types)
    done = _by_index(
        conn,
        f"""
            INSERT INTO {table} ({", ".join(types)}, provenance, import_id)
            SELECT {_listed("s", types)}, :provenance, :import_id FROM {stage} AS s
            WHERE NOT EXISTS (SELECT FROM held_{table} AS k WHERE {same})
            """,
        origin,
    )
    return Appended(done, len(rows) - done)


def _same(rows: pd.DataFrame, names: Iterable[str]) -> str:
    """Write that the store's `k` equals a row `s`; by ``=``, which an index serves, where it can.

    IS NOT DISTINCT FROM is served by none: each row would look through the whole table, those
    that the same statement has just put there included.
    """
    given = {name: bool(rows[name].notna().all()) for name in names}
    return " AND ".join(
        f"k.{name} {'=' if whole else 'IS NOT DISTINCT FROM'} s.{name}"
        for name, whole in given.items()
    )


def _by_index(conn: Connection, statement: str, origin: Origin) -> int:
    """Append by a statement and give how many rows it appended.

    The planner takes a table that is being filled for an empty one, which it would rather read
    whole for each row.
    """
    conn.execute(text("SET LOCAL enable_seqscan = off"))
    done = conn.execute(
        text(statement), {"provenance": origin.provenance, "import_id": origin.import_id}
    )
    conn.execute(text("SET LOCAL enable_seqscan = on"))
    return int(done.rowcount)


def _listed(alias: str, names: Sequence[str] | Mapping[str, str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)
