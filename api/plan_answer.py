"""The one JSON shape of plans and scores, used by routes and commands."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from api.plan_words import bound_words, is_share, unit_of
from geo.messages import LANGUAGES, say
from geo.plans import Plan, Target
from geo.targets import STATES, Milestone, Reading, Verdict

if TYPE_CHECKING:
    from geo.store.plan_case import Part, Score
    from geo.store.plan_numbers import Registered
    from geo.store.plan_scope import Named
    from geo.store.unit_history import UnitOnSet

Line = dict[str, object]
# By set: its name in addresses, and its title.
Sets = Mapping[int, tuple[str, str]]
_MONTHS = 12
# Periods of a kind in a year: paces are told per year.
_PER_YEAR = {"month": _MONTHS}


def describe_plan(plan: Plan) -> Line:
    """Say what a plan is; days are inclusive."""
    return {
        "id": plan.id,
        **_both(plan, "title", "issuer", "continues"),
        "number": plan.number,
        "year": plan.year,
        "kind": plan.kind,
        "parent": plan.parent,
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": plan.ends_on.isoformat(),
        "target_count": len(plan.targets),
    }


def describe_scores(
    plan: Plan,
    scores: "Sequence[Score]",
    *,
    as_of: date,
    simulated: bool,
    sets: Sets,
    scope: "Sequence[Named]",
) -> Line:
    """Describe a plan as it stands.

    Parameters
    ----------
    plan, scores
        The plan and its targets as judged.
    as_of, simulated
        The day; whether anything is made up.
    sets
        By set: its name in addresses and its title.
    scope
        Units that the plan names: each as its day knew it, and who holds its land now.
    """
    counts = Counter(one.state for one in scores)
    return {
        "as_of": as_of.isoformat(),
        "simulated": simulated,
        "plan": {
            **describe_plan(plan),
            "phases": [
                {
                    "vi": one.vi,
                    "en": one.en,
                    "first": one.first.isoformat(),
                    "last": one.last.isoformat(),
                }
                for one in plan.phases
            ],
            "questions": [{"vi": one.vi, "en": one.en} for one in plan.questions],
            "calendar": list(plan.calendar),
            "scope": [_named(one, sets) for one in scope],
        },
        "counts": {state: counts[state] for state in STATES if counts[state]},
        "targets": [_score(one, sets) for one in scores],
    }


def _score(score: "Score", sets: Sets) -> Line:
    target = score.target
    set_id, title = sets.get(score.set_id or 0, ("", ""))
    return {
        **_target(target),
        **_verdict(score.verdict, target),
        "boundary_set": set_id,
        "boundary_title": title,
        "communes": score.communes,
        "baseline_value": _number(score.baseline.value if score.baseline else None),
        "series": [_reading(one) for one in score.readings],
        "milestones": [_milestone(one) for one in score.milestones],
        "registered": [_registered(one) for one in score.registered],
        "parts": [_part(one, target, sets) for one in score.parts],
    }


def _target(target: Target) -> Line:
    return {
        "id": target.id,
        **_both(target, "text", "source", "note"),
        "measure": target.measure,
        "indicator": target.indicator,
        "comparator": target.comparator,
        **{f"asks_{lang}": bound_words(target, lang) for lang in LANGUAGES},
        "is_share": is_share(target),
        **{f"unit_{lang}": unit_of(target, lang) for lang in LANGUAGES},
        "force": target.force,
        **_said("force", f"target_force_{target.force}"),
        "good": target.good,
        **_said("good", f"target_good_{target.good}"),
        "kind": target.kind,
        "per": target.per,
        "baseline": target.baseline,
        "deadline": target.deadline.isoformat() if target.deadline else None,
        "neutralised_counts": target.neutralised_counts,
    }


def _verdict(verdict: Verdict, target: Target) -> Line:
    reading = verdict.reading
    per_year = _PER_YEAR.get(target.kind, 1)
    return {
        "state": verdict.state,
        **_said("state", f"target_state_{verdict.state}"),
        "reason": verdict.reason,
        **_said("reason", verdict.reason),
        "reading": _reading(reading) if reading else None,
        "bound": _number(verdict.bound),
        "needed": verdict.needed,
        "pace_needed": _number(verdict.pace_needed, times=per_year),
        "pace_so_far": _number(verdict.pace_so_far, times=per_year),
        "periods_left": verdict.periods_left,
        "broken": list(verdict.broken),
        "due": verdict.due.isoformat() if verdict.due else None,
    }


def _reading(one: Reading) -> Line:
    return {
        "period": one.period.id,
        **{f"label_{lang}": one.period.label(lang) for lang in LANGUAGES},
        "last": one.period.last_day.isoformat(),
        "value": float(one.value),
        "numerator": one.numerator,
        "denominator": one.denominator,
        "is_estimate": one.is_estimate,
        "is_whole": one.is_whole,
    }


def _part(part: "Part", target: Target, sets: Sets) -> Line:
    return {
        **_unit(part.unit, sets),
        **_verdict(part.verdict, target),
        "milestones": [_milestone(one) for one in part.milestones],
        "registered": [_registered(one) for one in part.registered],
        "heirs": [_unit(one, sets) for one in part.heirs],
    }


def _registered(one: "Registered") -> Line:
    return {
        "year": one.year,
        "value": _number(one.value),
        "is_share": one.is_share,
        "mark": one.mark,
        "document_no": one.document_no,
        "simulated": one.simulated,
    }


def _milestone(one: Milestone) -> Line:
    return {"due": one.due.isoformat(), "bound": _number(one.bound)}


def _named(one: "Named", sets: Sets) -> Line:
    return {
        "level": one.ref.level,
        "code": one.ref.code,
        "day": one.ref.day.isoformat(),
        "unit": _unit(one.unit, sets) if one.unit else None,
        "today": [_unit(heir, sets) for heir in one.heirs],
    }


def _unit(unit: "UnitOnSet", sets: Sets) -> Line:
    return {
        "boundary_set": sets.get(unit.set_id, ("", ""))[0],
        "level": unit.level,
        "code": unit.code,
        "name": unit.name,
        "province": unit.province,
    }


def _both(thing: object, *stems: str) -> Line:
    names = [f"{stem}_{lang}" for stem in stems for lang in LANGUAGES]
    return {name: getattr(thing, name) for name in names}


def _said(stem: str, code: str) -> Line:
    return {f"{stem}_{lang}": say(code, language=lang) for lang in LANGUAGES}


def _number(value: Fraction | None, *, times: int = 1) -> float | None:
    return None if value is None else float(value * times)
