"""Layouts from the command line: proposed, edited, confirmed, kept."""

import json
from pathlib import Path

import pytest

from api.cli import COMMANDS, load, main, parse, split_words
from api.cli.outcome import Outcome
from api.cli.talk import UsageError
from api.settings import Settings
from geo.errors import NotFound, Refused
from tests.support import office_sheets as sheets

FORMER = [
    place
    for place in sheets.communes("33", 200, districts=True)
    if place.district == "Huyện Văn Lâm"
]
DAY = "2025-06-30"


def bando(settings: Settings, *line: str) -> Outcome:
    words, rest = split_words(line)
    assert words in COMMANDS
    command = load(words)
    return command.run(parse(words, command, rest), settings)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "bao-cao.xlsx"
    sheets.province_report(path, FORMER, sheets.counts_of(FORMER), dash_for_zero=True)
    return path


def test_a_form_is_proposed_with_its_evidence_in_numbers(
    fresh_settings: Settings, report: Path
) -> None:
    told = bando(fresh_settings, "import", "layout", "propose", str(report), "--units-on", DAY)
    assert told.ok
    text = "\n".join(told.lines)
    assert f"{len(FORMER)} trên {len(FORMER)} tên đơn vị" in text
    assert "I06 (value), độ khớp 1.0" in text
    assert "Hưng Yên" in text
    assert [one.code for one in told.findings] == ["layout_question_mark_count"]
    (proposal,) = told.data["proposals"]
    assert proposal["layout"]["orientation"] == "units_in_rows"
    assert proposal["known_as"] is None


def test_a_proposal_is_edited_answered_confirmed_and_known_next_time(
    fresh_settings: Settings, report: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mau.json"
    where = ("--units-on", DAY)
    bando(fresh_settings, "import", "layout", "propose", str(report), *where, "--out", str(out))
    edited = json.loads(out.read_text(encoding="utf-8"))
    edited["lines"][0]["indicator"] = "I24"
    out.write_text(json.dumps(edited), encoding="utf-8")
    save = ("import", "layout", "save", "bieu-1", "--file", str(out))
    trial = bando(fresh_settings, *save)
    assert trial.data["saved"] is False
    assert [one.code for one in trial.findings] == ["layout_question_mark"]
    with pytest.raises(Refused) as refused:
        bando(fresh_settings, *save, "--confirm")
    assert refused.value.code == "layout_questions_open"
    done = bando(fresh_settings, *save, "--mark=-=zero", "--decimal", ",", "--confirm")
    assert done.data["saved"] is True
    again = bando(fresh_settings, "import", "layout", "propose", str(report), *where)
    (proposal,) = again.data["proposals"]
    assert proposal["known_as"] == "bieu-1"
    shown = bando(fresh_settings, "import", "layout", "show", "bieu-1")
    kept = shown.data["layout"]
    assert isinstance(kept, dict)
    assert (kept["marks"], kept["decimal_mark"]) == ({"-": "zero"}, ",")
    assert kept["lines"][0]["indicator"] == "I24"
    listed = bando(fresh_settings, "import", "layout", "list")
    assert listed.counts == {"layouts": 1}


def test_a_layout_is_saved_straight_from_a_sheet(fresh_settings: Settings, report: Path) -> None:
    save = ("import", "layout", "save", "bieu-1", "--from", str(report), "--units-on", DAY)
    assert bando(fresh_settings, *save).data["saved"] is False
    done = bando(fresh_settings, *save, "--mark=-=blank", "--confirm")
    assert done.data["saved"] is True


def test_what_cannot_be_is_refused(
    fresh_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "a.csv"
    empty.write_text("chỉ có chữ\n", encoding="utf-8")
    assert not bando(fresh_settings, "import", "layout", "propose", str(empty)).ok
    with pytest.raises(NotFound):
        bando(fresh_settings, "import", "layout", "show", "khong-co")
    with pytest.raises(UsageError):
        bando(fresh_settings, "import", "layout", "save", "ten")
    for content in ("khong phai json", "[1]"):
        empty.write_text(content, encoding="utf-8")
        with pytest.raises(Refused) as refused:
            bando(fresh_settings, "import", "layout", "save", "ten", "--file", str(empty))
        assert refused.value.code == "layout_no_json"
    assert not bando(fresh_settings, "import", "layout", "list").counts["layouts"]
    assert main(["import", "layout"]) == 2
    assert "layout propose" in capsys.readouterr().out
