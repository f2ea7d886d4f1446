"""Simulates totals of persons, illicit crops and outside cases that come with reports.

A commune keeps its standing, so its totals stay near each other from period to period. They agree:
the share on file has the total on file as its numerator, and what happened in a year is never less
than what happened in its first half, on old borders and summed on new ones.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.period import parse_period
from layers.demo.boundaries import DemoCountry
from layers.demo.episodes import Episodes, Ints
from layers.demo.reports import DemoReports, set_number_on

Floats = NDArray[np.float64]

# Periods with totals of persons; those without cases tell what a class needs and no more.
PERIODS = ("Y2023", "H2024-1", "Y2024", "H2025-1", "Y2025", "H2026-1")
_PER_RESIDENT = 0.00052
_TREND = {
    "Y2023": 1.15,
    "H2024-1": 1.08,
    "Y2024": 1.0,
    "H2025-1": 0.94,
    "Y2025": 0.88,
    "H2026-1": 0.82,
}
_STEEPNESS = 0.62
_ON_FILE_SHARE, _OUTSIDE_SHARE = 0.93, 0.17
_SUPPORTED_SHARE, _FOLLOWED_SHARE = 0.72, 0.88
# Crops are found in few communes, most of them in hills.
_CROP_SHARE = 0.012
_FLOWS = ("I09", "I10", "I14.area", "I14.plants")


@dataclass(frozen=True)
class Totals:
    """Totals of one period by commune of its set; the shares have both parts.

    Parameters
    ----------
    known, on_file, users
        How things stand on the last day: addicts, those of them on file, users.
    flows
        What happened in the period, by indicator.
    treated, supported, completed, followed
        Persons after rehabilitation and those helped; completers and those on file.
    """

    known: Ints
    on_file: Ints
    users: Ints
    flows: dict[str, Ints]
    treated: Ints
    supported: Ints
    completed: Ints
    followed: Ints


def observe_persons(
    reports: DemoReports,
    country: DemoCountry,
    episodes: Episodes,
    *,
    standing: tuple[Floats, ...],
    residents: tuple[Floats, ...],
    rng: np.random.Generator,
) -> DemoReports:
    """Add the totals of every report that was handed in for one of `PERIODS`.

    Parameters
    ----------
    reports
        As `reports.simulate_reports` makes them.
    country, episodes
        Where and when places were active.
    standing, residents
        By set and commune; see the modules that make them.
    rng
        Of this part.
    """
    made: dict[str, Totals] = {}
    parts = [reports.observations]
    crops = tuple(rng.random(len(one.communes)) < _CROP_SHARE for one in country.sets)
    for period_id in PERIODS:
        number = set_number_on(country, parse_period(period_id).last_day)
        made[period_id] = _count(
            period_id,
            episodes,
            number,
            standing=standing[number],
            residents=residents[number],
            has_crop=crops[number],
            first_half=_first_half(country, period_id, made),
            rng=rng,
        )
        parts.append(_told(reports, country, period_id, number, made[period_id]))
    parts.append(_outside(reports.observations, rng=rng))
    return replace(reports, observations=pd.concat(parts, ignore_index=True))


def _count(
    period_id: str,
    episodes: Episodes,
    number: int,
    *,
    standing: Floats,
    residents: Floats,
    has_crop: NDArray[np.bool_],
    first_half: dict[str, Ints],
    rng: np.random.Generator,
) -> Totals:
    period = parse_period(period_id)
    count = len(standing)
    years = (period.ends_before - period.starts_on).days / 365
    begun = episodes.count_begun(number, starts_on=period.starts_on, ends_before=period.ends_before)
    people = np.nan_to_num(residents)
    rate = _PER_RESIDENT * _TREND[period_id] * np.exp(-_STEEPNESS * standing)
    known = rng.poisson(rate * people + 0.5 * begun)
    on_file = rng.binomial(known, _ON_FILE_SHARE)
    users = rng.poisson(0.55 * rate * people + 0.2 * begun)
    crop = has_crop & (rng.random(count) < 0.55 * years)
    area: Ints = np.where(crop, rng.integers(2, 90, count) * 10, 0)
    # What the year found beside its first half.
    left = years - 0.5 if first_half else years
    flows: dict[str, Ints] = {
        "I09": rng.poisson(0.16 * left * (known + users)),
        "I10": rng.poisson(left * (0.14 * (known + users) + 0.9 * begun)),
        "I14.area": area,
        "I14.plants": area * rng.integers(2, 6, count),
    }
    treated = rng.poisson(0.35 * known)
    completed = rng.poisson(0.2 * years * known)
    return Totals(
        known=known,
        on_file=on_file,
        users=users,
        flows={name: value + first_half.get(name, 0) for name, value in flows.items()},
        treated=treated,
        supported=rng.binomial(treated, _SUPPORTED_SHARE),
        completed=completed,
        followed=rng.binomial(completed, _FOLLOWED_SHARE),
    )


def _first_half(country: DemoCountry, period_id: str, made: dict[str, Totals]) -> dict[str, Ints]:
    """Give what happened in the first half of a year on the borders of its last day."""
    period = parse_period(period_id)
    half = f"H{period.year}-1"
    if period.kind != "year" or half not in made:
        return {}
    number = set_number_on(country, period.last_day)
    earlier = set_number_on(country, parse_period(half).last_day)
    flows = {name: made[half].flows[name] for name in _FLOWS}
    for step in range(earlier, number):
        flows = {name: _moved(country, step, value) for name, value in flows.items()}
    return flows


def _moved(country: DemoCountry, step: int, values: Ints) -> Ints:
    """Move counts to the next set: each unit's to the one that holds most of its land."""
    links = country.changes[step].sort_values("weight", kind="stable")
    main = links.drop_duplicates("from_code", keep="last").set_index("from_code")["to_code"]
    target = country.sets[step].communes["code"].map(main)
    summed = pd.Series(values).groupby(target.to_numpy()).sum()
    moved = summed.reindex(country.sets[step + 1].communes["code"]).fillna(0)
    return moved.to_numpy(dtype=np.int64)


def _told(
    reports: DemoReports, country: DemoCountry, period_id: str, number: int, totals: Totals
) -> pd.DataFrame:
    """Give the totals of the communes that handed their report in as observations."""
    with_cases = bool((reports.observations["period_id"] == period_id).any())
    counts = {"I06": totals.on_file, "I08": totals.users, **totals.flows}
    shares = {
        "I07": (totals.on_file, totals.known),
        "I11": (totals.supported, totals.treated),
        "I12": (totals.followed, totals.completed),
    }
    codes = country.sets[number].communes["code"]
    handed_in = reports.submissions.loc[
        (reports.submissions["set_number"] == number)
        & (reports.submissions["period_id"] == period_id),
        "code",
    ]
    came = codes.isin(handed_in).to_numpy()
    rows = [
        _rows(codes[came], period_id, number, name, value[came]) for name, value in counts.items()
    ]
    for name, (top, below) in shares.items() if with_cases else ():
        # Nobody there, nothing to have a share of.
        kept = came & (below > 0)
        share = np.round(top[kept] / below[kept], 4)
        rows.append(
            _rows(codes[kept], period_id, number, name, share).assign(
                numerator=top[kept], denominator=below[kept]
            )
        )
    return pd.concat(rows, ignore_index=True)


def _outside(observations: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Say of every count of cases how many outside units found."""
    cases = observations[observations["indicator_id"] == "I01"]
    found = cases["value"].to_numpy(dtype=np.int64)
    return cases.assign(indicator_id="I24", value=rng.binomial(found, _OUTSIDE_SHARE))


def _rows(
    codes: "pd.Series[str]",
    period_id: str,
    number: int,
    indicator_id: str,
    value: NDArray[np.generic],
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "set_number": number,
            "code": codes.to_numpy(),
            "indicator_id": indicator_id,
            "period_id": period_id,
            "value": value.astype(np.float64),
            "numerator": np.nan,
            "denominator": np.nan,
            "approval": "approved",
        }
    )
