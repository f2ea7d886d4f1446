"""The work of an import from the browser: the file on disk, the transaction, the kinds."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path, PurePath

import pandas as pd

from api.intake_report import Done, Line, report_of
from api.intake_wish import HOTSPOTS, PATROLS, Tell, Wish
from geo.errors import Conflict, Refused
from geo.period import LOCAL_TIME
from geo.store.accounts import Actor
from geo.store.engine import Connection, Engine, use_case
from geo.store.private_folder import private_folder
from geo.store.simulated_land import stand_on_simulated_land


def do_wish(
    engine: Engine, *, token: str, actor: Actor, wish: Wish, home: Path, tell: Tell
) -> Line:
    """Import the file of a wish and report.

    Raises
    ------
    BandoError
        Whatever is wrong with it.
    """
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
        simulated = stand_on_simulated_land(conn)
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
        correction=wish.correction,
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
