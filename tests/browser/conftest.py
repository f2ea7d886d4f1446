"""The real service with the demo of one province, and Chromium that may go nowhere else."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from api.sessions import hash_password
from geo.store import accounts
from geo.store.demo_sources import WORLD_ATLAS
from geo.store.engine import use_case
from layers import demo
from tests.support.postgres import Server, engines_of, plain

PROJECT = Path(__file__).resolve().parents[2]
# Where ./test put the packages of npm: beside the environment that runs these tests.
TOOLS = Path(sys.prefix).parent
PROVINCE = "31"  # Hải Phòng, which took in Hải Dương with Hải Tân
LOGIN, PASSWORD = "canbo", "mật khẩu thử nghiệm"
# An account that may see one commune, Phường Tân Hưng, and nothing around it.
LOCAL, LOCAL_AREA = "canbo-xa", "commune:10537"
# An account that may bring files in; the others may not.
IMPORTER = "canbo-nhap"
NO_WEBGL = """
const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith("webgl") ? null : real.call(this, kind, ...more);
};
"""


@dataclass
class Visit:
    """One page and what it asked for."""

    page: Page
    site: str
    asked: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, address: str = "/", *, login: str = LOGIN) -> Page:
        """Go to an address of the map as somebody who is logged in."""
        self.log_in(login)
        self.page.goto(f"{self.site}{address}")
        self.page.locator(".legend .count").first.wait_for(state="attached")
        return self.page

    def log_in(self, login: str) -> None:
        """Open a session for this window."""
        answer = self.page.request.post(
            f"{self.site}/session",
            data={"login": login, "password": PASSWORD},
            headers={"Origin": self.site},
        )
        assert answer.status == 200, answer.text()

    def tiles(self) -> list[str]:
        """Give the tiles asked for so far."""
        return [path for path in self.asked if path.startswith("/tiles/")]

    def rest(self) -> None:
        """Wait until nothing has been asked for over a second."""
        seen = -1
        while seen != len(self.asked):
            seen = len(self.asked)
            self.page.wait_for_timeout(1000)


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def site(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the demo of one province; give the address."""
    atlas = TOOLS / WORLD_ATLAS
    with server.clone() as database:
        home = tmp_path_factory.mktemp("home")
        (home / "secrets.json").write_bytes((server.home / "secrets.json").read_bytes())
        engines = engines_of(database)
        demo.load(
            engines.operator, world_atlas=atlas, tiles_folder=home / "tiles", provinces=[PROVINCE]
        )
        with use_case(engines.owner) as conn:
            home_area = [accounts.find_area(conn, LOCAL_AREA)]
            for login, role, areas in (
                (LOGIN, "commander", []),
                (LOCAL, "commander", home_area),
                (IMPORTER, "planner", []),
            ):
                accounts.add_account(
                    conn,
                    login=login,
                    password_hash=hash_password(PASSWORD),
                    role=role,
                    national=not areas,
                    area_keys=areas,
                )
        engines.dispose()
        address = f"http://127.0.0.1:{free_port()}"
        service = subprocess.Popen(
            [
                *(sys.executable, "-c", "from api.cli import main; raise SystemExit(main())"),
                *("serve", "--workers", "1", "--port", address.rsplit(":", 1)[1]),
            ],
            cwd=PROJECT,
            env=os.environ | {"BANDO_HOME": str(home), "BANDO_DATABASE_URL": plain(database.admin)},
        )
        try:
            _wait_until_ready(f"{address}/readyz", service)
            yield address
        finally:
            service.terminate()
            service.wait(timeout=30)


def _wait_until_ready(address: str, service: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert service.poll() is None, "the service ended at once"
        try:
            with urlopen(address, timeout=2):  # noqa: S310 our own loopback address
                return
        except (URLError, TimeoutError):
            time.sleep(0.25)
    raise AssertionError(f"{address} did not answer within a minute")


def visit_in(context: BrowserContext, site: str) -> Visit:
    """Open a page that reports what it asks for; other hosts are refused."""
    context.set_default_timeout(30_000)
    visit = Visit(context.new_page(), site)
    home = urlsplit(site).netloc

    def pass_or_refuse(route: Route) -> None:
        parts = urlsplit(route.request.url)
        if parts.scheme in ("data", "blob") or parts.netloc == home:
            visit.asked.append(parts.path)
            route.continue_()
        else:
            visit.foreign.append(route.request.url)
            route.abort()

    context.route("**/*", pass_or_refuse)
    visit.page.on(
        "console", lambda said: visit.errors.append(said.text) if said.type == "error" else None
    )
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    return visit


@pytest.fixture
def visit(chromium: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Visit in a window of its own: no other host is asked, no error is in the console.

    The marker parameters may be given indirectly: ``{"viewport": ..., "webgl": False}``.
    """
    wishes = dict(getattr(request, "param", {}))
    webgl = wishes.pop("webgl", True)
    context = chromium.new_context(
        **{"viewport": {"width": 1440, "height": 900}, "accept_downloads": True} | wishes
    )
    if not webgl:
        context.add_init_script(NO_WEBGL)
    visit = visit_in(context, site)
    yield visit
    context.unroute_all(behavior="ignoreErrors")
    context.close()
    assert visit.foreign == []
    assert visit.errors == []
