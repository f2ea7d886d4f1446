"""Simulates places and their lives: where they gather, how they begin, end and come back.

Everything is invented. Only the shape is meant to be plausible: more of it along the great roads,
in towns and at border gates; a sweep at the start; fewer new places and quicker ends from year to
year; more eliminations in the Action Month of June; some places come back.
"""

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.hotspots import State
from layers.demo.boundaries import DemoCountry
from layers.demo.tessellation import points_of, to_metres

SOURCE = "demo"
AS_OF = date(2026, 10, 31)
_FIRST_DAY = np.datetime64("2023-01-03", "D")
_LAST_DAY = np.datetime64(AS_OF, "D")
_SEASON_DAYS = (_LAST_DAY - _FIRST_DAY).astype(int)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Hub:
    """A town or border gate around which places gather.

    Parameters
    ----------
    lng, lat
        Degrees.
    weight
        How many times the country's usual density at its middle.
    reach_km
        Distance over which that fades to a third.
    """

    lng: float
    lat: float
    weight: float
    reach_km: float


@dataclass(frozen=True, slots=True)
class Step:
    """One way on from a state.

    Parameters
    ----------
    after
        The state reached.
    share
        Probability; what is missing to 1 stays as it is.
    median_days, spread
        Waiting time: log-normal with this median and standard deviation of the logarithm.
    """

    after: State
    share: float
    median_days: float
    spread: float = 0.6


_HUBS: tuple[Hub, ...] = (
    Hub(106.69, 10.78, 14, 14),  # Thành phố Hồ Chí Minh
    Hub(105.84, 21.02, 11, 13),  # Hà Nội
    Hub(106.68, 20.85, 8, 11),  # Hải Phòng
    Hub(108.21, 16.06, 5, 11),  # Đà Nẵng
    Hub(105.77, 10.03, 4, 11),  # Cần Thơ
    Hub(106.83, 10.95, 6, 12),  # Biên Hòa
    Hub(104.63, 20.85, 9, 28),  # Vân Hồ, Mộc Châu
    Hub(103.02, 21.39, 8, 26),  # Điện Biên
    Hub(104.06, 19.40, 7, 24),  # Kỳ Sơn, Nậm Cắn
    Hub(105.69, 18.67, 5, 13),  # Vinh
    Hub(106.76, 21.86, 6, 17),  # Lạng Sơn
    Hub(106.18, 11.10, 6, 16),  # Mộc Bài
    Hub(105.10, 10.71, 6, 16),  # Châu Đốc, Tịnh Biên
    Hub(107.97, 21.53, 5, 12),  # Móng Cái
    Hub(106.59, 16.62, 4, 14),  # Lao Bảo
    Hub(103.96, 22.48, 5, 14),  # Lào Cai
    Hub(105.84, 21.59, 5, 13),  # Thái Nguyên
    Hub(108.05, 12.67, 3, 14),  # Buôn Ma Thuột
)
# Great roads as chains of towns, degrees: the north-south axis and the roads to the borders.
ROADS: tuple[tuple[tuple[float, float], ...], ...] = (
    (
        (106.76, 21.86), (106.19, 21.28), (105.85, 21.02), (105.92, 20.54), (105.78, 19.81),
        (105.69, 18.67), (105.90, 18.34), (106.62, 17.47), (107.10, 16.81), (107.59, 16.46),
        (108.21, 16.06), (108.80, 15.12), (109.22, 13.77), (109.30, 13.09), (109.19, 12.24),
        (108.99, 11.57), (108.10, 10.93), (106.83, 10.95), (106.69, 10.78), (106.36, 10.36),
        (105.77, 10.03), (105.15, 9.18),
    ),
    ((105.84, 21.02), (105.34, 20.82), (104.63, 20.85), (103.91, 21.33), (103.02, 21.39)),
    ((105.69, 18.67), (104.83, 19.05), (104.06, 19.40)),
    ((106.69, 10.78), (106.18, 11.10)),
    ((105.77, 10.03), (105.43, 10.38), (105.10, 10.71)),
    ((105.84, 21.02), (106.31, 20.94), (106.68, 20.85)),
    ((105.84, 21.02), (104.87, 21.70), (103.96, 22.48)),
)  # fmt: skip
_ROAD_REACH_M = 7_000.0
_ROAD_WEIGHT = 1.6
_KIND_WEIGHT = {"phường": 1.9, "thị trấn": 1.7, "xã": 0.7, "huyện": 0.5}
# Expected places per commune of weight 1; gives about 7,500 in the whole country.
_PLACES_PER_WEIGHT = 0.265

_PLACE_KINDS = {
    "diem_phuc_tap": 0.34,
    "diem_ban_le": 0.26,
    "diem_to_chuc_chua_chap": 0.20,
    "tu_diem_phuc_tap": 0.12,
    "diem_nguy_co": 0.08,
}
# The ways of `geo.hotspots.TRANSITIONS` that the demo walks; operations (in_action) are off (§4).
_STEPS: dict[State, tuple[Step, ...]] = {
    "suspected": (Step("listed", 0.68, 24), Step("delisted", 0.20, 35)),
    "listed": (
        Step("eliminated", 0.74, 190),
        Step("neutralised", 0.16, 150),
        Step("delisted", 0.03, 120),
    ),
    "neutralised": (
        Step("eliminated", 0.42, 70),
        Step("watched", 0.34, 40),
        Step("reformed", 0.18, 150),
    ),
    "eliminated": (Step("watched", 0.72, 14), Step("reformed", 0.09, 170)),
    "watched": (Step("delisted", 0.55, 430, 0.25), Step("reformed", 0.13, 210)),
    "reformed": (Step("eliminated", 0.80, 100), Step("neutralised", 0.13, 80)),
    "delisted": (Step("reformed", 0.03, 260),),
}
_MOST_STEPS = 14
_STARTS_SUSPECTED_SHARE = 0.24
_FIRST_SWEEP_SHARE = 0.30
# Offices work faster from year to year: waiting for an end is multiplied by these.
_PACE = {2023: 1.35, 2024: 1.1, 2025: 0.9, 2026: 0.75}
_ACTION_MONTH_SHARE = 0.45
_ACTION_MONTH_REACH_DAYS = 55

_ROLE = {"suspected": "reporter", "listed": "reporter", "watched": "patrol_lead"}
_DECISION_ROLE = "commander"
_SCATTER_M = 650.0
_PLACES_PER_SPOT = 4


@dataclass(frozen=True)
class DemoHotspots:
    """Simulated places and events, as `geo.store.records` appends them.

    Parameters
    ----------
    places
        source, source_ref, kind, lng, lat.
    events
        source_ref, state, effective_on, actor_role, document_no; in the order of life.
    """

    places: pd.DataFrame
    events: pd.DataFrame


def simulate_hotspots(country: DemoCountry, *, rng: np.random.Generator) -> DemoHotspots:
    """Simulate the places of a country and what happened to them until `AS_OF`."""
    communes = country.sets[1].communes
    weight = _weights(communes, rng=rng)
    count = rng.poisson(_PLACES_PER_WEIGHT * weight)
    commune = np.repeat(np.arange(len(communes)), count)
    lng_lat = _positions(communes, commune, rng=rng)
    refs = [f"MP-{number:05d}" for number in range(1, len(commune) + 1)]
    kinds = rng.choice(
        np.array(list(_PLACE_KINDS)), size=len(commune), p=list(_PLACE_KINDS.values())
    )
    places = pd.DataFrame(
        {
            "source": SOURCE,
            "source_ref": refs,
            "kind": kinds,
            "lng": lng_lat[:, 0],
            "lat": lng_lat[:, 1],
        }
    )
    return DemoHotspots(places=places, events=_live(places, rng=rng))


def _weights(communes: gpd.GeoDataFrame, *, rng: np.random.Generator) -> Floats:
    """Say how many times more places than usual each commune draws."""
    at = to_metres(shapely.point_on_surface(communes.geometry.to_numpy()))
    weight = communes["kind"].map(_KIND_WEIGHT).to_numpy(dtype=np.float64)
    near = np.ones(len(communes))
    for hub in _HUBS:
        middle = to_metres(points_of(np.array([[hub.lng, hub.lat]])))[0]
        near += hub.weight * np.exp(-shapely.distance(at, middle) / (hub.reach_km * 1000))
    roads = to_metres(np.array([shapely.LineString(road) for road in ROADS], dtype=object))
    to_road = shapely.distance(at, shapely.union_all(roads))
    near += _ROAD_WEIGHT * np.exp(-to_road / _ROAD_REACH_M)
    # Neighbours differ: most communes have few places, a few have many.
    uneven = rng.lognormal(-0.6, 1.1, size=len(communes))
    return np.where(communes["assessable"].to_numpy(), weight * near * uneven, 0.0)


def _positions(communes: gpd.GeoDataFrame, commune: Ints, *, rng: np.random.Generator) -> Floats:
    """Place points around a few spots of their communes, each inside its commune, degrees."""
    shapes = communes.geometry.to_numpy()
    shapely.prepare(shapes)
    spots_per_commune = np.bincount(commune, minlength=len(communes)) // _PLACES_PER_SPOT + 1
    spot_commune = np.repeat(np.arange(len(communes)), spots_per_commune)
    spots = points_inside(shapes, spot_commune, around=None, scatter_deg=0.0, rng=rng)
    first_spot = np.append(0, np.cumsum(spots_per_commune)[:-1])
    chosen = first_spot[commune] + rng.integers(0, spots_per_commune[commune])
    scatter_deg = _SCATTER_M / 111_000
    return np.round(
        points_inside(shapes, commune, around=spots[chosen], scatter_deg=scatter_deg, rng=rng), 6
    )


def points_inside(
    shapes: NDArray[np.object_],
    commune: Ints,
    *,
    around: Floats | None,
    scatter_deg: float,
    rng: np.random.Generator,
) -> Floats:
    """Draw points inside their communes: anywhere, or scattered around given points."""
    west, south, east, north = shapely.bounds(shapes)[commune].T
    found = shapely.get_coordinates(shapely.point_on_surface(shapes))[commune]
    open_ones = np.arange(len(commune))
    for _ in range(40):
        if around is None:
            x = rng.uniform(west[open_ones], east[open_ones])
            y = rng.uniform(south[open_ones], north[open_ones])
        else:
            x, y = (around[open_ones] + rng.normal(0, scatter_deg, (len(open_ones), 2))).T
        x, y = np.round(x, 6), np.round(y, 6)
        ok = shapely.contains_xy(shapes[commune[open_ones]], x, y)
        found[open_ones[ok]] = np.column_stack([x[ok], y[ok]])
        open_ones = open_ones[~ok]
    return found


def _live(places: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Let each place live: a beginning, then step by step until nothing more happens."""
    count = len(places)
    state = np.where(rng.random(count) < _STARTS_SUSPECTED_SHARE, "suspected", "listed").astype(
        object
    )
    day = _beginnings(count, rng=rng)
    alive = np.flatnonzero(day <= _LAST_DAY)
    parts = []
    for _ in range(_MOST_STEPS):
        parts.append(pd.DataFrame({"place": alive, "state": state[alive], "day": day[alive]}))
        after, later = _next_steps(state[alive], day[alive], rng=rng)
        goes_on = later <= _LAST_DAY
        alive = alive[goes_on]
        state[alive], day[alive] = after[goes_on], later[goes_on]
    events = pd.concat(parts).sort_values(["place", "day"], kind="stable", ignore_index=True)
    decided = ~events["state"].isin(list(_ROLE))
    year = events["day"].dt.year
    number = decided.groupby(year).cumsum()
    document = "MP-" + number.astype(str) + "/" + year.astype(str) + "/QĐ"
    return pd.DataFrame(
        {
            "source_ref": places["source_ref"].to_numpy()[events["place"]],
            "state": events["state"],
            "effective_on": events["day"].dt.date,
            "actor_role": events["state"].map(_ROLE).fillna(_DECISION_ROLE),
            "document_no": document.astype(object).where(decided, None),
        }
    )


def _beginnings(count: int, *, rng: np.random.Generator) -> Days:
    """Draw the days on which places are first noticed: a first sweep, then ever fewer."""
    share = rng.random(count)
    # Density falls linearly to 55 % at the end: the inverse of its distribution function.
    fall = 0.45
    along = (1 - np.sqrt(1 - share * (1 - (1 - fall) ** 2))) / fall
    later = (along * _SEASON_DAYS).astype(np.int64)
    sweep = rng.integers(0, 75, size=count)
    swept = rng.random(count) < _FIRST_SWEEP_SHARE
    return _FIRST_DAY + np.where(swept, sweep, later)


def _next_steps(
    state: NDArray[np.object_], day: Days, *, rng: np.random.Generator
) -> tuple[NDArray[np.object_], Days]:
    """Draw the next state of each place and its day; a day far away where nothing follows."""
    after = state.copy()
    later = np.full(len(state), np.datetime64("9999-12-31", "D"))
    chance, noise = rng.random(len(state)), rng.standard_normal(len(state))
    campaign, june_day = rng.random(len(state)), rng.integers(0, 30, size=len(state))
    years = day.astype("datetime64[Y]").astype(np.int64) + 1970
    pace = np.array([_PACE[year] for year in years.tolist()])
    for before, steps in _STEPS.items():
        low = 0.0
        for step in steps:
            goes = (state == before) & (chance >= low) & (chance < low + step.share)
            low += step.share
            ends = step.after in ("eliminated", "neutralised")
            wait = step.median_days * np.exp(step.spread * noise) * np.where(ends, pace, 1.0)
            on = day + np.maximum(1, wait.astype(np.int64))
            if ends:
                on = _into_action_month(on, not_before=day, chance=campaign, june_day=june_day)
            after[goes], later[goes] = step.after, on[goes]
    return after, later


def _into_action_month(on: Days, *, not_before: Days, chance: Floats, june_day: Ints) -> Days:
    """Move some of the days near June into it: the Action Month ends what was about to end."""
    year = on.astype("datetime64[Y]")
    june = year.astype("datetime64[M]") + np.timedelta64(5, "M")
    in_june: Days = np.asarray(june.astype("datetime64[D]") + june_day, "datetime64[D]")
    near = np.abs((on - in_june).astype(np.int64)) <= _ACTION_MONTH_REACH_DAYS
    open_then = (in_june - not_before).astype(np.int64) > 0
    moved: Days = np.where(near & (chance < _ACTION_MONTH_SHARE) & open_then, in_june, on)
    return moved
