"""Who became what: overlay, slivers, kinds of change, lists, levels above."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from geo.errors import Refused
from geo.store.boundary_sets import set_by_id, write_draft
from geo.store.unit_changes import (
    CHANGE_COLUMNS,
    change_counts,
    derive_changes,
    has_changes,
    write_changes,
    write_changes_above,
)
from geo.store.unit_overlay import SLIVER_SHARE, change_kinds, keep_real_parts, lift, overlay
from tests.support.squares import AFTER, NEW, OLD, frame, new_communes, old_communes, square


def units(*spans: tuple[float, float], names: str = "ABCDEFGH") -> gpd.GeoDataFrame:
    """Make units from spans of the row of squares."""
    count = len(spans)
    return gpd.GeoDataFrame(
        {
            "code": [f"{n:05d}" for n in range(count)],
            "name": [f"Xã {name}" for name in names[:count]],
            "kind": "xã",
        },
        geometry=gpd.GeoSeries([square(a, width=b - a) for a, b in spans], crs=4326),
    )


def kinds_between(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> dict[tuple[int, int], str]:
    pairs = keep_real_parts(overlay(old, new))
    kinds = change_kinds(pairs, old=old, new=new)
    return dict(zip(zip(pairs["old_row"], pairs["new_row"], strict=True), kinds, strict=True))


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ([(0, 1)], [(0, 1)], {(0, 0): "unchanged"}),
        ([(0, 1), (1, 2)], [(0, 2)], {(0, 0): "merge", (1, 0): "merge"}),
        ([(0, 2)], [(0, 1), (1, 2)], {(0, 0): "split", (0, 1): "split"}),
        (
            [(0, 1), (1, 2)],
            [(0, 1.5), (1.5, 2)],
            {(0, 0): "merge", (1, 0): "transfer", (1, 1): "split"},
        ),
        (
            # The border moved by a hundredth: a sliver, nothing happened.
            [(0, 1), (1, 2)],
            [(0, 1.01), (1.01, 2)],
            {(0, 0): "unchanged", (1, 1): "unchanged"},
        ),
    ],
)
def test_kinds_of_change_follow_from_who_holds_the_land(
    old: list[tuple[float, float]],
    new: list[tuple[float, float]],
    kinds: dict[tuple[int, int], str],
) -> None:
    assert kinds_between(units(*old), units(*new)) == kinds


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("name", "Xã Khác", "rename"),
        ("kind", "phường", "rename"),
        ("code", "00009", "rename"),
        ("name", "Xã Hoà", "unchanged"),
    ],
)
def test_the_same_land_under_another_name_code_or_kind_is_a_rename(
    column: str, value: str, kind: str
) -> None:
    old = units((0, 1)).assign(name="Xã Hòa")
    new = old.assign(**{column: value})
    assert kinds_between(old, new) == {(0, 0): kind}


def test_a_small_new_unit_cut_out_of_a_large_old_one_is_no_sliver() -> None:
    old, new = units((0, 4)), units((0, 3.9), (3.9, 4))
    assert kinds_between(old, new) == {(0, 0): "split", (0, 1): "split"}


def test_overlay_measures_shares_of_both_sides() -> None:
    parts = overlay(units((0, 1), (1, 3)), units((0, 2), (2, 3)))
    assert list(zip(parts["old_row"], parts["new_row"], strict=True)) == [(0, 0), (1, 0), (1, 1)]
    assert parts["old_share"].tolist() == pytest.approx([1, 0.5, 0.5])
    assert parts["new_share"].tolist() == pytest.approx([0.5, 0.5, 1])


def test_an_old_unit_outside_a_set_of_one_province_has_no_part_in_it() -> None:
    parts = overlay(units((0, 1), (1, 2)), units((0, 1.2)))
    assert set(keep_real_parts(parts, covered_share=0.5)["old_row"]) == {0}
    assert set(keep_real_parts(parts)["old_row"]) == {0, 1}


spans = st.lists(st.floats(0.05, 3.0), min_size=1, max_size=6)


@settings(deadline=None, max_examples=60)
@given(old=spans, new=spans)
def test_weights_sum_to_one_for_every_old_unit_whatever_the_borders(
    old: list[float], new: list[float]
) -> None:
    def row_of(widths: list[float]) -> gpd.GeoDataFrame:
        ends = np.cumsum(widths) / sum(widths) * 8
        return units(*zip(np.r_[0, ends[:-1]], ends, strict=True))

    kept = keep_real_parts(overlay(row_of(old), row_of(new)))
    assert set(kept["old_row"]) == set(range(len(old)))
    assert kept.groupby("old_row")["weight"].sum().to_numpy() == pytest.approx(1.0, abs=1e-12)
    assert (kept["weight"] > 0).all()
    # A part is dropped by the rule only.
    assert (kept["weight"] >= SLIVER_SHARE * 0.99).all() or (kept["new_share"] >= 0.5).any()


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 4), st.floats(0.1, 5)), min_size=1, max_size=30
    )
)
def test_lifted_weights_sum_to_one_too(flows: list[tuple[int, int, float]]) -> None:
    pairs = pd.DataFrame(flows, columns=["old_row", "new_row", "weight"]).drop_duplicates(
        ["old_row", "new_row"]
    )
    pairs["weight"] /= pairs.groupby("old_row")["weight"].transform("sum")
    lifted = lift(
        pairs,
        old_parent=np.arange(10) // 4,
        new_parent=np.arange(5) // 2,
        old_area_m2=np.linspace(1, 9, 10),
    )
    assert lifted.groupby("old_row")["weight"].sum().to_numpy() == pytest.approx(1.0)


@pytest.fixture
def two_sets(operator_conn: Connection) -> tuple[int, int]:
    return (
        write_draft(operator_conn, old_communes(), meta=OLD),
        write_draft(operator_conn, new_communes(), meta=NEW),
    )


def test_derived_changes_can_be_written_as_they_are(
    operator_conn: Connection, two_sets: tuple[int, int]
) -> None:
    assert not has_changes(operator_conn, *two_sets)
    changes = derive_changes(operator_conn, *two_sets)
    assert tuple(changes.columns) == CHANGE_COLUMNS
    assert list(zip(changes["from_code"], changes["to_code"], changes["kind"], strict=True)) == [
        ("00001", "00001", "merge"),
        ("00002", "00001", "merge"),
        ("00101", "00103", "rename"),
        ("00102", "00102", "rename"),
    ]
    assert set(changes["changed_on"]) == {AFTER}
    assert set(changes["act"]) == {"Nghị quyết mới"}
    assert write_changes(operator_conn, changes) == 4
    assert change_counts(operator_conn, *two_sets) == {"merge": 2, "rename": 2}


def test_an_old_unit_that_no_new_one_holds_goes_to_the_country(operator_conn: Connection) -> None:
    old = write_draft(operator_conn, old_communes(), meta=OLD)
    new = write_draft(operator_conn, new_communes().iloc[:2], meta=NEW)
    changes = derive_changes(operator_conn, old, new)
    assert changes[changes["kind"] == "abolish"][["from_code", "to_code"]].values.tolist() == [
        ["00102", "VN"]
    ]
    assert write_changes(operator_conn, changes) == 4


def test_a_set_of_one_province_abolishes_nobody(operator_conn: Connection) -> None:
    old = write_draft(operator_conn, old_communes(), meta=OLD)
    new = write_draft(operator_conn, new_communes().iloc[2:], meta=NEW)
    changes = derive_changes(operator_conn, old, new)
    assert changes[["from_code", "kind"]].values.tolist() == [["00102", "rename"]]


def test_provinces_follow_their_communes(
    operator_conn: Connection, two_sets: tuple[int, int]
) -> None:
    write_changes(operator_conn, derive_changes(operator_conn, *two_sets))
    earlier, later = (set_by_id(operator_conn, one) for one in two_sets)
    assert write_changes_above(operator_conn, earlier, later) == 2
    rows = operator_conn.execute(
        text(
            "SELECT o.level, o.code, c.kind, c.weight FROM unit_change c"
            " JOIN unit_version o ON o.unit_key = c.from_key"
            " WHERE o.level <> 'commune' AND o.set_id = :id ORDER BY o.code"
        ),
        {"id": two_sets[0]},
    ).all()
    assert [tuple(row) for row in rows] == [
        ("province", "01", "unchanged", 1.0),
        ("province", "02", "unchanged", 1.0),
    ]


def a_list(two_sets: tuple[int, int], *rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["from_code", "to_code", "kind", "weight"]).assign(
        from_set_id=two_sets[0],
        to_set_id=two_sets[1],
        changed_on=date(2025, 7, 1),
        act="Nghị quyết",
        weight_basis="population",
    )


def test_a_list_with_faults_is_refused_with_all_of_them(
    operator_conn: Connection, two_sets: tuple[int, int]
) -> None:
    changes = a_list(
        two_sets,
        ("00001", "00001", "merge", 0.6),
        ("00002", "00001", "unchanged", 1.0),
        ("00777", "00103", "rename", 1.0),
        ("00102", "00888", "rename", 1.0),
    )
    with pytest.raises(Refused) as refused:
        write_changes(operator_conn, changes)
    found = [(f.code, f.unit) for f in refused.value.findings]
    assert found == [
        ("change_unit_unknown", "00777"),
        ("change_unit_unknown", "00888"),
        ("change_weights_not_whole", "00001"),
        ("change_identity_not_single", "00002"),
    ]
    assert not has_changes(operator_conn, *two_sets)


def test_units_need_a_crs() -> None:
    bare = units((0, 1)).set_crs(None, allow_override=True)
    with pytest.raises(ValueError, match="CRS"):
        overlay(bare, units((0, 1)))


def test_a_hole_is_not_the_land_of_the_unit_around_it() -> None:
    island = square(1, width=0.5)
    around = square(0, width=3).difference(island)
    rows = {"code": ["1", "2"], "name": ["Xã A", "Xã B"], "kind": ["xã", "xã"]}
    both = frame(rows, [around, island], day=AFTER)
    assert kinds_between(both, both) == {(0, 0): "unchanged", (1, 1): "unchanged"}
    assert shapely.area(around) > 0
