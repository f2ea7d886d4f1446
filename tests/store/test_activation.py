"""A set comes into force: its place in time, what becomes of the others, identities, places."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from geo.errors import Conflict, NotFound
from geo.store.activation import activate, check_activation, find_place, identify_units
from geo.store.boundary_sets import load_units, set_by_id, set_on, write_draft
from geo.store.places import append_places
from geo.store.unit_changes import write_changes
from tests.support import small_world
from tests.support.squares import (
    AFTER,
    BEFORE,
    NEW,
    OLD,
    SIDE,
    SOUTH,
    WEST,
    new_communes,
    old_communes,
)

OPEN_OLD = replace(OLD, valid_to=None)


def drafts(conn: Connection) -> tuple[int, int]:
    return (
        write_draft(conn, old_communes(), meta=OPEN_OLD),
        write_draft(conn, new_communes(), meta=NEW),
    )


def identities(conn: Connection, set_id: int) -> dict[str, int]:
    units = load_units(conn, set_id, geometry=False)
    return dict(zip(units["level"] + units["code"], units["unit_id"], strict=True))


def test_an_active_set_answers_for_its_days(operator_conn: Connection) -> None:
    set_id = write_draft(operator_conn, old_communes(), meta=OLD)
    report = activate(operator_conn, set_id)
    assert (report.set_id, report.valid_to) == (set_id, AFTER)
    assert report.closed == report.retired == ()
    for day, expected in (
        (date(2024, 11, 9), None),
        (BEFORE, set_id),
        (date(2025, 6, 30), set_id),
        (AFTER, None),
    ):
        found = set_on(operator_conn, day)
        assert (found.set_id if found else None) == expected


def test_a_successor_ends_an_open_ended_set_on_its_own_first_day(
    operator_conn: Connection,
) -> None:
    old, new = drafts(operator_conn)
    activate(operator_conn, old)
    report = activate(operator_conn, new)
    assert [one.set_id for one in report.closed] == [old]
    assert set_by_id(operator_conn, old).valid_to == AFTER
    assert set_by_id(operator_conn, old).state == "active"
    assert set_by_id(operator_conn, new).valid_to is None
    assert report.change_counts == {"before": {"merge": 2, "rename": 2}}


def test_the_order_of_activation_does_not_matter(operator_conn: Connection) -> None:
    old, new = drafts(operator_conn)
    activate(operator_conn, new)
    report = activate(operator_conn, old)
    assert report.valid_to == AFTER
    assert set_by_id(operator_conn, old).valid_to == AFTER
    assert report.change_counts == {"after": {"merge": 2, "rename": 2}}
    before, after = identities(operator_conn, old), identities(operator_conn, new)
    assert after["commune00103"] == before["commune00101"]


def test_identity_lives_through_a_rename_and_ends_in_a_merge(operator_conn: Connection) -> None:
    old, new = drafts(operator_conn)
    activate(operator_conn, old)
    activate(operator_conn, new)
    before, after = identities(operator_conn, old), identities(operator_conn, new)
    assert after["countryVN"] == before["countryVN"]
    assert after["province01"] == before["province01"]
    assert after["commune00103"] == before["commune00101"]
    assert after["commune00102"] == before["commune00102"]
    # The code lived on, the land did not (rule A8).
    assert after["commune00001"] not in before.values()


def test_identities_may_be_worked_out_again_at_any_time(operator_conn: Connection) -> None:
    old, new = drafts(operator_conn)
    activate(operator_conn, old)
    activate(operator_conn, new)
    first = identities(operator_conn, new)
    identify_units(operator_conn)
    assert identities(operator_conn, new) == first


def test_a_third_set_joins_the_chain(operator_conn: Connection) -> None:
    old, new = drafts(operator_conn)
    activate(operator_conn, old)
    activate(operator_conn, new)
    later = replace(NEW, valid_from=date(2026, 4, 30), act="Nghị quyết sau")
    third = write_draft(
        operator_conn, new_communes().replace({"Phường C Mới": "Phường C Mới Nữa"}), meta=later
    )
    report = activate(operator_conn, third)
    assert report.change_counts == {"before": {"rename": 1, "unchanged": 2}}
    chain = [identities(operator_conn, one) for one in (old, new, third)]
    assert chain[2]["commune00103"] == chain[1]["commune00103"] == chain[0]["commune00101"]
    assert chain[2]["commune00001"] == chain[1]["commune00001"]


@pytest.mark.parametrize(("source", "kept"), [("overlay", 0), ("list", 6)])
def test_a_set_that_comes_between_two_ends_what_the_overlay_found_between_them(
    operator_conn: Connection, source: str, kept: int
) -> None:
    old, new = drafts(operator_conn)
    write_changes(
        operator_conn,
        pd.DataFrame(
            {
                "from_code": ["00001", "00002", "00101", "00102"],
                "to_code": ["00001", "00001", "00103", "00102"],
                "kind": ["merge", "merge", "rename", "rename"],
            }
        ).assign(
            from_set_id=old,
            to_set_id=new,
            changed_on=AFTER,
            act="Nghị quyết",
            weight=1.0,
            weight_basis="none",
            source=source,
        ),
    )
    activate(operator_conn, old)
    activate(operator_conn, new)
    between = replace(OLD, valid_from=date(2025, 3, 1), valid_to=AFTER, act="Nghị quyết giữa")
    operator_conn.execute(
        text("UPDATE boundary_set SET valid_to = :day WHERE set_id = :old"),
        {"old": old, "day": between.valid_from},
    )
    middle = write_draft(operator_conn, old_communes(), meta=between)
    activate(operator_conn, middle)
    rows = operator_conn.execute(
        text("SELECT from_key >> 20 AS old, to_key >> 20 AS new FROM unit_change")
    ).all()
    counted = {pair: rows.count(pair) for pair in [(old, middle), (middle, new), (old, new)]}
    assert counted == {(old, middle): 9, (middle, new): 6, (old, new): kept}


def test_a_list_that_is_there_already_is_the_law(operator_conn: Connection) -> None:
    old, new = drafts(operator_conn)
    rows = pd.DataFrame(
        {
            "from_code": ["00001", "00002", "00101", "00102"],
            "to_code": ["00001", "00001", "00103", "00102"],
            "kind": ["merge", "merge", "transfer", "transfer"],
            "weight": 1.0,
        }
    ).assign(
        from_set_id=old,
        to_set_id=new,
        changed_on=AFTER,
        act="Nghị quyết",
        weight_basis="population",
    )
    write_changes(operator_conn, rows)
    activate(operator_conn, old)
    assert activate(operator_conn, new).change_counts == {"before": {"merge": 2, "transfer": 2}}


def test_a_set_in_the_way_is_named_and_refuses_the_activation(operator_conn: Connection) -> None:
    first = write_draft(operator_conn, old_communes(), meta=OLD)
    activate(operator_conn, first)
    second = write_draft(operator_conn, old_communes().iloc[:3], meta=replace(OLD, title="Bộ sửa"))
    for attempt in (check_activation, activate):
        with pytest.raises(Conflict) as conflict:
            attempt(operator_conn, second)
        assert conflict.value.code == "boundary_set_in_the_way"
        for words in (f"{first} “Trước”", "--replace", "10/11/2024"):
            assert words in conflict.value.message("vi")
    assert set_by_id(operator_conn, second).state == "draft"


def test_replace_retires_the_set_in_the_way(operator_conn: Connection) -> None:
    first = write_draft(operator_conn, old_communes(), meta=OLD)
    activate(operator_conn, first)
    second = write_draft(operator_conn, old_communes().iloc[:3], meta=OLD)
    report = activate(operator_conn, second, replace=True)
    assert [one.set_id for one in report.retired] == [first]
    assert set_by_id(operator_conn, first).state == "retired"
    found = set_on(operator_conn, BEFORE)
    assert found is not None
    assert found.set_id == second


def test_a_set_with_a_stated_end_is_not_shortened_silently(operator_conn: Connection) -> None:
    activate(operator_conn, write_draft(operator_conn, old_communes(), meta=OLD))
    early = replace(NEW, valid_from=date(2025, 7, 1))
    inside = write_draft(
        operator_conn, old_communes().iloc[1:], meta=replace(OLD, valid_from=date(2025, 1, 1))
    )
    with pytest.raises(Conflict):
        activate(operator_conn, inside)
    place = find_place(operator_conn, valid_from=early.valid_from, valid_to=None)
    assert place.in_the_way == place.closed == ()


def test_only_a_draft_can_be_activated(operator_conn: Connection) -> None:
    set_id = write_draft(operator_conn, old_communes(), meta=OLD)
    activate(operator_conn, set_id)
    with pytest.raises(Conflict) as conflict:
        activate(operator_conn, set_id)
    assert conflict.value.code == "boundary_set_no_draft"
    with pytest.raises(NotFound):
        activate(operator_conn, 8000)


def test_an_activation_leaves_one_line_in_the_audit_trail(operator_conn: Connection) -> None:
    old, new = drafts(operator_conn)
    activate(operator_conn, old)
    activate(operator_conn, new, actor="thu-vien")
    line = operator_conn.execute(
        text("SELECT actor, action, subject FROM audit_entry ORDER BY seq DESC LIMIT 1")
    ).one()
    assert (line.actor, line.action) == ("thu-vien", "boundaries.activate")
    assert line.subject["closed"] == [old]
    assert line.subject["changes_before"] == {"merge": 2, "rename": 2}


def test_places_get_their_unit_on_the_new_set(operator_conn: Connection) -> None:
    old, new = drafts(operator_conn)
    activate(operator_conn, old)
    places = pd.DataFrame(
        [("thu", "a", "diem_phuc_tap", WEST + 1.5 * SIDE, SOUTH + 0.5 * SIDE)],
        columns=["source", "source_ref", "kind", "lng", "lat"],
    )
    events = pd.DataFrame(
        [("a", "listed", date(2025, 1, 5), "reporter", None)],
        columns=["source_ref", "state", "effective_on", "actor_role", "document_no"],
    )
    import_id = small_world.batch(operator_conn)
    append_places(operator_conn, places, events, provenance="simulated", import_id=import_id)
    assert activate(operator_conn, new).places_joined == 1
    merged = small_world.key_of(operator_conn, new, "00001")
    found = operator_conn.execute(
        text(
            "SELECT u.unit_key, h.scope_key FROM hotspot AS h JOIN hotspot_unit AS u"
            " USING (hotspot_id) WHERE h.source_ref = 'a' AND u.set_id = :id"
        ),
        {"id": new},
    ).one()
    assert tuple(found) == (merged, merged)


def test_the_store_itself_refuses_two_active_sets_on_one_day(operator_conn: Connection) -> None:
    activate(operator_conn, write_draft(operator_conn, old_communes(), meta=OLD))
    second = write_draft(operator_conn, old_communes().iloc[:3], meta=OLD)
    with pytest.raises(DBAPIError, match="ex_boundary_set_one_active_per_day"):
        operator_conn.execute(
            text(
                "UPDATE boundary_set SET state = 'active', activated_at = now() WHERE set_id = :id"
            ),
            {"id": second},
        )
