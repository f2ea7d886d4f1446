"""Fills a new server: database, extensions, roles with passwords of their own.

Passwords are made here and kept in ``<home>/secrets.json`` (0600). The private cluster has a
superuser; on a server of the owner's (`BANDO_DATABASE_URL`) the address given is that of an
administrator who may create roles, and the database in it must exist.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from geo.errors import Conflict, Unavailable
from geo.store.cluster import SUPERUSER
from geo.store.engine import CONNECT_TIMEOUT_S, DRIVER, ROLES, Role

DATABASE = "bando"
EXTENSIONS: tuple[LiteralString, ...] = ("postgis", "btree_gist")

# Key of the advisory lock of who makes extensions and roles.
_LOCK = 7420251

# What each role may take of the server. None of them is a member of another.
_LIMITS: Mapping[Role, Mapping[str, str]] = {
    "owner": {"lock_timeout": "30s"},
    "operator": {"lock_timeout": "30s", "work_mem": "128MB"},
    "service": {
        "statement_timeout": "15s",
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "30s",
    },
    "intake": {
        "statement_timeout": "300s",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "60s",
        "work_mem": "64MB",
    },
    "login": {
        "statement_timeout": "5s",
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "10s",
    },
}
_FOR_ALL = {
    "timezone": "Asia/Ho_Chi_Minh",
    "jit": "off",
    "row_security": "on",
    # What a killed command had asked for ends with it, and so do its locks.
    "client_connection_check_interval": "2s",
}
_ATTRIBUTES: LiteralString = (
    "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS"
)


@dataclass(frozen=True, slots=True)
class Secrets:
    """The passwords of one home, by role; ``admin`` is the private cluster's superuser."""

    passwords: Mapping[Role | Literal["admin"], str]


def role_name(role: Role) -> str:
    """Give the name of a role in the server."""
    return f"bando_{role}"


def load_secrets(home: Path) -> Secrets:
    """Read the passwords of a home, after making them when there are none.

    The file gets its name only when complete and is readable for its owner alone.
    """
    path = home / "secrets.json"
    if not path.exists():
        made = {name: secrets.token_urlsafe(32) for name in ("admin", *ROLES)}
        unfinished = home / f".secrets.{secrets.token_hex(4)}"
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
        try:
            # Unlike a rename, a link fails when another process was first.
            os.link(unfinished, path)
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
    kept: dict[Role | Literal["admin"], str] = json.loads(path.read_text(encoding="utf-8"))
    later: list[Role] = [role for role in ROLES if role not in kept]
    if later:
        # A role that the version which made this home did not have.
        kept |= {role: secrets.token_urlsafe(32) for role in later}
        unfinished = home / f".secrets.{secrets.token_hex(4)}"
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        unfinished.replace(path)
    return Secrets(kept)


def admin_url(kept: Secrets, *, socket: Path, database: str = DATABASE) -> URL:
    """Give the address of the private cluster for its superuser."""
    return URL.create(
        DRIVER,
        username=SUPERUSER,
        password=kept.passwords["admin"],
        database=database,
        query={"host": str(socket)},
    )


def role_url(kept: Secrets, admin: URL | str, *, role: Role) -> URL:
    """Give the address for a role, from the administrator's address of the same database."""
    return make_url(admin).set(
        drivername=DRIVER, username=role_name(role), password=kept.passwords[role]
    )


def create_database(admin: URL, *, database: str = DATABASE) -> None:
    """Make a database on the private cluster unless it is there; `admin` may name any other."""
    with _connect(admin.set(database="postgres")) as conn:
        known = conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
        if known.fetchone() is None:
            conn.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                    sql.Identifier(database)
                )
            )
        # A new server lets every role into these.
        conn.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")


def bootstrap(admin: URL | str, kept: Secrets) -> None:
    """Make extensions and roles of a database; may be done again at any time.

    Raises
    ------
    Unavailable
        ``postgis_missing`` when the server cannot make an extension, ``database_away``.
    Conflict
        ``role_too_mighty`` when a role of that name exists and could evade the locks.
    """
    url = make_url(admin)
    database = sql.Identifier(str(url.database))
    with _connect(url) as conn:
        # Of commands that are first at once, one at a time: two cannot alter one role. The lock
        # ends with the connection.
        conn.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        for extension in EXTENSIONS:
            try:
                conn.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
            except (
                psycopg.errors.FeatureNotSupported,
                psycopg.errors.UndefinedFile,
                psycopg.errors.InsufficientPrivilege,
            ) as error:
                raise Unavailable("postgis_missing", extension=extension) from error
        with conn.transaction():
            for role in ROLES:
                _make_role(conn, role=role, password=kept.passwords[role])
            names = sql.SQL(", ").join(sql.Identifier(role_name(role)) for role in ROLES)
            owner = sql.Identifier(role_name("owner"))
            operator = sql.Identifier(role_name("operator"))
            intake = sql.Identifier(role_name("intake"))
            for statement in (
                sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"),
                sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database),
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, names),
                sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(database, owner),
                sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}, {}, {}").format(
                    database, owner, operator, intake
                ),
                sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(names),
                sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(owner),
            ):
                conn.execute(statement)


def fingerprint(admin: URL | str, kept: Secrets) -> str:
    """Name what `bootstrap` would make, so that a start can tell whether it was done.

    The passwords go in too: with new ones the roles must be made anew.
    """
    url = make_url(admin)
    recipe = repr((EXTENSIONS, _LIMITS, _FOR_ALL, _ATTRIBUTES, url.host, url.port, url.database))
    return hashlib.sha256(f"{recipe}{sorted(kept.passwords.items())}".encode()).hexdigest()[:16]


def _make_role(conn: psycopg.Connection[tuple[object, ...]], *, role: Role, password: str) -> None:
    name = role_name(role)
    identifier = sql.Identifier(name)
    # Hashed here, so that no log of the server can ever show the password.
    hashed = conn.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    secret = sql.Literal(hashed.decode())
    known = conn.execute(
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = %s", (name,)
    ).fetchone()
    if known is None:
        conn.execute(
            sql.SQL("CREATE ROLE {} " + _ATTRIBUTES + " PASSWORD {}").format(identifier, secret)
        )
    elif known[0]:
        raise Conflict("role_too_mighty", role=name)
    else:
        conn.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(identifier, secret))
    for setting, value in {**_FOR_ALL, **_LIMITS[role]}.items():
        conn.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(
                identifier, sql.Identifier(setting), sql.Literal(value)
            )
        )


def _connect(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        return psycopg.connect(plain, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)
    except psycopg.OperationalError as error:
        raise Unavailable("database_away") from error
