"""Computed indicators in the store, on the country of squares (tests/support/small_world.py)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Connection, insert, text

from geo import cells
from geo.hotspots import active_at_any_time, make_lives, state_codes
from geo.store import aggregates, records, tables
from geo.store.land_links import parents_of
from tests.support import small_world as world

AS_OF = date(2026, 12, 31)
Figure = tuple[float, int | None, int | None]


@pytest.fixture
def conn(operator_conn: Connection) -> Connection:
    return operator_conn


def figure(
    conn: Connection,
    set_id: int,
    period_id: str,
    series: str,
    code: str,
    level: str = "commune",
) -> Figure | None:
    indicator, _, part = series.partition(".")
    row = conn.execute(
        text(
            "SELECT value, numerator, denominator FROM unit_figure"
            " JOIN unit_version USING (unit_key) WHERE period_id = :p AND set_id = :s"
            " AND indicator_id = :i AND part = :part AND code = :c AND level = :l"
        ),
        {"p": period_id, "s": set_id, "i": indicator, "part": part, "c": code, "l": level},
    ).first()
    return None if row is None else (float(row.value), row.numerator, row.denominator)


def add(conn: Connection, table: str, batch: str, **values: object) -> None:
    told = {"provenance": "imported", "import_id": world.batch(conn, batch)}
    conn.execute(insert(getattr(tables, table)).values(**values, **told))


def model(conn: Connection, set_id: int, code: str, ref: str, state: str, on: date) -> None:
    add(
        conn,
        "community_model",
        "models",
        unit_key=world.key_of(conn, set_id, code),
        ref=ref,
        kind="to_dan_pho",
        state=state,
        effective_on=on,
    )


def subcommune(conn: Connection, set_id: int, code: str, name: str, on: date) -> None:
    add(
        conn,
        "subcommune",
        "subcommunes",
        unit_key=world.key_of(conn, set_id, code),
        code=name,
        name=name,
        kind="thon",
        valid_from=on,
    )


def status(
    conn: Connection, set_id: int, code: str, name: str, item: str, value: str, on: date
) -> None:
    add(
        conn,
        "subcommune_status",
        "subcommune-status",
        unit_key=world.key_of(conn, set_id, code),
        code=name,
        item=item,
        value=value,
        effective_on=on,
    )


def campaign(conn: Connection, key: int, ref: str, kind: str, first: date, last: date) -> None:
    add(
        conn,
        "campaign",
        "campaigns",
        unit_key=key,
        ref=ref,
        kind=kind,
        starts_on=first,
        ends_before=last + timedelta(days=1),
    )


def decide(
    conn: Connection, set_id: int, code: str, decided: str, on: date, period: str = "Y2024"
) -> None:
    frame = pd.DataFrame(
        {
            "unit_key": [world.key_of(conn, set_id, code)],
            "period_id": period,
            "decided_class": decided,
            "decided_on": on,
            "workflow_state": "phan_loai",
        }
    )
    import_id = world.batch(conn, "assessments")
    records.append_assessments(conn, frame, provenance="imported", import_id=import_id)


def hand_in(
    conn: Connection, set_id: int, period_id: str, days: dict[str, date], due: date
) -> None:
    frame = pd.DataFrame(
        {
            "unit_key": [world.key_of(conn, set_id, code) for code in days],
            "period_id": period_id,
            "due_before": due,
            "submitted_on": list(days.values()),
        }
    )
    import_id = world.batch(conn, "submissions")
    records.append_submissions(conn, frame, provenance="imported", import_id=import_id)


def compute(conn: Connection, as_of: date = AS_OF) -> aggregates.ComputeReport:
    return aggregates.compute(conn, as_of=as_of)


def test_models_are_counted_by_their_newest_state_and_a_merged_commune_has_those_of_both(
    conn: Connection,
) -> None:
    old, new = world.add_sets(conn)
    model(conn, old, "00001", "M1", "dang_hoat_dong", date(2024, 3, 1))
    model(conn, old, "00001", "M2", "dang_hoat_dong", date(2024, 3, 1))
    model(conn, old, "00001", "M2", "da_thanh_loai", date(2024, 9, 1))
    model(conn, old, "00002", "M1", "dang_hoat_dong", date(2024, 3, 1))
    compute(conn)
    assert figure(conn, old, "H2024-1", "I18", "00001") == (2.0, None, None)
    assert figure(conn, old, "Y2024", "I18", "00001") == (1.0, None, None)
    assert figure(conn, old, "Y2024", "I23.da_thanh_loai", "00001") == (1.0, 1, 2)
    # M1 of both predecessors are two models.
    assert figure(conn, new, "Y2026", "I18", "00001") == (2.0, None, None)
    assert figure(conn, new, "Y2026", "I18", "01", "province") == (2.0, None, None)
    assert figure(conn, old, "Y2023", "I18", "00001") is None
    assert figure(conn, new, "Y2026", "I18", "00003") is None


def test_A5_a_model_of_a_divided_commune_is_told_of_the_province_and_of_no_commune(
    conn: Connection,
) -> None:
    old, new = world.add_sets(conn)
    model(conn, old, "00006", "M1", "dang_hoat_dong", date(2024, 3, 1))
    model(conn, old, "00007", "M1", "dang_hoat_dong", date(2024, 3, 1))
    model(conn, old, "00008", "M1", "dang_hoat_dong", date(2024, 3, 1))
    compute(conn)
    assert figure(conn, new, "Y2026", "I18", "02", "province") == (3.0, None, None)
    assert figure(conn, new, "Y2026", "I18", "00005") is None
    assert figure(conn, new, "Y2026", "I18", "00007") is None
    assert figure(conn, new, "Y2026", "I18", "00008") == (1.0, None, None)


def test_a_model_registered_anew_by_the_merged_commune_counts_once(conn: Connection) -> None:
    old, new = world.add_sets(conn)
    model(conn, old, "00001", "M1", "dang_hoat_dong", date(2024, 3, 1))
    model(conn, new, "00001", "M1", "khong_hieu_qua", date(2025, 9, 1))
    compute(conn)
    assert figure(conn, new, "Y2026", "I23.khong_hieu_qua", "00001") == (1.0, 1, 1)
    assert figure(conn, new, "Y2026", "I18", "00001") == (0.0, None, None)


def test_subcommunes_count_what_they_last_told_and_not_told_is_not_no(conn: Connection) -> None:
    _, new = world.add_sets(conn)
    for name in ("T1", "T2", "T3"):
        subcommune(conn, new, "00003", name, date(2025, 7, 1))
    status(conn, new, "00003", "T1", "ra_soat", "khong", date(2025, 9, 1))
    status(conn, new, "00003", "T1", "ra_soat", "co", date(2025, 10, 1))
    status(conn, new, "00003", "T2", "ra_soat", "khong", date(2025, 10, 1))
    status(conn, new, "00003", "T9", "ra_soat", "co", date(2025, 10, 1))
    compute(conn)
    assert figure(conn, new, "Y2025", "I22.ra_soat", "00003") == (1.0, 1, 3)
    assert figure(conn, new, "Y2025", "I22.ra_soat", "01", "province") == (1.0, 1, 3)
    assert figure(conn, new, "Y2025", "I22.cam_ket_truong_to", "00003") is None


def test_surveys_count_in_the_period_in_which_they_ended_and_above_communes(
    conn: Connection,
) -> None:
    old, new = world.add_sets(conn)
    district = world.key_of(conn, old, "001", "district")
    campaign(conn, district, "K1", "tong_khao_sat", date(2024, 5, 20), date(2024, 6, 15))
    campaign(conn, district, "C1", "dot_cao_diem", date(2024, 1, 1), date(2024, 1, 31))
    compute(conn)
    assert figure(conn, old, "H2024-1", "I19", "001", "district") == (0.0, None, None)
    assert figure(conn, old, "H2024-2", "I19", "001", "district") == (1.0, None, None)
    assert figure(conn, old, "Y2024", "I19", "01", "province") == (1.0, None, None)
    assert figure(conn, old, "Y2024", "I19", "02", "province") is None
    assert figure(conn, new, "Y2024", "I19", "01", "province") == (1.0, None, None)
    assert figure(conn, old, "Y2024", "I19", "00001") is None


def test_types_are_counted_above_communes_and_transformed_areas_by_both_days(
    conn: Connection,
) -> None:
    old, _ = world.add_sets(conn)
    for code, before, after in (
        ("00001", "loai_1", "loai_3"),
        ("00002", "loai_2", "khong_trong_diem"),
        ("00003", "loai_3", "khong_ma_tuy"),
        ("00004", "khong_trong_diem", "khong_ma_tuy"),
        ("00005", "khong_ma_tuy", "loai_1"),
    ):
        decide(conn, old, code, before, date(2023, 6, 1))
        decide(conn, old, code, after, date(2024, 6, 1))
    compute(conn)
    assert figure(conn, old, "Y2023", "I16.loai_1", "01", "province") == (1.0, 1, 4)
    assert figure(conn, old, "Y2024", "I16.loai_3", "01", "province") == (1.0, 1, 4)
    assert figure(conn, old, "Y2024", "I17", "01", "province") == (2.0, 2, 3)
    assert figure(conn, old, "Y2024", "I17", "02", "province") == (0.0, 0, 0)
    # Nobody had a class on the eve of 2023; nothing moved in the second half of 2024.
    assert figure(conn, old, "Y2023", "I17", "01", "province") is None
    assert figure(conn, old, "H2024-2", "I17", "01", "province") == (0.0, 0, 1)
    assert figure(conn, old, "Y2024", "I16.loai_1", "00001") is None


def test_A4_a_merged_commune_is_no_transformed_area(conn: Connection) -> None:
    old, new = world.add_sets(conn)
    for code in ("00001", "00002", "00003"):
        decide(conn, old, code, "loai_1", date(2024, 6, 1))
    for code in ("00001", "00003"):
        decide(conn, new, code, "khong_ma_tuy", date(2025, 9, 1), period="Y2025")
    compute(conn)
    # Of 00003 the land is the same; 00001 has no class of its own before.
    assert figure(conn, new, "Y2025", "I17", "01", "province") == (1.0, 1, 1)


def test_P2_reports_in_time_are_counted_once_their_due_day_has_come(conn: Connection) -> None:
    _, new = world.add_sets(conn)
    due = date(2026, 6, 20)
    days = {"00001": date(2026, 6, 19), "00003": date(2026, 6, 20), "00005": date(2026, 6, 15)}
    hand_in(conn, new, "H2026-1", days, due)
    # A second hand-in after the day takes nothing away.
    hand_in(conn, new, "H2026-1", {"00001": date(2026, 7, 2)}, due)
    compute(conn, as_of=date(2026, 6, 19))
    assert figure(conn, new, "H2026-1", "I20", "01", "province") is None
    report = compute(conn, as_of=date(2026, 6, 20))
    assert "H2026-1" in report.computed
    assert figure(conn, new, "H2026-1", "I20", "01", "province") == (pytest.approx(1 / 3), 1, 3)
    assert figure(conn, new, "H2026-1", "I20", "00003") == (0.0, 0, 1)
    assert figure(conn, new, "H2026-1", "I20", "02", "province") == (0.5, 1, 2)


def patrol(
    conn: Connection, key: int, spots: Sequence[tuple[float, float]], seconds: float, on: date
) -> None:
    # 01:00 in Việt Nam is the evening before in UTC.
    moment = datetime(on.year, on.month, on.day, tzinfo=UTC) - timedelta(hours=6)
    told = {"provenance": "imported", "import_id": world.batch(conn, "patrols")}
    whole = ("dropped_count", "jump_count", "gap_count", "gap_s", "distance_m", "moving_s")
    patrol_id = conn.execute(
        insert(tables.patrol)
        .values(
            source="t",
            source_ref=f"{on}-{key}-{seconds}",
            started_at=moment,
            ended_at=moment,
            fix_count=2,
            **dict.fromkeys((*whole, "standing_s"), 0),
            fixes_file="f",
            fixes_sha256="0" * 64,
            **told,
        )
        .returning(tables.patrol.c.patrol_id)
    ).scalar_one()
    lng, lat = zip(*spots, strict=True)
    for cell in cells.cells_of(lng, lat, resolution=9).tolist():
        conn.execute(
            insert(tables.patrol_cell).values(
                patrol_id=patrol_id,
                month=on.replace(day=1),
                cell=cell,
                unit_key=key,
                seconds=seconds,
                fix_count=1,
            )
        )


def test_coverage_is_the_share_of_complex_cells_where_shifts_of_the_period_stayed(
    conn: Connection,
) -> None:
    _, new = world.add_sets(conn)
    places, events = world.frames_of(
        [
            ("A", 2.2, 0.2, [(date(2026, 1, 5), "listed")]),
            ("B", 2.8, 0.8, [(date(2026, 1, 5), "listed")]),
            # Gone before the month.
            ("C", 2.5, 0.5, [(date(2026, 1, 5), "listed"), (date(2026, 2, 1), "eliminated")]),
        ]
    )
    records.append_places(conn, places, events, provenance="imported", import_id=world.batch(conn))
    key = world.key_of(conn, new, "00003")
    patrol(conn, key, [(105.22, 20.02)], 400, date(2026, 3, 1))
    patrol(conn, key, [(105.22, 20.02), (105.28, 20.08)], 300, date(2026, 3, 20))
    patrol(conn, key, [(105.28, 20.08)], 9000, date(2026, 4, 1))
    compute(conn)
    assert figure(conn, new, "M2026-03", "I21", "00003") == (0.5, 1, 2)
    assert figure(conn, new, "M2026-04", "I21", "00003") == (0.5, 1, 2)
    assert figure(conn, new, "H2026-1", "I21", "01", "province") == (pytest.approx(2 / 3), 2, 3)
    # Nobody recorded a track: missing, not 0 %.
    assert figure(conn, new, "M2026-05", "I21", "00003") is None
    assert figure(conn, new, "M2026-03", "I21", "00001") is None


def test_a_second_run_computes_nothing_and_a_new_fact_only_what_it_touches(
    conn: Connection,
) -> None:
    old, new = world.add_sets(conn)
    model(conn, old, "00003", "M1", "dang_hoat_dong", date(2024, 3, 1))
    hand_in(conn, old, "M2024-01", {"00003": date(2024, 2, 1)}, date(2024, 2, 15))
    assert compute(conn).computed
    assert compute(conn).computed == ()
    model(conn, new, "00003", "M2", "dang_hoat_dong", date(2026, 7, 1))
    assert set(compute(conn).computed) == {"H2026-2", "Y2026"}


def test_hotspots_are_active_in_a_period_on_any_of_its_days() -> None:
    lives = make_lives(
        [0, 0, 1, 2, 2],
        ["2026-01-01", "2026-02-01", "2026-03-01", "2026-01-01", "2026-02-28"],
        state_codes(["listed", "eliminated", "listed", "listed", "eliminated"]),
        hotspot_count=4,
    )
    found = active_at_any_time(lives, starts_on=date(2026, 2, 1), ends_before=date(2026, 3, 1))
    assert found.tolist() == [False, False, True, False]


def test_parents_are_the_nearest_units_above() -> None:
    assert parents_of(np.array([5, 3, 2, 3, 5, 5])).tolist() == [0, 0, 1, 1, 0, 4]
