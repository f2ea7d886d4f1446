import pytest

from geo.errors import Finding, Refused
from geo.messages import LANGUAGES, catalogue, say


def test_every_sentence_exists_in_both_languages_with_the_same_blanks() -> None:
    import string

    for code, texts in catalogue().items():
        blanks = [
            {name for _, name, _, _ in string.Formatter().parse(texts[lang]) if name}
            for lang in LANGUAGES
        ]
        assert blanks[0] == blanks[1], code
        assert all(texts[lang].strip() for lang in LANGUAGES), code


def test_error_text_is_vietnamese_first_then_english() -> None:
    error = Refused("period_unknown", text="abc", findings=[Finding("period_unknown")])
    vi, en = str(error).split(" / ")
    assert vi.startswith("Không có kỳ")
    assert en.startswith("There is no period")


def test_unknown_code_is_a_defect_that_shows() -> None:
    with pytest.raises(KeyError):
        say("no_such_code")
