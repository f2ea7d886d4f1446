"""Commands about assessments: the board of a cycle, one commune, and one step.

The web is the usual way: there a step is signed by an account with a role and an area. A command
signs as ``command``, which neither appraises nor decides what a command put forward (X2).
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from api.cli.arguments import both, day
from api.cli.outcome import Command, Outcome
from geo.assessing import (
    DECIDING,
    DUTY_OF,
    ON_THE_WAY,
    REASONS,
    VERDICTS,
    Duty,
    Step,
    waits_for,
)
from geo.assessing.duties import duty_on, read_cycle
from geo.class_ladder import LADDER, NOT_ASSESSED, ClassId
from geo.errors import NotFound
from geo.messages import LANGUAGES, Language, say
from geo.period import LOCAL_TIME, Period
from geo.units import code_is_whole

if TYPE_CHECKING:
    from api.settings import Settings
    from geo.store.assessment_board import BoardRow
    from geo.store.assessment_reading import Assessment
    from geo.store.engine import Connection

# Communes that a list names; the JSON has them all.
_SHOWN = 20
_REASONS = tuple(sorted({one for listed in REASONS.values() for one in listed}))


def _configure_list(parser: ArgumentParser) -> None:
    parser.add_argument("--cycle", metavar="P", help=" / ".join(both("option_assess_cycle")))
    parser.add_argument("--area", metavar="CODE", help=" / ".join(both("option_assess_area")))
    parser.add_argument(
        "--as-of", type=day, metavar="D", help=" / ".join(both("option_assess_as_of"))
    )


def _run_list(options: Namespace, settings: "Settings") -> Outcome:
    """Count communes by state and name those that are late, by code."""
    from geo.store import assessment_board, report_calendar
    from geo.store.accounts import ALL_KEYS
    from geo.store.simulated_land import stand_on_simulated_land

    with settings.transaction("operator") as conn:
        as_of = options.as_of or report_calendar.day_of_question(conn)
        cycles = assessment_board.list_cycles(conn, as_of=as_of)
        cycle = read_cycle(options.cycle) if options.cycle else cycles[0]
        rows = assessment_board.read_board(
            conn,
            cycle=cycle,
            ranges=[ALL_KEYS if options.area is None else _range(conn, cycle, options.area)],
            as_of=as_of,
            land="simulated" if stand_on_simulated_land(conn) else "real",
            until=options.as_of,
        )
    counts = assessment_board.count_states(rows)
    awaited = {one.state: one.waits_for for one in rows}
    late = [one for one in rows if one.days_late > 0]
    lines = [
        *both("assess_list_head", cycle=cycle.id, as_of=f"{as_of:%d/%m/%Y}", count=len(rows)),
        *(
            line
            for state, count in counts.items()
            if count
            for line in _state_lines(state, count, awaited.get(state), as_of)
        ),
        *both("assess_list_late", count=len(late)),
    ]
    if late:
        named = ", ".join(one.code for one in late[:_SHOWN])
        lines.append(f"  {named}{' …' if len(late) > _SHOWN else ''}")
    data: dict[str, object] = {
        "cycle": cycle.id,
        "as_of": as_of.isoformat(),
        "communes": [_describe(one) for one in rows],
    }
    return Outcome(True, lines, {**counts, "late": len(late)}, data=data)


def _state_lines(state: str, count: int, awaited: Duty | None, as_of: date) -> list[str]:
    found = duty_on(awaited, as_of) if awaited else None
    organs = {"vi": found.organ_vi, "en": found.organ_en} if found else {"vi": "–", "en": "–"}
    return [
        say(
            "assess_list_line",
            language=language,
            state=say(f"assess_state_{state}", language=language),
            count=count,
            organ=organs[language],
        )
        for language in LANGUAGES
    ]


def _describe(one: "BoardRow") -> dict[str, object]:
    matter = one.matter
    return {
        "code": one.code,
        "name": one.name,
        "state": one.state,
        "waits_for": one.waits_for,
        "since": one.since.isoformat() if one.since else None,
        "days_late": one.days_late,
        "computed": one.computed,
        "proposed": matter.proposed,
        "classified": matter.classified,
        "decided": matter.decided,
        "flags": list(one.flags),
    }


def _configure_show(parser: ArgumentParser) -> None:
    parser.add_argument("commune", metavar="COMMUNE", help=" / ".join(both("option_assess_unit")))
    parser.add_argument(
        "--cycle", required=True, metavar="P", help=" / ".join(both("option_assess_cycle"))
    )


def _run_show(options: Namespace, settings: "Settings") -> Outcome:
    """Tell the steps of one commune's assessment and what was decided before."""
    from geo.store.assessment_reading import read_computed

    with settings.transaction("operator") as conn:
        found = _find(conn, options.commune, read_cycle(options.cycle))
        computed = read_computed(conn, found)
    matter = found.matter
    lines = [
        line
        for language in LANGUAGES
        for line in (
            say(
                "assess_show_head",
                language=language,
                name=found.head.name,
                cycle=found.cycle.label(language),
                state=say(f"assess_state_{matter.state}", language=language),
            ),
            say(
                "assess_show_results",
                language=language,
                **{
                    name: _class_name(value, language) if value else "–"
                    for name, value in (
                        ("computed", computed),
                        ("proposed", matter.proposed),
                        ("decided", matter.decided),
                    )
                },
            ),
            *(
                f"  {one.number}. {one.step.effective_on:%d/%m/%Y}"
                f" {say(f'assess_step_{one.step.kind}', language=language)}"
                f"{_more(one.step, language)}"
                for one in found.steps
            ),
        )
    ]
    if found.is_new_land:
        lines += both("assess_show_new_land", count=len(found.predecessors))
    data: dict[str, object] = {
        "code": found.head.code,
        "cycle": found.cycle.id,
        "state": matter.state,
        "waits_for": waits_for(matter.state),
        "computed": computed,
        "proposed": matter.proposed,
        "classified": matter.classified,
        "verdict": matter.verdict,
        "decided": matter.decided,
        "previous": found.previous(),
        "predecessors": [
            {"code": one.code, "name": one.name, "class": one.last_class}
            for one in found.predecessors
        ],
        "steps": [
            {
                "number": one.number,
                "step": one.step.kind,
                "effective_on": one.step.effective_on.isoformat(),
                "class": one.step.class_id,
                "verdict": one.step.verdict,
                "back_to": one.step.back_to,
                "document_no": one.step.document_no,
                "reason": one.step.reason,
                "role": one.role,
                "at_level": one.at_level,
            }
            for one in found.steps
        ],
    }
    return Outcome(True, lines, data=data)


def _class_name(class_id: ClassId, language: Language) -> str:
    if class_id == NOT_ASSESSED:
        return say("assess_not_assessed", language=language)
    return say(f"legend_class_{class_id}", language=language)


def _more(step: Step, language: Language) -> str:
    told = [
        _class_name(step.class_id, language) if step.class_id else None,
        say(f"assess_verdict_{step.verdict}", language=language) if step.verdict else None,
        say(f"assess_state_{step.back_to}", language=language) if step.back_to else None,
        step.document_no,
        say(f"assess_reason_{step.reason}", language=language) if step.reason else None,
    ]
    listed = [one for one in told if one]
    return f": {' · '.join(listed)}" if listed else ""


def _configure_step(parser: ArgumentParser) -> None:
    parser.add_argument("commune", metavar="COMMUNE", help=" / ".join(both("option_assess_unit")))
    parser.add_argument(
        "--cycle", required=True, metavar="P", help=" / ".join(both("option_assess_cycle"))
    )
    for name, choices, needed in (
        ("step", (*DUTY_OF, "tra_lai"), True),
        ("class", (*LADDER, NOT_ASSESSED), False),
        ("verdict", VERDICTS, False),
        ("back-to", ON_THE_WAY[:-1], False),
        ("reason", _REASONS, False),
    ):
        parser.add_argument(
            f"--{name}",
            required=needed,
            choices=choices,
            help=" / ".join(both(f"option_assess_{name.replace('-', '_')}")),
        )
    parser.add_argument(
        "--on", required=True, type=day, metavar="D", help=" / ".join(both("option_assess_on"))
    )
    parser.add_argument("--document", metavar="NO", help=" / ".join(both("option_assess_document")))


def _run_step(options: Namespace, settings: "Settings") -> Outcome:
    """Make one step of one commune's assessment."""
    from geo.store.assessment_steps import StepWish, make_step

    step = Step(
        options.step,
        options.on,
        getattr(options, "class"),
        options.verdict,
        options.back_to,
        options.document,
        options.reason,
    )
    with settings.transaction("operator") as conn:
        found = _find(conn, options.commune, read_cycle(options.cycle))
        done = make_step(conn, found, StepWish(step, login="command", role="command"))
    lines = [
        say(
            "assess_done",
            language=language,
            step=say(f"assess_step_{done.kind}", language=language),
            commune=options.commune,
            cycle=options.cycle,
        )
        for language in LANGUAGES
    ]
    if done.kind in DECIDING:
        lines += both("assess_compute_next")
    return Outcome(True, lines, data={"step": done.kind, "class": done.class_id})


def _find(conn: "Connection", code: str, cycle: Period) -> "Assessment":
    from geo.store.accounts import ALL_KEYS
    from geo.store.assessment_reading import find_assessment

    today = datetime.now(LOCAL_TIME).date()
    if not code_is_whole(code, level="commune"):
        raise NotFound("assess_code_unknown", code=code[:12])
    key, _ = _range(conn, cycle, code)
    return find_assessment(conn, unit_key=key, cycle=cycle, today=today, ranges=[ALL_KEYS])


def _range(conn: "Connection", cycle: Period, code: str) -> tuple[int, int]:
    """Give the first and the last key of a unit and all below it, on a cycle's boundaries."""
    from geo.store.assessment_board import set_of_cycle
    from geo.store.unit_page import find_unit, last_key
    from geo.units import LEVELS

    level = next((one for one in reversed(LEVELS) if code_is_whole(code, level=one)), None)
    if level is None:
        raise NotFound("assess_code_unknown", code=code[:12])
    head = find_unit(conn, set_of_cycle(conn, cycle), level=level, code=code)
    return head.unit_key, last_key(conn, head)


def _command(
    name: str,
    configure: Callable[[ArgumentParser], None],
    run: Callable[[Namespace, "Settings"], Outcome],
) -> Command:
    code = f"command_assess_{name}"
    return Command(say(code), say(code, language="en"), configure, run)


LIST = _command("list", _configure_list, _run_list)
SHOW = _command("show", _configure_show, _run_show)
STEP = _command("step", _configure_step, _run_step)
