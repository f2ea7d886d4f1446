"""Judges a step of an assessment, and flags what is worth a second look."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Literal

from geo.assessing import (
    DECIDING,
    PUT_FORWARD_BY,
    REASONS,
    VERDICTS,
    WITH_CLASS,
    Matter,
    Step,
    StepKind,
    class_choices,
    next_steps,
    returns_to,
)
from geo.class_ladder import LADDER, NOT_ASSESSED, ClassId, is_jump, is_relapse
from geo.errors import Conflict, Finding, Refused

Flag = Literal["jump", "relapse", "computed_differs", "proposed_differs", "appraisal_differs"]
# "12/QĐ-UBND": a number, a stroke, signs with a letter; no day, no telephone number.
_DOCUMENT = re.compile(
    r"(?!.*\d{7})(?:[^\W\d_]{1,4}[.-]?)?\d{1,6}[^\W\d_]?/(?=.*[^\W\d_])[\w./-]{1,40}"
)


def check_step(
    matter: Matter,
    step: Step,
    *,
    previous: ClassId | None,
    opens_on: date,
    today: date,
    own: Collection[StepKind] = (),
) -> Step:
    """Give a step whole, or refuse it with everything that is wrong.

    Parameters
    ----------
    matter
        Where it stands.
    step
        What is wished.
    previous
        The class of the land that held before, or the configured start; None when there is none.
    opens_on
        First day of the cycle's period.
    today
        Local day.
    own
        Steps of this cycle that the same log-in made.

    Raises
    ------
    Conflict
        ``assess_step_not_allowed``, ``assess_own_proposal`` (X2).
    Refused
        ``assess_step_refused`` with a finding by field.
    """
    if step.kind not in next_steps(matter):
        raise Conflict("assess_step_not_allowed")
    if not PUT_FORWARD_BY.get(step.kind, frozenset()).isdisjoint(own):
        raise Conflict("assess_own_proposal")
    if step.kind == "cong_nhan" and step.class_id is None:
        step = replace(step, class_id=matter.classified)
    findings = [
        *_judge_day(matter, step, opens_on=opens_on, today=today),
        *_judge_choice(
            step.class_id, class_choices(step.kind, matter), "class_id", step.kind in WITH_CLASS
        ),
        *_judge_choice(step.verdict, VERDICTS, "verdict", step.kind == "tham_dinh"),
        *_judge_choice(step.back_to, returns_to(matter.state), "back_to", step.kind == "tra_lai"),
        *_judge_choice(
            step.reason, REASONS.get(step.kind, ()), "reason", needs_reason(step, previous)
        ),
        *_judge_document(step),
    ]
    if findings:
        raise Refused("assess_step_refused", findings=findings, count=len(findings))
    return step


def needs_reason(step: Step, previous: ClassId | None) -> bool:
    """Tell whether a step needs a reason: a recognition only when it goes down (C2)."""
    if step.kind == "cong_nhan":
        return is_relapse(previous or NOT_ASSESSED, step.class_id or NOT_ASSESSED)
    return step.kind in REASONS


def flags_of(
    matter: Matter, *, previous: ClassId | None, computed: ClassId | None
) -> tuple[Flag, ...]:
    """List what is worth a second look; none of it forbids anything (C1, C2).

    Parameters
    ----------
    matter
        Where it stands.
    previous
        The class that held before, None without one.
    computed
        The class by the criteria, None while it is not known.
    """
    aimed = matter.put_forward
    if aimed is None:
        return ()
    found: list[Flag] = []
    if is_jump(previous or NOT_ASSESSED, aimed):
        found.append("jump")
    if is_relapse(previous or NOT_ASSESSED, aimed):
        found.append("relapse")
    if computed in LADDER and computed != aimed:
        found.append("computed_differs")
    if matter.proposed is not None and matter.proposed != aimed:
        found.append("proposed_differs")
    if matter.verdict == "khong_dat" and matter.state == "cong_nhan":
        found.append("appraisal_differs")
    return tuple(found)


def _judge_day(matter: Matter, step: Step, *, opens_on: date, today: date) -> list[Finding]:
    earliest = matter.since or opens_on
    if step.effective_on < earliest:
        return [
            Finding(
                "assess_day_too_early",
                column="effective_on",
                details={"day": f"{earliest:%d/%m/%Y}"},
            )
        ]
    if step.effective_on > today:
        return [Finding("assess_day_in_future", column="effective_on")]
    return []


def _judge_choice(
    given: str | None, choices: Collection[str], field: str, needed: bool
) -> list[Finding]:
    if given is None:
        return [Finding(f"assess_{field}_missing", column=field)] if needed else []
    if not needed:
        return [Finding(f"assess_{field}_unneeded", column=field)]
    if given not in choices:
        return [Finding(f"assess_{field}_not_offered", column=field)]
    return []


def _judge_document(step: Step) -> list[Finding]:
    if step.document_no is None:
        if step.kind in DECIDING:
            return [Finding("assess_document_missing", column="document_no")]
        return []
    if not _DOCUMENT.fullmatch(step.document_no):
        return [Finding("assess_document_form", column="document_no")]
    return []
