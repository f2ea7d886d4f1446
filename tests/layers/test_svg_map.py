import re
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pytest

from geo.errors import Refused
from layers.catalog import find_layer
from layers.legend import as_json
from layers.outline import Outline, outline
from layers.paint import Caption
from layers.svg_map import draw

SVG = "{http://www.w3.org/2000/svg}"
CLASS = as_json(find_layer("class"), maxima={})
CAPTION = Caption(
    "Phân loại <địa bàn>",
    "Tháng 7/2026",
    ("Số liệu đến 31/07/2026",),
    simulated=True,
    illustrative=True,
)
COUNT = 81


@pytest.fixture(scope="module")
def drawn(small_set: gpd.GeoDataFrame) -> Outline:
    return outline(small_set, level="commune")


def picture(drawn: Outline, *, caption: Caption = CAPTION, width: int = 1120) -> str:
    # 30 of class 0, 30 of class 4, 10 without data, 10 estimated, the island not subject.
    values = [0] * 30 + [4] * 30 + [None] * 10 + [2] * 10 + [None]
    statuses = "." * 60 + "a" * 10 + "e" * 10 + "x"
    return draw(drawn, values=values, statuses=statuses, legend=CLASS, caption=caption, width=width)


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314


def test_every_unit_is_drawn_once_with_its_name_and_value(drawn: Outline) -> None:
    root = ElementTree.fromstring(picture(drawn))  # noqa: S314 our own picture
    titles = [
        title.text
        for path in root.iter(f"{SVG}path")
        if path.get("d") and (title := path.find(f"{SVG}title")) is not None
    ]
    assert len(titles) == COUNT
    assert "Xã 01-0 <&>: Không có ma túy" in titles
    assert "Đặc khu Hoàng Sa: không thuộc diện đánh giá" in titles


def test_paints_of_missing_and_estimated_values_are_patterns_that_exist(drawn: Outline) -> None:
    svg = picture(drawn)
    used = set(re.findall(r'fill="url\(#([^)]+)\)"', svg))
    defined = re.findall(r'<pattern id="([^"]+)"', svg)
    assert used == set(defined)
    assert len(defined) == len(set(defined))
    assert any(name.endswith("e") for name in used)


def test_the_legend_tells_classes_by_letter_and_counts_units(drawn: Outline) -> None:
    said = texts(picture(drawn))
    for letter in ("✓", "III", "II", "I"):
        assert letter in said
    assert said.count("30") == 2
    assert "chưa đánh giá" in said
    assert "chưa có số liệu" not in said


def test_title_description_and_marks_are_there(drawn: Outline) -> None:
    svg = picture(drawn)
    root = ElementTree.fromstring(svg)  # noqa: S314
    assert root.get("role") == "img"
    assert root.get("lang") == "vi"
    assert root.find(f"{SVG}title").text == "Phân loại <địa bàn>"
    assert "Không có ma túy: 30" in root.find(f"{SVG}desc").text
    said = texts(svg)
    assert "DỮ LIỆU MÔ PHỎNG · SIMULATED DATA" in said
    assert "Địa giới minh họa, không có giá trị pháp lý" in said
    plain = texts(picture(drawn, caption=Caption("Bản đồ")))
    assert not any("MÔ PHỎNG" in text or "minh họa" in text for text in plain)


def test_a_warning_stands_above_the_map(drawn: Outline) -> None:
    said = texts(picture(drawn, caption=Caption("Bản đồ", "Kỳ", warning="Không phải kết quả.")))
    assert said.index("Không phải kết quả.") == said.index("Kỳ") + 1


def test_A7_archipelagos_have_their_inset_and_the_sea_its_name(drawn: Outline) -> None:
    assert [panel.name for panel in drawn.panels] == ["", "map_inset_hoang_sa"]
    said = texts(picture(drawn))
    assert "Quần đảo Hoàng Sa" in said
    assert "Biển Đông" in said


def test_no_style_script_or_address_that_a_strict_policy_would_stop(drawn: Outline) -> None:
    svg = picture(drawn)
    for word in ("<style", " style=", "<script", "href=", "onload="):
        assert word not in svg
    assert set(re.findall(r"https?://[^\"]+", svg)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("width", [320, 390, 639, 640, 1120, 2400])
def test_nothing_stands_outside_the_sheet_at_any_width(drawn: Outline, width: int) -> None:
    svg = picture(drawn, width=width)
    root = ElementTree.fromstring(svg)  # noqa: S314
    height = float(root.get("height"))
    for element in root.iter():
        if element.get("text-anchor") or element.tag == f"{SVG}rect":
            x, y = float(element.get("x") or 0), float(element.get("y") or 0)
            if element.tag == f"{SVG}rect":
                assert x + float(element.get("width")) <= width
                assert y + float(element.get("height")) <= height


def test_provinces_are_drawn_from_their_communes(small_set: gpd.GeoDataFrame) -> None:
    drawn = outline(small_set, level="province")
    assert drawn.names == ("Tỉnh Tây", "Thành phố Đông")
    # The province of the archipelago is in both frames.
    assert [sorted(panel.paths) for panel in drawn.panels] == [[0, 1], [1]]


def test_a_part_of_the_country_can_be_drawn_alone(small_set: gpd.GeoDataFrame) -> None:
    west = small_set[small_set["code"].str.startswith("01")]
    drawn = outline(west, level="commune")
    assert [panel.name for panel in drawn.panels] == [""]
    assert len(drawn.panels[0].paths) == len(drawn.names)
    assert drawn.panels[0].width <= 1401


def test_a_level_without_units_is_refused(small_set: gpd.GeoDataFrame) -> None:
    with pytest.raises(Refused, match="Không có đơn vị hành chính"):
        outline(small_set, level="district")


def test_the_same_input_gives_the_same_picture(drawn: Outline, small_set: gpd.GeoDataFrame) -> None:
    assert picture(outline(small_set, level="commune")) == picture(drawn)


@pytest.mark.real_data
def test_the_national_map_of_communes_is_compact(real_data: Path) -> None:
    communes = gpd.read_parquet(real_data / "communes_2025.parquet").sort_values("code")
    communes = communes.assign(level="commune", unit_key=np.arange(len(communes)) + 1)
    communes["key_to"] = communes["unit_key"]
    drawn = outline(communes, level="commune")
    svg = draw(
        drawn,
        values=[row % 5 for row in range(len(communes))],
        statuses="." * len(communes),
        legend=CLASS,
        caption=CAPTION,
    )
    assert sum(len(panel.paths) for panel in drawn.panels) == 3321
    assert len(svg.encode()) < 400_000
    assert [panel.name for panel in drawn.panels][1:] == [
        "map_inset_hoang_sa",
        "map_inset_truong_sa",
    ]
