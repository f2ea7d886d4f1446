"""Commands on units through time: a list connects two sets; changes, finding, following."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from api.cli import load, parse
from api.cli.outcome import Outcome
from api.cli.talk import UsageError
from api.settings import Settings
from geo.errors import Conflict, NotFound, Refused
from geo.store.engine import use_case
from tests.api.conftest import World
from tests.support import small_world
from tests.support.postgres import Engines

# 00006 goes to two communes; 00003, 00004 and 00008 are not named: they stay.
ROWS = """Mã cũ;Mã mới;Tỷ lệ;Nghị quyết
00001;00001;;NQ 1
00002;00001;;NQ 1
00005;00005;;
00006;00005;0,8;
00006;00007;0,2;
00007;00007;;
"""
APART = "00001;00007;;\n"
ABSENT = "09999;00001;;\n"


@pytest.fixture
def country(fresh_engines: Engines, fresh_settings: Settings) -> Settings:
    """Two sets in force, connected already."""
    with use_case(fresh_engines.operator) as conn:
        small_world.add_sets(conn)
    return fresh_settings


def bando(settings: Settings, *line: str) -> Outcome:
    words, rest = line[:2], line[2:]
    command = load(words)
    return command.run(parse(words, command, rest), settings)


def bring_in(settings: Settings, folder: Path, *more: str, rows: str = ROWS) -> Outcome:
    file = folder / "danh-sach.csv"
    file.write_text(rows, encoding="utf-8")
    return bando(settings, "import", "changes", str(file), *more)


def listed(engines: Engines) -> int:
    with use_case(engines.operator) as conn:
        return int(
            conn.execute(
                text(
                    "SELECT count(*) FROM unit_change c JOIN unit_version u"
                    " ON u.unit_key = c.from_key WHERE u.level = 'commune' AND c.act = 'NQ 1'"
                )
            ).scalar_one()
        )


def errors(outcome: Outcome) -> set[tuple[str, int | None]]:
    return {(one.code, one.row) for one in outcome.findings if one.severity == "error"}


def test_a_list_is_tried_until_committed(
    country: Settings, fresh_engines: Engines, tmp_path: Path
) -> None:
    dry = bring_in(country, tmp_path)
    assert dry.ok
    assert dry.data["committed"] is False
    assert listed(fresh_engines) == 0
    written = bring_in(country, tmp_path, "--commit")
    assert written.data["committed"] is True
    assert {k: written.counts[k] for k in ("merge", "transfer", "unchanged")} == {
        "merge": 4,
        "transfer": 2,
        "unchanged": 3,
    }
    assert listed(fresh_engines) == 2
    shown = bando(country, "import", "show", str(written.data["import_id"]))
    assert shown.ok


def test_faults_refuse_everything_by_row_and_may_be_left_out(
    country: Settings, fresh_engines: Engines, tmp_path: Path
) -> None:
    wrong = ROWS + ABSENT + APART
    refused = bring_in(country, tmp_path, "--commit", rows=wrong)
    assert not refused.ok
    assert errors(refused) == {("change_code_not_on_set", 7), ("change_pair_apart", 8)}
    assert any("change_pair_apart × 1" in line for line in refused.lines)
    assert listed(fresh_engines) == 0
    skipped = bring_in(country, tmp_path, "--skip-refused", "--commit", rows=wrong)
    assert skipped.ok
    assert listed(fresh_engines) == 2


def test_an_error_is_accepted_by_name_with_a_reason(country: Settings, tmp_path: Path) -> None:
    rows = ROWS.replace("00007;00007", "00007;00001")
    accept = ("--accept", "change_pair_apart", "--reason", "nghị quyết ghi thế")
    assert not bring_in(country, tmp_path, rows=rows).ok
    taken = bring_in(country, tmp_path, *accept, rows=rows)
    assert taken.ok
    assert taken.data["accepted"] == [{"code": "change_pair_apart", "reason": "nghị quyết ghi thế"}]
    unused = bring_in(country, tmp_path, *accept)
    assert "acceptance_unused" in {one.code for one in unused.findings}
    never = ("--accept", "change_code_not_on_set", "--reason", "thử")
    impossible = bring_in(country, tmp_path, *never, rows=ROWS + ABSENT)
    assert not impossible.ok
    assert "acceptance_impossible" in {one.code for one in impossible.findings}
    with pytest.raises(UsageError):
        bring_in(country, tmp_path, "--accept", "change_pair_apart")


@pytest.mark.parametrize("share", ["-0,2", "1,2", "nửa"])
def test_a_share_that_is_none_is_told_in_its_row(
    country: Settings, tmp_path: Path, share: str
) -> None:
    outcome = bring_in(country, tmp_path, rows=ROWS.replace("0,8", share))
    assert ("change_share_unreadable", 4) in errors(outcome)


def test_sets_are_named_by_day_number_or_hash(country: Settings, tmp_path: Path) -> None:
    sets = bando(country, "boundaries", "list").data["sets"]
    old, new = sets
    names = [
        ("2024-01-01", "2026-01-01"),
        (str(old["set_id"]), str(new["set_id"])),
        (str(old["boundary_set"]), "01/07/2025"),
    ]
    for earlier, later in names:
        outcome = bring_in(country, tmp_path, "--from", earlier, "--to", later)
        assert outcome.data["from_set"] == old["boundary_set"]
    with pytest.raises(Conflict) as refused:
        bring_in(country, tmp_path, "--from", names[0][1], "--to", names[0][0])
    assert refused.value.code == "changes_no_neighbours"
    with pytest.raises(NotFound):
        bring_in(country, tmp_path, "--from", "1999-01-01", "--to", "2026-01-01")


def test_words_about_a_person_are_not_kept_with_a_list(country: Settings, tmp_path: Path) -> None:
    mail = "@".join(("nguyen.van.thu", "example.vn"))
    for more in (("--act", mail), ("--accept", "change_pair_apart", "--reason", mail)):
        with pytest.raises(Refused) as refused:
            bring_in(country, tmp_path, *more)
        assert refused.value.code == "words_personal"


def test_a_list_before_there_are_sets_is_judged_by_itself(
    fresh_settings: Settings, tmp_path: Path
) -> None:
    assert bring_in(fresh_settings, tmp_path).ok
    with pytest.raises(Conflict) as refused:
        bring_in(fresh_settings, tmp_path, "--commit")
    assert refused.value.code == "changes_without_sets"


def test_two_lists_at_once_leave_one_whole_graph(
    country: Settings, fresh_engines: Engines, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda folder: bring_in(country, folder, "--commit"), folders))
    assert all(one.data["committed"] for one in done)
    assert listed(fresh_engines) == 2
    told = bando(country, "boundaries", "changes", "2024-01-01", "2026-01-01")
    assert len(told.data["changes"]) == 9


def test_a_list_is_not_taken_back_by_undo(country: Settings, tmp_path: Path) -> None:
    written = bring_in(country, tmp_path, "--commit")
    with pytest.raises(Conflict) as refused:
        bando(country, "import", "undo", str(written.data["import_id"]), "--reason", "wrong_file")
    assert refused.value.code == "changes_undo_impossible"


def test_changes_between_two_sets_are_listed_and_held_against_the_land(
    country: Settings, tmp_path: Path
) -> None:
    bring_in(country, tmp_path, "--commit")
    told = bando(country, "boundaries", "changes", "2024-01-01", "2026-01-01")
    rows = {(one["from_code"], one["to_code"]): one for one in told.data["changes"]}
    assert rows["00006", "00005"]["weight"] == pytest.approx(0.8)
    assert rows["00006", "00005"]["source"] == "list"
    apart = bando(country, "boundaries", "changes", "2024-01-01", "2026-01-01", "--derive")
    # The list says 0.8 and 0.2, the land a half each.
    assert apart.counts["share"] == 2
    assert (apart.counts["no_land"], apart.counts["not_listed"]) == (0, 0)


def test_changes_as_csv_open_in_a_spreadsheet(country: Settings, tmp_path: Path) -> None:
    bring_in(country, tmp_path, "--commit")
    out = tmp_path / "bien-dong.csv"
    bando(country, "boundaries", "changes", "2024-01-01", "2026-01-01", "-o", str(out))
    raw = out.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    head, *lines = raw.decode("utf-8-sig").splitlines()
    assert head.split(";")[:4] == ["from_code", "from_name", "to_code", "to_name"]
    assert len(lines) == 9
    assert ";0,8;" in "".join(lines)
    # What was written can be brought in again: codes, shares, acts have their usual names.
    again = bando(country, "import", "changes", str(out))
    assert again.ok
    assert again.counts["transfer"] == 2


def test_A8_a_former_name_is_found_with_its_province_and_what_became_of_it(
    country: Settings,
) -> None:
    found = bando(country, "boundaries", "find", "xa 00006")
    (one,) = found.data["units"]
    assert (one["name"], one["province"]) == ("Xã 00006", "Tỉnh Hai")
    assert [(to["code"], to["weight"]) for to in one["became"]] == [("00005", 0.5), ("00007", 0.5)]
    assert any("50% → 00005" in line and "Tỉnh Hai" in line for line in found.lines)
    assert not bando(country, "boundaries", "find", "xa 00006", "--province", "Tỉnh Một").ok


def test_A2_a_code_is_found_on_every_set_that_has_it(country: Settings) -> None:
    found = bando(country, "boundaries", "find", "00001")
    old, new = found.data["units"]
    assert old["unit_id"] != new["unit_id"]
    assert [to["code"] for to in old["became"]] == ["00001"]
    assert new["became"] == []
    on = bando(country, "boundaries", "find", "00001", "--on", "01/01/2026")
    assert [one["set_id"] for one in on.data["units"]] == [new["set_id"]]


def test_a_unit_is_followed_to_another_day_and_back(country: Settings) -> None:
    there = bando(country, "boundaries", "trace", "00006", "--on", "2024-01-01")
    assert [one["code"] for one in there.data["heirs"]] == ["00005", "00007"]
    back = bando(
        country, "boundaries", "trace", "00005", "--on", "2026-01-01", "--to", "2024-01-01"
    )
    assert {one["code"] for one in back.data["heirs"]} == {"00005", "00006"}
    with pytest.raises(NotFound):
        bando(country, "boundaries", "trace", "00006", "--on", "2026-01-01")


def test_A8_former_names_on_the_map_follow_a_new_list(fresh_world: World, tmp_path: Path) -> None:
    settings = fresh_world.app.state.services.settings
    browser = fresh_world.browser("admin")
    address = f"/units/{fresh_world.new}"
    first = browser.get(address)
    kept = {"if-none-match": first.headers["etag"]}
    assert browser.get(address, headers=kept).status_code == 304

    def former(code: str) -> list[str]:
        communes = browser.json(address)["levels"]["commune"]
        return list(communes["former"][communes["code"].index(code)])

    assert former("00001") == ["Xã 00002"]
    moved = ROWS.replace("00002;00001", "00002;00003")
    assert bring_in(settings, tmp_path, "--commit", rows=moved).ok
    assert browser.get(address, headers=kept).status_code == 200
    assert (former("00001"), former("00003")) == ([], ["Xã 00002"])
