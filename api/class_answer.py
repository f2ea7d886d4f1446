"""Puts into one answer why a commune has its class, for the page and for the command."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from api.access import may_see
from geo.class_ladder import NOT_ASSESSED, ClassId
from geo.criteria import CriteriaSet, Input, inputs, lacking
from geo.criteria.wording import say_have, say_needed
from geo.messages import LANGUAGES, Language, say

if TYPE_CHECKING:
    from geo.store.class_page import ClassPage
    from geo.store.unit_page import Decision

_SAID = {
    "agree": "class_agree",
    "decided_better": "class_decided_better",
    "decided_worse": "class_decided_worse",
    "proposed_differs": "class_proposed_differs",
    "computed_open": "class_computed_open",
}
_OWES = {
    "report": "class_owes_report",
    "residents": "class_owes_residents",
    "places": "class_owes_places",
    "routes": "class_owes_routes",
    "programme": "class_owes_programme",
}


def class_answer(page: "ClassPage", *, role: str) -> dict[str, object]:
    """Give the body of the answer; numbers that the role may not see are left out."""
    criteria, judged = page.criteria, page.judged
    values = page.result.inputs
    hidden = {name for name in criteria.inputs if not may_see(role, inputs()[name].visibility)}
    met = {one.row.id for one in judged.reasons if one.verdict == "met"}
    goal = page.goal
    return {
        "period": page.period.id,
        "period_vi": page.period.label("vi"),
        "period_en": page.period.label("en"),
        "criteria": describe_criteria(criteria)
        | {"is_current": criteria.version == page.result.rule_version or not page.is_stored},
        "is_applied": page.is_stored,
        "banner": None if judged.is_complete else _both("class_incomplete", stem="text"),
        "computed": _computed(page),
        "proposed": _assessed(page.proposed, "proposed", criteria),
        "decided": _assessed(page.decided, "decided", criteria),
        "disagreement": _disagreement(page),
        "rows": [
            {
                "id": one.row.id,
                "class": one.row.class_id,
                "clause": one.row.clause,
                "label_vi": one.row.label_vi,
                "label_en": one.row.label_en,
                "verdict": one.verdict,
                **_both(f"class_verdict_{one.verdict}", stem="verdict"),
                **{
                    f"have_{language}": say_have(
                        criteria, one.row, values, met=met, language=language, hidden=hidden
                    )
                    for language in LANGUAGES
                },
                **{
                    f"needed_{language}": say_needed(criteria, one.row, language=language)
                    for language in LANGUAGES
                },
                "inputs": list(
                    dict.fromkeys(
                        name for part in one.row.conditions for name in part.measure.inputs
                    )
                ),
                "source_vi": one.row.source_vi,
                "source_en": one.row.source_en,
            }
            for one in judged.reasons
        ],
        "needs": [
            {
                "class": rule.id,
                "at_least": need.at_least,
                "of": list(need.of),
                "or_worse": need.or_worse,
            }
            for rule in criteria.classes
            for need in rule.needs
        ],
        "inputs": [_input(inputs()[name], values, hidden, page) for name in criteria.inputs],
        "missing": list(judged.missing),
        "next": None
        if goal is None or goal not in criteria.reachable
        else {
            "class": goal,
            **_class_names(criteria, goal),
            "lacks": [
                {
                    "criterion": one.criterion,
                    "label_vi": one.label_vi,
                    "label_en": one.label_en,
                    "verdict": one.verdict,
                    "have_vi": one.have_vi,
                    "have_en": one.have_en,
                    "needed_vi": one.needed_vi,
                    "needed_en": one.needed_en,
                }
                for one in lacking(criteria, values, goal=goal, hidden=hidden)
            ],
        },
        "simulated": page.result.simulated,
    }


def describe_criteria(criteria: CriteriaSet) -> dict[str, object]:
    """Give what is to be known of a set."""
    return {
        "id": criteria.id,
        "title_vi": criteria.title_vi,
        "title_en": criteria.title_en,
        "act_vi": criteria.act_vi,
        "act_en": criteria.act_en,
        "valid_from": criteria.valid_from.isoformat(),
        "valid_to": criteria.valid_to.isoformat() if criteria.valid_to else None,
        "provinces": list(criteria.provinces),
        "note_vi": criteria.note_vi,
        "note_en": criteria.note_en,
        "is_complete": criteria.is_complete,
        "simulated": criteria.is_simulated,
        "version": criteria.version,
    }


def class_said(class_id: str, *, language: Language, criteria: CriteriaSet | None = None) -> str:
    """Name a class as its act does, else as the map does."""
    names: Mapping[ClassId, str] = {}
    if criteria is not None:
        names = criteria.names_vi if language == "vi" else criteria.names_en
    if class_id == NOT_ASSESSED:
        return say("class_name_open", language=language)
    named = {str(one): name for one, name in names.items()}.get(class_id, "")
    return named or say(f"legend_class_{class_id}", language=language)


def _class_names(criteria: CriteriaSet, class_id: str | None) -> dict[str, object]:
    if class_id is None:
        return {"name_vi": None, "name_en": None}
    return {
        f"name_{language}": class_said(class_id, language=language, criteria=criteria)
        for language in LANGUAGES
    }


def _computed(page: "ClassPage") -> dict[str, object]:
    possible = page.judged.possible
    if len(possible) > 1:
        state = _both("class_not_single", stem="state", count=len(possible))
    elif not page.is_stored:
        state = _both("class_other_criteria", stem="state")
    else:
        code = "class_final" if page.result.is_final else "class_not_approved"
        state = _both(code, stem="state")
    return {
        "class": page.judged.computed,
        **_class_names(page.criteria, page.judged.computed),
        "possible": [{"class": one, **_class_names(page.criteria, one)} for one in possible],
        "is_final": page.result.is_final,
        **state,
    }


def _assessed(
    one: "Decision | None", result: str, criteria: CriteriaSet
) -> dict[str, object] | None:
    if one is None:
        return None
    class_id = one.proposed if result == "proposed" else one.decided
    is_decided = result == "decided"
    return {
        "class": class_id,
        **_class_names(criteria, class_id),
        "period": one.period,
        "on": one.decided_on.isoformat() if is_decided and one.decided_on else None,
        "document_no": one.document_no if is_decided else None,
    }


def _disagreement(page: "ClassPage") -> dict[str, object]:
    told: dict[str, str] = {"computed": page.judged.computed}
    if page.proposed is not None and page.proposed.proposed:
        told["proposed"] = page.proposed.proposed
    if page.decided is not None and page.decided.decided:
        told["decided"] = page.decided.decided
    code = _SAID[page.disagreement] if page.disagreement else "class_not_decided"
    return {
        "code": page.disagreement or "not_decided",
        **{
            f"text_{language}": say(
                code,
                language=language,
                **{
                    name: class_said(one, language=language, criteria=page.criteria)
                    for name, one in told.items()
                },
            )
            for language in LANGUAGES
        },
    }


def _input(
    one: Input, values: Mapping[str, int | None], hidden: set[str], page: "ClassPage"
) -> dict[str, object]:
    value = values.get(one.id)
    is_missing = value is None
    shown = None if value is None or one.id in hidden else value / one.grain
    owes = (
        {
            f"owes_{language}": say(
                _OWES[one.origin], language=language, period=page.period.label(language)
            )
            for language in LANGUAGES
        }
        if is_missing
        else {"owes_vi": None, "owes_en": None}
    )
    statuses = [state.status if state else None for state in page.reports.values()]
    return {
        "id": one.id,
        "label_vi": one.label_vi,
        "label_en": one.label_en,
        "unit_vi": one.unit_vi,
        "unit_en": one.unit_en,
        "value": int(shown) if shown is not None and float(shown).is_integer() else shown,
        "is_missing": is_missing,
        "is_hidden": one.id in hidden,
        "report": statuses[0] if one.origin == "report" and statuses else None,
        **owes,
    }


def _both(code: str, *, stem: str, **details: object) -> dict[str, object]:
    return {f"{stem}_{one}": say(code, language=one, **details) for one in LANGUAGES}
