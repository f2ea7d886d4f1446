"""What the registry of indicators is made of: the record of one, what is counted, what comes out.

Visibility: I inside, R restricted (commanders), P public after protection. An indicator derived
from persons exists per commune and period and nowhere finer (N1): the record refuses anything else.
Which way an indicator is good is a property of a target, not of the indicator (T5).

A flow is what happened in the window: the remainder of the year is a difference. A stock is the
state on the window's last day: the remainder of the year ends with the year and has its value (P1).
Missing is not zero: a function gives None where nothing was reported, assessed or owed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

FinestLevel = Literal["place", "cell", "subcommune", "commune", "district", "province"]
Visibility = Literal["I", "R", "P"]
Source = Literal["events", "assessments", "submissions", "observations", "tracks", "programme"]
Measures = Literal["flow", "stock"]


@dataclass(frozen=True, slots=True)
class Sums:
    """What the store counted for one unit, with all below it, in one period.

    Parameters
    ----------
    active_count, new_count, eliminated_count, reformed_count
        Hotspots and episodes, as `hotspots.LifeCounts` defines them.
    reported_units, due_units
        Communes that reported, and that owed a report.
    drug_free_count, assessed_count, assessable_count
        Communes whose decided class is ``khong_ma_tuy``, that have a decided class, and that are
        subject to assessment (A9), on the last day of the period.
    type_counts
        Communes whose decided class is ``loai_1``, ``loai_2``, ``loai_3`` on the last day.
    key_areas, assessed_before, transformed_count
        Communes of the three types, and with any decided class, on the eve of the period; those of
        the three types that stand outside them on its last day.
    on_time_units
        Communes whose report came in time.
    model_counts
        Community models by `tables.MODEL_STATES` on the last day; None where none is known.
    survey_count
        General surveys that ended in the period; None where no campaign of any kind is known.
    complex_cells, patrolled_cells, patrol_known
        H3 cells per commune with a hotspot that was active in the period; those of them in which
        patrols spent long enough; whether any patrol of the unit left a track in the period.
    subcommunes, told_count, yes_count
        Sub-communes on the last day; those that told of one item; those that said yes.
    """

    active_count: int = 0
    new_count: int = 0
    eliminated_count: int = 0
    reformed_count: int = 0
    reported_units: int = 0
    due_units: int = 0
    drug_free_count: int = 0
    assessed_count: int = 0
    assessable_count: int = 0
    type_counts: tuple[int, int, int] = (0, 0, 0)
    key_areas: int = 0
    assessed_before: int = 0
    transformed_count: int = 0
    on_time_units: int = 0
    model_counts: tuple[int, int, int] | None = None
    survey_count: int | None = None
    complex_cells: int = 0
    patrolled_cells: int = 0
    patrol_known: bool = False
    subcommunes: int = 0
    told_count: int = 0
    yes_count: int = 0


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with the parts it is made of; all None where it is missing.

    Parameters
    ----------
    value
        Count, or share 0..1.
    numerator, denominator
        Parts of a share; of a count that is part of a known whole, it and the whole.
    """

    value: float | None
    numerator: int | None = None
    denominator: int | None = None


MISSING = Quantity(None)


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: what was counted, and what the indicator says of it."""

    sums: Sums
    says: Quantity


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of the programme, or one part of it.

    Parameters
    ----------
    id
        ``I01`` to ``I24``; of a part with its name behind a dot: ``I14.area``.
    name_vi, name_en, unit_vi, unit_en
        For people.
    finest_level
        Finest level at which a value may exist.
    visibility
        ``I`` inside, ``R`` restricted, ``P`` public after protection.
    source
        What it is made from.
    person_derived
        Total of persons: per commune only.
    measures
        Whether it tells what happened or how things stand.
    numerator_vi, numerator_en, denominator_vi, denominator_en
        What a share is a share of; of a count with a known whole too.
    how_vi, how_en
        How a computed one is worked out, in a sentence.
    compute
        How the store works it out, for the computed ones.
    examples
        Worked examples of `compute`, which a test runs.
    parts
        What it falls into; figures are entered and kept by part.
    has_total
        Whether it has a figure of its own beside its parts.
    """

    id: str
    name_vi: str
    name_en: str
    unit_vi: str
    unit_en: str
    finest_level: FinestLevel
    visibility: Visibility
    source: Source = "observations"
    person_derived: bool = False
    measures: Measures = "flow"
    numerator_vi: str = ""
    numerator_en: str = ""
    denominator_vi: str = ""
    denominator_en: str = ""
    how_vi: str = ""
    how_en: str = ""
    compute: Callable[[Sums], Quantity] | None = None
    examples: tuple[Example, ...] = ()
    parts: tuple["Indicator", ...] = field(default=())
    has_total: bool = True

    def __post_init__(self) -> None:
        if self.person_derived and self.finest_level != "commune":
            raise ValueError(f"{self.id} is derived from persons: per commune only (N1)")
        if self.person_derived and self.visibility == "P":
            raise ValueError(f"{self.id} is derived from persons: never public")
        if (self.compute is None) != (not self.examples):
            raise ValueError(f"{self.id}: a computed indicator has worked examples, no other has")
        for part in self.parts:
            if not part.id.startswith(f"{self.id}.") or part.measures != self.measures:
                raise ValueError(f"{part.id} is no part of {self.id}")

    @property
    def is_share(self) -> bool:
        """Tell whether it is a share 0..1, shown in percent."""
        return self.unit_vi == "%"

    @property
    def is_whole(self) -> bool:
        """Tell whether its figures are whole numbers: all counts, but no area and no share."""
        return not self.is_share and self.unit_vi != "m²"

    @property
    def part(self) -> str:
        """Give the name of the part, empty for a whole indicator."""
        return self.id.partition(".")[2]


def count_or_missing(count: int, *, reported_units: int) -> Quantity:
    """Give a count; a 0 that nobody reported is missing, not zero.

    >>> count_or_missing(0, reported_units=0).value is None
    True
    >>> count_or_missing(0, reported_units=3).value
    0.0
    """
    if count == 0 and reported_units == 0:
        return MISSING
    return Quantity(float(count))


def share_or_missing(numerator: int, denominator: int) -> Quantity:
    """Give a share 0..1 with its parts; missing when the denominator is 0."""
    if denominator == 0:
        return MISSING
    return Quantity(numerator / denominator, numerator, denominator)
