"""Commands about reports: who owes what, and the steps of one report.

The web is the usual way: there a step is signed by an account with a role and an area. A command
signs as ``command``, which approves nothing that a command brought in (X2).
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from api.cli.arguments import both, day
from api.cli.outcome import Command, Outcome
from geo.approval import REASONS, StepKind
from geo.errors import NotFound
from geo.messages import say
from geo.period import LOCAL_TIME, parse_period
from geo.units import LEVELS, Level, code_is_whole

if TYPE_CHECKING:
    from api.settings import Settings
    from geo.store.engine import Connection
    from geo.store.report_calendar import OwingUnit

# Units that a list names; the JSON has them all.
_SHOWN = 20


def _configure_list(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--as-of", type=day, metavar="D", help=" / ".join(both("option_report_as_of"))
    )


def _run_list(options: Namespace, settings: "Settings") -> Outcome:
    """Count by report who has given it, and name the first that have not."""
    from geo.reporting import reports_owed
    from geo.store import report_calendar
    from geo.store.accounts import ALL_KEYS

    with settings.transaction("operator") as conn:
        as_of = options.as_of or report_calendar.day_of_question(conn)
        owed = reports_owed(as_of)
        units = report_calendar.read_calendar(conn, owed=owed, as_of=as_of, ranges=[ALL_KEYS])
    lines: list[str] = []
    counts: dict[str, int] = {}
    missing: dict[str, list[str]] = {}
    for due in owed:
        found = report_calendar.count_states(units, due)
        counts |= {f"{due.period.id}.{state}": count for state, count in found.items()}
        lines += both(
            "report_list_line", period=due.period.id, due=f"{due.due_last:%d/%m/%Y}", **found
        )
        missing[due.period.id] = _missing(units, due.period.id)
        if missing[due.period.id]:
            named = ", ".join(missing[due.period.id][:_SHOWN])
            more = " …" if len(missing[due.period.id]) > _SHOWN else ""
            lines.append(f"  {named}{more}")
    data: dict[str, object] = {"as_of": as_of.isoformat(), "missing": missing}
    return Outcome(True, lines or both("report_list_none"), counts, data=data)


def _missing(units: "list[OwingUnit]", period_id: str) -> list[str]:
    return [
        unit.code
        for unit in units
        for one in unit.reports
        if one.due.period.id == period_id and one.timeliness.state == "missing"
    ]


def _configure_step(parser: ArgumentParser, *, step: StepKind) -> None:
    parser.add_argument("unit", metavar="UNIT", help=" / ".join(both("option_report_unit")))
    parser.add_argument(
        "--period", required=True, metavar="P", help=" / ".join(both("option_report_period"))
    )
    if step in REASONS:
        parser.add_argument(
            "--reason",
            required=True,
            choices=REASONS[step],
            help=" / ".join(both("option_report_reason")),
        )


def _run_step(options: Namespace, settings: "Settings", *, step: StepKind) -> Outcome:
    """Make one step of one report."""
    from geo.store import approvals, report_reading
    from geo.store.simulated_land import stand_on_simulated_land

    today = datetime.now(LOCAL_TIME).date()
    period = parse_period(options.period)
    with settings.transaction("operator") as conn:
        key = _find_unit(conn, options.unit, last_day=period.last_day)
        report = report_reading.find_report(conn, unit_key=key, period_id=period.id, today=today)
        wish = approvals.StepWish(
            step,
            login="command",
            role="command",
            today=today,
            provenance="simulated" if stand_on_simulated_land(conn) else "reported",
            reason=getattr(options, "reason", None),
        )
        at_level = approvals.make_step(conn, report, wish)
    lines = both(f"report_done_{step}", unit=options.unit, period=period.id)
    return Outcome(True, lines, data={"step": step, "at_level": at_level, "period": period.id})


def _find_unit(conn: "Connection", code: str, *, last_day: date) -> int:
    """Find a unit by its code on the set in force on a day."""
    from geo.store.map_index import list_feed_sets
    from geo.store.unit_page import find_unit

    levels: list[Level] = [one for one in LEVELS if code_is_whole(code, level=one)]
    found = next((one for one in list_feed_sets(conn) if one.holds_on(last_day)), None)
    if found is None or not levels:
        raise NotFound("report_code_unknown", code=code[:12])
    return find_unit(conn, found, level=levels[-1], code=code).unit_key


def _command(
    name: str,
    configure: Callable[[ArgumentParser], None],
    run: Callable[[Namespace, "Settings"], Outcome],
) -> Command:
    code = f"command_report_{name}"
    return Command(say(code), say(code, language="en"), configure, run)


def _step_command(name: str, step: StepKind) -> Command:
    return _command(name, partial(_configure_step, step=step), partial(_run_step, step=step))


LIST = _command("list", _configure_list, _run_list)
SUBMIT = _step_command("submit", "submitted")
APPROVE = _step_command("approve", "approved")
RETURN = _step_command("return", "returned")
UNAPPROVE = _step_command("unapprove", "unapproved")
