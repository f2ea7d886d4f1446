"""What `/assessments` answers, put together from what the store reads."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from api.access import ROLES, duties_of
from geo.assessing import (
    DECIDING,
    DUTIES,
    PUT_FORWARD_BY,
    REASONS,
    VERDICTS,
    Duty,
    StepKind,
    class_choices,
    duty_of,
    returns_to,
    waits_for,
)
from geo.assessing.duties import duty_on, is_owed
from geo.assessing.judging import flags_of
from geo.class_ladder import ClassId
from geo.messages import LANGUAGES, say
from geo.period import Period, parse_period
from geo.store.accounts import Actor
from geo.store.assessment_board import BoardRow, count_states
from geo.store.assessment_reading import Assessment, StepRow
from geo.store.feeds import KeyRanges
from geo.store.map_index import FeedSet
from geo.store.unit_page import Decision, Relative


def describe_board(
    rows: Sequence[BoardRow],
    *,
    cycle: Period,
    cycles: Sequence[Period],
    as_of: date,
    feed_set: FeedSet,
    provinces: Mapping[int, tuple[str, str]],
    actor: Actor,
    simulated: bool,
) -> dict[str, object]:
    """Describe the board of a cycle."""
    return {
        "cycle": _cycle(cycle),
        "starts_on": cycle.starts_on.isoformat(),
        "last_day": cycle.last_day.isoformat(),
        "cycles": [_cycle(one) for one in cycles],
        "as_of": as_of.isoformat(),
        "boundary_set": feed_set.id,
        "simulated": simulated,
        "deadlines_known": any(one.due_last for one in rows),
        "provinces": [
            {"code": code, "name": name} for _, (code, name) in sorted(provinces.items())
        ],
        "duties": [_body(duty, as_of) for duty in DUTIES],
        "own_duties": list(duties_of(actor.role)),
        "counts": count_states(rows),
        "late": sum(one.days_late > 0 for one in rows),
        "rows": [_row(one, provinces[one.province_key][0]) for one in rows],
    }


def describe_page(
    found: Assessment,
    *,
    actor: Actor,
    own: Collection[StepKind],
    computed: ClassId | None,
    feed_set: FeedSet,
    simulated: bool,
    in_scope: bool,
) -> dict[str, object]:
    """Describe the assessment of one commune; of another area only that it is there."""
    matter = found.matter
    owed = in_scope and is_owed(matter.state, found.cycle)
    awaited = waits_for(matter.state) if owed else None
    previous = found.previous() if in_scope else None
    province = next((one.name for one in found.head.parents if one.level == "province"), "")
    return {
        "key": found.head.unit_key,
        "code": found.head.code,
        "name": found.head.name,
        "province": province,
        "boundary_set": feed_set.id,
        "cycle": _cycle(found.cycle),
        "in_scope": in_scope,
        "simulated": simulated,
        "state": matter.state,
        "steps_made": matter.count,
        "since": _day(matter.since),
        "waits_for": awaited,
        "waits_body": _body(awaited, found.today) if awaited else None,
        "computed": computed,
        "proposed": matter.proposed,
        "classified": matter.classified,
        "verdict": matter.verdict,
        "decided": matter.decided,
        "previous": previous,
        "flags": list(flags_of(matter, previous=previous, computed=computed)),
        "new_land": found.is_new_land,
        "predecessors": [_predecessor(one) for one in found.predecessors],
        "steps": [_step(one) for one in found.steps],
        "results": [_result(one) for one in found.decisions],
        "offered": _offered(found, actor=actor, own=own) if in_scope else [],
        "own_proposal": _is_held_back(found, actor=actor, own=own),
    }


def reaches(actor: Actor, kind: StepKind, found: Assessment, ranges: KeyRanges) -> bool:
    """Tell whether an actor's role and area let it make a step that the state allows."""
    where = found.decided_at().get(kind)
    duty = duty_of(kind, found.matter.state)
    if where is None or duty is None:
        return False
    return duty in duties_of(actor.role) and any(low <= where[1] <= high for low, high in ranges)


def _offered(
    found: Assessment, *, actor: Actor, own: Collection[StepKind]
) -> list[dict[str, object]]:
    matter = found.matter
    earliest = matter.since or found.cycle.starts_on
    offered: list[dict[str, object]] = []
    for kind in found.decided_at():
        if not reaches(actor, kind, found, actor.key_ranges):
            continue
        if not PUT_FORWARD_BY.get(kind, frozenset()).isdisjoint(own):
            continue
        reason = "if_lower" if kind == "cong_nhan" else "yes" if kind in REASONS else "no"
        offered.append(
            {
                "step": kind,
                "duty": duty_of(kind, matter.state),
                "classes": list(class_choices(kind, matter)),
                "verdicts": list(VERDICTS) if kind == "tham_dinh" else [],
                "back_to": list(returns_to(matter.state)) if kind == "tra_lai" else [],
                "reasons": [
                    {"code": code, **_texts(f"assess_reason_{code}", stem="")}
                    for code in REASONS.get(kind, ())
                ],
                "reason": reason,
                "document": "needed" if kind in DECIDING else "optional",
                "earliest": min(earliest, found.today).isoformat(),
                "latest": found.today.isoformat(),
            }
        )
    return offered


def _is_held_back(found: Assessment, *, actor: Actor, own: Collection[StepKind]) -> bool:
    return any(
        not PUT_FORWARD_BY.get(kind, frozenset()).isdisjoint(own)
        and reaches(actor, kind, found, actor.key_ranges)
        for kind in found.decided_at()
    )


def _row(one: BoardRow, province: str) -> dict[str, object]:
    matter = one.matter
    return {
        "key": one.unit_key,
        "code": one.code,
        "name": one.name,
        "province": province,
        "state": one.state,
        "steps": matter.count,
        "waits_for": one.waits_for,
        "since": _day(one.since),
        "due_last": _day(one.due_last),
        "days_late": one.days_late,
        "computed": one.computed,
        "proposed": matter.proposed,
        "classified": matter.classified,
        "verdict": matter.verdict,
        "decided": matter.decided,
        "previous": one.previous,
        "flags": list(one.flags),
        "decided_on": _day(one.decided_on),
        "document_no": one.document_no,
    }


def _step(one: StepRow) -> dict[str, object]:
    step = one.step
    role = ROLES.get(one.role)
    # Of a return the body is that of the role that made it.
    duty = duty_of(step.kind, "ra_soat") if step.kind != "tra_lai" else _duty_of_role(one.role)
    body = duty_on(duty, step.effective_on) if duty else None
    return {
        "number": one.number,
        "step": step.kind,
        "effective_on": step.effective_on.isoformat(),
        "class_id": step.class_id,
        "verdict": step.verdict,
        "back_to": step.back_to,
        "document_no": step.document_no,
        "at_level": one.at_level,
        **(
            _texts(f"assess_reason_{step.reason}", stem="reason_")
            if step.reason
            else {"reason_vi": None, "reason_en": None}
        ),
        "role_vi": role.name_vi if role else say("report_by_command"),
        "role_en": role.name_en if role else say("report_by_command", language="en"),
        "organ_vi": body.organ_vi if body else "",
        "organ_en": body.organ_en if body else "",
        "done_on": one.done_on.isoformat(),
        "simulated": one.simulated,
    }


def _duty_of_role(role: str) -> Duty | None:
    duties = duties_of(role)
    return duties[0] if len(duties) == 1 else None


def _predecessor(one: Relative) -> dict[str, object]:
    return {
        "boundary_set": one.boundary_set,
        "code": one.code,
        "name": one.name,
        "province": one.province,
        "change": one.change,
        "weight": one.weight,
        "last_class": one.last_class,
    }


def _result(one: Decision) -> dict[str, object]:
    period = parse_period(one.period)
    return {
        "period": one.period,
        **{f"label_{language}": period.label(language) for language in LANGUAGES},
        "computed": one.computed,
        "proposed": one.proposed,
        "decided": one.decided,
        "decided_on": _day(one.decided_on),
        "document_no": one.document_no,
    }


def _body(duty: Duty, day: date) -> dict[str, object]:
    found = duty_on(duty, day)
    return {
        "duty": duty,
        "level": found.level,
        "organ_vi": found.organ_vi,
        "organ_en": found.organ_en,
    }


def _cycle(period: Period) -> dict[str, object]:
    return {
        "id": period.id,
        **{f"label_{language}": period.label(language) for language in LANGUAGES},
    }


def _texts(code: str, *, stem: str) -> dict[str, object]:
    return {f"{stem}{language}": say(code, language=language) for language in LANGUAGES}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
