"""Opens PostgreSQL for one database role, one transaction per use case.

bando_owner      owns the schema, runs migrations
bando_operator   commands on the server: import, compute, demo; no DDL
bando_service    the web service: reads what the session's scope allows
bando_intake     imports from the web: appends within the session's scope
bando_login      accounts and sessions, used by log-in only
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from geo.errors import BandoError, Conflict, Forbidden, Unavailable

Role = Literal["owner", "operator", "service", "intake", "login"]
ROLES: tuple[Role, ...] = ("owner", "operator", "service", "intake", "login")

DRIVER = "postgresql+psycopg"
CONNECT_TIMEOUT_S = 10
# SQLSTATE of PostgreSQL: a lock or an answer that took too long, a deadlock, a full disk.
_CODES = {
    "55P03": "database_busy",
    "57014": "database_busy",
    "40P01": "database_busy",
    "53100": "disk_full",
}

__all__ = ["ROLES", "URL", "Connection", "Engine", "Role", "foreseen", "make_engine", "use_case"]


def make_engine(url: str | URL) -> Engine:
    """Make an engine with a small pool for the role that the address names.

    Nothing is connected yet. The caller keeps the engine and disposes of it.
    """
    return create_engine(
        make_url(url).set(drivername=DRIVER),
        pool_size=4,
        max_overflow=4,
        pool_pre_ping=True,
        pool_recycle=3600,
        # Errors go to logs, and values of records or a session's token must not.
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "bando"},
    )


@contextmanager
def use_case(engine: Engine, *, token: str | None = None) -> Iterator[Connection]:
    """Open THE transaction of a use case: committed at the end, rolled back on any error.

    Parameters
    ----------
    engine
        Of the role that does the work.
    token
        The session's secret. Row-level security looks the scope up by it; without one the
        service role sees 0 rows. It is forgotten with the transaction.

    Raises
    ------
    Unavailable
        With code ``database_away`` when the database does not answer or goes away meanwhile,
        ``database_busy`` when another use case holds what this one needs for too long,
        ``disk_full``.
    """
    try:
        connection = engine.connect()
    except OperationalError as error:
        raise Unavailable("database_away") from error
    try:
        with connection, connection.begin():
            if token is not None:
                connection.execute(
                    text("SELECT set_config('bando.token', :token, true)"), {"token": token}
                )
            yield connection
    except (OperationalError, psycopg.OperationalError) as error:
        code = _code_of(error)
        if code is None:
            raise
        raise Unavailable(code) from error


def foreseen(error: Exception) -> BandoError | None:
    """Say what an error means for the user of an import, None when that is not foreseen.

    Parameters
    ----------
    error
        Of the database or the file system, while a file came in within a session's scope.
    """
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return Unavailable("disk_full")
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        if state == "42501":
            # The session has ended meanwhile, or its role or area is another.
            return Forbidden("import_right_ended")
        if state == "23505":
            # The name of a place, a feature or a shift that the session does not see.
            return Conflict("import_name_taken")
    return None


def _code_of(error: OperationalError | psycopg.OperationalError) -> str | None:
    """Name what an error of the database means for its user, None when that is not foreseen."""
    # COPY speaks to the driver itself, so its errors come as they are.
    cause = error.orig if isinstance(error, OperationalError) else error
    state = getattr(cause, "sqlstate", None)
    # Without a state the server has said nothing more; 57P: it is being ended.
    if state is None or state.startswith(("08", "57P")):
        return "database_away"
    return _CODES.get(state)
