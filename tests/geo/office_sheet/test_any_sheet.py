"""Whatever stands in a sheet: nothing breaks, and every filled cell is accounted for."""

from dataclasses import replace
from datetime import date

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.office_sheet.extract import extract
from geo.office_sheet.grid import Grid, make_cells
from geo.office_sheet.layout import ORIENTATIONS, from_json, to_json
from geo.office_sheet.proposal import propose
from geo.office_sheet.unit_names import index_units

UNITS = index_units(
    pd.DataFrame(
        [
            ("00001", "Xã Tân Lập", "xã", "01", "Tỉnh Một", "001", "Huyện Hai"),
            ("00002", "Xã Tân Hưng", "xã", "01", "Tỉnh Một", "001", "Huyện Hai"),
            ("00003", "Phường Tân Hưng", "phường", "01", "Tỉnh Một", "002", "Thị xã Ba"),
            ("00004", "Xã Tân Hưng", "xã", "02", "Tỉnh Bốn", "003", "Huyện Năm"),
        ],
        columns=[
            *("code", "name", "kind", "province_code", "province"),
            *("district_code", "district"),
        ],
    )
)
HEADS = [
    "STT",
    "Đơn vị",
    "Chỉ tiêu",
    "Nội dung",
    "Số liệu",
    "Giá trị",
    "Tử số",
    "Mẫu số",
    "Tỷ lệ (%)",
    "Kỳ",
    "Mã xã",
    "Huyện",
    "Ghi chú",
    "Số vụ phát hiện",
    "Số người nghiện",
    "Tỷ lệ báo cáo đúng hạn",
    "Nữ",
    "Tổng cộng",
]
LABELS = [
    "Huyện Hai",
    "Xã Tân Lập",
    "Xã Tân Hưng",
    "Phường Tân Hưng",
    "00001",
    "00003",
    "Tổng cộng",
    "Cộng",
    "I",
    "II",
    "Số vụ phát hiện",
    "Số người nghiện",
    "I06",
    "Tỷ lệ báo cáo đúng hạn",
    "Nơi nhận:",
]
FIGURES = ["-", "...", "1.234", "1,5", "12%", "(3)", "x"]
OTHERS = ["Tháng 5/2026", "năm 2026", "(1)", "(2)", "(3)=(1)+(2)"]
WORDS = [*HEADS, *LABELS, *FIGURES, *OTHERS]
CELL = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    st.integers(-5, 2030),
    st.floats(0, 100).map(lambda number: round(number, 2)),
    st.just(date(2026, 5, 1)),
    st.booleans(),
)
INDICATOR_LABELS = [
    "Số vụ phát hiện",
    "Số người nghiện",
    "I24",
    "Tỷ lệ báo cáo đúng hạn (%)",
    "Khác",
]
PLACES = [*LABELS[:6], "Xã Tân Hưng - Huyện Hai", "Xã Tân Lập (*)", "Tổng cộng"]
FIGURE = st.one_of(st.none(), st.integers(0, 99), st.sampled_from(FIGURES))


@st.composite
def tables(draw: st.DrawFn) -> list[list[object]]:
    """Draw what looks like a table: titles, a head with usual labels, rows with labels first."""
    width = draw(st.integers(1, 4))
    stub = draw(st.sampled_from([["STT", "Đơn vị"], ["Đơn vị"], ["Chỉ tiêu"], ["Xã", "Chỉ tiêu"]]))
    heads: list[object] = [*stub]
    heads += draw(st.lists(st.sampled_from(HEADS), min_size=width, max_size=width))
    places, indicators = st.sampled_from(PLACES), st.sampled_from(INDICATOR_LABELS)
    of_head = {"STT": st.integers(1, 9), "Chỉ tiêu": indicators}
    body = [
        [
            *(draw(of_head.get(head, places)) for head in stub),
            *(draw(FIGURE) for _ in range(width)),
        ]
        for _ in range(draw(st.integers(1, 8)))
    ]
    return [["Tháng 5/2026"], heads, *body]


ROWS = st.one_of(
    tables(),
    st.tuples(tables(), tables()).map(lambda two: [*two[0], [None], *two[1]]),
    st.lists(st.lists(CELL, min_size=1, max_size=6), max_size=14),
)
BOX = st.tuples(st.integers(0, 12), st.integers(0, 5), st.integers(0, 2), st.integers(0, 2))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS, boxes=st.lists(BOX, max_size=3), orientation=st.sampled_from(ORIENTATIONS))
def test_every_filled_cell_of_any_sheet_is_accounted_for(
    rows: list[list[object]], boxes: list[tuple[int, int, int, int]], orientation: str
) -> None:
    merged = tuple((top, left, top + down, left + right) for top, left, down, right in boxes)
    grid = Grid("Biểu", make_cells(rows), merged=merged, hidden_rows=frozenset({3}))
    filled = sum(value is not None for value in grid.cells.ravel())
    for one in propose([grid], units=UNITS):
        assert from_json(to_json(one.layout)) == one.layout
        got = extract([grid], one.layout, units=UNITS, period_id="M2026-05")
        kinds = {
            name: count for name, count in got.cells.items() if name not in ("blanks", "filled")
        }
        assert sum(kinds.values()) == got.cells["filled"] == filled
        keys = ["unit_code", "indicator_id", "period_id"]
        assert not got.records.duplicated(keys).any()
        assert set(got.records["unit_code"]) <= set(UNITS.units)
        assert (got.records["value"].dropna() >= 0).all()
        # A layout of another orientation on the same sheet reads nothing and breaks nothing.
        other = replace(one.layout, orientation=orientation)
        if other != one.layout:
            assert extract([grid], other, units=UNITS).records.empty
