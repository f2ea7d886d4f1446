from pathlib import Path
from typing import Any

import pytest

from api.cli import parse
from api.cli.map import MAP, run_map
from api.cli.outcome import Outcome
from geo.errors import NotFound, Refused


@pytest.fixture
def draw(world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command in an empty folder on the small country."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Outcome:
        return run_map(parse(("map",), MAP, words), world.app.state.services.settings)

    return run


def test_a_layer_and_period_are_written_as_one_file(draw: Any, world: Any, tmp_path: Path) -> None:
    outcome = draw("class", "--period", "M2026-08", "-o", "ban-do.html")
    html = (tmp_path / "ban-do.html").read_text(encoding="utf-8")
    assert outcome.ok
    assert outcome.counts == {"commune": 6}
    assert outcome.data["boundary_set"] == world.new
    assert outcome.data["simulated"] is True
    assert "ban-do.html" in outcome.lines[0]
    assert "Phân loại địa bàn" in html
    assert "DỮ LIỆU MÔ PHỎNG" in html
    for name in ("00001", "00003", "00008"):
        assert name in html


def test_a_layer_is_drawn_on_its_usual_level_unless_another_is_asked_for(draw: Any) -> None:
    assert draw("drug_free_share", "--period", "M2026-08").counts == {"province": 2}
    assert draw("active", "--period", "M2026-08", "--level", "province").counts == {"province": 2}
    with pytest.raises(NotFound, match="Phân loại địa bàn"):
        draw("class", "--period", "M2026-08", "--level", "province")


def test_an_area_is_drawn_alone_with_the_values_of_its_own_units(draw: Any, tmp_path: Path) -> None:
    outcome = draw("active", "--period", "M2026-08", "--area", "02", "--lang", "en")
    html = (tmp_path / "bando-active-M2026-08-02.html").read_text(encoding="utf-8")
    assert outcome.counts == {"commune": 3}
    assert "Active hotspots · Tỉnh Hai" in html
    assert "Xã 00005" in html or r"X\u00e3 00005" in html
    assert "00003" not in html
    assert draw("active", "--period", "M2026-08", "--area", "00005").counts == {"commune": 1}
    with pytest.raises(Refused):
        draw("active", "--period", "M2026-08", "--area", "00005", "--level", "province")


def test_a_period_is_drawn_on_the_boundaries_of_its_last_day_or_on_a_set_by_name(
    draw: Any, world: Any
) -> None:
    assert draw("active", "--period", "M2025-03").data["boundary_set"] == world.old
    shown = draw("active", "--period", "M2025-03", "--set", world.new)
    assert shown.data["boundary_set"] == world.new
    assert shown.counts == {"commune": 6}


def test_what_does_not_exist_is_said(draw: Any, tmp_path: Path) -> None:
    for words, message in (
        (("class", "--period", "M2026-08", "--area", "99"), "99"),
        (("class", "--period", "M2031-08"), "M2031-08"),
        (("class", "--period", "M2026-08", "--set", "0" * 16), "0000"),
        (("lop", "--period", "M2026-08"), "lop"),
    ):
        with pytest.raises(NotFound, match=message):
            draw(*words)
    assert list(tmp_path.iterdir()) == []
