from pathlib import Path
from typing import Any

import pytest
from docx import Document

from api.cli import parse
from api.cli.handouts import WRITE
from api.cli.outcome import Outcome
from geo.errors import NotFound
from tests.api.conftest import World


@pytest.fixture
def write(fresh_world: World, tmp_path: Path) -> Any:
    """Run the command on a country of one's own: it writes into the audit trail."""

    def run(*words: str) -> Outcome:
        settings = fresh_world.app.state.services.settings
        return WRITE.run(parse(("report", "write"), WRITE, [*words, "-o", str(tmp_path)]), settings)

    return run


def test_a_report_is_written_as_files_into_a_folder(write: Any, tmp_path: Path) -> None:
    outcome = write("00003", "--period", "M2026-08", "--paper", "A3", "--grey")
    assert outcome.ok
    assert sorted(one.name for one in tmp_path.glob("ba*")) == [
        "ban-do-xa-00003-M2026-08-A3-xam.pdf",
        "ban-do-xa-00003-M2026-08-A3-xam.png",
        "bao-cao-xa-00003-M2026-08.docx",
        "bao-cao-xa-00003-M2026-08.xlsx",
    ]
    paper = Document(str(tmp_path / "bao-cao-xa-00003-M2026-08.docx"))
    foot = paper.sections[0].footer.paragraphs[0].text
    assert "command (Lệnh trên máy chủ" in foot
    assert "Lưu hồ sơ" in foot


def test_one_kind_of_file_and_the_country_can_be_asked_for(write: Any, tmp_path: Path) -> None:
    outcome = write("VN", "--period", "M2026-08", "--format", "docx", "--lang", "en")
    assert outcome.counts == {"files": 1}
    paper = Document(str(tmp_path / "bao-cao-ca-nuoc-M2026-08.docx"))
    assert "I. SITUATION" in [line.text for line in paper.paragraphs]


def test_borders_are_those_of_the_period_unless_others_are_asked_for(
    write: Any, fresh_world: World
) -> None:
    words = ("--period", "M2025-03", "--format", "docx")
    assert write("00001", *words).data["boundary_set"] == fresh_world.old
    assert write("00001", *words, "--on", fresh_world.new).data["boundary_set"] == fresh_world.new
    with pytest.raises(NotFound):
        write("Hà Nội", *words)
