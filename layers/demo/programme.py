"""Simulates what the programme keeps beside its figures, per commune of today.

Campaigns, community models, sub-communes and what is done in them. No value of a
sub-commune is derived from persons (N1). A frame names a unit by set_number and unit_code; the
loader knows keys.
"""

from datetime import date

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.blank import BLANK
from geo.store.tables import MODEL_KINDS, SUBCOMMUNE_ITEMS
from layers.demo.boundaries import REFORMED_ON, DemoCountry

_SET_NUMBER = 2
_CAMPAIGNS = (
    ("THD", "thang_hanh_dong", date(2026, 6, 1), date(2026, 7, 1), date(2026, 7, 5)),
    ("CD", "dot_cao_diem", date(2025, 12, 15), date(2026, 2, 15), date(2026, 2, 25)),
    ("TKS", "tong_khao_sat", date(2026, 3, 1), date(2026, 4, 1), date(2026, 4, 10)),
)
_MODELS_PER_COMMUNE = 1.1
_MODEL_STATES = {"dang_hoat_dong": 0.82, "khong_hieu_qua": 0.12, "da_thanh_loai": 0.06}
# Communes that have told of their sub-communes; the others have not begun.
_TOLD_SHARE = 0.4
_FEWEST, _MOST = 4, 13
_PLACED_SHARE, _MOST_TRIES = 0.9, 12
_STATUS_DAYS = (date(2025, 10, 15), date(2026, 3, 15), date(2026, 6, 20))
# Share told at all, and share of yes among the told.
_ITEMS = {
    "ra_soat": (0.92, 0.8),
    "cam_ket_truong_to": (0.75, 0.85),
    "cam_ket_truong_dong_ho": (0.3, 0.7),
    "cam_ket_hieu_truong": (0.25, 0.9),
    "cam_ket_co_so_kinh_doanh": (0.35, 0.75),
    "niem_yet_duong_day_nong": (0.7, 0.8),
}
# Provinces after the reform where a village is called ấp, and those where it is called buôn or bản.
_AP = frozenset({"75", "79", "80", "82", "86", "91", "92", "96"})
_BUON = frozenset({"52", "66", "68"})
_BAN = frozenset({"11", "12", "14"})
_WORDS = {
    "to_dan_pho": "Tổ dân phố số",
    "thon": "Thôn",
    "ap": "Ấp",
    "buon": "Buôn",
    "ban": "Bản",
    "khu_pho": "Khu phố",
}


def simulate_programme(
    country: DemoCountry, *, rng: np.random.Generator, sites: np.random.Generator
) -> dict[str, pd.DataFrame]:
    """Simulate the records of today's communes, by kind of record.

    Positions of sub-communes have a generator of their own.
    """
    communes = country.sets[_SET_NUMBER].communes
    lived_in = communes.loc[communes["assessable"]].reset_index(drop=True)
    subcommunes = _placed(_subcommunes(lived_in, rng=rng), lived_in, rng=sites)
    return {
        "campaigns": _campaigns(lived_in),
        "models": _models(lived_in, rng=rng),
        "subcommunes": subcommunes,
        "subcommune-status": _statuses(subcommunes, rng=rng),
    }


def _campaigns(communes: pd.DataFrame) -> pd.DataFrame:
    """Let every province run each campaign."""
    return pd.DataFrame(
        [
            (_SET_NUMBER, province, f"{word}-{first.year}", kind, first, after, due, None)
            for province in np.unique(communes["province_code"])
            for word, kind, first, after, due in _CAMPAIGNS
        ],
        columns=[
            *("set_number", "unit_code", "ref", "kind"),
            *("starts_on", "ends_before", "due_before", "document_no"),
        ],
    )


def _models(communes: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    of = np.repeat(np.arange(len(communes)), rng.poisson(_MODELS_PER_COMMUNE, len(communes)))
    kinds = rng.choice(np.array(MODEL_KINDS), size=len(of), p=(0.45, 0.2, 0.15, 0.1, 0.07, 0.03))
    states = rng.choice(np.array(list(_MODEL_STATES)), size=len(of), p=list(_MODEL_STATES.values()))
    days = np.datetime64("2025-07-15") + rng.integers(0, 400, len(of))
    frame = _of_communes(communes["code"].iloc[of])
    number = frame.groupby("unit_code").cumcount() + 1
    return frame.assign(
        ref="MH-" + number.astype(str),
        kind=kinds,
        state=states,
        effective_on=days.astype(object),
        document_no=None,
    )


def _subcommunes(communes: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    told = np.flatnonzero(rng.random(len(communes)) < _TOLD_SHARE)
    of = np.repeat(told, rng.integers(_FEWEST, _MOST + 1, len(told)))
    frame = _of_communes(communes["code"].iloc[of])
    kind = _kinds(communes.iloc[of])
    number = frame.groupby("unit_code").cumcount() + 1
    word = pd.Series(kind).map(_WORDS)
    return frame.assign(
        code="T" + number.astype(str).str.zfill(2),
        name=word + " " + number.astype(str),
        kind=kind,
        valid_from=REFORMED_ON,
        valid_to=None,
        shape=None,
    )


def _placed(
    subcommunes: pd.DataFrame, communes: pd.DataFrame, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Give most sub-communes a point within their commune; of the others nobody told one."""
    shapes = communes.set_index("code")["geometry"].reindex(subcommunes["unit_code"]).to_numpy()
    west, south, east, north = shapely.bounds(shapes).T
    lng, lat = np.full((2, len(shapes)), np.nan)
    missing = np.ones(len(shapes), dtype=np.bool_)
    shapely.prepare(shapes)
    for _ in range(_MOST_TRIES):
        x, y = rng.random((2, len(shapes)))
        tried = shapely.points(west + x * (east - west), south + y * (north - south))
        hit = missing & shapely.contains_properly(shapes, tried)
        lng[hit], lat[hit] = shapely.get_x(tried[hit]), shapely.get_y(tried[hit])
        missing &= ~hit
    told = ~missing & (rng.random(len(shapes)) < _PLACED_SHARE)
    points = shapely.points(np.where(told, lng, 0.0), np.where(told, lat, 0.0))
    shape = pd.Series(points, index=subcommunes.index, dtype=object)
    return subcommunes.assign(shape=shape.where(told, BLANK))


def _kinds(communes: pd.DataFrame) -> NDArray[np.object_]:
    """Say what a sub-commune is called in a commune of each row."""
    province = communes["province_code"]
    rural = np.select(
        [province.isin(_AP), province.isin(_BUON), province.isin(_BAN)],
        ["ap", "buon", "ban"],
        "thon",
    )
    ward = np.where(province.isin(_AP), "khu_pho", "to_dan_pho")
    return np.where(communes["kind"] == "phường", ward, rural).astype(object)


def _statuses(subcommunes: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Tell once of each sub-commune: yes, no, or not told at all."""
    frame = subcommunes[["set_number", "unit_code", "code"]].copy()
    # A commune reports of all its sub-communes on one day.
    codes, number = np.unique(frame["unit_code"], return_inverse=True)
    days: NDArray[np.object_] = np.array(_STATUS_DAYS, dtype=object)
    frame["effective_on"] = days[rng.integers(0, len(days), len(codes))[number]]
    # Not in step from commune to commune: some have done nearly all, some little.
    pace = rng.uniform(0.55, 1.15, len(codes))[number]
    for item in SUBCOMMUNE_ITEMS:
        told, yes = rng.random((2, len(frame)))
        if item == "mo_hinh":
            told_share, answer = 0.2, np.where(yes < 0.8, "dang_hoat_dong", "khong_hieu_qua")
        else:
            told_share, yes_share = _ITEMS[item]
            answer = np.where(yes < yes_share * pace, "co", "khong")
        frame[item] = pd.Series(answer, frame.index, dtype=object).where(told < told_share, BLANK)
    return frame


def _of_communes(codes: "pd.Series[str]") -> pd.DataFrame:
    return pd.DataFrame({"set_number": _SET_NUMBER, "unit_code": codes.to_numpy()})
