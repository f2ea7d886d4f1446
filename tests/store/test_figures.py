"""Entered figures on other borders and as they were known: on the country of squares.

00001 + 00002 -> 00001    00004 -> 00004 (renamed)    00006 -> half 00005, half 00007
00003 as it was           00005 -> 00005              00008 is not subject to assessment
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from geo.indicators import INDICATORS
from geo.period import Period, parse_period
from geo.store import map_index, records, undoing
from geo.store.accounts import ALL_KEYS
from geo.store.carried_figures import as_vector
from geo.store.feeds import KeyRanges, Vector
from geo.store.figures import carry_figures
from geo.store.unit_graph import UnitGraph, graph_revision, load_graph
from tests.support import small_world

BEFORE = parse_period("M2025-06")
AFTER = parse_period("M2026-07")
JUNE = date(2025, 7, 10)


@pytest.fixture
def sets(operator_conn: Connection) -> tuple[int, int]:
    return small_world.add_sets(operator_conn)


def observe(
    conn: Connection,
    set_id: int,
    figures: dict[str, float | tuple[int, int] | None],
    *,
    indicator: str = "I01",
    period: Period = BEFORE,
    recorded_on: date | None = None,
) -> int:
    batch = small_world.batch(conn, "observations")
    rows = [
        (
            small_world.key_of(conn, set_id, code),
            indicator,
            period.id,
            value[0] / value[1] if isinstance(value, tuple) else value,
            *(value if isinstance(value, tuple) else (None, None)),
            recorded_on,
        )
        for code, value in figures.items()
    ]
    frame = pd.DataFrame(
        rows,
        columns=[
            *("unit_key", "indicator_id", "period_id", "value", "numerator", "denominator"),
            "recorded_on",
        ],
        dtype=object,
    )
    records.append_observations(conn, frame, provenance="simulated", import_id=batch)
    return batch


def read(
    conn: Connection,
    set_id: int,
    *,
    indicator: str = "I01",
    period: Period = BEFORE,
    level: str = "commune",
    ranges: KeyRanges = (ALL_KEYS,),
    known: date | None = None,
) -> Vector:
    graph = load_graph(conn)
    one = INDICATORS[indicator]
    carried = carry_figures(
        conn, graph, set_id=set_id, ranges=ranges, period=period, indicator=one, known=known
    )
    order = map_index.unit_order(conn, set_id, level=level)
    return as_vector(carried, graph, order, level=level, share=one.unit_vi == "%")


ALL_EIGHT: dict[str, float | tuple[int, int] | None] = {f"{n:05d}": float(n) for n in range(1, 9)}


def test_A3_a_figure_stands_as_reported_on_its_own_borders(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, _ = sets
    observe(operator_conn, old, ALL_EIGHT)
    vector = read(operator_conn, old)
    assert vector.values == [1, 2, 3, 4, 5, 6, 7, 8]
    assert vector.statuses == "........"
    assert (vector.total.value, vector.total.reported, vector.total.due) == (36, 7, 7)


def test_A4_counts_add_and_A5_divided_ones_are_marked_with_the_total_exact(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    observe(operator_conn, old, ALL_EIGHT)
    vector = read(operator_conn, new)
    assert vector.values == [1 + 2, 3, 4, 5 + 3, 7 + 3, 8]
    # 00004 has another name and the same land: the figure is its own.
    assert vector.statuses == "c..ee."
    assert vector.total.value == 36


def test_of_an_odd_count_the_first_half_gets_the_one_left_over(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    observe(operator_conn, old, {"00006": 7.0})
    vector = read(operator_conn, new)
    assert vector.values == [None, None, None, 4, 3, None]
    # The other predecessors of both have not reported; nobody asks 00008.
    assert vector.statuses == "mmmiix"


def test_a_divided_zero_is_a_zero(operator_conn: Connection, sets: tuple[int, int]) -> None:
    old, new = sets
    observe(operator_conn, old, {"00005": 2.0, "00006": 0.0, "00007": 1.0})
    vector = read(operator_conn, new)
    assert vector.values[3:5] == [2, 1]
    assert vector.statuses[3:5] == "cc"


def test_A4_a_share_is_made_of_its_carried_parts(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    observe(
        operator_conn, old, {"00001": (1, 10), "00002": (45, 50), "00003": (1, 3)}, indicator="I13"
    )
    vector = read(operator_conn, new, indicator="I13")
    assert vector.values[:2] == [76.6, 33.3]
    assert vector.numerators is not None
    assert vector.denominators is not None
    assert (vector.numerators[0], vector.denominators[0]) == (46, 60)
    assert vector.statuses[:3] == "c.m"


def test_a_share_without_parts_stands_for_its_own_unit_and_is_added_to_nothing(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    observe(operator_conn, old, {"00001": 0.1, "00002": 0.9, "00003": 0.25}, indicator="I13")
    vector = read(operator_conn, new, indicator="I13")
    assert vector.values[:3] == [None, 25.0, None]
    assert vector.statuses[:3] == "m.m"


def test_a_missing_predecessor_leaves_the_sum_incomplete(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    observe(operator_conn, old, {"00001": 5.0})
    vector = read(operator_conn, new)
    assert (vector.values[0], vector.statuses[0]) == (5, "i")


def test_figures_go_back_to_the_older_borders_by_shares_of_land(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    observe(operator_conn, new, {"00001": 9.0, "00003": 2.0, "00005": 3.0}, period=AFTER)
    vector = read(operator_conn, old, period=AFTER)
    assert vector.values[:6] == [5, 4, 2, None, 2, 1]
    assert vector.statuses[:6] == "ee.mei"


def test_provinces_sum_their_communes_and_are_whole_where_a_commune_is_divided_within(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    observe(operator_conn, old, ALL_EIGHT)
    vector = read(operator_conn, new, level="province")
    assert vector.values == [10, 26]
    # Both provinces kept their land as far as the changes say: their units are others all the same.
    assert set(vector.statuses) <= {".", "c"}


def test_of_two_sets_with_figures_of_one_period_its_own_holds(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    observe(operator_conn, old, {"00001": 1.0, "00003": 3.0})
    observe(operator_conn, new, {"00001": 50.0, "00004": 4.0})
    vector = read(operator_conn, new)
    # 50 stands on land for which 00001 of the period's own set has reported.
    assert vector.values[:3] == [1, 3, 4]
    assert vector.statuses[:3] == "i.."


def test_the_order_of_imports_does_not_matter(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    for code in ("00006", "00002", "00007", "00001", "00005"):
        observe(operator_conn, old, {code: float(code)})
    parts = read(operator_conn, new)
    observe(operator_conn, old, {code: float(code) for code in ("00001", "00005")})
    assert read(operator_conn, new) == parts
    assert parts.values == [3, None, None, 8, 10, None]


# --- P1: the second part of a year


def test_P1_the_remainder_of_a_year_is_the_year_less_its_half_on_any_borders(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    # The half-year ended on the older borders, the year on the newer.
    observe(operator_conn, old, ALL_EIGHT, period=parse_period("H2025-1"))
    year = {"00001": 10.0, "00003": 2.0, "00004": 4.0, "00005": 20.0}
    observe(operator_conn, new, year, period=parse_period("Y2025"))
    rest = parse_period("H2025-2")
    vector = read(operator_conn, new, period=rest)
    # 10 less 1 + 2; 2 less 3 contradicts; 4 less 4 is a true 0; 20 less 5 + 3, of which 3 is half
    # of 00006; nobody reported the year of 00007.
    assert vector.values == [7, None, 0, 12, None, None]
    assert vector.statuses == "cm.emx"


def test_P1_how_things_stand_at_the_end_is_the_years_figure(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    observe(operator_conn, old, {"00003": 9.0}, indicator="I06", period=parse_period("H2025-1"))
    observe(operator_conn, new, {"00003": 4.0}, indicator="I06", period=parse_period("Y2025"))
    vector = read(operator_conn, new, indicator="I06", period=parse_period("H2025-2"))
    assert (vector.values[1], vector.statuses[1]) == (4, ".")


# --- X6: rights over all contributors


def ranges_of(conn: Connection, *units: tuple[int, str]) -> list[tuple[int, int]]:
    keys = [small_world.key_of(conn, set_id, code) for set_id, code in units]
    return [(key, key) for key in keys]


def test_X6_a_sum_is_shown_only_to_who_sees_every_unit_behind_it(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    observe(operator_conn, old, ALL_EIGHT)
    half = ranges_of(operator_conn, (new, "00001"), (old, "00001"), (new, "00003"), (old, "00003"))
    vector = read(operator_conn, new, ranges=half)
    assert vector.values == [None, 3, None, None, None, None]
    assert vector.statuses == "h.hhhh"
    assert vector.total.value == 3
    both = [*half, *ranges_of(operator_conn, (old, "00002"))]
    assert read(operator_conn, new, ranges=both).values[0] == 3


def test_X6_a_province_is_hidden_where_one_of_its_communes_is(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    observe(operator_conn, old, ALL_EIGHT)
    ranges = [
        (
            small_world.key_of(operator_conn, new, "01", "province"),
            small_world.key_of(operator_conn, new, "00004"),
        ),
        *ranges_of(operator_conn, *((old, f"0000{n}") for n in (1, 2, 3))),
    ]
    assert read(operator_conn, new, ranges=ranges, level="province").statuses == "hh"


# --- H1: as it was known


def test_H1_the_figures_of_a_past_day_are_those_recorded_by_then(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    observe(operator_conn, old, {"00001": 5.0, "00002": 1.0}, recorded_on=JUNE)
    observe(operator_conn, old, {"00001": 8.0}, recorded_on=date(2025, 9, 1))
    for known, value in (
        (date(2025, 7, 9), None),
        (JUNE, 6),
        (date(2025, 8, 31), 6),
        (date(2025, 9, 1), 9),
        (None, 9),
    ):
        assert read(operator_conn, new, known=known).values[0] == value


def test_H1_what_was_taken_back_later_was_still_known_before(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, _ = sets
    batch = observe(operator_conn, old, {"00003": 5.0}, recorded_on=JUNE)
    undoing.undo_import(operator_conn, batch, reason="sai_tep", actor="test")
    assert read(operator_conn, old).values[2] is None
    # Taken back today, so yesterday it was a figure.
    assert read(operator_conn, old, known=JUNE).values[2] == 5


def test_H1_only_a_simulation_says_when_it_was_recorded(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, _ = sets
    key = small_world.key_of(operator_conn, old, "00003")
    batch = small_world.batch(operator_conn, "observations", "reported")
    frame = pd.DataFrame(
        [(key, "I01", BEFORE.id, 1.0, JUNE)],
        columns=["unit_key", "indicator_id", "period_id", "value", "recorded_on"],
    )
    with pytest.raises(ValueError, match="simulated"):
        records.append_observations(operator_conn, frame, provenance="reported", import_id=batch)
    insert = text(
        "INSERT INTO observation (unit_key, level, indicator_id, period_id, value, provenance,"
        " import_id, recorded_at) VALUES (:key, 'commune', 'I01', 'M2025-06', 1, 'reported',"
        " :batch, now() - interval '1 day')"
    )
    with refused(operator_conn):
        operator_conn.execute(insert, {"key": key, "batch": batch})


@contextmanager
def refused(conn: Connection) -> Iterator[None]:
    with pytest.raises(DBAPIError, match="is recorded when it comes"), conn.begin_nested():
        yield


# --- the graph


def test_the_graph_is_another_when_a_weight_is(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    before = graph_revision(operator_conn)
    row = "from_key = :a AND to_key = :b"
    old, new = sets
    keys = {
        "a": small_world.key_of(operator_conn, old, "00006"),
        "b": small_world.key_of(operator_conn, new, "00005"),
    }
    operator_conn.execute(text(f"DELETE FROM unit_change WHERE {row}"), keys)
    assert graph_revision(operator_conn) != before


def test_two_sets_far_apart_are_joined_over_all_between(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    graph: UnitGraph = load_graph(operator_conn)
    assert [one.set_id for one in graph.sets] == list(sets)
    there, back = graph.links(0, 1), graph.links(1, 0)
    assert sorted(zip(there.here, there.there, strict=True)) == sorted(
        zip(back.there, back.here, strict=True)
    )
    assert graph.links(0, 0).weight.tolist() == [1.0] * graph.sets[0].key.size
    with pytest.raises(LookupError):
        graph.index(max(sets) + 1)
