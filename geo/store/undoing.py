"""Takes an import back, as a new fact: its rows stay, the views ``held_*`` leave them out.

An import on which a later one builds is not taken back before that one: a place that came in with
it and has events of another file would be left with half a life.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from geo.errors import Conflict, NotFound, Refused
from geo.store import audit, report_refusals
from geo.store.import_lock import lock

_REASON = re.compile(r"[a-z][a-z0-9_]{1,39}")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One import as a list shows it.

    Parameters
    ----------
    import_id, kind, source_name, row_count, refused_count, provenance, actor, recorded_at
        As recorded.
    undone_at, undone_reason
        When and why it was taken back; None while it holds.
    accepted
        Code and reason of findings that were taken nevertheless.
    """

    import_id: int
    kind: str
    source_name: str
    row_count: int
    refused_count: int
    provenance: str
    actor: str
    recorded_at: datetime
    undone_at: datetime | None
    undone_reason: str | None
    accepted: Sequence[dict[str, str]]

    def as_json(self) -> dict[str, object]:
        """Give the one JSON shape of an import, used by commands and routes."""
        return {
            **{name: getattr(self, name) for name in self.__slots__},
            "recorded_at": self.recorded_at.isoformat(),
            "undone_at": self.undone_at.isoformat() if self.undone_at else None,
            "accepted": list(self.accepted),
        }


_LIST = """
SELECT b.import_id, b.kind, b.source_name, b.row_count, b.refused_count, b.provenance, b.actor,
    b.recorded_at, u.recorded_at AS undone_at, u.reason_code AS undone_reason, b.accepted
FROM import_batch AS b LEFT JOIN import_undo AS u USING (import_id)
"""


def list_imports(conn: Connection, *, most: int = 100) -> list[ImportRow]:
    """List imports, newest first: a session's own, or all for commands."""
    rows = conn.execute(
        text(_LIST + " ORDER BY b.import_id DESC LIMIT :most"), {"most": most}
    ).all()
    return [ImportRow(*row) for row in rows]


def find_import(conn: Connection, import_id: int) -> tuple[ImportRow, list[dict[str, object]]]:
    """Give an import with its findings.

    Raises
    ------
    NotFound
        ``import_unknown``, the same for somebody else's.
    """
    row = conn.execute(
        text(_LIST + " WHERE b.import_id = :import_id"), {"import_id": import_id}
    ).first()
    if row is None:
        raise NotFound("import_unknown", import_id=import_id)
    findings = conn.execute(
        text("SELECT findings FROM import_batch WHERE import_id = :import_id"),
        {"import_id": import_id},
    ).scalar_one()
    return ImportRow(*row), list(findings)


def undo_import(conn: Connection, import_id: int, *, reason: str, actor: str) -> ImportRow:
    """Take an import back.

    Parameters
    ----------
    conn
        Connection of a role that may append.
    import_id
        Of the import.
    reason
        A code such as ``wrong_file``: free text is never kept (N2).
    actor
        For the audit trail.

    Raises
    ------
    NotFound
        ``import_unknown``.
    Refused
        ``undo_reason_no_code``.
    Conflict
        ``import_undone`` when that was done before; ``import_is_built_on`` with the imports to be
        taken back first; ``import_holds_locked_figures`` when an approval covers it.
    """
    if not _REASON.fullmatch(reason):
        raise Refused("undo_reason_no_code")
    found, _ = find_import(conn, import_id)
    if found.kind == "changes":
        raise Conflict("changes_undo_impossible")
    lock(conn, found.kind)
    # Again under the lock: another may have been faster.
    found, _ = find_import(conn, import_id)
    if found.undone_at is not None:
        raise Conflict("import_undone", import_id=import_id)
    later = _built_on(conn, import_id)
    if later:
        more = "…" if len(later) > _SHOWN else ""
        listed = ", ".join(map(str, later[:_SHOWN])) + more
        raise Conflict("import_is_built_on", import_id=import_id, others=listed)
    with report_refusals.told_refusals():
        conn.execute(
            text(
                "INSERT INTO import_undo (import_id, reason_code, actor)"
                " VALUES (:import_id, :reason, :actor)"
            ),
            {"import_id": import_id, "reason": reason, "actor": actor},
        )
    audit.append(
        conn,
        actor=actor,
        action="import.undo",
        subject={"import_id": import_id, "kind": found.kind, "reason": reason},
    )
    return find_import(conn, import_id)[0]


def _built_on(conn: Connection, import_id: int) -> list[int]:
    """List the later imports that still hold and have events of places of this one."""
    return list(
        conn.execute(
            text(
                "SELECT DISTINCT e.import_id FROM held_hotspot_event AS e"
                " JOIN hotspot AS h USING (hotspot_id)"
                " WHERE h.import_id = :import_id AND e.import_id <> :import_id ORDER BY 1 DESC"
            ),
            {"import_id": import_id},
        ).scalars()
    )
