"""Boundary files that are tables, and files that are something else altogether."""

import json
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.errors import Refused
from geo.store import boundary_file
from tests.support.squares import AFTER, new_communes, register_for

REGISTER = register_for(new_communes(), stated_on=AFTER)


def table(shapes: "pd.Series[str] | None" = None, **more: object) -> pd.DataFrame:
    plain = pd.DataFrame(new_communes().drop(columns=["geometry", "assessable"])).assign(**more)
    return plain if shapes is None else plain.assign(wkt=shapes)


def read(path: Path, *, crs: str | None = None) -> boundary_file.BoundaryFile:
    return boundary_file.read(path, valid_from=AFTER, register=REGISTER, crs=crs)


def refusal(path: Path, *, day: date = AFTER) -> Refused:
    with pytest.raises(Refused) as refused:
        boundary_file.read(path, valid_from=day, register=REGISTER)
    return refused.value


def codes(error: Refused) -> list[str]:
    return [error.code, *(finding.code for finding in error.findings)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_areas_in_a_text_table_are_read(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "xa.csv"
    table(new_communes().geometry.to_wkt()).to_csv(
        path, sep=separator, encoding=encoding, index=False
    )
    file = read(path, crs="EPSG:4326")
    assert file.communes["name"].tolist() == new_communes()["name"].tolist()
    assert file.communes.geometry.geom_equals(new_communes().geometry).all()


def test_areas_as_a_database_writes_them_are_read(tmp_path: Path) -> None:
    path = tmp_path / "xa.csv"
    for shapes in (
        pd.Series(shapely.to_wkb(new_communes().geometry.to_numpy(), hex=True)),
        "SRID=4326;" + new_communes().geometry.to_wkt(),
    ):
        table().assign(geom=shapes).to_csv(path, index=False)
        file = read(path, crs="EPSG:4326")
        assert file.communes.geometry.geom_equals(new_communes().geometry).all()


def test_a_table_says_no_coordinate_system_and_gets_one_proposed(tmp_path: Path) -> None:
    path = tmp_path / "xa.csv"
    table(new_communes().geometry.to_wkt()).to_csv(path, index=False)
    assert {"crs_missing", "crs_proposed"} <= set(codes(refusal(path)))


def test_a_long_area_in_a_table_is_no_bomb(tmp_path: Path) -> None:
    path = tmp_path / "xa.csv"
    # More in one cell than a line of another table may have.
    dense = shapely.segmentize(new_communes().geometry.to_numpy(), 0.000_005)
    table(pd.Series(shapely.to_wkt(dense))).to_csv(path, index=False)
    assert max(map(len, path.read_text().splitlines())) > 1_000_000
    assert len(read(path, crs="EPSG:4326").communes) == 3


@pytest.mark.parametrize("name", ["xa.csv", "xa.xlsx"])
def test_points_are_no_areas_and_the_codes_are_judged_all_the_same(
    tmp_path: Path, name: str
) -> None:
    inside = new_communes().geometry.representative_point()
    broken = table(code=["00001", "00001", ""], kinh_do=inside.x, vi_do=inside.y)
    if name.endswith(".csv"):
        broken.to_csv(tmp_path / name, index=False)
    else:
        broken.to_excel(tmp_path / name, index=False)
    error = refusal(tmp_path / name)
    found = {one.code: one for one in error.findings}
    assert found["boundary_file_is_points"].details == {"count": 3}
    assert {"unit_code_twice", "unit_code_missing"} <= set(found)
    assert "crs_missing" not in found
    assert error.details["count"] == sum(one.severity == "error" for one in error.findings)


def test_points_and_lines_of_a_map_file_are_named(tmp_path: Path) -> None:
    communes = new_communes().drop(columns="assessable")
    for shapes, code in (
        (communes.geometry.representative_point(), "boundary_file_is_points"),
        (communes.geometry.boundary, "boundary_file_is_lines"),
    ):
        path = tmp_path / f"{code}.gpkg"
        communes.set_geometry(gpd.GeoSeries(shapes, crs=4326)).to_file(path)
        assert code in codes(refusal(path))


def test_a_list_without_shapes_says_what_to_do(tmp_path: Path) -> None:
    table().to_csv(tmp_path / "xa.csv", index=False)
    error = refusal(tmp_path / "xa.csv")
    assert "boundary_file_is_list" in codes(error)
    assert "WKT" in error.findings[0].message("vi")


def test_a_list_of_changes_is_told_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "bien_dong.csv"
    path.write_text("Mã cũ;Tên cũ;Mã mới\n00001;A;00002\n", encoding="utf-8")
    error = refusal(path)
    assert error.code == "boundary_file_is_changes"
    assert "bando import changes" in error.message("vi")


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        ({"level1_id": "33", "level2s": []}, "level1_id, level2s"),
        ([{"ten_xa": "A", "toa_do": [1, 2]}], "ten_xa, toa_do"),
        ({"ho_ten": "x", "xa": 1}, "xa"),
        ({f"k{n}": n for n in range(9)}, "k0, k1, k2, k3, k4, k5, k6, k7, …"),
        ([1, 2], "–"),
    ],
)
def test_a_structure_of_its_own_is_named_by_its_keys_only(
    tmp_path: Path, content: object, keys: str
) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    error = refusal(path)
    assert (error.code, error.details["keys"]) == ("boundary_file_private_json", keys)


def test_json_that_is_nested_without_end_is_only_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    assert refusal(path).code == "boundary_file_unreadable"


def test_a_name_all_in_capitals_is_written_as_usual(tmp_path: Path) -> None:
    given = new_communes().drop(columns="assessable")
    given["name"] = ["  XÃ TIÊN LỤC ", "PHƯỜNG C MỚI", "Xã D"]
    given.to_file(tmp_path / "a.gpkg")
    file = read(tmp_path / "a.gpkg")
    assert file.communes["name"].tolist() == ["Xã Tiên Lục", "Phường C Mới", "Xã D"]
    told = {one.code: one.details.get("count") for one in file.findings}
    assert told == {"names_not_shouted": 2, "names_squeezed": 1}
