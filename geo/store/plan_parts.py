"""Targets that several units must each reach: each commune, each province, each of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np

from geo.indicators import SERIES
from geo.period import Period
from geo.plans import Target
from geo.store import plan_inputs
from geo.store.plan_case import Case, Part, Score, judged
from geo.store.plan_numbers import registered_for
from geo.store.plan_scope import Home, area_on
from geo.store.unit_history import UnitOnSet, units_of_keys
from geo.targets import Reading, State, Verdict, judge_parts

# Decided classes of one unit, month by month.
Classes = Sequence[tuple[Period, str | None]]


def each_commune(case: Case) -> Score:
    """Judge every commune of the scope by itself, and count those that do it."""
    target = case.target
    if SERIES[target.indicator].source == "observations":
        entered = plan_inputs.entered_figures(case.sight, case.area, target)
        series = {at: entered.of([at]) for at in case.due}
    else:
        found = plan_inputs.computed_figures(case.sight, case.area, target)
        series = {at: found.get(at, []) for at in case.due}
    one = case.sight.graph.sets[case.area.at]
    units = units_of_keys(case.sight.conn, one.key[case.due].tolist())
    parts = []
    for at, readings in series.items():
        score = judged(case, readings, ())
        unit = units[int(one.key[at])]
        parts.append(Part(unit, score.verdict, score.readings, score.milestones))
    return _of_parts(target, parts)


def _of_parts(target: Target, parts: Sequence[Part]) -> Score:
    """Put parts together; by name, never by how many people or places they have (N11)."""
    ordered = sorted(parts, key=lambda part: (part.unit.name, part.unit.code))
    asked = [one for one in ordered if one.verdict.state not in ("superseded", "lapsed")]
    met = sum(one.verdict.state == "met" for one in asked)
    state = judge_parts([one.verdict.state for one in ordered])
    newest = max((one.verdict.reading.period for one in asked if one.verdict.reading), default=None)
    reading = None
    if newest is not None and asked:
        reading = Reading(newest, Fraction(met, len(asked)), met, len(asked))
    verdict = Verdict(
        state,
        "target_parts_met" if state == "met" else "target_parts_open",
        reading=reading,
        bound=Fraction(1),
        needed=len(asked),
        due=target.deadline,
    )
    return Score(target, verdict, parts=tuple(ordered))


def each_unit(case: Case) -> Score:
    """Judge every unit of a level inside the scope, by its own yearly numbers if it has any."""
    target, sight = case.target, case.sight
    graph = sight.graph
    one = graph.sets[case.area.at]
    inside = np.zeros(one.key.size, dtype=np.bool_)
    inside[case.area.communes] = True
    above = one.above(str(target.per))
    positions = [at for at in np.unique(above[inside]).tolist() if at > 0]
    units = units_of_keys(sight.conn, one.key[positions].tolist())
    homes = {at: Home(case.area.at, at, units[int(one.key[at])]) for at in positions}
    cases = {at: replace(case, homes=(home,)) for at, home in homes.items()}
    areas = [cases[at].on_every_set() for at in positions]
    series = plan_inputs.class_shares(sight, areas)
    parts = []
    for at, readings, of_sets in zip(positions, series, areas, strict=True):
        numbers = registered_for(
            case.registered, sight, of_sets, target=target.id, level=str(target.per)
        )
        unit = units[int(one.key[at])]
        if not one.due[at : one.last[at] + 1].any():
            continue
        score = judged(cases[at], readings, numbers)
        parts.append(Part(unit, score.verdict, score.readings, score.milestones, tuple(numbers)))
    return _of_parts(target, parts)


def class_of_units(case: Case) -> Score:
    """Judge listed units by their decided class, each on its own land (A4, A8).

    A unit that was joined with others is superseded by the one that holds its land: that one is
    asked instead, once, whatever number of listed units it holds.
    """
    sight, target = case.sight, case.target
    one = sight.graph.sets[case.area.at]
    areas = case.on_every_set()
    told = plan_inputs.unit_classes(sight, areas)
    readings = _shares_of_units(told, target.goal)
    holders = units_of_keys(sight.conn, one.key[case.area.communes].tolist())
    limit = min(case.as_of, target.deadline or case.as_of)
    parts, moved = [], set()
    for home in case.homes:
        if home.unit is None:
            continue
        holder = area_on(sight.graph, [home], case.area.at).communes.tolist()
        same = one.identity[holder].tolist() == [sight.graph.sets[home.at].identity[home.position]]
        heirs = tuple(holders[int(one.key[at])] for at in holder)
        if same:
            parts.append(Part(home.unit, _class_verdict(case, heirs[0], told, limit)))
        else:
            parts.append(Part(home.unit, Verdict("superseded", "target_unit_joined"), heirs=heirs))
            moved |= set(holder)
    parts += [
        Part(
            holders[int(one.key[at])], _class_verdict(case, holders[int(one.key[at])], told, limit)
        )
        for at in sorted(moved)
    ]
    score = judged(case, readings, ())
    return replace(score, parts=tuple(parts))


def _shares_of_units(told: Mapping[int, Classes], goal: str) -> list[Reading]:
    """Count by month the units of the list that have the class, on each month's own set."""
    counted: dict[Period, list[bool]] = {}
    for of_unit in told.values():
        for period, decided in of_unit:
            counted.setdefault(period, []).append(decided == goal)
    return [
        Reading(period, Fraction(sum(flags), len(flags)), sum(flags), len(flags))
        for period, flags in sorted(counted.items())
    ]


def _class_verdict(
    case: Case,
    unit: UnitOnSet,
    told: Mapping[int, Classes],
    limit: date,
) -> Verdict:
    found = [one for one in told.get(unit.unit_key, ()) if one[0].last_day <= limit]
    if not found:
        return Verdict("not_established", "target_no_figure")
    period, decided = found[-1]
    so = decided == case.target.goal
    reading = Reading(period, Fraction(int(so)), int(so), 1)
    if decided is None or decided == "chua_danh_gia":
        return Verdict("not_established", "target_class_not_assessed", reading=reading)
    reason = f"target_class_{decided}"
    over = case.target.deadline is not None and case.as_of > case.target.deadline
    state: State = "met" if so else "behind" if over else "on_course"
    return Verdict(state, reason, reading=reading, due=case.target.deadline)
