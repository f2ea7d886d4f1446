"""Boundary files as offices really have them: what comes of each, by the table of their README."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer
from pyproj.transformer import TransformerGroup

from geo.errors import Refused
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
    "a private structure is no boundary file": Case(
        "hung_yen_districts_dvhcvn_custom.json", refused=True
    ),
}


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
