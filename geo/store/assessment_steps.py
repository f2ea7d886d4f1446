"""Makes the steps of an assessment: reviews, proposals, appraisals, decisions, returns.

The rules are `geo.assessing`; the database holds them again for every role, and the scope, the role
and the log-in of a session, and writes what a step decides (`sql/0011_assessing.sql`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, insert
from sqlalchemy.exc import DBAPIError

from geo.assessing import Step
from geo.assessing.judging import check_step
from geo.errors import BandoError, Conflict, Forbidden
from geo.store import audit
from geo.store.assessment_reading import Assessment, own_steps
from geo.store.tables import assessment_step

# What the triggers of 0011 say, as the first word of their message: another step came between
# looking and doing, or the rules in Python let something through.
_SAID_AS = {
    "assess_own_proposal": "assess_own_proposal",
    "assess_has_steps": "assess_has_steps",
    "assess_no_decider": "assess_no_decider",
    **dict.fromkeys(
        (
            "assess_step_not_allowed",
            "assess_unit_not_due",
            "assess_day_wrong",
            "assess_class_wrong",
            "assess_reason_wrong",
        ),
        "assess_changed_meanwhile",
    ),
}


@dataclass(frozen=True, slots=True)
class StepWish:
    """A step that somebody asks for.

    Parameters
    ----------
    step
        What.
    login, role
        Who.
    seen
        Number of steps that the page showed; None when nobody looked.
    """

    step: Step
    login: str
    role: str
    seen: int | None = None


def make_step(conn: Connection, assessment: Assessment, wish: StepWish) -> Step:
    """Make a step; one that decides writes the class with it, in the same transaction.

    Parameters
    ----------
    conn
        Connection of the role ``intake`` with the session's token, or of the operator.
    assessment
        As `find_assessment` gave it within the same transaction.
    wish
        What is asked for.

    Returns
    -------
    Step
        As it was recorded.

    Raises
    ------
    Refused
        ``assess_step_refused`` with a finding by field.
    Conflict
        ``assess_step_not_allowed``, ``assess_own_proposal``, ``assess_changed_meanwhile``.
    Forbidden
        ``assess_outside_area``: the role or the area does not reach.
    """
    matter = assessment.matter
    if wish.seen is not None and wish.seen != matter.count:
        raise Conflict("assess_changed_meanwhile")
    step = check_step(
        matter,
        wish.step,
        previous=assessment.previous(),
        opens_on=assessment.cycle.starts_on,
        today=assessment.today,
        own=own_steps(conn, assessment, login=wish.login),
    )
    with told_refusals():
        conn.execute(
            insert(assessment_step).values(
                unit_key=assessment.head.unit_key,
                period_id=assessment.cycle.id,
                step=step.kind,
                back_to=step.back_to,
                class_id=step.class_id,
                verdict=step.verdict,
                effective_on=step.effective_on,
                document_no=step.document_no,
                reason_code=step.reason,
                actor=wish.login,
                actor_role=wish.role,
            )
        )
    audit.append(
        conn,
        actor=wish.login,
        action=f"assessment.{step.kind}",
        subject={
            "unit_key": assessment.head.unit_key,
            "cycle": assessment.cycle.id,
            "class": step.class_id,
            "verdict": step.verdict,
            "back_to": step.back_to,
            "document": step.document_no,
            "reason": step.reason,
        },
    )
    return step


@contextmanager
def told_refusals() -> Iterator[None]:
    """Tell what the triggers and policies refuse as errors of ours."""
    try:
        yield
    except DBAPIError as error:
        told = _refusal_of(error)
        if told is None:
            raise
        raise told from error


def _refusal_of(error: DBAPIError) -> BandoError | None:
    state = getattr(error.orig, "sqlstate", None)
    words = str(error.orig).split()
    code = words[0].rstrip(":") if words else ""
    if state == "23001" and code in _SAID_AS:
        return Conflict(_SAID_AS[code])
    if state == "23505" and "uq_assessment_step_number" in str(error.orig):
        return Conflict("assess_changed_meanwhile")
    if state == "42501":
        return Forbidden("assess_outside_area")
    return None
