"""Runs commands of `bando` as processes that can be killed, and tells what they left behind.

A command is forked from a server that has its libraries loaded (multiprocessing, "forkserver"), so
that a moment within its life is a moment of its work and not of its start.
"""

import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import Engine, text

from geo.messages import say
from geo.store import audit, fixes, patrols
from geo.store.engine import use_case
from geo.store.home import HomeDatabase
from tests.support.postgres import Server, engines_of, plain

_PROCESSES = multiprocessing.get_context("forkserver")
_PRELOADED = [
    *(
        "tests.support.killing",
        "tests.support.long_files",
        "tests.support.warmed",
        "api.cli.records",
        "api.cli.patrols",
    ),
    *("geo.store.intake.importing", "geo.store.intake.sheet_records", "geo.store.place_import"),
    *("geo.store.patrol_import", "geo.store.track_file", "geo.store.activation"),
    *("geo.store.boundary_file", "geo.store.aggregates", "geo.store.cutting", "layers.tiles"),
    *("geo.spatial_join.kernels", "geo.tracks", "pandas", "geopandas", "pyogrio", "openpyxl"),
]
_END_TIMEOUT_S = 120.0
# What differs between two runs that end alike: numbers drawn, moments, what names them.
_DRAWN = (
    *("import_id", "hotspot_id", "event_id", "submission_id", "observation_id", "assessment_id"),
    *("feature_id", "patrol_id", "population_id", "campaign_id", "model_id", "subcommune_id"),
    *("status_id", "layout_id", "set_id", "unit_id", "unit_key", "key_to", "parent_key"),
    *("from_key", "to_key", "scope_key", "recorded_at", "activated_at", "computed_at", "at"),
    *("seq", "hash", "previous_hash", "subject", "fixes_file", "revision", "input_hash"),
)
_NO_FACTS = frozenset({"import_batch", "audit_entry"})

# Rows and a digest of what they say, by table.
State = Mapping[str, tuple[int, str]]


@dataclass(frozen=True)
class Place:
    """A database and a home of one's own, both gone afterwards."""

    home: Path
    temporary: Path
    database: HomeDatabase

    @property
    def name(self) -> str:
        """Name of the database."""
        return str(self.database.admin.database)

    def environment(self) -> dict[str, str]:
        """Give what a command is told by."""
        return {
            "BANDO_HOME": str(self.home),
            "BANDO_DATABASE_URL": plain(self.database.admin),
            "TMPDIR": str(self.temporary),
        }


@contextmanager
def place(server: Server, *, template: str = "bando", home: Path | None = None) -> Iterator[Place]:
    """Give a copy of a database, and a home that is empty or a copy of another."""
    root = Path(tempfile.mkdtemp(prefix="bando-killed-"))
    try:
        made = root / "home"
        if home is not None:
            shutil.copytree(home, made)
            (made / "prepared").unlink(missing_ok=True)
        else:
            made.mkdir()
            shutil.copy(server.home / "secrets.json", made / "secrets.json")
        (root / "tmp").mkdir()
        with server.clone(template) as database:
            yield Place(made, root / "tmp", database)
    finally:
        shutil.rmtree(root)


def start(
    where: Place, *line: str, before: Callable[[], None] | None = None
) -> tuple[BaseProcess, Path]:
    """Start a command; give its process and the file that takes what it says.

    Parameters
    ----------
    where
        Its home and database.
    line
        Its words.
    before
        Done in the process first; a function of a module.
    """
    _PROCESSES.set_forkserver_preload(_PRELOADED)
    said = where.temporary.parent / f"said-{time.monotonic_ns()}"
    process = _PROCESSES.Process(target=_run, args=(line, where.environment(), said, before))
    process.start()
    return process, said


def _run(
    line: Sequence[str],
    environment: Mapping[str, str],
    said: Path,
    before: Callable[[], None] | None,
) -> None:
    from api.cli import main

    for name in [name for name in os.environ if name.startswith("BANDO_")]:
        del os.environ[name]
    os.environ.update(environment)
    tempfile.tempdir = None
    with said.open("w", encoding="utf-8") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    if before is not None:
        before()
    sys.exit(main(line))


def ended(process: BaseProcess) -> int:
    """Wait for the end of a process and give its status."""
    process.join(_END_TIMEOUT_S)
    assert process.exitcode is not None, "a command that does not end"
    code = process.exitcode
    process.close()
    return code


def wait_for_sessions(where: Place, engine: Engine) -> None:
    """Wait until the server has ended what it did for clients that are gone."""
    until = time.monotonic() + _END_TIMEOUT_S
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = :name"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with engine.connect() as conn:
        while conn.execute(query, {"name": where.name}).scalar_one():
            assert time.monotonic() < until, "a session of a killed command goes on"
            time.sleep(0.02)
            conn.rollback()


def state_of(engine: Engine) -> State:
    """Give what a database says, drawn numbers and moments apart."""
    found = {}
    with engine.connect() as conn:
        names = conn.execute(
            text(
                "SELECT c.relname FROM pg_class AS c WHERE c.relkind = 'r'"
                " AND c.relnamespace = 'public'::regnamespace AND c.relname NOT IN"
                " ('spatial_ref_sys', 'alembic_version', 'account', 'account_area', 'session')"
            )
        ).scalars()
        for name in list(names):
            count, digest = conn.execute(
                text(
                    "SELECT count(*), coalesce(md5(string_agg(told, '' ORDER BY told)), '')"
                    " FROM (SELECT md5((to_jsonb(t) - CAST(:drawn AS text[]))::text) AS told"
                    f" FROM {name} AS t) AS x"
                ),
                {"drawn": list(_DRAWN)},
            ).one()
            found[name] = (count, digest)
    return found


def facts_of(state: State) -> State:
    """Leave out the trail and the list of imports: a second run adds a line to each."""
    return {name: told for name, told in state.items() if name not in _NO_FACTS}


@dataclass(frozen=True)
class Job:
    """A command that is killed again and again.

    Parameters
    ----------
    name
        For the table.
    line
        Its words.
    template
        Database that each try begins with.
    home
        Home that each try begins with; None for an empty one.
    before
        Done in the process first.
    twice
        Whether the command may be given again after it was done.
    """

    name: str
    line: tuple[str, ...]
    template: str
    home: Path | None = None
    before: Callable[[], None] | None = None
    twice: bool = True


@dataclass
class Tally:
    """What came of a job's tries."""

    name: str
    took_s: float = 0.0
    kills: int = 0
    nothing: int = 0
    whole: int = 0
    finished: int = 0
    violations: list[str] = field(default_factory=list)

    def row(self) -> str:
        """Give a line of the table."""
        return (
            f"{self.name:24}{self.took_s:10.2f} s{self.kills:12}{self.finished:12}"
            f"{self.nothing:12}{self.whole:12}{len(self.violations):12}"
        )


_COLUMNS = ("takes", "kills", "finished", "nothing", "whole", "violations")
HEAD = f"{'kind':24}" + "".join(f"{name:>12}" for name in _COLUMNS)


def kill_often(
    server: Server,
    job: Job,
    *,
    times: int,
    seed: int,
    kill: Callable[[BaseProcess, Place], None] | None = None,
) -> Tally:
    """Kill a command at so many moments spread over its life, and look at what is left.

    Parameters
    ----------
    kill
        How; SIGKILL of the process by default.
    """
    rng = random.Random(seed)  # noqa: S311 - moments, no secrets
    tally = Tally(job.name)
    for _ in range(2):
        # The first says what is true, the second how long it takes: caches are filled by then.
        with place(server, template=job.template, home=job.home) as where:
            before, truth, tally.took_s = _truth(where, job)
    for nth in range(times):
        # One moment in each slice of the command's life, a little beyond its end too.
        moment = (nth + rng.random()) / times * tally.took_s * 1.1
        with place(server, template=job.template, home=job.home) as where:
            found = _killed_once(where, job, moment, tally, before=before, truth=truth, kill=kill)
        tally.violations += [f"{job.name} at {moment:.2f} s: {one}" for one in found]
    return tally


def _truth(where: Place, job: Job) -> tuple[State, State, float]:
    made = engines_of(where.database)
    try:
        before = state_of(made.owner)
        begin = time.monotonic()
        process, said = start(where, *job.line, before=job.before)
        assert ended(process) == 0, said.read_text(encoding="utf-8")
        took = time.monotonic() - begin
        truth = state_of(made.owner)
        assert truth != before, "a command that does nothing"
        return before, truth, took
    finally:
        made.dispose()


def _killed_once(
    where: Place,
    job: Job,
    moment: float,
    tally: Tally,
    *,
    before: State,
    truth: State,
    kill: Callable[[BaseProcess, Place], None] | None,
) -> list[str]:
    made = engines_of(where.database)
    wrong = []
    try:
        process, said = start(where, *job.line, before=job.before)
        process.join(moment)
        if process.exitcode is None:
            tally.kills += 1
            (kill or _sigkill)(process, where)
        else:
            tally.finished += 1
        status = ended(process)
        told = said.read_text(encoding="utf-8") if said.exists() else ""
        if kill is not None and status != 0 and say("database_away") not in told:
            wrong.append(f"told: {status} {told[-300:]}")
        wait_for_sessions(where, made.owner)
        left = state_of(made.owner)
        tally.nothing += left == before
        tally.whole += left == truth
        if left not in (before, truth):
            wrong.append(f"half: {_differing(left, before, truth)}")
        wrong += _trail(made.operator)
        wrong += _fixes_missing(where, made.operator)
        if left == before or job.twice:
            process, said = start(where, *job.line, before=job.before)
            status = ended(process)
            if status != 0:
                wrong.append(f"again: {said.read_text(encoding='utf-8')[:600]}")
            after = state_of(made.owner)
            same = after == truth if left == before else facts_of(after) == facts_of(truth)
            if not same:
                wrong.append(f"again: {_differing(after, before, truth)}")
            wrong += _trail(made.operator)
            wrong += _leavings(where, made.operator)
    finally:
        made.dispose()
    return wrong


def _sigkill(process: BaseProcess, _where: Place) -> None:
    process.kill()


def _differing(state: State, before: State, truth: State) -> str:
    return ", ".join(
        f"{name} {told[0]} (before {before[name][0]}, whole {truth[name][0]})"
        for name, told in state.items()
        if told != before[name] or told != truth[name]
    )


def _trail(engine: Engine) -> list[str]:
    with use_case(engine) as conn:
        broken = audit.verify(conn).broken_seq
    return [] if broken is None else [f"the trail is broken at {broken}"]


def _fixes_missing(where: Place, engine: Engine) -> list[str]:
    with use_case(engine) as conn:
        return [f"{one} is gone" for one in fixes.check(where.home, patrols.fixes_files(conn))]


def _leavings(where: Place, engine: Engine) -> list[str]:
    """Name files that nobody will look for again."""
    with use_case(engine) as conn:
        named = {one.path for one in patrols.fixes_files(conn)}
    folder = where.home / "fixes"
    placed = {one.relative_to(folder).as_posix() for one in folder.glob("month=*/*")}
    staged = [one.name for one in (folder / ".staging").glob("*")]
    kept = [one.name for one in where.temporary.iterdir() if not _is_empty(one)]
    return [
        *(f"{one} has no row" for one in sorted(placed - named)),
        *(f"{one} is staged" for one in staged),
        *(f"{one} lies in the temporary folder" for one in kept),
    ]


def _is_empty(path: Path) -> bool:
    return path.is_dir() and not any(one.is_file() for one in path.rglob("*"))
