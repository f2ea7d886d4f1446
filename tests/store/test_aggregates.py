from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from geo import hotspots
from geo.hotspots import State
from geo.store import aggregates, records
from geo.store.boundary_sets import SetMeta, write_draft
from geo.store.counting import COUNT_COLUMNS
from tests.support import small_world as world

AS_OF = date(2025, 12, 31)
OLD_MONTH, NEW_MONTH = "M2025-06", "M2025-07"
Life = tuple[str, float, float, Sequence[tuple[date, str]]]


def rows(conn: Connection, query: str, **parameters: object) -> list[tuple[object, ...]]:
    return [tuple(row) for row in conn.execute(text(query), parameters)]


def add_places(conn: Connection, lives: Sequence[Life], provenance: str = "imported") -> None:
    places, events = world.frames_of(lives)
    records.append_places(conn, places, events, provenance=provenance, import_id=world.batch(conn))


def add_reports(conn: Connection, set_id: int, period_id: str, *codes: str, on: date) -> None:
    records.append_submissions(
        conn,
        pd.DataFrame(
            {
                "unit_key": [world.key_of(conn, set_id, code) for code in codes],
                "period_id": period_id,
                "due_before": on + timedelta(days=1),
                "submitted_on": on,
            }
        ),
        provenance="imported",
        import_id=world.batch(conn, "submissions"),
    )


def decide(conn: Connection, set_id: int, code: str, decided: str, on: date) -> None:
    records.append_assessments(
        conn,
        pd.DataFrame(
            {
                "unit_key": [world.key_of(conn, set_id, code)],
                "period_id": "Y2024",
                "decided_class": decided,
                "decided_on": on,
                "workflow_state": "phan_loai",
            }
        ),
        provenance="imported",
        import_id=world.batch(conn, "assessments"),
    )


def counts_of(conn: Connection, set_id: int, period_id: str, code: str, level: str) -> list[int]:
    (row,) = rows(
        conn,
        "SELECT active_count, new_count, eliminated_count, reformed_count, reported_units,"
        " due_units FROM unit_count JOIN unit_version USING (unit_key)"
        " WHERE period_id = :p AND set_id = :s AND code = :c AND level = :l",
        p=period_id, s=set_id, c=code, l=level,
    )  # fmt: skip
    return list(row)


def class_of(conn: Connection, set_id: int, period_id: str, code: str) -> object:
    found = rows(
        conn,
        "SELECT class FROM unit_class JOIN unit_version USING (unit_key)"
        " WHERE period_id = :p AND set_id = :s AND code = :c AND level = 'commune'",
        p=period_id, s=set_id, c=code,
    )  # fmt: skip
    return found[0][0] if found else None


def totals(conn: Connection, period_id: str) -> dict[str, dict[str, list[int]]]:
    """Totals of a period by column, as each way of adding up gives them."""
    sums = ", ".join(f"coalesce(sum({column}), 0)" for column in COUNT_COLUMNS)
    found: dict[str, dict[str, list[int]]] = {}
    for set_id, level, *values in rows(
        conn,
        f"SELECT set_id, level, {sums} FROM unit_count JOIN unit_version USING (unit_key)"
        " WHERE period_id = :p GROUP BY set_id, level",
        p=period_id,
    ):
        found.setdefault(f"set {set_id}", {})[str(level)] = [int(v) for v in values]
    for resolution, *values in rows(
        conn,
        f"SELECT resolution, {sums} FROM cell_count WHERE period_id = :p GROUP BY resolution",
        p=period_id,
    ):
        found.setdefault("cells", {})[str(resolution)] = [int(v) for v in values]
    return found


def assert_reconciled(conn: Connection, period_id: str, *, outside: dict[int, list[int]]) -> None:
    """Hold every total of a period against every other, what lies in no commune told apart."""
    found = totals(conn, period_id)
    cells = found.pop("cells", {})
    for name, by_level in found.items():
        apart = np.array(outside[int(name.removeprefix("set "))])
        country = np.array(by_level["country"])
        for level in by_level.keys() - {"country"}:
            assert (np.array(by_level[level]) + apart == country).all(), (period_id, name, level)
        for resolution in ("5", "6", "7", "8"):
            nothing = [0] * len(COUNT_COLUMNS)
            assert (np.array(cells.get(resolution, nothing)) == country).all(), resolution
    assert rows(conn, CELLS_UNLIKE_THEIR_CHILDREN, period_id=period_id) == []


# Every row of a coarser cell is the sum of the finest rows below it, unit by unit.
CELLS_UNLIKE_THEIR_CHILDREN = """
WITH summed AS (
    SELECT coarse AS resolution, bando.cell_parent(cell, coarse) AS cell, unit_key,
        sum(active_count) AS a, sum(new_count) AS n, sum(eliminated_count) AS e,
        sum(reformed_count) AS r
    FROM cell_count CROSS JOIN generate_series(5, 7) AS coarse
    WHERE period_id = :period_id AND resolution = 8 GROUP BY 1, 2, 3)
SELECT * FROM summed FULL JOIN (SELECT * FROM cell_count
    WHERE period_id = :period_id AND resolution < 8) AS c USING (resolution, cell, unit_key)
WHERE (a, n, e, r) IS DISTINCT FROM (c.active_count::bigint, c.new_count::bigint,
    c.eliminated_count::bigint, c.reformed_count::bigint)
"""


DAYS = st.dates(date(2024, 11, 1), date(2025, 12, 31))


@st.composite
def small_lives(draw: st.DrawFn) -> list[Life]:
    lives: list[Life] = []
    for number in range(draw(st.integers(0, 6))):
        day, state = draw(DAYS), draw(st.sampled_from(sorted(hotspots.STARTS)))
        life: list[tuple[date, str]] = [(day, state)]
        for _ in range(draw(st.integers(0, 4))):
            day += timedelta(days=draw(st.integers(1, 120)))
            state = draw(st.sampled_from(sorted(hotspots.TRANSITIONS[state] - {"listed"})))
            life.append((day, state))
        column = draw(st.floats(-0.4, 8.4).map(lambda x: round(x, 2)))
        lives.append((f"p{number}", column, 0.5, life))
    return lives


def expected_counts(
    lives: Sequence[Life], units: Sequence[tuple[str, float, float]], first: date, end: date
) -> Counter[tuple[str, str]]:
    """Count by commune, place by place and event by event: the slow obvious way."""
    found: Counter[tuple[str, str]] = Counter()
    for _, column, _, life in lives:
        code = next((c for c, west, east in units if west <= column <= east), "VN")
        until = [state for day, state in life if day < end]
        within = [state for day, state in life if first <= day < end]
        listings = [day for day, state in life if state == "listed"]
        found[code, "active_count"] += bool(until) and until[-1] in hotspots.ACTIVE
        found[code, "new_count"] += bool(listings) and first <= listings[0] < end
        found[code, "eliminated_count"] += within.count("eliminated")
        found[code, "reformed_count"] += within.count("reformed")
    return +found


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lives=small_lives())
def test_totals_by_cell_and_by_unit_reconcile_with_the_obvious_count(
    operator_conn: Connection, lives: list[Life]
) -> None:
    conn = operator_conn
    with conn.begin_nested() as savepoint:
        old, new = world.add_sets(conn)
        add_places(conn, lives)
        report = aggregates.compute(conn, as_of=AS_OF)
        for period_id, first, before in rows(
            conn, "SELECT period_id, starts_on, ends_before FROM period_run"
        ):
            outside = {}
            for set_id, units in ((old, world.OLD), (new, world.NEW)):
                expected = expected_counts(lives, units, first, before)
                outside[set_id] = [expected.pop(("VN", c), 0) for c in COUNT_COLUMNS]
                found: Counter[tuple[str, str]] = Counter()
                for code, *values in rows(
                    conn,
                    "SELECT code, active_count, new_count, eliminated_count, reformed_count"
                    " FROM unit_count JOIN unit_version USING (unit_key)"
                    " WHERE period_id = :p AND set_id = :s AND level = 'commune'",
                    p=period_id, s=set_id,
                ):  # fmt: skip
                    found.update(
                        {(str(code), c): v for c, v in zip(COUNT_COLUMNS, values, strict=True)}
                    )
                assert +found == expected, (period_id, set_id)
            assert_reconciled(conn, str(period_id), outside=outside)
        assert bool(report.computed) == any(life[0][0] <= AS_OF for *_, life in lives)
        savepoint.rollback()


def test_flows_of_both_halves_reconcile_with_the_reporting_year(operator_conn: Connection) -> None:
    conn = operator_conn
    world.add_sets(conn)
    life = [
        (date(2024, 12, 15), "listed"),
        (date(2025, 6, 14), "eliminated"),
        (date(2025, 6, 15), "reformed"),
        (date(2025, 12, 14), "eliminated"),
    ]
    add_places(conn, [("a", 0.5, 0.5, life)])
    aggregates.compute(conn, as_of=AS_OF)
    by_period = {
        period: values
        for period, *values in rows(
            conn,
            "SELECT period_id, new_count, eliminated_count, reformed_count FROM unit_count"
            " JOIN unit_version USING (unit_key) WHERE code = '00001' AND level = 'commune'"
            " AND period_id IN ('H2025-1', 'H2025-2', 'Y2025')",
        )
    }
    assert by_period == {"H2025-1": [1, 1, 0], "H2025-2": [0, 1, 1], "Y2025": [1, 2, 1]}


def test_a_zero_that_nobody_reported_has_no_reported_unit(operator_conn: Connection) -> None:
    conn = operator_conn
    old, _ = world.add_sets(conn)
    add_reports(conn, old, OLD_MONTH, "00001", "00003", on=date(2025, 7, 4))
    aggregates.compute(conn, as_of=AS_OF)
    assert counts_of(conn, old, OLD_MONTH, "00001", "commune") == [0, 0, 0, 0, 1, 1]
    assert counts_of(conn, old, OLD_MONTH, "00002", "commune") == [0, 0, 0, 0, 0, 1]
    assert counts_of(conn, old, OLD_MONTH, "01", "province") == [0, 0, 0, 0, 2, 4]
    assert counts_of(conn, old, OLD_MONTH, "VN", "country") == [0, 0, 0, 0, 2, 7]


def test_P1_whoever_reported_the_year_reported_its_derived_second_half(
    operator_conn: Connection,
) -> None:
    conn = operator_conn
    _, new = world.add_sets(conn)
    add_reports(conn, new, "Y2025", "00001", on=date(2025, 12, 18))
    aggregates.compute(conn, as_of=AS_OF)
    for period_id in ("Y2025", "H2025-2"):
        assert counts_of(conn, new, period_id, "00001", "commune") == [0, 0, 0, 0, 1, 1], period_id
        assert counts_of(conn, new, period_id, "00003", "commune") == [0, 0, 0, 0, 0, 1], period_id
    assert counts_of(conn, new, "H2025-1", "00001", "commune")[4] == 0


def test_A9_units_not_subject_to_assessment_stand_outside_every_denominator(
    operator_conn: Connection,
) -> None:
    conn = operator_conn
    old, _ = world.add_sets(conn)
    add_reports(conn, old, OLD_MONTH, "00008", on=date(2025, 7, 4))
    decide(conn, old, "00008", "khong_ma_tuy", date(2025, 1, 9))
    aggregates.compute(conn, as_of=AS_OF)
    assert counts_of(conn, old, OLD_MONTH, "00008", "commune") == [0, 0, 0, 0, 0, 0]
    assert class_of(conn, old, OLD_MONTH, "00008") is None
    assert rows(
        conn,
        "SELECT drug_free_count, assessed_count, assessable_count FROM unit_class"
        " JOIN unit_version USING (unit_key) WHERE period_id = :p AND set_id = :s AND code = '02'",
        p=OLD_MONTH, s=old,
    ) == [(0, 0, 3)]  # fmt: skip


def test_a_merged_commune_has_reported_when_all_its_parts_did(operator_conn: Connection) -> None:
    conn = operator_conn
    old, new = world.add_sets(conn)
    add_reports(conn, old, OLD_MONTH, "00001", "00003", "00004", "00005", on=date(2025, 7, 4))
    aggregates.compute(conn, as_of=AS_OF)

    def reported(code: str) -> int:
        return counts_of(conn, new, OLD_MONTH, code, "commune")[4]

    assert reported("00001") == 0  # 00002 is missing
    assert reported("00003") == 1  # the same land
    assert reported("00004") == 1  # the same land, renamed
    assert reported("00005") == 0  # half of 00006 is missing
    add_reports(conn, old, OLD_MONTH, "00002", "00006", on=date(2025, 7, 5))
    aggregates.compute(conn, as_of=AS_OF)
    assert [reported(code) for code in ("00001", "00005", "00007")] == [1, 1, 0]


def test_a_report_handed_in_after_the_day_does_not_count_yet(operator_conn: Connection) -> None:
    conn = operator_conn
    old, _ = world.add_sets(conn)
    add_reports(conn, old, OLD_MONTH, "00001", on=date(2025, 9, 4))
    aggregates.compute(conn, as_of=date(2025, 9, 3))
    assert rows(conn, "SELECT count(*) FROM period_run") == [(0,)]
    aggregates.compute(conn, as_of=date(2025, 9, 4))
    assert counts_of(conn, old, OLD_MONTH, "00001", "commune")[4] == 1


def test_a_class_holds_from_its_decision_on_and_for_the_same_land_only(
    operator_conn: Connection,
) -> None:
    conn = operator_conn
    old, new = world.add_sets(conn)
    for code in ("00001", "00002", "00003", "00006"):
        decide(conn, old, code, "khong_ma_tuy", date(2025, 6, 20))
    decide(conn, old, "00004", "loai_2", date(2025, 6, 20))
    add_reports(conn, old, "M2025-05", "00001", on=date(2025, 6, 4))
    aggregates.compute(conn, as_of=AS_OF)
    assert class_of(conn, old, "M2025-05", "00001") == "chua_danh_gia"
    assert class_of(conn, old, OLD_MONTH, "00001") == "khong_ma_tuy"
    # After the reform: never inherited by a merged or divided commune, kept by the same land.
    assert class_of(conn, new, NEW_MONTH, "00001") == "chua_danh_gia"
    assert class_of(conn, new, NEW_MONTH, "00007") == "chua_danh_gia"
    assert class_of(conn, new, NEW_MONTH, "00003") == "khong_ma_tuy"
    assert class_of(conn, new, NEW_MONTH, "00004") == "loai_2"
    # On the set that no longer holds: only land that is still a commune.
    assert class_of(conn, old, NEW_MONTH, "00001") is None
    assert class_of(conn, old, NEW_MONTH, "00003") == "khong_ma_tuy"
    assert rows(
        conn,
        "SELECT code, drug_free_count, assessed_count, assessable_count FROM unit_class"
        " JOIN unit_version USING (unit_key) WHERE period_id = :p AND set_id = :s"
        " AND level IN ('country', 'province') ORDER BY code",
        p=NEW_MONTH, s=new,
    ) == [("01", 1, 2, 3), ("02", 0, 0, 2), ("VN", 1, 2, 5)]  # fmt: skip


def test_of_two_decisions_the_later_holds_and_a_tie_never_flatters(
    operator_conn: Connection,
) -> None:
    conn = operator_conn
    old, _ = world.add_sets(conn)
    decide(conn, old, "00001", "khong_ma_tuy", date(2025, 5, 2))
    decide(conn, old, "00001", "loai_3", date(2025, 6, 2))
    for decided in ("khong_trong_diem", "khong_ma_tuy"):
        decide(conn, old, "00002", decided, date(2025, 5, 2))
    aggregates.compute(conn, as_of=AS_OF)
    assert class_of(conn, old, "M2025-05", "00001") == "khong_ma_tuy"
    assert class_of(conn, old, OLD_MONTH, "00001") == "loai_3"
    assert class_of(conn, old, OLD_MONTH, "00002") == "khong_trong_diem"


def test_only_periods_whose_inputs_changed_are_computed_again(operator_conn: Connection) -> None:
    conn = operator_conn
    world.add_sets(conn)
    lives: list[Life] = [("a", 0.5, 0.5, [(date(2025, 3, 2), "listed")])]
    add_places(conn, lives)
    first = aggregates.compute(conn, as_of=AS_OF)
    assert {"M2025-03", "H2025-1", "Y2025"} <= set(first.computed)
    again = aggregates.compute(conn, as_of=AS_OF)
    assert (again.computed, set(again.unchanged)) == ((), set(first.computed))
    add_places(conn, [("b", 3.5, 0.5, [(date(2025, 11, 2), "listed")])])
    later = aggregates.compute(conn, as_of=AS_OF)
    assert set(later.computed) == {"M2025-11", "M2025-12", "H2025-2", "Y2025"}
    assert set(aggregates.compute(conn, as_of=AS_OF, full=True).computed) == set(first.computed)


def test_periods_that_have_not_ended_by_the_day_are_taken_out(operator_conn: Connection) -> None:
    conn = operator_conn
    world.add_sets(conn)
    add_places(conn, [("a", 0.5, 0.5, [(date(2025, 9, 2), "listed")])])
    aggregates.compute(conn, as_of=AS_OF)
    report = aggregates.compute(conn, as_of=date(2025, 11, 29))
    assert report.removed == ("H2025-2", "M2025-11", "M2025-12", "Y2025")
    assert rows(conn, "SELECT period_id, data_until FROM period_run ORDER BY 1") == [
        ("M2025-09", date(2025, 11, 29)),
        ("M2025-10", date(2025, 11, 29)),
    ]


def test_values_do_not_depend_on_the_order_of_imports(operator_conn: Connection) -> None:
    conn = operator_conn
    world.add_sets(conn)
    lives: list[Life] = [
        ("a", 0.5, 0.5, [(date(2025, 3, 2), "listed"), (date(2025, 3, 2), "eliminated")]),
        ("b", 1.5, 0.5, [(date(2025, 4, 2), "suspected"), (date(2025, 8, 2), "listed")]),
        ("c", 9.5, 0.5, [(date(2025, 4, 2), "listed")]),
    ]
    figures = (
        "SELECT period_id, unit_key, active_count, new_count, eliminated_count, reformed_count"
        " FROM unit_count ORDER BY 1, 2"
    )
    found = []
    for order in (lives, lives[::-1]):
        with conn.begin_nested() as savepoint:
            for life in order:
                add_places(conn, [life])
            aggregates.compute(conn, as_of=AS_OF)
            found.append(rows(conn, figures))
            savepoint.rollback()
    assert found[0] == found[1]
    assert any(row[4] for row in found[0])


def test_a_superseded_event_counts_nowhere(operator_conn: Connection) -> None:
    conn = operator_conn
    old, _ = world.add_sets(conn)
    add_places(
        conn,
        [("a", 0.5, 0.5, [(date(2025, 3, 2), "listed"), (date(2025, 4, 2), "eliminated")])],
    )
    conn.execute(
        text(
            "INSERT INTO hotspot_event (hotspot_id, scope_key, state, effective_on, unit_key,"
            " actor_role, supersedes, provenance, import_id)"
            " SELECT hotspot_id, scope_key, 'neutralised', effective_on, unit_key, actor_role,"
            " event_id, provenance, import_id FROM hotspot_event WHERE state = 'eliminated'"
        )
    )
    aggregates.compute(conn, as_of=AS_OF)
    assert counts_of(conn, old, "M2025-04", "00001", "commune")[:4] == [0, 0, 0, 0]


def test_a_period_with_one_simulated_row_is_simulated(operator_conn: Connection) -> None:
    conn = operator_conn
    world.add_sets(conn)
    add_places(conn, [("a", 0.5, 0.5, [(date(2025, 3, 2), "listed")])])
    add_places(conn, [("b", 0.5, 0.5, [(date(2025, 5, 2), "listed")])], provenance="simulated")
    aggregates.compute(conn, as_of=date(2025, 5, 31))
    assert rows(
        conn, "SELECT period_id, simulated FROM period_run WHERE period_id LIKE 'M%' ORDER BY 1"
    ) == [("M2025-03", False), ("M2025-04", False), ("M2025-05", True)]


def test_cells_stand_on_the_set_of_the_last_day(operator_conn: Connection) -> None:
    conn = operator_conn
    old, new = world.add_sets(conn)
    add_places(conn, [("a", 0.5, 0.5, [(date(2025, 6, 2), "listed")])])
    aggregates.compute(conn, as_of=date(2025, 7, 31))
    assert rows(
        conn,
        "SELECT period_id, array_agg(resolution ORDER BY resolution), min(unit_key)"
        " FROM cell_count WHERE period_id LIKE 'M%' GROUP BY period_id ORDER BY 1",
    ) == [
        (OLD_MONTH, [5, 6, 7, 8], world.key_of(conn, old, "00001")),
        (NEW_MONTH, [5, 6, 7, 8], world.key_of(conn, new, "00001")),
    ]


def test_an_empty_store_has_no_period(operator_conn: Connection) -> None:
    world.add_sets(operator_conn)
    assert aggregates.compute(operator_conn, as_of=AS_OF).computed == ()


@pytest.fixture
def real_set(operator_conn: Connection, real_data: Path) -> int:
    communes = gpd.read_parquet(real_data / "communes_2025.parquet")
    communes["assessable"] = True
    meta = SetMeta(
        title="2025",
        valid_from=world.REFORM_DAY,
        act="thử",
        source_name="communes_2025.parquet",
        source_sha256="2" * 64,
    )
    set_id = write_draft(operator_conn, communes, meta=meta)
    world.put_in_force(operator_conn, set_id)
    return set_id


@pytest.mark.real_data
def test_84_382_real_places_reconcile_by_cell_commune_province_and_country(
    operator_conn: Connection, real_data: Path, real_set: int
) -> None:
    conn = operator_conn
    points = pd.read_parquet(real_data / "points" / "vn_osm_poi.parquet")
    generator = np.random.default_rng(138)
    refs = points.index.astype(str)
    places = pd.DataFrame(
        {
            "source": "osm",
            "source_ref": refs,
            "kind": "diem_phuc_tap",
            "lng": points["lon"],
            "lat": points["lat"],
        }
    )
    listed = pd.to_datetime("2025-07-01") + pd.to_timedelta(
        generator.integers(0, 60, len(points)), unit="D"
    )
    ended = generator.random(len(points)) < 0.3
    steps: list[tuple[State, pd.DatetimeIndex, np.ndarray[tuple[int], np.dtype[np.bool_]]]] = [
        ("listed", listed, np.ones(len(points), bool)),
        ("eliminated", listed + pd.Timedelta(days=40), ended),
        ("reformed", listed + pd.Timedelta(days=70), ended & (generator.random(len(points)) < 0.2)),
    ]
    events = pd.concat(
        [
            pd.DataFrame(
                {
                    "source_ref": refs[which],
                    "state": state,
                    "effective_on": days[which],
                    "actor_role": "reporter",
                    "document_no": None,
                }
            )
            for state, days, which in steps
        ],
        ignore_index=True,
    )
    report = records.append_places(
        conn, places, events, provenance="imported", import_id=world.batch(conn)
    )
    assert (report.place_count, report.outside_count) == (84_382, 673)
    aggregates.compute(conn, as_of=AS_OF)
    for (period_id,) in rows(conn, "SELECT period_id FROM period_run"):
        (outside,) = rows(
            conn,
            "SELECT c.active_count - p.a, c.new_count - p.n, c.eliminated_count - p.e,"
            " c.reformed_count - p.r FROM unit_count AS c, (SELECT sum(active_count) AS a,"
            " sum(new_count) AS n, sum(eliminated_count) AS e, sum(reformed_count) AS r"
            " FROM unit_count JOIN unit_version USING (unit_key)"
            " WHERE period_id = :p AND level = 'province') AS p"
            " WHERE c.period_id = :p AND c.unit_key = :country",
            p=period_id, country=real_set << 20,
        )  # fmt: skip
        assert_reconciled(conn, str(period_id), outside={real_set: list(outside)})
    sums = totals(conn, "H2025-2")[f"set {real_set}"]
    assert sums["country"][1] == 84_382
    assert sums["commune"][1] == sums["province"][1] == 84_382 - 673
