"""Reads the environment once, at start, into one frozen object that is passed on.

No other file looks at the environment.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from geo.messages import Language

if TYPE_CHECKING:
    from geo.store.engine import Connection, Engine, Role
    from geo.store.home import HomeDatabase

PROJECT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """What the person who runs the service may choose; each as ``BANDO_<NAME>``.

    Parameters
    ----------
    home
        Folder of everything that is written: database, tiles, log, installed programs.
    database_url
        Address of an administrator of a PostgreSQL server of the owner's. Without it a private
        one is run in `home`.
    host, port
        Where the web service listens; only this machine unless said otherwise.
    workers
        Processes of the web service.
    committee_name
        Name of the committee shown on the map and in documents.
    agency_name, superior_name, place_name
        On reports: the office that issues them (else the committee with the unit's name), the
        office above it, the place before the date. What is empty is left to fill in.
    language
        Language shown first.
    """

    model_config = SettingsConfigDict(env_prefix="BANDO_", frozen=True, extra="forbid")

    home: Path = PROJECT / ".bando"
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    workers: int = Field(default=1, ge=1, le=16)
    committee_name: str = "BCĐ 138"
    agency_name: str = ""
    superior_name: str = ""
    place_name: str = ""
    language: Language = "vi"

    def open_database(self) -> "HomeDatabase":
        """Open the database, starting the private cluster when it is not running."""
        from geo.store.home import open_database

        return open_database(self.home.absolute(), database_url=self.database_url or None)

    def engine(self, role: "Role") -> "Engine":
        """Make an engine for a database role; the caller keeps it and disposes of it."""
        from geo.store.engine import make_engine

        return make_engine(self.open_database().url(role))

    @contextmanager
    def transaction(self, role: "Role") -> "Iterator[Connection]":
        """Run one use case of a command, and close the connection with it."""
        from geo.store.engine import use_case

        engine = self.engine(role)
        try:
            with use_case(engine) as conn:
                yield conn
        finally:
            engine.dispose()


def environment_for_program(**more: str) -> dict[str, str]:
    """Give the environment for an interactive program that we start, with values added."""
    return {**os.environ, **more}
