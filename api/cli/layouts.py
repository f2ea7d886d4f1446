"""Commands on layouts: propose how an office's sheet is to be read, save what a person confirmed.

A proposal is never used by itself: it is looked at, edited where it is wrong, its questions are
answered, and only ``save --confirm`` keeps it.
"""

import json
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.arguments import both, day
from api.cli.outcome import Command, Outcome
from api.cli.talk import UsageError
from geo.errors import Finding, NotFound, Refused
from geo.messages import say
from geo.office_sheet.layout import Layout, Meaning, from_json, open_questions, to_json
from geo.period import LOCAL_TIME

if TYPE_CHECKING:
    import pandas as pd

    from api.settings import Settings
    from geo.office_sheet.proposal import Proposal
    from geo.store.engine import Connection
    from geo.store.layouts import SavedLayout

_SAVE_WORDS = ("import", "layout", "save")


def _option(parser: ArgumentParser, name: str, code: str, **more: Any) -> None:
    parser.add_argument(name, help=" / ".join(both(f"option_layout_{code}")), **more)


def _configure_reading(parser: ArgumentParser) -> None:
    _option(parser, "--kind", "kind", default="observations", metavar="KIND")
    _option(parser, "--sheet", "sheet", metavar="NAME")
    _option(parser, "--encoding", "encoding", metavar="NAME")
    _option(parser, "--units-on", "units", type=day, metavar="D")


def _configure_propose(parser: ArgumentParser) -> None:
    _option(parser, "file", "file", type=Path, metavar="FILE")
    _configure_reading(parser)
    _option(parser, "--out", "out", type=Path, metavar="FILE")


def _configure_save(parser: ArgumentParser) -> None:
    _option(parser, "name", "name", metavar="NAME")
    _option(parser, "--file", "json", type=Path, metavar="FILE")
    _option(parser, "--from", "from", type=Path, metavar="FILE", dest="sheet_file")
    _configure_reading(parser)
    _option(parser, "--mark", "mark", action="append", type=_mark, default=[], metavar="SIGN=zero")
    _option(parser, "--year", "year", choices=("year", "calendar_year"))
    _option(parser, "--decimal", "decimal", choices=(",", "."))
    _option(parser, "--confirm", "confirm", action="store_true")


def _configure_show(parser: ArgumentParser) -> None:
    _option(parser, "name", "name", metavar="NAME")


def _nothing(_parser: ArgumentParser) -> None:
    pass


def run_propose(options: Namespace, settings: "Settings") -> Outcome:
    """Print what a file may be, with the evidence; write the best proposal where asked."""
    from geo.store.layouts import find_by_signature

    with settings.transaction("operator") as conn:
        found, findings = _proposals(conn, options.file, options)
        known = [find_by_signature(conn, one.layout.signature) for one in found]
    if not found:
        return Outcome(False, both("layout_none_proposed", name=options.file.name))
    lines: list[str] = []
    for number, (one, saved) in enumerate(zip(found, known, strict=True), start=1):
        lines += _say_proposal(one, number=number)
        if saved is not None:
            lines += both("layout_known", name=saved.name)
    if options.out is not None:
        _write_json(options.out, found[0].layout)
        lines += both("layout_written", name=options.out)
    data: dict[str, object] = {
        "proposals": [
            {
                "score": one.score,
                "sheets": list(one.sheets),
                "known_as": saved.name if saved else None,
                "layout": to_json(one.layout),
                "evidence": [finding.as_json() for finding in one.evidence],
                "questions": [finding.as_json() for finding in one.questions],
            }
            for one, saved in zip(found, known, strict=True)
        ]
    }
    questions = [question for one in found for question in one.questions]
    return Outcome(True, lines, {"forms": len(found)}, [*findings, *questions], data)


def run_save(options: Namespace, settings: "Settings") -> Outcome:
    """Save a layout from a JSON file or the best proposal of a spreadsheet, when confirmed."""
    from geo.store import layouts

    if (options.file is None) == (options.sheet_file is None):
        raise UsageError("usage_wrong", words=_SAVE_WORDS, text="--file | --from")
    with settings.transaction("operator") as conn:
        lines: list[str] = []
        findings: Sequence[Finding] = ()
        if options.file is not None:
            layout = _read_json(options.file)
        else:
            found, findings = _proposals(conn, options.sheet_file, options)
            if not found:
                name = options.sheet_file.name
                return Outcome(False, both("layout_none_proposed", name=name))
            layout, findings = found[0].layout, [*findings, *found[0].questions]
            lines += _say_proposal(found[0], number=1)
        layout = _answered(layout, options)
        data: dict[str, object] = {"saved": False, "layout": to_json(layout)}
        if not options.confirm:
            told = [*findings, *open_questions(layout)]
            return Outcome(True, [*lines, *both("layout_not_confirmed")], {}, told, data)
        layout_id = layouts.save(conn, options.name, layout, actor="command")
    data |= {"saved": True, "layout_id": layout_id, "name": options.name}
    told_lines = [*lines, *both("layout_saved", name=options.name, layout_id=layout_id)]
    return Outcome(True, told_lines, {}, (), data)


def run_list(_options: Namespace, settings: "Settings") -> Outcome:
    """List the layouts that hold."""
    from geo.store.layouts import list_layouts

    with settings.transaction("operator") as conn:
        saved = list_layouts(conn)
    lines = [line for one in saved for line in _say_saved(one)] or both("layouts_none")
    data = {"layouts": [_saved_json(one) for one in saved]}
    return Outcome(True, lines, {"layouts": len(saved)}, data=data)


def run_show(options: Namespace, settings: "Settings") -> Outcome:
    """Show a layout as it holds, with its earlier versions."""
    from geo.store.layouts import history

    with settings.transaction("operator") as conn:
        versions = history(conn, options.name)
    newest = versions[-1]
    shown = json.dumps(to_json(newest.layout), ensure_ascii=False, indent=2)
    lines = [*_say_saved(newest), *shown.splitlines()]
    data: dict[str, object] = {
        **_saved_json(newest),
        "layout": to_json(newest.layout),
        "history": [_saved_json(one) for one in versions],
    }
    return Outcome(True, lines, {"versions": len(versions)}, data=data)


def _proposals(
    conn: "Connection", path: Path, options: Namespace
) -> "tuple[Sequence[Proposal], Sequence[Finding]]":
    from geo.store.sheet_import import propose_layouts

    found = propose_layouts(
        path,
        units=_units(conn, options.units_on or datetime.now(LOCAL_TIME).date()),
        kind=options.kind,
        sheet=options.sheet,
        encoding=options.encoding,
    )
    return found.found, found.file.findings


def _units(conn: "Connection", valid_on: date) -> "pd.DataFrame":
    """Give the units of a day: of the set in force, or of the register before there is any."""
    from geo.store.register import register_of
    from geo.store.sheet_import import units_on

    try:
        return units_on(conn, valid_on)
    except NotFound:
        return register_of(valid_on).units


def _answered(layout: Layout, options: Namespace) -> Layout:
    """Put the answers of the command line into a layout."""
    marks: dict[str, Meaning] = dict(layout.marks)
    marks |= dict(options.mark)
    return replace(
        layout,
        marks=tuple(marks.items()),
        year_kind=options.year or layout.year_kind,
        decimal_mark=options.decimal or layout.decimal_mark,
    )


def _say_proposal(one: "Proposal", *, number: int) -> list[str]:
    lines = both(
        "layout_proposed",
        number=number,
        orientation=one.layout.orientation,
        score=f"{one.score:.2f}",
        sheets=", ".join(one.sheets),
        signature=one.layout.signature[:12],
    )
    for finding in one.evidence:
        place = finding.column or (str(finding.row) if finding.row else "")
        lines.append(f"  {place:<5} {finding.message('vi')}")
        lines.append(f"  {'':<5} {finding.message('en')}")
    return lines


def _say_saved(one: "SavedLayout") -> list[str]:
    return both(
        "layout_listed",
        name=one.name,
        kind=one.layout.kind,
        orientation=one.layout.orientation,
        recorded_at=f"{one.recorded_at.astimezone(LOCAL_TIME):%d/%m/%Y %H:%M}",
        versions=one.versions,
    )


def _saved_json(one: "SavedLayout") -> dict[str, object]:
    return {
        "layout_id": one.layout_id,
        "name": one.name,
        "kind": one.layout.kind,
        "orientation": one.layout.orientation,
        "signature": one.layout.signature,
        "actor": one.actor,
        "recorded_at": one.recorded_at,
    }


def _write_json(path: Path, layout: Layout) -> None:
    text = json.dumps(to_json(layout), ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")


def _read_json(path: Path) -> Layout:
    if not path.is_file():
        raise NotFound("file_missing", name=path.name)
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise Refused("layout_no_json", name=path.name) from error
    if not isinstance(told, dict):
        raise Refused("layout_no_json", name=path.name)
    return from_json(told)


def _mark(text: str) -> tuple[str, str]:
    sign, equals, meaning = text.rpartition("=")
    if not sign or not equals or meaning not in ("zero", "blank"):
        raise ArgumentTypeError(f"{text[:20]} (-=zero, x=blank)")
    return sign.strip().casefold(), meaning


PROPOSE = Command(
    help_vi=say("command_import_layout_propose"),
    help_en=say("command_import_layout_propose", language="en"),
    configure=_configure_propose,
    run=run_propose,
)
SAVE = Command(
    help_vi=say("command_import_layout_save"),
    help_en=say("command_import_layout_save", language="en"),
    configure=_configure_save,
    run=run_save,
)
LIST = Command(
    help_vi=say("command_import_layout_list"),
    help_en=say("command_import_layout_list", language="en"),
    configure=_nothing,
    run=run_list,
)
SHOW = Command(
    help_vi=say("command_import_layout_show"),
    help_en=say("command_import_layout_show", language="en"),
    configure=_configure_show,
    run=run_show,
)
