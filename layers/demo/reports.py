"""Simulates what offices hand in and observe: submissions late and missing, values per commune.

A frame names a unit by the number of its set (0, 1, 2 in time) and its code; the loader knows keys.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from geo.period import Period, PeriodKind, parse_period, periods_between
from geo.reporting_cycles import due_before
from layers.demo.boundaries import STARTS_ON, DemoCountry
from layers.demo.episodes import Episodes, Ints
from layers.demo.hotspots import AS_OF

_MISSING_SHARE = 0.035
_CHRONIC_SHARE, _CHRONIC_MISSING_SHARE = 0.03, 0.5
_LATE_SHARE = 0.055
_SAME_DAY_SHARE = 0.92
_LATE_DAYS = 25
# The report of the second part of the year is derived, never handed in (P1).
_HANDED_IN: tuple[PeriodKind, ...] = ("month", "half_year", "year")

# Values are observed for these periods; later ones know more qualified stations and models.
_OBSERVED = ("Y2023", "Y2024", "Y2025", "H2026-1")
_QUALIFIED_SHARE = {"Y2023": 0.46, "Y2024": 0.58, "Y2025": 0.71, "H2026-1": 0.78}
_MODELS = {"Y2023": 0.9, "Y2024": 1.3, "Y2025": 3.6, "H2026-1": 4.2}


@dataclass(frozen=True)
class DemoReports:
    """Simulated reports.

    Parameters
    ----------
    submissions
        set_number, code, period_id, due_before, submitted_on.
    observations
        set_number, code, indicator_id, period_id, value, numerator, denominator, approval.
    """

    submissions: pd.DataFrame
    observations: pd.DataFrame


def simulate_reports(
    country: DemoCountry, episodes: Episodes, *, rng: np.random.Generator
) -> DemoReports:
    """Simulate the submissions and the observations that came with them, until `AS_OF`."""
    submissions = pd.concat(
        [_submit(country, number, rng=rng) for number in range(len(country.sets))],
        ignore_index=True,
    )
    observations = pd.concat(
        [
            _observe(country, episodes, parse_period(period_id), submissions=submissions, rng=rng)
            for period_id in _OBSERVED
        ],
        ignore_index=True,
    )
    return DemoReports(submissions=submissions, observations=observations)


def set_number_on(country: DemoCountry, day: date) -> int:
    """Give the number of the set that is valid on a day."""
    return next(
        number
        for number, one in enumerate(country.sets)
        if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
    )


def _submit(country: DemoCountry, number: int, *, rng: np.random.Generator) -> pd.DataFrame:
    """Hand in the reports of the periods that end while a set is valid."""
    communes = country.sets[number].communes
    codes = communes.loc[communes["assessable"], "code"].to_numpy()
    chronic = rng.random(len(codes)) < _CHRONIC_SHARE
    missing_share = np.where(chronic, _CHRONIC_MISSING_SHARE, _MISSING_SHARE)
    parts = []
    for period in periods_between(STARTS_ON, AS_OF, kinds=_HANDED_IN):
        if set_number_on(country, period.last_day) != number:
            continue
        due = due_before(period)
        on_time_days = (due - period.last_day).days
        chance, tempo = rng.random(len(codes)), rng.random(len(codes))
        late = rng.integers(on_time_days, on_time_days + _LATE_DAYS, size=len(codes))
        in_time = rng.integers(1, on_time_days, size=len(codes))
        lag = np.where(tempo < _SAME_DAY_SHARE, 0, in_time)
        lag = np.where(tempo > 1 - _LATE_SHARE, late, lag)
        day = np.datetime64(period.last_day, "D") + lag
        came = (chance >= missing_share) & (day <= np.datetime64(AS_OF, "D"))
        parts.append(
            pd.DataFrame(
                {
                    "set_number": number,
                    "code": codes[came],
                    "period_id": period.id,
                    "due_before": np.datetime64(due, "D"),
                    "submitted_on": day[came],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _observe(
    country: DemoCountry,
    episodes: Episodes,
    period: Period,
    *,
    submissions: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Observe cases found, qualified health stations and community models of one period."""
    number = set_number_on(country, period.last_day)
    handed_in = submissions.loc[
        (submissions["set_number"] == number) & (submissions["period_id"] == period.id), "code"
    ]
    codes = country.sets[number].communes["code"]
    # A merged commune has the health stations of its predecessors.
    stations: Ints = np.ones(len(codes), dtype=np.int64)
    if number == 2:
        joined = country.changes[1].groupby("to_code").size()
        stations = np.asarray(codes.map(joined).clip(upper=6), dtype=np.int64)
    begun = episodes.count_begun(number, starts_on=period.starts_on, ends_before=period.ends_before)
    year_share = (period.ends_before - period.starts_on).days / 365
    cases = rng.poisson(0.5 * year_share * stations + 1.8 * begun)
    qualified = rng.binomial(stations, _QUALIFIED_SHARE[period.id])
    models = rng.poisson(_MODELS[period.id], size=len(codes))
    nothing = np.full(len(codes), np.nan)
    parts = [
        pd.DataFrame(
            {
                "set_number": number,
                "code": codes,
                "indicator_id": indicator_id,
                "period_id": period.id,
                "value": value,
                "numerator": numerator,
                "denominator": denominator,
                "approval": "approved",
            }
        )
        for indicator_id, value, numerator, denominator in (
            ("I01", cases, nothing, nothing),
            ("I13", np.round(qualified / stations, 4), qualified, stations),
            ("I18", models, nothing, nothing),
        )
    ]
    observed = pd.concat(parts, ignore_index=True)
    return observed[observed["code"].isin(handed_in)]
