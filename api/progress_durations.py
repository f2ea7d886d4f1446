"""Shapes estimated times for the answer of `/progress/durations` and of `bando progress`.

Places are told to who may see places (R); times in a class to everybody who may see classes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from geo.hotspots import KINDS
from geo.messages import LANGUAGES, Language, say
from geo.progress.durations import (
    FEWEST_EVENTS,
    FEWEST_SPELLS,
    Comparison,
    Curve,
    Duration,
    Rate,
    compare_groups,
    measure,
    rate_within,
)
from geo.progress.spells import PLACE_MEASURES, Spells, place_spells
from geo.progress.standing import STATES
from geo.store.progress import PlaceLives, Progress

_LADDER_SIZE = STATES.index("khong_ma_tuy") + 1


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure: its id, the class it is about (None for places), outcome, estimate."""

    id: str
    state: str | None
    outcome: str
    duration: Duration

    def title(self, language: Language) -> str:
        """Name it for people."""
        if self.state is None:
            return say(f"progress_measure_{self.id}", language=language)
        name = say(f"legend_class_{self.state}", language=language)
        return say(f"progress_measure_{self.id}", language=language, name=name)


def measure_classes(spells: Spells) -> Iterator[Measured]:
    """Estimate the times in each class until a step up, and until a relapse, worst class first."""
    for number, state in enumerate(STATES[:_LADDER_SIZE]):
        own = spells.only(spells.group == number)
        if number < _LADDER_SIZE - 1:
            yield Measured("step_up", state, "up", measure(own.turned("up")))
        if number > 0:
            yield Measured("relapse", state, "down", measure(own.turned("down")))


def measure_places(told: PlaceLives, *, until: date) -> Iterator[Measured]:
    """Estimate the times of places (H4): listed to ended, ended to re-formed."""
    for name in PLACE_MEASURES:
        spells = place_spells(told.lives, name, until=until)
        yield Measured(name, None, spells.outcomes[0], measure(spells))


def reformation_rate(told: PlaceLives, *, until: date, months: int) -> Rate:
    """Tell how many eliminated places re-formed within a window (H4)."""
    spells = place_spells(told.lives, "reformation", until=until)
    horizon = (np.datetime64(until, "D") - spells.begins_on).astype(np.int64)
    days = round(months * 365 / 12)
    return rate_within(spells, window_days=days, horizon_days=horizon)


def compare_kinds(told: PlaceLives, *, until: date) -> Comparison | None:
    """Compare the pace of elimination between kinds of places: like with like, one measure."""
    spells = place_spells(told.lives, "elimination", until=until)
    kind = told.kind[spells.subject]
    return compare_groups({name: spells.only(kind == number) for number, name in enumerate(KINDS)})


def answer(
    progress: Progress, places: PlaceLives | None, *, until: date, months: int
) -> dict[str, object]:
    """Tell all times; `places` is None for a role that may not see places."""
    told: dict[str, object] = {
        "fewest_spells": FEWEST_SPELLS,
        "fewest_events": FEWEST_EVENTS,
        "classes": [_describe(one) for one in measure_classes(progress.spells())],
        "places": None,
        "reformation_rate": None,
        "kinds": None,
    }
    if places is not None:
        rate = reformation_rate(places, until=until, months=months)
        compared = compare_kinds(places, until=until)
        told["places"] = [_describe(one) for one in measure_places(places, until=until)]
        told["reformation_rate"] = {
            "months": months,
            "days": rate.within_days,
            "reformed": rate.reformed,
            "followed": rate.followed,
            "estimate": None if rate.estimate is None else list(rate.estimate),
        }
        told["kinds"] = None if compared is None else _compared(compared)
    return told


def _describe(one: Measured) -> dict[str, object]:
    found = one.duration
    return {
        "id": one.id,
        "state": one.state,
        **{f"title_{language}": one.title(language) for language in LANGUAGES},
        "outcome": one.outcome,
        **_both("outcome", f"progress_outcome_{one.outcome}"),
        "spells": found.spells,
        "events": found.events,
        "other": [
            {"id": name, **_both("label", f"progress_outcome_{name}"), "count": count}
            for name, count in found.other.items()
        ],
        "cut_short": found.cut_short,
        "too_few": found.too_few,
        "median_days": found.median_days,
        "median_low": found.median_low,
        "median_high": found.median_high,
        "mean_days": None if found.mean_days is None else round(found.mean_days, 1),
        "mean_within": found.mean_within,
        "curve": None if found.curve is None else _curve(found.curve),
        "at_risk": [
            {
                "day": row.day,
                "at_risk": row.at_risk,
                "events": row.events,
                "other": row.other,
                "cut_short": row.cut_short,
            }
            for row in found.at_risk
        ],
    }


def _curve(curve: Curve) -> dict[str, object]:
    return {
        "days": list(curve.days),
        "share": list(curve.share),
        "low": list(curve.low),
        "high": list(curve.high),
        "followed": curve.followed,
    }


def _compared(found: Comparison) -> dict[str, object]:
    return {
        "groups": [{"id": name, **_both("label", f"hotspot_kind_{name}")} for name in found.groups],
        "statistic": round(found.statistic, 3),
        "degrees": found.degrees,
        "p_value": round(found.p_value, 6),
    }


def _both(name: str, code: str) -> dict[str, str]:
    return {f"{name}_{language}": say(code, language=language) for language in LANGUAGES}
