"""Saved layouts: how an office lays out its sheets, learnt once and confirmed by a person.

Rows are only appended: the newest of a name holds, the earlier ones say how older files were read.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from geo.errors import Finding, NotFound, Refused
from geo.office_sheet.layout import Layout, from_json, open_questions, to_json
from geo.store import audit
from geo.store.personal import value_looks_personal
from geo.store.tables import import_layout

# As the constraint of the table.
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


@dataclass(frozen=True, slots=True)
class SavedLayout:
    """A layout as it was saved.

    Parameters
    ----------
    layout_id
        Number of this version.
    name
        By which it is called.
    layout
        The layout.
    actor, recorded_at
        Who confirmed it, and when.
    versions
        How many versions the name has up to this one.
    """

    layout_id: int
    name: str
    layout: Layout
    actor: str
    recorded_at: datetime
    versions: int


def save(conn: Connection, name: str, layout: Layout, *, actor: str) -> int:
    """Save a layout under a name; an earlier one of that name is replaced and kept as history.

    A layout equal to the one that holds is known and not saved again.

    Raises
    ------
    Refused
        ``layout_name_unfit``, ``sheets_refused`` where a heading seems to be about a person, or
        ``layout_questions_open`` with every question.
    """
    if _NAME.fullmatch(name) is None:
        raise Refused("layout_name_unfit")
    personal = [
        Finding("sheet_personal", column=f"lines #{number}")
        for number, line in enumerate(layout.lines, start=1)
        if value_looks_personal(line.header)
    ]
    if personal:
        raise Refused("sheets_refused", findings=personal, count=len(personal))
    questions = open_questions(layout)
    if questions:
        raise Refused("layout_questions_open", findings=questions, count=len(questions))
    held = _versions(conn, name=name)
    if held and held[-1].layout == layout:
        return held[-1].layout_id
    layout_id = int(
        conn.execute(
            insert(import_layout)
            .values(
                name=name,
                kind=layout.kind,
                signature=layout.signature,
                layout=to_json(layout),
                actor=actor,
            )
            .returning(import_layout.c.layout_id)
        ).scalar_one()
    )
    audit.append(
        conn,
        actor=actor,
        action="layout.save",
        subject={"layout_id": layout_id, "name": name, "signature": layout.signature},
    )
    return layout_id


def list_layouts(conn: Connection) -> list[SavedLayout]:
    """List the layouts that hold, by name."""
    newest = {one.name: one for one in _versions(conn)}
    return [newest[name] for name in sorted(newest)]


def find(conn: Connection, name: str) -> SavedLayout:
    """Give the layout that holds under a name.

    Raises
    ------
    NotFound
        ``layout_unknown``.
    """
    return history(conn, name)[-1]


def history(conn: Connection, name: str) -> list[SavedLayout]:
    """Give every version of a name, the oldest first.

    Raises
    ------
    NotFound
        ``layout_unknown``.
    """
    found = _versions(conn, name=name)
    if not found:
        raise NotFound("layout_unknown", name=name[:60])
    return found


def find_by_signature(conn: Connection, signature: str) -> SavedLayout | None:
    """Give the layout of a form that holds, the newest where several names have it."""
    fitting = [one for one in list_layouts(conn) if one.layout.signature == signature]
    return max(fitting, key=lambda one: one.layout_id, default=None)


def _versions(conn: Connection, *, name: str | None = None) -> list[SavedLayout]:
    query = select(import_layout).order_by(import_layout.c.layout_id)
    if name is not None:
        query = query.where(import_layout.c.name == name)
    counted: dict[str, int] = {}
    found = []
    for row in conn.execute(query):
        counted[row.name] = counted.get(row.name, 0) + 1
        told: dict[str, Any] = row.layout
        layout = from_json(told)
        count = counted[row.name]
        found.append(
            SavedLayout(row.layout_id, row.name, layout, row.actor, row.recorded_at, count)
        )
    return found
