"""Part III of a report: targets of the plans of a unit, as they stood when its window had ended.

Plans whose land lies wholly in the unit are told target by target; of plans above it only what each
unit of its level must do by itself.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from api.plan_words import bound_words, is_share, number, written
from geo.messages import Language, say
from geo.period import make_period
from geo.plans import Plan, Target, list_plans
from geo.store.engine import Connection
from geo.store.feeds import KeyRanges
from geo.targets import Verdict

if TYPE_CHECKING:
    from geo.store.handout_facts import HandoutFacts
    from geo.store.plan_scores import Score
    from geo.store.unit_graph import UnitGraph
    from layers.report.plans import PlanLine

# Paces are told by year, as on the page of plans.
_PER_YEAR: Mapping[str, int] = {"month": 12}


def plan_lines(
    conn: Connection,
    graph: "UnitGraph",
    facts: "HandoutFacts",
    *,
    ranges: KeyRanges,
    indicators: Collection[str],
    language: Language,
) -> "list[PlanLine]":
    """Judge the targets that concern the unit of a report.

    Parameters
    ----------
    conn, graph
        Connection within the actor's scope, and the sets in force.
    facts
        Of the unit and window.
    ranges, indicators
        What the actor sees.
    language
        Of the words.
    """
    from geo.store.plan_scores import read_scores

    lines: list[PlanLine] = []
    day = day_of_plans(facts)
    for plan in list_plans():
        if plan.starts_on > facts.period.last_day or plan.ends_on < facts.period.starts_on:
            continue
        inside = _is_inside(conn, graph, plan, facts)
        if inside is None or not (
            inside or any(one.per == facts.head.level for one in plan.targets)
        ):
            continue
        scores = read_scores(
            conn,
            graph,
            plan,
            as_of=day,
            ranges=ranges,
            indicators=indicators,
        )
        lines += _lines(plan, scores, facts.head.unit_key, inside=inside, language=language)
    return lines


def day_of_plans(facts: "HandoutFacts") -> date:
    """Give the first day whose last whole month covers the window, or the newest day with data.

    Classes are read by month: on the window's own last day they would be those of the month before.
    """
    last = facts.period.last_day
    month = make_period("month", year=last.year, month=last.month)
    return min(month.last_day, max(facts.run.data_until, last))


def _is_inside(
    conn: Connection, graph: "UnitGraph", plan: Plan, facts: "HandoutFacts"
) -> bool | None:
    """Tell whether a plan's land lies in the unit; None where they share none."""
    import numpy as np

    from geo.store.plan_scope import area_on, find_home

    homes = [home for ref in plan.units if (home := find_home(conn, graph, ref)) is not None]
    at = graph.index(facts.borders.set_id)
    keys = graph.sets[at].key[area_on(graph, homes, at).communes]
    own = np.isin(keys, [one.unit_key for one in facts.communes])
    return bool(own.all()) if own.any() else None


def _lines(
    plan: Plan,
    scores: "Sequence[Score]",
    own: int,
    *,
    inside: bool,
    language: Language,
) -> "list[PlanLine]":
    title = plan.title_vi if language == "vi" else plan.title_en
    issuer = plan.issuer_vi if language == "vi" else plan.issuer_en
    name = say("handout_plan_name", language=language, title=title, issuer=issuer, year=plan.year)
    if inside:
        return [_line(name, one.target, one.verdict, language) for one in scores]
    return [
        _line(name, score.target, part.verdict, language)
        for score in scores
        for part in score.parts
        if part.unit.unit_key == own
    ]


def _line(plan: str, target: Target, verdict: Verdict, language: Language) -> "PlanLine":
    from layers.report.plans import PlanLine

    needed = bound_words(target, language)
    if verdict.needed is not None and is_share(target) and target.comparator in ("≥", ">"):
        needed = f"{needed} ({say('handout_needed', language=language, count=verdict.needed)})"
    state = say(f"target_state_{verdict.state}", language=language)
    if verdict.pace_needed is not None and verdict.pace_needed > 0:
        pace = number(verdict.pace_needed * _PER_YEAR.get(target.kind, 1), language)
        state = (
            state
            if pace == "0"
            else f"{state}; {say('handout_pace', language=language, pace=pace)}"
        )
    deadline = verdict.due or target.deadline
    return PlanLine(
        plan,
        target.text_vi if language == "vi" else target.text_en,
        needed,
        _have(target, verdict, language),
        state,
        f"{deadline:%d/%m/%Y}" if deadline else say("handout_continuing", language=language),
    )


def _have(target: Target, verdict: Verdict, language: Language) -> str:
    one = verdict.reading
    if one is None:
        return say("handout_missing_short", language=language)
    text = written(one.value, target, language)
    if one.numerator is not None and one.denominator is not None:
        text = f"{text} ({one.numerator}/{one.denominator})"
    return f"{text}; {one.period.label(language).split(' (')[0]}"
