"""Passwords and sessions: argon2id, an answer that takes as long for unknown names, lock-out.

The session's token lives in a cookie that scripts cannot read; the database keeps its hash only.
"""

import threading
from datetime import UTC, datetime, timedelta
from functools import cache
from math import ceil

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from starlette.requests import Request
from starlette.responses import Response

from api.errors import LockedOut, NotLoggedIn
from geo.errors import BandoError
from geo.store import accounts, audit
from geo.store.engine import Connection, Engine, use_case

COOKIE = "bando_session"
LIFETIME = timedelta(hours=12)
FAILURE_LIMIT = 5
LOCK = timedelta(minutes=15)
PASSWORD_LENGTH = 256

_hasher = PasswordHasher()
# Each check takes 64 MiB: a flood of log-ins waits here instead of filling the memory.
_checks = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """Hash a password with argon2id."""
    return _hasher.hash(password)


@cache
def _nobody() -> str:
    """Give a hash that no password fits, checked for unknown names so that time tells nothing."""
    return _hasher.hash("\x00")


def _fits(password_hash: str, password: str) -> bool:
    with _checks:
        try:
            return _hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


class Strangers:
    """Counts wrong log-ins of names that have no account, in memory, as accounts count theirs.

    Without it a lock would tell which names exist: only they could be locked.
    """

    def __init__(self, *, size: int = 10_000) -> None:
        self._failures: dict[str, int] = {}
        self._locked_until: dict[str, datetime] = {}
        self._size = size

    def refuse(self, login: str, *, now: datetime) -> BandoError:
        """Count a log-in and give its refusal."""
        until = self._locked_until.get(login)
        if until is not None and until > now:
            return _locked(until, now=now)
        if len(self._failures) + len(self._locked_until) >= self._size:
            self._failures.clear()
            self._locked_until.clear()
        self._failures[login] = self._failures.get(login, 0) + 1
        if self._failures[login] >= FAILURE_LIMIT:
            del self._failures[login]
            self._locked_until[login] = now + LOCK
        return NotLoggedIn("login_refused")


def _locked(until: datetime, *, now: datetime) -> LockedOut:
    return LockedOut("login_locked", minutes=ceil((until - now) / timedelta(minutes=1)))


def log_in(engine: Engine, strangers: Strangers, *, login: str, password: str) -> str:
    """Open a session and give its token.

    Raises
    ------
    NotLoggedIn
        With code ``login_refused``: unknown name, wrong password, closed account, all alike.
    LockedOut
        With code ``login_locked`` after `FAILURE_LIMIT` wrong passwords in a row.
    """
    name = login.strip().lower()
    with use_case(engine) as conn:
        account = accounts.find_account(conn, name)
    # Checked between two transactions: a flood of log-ins must not hold the connections that
    # every request needs to look its session up.
    fits = _fits(account.password_hash if account else _nobody(), password)
    # The transaction must keep the count of failures, so the refusal is raised after it.
    with use_case(engine) as conn:
        outcome = _decide(conn, strangers, login=name, checked=account, fits=fits)
    if isinstance(outcome, BandoError):
        raise outcome
    return outcome


def _decide(
    conn: Connection,
    strangers: Strangers,
    *,
    login: str,
    checked: accounts.Account | None,
    fits: bool,
) -> str | BandoError:
    # Read again: another attempt may have locked the account, or changed it, in the meantime.
    account = accounts.find_account(conn, login)
    now = datetime.now(UTC)
    if account is None or checked is None or account.disabled:
        return strangers.refuse(login, now=now)
    if account.locked_until is not None and account.locked_until > now:
        return _locked(account.locked_until, now=now)
    if not fits or account.password_hash != checked.password_hash:
        accounts.record_failure(conn, account.account_id, limit=FAILURE_LIMIT, lock=LOCK)
        audit.append(conn, actor=account.login, action="session.refused", subject={})
        return NotLoggedIn("login_refused")
    accounts.record_success(conn, account.account_id)
    token = accounts.open_session(conn, account.account_id, lifetime=LIFETIME)
    audit.append(conn, actor=account.login, action="session.open", subject={})
    return token


def find_actor(engine: Engine, token: str | None) -> accounts.Actor | None:
    """Give who a token speaks for, or None."""
    if not token or len(token) > PASSWORD_LENGTH or not token.isascii():
        return None
    with use_case(engine) as conn:
        return accounts.session_actor(conn, token)


def log_out(engine: Engine, token: str) -> None:
    """End a session; an unknown token is no error."""
    with use_case(engine) as conn:
        accounts.close_session(conn, token)


def set_cookie(request: Request, response: Response, token: str) -> None:
    """Hand the token to the browser."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        secure=is_https(request),
        httponly=True,
        samesite="strict",
    )


def clear_cookie(request: Request, response: Response) -> None:
    """Take the token from the browser."""
    response.delete_cookie(
        COOKIE, path="/", secure=is_https(request), httponly=True, samesite="strict"
    )


def is_https(request: Request) -> bool:
    """Tell whether the browser speaks HTTPS, also through a proxy in front.

    A forged header only makes the forger's own cookie stricter.
    """
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto", ""))
