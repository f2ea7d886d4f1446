"""What people do with the map, in a real browser against the real service."""

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOCAL, LOGIN, PASSWORD, Visit

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DRUG_FREE = (0x1B, 0x7F, 0x79)
NOT_KEY_AREA = (0xBC, 0xD9, 0xCF)
SMALLEST_TARGET_PX = 44
PHONE_WIDTH = 390


def pixels(png: bytes) -> Iterator[tuple[int, int, int]]:
    """Give every pixel of a screenshot; enough of PNG for what Chromium writes."""
    place, body, width, channels = 8, b"", 0, 0
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, channels = struct.unpack(">I", content[:4])[0], {2: 3, 6: 4}[content[9]]
        elif kind == b"IDAT":
            body += content
        place += length + 12
    raw, stride = zlib.decompress(body), width * channels
    above = bytearray(stride)
    for start in range(0, len(raw), stride + 1):
        line = bytearray(raw[start + 1 : start + 1 + stride])
        unfilter(raw[start], line, above, channels)
        yield from zip(line[::channels], line[1::channels], line[2::channels], strict=False)
        above = line


def unfilter(how: int, line: bytearray, above: bytearray, back: int) -> None:
    """Undo the filter of one line of a PNG in place."""
    for at in range(len(line)):
        left = line[at - back] if at >= back else 0
        corner = above[at - back] if at >= back else 0
        if how == 1:
            line[at] = (line[at] + left) & 255
        elif how == 2:
            line[at] = (line[at] + above[at]) & 255
        elif how == 3:
            line[at] = (line[at] + (left + above[at]) // 2) & 255
        elif how == 4:
            nearest = min(
                (left, above[at], corner), key=lambda one: abs(left + above[at] - corner - one)
            )
            line[at] = (line[at] + nearest) & 255


def share_of(color: tuple[int, int, int], png: bytes) -> float:
    """Give the share of the pixels that have a colour, within 3 of 255 per channel."""
    hits = total = 0
    for pixel in pixels(png):
        total += 1
        hits += all(abs(one - other) <= 3 for one, other in zip(pixel, color, strict=True))
    return hits / total


def picture(page: Page) -> bytes:
    """Photograph the middle of the map, clear of every panel."""
    return page.screenshot(clip={"x": 620, "y": 200, "width": 400, "height": 400})


def test_logging_in_leads_to_the_choropleth(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.site}/#layer=class")
    expect(page).to_have_url(re.compile(r"/login#layer=class$"))
    page.get_by_label("Tên đăng nhập").fill(LOGIN)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.locator(".headline b")).to_have_text(re.compile(r"^\d"))
    expect(page.locator("#band")).to_contain_text("DỮ LIỆU MÔ PHỎNG")
    expect(page.locator("#band")).to_contain_text("không có giá trị pháp lý")
    visit.rest()
    assert visit.tiles()
    drawn = picture(page)
    assert share_of(DRUG_FREE, drawn) > 0.02
    assert share_of(NOT_KEY_AREA, drawn) > 0.02


def test_wrong_password_is_said_in_words(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.site}/login")
    page.get_by_label("Tên đăng nhập").fill(LOGIN)
    page.get_by_label("Mật khẩu").fill("sai")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    visit.errors.clear()  # Chromium writes the 401 into the console


def test_stepping_through_time_changes_colours_and_asks_for_no_tile(visit: Visit) -> None:
    page = visit.open("/#layer=active&period=M2026-09&level=commune")
    visit.rest()
    before, tiles = picture(page), len(visit.tiles())
    for expected in ("08/2026", "07/2026", "06/2026"):
        page.keyboard.press("ArrowLeft")
        expect(page.locator(".when b")).to_contain_text(expected)
    visit.rest()
    assert len(visit.tiles()) == tiles
    assert picture(page) != before
    assert "period=M2026-06" in page.url


def test_crossing_the_reform_day_takes_the_other_boundaries_and_says_so(visit: Visit) -> None:
    page = visit.open("/#layer=active&period=M2025-07")
    visit.rest()
    sets = {path.split("/")[2] for path in visit.tiles()}
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#notice")).to_contain_text("Đã chuyển bộ địa giới")
    visit.rest()
    assert len({path.split("/")[2] for path in visit.tiles()} - sets) == 1
    expect(page.get_by_role("button", name="Huyện", exact=True)).to_be_visible()


def test_classes_on_other_boundaries_are_not_passed_off_as_the_result(visit: Visit) -> None:
    page = visit.open("/#layer=drug_free_share&period=M2026-09")
    warning = page.locator(".headline .warning")
    expect(warning).to_have_count(0)
    page.get_by_label("Bộ địa giới").select_option(index=1)
    expect(warning).to_contain_text("không phải địa giới của kỳ này")
    page.get_by_role("button", name="Điểm, tụ điểm đang có").click()
    expect(page.locator(".card.open h2")).to_have_text("Điểm, tụ điểm đang có")
    expect(warning).to_have_count(0)


def test_former_name_finds_the_commune_of_today(visit: Visit) -> None:
    page = visit.open("/#layer=class")
    page.keyboard.press("/")
    page.keyboard.type("hai tan")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("Phường Tân Hưng (trước là P. Hải Tân)")
    expect(first).to_contain_text("Hải Phòng")
    page.keyboard.press("Enter")
    drawer = page.locator("#drawer")
    expect(drawer.get_by_role("heading", level=2)).to_have_text("Phường Tân Hưng")
    expect(drawer.locator(".relatives")).to_contain_text("Hải Tân")
    expect(drawer.locator(".stamp")).to_contain_text("Số liệu tính đến ngày")
    expect(drawer.locator(".stamp")).to_contain_text("mô phỏng")
    address = page.url
    assert "unit=" in address
    page.reload()
    expect(drawer.get_by_role("heading", level=2)).to_have_text("Phường Tân Hưng")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.go_back()
    expect(drawer.get_by_role("heading", level=2)).to_have_text("Phường Tân Hưng")


def test_a_province_tells_the_provinces_it_was_made_of(visit: Visit) -> None:
    page = visit.open("/#layer=drug_free_share")
    page.keyboard.press("t")
    page.locator(".units tbody").get_by_role("button", name="Thành phố Hải Phòng").click()
    drawer = page.locator("#drawer")
    expect(drawer.locator(".stamp")).to_contain_text("Số liệu tính đến ngày")
    former = drawer.locator(".relatives").get_by_role("button", name="Tỉnh Hải Dương")
    former.click()
    expect(drawer.get_by_role("heading", level=2)).to_have_text("Tỉnh Hải Dương")
    expect(drawer.locator(".relatives").last).to_contain_text("Hải Phòng")


def test_what_lies_outside_the_account_is_not_told_as_not_assessed(visit: Visit) -> None:
    page = visit.open("/#layer=active", login=LOCAL)
    page.get_by_role("button", name="Theo ô lục giác").click()
    expect(page.locator(".legend-title")).to_contain_text("theo ô lục giác")
    expect(page.locator(".legend")).to_contain_text("ngoài phạm vi được xem")
    page.keyboard.press("/")
    page.keyboard.type("nam sach")
    page.keyboard.press("Enter")
    drawer = page.locator("#drawer")
    expect(drawer.get_by_role("heading", level=2)).to_have_text("Xã Nam Sách")
    expect(drawer).to_contain_text("ngoài phạm vi tài khoản được xem")
    expect(drawer).not_to_contain_text("Chưa đánh giá")
    expect(drawer.locator(".spark-row")).to_have_count(0)


def test_drawer_follows_the_period(visit: Visit) -> None:
    page = visit.open("/#layer=class&period=M2025-12")
    page.keyboard.press("/")
    page.keyboard.type("hai tan")
    page.keyboard.press("Enter")
    drawer = page.locator("#drawer")
    expect(drawer).to_contain_text("Loại đến hết ngày 31/12/2025")
    expect(drawer.locator(".figures").first).to_contain_text("Tháng 12/2025")
    expect(drawer.locator(".figures").first).not_to_contain_text("2026")
    page.keyboard.press("ArrowLeft")
    expect(drawer).to_contain_text("Loại đến hết ngày 30/11/2025")


def test_an_account_of_one_commune_starts_at_home(visit: Visit) -> None:
    page = visit.open("/#layer=active", login=LOCAL)
    visit.rest()
    zoom = re.search(r"view=([\d.]+)/([\d.]+)/([\d.]+)", page.url)
    assert zoom
    assert float(zoom[1]) > 10
    assert page.get_by_role("button", name="Xem cả địa bàn được giao").is_visible()


def test_language_changes_without_a_reload(visit: Visit) -> None:
    page = visit.open("/#layer=class")
    page.evaluate("() => { window.kept = true; }")
    page.get_by_role("button", name="Switch to English").click()
    expect(page.locator("#bar h1")).to_have_text("Map of drug-free communes")
    expect(page.locator(".card.open h2")).to_have_text("Class of communes")
    expect(page.locator(".when b")).to_contain_text("Month")
    assert page.evaluate("() => window.kept")


def test_table_of_the_layer_is_one_key_away_and_leaves_as_csv(visit: Visit) -> None:
    page = visit.open("/#layer=active&level=commune&period=M2026-09")
    page.keyboard.press("t")
    table = page.locator("#table")
    expect(table.get_by_role("heading", level=2)).to_contain_text("Tháng 09/2026")
    table.get_by_role("button", name="Giá trị").click()
    expect(table.locator("th[aria-sort=descending]")).to_contain_text("Giá trị")
    table.get_by_role("searchbox").fill("tan hung")
    expect(table.get_by_role("rowheader").first).to_contain_text("Tân Hưng")
    with page.expect_download() as waiting:
        table.get_by_role("button", name="Tải CSV").click()
    path = waiting.value.path()
    assert isinstance(path, Path)
    text = path.read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")
    assert "Dữ liệu mô phỏng" in text
    assert "Số liệu tính đến ngày" in text
    assert '"Phường Tân Hưng";"Thành phố Hải Phòng"' in text
    # The code as a spreadsheet keeps it, with its zeros.
    assert '"=""10537' in text
    page.keyboard.press("Escape")


def test_ended_session_leads_to_the_log_in_and_back_to_the_same_address(visit: Visit) -> None:
    page = visit.open("/#layer=new&period=M2026-05")
    # What is fetched ahead would meet the end of the session first.
    visit.rest()
    page.context.clear_cookies()
    page.get_by_role("button", name="Điểm, tụ điểm tái hình thành").click()
    expect(page).to_have_url(re.compile(r"/login#.*layer=reformed"))
    page.get_by_label("Tên đăng nhập").fill(LOGIN)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_label("Mật khẩu").press("Enter")
    expect(page.locator(".card.open h2")).to_have_text("Điểm, tụ điểm tái hình thành")
    assert "period=M2026-05" in page.url
    visit.errors.clear()  # Chromium writes the 401 into the console


def test_hexagons_replace_units(visit: Visit) -> None:
    page = visit.open("/#layer=active&period=M2026-09")
    page.get_by_role("button", name="Theo ô lục giác").click()
    expect(page.locator(".legend-title")).to_contain_text("ô lục giác")
    for said in ("không có điểm trong ô", "xã chưa có số liệu", "xã báo cáo chưa đủ"):
        expect(page.locator(".legend")).to_contain_text(said)
    visit.rest()
    assert page.locator("canvas.maplibregl-canvas").get_attribute("tabindex") == "-1"
    assert any(path.startswith("/cells/active/") for path in visit.asked)


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_phone_has_one_sheet_and_targets_for_thumbs(visit: Visit) -> None:
    page = visit.open("/#layer=class")
    for tab in ("Lớp", "Đơn vị", "Thời gian"):
        page.get_by_role("button", name=tab, exact=True).click()
        small = page.evaluate(
            """() => [...document.querySelectorAll("button:not(.link):not(.sheet-handle), select")]
              .filter((one) => one.offsetParent && one.checkVisibility())
              .filter((one) => Math.min(one.offsetHeight, Math.max(one.offsetWidth, 44)) < 44)
              .map((one) => `${one.id || one.className || one.textContent} ${one.offsetHeight}`)"""
        )
        assert small == [], f"under {SMALLEST_TARGET_PX} px in {tab}"
    assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE_WIDTH
    page.get_by_role("button", name="Bảng số liệu").click()
    row = page.locator("#table tbody tr:not(.spacer)").first
    expect(row).to_be_visible()
    assert row.bounding_box()["height"] >= SMALLEST_TARGET_PX
    scroller = page.locator(".table-scroll")
    assert scroller.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    page.get_by_role("button", name="Đóng bảng").click()
    page.get_by_role("button", name="Lớp", exact=True).click()
    expect(page.locator("#panel")).to_be_visible()
    expect(page.locator("#timeline")).to_be_hidden()
    page.locator("#search input").fill("hải tân")
    page.get_by_role("option").first.tap()
    expect(page.locator("#drawer h2")).to_have_text("Phường Tân Hưng")


@pytest.mark.parametrize("visit", [{"webgl": False}], indirect=True)
def test_without_webgl_the_server_draws_and_the_table_stands_beside(visit: Visit) -> None:
    page = visit.open("/#layer=class")
    image = page.locator("#plain img")
    expect(image).to_have_attribute("src", re.compile(r"^/map\.svg\?layer=class&.*level=commune"))
    expect(page.locator("#table .units tbody tr th").first).to_be_visible()
    scroller = page.locator("#table .table-scroll")
    assert scroller.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    page.wait_for_function("() => document.querySelector('#plain img').naturalWidth > 0")
    page.get_by_role("button", name="Điểm, tụ điểm đang có").click()
    expect(image).to_have_attribute("src", re.compile(r"layer=active"))
    page.keyboard.press("ArrowLeft")
    expect(image).to_have_attribute("src", re.compile(r"period=M2026-09"))
    assert visit.tiles() == []
