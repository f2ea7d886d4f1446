"""How the report of a unit for a period climbs: handed in, approved level by level, returned.

    none, entered --submitted--> submitted --approved--> approved at commune --> ... at province
                                     ^                        |
              returned, reopened ----'                        '-- unapproved: one approval back

Approval climbs commune, district (while it existed, X4), province. An approval locks the figures.
It is taken back by the level above the one that gave it. A correction of locked figures is a new
revision with a reason and reopens the report. Nobody approves what the same log-in entered (X2).
The state is the last step; steps are never changed. The database holds the same rules
(`geo/store/sql/0008_approval.sql`).
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from geo.errors import Conflict, Refused
from geo.units import LEVELS, Level

StepKind = Literal["submitted", "approved", "returned", "unapproved", "corrected"]
Status = Literal["none", "entered", "submitted", "approved", "returned", "reopened"]

# Why, by step; a step that is not here takes no reason. Words of people: message `report_reason_*`.
REASONS: Mapping[StepKind, tuple[str, ...]] = MappingProxyType(
    {
        "returned": ("thieu_so_lieu", "sai_so_lieu", "sai_ky", "khong_khop", "chua_ro_nguon"),
        "unapproved": ("duyet_nham", "sai_so_lieu", "khong_khop"),
        "corrected": ("nhap_sai", "bo_sung", "doi_chieu_lai"),
    }
)
# From the lowest up; the country receives, and takes back approvals of provinces.
_CLIMB: tuple[Level, ...] = tuple(reversed(LEVELS))


@dataclass(frozen=True, slots=True)
class Duty:
    """Who receives and approves at a level, half-open."""

    level: Level
    organ_vi: str
    organ_en: str
    first_day: date = date.min
    ends_before: date = date.max

    def holds_on(self, day: date) -> bool:
        """Tell whether the duty holds on a day."""
        return self.first_day <= day < self.ends_before


@cache
def duties() -> tuple[Duty, ...]:
    """Read the duties that are packaged with the code (`geo/reporting_duties.toml`)."""
    told = tomllib.loads(files("geo").joinpath("reporting_duties.toml").read_text(encoding="utf-8"))
    return tuple(
        Duty(
            one["level"],
            one["organ_vi"],
            one["organ_en"],
            one.get("from", date.min),
            one.get("until", date.max),
        )
        for one in told["duties"]
    )


def duty_at(level: Level, day: date) -> Duty | None:
    """Give who has the duty of a level on a day, None when it has ended."""
    return next((one for one in duties() if one.level == level and one.holds_on(day)), None)


def ladder(levels: Sequence[Level], *, last_day: date, on: date) -> tuple[Level, ...]:
    """List the levels that a report climbs, the own one first, the country last.

    Parameters
    ----------
    levels
        Of the unit and those above it, in any order, e.g. without districts after 2025-07-01.
    last_day
        Of the period: who was there then.
    on
        Day of the step: a duty that has ended since is the next level's (X4).
    """
    own = min(levels, key=_CLIMB.index)
    held = [one for one in levels if duty_at(one, last_day) and duty_at(one, on)]
    return tuple(sorted({own, *held}, key=_CLIMB.index))


@dataclass(frozen=True, slots=True)
class ReportState:
    """Where a report stands.

    Parameters
    ----------
    status
        One of `Status`.
    approved_at
        The highest level whose approval holds, None while there is none.
    """

    status: Status
    approved_at: Level | None = None

    @property
    def is_locked(self) -> bool:
        """Whether its figures are locked: at least one approval holds."""
        return self.approved_at is not None


def state_after(step: StepKind, at_level: Level, *, climb: Sequence[Level]) -> ReportState:
    """Give the state that follows a step, whatever came before it.

    Parameters
    ----------
    step, at_level
        The last step. Of an approval taken back, the level that had given it.
    climb
        As `ladder` gives it on the day of the question.
    """
    match step:
        case "approved":
            return ReportState("approved", at_level)
        case "unapproved":
            below = [one for one in climb if _CLIMB.index(one) < _CLIMB.index(at_level)]
            return ReportState("approved", below[-1]) if below else ReportState("submitted")
        case "corrected":
            return ReportState("reopened")
        case "returned":
            return ReportState("returned")
        case "submitted":
            return ReportState("submitted")


def waits_for(state: ReportState, *, climb: Sequence[Level]) -> Level | None:
    """Give the level whose approval a report waits for; None when it waits for none."""
    if state.status == "submitted":
        return climb[0]
    if state.status != "approved" or state.approved_at is None:
        return None
    above = _above(state.approved_at, climb)
    return None if above == "country" else above


def decided_at(step: StepKind, at_level: Level, *, climb: Sequence[Level]) -> Level | None:
    """Give the level whose rights a step needs; None when nobody is there to make it."""
    return _above(at_level, climb) if step == "unapproved" else at_level


def next_steps(state: ReportState, *, climb: Sequence[Level]) -> dict[StepKind, Level]:
    """Give the level of each step that the state allows."""
    own = climb[0]
    allowed: dict[StepKind, Level] = {}
    if not state.is_locked:
        allowed["submitted"] = own
    waits = waits_for(state, climb=climb)
    if waits is not None:
        allowed |= {"approved": waits, "returned": waits}
    if state.approved_at is not None:
        allowed["corrected"] = own
        if state.status == "approved" and _above(state.approved_at, climb) is not None:
            allowed["unapproved"] = state.approved_at
    return allowed


def check_step(
    state: ReportState,
    step: StepKind,
    *,
    climb: Sequence[Level],
    reason: str | None,
    own_entry: bool,
) -> Level:
    """Give the level at which a step is made, or refuse it.

    Parameters
    ----------
    state
        Present state.
    step, reason
        What is wished, and why; a code of `REASONS`.
    climb
        As `ladder` gives it today.
    own_entry
        Whether the same log-in entered the figures or handed the report in.

    Raises
    ------
    Refused
        ``report_reason_missing``, ``report_reason_unneeded``.
    Conflict
        ``report_step_not_allowed``, ``report_own_entry`` (X2).
    """
    reasons = REASONS.get(step)
    if reasons is None and reason is not None:
        raise Refused("report_reason_unneeded")
    if reasons is not None and reason not in reasons:
        raise Refused("report_reason_missing", reasons=", ".join(reasons))
    at_level = next_steps(state, climb=climb).get(step)
    if at_level is None:
        raise Conflict("report_step_not_allowed")
    if step == "approved" and own_entry:
        raise Conflict("report_own_entry")
    return at_level


def _above(level: Level, climb: Sequence[Level]) -> Level | None:
    return next((one for one in climb if _CLIMB.index(one) > _CLIMB.index(level)), None)
