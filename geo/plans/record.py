"""What a plan is: its source, its scope through time, its targets, what it leaves open.

A record checks itself: a target that names an unknown indicator, a share without a bound or an end
before its beginning cannot be made.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal, get_args

from geo.class_ladder import LADDER
from geo.indicators import SERIES
from geo.period import PeriodKind
from geo.targets import COMPARATORS, Comparator
from geo.units import LEVELS, Level, code_is_whole

# What is read to see how a target stands:
#   indicator      figures of an indicator of the registry
#   class_share    communes of a class among those subject to assessment (A6, A9)
#   class_of_units the listed units, each with its own decided class
#   list_ended     places active at the plan's start that are eliminated (H3, H5)
#   ended_share    places eliminated in a period among those active in it (H3)
#   relapse        areas that had got better and are complex again
#   surveys        general surveys that ended in the year and covered the whole scope
#   none           nothing that the service holds
Measure = Literal[
    "indicator",
    "class_share",
    "class_of_units",
    "list_ended",
    "ended_share",
    "relapse",
    "surveys",
    "none",
]
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
Force = Literal["dam_bao", "phan_dau", "not_told"]
FORCES: Final[tuple[Force, ...]] = get_args(Force)
Good = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class UnitRef:
    """A unit as its time knew it, by level and code on a day; its land finds it again later."""

    level: Level
    code: str
    day: date

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"{self.level} is no level")
        if self.level != "country" and not code_is_whole(self.code, level=self.level):
            raise ValueError(f"{self.code} is no code of a {self.level}")


@dataclass(frozen=True, slots=True)
class Question:
    """What the plan does not say, as a question to its owner."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a plan's time; the last day is inclusive."""

    vi: str
    en: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Target:
    """One target.

    Parameters
    ----------
    id
        Short word, once in its plan.
    text_vi, text_en
        What is asked for, in own words.
    measure, indicator
        What is read to see how it stands.
    comparator, value
        What is asked; None for a sentence without a number (T3). The value is a share 0..1, a
        count, or for ``pct_change≥`` the change.
    baseline
        Identifier of the period that it is measured against, ``start`` for the list at the plan's
        start, empty for none.
    against_baseline
        Whether the bound is the baseline itself.
    deadline
        The last day on which it can be reached; None for a demand of every period.
    force
        ``dam_bao`` ensure, ``phan_dau`` strive for.
    good
        Which way is good: of the target, not of the indicator (T5).
    kind
        Kind of period whose figures are compared (P4).
    per
        Level of the units that must each do it; empty for the whole scope.
    goal
        The class that is asked for.
    neutralised_counts
        Whether neutralising a place is enough (H5).
    units
        Units of its own, where it is asked of others than the plan's scope.
    has_yearly_numbers
        Whether each province registers numbers by year, which then hold instead of `value`.
    lapses_on
        First day on which it is asked of nobody any more (T6).
    superseded_on, superseded_by
        First day on which something else stands in its place, and the plan (T6).
    source_vi, source_en
        Where it stands.
    note_vi, note_en
        What must be known to read it.
    """

    id: str
    text_vi: str
    text_en: str
    measure: Measure
    good: Good
    force: Force = "not_told"
    indicator: str = ""
    comparator: Comparator | None = None
    value: Fraction | None = None
    baseline: str = ""
    against_baseline: bool = False
    deadline: date | None = None
    kind: PeriodKind = "year"
    per: Level | None = None
    goal: str = ""
    neutralised_counts: bool = False
    units: tuple[UnitRef, ...] = ()
    has_yearly_numbers: bool = False
    lapses_on: date | None = None
    superseded_on: date | None = None
    superseded_by: str = ""
    source_vi: str = ""
    source_en: str = ""
    note_vi: str = ""
    note_en: str = ""

    def __post_init__(self) -> None:
        name = self.id
        if self.measure not in MEASURES or self.force not in FORCES:
            raise ValueError(f"{name}: unknown measure or force")
        if self.good not in ("up", "down"):
            raise ValueError(f"{name}: says not which way is good (T5)")
        if (self.measure == "indicator") != bool(self.indicator):
            raise ValueError(f"{name}: an indicator belongs to the measure of that name")
        if self.indicator and self.indicator not in SERIES:
            raise ValueError(f"{name}: {self.indicator} is no indicator with figures")
        if self.comparator is None:
            if self.value is not None:
                raise ValueError(f"{name}: a value without a comparator")
        elif self.comparator not in COMPARATORS:
            raise ValueError(f"{name}: {self.comparator} is no comparator")
        elif (self.value is None) != (self.comparator == "decreasing" or self.against_baseline):
            raise ValueError(f"{name}: a bound is missing, or one too many")
        elif self.measure == "none":
            raise ValueError(f"{name}: nothing is read, so nothing can be compared (T3)")
        if self.measure in ("class_share", "class_of_units") and self.goal not in LADDER:
            raise ValueError(f"{name}: asks for no class")
        if (self.comparator == "pct_change≥" or self.against_baseline) and not self.baseline:
            raise ValueError(f"{name}: a change needs a baseline")

    @property
    def is_by_hand(self) -> bool:
        """Tell whether an office says how it stands: no number was set (T3)."""
        return self.comparator is None


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan.

    Parameters
    ----------
    id
        For addresses, files and commands; people see title, issuer and year.
    title_vi, title_en, issuer_vi, issuer_en, number, year
        As it is named; `number` is empty where it is not known.
    kind
        ``plan`` of a unit, ``campaign`` of some days, or ``frame`` that plans fill in.
    starts_on, ends_on
        First and last day, the last inclusive.
    calendar
        Ids of the reports of `geo.reporting_cycles` that carry its figures.
    units
        Its scope.
    targets, phases, questions
        What is asked, when, and what is left open.
    parent
        Plan or frame that it carries out, empty for none.
    continues_vi, continues_en
        Who carries it on where its own units are no more (T6).
    """

    id: str
    title_vi: str
    title_en: str
    issuer_vi: str
    issuer_en: str
    number: str
    year: int
    kind: Literal["plan", "campaign", "frame"]
    starts_on: date
    ends_on: date
    units: tuple[UnitRef, ...]
    targets: tuple[Target, ...]
    calendar: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = ()
    questions: tuple[Question, ...] = ()
    parent: str = ""
    continues_vi: str = ""
    continues_en: str = ""

    def __post_init__(self) -> None:
        if self.ends_on < self.starts_on:
            raise ValueError(f"{self.id} ends before it begins")
        ids = [one.id for one in self.targets]
        if len(set(ids)) < len(ids) or not ids:
            raise ValueError(f"{self.id}: a target stands twice, or none is there")
        if not self.units:
            raise ValueError(f"{self.id}: says not where it holds")

    def target(self, target_id: str) -> Target:
        """Give a target by its id.

        Raises
        ------
        KeyError
            When the plan has no such target.
        """
        for one in self.targets:
            if one.id == target_id:
                return one
        raise KeyError(target_id)

    def units_of(self, target: Target) -> tuple[UnitRef, ...]:
        """Give the units that a target is asked of."""
        return target.units or self.units
