import pytest

from geo.indicators import SERIES
from geo.office_sheet.indicator_names import Part, match_heading
from geo.office_sheet.words import synonyms


@pytest.mark.parametrize("id_", SERIES)
def test_every_indicator_is_known_by_its_names_and_its_id(id_: str) -> None:
    one = SERIES[id_]
    for name in (
        one.name_vi,
        one.name_en,
        one.name_vi.upper(),
        f"{id_} - gì đó",
        f"1. {one.name_vi}",
    ):
        assert match_heading([name], SERIES).indicator == id_


def test_every_synonym_leads_to_its_own_indicator() -> None:
    for id_, parts in synonyms().items():
        for part, names in parts.items():
            for name in names:
                got = match_heading(name.split(" > "), SERIES)
                wanted = part if part != "names" else "value"
                assert (got.indicator, got.part) == (id_, wanted), name


@pytest.mark.parametrize(
    ("path", "indicator", "part"),
    [
        (("Số người nghiện ma túy", "Có hồ sơ quản lý"), "I06", "value"),
        (("Số người nghiện có hồ sơ quản lý", "Tổng số"), "I06", "value"),
        (("Kết quả", "Số vụ phát hiện, bắt giữ"), "I01", "value"),
        (("Tỷ lệ cơ sở y tế đủ điều kiện", "Tử số"), "I13", "numerator"),
        (("Tỷ lệ cơ sở y tế đủ điều kiện", "Mẫu số"), "I13", "denominator"),
        (("Tỷ lệ cơ sở y tế đủ điều kiện", "%"), "I13", "value"),
        (("Số cơ sở y tế đủ điều kiện",), "I13", "numerator"),
        (("Số người nghiện ma tuý có hồ sơ quản lý (người)",), "I06", "value"),
        (("Số vụ phát hiện, bắt giữ tháng 5/2026",), "I01", "value"),
        (("I13 numerator",), "I13", "numerator"),
    ],
)
def test_paths_of_headings_are_understood(
    path: tuple[str, ...], indicator: str, part: Part
) -> None:
    got = match_heading(path, SERIES)
    assert (got.indicator, got.part) == (indicator, part)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (("Số người nghiện ma túy có hồ sơ quản lý", "Nữ"), "breakdown"),
        (("Số người nghiện", "Trong đó: dưới 18 tuổi"), "breakdown"),
        (("Số vụ phát hiện, bắt giữ", "Cùng kỳ năm trước"), "comparison"),
        (("Số vụ phát hiện, bắt giữ", "Tăng, giảm (%)"), "comparison"),
        (("Dân số",), "unknown"),
        (("Ghi chú",), "unknown"),
        ((), "unknown"),
    ],
)
def test_what_is_no_figure_of_an_indicator_is_left_out_with_its_reason(
    path: tuple[str, ...], why: str
) -> None:
    got = match_heading(path, SERIES)
    assert (got.indicator, got.why) == (None, why)


@pytest.mark.parametrize(
    ("path", "measure", "scale"),
    [
        (("Tỷ lệ báo cáo đúng hạn (%)",), "", 0.01),
        (("Tỷ lệ báo cáo đúng hạn",), "%", 0.01),
        (("Số vụ phát hiện, bắt giữ (nghìn vụ)",), "", 1000.0),
        (("Diện tích cây có chứa chất ma túy (ha)",), "", 10_000.0),
        (("Diện tích cây có chứa chất ma túy (nghìn m2)",), "", 1000.0),
        (("Diện tích cây có chứa chất ma túy (m2)",), "", 1.0),
    ],
)
def test_the_unit_of_measure_gives_the_scale(
    path: tuple[str, ...], measure: str, scale: float
) -> None:
    assert match_heading(path, SERIES, measure=measure).scale == scale
