"""What an officer does with a file in the browser, against the real service."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import IMPORTER, LOGIN, PASSWORD, Visit

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PHONE_WIDTH = 390
SMALLEST_TARGET_PX = 44
HEAD = "Mã xã;Tên xã;Ngày số liệu;Loại dân số;Số dân\n"
GOOD = HEAD + (
    "10537;Phường Tân Hưng;30/11/2025;Đang cư trú;25.310\n"
    "10543;Phường Việt Hòa;30/11/2025;Đang cư trú;21.004\n"
)
# The number has a column that nobody knows, one name is another's, one number is none.
BAD = HEAD.replace("Số dân", "Nhân khẩu có mặt") + (
    "10537;Phường Tân Hưng;31/10/2025;Đang cư trú;25.310\n"
    "10543;Phường Khác Hẳn;31/10/2025;Đang cư trú;21.004\n"
    "10546;Phường Chí Linh;31/10/2025;Đang cư trú;nhiều\n"
)
COMPUTED_MS = 120_000


def open_import(visit: Visit, address: str = "/import") -> Page:
    visit.log_in(IMPORTER)
    visit.page.goto(f"{visit.site}{address}")
    expect(visit.page.locator(".kind").first).to_be_visible()
    return visit.page


def give(page: Page, content: str, *, name: str = "dan-so.csv", key: str = "pick") -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    page.locator(f"[data-picker={key}]").set_input_files(files=[file])


def check(page: Page, content: str, *, name: str = "dan-so.csv") -> Locator:
    page.get_by_role("radio", name=re.compile("^Dân số")).check()
    give(page, content, name=name)
    verdict = page.locator(".verdict h2")
    expect(verdict).to_be_visible()
    return verdict


def store(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Ghi ")).click()
    sure = page.get_by_role("dialog")
    expect(sure).to_contain_text("DỮ LIỆU MÔ PHỎNG")
    sure.get_by_role("button", name=re.compile("^Ghi ")).click()
    expect(page.locator(".verdict.stored h2")).to_contain_text("Đã ghi. Lần nhập số")


def take_back(page: Page) -> None:
    page.locator("[data-key=undo-stored]").click()
    page.get_by_label("Nhập trùng").check()
    page.get_by_role("button", name=re.compile("^Rút lại lần nhập số")).click()
    expect(page.locator(".verdict h2")).to_contain_text("Đã rút lại lần nhập số")


def wait_until_computed(visit: Visit) -> None:
    """Leave the service at rest for the tests that follow."""
    for _ in range(COMPUTED_MS // 500):
        if not visit.page.request.get(f"{visit.site}/imports").json()["computing"]:
            return
        visit.page.wait_for_timeout(500)
    raise AssertionError("the figures are still being worked out")


def test_a_good_file_is_checked_stored_and_taken_back(visit: Visit) -> None:
    page = open_import(visit)
    verdict = check(page, GOOD)
    expect(verdict).to_have_text("2 dòng đạt, chưa ghi")
    expect(page.locator(".rows tbody tr")).to_have_count(2)
    expect(page.locator(".key .legend")).to_contain_text("2 xã")
    page.get_by_role("button", name=re.compile("^Dòng 2, Đạt")).click()
    expect(page.locator("tr.picked")).to_contain_text("Phường Việt Hòa")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("tr.picked")).to_contain_text("Phường Tân Hưng")
    visit.rest()
    assert visit.tiles()
    # A double click stores once.
    commits: list[str] = []
    page.on("request", lambda one: commits.append(one.url) if "/imports/commit" in one.url else 0)
    page.get_by_role("button", name="Ghi 2 dòng").click()
    expect(page.get_by_role("dialog")).to_contain_text(
        "Sẽ ghi 2 dòng mới; 0 dòng đã có được giữ nguyên; 0 dòng bị bỏ lại."
    )
    page.get_by_role("dialog").get_by_role("button", name="Ghi 2 dòng").dblclick()
    expect(page.locator(".verdict.stored h2")).to_contain_text("Đã ghi. Lần nhập số")
    assert len(commits) == 1
    row = page.locator(".past tbody tr").first
    expect(row).to_contain_text("Đang dùng")
    take_back(page)
    expect(row).to_contain_text("Nhập trùng")
    expect(row.get_by_role("button")).to_have_count(0)
    wait_until_computed(visit)


def test_a_bad_file_is_mended_on_the_page_and_stored_without_its_refused_rows(visit: Visit) -> None:
    page = open_import(visit)
    verdict = check(page, BAD)
    expect(verdict).to_have_text("Chưa nhận được tệp này")
    column = page.get_by_label("Cột trong tệp cho “Số dân”")
    column.select_option("Nhân khẩu có mặt")
    expect(verdict).to_have_text("2 trên 3 dòng bị từ chối, chưa ghi gì")
    expect(page.locator(".rows tbody tr")).to_have_count(2)
    expect(page.locator("td.wrong").first).to_be_visible()
    group = page.locator(".group", has_text="không phải tên ghi bên cạnh")
    group.locator("summary").click()
    group.get_by_role("textbox").fill("x")
    group.get_by_role("button", name="Chấp nhận").click()
    expect(group.get_by_role("textbox")).to_be_focused()
    group.get_by_role("textbox").fill("Phường vừa đổi tên")
    group.get_by_role("button", name="Chấp nhận").click()
    expect(verdict).to_have_text("1 trên 3 dòng bị từ chối, chưa ghi gì")
    expect(group).to_contain_text("Đã chấp nhận")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Tải danh sách phát hiện (CSV)").click()
    path = waiting.value.path()
    assert isinstance(path, Path)
    text = path.read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")
    assert '"record_unreadable"' in text
    assert "nhiều" not in text.split("\r\n", 1)[1]
    page.get_by_role("checkbox", name=re.compile("^Bỏ qua 1 dòng")).check()
    expect(verdict).to_have_text("2 dòng mới sẵn sàng, chưa ghi")
    store(page)
    expect(page.locator(".past tbody tr").first).to_contain_text("Phường vừa đổi tên")
    take_back(page)
    wait_until_computed(visit)


def test_the_mended_file_takes_the_place_of_the_bad_one(visit: Visit) -> None:
    page = open_import(visit)
    verdict = check(page, GOOD.replace("21.004", "nhiều"))
    expect(verdict).to_have_text("1 trên 2 dòng bị từ chối, chưa ghi gì")
    give(page, GOOD, key="mended")
    expect(verdict).to_have_text("2 dòng đạt, chưa ghi")


def test_a_personal_cell_is_never_shown(visit: Visit) -> None:
    page = open_import(visit)
    content = GOOD.replace(";25.310", ";25.310;nhà ông Tư Bến").replace("Số dân", "Số dân;Ghi chú")
    expect(check(page, content)).to_contain_text("bị từ chối")
    expect(page.locator(".rows tbody")).to_contain_text("không hiện")
    assert "Bến" not in page.content()


def test_an_account_that_may_not_import_is_told_so_and_sees_no_link(visit: Visit) -> None:
    page = visit.open("/#layer=class", login=LOGIN)
    page.locator("#menu summary").click()
    expect(page.get_by_role("link", name="Báo cáo")).to_be_visible()
    expect(page.get_by_role("link", name="Nhập dữ liệu")).to_have_count(0)
    page.goto(f"{visit.site}/import")
    expect(page.get_by_role("heading", level=2)).to_have_text(
        "Tài khoản này không nhập dữ liệu được"
    )
    page.get_by_role("link", name="Về bản đồ").click()
    expect(page.locator(".headline b")).to_have_text(re.compile(r"^\d"))
    visit.errors.clear()  # Chromium writes the 403 into the console


def test_the_map_leads_to_the_import_and_back(visit: Visit) -> None:
    page = visit.open("/#layer=class&lang=en", login=IMPORTER)
    page.locator("#menu summary").click()
    page.get_by_role("link", name="Import").click()
    expect(page.locator("#bar h1")).to_have_text("Import data")
    expect(page.locator(".kind").first).to_contain_text("Figures of indicators")
    page.get_by_role("button", name="Chuyển sang tiếng Việt").click()
    expect(page.locator("#bar h1")).to_have_text("Nhập dữ liệu")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải biểu mẫu Excel: Dân số").click()
    assert waiting.value.suggested_filename == "mau-population.xlsx"
    page.get_by_role("link", name="Bản đồ", exact=True).click()
    expect(page.locator(".headline b")).to_have_text(re.compile(r"^\d"))


def test_a_session_that_ends_keeps_the_file_and_goes_on_after_the_log_in(visit: Visit) -> None:
    page = open_import(visit)
    page.get_by_role("radio", name=re.compile("^Dân số")).check()
    page.context.clear_cookies()
    give(page, GOOD)
    expect(page.locator(".verdict h2")).to_have_text("Phiên đăng nhập đã hết")
    page.get_by_label("Tên đăng nhập").fill(IMPORTER)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_label("Mật khẩu").press("Enter")
    expect(page.locator(".verdict h2")).to_have_text("2 dòng đạt, chưa ghi")
    visit.errors.clear()  # Chromium writes the 401 into the console


def test_without_a_session_the_log_in_leads_back_to_the_import(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.site}/import")
    page.get_by_label("Tên đăng nhập").fill(IMPORTER)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_label("Mật khẩu").press("Enter")
    expect(page).to_have_url(re.compile("/import"))
    expect(page.locator(".kind").first).to_be_visible()


def test_without_a_network_the_file_is_kept_for_another_try(visit: Visit) -> None:
    page = open_import(visit)
    page.get_by_role("radio", name=re.compile("^Dân số")).check()
    page.context.set_offline(True)
    give(page, GOOD)
    failed = page.get_by_role("alert")
    expect(failed).to_contain_text("Không nối được tới máy chủ")
    page.context.set_offline(False)
    failed.get_by_role("button", name="Thử lại").click()
    expect(page.locator(".verdict h2")).to_have_text("2 dòng đạt, chưa ghi")
    visit.errors.clear()  # Chromium writes the broken line into the console


def test_wrong_files_are_refused_before_they_are_sent(visit: Visit) -> None:
    page = open_import(visit)
    page.get_by_role("radio", name=re.compile("^Dân số")).check()
    give(page, "x", name="bao-cao.docx")
    expect(page.get_by_role("alert")).to_contain_text("“bao-cao.docx” không phải loại tệp")
    give(page, "", name="rong.csv")
    expect(page.get_by_role("alert")).to_contain_text("“rong.csv” không có nội dung")
    assert "/imports/preview" not in visit.asked


def test_several_files_are_checked_one_after_the_other(visit: Visit) -> None:
    page = open_import(visit)
    page.get_by_role("radio", name=re.compile("^Dân số")).check()
    page.locator("[data-picker=pick]").set_input_files(
        files=[
            {"name": f"tep-{number}.csv", "mimeType": "text/csv", "buffer": GOOD.encode()}
            for number in (1, 2)
        ]
    )
    context = page.locator(".context")
    expect(context).to_contain_text("Tệp 1 trên 2")
    page.get_by_role("button", name="Bỏ qua tệp này").click()
    expect(context).to_contain_text("tep-2.csv")
    expect(page.locator(".verdict h2")).to_have_text("2 dòng đạt, chưa ghi")


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_phone_has_targets_for_thumbs_and_the_map_as_a_tab(visit: Visit) -> None:
    page = open_import(visit)
    expect(check(page, GOOD.replace("21.004", "nhiều"))).to_contain_text("bị từ chối")
    assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE_WIDTH
    small = page.evaluate(
        """() => [...document.querySelectorAll("button:not(.mark), select, summary")]
          .filter((one) => one.offsetParent && one.checkVisibility())
          .filter((one) => one.offsetHeight < 44)
          .map((one) => `${one.id || one.className || one.textContent} ${one.offsetHeight}`)"""
    )
    assert small == [], f"under {SMALLEST_TARGET_PX} px"
    expect(page.locator(".where")).to_be_hidden()
    page.get_by_role("button", name="Bản đồ", exact=True).click()
    expect(page.locator(".where")).to_be_visible()
    expect(page.locator(".rows")).to_be_hidden()


@pytest.mark.parametrize("visit", [{"webgl": False}], indirect=True)
def test_without_webgl_the_communes_stand_as_a_list(visit: Visit) -> None:
    page = open_import(visit)
    check(page, GOOD)
    expect(page.locator(".where.listed .canvas li")).to_have_text(
        [re.compile("^Phường (Tân Hưng|Việt Hòa).*1 dòng$")] * 2
    )


def test_a_check_can_be_stopped(visit: Visit) -> None:
    page = open_import(visit)
    page.get_by_role("radio", name=re.compile("^Dân số")).check()
    page.route("**/imports/preview*", lambda _: None)  # never answered
    give(page, GOOD)
    expect(page.locator(".progress h2")).to_have_text("Đang kiểm tra tệp")
    page.get_by_role("button", name="Dừng").click()
    expect(page.get_by_role("radio", name=re.compile("^Dân số"))).to_be_checked()
    page.unroute("**/imports/preview*")


def test_when_the_line_breaks_while_storing_nobody_is_told_that_nothing_was_stored(
    visit: Visit,
) -> None:
    page = open_import(visit)
    check(page, GOOD)
    page.route("**/imports/commit*", lambda route: route.abort())
    page.get_by_role("button", name="Ghi 2 dòng").click()
    page.get_by_role("dialog").get_by_role("button", name="Ghi 2 dòng").click()
    expect(page.get_by_role("alert")).to_contain_text("chưa rõ đã ghi xong chưa")
    expect(page.get_by_role("heading", name="Các lần nhập của tôi")).to_be_visible()
    visit.errors.clear()  # Chromium writes the broken line into the console


def test_P5_approved_figures_are_corrected_with_a_reason_of_the_list(visit: Visit) -> None:
    page = open_import(visit)
    page.get_by_role("radio", name=re.compile("^Số liệu")).check()
    content = "unit_code;period;I01\n10537;H2026-1;987\n"
    give(page, content, name="so-lieu.csv")
    group = page.locator("details.group", has_text="đã được duyệt nên đã khóa")
    expect(group).to_be_visible()
    group.locator("summary").click()
    group.get_by_label(re.compile("^Đính chính số liệu")).select_option("nhap_sai")
    group.get_by_role("button", name="Đính chính").click()
    corrected = page.locator("details.group", has_text="Đính chính số liệu đã duyệt của kỳ H2026-1")
    expect(corrected).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Ghi "))).to_be_enabled()
