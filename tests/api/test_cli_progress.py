"""Progress on the command line: `bando progress`."""

import csv
from pathlib import Path

import pytest

from api.cli import load, parse
from api.cli.outcome import Outcome
from api.settings import Settings
from geo.errors import BandoError
from tests.api.conftest import World


@pytest.fixture
def settings(world: World) -> Settings:
    made: Settings = world.app.state.services.settings
    return made


def run(settings: Settings, *line: str) -> Outcome:
    command = load(("progress",))
    return command.run(parse(("progress",), command, line), settings)


def test_the_answer_comes_first_and_says_whose_data_these_are(settings: Settings) -> None:
    told = run(settings, "--from", "30/06/2025", "--to", "H2026-2")
    assert told.lines[0].startswith("Từ 30/06/2025 đến 30/09/2026")
    assert any("MÔ PHỎNG" in line for line in told.lines)
    assert any("3 xã lần đầu được xếp loại" in line for line in told.lines)
    assert told.counts == {"commune": 6}
    english = run(settings, "--from", "2025-06-30", "--to", "H2026-2", "--lang", "en")
    assert any("3 got their first class" in line for line in english.lines)


@pytest.mark.parametrize("on", ["2024-05-01", "OLD"])
def test_borders_are_named_by_a_day_or_their_id(world: World, settings: Settings, on: str) -> None:
    asked = world.old if on == "OLD" else on
    told = run(settings, "--from", "Y2024", "--to", "H2026-2", "--on", asked)
    assert told.data["boundary_set"] == world.old
    assert told.counts == {"commune": 8}
    assert any("5 xã không còn" in line for line in told.lines)


def test_the_table_of_communes_opens_in_excel(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "tien-do.csv"
    line = ("--from", "Y2024", "--to", "H2026-2", "--area", "province:01", "--out", str(out))
    assert run(settings, *line).ok
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows[0][:5] == ["mã", "đơn vị", "loại ngày đầu", "loại ngày sau", "chuyển dịch"]
    assert rows[2][0] == '="00003"'
    assert rows[2][3:5] == ["Không có ma túy", "xếp loại lần đầu"]
    assert rows[2][8] == "12/QĐ"
    assert rows[-1] == ["DỮ LIỆU MÔ PHỎNG · SIMULATED DATA"]


def test_times_are_told_when_asked_for(settings: Settings) -> None:
    told = run(settings, "--from", "Y2024", "--to", "H2026-2", "--durations", "--window", "6")
    assert any("quá ít để ước lượng" in line for line in told.lines)
    assert any("trong 182 ngày" in line for line in told.lines)
    assert "durations" in told.data
    assert "durations" not in run(settings, "--from", "Y2024", "--to", "H2026-2").data


def test_what_is_lacking_is_told_when_asked_for(settings: Settings) -> None:
    told = run(settings, "--from", "Y2025", "--to", "H2026-2", "--lacks")
    (line,) = (line for line in told.lines if line.startswith("00004"))
    assert "Trọng điểm loại III" in line
    assert "chưa rõ" in line
    assert "lacks" in told.data
    old = run(settings, "--from", "Y2025", "--to", "H2026-2", "--lacks", "--on", "2024-05-01")
    assert any("chưa có kết quả theo tiêu chí" in line for line in old.lines)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("--from", "H2026-2", "--to", "Y2024"), "progress_days_reversed"),
        (("--from", "hôm qua", "--to", "Y2026"), "period_unknown"),
        (("--from", "99/99/2025", "--to", "Y2026"), "progress_day_unknown"),
        (("--from", "Y2024", "--to", "Y2026", "--area", "xã:1"), "progress_area_unknown"),
        (("--from", "Y2024", "--to", "Y2026", "--on", "1999-01-01"), "map_no_set_on_day"),
        (("--from", "Y2024", "--to", "Y2026", "--window", "0"), "usage_wrong"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(
    settings: Settings, line: tuple[str, ...], code: str
) -> None:
    with pytest.raises(BandoError) as caught:
        run(settings, *line)
    assert caught.value.code == code
