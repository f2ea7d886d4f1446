"""Which borders one sees, and the map as it was known on a day, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_A3_the_choice_and_the_figures_say_which_borders_they_are_on(visit: Visit) -> None:
    page = visit.open("/#layer=active&period=M2026-09")
    choice = page.get_by_label("Bộ địa giới")
    expect(choice.locator("option:checked")).to_contain_text("theo kỳ báo cáo")
    expect(page.locator(".borders.line")).to_contain_text("của chính kỳ này")
    choice.select_option(index=1)
    expect(choice.locator("option:checked")).to_have_text(re.compile(r"Cố định: .+ \(.+ xã\)"))
    expect(page.locator(".borders.line")).to_contain_text("không phải của kỳ này")
    expect(page.locator(".borders.note")).to_contain_text("đúng trên mọi địa giới")


def test_A5_carried_and_estimated_figures_have_rows_patterns_and_words(visit: Visit) -> None:
    page = visit.open("/#layer=i01&period=Y2024&level=commune")
    expect(page.locator(".legend")).not_to_contain_text("Cộng dồn")
    page.get_by_label("Bộ địa giới").select_option(index=page.locator("#sets option").count() - 1)
    legend = page.locator(".legend")
    expect(legend).to_contain_text(re.compile("cộng dồn", re.IGNORECASE))
    expect(legend.locator(".pattern-carried")).to_be_visible()
    expect(page.locator(".borders.note")).to_contain_text("đơn vị bị chia thì số là ước tính")
    page.keyboard.press("t")
    table = page.locator("#table")
    expect(table.locator("header")).to_contain_text("không phải của kỳ này")
    expect(table.locator("tbody")).to_contain_text("cộng dồn")
    with page.expect_download() as waiting:
        table.get_by_role("button", name="Tải CSV").click()
    path = waiting.value.path()
    assert isinstance(path, Path)
    text = path.read_bytes().decode("utf-8")
    assert "không phải của kỳ này" in text
    assert "(cộng dồn)" in text


def test_H1_the_map_as_known_on_a_day_is_asked_for_said_and_left_by_escape(visit: Visit) -> None:
    page = visit.open("/#layer=active&period=M2026-06")
    now = page.locator(".headline b").text_content()
    page.get_by_role("button", name="Bản đồ như đã biết một ngày").click()
    with page.expect_request(re.compile(r"/values/.*known=2026-05-31")):
        page.get_by_label("Số liệu như đã biết ngày").fill("2026-05-31")
    band = page.locator("#known-band")
    expect(band).to_contain_text("Bản đồ như đã biết ngày 31/05/2026")
    assert "known=2026-05-31" in page.url
    expect(page.locator(".headline b")).not_to_have_text(now or "")
    page.reload()
    expect(band).to_be_visible()
    page.locator("#map").focus()
    page.keyboard.press("Escape")
    expect(band).to_be_hidden()
    assert "known" not in page.url
    expect(page.locator(".headline b")).to_have_text(now or "")
    page.go_back()
    expect(band).to_be_visible()
    band.get_by_role("button", name="Về hiện tại").click()
    expect(band).to_be_hidden()


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_the_band_of_knowledge_leaves_a_phone_its_map(visit: Visit) -> None:
    page = visit.open("/#layer=active&known=2026-05-31")
    band = page.locator("#known-band")
    expect(band).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    corner = page.locator("#corner").bounding_box()
    box = band.bounding_box()
    assert corner
    assert box
    assert corner["y"] >= box["y"] + box["height"] - 1
