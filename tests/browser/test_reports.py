"""What an officer sees of reports in the browser, and how one is approved and returned."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import IMPORTER, LOCAL, LOGIN, Visit

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WAITING = "/reports#period=M2026-10&state=waiting"


def test_the_answer_comes_first_and_then_the_list(visit: Visit) -> None:
    visit.log_in(LOGIN)
    # Without a day it is that of the last computation, which other tests may have asked for.
    visit.page.goto(f"{visit.site}/reports#as_of=2026-10-31")
    head = visit.page.locator("#head h2")
    expect(head).to_have_text(re.compile(r"^\d+ xã chưa báo cáo \(hạn 14/10/2026\)$"))
    count = int(re.match(r"\d+", head.inner_text()).group())
    visit.page.get_by_role("button", name=re.compile("^Chưa nộp")).click()
    rows = visit.page.locator("#list tbody tr")
    expect(rows).to_have_count(count)
    expect(rows.first).to_contain_text("Chưa nộp, quá hạn 17 ngày")
    assert "state=missing" in visit.page.url
    visit.page.get_by_role("searchbox").fill("khong co xa nao")
    expect(rows).to_have_count(0)
    visit.page.get_by_role("button", name="EN").click()
    expect(head).to_have_text(re.compile(r"communes have not reported"))


def test_a_report_is_approved_and_another_returned(visit: Visit) -> None:
    visit.log_in(LOGIN)
    page = visit.page
    page.goto(f"{visit.site}{WAITING}")
    units = page.locator("#list tbody tr", has_text="chờ Công an tỉnh")
    expect(units.first).to_be_visible()
    waiting = units.count()
    assert waiting > 2
    units.first.get_by_role("button").click()
    report = page.get_by_role("dialog")
    expect(report).to_contain_text("đang chờ duyệt")
    report.get_by_role("button", name="Duyệt báo cáo").click()
    expect(report).to_contain_text("Công an tỉnh đã duyệt")
    expect(report).to_contain_text("Lãnh đạo, chỉ huy, Công an tỉnh")
    page.keyboard.press("Escape")
    expect(units).to_have_count(waiting - 1)
    units.first.get_by_role("button").click()
    report.get_by_role("button", name="Trả lại").click()
    expect(report.get_by_role("alert")).to_have_text("Chọn một lý do trước.")
    report.get_by_label("Lý do").first.select_option("thieu_so_lieu")
    report.get_by_role("button", name="Trả lại").click()
    expect(report).to_contain_text("Bị trả lại")
    expect(report).to_contain_text("Trả lại: thiếu số liệu")


def test_X2_a_planner_is_offered_no_commune_s_approval(visit: Visit) -> None:
    visit.log_in(IMPORTER)
    visit.page.goto(f"{visit.site}{WAITING}")
    visit.page.locator("#list tbody tr", has_text="chờ Công an xã").first.get_by_role(
        "button"
    ).click()
    report = visit.page.get_by_role("dialog")
    expect(report.locator("h2")).to_be_visible()
    expect(report.get_by_role("button", name="Duyệt báo cáo")).to_have_count(0)


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_on_a_phone_nothing_is_wider_than_the_screen(visit: Visit) -> None:
    for login in (LOGIN, LOCAL):
        visit.log_in(login)
        visit.page.goto(f"{visit.site}/reports")
        expect(visit.page.locator("#head h2")).to_be_visible()
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 390
        visit.page.locator("#list tbody button").first.click()
        expect(visit.page.get_by_role("dialog").locator("h2")).to_be_visible()
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_map_leads_to_the_reports(visit: Visit) -> None:
    page = visit.open()
    page.locator("#menu summary").click()
    page.locator("#menu a[href='/reports']").click()
    expect(page.locator("#head h2")).to_be_visible()
    page.locator("#back").click()
    expect(page.locator("#map")).to_be_visible()
