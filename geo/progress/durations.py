"""Estimates of times that may be cut short: the share to whom it has happened by each day.

    no other outcome    1 - Kaplan-Meier, limits by Greenwood on the log-log scale
    other outcomes      Aalen-Johansen: what was taken off the list can not be eliminated any more,
                        and to count it as cut short would tell too many eliminations

Kaplan-Meier is that of lifelines, of all outcomes together; the share of one outcome is the sum
over its days of

    F(t) = sum S(t-) d1 / n          S all outcomes, d1 events of interest, n at risk

with the variance of Marubini & Valsecchi, Analysing Survival Data (1995), 10.2, on the log-log
scale. (The Aalen-Johansen of lifelines parts events of one day by a random shift; days are our
unit, so theirs serves as the second opinion of the tests.) Times are compared by the log-rank test
only between groups of the same measure. Of few times no curve is drawn, and none where fewer than
`FEWEST_AT_RISK` are still followed: its tail would show chance (Pocock, Clayton & Altman, Survival
plots of time-to-event outcomes, Lancet 359, 2002).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.progress.spells import RUNNING, Outcome, Spells
from geo.progress.standing import Ints

Floats = NDArray[np.float64]

# Below either a curve would show chance: "too few" is said instead.
FEWEST_SPELLS = 20
FEWEST_EVENTS = 5
FEWEST_AT_RISK = 10
LEVEL = 0.95
# 97.5 % of a normal distribution lie below.
_Z = 1.959963984540054
# Days at which the number at risk is told: quarters, then half years.
AT_RISK_DAYS = (0, 91, 182, 273, 365, 548, 730, 913, 1095, 1461, 1826)
# Restricted means are told up to two years, or as far as the curve goes.
MEAN_DAYS = 730


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Where the times stand on a day: still running, ended by each outcome, cut short."""

    day: int
    at_risk: int
    events: int
    other: int
    cut_short: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Share to whom the event of interest has happened by each day, with 95 % limits.

    A step function: a share holds from its day to the next. Beyond `followed` nothing is told.
    """

    days: tuple[int, ...]
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    followed: int

    def until(self, followed: int) -> "Curve":
        """Give the curve up to a day."""
        kept = int(np.searchsorted(self.days, followed, side="right"))
        return Curve(
            self.days[:kept], self.share[:kept], self.low[:kept], self.high[:kept], followed
        )

    def at(self, day: int) -> tuple[float, float, float] | None:
        """Give share, low and high on a day, None beyond what was followed."""
        if day > self.followed:
            return None
        place = int(np.searchsorted(self.days, day, side="right")) - 1
        return self.share[place], self.low[place], self.high[place]


@dataclass(frozen=True, slots=True)
class Duration:
    """What is known about times.

    Parameters
    ----------
    spells
        How many.
    events
        Ended by the outcome of interest.
    other
        Ended by each other outcome.
    cut_short
        Still running on the last day of the data.
    curve
        None when there are too few.
    median_days
        First day by which the share is a half; None when it is not reached.
    median_low, median_high
        The same for the upper and the lower limit of the share.
    mean_days, mean_within
        Mean time until any outcome within so many days: area below Kaplan-Meier.
    at_risk
        At `AT_RISK_DAYS`, as far as anybody was followed.
    """

    spells: int
    events: int
    other: Mapping[Outcome, int]
    cut_short: int
    curve: Curve | None = None
    median_days: int | None = None
    median_low: int | None = None
    median_high: int | None = None
    mean_days: float | None = None
    mean_within: int | None = None
    at_risk: tuple[AtRisk, ...] = ()

    @property
    def too_few(self) -> bool:
        """Whether there are too few times or events for a curve."""
        return self.curve is None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Log-rank test of groups: how likely such differences are when there is none."""

    groups: tuple[str, ...]
    statistic: float
    degrees: int
    p_value: float


@dataclass(frozen=True, slots=True)
class Rate:
    """Re-formation within a window (H4): of those followed a whole window, how many re-formed.

    `estimate` uses the others as far as they were followed; None when there are too few.
    """

    within_days: int
    reformed: int
    followed: int
    estimate: tuple[float, float, float] | None


def measure(spells: Spells) -> Duration:
    """Estimate the times until the first of `spells.outcomes`.

    Examples
    --------
    Four places: eliminated after 10, 20 and 30 days, one still listed after 20. At risk on these
    days 4, 3 and 1; so S = 3/4, then 3/4 x 2/3 = 1/2, then 0, and the share eliminated is one half
    by day 20. With so few none of it is told:

    >>> found = measure(
    ...     Spells(
    ...         np.arange(4), np.zeros(4, dtype=int), np.zeros(4, dtype="datetime64[D]"),
    ...         np.array([10, 20, 30, 20]), np.array([1, 1, 1, 0]), ("eliminated",)
    ...     )
    ... )
    >>> found.spells, found.events, found.cut_short, found.too_few
    (4, 3, 1, True)
    """
    events = spells.outcome == 1
    other = {
        name: int((spells.outcome == number).sum())
        for number, name in enumerate(spells.outcomes[1:], start=2)
    }
    counted = Duration(
        spells=int(spells.days.size),
        events=int(events.sum()),
        other=other,
        cut_short=int((spells.outcome == RUNNING).sum()),
    )
    if counted.spells < FEWEST_SPELLS or counted.events < FEWEST_EVENTS:
        return counted
    fitted = _fit(spells)
    # The tenth longest: up to it so many are at risk.
    followed = int(np.sort(spells.days)[-FEWEST_AT_RISK])
    curve = incidence(spells, fitted).until(followed)
    within = min(MEAN_DAYS, curve.followed)
    return Duration(
        spells=counted.spells,
        events=counted.events,
        other=other,
        cut_short=counted.cut_short,
        curve=curve,
        median_days=_first_half(curve.days, curve.share),
        median_low=_first_half(curve.days, curve.high),
        median_high=_first_half(curve.days, curve.low),
        mean_days=_restricted_mean(fitted, within) if within else None,
        mean_within=within or None,
        at_risk=count_at_risk(spells),
    )


def incidence(spells: Spells, fitted: Any | None = None) -> Curve:
    """Estimate the share to whom the first outcome has happened, however few they are.

    Parameters
    ----------
    spells
        At least one.
    fitted
        A Kaplan-Meier of all outcomes, where it is there already.
    """
    model = _fit(spells) if fitted is None else fitted
    # lifelines counts from 0 on; of its days those are kept on which something ended.
    table = model.event_table
    day = table.index.to_numpy(dtype=np.int64)
    at_risk = table["at_risk"].to_numpy(dtype=np.float64)
    ended = table["observed"].to_numpy(dtype=np.float64)
    survival = model.survival_function_.iloc[:, 0].to_numpy(dtype=np.float64)
    followed = int(spells.days.max())
    if len(spells.outcomes) == 1 or not (spells.outcome > 1).any():
        limits = model.confidence_interval_survival_function_.to_numpy(dtype=np.float64)
        share, low, high = 1 - survival, 1 - limits[:, 1], 1 - limits[:, 0]
        # Before the first event nothing has happened: there are no limits to tell.
        low, high = np.where(share > 0, low, 0), np.where(share > 0, high, 0)
        return _steps(day, share, low, high, followed)
    of_interest = np.searchsorted(day, spells.days[spells.outcome == 1])
    events = np.bincount(of_interest, minlength=day.size).astype(np.float64)
    before = np.append(1.0, survival[:-1])
    share = np.cumsum(before * events / at_risk)
    variance = _variance(share, before=before, ended=ended, events=events, at_risk=at_risk)
    low, high = _log_log(share, variance)
    return _steps(day, share, low, high, followed)


def count_at_risk(spells: Spells) -> tuple[AtRisk, ...]:
    """Count at `AT_RISK_DAYS` how many times still run and how the others ended before."""
    told = []
    for day in AT_RISK_DAYS:
        if day > spells.days.max(initial=0):
            break
        gone = spells.days < day
        told.append(
            AtRisk(
                day=day,
                at_risk=int((~gone).sum()),
                events=int((gone & (spells.outcome == 1)).sum()),
                other=int((gone & (spells.outcome > 1)).sum()),
                cut_short=int((gone & (spells.outcome == RUNNING)).sum()),
            )
        )
    return tuple(told)


def rate_within(spells: Spells, *, window_days: int, horizon_days: Ints) -> Rate:
    """Give the re-formation rate within a window (H4).

    Parameters
    ----------
    spells
        Times from elimination to re-formation.
    window_days
        The window W.
    horizon_days
        Days from each elimination to the last day of the data: who could be followed that long.
    """
    whole = horizon_days >= window_days
    reformed = whole & (spells.outcome == 1) & (spells.days <= window_days)
    found = measure(spells)
    return Rate(
        within_days=window_days,
        reformed=int(reformed.sum()),
        followed=int(whole.sum()),
        estimate=found.curve.at(window_days) if found.curve else None,
    )


def compare_groups(groups: Mapping[str, Spells]) -> Comparison | None:
    """Compare times of several groups by the log-rank test on the outcome of interest.

    Other outcomes are cut short: the test is about the pace at which the one of interest comes.

    Parameters
    ----------
    groups
        Name to times. Only like is compared with like: all of one measure.

    Returns
    -------
    Comparison
        Of the groups that are large enough; None when fewer than two are.

    Raises
    ------
    ValueError
        When the measures differ.
    """
    if len({spells.outcomes for spells in groups.values()}) > 1:
        raise ValueError("groups of different measures are not compared")
    large = {
        name: spells
        for name, spells in groups.items()
        if spells.days.size >= FEWEST_SPELLS and (spells.outcome == 1).sum() >= FEWEST_EVENTS
    }
    if len(large) < 2:
        return None
    from lifelines.statistics import multivariate_logrank_test

    names = tuple(large)
    number = np.repeat(np.arange(len(names)), [large[name].days.size for name in names])
    tested = multivariate_logrank_test(
        np.concatenate([large[name].days for name in names]),
        number,
        np.concatenate([large[name].outcome == 1 for name in names]),
    )
    return Comparison(names, float(tested.test_statistic), len(names) - 1, float(tested.p_value))


def _fit(spells: Spells) -> Any:
    """Fit Kaplan-Meier to the end by any outcome."""
    from lifelines import KaplanMeierFitter

    return KaplanMeierFitter(alpha=1 - LEVEL).fit(spells.days, spells.outcome != RUNNING)


def _restricted_mean(fitted: Any, within: int) -> float:
    from lifelines.utils import restricted_mean_survival_time

    return float(restricted_mean_survival_time(fitted, t=within))


def _variance(
    share: Floats, *, before: Floats, ended: Floats, events: Floats, at_risk: Floats
) -> Floats:
    """Give the variance of the share by each day, by running sums over the days before."""
    left = at_risk - ended
    # After the last of all has ended the share does not change, and its weight is of no matter.
    hazard = np.divide(ended, at_risk * left, out=np.zeros_like(left), where=left > 0)
    own = before**2 * events * (at_risk - events) / at_risk**3
    cross = before * events / at_risk**2
    spread = (
        share**2 * np.cumsum(hazard)
        - 2 * share * np.cumsum(share * hazard)
        + np.cumsum(share**2 * hazard)
    )
    mixed = share * np.cumsum(cross) - np.cumsum(share * cross)
    variance: Floats = np.maximum(spread + np.cumsum(own) - 2 * mixed, 0)
    return variance


def _log_log(share: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Give limits that stay between 0 and 1; where the share is 0 or 1 they are the share."""
    inside = (share > 0) & (share < 1)
    safe = np.where(inside, share, 0.5)
    width = _Z * np.sqrt(variance) / (safe * np.log(safe))
    low, high = safe ** np.exp(-width), safe ** np.exp(width)
    return np.where(inside, low, share), np.where(inside, high, share)


def _steps(day: Ints, share: Floats, low: Floats, high: Floats, followed: int) -> Curve:
    """Keep the days on which the share changes, and day 0."""
    kept = np.append(True, np.diff(share) > 0)
    return Curve(
        days=tuple(int(each) for each in day[kept]),
        share=_rounded(share[kept]),
        low=_rounded(low[kept]),
        high=_rounded(high[kept]),
        followed=followed,
    )


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(each), 6) for each in values)


def _first_half(days: Sequence[int], shares: Sequence[float]) -> int | None:
    """Give the first day by which a share is a half."""
    return next((day for day, share in zip(days, shares, strict=True) if share >= 0.5), None)
