"""Fixtures for every test: a real PostGIS of its own, engines of every role, settings."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Connection

from api.settings import Settings
from tests.support.postgres import Engines, Server, engines_of, plain, running_server

# First calls load libraries and registers: how long one example takes tells nothing here.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

PROJECT = Path(__file__).resolve().parents[1]
REAL_DATA = PROJECT.parent / "shared" / "data"
CHROMIUM = os.environ.get("BANDO_TEST_CHROMIUM", "/usr/bin/chromium")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
# Where ./test installed things, before the variable is taken away from the tests.
INSTALLED = Path(os.environ.get("BANDO_HOME") or PROJECT / ".bando")


# First of all: the groups are read when this hook comes to the processes.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share something dear in one of the processes that ./test runs side by side.

    The browser's tests share a running service, those of the demo a country made in memory; of the
    others those of one file stay together.
    """
    for item in items:
        file = item.path.relative_to(PROJECT / "tests")
        group = "browser" if file.parts[0] == "browser" else str(file)
        group = "demo" if file.name.startswith("test_demo") else group
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session", autouse=True)
def no_settings_of_the_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests off the data of a service: nobody's settings, a home that is thrown away."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("BANDO_")]:
            patch.delenv(name)
        patch.setenv("BANDO_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def installed() -> Path:
    """The folder below which ./test installed programs and the npm packages."""
    return INSTALLED


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The session's server. That it does not start is a failure, never a skip."""
    with running_server() as running:
        yield running


@pytest.fixture(scope="session")
def engines(server: Server) -> Iterator[Engines]:
    """One migrated database for the session, for tests that roll back."""
    with server.clone() as database:
        made = engines_of(database)
        yield made
        made.dispose()


@pytest.fixture
def operator_conn(engines: Engines) -> Iterator[Connection]:
    """A connection of the operator in a transaction that is rolled back."""
    with engines.operator.connect() as conn, conn.begin() as transaction:
        yield conn
        transaction.rollback()


@pytest.fixture
def owner_conn(engines: Engines) -> Iterator[Connection]:
    """A connection of the owner in a transaction that is rolled back."""
    with engines.owner.connect() as conn, conn.begin() as transaction:
        yield conn
        transaction.rollback()


@pytest.fixture
def fresh_settings(server: Server, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a home of its own whose database is a fresh clone, for tests that commit."""
    with server.clone() as database:
        home = tmp_path / "home"
        home.mkdir()
        shutil.copy(server.home / "secrets.json", home / "secrets.json")
        yield Settings(home=home, database_url=plain(database.admin))


@pytest.fixture
def fresh_engines(fresh_settings: Settings) -> Iterator[Engines]:
    """The engines of the clone that `fresh_settings` names."""
    made = Engines(
        owner=fresh_settings.engine("owner"),
        operator=fresh_settings.engine("operator"),
        service=fresh_settings.engine("service"),
        intake=fresh_settings.engine("intake"),
        login=fresh_settings.engine("login"),
    )
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data beside the project."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"no real data at {REAL_DATA}")
    return REAL_DATA


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for a module, drawing WebGL without a graphics card.

    Not for the session: its loop runs until it ends, and other tests start loops of their own.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=list(CHROMIUM_ARGUMENTS),
        )
        yield browser
        browser.close()
