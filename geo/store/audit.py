"""The audit trail: append-only lines, each chained to the one before.

A line is written in the same transaction as the act. The chain is computed by the database
(`bando.audit_append`), so that no writer can forget or forge it; `verify` walks it again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo.errors import Detail


@dataclass(frozen=True, slots=True)
class AuditState:
    """Outcome of a walk along the chain.

    Parameters
    ----------
    entry_count
        Lines read.
    head
        Hash of the last line in hex, or an empty string when there is none.
    broken_seq
        First line whose number, link or hash is wrong, or None.
    """

    entry_count: int
    head: str
    broken_seq: int | None


def was_done(conn: Connection, action: str) -> bool:
    """Tell whether the trail has a line of an action."""
    found = conn.execute(
        text("SELECT EXISTS (SELECT FROM audit_entry WHERE action = :action)"), {"action": action}
    )
    return bool(found.scalar_one())


def append(
    conn: Connection,
    *,
    actor: str,
    action: str,
    subject: Mapping[str, Detail | list[Detail] | Mapping[str, int]],
) -> str:
    """Write one line in the transaction of the act.

    Parameters
    ----------
    conn
        Connection of the operator, the service or the log-in role.
    actor, action
        Who did what; an account's log-in or ``command``, a verb such as ``boundaries.activate``.
    subject
        What it was done to: ids, hashes and counts, never a record.

    Returns
    -------
    str
        Hash of the new line, hex.
    """
    digest = conn.execute(
        text("SELECT bando.audit_append(:actor, :action, CAST(:subject AS jsonb))"),
        {"actor": actor, "action": action, "subject": json.dumps(subject, ensure_ascii=False)},
    ).scalar_one()
    return bytes(digest).hex()


def verify(conn: Connection) -> AuditState:
    """Walk the chain from its first line and name the first one that does not fit."""
    row = conn.execute(
        text(
            """
            WITH walked AS (
                SELECT seq, hash,
                    seq = row_number() OVER line
                    AND previous_hash = coalesce(lag(hash) OVER line, sha256(''))
                    AND hash = bando.audit_hash(previous_hash, seq, at, actor, action, subject)
                        AS fits
                FROM audit_entry WINDOW line AS (ORDER BY seq)
            )
            SELECT count(*) AS entry_count,
                min(seq) FILTER (WHERE NOT fits) AS broken_seq,
                (SELECT encode(hash, 'hex') FROM walked ORDER BY seq DESC LIMIT 1) AS head
            FROM walked
            """
        )
    ).one()
    return AuditState(row.entry_count, row.head or "", row.broken_seq)


def hashes(conn: Connection) -> set[str]:
    """Give the hash of every line in hex, to compare with heads kept outside the database."""
    return set(conn.execute(text("SELECT encode(hash, 'hex') FROM audit_entry")).scalars())
