"""Every figure of a sheet comes out equal, none lost, none doubled; what is wrong is told."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import Connection

from geo.errors import Finding, NotFound, Refused
from geo.office_sheet.extract import COLUMNS
from geo.office_sheet.layout import Layout, from_json, open_questions, to_json
from geo.store.register import read_register
from geo.store.sheet_import import Proposals, propose_layouts, read_with_layout, units_on
from tests.support import office_sheets as sheets
from tests.support import small_world
from tests.support.office_sheets import COUNTS, Place, Truth

NEW = read_register(districts=False).units
OLD = read_register(districts=True).units
# Names of these communes stand in other provinces too.
PLACES = sheets.communes("33", 14)
FORMER = [
    place
    for place in sheets.communes("33", 200, districts=True)
    if place.district in ("Huyện Khoái Châu", "Huyện Văn Lâm")
]


def propose(path: Path, *, units: pd.DataFrame = NEW) -> Proposals:
    found = propose_layouts(path, units=units)
    assert found.found, "no form was recognised"
    return found


def learn(path: Path, *, units: pd.DataFrame = NEW) -> Layout:
    """Take the best proposal as a person would who finds nothing to correct."""
    best = propose(path, units=units).found[0].layout
    assert from_json(to_json(best)) == best
    return best


def errors(findings: Sequence[Finding]) -> list[tuple[str, str | None]]:
    return [(one.code, one.column) for one in findings if one.severity == "error"]


def told(findings: Sequence[Finding], code: str) -> list[Finding]:
    return [one for one in findings if one.code == code]


def account(findings: Sequence[Finding]) -> dict[str, int]:
    return {name: int(count or 0) for name, count in findings[-1].details.items()}


def assert_brings(
    path: Path, truth: Truth, ids: Sequence[str], *, units: pd.DataFrame = NEW, period: str
) -> tuple[Layout, list[Finding]]:
    layout = learn(path, units=units)
    assert open_questions(layout) == []
    frame, findings = read_with_layout(path, layout, units=units)
    assert errors(findings) == []
    assert tuple(frame.columns) == COLUMNS
    assert sheets.rows_of(frame) == sheets.reported(truth, ids)
    assert not frame.duplicated(["unit_code", "indicator_id", "period_id"]).any()
    assert set(frame["period_id"]) <= {period}
    counted = account(findings)
    blank = sum(truth[key] is None for key in truth if key[1] in ids)
    assert (counted["figures"], counted["blanks"]) == (len(frame), blank)
    assert counted["unread"] == counted["refused"] == 0
    return layout, findings


def test_a_province_report_with_merged_heads_districts_and_totals(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    truth = sheets.counts_of(FORMER)
    sheets.province_report(path, FORMER, truth)
    ids = ("I01", "I06", "I08", "I09")
    layout, findings = assert_brings(path, truth, ids, units=OLD, period="H2026-1")
    assert (layout.orientation, layout.province_code) == ("units_in_rows", "33")
    # Two totals and two districts, four columns each.
    assert account(findings)["checked"] == 16
    skipped = [line.header for line in layout.lines if line.why == "breakdown"]
    assert [header.rpartition(" > ")[2] for header in skipped] == ["Nữ"]


def test_indicators_in_rows_and_communes_across(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    truth = sheets.counts_of(PLACES)
    sheets.transposed(path, PLACES, truth)
    layout, findings = assert_brings(path, truth, COUNTS, period="H2026-1")
    assert layout.orientation == "indicators_in_rows"
    assert account(findings)["checked"] == len(COUNTS)


def test_several_units_to_a_sheet_as_blocks(tmp_path: Path) -> None:
    path = tmp_path / "c.xlsx"
    truth = sheets.counts_of(PLACES)
    sheets.blocks(path, PLACES, truth)
    layout, _ = assert_brings(path, truth, COUNTS, period="M2026-05")
    assert layout.orientation == "blocks"


def test_the_form_of_one_unit_with_numerators_and_denominators(tmp_path: Path) -> None:
    path = tmp_path / "d.xlsx"
    shares = {"I07": (45, 50), "I11": (3, 7), "I12": (0, 9), "I13": (12, 12)}
    # A name that one province alone has.
    place = next(p for p in PLACES if (NEW["name"] == p.name).sum() == 1)
    sheets.one_unit(path, place, shares)
    layout = learn(path)
    frame, findings = read_with_layout(path, layout, units=NEW)
    assert errors(findings) == []
    got = {
        row.indicator_id: (row.value, row.numerator, row.denominator)
        for row in frame.itertuples(index=False)
    }
    assert got == {
        id_: (pytest.approx(round(100 * top / bottom, 1) / 100), top, bottom)
        for id_, (top, bottom) in shares.items()
    }
    assert set(frame["unit_code"]) == {place.code}
    assert set(frame["period_id"]) == {"M2026-05"}


def test_a_long_list_whose_codes_lost_their_zeros(tmp_path: Path) -> None:
    path = tmp_path / "e.xlsx"
    places = sheets.communes("01", 9)
    truth = sheets.counts_of(places)
    sheets.long_list(path, places, truth)
    layout, _ = assert_brings(path, truth, COUNTS, period="M2026-05")
    assert layout.orientation == "long"


def test_a_sheet_per_district_and_a_summary_that_does_not_count_again(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    truth = sheets.counts_of(FORMER)
    sheets.per_district(path, FORMER, truth)
    _, findings = assert_brings(path, truth, ("I01", "I06"), units=OLD, period="M2026-05")
    # Of each district its own total; of the summary two districts and the total.
    assert account(findings)["checked"] == 2 * (2 + 3)


def test_a_table_pasted_from_a_text_with_footnotes_and_roman_numbers(tmp_path: Path) -> None:
    path = tmp_path / "g.xlsx"
    truth = sheets.counts_of(PLACES)
    sheets.word_table(path, PLACES, truth)
    layout, _ = assert_brings(path, truth, ("I01", "I10", "I06"), period="M2026-05")
    # "1.200" alone proves nothing: the proposal says so, and a person confirms the comma.
    assert layout.decimal_mark == ","
    assert any(q.code == "layout_question_decimal" for q in propose(path).found[0].questions)


def test_an_ods_file(tmp_path: Path) -> None:
    path = tmp_path / "h.ods"
    truth = sheets.counts_of(PLACES, ids=("I06",))
    head = ["STT", "Đơn vị", "Số người nghiện ma túy có hồ sơ quản lý (tháng 5/2026)"]
    rows = [[n, p.name, truth[(p.code, "I06")]] for n, p in enumerate(PLACES, start=1)]
    sheets.ods(path, [head, *rows])
    layout, _ = assert_brings(path, truth, ("I06",), period="M2026-05")
    assert layout.period == "heading"


def test_a_csv_with_mark_and_semicolons(tmp_path: Path) -> None:
    path = tmp_path / "i.csv"
    truth = sheets.counts_of(PLACES)
    sheets.csv_list(path, PLACES, truth)
    layout, _ = assert_brings(path, truth, COUNTS, period="M2026-05")
    assert layout.columns["code"] == "ma xa"


def test_the_example_of_the_guide_is_read_as_the_guide_says(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Biểu 1"
    vu, nghien = "Số vụ phát hiện, bắt giữ", "Số người nghiện có hồ sơ quản lý"
    for row in (
        ["Số liệu từ ngày 15/12/2025 đến ngày 14/6/2026"],
        ["STT", "Đơn vị", vu, nghien, None, "Ghi chú"],
        [None, None, None, "Tổng số", "Nữ", None],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
        [None, "TỔNG CỘNG", 8, "1.240", 41],
        ["I", "HUYỆN VĂN LÂM", 8, "1.240", 41],
        [1, "Xã Chỉ Đạo", 5, "1.200", 40],
        [2, "Xã Đại Đồng", 3, 40, 1],
        [3, "Xã Lạc Đạo", None, "-", None],
    ):
        sheet.append(row)
    for merged in ("A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "A1:F1"):
        sheet.merge_cells(merged)
    path = tmp_path / "bieu-1.xlsx"
    book.save(path)
    best = propose(path, units=OLD).found[0]
    assert {one.code for one in best.questions} == {
        *("layout_question_mark_count", "layout_question_decimal"),
    }
    layout = replace(best.layout, marks=(("-", "zero"),))
    frame, findings = read_with_layout(path, layout, units=OLD)
    assert errors(findings) == []
    got = list(zip(frame["unit_name"], frame["indicator_id"], frame["value"], strict=True))
    assert got == [
        ("Xã Chỉ Đạo", "I01", 5),
        ("Xã Chỉ Đạo", "I06", 1200),
        ("Xã Đại Đồng", "I01", 3),
        ("Xã Đại Đồng", "I06", 40),
        ("Xã Lạc Đạo", "I06", 0),
    ]
    assert (account(findings)["checked"], account(findings)["blanks"]) == (4, 1)


Write = Callable[[Path, Sequence[Place], Truth], None]
WRITERS: dict[str, Write] = {
    "transposed.xlsx": lambda path, places, truth: sheets.transposed(path, places, truth),
    "blocks.xlsx": lambda path, places, truth: sheets.blocks(path, places, truth),
    "long.xlsx": lambda path, places, truth: sheets.long_list(path, places, truth),
    "list.csv": lambda path, places, truth: sheets.csv_list(path, places, truth),
    "report.xlsx": lambda path, places, truth: sheets.province_report(path, places, truth),
    "word.xlsx": lambda path, places, truth: sheets.word_table(path, places, truth),
}
WRITTEN = {"report.xlsx": ("I01", "I06", "I08", "I09"), "word.xlsx": ("I01", "I10", "I06")}


@pytest.mark.parametrize("name", WRITERS)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    numbers=st.lists(st.one_of(st.none(), st.integers(0, 99_999)), min_size=24, max_size=24),
    first=st.integers(0, 8),
)
def test_random_tables_come_back_as_they_were_written(
    tmp_path: Path, name: str, numbers: list[int | None], first: int
) -> None:
    places = PLACES[first : first + 4]
    keys = [(place.code, id_) for place in places for id_ in COUNTS]
    truth = dict(zip(keys, numbers, strict=True))
    path = tmp_path / name
    WRITERS[name](path, places, truth)
    layout = replace(learn(path), province_code="33", decimal_mark=",")
    frame, findings = read_with_layout(path, layout, units=NEW)
    assert errors(findings) == []
    assert sheets.rows_of(frame) == sheets.reported(truth, WRITTEN.get(name, COUNTS))


def test_next_months_form_is_known_again_with_more_rows(tmp_path: Path) -> None:
    for write in (sheets.csv_list, sheets.transposed, sheets.blocks):
        path = tmp_path / ("a.csv" if write is sheets.csv_list else "a.xlsx")
        write(path, PLACES[:5], sheets.counts_of(PLACES[:5]))
        layout = learn(path)
        more = sheets.counts_of(PLACES)
        write(path, PLACES, more)
        frame, findings = read_with_layout(path, replace(layout, province_code="33"), units=NEW)
        assert errors(findings) == []
        assert sheets.rows_of(frame) == sheets.reported(more, COUNTS)


def test_another_form_is_not_read_by_a_layout(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    sheets.transposed(path, PLACES, sheets.counts_of(PLACES))
    layout = learn(path)
    sheets.blocks(path, PLACES, sheets.counts_of(PLACES))
    frame, findings = read_with_layout(path, layout, units=NEW)
    assert frame.empty
    assert ("sheet_form_unknown", None) in errors(findings)
    assert account(findings)["skipped"] == account(findings)["filled"]


def test_a_wrong_total_is_told_with_both_numbers_and_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    truth = sheets.counts_of(FORMER)
    sheets.province_report(path, FORMER, truth, I06=3)
    layout = learn(path, units=OLD)
    frame, findings = read_with_layout(path, layout, units=OLD)
    (wrong,) = told(findings, "sheet_total_differs")
    right = sheets.total(truth, FORMER, "I06")
    # Titles, four rows of head, the first total, two heads of districts.
    assert wrong.column == f"Biểu 1!D{len(FORMER) + 14}"
    assert wrong.details["stated"] == sheets.vietnamese(right + 3)
    assert wrong.details["added"] == sheets.vietnamese(right)
    assert len(frame) == len(sheets.reported(truth, ("I01", "I06", "I08", "I09")))


def test_a_dash_is_asked_about_and_then_means_what_was_answered(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    truth = sheets.counts_of(FORMER)
    sheets.province_report(path, FORMER, truth, dash_for_zero=True)
    layout = learn(path, units=OLD)
    assert [one.code for one in open_questions(layout)] == ["layout_question_mark"]
    unanswered, findings = read_with_layout(path, layout, units=OLD)
    zeros = {key for key, value in truth.items() if value == 0 and key[1] in WRITTEN["report.xlsx"]}
    assert len(told(findings, "sheet_mark_unknown")) == len(zeros)
    assert not set(sheets.rows_of(unanswered)) & zeros
    for meaning, expected in (("zero", zeros), ("blank", set())):
        answered = replace(layout, marks=(("-", meaning),))
        frame, findings = read_with_layout(path, answered, units=OLD)
        assert errors(findings) == []
        assert {key for key, value in sheets.rows_of(frame).items() if value == 0} == expected


def table(path: Path, rows: Sequence[Sequence[object]], *, title: str = "Tháng 5/2026") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "S"
    sheet.append([title])
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


HEAD = ["STT", "Đơn vị", "Số người nghiện ma túy có hồ sơ quản lý", "Tỷ lệ báo cáo đúng hạn (%)"]
GOOD = [[n, p.name, 10 * n, 50 + n] for n, p in enumerate(PLACES[:6], start=1)]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        (3, -4, "sheet_negative"),
        (3, "(4)", "sheet_negative"),
        (3, 4.5, "sheet_count_not_whole"),
        (3, "12%", "sheet_percent_in_count"),
        (3, "mười hai", "sheet_no_number"),
        (3, True, "sheet_no_number"),
        (3, date(2026, 2, 1), "sheet_value_is_date"),
        (3, "1.234", "sheet_number_ambiguous"),
        (3, "?", "sheet_mark_unknown"),
        (4, 101, "sheet_share_over"),
        (4, "150%", "sheet_share_over"),
        (2, "Xã Không Có Thật", "sheet_unit_unknown"),
        (2, "Phường Ba Đình", "sheet_unit_elsewhere"),
    ],
)
def test_what_cannot_be_right_is_a_finding_at_its_cell(
    tmp_path: Path, column: int, value: object, code: str
) -> None:
    layout = learn(table(tmp_path / "a.xlsx", [HEAD, *GOOD]))
    rows = [list(row) for row in GOOD]
    rows[2][column - 1] = value
    frame, findings = read_with_layout(table(tmp_path / "b.xlsx", [HEAD, *rows]), layout, units=NEW)
    assert errors(findings) == [(code, f"S!{'ABCD'[column - 1]}5")]
    lost = 1 if column > 2 else 2
    assert len(frame) == 2 * len(GOOD) - lost
    assert account(findings)["refused"] == lost
    if isinstance(value, str) and code != "sheet_number_ambiguous":
        assert value not in findings[0].message("vi") + findings[0].message("en")


def test_a_unit_twice_in_a_sheet_is_told_with_both_places(tmp_path: Path) -> None:
    rows = [HEAD, *GOOD, [7, PLACES[0].name, 99, 60]]
    path = table(tmp_path / "a.xlsx", rows)
    frame, findings = read_with_layout(path, learn(path), units=NEW)
    (twice,) = told(findings, "sheet_unit_twice")
    assert (twice.column, twice.unit) == ("S!A9", PLACES[0].code)
    assert twice.details["first"] == "S!C3"
    assert len(frame) == 2 * len(GOOD)


def test_sums_in_columns_are_checked(tmp_path: Path) -> None:
    head = ["STT", "Đơn vị", "Số vụ phát hiện", "Trong đó: án lớn", "Trong đó: án nhỏ"]
    numbers = ["A", "B", "(1)=(2)+(3)", "(2)", "(3)"]
    rows = [[n, p.name, 5 * n, 2 * n, 3 * n] for n, p in enumerate(PLACES[:5], start=1)]
    rows[3][2] = 21
    path = table(tmp_path / "a.xlsx", [head, numbers, *rows])
    _, findings = read_with_layout(path, learn(path), units=NEW)
    (wrong,) = told(findings, "sheet_column_sum_differs")
    assert wrong.column == "S!C7"
    assert (wrong.details["stated"], wrong.details["added"]) == ("21", "20")


def test_shares_are_held_against_what_they_are_made_of(tmp_path: Path) -> None:
    head = ["Chỉ tiêu", "Tử số", "Mẫu số", "Tỷ lệ (%)"]
    name = "Tỷ lệ cơ sở y tế đủ điều kiện xác định tình trạng nghiện"
    place = next(p for p in PLACES if (NEW["name"] == p.name).sum() == 1)
    title = f"{place.name}, tháng 5/2026"
    layout = learn(table(tmp_path / "a.xlsx", [head, [name, 3, 4, "75"]], title=title))
    for top, bottom, share, code in (
        (3, 4, "80", "sheet_share_differs"),
        (5, 4, "75", "sheet_share_over"),
        (None, 4, "75", "sheet_share_incomplete"),
    ):
        path = table(tmp_path / "b.xlsx", [head, [name, top, bottom, share]], title=title)
        _, findings = read_with_layout(path, layout, units=NEW)
        assert [one for one, _ in errors(findings)] == [code]
    path = table(tmp_path / "b.xlsx", [head, [name, 0, 0, None]], title=title)
    frame, findings = read_with_layout(path, layout, units=NEW)
    assert frame.empty
    assert [one.severity for one in told(findings, "sheet_share_of_none")] == ["info"]


def test_same_named_units_are_told_apart_by_their_code_and_never_guessed(tmp_path: Path) -> None:
    same = NEW[NEW["name"] == "Xã Tân Thành"]
    assert len(same) > 1
    head = ["Mã xã", "Đơn vị", HEAD[2]]
    rows = [[code, "Xã Tân Thành", 10 + n] for n, code in enumerate(same["code"])]
    path = table(tmp_path / "a.xlsx", [head, *rows])
    frame, findings = read_with_layout(path, learn(path), units=NEW)
    assert errors(findings) == []
    assert frame["unit_code"].tolist() == same["code"].tolist()
    path = table(tmp_path / "b.xlsx", [head[1:], *(row[1:] for row in rows)])
    frame, findings = read_with_layout(path, learn(path), units=NEW)
    assert frame.empty
    assert {code for code, _ in errors(findings)} == {"sheet_unit_ambiguous"}


def test_a_code_beside_another_units_name_is_told(tmp_path: Path) -> None:
    head = ["Mã xã", "Đơn vị", HEAD[2]]
    rows = [[p.code, p.name.upper(), n] for n, p in enumerate(PLACES[:5])]
    path = table(tmp_path / "a.xlsx", [head, *rows])
    layout = learn(path)
    assert errors(read_with_layout(path, layout, units=NEW)[1]) == []
    rows[1][1] = PLACES[7].name
    frame, findings = read_with_layout(table(path, [head, *rows]), layout, units=NEW)
    assert errors(findings) == [("sheet_unit_code_and_name_differ", "S!B4")]
    assert frame["unit_code"].tolist() == [p.code for p in PLACES[:5]]


def test_a_table_of_provinces_brings_no_figures_of_wards_of_the_same_name(tmp_path: Path) -> None:
    good = table(tmp_path / "a.xlsx", [HEAD, *GOOD])
    layout = replace(learn(good), province_code=None)
    rows = [[1, "Hưng Yên", 5, 60], [2, "Thái Nguyên", 6, 70], [3, "Lào Cai", 7, 80]]
    path = table(tmp_path / "b.xlsx", [HEAD, *rows])
    assert propose_layouts(path, units=NEW).found == ()
    frame, findings = read_with_layout(path, layout, units=NEW)
    assert frame.empty
    assert len(told(findings, "sheet_total_unchecked")) == 3


def test_tables_side_by_side_are_read_each_for_itself(tmp_path: Path) -> None:
    rows = [[1, PLACES[n].name, 10 + n, None, 2, PLACES[n + 4].name, 20 + n] for n in range(4)]
    path = table(tmp_path / "a.xlsx", [[*HEAD[:3], None, *HEAD[:3]], *rows])
    frame, findings = read_with_layout(path, learn(path), units=NEW)
    assert errors(findings) == []
    assert dict(zip(frame["unit_code"], frame["value"], strict=True)) == {
        PLACES[n].code: (10 + n if n < 4 else 16 + n) for n in range(8)
    }


def test_a_figure_that_is_some_communes_code_stays_a_figure(tmp_path: Path) -> None:
    assert "01777" in set(OLD["code"])
    truth = dict.fromkeys(sheets.counts_of(FORMER))
    truth[(FORMER[0].code, "I06")] = 1777
    path = tmp_path / "a.xlsx"
    sheets.province_report(path, FORMER, truth)
    frame, findings = read_with_layout(path, learn(path, units=OLD), units=OLD)
    assert errors(findings) == []
    assert sheets.rows_of(frame) == {(FORMER[0].code, "I06"): 1777}


def test_codes_alone_name_the_units(tmp_path: Path) -> None:
    rows = [[p.code, id_, "M2026-05", 3] for p in PLACES[:4] for id_ in ("I01", "I06")]
    head = ["unit_code", "indicator_id", "period_id", "value"]
    path = table(tmp_path / "a.xlsx", [head, *rows], title="")
    frame, findings = read_with_layout(path, learn(path), units=NEW)
    assert errors(findings) == []
    assert len(frame) == 8


def test_two_years_side_by_side_keep_their_own_period(tmp_path: Path) -> None:
    headings = [f"Số vụ phát hiện tháng 5/{year}" for year in (2026, 2025)]
    rows = [[n, p.name, n, 100 + n] for n, p in enumerate(PLACES[:4], start=1)]
    path = table(tmp_path / "a.xlsx", [["STT", "Đơn vị", *headings], *rows], title="")
    frame, findings = read_with_layout(path, learn(path), units=NEW)
    assert errors(findings) == []
    sums = frame.groupby("period_id")["value"].sum().to_dict()
    assert sums == {"M2026-05": 10, "M2025-05": 410}


def test_a_column_of_districts_and_one_of_periods_say_what_a_row_is(tmp_path: Path) -> None:
    one = OLD[OLD.duplicated(["province_code", "name"])].iloc[0]
    same = OLD[(OLD["province_code"] == one["province_code"]) & (OLD["name"] == one["name"])]
    same = same.head(2)
    head = ["Huyện", "Xã", "Kỳ", "Số vụ phát hiện"]
    rows = [
        [district, name, period, n + 1]
        for n, (district, name) in enumerate(zip(same["district"], same["name"], strict=True))
        for period in ("05/2025", "06/2025")
    ]
    path = table(tmp_path / "a.xlsx", [head, *rows], title="")
    layout = replace(learn(path, units=OLD), province_code=one["province_code"])
    frame, findings = read_with_layout(path, layout, units=OLD)
    assert errors(findings) == []
    got = frame[["unit_code", "period_id", "value"]].to_numpy().tolist()
    codes = same["code"].tolist()
    assert got == [[codes[n], period, n + 1] for n in (0, 1) for period in ("M2025-05", "M2025-06")]


def test_bare_years_over_columns_are_periods_once_it_is_answered_which(tmp_path: Path) -> None:
    rows = [[n, p.name, n, 100 + n] for n, p in enumerate(PLACES[:4], start=1)]
    head = [["STT", "Đơn vị", "Số vụ phát hiện", None], [None, None, 2025, "2026"]]
    path = table(tmp_path / "a.xlsx", [*head, *rows], title="")
    layout = replace(learn(path), year_kind="year")
    frame, findings = read_with_layout(path, layout, units=NEW)
    assert errors(findings) == []
    assert frame.groupby("period_id")["value"].sum().to_dict() == {"Y2025": 10, "Y2026": 410}


def test_a_total_after_a_page_break_counts_both_pages(tmp_path: Path) -> None:
    pages = [HEAD, *GOOD[:3], HEAD, *GOOD[3:], [None, "Tổng cộng", 210, None]]
    path = table(tmp_path / "a.xlsx", pages)
    frame, findings = read_with_layout(path, learn(path), units=NEW)
    assert errors(findings) == []
    assert (len(frame), account(findings)["checked"]) == (12, 1)
    pages[-1] = [None, "Tổng cộng", 211, None]
    _, findings = read_with_layout(table(path, pages), learn(path), units=NEW)
    assert errors(findings) == [("sheet_total_differs", "S!C10")]


def test_a_period_given_wins_and_a_missing_one_is_told(tmp_path: Path) -> None:
    path = table(tmp_path / "a.xlsx", [HEAD, *GOOD], title="BIỂU SỐ 2")
    layout = learn(path)
    frame, findings = read_with_layout(path, layout, units=NEW)
    assert frame.empty
    assert {code for code, _ in errors(findings)} == {"sheet_period_missing"}
    frame, findings = read_with_layout(path, layout, units=NEW, period_id="M2026-07")
    assert errors(findings) == []
    assert set(frame["period_id"]) == {"M2026-07"}


def test_a_plain_year_is_asked_about(tmp_path: Path) -> None:
    path = table(tmp_path / "a.xlsx", [HEAD, *GOOD], title="Kết quả năm 2026")
    layout = learn(path)
    assert [one.code for one in open_questions(layout)] == ["layout_question_year"]
    _, findings = read_with_layout(path, layout, units=NEW)
    assert errors(findings) == [("layout_question_year", None)]
    frame, _ = read_with_layout(path, replace(layout, year_kind="calendar_year"), units=NEW)
    assert set(frame["period_id"]) == {"C2026"}


def test_a_layout_may_fix_the_period_or_leave_it_to_its_caller(tmp_path: Path) -> None:
    path = table(tmp_path / "a.xlsx", [HEAD, *GOOD], title="Tháng 5/2026")
    layout = learn(path)
    fixed, _ = read_with_layout(path, replace(layout, period="M2026-08"), units=NEW)
    assert set(fixed["period_id"]) == {"M2026-08"}
    given_only = replace(layout, period="given")
    frame, findings = read_with_layout(path, given_only, units=NEW)
    assert frame.empty
    assert {code for code, _ in errors(findings)} == {"sheet_period_missing"}
    frame, _ = read_with_layout(path, given_only, units=NEW, period_id="M2026-07")
    assert set(frame["period_id"]) == {"M2026-07"}


def test_a_window_that_is_no_period_is_told(tmp_path: Path) -> None:
    title = "từ ngày 15/4/2026 đến ngày 14/5/2026"
    path = table(tmp_path / "a.xlsx", [HEAD, *GOOD], title=title)
    frame, findings = read_with_layout(path, learn(path), units=NEW)
    assert frame.empty
    assert [one.column for one in told(findings, "sheet_period_unlike")] == ["S!A1"]


def test_rows_that_a_person_named_are_skipped_and_counted(tmp_path: Path) -> None:
    rows = [HEAD, *GOOD, [7, "Đơn vị trực thuộc tỉnh", 4, 60]]
    path = table(tmp_path / "a.xlsx", rows)
    layout = learn(path)
    _, findings = read_with_layout(path, layout, units=NEW)
    assert errors(findings) == [("sheet_unit_unknown", "S!B9")]
    skipping = replace(layout, skip_rows=("don vi truc thuoc tinh",))
    frame, findings = read_with_layout(path, skipping, units=NEW)
    assert errors(findings) == []
    assert (len(frame), account(findings)["skipped"]) == (2 * len(GOOD), 2)


def test_a_column_that_writes_decimals_in_two_ways_is_told(tmp_path: Path) -> None:
    rows = [list(row) for row in GOOD]
    for row, written in zip(rows, ("95,5", "96.5", "97,5", "1.234", "50", "51"), strict=True):
        row[3] = written
    path = table(tmp_path / "a.xlsx", [HEAD, *rows])
    layout = replace(learn(path), decimal_mark="auto")
    _, findings = read_with_layout(path, layout, units=NEW)
    assert ("sheet_decimal_conflict", "S!D3") in errors(findings)
    assert ("sheet_number_ambiguous", "S!D6") in errors(findings)


def test_other_tables_and_sheets_are_left_out_and_told(tmp_path: Path) -> None:
    path = table(tmp_path / "a.xlsx", [HEAD, *GOOD])
    layout = learn(path)
    book = load_workbook(path)
    for row in ([None], ["TT", "Nội dung", "Số tiền"], [1, "Tập huấn", 500]):
        book["S"].append(row)
    book.create_sheet("Khác")["A1"] = "chỉ có chữ"
    book.save(path)
    frame, findings = read_with_layout(path, layout, units=NEW)
    assert len(frame) == 2 * len(GOOD)
    assert [one.column for one in told(findings, "sheet_table_left_out")] == ["S!A10"]
    assert [one.column for one in told(findings, "sheet_without_form")] == ["Khác"]
    assert account(findings)["unread"] == 0


def test_a_figure_merged_over_several_units_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path / "a.xlsx", [HEAD, *GOOD])
    layout = learn(path)
    book = load_workbook(path)
    book["S"].merge_cells("C4:C6")
    book.save(path)
    frame, findings = read_with_layout(path, layout, units=NEW)
    assert errors(findings) == [("sheet_figure_merged", "S!C4")]
    assert len(frame) == 2 * len(GOOD) - 3


def test_hidden_sheets_are_left_out_and_hidden_rows_are_read_both_told(tmp_path: Path) -> None:
    path = table(tmp_path / "a.xlsx", [HEAD, *GOOD])
    layout = learn(path)
    book = load_workbook(path)
    book["S"].row_dimensions[4].hidden = True
    old = book.copy_worksheet(book["S"])
    old.sheet_state = "hidden"
    book.save(path)
    frame, findings = read_with_layout(path, layout, units=NEW)
    assert len(frame) == 2 * len(GOOD)
    assert len(told(findings, "sheet_hidden_left_out")) == 1
    (hidden,) = told(findings, "sheet_hidden_read")
    assert (hidden.details["count"], hidden.details["where"]) == (2, "4")


def test_equal_figures_on_two_sheets_count_once_and_contradictions_are_told(tmp_path: Path) -> None:
    path = table(tmp_path / "a.xlsx", [HEAD, *GOOD])
    layout = learn(path)
    book = load_workbook(path)
    again = book.copy_worksheet(book["S"])
    again["C3"] = 77
    book.save(path)
    frame, findings = read_with_layout(path, layout, units=NEW)
    assert len(frame) == 2 * len(GOOD)
    assert errors(findings) == [("sheet_contradicts", "S Copy!C3")]
    assert len(told(findings, "sheet_repeated")) == 2 * len(GOOD) - 1


def test_figures_below_the_notes_are_not_lost_in_silence(tmp_path: Path) -> None:
    path = table(tmp_path / "a.xlsx", [HEAD, *GOOD])
    layout = learn(path)
    more = [HEAD, *GOOD, ["Ghi chú: bổ sung"], [7, PLACES[6].name, 5, 60]]
    frame, findings = read_with_layout(table(path, more), layout, units=NEW)
    assert len(frame) == 2 * len(GOOD)
    (unread,) = told(findings, "sheet_cells_unread")
    assert (unread.column, unread.details["count"]) == ("S!A10", 3)


@pytest.mark.parametrize(
    ("head", "value"),
    [("Họ và tên", "Một Hai Ba"), ("Ghi chú", "nhà ông Tư"), ("Liên hệ", 10**8 * 9 + 12345678)],
)
def test_data_on_persons_are_refused_and_not_repeated(
    tmp_path: Path, head: str, value: object
) -> None:
    path = table(tmp_path / "a.xlsx", [[*HEAD, head], *([*row, value] for row in GOOD)])
    with pytest.raises(Refused) as refused:
        propose_layouts(path, units=NEW)
    assert {one.code for one in refused.value.findings} == {"sheet_personal"}
    assert str(value) not in "".join(one.message("vi") for one in refused.value.findings)


def test_communes_of_a_set_are_given_with_province_and_district(
    operator_conn: Connection,
) -> None:
    small_world.add_sets(operator_conn)
    before = units_on(operator_conn, date(2025, 6, 30))
    after = units_on(operator_conn, date(2025, 7, 1))
    assert len(before) == 8
    assert before["district"].tolist()[:3] == ["Huyện 1", "Huyện 1", "Huyện 2"]
    assert len(after) == 6
    assert after["province"].tolist()[-1] == "Tỉnh Hai"
    with pytest.raises(NotFound):
        units_on(operator_conn, date(1999, 1, 1))
