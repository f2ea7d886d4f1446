from datetime import date

import pytest

from geo.office_sheet.periods import NamedPeriod, period_in, period_of_cell, without_period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Số liệu từ ngày 15/12/2025 đến ngày 14/6/2026", "H2026-1"),
        ("(Số liệu từ 15/12/2025 đến 14/06/2026)", "H2026-1"),
        ("từ ngày 15/12/2025 đến hết ngày 14/12/2026", "Y2026"),
        ("từ ngày 15 tháng 12 năm 2025 đến ngày 14 tháng 6 năm 2026", "H2026-1"),
        ("Từ 01/05/2026 - 31/05/2026", "M2026-05"),
        ("từ 01/01/2026 đến 31/12/2026", "C2026"),
        ("BÁO CÁO 06 THÁNG ĐẦU NĂM 2026", "H2026-1"),
        ("6 tháng cuối năm 2026", "H2026-2"),
        ("Tháng 5/2026", "M2026-05"),
        ("tháng 05 năm 2026", "M2026-05"),
        ("Kỳ M2026-05", "M2026-05"),
        ("Báo cáo tháng 5/2026, lập ngày 2/6/2026", "M2026-05"),
    ],
)
def test_titles_name_periods(text: str, period: str) -> None:
    assert period_in(text) == NamedPeriod(period)


@pytest.mark.parametrize(
    "text",
    [
        "Hưng Yên, ngày 18 tháng 6 năm 2026",
        "(Kèm theo Báo cáo số 12/BC-CAT ngày 20/6/2026)",
        "Biểu số 2",
        "Tháng Hành động phòng, chống ma túy",
        "",
    ],
)
def test_a_letters_date_names_no_period(text: str) -> None:
    assert period_in(text) is None


@pytest.mark.parametrize(
    "text", ["từ ngày 15/4/2026 đến ngày 14/5/2026", "Quý I năm 2026", "9 tháng đầu năm 2026"]
)
def test_a_window_that_is_none_of_ours_is_not_made_one(text: str) -> None:
    assert period_in(text) == NamedPeriod(None)


def test_a_plain_year_is_one_of_two_and_says_so() -> None:
    assert period_in("Kết quả năm 2026") == NamedPeriod("Y2026", is_year=True)
    assert period_in("năm 2026", year_kind="calendar_year") == NamedPeriod("C2026", is_year=True)


@pytest.mark.parametrize(
    ("value", "period"),
    [
        ("05/2026", "M2026-05"),
        ("M2026-05", "M2026-05"),
        (date(2026, 5, 1), "M2026-05"),
        (2026, "Y2026"),
        ("2026", "Y2026"),
        ("Tháng 5/2026", "M2026-05"),
    ],
)
def test_cells_of_a_period_column_are_read(value: object, period: str) -> None:
    told = period_of_cell(value)
    assert told is not None
    assert told.id == period


@pytest.mark.parametrize("value", [None, "", 7, "kỳ trước"])
def test_cells_without_period_give_none(value: object) -> None:
    assert period_of_cell(value) is None


def test_headings_of_two_months_are_equal_without_their_period() -> None:
    assert without_period("Số vụ tháng 5/2026") == without_period("Số vụ tháng 6/2026") == "Số vụ"
