"""Places one site per old commune: where its land is taken to lie.

The register's points come from a geocoder. Where it knew no commune it gave the point of a district
or a province: such points coincide, or lie far from the communes with which the unit was merged.
They are put back among their neighbours, and coinciding ones are set apart, so that each unit gets
land of its own.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray

from geo.store.demo_sources import DemoSources

METRIC_CRS = "EPSG:32648"  # metres; its error at the edges of the country does not show in the demo

# Set 1 has two communes more: Khoái Châu district before 2024-12-01.
BINH_KIEU, NHUE_DUONG = "12235", "12277"
KHOAI_CHAU_TOWN, NGUYEN_HUE = "12205", "12274"


@dataclass(frozen=True, slots=True)
class Islet:
    """A place of an archipelago, drawn as a disc around its point.

    Parameters
    ----------
    code
        Old unit to which it belongs.
    lng, lat
        About its true place, degrees.
    """

    code: str
    lng: float
    lat: float


# The outline lacks both archipelagos and the geocoder put their units on the mainland.
ISLETS: tuple[Islet, ...] = (
    # Hoàng Sa: Phú Lâm, Đảo Cây, Linh Côn, Hoàng Sa, Quang Ảnh, Bông Bay, Bạch Quy, Tri Tôn
    Islet("498", 112.33, 16.83),
    Islet("498", 112.27, 16.98),
    Islet("498", 112.73, 16.67),
    Islet("498", 111.61, 16.53),
    Islet("498", 111.51, 16.45),
    Islet("498", 112.50, 16.05),
    Islet("498", 111.76, 16.06),
    Islet("498", 111.20, 15.78),
    # Trường Sa: Trường Sa Lớn, Đá Tây, Trường Sa Đông, Phan Vinh, Tốc Tan, An Bang, Thuyền Chài
    Islet("22736", 111.92, 8.64),
    Islet("22736", 112.23, 8.86),
    Islet("22736", 112.35, 8.93),
    Islet("22736", 113.69, 8.97),
    Islet("22736", 113.98, 8.81),
    Islet("22736", 112.91, 7.89),
    Islet("22736", 113.31, 8.17),
    # Song Tử Tây, Đá Nam; Sinh Tồn, Nam Yết, Sơn Ca, Sinh Tồn Đông, Len Đao
    Islet("22737", 114.33, 11.43),
    Islet("22737", 114.30, 11.39),
    Islet("22739", 114.33, 9.89),
    Islet("22739", 114.36, 10.18),
    Islet("22739", 114.48, 10.38),
    Islet("22739", 114.58, 9.90),
    Islet("22739", 114.37, 9.78),
)
# Places that the geocoder missed and that matter for the story of Khoái Châu, degrees.
_CORRECTED: dict[str, tuple[float, float]] = {
    KHOAI_CHAU_TOWN: (105.981, 20.834),
    BINH_KIEU: (105.968, 20.821),
    NGUYEN_HUE: (105.999, 20.769),
    NHUE_DUONG: (105.986, 20.761),
    "12214": (105.944, 20.867),
}
_COINCIDING_M = 60.0
_GOLDEN_ANGLE = 2.399963229728653
_GROUP_REACH = 2.2  # of the radius of the disc with the merged unit's area
_GROUP_SLACK_M = 4_000.0


def place_sites(sources: DemoSources) -> pd.DataFrame:
    """Give every old unit, and the two earlier communes of Khoái Châu, sites of its own.

    Returns
    -------
    DataFrame with columns code, x, y (metres, `METRIC_CRS`), islet (bool), one row per site, sorted
    by code; an archipelago has several. No two sites coincide.
    """
    old = sources.old_units[["code", "lng", "lat"]].copy()
    old["x"], old["y"] = _to_metres(old["lng"], old["lat"])
    new = sources.new_units[["code", "kind", "lng", "lat", "area_km2"]].copy()
    new["x"], new["y"] = _to_metres(new["lng"], new["lat"])
    old = _bring_home(old, new=new, relations=sources.relations)

    corrected = pd.DataFrame(
        [(code, *lng_lat) for code, lng_lat in _CORRECTED.items()], columns=["code", "lng", "lat"]
    )
    islets = pd.DataFrame([(i.code, i.lng, i.lat) for i in ISLETS], columns=["code", "lng", "lat"])
    given = pd.concat([corrected.assign(islet=False), islets.assign(islet=True)])
    given["x"], given["y"] = _to_metres(given["lng"], given["lat"])
    kept = old[~old["code"].isin(given["code"])].assign(islet=False)
    columns = ["code", "x", "y", "islet"]
    sites = pd.concat([kept[columns], given[columns]])
    sites = sites.sort_values(["code", "x", "y"], kind="stable", ignore_index=True)
    return _set_apart(sites)


def _to_metres(
    lng: "pd.Series[float]", lat: "pd.Series[float]"
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    project = pyproj.Transformer.from_crs("EPSG:4326", METRIC_CRS, always_xy=True)
    x, y = project.transform(lng.to_numpy(), lat.to_numpy())
    return np.round(x, 1), np.round(y, 1)


def _bring_home(old: pd.DataFrame, *, new: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """Move points that coincide or lie far from their merger partners to those partners.

    The measure is the merged unit: the median of its own point and its predecessors' points, and
    the radius of a disc with its published area.
    """
    shared = old.duplicated(["lng", "lat"], keep=False)
    pairs = relations.merge(old[~shared], left_on="old_code", right_on="code")[
        ["new_code", "x", "y"]
    ]
    trusted = pd.concat([pairs, new.rename(columns={"code": "new_code"})])
    centre = trusted.groupby("new_code")[["x", "y"]].median()
    area_m2 = new.set_index("code")["area_km2"].fillna(50.0).clip(lower=1.0) * 1e6
    radius = np.sqrt(area_m2 / np.pi)
    # Isles of a special zone may lie far apart: there only a point that coincides is doubted.
    reach = (_GROUP_REACH * radius + _GROUP_SLACK_M).where(
        new.set_index("code")["kind"] != "đặc khu", np.inf
    )

    # A divided unit has several successors: it is measured against the one that fits it best.
    fit = relations.merge(old, left_on="old_code", right_on="code")
    gap = np.hypot(
        fit["x"] - fit["new_code"].map(centre["x"]), fit["y"] - fit["new_code"].map(centre["y"])
    )
    fit["misfit"] = (
        gap / (_GROUP_REACH * radius + _GROUP_SLACK_M).reindex(fit["new_code"]).to_numpy()
    )
    fit["gap"] = gap
    best = fit.sort_values(["old_code", "misfit"], kind="stable").drop_duplicates("old_code")
    best = best.set_index("old_code").reindex(old["code"]).set_index(old.index)

    old = old.assign(new_code=best["new_code"])
    stray = shared | (best["gap"] > old["new_code"].map(reach))
    at = old["new_code"].map(centre["x"]), old["new_code"].map(centre["y"])
    # Strays of one merged unit fan out around its centre, so that each still has its own land.
    turn = old[stray].groupby("new_code").cumcount().reindex(old.index, fill_value=0)
    step = 0.45 * old["new_code"].map(radius)
    angle = _GOLDEN_ANGLE * (turn + 1)
    moved = old.copy()
    moved["x"] = old["x"].where(~stray, at[0] + step * np.cos(angle)).round(1)
    moved["y"] = old["y"].where(~stray, at[1] + step * np.sin(angle)).round(1)
    return moved


def _set_apart(sites: pd.DataFrame) -> pd.DataFrame:
    """Move all but the first of coinciding sites onto a spiral around their common point."""
    cell = np.floor(sites[["x", "y"]].to_numpy() / _COINCIDING_M).astype(np.int64)
    turn = pd.DataFrame(cell).groupby([0, 1]).cumcount().to_numpy()
    radius = 10 * _COINCIDING_M * np.sqrt(turn)
    apart = sites.copy()
    apart["x"] = (sites["x"] + radius * np.cos(_GOLDEN_ANGLE * turn)).round(1)
    apart["y"] = (sites["y"] + radius * np.sin(_GOLDEN_ANGLE * turn)).round(1)
    return apart
