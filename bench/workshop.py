"""Where the comparisons work: a database, peers in an environment of their own, the communes."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, make_url

from geo.store.demo_sources import WORLD_ATLAS, read_sources
from layers.demo.boundaries import draw_country

PROJECT = Path(__file__).resolve().parents[1]
REAL_COMMUNES = PROJECT.parent / "shared" / "data" / "communes_2025.parquet"
LOCK = PROJECT / "bench" / "requirements.lock"
PEERS = PROJECT / "bench" / "peers"
PACKAGES = {"wrk": "wrk", "nginx": "nginx-light"}

T = TypeVar("T")


class MissingProgram(RuntimeError):
    """Something that a comparison needs is not there; the text is the command that brings it."""


@dataclass(frozen=True)
class Workshop:
    """What every comparison gets.

    Parameters
    ----------
    home
        Folder of the comparisons: their database, peers, scratch files.
    quick
        Everything within a minute: fewer points, shorter runs, no claims about long ones.
    communes_file
        GeoParquet of communes; without it those of the demo.
    """

    home: Path
    quick: bool
    communes_file: Path | None

    @cached_property
    def communes(self) -> gpd.GeoDataFrame:
        """Communes with code, name, kind, province_code, province, assessable, EPSG:4326."""
        if self.communes_file is None:
            outline = self.home.parent / WORLD_ATLAS
            if not outline.is_dir():
                raise MissingProgram("./run --setup-only")
            frame = (
                draw_country(read_sources(outline), rng=np.random.default_rng(1)).sets[-1].communes
            )
        else:
            frame = gpd.read_parquet(self.communes_file).assign(assessable=True)
        return frame.sort_values("code", ignore_index=True)

    def two_sets(self, earlier: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        """Give communes of before and of now: of files where both are there, else of the demo."""
        if self.communes_file is not None and earlier.is_file():
            return gpd.read_parquet(earlier), self.communes
        outline = self.home.parent / WORLD_ATLAS
        if not outline.is_dir():
            raise MissingProgram("./run --setup-only")
        country = draw_country(read_sources(outline), rng=np.random.default_rng(1))
        return country.sets[-2].communes, country.sets[-1].communes

    @cached_property
    def polygons(self) -> NDArray[np.object_]:
        """Geometries of the communes, shape (m,)."""
        return np.asarray(self.communes.geometry, dtype=object)

    def ask(self, script: str, *arguments: str) -> str:
        """Run one of our scripts in the peers' environment; give what it prints.

        Raises
        ------
        RuntimeError
            With what it complained of.
        """
        command = [str(self.peers_python), str(PEERS / script), *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{script}: {done.stderr[-2000:]}")
        return done.stdout

    @cached_property
    def peers_python(self) -> Path:
        """Python of the peers' environment, made from its hashed lock when that changed."""
        folder = self.home / "venv"
        python = folder / "bin" / "python"
        stamp = folder / "bando.stamp"
        wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
        if not stamp.is_file() or stamp.read_text() != wanted:
            sys.stderr.write("installing the peers…\n")
            venv.create(folder, with_pip=True, clear=True)
            subprocess.run(
                [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCK],
                check=True,
                env=os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            )
            stamp.write_text(wanted)
        return python

    def program(self, name: str) -> str:
        """Find a program of the distribution; as root, install it.

        Raises
        ------
        MissingProgram
            When it is not there and may not be installed.
        """
        path = os.environ.get("PATH", "") + ":/usr/sbin"
        found = shutil.which(name, path=path)
        installer = shutil.which("apt-get")
        if found is None and os.geteuid() == 0 and installer:
            subprocess.run(
                [installer, "install", "-y", "-qq", "--no-install-recommends", PACKAGES[name]],
                check=True,
                capture_output=True,
                env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            )
            found = shutil.which(name, path=path)
        if found is None:
            raise MissingProgram(f"apt-get install {PACKAGES[name]}")
        return found

    @contextmanager
    def database(self) -> Iterator["Database"]:
        """Run a private cluster like the product's, with an empty database in it."""
        from geo.store import cluster
        from geo.store.engine import make_engine
        from geo.store.home import open_database

        opened = open_database(self.home / "database")
        engine = make_engine(opened.admin)
        try:
            yield Database(engine, opened.admin.render_as_string(hide_password=False))
        finally:
            engine.dispose()
            cluster.stop(self.home / "database")


@dataclass(frozen=True, slots=True)
class Database:
    """A database for one comparison; its address as SQLAlchemy writes it."""

    engine: Engine
    url: str

    @property
    def plain_url(self) -> str:
        """The address for libpq and asyncpg."""
        return "postgresql://" + self.url.split("://", 1)[1]

    @property
    def url_with_host(self) -> str:
        """The address with the socket's folder where a host stands, for those who insist on one."""
        url = make_url(self.url)
        folder = quote(str(url.query["host"]), safe="")
        return f"postgresql://{url.username}:{url.password}@{folder}/{url.database}"


def best_seconds(work: Callable[[], T], *, times: int) -> tuple[float, T]:
    """Run a few times; give the shortest time and the last answer."""
    shortest = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        answer = work()
        shortest = min(shortest, time.perf_counter() - began)
    return shortest, answer


@contextmanager
def running(
    command: Sequence[str], *, log: Path, env: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server beside us and end it afterwards, whatever happens."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env=env or dict(os.environ)
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
