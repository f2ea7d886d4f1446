"""Reads the assessment of one commune for a cycle: its steps, its results, the classes before it.

A merged commune has no class of its own before its first decision; its predecessors' last classes
are listed and never inherited (A4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from geo.assessing import (
    DECIDING,
    Matter,
    State,
    Step,
    StepKind,
    Verdict,
    as_class,
    duty_of,
    matter_of,
    next_steps,
)
from geo.assessing.duties import duty_on, start_class
from geo.class_ladder import ClassId
from geo.errors import NotFound
from geo.period import Period
from geo.store import unit_page
from geo.store.assessment_board import set_of_cycle
from geo.store.feeds import KeyRanges
from geo.store.unit_page import Decision, Relative, UnitHead
from geo.units import Level


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step as readers see it: the role that made it and where, never the log-in (X3)."""

    number: int
    step: Step
    at_level: Level
    role: str
    done_on: date
    recorded_at: datetime
    simulated: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """The assessment of a commune for a cycle.

    Parameters
    ----------
    head
        The commune on the boundaries of the cycle's last day.
    cycle
        The period.
    keys
        Key of the commune and of the units above it, by level.
    steps
        The first one first.
    decisions
        All results of the land, of files too, the oldest first.
    predecessors
        Units that it was made of, with their last classes; empty for one with the same land.
    today
        Local day of the question.
    """

    head: UnitHead
    cycle: Period
    keys: Mapping[Level, int]
    steps: tuple[StepRow, ...]
    decisions: tuple[Decision, ...]
    predecessors: tuple[Relative, ...]
    today: date

    @property
    def matter(self) -> Matter:
        """Where it stands."""
        return matter_of(one.step for one in self.steps)

    @property
    def is_new_land(self) -> bool:
        """Whether the commune was made of others and nothing was decided for its land yet."""
        return bool(self.predecessors) and not any(one.decided for one in self.decisions)

    def previous(self) -> ClassId | None:
        """Give the class of the land that held before the steps' decision, if there is one.

        Without any decision the configured start class counts (C2).
        """
        last = self.steps[-1].step if self.steps else None
        decided = [one for one in self.decisions if one.decided is not None]
        if last is not None and last.kind in DECIDING:
            own = [one for one in decided if _is_of(one, last, self.cycle)]
            decided = [one for one in decided if one not in own[-1:]]
            decided = [one for one in decided if (one.decided_on or date.max) <= last.effective_on]
        if not decided:
            return start_class(self.head.code, self.cycle.last_day)
        return as_class(decided[-1].decided)

    def computed(self) -> ClassId | None:
        """Give the computed class that a result of the cycle names; see `read_computed`."""
        told = [one.computed for one in self.decisions if one.period == self.cycle.id]
        return as_class(next((one for one in reversed(told) if one is not None), None))

    def decided_at(self) -> dict[StepKind, tuple[Level, int]]:
        """Give for each step that the state allows the level and the key whose rights it needs."""
        matter = self.matter
        found: dict[StepKind, tuple[Level, int]] = {}
        for kind in next_steps(matter):
            duty = duty_of(kind, matter.state)
            if duty is None:
                continue
            level = duty_on(duty, self.today).level
            if level in self.keys:
                found[kind] = (level, self.keys[level])
        return found


def find_assessment(
    conn: Connection, *, unit_key: int, cycle: Period, today: date, ranges: KeyRanges
) -> Assessment:
    """Read the assessment of a commune for a cycle, as far as the session sees.

    Raises
    ------
    NotFound
        ``assess_no_set``, ``assess_unit_not_due``: no commune of the set in force on the cycle's
        last day, or one that is not subject to assessment (A9).
    """
    found = set_of_cycle(conn, cycle)
    code = conn.execute(
        text(
            "SELECT code FROM unit_version WHERE unit_key = :key AND set_id = :set_id"
            " AND level = 'commune' AND assessable"
        ),
        {"key": unit_key, "set_id": found.set_id},
    ).scalar()
    if code is None:
        raise NotFound("assess_unit_not_due", period=cycle.id)
    head = unit_page.find_unit(conn, found, level="commune", code=code)
    older = unit_page.relatives(conn, head, ranges=ranges, until=today, older=True)
    return Assessment(
        head,
        cycle,
        _keys(conn, head),
        _steps(conn, unit_key, cycle),
        tuple(unit_page.decisions(conn, head, ranges=ranges)),
        tuple(one for one in older if one.change not in ("unchanged", "rename")),
        today,
    )


def read_computed(conn: Connection, assessment: Assessment) -> ClassId | None:
    """Give the class by the criteria for the cycle (C1); what a file said where none was computed.

    Parameters
    ----------
    conn
        Connection of the service with the session's token, or of the operator.
    assessment
        Of which commune and cycle.
    """
    found = conn.execute(
        text("SELECT computed FROM class_result WHERE unit_key = :key AND period_id = :period"),
        {"key": assessment.head.unit_key, "period": assessment.cycle.id},
    ).scalar()
    return as_class(found) or assessment.computed()


def own_steps(conn: Connection, assessment: Assessment, *, login: str) -> frozenset[StepKind]:
    """Give the steps of an assessment that a log-in made (X2); a session learns its own only."""
    by_command = conn.execute(text("SELECT current_user = 'bando_operator'")).scalar_one()
    asked = {"key": assessment.head.unit_key, "period": assessment.cycle.id, "login": login}
    told = conn.execute(
        text(
            "SELECT bando.assessment_steps_of(:key, :period, :login)"
            if by_command
            else "SELECT bando.own_assessment_steps(:key, :period)"
        ),
        asked,
    ).scalar_one()
    return frozenset(told)


def _is_of(decision: Decision, step: Step, cycle: Period) -> bool:
    return (
        decision.period == cycle.id
        and decision.decided_on == step.effective_on
        and decision.decided == step.class_id
    )


def _keys(conn: Connection, head: UnitHead) -> dict[Level, int]:
    rows = conn.execute(
        text(
            "SELECT p.level, p.unit_key FROM unit_version AS u"
            " JOIN unit_version AS p ON p.set_id = u.set_id"
            " AND u.unit_key BETWEEN p.unit_key AND p.key_to WHERE u.unit_key = :key"
        ),
        {"key": head.unit_key},
    )
    return {row.level: row.unit_key for row in rows}


def _steps(conn: Connection, unit_key: int, cycle: Period) -> tuple[StepRow, ...]:
    rows = conn.execute(
        text(
            "SELECT number, step, effective_on, class_id, verdict, back_to, document_no,"
            " reason_code, at_level, actor_role, done_on, recorded_at,"
            " provenance = 'simulated' AS simulated FROM assessment_step"
            " WHERE unit_key = :key AND period_id = :period ORDER BY number"
        ),
        {"key": unit_key, "period": cycle.id},
    )
    listed = []
    for row in rows:
        verdict: Verdict | None = row.verdict
        back_to: State | None = row.back_to
        step = Step(
            row.step,
            row.effective_on,
            as_class(row.class_id),
            verdict,
            back_to,
            row.document_no,
            row.reason_code,
        )
        listed.append(
            StepRow(
                row.number,
                step,
                row.at_level,
                row.actor_role,
                row.done_on,
                row.recorded_at,
                row.simulated,
            )
        )
    return tuple(listed)
