"""Figures as tables, on any borders, as known on any day: `bando figures`."""

import csv
from pathlib import Path

import pytest

from api.cli import load, parse
from api.cli.outcome import Outcome
from api.settings import Settings
from geo.errors import BandoError, NotFound
from tests.api.conftest import World


@pytest.fixture
def settings(world: World) -> Settings:
    made: Settings = world.app.state.services.settings
    return made


def figures(settings: Settings, *line: str) -> Outcome:
    command = load(("figures",))
    return command.run(parse(("figures",), command, line), settings)


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_a_table_says_whose_figures_they_are(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    out = tmp_path / "i06.csv"
    told = figures(settings, "i06", "--period", "M2026-07", "--out", str(out))
    assert told.ok
    assert told.data["boundary_set"] == world.new
    assert told.data["as_reported"] is True
    assert told.data["simulated"] is True
    table = rows(out)
    assert table[0] == ["mã", "đơn vị", "giá trị", "ghi chú"]
    assert table[2] == ['="00003"', "Xã 00003", "12", ""]
    assert table[1][2:] == ["", "chưa có số liệu"]
    assert any("DỮ LIỆU MÔ PHỎNG" in row[0] for row in table[8:])
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("on", ["2024-05-01", "01/05/2024", "OLD"])
def test_the_same_figures_on_older_borders_by_day_or_name(
    world: World, settings: Settings, on: str
) -> None:
    asked = world.old if on == "OLD" else on
    told = figures(settings, "i06", "--period", "M2026-07", "--on", asked)
    assert told.data["boundary_set"] == world.old
    assert told.data["as_reported"] is False
    assert told.data["total"] == {"value": 12, "outside": 0}
    assert told.counts == {"commune": 8}


def test_what_was_known_before_anything_was_recorded_is_nothing(settings: Settings) -> None:
    told = figures(settings, "active", "--period", "M2026-07", "--known", "2026-01-01")
    assert told.data["statuses"] == {"m": 5, "x": 1}
    assert any("01/01/2026" in line for line in told.lines)


def test_shares_bring_their_parts_and_classes_their_names(
    settings: Settings, tmp_path: Path
) -> None:
    out = tmp_path / "s.csv"
    figures(
        settings,
        *("drug_free_share", "--period", "M2026-08", "--level", "province", "--lang", "en"),
        *("--out", str(out)),
    )
    assert rows(out)[0] == ["code", "unit", "value", "numerator", "denominator", "note"]
    figures(settings, "class", "--period", "M2026-08", "--out", str(out))
    assert rows(out)[2][2] == "Không có ma túy"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("i06", "--period", "M2026-07", "--level", "province"), "layer_level"),
        (("nothing", "--period", "M2026-07"), "layer_unknown"),
        (("i06", "--period", "M2031-07"), "period_not_computed"),
        (("i06", "--period", "7"), "period_unknown"),
        (("i06", "--period", "M2026-07", "--on", "1999-01-01"), "map_no_set_on_day"),
        (("i06", "--period", "M2026-07", "--on", "0" * 16), "boundary_set_unknown"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(
    settings: Settings, line: tuple[str, ...], code: str
) -> None:
    with pytest.raises(BandoError) as refused:
        figures(settings, *line)
    assert refused.value.code == code
    assert isinstance(refused.value, NotFound) == (code != "period_unknown")
