"""Imports from the browser: one file, judged or written within a session's scope, told in stages.

The file lies on disk only while it is read, in a folder of its own that goes away with the answer.
The database is asked as ``bando_intake``: it appends within the scope, and changes nothing.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path, PurePath
from queue import SimpleQueue
from threading import Thread
from zoneinfo import ZoneInfo

import pandas as pd

from api.errors import error_body, unforeseen_body
from api.intake_kinds import HOTSPOTS, PATROLS
from api.intake_report import Done, Line, report_of
from geo.errors import BandoError, Conflict, Refused
from geo.store.accounts import Actor
from geo.store.engine import Connection, Engine, foreseen, use_case
from geo.store.private_folder import private_folder

LOCAL_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
LIMIT_BYTES = 64 * 1024 * 1024


Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the browser asks for.

    Parameters
    ----------
    kind
        One of `intake.KINDS`, ``hotspots`` or ``patrols``.
    name
        Of the file, as its user calls it.
    content
        Its bytes.
    commit
        Whether to write.
    sha256
        Of the file that was judged; asked for with `commit`.
    map, defaults, accepted
        Column of a field, value of a field, reason by code.
    skip_refused
        Take the good rows and leave the others.
    crs
        Of the file.
    layout
        Name of the layout by which an office's sheet is read; None for a plain table.
    """

    kind: str
    name: str
    content: bytes
    commit: bool
    sha256: str | None = None
    map: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    accepted: Mapping[str, str] = field(default_factory=dict)
    skip_refused: bool = False
    crs: str | None = None
    layout: str | None = None


def run(
    engine: Engine,
    *,
    token: str,
    actor: Actor,
    wish: Wish,
    on_commit: Callable[[], None],
    home: Path,
) -> Iterator[bytes]:
    """Do it, and give one line of JSON per stage; the last is the report or an error.

    Parameters
    ----------
    engine
        Of the role ``intake``.
    token
        Of the session, which opens the scope.
    actor
        Who asks.
    wish
        What for.
    on_commit
        Called when something was written.
    home
        BANDO_HOME, below which fixes of patrols lie.
    """
    lines: SimpleQueue[Line | None] = SimpleQueue()

    def tell(stage: str, rows: int) -> None:
        lines.put({"stage": stage, "rows": rows})

    def work() -> None:
        try:
            report = _work(engine, token=token, actor=actor, wish=wish, home=home, tell=tell)
            if report["committed"]:
                on_commit()
            lines.put({"stage": "done", "report": report})
        except BandoError as error:
            lines.put({"stage": "error", **error_body(error)})
        except Exception as error:  # the outermost handler of this thread
            known = foreseen(error)
            body = unforeseen_body("import", error) if known is None else error_body(known)
            lines.put({"stage": "error", **body})
        finally:
            lines.put(None)

    tell("reading", 0)
    thread = Thread(target=work, name="import", daemon=True)
    thread.start()
    while (line := lines.get()) is not None:
        yield json.dumps(line, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    thread.join()


def is_simulated(conn: Connection) -> bool:
    """Tell whether a set in force is simulated: then everything imported is marked so."""
    from geo.store.locations import active_sets

    return any(one.provenance == "simulated" for one in active_sets(conn))


def _work(engine: Engine, *, token: str, actor: Actor, wish: Wish, home: Path, tell: Tell) -> Line:
    sha256 = hashlib.sha256(wish.content).hexdigest()
    if wish.commit and wish.sha256 != sha256:
        raise Conflict("import_file_changed")
    with private_folder() as folder:
        path = folder / safe_name(wish.name)
        path.write_bytes(wish.content)
        asked = _Asked(path, actor, wish, tell)
        if wish.kind == PATROLS:
            return _with_fixes(engine, token=token, asked=asked, home=home, sha256=sha256)
        do = _import_hotspots if wish.kind == HOTSPOTS else _import_records
        return _in_transaction(engine, do, token=token, asked=asked, sha256=sha256)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A wish with its file on disk."""

    path: Path
    actor: Actor
    wish: Wish
    tell: Tell


_Import = Callable[[Connection, _Asked, str], Done]


def _in_transaction(engine: Engine, do: _Import, *, token: str, asked: _Asked, sha256: str) -> Line:
    """Import in a savepoint that is kept or rolled back, and report."""
    with use_case(engine, token=token) as conn:
        simulated = is_simulated(conn)
        trial = conn.begin_nested()
        done = do(conn, asked, "simulated" if simulated else "imported")
        committed = asked.wish.commit and done.new_count is not None
        if committed:
            trial.commit()
        else:
            trial.rollback()
        return report_of(conn, done, sha256=sha256, simulated=simulated, committed=committed)


def _with_fixes(engine: Engine, *, token: str, asked: _Asked, home: Path, sha256: str) -> Line:
    """Import patrols: their fixes go into place once rows that name them are committed."""
    from geo.store import fixes, patrols

    def settle() -> None:
        with use_case(engine, token=token) as conn:
            fixes.settle(home, patrols.fixes_files(conn))

    with fixes.locked(home) as staging:
        settle()
        do = partial(_import_patrols, staging=staging)
        try:
            return _in_transaction(engine, do, token=token, asked=asked, sha256=sha256)
        finally:
            settle()


def safe_name(name: str) -> str:
    """Give the name of a file without folders.

    Raises
    ------
    Refused
        ``import_name``.
    """
    bare = PurePath(name.replace("\\", "/")).name
    if not bare or bare.startswith(".") or len(bare.encode()) > 200 or not bare.isprintable():
        raise Refused("import_name")
    return bare


def _import_records(conn: Connection, asked: _Asked, provenance: str) -> Done:
    path, actor, wish = asked.path, asked.actor, asked.wish
    from geo.store.intake import KINDS, importing, record_file, sheet_records

    if wish.layout and wish.kind != "observations":
        raise Refused("layout_for_figures_only")
    if wish.layout:
        file = sheet_records.read(
            conn,
            path,
            layout=wish.layout,
            period=wish.defaults.get("period"),
            as_of=_today(),
        )
    else:
        file = record_file.read(path, crs=wish.crs)
    options = importing.RecordOptions(
        as_of=_today(),
        source=_source(actor, path),
        named=wish.map,
        defaults=wish.defaults,
        accepted=wish.accepted,
        skip_refused=wish.skip_refused,
        provenance=provenance,
        actor=actor.login,
        ranges=actor.key_ranges,
        tell=asked.tell,
    )
    report = importing.import_records(conn, KINDS[wish.kind], file, options=options)
    appended = report.appended
    known_layout = None
    if wish.kind == "observations" and not wish.layout and "period" not in report.columns:
        # No plain table: perhaps a form that somebody has taught the service.
        # What is wrong with the file has been told already.
        with suppress(Refused):
            known_layout = sheet_records.find_known(conn, path, as_of=_today())
    return Done(
        report.row_count,
        report.refused,
        report.findings,
        report.columns,
        report.rows,
        file.rows,
        None if appended is None else appended.new_count,
        0 if appended is None else appended.known_count,
        report.import_id,
        importing.ACCEPTABLE,
        known_layout,
    )


def _import_hotspots(conn: Connection, asked: _Asked, provenance: str) -> Done:
    path, actor, wish = asked.path, asked.actor, asked.wish
    from geo.store import place_file, place_import

    file = place_file.read(path)
    options = place_import.ImportOptions(
        as_of=_today(),
        source=_source(actor, path),
        named=wish.map,
        defaults=wish.defaults,
        skip_refused=wish.skip_refused,
        provenance=provenance,
        actor=actor.login,
        ranges=actor.key_ranges,
        tell=asked.tell,
    )
    report = place_import.import_places(conn, file, options=options)
    appended = report.appended
    return Done(
        report.row_count,
        report.refused,
        report.findings,
        report.columns,
        report.rows,
        file.rows,
        None if appended is None else appended.event_count,
        0 if appended is None else appended.known_event_count,
        report.import_id,
        frozenset(),
    )


def _import_patrols(conn: Connection, asked: _Asked, provenance: str, *, staging: Path) -> Done:
    from geo.store import patrol_import
    from geo.store.track_file import open_tracks

    wish = asked.wish
    with open_tracks(asked.path, named=wish.map, utc=False) as stream:
        options = patrol_import.PatrolOptions(
            as_of=_today(),
            source=_source(asked.actor, asked.path),
            skip_refused=wish.skip_refused,
            provenance=provenance,
            actor=asked.actor.login,
            ranges=asked.actor.key_ranges,
            tell=asked.tell,
        )
        report = patrol_import.import_patrols(conn, stream, options=options, staging=staging)
    refused = sorted({one.row for one in report.findings if one.severity == "error" and one.row})
    counts = report.counts or {"shifts": 0, "known": 0}
    names = list(report.columns.values())
    return Done(
        # Shifts are what is counted here; a file of them has a row for every fix.
        counts["shifts"] + counts["known"] + len(refused),
        refused,
        report.findings,
        report.columns,
        _measured(report.rows),
        pd.DataFrame(columns=names, index=refused, dtype=object),
        None if report.counts is None else counts["shifts"],
        counts["known"],
        report.import_id,
        frozenset(),
    )


def _measured(shifts: pd.DataFrame) -> pd.DataFrame:
    """Say of each shift what a person wants to see of it."""
    if shifts.empty:
        return shifts
    return pd.DataFrame(
        {
            "shift": shifts["ref"],
            "time": shifts["started_at"],
            "ended_at": shifts["ended_at"],
            "kilometres": (shifts["distance_m"] / 1000).round(2),
            "minutes_moving": (shifts["moving_s"] / 60).round().astype(int),
            "minutes_standing": (shifts["standing_s"] / 60).round().astype(int),
            "shape": shifts["shape"],
        }
    )


def _today() -> date:
    return datetime.now(LOCAL_TIME).date()


def _source(actor: Actor, path: Path) -> str:
    """Name a source by who sends it: two communes may both call a file ``diem.csv``."""
    return f"{actor.login}.{path.stem}"[:60]
