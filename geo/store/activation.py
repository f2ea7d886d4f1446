"""Puts a boundary set in force: its place in time, its neighbours, identities, places.

    draft --activate--> active --replaced--> retired

Days belong to one active set each. A successor ends an open-ended set on its own first day, and a
set that is brought in late ends where its successor begins: both are what the acts mean. Any other
overlap is refused unless the steward replaces the sets concerned. All of it is one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, func, select, text, update

from geo.errors import Conflict
from geo.store import audit
from geo.store.boundary_sets import BoundarySet, list_sets, set_by_id
from geo.store.intake.features import recut
from geo.store.records import rejoin_places
from geo.store.tables import account_area, boundary_set, unit_change, unit_version
from geo.store.unit_changes import (
    change_counts,
    delete_changes,
    derive_changes,
    found_by_overlay,
    has_changes,
    write_changes,
    write_changes_above,
)
from geo.units import UNIT_KEY_SHIFT

# Held until the transaction ends: two activations would see each other's sets half-way.
_ACTIVATION_LOCK = 7_138_002


@dataclass(frozen=True, slots=True)
class ActivationReport:
    """What an activation did.

    Parameters
    ----------
    set_id, hash16
        Of the set now in force.
    valid_to
        Its end: as written, or the first day of its successor.
    closed
        Sets whose open end is now the new set's first day.
    retired
        Sets that were replaced.
    change_counts
        By kind, from the set before (``before``) and to the set after (``after``).
    places_joined
        Places that got their unit on this set.
    areas_to_confirm
        Rights given on units of other sets, to be confirmed on this one by the administrator.
    """

    set_id: int
    hash16: str
    valid_to: date | None
    closed: tuple[BoundarySet, ...] = ()
    retired: tuple[BoundarySet, ...] = ()
    change_counts: dict[str, dict[str, int]] = field(default_factory=dict)
    places_joined: int = 0
    features_cut: int = 0
    areas_to_confirm: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a set fits among the active ones: its end, and what becomes of the others."""

    valid_to: date | None
    closed: tuple[BoundarySet, ...]
    in_the_way: tuple[BoundarySet, ...]


def find_place(conn: Connection, *, valid_from: date, valid_to: date | None) -> Place:
    """Find where a set of these days fits among the active ones. Changes nothing.

    Returns
    -------
    Place
        With `in_the_way` the sets that share a day with it and do not give way by themselves.
    """
    active = [s for s in list_sets(conn) if s.state == "active"]
    later = [s.valid_from for s in active if s.valid_from > valid_from]
    ends = valid_to if valid_to or not later else min(later)
    overlapping = [
        s
        for s in active
        if (s.valid_to is None or s.valid_to > valid_from) and (ends is None or s.valid_from < ends)
    ]
    closed = tuple(s for s in overlapping if s.valid_to is None and s.valid_from < valid_from)
    return Place(ends, closed, tuple(s for s in overlapping if s not in closed))


def check_activation(
    conn: Connection, set_id: int, *, replace: bool = False
) -> tuple[BoundarySet, Place]:
    """Tell whether a set could be put in force now, and where it would fit. Changes nothing.

    Raises
    ------
    NotFound
        When there is no such set.
    Conflict
        As `activate`.
    """
    one = set_by_id(conn, set_id)
    if one.state != "draft":
        raise Conflict("boundary_set_no_draft", set_id=set_id, title=one.title, state=one.state)
    place = find_place(conn, valid_from=one.valid_from, valid_to=one.valid_to)
    if place.in_the_way and not replace:
        raise Conflict(
            "boundary_set_in_the_way",
            set_id=set_id,
            others="; ".join(_say_set(s) for s in place.in_the_way),
        )
    return one, place


def activate(
    conn: Connection, set_id: int, *, replace: bool = False, actor: str = "command"
) -> ActivationReport:
    """Put a draft in force.

    Parameters
    ----------
    conn
        Connection of the operator.
    set_id
        Of the draft.
    replace
        Retire the active sets that are in the way.
    actor
        For the audit trail.

    Returns
    -------
    ActivationReport

    Raises
    ------
    NotFound
        When there is no such set.
    Conflict
        With code ``boundary_set_no_draft`` when it is in force or retired already, or
        ``boundary_set_in_the_way`` when active sets share days with it and `replace` is False.
    """
    lock_sets(conn)
    one, place = check_activation(conn, set_id, replace=replace)
    _set_life(conn, place.in_the_way, state="retired")
    _set_life(conn, place.closed, valid_to=one.valid_from)
    _set_life(conn, [one], state="active", valid_to=place.valid_to, activated_at=func.now())
    counts = _connect(conn, set_id)
    identify_units(conn)
    joined = rejoin_places(conn, set_id)
    cut = recut(conn, set_id)
    report = ActivationReport(
        set_id=set_id,
        hash16=one.hash16,
        valid_to=place.valid_to,
        closed=place.closed,
        retired=place.in_the_way,
        change_counts=counts,
        places_joined=joined,
        features_cut=cut,
        areas_to_confirm=_areas_on_other_sets(conn, set_id),
    )
    _record(conn, report, content_hash=one.content_hash, actor=actor)
    return report


def lock_sets(conn: Connection) -> None:
    """Wait until nobody else puts sets in force or connects them; held until the end."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ACTIVATION_LOCK})


def _say_set(one: BoundarySet) -> str:
    end = f"{one.valid_to:%d/%m/%Y}" if one.valid_to else "…"
    return f"{one.set_id} “{one.title}” [{one.valid_from:%d/%m/%Y}, {end})"


def _set_life(conn: Connection, sets: Sequence[BoundarySet], **values: object) -> None:
    if sets:
        conn.execute(
            update(boundary_set)
            .where(boundary_set.c.set_id.in_([s.set_id for s in sets]))
            .values(**values)
        )


def _connect(conn: Connection, set_id: int) -> dict[str, dict[str, int]]:
    """Make sure that the changes from the set before and to the set after are written."""
    chain = [s for s in list_sets(conn) if s.state == "active"]
    position = [s.set_id for s in chain].index(set_id)
    if 0 < position < len(chain) - 1:
        # They are no neighbours any more: what a list says between them is kept, but not followed.
        around = chain[position - 1].set_id, chain[position + 1].set_id
        if found_by_overlay(conn, *around):
            delete_changes(conn, *around)
    counts = {}
    for side, at in (("before", position - 1), ("after", position)):
        if not 0 <= at < len(chain) - 1:
            continue
        earlier, later = chain[at], chain[at + 1]
        if not has_changes(conn, earlier.set_id, later.set_id):
            write_changes(conn, derive_changes(conn, earlier.set_id, later.set_id))
        write_changes_above(conn, earlier, later)
        counts[side] = change_counts(conn, earlier.set_id, later.set_id)
    return counts


def identify_units(conn: Connection) -> None:
    """Give units of neighbouring active sets one identity where their land is the same.

    Identity runs along `unchanged` and `rename` from each active set to the next in time; a unit
    without such a predecessor begins a new one with its own key. The country is one throughout.
    """
    chain = [s.set_id for s in list_sets(conn) if s.state == "active"]
    u, c, before = unit_version.c, unit_change.c, unit_version.alias("before")
    for earlier, later in zip([None, *chain], chain, strict=False):
        # Two steps: an identity must be free in the set before another unit takes it.
        conn.execute(
            update(unit_version)
            .where(u.set_id == later, u.unit_id != u.unit_key)
            .values(unit_id=u.unit_key)
        )
        if earlier is None:
            continue
        conn.execute(
            update(unit_version)
            .where(
                u.set_id == later,
                c.to_key == u.unit_key,
                c.kind.in_(["unchanged", "rename"]),
                before.c.unit_key == c.from_key,
                before.c.set_id == earlier,
            )
            .values(unit_id=before.c.unit_id)
        )
        country = select(u.unit_id).where(u.unit_key == earlier << UNIT_KEY_SHIFT)
        conn.execute(
            update(unit_version)
            .where(u.unit_key == later << UNIT_KEY_SHIFT)
            .values(unit_id=country.scalar_subquery())
        )


def _areas_on_other_sets(conn: Connection, set_id: int) -> int:
    return conn.execute(
        select(func.count())
        .select_from(account_area.join(unit_version))
        .where(unit_version.c.set_id != set_id)
    ).scalar_one()


def _record(conn: Connection, report: ActivationReport, *, content_hash: str, actor: str) -> None:
    audit.append(
        conn,
        actor=actor,
        action="boundaries.activate",
        subject={
            "set_id": report.set_id,
            "content_hash": content_hash,
            "closed": [s.set_id for s in report.closed],
            "retired": [s.set_id for s in report.retired],
            "changes_before": report.change_counts.get("before", {}),
            "changes_after": report.change_counts.get("after", {}),
            "places_joined": report.places_joined,
            "features_cut": report.features_cut,
            "areas_to_confirm": report.areas_to_confirm,
        },
    )
