"""A target with what is needed to read it on a day, and the verdict of its whole scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from geo.indicators import SERIES
from geo.plans import Plan, Target
from geo.store import plan_inputs
from geo.store.plan_inputs import Sight
from geo.store.plan_numbers import Registered, registered_for
from geo.store.plan_scope import Area, Home, area_on, in_sight
from geo.store.unit_history import UnitOnSet
from geo.targets import Demand, Milestone, Reading, State, Verdict, judge

_MARKS: Mapping[str, State] = {"dat": "met", "chua_dat": "behind", "dang_thuc_hien": "by_hand"}


@dataclass(frozen=True, slots=True)
class Part:
    """One unit that must do what a target asks.

    Parameters
    ----------
    unit
        As its set has it.
    verdict
        How it stands.
    readings
        Its series.
    milestones
        What is asked of it by day, its own yearly numbers where it has registered them.
    registered
        Those numbers.
    heirs
        Names of the units that hold its land on the day, where its own has ended (A8).
    """

    unit: UnitOnSet
    verdict: Verdict
    readings: tuple[Reading, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    registered: tuple[Registered, ...] = ()
    heirs: tuple[UnitOnSet, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """How a target stands.

    Parameters
    ----------
    target
        The target.
    verdict
        State with all that it rests on.
    readings, milestones, baseline
        The series, what is asked by day, and what it is measured against.
    parts
        By unit, where each must do it.
    registered
        Numbers and marks of the whole scope.
    set_id
        The boundary set it is judged on.
    communes
        Communes of the scope on that set, those not subject to assessment left out (A9).
    """

    target: Target
    verdict: Verdict
    readings: tuple[Reading, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    baseline: Reading | None = None
    parts: tuple[Part, ...] = ()
    registered: tuple[Registered, ...] = ()
    set_id: int | None = None
    communes: int = 0

    @property
    def state(self) -> State:
        """How it stands, in one word."""
        return self.verdict.state


@dataclass(frozen=True, slots=True)
class Case:
    """A target with what is needed to read it."""

    sight: Sight
    plan: Plan
    target: Target
    homes: tuple[Home, ...]
    as_of: date
    area: Area
    registered: Sequence[Registered]

    def on_every_set(self) -> list[Area]:
        """Give the scope on each set on which it is wholly in sight."""
        graph = self.sight.graph
        areas = [area_on(graph, self.homes, at) for at in range(len(graph.sets))]
        return [
            one
            for one in areas
            if one.communes.size and in_sight(graph.sets[one.at], one.cover, self.sight.ranges)
        ]

    @property
    def due(self) -> list[int]:
        """Positions of the communes of the scope that are subject to assessment (A9)."""
        one = self.sight.graph.sets[self.area.at]
        return [at for at in self.area.communes.tolist() if one.due[at]]


def judge_whole(case: Case) -> Score:
    """Judge the scope as one."""
    target = case.target
    numbers = registered_for(
        case.registered,
        case.sight,
        case.on_every_set(),
        target=target.id,
        level=case.plan.units_of(target)[0].level,
    )
    readings = _readings(case)
    if target.is_by_hand:
        return Score(
            target,
            _by_hand(numbers, readings, case.as_of),
            tuple(readings),
            registered=tuple(numbers),
        )
    of_persons = bool(target.indicator) and SERIES[target.indicator].person_derived
    if of_persons and len(case.due) != 1:
        return Score(target, Verdict("not_established", "target_persons_per_commune"))
    return judged(case, readings, numbers)


def judged(case: Case, readings: Sequence[Reading], numbers: Sequence[Registered]) -> Score:
    """Judge a series, by the numbers that are registered where there are any."""
    baseline = _baseline(case.target, readings)
    milestones = _milestones(case.target, case.plan, numbers, readings)
    demand = _demand(case.target, case.plan, milestones, baseline)
    return Score(
        case.target,
        judge(demand, readings, as_of=case.as_of),
        tuple(one for one in readings if one.period.last_day <= case.as_of),
        milestones,
        baseline,
        registered=tuple(numbers),
    )


def _by_hand(numbers: Sequence[Registered], readings: Sequence[Reading], as_of: date) -> Verdict:
    """Take the newest mark of an office; without one the sentence waits for it (T3)."""
    marks = [one for one in numbers if one.mark is not None and one.year <= as_of.year]
    newest = [one for one in readings if one.period.last_day <= as_of]
    reading = newest[-1] if newest else None
    if not marks or marks[-1].mark is None:
        return Verdict("by_hand", "target_waits_for_mark", reading=reading)
    mark = marks[-1].mark
    return Verdict(_MARKS[mark], f"target_marked_{mark}", reading=reading)


def _readings(case: Case) -> list[Reading]:
    """Read the series of the whole scope by the target's measure."""
    sight = case.sight
    match case.target.measure:
        case "class_share":
            return plan_inputs.class_shares(sight, [case.on_every_set()])[0]
        case "relapse":
            return plan_inputs.relapses(sight, case.on_every_set())
        case "surveys":
            return plan_inputs.surveys(sight, case.on_every_set(), as_of=case.as_of)
        case "list_ended" | "ended_share":
            return _of_lives(case)
        case "indicator":
            return _of_indicator(case)
        case _:
            return []


def _of_lives(case: Case) -> list[Reading]:
    """Read what became of places, no further than data go: a month to come tells nothing."""
    known = plan_inputs.data_until(case.sight)
    if known is None:
        return []
    until = min(case.as_of, case.plan.ends_on, known)
    lives = plan_inputs.read_lives(case.sight, case.area)
    if case.target.measure == "ended_share":
        first = case.sight.graph.sets[0].valid_from
        return plan_inputs.ended_shares(lives, first=first, as_of=until)
    return plan_inputs.list_ended(
        lives,
        start=case.plan.starts_on,
        as_of=until,
        neutralised_counts=case.target.neutralised_counts,
    )


def _of_indicator(case: Case) -> list[Reading]:
    source = SERIES[case.target.indicator].source
    if source == "events":
        return plan_inputs.place_counts(case.sight, case.area, case.target)
    if source == "observations":
        entered = plan_inputs.entered_figures(case.sight, case.area, case.target)
        return entered.of(case.due)
    found = plan_inputs.computed_figures(case.sight, case.area, case.target)
    return found.get(case.due[0], []) if len(case.due) == 1 else []


def _baseline(target: Target, readings: Sequence[Reading]) -> Reading | None:
    if target.baseline in ("", "start"):
        return None
    found = [one for one in readings if one.period.id == target.baseline]
    return found[0] if found and found[0].is_whole and not found[0].is_estimate else None


def _milestones(
    target: Target, plan: Plan, numbers: Sequence[Registered], readings: Sequence[Reading]
) -> tuple[Milestone, ...]:
    """Give what is asked by day: yearly numbers where they are registered, else the plan's own."""
    last = target.deadline or plan.ends_on
    own = Milestone(last, target.value or Fraction(0))
    if not target.has_yearly_numbers:
        return (own,)
    communes = next((one.denominator for one in reversed(readings) if one.denominator), 0)
    marks = [
        Milestone(date(one.year, 12, 31), bound)
        for one in numbers
        if (bound := one.bound_of(communes or 0)) is not None
    ]
    if any(one.due >= own.due for one in marks):
        return tuple(marks)
    return (*marks, own)


def _demand(
    target: Target, plan: Plan, milestones: tuple[Milestone, ...], baseline: Reading | None
) -> Demand:
    if target.comparator is None:
        raise ValueError(f"{target.id} is judged by hand")
    return Demand(
        target.comparator,
        milestones,
        is_continuing=target.deadline is None,
        starts_on=plan.starts_on,
        baseline=baseline,
        against_baseline=target.against_baseline,
    )
