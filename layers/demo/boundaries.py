"""Makes the three boundary sets of the demo, and the list of changes between them.

    from 2023-01-01   the old register, and two communes of Khoái Châu before their merger
    from 2024-12-01   the old register: 63 provinces, districts, 10,035 communes, 5 island districts
    from 2025-07-01   the new register: 34 provinces, 3,321 communes, no districts

All three are unions of one and the same faces, so they nest without slivers, and the share of an
old unit that goes to a new one is measured on them. Names, codes and mergers are those of the
register; the drawing is illustrative and has no legal value.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.store.demo_sources import DemoSources
from geo.units import EQUAL_AREA_SRID, is_assessable
from layers.demo.sites import (
    BINH_KIEU,
    KHOAI_CHAU_TOWN,
    NGUYEN_HUE,
    NHUE_DUONG,
    place_sites,
)
from layers.demo.tessellation import (
    Cells,
    Geometries,
    cut_faces,
    draw_cells,
    draw_land,
    locate,
    points_of,
    to_degrees,
    to_metres,
    unite,
)

STARTS_ON = date(2023, 1, 1)
KHOAI_CHAU_MERGED_ON = date(2024, 12, 1)
REFORMED_ON = date(2025, 7, 1)

_COLUMNS = [
    "code",
    "name",
    "kind",
    "province_code",
    "province",
    "district_code",
    "district",
    "assessable",
    "geometry",
]
_KHOAI_CHAU_ACT = (
    "Sắp xếp đơn vị hành chính cấp xã giai đoạn 2023-2025 của tỉnh Hưng Yên, hiệu lực từ 01/12/2024"
    " (bản vẽ minh họa, không có giá trị pháp lý)"
)
_REFORM_ACT = (
    "Nghị quyết 202/2025/QH15 (34 đơn vị cấp tỉnh) và các Nghị quyết 1654 đến 1687/NQ-UBTVQH15"
    " (đơn vị cấp xã), hiệu lực từ 01/07/2025 (bản vẽ minh họa, không có giá trị pháp lý)"
)
_START_ACT = (
    "Địa giới trước đợt sắp xếp 2023-2025, riêng huyện Khoái Châu khác bộ sau"
    " (bản vẽ minh họa, không có giá trị pháp lý)"
)
# A strip this thin at the edge of a divided unit is an artefact of the drawing.
_LEAST_SHARE = 0.01


@dataclass(frozen=True)
class DemoSet:
    """One boundary set of the demo.

    Parameters
    ----------
    title, act
        For people, in Vietnamese.
    valid_from, valid_to
        Half-open; None for a set without end.
    communes
        Frame as `geo.store.boundary_sets.write_draft` takes it, EPSG:4326.
    """

    title: str
    act: str
    valid_from: date
    valid_to: date | None
    communes: gpd.GeoDataFrame


@dataclass(frozen=True)
class DemoCountry:
    """The three sets in time order, and the changes from each to the next.

    Parameters
    ----------
    sets
        Three sets that follow one another without gap.
    changes
        For each step a frame with columns from_code, to_code, changed_on, act, kind, weight,
        weight_basis; unchanged units stand in it too.
    """

    sets: tuple[DemoSet, DemoSet, DemoSet]
    changes: tuple[pd.DataFrame, pd.DataFrame]


@dataclass(frozen=True)
class _Faces:
    """Pieces of land with the unit to which each belongs, set by set."""

    shapes: Geometries
    first: "pd.Series[str]"
    old: "pd.Series[str]"
    new: "pd.Series[str]"


def draw_country(
    sources: DemoSources,
    *,
    rng: np.random.Generator,
    provinces: Collection[str] | None = None,
) -> DemoCountry:
    """Draw the three sets.

    Parameters
    ----------
    sources
        Register and outline.
    rng
        Decides how borders wander.
    provinces
        Codes of provinces after the reform to which the demo is restricted; None for all. What is
        drawn of them does not depend on the restriction.
    """
    faces = _cut(sources, rng=rng, provinces=provinces)
    old_units = sources.old_units
    sets = (
        DemoSet(
            "Địa giới minh họa từ 01/01/2023",
            _START_ACT,
            STARTS_ON,
            KHOAI_CHAU_MERGED_ON,
            _unite_units(faces.shapes, faces.first, _earlier_units(old_units), day=STARTS_ON),
        ),
        DemoSet(
            "Địa giới minh họa từ 01/12/2024 (trước sắp xếp 2025)",
            _KHOAI_CHAU_ACT,
            KHOAI_CHAU_MERGED_ON,
            REFORMED_ON,
            _unite_units(faces.shapes, faces.old, old_units, day=KHOAI_CHAU_MERGED_ON),
        ),
        DemoSet(
            "Địa giới minh họa từ 01/07/2025 (sau sắp xếp)",
            _REFORM_ACT,
            REFORMED_ON,
            None,
            _unite_units(faces.shapes, faces.new, sources.new_units, day=REFORMED_ON),
        ),
    )
    return DemoCountry(
        sets=sets,
        changes=(
            _changes(
                sets[0],
                sets[1],
                pairs=pd.DataFrame({"from": faces.first, "to": faces.old}),
                area_m2=_areas(faces.shapes),
            ),
            _changes(
                sets[1],
                sets[2],
                pairs=pd.DataFrame({"from": faces.old, "to": faces.new}),
                area_m2=_areas(faces.shapes),
            ),
        ),
    )


def _cut(
    sources: DemoSources, *, rng: np.random.Generator, provinces: Collection[str] | None
) -> _Faces:
    """Cut the land into the faces of which all sets are unions."""
    sites = place_sites(sources)
    xy = sites[["x", "y"]].to_numpy()
    cells = draw_cells(xy, rng=rng)
    land = draw_land(sources.outline, xy, islet=sites["islet"].to_numpy(), cells=cells)
    old_code = sites["code"].replace({BINH_KIEU: KHOAI_CHAU_TOWN, NHUE_DUONG: NGUYEN_HUE})

    relations = sources.relations
    if provinces is not None:
        chosen = sources.new_units.loc[sources.new_units["province_code"].isin(provinces), "code"]
        relations = relations[relations["new_code"].isin(chosen)]
    kept = np.flatnonzero(old_code.isin(relations["old_code"]))
    anchors = _anchors(sources, sites=sites.assign(code=old_code), relations=relations)
    lines = np.concatenate(
        [
            cells.borders[np.isin(cells.beside, kept).any(axis=1)],
            _dividing_lines(cells, old_code.to_numpy(), anchors=anchors),
        ]
    )
    shapes = cut_faces(lines, land)
    site = locate(cells.polygons[kept], shapes)
    shapes, site = shapes[site >= 0], kept[site[site >= 0]]
    first, old = sites["code"].to_numpy()[site], old_code.to_numpy()[site]
    return _Faces(
        shapes=shapes,
        first=pd.Series(first),
        old=pd.Series(old),
        new=_successors(shapes, pd.Series(old), anchors=anchors),
    )


def _anchors(sources: DemoSources, *, sites: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """Say where each successor of each old unit is: the middle of its undivided predecessors.

    Returns
    -------
    DataFrame with columns old_code, new_code, x, y (metres); several rows per divided unit.
    """
    undivided = relations[~relations["old_code"].duplicated(keep=False)]
    middle = (
        undivided.merge(sites, left_on="old_code", right_on="code")
        .groupby("new_code")[["x", "y"]]
        .mean()
    )
    new_units = sources.new_units.set_index("code")
    own = to_metres(points_of(new_units[["lng", "lat"]].to_numpy()))
    fallback = pd.DataFrame(shapely.get_coordinates(own), new_units.index, columns=["x", "y"])
    at = middle.reindex(new_units.index).fillna(fallback)
    return relations.join(at, on="new_code").reset_index(drop=True)


def _dividing_lines(cells: Cells, old_code: np.ndarray, *, anchors: pd.DataFrame) -> Geometries:
    """Draw the lines that share a divided unit out to the nearest successor, EPSG:4326."""
    divided = anchors[anchors["old_code"].duplicated(keep=False)]
    lines: list[shapely.Geometry] = []
    for code, successors in divided.groupby("old_code"):
        own = to_metres(cells.polygons[old_code == code])
        between = shapely.voronoi_polygons(
            shapely.multipoints(successors[["x", "y"]].to_numpy()),
            extend_to=shapely.union_all(own),
            only_edges=True,
        )
        lines.extend(shapely.get_parts(shapely.intersection(between, own)))
    found = np.empty(len(lines), dtype=object)
    found[:] = lines
    return to_degrees(found[shapely.get_dimensions(found) == 1])


def _successors(
    shapes: Geometries, old: "pd.Series[str]", *, anchors: pd.DataFrame
) -> "pd.Series[str]":
    """Decide for each face the new unit: the nearest of its old unit's successors."""
    points = shapely.get_coordinates(to_metres(shapely.point_on_surface(shapes)))
    faces = pd.DataFrame(
        {"face": np.arange(len(shapes)), "old_code": old, "fx": points[:, 0], "fy": points[:, 1]}
    )
    faces["area"] = _areas(shapes)
    near = faces.merge(anchors, on="old_code")
    near["distance"] = np.hypot(near["x"] - near["fx"], near["y"] - near["fy"])
    near = near.sort_values(["face", "distance", "new_code"], kind="stable")
    near = near.drop_duplicates("face").sort_values("face", ignore_index=True)

    part = near.groupby(["old_code", "new_code"])["area"].transform("sum")
    whole = near.groupby("old_code")["area"].transform("sum")
    alone = near.groupby("new_code")["area"].transform("sum") <= part
    largest = (
        near.assign(part=part)
        .sort_values(["old_code", "part", "new_code"], ascending=[True, False, True])
        .drop_duplicates("old_code")
        .set_index("old_code")["new_code"]
    )
    thin = (part < _LEAST_SHARE * whole) & ~alone
    return near["new_code"].where(~thin, near["old_code"].map(largest))


def _areas(shapes: Geometries) -> "pd.Series[float]":
    """Measure faces in square metres."""
    return pd.Series(gpd.GeoSeries(shapes, crs=4326).to_crs(EQUAL_AREA_SRID).area.to_numpy())


def _earlier_units(old_units: pd.DataFrame) -> pd.DataFrame:
    """Give the old register as it stood before the mergers in Khoái Châu."""
    town = old_units[old_units["code"] == KHOAI_CHAU_TOWN]
    abolished = pd.concat(
        [
            town.assign(code=BINH_KIEU, name="Xã Bình Kiều", kind="xã"),
            town.assign(code=NHUE_DUONG, name="Xã Nhuế Dương", kind="xã"),
        ]
    )
    earlier = pd.concat([old_units, abolished], ignore_index=True)
    # The merged commune took a new name and kept the code of the one that was called so until then.
    earlier.loc[earlier["code"] == NGUYEN_HUE, "name"] = "Xã Thành Công"
    return earlier


def _unite_units(
    shapes: Geometries, code: "pd.Series[str]", units: pd.DataFrame, *, day: date
) -> gpd.GeoDataFrame:
    """Unite the faces of each unit to the frame of a set, sorted by code."""
    codes, group = np.unique(code.to_numpy().astype(str), return_inverse=True)
    frame = units.set_index("code").loc[codes].reset_index()
    frame["assessable"] = [is_assessable(c, day=day) for c in codes]
    geometry = unite(shapes, group.astype(np.int64), count=len(codes))
    columns = [c for c in _COLUMNS if c in frame.columns]
    return gpd.GeoDataFrame(frame[columns], geometry=geometry, crs=4326)


def _changes(
    before: DemoSet, after: DemoSet, *, pairs: pd.DataFrame, area_m2: "pd.Series[float]"
) -> pd.DataFrame:
    """List how each unit went over, with the share of its area."""
    parts = pairs.assign(area=area_m2).groupby(["from", "to"], as_index=False)["area"].sum()
    weight = parts["area"] / parts.groupby("from")["area"].transform("sum")
    divided = parts["from"].duplicated(keep=False)
    joined = parts["to"].duplicated(keep=False)
    old_name = parts["from"].map(before.communes.set_index("code")["name"])
    new_name = parts["to"].map(after.communes.set_index("code")["name"])
    kind = np.select(
        [divided, joined, old_name != new_name], ["split", "merge", "rename"], "unchanged"
    )
    return pd.DataFrame(
        {
            "from_code": parts["from"],
            "to_code": parts["to"],
            "changed_on": after.valid_from,
            "act": after.act,
            "kind": kind,
            "weight": weight.where(divided, 1.0),
            "weight_basis": "area",
        }
    )
