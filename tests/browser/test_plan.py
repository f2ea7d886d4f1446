"""The page of plans in a real browser: answer first, charts under the content policy, the road."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOCAL, LOGIN, Visit

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PHONE_WIDTH = 390
SMALLEST_TARGET_PX = 44


def open_plan(visit: Visit, more: str = "", *, login: str = LOGIN) -> Page:
    visit.log_in(login)
    visit.page.goto(f"{visit.site}/plan{more}")
    visit.page.locator(".unit-foot, .plan-told").first.wait_for()
    return visit.page


def test_the_list_says_how_each_plan_stands_and_leads_to_it(visit: Visit) -> None:
    page = open_plan(visit)
    # The service is new: the first answer loads its libraries.
    expect(page.locator(".plan-told").last).to_contain_text("chỉ tiêu đạt", timeout=30_000)
    page.get_by_role("link", name="Kế hoạch xây dựng phường Tân Hưng").click()
    expect(page.locator(".plan-answer")).to_contain_text("/7 chỉ tiêu đạt")
    expect(page.locator("#band")).to_contain_text("DỮ LIỆU MÔ PHỎNG")
    page.locator("[aria-labelledby=scope-title] a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phường Tân Hưng")


def test_a_target_has_its_chart_with_a_sentence_and_its_table_behind(visit: Visit) -> None:
    page = open_plan(visit, "#plan=s2")
    target = page.locator("[data-target=drug_free]")
    if target.get_attribute("open") is None:
        target.locator("> summary").click()
    chart = target.locator("figure.chart")
    chart.locator("canvas").first.wait_for()
    sentence = chart.get_by_role("img").get_attribute("aria-label") or ""
    assert "phải đạt = 100%" in sentence
    chart.locator("summary").click()
    assert chart.locator("tbody tr").count() > 1
    page.get_by_role("button", name="EN").click()
    expect(chart.locator("summary")).to_have_text("The figures of this chart")


def test_N11_provinces_stand_by_name_or_by_their_own_number(visit: Visit) -> None:
    page = open_plan(visit, "#plan=national")
    page.locator("[data-target=province_share] > summary").click()
    choices = page.locator("[data-target=province_share] .segments button").all_inner_texts()
    assert choices == ["Theo tên", "Theo mức đạt mốc của chính mình"]
    page.get_by_role("button", name="Theo mức đạt mốc của chính mình").click()
    assert "order=own" in page.url
    page.locator("[data-target=province_share] canvas").first.wait_for()


def test_X6_who_sees_one_commune_is_told_why_there_is_no_figure(visit: Visit) -> None:
    page = open_plan(visit, "#plan=national", login=LOCAL)
    page.locator("[data-target=share] > summary").click()
    expect(page.locator("[data-target=share]")).to_contain_text("không xem được toàn bộ địa bàn")
    assert page.locator("[data-target=share] canvas").count() == 0


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_a_phone_shows_the_plan_without_scrolling_sideways(visit: Visit) -> None:
    page = open_plan(visit, "#plan=national")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE_WIDTH
    for summary in page.locator(".target > summary").all():
        box = summary.bounding_box()
        assert box is not None
        assert box["height"] >= SMALLEST_TARGET_PX


def test_paper_has_every_target_and_charts_with_their_patterns(visit: Visit) -> None:
    page = open_plan(visit, "#plan=s2")
    page.locator("figure.chart canvas").first.wait_for()
    page.emulate_media(media="print")
    assert page.locator(".target > summary").first.is_visible()
    assert page.locator(".target > summary").count() == page.locator(".target").count()
    assert page.locator(".day-choice").is_hidden()
    assert len(page.pdf(prefer_css_page_size=True)) > 0
