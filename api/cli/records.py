"""Commands that bring records of every kind in, list imports, and take one back.

Everything is a dry run until ``--commit``. All findings come at once, by row and column, and never
repeat a value: it may be about a person.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.arguments import both, day, pair
from api.cli.outcome import Command, Outcome
from geo.errors import Refused
from geo.messages import say
from geo.period import LOCAL_TIME

if TYPE_CHECKING:
    from api.settings import Settings
    from geo.store.intake.importing import RecordReport
    from geo.store.undoing import ImportRow


def _configure(parser: ArgumentParser) -> None:
    def option(name: str, **more: Any) -> None:
        code = "option_records_" + name.strip("-").replace("-", "_")
        parser.add_argument(name, help=" / ".join(both(code)), **more)

    option("file", type=Path, metavar="FILE")
    option("--map", action="append", type=pair, default=[], metavar="FIELD=COLUMN")
    option("--default", action="append", type=pair, default=[], metavar="FIELD=VALUE")
    option("--accept", action="append", type=pair, default=[], metavar="CODE=REASON")
    option("--correction", metavar="CODE")
    option("--source", metavar="NAME")
    option("--crs", metavar="EPSG")
    option("--layout", metavar="NAME")
    option("--encoding", metavar="NAME")
    option("--period", metavar="P")
    option("--as-of", type=day, metavar="D")
    option("--skip-refused", action="store_true")
    option("--refused", type=Path, metavar="FILE")
    option("--simulated", action="store_true")
    option("--commit", action="store_true")


def _run(kind_id: str, options: Namespace, settings: "Settings") -> Outcome:
    """Read, judge, and with ``--commit`` append a file of records."""
    from geo.store import refused_file
    from geo.store.engine import use_case
    from geo.store.intake import KINDS, importing, record_file, sheet_records
    from geo.store.simulated_land import refuse_simulated_land

    kind = KINDS[kind_id]
    if options.layout and kind_id != "observations":
        raise Refused("layout_for_figures_only")
    if options.encoding and not options.layout:
        raise Refused("encoding_for_layouts_only")
    defaults = dict(options.default) | ({"period": options.period} if options.period else {})
    file = None if options.layout else record_file.read(options.file, crs=options.crs)
    wanted = importing.RecordOptions(
        as_of=options.as_of or datetime.now(LOCAL_TIME).date(),
        source=options.source,
        named=dict(options.map),
        defaults=defaults,
        accepted=dict(options.accept),
        skip_refused=options.skip_refused,
        correction=options.correction,
        provenance="simulated" if options.simulated else "imported",
    )
    rest = options.refused or options.file.with_name(f"{options.file.name}.refused.csv")
    engine = settings.engine("operator")
    try:
        with use_case(engine) as conn:
            if options.commit and not options.simulated:
                refuse_simulated_land(conn)
            if file is None:
                file = sheet_records.read(
                    conn,
                    options.file,
                    layout=options.layout,
                    period=defaults.get("period"),
                    encoding=options.encoding,
                    as_of=wanted.as_of,
                )
            trial = conn.begin_nested()
            report = importing.import_records(conn, kind, file, options=wanted)
            writes = options.commit and report.appended is not None
            if writes and report.refused:
                # Before the commit: rows must not be left out without a word about them.
                refused_file.write(
                    rest,
                    file.rows,
                    report.findings,
                    columns=report.columns,
                    can_be_read=kind.can_be_read,
                )
            if writes:
                trial.commit()
            else:
                trial.rollback()
    finally:
        engine.dispose()
    return _outcome(report, committed=writes, rest=rest)


def _outcome(report: "RecordReport", *, committed: bool, rest: Path) -> Outcome:
    counts = {"rows": report.row_count, "refused": len(report.refused)}
    data: dict[str, object] = {"committed": committed, "columns": dict(report.columns)}
    if report.appended is None:
        whole = any(one.severity == "error" and one.row is None for one in report.findings)
        code = "records_file_refused" if whole else "records_refused"
        return Outcome(False, both(code, **counts), counts, report.findings, data)
    counts |= {"new": report.appended.new_count, "known": report.appended.known_count}
    said = {**counts, "import_id": report.import_id}
    lines = [
        *both("hotspots_secret_notice"),
        *both("records_written" if committed else "records_dry_run", **said),
    ]
    if committed:
        data["import_id"] = report.import_id
        if report.refused:
            lines += both("hotspots_refused_written", name=rest)
            data["refused_file"] = str(rest)
    return Outcome(True, lines, counts, report.findings, data)


def _command(kind_id: str) -> Command:
    code = "command_import_" + kind_id.replace("-", "_")
    return Command(
        help_vi=say(code),
        help_en=say(code, language="en"),
        configure=_configure,
        run=partial(_run, kind_id),
    )


def _configure_list(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--most", type=int, default=20, metavar="N", help=" / ".join(both("option_imports_most"))
    )


def _run_list(options: Namespace, settings: "Settings") -> Outcome:
    from geo.store.undoing import list_imports

    with settings.transaction("operator") as conn:
        found = list_imports(conn, most=options.most)
    lines = [line for one in found for line in _say_import(one)] or both("imports_none")
    return Outcome(
        True, lines, {"imports": len(found)}, data={"imports": [one.as_json() for one in found]}
    )


def _configure_show(parser: ArgumentParser) -> None:
    parser.add_argument("id", type=int, metavar="ID", help=" / ".join(both("option_import_id")))


def _run_show(options: Namespace, settings: "Settings") -> Outcome:
    from geo.store.undoing import find_import

    with settings.transaction("operator") as conn:
        one, findings = find_import(conn, options.id)
    lines = list(_say_import(one))
    for told in findings:
        where = f"[{told['row']} {told['column'] or ''}] " if told.get("row") else ""
        lines += [f"{where}{told['message_vi']}", f"  {told['message_en']} ({told['code']})"]
    for accepted in one.accepted:
        lines.append(f"✓ {accepted['code']}: {accepted['reason']}")
    return Outcome(True, lines, data={"import": one.as_json(), "recorded_findings": findings})


def _configure_undo(parser: ArgumentParser) -> None:
    _configure_show(parser)
    for name, more in (
        ("--reason", {"required": True, "metavar": "CODE"}),
        ("--commit", {"action": "store_true"}),
    ):
        code = f"option_undo_{name.strip('-')}"
        parser.add_argument(name, help=" / ".join(both(code)), **more)


def _run_undo(options: Namespace, settings: "Settings") -> Outcome:
    """Take an import back, with ``--commit``."""
    from geo.store.undoing import undo_import

    with settings.transaction("operator") as conn:
        trial = conn.begin_nested()
        one = undo_import(conn, options.id, reason=options.reason, actor="command")
        if options.commit:
            trial.commit()
        else:
            trial.rollback()
    code = "undo_done" if options.commit else "undo_dry_run"
    lines = both(code, import_id=one.import_id, kind=one.kind, rows=one.row_count)
    return Outcome(True, lines, data={"committed": options.commit, "import": one.as_json()})


def _configure_template(parser: ArgumentParser) -> None:
    from geo.store.intake import KINDS

    kinds = ["hotspots", *KINDS]
    parser.add_argument("kind", choices=kinds, help=" / ".join(both("option_template_kind")))
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help=" / ".join(both("option_template_out"))
    )


def _run_template(options: Namespace, _settings: "Settings") -> Outcome:
    """Write an empty workbook of a kind."""
    from geo.store.intake.templates import write_template

    path = options.out or Path(f"mau-{options.kind}.xlsx")
    write_template(path, options.kind)
    lines = both("template_written", name=path, kind=options.kind)
    return Outcome(True, lines, data={"file": str(path)})


def _say_import(one: "ImportRow") -> list[str]:
    said = {
        "import_id": one.import_id,
        "when": f"{one.recorded_at.astimezone(LOCAL_TIME):%d/%m/%Y %H:%M}",
        "kind": one.kind,
        "name": one.source_name,
        "rows": one.row_count,
        "refused": one.refused_count,
    }
    lines = []
    for language in ("vi", "en"):
        marks = []
        if one.undone_at is not None:
            marks.append(say("import_mark_undone", language=language, reason=one.undone_reason))
        if one.provenance == "simulated":
            marks.append(say("import_mark_simulated", language=language))
        lines.append(say("import_line", language=language, mark=", ".join(marks), **said).rstrip())
    return lines


def _other(
    name: str,
    configure: Callable[[ArgumentParser], None],
    run: Callable[[Namespace, "Settings"], Outcome],
) -> Command:
    code = f"command_import_{name}"
    return Command(say(code), say(code, language="en"), configure, run)


OBSERVATIONS = _command("observations")
POPULATION = _command("population")
SUBMISSIONS = _command("submissions")
ASSESSMENTS = _command("assessments")
CAMPAIGNS = _command("campaigns")
MODELS = _command("models")
SUBCOMMUNES = _command("subcommunes")
SUBCOMMUNE_STATUS = _command("subcommune-status")
FACILITIES = _command("facilities")
ROUTES = _command("routes")
PATROL_AREAS = _command("patrol-areas")
TARGETS = _command("targets")
LIST = _other("list", _configure_list, _run_list)
SHOW = _other("show", _configure_show, _run_show)
UNDO = _other("undo", _configure_undo, _run_undo)
TEMPLATE = _other("template", _configure_template, _run_template)
