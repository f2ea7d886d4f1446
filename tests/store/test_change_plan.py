"""A list held against two sets: what wins, refuses, is read by name; what weights rest on."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from geo.errors import Conflict, Refused
from geo.store import change_file
from geo.store.activation import activate
from geo.store.boundary_sets import write_draft
from geo.store.change_file import ChangeFile
from geo.store.change_import import ChangePlan, plan_changes, sets_around, write_plan
from geo.store.change_pairs import Land, find_pairs
from geo.store.change_rules import share_numbers
from geo.store.change_weights import complete_pairs
from geo.store.undoing import undo_import
from geo.store.unit_overlay import overlay
from tests.support.squares import AFTER, NEW, OLD, new_communes, old_communes

SOUND = [("00001", "00001"), ("00002", "00001"), ("00101", "00103"), ("00102", "00102")]
APART = {"change_pair_apart": "thử"}


@pytest.fixture
def sets(operator_conn: Connection) -> Connection:
    """Two sets in force, connected by overlay."""
    for communes, meta in ((old_communes(), OLD), (new_communes(), NEW)):
        activate(operator_conn, write_draft(operator_conn, communes, meta=meta))
    return operator_conn


def listed(*rows: tuple[object, ...], columns: str = "old_code new_code") -> ChangeFile:
    changes = pd.DataFrame(rows, columns=columns.split(), index=range(1, len(rows) + 1))
    return ChangeFile(changes.astype(object), (), {}, "list.csv", "0" * 64)


def plan_of(conn: Connection, file: ChangeFile, **more: object) -> ChangePlan:
    earlier, later = sets_around(conn, AFTER)
    wanted = {"earlier": earlier, "later": later, "act": "NQ 1"} | more
    return plan_changes(conn, file, **wanted)


def bring_in(conn: Connection, file: ChangeFile, **more: object) -> int:
    plan = plan_of(conn, file, **more)
    assert plan.errors == []
    return write_plan(conn, plan, file, actor="t")


def written(conn: Connection, level: str = "commune") -> dict[tuple[str, str], tuple[object, ...]]:
    rows = conn.execute(
        text(
            "SELECT o.code, n.code, c.kind, c.weight, c.weight_basis, c.source FROM unit_change c"
            " JOIN unit_version o ON o.unit_key = c.from_key"
            " JOIN unit_version n ON n.unit_key = c.to_key WHERE o.level = :level"
        ),
        {"level": level},
    )
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


def test_the_law_replaces_what_the_overlay_found(sets: Connection) -> None:
    assert {row[-1] for row in written(sets).values()} == {"overlay"}
    bring_in(sets, listed(*SOUND))
    assert written(sets) == {
        ("00001", "00001"): ("merge", 1.0, "none", "list"),
        ("00002", "00001"): ("merge", 1.0, "none", "list"),
        ("00101", "00103"): ("rename", 1.0, "none", "list"),
        ("00102", "00102"): ("rename", 1.0, "none", "list"),
    }
    assert written(sets, "province") == {
        ("01", "01"): ("unchanged", 1.0, "none", "list"),
        ("02", "02"): ("unchanged", 1.0, "none", "list"),
    }


def test_an_earlier_list_is_replaced_too(sets: Connection) -> None:
    bring_in(sets, listed(("00001", "00103"), *SOUND[1:]), accepted=APART)
    assert ("00001", "00103") in written(sets)
    bring_in(sets, listed(*SOUND))
    assert ("00001", "00103") not in written(sets)


def test_an_empty_list_leaves_what_stays_and_takes_the_rest_from_the_land(
    sets: Connection,
) -> None:
    plan = plan_of(sets, listed())
    told = {one.code: one.details for one in plan.findings}
    assert told["change_units_not_listed"]["codes"] == "00002, 00101, 00102"
    bring_in(sets, listed())
    assert written(sets)["00001", "00001"] == ("merge", 1.0, "none", "list")
    assert written(sets)["00002", "00001"] == ("merge", 1.0, "none", "overlay")


def test_a_unit_that_keeps_code_and_name_on_other_land_does_not_stay() -> None:
    old, new = (
        units.assign(area_m2=units.geometry.to_crs(6933).area)
        for units in (old_communes(), new_communes())
    )
    new = new.assign(code=["00101", "00001", "00102"], name=["Phường C", "Xã A", "Xã D"])
    land = Land(old, new, overlay(old, new), "", "")
    pairs, _ = find_pairs(listed().changes, land)
    done = complete_pairs(pairs, land).pairs
    assert list(zip(done["old_row"], done["new_row"], done["source"], strict=True)) == [
        (row, there, "overlay") for row, there in enumerate([0, 0, 1, 2])
    ]


def test_shares_of_the_list_rest_on_what_its_user_says(sets: Connection) -> None:
    rows = [("00001", "00001", "0,7"), ("00001", "00103", "0.3")]
    rows += [(a, b, "") for a, b in SOUND[1:]]
    file = listed(*rows, columns="old_code new_code share")
    bring_in(sets, file, basis="population", accepted=APART)
    found = written(sets)
    assert found["00001", "00001"] == ("transfer", 0.7, "population", "list")
    assert found["00001", "00103"] == ("transfer", 0.3, "population", "list")


def test_a_part_without_land_and_share_is_nothing_and_told(sets: Connection) -> None:
    plan = plan_of(sets, listed(("00001", "00103"), *SOUND), accepted=APART)
    told = {one.code: one.details for one in plan.findings}
    assert told["change_pairs_without_share"]["codes"] == "00001 → 00103"
    row = plan.changes.set_index(["from_code", "to_code"]).loc[("00001", "00001")]
    assert (row["kind"], row["weight"], row["weight_basis"]) == ("merge", 1.0, "none")


def test_units_of_no_set_and_pairs_apart_are_told_by_row_all_at_once(sets: Connection) -> None:
    before = written(sets)
    file = listed(("00009", "00001"), ("00001", "00109"), ("00002", "00102"), *SOUND)
    plan = plan_of(sets, file)
    assert {(one.code, one.row) for one in plan.errors} == {
        ("change_code_not_on_set", 1),
        ("change_code_not_on_set", 2),
        ("change_pair_apart", 3),
    }
    with pytest.raises(Refused):
        write_plan(sets, plan, file, actor="t")
    assert written(sets) == before
    skipped = plan_of(sets, file, skip_refused=True)
    assert skipped.errors == []
    assert len(skipped.changes) == len(SOUND)


def test_a_pair_accepted_with_a_reason_holds_and_the_reason_is_kept(sets: Connection) -> None:
    import_id = bring_in(sets, listed(("00001", "00103"), *SOUND[1:]), accepted=APART)
    assert written(sets)["00001", "00103"][-1] == "list"
    kept = sets.execute(
        text("SELECT accepted FROM import_batch WHERE import_id = :i"), {"i": import_id}
    ).scalar_one()
    assert kept == [{"code": "change_pair_apart", "reason": "thử"}]


def test_a_unit_of_no_set_cannot_be_accepted(sets: Connection) -> None:
    plan = plan_of(sets, listed(("00009", "00001")), accepted={"change_code_not_on_set": "thử"})
    assert [one.code for one in plan.errors] == ["change_code_not_on_set"]


def test_A2_a_mistyped_code_is_read_by_name_and_land(sets: Connection) -> None:
    rows = [(a, b, "") for a, b in SOUND]
    rows[2] = ("00101", "00130", "Phường C Mới")
    plan = plan_of(sets, listed(*rows, columns="old_code new_code new_name"))
    assert [(one.code, one.row) for one in plan.findings] == [("change_new_code_by_name", 3)]
    assert ("00101", "00103") in set(zip(plan.changes.from_code, plan.changes.to_code, strict=True))


def test_A8_a_new_name_or_kind_keeps_the_identity_and_new_land_does_not(sets: Connection) -> None:
    bring_in(sets, listed(*SOUND))
    ids = {
        (row.set_id, row.code): row.unit_id
        for row in sets.execute(text("SELECT set_id, code, unit_id FROM unit_version"))
    }
    old, new = sorted({set_id for set_id, _ in ids})
    assert ids[old, "00101"] == ids[new, "00103"]
    assert ids[old, "00102"] == ids[new, "00102"]
    # Same code, same name, more land.
    assert ids[old, "00001"] != ids[new, "00001"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["00001", "00002", "00101", "00102"]),
            st.sampled_from(["00001", "00103", "00102"]),
            st.one_of(st.just(""), st.floats(0, 1).map(str)),
        ),
        max_size=8,
    )
)
def test_A5_weights_of_every_old_unit_sum_to_one_whatever_the_list_says(
    rows: list[tuple[str, str, str]],
) -> None:
    old, new = (
        units.assign(area_m2=units.geometry.to_crs(6933).area)
        for units in (old_communes(), new_communes())
    )
    land = Land(old, new, overlay(old, new), "", "")
    changes = listed(*rows, columns="old_code new_code share").changes
    pairs, _ = find_pairs(changes.assign(share=share_numbers(changes["share"])), land)
    done = complete_pairs(pairs, land)
    total = done.pairs.groupby("old_row")["weight"].sum()
    assert total.index.tolist() == [0, 1, 2, 3]
    assert total.tolist() == pytest.approx([1.0] * 4)
    assert done.pairs["weight"].between(0, 1, inclusive="right").all()
    whole = done.pairs["weight_basis"] == "none"
    assert (whole | (done.pairs["weight"] < 1)).all()


def test_sets_that_do_not_follow_one_another_are_not_connected(sets: Connection) -> None:
    earlier, later = sets_around(sets, AFTER)
    with pytest.raises(Conflict) as backwards:
        plan_of(sets, listed(*SOUND), earlier=later, later=earlier)
    assert backwards.value.code == "changes_no_neighbours"
    plan = plan_of(sets, listed(*SOUND))
    sets.execute(text("UPDATE boundary_set SET state = 'retired' WHERE state = 'active'"))
    with pytest.raises(Conflict) as retired:
        write_plan(sets, plan, listed(*SOUND), actor="t")
    assert retired.value.code == "changes_no_neighbours"


def test_a_list_of_changes_is_not_taken_back(sets: Connection) -> None:
    import_id = bring_in(sets, listed(*SOUND))
    with pytest.raises(Conflict) as refused:
        undo_import(sets, import_id, reason="wrong_file", actor="t")
    assert refused.value.code == "changes_undo_impossible"


def test_days_and_acts_of_the_list_are_kept(sets: Connection) -> None:
    rows = [(a, b, None, "") for a, b in SOUND]
    rows[0] = ("00001", "00001", date(2025, 6, 1), "NQ 2")
    rows[1] = ("00002", "00001", date(2020, 6, 1), "")
    file = listed(*rows, columns="old_code new_code changed_on act")
    assert [(one.code, one.row) for one in plan_of(sets, file).findings] == [
        ("change_day_outside", 2)
    ]
    bring_in(sets, file)
    told = sets.execute(
        text(
            "SELECT c.changed_on, c.act FROM unit_change AS c JOIN unit_version AS u"
            " ON u.unit_key = c.from_key WHERE u.level = 'commune'"
        )
    )
    assert {tuple(row) for row in told} == {
        (date(2025, 6, 1), "NQ 2"),
        (date(2020, 6, 1), "NQ 1"),
        (AFTER, "NQ 1"),
    }


def test_land_drawn_alike_on_two_sets_is_shared_whole() -> None:
    units = old_communes()
    parts = overlay(units, units)
    assert parts["old_row"].tolist() == parts["new_row"].tolist() == list(range(len(units)))
    assert parts["old_share"].tolist() == [1.0] * len(units)


@pytest.mark.real_data
def test_all_contradictory_pairs_are_told_by_row_and_hardly_any_lawful_one(
    real_data: Path,
) -> None:
    old, new = (
        gpd.read_parquet(real_data / f"communes_{year}.parquet") for year in ("2024", "2025")
    )
    land = Land(old, new, overlay(old, new), "2024", "2025")
    told = {}
    for name in ("messy/crosswalk_conflicts.csv", "crosswalk_2025.csv"):
        file = change_file.read(real_data / name, changed_on=AFTER)
        _, findings = find_pairs(file.changes, land)
        told[name] = {
            severity: {one.row for one in findings if one.severity == severity}
            for severity in ("error", "warning")
        }
    conflicts, law = told.values()
    assert len(conflicts["error"]) == 64
    assert len(conflicts["error"] | conflicts["warning"]) == 65
    # Twelve old units are not drawn on the set of 2024, five pairs lie over 2 km apart.
    assert len(law["error"]) == 17
    assert len(law["error"] | law["warning"]) < 0.005 * 10_576
