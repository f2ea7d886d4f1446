"""Accounts, their areas, and the session rows that open a scope.

An account is a log-in name, a role and areas; nothing about a person. These functions run on the
connection of `bando_login` (log-in, sessions) or `bando_owner` (making accounts); the web service's
own role can neither read nor write these tables, so a forged setting opens nothing.
"""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, text, update

from geo.errors import Conflict, NotFound, Refused
from geo.store.tables import account, account_area, boundary_set, session, unit_change, unit_version

# Wider than any unit key: the scope of a national right, also on sets that come later.
ALL_KEYS = (0, 2**62)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the log-in sees it."""

    account_id: int
    login: str
    role: str
    password_hash: str
    disabled: bool
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: log-in, role, and the ranges of unit keys in sight (both ends included)."""

    login: str
    role: str
    key_ranges: tuple[tuple[int, int], ...]


def add_account(
    conn: Connection,
    *,
    login: str,
    password_hash: str,
    role: str,
    national: bool = False,
    area_keys: Iterable[int] = (),
) -> int:
    """Make an account with its areas and give its id.

    Raises
    ------
    Conflict
        With code ``account_exists`` when the log-in name is taken.
    """
    if conn.execute(select(account.c.account_id).where(account.c.login == login)).first():
        raise Conflict("account_exists", login=login)
    account_id: int = conn.execute(
        insert(account)
        .values(login=login, password_hash=password_hash, role=role)
        .returning(account.c.account_id)
    ).scalar_one()
    areas: list[dict[str, object]] = [
        {"account_id": account_id, "unit_key": key, "national": False} for key in area_keys
    ]
    if national:
        areas.append({"account_id": account_id, "unit_key": None, "national": True})
    if areas:
        conn.execute(insert(account_area), areas)
    return account_id


def set_password(conn: Connection, *, login: str, password_hash: str) -> None:
    """Replace a password, unlock the account and end its sessions."""
    account_id = conn.execute(
        update(account)
        .where(account.c.login == login)
        .values(password_hash=password_hash, failed_count=0, locked_until=None)
        .returning(account.c.account_id)
    ).scalar()
    if account_id is None:
        raise NotFound("account_unknown", login=login)
    conn.execute(delete(session).where(session.c.account_id == account_id))


def set_disabled(conn: Connection, *, login: str, disabled: bool) -> None:
    """Close or reopen an account; closing ends its sessions at once."""
    account_id = conn.execute(
        update(account)
        .where(account.c.login == login)
        .values(disabled=disabled)
        .returning(account.c.account_id)
    ).scalar()
    if account_id is None:
        raise NotFound("account_unknown", login=login)
    conn.execute(delete(session).where(session.c.account_id == account_id))


def list_accounts(conn: Connection) -> list[dict[str, object]]:
    """List log-in, role, areas and state of every account, by log-in."""
    rows = conn.execute(
        text(
            """
            SELECT a.login, a.role, a.disabled,
                coalesce(bool_or(r.national), false) AS national,
                coalesce(array_agg(u.name ORDER BY u.unit_key) FILTER (WHERE u.name IS NOT NULL),
                         '{}') AS areas
            FROM account AS a
            LEFT JOIN account_area AS r USING (account_id)
            LEFT JOIN unit_version AS u ON u.unit_key = r.unit_key
            GROUP BY a.account_id ORDER BY a.login
            """
        )
    )
    return [dict(row) for row in rows.mappings()]


def find_area(conn: Connection, place: str) -> int:
    """Find the key of an area written ``LEVEL:CODE`` on the newest borders in force.

    Raises
    ------
    Refused
        With code ``account_area_form`` when it is written otherwise.
    NotFound
        With code ``account_area_unknown`` when there is no such unit.
    """
    level, separator, code = place.partition(":")
    if not separator:
        raise Refused("account_area_form", text=place[:40])
    key: int | None = conn.execute(
        select(unit_version.c.unit_key)
        .join(boundary_set, boundary_set.c.set_id == unit_version.c.set_id)
        .where(
            boundary_set.c.state == "active",
            unit_version.c.level == level,
            unit_version.c.code == code,
        )
        .order_by(boundary_set.c.valid_from.desc())
    ).scalar()
    if key is None:
        raise NotFound("account_area_unknown", text=place[:40])
    return key


def find_account(conn: Connection, login: str) -> Account | None:
    """Find an account by its log-in name."""
    row = conn.execute(
        select(
            account.c.account_id,
            account.c.login,
            account.c.role,
            account.c.password_hash,
            account.c.disabled,
            account.c.locked_until,
        ).where(account.c.login == login)
    ).first()
    return None if row is None else Account(*row)


def record_failure(conn: Connection, account_id: int, *, limit: int, lock: timedelta) -> None:
    """Count a wrong password; at `limit` in a row the account is locked for a while."""
    count = conn.execute(
        update(account)
        .where(account.c.account_id == account_id)
        .values(failed_count=account.c.failed_count + 1)
        .returning(account.c.failed_count)
    ).scalar_one()
    if count >= limit:
        conn.execute(
            update(account)
            .where(account.c.account_id == account_id)
            .values(failed_count=0, locked_until=datetime.now(UTC) + lock)
        )


def record_success(conn: Connection, account_id: int) -> None:
    """Forget earlier wrong passwords."""
    conn.execute(
        update(account)
        .where(account.c.account_id == account_id)
        .values(failed_count=0, locked_until=None)
    )


def open_session(conn: Connection, account_id: int, *, lifetime: timedelta) -> str:
    """Open a session for an account and give its token; only the token's hash is stored."""
    token = secrets.token_urlsafe(32)
    conn.execute(delete(session).where(session.c.expires_at < datetime.now(UTC)))
    conn.execute(
        insert(session).values(
            token_sha256=_hashed(token),
            account_id=account_id,
            key_ranges=[end for pair in _ranges_of(conn, account_id) for end in pair],
            expires_at=datetime.now(UTC) + lifetime,
        )
    )
    return token


def session_actor(conn: Connection, token: str) -> Actor | None:
    """Find who a token speaks for; None when it is unknown, expired or its account is closed."""
    row = conn.execute(
        select(account.c.login, account.c.role, session.c.key_ranges)
        .join(account, account.c.account_id == session.c.account_id)
        .where(
            session.c.token_sha256 == _hashed(token),
            session.c.expires_at > datetime.now(UTC),
            account.c.disabled.is_(False),
        )
    ).first()
    if row is None:
        return None
    ends: list[int] = row.key_ranges
    return Actor(row.login, row.role, tuple(zip(ends[::2], ends[1::2], strict=True)))


def close_session(conn: Connection, token: str) -> None:
    """End a session."""
    conn.execute(delete(session).where(session.c.token_sha256 == _hashed(token)))


def close_all_sessions(conn: Connection) -> int:
    """End every session, as after a new boundary set: scopes are worked out at log-in."""
    return conn.execute(delete(session)).rowcount


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _ranges_of(conn: Connection, account_id: int) -> list[tuple[int, int]]:
    rights = conn.execute(
        select(account_area.c.national, account_area.c.unit_key, unit_version.c.key_to)
        .outerjoin(unit_version, unit_version.c.unit_key == account_area.c.unit_key)
        .where(account_area.c.account_id == account_id)
    ).all()
    if any(right.national for right in rights):
        return [ALL_KEYS]
    if not rights:
        return []
    units = [
        (row.unit_key, row.parent_key, row.set_id)
        for row in conn.execute(
            select(unit_version.c.unit_key, unit_version.c.parent_key, unit_version.c.set_id)
            .join(boundary_set, boundary_set.c.set_id == unit_version.c.set_id)
            .where(boundary_set.c.state == "active")
        )
    ]
    changes = [
        (row.from_key, row.to_key)
        for row in conn.execute(select(unit_change.c.from_key, unit_change.c.to_key))
    ]
    given = [(right.unit_key, right.key_to) for right in rights]
    return compress(follow_area(units, changes, given=given))


def follow_area(
    units: Iterable[tuple[int, int | None, int]],
    changes: Iterable[tuple[int, int]],
    *,
    given: Sequence[tuple[int, int]],
) -> list[int]:
    """Follow a right from the set it was given on to every other set.

    A commune of another set is in sight only when all the land it exchanged with the right's set
    is in sight (X6): a unit fed by a commune outside the right stays hidden. A province or district
    is in sight when all its communes are.

    Parameters
    ----------
    units
        (unit_key, parent_key, set_id) of every unit of the active sets.
    changes
        (from_key, to_key) of every change between them.
    given
        Ranges of keys as given, both ends included.

    Returns
    -------
    list
        Keys in sight, ascending.
    """
    set_of: dict[int, int] = {}
    children: dict[int, list[int]] = defaultdict(list)
    for key, parent, set_id in units:
        set_of[key] = set_id
        if parent is not None:
            children[parent].append(key)
    neighbours: dict[int, list[int]] = defaultdict(list)
    for old, new in changes:
        if old in set_of and new in set_of:
            neighbours[old].append(new)
            neighbours[new].append(old)
    visible = {key for key in set_of if any(low <= key <= high for low, high in given)}
    done = {set_of[key] for key in visible}
    while True:
        reached = {
            set_of[other] for key in neighbours if set_of[key] in done for other in neighbours[key]
        } - done
        if not reached:
            return sorted(visible)
        # Descending: the keys of children are greater than their parent's, so they come first.
        for key in sorted((k for k in set_of if set_of[k] in reached), reverse=True):
            fed_by = [other for other in neighbours[key] if set_of[other] in done]
            if children[key]:
                fed_by = children[key]
            if fed_by and visible.issuperset(fed_by):
                visible.add(key)
        done |= reached


def compress(keys: Iterable[int]) -> list[tuple[int, int]]:
    """Turn ascending keys into the fewest ranges, both ends included."""
    ranges: list[tuple[int, int]] = []
    for key in keys:
        if ranges and ranges[-1][1] == key - 1:
            ranges[-1] = (ranges[-1][0], key)
        else:
            ranges.append((key, key))
    return ranges
