import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.units import EQUAL_AREA_SRID
from layers.demo.boundaries import DemoCountry, DemoSet
from layers.demo.simulation import DemoData, make_data
from layers.demo.sites import place_sites
from tests.support.demo_world import demo_sources, two_provinces, whole_country

ISLAND_DISTRICTS = {"318", "471", "498", "536", "755"}


@pytest.fixture(scope="module")
def country() -> DemoCountry:
    return whole_country().country


@pytest.fixture(params=[0, 1, 2], ids=["2023", "2024", "2025"])
def one_set(request: pytest.FixtureRequest, country: DemoCountry) -> DemoSet:
    return country.sets[request.param]


def by_code(one: DemoSet) -> gpd.GeoDataFrame:
    return one.communes.set_index("code")


def test_sets_have_the_units_of_the_register(country: DemoCountry) -> None:
    first, old, new = (one.communes for one in country.sets)
    island = old["code"].isin(ISLAND_DISTRICTS)
    assert (int((~island).sum()), int(island.sum())) == (10_035, 5)
    assert (old["province_code"].nunique(), old["district_code"].nunique()) == (63, 696)
    assert set(first["code"]) - set(old["code"]) == {"12235", "12277"}
    assert set(old["code"]) <= set(first["code"])
    assert (len(new), new["province_code"].nunique()) == (3_321, 34)
    assert new["kind"].value_counts().to_dict() == {"xã": 2621, "phường": 687, "đặc khu": 13}
    assert "district_code" not in new


def test_sets_follow_one_another_without_gap(country: DemoCountry) -> None:
    first, old, new = country.sets
    assert first.valid_to == old.valid_from
    assert old.valid_to == new.valid_from
    assert new.valid_to is None


def test_every_unit_has_land_and_neighbours_share_every_vertex(one_set: DemoSet) -> None:
    shapes = one_set.communes.geometry.to_numpy()
    assert one_set.communes.crs.to_epsg() == 4326
    assert not shapely.is_missing(shapes).any()
    assert shapely.is_valid(shapes).all()
    assert (shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOLYGON).all()
    assert shapely.coverage_is_valid(shapes)
    assert one_set.communes.to_crs(EQUAL_AREA_SRID).area.min() > 10_000


def test_sets_cover_the_same_land(country: DemoCountry) -> None:
    first, old, new = (shapely.coverage_union_all(s.communes.geometry) for s in country.sets)
    assert shapely.equals(first, old)
    assert shapely.equals(old, new)


def test_the_country_lies_where_viet_nam_lies(country: DemoCountry) -> None:
    west, south, east, north = country.sets[2].communes.total_bounds
    assert 102.0 < west < 102.3
    assert 7.5 < south < 8.7
    assert 114.0 < east < 115.0
    assert 23.2 < north < 23.5
    area_km2 = country.sets[2].communes.to_crs(EQUAL_AREA_SRID).area.sum() / 1e6
    assert 320_000 < area_km2 < 345_000


def test_archipelagos_lie_at_their_place_and_are_not_assessed(country: DemoCountry) -> None:
    new = by_code(country.sets[2])
    assert shapely.intersects_xy(new.loc["20333"].geometry.envelope, 112.0, 16.5)
    assert shapely.intersects_xy(new.loc["22736"].geometry.envelope, 113.0, 9.5)
    assert set(new.index[~new["assessable"]]) == {"20333", "22736"}
    old = by_code(country.sets[1])
    assert set(old.index[~old["assessable"]]) == {"498", "22736", "22737", "22739"}


def test_provinces_hang_together_on_the_mainland(country: DemoCountry) -> None:
    # Quảng Trị has one lone island; no other inland province should fall apart.
    communes = country.sets[2].communes.to_crs(EQUAL_AREA_SRID)
    for code in ("04", "14", "33", "52", "66", "68"):  # inland, or a plain coast
        whole = shapely.coverage_union_all(communes.geometry[communes["province_code"] == code])
        parts = shapely.area(shapely.get_parts(whole))
        assert parts.max() / parts.sum() > 0.97, code


def test_khoai_chau_merges_two_communes_on_the_first_of_december(country: DemoCountry) -> None:
    changes = country.changes[0]
    merged = changes[changes["kind"] == "merge"]
    assert set(zip(merged["from_code"], merged["to_code"], strict=True)) == {
        ("12205", "12205"),
        ("12235", "12205"),
        ("12274", "12274"),
        ("12277", "12274"),
    }
    assert set(changes["kind"]) == {"merge", "unchanged"}
    before, after = by_code(country.sets[0]), by_code(country.sets[1])
    assert (before.loc["12235", "name"], before.loc["12277", "name"]) == (
        "Xã Bình Kiều",
        "Xã Nhuế Dương",
    )
    assert (before.loc["12274", "name"], after.loc["12274", "name"]) == (
        "Xã Thành Công",
        "Xã Nguyễn Huệ",
    )
    assert shapely.equals(
        shapely.union_all(before.geometry[["12205", "12235"]].to_numpy()),
        after.geometry["12205"],
    )


def test_changes_account_for_all_land_of_every_old_unit(country: DemoCountry) -> None:
    for before, after, changes in zip(
        country.sets, country.sets[1:], country.changes, strict=False
    ):
        assert set(changes["from_code"]) == set(before.communes["code"])
        assert set(changes["to_code"]) == set(after.communes["code"])
        assert np.allclose(changes.groupby("from_code")["weight"].sum(), 1.0)
        assert not changes.duplicated(["from_code", "to_code"]).any()
        given = before.communes.to_crs(EQUAL_AREA_SRID).set_index("code").area
        taken = (changes["from_code"].map(given) * changes["weight"]).groupby(changes["to_code"])
        land = after.communes.to_crs(EQUAL_AREA_SRID).set_index("code").area
        assert np.allclose(taken.sum().reindex(land.index), land, rtol=1e-6)


def test_former_wards_lead_to_their_successor(country: DemoCountry) -> None:
    changes = country.changes[1].set_index("from_code")["to_code"]
    names = by_code(country.sets[2])["name"]
    hai_tan = by_code(country.sets[1]).query("name == 'Phường Hải Tân'").index.item()
    assert names[changes[hai_tan]] == "Phường Tân Hưng"
    assert (changes["12259"], changes["12262"]) == (changes["12259"],) * 2
    assert names[changes["12259"]] == "Xã Châu Ninh"


def test_an_unchanged_unit_keeps_name_and_land(country: DemoCountry) -> None:
    changes = country.changes[1]
    same = changes[changes["kind"] == "unchanged"]
    before, after = by_code(country.sets[1]), by_code(country.sets[2])
    assert len(same) > 50
    assert (
        before.loc[same["from_code"], "name"].tolist()
        == after.loc[same["to_code"], "name"].tolist()
    )
    assert shapely.equals(
        before.geometry[same["from_code"]].to_numpy(), after.geometry[same["to_code"]].to_numpy()
    ).all()


def test_sites_that_coincide_in_the_register_are_set_apart() -> None:
    given = demo_sources().old_units
    assert given.duplicated(["lng", "lat"]).sum() > 100
    sites = place_sites(demo_sources())
    assert set(given["code"]) <= set(sites["code"])
    tree = shapely.STRtree(shapely.points(sites[["x", "y"]].to_numpy()))
    _, distance = tree.query_nearest(tree.geometries, exclusive=True, return_distance=True)
    assert distance.min() > 10


def test_restricting_the_demo_does_not_change_what_is_drawn(country: DemoCountry) -> None:
    part = two_provinces().country
    assert set(part.sets[2].communes["province_code"]) == {"31", "33"}
    assert set(part.sets[1].communes["province_code"]) == {"30", "31", "33", "34"}
    for one, whole in zip(part.sets, country.sets, strict=True):
        inside = by_code(whole).geometry[one.communes["code"]].to_numpy()
        assert shapely.equals(one.communes.geometry.to_numpy(), inside).mean() > 0.97


def same_data(one: DemoData, other: DemoData) -> bool:
    frames = [
        (a.country.sets, a.hotspots, a.reports, a.assessments, a.country.changes)
        for a in (one, other)
    ]
    for mine, theirs in zip(frames[0][0], frames[1][0], strict=True):
        assert shapely.to_wkb(mine.communes.geometry.to_numpy()).tolist() == (
            shapely.to_wkb(theirs.communes.geometry.to_numpy()).tolist()
        )
    pairs: list[tuple[pd.DataFrame, pd.DataFrame]] = [
        (one.hotspots.places, other.hotspots.places),
        (one.hotspots.events, other.hotspots.events),
        (one.reports.submissions, other.reports.submissions),
        (one.reports.observations, other.reports.observations),
        (one.assessments, other.assessments),
        *zip(one.country.changes, other.country.changes, strict=True),
    ]
    return all(mine.equals(theirs) for mine, theirs in pairs) and one.sha256 == other.sha256


def test_the_same_seed_gives_the_same_demo() -> None:
    again = make_data(demo_sources(), provinces=("31", "33"))
    assert same_data(two_provinces(), again)


def test_another_seed_gives_another_demo() -> None:
    other = make_data(demo_sources(), seed=1, provinces=("33",))
    assert other.sha256 != two_provinces().sha256


@pytest.mark.long
def test_the_same_seed_gives_the_same_country() -> None:
    assert same_data(whole_country(), make_data(demo_sources()))


def test_A6_special_zones_are_in_the_denominator_but_for_the_archipelagos(
    country: DemoCountry,
) -> None:
    communes = country.sets[-1].communes
    zones = communes[communes["kind"] == "đặc khu"]
    assert len(zones) == 13
    assert set(zones["code"][~zones["assessable"]]) == {"20333", "22736"}
