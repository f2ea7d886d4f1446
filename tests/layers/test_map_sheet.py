"""Map sheets on a small country: what stands on them, in colour and in grey, and the files made."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from layers.catalog import find_layer
from layers.legend import as_json
from layers.map_sheet import write_sheet
from layers.outline import outline
from layers.sheet_fonts import font_folder
from layers.sheet_making import Painted, SheetUnit, SheetWords, make_sheet
from layers.sheet_papers import PAPER_SIZES, PAPERS, PaperSize
from layers.sheet_parts import Sheet
from layers.sheet_svg import describe, draw_sheet
from layers.sheet_window import Window, nice_length, round_scale

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
WORDS = SheetWords(
    title="Phân loại địa bàn · Tỉnh Tây",
    subtitle="Năm báo cáo 2026",
    warning="",
    notes=(("Bộ địa giới", "Địa giới thử"), ("Số liệu tính đến ngày", "31/10/2026")),
    stamp="Lập bởi tài khoản canbo lúc 08:00; mục đích: Giao ban",
    language="vi",
    unit="",
    simulated=True,
    illustrative=True,
)


def sheet_of(
    small_set: gpd.GeoDataFrame,
    row: int,
    *,
    paper: PaperSize = "A4",
    grey: bool = False,
    words: SheetWords = WORDS,
) -> Sheet:
    """Make the sheet of a row of the small country, its communes painted class by class."""
    unit = small_set.loc[row]
    communes = small_set.loc[small_set["level"] == "commune", "unit_key"].tolist()
    values: dict[int, tuple[float | None, str]] = {
        key: (None, "a") if place % 6 == 5 else (float(place % 6), ".")
        for place, key in enumerate(communes)
    }
    return make_sheet(
        small_set,
        about=SheetUnit(unit["name"], unit["level"], int(unit["unit_key"]), int(unit["key_to"])),
        painted=Painted(values, as_json(find_layer("class"), maxima={}), "year"),
        words=words,
        country=outline(small_set, level="province"),
        paper=paper,
        grey=grey,
    )


def row_of(small_set: gpd.GeoDataFrame, level: str, place: int = 0) -> int:
    """Give the row of a unit of a level."""
    return int(small_set.index[small_set["level"] == level][place])


def test_A7_the_country_has_its_archipelago_in_an_inset_and_its_sea_named(
    small_set: gpd.GeoDataFrame,
) -> None:
    svg = draw_sheet(sheet_of(small_set, row_of(small_set, "country")))
    assert "Quần đảo Hoàng Sa" in svg
    assert "Biển Đông" in svg


def test_a_sheet_of_a_part_has_the_country_in_small_with_its_archipelago(
    small_set: gpd.GeoDataFrame,
) -> None:
    svg = draw_sheet(sheet_of(small_set, row_of(small_set, "province")))
    assert "Quần đảo Hoàng Sa" in svg
    assert "ngoài đơn vị của tờ bản đồ" in svg


def test_A7_the_sheet_of_an_archipelago_shows_it_in_the_main_frame(
    small_set: gpd.GeoDataFrame,
) -> None:
    island = small_set.index[small_set["name"] == "Đặc khu Hoàng Sa"][0]
    sheet = sheet_of(small_set, int(island))
    assert len(sheet.drawn.panels) == 1
    assert sheet.drawn.names == ("Đặc khu Hoàng Sa",)
    assert sheet.paints != [None]


def test_a_sheet_says_scale_north_borders_day_force_maker_and_that_data_are_made_up(
    small_set: gpd.GeoDataFrame,
) -> None:
    svg = draw_sheet(sheet_of(small_set, row_of(small_set, "province")))
    for words in (
        "Phân loại địa bàn · Tỉnh Tây",
        "Tỷ lệ khoảng 1:",
        " km</text>",
        ">B</text>",
        "Địa giới thử",
        "31/10/2026",
        "không có giá trị pháp lý",
        "Lập bởi tài khoản canbo",
        "DỮ LIỆU MÔ PHỎNG",
        "Chú giải",
    ):
        assert words in svg, words


def test_real_data_carry_no_band(small_set: gpd.GeoDataFrame) -> None:
    from dataclasses import replace

    real = replace(WORDS, simulated=False, illustrative=False)
    svg = draw_sheet(sheet_of(small_set, row_of(small_set, "province"), words=real))
    assert "MÔ PHỎNG" not in svg
    assert "giá trị pháp lý" not in svg


def test_only_the_units_of_the_sheet_are_painted_and_counted(small_set: gpd.GeoDataFrame) -> None:
    sheet = sheet_of(small_set, row_of(small_set, "commune", 3))
    assert sum(paint is not None for paint in sheet.paints) == 1
    assert describe(sheet).startswith("Bản đồ tô màu 1 đơn vị hành chính")
    whole = sheet_of(small_set, row_of(small_set, "country"))
    assert all(paint is not None for paint in whole.paints)


def test_a_grey_sheet_has_no_colour_and_tells_classes_by_pattern_and_letter(
    small_set: gpd.GeoDataFrame,
) -> None:
    svg = draw_sheet(sheet_of(small_set, row_of(small_set, "province"), grey=True))
    colours = set(re.findall(r"#([0-9a-f]{6})", svg))
    assert colours
    assert all(one[:2] == one[2:4] == one[4:] for one in colours)
    for letter in ("✓", "–", "III", "II", "I"):
        assert f">{letter}</text>" in svg
    fills = re.findall(r'<rect x="[\d.]+" y="[\d.]+" width="28" height="18" fill="([^"]+)"', svg)
    assert len(set(fills)) == len(fills)


def test_names_of_units_cannot_become_markup(small_set: gpd.GeoDataFrame) -> None:
    svg = draw_sheet(sheet_of(small_set, row_of(small_set, "commune", 3), paper="A0"))
    assert "<&>" not in svg
    assert "&lt;&amp;&gt;" in svg


@pytest.mark.parametrize("paper", PAPER_SIZES)
def test_a_picture_has_the_shape_of_its_paper(
    small_set: gpd.GeoDataFrame, tmp_path: Path, paper: PaperSize
) -> None:
    sheet = sheet_of(small_set, row_of(small_set, "province"), paper=paper)
    made = write_sheet(sheet, form="png", home=tmp_path, made_at=NOW)
    short, long, _ = PAPERS[paper]
    width, height = Image.open(io.BytesIO(made)).size
    assert max(width, height) / min(width, height) == pytest.approx(long / short, rel=1e-3)
    assert (width > height) == sheet.across
    assert 1600 < max(width, height) < 5000


def test_a_pdf_holds_its_letters_and_says_what_it_is(
    small_set: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    sheet = sheet_of(small_set, row_of(small_set, "country"))
    made = write_sheet(sheet, form="pdf", home=tmp_path, made_at=NOW)
    assert made.startswith(b"%PDF-")
    assert made.count(b"/FontFile") + made.count(b"/FontDescriptor") >= 1
    assert write_sheet(sheet, form="pdf", home=tmp_path, made_at=NOW) == made


def test_the_letters_hold_every_vietnamese_one_and_are_joined_once(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont

    folder = font_folder(tmp_path)
    assert folder is not None
    files = sorted(folder.glob("*.ttf"))
    assert [one.stem for one in files] == ["BeVietnamPro-Regular", "BeVietnamPro-SemiBold"]
    letters = set("aàảãáạăằẳẵắặâầẩẫấậđeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ")
    for file in files:
        known = TTFont(file).getBestCmap()
        assert {ord(one) for letter in letters for one in (letter, letter.upper())} <= set(known)
    before = [one.stat().st_mtime_ns for one in files]
    assert font_folder(tmp_path) == folder
    assert [one.stat().st_mtime_ns for one in files] == before


def test_without_the_package_the_letters_of_typst_stand_in(
    small_set: gpd.GeoDataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.sheet_fonts._PACKAGE", Path("nothing"))
    assert font_folder(tmp_path) is None
    sheet = sheet_of(small_set, row_of(small_set, "province"))
    made = write_sheet(sheet, form="pdf", home=tmp_path, made_at=NOW)
    assert b"Libertinus" in made


@given(st.floats(1.0, 5e6))
def test_a_scale_bar_is_a_round_length_that_fits(metres: float) -> None:
    length = nice_length(metres)
    assert metres / 2.5 <= length <= metres
    assert str(length).lstrip("0.")[0] in "125"


@given(st.integers(100, 10**8))
def test_a_scale_is_said_to_two_digits(denominator: int) -> None:
    said = round_scale(denominator)
    assert abs(said - denominator) <= denominator / 18
    assert set(str(said)[2:]) <= {"0"}


@given(
    st.floats(0.1, 0.4),
    st.floats(0.1, 0.4),
    st.floats(0.01, 0.3),
    st.floats(0.01, 0.3),
    st.floats(0.3, 3.0),
)
def test_a_window_shaped_as_its_frame_holds_the_land(
    west: float, north: float, width: float, height: float, ratio: float
) -> None:
    land = Window(west, north, west + width, north + height)
    shaped = land.shaped(ratio)
    assert shaped.width / shaped.height == pytest.approx(ratio)
    assert shaped.west <= land.west + 1e-12
    assert shaped.east >= land.east - 1e-12
    assert shaped.north <= land.north + 1e-12
    assert shaped.south >= land.south - 1e-12


def test_lengths_on_the_ground_shrink_with_the_latitude() -> None:
    equator = Window(0.5, 0.499, 0.501, 0.501)
    # A thousandth of the world at the equator is 40 km.
    assert equator.metres() == pytest.approx(40_075, rel=1e-3)
    north = Window(0.5, 0.44, 0.501, 0.441)
    assert 0.9 * equator.metres() < north.metres() < equator.metres()
