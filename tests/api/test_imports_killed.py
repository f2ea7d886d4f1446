"""Every import, killed at any moment, is whole or not at all; run again it ends with the truth.

The long form prints its table (``-s``): 50 moments of each kind.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from geo.store import cluster
from geo.store.engine import use_case
from tests.api.test_cli_sheets import PLACES
from tests.support import long_files, office_sheets, small_world
from tests.support.killing import (
    HEAD,
    Job,
    Place,
    Tally,
    ended,
    facts_of,
    kill_often,
    place,
    start,
    state_of,
)
from tests.support.postgres import Server, engines_of, running_server

ROWS = {"observations": 250, "assessments": 250, "submissions": 2000, "population": 1200}
ROWS |= {"routes": 300, "patrol-areas": 300, "hotspots": 1500, "patrols": 12000}
AFTERWARDS = (
    "changes",
    "undo",
    "compute",
    "activate",
    "boundaries",
    "layout save",
    "observations --layout",
)
EVERY = (*long_files.KINDS, *AFTERWARDS)


@contextmanager
def job_of(server: Server, folder: Path, name: str) -> Iterator[Job]:
    """Prepare a database that a command works on, and its file."""
    with place(server) as where:
        made = engines_of(where.database)
        if name not in ("boundaries", "activate"):
            with use_case(made.operator) as conn:
                small_world.add_sets(conn, provenance="imported")
        job = _prepared(where, folder, name)
        made.dispose()
        yield job


def _done(where: Place, *line: str, before: Callable[[], None] | None = None) -> None:
    process, said = start(where, *line, before=before)
    assert ended(process) == 0, said.read_text(encoding="utf-8")


def _bring(folder: Path, kind: str) -> tuple[str, ...]:
    file = long_files.write_file(folder / "tep-1.csv", kind, count=ROWS.get(kind, 3000))
    more = long_files.MORE.get(kind, ())
    return ("import", kind, str(file), "--as-of", long_files.TODAY, *more, "--commit")


def _prepared(where: Place, folder: Path, name: str) -> Job:
    if name in long_files.KINDS:
        return Job(name, _bring(folder, name), where.name)
    if name == "changes":
        file = folder / "bien-dong.csv"
        rows = [f"{old};{new}" for old, new, _, _ in small_world.CHANGES]
        file.write_text("\n".join(["ma cu;ma moi", *rows]), encoding="utf-8")
        return Job(name, ("import", "changes", str(file), "--commit"), where.name)
    sheet = folder / "bieu-1.xlsx"
    office_sheets.province_report(sheet, PLACES, office_sheets.counts_of(PLACES))
    learn = ("import", "layout", "save", "tinh-mau-1", "--from", str(sheet))
    learn += ("--units-on", "2025-12-31", "--confirm")
    if name == "layout save":
        return Job(name, learn, where.name)
    if name == "observations --layout":
        _done(where, *learn)
        line = ("import", "observations", str(sheet), "--layout", "tinh-mau-1")
        return Job(name, (*line, "--as-of", "2026-12-31", "--commit"), where.name)
    if name in ("undo", "compute"):
        _done(where, *_bring(folder, "hotspots"))
        if name == "compute":
            return Job(name, ("compute", "--as-of", long_files.TODAY), where.name)
        made = engines_of(where.database)
        with use_case(made.operator) as conn:
            number = conn.execute(text("SELECT max(import_id) FROM import_batch")).scalar_one()
        made.dispose()
        line = ("import", "undo", str(number), "--reason", "sai_tep", "--commit")
        return Job(name, line, where.name, twice=False)
    land = long_files.save_boundaries(folder / "xa.gpkg")
    bring = ("import", "boundaries", str(land), "--valid-from", "2025-07-01")
    bring += ("--act", "Nghị quyết 202/2025/QH15", "--commit")
    agreeing = long_files.hold_against_them
    if name == "boundaries":
        return Job(name, bring, where.name, before=agreeing, twice=False)
    _done(where, *bring, before=agreeing)
    made = engines_of(where.database)
    with use_case(made.operator) as conn:
        content = str(conn.execute(text("SELECT content_hash FROM boundary_set")).scalar_one())
    made.dispose()
    line = ("boundaries", "activate", content[:16])
    return Job(name, line, where.name, before=agreeing, twice=False)


def _say(tallies: list[Tally]) -> None:
    sys.stdout.write("\n".join(["", HEAD, *(one.row() for one in tallies), ""]))


def _kill_each(server: Server, tmp_path: Path, names: tuple[str, ...], *, times: int) -> None:
    tallies = []
    for number, name in enumerate(names):
        folder = tmp_path / str(number)
        folder.mkdir()
        with job_of(server, folder, name) as job:
            tallies.append(kill_often(server, job, times=times, seed=number))
        _say(tallies[-1:])
    _say(tallies)
    assert [one for tally in tallies for one in tally.violations] == []
    assert all(one.kills for one in tallies)


@pytest.mark.long
def test_an_import_killed_at_any_moment_leaves_all_or_nothing(
    server: Server, tmp_path: Path
) -> None:
    _kill_each(server, tmp_path, ("population", "hotspots", "patrols"), times=3)


@pytest.mark.long
@pytest.mark.parametrize("name", EVERY)
def test_every_command_killed_at_fifty_moments_leaves_all_or_nothing(
    server: Server, tmp_path: Path, name: str
) -> None:
    _kill_each(server, tmp_path, (name,), times=int(os.environ.get("KILLS", "50")))


def _restart(server: Server) -> None:
    """End PostgreSQL at once, as a failing machine does, and start it again."""
    where = cluster.place_of(server.home)
    pid = int((where.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    os.kill(pid, signal.SIGQUIT)
    until = time.monotonic() + 30
    while Path("/proc", str(pid)).exists():
        assert time.monotonic() < until, "PostgreSQL does not end"
        time.sleep(0.05)
    cluster.start(server.home, password=server.template.kept.passwords["admin"])


@pytest.mark.long
@pytest.mark.parametrize("name", ["population", "hotspots", "facilities", "patrols", "activate"])
def test_a_database_that_restarts_midway_leaves_all_or_nothing(tmp_path: Path, name: str) -> None:
    with running_server() as server, job_of(server, tmp_path, name) as job:
        tally = kill_often(
            server,
            job,
            times=int(os.environ.get("KILLS", "10")),
            seed=1,
            kill=lambda _process, _where: _restart(server),
        )
        _say([tally])
    assert tally.violations == []
    assert tally.kills


@pytest.mark.parametrize("name", ["population", "hotspots"])
def test_of_imports_of_one_file_at_once_one_wins_and_the_others_find_it_known(
    server: Server, tmp_path: Path, name: str
) -> None:
    with job_of(server, tmp_path, name) as job:
        with place(server, template=job.template) as where:
            _done(where, *job.line)
            made = engines_of(where.database)
            truth = facts_of(state_of(made.owner))
            made.dispose()
        with place(server, template=job.template) as where:
            started = [start(where, *job.line) for _ in range(4)]
            for process, said in started:
                assert ended(process) == 0, said.read_text(encoding="utf-8")
            made = engines_of(where.database)
            assert facts_of(state_of(made.owner)) == truth
            with use_case(made.operator) as conn:
                batches = conn.execute(text("SELECT count(*) FROM import_batch")).scalar_one()
                lines = conn.execute(
                    text("SELECT count(*) FROM audit_entry WHERE action LIKE 'import.%'")
                ).scalar_one()
            made.dispose()
    assert batches == lines == 4
