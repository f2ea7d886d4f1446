"""Progress read from the store: land, borders, scope, what was known, the map as second opinion."""

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Connection, text

from geo.progress.moves import MOVE_KINDS
from geo.progress.standing import STATES
from geo.store import records
from geo.store.accounts import ALL_KEYS
from geo.store.aggregates import compute
from geo.store.places import append_places
from geo.store.progress import Progress, groups_of, read_lives, read_progress
from geo.store.unit_graph import load_graph
from tests.support import small_world
from tests.support.small_world import key_of

BEFORE, AFTER = date(2025, 3, 31), date(2026, 6, 30)
# (set, commune, class, day, document, day of recording)
DECIDED = [
    ("old", "00001", "khong_ma_tuy", date(2024, 12, 1), "1/QĐ", None),
    ("old", "00003", "loai_2", date(2024, 12, 1), "2/QĐ", None),
    ("old", "00004", "khong_ma_tuy", date(2024, 12, 1), "3/QĐ", None),
    ("new", "00003", "khong_trong_diem", date(2025, 12, 1), "4/QĐ", None),
    ("new", "00004", "loai_3", date(2025, 12, 1), "5/QĐ", date(2026, 2, 1)),
    ("new", "00004", "khong_ma_tuy", date(2026, 5, 1), "6/QĐ", None),
    ("new", "00001", "loai_1", date(2025, 12, 2), "7/QĐ", None),
    # Of one day the graver holds.
    ("new", "00005", "khong_ma_tuy", date(2026, 1, 5), "8/QĐ", None),
    ("new", "00005", "loai_3", date(2026, 1, 5), "9/QĐ", None),
]


@pytest.fixture
def sets(operator_conn: Connection) -> tuple[int, int]:
    old, new = small_world.add_sets(operator_conn)
    ids = {"old": old, "new": new}
    records.append_assessments(
        operator_conn,
        pd.DataFrame(
            [
                (key_of(operator_conn, ids[which], code), "Y2025", "cong_nhan", *more)
                for which, code, *more in DECIDED
            ],
            columns=[
                *("unit_key", "period_id", "workflow_state", "decided_class", "decided_on"),
                *("document_no", "recorded_on"),
            ],
        ),
        provenance="simulated",
        import_id=small_world.batch(operator_conn),
    )
    return old, new


def progress(
    conn: Connection,
    set_id: int,
    *,
    since: date = BEFORE,
    until: date = AFTER,
    ranges: tuple[tuple[int, int], ...] = (ALL_KEYS,),
    within: list[tuple[int, int]] | None = None,
    known: date | None = None,
) -> Progress:
    return read_progress(
        conn,
        load_graph(conn),
        set_id=set_id,
        ranges=ranges,
        since=since,
        until=until,
        within=within,
        known=known,
    )


def told(conn: Connection, found: Progress) -> dict[str, tuple[str, str, str]]:
    rows = conn.execute(text("SELECT unit_key, code FROM unit_version")).all()
    codes = {row.unit_key: row.code for row in rows}
    return {
        codes[int(key)]: (STATES[before], STATES[after], MOVE_KINDS[kind])
        for key, before, after, kind in zip(
            found.key, found.before.state, found.after.state, found.moves.kind, strict=True
        )
    }


def test_C2_moves_on_the_borders_of_today(operator_conn: Connection, sets: tuple[int, int]) -> None:
    assert told(operator_conn, progress(operator_conn, sets[1])) == {
        # Merged: its predecessor's class is not its own.
        "00001": ("not_in_force", "loai_1", "first"),
        "00003": ("loai_2", "khong_trong_diem", "up"),
        # Renamed, so the same land; it fell and came back.
        "00004": ("khong_ma_tuy", "khong_ma_tuy", "same"),
        "00005": ("not_in_force", "loai_3", "first"),
        "00007": ("not_in_force", "chua_danh_gia", "none"),
        "00008": ("not_subject", "not_subject", "not_subject"),
    }


def test_C2_moves_on_the_borders_of_before(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    found = told(operator_conn, progress(operator_conn, sets[0]))
    assert found["00001"] == ("khong_ma_tuy", "not_in_force", "ended")
    assert found["00003"] == ("loai_2", "khong_trong_diem", "up")
    assert found["00006"] == ("chua_danh_gia", "not_in_force", "ended")


def test_C3_steps_stand_beside_the_decisions_that_made_them(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    found = progress(operator_conn, sets[1])
    sums = found.sums()
    assert (sums.steps_up, sums.steps_down, sums.relapses, sums.jumps) == (4, 2, 1, 2)
    walked = found.evidence()
    evidence = [
        (found.document_no[at], STATES[before], STATES[after])
        for at, before, after in zip(walked.decision, walked.before, walked.after, strict=True)
    ]
    assert evidence == [
        ("7/QĐ", "not_in_force", "loai_1"),
        ("4/QĐ", "loai_2", "khong_trong_diem"),
        ("5/QĐ", "khong_ma_tuy", "loai_3"),
        ("6/QĐ", "loai_3", "khong_ma_tuy"),
        ("9/QĐ", "not_in_force", "loai_3"),
    ]


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("period", ["Y2024", "H2025-1", "Y2025", "M2026-01", "H2026-1"])
def test_classes_are_those_of_the_map(
    operator_conn: Connection, sets: tuple[int, int], which: int, period: str
) -> None:
    compute(operator_conn, as_of=date(2026, 9, 30))
    rows = operator_conn.execute(
        text(
            "SELECT c.unit_key, c.class, r.ends_before - 1 AS day FROM unit_class AS c"
            " JOIN period_run AS r USING (period_id)"
            " WHERE period_id = :period AND class IS NOT NULL AND unit_key >> 20 = :set_id"
        ),
        {"period": period, "set_id": sets[which]},
    ).all()
    found = progress(operator_conn, sets[which], until=rows[0].day, since=date(2024, 1, 1))
    mine = {
        int(key): STATES[state] for key, state in zip(found.key, found.after.state, strict=True)
    }
    for row in rows:
        # On other borders the map says "not assessed" of what is no commune on the day.
        shown = "chua_danh_gia" if mine[row.unit_key] == "not_in_force" else mine[row.unit_key]
        assert shown == row[1]
    with_class = {key for key, state in mine.items() if state in STATES[:5]}
    assert with_class == {row.unit_key for row in rows if row[1] in STATES[:5]}


def test_only_what_lies_in_scope_and_area_is_read(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    _, new = sets
    own = key_of(operator_conn, new, "00003")
    mine = progress(operator_conn, new, ranges=((own, own),))
    # The decision on the same land of the earlier set is another unit's row, and out of scope.
    assert told(operator_conn, mine) == {"00003": ("chua_danh_gia", "khong_trong_diem", "first")}
    first = key_of(operator_conn, new, "01", "province")
    last = key_of(operator_conn, new, "02", "province") - 1
    area = progress(operator_conn, new, within=[(first, last)])
    assert set(told(operator_conn, area)) == {"00001", "00003", "00004"}
    assert progress(operator_conn, new, ranges=()).key.size == 0


def test_sums_by_province_add_up_to_the_whole(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    for set_id in sets:
        found = progress(operator_conn, set_id)
        groups = groups_of(found, load_graph(operator_conn), "province")
        parts = [found.sums(members) for members in groups.values()]
        assert sum(one.communes for one in parts) == found.sums().communes
        assert sum(one.steps_up for one in parts) == found.sums().steps_up
        assert [sum(kinds) for kinds in zip(*(one.kinds for one in parts), strict=True)] == list(
            found.sums().kinds
        )


def test_H1_a_decision_counts_from_the_day_on_which_it_was_written_down(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    _, new = sets
    until = date(2026, 1, 31)
    early = progress(operator_conn, new, until=until, known=date(2026, 1, 31))
    late = progress(operator_conn, new, until=until, known=date(2026, 2, 1))
    assert told(operator_conn, late)["00004"][1] == "loai_3"
    assert told(operator_conn, early)["00004"][1] != "loai_3"


def test_times_in_a_class_end_with_the_land(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    spells = progress(operator_conn, sets[0], until=AFTER).spells()
    merged = spells.only((spells.outcome == 0) & (spells.group == STATES.index("khong_ma_tuy")))
    # 00001, drug-free from 01/12/2024 until it was merged on 01/07/2025; 00004 from 01/05/2026 on.
    assert merged.days.tolist() == [212, 60]


def test_lives_of_places_are_those_in_area_and_scope(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    _, new = sets
    places, events = small_world.frames_of(
        [
            ("a", 2.5, 0.5, [(date(2026, 1, 1), "listed"), (date(2026, 2, 1), "eliminated")]),
            ("b", 3.5, 0.5, [(date(2026, 1, 1), "listed")]),
        ]
    )
    append_places(
        operator_conn,
        places,
        events,
        provenance="simulated",
        import_id=small_world.batch(operator_conn),
    )
    everything = read_lives(operator_conn, set_id=new, ranges=[ALL_KEYS], until=AFTER)
    assert (everything.lives.hotspot_count, everything.lives.state.size) == (2, 3)
    assert everything.simulated
    own = key_of(operator_conn, new, "00003")
    for narrowed in (
        read_lives(operator_conn, set_id=new, ranges=[(own, own)], until=AFTER),
        read_lives(operator_conn, set_id=new, ranges=[ALL_KEYS], within=[(own, own)], until=AFTER),
    ):
        assert narrowed.lives.state.size == 2
    early = read_lives(operator_conn, set_id=new, ranges=[ALL_KEYS], until=date(2026, 1, 31))
    assert early.lives.state.size == 2
    none = read_lives(operator_conn, set_id=new, ranges=[], until=AFTER)
    assert none.lives.hotspot_count == 0
