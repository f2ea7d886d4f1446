"""Rows of yearly numbers and marks: what is refused, by field, in both languages."""

import pandas as pd
import pytest

from geo.messages import LANGUAGES
from geo.store.intake import KINDS
from geo.store.intake.figures import read_figure

KIND = KINDS["targets"]
GOOD = {"plan": "national", "target": "province_share", "year": 2026, "mark": None}


def judged(**change: object) -> list[tuple[str, str | None]]:
    row = {**GOOD, "value": read_figure("20%"), **change}
    frame = pd.DataFrame([row], index=[2], dtype=object)
    findings = KIND.judge(frame.where(frame.notna(), None))
    for one in findings:
        assert one.row == 2
        assert len({one.message(language) for language in LANGUAGES}) == len(LANGUAGES)
    return [(one.code, one.column) for one in findings]


def test_a_share_and_a_count_of_communes_are_taken() -> None:
    assert judged() == []
    assert judged(value=read_figure("25")) == []
    assert judged(value=read_figure("100%")) == []


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"target": "cases"}, "target_not_of_plan", "target"),
        ({"value": None}, "target_number_or_mark", "value"),
        ({"mark": "dat"}, "target_number_or_mark", "value"),
        ({"value": None, "mark": "dat"}, "target_mark_not_asked", "mark"),
        ({"target": "share"}, "target_number_not_asked", "value"),
        ({"value": read_figure("100,1%")}, "target_share_over_one", "value"),
        ({"value": read_figure("2,5")}, "target_count_not_whole", "value"),
    ],
)
def test_T3_a_row_that_does_not_fit_its_target_is_refused_by_field(
    change: dict[str, object], code: str, column: str
) -> None:
    assert judged(**change) == [(code, column)]


@pytest.mark.parametrize(
    ("field", "told", "read"),
    [
        ("plan", "NATIONAL", "national"),
        ("plan", "Kế hoạch thực hiện Kết luận 132-KL/TW của tỉnh Đắk Lắk", "s3"),
        ("plan", "s9", None),
        ("target", " Province_Share ", "province_share"),
        ("target", "anything", None),
        ("year", "2026", 2026),
        ("year", "26", None),
        ("mark", "Đang thực hiện", "dang_thuc_hien"),
        ("mark", "tốt", None),
    ],
)
def test_cells_are_read_as_offices_write_them(field: str, told: str, read: object) -> None:
    assert KIND.field(field).read(told) == read
