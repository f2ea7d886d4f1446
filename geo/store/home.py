"""Opens the database of a home: the private cluster, or the owner's server when one is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, make_url, select

from geo.store import cluster, roles
from geo.store.engine import DRIVER, Role
from geo.store.tables import boundary_set


@dataclass(frozen=True, slots=True)
class HomeDatabase:
    """An open database: its administrator's address, the roles' passwords, how it was started.

    Parameters
    ----------
    admin
        Address of the administrator.
    kept
        Passwords of the roles.
    started
        What `cluster.start` said; None on a server of the owner's.
    """

    admin: URL
    kept: roles.Secrets
    started: cluster.Started | None

    def url(self, role: Role) -> URL:
        """Give the address for a role."""
        return roles.role_url(self.kept, self.admin, role=role)


def open_database(
    home: Path,
    *,
    database_url: str | None = None,
    tuning: Mapping[str, str] | None = None,
) -> HomeDatabase:
    """Open the database of a home: start the private cluster if need be, make roles if need be.

    The schema is not touched; that is `migrate.upgrade`, as the owner.

    Raises
    ------
    Unavailable, Conflict
        See `cluster.start` and `roles.bootstrap`.
    """
    home.mkdir(parents=True, exist_ok=True)
    kept = roles.load_secrets(home)
    if database_url is None:
        started = cluster.start(home, password=kept.passwords["admin"], tuning=tuning)
        admin = roles.admin_url(kept, socket=started.place.socket)
        stamp = started.place.data / "bando.prepared"
    else:
        started = None
        admin = make_url(database_url).set(drivername=DRIVER)
        stamp = home / "prepared"
    wanted = roles.fingerprint(admin, kept)
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        if started is not None:
            roles.create_database(admin)
        roles.bootstrap(admin, kept)
        stamp.write_text(wanted, encoding="utf-8")
    return HomeDatabase(admin=admin, kept=kept, started=started)


def holds_nothing(conn: Connection) -> bool:
    """Tell whether no set of boundaries was ever brought in, so that nothing else can be there."""
    return conn.execute(select(boundary_set.c.set_id).limit(1)).first() is None
