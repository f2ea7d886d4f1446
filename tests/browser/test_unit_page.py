"""The page of a unit, in a real browser against the real service."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOCAL, LOGIN, PASSWORD, PROVINCE, Visit

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALLEST_TARGET_PX = 44
PHONE_WIDTH = 390
PAGES_MOST = 2
TAN_HUNG = "10537"


def sets_of(visit: Visit) -> list[str]:
    """Give the sets by first day."""
    found = visit.page.request.get(f"{visit.site}/boundary-sets").json()["sets"]
    return [one["id"] for one in found]


def open_unit(
    visit: Visit,
    code: str = TAN_HUNG,
    *,
    level: str = "commune",
    more: str = "",
    login: str = LOGIN,
    place: int = -1,
) -> Page:
    """Open the page of a unit as somebody who is logged in."""
    visit.log_in(login)
    boundary_set = sets_of(visit)[place]
    visit.page.goto(f"{visit.site}/unit#set={boundary_set}&level={level}&code={code}{more}")
    visit.page.locator(".unit-foot").wait_for()
    return visit.page


def test_the_drawer_leads_to_the_whole_page_and_back(visit: Visit) -> None:
    page = visit.open("/#layer=class&period=M2026-09")
    page.keyboard.press("/")
    page.keyboard.type("hai tan")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Trang đầy đủ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phường Tân Hưng")
    expect(page.locator(".unit-head")).to_contain_text("tình hình đến hết 30/09/2026")
    expect(page.locator("#band")).to_contain_text("DỮ LIỆU MÔ PHỎNG")
    page.get_by_role("link", name="Xem trên bản đồ").click()
    expect(page.locator("#drawer h2")).to_have_text("Phường Tân Hưng")
    expect(page.locator(".when b")).to_contain_text("09/2026")


def test_A8_the_family_is_drawn_with_its_predecessors_and_their_classes(visit: Visit) -> None:
    page = open_unit(visit)
    family = page.locator("#part-family")
    expect(family.get_by_role("heading", level=2)).to_contain_text("ngày 01/07/2025")
    for name in ("Phường Hải Tân", "Phường Tân Hưng", "Xã Ngọc Sơn"):
        expect(family.locator(".family-card.older", has_text=name)).to_have_count(1)
    expect(family.locator(".family-card.self")).to_have_count(1)
    expect(family.locator("svg.family-map .shared").first).to_be_attached()
    # The table behind the drawing has every link.
    family.locator("summary").click()
    assert family.locator("tbody tr").count() >= family.locator(".family-card.older").count()
    family.get_by_role("link", name="Phường Hải Tân").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phường Hải Tân")
    expect(page.locator("#part-family .family-card.newer")).to_contain_text("Phường Tân Hưng")


def test_A4_a_class_is_never_carried_to_a_merged_unit(visit: Visit) -> None:
    page = open_unit(visit, more="&period=M2025-07")
    answer = page.locator("#part-answer")
    expect(answer.get_by_role("heading", level=2)).to_contain_text("Chưa đánh giá từ khi sắp xếp")
    expect(answer.locator(".former-classes li")).to_have_count(3)
    expect(answer).to_contain_text("không tự chuyển sang đơn vị mới")


def test_a_unit_that_is_no_more_says_so(visit: Visit) -> None:
    page = open_unit(visit, "10537", place=-2, more="&period=M2026-09")
    answer = page.locator("#part-answer")
    expect(answer).to_contain_text("Không còn trong địa giới đang áp dụng từ 01/07/2025")
    expect(page.locator("#part-reports")).to_contain_text("Không có báo cáo phải gửi")


def test_figures_stand_as_lines_with_a_table_behind_each(visit: Visit) -> None:
    page = open_unit(visit)
    row = page.locator(".spark-line[data-indicator=I02]")
    expect(row.locator("svg.spark")).to_have_attribute("aria-label", re.compile("cao nhất"))
    expect(row.locator("table")).to_be_hidden()
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(row.locator("tbody tr").first).to_contain_text("Tháng")
    page.locator(".kind-choice select").focus()
    page.locator(".kind-choice select").select_option("year")
    expect(page).to_have_url(re.compile("kind=year"))
    expect(page.locator(".kind-choice select")).to_be_focused()
    entered = page.locator(".spark-line[data-indicator=I01]")
    expect(entered.locator("svg .line, svg .dot").first).to_be_attached()


def test_A5_figures_of_former_units_are_marked_as_carried(visit: Visit) -> None:
    page = open_unit(visit, more="&kind=year")
    expect(page.locator(".spark-key").first).to_contain_text("cộng dồn từ các đơn vị tiền thân")
    row = page.locator(".spark-line[data-indicator=I01]")
    row.locator("summary").click()
    expect(row.locator("tbody tr").last).to_contain_text("cộng dồn")


def test_lives_and_reports_of_a_commune_are_told(visit: Visit) -> None:
    visit.log_in(LOGIN)
    boundary_set = sets_of(visit)[-1]
    units = visit.page.request.get(f"{visit.site}/units/{boundary_set}").json()
    found = None
    for code in units["levels"]["commune"]["code"]:
        address = f"{visit.site}/units/{boundary_set}/commune/{code}/lives"
        if visit.page.request.get(address).json()["total"] > 1:
            found = code
            break
    assert found, "the demo has a commune with two places"
    page = open_unit(visit, found)
    lives = page.locator("#part-lives")
    expect(lives.get_by_role("heading", level=2)).to_contain_text("từng ghi nhận")
    assert lives.locator("svg.life[role=img]").count() > 1
    lives.locator("summary").click()
    expect(lives.locator("thead")).to_contain_text("Ghi nhận")
    reports = page.locator("#part-reports")
    expect(reports.get_by_role("heading", level=2)).to_contain_text("báo cáo")
    expect(reports.locator("tbody tr").first).to_contain_text(re.compile(r"\d\d/\d\d/2026"))


def test_a_province_lists_its_communes(visit: Visit) -> None:
    page = open_unit(visit, PROVINCE, level="province")
    expect(page.locator("#part-answer")).to_contain_text("xã, phường không ma túy")
    below = page.locator("#part-below")
    expect(below.get_by_role("heading", level=2)).to_contain_text("xã, phường")
    below.locator("summary").click()
    below.get_by_role("link", name="Phường Tân Hưng").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phường Tân Hưng")


def test_outside_the_area_only_the_land_is_told(visit: Visit) -> None:
    visit.log_in(LOCAL)
    boundary_set = sets_of(visit)[-1]
    units = visit.page.request.get(f"{visit.site}/units/{boundary_set}").json()
    columns = units["levels"]["commune"]
    code = columns["code"][columns["name"].index("Xã Nam Sách")]
    page = open_unit(visit, code, login=LOCAL)
    expect(page.locator("#part-answer")).to_contain_text("Ngoài phạm vi tài khoản được xem")
    expect(page.locator("#part-family")).to_be_visible()
    for part in ("series", "lives", "reports"):
        expect(page.locator(f"#part-{part}")).to_have_count(0)
    assert not any(path.endswith("/lives") for path in visit.asked)


@pytest.mark.parametrize(
    ("status", "said"),
    [(403, "Vai trò của tài khoản"), (404, "chưa có trên máy chủ"), (500, "Chưa lấy được")],
)
def test_a_part_that_cannot_be_had_says_so_and_takes_nothing_else(
    visit: Visit, status: int, said: str
) -> None:
    visit.page.route(
        "**/lives*", lambda route: route.fulfill(status=status, json={"error": {"code": "x"}})
    )
    page = open_unit(visit)
    expect(page.locator("#part-lives")).to_contain_text(said)
    expect(page.locator(".spark-line").first).to_be_visible()
    visit.errors.clear()  # Chromium writes the refusal into the console


def test_without_a_session_the_log_in_leads_back_to_the_unit(visit: Visit) -> None:
    visit.log_in(LOGIN)
    boundary_set = sets_of(visit)[-1]
    visit.page.context.clear_cookies()
    page = visit.page
    page.goto(f"{visit.site}/unit#set={boundary_set}&level=commune&code={TAN_HUNG}&lang=en")
    expect(page).to_have_url(re.compile(r"/login#page=unit&set="))
    page.get_by_label("User name").fill(LOGIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Phường Tân Hưng")
    expect(page.locator(".unit-foot")).to_contain_text("Show on the map")


def test_an_address_without_a_unit_says_what_to_do(visit: Visit) -> None:
    visit.log_in(LOGIN)
    visit.page.goto(f"{visit.site}/unit#set=zzz")
    expect(visit.page.locator("#page")).to_contain_text("Mở bản đồ, chọn một đơn vị")


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_a_phone_scrolls_one_way_and_has_targets_for_thumbs(visit: Visit) -> None:
    page = open_unit(visit)
    assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE_WIDTH
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, select, summary, .unit-foot a")]
          .filter((one) => one.checkVisibility() && one.offsetHeight < 44)
          .map((one) => `${one.id || one.className || one.textContent} ${one.offsetHeight}`)"""
    )
    assert small == [], f"under {SMALLEST_TARGET_PX} px"


def test_on_paper_the_page_is_two_sheets_of_a4_with_the_simulated_band(visit: Visit) -> None:
    page = open_unit(visit)
    page.emulate_media(media="print")
    expect(page.locator("#band")).to_be_visible()
    expect(page.locator("#bar")).to_be_hidden()
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert 1 <= len(sheets) <= PAGES_MOST
