"""Commands ``bando plan list`` and ``bando plan show``: what plans ask for and how they stand."""

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from api.cli.arguments import both, day
from api.cli.outcome import Command, Outcome
from api.plan_answer import describe_plan, describe_scores
from api.plan_words import bound_words, number, written
from geo.messages import LANGUAGES, Language, say
from geo.plans import Plan, find_plan, list_plans
from geo.targets import STATES, State

if TYPE_CHECKING:
    from api.settings import Settings
    from geo.store.plan_case import Part, Score

# As the page marks them: a state is never told by colour alone.
_MARKS: dict[State, str] = {
    "met": "✓",
    "on_course": "→",
    "behind": "!",
    "not_established": "?",
    "not_computable": "–",
    "by_hand": "✎",
    "lapsed": "×",
    "superseded": "↷",
}
_MONTHS = 12


def _configure_list(parser: ArgumentParser) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, help=" / ".join(both("option_plan_lang")))


def _run_list(options: Namespace, settings: "Settings") -> Outcome:
    language: Language = options.lang or settings.language
    lines = [
        say(
            "plan_list_line",
            language=language,
            id=plan.id,
            title=plan.title_vi if language == "vi" else plan.title_en,
            issuer=plan.issuer_vi if language == "vi" else plan.issuer_en,
            year=plan.year,
            targets=len(plan.targets),
        )
        for plan in list_plans()
    ]
    data: dict[str, object] = {"plans": [describe_plan(plan) for plan in list_plans()]}
    return Outcome(True, lines, {"plans": len(lines)}, data=data)


def _configure_show(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help=" / ".join(both("option_plan_id")))
    parser.add_argument(
        "--as-of", type=day, metavar="D", help=" / ".join(both("option_plan_as_of"))
    )
    _configure_list(parser)


def _run_show(options: Namespace, settings: "Settings") -> Outcome:
    """Judge a plan as whoever may run commands sees it: the whole country, every indicator."""
    from geo.indicators import SERIES
    from geo.store.accounts import ALL_KEYS
    from geo.store.map_index import list_feed_sets
    from geo.store.plan_scope import named_units
    from geo.store.plan_scores import read_scores
    from geo.store.report_calendar import day_of_question
    from geo.store.simulated_land import stand_on_simulated_land
    from geo.store.unit_graph import load_graph

    plan = find_plan(options.id)
    language: Language = options.lang or settings.language
    with settings.transaction("operator") as conn:
        as_of = options.as_of or day_of_question(conn)
        graph = load_graph(conn)
        scores = read_scores(
            conn, graph, plan, as_of=as_of, ranges=[ALL_KEYS], indicators=frozenset(SERIES)
        )
        simulated = stand_on_simulated_land(conn)
        data = describe_scores(
            plan,
            scores,
            as_of=as_of,
            simulated=simulated,
            sets={one.set_id: (one.id, one.title) for one in list_feed_sets(conn)},
            scope=named_units(conn, graph, plan, as_of=as_of),
        )
    head = [
        plan.title_vi if language == "vi" else plan.title_en,
        say("plan_as_of", language=language, day=f"{as_of:%d/%m/%Y}"),
        *([say("map_simulated", language=language)] if simulated else []),
        _headline(scores, language),
    ]
    told = [line for score in scores for line in _lines(score, language)]
    counts = {state: sum(one.state == state for one in scores) for state in STATES}
    kept: dict[str, int] = {state: count for state, count in counts.items() if count}
    return Outcome(True, [*head, *told, *_questions(plan, language)], kept, data=data)


def _headline(scores: "Sequence[Score]", language: Language) -> str:
    counts = Counter(one.state for one in scores)
    others = [
        f"{counts[state]} {say(f'target_state_{state}', language=language)}"
        for state in STATES
        if counts[state] and state != "met"
    ]
    more = f", {', '.join(others)}" if others else ""
    met = counts["met"]
    return say("plan_headline", language=language, met=met, total=len(scores), more=more)


def _lines(score: "Score", language: Language) -> list[str]:
    target, verdict = score.target, score.verdict
    words = target.text_vi if language == "vi" else target.text_en
    state = say(f"target_state_{score.state}", language=language)
    asked = bound_words(target, language)
    parts = [say(verdict.reason, language=language)]
    if verdict.reading is not None:
        parts.append(_reading(score, language))
    if verdict.pace_needed is not None and verdict.pace_so_far is not None:
        per_year = _MONTHS if target.kind == "month" else 1
        parts.append(
            say(
                "target_line_pace",
                language=language,
                pace=number(verdict.pace_so_far * per_year, language),
                needed=number(verdict.pace_needed * per_year, language),
            )
        )
    if score.baseline is not None:
        value = written(score.baseline.value, target, language)
        period = score.baseline.period.id
        parts.append(say("target_line_baseline", language=language, period=period, value=value))
    if verdict.broken:
        parts.append(say("target_line_broken", language=language, count=len(verdict.broken)))
    return [
        f"{_MARKS[score.state]} {words} [{asked}]: {state}",
        f"    {' · '.join(parts)}",
        *(f"      {_part(one, language)}" for one in score.parts),
    ]


def _reading(score: "Score", language: Language) -> str:
    verdict = score.verdict
    reading = verdict.reading
    if reading is None:
        return ""
    value = written(reading.value, score.target, language)
    if score.parts or reading.denominator == 0:
        value = ""
    if reading.numerator is not None:
        value = f"{reading.numerator}/{reading.denominator} {f'({value})' if value else ''}".strip()
    told = f"{value}, {reading.period.id}"
    if verdict.needed is None or reading.denominator is None:
        return told
    needed = say(
        "target_line_needed", language=language, needed=verdict.needed, of=reading.denominator
    )
    return f"{told}, {needed}"


def _part(part: "Part", language: Language) -> str:
    state = say(f"target_state_{part.verdict.state}", language=language)
    reading = part.verdict.reading
    value = ""
    if reading is not None and reading.denominator is not None:
        value = f" {reading.numerator}/{reading.denominator}"
        if part.verdict.needed is not None and reading.denominator > 1:
            needed, of = part.verdict.needed, reading.denominator
            value += f" ({say('target_line_needed', language=language, needed=needed, of=of)})"
    elif reading is not None:
        value = f" {number(Fraction(reading.value), language)}"
    heirs = f" → {', '.join(one.name for one in part.heirs)}" if part.heirs else ""
    return f"{_MARKS[part.verdict.state]} {part.unit.name}{heirs}: {state}{value}"


def _questions(plan: Plan, language: Language) -> list[str]:
    if not plan.questions:
        return []
    told = [one.vi if language == "vi" else one.en for one in plan.questions]
    return [say("plan_questions", language=language), *(f"  ? {one}" for one in told)]


LIST = Command(
    say("command_plan_list"),
    say("command_plan_list", language="en"),
    _configure_list,
    _run_list,
)
SHOW = Command(
    say("command_plan_show"),
    say("command_plan_show", language="en"),
    _configure_show,
    _run_show,
)
