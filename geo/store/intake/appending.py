"""Appends rows to the tables of facts: a changed one as its next revision, an event once.

One import of a kind runs at a time (`lock`), so that what is known does not change meanwhile. What
was taken back is not known: the same row may come in again.
"""

from collections.abc import Mapping, Sequence

import pandas as pd
from sqlalchemy import Connection, text

from geo.store.copying import stage_rows
from geo.store.intake.kind import Appended, Origin

# First half of the key of the advisory lock; the second is made of the table's name.
_LOCK = 7420250


def lock(conn: Connection, kind: str) -> None:
    """Wait until no other import of a kind runs; held until the transaction ends."""
    conn.execute(
        text("SELECT pg_advisory_xact_lock(:first, hashtext(:kind))"),
        {"first": _LOCK, "kind": kind},
    )


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
    # Equality alone is looked up in an index.
    same_key = " AND ".join(f"k.{name} = s.{name}" for name in key)
    done = conn.execute(
        text(
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
            """
        ),
        {"provenance": origin.provenance, "import_id": origin.import_id},
    )
    return Appended(int(done.rowcount), len(rows) - int(done.rowcount))


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
    # Equality alone is looked up in an index.
    same = "k.unit_key = s.unit_key AND " + " AND ".join(
        f"k.{name} IS NOT DISTINCT FROM s.{name}" for name in types if name != "unit_key"
    )
    done = conn.execute(
        text(
            f"""
            INSERT INTO {table} ({", ".join(types)}, provenance, import_id)
            SELECT {_listed("s", types)}, :provenance, :import_id FROM {stage} AS s
            WHERE NOT EXISTS (SELECT FROM held_{table} AS k WHERE {same})
            """
        ),
        {"provenance": origin.provenance, "import_id": origin.import_id},
    )
    return Appended(int(done.rowcount), len(rows) - int(done.rowcount))


def _listed(alias: str, names: Sequence[str] | Mapping[str, str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)
