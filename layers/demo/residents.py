"""Simulates the resident population of the communes of every set."""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.demo.boundaries import REFORMED_ON, DemoCountry

Floats = NDArray[np.float64]

_PERSONS = {"phường": 31_000, "xã": 15_500, "đặc khu": 6_000}
_GROWTH = 1.011
# Of the newest set the days of two counts; of each earlier one its first day.
_NEWEST_DAYS = (REFORMED_ON, date(2026, 4, 1))


def draw_residents(
    country: DemoCountry, *, rng: np.random.Generator, shares: np.random.Generator
) -> tuple[Floats, ...]:
    """Give each commune of each set its residents on the set's first day; NaN where none reports.

    A commune of an earlier set has its part of the residents of those that hold its land today, so
    that the sets tell of one country.

    Parameters
    ----------
    country
        The three sets and their changes.
    rng
        For the communes of today.
    shares
        For the parts of those before.
    """
    before, old, new = (one.communes for one in country.sets)
    lived_in = new["assessable"].to_numpy(dtype=np.bool_)
    usual = new["kind"].map(_PERSONS).to_numpy(dtype=np.float64)
    now = np.full(len(new), np.nan)
    now[lived_in] = usual[lived_in] * rng.lognormal(0.0, 0.45, int(lived_in.sum()))

    land = country.changes[1]
    usual_part = pd.Series(shares.lognormal(0.0, 0.3, len(old)), index=old["code"])
    part = land["from_code"].map(usual_part) * land["weight"]
    whole = part.groupby(land["to_code"]).transform("sum")
    held = land["to_code"].map(pd.Series(now, index=new["code"])) * part / whole
    of_old = held.groupby(land["from_code"]).sum(min_count=1).reindex(old["code"])

    links = country.changes[0]
    count = links.groupby("to_code")["from_code"].transform("size")
    split = links["to_code"].map(of_old) / count
    of_first = split.groupby(links["from_code"]).sum(min_count=1).reindex(before["code"])
    return tuple(
        np.where(one["assessable"], np.maximum(np.round(persons), 1.0), np.nan)
        for one, persons in (
            (before, of_first.to_numpy(dtype=np.float64)),
            (old, of_old.to_numpy(dtype=np.float64)),
            (new, now),
        )
    )


def count_residents(country: DemoCountry, residents: tuple[Floats, ...]) -> pd.DataFrame:
    """Give the counts of residents as records, the newest set twice, the earlier ones once."""
    counts = [(2, day, number) for number, day in enumerate(_NEWEST_DAYS)]
    counts += [(number, country.sets[number].valid_from, 0) for number in (0, 1)]
    frames = []
    for number, day, years in counts:
        known = np.isfinite(residents[number])
        persons = residents[number][known] * _GROWTH**years
        frames.append(
            pd.DataFrame(
                {
                    "set_number": number,
                    "unit_code": country.sets[number].communes["code"].to_numpy()[known],
                    "counted_on": day,
                    "basis": "dang_cu_tru",
                    "persons": np.round(persons).astype(np.int64),
                    "document_no": None,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
