"""The commands on boundary sets, from the command line to the store and the tiles."""

import json
from pathlib import Path

import geopandas as gpd
import pytest

import api.cli
from api.cli import load, main, parse
from api.cli.outcome import Outcome
from api.cli.talk import UsageError
from api.settings import Settings
from geo.boundaries import Register
from geo.errors import Conflict, NotFound, Refused
from geo.store import register
from geo.store.boundary_sets import list_sets
from geo.store.engine import use_case
from layers.tiles import Pyramid
from tests.support.postgres import Engines
from tests.support.squares import AFTER, BEFORE, new_communes, old_communes, register_for

ACT = "Nghị quyết 202/2025/QH15"


@pytest.fixture(autouse=True)
def _small_register(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold sets against a register of the tiny country."""

    def small(*, districts: bool) -> Register:
        if districts:
            return register_for(old_communes(), stated_on=BEFORE)
        return register_for(new_communes(), stated_on=AFTER)

    monkeypatch.setattr(register, "read_register", small)


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    return saved(old_communes(), tmp_path / "truoc.gpkg")


@pytest.fixture
def new_file(tmp_path: Path) -> Path:
    return saved(new_communes(), tmp_path / "sau.gpkg")


def saved(communes: gpd.GeoDataFrame, path: Path) -> Path:
    communes.drop(columns="assessable").to_file(path)
    return path


def bando(settings: Settings, *line: str) -> Outcome:
    words, rest = line[:2], line[2:]
    command = load(words)
    return command.run(parse(words, command, rest), settings)


def import_file(settings: Settings, file: Path, *more: str, day: str = "2025-07-01") -> Outcome:
    return bando(
        settings, "import", "boundaries", str(file), "--valid-from", day, "--act", ACT, *more
    )


def test_an_import_is_a_dry_run_until_committed(
    fresh_settings: Settings, fresh_engines: Engines, new_file: Path
) -> None:
    dry = import_file(fresh_settings, new_file)
    assert dry.ok
    assert dry.counts == {"province": 2, "commune": 3}
    assert dry.data["committed"] is False
    with use_case(fresh_engines.service) as conn:
        assert list_sets(conn) == []
    written = import_file(fresh_settings, new_file, "--commit")
    assert written.ok
    assert written.data["boundary_set"] == dry.data["boundary_set"]
    with use_case(fresh_engines.service) as conn:
        (one,) = list_sets(conn)
    assert (one.state, one.act, one.title) == ("draft", ACT, "Địa giới từ 01/07/2025")
    assert one.set_id == written.data["set_id"]


def test_the_same_file_is_not_written_twice(fresh_settings: Settings, new_file: Path) -> None:
    import_file(fresh_settings, new_file, "--commit")
    for more in ((), ("--commit",)):
        with pytest.raises(Conflict, match="Không nhập lại"):
            import_file(fresh_settings, new_file, *more)


def test_a_refused_file_says_everything_and_how_to_accept_it(
    fresh_settings: Settings, tmp_path: Path
) -> None:
    file = saved(old_communes().iloc[1:], tmp_path / "thieu.gpkg")
    refused = import_file(fresh_settings, file, "--commit", day="2024-11-10")
    assert not refused.ok
    assert {f.code for f in refused.findings if f.severity == "error"} == {"unit_count_differs"}
    assert "unit_absent" in {f.code for f in refused.findings}
    assert any("unit_count_differs × 1" in line for line in refused.lines)


def test_an_error_accepted_by_name_with_a_reason_stays_with_the_set(
    fresh_settings: Settings, tmp_path: Path
) -> None:
    file = saved(old_communes().iloc[1:], tmp_path / "thieu.gpkg")
    accepted = ("--accept", "unit_count_differs", "--reason", "xã A chưa đo", "--commit")
    written = import_file(fresh_settings, file, *accepted, day="2024-11-10")
    assert written.ok
    shown = bando(fresh_settings, "boundaries", "show", str(written.data["set_id"]))
    assert shown.data["accepted"] == [{"code": "unit_count_differs", "reason": "xã A chưa đo"}]
    assert any("xã A chưa đo" in line for line in shown.lines)
    assert shown.counts == {"province": 2, "district": 3, "commune": 3}


def test_an_acceptance_needs_a_reason(fresh_settings: Settings, new_file: Path) -> None:
    with pytest.raises(UsageError):
        import_file(fresh_settings, new_file, "--accept", "unit_count_differs")
    with pytest.raises(UsageError):
        import_file(fresh_settings, new_file, "--accept", "x", "--reason", " ")


def test_what_cannot_be_kept_cannot_be_accepted(fresh_settings: Settings, tmp_path: Path) -> None:
    communes = new_communes()
    communes.loc[1, "code"] = "00001"
    file = saved(communes, tmp_path / "hai.gpkg")
    refused = import_file(fresh_settings, file, "--accept", "unit_code_twice", "--reason", "vội")
    assert not refused.ok
    assert "acceptance_impossible" in {f.code for f in refused.findings}


def test_an_acceptance_of_nothing_is_told(fresh_settings: Settings, new_file: Path) -> None:
    told = import_file(fresh_settings, new_file, "--accept", "units_overlap", "--reason", "x")
    assert told.ok
    assert "acceptance_unused" in {f.code for f in told.findings}


def test_a_file_without_crs_is_refused_unless_it_is_given(
    fresh_settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "a.parquet"
    new_communes().set_crs(None, allow_override=True).to_parquet(path)
    with pytest.raises(Refused) as refused:
        import_file(fresh_settings, path)
    assert [f.code for f in refused.value.findings] == ["crs_missing", *["crs_proposed"] * 2]
    assert import_file(fresh_settings, path, "--crs", "EPSG:4326").ok


def test_a_column_can_be_named(fresh_settings: Settings, tmp_path: Path) -> None:
    file = saved(new_communes().rename(columns={"code": "so_hieu"}), tmp_path / "a.gpkg")
    assert import_file(fresh_settings, file, "--map", "code=so_hieu").ok
    with pytest.raises(UsageError):
        import_file(fresh_settings, file, "--map", "so_hieu")


@pytest.mark.parametrize("day", ["2025-07-01", "01/07/2025"])
def test_days_are_read_as_machines_and_as_people_write_them(
    fresh_settings: Settings, new_file: Path, day: str
) -> None:
    assert import_file(fresh_settings, new_file, day=day).ok


@pytest.mark.parametrize("day", ["2025-13-01", "07/01/25", "hôm nay"])
def test_another_day_is_wrong_usage(fresh_settings: Settings, new_file: Path, day: str) -> None:
    with pytest.raises(UsageError):
        import_file(fresh_settings, new_file, day=day)


def test_activation_builds_tiles_and_closes_the_set_before(
    fresh_settings: Settings, old_file: Path, new_file: Path
) -> None:
    old = import_file(fresh_settings, old_file, "--commit", day="2024-11-10")
    new = import_file(fresh_settings, new_file, "--commit")
    first = bando(fresh_settings, "boundaries", "activate", str(old.data["set_id"]))
    assert first.ok
    # What an import would do is said beforehand.
    assert any("hết hiệu lực ngày 01/07/2025" in line for line in _forecast(fresh_settings))
    second = bando(fresh_settings, "boundaries", "activate", str(new.data["boundary_set"]))
    assert second.data["closed"] == [old.data["set_id"]]
    assert second.data["changes"] == {"before": {"merge": 2, "rename": 2}}
    for outcome in (first, second):
        tiles = fresh_settings.home / "tiles" / f"{outcome.data['boundary_set']}.pmtiles"
        assert Pyramid(tiles).tile(0, 0, 0)
    assert [path.suffix for path in (fresh_settings.home / "tiles").iterdir()] == [".pmtiles"] * 2


def _forecast(settings: Settings) -> list[str]:
    file = saved(new_communes().iloc[::-1].assign(kind="xã"), settings.home / "khac.gpkg")
    return list(import_file(settings, file).lines)


def test_a_refused_activation_draws_nothing(
    fresh_settings: Settings, old_file: Path, tmp_path: Path
) -> None:
    one = import_file(fresh_settings, old_file, "--commit", day="2024-11-10")
    bando(fresh_settings, "boundaries", "activate", str(one.data["set_id"]))
    other = saved(old_communes().replace({"Xã A": "Xã Á"}), tmp_path / "b.gpkg")
    two = import_file(fresh_settings, other, "--commit", day="2024-11-10")
    before = sorted((fresh_settings.home / "tiles").iterdir())
    with pytest.raises(Conflict, match="--replace"):
        bando(fresh_settings, "boundaries", "activate", str(two.data["set_id"]))
    assert sorted((fresh_settings.home / "tiles").iterdir()) == before
    replaced = bando(fresh_settings, "boundaries", "activate", str(two.data["set_id"]), "--replace")
    assert replaced.data["retired"] == [one.data["set_id"]]


def test_sets_are_listed_in_words_and_as_json(
    fresh_settings: Settings,
    new_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(api.cli, "_settings", lambda: fresh_settings)
    assert main(["boundaries", "list"]) == 0
    assert "bando import boundaries" in capsys.readouterr().out
    assert main([*_line(new_file), "--simulated", "--illustrative", "--commit"]) == 0
    assert "bản nháp" in capsys.readouterr().out
    assert main(["boundaries", "list", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is True
    assert answer["findings"] == []
    (one,) = answer["sets"]
    assert one["provenance"] == "simulated"
    assert one["illustrative"] is True
    assert one["unit_counts"] == {"province": 2, "commune": 3}


def test_exit_status_and_json_of_an_import(
    fresh_settings: Settings,
    new_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(api.cli, "_settings", lambda: fresh_settings)
    assert main([*_line(new_file), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["counts"] == {"province": 2, "commune": 3}
    assert {"code", "severity", "row", "unit", "message_vi", "message_en"} <= set(
        answer["findings"][0]
    )
    short = saved(new_communes().iloc[1:], tmp_path / "thieu.gpkg")
    assert main([*_line(short), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["ok"] is False
    assert main(["import", "boundaries", str(new_file)]) == 2


def _line(file: Path) -> list[str]:
    return ["import", "boundaries", str(file), "--valid-from", "2025-07-01", "--act", ACT]


def test_an_unknown_set_is_not_found(fresh_settings: Settings) -> None:
    for name in ("77", "f" * 16):
        with pytest.raises(NotFound):
            bando(fresh_settings, "boundaries", "show", name)
