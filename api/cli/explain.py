"""Command that tells why a commune has its class."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from api.cli.arguments import both
from api.cli.boundaries import operator
from api.cli.outcome import Command, Outcome
from geo.errors import NotFound, Refused
from geo.messages import LANGUAGES, Language, say

if TYPE_CHECKING:
    from api.settings import Settings
    from geo.store.engine import Connection
    from geo.store.unit_page import UnitHead

# The command is the operator's, who sees all there is.
_ROLE = "administrator"
_EVERYTHING = [(0, (1 << 62))]
_MARKS = {"met": "[x]", "not_met": "[ ]", "unknown": "[?]", "disabled": "[-]"}


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""

    def told(code: str) -> str:
        return " / ".join(both(code))

    parser.add_argument("commune", metavar="COMMUNE", help=told("option_explain_commune"))
    parser.add_argument("--period", required=True, metavar="P", help=told("option_explain_period"))
    parser.add_argument("--criteria", metavar="ID", help=told("option_explain_criteria"))
    parser.add_argument("--province", metavar="P", help=told("option_explain_province"))


def run(options: Namespace, settings: "Settings") -> Outcome:
    """Tell why a commune has its class."""
    from api.class_answer import class_answer
    from geo.store.class_page import read_class_page

    with operator(settings) as conn:
        head = _find(conn, options)
        page = read_class_page(
            conn,
            head,
            period_id=options.period,
            criteria_id=options.criteria,
            ranges=_EVERYTHING,
        )
        body = {"code": head.code, "name": head.name, **class_answer(page, role=_ROLE)}
    lines = [line for language in LANGUAGES for line in (*_told(body, language), "")]
    return Outcome(True, lines[:-1], data=body)


def _find(conn: "Connection", options: Namespace) -> "UnitHead":
    """Find the commune on the set in force on the period's last day.

    Raises
    ------
    NotFound
        ``unit_unknown``.
    Refused
        ``class_several_units``.
    """
    from geo.period import parse_period
    from geo.store.map_index import list_feed_sets
    from geo.store.unit_history import find_units
    from geo.store.unit_page import find_unit

    day = parse_period(options.period).last_day
    found = [
        one
        for one in find_units(conn, options.commune, province=options.province, on=day)
        if one.level == "commune"
    ]
    if not found:
        raise NotFound("unit_unknown", code=options.commune[:40], title=f"{day:%d/%m/%Y}")
    if len(found) > 1:
        raise Refused("class_several_units", count=len(found), name=options.commune[:60])
    held = next(one for one in list_feed_sets(conn) if one.set_id == found[0].set_id)
    return find_unit(conn, held, level="commune", code=found[0].code)


def _told(body: Mapping[str, Any], language: Language) -> list[str]:
    """Say the answer in one language."""

    def of(one: Mapping[str, Any], stem: str) -> str:
        return str(one[f"{stem}_{language}"] or "")

    criteria, computed = body["criteria"], body["computed"]
    lines = [f"{body['name']} ({body['code']}), {of(body, 'period')}"]
    lines.append(f"{of(criteria, 'title')} · {of(criteria, 'act')} [{criteria['id']}]")
    if body["simulated"]:
        lines.append(say("explain_simulated", language=language))
    if body["banner"]:
        lines.append(f"!! {of(body['banner'], 'text')}")
    possible = ", ".join(of(one, "name") for one in computed["possible"])
    lines.append(
        say("explain_computed", language=language, name=of(computed, "name"), possible=possible)
    )
    lines.append(f"  {of(computed, 'state')}")
    for result in ("proposed", "decided"):
        one = body[result]
        name = of(one, "name") if one else "–"
        more = [one["on"], one["document_no"]] if one else []
        told = " · ".join(str(part) for part in (name, *more) if part)
        lines.append(say(f"explain_{result}", language=language, told=told))
    lines.append(f"=> {of(body['disagreement'], 'text')}")
    for row in body["rows"]:
        lines.append(
            f"{_MARKS[row['verdict']]} {row['id']:<5} {of(row, 'label')}: {of(row, 'have') or '–'}"
            f" | {of(row, 'needed')} | {of(row, 'verdict')}"
        )
    missing = [one for one in body["inputs"] if one["id"] in body["missing"]]
    for one in missing:
        lines.append(
            say("explain_missing", language=language, name=of(one, "label"), who=of(one, "owes"))
        )
    if body["next"]:
        lines.append(say("explain_next", language=language, name=of(body["next"], "name")))
        lines += [
            f"  - {one['criterion']} {of(one, 'label')}: {of(one, 'have')} -> {of(one, 'needed')}"
            for one in body["next"]["lacks"]
        ]
    return lines


EXPLAIN = Command(
    help_vi=say("command_explain"),
    help_en=say("command_explain", language="en"),
    configure=configure,
    run=run,
)
