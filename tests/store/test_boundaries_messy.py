"""Boundary files as offices really have them: what comes of each, by the table of their README."""

import zipfile
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer
from pyproj.transformer import TransformerGroup

from geo.boundaries import judge
from geo.errors import Finding, Refused
from geo.legacy_text import LegacyEncoding
from geo.store import boundary_file
from geo.store.boundary_crs import transformer
from geo.store.register import register_of

BEFORE, AFTER = date(2024, 11, 10), date(2025, 7, 1)


@dataclass(frozen=True)
class Case:
    file: str
    valid_from: date = AFTER
    crs: str | None = None
    encoding: LegacyEncoding | None = None
    columns: tuple[tuple[str, str], ...] = ()
    # Codes of findings that must be among those told; None of them silently.
    told: tuple[str, ...] = ()
    refused: bool = False
    # Errors of the judge that must be among those found in what was read.
    judged: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    rows: int | None = None
    bounds: tuple[float, float, float, float] | None = None


HUNG_YEN_BOUNDS = (105.89450, 20.24901, 106.65947, 21.00703)
CASES = {
    "TCVN3 names are proposed and not taken in silence": Case(
        "hung_yen_vn2000_tcvn3.shp",
        told=("names_legacy_encoding", "crs_transformed", "column_taken"),
        names=("Phường Phố Hiến", "Xã Tân Hưng"),
        rows=104,
        bounds=HUNG_YEN_BOUNDS,
    ),
    "TCVN3 names are read when its user says so": Case(
        "hung_yen_vn2000_tcvn3.shp",
        encoding="tcvn3",
        told=("names_decoded",),
        names=("Phường Phố Hiến", "Xã Đại Đồng", "Xã Châu Ninh"),
        rows=104,
        bounds=HUNG_YEN_BOUNDS,
    ),
    "a missing coordinate system and VNI names are both proposed at once": Case(
        "ha_tinh_vn2000_utm48n_vni_noprj.shp",
        told=("crs_missing", "crs_proposed", "names_legacy_encoding"),
        refused=True,
    ),
    "VNI names and VN-2000 without .prj are read when their user says so": Case(
        "ha_tinh_vn2000_utm48n_vni_noprj.shp",
        crs="EPSG:3405",
        encoding="vni",
        told=("names_decoded", "crs_transformed"),
        names=("Phường Thành Sen", "Phường Bắc Hồng Lĩnh", "Xã Hương Sơn"),
        rows=69,
    ),
    "names without spaces, NA for nothing, no codes": Case(
        "gadm41_ha_tinh_raw.geojson",
        valid_from=BEFORE,
        columns=(("name", "NAME_3"), ("kind", "TYPE_3"), ("code", "CC_3")),
        told=("names_parted",),
        names=("Xã Cẩm Bình", "Xã Cẩm Duệ"),
        rows=262,
    ),
    "an Icelandic letter for Đ, no coordinate system": Case(
        "districts_gadm1_kcjpop.topojson",
        columns=(("name", "name_vi"), ("code", "id")),
        crs="EPSG:4326",
        valid_from=BEFORE,
        told=("names_eth_replaced",),
        rows=674,
    ),
    "kind and name in one field, no codes": Case(
        "thu_duc_wards_esri.geojson",
        valid_from=BEFORE,
        told=("column_missing",),
        refused=True,
    ),
    "English names are taken as they are": Case(
        "hcmc_districts_utm48n.shp",
        valid_from=BEFORE,
        columns=(("name", "Dist_Name"), ("code", "Dist_ID")),
        told=("crs_transformed",),
        names=("District 1",),
        rows=24,
    ),
    "provinces in KML with columns of its own": Case(
        "provinces63_odm.kml",
        valid_from=BEFORE,
        columns=(("name", "ten_tinh"), ("code", "code")),
        rows=63,
    ),
    "a self-intersection is mended and told": Case(
        "invalid_self_intersection_12452.geojson",
        columns=(("code", "matinhxa"), ("name", "id")),
        told=("geometry_repaired",),
        rows=1,
    ),
    "a ring that touches itself is mended and told": Case(
        "invalid_ring_self_intersection_hong_an.geojson",
        columns=(("code", "matinhxa"), ("name", "id")),
        told=("geometry_repaired",),
        rows=1,
    ),
    "a private structure is refused with its keys, without values": Case(
        "hung_yen_districts_dvhcvn_custom.json",
        refused=True,
        told=("boundary_file_private_json",),
    ),
    "points are no areas, and all that is wrong with the codes is said with it": Case(
        "bac_ninh_codes_dup_missing.csv",
        refused=True,
        told=(
            *("boundary_file_is_points", "unit_code_missing", "unit_code_twice"),
            *("unit_row_repeated", "codes_zeros_restored", "names_composed", "names_squeezed"),
            "names_not_shouted",
        ),
    ),
    "a list with escapes holds no areas": Case(
        "gadm1_vnm_adm3_broken_encoding.csv",
        valid_from=BEFORE,
        columns=(("name", "NAME_1"), ("code", "PID")),
        refused=True,
        told=("boundary_file_is_list", "names_unescaped", "unit_code_malformed"),
    ),
    "an old workbook of changes is sent to the command for changes": Case(
        "gso_ward_changes_2019_2024.xls",
        valid_from=BEFORE,
        refused=True,
        told=("boundary_file_is_changes",),
    ),
    "a table of changes is sent to the command for changes": Case(
        "crosswalk_conflicts.csv", refused=True, told=("boundary_file_is_changes",)
    ),
    "three communes that claim the same land": Case(
        "lao_cai_triple_overlap.geojson",
        told=("parents_from_register",),
        rows=3,
        judged=("units_overlap",),
    ),
    "six codes twice": Case(
        "../communes_2019.parquet",
        valid_from=date(2019, 1, 1),
        rows=11_158,
        judged=("unit_code_twice",),
    ),
    "the last set before the reform lacks twelve units": Case(
        "../communes_2024.parquet", valid_from=BEFORE, rows=10_028, judged=("unit_count_differs",)
    ),
}
# The overlap that the README of the data gives, square metres.
TRIPLE_OVERLAP_M2 = 3.49e6


@pytest.mark.real_data
@pytest.mark.parametrize("name", CASES)
def test_messy_file(name: str, real_data: Path) -> None:
    case = CASES[name]

    def read() -> boundary_file.BoundaryFile:
        return boundary_file.read(
            real_data / "messy" / case.file,
            valid_from=case.valid_from,
            crs=case.crs,
            encoding=case.encoding,
            columns=dict(case.columns),
            register=register_of(case.valid_from),
        )

    if case.refused:
        with pytest.raises(Refused) as refused:
            read()
        told = {finding.code for finding in refused.value.findings} | {refused.value.code}
        assert set(case.told) <= told
        return
    file = read()
    assert set(case.told) <= {finding.code for finding in file.findings}
    assert set(case.names) <= set(file.communes["name"])
    assert case.rows in (None, len(file.communes))
    if case.bounds:
        assert file.communes.total_bounds == pytest.approx(case.bounds, abs=2e-5)
    assert file.communes.geometry.is_valid.all()
    assert not any("Ð" in text or "<U+" in text for text in file.communes["name"])
    if case.judged:
        errors = judged_errors(file.communes, case.valid_from)
        assert set(case.judged) <= {one.code for one in errors}


def judged_errors(communes: gpd.GeoDataFrame, day: date) -> list[Finding]:
    found = judge(communes, valid_from=day, register=register_of(day)).findings
    return [one for one in found if one.severity == "error"]


@pytest.mark.real_data
def test_every_messy_file_has_its_case(real_data: Path) -> None:
    parts = {".dbf", ".shx", ".prj", ".cpg"}
    present = {path.name for path in (real_data / "messy").iterdir() if path.suffix not in parts}
    assert present <= {case.file for case in CASES.values()}


@pytest.mark.real_data
def test_the_three_pairs_of_lao_cai_are_named_with_their_area(real_data: Path) -> None:
    path = real_data / "messy" / "lao_cai_triple_overlap.geojson"
    communes = boundary_file.read(path, valid_from=AFTER, register=register_of(AFTER)).communes
    pairs = {
        frozenset((one.details["code"], one.details["other"])): one.details["area_m2"]
        for one in judged_errors(communes, AFTER)
        if one.code == "units_overlap"
    }
    units = ("02647", "02683", "02746")
    assert set(pairs) == {frozenset(pair) for pair in combinations(units, 2)}
    assert all(area == pytest.approx(TRIPLE_OVERLAP_M2, rel=0.05) for area in pairs.values())


@pytest.mark.long
@pytest.mark.real_data
def test_the_six_codes_of_2019_are_named_with_their_rows(real_data: Path) -> None:
    day = date(2019, 1, 1)
    path = real_data / "communes_2019.parquet"
    communes = boundary_file.read(path, valid_from=day, register=register_of(day)).communes
    twice = {one.unit for one in judged_errors(communes, day) if one.code == "unit_code_twice"}
    assert twice == {"01297", "01366", "01387", "01420", "01435", "04900"}


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("hung_yen_vn2000_tcvn3.shp", "hung_yen.zip"),
        ("provinces63_odm.kml", "tinh.kmz"),
        ("provinces63_odm.kml", "tinh.zip"),
    ],
)
def test_an_archive_gives_what_its_files_give(
    real_data: Path, tmp_path: Path, name: str, packed: str
) -> None:
    source = real_data / "messy" / name
    with zipfile.ZipFile(tmp_path / packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in source.parent.glob(f"{source.stem}.*"):
            archive.write(part, f"Ranh giới/{part.name.upper()}")
    columns = {"name": "ten_tinh", "code": "code"} if source.suffix == ".kml" else {}
    plain, from_archive = (
        boundary_file.read(path, valid_from=BEFORE, columns=columns)
        for path in (source, tmp_path / packed)
    )
    assert from_archive.communes.equals(plain.communes)
    assert from_archive.findings == plain.findings
    assert from_archive.source_name == packed


@pytest.mark.real_data
def test_every_name_of_hung_yen_is_read_as_the_register_has_it(real_data: Path) -> None:
    file = boundary_file.read(
        real_data / "messy" / "hung_yen_vn2000_tcvn3.shp", valid_from=AFTER, encoding="tcvn3"
    )
    truth = gpd.read_parquet(real_data / "communes_2025.parquet").set_index("code")
    ours = file.communes.set_index("code")
    assert ours["name"].to_dict() == truth.loc[ours.index, "name"].to_dict()
    apart = shapely.hausdorff_distance(
        np.asarray(ours.geometry), np.asarray(truth.loc[ours.index].geometry)
    )
    assert apart.max() < 2e-5  # about two metres: the rounding of the file


# In the Mekong delta EPSG has a second operation, which PROJ prefers there by itself.
@pytest.mark.parametrize("place", [(105.8, 21.0), (105.8, 10.0), (105.3, 9.2)])
@pytest.mark.parametrize("source", [4756, 3405, 5897, 9209])
def test_vn2000_goes_by_the_national_operation_everywhere(
    source: int, place: tuple[float, float]
) -> None:
    national, delta = TransformerGroup(4756, 4326, always_xy=True).transformers
    assert "VN-2000 to WGS 84 (2)" in national.description
    # The same place in the system of the file, still in VN-2000.
    in_file = Transformer.from_crs(4756, source, always_xy=True).transform(*place)
    found = transformer(CRS.from_epsg(source)).transform(*in_file)
    assert found == pytest.approx(national.transform(*place), abs=1e-9)
    apart_m = np.subtract(found, delta.transform(*place)) * 111_320
    assert 0.5 < np.hypot(*apart_m) < 1.5
