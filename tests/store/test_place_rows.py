import json
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import hotspots
from geo.errors import Refused
from geo.store.place_columns import check_defaults, parse_day, parse_number
from geo.store.place_rows import JudgedRows, judge_rows

AS_OF = date(2026, 1, 31)
GOOD = {
    "lng": 105.85,
    "lat": 21.02,
    "kind": "diem_nguy_co",
    "state": "listed",
    "date": "2025-03-02",
}


def judge(*rows: dict[str, object], **options: dict[str, str]) -> JudgedRows:
    frame = pd.DataFrame([GOOD | row for row in rows], dtype=object)
    frame = frame.where(frame.notna(), None)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return judge_rows(
        frame,
        source="thu",
        as_of=AS_OF,
        named=options.get("named", {}),
        defaults=options.get("defaults", {}),
    )


def errors(judged: JudgedRows) -> list[tuple[int | None, str]]:
    return [(one.row, one.code) for one in judged.findings if one.severity == "error"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("105,8542", 105.8542),
        ("105.8542", 105.8542),
        (" -7 ", -7.0),
        (105.85, 105.85),
        ("1.234,5", np.nan),
        ("21°01'", np.nan),
        ("", np.nan),
        (None, np.nan),
        (True, np.nan),
        ("nan", np.nan),
        ("inf", np.nan),
        ("1e2", np.nan),
    ],
)
def test_numbers_are_read_with_point_or_comma_and_never_guessed(
    written: object, read: float
) -> None:
    assert parse_number(written) == pytest.approx(read, nan_ok=True)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2025-03-02", date(2025, 3, 2)),
        ("02/03/2025", date(2025, 3, 2)),
        ("2/3/2025", date(2025, 3, 2)),
        ("2.3.2025", date(2025, 3, 2)),
        (datetime(2025, 3, 2, 7, 30), date(2025, 3, 2)),  # noqa: DTZ001 as spreadsheets have it
        (pd.Timestamp("2025-03-02"), date(2025, 3, 2)),
        ("2025-03-02T00:00:00", date(2025, 3, 2)),
        ("29/02/2024", date(2024, 2, 29)),
        ("29/02/2025", None),
        ("31/04/2025", None),
        ("03/13/2025", None),
        ("02/03/25", None),
        (45718, None),
        ("hôm qua", None),
    ],
)
def test_days_are_read_as_vietnamese_write_them_or_iso(written: object, read: date | None) -> None:
    assert parse_day(written) == read


@pytest.mark.parametrize(
    "column",
    [
        "Họ và tên",
        "CCCD",
        "Số điện thoại",
        "Ngày sinh",
        "Địa chỉ",
        "email",
        "name",
        "Tên chủ hộ SĐT",
    ],
)
def test_a_column_that_announces_persons_refuses_the_file(column: str) -> None:
    judged = judge({column: "x"}, {column: "y"})
    assert errors(judged) == [(None, "column_personal")]
    assert judged.events.empty


@pytest.mark.parametrize(
    "value",
    [
        "001099012345",
        "0912 345 678",
        "+84 24 3825 1234",
        "a.b@vi-du.vn",
        "nhà ông Ba",
        "đối tượng Trần Văn Bê",
    ],
)
@pytest.mark.parametrize("column", ["ghi chú", "ref", "document_no", "state", "kind", "date"])
def test_a_personal_value_in_any_column_is_refused_and_never_repeated(
    value: str, column: str
) -> None:
    judged = judge({column: value}, {"ref": "D2"})
    assert (1, "value_personal") in errors(judged)
    assert judged.events.index.tolist() == [2]
    assert value not in json.dumps([f.as_json() for f in judged.findings], ensure_ascii=False)


@given(st.text(min_size=1, max_size=30), st.sampled_from([*GOOD, "ref", "reason", "document_no"]))
def test_no_finding_ever_repeats_what_a_cell_holds(text: str, column: str) -> None:
    secret = f"⟨{text}⟩"
    judged = judge({column: secret})
    said = json.dumps([f.as_json() for f in judged.findings], ensure_ascii=False)
    assert json.dumps(secret, ensure_ascii=False)[1:-1] not in said
    assert errors(judged)


def test_without_ref_the_id_tells_the_cell_but_not_the_position() -> None:
    # A metre apart within one cell: were the position in the hash, trying would find it again.
    first = judge({"lng": 105.85, "lat": 21.02}).places["source_ref"].tolist()
    second = judge({"lng": 105.85001, "lat": 21.02001}).places["source_ref"].tolist()
    other = judge({"lng": 105.95, "lat": 21.02}).places["source_ref"].tolist()
    assert first == second != other


def test_equal_rows_without_ref_are_as_many_places() -> None:
    judged = judge({}, {}, {})
    refs = judged.places["source_ref"].tolist()
    assert len(set(refs)) == 3
    assert [ref[-2:] for ref in refs] == ["-1", "-2", "-3"]


def test_defaults_fill_empty_cells_and_absent_columns() -> None:
    judged = judge({"state": None}, {"state": "suspected"}, defaults={"state": "listed"})
    assert judged.events["state"].tolist() == ["listed", "suspected"]
    assert errors(judge({"state": None})) == [(1, "hotspot_state_missing")]


@pytest.mark.parametrize("state", [s for s in hotspots.STATES if s != "in_action"])
def test_states_are_read_by_code_and_by_name_in_both_languages(state: str) -> None:
    names = {state, state.upper(), hotspots_name(state, "vi"), hotspots_name(state, "en")}
    judged = judge(*({"state": name, "ref": f"D{n}"} for n, name in enumerate(names)))
    assert set(judged.events["state"]) == {state}
    assert len(judged.events) == len(names)


def hotspots_name(state: str, language: str) -> str:
    from geo.messages import say

    return say(f"hotspot_state_{state}", language=language)


def test_two_columns_that_fit_one_field_are_to_be_named() -> None:
    rows = {"Kinh độ": 105.85, "Longitude": 105.85}
    frame = pd.DataFrame([{k: v for k, v in GOOD.items() if k != "lng"} | rows], dtype=object)
    frame.index = pd.RangeIndex(1, 2)
    judged = judge_rows(frame, source="thu", as_of=AS_OF, named={}, defaults={})
    assert [one.code for one in judged.findings if one.severity == "error"] == ["column_ambiguous"]
    named = judge_rows(frame, source="thu", as_of=AS_OF, named={"lng": "Kinh độ"}, defaults={})
    assert errors(named) == []


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("lng", "105", "default_field_unknown"),
        ("kind", "quán", "default_unreadable"),
        ("date", "31/02/2025", "default_unreadable"),
    ],
)
def test_defaults_are_checked_before_any_row(field: str, value: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        check_defaults({field: value})
    assert caught.value.code == code


@pytest.mark.parametrize("field", ["ref", "document_no"])
@pytest.mark.parametrize("value", ["12/05/1987", "NguyenVanNam1987", "nguyen_van_nam_1"])
def test_a_birthday_or_a_name_is_no_code(field: str, value: str) -> None:
    assert (1, "value_personal") in errors(judge({field: value}, {"ref": "D2"}))


@pytest.mark.parametrize("field", ["ref", "document_no"])
def test_the_day_of_an_event_is_no_code_either(field: str) -> None:
    assert errors(judge({field: "12/05/2025"})) == [(1, f"hotspot_{field}_no_code")]


def test_a_column_for_streets_takes_names_that_a_note_may_not_hold() -> None:
    assert errors(judge({"Tên đường": "Nguyễn Văn Hoài"})) == []
    assert errors(judge({"Ghi chú": "Nguyễn Văn Hoài"})) == [(1, "value_personal")]
    assert errors(judge({"Ghi chú": "đường Nguyễn Văn Hoài"})) == []


def test_a_column_of_short_names_refuses_the_file() -> None:
    names = [f"{surname} {given}" for surname in ("Trần", "Phạm") for given in ("Bê", "Út", "Giàu")]
    judged = judge(*({"Ghi chú": name} for name in names))
    assert (None, "column_holds_persons") in errors(judged)
    assert judged.events.empty


def stacked(judged: JudgedRows) -> list[dict[str, object]]:
    return [dict(one.details) for one in judged.findings if one.code == "places_stacked"]


def test_places_on_one_another_are_told_with_count_and_share_and_no_coordinates() -> None:
    apart = [{"lng": 105.1 + n / 1000} for n in range(40)]
    judged = judge(*[{}] * 11, *apart)
    assert stacked(judged) == [{"count": 11, "share": 22, "most": 11, "positions": 1}]
    assert errors(judged) == []
    assert stacked(judge(*[{}] * 9, *apart)) == []
    assert stacked(judge(*[{}] * 11, *apart, *({"lng": 105.2 + n / 1000} for n in range(9)))) == []


def test_events_of_one_place_are_not_stacked_places() -> None:
    events = [{"ref": "D1", "date": f"2025-03-{n:02d}"} for n in range(1, 20)]
    assert stacked(judge(*events)) == []
