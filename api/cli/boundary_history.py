"""Commands on units through time: changes between sets, a unit by day, who holds its land."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.arguments import day
from api.cli.boundaries import find_set, operator
from api.cli.boundary_talk import both
from api.cli.outcome import Command, Outcome
from geo.blank import BLANK
from geo.messages import say

if TYPE_CHECKING:
    import pandas as pd

    from api.settings import Settings
    from geo.store.unit_history import Heir, UnitOnSet

_SHOWN = 40


def _option(parser: ArgumentParser, name: str, *short: str, **more: Any) -> None:
    code = "option_history_" + name.strip("-").replace("-", "_")
    parser.add_argument(*short, name, help=" / ".join(both(code)), **more)


def _configure_changes(parser: ArgumentParser) -> None:
    _option(parser, "a", metavar="A")
    _option(parser, "b", metavar="B")
    _option(parser, "--derive", action="store_true")
    _option(parser, "--out", "-o", type=Path, metavar="FILE")


def _configure_find(parser: ArgumentParser) -> None:
    _option(parser, "asked", metavar="CODE|NAME")
    _option(parser, "--on", type=day, metavar="D")
    _option(parser, "--province", metavar="P")


def _configure_trace(parser: ArgumentParser) -> None:
    _option(parser, "code", metavar="CODE")
    _option(parser, "--on", type=day, required=True, metavar="D")
    _option(parser, "--to", type=day, metavar="D")


def run_changes(options: Namespace, settings: "Settings") -> Outcome:
    """List the changes between two sets; with ``--derive`` where list and geometry disagree."""
    from geo.store.change_compare import compare_with_land, read_changes

    with operator(settings) as conn:
        earlier, later = find_set(conn, options.a), find_set(conn, options.b)
        changes = read_changes(conn, earlier.set_id, later.set_id)
        table = changes
        if options.derive:
            table = compare_with_land(conn, earlier.set_id, later.set_id, changes)
    kinds = changes["kind"].value_counts().sort_index()
    counts = {str(kind): int(count) for kind, count in kinds.items()}
    lines = both(
        "history_changes",
        earlier=earlier.title,
        later=later.title,
        count=len(changes),
        listed=int((changes["source"] == "list").sum()),
    )
    if options.derive:
        found = {name: int((table["what"] == name).sum()) for name in _DISAGREEMENTS}
        counts |= found
        lines += both("history_disagree", **found)
    lines += _show(table, options.out)
    rows = table.astype(object).where(table.notna(), BLANK).to_dict("records")
    data: dict[str, object] = {
        "from_set": earlier.hash16,
        "to_set": later.hash16,
        "disagreements" if options.derive else "changes": rows,
    }
    return Outcome(True, lines, counts, data=data)


_DISAGREEMENTS = ("no_land", "not_listed", "share")


def run_find(options: Namespace, settings: "Settings") -> Outcome:
    """Find units by code or name, with the days on which they stood."""
    from geo.store.unit_history import became, find_units

    with operator(settings) as conn:
        found = find_units(conn, options.asked, province=options.province, on=options.on)
        heirs = became(conn, [one.unit_key for one in found])
    lines = [
        line
        for one in found[:_SHOWN]
        for line in (*_say_unit(one), *_say_heirs(heirs[one.unit_key]))
    ] or both("history_none")
    if len(found) > _SHOWN:
        lines += both("history_more", count=len(found) - _SHOWN)
    data = {
        "units": [
            _unit_json(one)
            | {
                "became": [
                    _unit_json(to.unit) | {"weight": to.weight} for to in heirs[one.unit_key]
                ]
            }
            for one in found
        ]
    }
    return Outcome(bool(found), lines, {"units": len(found)}, data=data)


def run_trace(options: Namespace, settings: "Settings") -> Outcome:
    """Follow a commune to those that hold its land on another day."""
    from geo.store.unit_graph import load_graph
    from geo.store.unit_history import find_one, trace

    with operator(settings) as conn:
        unit = find_one(conn, options.code, on=options.on)
        graph = load_graph(conn)
        heirs = trace(conn, graph, unit, to=options.to or graph.sets[-1].valid_from)
    lines = _say_unit(unit)
    lines += _say_heirs(heirs)
    if not heirs:
        lines += both("history_no_heir", code=unit.code, name=unit.name)
    data = {
        "unit": _unit_json(unit),
        "heirs": [_unit_json(heir.unit) | {"weight": heir.weight} for heir in heirs],
    }
    return Outcome(True, lines, {"heirs": len(heirs)}, data=data)


def _say_heirs(heirs: "Iterable[Heir]") -> list[str]:
    return [
        line
        for heir in heirs
        for line in both(
            "history_heir",
            share=f"{100 * heir.weight:.1f}".rstrip("0").rstrip("."),
            code=heir.unit.code,
            name=heir.unit.name,
            province=heir.unit.province or "–",
        )
    ]


def _say_unit(one: "UnitOnSet") -> list[str]:
    return both(
        "history_unit",
        code=one.code,
        name=one.name,
        province=one.province or "–",
        first=f"{one.valid_from:%d/%m/%Y}",
        last=_say_day(one.valid_to),
        area="–" if one.area_km2 is None else f"{one.area_km2:.1f}",
        set_id=str(one.set_id),
    )


def _say_day(day: date | None) -> str:
    return "…" if day is None else f"{day:%d/%m/%Y}"


def _unit_json(one: "UnitOnSet") -> dict[str, object]:
    return {
        "set_id": one.set_id,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "level": one.level,
        "code": one.code,
        "name": one.name,
        "kind": one.kind,
        "province": one.province,
        "area_km2": one.area_km2,
        "unit_id": one.unit_id,
    }


def _show(table: "pd.DataFrame", out: Path | None) -> list[str]:
    """Write a table to a file, or show its first rows."""
    if out is not None:
        table.to_csv(out, index=False, sep=";", decimal=",", encoding="utf-8-sig")
        return both("history_file", path=str(out), count=len(table))
    if table.empty:
        return []
    return table.head(_SHOWN).to_string(index=False, na_rep="–").splitlines()


CHANGES = Command(
    help_vi=say("command_boundaries_changes"),
    help_en=say("command_boundaries_changes", language="en"),
    configure=_configure_changes,
    run=run_changes,
)
FIND = Command(
    help_vi=say("command_boundaries_find"),
    help_en=say("command_boundaries_find", language="en"),
    configure=_configure_find,
    run=run_find,
)
TRACE = Command(
    help_vi=say("command_boundaries_trace"),
    help_en=say("command_boundaries_trace", language="en"),
    configure=_configure_trace,
    run=run_trace,
)
