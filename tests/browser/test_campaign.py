"""The page of a campaign: two maps of one scale on a desk, one of them at a time on a phone."""

import re

import pytest

from tests.browser.conftest import LOCAL, LOGIN, Visit

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
READY = "#sums table tbody tr"


def open_campaign(visit: Visit, ref: str, more: str = "") -> None:
    visit.log_in(LOGIN)
    listed = visit.page.request.get(f"{visit.site}/campaigns").json()["campaigns"]
    (one,) = [found for found in listed if found["ref"] == ref]
    visit.page.goto(f"{visit.site}/campaign#unit={one['unit_key']}&ref={ref}{more}")
    visit.page.locator(READY).first.wait_for()


@pytest.mark.browser
def test_a_campaign_stands_before_and_after_on_two_maps_that_move_together(visit: Visit) -> None:
    open_campaign(visit, "THD-2026")
    page = visit.page
    assert page.locator("#maps .map canvas.maplibregl-canvas").count() == 2
    captions = page.locator("#maps figcaption").all_inner_texts()
    assert "02/05/2026–31/05/2026" in captions[0]
    assert "01/07/2026–30/07/2026" in captions[1]
    assert page.locator("#sums tbody tr").count() == 5
    assert page.locator("#legend li").count() > 2


@pytest.mark.browser
def test_a_choice_changes_the_windows_and_the_address(visit: Visit) -> None:
    open_campaign(visit, "THD-2026")
    page = visit.page
    page.locator("select[name=base]").select_option("year_before")
    page.locator("select[name=side]").select_option("during")
    page.locator("select[name=measure]").select_option("eliminated")
    page.wait_for_function(
        "document.querySelector('#maps figcaption').textContent.includes('2025')"
    )
    assert re.search(r"base=year_before&side=during&measure=eliminated", page.url)
    assert "01/06/2025–30/06/2025" in page.locator("#maps figcaption").first.inner_text()
    names = page.locator("#changes tbody th").all_inner_texts()
    assert len(names) == len(set(names)) > 0


@pytest.mark.browser
@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_a_phone_shows_one_map_and_a_switch(visit: Visit) -> None:
    open_campaign(visit, "THD-2026")
    page = visit.page
    assert page.locator("#maps .side:visible").count() == 1
    page.locator("#switch .segment").first.click()
    assert page.locator("#maps .side:visible").get_attribute("data-side") == "left"
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


@pytest.mark.browser
def test_who_has_no_campaign_in_the_area_is_told_so(visit: Visit) -> None:
    visit.log_in(LOCAL)
    visit.page.goto(f"{visit.site}/campaign")
    visit.page.locator("#head p").first.wait_for()
    assert "Chưa có đợt" in visit.page.locator("#head").inner_text()
