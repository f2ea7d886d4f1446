"""Boundary files as offices have them: columns, coordinate systems, habits of writing."""

import unicodedata
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.errors import NotFound, Refused
from geo.store import boundary_file
from geo.store.boundary_file import BoundaryFile
from geo.store.register import register_of
from tests.support.squares import AFTER, BEFORE, new_communes, old_communes, register_for


def saved(communes: gpd.GeoDataFrame, path: Path) -> Path:
    kept = communes.drop(columns="assessable")
    if path.suffix == ".parquet":
        kept.to_parquet(path)
    else:
        kept.to_file(path)
    return path


def codes_of(file: BoundaryFile) -> dict[str, str]:
    return {finding.code: finding.severity for finding in file.findings}


@pytest.mark.parametrize("name", ["a.parquet", "a.gpkg", "a.geojson", "a.fgb", "a.shp"])
def test_every_format_gives_the_same_communes(tmp_path: Path, name: str) -> None:
    communes = old_communes()
    if name.endswith(".shp"):
        # A shapefile keeps ten letters of a column's name.
        communes = communes.rename(
            columns={
                "province_code": "ma_tinh",
                "province": "ten_tinh",
                "district_code": "ma_huyen",
                "district": "ten_huyen",
            }
        )
    file = boundary_file.read(saved(communes, tmp_path / name), valid_from=BEFORE)
    # FlatGeobuf sorts rows by place.
    read, expected = file.communes.sort_values("code", ignore_index=True), old_communes()
    for column in expected.columns.drop("geometry"):
        assert read[column].tolist() == expected[column].tolist()
    assert read.geometry.geom_equals(expected.geometry).all()
    assert file.communes.crs.to_epsg() == 4326
    assert file.source_name == name
    assert len(file.source_sha256) == 64


def test_usual_column_names_are_found_and_told(tmp_path: Path) -> None:
    renamed = new_communes().rename(columns={"code": "MaXa", "name": "TEN_XA"})
    file = boundary_file.read(saved(renamed, tmp_path / "a.gpkg"), valid_from=AFTER)
    taken = {f.details["field"]: f.details["column"] for f in file.findings if f.column is None}
    assert taken == {"code": "MaXa", "name": "TEN_XA"}


def test_zeros_that_a_spreadsheet_took_come_back_by_the_register(tmp_path: Path) -> None:
    communes = new_communes()
    register = register_for(communes, stated_on=AFTER)
    lost = communes.assign(code=communes["code"].str.lstrip("0"))
    file = boundary_file.read(saved(lost, tmp_path / "a.gpkg"), valid_from=AFTER, register=register)
    assert file.communes["code"].tolist() == communes["code"].tolist()
    assert codes_of(file)["codes_zeros_restored"] == "warning"
    told = boundary_file.read(saved(lost, tmp_path / "b.gpkg"), valid_from=AFTER)
    assert told.communes["code"].tolist() == lost["code"].tolist()


def test_a_mended_ring_tells_how_much_land_moved(tmp_path: Path) -> None:
    communes = new_communes()
    square = communes.geometry[0]
    west, south, east, north = square.bounds
    spike = (east - west) / 1e4
    # A loop outside the east side: the ring crosses itself, the land is nearly the same.
    touching = shapely.Polygon(
        [
            *((west, south), (east, south), (east, north - 2 * spike)),
            *((east + spike, north), (east - spike, north), (east, north - 2 * spike)),
            *((east, north), (west, north)),
        ]
    )
    bow_tie = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    for shape, code in ((touching, "geometry_repaired"), (bow_tie, "geometry_repaired_much")):
        assert not shape.is_valid
        land = [shape, *communes.geometry[1:]]
        given = communes.set_geometry(gpd.GeoSeries(land, crs=4326))
        file = boundary_file.read(saved(given, tmp_path / f"{code}.gpkg"), valid_from=AFTER)
        found = [one for one in file.findings if one.code == code]
        assert [(one.row, one.unit) for one in found] == [(1, communes["code"][0])]
        assert file.communes.geometry.is_valid.all()


def test_a_column_named_by_the_user_wins(tmp_path: Path) -> None:
    given = new_communes().assign(so_hieu=["00009", "00008", "00007"])
    file = boundary_file.read(
        saved(given, tmp_path / "a.gpkg"), valid_from=AFTER, columns={"code": "so_hieu"}
    )
    assert file.communes["code"].tolist() == ["00009", "00008", "00007"]


def test_everything_missing_is_said_at_once_with_the_columns_found(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    strange = new_communes().set_crs(None, allow_override=True)[["kind", "geometry"]]
    strange.to_parquet(path)
    with pytest.raises(Refused) as refused:
        boundary_file.read(path, valid_from=AFTER, columns={"code": "X", "colour": "kind"})
    assert [f.code for f in refused.value.findings] == [
        "column_unknown",
        "column_field_unknown",
        "column_missing",
        "crs_missing",
    ]
    assert "kind" in refused.value.findings[0].message("vi")


def test_two_columns_for_one_field_are_not_guessed(tmp_path: Path) -> None:
    given = new_communes().rename(columns={"code": "ma_xa"}).assign(maxa="1")
    with pytest.raises(Refused) as refused:
        boundary_file.read(saved(given, tmp_path / "a.gpkg"), valid_from=AFTER)
    assert [f.code for f in refused.value.findings] == ["column_ambiguous"]


def test_a_missing_crs_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    new_communes().set_crs(None, allow_override=True).to_parquet(path)
    file = boundary_file.read(path, valid_from=AFTER, crs="EPSG:4326")
    assert file.communes.geometry.geom_equals(new_communes().geometry).all()


def test_an_unknown_crs_is_refused(tmp_path: Path) -> None:
    path = saved(new_communes(), tmp_path / "a.gpkg")
    with pytest.raises(Refused) as refused:
        boundary_file.read(path, valid_from=AFTER, crs="EPSG:1")
    assert [f.code for f in refused.value.findings] == ["crs_unknown"]


def test_other_coordinates_are_brought_to_degrees_and_told(tmp_path: Path) -> None:
    moved = new_communes().to_crs(32648)
    file = boundary_file.read(saved(moved, tmp_path / "a.gpkg"), valid_from=AFTER)
    assert codes_of(file)["crs_transformed"] == "info"
    assert file.communes.geometry.geom_equals_exact(new_communes().geometry, 1e-7).all()


def test_a_crs_given_against_the_files_own_is_a_warning(tmp_path: Path) -> None:
    path = saved(new_communes(), tmp_path / "a.gpkg")
    found = codes_of(boundary_file.read(path, valid_from=AFTER, crs="EPSG:4756"))
    assert found == {"crs_replaced": "warning", "crs_transformed": "info"}


def test_degrees_named_otherwise_are_not_transformed(tmp_path: Path) -> None:
    path = saved(new_communes().set_crs("OGC:CRS84", allow_override=True), tmp_path / "a.parquet")
    assert codes_of(boundary_file.read(path, valid_from=AFTER)) == {}


def test_heights_are_dropped_and_told(tmp_path: Path) -> None:
    high = new_communes()
    high = high.set_geometry(high.geometry.force_3d(5.0))
    file = boundary_file.read(saved(high, tmp_path / "a.gpkg"), valid_from=AFTER)
    assert codes_of(file) == {"geometry_flattened": "info"}
    assert not file.communes.geometry.has_z.any()


def test_names_are_composed_and_squeezed_and_the_rows_counted(tmp_path: Path) -> None:
    given = new_communes()
    given.loc[0, "name"] = unicodedata.normalize("NFD", "Xã Đường")
    given.loc[1, "name"] = "  Phường   C Mới "
    file = boundary_file.read(saved(given, tmp_path / "a.gpkg"), valid_from=AFTER)
    assert file.communes["name"].tolist() == ["Xã Đường", "Phường C Mới", "Xã D"]
    counts = {f.code: f.details["count"] for f in file.findings}
    assert counts == {"names_composed": 1, "names_squeezed": 1}


def test_codes_read_as_numbers_become_text_and_lost_zeros_stay_lost(tmp_path: Path) -> None:
    # Nothing is guessed: `judge` will say that the code has the wrong form.
    given = new_communes().assign(code=[1.0, 103.0, 102.0])
    file = boundary_file.read(saved(given, tmp_path / "a.gpkg"), valid_from=AFTER)
    assert file.communes["code"].tolist() == ["1", "103", "102"]


def test_the_kind_comes_from_the_name_when_there_is_no_column(tmp_path: Path) -> None:
    given = old_communes().drop(columns="kind")
    file = boundary_file.read(saved(given, tmp_path / "a.gpkg"), valid_from=BEFORE)
    assert file.communes["kind"].tolist() == ["xã", "xã", "phường", "thị trấn"]


def test_a_bare_name_gets_its_kind(tmp_path: Path) -> None:
    given = new_communes().assign(name=["A", "C Mới", "Xã D"], kind=["Xã", "Phường", "Xã"])
    file = boundary_file.read(saved(given, tmp_path / "a.gpkg"), valid_from=AFTER)
    assert file.communes["name"].tolist() == ["Xã A", "Phường C Mới", "Xã D"]
    assert codes_of(file) == {"names_given_kind": "info"}


def test_a_kind_that_contradicts_the_name_is_a_warning(tmp_path: Path) -> None:
    given = new_communes().assign(kind=["phường", "phường", "xã"])
    file = boundary_file.read(saved(given, tmp_path / "a.gpkg"), valid_from=AFTER)
    assert codes_of(file) == {"kind_contradicts_name": "warning"}
    assert file.communes["kind"].tolist() == ["phường", "phường", "xã"]


def test_parents_that_the_file_lacks_come_from_the_register(tmp_path: Path) -> None:
    whole = old_communes()
    given = whole.drop(columns=["province", "province_code", "district", "district_code"])
    file = boundary_file.read(
        saved(given, tmp_path / "a.gpkg"),
        valid_from=BEFORE,
        register=register_for(whole, stated_on=BEFORE),
    )
    for column in ("province", "province_code", "district", "district_code"):
        assert file.communes[column].tolist() == whole[column].tolist()
    assert codes_of(file) == {"parents_from_register": "info"}


def test_hoang_sa_is_marked_as_not_subject_to_assessment(tmp_path: Path) -> None:
    given = new_communes()
    given.loc[0, "code"] = "20333"
    file = boundary_file.read(saved(given, tmp_path / "a.gpkg"), valid_from=AFTER)
    assert file.communes["assessable"].tolist() == [False, True, True]


def test_a_file_that_is_not_there_or_no_boundary_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="x"):
        boundary_file.read(tmp_path / "x.gpkg", valid_from=AFTER)
    for name, content in (
        ("a.gpkg", "SQLite format 3\0"),
        ("a.parquet", "PAR1"),
        ("a.geojson", "{]"),
    ):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        with pytest.raises(Refused) as refused:
            boundary_file.read(path, valid_from=AFTER)
        assert refused.value.code == "boundary_file_unreadable"
        assert str(tmp_path) not in str(refused.value)


def test_several_layers_are_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    for layer in ("xa", "tinh"):
        new_communes().drop(columns="assessable").to_file(path, layer=layer)
    with pytest.raises(Refused, match="tinh"):
        boundary_file.read(path, valid_from=AFTER)


def test_a_table_without_geometry_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    pd.DataFrame(new_communes().drop(columns="geometry")).to_csv(path, index=False)
    with pytest.raises(Refused) as refused:
        boundary_file.read(path, valid_from=AFTER)
    assert "boundary_file_is_list" in {one.code for one in refused.value.findings}


def test_the_registers_of_both_days_have_the_numbers_of_the_law() -> None:
    old, new = register_of(BEFORE).units, register_of(AFTER).units
    assert (len(old), old["province_code"].nunique()) == (10_040, 63)
    assert (len(new), new["province_code"].nunique()) == (3_321, 34)
    assert set(old["code"][old["code"].str.len() == 3]) == {"318", "471", "498", "536", "755"}
    assert not old[["code", "name", "kind", "district_code", "lng", "lat"]].isna().any().any()


PERSON = " ".join(("Trần", "Văn", "Bê"))


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("ghi_chu", f"đo bởi ông {PERSON}", "value_personal"),
        ("ho_ten", "x", "column_personal"),
        ("nguoi_do", PERSON, "value_personal"),
    ],
)
def test_attributes_about_persons_refuse_the_file_though_nobody_reads_them(
    tmp_path: Path, column: str, value: str, code: str
) -> None:
    path = saved(old_communes().assign(**{column: value}), tmp_path / "a.gpkg")
    with pytest.raises(Refused) as caught:
        boundary_file.read(path, valid_from=BEFORE)
    assert code in {finding.code for finding in caught.value.findings}
    assert PERSON not in str([one.as_json() for one in caught.value.findings])
