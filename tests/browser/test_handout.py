"""A report made by a click, in a real browser against the real service."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LOCAL, LOGIN, Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("login", [LOGIN, LOCAL])
def test_the_page_of_a_unit_gives_its_report_with_one_click(
    visit: Visit, tmp_path: Path, login: str
) -> None:
    visit.log_in(login)
    newest = visit.page.request.get(f"{visit.site}/boundary-sets").json()["sets"][-1]["id"]
    visit.page.goto(f"{visit.site}/unit#set={newest}&level=commune&code=10537")
    visit.page.get_by_role("button", name="Lập báo cáo").click()
    dialog = visit.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Lập báo cáo: Phường Tân Hưng")
    with visit.page.expect_download(timeout=60_000) as waiting:
        dialog.get_by_role("button", name="Tải tất cả (ZIP)").click()
    file = tmp_path / "tai.zip"
    waiting.value.save_as(file)
    assert waiting.value.suggested_filename.startswith("Báo cáo Phường Tân Hưng")
    with zipfile.ZipFile(file) as archive:
        kinds = [Path(name).suffix for name in archive.namelist()]
    assert kinds == [".docx", ".xlsx", ".pdf", ".png"]
    expect(dialog.get_by_role("status")).to_contain_text("Đã tải")
    assert visit.errors == []
    assert visit.foreign == []
