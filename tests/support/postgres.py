"""A PostgreSQL of the tests' own: one server per session, databases cloned from one template."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import URL, create_engine, text

from geo.store import cluster, migrate
from geo.store.engine import Engine, make_engine
from geo.store.home import HomeDatabase, open_database

# Tests throw their data away, so the server need not wait for the disk. It still writes before it
# answers (synchronous_commit): what is committed outlives kill -9 of the server.
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "100",
}
_FOLDER = re.compile(r"bando-test-(\d+)-")


@dataclass(frozen=True)
class Engines:
    """One engine per database role, all of the same database."""

    owner: Engine
    operator: Engine
    service: Engine
    intake: Engine
    login: Engine

    def dispose(self) -> None:
        """Close every connection."""
        for engine in (self.owner, self.operator, self.service, self.intake, self.login):
            engine.dispose()


@dataclass(frozen=True)
class Server:
    """The running server, with a migrated template."""

    home: Path
    template: HomeDatabase
    numbers: Iterator[int]

    @contextmanager
    def clone(self, template: str = "bando") -> Iterator[HomeDatabase]:
        """Give a copy of one's own (0.1 s) and drop it afterwards.

        Of the migrated, empty database; or of another that nobody is connected to.
        """
        name = f"clone_{next(self.numbers)}"
        self._as_admin(f"CREATE DATABASE {name} TEMPLATE {template}")
        # Rights on a database are not part of a template.
        self._as_admin(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        self._as_admin(
            f"GRANT CONNECT ON DATABASE {name}"
            " TO bando_owner, bando_operator, bando_service, bando_intake, bando_login"
        )
        self._as_admin(f"GRANT CREATE, TEMPORARY ON DATABASE {name} TO bando_owner")
        self._as_admin(f"GRANT TEMPORARY ON DATABASE {name} TO bando_operator, bando_intake")
        try:
            yield HomeDatabase(
                admin=self.template.admin.set(database=name), kept=self.template.kept, started=None
            )
        finally:
            self._as_admin(f"DROP DATABASE {name} WITH (FORCE)")

    def _as_admin(self, statement: str) -> None:
        engine = create_engine(
            self.template.admin.set(database="postgres"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as conn:
            conn.execute(text(statement))
        engine.dispose()


def engines_of(database: HomeDatabase) -> Engines:
    """Make an engine for each role of a database."""
    return Engines(
        owner=make_engine(database.url("owner")),
        operator=make_engine(database.url("operator")),
        service=make_engine(database.url("service")),
        intake=make_engine(database.url("intake")),
        login=make_engine(database.url("login")),
    )


def plain(url: URL) -> str:
    """Write an address out with its password, as BANDO_DATABASE_URL holds it."""
    return url.render_as_string(hide_password=False)


def short_folder() -> Path:
    """Make a folder below /tmp, short enough for sockets and open to the server's user."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"bando-test-{os.getpid()}-", dir="/tmp"))
    folder.chmod(0o755)
    return folder


def sweep() -> None:
    """Stop and remove what tests left that were killed before they could."""
    for folder in Path("/tmp").glob("bando-test-*"):  # noqa: S108
        found = _FOLDER.match(folder.name)
        if found and not Path("/proc", found[1]).exists() and folder.stat().st_uid == os.geteuid():
            for data in folder.glob("**/pg/data"):
                cluster.stop(data.parent.parent)
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_server() -> Iterator[Server]:
    """Run a server with a migrated template while the block lasts."""
    home = short_folder()
    try:
        template = open_database(home, tuning=FAST)
        owner = make_engine(template.url("owner"))
        migrate.upgrade(owner)
        owner.dispose()
        yield Server(home=home, template=template, numbers=count(1))
    finally:
        cluster.stop(home)
        shutil.rmtree(home, ignore_errors=True)
