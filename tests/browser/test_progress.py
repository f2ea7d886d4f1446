"""The page of progress: the answer first, filters, the area, the address; on a desk and a phone."""

import re

import pytest

from tests.browser.conftest import LOCAL, LOGIN, NO_WEBGL, PROVINCE, Visit

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
BETWEEN = "from=Y2024&to=H2026-1"
READY = "#moves .plain-table tbody tr"


def open_progress(visit: Visit, more: str = "", *, login: str = LOGIN, ready: str = READY) -> None:
    visit.log_in(login)
    visit.page.goto(f"{visit.site}/transitions#{BETWEEN}{more}")
    visit.page.locator(ready).first.wait_for()


@pytest.mark.browser
def test_the_answer_stands_first_and_agrees_with_the_table_and_the_flows(visit: Visit) -> None:
    open_progress(visit)
    page = visit.page
    told = page.request.get(f"{visit.site}/progress?{BETWEEN}").json()
    totals = told["totals"]
    heading = page.locator("#answer h2").inner_text()
    found = [int(number.replace(".", "")) for number in re.findall(r"[\d.]+(?= xã)", heading)]
    assert found == [totals["up"], totals["down"], totals["first"]]
    page.locator("#moves .segments button", has_text="Tất cả").click()
    assert f"({totals['communes']})" in page.locator("#moves [aria-pressed=true]").inner_text()
    page.locator("#flows canvas").first.wait_for()
    page.locator("#flows summary").click()
    cells = page.locator("#flows tbody td").all_inner_texts()
    assert sum(int(cell.replace(".", "")) for cell in cells) == totals["communes"]
    assert page.locator("#where canvas.maplibregl-canvas").count() == 1
    assert visit.errors == []


@pytest.mark.browser
def test_a_filter_and_an_area_stay_in_the_address(visit: Visit) -> None:
    open_progress(visit)
    page = visit.page
    page.locator("#moves .segments button", has_text="Lần đầu").click()
    assert "show=first" in page.url
    page.locator("select[name=area]").select_option(f"province:{PROVINCE}")
    page.locator("#evidence tbody tr").first.wait_for()
    assert f"area=province:{PROVINCE}" in page.url
    assert "MP-" in page.locator("#evidence tbody").inner_text()
    page.go_back()
    page.wait_for_function("!location.hash.includes('area')")
    page.locator(READY).first.wait_for()


@pytest.mark.browser
def test_a_province_tells_what_each_commune_lacks_for_its_next_class(visit: Visit) -> None:
    open_progress(visit, f"&area=province:{PROVINCE}")
    page = visit.page
    rows = page.locator("#lacks tbody tr")
    rows.first.wait_for()
    path = f"/progress/lacks?{BETWEEN}&area=province:{PROVINCE}"
    units = page.request.get(f"{visit.site}{path}").json()["told"]["units"]
    assert rows.count() == len(units)
    assert units[0]["name"] in rows.first.inner_text()
    page.locator("#lacks .segments button", has_text="Thiếu ít").click()
    fewest = min(units, key=lambda one: (len(one["lacks"]), one["unit"]))
    assert fewest["name"] in rows.first.inner_text()


@pytest.mark.browser
def test_charts_and_map_go_to_paper_as_pictures(visit: Visit) -> None:
    open_progress(visit)
    page = visit.page
    page.locator("#over-time canvas").first.wait_for()
    page.locator(".move-map .map[aria-label]").wait_for()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#over-time .chart-still").count() == 1
    assert page.locator(".move-map .still").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".chart-still").count() == 0
    assert page.locator(".move-map .still").is_hidden()


@pytest.mark.browser
def test_times_are_drawn_with_their_numbers_at_risk_behind(visit: Visit) -> None:
    open_progress(visit)
    page = visit.page
    page.locator("#times figure.chart canvas").first.wait_for(timeout=60_000)
    page.locator("#times summary").first.click()
    heads = page.locator("#times figure.chart").first.locator("thead th").all_inner_texts()
    assert "Còn theo dõi" in heads
    assert page.locator("#times figure.chart").first.locator("tbody tr").count() > 3


@pytest.mark.browser
def test_one_commune_sees_itself_and_no_curve_of_few(visit: Visit) -> None:
    open_progress(visit, "&show=all", login=LOCAL)
    page = visit.page
    assert page.locator(READY).count() == 1
    page.locator("#times .few").first.wait_for(timeout=60_000)
    assert "quá ít" in page.locator("#times").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_a_phone_shows_all_of_it_in_one_column(visit: Visit) -> None:
    open_progress(visit, "&lang=en")
    page = visit.page
    assert "communes moved up" in page.locator("#answer h2").inner_text()
    page.locator("#flows canvas").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.browser
def test_without_a_map_the_table_tells_it(visit: Visit) -> None:
    visit.page.add_init_script(NO_WEBGL)
    open_progress(visit)
    assert "không vẽ được bản đồ" in visit.page.locator(".move-key").inner_text()
    assert visit.page.locator(".move-map").is_hidden()


@pytest.mark.browser
def test_who_has_no_session_comes_back_after_the_log_in(visit: Visit) -> None:
    visit.page.goto(f"{visit.site}/transitions#{BETWEEN}&area=province:{PROVINCE}")
    visit.page.wait_for_url(re.compile(r"/login#page=transitions"))
    assert f"area=province:{PROVINCE}" in visit.page.url
