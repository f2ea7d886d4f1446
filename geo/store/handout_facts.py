"""What a report is made of: figures, classes, owed reports of a unit and window, and their worth.

Plain data that `handouts` reads and `layers.report` writes out. Status characters are those of
`feeds` and `figures`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from geo.approval import Status
from geo.class_ladder import NOT_ASSESSED
from geo.period import Period
from geo.store.class_results import ClassResult
from geo.store.map_index import FeedSet, PeriodRun
from geo.store.report_calendar import OwingUnit
from geo.store.unit_page import Decision, UnitHead
from geo.units import Level


@dataclass(frozen=True, slots=True)
class Told:
    """One figure: counts as they are, shares in percent with their parts."""

    value: float | None
    status: str
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True, slots=True)
class FigureFact:
    """An indicator of the unit in the window and in the like window before (P4).

    `before` is None where that window was not computed. `entered` tells a figure of reports, which
    an approval covers, from one that is computed from records.
    """

    indicator: str
    now: Told
    before: Told | None
    entered: bool


@dataclass(frozen=True, slots=True)
class BelowUnit:
    """A unit below, with its figures of the window by indicator."""

    unit_key: int
    code: str
    name: str
    level: Level
    figures: Mapping[str, Told]


@dataclass(frozen=True, slots=True)
class CommuneClass:
    """Decided classes of a commune on the last days of the window and of the like one before.

    None stands for not assessed; `assessable` is False for units outside every denominator (A9).
    """

    unit_key: int
    code: str
    name: str
    province: str
    assessable: bool
    now: str | None
    before: str | None

    @property
    def class_now(self) -> str:
        """The class on the last day of the window, not assessed included."""
        return self.now or NOT_ASSESSED

    @property
    def class_before(self) -> str:
        """The class one like window earlier, not assessed included."""
        return self.before or NOT_ASSESSED


@dataclass(frozen=True, slots=True)
class ReportCount:
    """Reports of the window by state; of those with figures how many are approved, and where."""

    states: Mapping[int, Status]
    approved_at: Mapping[Level, int]

    @property
    def told(self) -> int:
        """How many have figures or were handed in."""
        return sum(state != "none" for state in self.states.values())

    @property
    def unapproved(self) -> int:
        """How many of those no approval covers."""
        return sum(state not in ("none", "approved") for state in self.states.values())


@dataclass(frozen=True, slots=True)
class HandoutFacts:
    """All that a report says.

    Parameters
    ----------
    head, province
        The unit, and the name of the province that it lies in, empty for none.
    borders
        The one boundary set that every figure stands on (A3).
    period, previous
        The window and the like one before.
    run, run_before
        The computed periods; the second None where it was not computed.
    is_own_set, is_own_set_before
        Whether the set was in force on the last days of the two windows: else figures are carried
        and classes hold for unchanged land only (A4).
    figures
        Of the unit, in the order of the registry.
    below
        Units directly below with their figures, by code.
    communes
        The unit's communes with their classes, by code.
    decision, result
        Of a commune: the assessment behind its class, and what the criteria give on its figures.
    reports, reports_before
        States of the reports of the unit's communes for the two windows.
    owed
        Who owed which report, as of `as_of`.
    sees_places
        Whether restricted figures are in it.
    as_of
        The day of the question.
    """

    head: UnitHead
    province: str
    borders: FeedSet
    period: Period
    previous: Period
    run: PeriodRun
    run_before: PeriodRun | None
    is_own_set: bool
    is_own_set_before: bool
    figures: tuple[FigureFact, ...]
    below: tuple[BelowUnit, ...]
    communes: tuple[CommuneClass, ...]
    decision: Decision | None
    result: ClassResult | None
    reports: ReportCount
    reports_before: ReportCount
    owed: tuple[OwingUnit, ...]
    sees_places: bool
    as_of: date

    @property
    def simulated(self) -> bool:
        """Whether any of it is made up."""
        return (
            self.run.simulated
            or self.borders.provenance == "simulated"
            or (self.run_before is not None and self.run_before.simulated)
        )

    def figure(self, indicator: str) -> FigureFact | None:
        """Give the fact of an indicator."""
        return next((one for one in self.figures if one.indicator == indicator), None)
