"""Finds and takes out what the demo brought in: rows of provenance ``simulated``, and its sets.

Facts are append-only; only the owner's role may delete them, and only simulated ones (the triggers
of `sql/locks.sql`). Everything computed may be thrown away and is computed anew by the caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from geo.store import audit
from geo.store.activation import identify_units

# Held until the transaction ends: two loads at once would append everything twice.
_DEMO_LOCK = 7_138_003
_COMPUTED = (
    *("unit_class", "cell_count", "unit_count", "unit_figure", "period_run"),
    *("class_result", "class_run"),
)
_FACTS = (
    "report_step",
    "submission",
    "observation",
    "assessment",
    "assessment_step",
    "population",
    "campaign",
    "community_model",
    "subcommune",
    "subcommune_status",
    "target_number",
    "hotspot_event",
    "hotspot",
    "feature",
    "patrol",
    "import_batch",
)
# Parts of facts, by the fact whose key they bear.
_PARTS = (
    ("hotspot_unit", "hotspot"),
    ("feature_piece", "feature"),
    ("patrol_track", "patrol"),
    ("patrol_cell", "patrol"),
)
_SIMULATED_SETS = "SELECT set_id FROM boundary_set WHERE provenance = 'simulated'"
_OF_SIMULATED_SETS = f"({{column}} >> 20) IN ({_SIMULATED_SETS})"
# Keys by which rows of people hang on a unit.
_HOLDS = (
    ("hotspot", "scope_key"),
    ("hotspot_event", "unit_key"),
    ("report_step", "unit_key"),
    ("submission", "unit_key"),
    ("observation", "unit_key"),
    ("assessment", "unit_key"),
    ("assessment_step", "unit_key"),
    ("population", "unit_key"),
    ("campaign", "unit_key"),
    ("community_model", "unit_key"),
    ("subcommune", "unit_key"),
    ("subcommune_status", "unit_key"),
    ("target_number", "unit_key"),
)


@dataclass(frozen=True, slots=True)
class DemoSetRow:
    """A simulated boundary set in the store."""

    set_id: int
    hash16: str
    title: str
    valid_from: date
    state: str
    source_sha256: str


@dataclass(frozen=True, slots=True)
class DemoStock:
    """What of the demo is in the store.

    Parameters
    ----------
    sets
        By first day.
    batches
        Fingerprint of the generator by kind of batch.
    row_counts
        Simulated rows by table.
    computed_periods
        Computed periods that hold simulated values.
    """

    sets: tuple[DemoSetRow, ...]
    batches: Mapping[str, str]
    row_counts: Mapping[str, int]
    computed_periods: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing simulated is there."""
        return not self.sets and not any(self.row_counts.values())


def lock_demo(conn: Connection) -> None:
    """Let one load or removal work at a time, until the transaction ends."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _DEMO_LOCK})


def plan_without_statistics(conn: Connection) -> None:
    """Keep the planner from walking row by row through tables that were filled just now.

    Their statistics still tell of empty tables, and the operator may not renew them: joining tens
    of thousands of units and changes by nested loops then takes minutes. Ends with the transaction.
    """
    conn.execute(text("SET LOCAL enable_nestloop = off"))


def find_stock(conn: Connection, *, source_name: str) -> DemoStock:
    """Look up what is simulated in the store; batches of the generator of a name only."""
    sets = conn.execute(
        text(
            "SELECT set_id, left(content_hash, 16) AS hash16, title, valid_from, state,"
            " source_sha256 FROM boundary_set WHERE provenance = 'simulated' ORDER BY valid_from"
        )
    ).all()
    batches = conn.execute(
        text(
            "SELECT kind, source_sha256 FROM import_batch"
            " WHERE provenance = 'simulated' AND source_name = :source_name"
        ),
        {"source_name": source_name},
    ).all()
    counts = {
        table: conn.execute(
            text(f"SELECT count(*) FROM {table} WHERE provenance = 'simulated'")
        ).scalar_one()
        for table in _FACTS
    }
    periods = conn.execute(text("SELECT count(*) FROM period_run WHERE simulated")).scalar_one()
    return DemoStock(
        sets=tuple(DemoSetRow(*row) for row in sets),
        batches={row.kind: row.source_sha256 for row in batches},
        row_counts=counts,
        computed_periods=periods,
    )


def count_real_sets(conn: Connection) -> int:
    """Count boundary sets in force that are not simulated."""
    return int(
        conn.execute(
            text(
                "SELECT count(*) FROM boundary_set"
                " WHERE provenance <> 'simulated' AND state = 'active'"
            )
        ).scalar_one()
    )


def count_real_rows(conn: Connection) -> dict[str, int]:
    """Count by table the rows that are not simulated and stand on a simulated set."""
    counts = {
        table: conn.execute(
            text(
                f"SELECT count(*) FROM {table} WHERE provenance <> 'simulated'"
                f" AND {_OF_SIMULATED_SETS.format(column=column)}"
            )
        ).scalar_one()
        for table, column in _HOLDS
    }
    return {table: count for table, count in counts.items() if count}


def delete_simulated(conn: Connection, *, actor: str) -> dict[str, int]:
    """Delete all simulated rows, the simulated sets, and everything computed.

    Parameters
    ----------
    conn
        Connection of the owner; the caller has made sure that `count_real_rows` is empty.
    actor
        For the audit trail.

    Returns
    -------
    Deleted rows by table.
    """
    conn.execute(text(f"TRUNCATE {', '.join(_COMPUTED)}"))
    deleted = {
        part: conn.execute(
            text(
                f"DELETE FROM {part} USING {fact} AS f"
                f" WHERE f.{fact}_id = {part}.{fact}_id AND f.provenance = 'simulated'"
            )
        ).rowcount
        for part, fact in _PARTS
    }
    deleted["import_undo"] = conn.execute(
        text(
            "DELETE FROM import_undo USING import_batch AS b"
            " WHERE b.import_id = import_undo.import_id AND b.provenance = 'simulated'"
        )
    ).rowcount
    for table in _FACTS:
        deleted[table] = conn.execute(
            text(f"DELETE FROM {table} WHERE provenance = 'simulated'")
        ).rowcount
    for table, count in _delete_sets(conn).items():
        deleted[table] = deleted.get(table, 0) + count
    # Units of real sets may bear an identity that began in a simulated one.
    identify_units(conn)
    audit.append(
        conn,
        actor=actor,
        action="demo.remove",
        subject={table: count for table, count in deleted.items() if count},
    )
    return deleted


def _delete_sets(conn: Connection) -> dict[str, int]:
    """Delete the simulated sets with their units, changes and rights on them."""
    deleted = {}
    # Each unit deleted would be looked for in every table that refers to units, some of them
    # without an index for it: the references step aside and are checked as a whole at the end.
    references = conn.execute(
        text(
            "SELECT conrelid::regclass::text AS owner, quote_ident(conname) AS name,"
            " pg_get_constraintdef(oid) AS definition FROM pg_constraint"
            " WHERE confrelid = 'unit_version'::regclass AND contype = 'f' ORDER BY 1, 2"
        )
    ).all()
    for row in references:
        conn.execute(text(f"ALTER TABLE {row.owner} DROP CONSTRAINT {row.name}"))
    for table, condition in (
        ("hotspot_unit", f"set_id IN ({_SIMULATED_SETS})"),
        ("feature_piece", f"set_id IN ({_SIMULATED_SETS})"),
        ("patrol_track", f"set_id IN ({_SIMULATED_SETS})"),
        ("patrol_cell", _OF_SIMULATED_SETS.format(column="unit_key")),
        ("account_area", _OF_SIMULATED_SETS.format(column="unit_key")),
        (
            "unit_change",
            f"{_OF_SIMULATED_SETS.format(column='from_key')}"
            f" OR {_OF_SIMULATED_SETS.format(column='to_key')}",
        ),
        ("unit_version", f"set_id IN ({_SIMULATED_SETS})"),
        ("boundary_set", "provenance = 'simulated'"),
    ):
        deleted[table] = conn.execute(text(f"DELETE FROM {table} WHERE {condition}")).rowcount
    for row in references:
        conn.execute(text(f"ALTER TABLE {row.owner} ADD CONSTRAINT {row.name} {row.definition}"))
    return deleted
