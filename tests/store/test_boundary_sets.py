"""Boundary sets in the store: drafts, keys, levels, reading."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from geo.errors import Conflict, Finding, NotFound
from geo.store.boundary_sets import (
    Acceptance,
    check_draft,
    findings_of,
    list_sets,
    load_units,
    set_by_hash,
    set_by_id,
    set_on,
    write_draft,
)
from geo.store.unit_rows import areas_m2, dissolve, label_points
from geo.units import make_unit_key
from tests.support.squares import NEW, OLD, new_communes, old_communes, square


def test_a_draft_has_all_levels_in_key_order(operator_conn: Connection) -> None:
    set_id = write_draft(operator_conn, old_communes(), meta=OLD)
    units = load_units(operator_conn, set_id)
    assert list(zip(units["level"], units["code"], strict=True)) == [
        ("country", "VN"),
        ("province", "01"),
        ("district", "001"),
        ("commune", "00001"),
        ("commune", "00002"),
        ("province", "02"),
        ("district", "011"),
        ("commune", "00101"),
        ("district", "012"),
        ("commune", "00102"),
    ]
    assert units["unit_key"].tolist() == [make_unit_key(set_id, n) for n in range(10)]
    assert (units["unit_id"] == units["unit_key"]).all()
    ordinals = units["key_to"] - units["unit_key"][0]
    assert ordinals.tolist() == [9, 4, 4, 3, 4, 9, 7, 7, 9, 9]
    above = units["parent_key"].astype(object).where(units["parent_key"].notna(), None).tolist()
    assert above[0] is None
    assert [int(key) - int(units["unit_key"][0]) for key in above[1:]] == [
        0,
        1,
        2,
        2,
        0,
        5,
        6,
        5,
        8,
    ]
    assert units["kind"].tolist()[:4] == ["quốc gia", "tỉnh", "huyện", "xã"]


def test_levels_are_dissolved_and_measured(operator_conn: Connection) -> None:
    units = load_units(operator_conn, write_draft(operator_conn, old_communes(), meta=OLD))
    country, bac = units.iloc[0], units.iloc[1]
    assert country.geometry is None
    assert np.isnan(country.area_m2)
    assert shapely.symmetric_difference(bac.geometry, square(0, width=2)).area == 0
    assert bac.area_m2 == pytest.approx(units["area_m2"][3] + units["area_m2"][4])
    # A tenth of a degree at 21 N: about 11.07 km by 10.40 km.
    assert units["area_m2"][3] == pytest.approx(115.1e6, rel=0.002)
    labelled = units[units["level"] != "country"]
    assert shapely.contains(labelled.geometry.to_numpy(), labelled["label"].to_numpy()).all()


def test_a_set_after_the_reform_has_no_district(operator_conn: Connection) -> None:
    units = load_units(operator_conn, write_draft(operator_conn, new_communes(), meta=NEW))
    assert units["level"].tolist() == [
        *("country", "province", "commune", "province", "commune", "commune")
    ]


def test_an_island_district_is_a_commune_under_a_district_of_its_code(
    operator_conn: Connection,
) -> None:
    communes = old_communes()
    communes.loc[3, ["code", "name", "kind", "district_code", "district"]] = [
        *("318", "Huyện Bạch Long Vĩ", "huyện", "318", "Huyện Bạch Long Vĩ")
    ]
    units = load_units(operator_conn, write_draft(operator_conn, communes, meta=OLD))
    island = units[units["code"] == "318"]
    assert island["level"].tolist() == ["district", "commune"]


def test_a_parent_is_outside_assessment_when_all_below_it_is(operator_conn: Connection) -> None:
    communes = old_communes().assign(assessable=[False, True, True, False])
    units = load_units(operator_conn, write_draft(operator_conn, communes, meta=OLD))
    assessable = dict(zip(units["level"] + units["code"], units["assessable"], strict=True))
    assert not assessable["district012"]
    assert assessable["district001"]
    assert assessable["province02"]


def test_the_same_content_is_not_written_twice(operator_conn: Connection) -> None:
    name = check_draft(operator_conn, old_communes(), meta=OLD)
    set_id = write_draft(operator_conn, old_communes(), meta=OLD)
    assert set_by_hash(operator_conn, name).set_id == set_id
    # The words around it are not its content, nor is the order of rows.
    for write in (write_draft, check_draft):
        with pytest.raises(Conflict) as conflict:
            write(operator_conn, old_communes().iloc[::-1], meta=replace(OLD, title="Lần hai"))
        assert conflict.value.code == "boundary_set_exists"
        assert conflict.value.details["set_id"] == set_id


@pytest.mark.parametrize("column", ["code", "name", "kind", "assessable"])
def test_any_other_content_is_another_set(operator_conn: Connection, column: str) -> None:
    communes = old_communes()
    communes.loc[3, column] = {"code": "00105", "name": "Thị trấn Đ", "kind": "xã"}.get(
        column, False
    )
    first = check_draft(operator_conn, old_communes(), meta=OLD)
    assert check_draft(operator_conn, communes, meta=OLD) != first
    assert check_draft(operator_conn, old_communes(), meta=replace(OLD, valid_to=None)) != first


def test_findings_and_acceptances_stay_with_the_set(operator_conn: Connection) -> None:
    set_id = write_draft(
        operator_conn,
        old_communes(),
        meta=OLD,
        findings=[Finding("unit_total", "info", details={"found": 4, "expected": 4})],
        accepted=[Acceptance("unit_count_differs", "theo danh sách của tỉnh")],
    )
    findings, accepted = findings_of(operator_conn, set_id)
    assert [f["code"] for f in findings] == ["unit_total"]
    assert accepted == [Acceptance("unit_count_differs", "theo danh sách của tỉnh")]


def test_an_import_leaves_one_line_in_the_audit_trail(operator_conn: Connection) -> None:
    set_id = write_draft(operator_conn, old_communes(), meta=OLD, actor="thu-vien")
    line = operator_conn.execute(
        text("SELECT actor, action, subject FROM audit_entry ORDER BY seq DESC LIMIT 1")
    ).one()
    assert (line.actor, line.action) == ("thu-vien", "boundaries.import")
    assert line.subject["set_id"] == set_id
    assert line.subject["counts"] == {"country": 1, "province": 2, "district": 3, "commune": 4}


def test_sets_are_listed_with_their_counts_by_first_day(operator_conn: Connection) -> None:
    after = write_draft(operator_conn, new_communes(), meta=NEW)
    before = write_draft(operator_conn, old_communes(), meta=OLD)
    listed = [one for one in list_sets(operator_conn) if one.set_id in (before, after)]
    assert [one.set_id for one in listed] == [before, after]
    assert listed[0].unit_counts == {"province": 2, "district": 3, "commune": 4}
    assert listed[1].unit_counts == {"province": 2, "commune": 3}
    assert {one.state for one in listed} == {"draft"}
    assert not listed[0].simulated


def test_a_draft_is_valid_on_no_day(operator_conn: Connection) -> None:
    write_draft(operator_conn, old_communes(), meta=OLD)
    assert set_on(operator_conn, date(2025, 1, 1)) is None


def test_an_unknown_set_is_not_found(operator_conn: Connection) -> None:
    with pytest.raises(NotFound, match="8000"):
        set_by_id(operator_conn, 8000)
    with pytest.raises(NotFound):
        set_by_hash(operator_conn, "f" * 16)


def test_units_can_be_read_without_geometry_and_by_level(operator_conn: Connection) -> None:
    set_id = write_draft(operator_conn, old_communes(), meta=OLD)
    provinces = load_units(operator_conn, set_id, levels=["province"], geometry=False)
    assert provinces["code"].tolist() == ["01", "02"]
    assert provinces.geometry.isna().all()
    assert load_units(operator_conn, set_id, levels=["province"]).geometry.notna().all()


def test_the_land_of_a_set_is_never_edited(operator_conn: Connection) -> None:
    set_id = write_draft(operator_conn, old_communes(), meta=OLD)
    with pytest.raises(DBAPIError):
        operator_conn.execute(
            text("UPDATE unit_version SET name = 'x' WHERE set_id = :id"), {"id": set_id}
        )


def test_polygons_that_do_not_match_are_united_by_overlay() -> None:
    land = np.array([square(0), square(1 - 1e-7), square(5)], dtype=object)
    united = dissolve(land, group=np.array([0, 0, 1]), group_count=2)
    assert shapely.is_valid(united).all()
    assert shapely.area(united[0]) == pytest.approx(0.02, rel=1e-5)
    assert [shape.geom_type for shape in united] == ["MultiPolygon", "MultiPolygon"]


def test_a_label_stands_in_the_largest_part_even_of_a_ring() -> None:
    ring = square(0, width=3).difference(square(0.2, width=2.6).buffer(-0.005))
    both = shapely.MultiPolygon([square(9, width=0.1), *shapely.get_parts(ring)])
    point = label_points(np.array([both], dtype=object))[0]
    assert shapely.contains(ring, point)


def test_areas_are_measured_in_square_metres() -> None:
    assert areas_m2(np.array([square(0)], dtype=object))[0] == pytest.approx(115.1e6, rel=0.002)
