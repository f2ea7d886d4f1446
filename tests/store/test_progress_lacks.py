"""What communes lack for their next class, from the results that the class engine kept."""

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Connection

from geo.store import records
from geo.store.accounts import ALL_KEYS
from geo.store.aggregates import compute
from geo.store.places import append_places
from geo.store.progress import read_progress
from geo.store.progress_lacks import CommuneLacks, Lacks, read_lacks
from geo.store.unit_graph import load_graph
from tests.support import small_world
from tests.support.small_world import key_of

AS_OF = date(2026, 9, 30)
SINCE, UNTIL = date(2025, 12, 14), date(2026, 6, 14)
REPORTED = ("Y2025", "H2026-1")


@pytest.fixture
def sets(operator_conn: Connection) -> tuple[int, int]:
    """Two communes of type III with one place each; that of 00003 is eliminated in spring."""
    old, new = small_world.add_sets(operator_conn)
    batch = small_world.batch(operator_conn)
    places, events = small_world.frames_of(
        [
            ("a", 2.5, 0.5, [(date(2025, 8, 1), "listed"), (date(2026, 3, 1), "eliminated")]),
            ("b", 3.5, 0.5, [(date(2025, 8, 1), "listed")]),
        ]
    )
    append_places(operator_conn, places, events, provenance="simulated", import_id=batch)
    keys = {code: key_of(operator_conn, new, code) for code in ("00001", "00003", "00004", "00005")}
    records.append_submissions(
        operator_conn,
        pd.DataFrame(
            [
                (key, period, date(2026, 6, 20), date(2026, 6, 18))
                for key in keys.values()
                for period in REPORTED
            ],
            columns=["unit_key", "period_id", "due_before", "submitted_on"],
        ),
        provenance="simulated",
        import_id=batch,
    )
    decided = [
        ("00003", "loai_3"),
        ("00004", "loai_3"),
        ("00005", "khong_ma_tuy"),
    ]
    records.append_assessments(
        operator_conn,
        pd.DataFrame(
            [
                (keys[code], "Y2025", "phan_loai", name, date(2025, 12, 1), "1/QĐ")
                for code, name in decided
            ],
            columns=[
                *("unit_key", "period_id", "workflow_state"),
                *("decided_class", "decided_on", "document_no"),
            ],
        ),
        provenance="simulated",
        import_id=batch,
    )
    compute(operator_conn, as_of=AS_OF)
    return old, new


def lacks(
    conn: Connection,
    set_id: int,
    *,
    since: date = SINCE,
    ranges: tuple[tuple[int, int], ...] = (ALL_KEYS,),
    hidden: frozenset[str] = frozenset(),
) -> tuple[Lacks, dict[int, CommuneLacks]]:
    graph = load_graph(conn)
    progress = read_progress(conn, graph, set_id=set_id, ranges=ranges, since=since, until=UNTIL)
    found = read_lacks(conn, graph, progress, ranges=ranges, hidden=hidden)
    return found, {int(progress.key[one.place]): one for one in found.communes}


def test_C3_a_criterion_met_since_the_baseline_is_told(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    _, new = sets
    found, communes = lacks(operator_conn, new)
    assert (found.period_id, found.baseline_id) == ("H2026-1", "Y2025")
    assert found.simulated
    better, same = (communes[key_of(operator_conn, new, code)] for code in ("00003", "00004"))
    assert better.goal == same.goal == "khong_trong_diem"
    assert better.moves is not None
    assert same.moves is not None
    assert "III.b" in {one.criterion for one in better.moves.met}
    assert same.moves.met == ()
    assert "III.b" in {one.criterion for one in same.lacks}
    assert "III.b" not in {one.criterion for one in better.lacks}


def test_C4_what_was_not_reported_is_unknown_and_never_fulfilled(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    _, new = sets
    _, communes = lacks(operator_conn, new)
    one = communes[key_of(operator_conn, new, "00003")]
    # Nobody told the persons on file: the commune may still be of any type by them.
    assert {lack.criterion for lack in one.lacks if lack.verdict == "unknown"} >= {"III.a"}


def test_who_is_on_top_or_has_no_class_is_counted_and_not_listed(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    _, new = sets
    found, communes = lacks(operator_conn, new)
    assert found.on_top == 1
    assert found.without_class + found.without_result == 2
    assert set(communes) == {key_of(operator_conn, new, code) for code in ("00003", "00004")}


def test_without_results_on_the_borders_nothing_is_told(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    found, communes = lacks(operator_conn, old)
    assert communes == {}
    assert (found.period_id, found.without_result) == (None, 2)
    same_day, _ = lacks(operator_conn, new, since=date(2026, 6, 13))
    assert same_day.baseline_id == "Y2025"
    early, told = lacks(operator_conn, new, since=date(2025, 7, 5))
    assert early.baseline_id is None
    assert all(one.moves is None for one in told.values())


def test_numbers_that_are_not_for_the_reader_are_not_told(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    _, new = sets
    key = key_of(operator_conn, new, "00004")
    places = "places.diem_phuc_tap"
    shown = lacks(operator_conn, new)[1][key]
    hidden = lacks(operator_conn, new, hidden=frozenset({places}))[1][key]

    def have(one: CommuneLacks) -> str:
        return next(lack.have_vi for lack in one.lacks if lack.criterion == "III.b")

    assert "1" in have(shown)
    assert "1" not in have(hidden)


def test_only_what_lies_in_scope_is_told(operator_conn: Connection, sets: tuple[int, int]) -> None:
    _, new = sets
    own = key_of(operator_conn, new, "00004")
    found, communes = lacks(operator_conn, new, ranges=((own, own),))
    assert set(communes) == {own}
    assert found.on_top == 0
