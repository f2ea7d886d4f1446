import re
from pathlib import Path

import pytest

from api.cli import COMMANDS
from api.settings import Settings
from geo.boundaries import NEVER_ACCEPTED
from geo.messages import Language, catalogue
from tests.support import indicator_table
from tests.support.boundary_habits import HABITS, table
from tests.support.sources import PROJECT


@pytest.fixture(scope="module")
def words() -> str:
    files = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("command", sorted(COMMANDS), ids=" ".join)
def test_every_command_is_in_the_guide(command: tuple[str, ...], words: str) -> None:
    assert f"bando {' '.join(command)}" in words


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_guide(name: str, words: str) -> None:
    assert f"BANDO_{name.upper()}" in words


@pytest.mark.parametrize("language", ["vi", "en"])
def test_guide_is_there_in_both_languages(language: str) -> None:
    assert list((PROJECT / "docs" / language).glob("*.md"))


def test_guides_have_the_same_pages() -> None:
    counts = [len(list((PROJECT / "docs" / language).glob("*.md"))) for language in ("vi", "en")]
    assert counts[0] == counts[1]


PAGES = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_every_file_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    named = re.findall(r"`((?:api|docs|geo|layers|static|tests)/[\w./-]+)`", text)
    missing = [link for link in links if not (page.parent / link).exists()]
    missing += [name for name in named if "vendor" not in name and not (PROJECT / name).exists()]
    assert missing == []


@pytest.mark.parametrize(
    ("language", "page"), [("vi", "vi/nhap-du-lieu.md"), ("en", "en/imports.md")]
)
def test_the_guide_has_the_table_of_habits_of_boundary_files(language: Language, page: str) -> None:
    assert table(language) in (PROJECT / "docs" / page).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "page"), [("vi", "vi/chi-tieu.md"), ("en", "en/indicators.md")]
)
def test_the_guide_has_the_list_of_indicators(language: Language, page: str) -> None:
    found = indicator_table.table(language)
    assert found in (PROJECT / "docs" / page).read_text(encoding="utf-8")
    assert all(f"`I{number:02d}`" in found for number in range(1, 25))


def test_habits_name_findings_that_exist_and_no_error_that_cannot_be_accepted_as_acceptable() -> (
    None
):
    codes = {code for habit in HABITS for code in habit.codes}
    assert codes <= set(catalogue())
    acceptable = {code for habit in HABITS if habit.outcome == "acceptable" for code in habit.codes}
    assert acceptable & NEVER_ACCEPTED == set()
