"""Brings the schema of a database to a revision: Alembic, driven from code.

The steps are in `geo/store/migrations/versions`. A whole upgrade is one transaction, so that a
machine that stops half-way finds the schema it had.
"""

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from geo.store.engine import use_case

# Any fixed number: two upgrades at the same time wait for each other on it.
_UPGRADE_LOCK = 7_138_001


def upgrade(engine: Engine, *, revision: str = "head") -> None:
    """Upgrade the schema to a revision, as the role that owns it."""
    with use_case(engine) as conn:
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        command.upgrade(_config(conn), revision)


def downgrade(engine: Engine, *, revision: str) -> None:
    """Take the schema back to a revision (``base`` empties it), as the role that owns it."""
    with use_case(engine) as conn:
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        command.downgrade(_config(conn), revision)


def current(engine: Engine) -> str | None:
    """Tell the revision at which the schema of a database is, None when it is empty."""
    with use_case(engine) as conn:
        return MigrationContext.configure(conn).get_current_revision()


def head() -> str | None:
    """Tell the newest revision that this code brings."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _config(conn: Connection | None) -> Config:
    with as_file(files("geo.store").joinpath("migrations")) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    return config
