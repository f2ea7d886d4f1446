import re
from pathlib import Path

import geopandas as gpd
import pytest
from playwright.sync_api import Browser, Page, Route

from geo.errors import Refused, Unavailable
from layers.catalog import find_layer
from layers.folium_map import VENDOR, page
from layers.legend import as_json
from layers.paint import Caption

CLASS = as_json(find_layer("class"), maxima={})
CAPTION = Caption(
    "Phân loại <địa bàn>",
    "Tháng 7/2026",
    ("Ghi chú",),
    simulated=True,
    illustrative=True,
    warning="Không phải <kết quả>.",
)
COUNT = 81


def made(small_set: gpd.GeoDataFrame, *, vendor: Path = VENDOR) -> str:
    return page(
        small_set,
        level="commune",
        values=[0] * 40 + [None] * 20 + [4] * 20 + [None],
        statuses="." * 40 + "a" * 20 + "e" * 20 + "x",
        legend=CLASS,
        caption=CAPTION,
        vendor=vendor,
    )


@pytest.fixture(scope="module")
def html(small_set: gpd.GeoDataFrame) -> str:
    return made(small_set)


def test_nothing_is_loaded_from_anywhere(html: str) -> None:
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)\s*=", html)
    assert "url(" not in re.sub(r"url\(#", "", "".join(re.findall(r"<style>.*?</style>", html)))
    for name in ("jquery", "bootstrap", "fontawesome", "awesome-markers"):
        assert name not in html.lower()
    # Leaflet names pages in its comments; the rest of the page names none.
    ours = re.sub(r"<script>.*?</script>", "", html, count=1, flags=re.DOTALL)
    assert "http://" not in ours
    assert "https://" not in ours


def test_the_same_input_gives_the_same_page(small_set: gpd.GeoDataFrame, html: str) -> None:
    assert made(small_set) == html


def test_words_of_the_data_cannot_become_markup(html: str) -> None:
    assert "<địa bàn>" not in html
    assert "Phân loại &lt;địa bàn&gt;" in html
    assert "<&>" not in html


def test_marks_notes_and_language_are_there(html: str) -> None:
    assert '<html lang="vi">' in html
    assert "DỮ LIỆU MÔ PHỎNG · SIMULATED DATA" in html
    assert "minh họa, không có giá trị pháp lý" in html
    assert '<p class="bando-warning">Không phải &lt;kết quả&gt;.</p>' in html


def test_a_missing_library_is_said_with_what_to_do(
    small_set: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    with pytest.raises(Unavailable, match=r"\./run --setup-only"):
        made(small_set, vendor=tmp_path)


def test_a_level_without_units_is_refused(small_set: gpd.GeoDataFrame) -> None:
    with pytest.raises(Refused):
        page(
            small_set,
            level="district",
            values=[],
            statuses="",
            legend=CLASS,
            caption=CAPTION,
        )


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_the_file_opens_from_disk_without_any_request(
    chromium: Browser, html: str, tmp_path: Path, size: tuple[int, int]
) -> None:
    file = tmp_path / "bản đồ.html"
    file.write_text(html, encoding="utf-8")
    asked: list[str] = []
    complaints: list[str] = []

    def watch(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_() if route.request.url.startswith("file:") else route.abort()

    view = chromium.new_page(viewport={"width": size[0], "height": size[1]})
    view.on("console", lambda message: complaints.append(message.text))
    view.on("pageerror", lambda error: complaints.append(str(error)))
    view.route("**/*", watch)
    view.goto(file.as_uri())
    assert len(asked) == 1
    assert complaints == []
    check_drawn(view)
    view.close()


def check_drawn(view: Page) -> None:
    units = view.locator("path.bando-unit")
    assert units.count() == COUNT
    fills = {unit.get_attribute("fill") for unit in units.all()}
    assert {"#1b7f79", "#dedfdd"} <= fills
    for fill in fills:
        if fill.startswith("url("):
            assert view.locator(fill[4:-1]).count() == 1
    assert view.locator(".bando-legend").is_visible()
    assert view.get_by_text("minh họa, không có giá trị pháp lý").is_visible()
    for name in ("Biển Đông", "Quần đảo Hoàng Sa"):
        assert view.get_by_text(name).count() == 1
    box = units.first.bounding_box()
    view.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tip = view.locator(".foliumtooltip")
    tip.wait_for()
    assert "Xã 01-0 <&>" in tip.inner_text()
    assert "Không có ma túy" in tip.inner_text()
