"""What the demo makes beside its figures: places, lines, areas, sub-communes; all invented."""

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.spatial_join import assign
from geo.store.tables import FEATURE_KINDS, SUBCOMMUNE_ITEMS
from layers.demo.boundaries import DemoCountry
from layers.demo.features import simulate_features
from layers.demo.hotspots import AS_OF
from layers.demo.programme import simulate_programme
from layers.demo.simulation import DemoData
from tests.support.demo_world import two_provinces, whole_country

# Today's provinces with a land border.
BORDER_PROVINCES = {
    *("04", "08", "11", "12", "14", "15", "20", "22", "38", "40", "42", "44", "46", "48"),
    *("51", "52", "66", "68", "75", "80", "82", "91"),
}


@pytest.fixture(scope="module")
def demo() -> DemoData:
    return whole_country()


@pytest.fixture(scope="module")
def features(demo: DemoData) -> pd.DataFrame:
    kinds = ("facilities", "routes", "patrol-areas")
    return pd.concat([demo.records[kind] for kind in kinds], ignore_index=True)


def shapes_of(frame: pd.DataFrame) -> np.ndarray:
    return np.array(frame["shape"].tolist(), dtype=object)


def communes_at(demo: DemoData, points: np.ndarray) -> pd.DataFrame:
    communes = demo.country.sets[2].communes
    row = assign(communes.geometry.to_numpy(), shapely.get_x(points), shapely.get_y(points))
    assert (row >= 0).all()
    return communes.iloc[row]


def _simulate_programme(
    country: DemoCountry, *, rng: np.random.Generator
) -> dict[str, pd.DataFrame]:
    return simulate_programme(country, rng=rng, sites=np.random.default_rng(9))


def test_the_same_seed_makes_the_same_records() -> None:
    country = two_provinces().country
    for simulate in (simulate_features, _simulate_programme):
        first, again = (simulate(country, rng=np.random.default_rng(7)) for _ in range(2))
        for kind, frame in first.items():
            pd.testing.assert_frame_equal(frame, again[kind])
        other = simulate(country, rng=np.random.default_rng(8))
        assert any(not frame.equals(other[kind]) for kind, frame in first.items())


def test_every_kind_is_there_with_valid_shapes_of_its_sort(features: pd.DataFrame) -> None:
    assert set(features["kind"]) == set(FEATURE_KINDS)
    shapes = shapes_of(features)
    assert shapely.is_valid(shapes).all()
    assert not shapely.is_empty(shapes).any()
    sorts = dict(zip(features["kind"], shapely.get_dimensions(shapes), strict=True))
    assert {kind for kind, sort in sorts.items() if sort == 1} == {
        "tuyen_trong_diem",
        "tuyen_tuan_tra",
    }
    assert {kind for kind, sort in sorts.items() if sort == 2} == {
        "khu_cong_nghiep",
        "dia_ban_tuan_tra",
    }


def test_facilities_stand_in_communes_where_people_live(
    demo: DemoData, features: pd.DataFrame
) -> None:
    points = shapes_of(features)
    points = points[shapely.get_dimensions(points) == 0]
    assert communes_at(demo, points)["assessable"].all()


def test_gates_stand_in_communes_at_a_land_border_only(
    demo: DemoData, features: pd.DataFrame
) -> None:
    gates = shapes_of(features[features["kind"] == "cua_khau"])
    assert len(gates) > 20
    communes = communes_at(demo, gates)
    assert set(communes["province_code"]) <= BORDER_PROVINCES
    land = shapely.coverage_union_all(demo.country.sets[2].communes.geometry.to_numpy())
    assert shapely.intersects(communes.geometry.to_numpy(), shapely.boundary(land)).all()
    assert shapely.contains_properly(land, gates).all()
    # The two provinces at the sea have none.
    nearby = two_provinces().records["facilities"]
    assert "cua_khau" not in set(nearby["kind"])


def test_a_key_route_leads_through_several_communes(demo: DemoData, features: pd.DataFrame) -> None:
    routes = shapes_of(features[features["kind"] == "tuyen_trong_diem"])
    tree = shapely.STRtree(demo.country.sets[2].communes.geometry.to_numpy())
    through, _ = tree.query(routes, predicate="intersects")
    assert np.bincount(through, minlength=len(routes)).min() >= 2


def test_a_few_facilities_have_moved_and_none_is_twice_on_a_day(features: pd.DataFrame) -> None:
    assert not features.duplicated(["ref", "valid_from"]).any()
    moved = features[features.duplicated("ref", keep=False)]
    assert 20 < moved["ref"].nunique() < 0.03 * len(features)
    assert features["valid_from"].max() <= AS_OF


def test_subcommunes_are_told_of_by_what_is_done_and_by_nothing_else(demo: DemoData) -> None:
    named, told = demo.records["subcommunes"], demo.records["subcommune-status"]
    keys = ["unit_code", "code"]
    assert not named.duplicated(keys).any()
    assert set(told[keys].itertuples(index=False)) == set(named[keys].itertuples(index=False))
    assert set(told) == {"set_number", *keys, "effective_on", *SUBCOMMUNE_ITEMS}
    for item in SUBCOMMUNE_ITEMS:
        values = set(told[item].dropna())
        assert values <= {"co", "khong", "dang_hoat_dong", "khong_hieu_qua"}
        assert ("co" in values) == (item != "mo_hinh")
        # Nothing was told of some: that is neither yes nor no.
        assert told[item].isna().any()
    assert told["effective_on"].max() <= AS_OF


def test_population_is_there_for_every_commune_where_people_live(demo: DemoData) -> None:
    population = demo.records["population"]
    for (number, day), rows in population.groupby(["set_number", "counted_on"]):
        one = demo.country.sets[number]
        communes = one.communes
        assert set(rows["unit_code"]) == set(communes.loc[communes["assessable"], "code"])
        assert one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
        # About as many as the country has.
        assert 5e7 < rows["persons"].sum() < 1.2e8
    first = population.drop_duplicates(["set_number", "unit_code"])
    by_set = first.groupby("set_number")["persons"].sum()
    # The same people on every set, but for rounding.
    assert by_set.max() - by_set.min() < 30
