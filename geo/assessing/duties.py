"""Who owes which step of an assessment at which level, and by when: dated data (X3, X4).

The data stand in `duties.toml`. Days that no act names are unknown and nothing is late by them.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from geo.assessing import DUTIES, FORWARD, NOT_STARTED, Duty, State, StepKind
from geo.class_ladder import ClassId
from geo.errors import Refused
from geo.period import Period, PeriodKind, parse_period
from geo.units import Level

Land = Literal["real", "simulated"]


@dataclass(frozen=True, slots=True)
class DutyRule:
    """Who has a duty, half-open.

    Parameters
    ----------
    duty
        Which steps.
    level
        Of the area that the rights must cover.
    roles
        Roles that make the steps; the administrator may too.
    organ_vi, organ_en
        The body, never a person.
    """

    duty: Duty
    level: Level
    roles: tuple[str, ...]
    organ_vi: str
    organ_en: str
    first_day: date = date.min
    ends_before: date = date.max


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when a step is due: days after the last day of the cycle's period."""

    land: Land
    step: StepKind
    days_after: int


@dataclass(frozen=True, slots=True)
class Start:
    """The class from which a unit that was never assessed counts, from a day on (C2)."""

    code: str
    first_day: date
    class_id: ClassId


@dataclass(frozen=True, slots=True)
class Calendar:
    """All of `duties.toml`."""

    cycle_kinds: tuple[PeriodKind, ...]
    owed_kinds: tuple[PeriodKind, ...]
    duties: tuple[DutyRule, ...]
    deadlines: tuple[Deadline, ...]
    starts: tuple[Start, ...]


def read_calendar(text: str) -> Calendar:
    """Read a calendar from TOML.

    Raises
    ------
    ValueError
        When a duty is nobody's on some day from its first on, or two bodies' at once.
    """
    told = tomllib.loads(text)
    read = Calendar(
        cycle_kinds=tuple(told["cycle_kinds"]),
        owed_kinds=tuple(told["owed_kinds"]),
        duties=tuple(_read_duty(one) for one in told["duties"]),
        deadlines=tuple(
            Deadline(one["land"], one["step"], int(one["days_after"]))
            for one in told.get("deadlines", ())
        ),
        starts=tuple(
            Start(one["code"], one["from"], one["class_id"]) for one in told.get("starts", ())
        ),
    )
    for duty in DUTIES:
        spans = sorted((d.first_day, d.ends_before) for d in read.duties if d.duty == duty)
        ends = [date.min, *(after for _, after in spans)]
        if [first for first, _ in spans] != ends[:-1] or ends[-1] != date.max:
            raise ValueError(f"{duty}: each day has one body")
    return read


@cache
def calendar() -> Calendar:
    """Give the calendar that is packaged with the product."""
    return read_calendar(files("geo.assessing").joinpath("duties.toml").read_text(encoding="utf-8"))


def duty_on(duty: Duty, day: date, *, rules: Calendar | None = None) -> DutyRule:
    """Give who has a duty on a day."""
    known = (rules or calendar()).duties
    return next(one for one in known if one.duty == duty and one.first_day <= day < one.ends_before)


def read_cycle(text: str) -> Period:
    """Read the period of a cycle.

    Raises
    ------
    Refused
        ``period_unknown``, ``assess_no_cycle``.
    """
    period = parse_period(text)
    if period.kind not in calendar().cycle_kinds:
        raise Refused("assess_no_cycle", period=period.id)
    return period


def is_owed(state: State, cycle: Period, *, rules: Calendar | None = None) -> bool:
    """Tell whether the next step is owed: once begun always, else where every commune owes."""
    return state != NOT_STARTED or cycle.kind in (rules or calendar()).owed_kinds


def due_last(
    state: State, cycle: Period, *, land: Land, rules: Calendar | None = None
) -> date | None:
    """Give the last day for the step that a state waits for; None where no day is known."""
    awaited = FORWARD[state][0]
    known = (rules or calendar()).deadlines
    found = next((one for one in known if one.land == land and one.step == awaited), None)
    return None if found is None else cycle.last_day + timedelta(days=found.days_after)


def start_class(code: str, day: date, *, rules: Calendar | None = None) -> ClassId | None:
    """Give the class from which a commune counts that was never assessed, None where none is set.

    Parameters
    ----------
    code
        Of the commune on the boundaries of the day.
    day
        Day of the question.
    """
    fitting = [
        one for one in (rules or calendar()).starts if one.code == code and one.first_day <= day
    ]
    return max(fitting, key=lambda one: one.first_day).class_id if fitting else None


def _read_duty(one: dict[str, Any]) -> DutyRule:
    return DutyRule(
        one["duty"],
        one["level"],
        tuple(one["roles"]),
        one["organ_vi"],
        one["organ_en"],
        one.get("from", date.min),
        one.get("until", date.max),
    )
