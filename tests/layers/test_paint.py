import pytest

from layers.catalog import find_layer
from layers.legend import as_json
from layers.paint import Paint, read_legend, say_number

CLASS = as_json(find_layer("class"), maxima={})
COUNTS = as_json(find_layer("active"), maxima={"commune": {"month": 40}, "province": {"month": 5}})
FLOW = as_json(find_layer("new"), maxima={"commune": {"month": 3, "year": 300}})


@pytest.mark.parametrize(
    ("value", "status", "label", "qualified"),
    [
        (0, ".", "Không có ma túy", ""),
        (4, ".", "Trọng điểm loại I", ""),
        (2, "e", "Trọng điểm loại III", "e"),
        (None, "a", "chưa đánh giá", ""),
        (None, "x", "không thuộc diện đánh giá", ""),
        (None, "h", "ngoài phạm vi được xem", ""),
        # Never drug-free by mistake: what is not understood is no data.
        (None, ".", "chưa có số liệu", ""),
        (9, ".", "chưa có số liệu", ""),
        (0, "?", "chưa có số liệu", ""),
    ],
)
def test_a_class_is_painted_by_its_row(
    value: float | None, status: str, label: str, qualified: str
) -> None:
    legend = read_legend(CLASS, level="commune")
    paint = legend.paint(value, status)
    assert legend.rows[paint.row].label == label
    assert paint.qualified == qualified


@pytest.mark.parametrize(
    ("value", "label"),
    [(0, "0 (đã báo cáo)"), (1, "1"), (2, "2 đến 4"), (4, "2 đến 4"), (19, "10 đến 19"),
     (20, "20 đến 40"), (99, "20 đến 40")],
)  # fmt: skip
def test_a_count_is_painted_by_its_class_and_the_last_class_takes_what_is_larger(
    value: int, label: str
) -> None:
    legend = read_legend(COUNTS, level="commune")
    assert legend.rows[legend.paint(value, ".").row].label == label


def test_each_level_and_kind_of_period_has_its_own_classes() -> None:
    assert read_legend(COUNTS, level="province").lowest == (1, 2, 3, 4, 5)
    assert max(read_legend(FLOW, level="commune").lowest) == 3
    assert max(read_legend(FLOW, level="commune", period_kind="year").lowest) >= 100


def test_no_data_is_never_zero() -> None:
    legend = read_legend(COUNTS, level="commune")
    zero, missing = legend.paint(0, "."), legend.paint(None, "m")
    assert zero.row != missing.row
    assert legend.rows[missing.row].pattern == "hatch"


def test_counts_of_a_legend_list_all_classes_and_only_the_special_rows_that_occur() -> None:
    legend = read_legend(COUNTS, level="commune")
    paints = legend.paints([0, 1, 3, None], "..im")
    shown = {row.label: count for _, row, count in legend.shown(paints)}
    assert shown == {
        "0 (đã báo cáo)": 1,
        "1": 1,
        "2 đến 4": 1,
        "5 đến 9": 0,
        "10 đến 19": 0,
        "20 đến 40": 0,
        "trong đó báo cáo chưa đủ": 1,
        "chưa có số liệu": 1,
    }
    assert paints[2] == Paint(legend.paint(3, ".").row, qualified="i")


def test_values_are_said_as_the_language_says_them() -> None:
    vi = read_legend(COUNTS, level="commune", unit="điểm")
    assert vi.say_value(1234, ".") == "1.234 điểm"
    assert vi.say_value(3, "i") == "3 điểm (báo cáo chưa đủ)"
    assert vi.say_value(None, "m") == "chưa có số liệu"
    share = as_json(find_layer("drug_free_share"), maxima={})
    en = read_legend(share, level="province", language="en", unit="%")
    assert en.say_value(49.9, ".") == "49.9%"
    assert en.say_value(37.0, ".") == "37.0%"
    assert en.say_value(37.0, "i") == "37.0% (partly assessed)"
    assert read_legend(COUNTS, level="commune", language="en", unit="places").say_value(1, ".") == (
        "places: 1"
    )
    assert [say_number(n, language="vi") for n in (0, 0.5, 1000.0)] == ["0", "0,5", "1.000"]
