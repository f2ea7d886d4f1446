"""How the targets of a plan stand on a day, within what is in sight.

A target with a deadline is judged on the boundary set of the deadline once that has passed, else on
that of the day asked about (A3). It is told only to who sees all that is behind it (X6); a share of
persons is judged commune by commune and never added up (N1).

    plan_scope      where a plan holds, set by set
    plan_inputs     readings by measure
    plan_numbers    what provinces registered
    plan_case       a whole scope
    plan_parts      units that must each do it
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from geo.indicators import SERIES
from geo.plans import Plan, Target
from geo.store.feeds import KeyRanges, merge_ranges
from geo.store.plan_case import Case, Part, Score, judge_whole
from geo.store.plan_inputs import Sight
from geo.store.plan_numbers import Registered, read_registered
from geo.store.plan_parts import class_of_units, each_commune, each_unit
from geo.store.plan_scope import area_on, find_home, in_sight, seen_with_all_behind
from geo.store.unit_graph import UnitGraph
from geo.targets import Verdict

__all__ = ["OPEN_SERIES", "Part", "Score", "read_scores"]

# What is told without being asked for: nothing that is restricted to commanders (R).
OPEN_SERIES: frozenset[str] = frozenset(one.id for one in SERIES.values() if one.visibility != "R")
_OF_PLACES = frozenset({"list_ended", "ended_share"})


def read_scores(
    conn: Connection,
    graph: UnitGraph,
    plan: Plan,
    *,
    as_of: date,
    ranges: KeyRanges,
    indicators: Collection[str] = OPEN_SERIES,
) -> tuple[Score, ...]:
    """Judge every target of a plan.

    Parameters
    ----------
    conn
        Connection of the service with the session's token, or of the operator.
    graph
        The sets in force.
    plan
        The plan.
    as_of
        The day.
    ranges
        Ranges of unit keys in sight.
    indicators
        Series that the actor's role may see; those of places too for targets on lists of places.

    Returns
    -------
    tuple
        In the order of the plan.
    """
    sight = Sight(conn, graph, merge_ranges(ranges))
    registered = read_registered(sight, plan.id)
    return tuple(
        _score(sight, plan, target, as_of=as_of, indicators=indicators, registered=registered)
        for target in plan.targets
    )


def _score(
    sight: Sight,
    plan: Plan,
    target: Target,
    *,
    as_of: date,
    indicators: Collection[str],
    registered: Sequence[Registered],
) -> Score:
    ended = _ended(target, as_of)
    if ended is not None:
        return Score(target, ended)
    if not _may_be_told(target, indicators):
        return Score(target, Verdict("not_established", "target_role_may_not"))
    homes = [find_home(sight.conn, sight.graph, ref) for ref in plan.units_of(target)]
    found = tuple(home for home in homes if home is not None)
    if len(found) < len(homes):
        return Score(target, Verdict("not_established", "target_unit_not_found"))
    at = sight.graph.on(min(as_of, target.deadline or as_of))
    area = area_on(sight.graph, found, at)
    case = Case(sight, plan, target, found, as_of, area, registered)
    one = sight.graph.sets[at]
    if not area.communes.size:
        return Score(target, Verdict("not_established", "target_unit_not_found"))
    if not _in_sight(case):
        found_out = Score(target, Verdict("not_established", "target_out_of_sight"))
    else:
        found_out = _judge(case)
    return replace(found_out, set_id=one.set_id, communes=len(case.due))


def _judge(case: Case) -> Score:
    target = case.target
    if target.measure == "class_of_units":
        return class_of_units(case)
    if target.per == "commune":
        return each_commune(case)
    return judge_whole(case) if target.per is None else each_unit(case)


def _ended(target: Target, as_of: date) -> Verdict | None:
    """Say whether the target is asked of nobody any more, or stands elsewhere (T6)."""
    if target.superseded_on is not None and as_of >= target.superseded_on:
        return Verdict("superseded", "target_superseded")
    if target.lapses_on is not None and as_of >= target.lapses_on:
        return Verdict("lapsed", "target_lapsed")
    return None


def _may_be_told(target: Target, indicators: Collection[str]) -> bool:
    needed = target.indicator or ("I02" if target.measure in _OF_PLACES else "")
    return not needed or needed in indicators


def _in_sight(case: Case) -> bool:
    """Tell whether all that the target rests on is in sight; of entered figures what is behind."""
    graph, area = case.sight.graph, case.area
    if not in_sight(graph.sets[area.at], area.cover, case.sight.ranges):
        return False
    if case.target.indicator and SERIES[case.target.indicator].source == "observations":
        return bool(seen_with_all_behind(graph, area, case.sight.ranges).all())
    return True
