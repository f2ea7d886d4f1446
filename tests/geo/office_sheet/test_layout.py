import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import Refused
from geo.office_sheet.grid import Grid, make_cells
from geo.office_sheet.layout import (
    ORIENTATIONS,
    Layout,
    Line,
    from_json,
    open_questions,
    signature_of,
    to_json,
)
from geo.office_sheet.tables import find_tables

LAYOUT = Layout(
    kind="observations",
    orientation="units_in_rows",
    signature="ab" * 16,
    lines=(Line("so vu", "Số vụ", "I01"), Line("nu", "Nữ", None, why="breakdown")),
    columns={"unit": "don vi"},
    marks=(("-", "zero"),),
)


@given(
    orientation=st.sampled_from(ORIENTATIONS),
    lines=st.lists(
        st.builds(
            Line,
            key=st.text(),
            header=st.text(),
            indicator=st.one_of(st.none(), st.just("I06")),
            scale=st.floats(0.01, 1e6),
            nth=st.integers(1, 5),
        ),
        max_size=4,
    ),
    period=st.sampled_from(["title", "column", "heading", "given", "M2026-05"]),
    marks=st.dictionaries(st.text(max_size=3), st.sampled_from(["zero", "blank", "ask"])),
)
def test_a_layout_goes_to_json_and_back(
    orientation: str, lines: list[Line], period: str, marks: dict[str, str]
) -> None:
    layout = replace(
        LAYOUT,
        orientation=orientation,
        lines=tuple(lines),
        period=period,
        marks=tuple(marks.items()),
    )
    assert from_json(json.loads(json.dumps(to_json(layout)))) == layout


def test_everything_that_does_not_fit_in_an_edited_layout_is_told_at_once() -> None:
    told = to_json(LAYOUT) | {
        "orientation": "aslant",
        "decimal_mark": ";",
        "period": "M2026-13",
        "marks": {"-": "maybe"},
        "year_kind": "moon",
        "unit_from": "air",
        "colour": "red",
    }
    told["lines"] = [{"key": "a"}, to_json(LAYOUT)["lines"][0] | {"scale": -1}]
    del told["signature"]
    with pytest.raises(Refused) as refused:
        from_json(told)
    assert {one.details["field"] for one in refused.value.findings} == {
        *("orientation", "decimal_mark", "period", "marks", "year_kind", "unit_from", "colour"),
        *("lines #1", "lines #2 scale", "signature"),
    }


def test_open_questions_keep_a_layout_from_use() -> None:
    assert open_questions(LAYOUT) == []
    asked = replace(LAYOUT, marks=(("-", "ask"),), year_kind="ask", lines=LAYOUT.lines[1:])
    assert {one.code for one in open_questions(asked)} == {
        *("layout_question_mark", "layout_question_year", "layout_without_indicator"),
    }


def signature(rows: list[list[object]], *labels: str, orientation: str = "units_in_rows") -> str:
    (table,) = find_tables(Grid("x", make_cells(rows)))
    return signature_of(table, orientation, row_labels=labels)


def test_the_signature_is_of_the_form_not_of_its_values_units_or_month() -> None:
    may = [["STT", "Đơn vị", "Số vụ tháng 5/2026"], [1, "Xã A", 5]]
    june = [["STT", "ĐƠN VỊ", "Số vụ  tháng 6/2026"], [1, "Xã B", 7], [2, "Xã C", None]]
    assert signature(may) == signature(june)
    other = [["STT", "Đơn vị", "Số người tháng 5/2026"], [1, "Xã A", 5]]
    assert signature(may) != signature(other)
    assert signature(may) != signature(may, orientation="long")


def test_columns_of_units_are_no_part_of_a_transposed_form_but_its_rows_are() -> None:
    two = [["STT", "Chỉ tiêu", "Xã A", "Xã B"], [1, "Số vụ", 5, 7]]
    three = [["STT", "Chỉ tiêu", "Xã C", "Xã D", "Xã E"], [1, "Số vụ", 1, 2, 3]]
    one = "indicators_in_rows"
    assert signature(two, "Số vụ", orientation=one) == signature(three, "Số vụ", orientation=one)
    assert signature(two, "Số vụ", orientation=one) != signature(two, "Số ca", orientation=one)
    assert signature(two, "Số vụ", orientation=one) == signature(
        two, "1. SỐ VỤ", "Tổng cộng", orientation=one
    )
