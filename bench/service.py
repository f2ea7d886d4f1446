"""The whole service with the demo, started for comparisons as ./run starts it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.serving import free_port, wait_for
from bench.workshop import PROJECT, Workshop, running

LOGIN, PASSWORD = "bench", "mật khẩu của phép đo"
_COMMAND = (sys.executable, "-c", "from api.cli import main; raise SystemExit(main())")


@dataclass(frozen=True, slots=True)
class Service:
    """The running service: its address, and the seconds from the command to its first answer."""

    site: str
    started_s: float


@contextmanager
def served_demo(shop: Workshop) -> Iterator[Service]:
    """Serve the demo; the first time it is loaded, which takes a minute."""
    home = shop.home / "demo"
    home.mkdir(exist_ok=True)
    packages = home / "npm"
    if not packages.exists():
        packages.symlink_to(shop.home.parent / "npm")
    env = os.environ | {"BANDO_HOME": str(home), "PYTHONPATH": str(PROJECT)}
    _prepare(home, env)
    port = free_port()
    command = [*_COMMAND, "serve", "--stop-database", "--port", str(port)]
    began = time.perf_counter()
    with running(command, log=shop.home / "service.log", env=env):
        site = wait_for(f"http://127.0.0.1:{port}", "/readyz")
        yield Service(site, time.perf_counter() - began)


def _prepare(home: Path, env: dict[str, str]) -> None:
    from api.sessions import hash_password
    from api.settings import Settings
    from geo.store import accounts

    if (home / "bench.ready").is_file():
        return
    sys.stderr.write("loading the demo once…\n")
    for words in (["db", "migrate"], ["demo", "load"]):
        subprocess.run([*_COMMAND, *words], check=True, capture_output=True, env=env)
    with Settings(home=home).transaction("owner") as conn:
        if LOGIN not in {one["login"] for one in accounts.list_accounts(conn)}:
            accounts.add_account(
                conn,
                login=LOGIN,
                password_hash=hash_password(PASSWORD),
                role="commander",
                national=True,
                area_keys=[],
            )
    subprocess.run([*_COMMAND, "db", "stop"], check=True, capture_output=True, env=env)
    (home / "bench.ready").touch()
