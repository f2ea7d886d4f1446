"""Command that brings places in from a file: a dry run until ``--commit``.

All findings come at once, by row and column, and never repeat a value: it may be about a person.
"""

from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.arguments import both, day, pair
from api.cli.outcome import Command, Outcome
from geo.messages import say
from geo.period import LOCAL_TIME

if TYPE_CHECKING:
    from api.settings import Settings
    from geo.store.place_import import ImportReport


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""

    def option(name: str, **more: Any) -> None:
        code = "option_hotspots_" + name.strip("-").replace("-", "_")
        parser.add_argument(name, help=" / ".join(both(code)), **more)

    option("file", type=Path, metavar="FILE")
    option("--map", action="append", type=pair, default=[], metavar="FIELD=COLUMN")
    option("--default", action="append", type=pair, default=[], metavar="FIELD=VALUE")
    option("--source", metavar="NAME")
    option("--as-of", type=day, metavar="D")
    option("--allow-in-action", action="store_true")
    option("--skip-refused", action="store_true")
    option("--refused", type=Path, metavar="FILE")
    option("--simulated", action="store_true")
    option("--commit", action="store_true")


def run(options: Namespace, settings: "Settings") -> Outcome:
    """Read, judge, and with ``--commit`` append a file of places."""
    from geo.store import place_file, place_import, refused_file
    from geo.store.engine import use_case
    from geo.store.place_rows import can_be_read
    from geo.store.simulated_land import refuse_simulated_land

    file = place_file.read(options.file)
    wanted = place_import.ImportOptions(
        as_of=options.as_of or datetime.now(LOCAL_TIME).date(),
        source=options.source,
        named=dict(options.map),
        defaults=dict(options.default),
        skip_refused=options.skip_refused,
        states_allowed=("in_action",) if options.allow_in_action else (),
        provenance="simulated" if options.simulated else "imported",
    )
    rest = options.refused or options.file.with_name(f"{options.file.name}.refused.csv")
    engine = settings.engine("operator")
    try:
        with use_case(engine) as conn:
            if options.commit and not options.simulated:
                refuse_simulated_land(conn)
            trial = conn.begin_nested()
            report = place_import.import_places(conn, file, options=wanted)
            writes = options.commit and report.appended is not None
            if writes and report.refused:
                # Before the commit: rows must not be left out without a word about them.
                refused_file.write(
                    rest,
                    file.rows,
                    report.findings,
                    columns=report.columns,
                    can_be_read=can_be_read,
                )
            if writes:
                trial.commit()
            else:
                trial.rollback()
    finally:
        engine.dispose()
    return _outcome(report, committed=writes, rest=rest)


def _outcome(report: "ImportReport", *, committed: bool, rest: Path) -> Outcome:
    done = report.appended
    counts = {"rows": report.row_count, "refused": len(report.refused)}
    data: dict[str, object] = {"committed": committed, "columns": dict(report.columns)}
    if done is None:
        whole = any(one.severity == "error" and one.row is None for one in report.findings)
        code = "hotspots_file_refused" if whole else "hotspots_refused"
        return Outcome(False, both(code, **counts), counts, report.findings, data)
    counts |= {
        "places": done.place_count,
        "known_places": done.known_place_count,
        "events": done.event_count,
        "known_events": done.known_event_count,
    }
    said = {**counts, "known": done.known_event_count}
    lines = [
        *both("hotspots_secret_notice"),
        *both("hotspots_written" if committed else "hotspots_dry_run", **said),
    ]
    if committed and report.refused:
        lines += both("hotspots_refused_written", name=rest)
        data["refused_file"] = str(rest)
    return Outcome(True, lines, counts, report.findings, data)


IMPORT = Command(
    help_vi=say("command_import_hotspots"),
    help_en=say("command_import_hotspots", language="en"),
    configure=configure,
    run=run,
)
