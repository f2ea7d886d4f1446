"""Assessments and the board of sub-communes in the browser: seen, decided, refused at the field."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import IMPORTER, LOCAL, LOGIN, Visit

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
CYCLE = "/assessment#cycle=Y2026"


def test_the_answer_comes_first_then_the_steps_and_the_list(visit: Visit) -> None:
    visit.log_in(LOGIN)
    page = visit.page
    page.goto(f"{visit.site}{CYCLE}")
    expect(page.locator("#head h2")).to_have_text(
        re.compile(r"^\d+ xã, phường đang chờ bước của bạn$")
    )
    strip = page.locator(".step-strip button")
    appraised = strip.filter(has_text="Đã thẩm định")
    count = int(appraised.locator("b").inner_text())
    appraised.click()
    expect(page.locator("#list tbody tr")).to_have_count(count)
    expect(page.locator("#list tbody tr").first).to_contain_text("chờ Chủ tịch UBND tỉnh")
    assert "state=tham_dinh" in page.url
    page.get_by_role("button", name="EN").click()
    expect(page.locator("#head h2")).to_have_text(re.compile("communes wait for a step of yours"))


def test_C1_a_commander_decides_and_what_is_wrong_is_told_at_its_field(visit: Visit) -> None:
    visit.log_in(LOGIN)
    page = visit.page
    page.goto(f"{visit.site}{CYCLE}&mine=1&order=name")
    rows = page.locator("#list tbody tr")
    expect(rows.first).to_be_visible()
    waiting = rows.count()
    rows.first.get_by_role("button").click()
    matter = page.get_by_role("dialog")
    expect(matter.locator(".results dt")).to_have_text(
        ["Loại trước đó", "Máy tính theo tiêu chí", "Xã đề xuất", "Phân loại", "Đã quyết định"]
    )
    expect(matter.locator(".steps li")).not_to_have_count(0)
    matter.get_by_role("button", name="Ghi quyết định công nhận").click()
    wrong = matter.locator('[data-field="document_no"] .wrong')
    expect(wrong).to_have_text("Quyết định phải có số, ký hiệu văn bản.")
    # The refusal itself stands in the console of the browser.
    assert all("422" in one for one in visit.errors)
    visit.errors.clear()
    matter.get_by_label("Số, ký hiệu văn bản").fill("15/QĐ-UBND")
    reason = matter.locator('[data-field="reason"] select')
    if reason.is_visible():
        reason.select_option("tai_phuc_tap")
    matter.get_by_role("button", name="Ghi quyết định công nhận").click()
    expect(matter.locator(".stand")).to_contain_text("Đã công nhận")
    expect(matter.locator(".steps li").last).to_contain_text("15/QĐ-UBND")
    page.keyboard.press("Escape")
    expect(rows).to_have_count(waiting - 1)


def test_X2_a_planner_is_offered_no_decision(visit: Visit) -> None:
    visit.log_in(IMPORTER)
    visit.page.goto(f"{visit.site}{CYCLE}&state=tham_dinh")
    visit.page.locator("#list tbody button").first.click()
    matter = visit.page.get_by_role("dialog")
    expect(matter.locator("h2")).to_be_visible()
    expect(matter.locator(".acts")).to_have_count(0)


def test_the_board_shows_one_item_on_the_map_and_all_in_the_table(visit: Visit) -> None:
    visit.log_in(LOGIN)
    page = visit.page
    page.goto(f"{visit.site}/board")
    names = page.locator("#content tbody th button")
    expect(names.first).to_be_visible()
    listed = names.all_inner_texts()
    assert len(listed) > 3
    names.first.click()
    expect(page.locator(".point-map .mark").first).to_be_visible()
    rows = page.locator(".sub-table tbody tr")
    whole = rows.count()
    button = page.get_by_role("button", name=re.compile("niêm yết"))
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert "item=niem_yet_duong_day_nong" in page.url
    only = page.get_by_role("button", name=re.compile("^Chỉ nơi chưa làm"))
    left = int(only.locator(".count").inner_text())
    only.click()
    expect(rows).to_have_count(left)
    assert left <= whole
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải CSV").click()
    assert download.value.suggested_filename.endswith(".csv")


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_on_a_phone_nothing_is_wider_than_the_screen(visit: Visit) -> None:
    for login in (LOGIN, LOCAL):
        visit.log_in(login)
        for address in ("/assessment", "/board"):
            visit.page.goto(f"{visit.site}{address}")
            expect(visit.page.locator("#head h2")).to_be_visible()
            assert visit.page.evaluate("document.documentElement.scrollWidth") == 390
        visit.page.goto(f"{visit.site}/assessment")
        visit.page.locator("#list tbody button").first.click()
        expect(visit.page.get_by_role("dialog").locator("h2")).to_be_visible()
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 390
