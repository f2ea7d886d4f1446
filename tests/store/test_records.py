from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Connection, event, text

from geo import cells
from geo.errors import Conflict, Refused
from geo.store import records
from geo.store.locations import active_sets, locate_places
from tests.support import small_world as world

LISTED = date(2025, 3, 2)
AFTER_REFORM = date(2025, 8, 1)


def append(
    conn: Connection,
    lives: list[tuple[str, float, float, list[tuple[date, str]]]],
    **options: object,
) -> records.AppendReport:
    places, events = world.frames_of(lives)
    return records.append_places(
        conn,
        places,
        events,
        provenance="simulated",
        import_id=world.batch(conn),
        **options,
    )


def rows(conn: Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in conn.execute(text(query))]


def test_a_place_has_its_unit_on_every_active_set_by_the_position_given(
    operator_conn: Connection,
) -> None:
    old, new = world.add_sets(operator_conn)
    report = append(operator_conn, [("a", 1.5, 0.5, [(LISTED, "listed")])])
    assert (report.place_count, report.event_count, report.outside_count) == (1, 1, 0)
    assert rows(
        operator_conn, "SELECT set_id, unit_key, basis FROM hotspot_unit ORDER BY set_id"
    ) == [
        (old, world.key_of(operator_conn, old, "00002"), "given"),
        (new, world.key_of(operator_conn, new, "00001"), "given"),
    ]


def test_an_event_stands_on_the_set_of_its_day_and_the_scope_on_the_newest(
    operator_conn: Connection,
) -> None:
    old, new = world.add_sets(operator_conn)
    append(operator_conn, [("a", 1.5, 0.5, [(LISTED, "listed"), (AFTER_REFORM, "eliminated")])])
    newest = world.key_of(operator_conn, new, "00001")
    assert rows(
        operator_conn, "SELECT unit_key, scope_key FROM hotspot_event ORDER BY effective_on"
    ) == [(world.key_of(operator_conn, old, "00002"), newest), (newest, newest)]
    assert rows(operator_conn, "SELECT scope_key FROM hotspot") == [(newest,)]


def test_the_position_given_is_forgotten_unless_the_owner_allows_the_kind(
    operator_conn: Connection,
) -> None:
    world.add_sets(operator_conn)
    append(operator_conn, [("a", 1.53, 0.51, [(LISTED, "listed")])])
    append(
        operator_conn,
        [("b", 1.53, 0.51, [(LISTED, "listed")])],
        keep_exact_kinds=["diem_phuc_tap"],
    )
    (general, exact) = rows(
        operator_conn,
        "SELECT ST_X(position), ST_Y(position), position_precision, cell FROM hotspot"
        " ORDER BY source_ref",
    )
    lng, lat = world.WEST + 1.53 * world.SIDE, world.SOUTH + 0.51 * world.SIDE
    (cell,) = cells.cells_of([lng], [lat], resolution=10)
    centre_lng, centre_lat = cells.centre_of([cell])
    assert general == (centre_lng[0], centre_lat[0], "h3_10", cell)
    assert exact == (lng, lat, "exact", cell)
    assert general[0] != lng


def test_a_place_in_no_commune_stands_on_the_country_row(operator_conn: Connection) -> None:
    old, new = world.add_sets(operator_conn)
    report = append(operator_conn, [("a", 20.0, 0.5, [(LISTED, "listed")])])
    assert report.outside_count == 1
    assert rows(operator_conn, "SELECT unit_key FROM hotspot_unit ORDER BY set_id") == [
        (old << 20,),
        (new << 20,),
    ]


def test_the_same_rows_given_again_are_known(operator_conn: Connection) -> None:
    world.add_sets(operator_conn)
    lives = [
        ("a", 1.5, 0.5, [(LISTED, "listed"), (AFTER_REFORM, "eliminated")]),
        ("b", 2.5, 0.5, [(LISTED, "suspected")]),
    ]
    append(operator_conn, lives)
    again = append(operator_conn, lives)
    assert again == records.AppendReport(0, 2, 0, 3, 0)
    assert rows(operator_conn, "SELECT count(*) FROM hotspot_event") == [(3,)]


def test_new_events_of_a_known_place_are_added_on_its_first_units(
    operator_conn: Connection,
) -> None:
    _, new = world.add_sets(operator_conn)
    append(operator_conn, [("a", 1.5, 0.5, [(LISTED, "listed")])])
    # The same place, its position now given a little wrong: what was decided stays.
    report = append(
        operator_conn, [("a", 2.5, 0.5, [(LISTED, "listed"), (AFTER_REFORM, "eliminated")])]
    )
    assert (report.place_count, report.event_count, report.known_event_count) == (0, 1, 1)
    assert rows(operator_conn, "SELECT unit_key FROM hotspot_event WHERE state = 'eliminated'") == [
        (world.key_of(operator_conn, new, "00001"),)
    ]


def test_steps_that_the_life_does_not_allow_are_refused_all_at_once_by_row(
    operator_conn: Connection,
) -> None:
    world.add_sets(operator_conn)
    with pytest.raises(Refused) as caught:
        append(
            operator_conn,
            [
                ("a", 1.5, 0.5, [(LISTED, "listed"), (AFTER_REFORM, "watched")]),
                ("b", 1.5, 0.5, [(LISTED, "eliminated")]),
                ("c", 1.5, 0.5, [(date(2021, 1, 1), "listed")]),
                ("d", np.nan, 0.5, [(LISTED, "listed")]),
            ],
        )
    assert sorted((f.row or 0, f.code) for f in caught.value.findings) == [
        (2, "hotspot_transition_not_allowed"),
        (3, "hotspot_start_not_allowed"),
        (4, "no_boundary_set_on_day"),
        (5, "place_without_position"),
    ]
    assert rows(operator_conn, "SELECT count(*) FROM hotspot") == [(0,)]


def test_a_new_event_that_spoils_the_stored_life_is_refused(operator_conn: Connection) -> None:
    world.add_sets(operator_conn)
    append(operator_conn, [("a", 1.5, 0.5, [(LISTED, "listed"), (AFTER_REFORM, "eliminated")])])
    with pytest.raises(Refused) as caught:
        append(operator_conn, [("a", 1.5, 0.5, [(date(2025, 5, 1), "delisted")])])
    (finding,) = caught.value.findings
    assert (finding.code, finding.row) == ("hotspot_transition_not_allowed", 1)


def test_an_event_that_was_superseded_is_neither_judged_nor_added_again(
    operator_conn: Connection,
) -> None:
    world.add_sets(operator_conn)
    lives = [("a", 1.5, 0.5, [(LISTED, "listed"), (date(2025, 4, 1), "eliminated")])]
    append(operator_conn, lives)
    operator_conn.execute(
        text(
            "INSERT INTO hotspot_event (hotspot_id, scope_key, state, effective_on, unit_key,"
            " actor_role, supersedes, provenance, import_id)"
            " SELECT hotspot_id, scope_key, 'neutralised', effective_on, unit_key, actor_role,"
            " event_id, provenance, import_id FROM hotspot_event WHERE state = 'eliminated'"
        )
    )
    assert append(operator_conn, lives).event_count == 0
    # Eliminated could not be followed by "eliminated", neutralised can.
    later = [("a", 1.5, 0.5, [(AFTER_REFORM, "eliminated")])]
    assert append(operator_conn, later).event_count == 1


def test_check_names_places_outside_the_communes_of_the_day(operator_conn: Connection) -> None:
    world.add_sets(operator_conn)
    places, events = world.frames_of(
        [("a", 20.0, 0.5, [(LISTED, "listed")]), ("b", 1.5, 0.5, [(LISTED, "listed")])]
    )
    findings = records.check_places(
        operator_conn, places, events, located=locate_places(operator_conn, places)
    )
    assert [(f.code, f.row) for f in findings] == [("place_outside_units", 1)]
    assert "trước" in findings[0].message("vi")


def test_without_an_active_set_nothing_can_be_appended(operator_conn: Connection) -> None:
    with pytest.raises(Conflict) as caught:
        append(operator_conn, [("a", 1.5, 0.5, [(LISTED, "listed")])])
    assert caught.value.code == "no_active_boundary_set"


def test_rejoin_uses_the_generalised_position_and_moves_every_scope(
    operator_conn: Connection,
) -> None:
    conn = operator_conn
    old, new = world.add_sets(conn)
    conn.execute(text("UPDATE boundary_set SET state = 'retired' WHERE set_id = :s"), {"s": new})
    append(conn, [("a", 1.5, 0.5, [(LISTED, "listed")])])
    before = world.key_of(conn, old, "00002")
    assert rows(conn, "SELECT scope_key FROM hotspot") == [(before,)]

    meta = world.SetMeta(
        title="mới hơn",
        valid_from=world.REFORM_DAY,
        act="thử",
        source_name="small_world",
        source_sha256="1" * 64,
        provenance="simulated",
    )
    newest = world.write_draft(conn, world.communes_of(world.NEW[:3]), meta=meta)
    world.put_in_force(conn, newest)
    assert records.rejoin_places(conn, newest) == 1
    after = world.key_of(conn, newest, "00001")
    assert rows(conn, "SELECT unit_key, basis FROM hotspot_unit ORDER BY set_id") == [
        (before, "given"),
        (after, "generalised"),
    ]
    assert rows(conn, "SELECT scope_key FROM hotspot") == [(after,)]
    assert rows(conn, "SELECT scope_key, unit_key FROM hotspot_event") == [(after, before)]
    assert records.rejoin_places(conn, newest) == 0


def test_a_later_submission_is_the_next_revision_and_the_same_one_is_known(
    operator_conn: Connection,
) -> None:
    conn = operator_conn
    old, _ = world.add_sets(conn)
    key = world.key_of(conn, old, "00001")
    frame = pd.DataFrame(
        {
            "unit_key": [key, key],
            "period_id": "M2025-03",
            "due_before": date(2025, 4, 5),
            "submitted_on": [date(2025, 4, 9), date(2025, 4, 2)],
        }
    )
    origin = {"provenance": "simulated", "import_id": world.batch(conn, "submissions")}
    assert records.append_submissions(conn, frame, **origin) == 2
    assert records.append_submissions(conn, frame, **origin) == 0
    later = frame.head(1).assign(submitted_on=date(2025, 5, 1))
    assert records.append_submissions(conn, later, **origin) == 1
    assert rows(conn, "SELECT revision, submitted_on FROM submission ORDER BY revision") == [
        (1, date(2025, 4, 2)),
        (2, date(2025, 4, 9)),
        (3, date(2025, 5, 1)),
    ]


def test_an_observation_that_differs_is_a_revision(operator_conn: Connection) -> None:
    conn = operator_conn
    old, _ = world.add_sets(conn)
    frame = pd.DataFrame(
        {
            "unit_key": [world.key_of(conn, old, "00001")],
            "indicator_id": "I13",
            "period_id": "Y2024",
            "value": [0.5],
            "numerator": [1],
            "denominator": [2],
        }
    )
    origin = {"provenance": "simulated", "import_id": world.batch(conn, "observations")}
    assert records.append_observations(conn, frame, **origin) == 1
    assert records.append_observations(conn, frame, **origin) == 0
    assert records.append_observations(conn, frame.assign(value=1, numerator=2), **origin) == 1
    assert rows(conn, "SELECT level, revision, value FROM observation ORDER BY revision") == [
        ("commune", 1, 0.5),
        ("commune", 2, 1),
    ]


def test_person_derived_totals_are_refused_above_the_commune(operator_conn: Connection) -> None:
    conn = operator_conn
    old, _ = world.add_sets(conn)
    frame = pd.DataFrame(
        {
            "unit_key": [
                world.key_of(conn, old, "01", "province"),
                world.key_of(conn, old, "00001"),
                world.key_of(conn, old, "00001"),
            ],
            "indicator_id": ["I06", "I06", "I99"],
            "period_id": "Y2024",
            "value": [7, 7, 7],
        }
    )
    with pytest.raises(Refused) as caught:
        records.append_observations(
            conn, frame, provenance="simulated", import_id=world.batch(conn, "observations")
        )
    assert sorted((f.row or 0, f.code) for f in caught.value.findings) == [
        (1, "indicator_per_commune_only"),
        (3, "indicator_unknown"),
    ]


def test_an_assessment_equal_in_every_column_is_known(operator_conn: Connection) -> None:
    conn = operator_conn
    old, _ = world.add_sets(conn)
    frame = pd.DataFrame(
        {
            "unit_key": [world.key_of(conn, old, "00001")],
            "period_id": "Y2024",
            "proposed_class": "khong_ma_tuy",
            "decided_class": "loai_3",
            "decided_on": date(2025, 1, 9),
            "workflow_state": "cong_nhan",
        }
    )
    origin = {"provenance": "simulated", "import_id": world.batch(conn, "assessments")}
    assert records.append_assessments(conn, frame, **origin) == 1
    assert records.append_assessments(conn, frame, **origin) == 0
    assert rows(conn, "SELECT computed_class, proposed_class, decided_class FROM assessment") == [
        (None, "khong_ma_tuy", "loai_3")
    ]


def test_a_batch_leaves_its_line_in_the_audit_trail(operator_conn: Connection) -> None:
    number = world.batch(operator_conn)
    assert rows(
        operator_conn,
        "SELECT actor, action, subject ->> 'import_id' FROM audit_entry ORDER BY seq DESC LIMIT 1",
    ) == [("test", "import.hotspots", str(number))]


def test_the_folder_of_a_source_is_not_kept(operator_conn: Connection) -> None:
    records.open_batch(
        operator_conn,
        kind="hotspots",
        source_name=str(Path("/a/b/diem.csv")),
        source_sha256="0" * 64,
        row_count=1,
        provenance="imported",
        actor="command",
    )
    assert rows(operator_conn, "SELECT source_name FROM import_batch") == [("diem.csv",)]


def test_places_are_followed_without_a_nested_loop_on_stale_statistics(
    operator_conn: Connection,
) -> None:
    # What a dry run leaves behind makes the server plan for no rows at all.
    world.add_sets(operator_conn)
    append(operator_conn, [("a", 1.5, 0.5, [(LISTED, "listed")])])
    asked: list[str] = []

    def note(conn: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE hotspot"):
            asked.append(conn.execute(text("SHOW enable_nestloop")).scalar_one())

    event.listen(operator_conn, "before_cursor_execute", note)
    records.rejoin_places(operator_conn, active_sets(operator_conn)[-1].set_id)
    event.remove(operator_conn, "before_cursor_execute", note)
    assert asked == ["off", "off"]
    assert operator_conn.execute(text("SHOW enable_nestloop")).scalar_one() == "on"
