"""One import of a kind at a time, so that what is known does not change meanwhile."""

from sqlalchemy import Connection, text

# First half of the key of the advisory lock; the second is made of the table's name.
_LOCK = 7420250


def lock(conn: Connection, kind: str) -> None:
    """Wait until no other import of a kind runs; held until the transaction ends."""
    conn.execute(
        text("SELECT pg_advisory_xact_lock(:first, hashtext(:kind))"),
        {"first": _LOCK, "kind": kind},
    )
