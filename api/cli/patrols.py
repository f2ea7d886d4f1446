"""Command that brings patrols in from a file: a dry run until ``--commit``.

All findings come at once, by row, and never repeat a value: it may be about a person.
"""

from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.arguments import both, day, pair
from api.cli.outcome import Command, Outcome
from geo.errors import Finding
from geo.messages import say
from geo.period import LOCAL_TIME

if TYPE_CHECKING:
    from api.settings import Settings
    from geo.store.patrol_import import PatrolReport


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""

    def option(name: str, **more: Any) -> None:
        code = "option_patrols_" + name.strip("-").replace("-", "_")
        parser.add_argument(name, help=" / ".join(both(code)), **more)

    option("file", type=Path, metavar="FILE")
    option("--map", action="append", type=pair, default=[], metavar="FIELD=COLUMN")
    option("--source", metavar="NAME")
    option("--as-of", type=day, metavar="D")
    option("--utc", action="store_true")
    option("--skip-refused", action="store_true")
    option("--simulated", action="store_true")
    option("--commit", action="store_true")


def run(options: Namespace, settings: "Settings") -> Outcome:
    """Read, judge, measure, and with ``--commit`` append a file of patrols."""
    from geo.store import fixes, patrol_import, patrols
    from geo.store.engine import use_case
    from geo.store.simulated_land import refuse_simulated_land
    from geo.store.track_file import open_tracks

    wanted = patrol_import.PatrolOptions(
        as_of=options.as_of or datetime.now(LOCAL_TIME).date(),
        source=options.source,
        utc=options.utc,
        skip_refused=options.skip_refused,
        provenance="simulated" if options.simulated else "imported",
    )
    home = settings.home.absolute()
    engine = settings.engine("operator")
    try:
        with (
            open_tracks(options.file, named=dict(options.map), utc=options.utc) as stream,
            fixes.locked(home) as staging,
        ):
            with use_case(engine) as conn:
                before = fixes.settle(home, patrols.fixes_files(conn))
            try:
                with use_case(engine) as conn:
                    if options.commit and not options.simulated:
                        refuse_simulated_land(conn)
                    trial = conn.begin_nested()
                    report = patrol_import.import_patrols(
                        conn, stream, options=wanted, staging=staging
                    )
                    writes = options.commit and report.counts is not None
                    if writes:
                        trial.commit()
                    else:
                        trial.rollback()
            finally:
                # Rows are committed, or nothing is: now their files go into place, others go.
                with use_case(engine) as conn:
                    fixes.settle(home, patrols.fixes_files(conn))
    finally:
        engine.dispose()
    return _outcome(report, missing=before.missing, committed=writes)


def _outcome(report: "PatrolReport", *, missing: tuple[str, ...], committed: bool) -> Outcome:
    findings = (
        *(Finding("fixes_missing", "warning", details={"file": file}) for file in missing),
        *report.findings,
    )
    counts = {"rows": report.row_count, "refused": report.refused_count}
    data: dict[str, object] = {"committed": committed, "columns": dict(report.columns)}
    if report.counts is None:
        whole = any(one.severity == "error" and one.row is None for one in findings)
        some = any(one.severity == "error" for one in findings)
        code = "patrols_file_refused" if whole else "patrols_refused"
        code = code if some else "patrols_nothing"
        return Outcome(False, both(code, **counts), counts, findings, data)
    counts |= report.counts
    said = {
        **counts,
        "km": f"{counts['metres'] / 1000:.1f}",
        "hours": f"{counts['seconds'] / 3600:.1f}",
    }
    lines = [
        *both("patrols_secret_notice"),
        *both("patrols_written" if committed else "patrols_dry_run", **said),
    ]
    return Outcome(True, lines, counts, findings, data)


IMPORT = Command(
    help_vi=say("command_import_patrols"),
    help_en=say("command_import_patrols", language="en"),
    configure=configure,
    run=run,
)
