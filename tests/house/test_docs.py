import pytest

from api.cli import COMMANDS
from api.settings import Settings
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
