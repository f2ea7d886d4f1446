"""Layers beside the figures on the real map: switched on, told, kept in the address."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOCAL, Visit
from tests.browser.test_journeys import PHONE, SMALLEST_TARGET_PX, picture

pytestmark = pytest.mark.browser

DAY = "2026-09-30"


def ask(visit: Visit, path: str) -> Any:
    answer = visit.page.request.get(f"{visit.site}{path}")
    assert answer.status == 200, answer.text()
    return answer.json()


def newest_set(visit: Visit) -> str:
    return str(ask(visit, "/boundary-sets")["sets"][-1]["id"])


def commune_with_a_school(visit: Visit) -> tuple[str, str]:
    """Give code of a commune and of its school, from the service itself."""
    body = ask(visit, f"/context/{newest_set(visit)}?on={DAY}&kinds=truong_hoc")
    told = next(one["properties"] for one in body["features"] if one["properties"]["unit"])
    return told["unit"], told["ref"]


def kind_box(page: Page, name: str) -> Any:
    return page.locator("#context").get_by_role("checkbox", name=re.compile(f"^{name}"))


def test_a_kind_is_switched_on_by_keyboard_drawn_and_kept_in_the_address(visit: Visit) -> None:
    page = visit.open("/#layer=class&period=M2026-09&level=commune")
    head = page.get_by_role("button", name="Lớp bối cảnh")
    expect(head).to_have_attribute("aria-expanded", "false")
    head.focus()
    page.keyboard.press("Enter")
    school = kind_box(page, "Trường học")
    expect(school).not_to_be_checked()
    # Off by default: how many there are was asked for, not what they are.
    visit.rest()
    before = picture(page)
    assert sum(path.startswith("/context/") for path in visit.asked) == 1
    school.focus()
    page.keyboard.press("Space")
    expect(school).to_be_checked()
    expect(school).to_be_focused()
    visit.rest()
    assert "context=truong_hoc" in page.url
    assert picture(page) != before
    page.reload()
    expect(kind_box(page, "Trường học")).to_be_checked()
    kind_box(page, "Tuyến trọng điểm").check()
    assert "context=truong_hoc,tuyen_trong_diem" in page.url
    page.go_back()
    expect(kind_box(page, "Tuyến trọng điểm")).not_to_be_checked()


def test_what_holds_on_the_next_day_too_is_not_asked_for_again(visit: Visit) -> None:
    page = visit.open("/#layer=class&period=M2026-09&context=truong_hoc")
    expect(kind_box(page, "Trường học")).to_be_checked()
    visit.rest()
    asked = sum(path.startswith("/context/") for path in visit.asked)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".when b")).to_contain_text("08/2026")
    visit.rest()
    assert sum(path.startswith("/context/") for path in visit.asked) == asked
    # On other boundaries the pieces are others.
    page.get_by_label("Bộ địa giới").select_option(index=1)
    visit.rest()
    assert sum(path.startswith("/context/") for path in visit.asked) > asked


def test_a_commune_lists_what_stands_in_it_and_what_is_done_in_its_subcommunes(
    visit: Visit,
) -> None:
    page = visit.open("/#layer=class&period=M2026-09&context=truong_hoc")
    code, ref = commune_with_a_school(visit)
    set_id = newest_set(visit)
    page.goto(f"{visit.site}/#layer=class&period=M2026-09&unit={set_id}:commune:{code}")
    page.reload()
    drawer = page.locator("#drawer")
    expect(drawer.locator(".stamp")).to_contain_text("Số liệu tính đến ngày")
    expect(drawer.locator(".context-here")).to_be_hidden()
    page.get_by_role("button", name="Lớp bối cảnh").click()
    kind_box(page, "Trường học").check()
    here = drawer.locator(".context-here")
    expect(here).to_contain_text(re.compile(rf"Trường học · {ref} · từ \d\d/\d\d/\d{{4}}"))
    page.get_by_role("button", name="Switch to English").click()
    expect(here).to_contain_text(re.compile(rf"School · {ref} · since \d\d/\d\d/\d{{4}}"))

    codes = ask(visit, f"/units/{set_id}")["levels"]["commune"]["code"]
    pages = (ask(visit, f"/units/{set_id}/commune/{one}?period=M2026-09") for one in codes)
    told = next(one for one in pages if one["subcommunes"] and one["subcommunes"]["items"])
    listed = told["subcommunes"]
    address = f"/#layer=class&period=M2026-09&unit={set_id}:commune:{told['unit']['code']}"
    page.goto(visit.site + address)
    page.reload()
    block = drawer.locator(".subcommunes")
    swept = next(item["yes"] for item in listed["items"] if item["id"] == "ra_soat")
    expect(block.get_by_role("heading")).to_contain_text(f"{swept} đã rà soát / {listed['total']}")
    block.get_by_text("Xem từng thôn, tổ dân phố").press("Enter")
    rows = block.locator(".signs tbody tr")
    expect(rows).to_have_count(listed["total"])
    first = listed["rows"][0]
    signs = [first["items"].get(item["id"]) for item in listed["items"]]
    words = {"co": "✓có", "khong": "–không", None: "chưa báo", "dang_hoat_dong": "✓đang hoạt động"}
    words |= {"khong_hieu_qua": "–không hiệu quả"}
    assert rows.first.locator("td").all_text_contents() == [words[sign] for sign in signs]


def test_the_pointer_is_told_kind_code_and_day(visit: Visit) -> None:
    page = visit.open("/#layer=class")
    body = ask(visit, f"/context/{newest_set(visit)}?on={DAY}&kinds=truong_hoc")
    told = next(one for one in body["features"] if one["properties"]["unit"])
    lng, lat = told["geometry"]["coordinates"]
    page.goto(f"{visit.site}/#layer=class&period=M2026-09&context=truong_hoc&view=13/{lat}/{lng}")
    page.reload()
    expect(kind_box(page, "Trường học")).to_be_checked()
    visit.rest()
    box = page.locator("#map").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 + 3, box["y"] + box["height"] / 2)
    expect(page.locator("#tip .context-line").first).to_contain_text(
        f"Trường học · {told['properties']['ref']} · từ "
    )


def test_an_account_of_one_commune_counts_its_own_only(visit: Visit) -> None:
    page = visit.open("/#layer=class&period=M2026-09", login=LOCAL)
    body = ask(visit, f"/context/{newest_set(visit)}?on={DAY}")
    assert {one["properties"]["unit"] for one in body["features"]} == {"10537"}
    page.get_by_role("button", name="Lớp bối cảnh").click()
    counts = page.locator("#context .count").all_text_contents()
    assert counts == [str(one["count"]) for one in body["kinds"]]


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_a_phone_switches_kinds_on_with_a_thumb(visit: Visit) -> None:
    page = visit.open("/#layer=class&period=M2026-09")
    page.get_by_role("button", name="Lớp", exact=True).tap()
    page.get_by_role("button", name="Lớp bối cảnh").tap()
    labels = page.locator(".context-kinds label")
    heights = labels.evaluate_all("(all) => all.map((one) => one.offsetHeight)")
    assert min(heights) >= SMALLEST_TARGET_PX
    labels.filter(has_text="Trường học").tap()
    expect(kind_box(page, "Trường học")).to_be_checked()
    code, ref = commune_with_a_school(visit)
    page.locator("#search input").fill(code)
    page.get_by_role("option").first.tap()
    expect(page.locator("#drawer .context-here")).to_contain_text(ref)


@pytest.mark.parametrize("visit", [{"webgl": False}], indirect=True)
def test_without_webgl_the_card_says_where_features_are_listed(visit: Visit) -> None:
    page = visit.open("/#layer=class&period=M2026-09")
    page.get_by_role("button", name="Lớp bối cảnh").click()
    expect(page.locator("#context .about")).to_contain_text("trang của từng xã")
