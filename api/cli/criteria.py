"""Commands on criteria sets: list them, show one, check a file, check a total."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.arguments import both, pair
from api.cli.outcome import Command, Outcome
from geo.messages import LANGUAGES, say

if TYPE_CHECKING:
    from api.settings import Settings


def _nothing(_parser: ArgumentParser) -> None:
    """Add no arguments."""


def _configure_show(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help=" / ".join(both("option_criteria_id")))


def _configure_check(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FILE", help=" / ".join(both("option_criteria_file"))
    )


def _configure_totals(parser: ArgumentParser) -> None:
    parser.add_argument(
        "counts",
        nargs="+",
        type=pair,
        metavar="CLASS=N",
        help=" / ".join(both("option_criteria_counts")),
    )
    parser.add_argument(
        "--total",
        type=int,
        required=True,
        metavar="N",
        help=" / ".join(both("option_criteria_total")),
    )


def run_list(_options: Namespace, _settings: "Settings") -> Outcome:
    """List the packaged sets."""
    from api.class_answer import describe_criteria
    from geo.criteria import criteria_sets

    lines = []
    for one in criteria_sets():
        span = f"{one.valid_from:%d/%m/%Y} – {f'{one.valid_to:%d/%m/%Y}' if one.valid_to else ''}"
        where = ", ".join(one.provinces) or "VN"
        lines.append(f"{one.id:<18} {span:<25} {where:<4} {one.title_vi} / {one.title_en}")
        if not one.is_complete:
            lines += [f"    {line}" for line in both("class_incomplete")]
    sets = [describe_criteria(one) for one in criteria_sets()]
    return Outcome(True, lines, {"sets": len(sets)}, data={"sets": sets})


def run_show(options: Namespace, _settings: "Settings") -> Outcome:
    """Show one set, row by row."""
    from api.class_answer import class_said, describe_criteria
    from geo.criteria import criteria_set
    from geo.criteria.wording import say_needed

    one = criteria_set(options.id)
    lines = []
    for language in LANGUAGES:
        vi = language == "vi"
        lines += [one.title_vi if vi else one.title_en, one.act_vi if vi else one.act_en]
        lines += [one.note_vi if vi else one.note_en] if one.note_vi else []
        if not one.is_complete:
            lines.append(say("class_incomplete", language=language))
        for rule in one.classes:
            name = class_said(rule.id, language=language, criteria=one)
            needs = "; ".join(f"{need.at_least}/{len(need.of)}" for need in rule.needs)
            lines.append(f"{name} ({needs})")
            lines += [
                f"  {'   ' if row.is_enabled else '[-]'} {row.id:<5}"
                f" {row.label_vi if vi else row.label_en}:"
                f" {say_needed(one, row, language=language)}"
                for row in one.rows
                if any(row.id in need.of for need in rule.needs)
            ]
        lines.append("")
    rows = [
        {
            "id": row.id,
            "class": row.class_id,
            "clause": row.clause,
            "label_vi": row.label_vi,
            "label_en": row.label_en,
            "is_enabled": row.is_enabled,
            "needed_vi": say_needed(one, row, language="vi"),
            "needed_en": say_needed(one, row, language="en"),
            "source_vi": row.source_vi,
            "source_en": row.source_en,
        }
        for row in one.rows
    ]
    return Outcome(
        True, lines[:-1], {"rows": len(rows)}, data={**describe_criteria(one), "rows": rows}
    )


def run_check(options: Namespace, _settings: "Settings") -> Outcome:
    """Read a file as a set; every fault is told."""
    from geo.criteria import read_criteria
    from geo.errors import NotFound

    try:
        content = options.file.read_bytes()
    except OSError as problem:
        raise NotFound("criteria_file_missing", file=options.file.name) from problem
    one = read_criteria(content, name=options.file.name)
    counts = {
        "rows": len(one.rows),
        "disabled": sum(not row.is_enabled for row in one.rows),
    }
    lines = both("criteria_checked", id=one.id, **counts)
    if not one.is_complete:
        lines += both("class_incomplete")
    return Outcome(True, lines, counts)


def run_totals(options: Namespace, _settings: "Settings") -> Outcome:
    """Check communes by class against their total (C5)."""
    from geo.criteria import add_up
    from geo.errors import Refused

    try:
        counts = add_up({name: int(value) for name, value in options.counts}, total=options.total)
    except ValueError as problem:
        numbers = [int(value) for _, value in options.counts if value.isdigit()]
        raise Refused("criteria_totals_differ", sum=sum(numbers), total=options.total) from problem
    lines = both("criteria_totals_fit", sum=options.total)
    return Outcome(True, lines, {str(name): number for name, number in counts.items()})


def _command(
    name: str,
    configure: Callable[[ArgumentParser], None],
    run: "Callable[[Namespace, Settings], Outcome]",
) -> Command:
    return Command(
        help_vi=say(f"command_criteria_{name}"),
        help_en=say(f"command_criteria_{name}", language="en"),
        configure=configure,
        run=run,
    )


LIST = _command("list", _nothing, run_list)
SHOW = _command("show", _configure_show, run_show)
CHECK = _command("check", _configure_check, run_check)
TOTALS = _command("totals", _configure_totals, run_totals)
