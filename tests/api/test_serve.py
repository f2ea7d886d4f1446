import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.settings import Settings
from geo.store import audit, cluster
from geo.store.engine import use_case
from geo.store.map_index import list_feed_sets
from tests.support import small_world
from tests.support.postgres import Engines, short_folder
from tests.support.sources import PROJECT

READY_TIMEOUT_S = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status_of(port: int, path: str = "/readyz") -> int | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return None


def wait_until(port: int, status: int | None) -> None:
    until = time.monotonic() + READY_TIMEOUT_S
    while status_of(port) != status:
        assert time.monotonic() < until, f"port {port} never answered {status}"
        time.sleep(0.1)


def _hear_hang_ups() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@contextmanager
def serving(
    *options: str, home: Path, port: int, database_url: str | None = None
) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "BANDO_HOME": str(home), "BANDO_PORT": str(port)}
    if database_url:
        environment["BANDO_DATABASE_URL"] = database_url
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys, api.cli; sys.exit(api.cli.main())", "serve", *options],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        # Tests run under nohup would hand an ignored hang-up down.
        preexec_fn=_hear_hang_ups,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGHUP])
def test_service_answers_until_it_is_told_to_end(
    fresh_settings: Settings, end: signal.Signals
) -> None:
    port = free_port()
    url = fresh_settings.database_url
    with serving(home=fresh_settings.home, port=port, database_url=url) as process:
        wait_until(port, 200)
        process.send_signal(end)
        told, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}/" in told
    assert status_of(port) is None


def test_port_in_use_is_refused_and_named(fresh_settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        url = fresh_settings.database_url
        with serving(home=fresh_settings.home, port=port, database_url=url) as process:
            told, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert str(port) in told


def test_tiles_that_are_gone_are_drawn_anew_and_a_removed_demo_stays_away(
    fresh_settings: Settings, fresh_engines: Engines
) -> None:
    with use_case(fresh_engines.owner) as conn:
        small_world.add_sets(conn, provenance="imported")
        audit.append(conn, actor="command", action="demo.remove", subject={})
    url = fresh_settings.database_url
    options = ("--prepare", "demo", "--prepare-only")
    with serving(*options, home=fresh_settings.home, port=free_port(), database_url=url) as process:
        told, _ = process.communicate(timeout=READY_TIMEOUT_S)
    assert process.returncode == 0, told
    drawn = sorted(path.stem for path in (fresh_settings.home / "tiles").glob("*.pmtiles"))
    with use_case(fresh_engines.owner) as conn:
        assert drawn == sorted(one.id for one in list_feed_sets(conn))


def test_a_removed_demo_is_not_loaded_into_an_empty_store(
    fresh_settings: Settings, fresh_engines: Engines
) -> None:
    with use_case(fresh_engines.owner) as conn:
        audit.append(conn, actor="command", action="demo.remove", subject={})
    with serving(
        *("--prepare", "demo", "--prepare-only"),
        home=fresh_settings.home,
        port=free_port(),
        database_url=fresh_settings.database_url,
    ) as process:
        told, _ = process.communicate(timeout=READY_TIMEOUT_S)
    assert process.returncode == 0, told
    with use_case(fresh_engines.owner) as conn:
        assert list_feed_sets(conn) == []


def test_killed_service_leaves_no_worker_that_answers(fresh_settings: Settings) -> None:
    port = free_port()
    url = fresh_settings.database_url
    with serving(home=fresh_settings.home, port=port, database_url=url) as process:
        wait_until(port, 200)
        process.kill()
        process.wait()
        wait_until(port, None)


def test_private_database_ends_with_the_service_and_an_account_is_made_once() -> None:
    home, port = short_folder(), free_port()
    try:
        with serving("--prepare", "empty", home=home, port=port) as process:
            wait_until(port, 200)
            assert cluster.status(home).state == "running"
            process.send_signal(signal.SIGINT)
            first, _ = process.communicate(timeout=30)
        assert cluster.status(home).state == "stopped"
        with serving("--prepare", "empty", "--prepare-only", home=home, port=port) as process:
            second, _ = process.communicate(timeout=READY_TIMEOUT_S)
        assert process.returncode == 0
        assert "admin" in first
        assert "Mật khẩu: " in first
        assert "Mật khẩu: " not in second
    finally:
        cluster.stop(home)
        shutil.rmtree(home)
