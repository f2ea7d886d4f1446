"""A demand and a series of readings give one verdict; today is an argument.

met              what is asked for is so; of a continuing demand, in the newest period
on_course        not yet, and the pace so far is enough for what is left
behind           not yet, and the pace is too slow, or the day has passed
not_established  figures are missing, incomplete, estimated, or too few to tell
not_computable   no figure could tell: baseline 0 (T2), nothing to have a share of
by_hand          a sentence without a number: an office says how it stands (T3)
lapsed           what it was asked of is no more (T6)
superseded       something else has taken its place (T6)
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Final, Literal

from geo.period import Period, PeriodKind, make_period, one_kind
from geo.targets.compare import Comparator, bound_of_change, holds, needed_of
from geo.targets.trend import falls, never_falls

State = Literal[
    "met",
    "on_course",
    "behind",
    "not_established",
    "not_computable",
    "by_hand",
    "lapsed",
    "superseded",
]
STATES: Final[tuple[State, ...]] = (
    "met",
    "on_course",
    "behind",
    "not_established",
    "not_computable",
    "by_hand",
    "lapsed",
    "superseded",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure of a series.

    Parameters
    ----------
    period
        Whose figure it is; of a stock the state on its last day.
    value
        Count, or share 0..1.
    numerator, denominator
        Parts of a share.
    is_estimate
        Whether a divided count is in it (A5): it is shown and decides nothing.
    is_whole
        Whether every unit behind it has told; a count that is not whole is at least so much.
    """

    period: Period
    value: Fraction
    numerator: int | None = None
    denominator: int | None = None
    is_estimate: bool = False
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Milestone:
    """What is to be reached by a day."""

    due: date
    bound: Fraction


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of a series.

    Parameters
    ----------
    comparator
        How value and bound are compared.
    milestones
        By day, the deadline last; of a continuing demand one whose day is the last day it holds.
    is_continuing
        Asked of every period, not of a day.
    starts_on
        First day from which readings count.
    baseline
        The reading that a change is measured against, None where there is none.
    against_baseline
        Whether the bound is the baseline itself (``≤ baseline``).
    """

    comparator: Comparator
    milestones: tuple[Milestone, ...] = ()
    is_continuing: bool = False
    starts_on: date = date.min
    baseline: Reading | None = None
    against_baseline: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a target stands.

    Parameters
    ----------
    state, reason
        The state, and the code of the sentence that says why.
    reading
        The newest reading that decides, None without one.
    bound
        What its value is compared with.
    needed
        Of a share: how many of the denominator; of a count: the count.
    pace_needed, pace_so_far
        Change per period: of the numerator of a share, of the value of a count.
    periods_left
        Whole periods until the day of the next milestone.
    broken
        Periods of a continuing demand in which it did not hold.
    due
        The milestone that is judged.
    """

    state: State
    reason: str
    reading: Reading | None = None
    bound: Fraction | None = None
    needed: int | None = None
    pace_needed: Fraction | None = None
    pace_so_far: Fraction | None = None
    periods_left: int | None = None
    broken: tuple[str, ...] = field(default=())
    due: date | None = None


def judge(demand: Demand, readings: Sequence[Reading], *, as_of: date) -> Verdict:
    """Judge a series against a demand on a day.

    Parameters
    ----------
    demand
        What is asked.
    readings
        All of one kind of period (P4).
    as_of
        The day; readings of periods that end later do not count, nor those that end behind the
        deadline: they change the outcome no more.

    Raises
    ------
    Refused
        With code ``periods_of_several_kinds``: a month is never compared with a year.
    """
    told = sorted(readings, key=lambda one: one.period)
    compared = [*told, *([demand.baseline] if demand.baseline else [])]
    if compared:
        one_kind(one.period for one in compared)
    until = min([as_of, *(one.due for one in demand.milestones[-1:])])
    told = [one for one in told if demand.starts_on <= one.period.last_day <= until]
    if demand.comparator == "decreasing":
        return _judge_fall(demand, _sure(told), told, as_of=as_of)
    resolved = _with_bounds(demand)
    if isinstance(resolved, Verdict):
        return replace(resolved, reading=told[-1] if told else None)
    decide = [one for one in told if _decides(one, resolved)]
    if not decide:
        return _undecided(told)
    newest = decide[-1]
    if newest.denominator == 0:
        return Verdict("not_computable", "target_nothing_to_share", reading=newest)
    if demand.is_continuing:
        return _judge_each_period(resolved, decide, newest)
    return _judge_by_day(resolved, decide, newest, as_of=as_of)


def milestones_of(demand: Demand) -> tuple[Milestone, ...]:
    """Give what a demand asks for by day in the measure of its readings; none without a baseline.

    >>> from geo.period import parse_period
    >>> base = Reading(parse_period("Y2023"), Fraction(40))
    >>> mark = Milestone(date(2024, 12, 31), Fraction(5, 100))
    >>> milestones_of(Demand("pct_change≥", (mark,), baseline=base))[0].bound
    Fraction(42, 1)
    """
    resolved = _with_bounds(demand)
    return () if isinstance(resolved, Verdict) else resolved.milestones


def judge_parts(states: Sequence[State]) -> State:
    """Give the state of a whole whose parts must each do what is asked.

    >>> judge_parts(["met", "behind", "not_established"]), judge_parts(["met", "superseded"])
    ('behind', 'met')
    """
    asked = [one for one in states if one not in ("superseded", "lapsed")]
    for state in ("behind", "not_established", "not_computable", "by_hand", "on_course"):
        if state in asked:
            return state
    return "met" if asked else "lapsed"


def _sure(told: Sequence[Reading]) -> list[Reading]:
    return [one for one in told if one.is_whole and not one.is_estimate]


def _decides(one: Reading, demand: Demand) -> bool:
    """Tell whether a reading decides: a count that is not whole can only grow.

    So it decides where it is beyond its bound already, whatever the missing units will tell.
    """
    if one.is_estimate or one.is_whole:
        return not one.is_estimate
    if one.denominator is not None:
        return False
    bound = demand.milestones[-1].bound
    if demand.comparator in ("≥", ">", "pct_change≥"):
        return holds(one.value, demand.comparator, bound)
    return one.value > bound


def _undecided(told: Sequence[Reading]) -> Verdict:
    if not told:
        return Verdict("not_established", "target_no_figure")
    newest = told[-1]
    code = "target_estimate_only" if newest.is_estimate else "target_figures_incomplete"
    return Verdict("not_established", code, reading=newest)


def _with_bounds(demand: Demand) -> Demand | Verdict:
    """Put the baseline into the bounds, or say why it cannot be."""
    if demand.comparator != "pct_change≥" and not demand.against_baseline:
        return demand
    if demand.baseline is None:
        return Verdict("not_established", "target_no_baseline")
    base = demand.baseline.value
    if demand.against_baseline:
        bounds = [replace(one, bound=base) for one in demand.milestones]
        return replace(demand, milestones=tuple(bounds))
    bounds = []
    for one in demand.milestones:
        bound = bound_of_change(base, one.bound)
        if bound is None:
            return Verdict("not_computable", "target_baseline_zero")
        bounds.append(replace(one, bound=bound))
    return replace(demand, milestones=tuple(bounds))


def _judge_fall(
    demand: Demand, sure: Sequence[Reading], told: Sequence[Reading], *, as_of: date
) -> Verdict:
    if not sure:
        return _undecided(told)
    series, newest = [one.value for one in sure], sure[-1]
    due = demand.milestones[-1].due if demand.milestones else None
    falling = falls(series)
    if falling is None:
        return Verdict("not_established", "target_series_short", reading=newest, due=due)
    if falling:
        over = due is not None and as_of > due
        return Verdict("met" if over else "on_course", "target_falls", reading=newest, due=due)
    if never_falls(series):
        return Verdict("behind", "target_does_not_fall", reading=newest, due=due)
    return Verdict("not_established", "target_fall_not_clear", reading=newest, due=due)


def _judge_each_period(demand: Demand, decide: Sequence[Reading], newest: Reading) -> Verdict:
    bound = demand.milestones[-1].bound
    broken = tuple(
        one.period.id
        for one in decide
        if one.denominator != 0 and not holds(one.value, demand.comparator, bound)
    )
    so = holds(newest.value, demand.comparator, bound)
    reason = "target_holds_now" if so else "target_broken_now"
    return Verdict(
        "met" if so else "behind",
        reason,
        reading=newest,
        bound=bound,
        needed=_needed(newest, bound, demand.comparator),
        broken=broken,
        due=demand.milestones[-1].due,
    )


def _judge_by_day(
    demand: Demand, decide: Sequence[Reading], newest: Reading, *, as_of: date
) -> Verdict:
    """Judge by the milestone that was due last and by the one that comes next."""
    last = demand.milestones[-1]
    past = [one for one in demand.milestones if one.due <= as_of]
    ahead = [one for one in demand.milestones if one.due > as_of]

    def so(mark: Milestone) -> bool:
        return holds(newest.value, demand.comparator, mark.bound)

    def verdict(state: State, reason: str, mark: Milestone) -> Verdict:
        return Verdict(
            state,
            reason,
            reading=newest,
            bound=mark.bound,
            needed=_needed(newest, mark.bound, demand.comparator),
            due=mark.due,
        )

    if so(last):
        return verdict("met", "target_reached", last)
    if past and not so(past[-1]):
        return verdict("behind", "target_day_passed", past[-1])
    following = ahead[0]
    if so(following):
        return verdict("on_course", "target_ahead_of_schedule", following)
    kind = newest.period.kind
    left = periods_until(newest.period.last_day, following.due, kind=kind)
    needed = _needed(newest, following.bound, demand.comparator)
    here = _measure(newest)
    goal = Fraction(needed) if needed is not None else following.bound
    pace_needed = (goal - here) / left if left else None
    first = decide[0]
    gone = periods_until(first.period.last_day, newest.period.last_day, kind=kind)
    pace = _pace(first, newest, gone)
    if pace is None:
        made = verdict("not_established", "target_pace_unknown", following)
    elif pace_needed is not None and _fast_enough(pace, pace_needed):
        made = verdict("on_course", "target_pace_enough", following)
    else:
        made = verdict("behind", "target_pace_too_slow", following)
    return replace(made, pace_needed=pace_needed, pace_so_far=pace, periods_left=left)


def _measure(reading: Reading) -> Fraction:
    return reading.value if reading.numerator is None else Fraction(reading.numerator)


def _pace(first: Reading, newest: Reading, gone: int) -> Fraction | None:
    """Give the change per period between two readings, of one denominator's worth (A6).

    The numerator of the first is taken as its share of the newest denominator: communes that
    merged are no loss of drug-free ones.
    """
    if gone == 0:
        return None
    if newest.denominator is None:
        return (newest.value - first.value) / gone
    return (newest.value - first.value) * newest.denominator / gone


def _fast_enough(pace: Fraction, needed: Fraction) -> bool:
    return pace >= needed if needed >= 0 else pace <= needed


def _needed(reading: Reading, bound: Fraction, comparator: Comparator) -> int | None:
    if reading.denominator is not None:
        return needed_of(bound, reading.denominator, comparator)
    if comparator in ("≥", "=", "pct_change≥"):
        return ceil(bound)
    return None


def periods_until(after: date, until: date, *, kind: PeriodKind) -> int:
    """Count the periods of a kind that end behind a day and on or before another.

    >>> periods_until(date(2026, 10, 31), date(2030, 12, 31), kind="year")
    5
    """
    count = 0
    months = range(1, 13) if kind == "month" else (0,)
    for year in range(after.year, until.year + 2):
        for month in months:
            count += after < make_period(kind, year=year, month=month).last_day <= until
    return count
