"""Lists of changes of units: what is found in a row, between rows, by the registers."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli import load, parse
from api.settings import Settings
from geo.boundaries import Register
from geo.errors import Finding, Refused
from geo.store import change_file
from geo.store.change_file import ChangeFile
from geo.store.change_rules import judge_changes
from tests.support.squares import AFTER, BEFORE, new_communes, old_communes, register_for

OLD = register_for(old_communes(), stated_on=date(2025, 3, 1))
NEW = register_for(new_communes(), stated_on=AFTER)
SOUND = {
    "old_code": ["00001", "00002", "00101", "00102"],
    "old_name": ["Xã A", "Xã B", "Phường C", "Thị trấn D"],
    "new_code": ["00001", "00001", "00103", "00102"],
    "new_name": ["Xã A", "Xã A", "Phường C Mới", "Xã D"],
    "new_province_code": ["01", "01", "02", "02"],
}


def judged(
    *, day: date = AFTER, before: Register = OLD, after: Register = NEW, **columns: list[str]
) -> list[Finding]:
    changes = pd.DataFrame({**SOUND, **columns}, index=[1, 2, 3, 4])
    return list(judge_changes(changes, changed_on=day, before=before, after=after))


def with_value(field: str, value: str, *, row: int) -> dict[str, list[str]]:
    values = list(SOUND[field])
    values[row - 1] = value
    return {field: values}


def test_a_sound_list_has_nothing_to_say() -> None:
    assert judged() == []


def far_away() -> Register:
    units = NEW.units.copy()
    units["lng"] = units["lng"].where(units["code"] != "00102", 108.0)
    return Register(units, stated_on=AFTER)


CASES: dict[str, tuple[str, int | None, list[Finding]]] = {
    "change_old_code_missing": ("error", 2, judged(**with_value("old_code", "", row=2))),
    "change_new_code_missing": ("error", 3, judged(**with_value("new_code", "", row=3))),
    "change_code_malformed": ("error", 4, judged(**with_value("new_code", "102", row=4))),
    "change_old_code_two_names": ("error", 1, judged(**with_value("old_code", "00001", row=2))),
    "change_new_code_two_names": ("error", 3, judged(**with_value("new_code", "00103", row=4))),
    "change_pair_repeated": (
        "warning",
        1,
        judged(old_code=["00001"] * 2 + ["00101", "00102"], old_name=["Xã A"] * 4),
    ),
    "change_crossed": ("warning", 4, judged(new_code=["00001", "00001", "00102", "00101"])),
    "change_old_code_unknown": ("warning", 2, judged(**with_value("old_code", "00009", row=2))),
    "change_new_code_unknown": (
        "warning",
        3,
        judged(
            **with_value("new_code", "00109", row=3), **with_value("new_name", "Phường X", row=3)
        ),
    ),
    "change_new_code_mistyped": ("warning", 3, judged(**with_value("new_code", "00130", row=3))),
    "change_old_name_differs": ("warning", 2, judged(**with_value("old_name", "Xã E", row=2))),
    "change_new_name_differs": ("warning", 4, judged(**with_value("new_name", "Xã E", row=4))),
    "change_far_apart": ("warning", 4, judged(after=far_away())),
    "change_share_unreadable": (
        "error",
        2,
        judged(share=["1", "-0,5", "", "1"]),
    ),
    "change_shares_not_whole": (
        "error",
        3,
        judged(old_code=["00001", "00002", "00101", "00101"], share=["1", "", "0,5", "0.3"]),
    ),
    "change_units_divided": ("info", None, judged(old_code=["00001"] * 2 + ["00101", "00101"])),
    "change_register_later": ("info", None, judged(day=BEFORE)),
}


@pytest.mark.parametrize("code", CASES)
def test_every_fault_is_found_in_its_row(code: str) -> None:
    severity, row, findings = CASES[code]
    assert (code, severity, row) in {(one.code, one.severity, one.row) for one in findings}
    for one in findings:
        assert "{" not in one.message("vi") + one.message("en")


def test_a_mistyped_code_is_proposed_by_the_name_in_its_province() -> None:
    found = {f.code: f.details for f in judged(**with_value("new_code", "00130", row=3))}
    assert found["change_new_code_mistyped"]["register_code"] == "00103"


def test_two_units_that_exchange_parts_are_not_crossed() -> None:
    findings = judged(
        old_code=["00001", "00001", "00102", "00102"],
        new_code=["00001", "00102", "00102", "00001"],
    )
    assert "change_crossed" not in {one.code for one in findings}


def test_old_units_are_not_held_against_a_register_of_later() -> None:
    found = {f.code for f in judged(day=BEFORE, **with_value("old_code", "00009", row=2))}
    assert "change_old_code_unknown" not in found


def test_a_name_that_could_be_a_persons_is_not_repeated() -> None:
    findings = judged(**with_value("old_name", "nhà ông Tư", row=2))
    assert findings
    assert not any("Tư" in f"{one.message('vi')}{one.details}" for one in findings)


def read(path: Path, text: str, *, day: date = AFTER, **columns: str) -> ChangeFile:
    path.write_text(text, encoding="utf-8")
    return change_file.read(path, changed_on=day, columns=columns)


def test_usual_columns_days_and_acts_are_read(tmp_path: Path) -> None:
    file = read(
        tmp_path / "a.csv",
        "Mã cũ;Tên cũ;Mã mới;Tên mới;Ngày hiệu lực;Nghị quyết;Ghi chú\n"
        "1;Phường  Phúc Xá;4;Phường Ba Đình;01/07/2025;1656/NQ-UBTVQH15;x\n"
        "00004;Phường Trúc Bạch;00004;Phường Ba Đình;hôm qua;;\n",
    )
    assert file.changes.columns.tolist() == [
        *("old_code", "old_name", "new_code", "new_name", "changed_on", "act")
    ]
    assert file.changes.loc[1].tolist() == [
        *("00001", "Phường Phúc Xá", "00004", "Phường Ba Đình", date(2025, 7, 1)),
        "1656/NQ-UBTVQH15",
    ]
    found = [(one.code, one.row) for one in file.findings]
    assert ("change_date_unreadable", 2) in found
    assert ("codes_zeros_restored", None) in found


def test_old_fonts_are_read_when_their_user_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"ma cu,ten cu,ma moi\n00001,Ph\xad\xeang Ph\xbfc X\xb8,00004\n")
    file = change_file.read(path, changed_on=AFTER, encoding="tcvn3")
    assert file.changes.loc[1, "old_name"].startswith("Phường ")


def test_columns_that_are_missing_or_wrongly_named_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read(tmp_path / "a.csv", "a,b\n1,2\n", old_code="X", colour="a")
    assert [one.code for one in refused.value.findings] == [
        *("column_unknown", "column_field_unknown", "column_missing"),
    ]
    assert read(tmp_path / "b.csv", "a,b\n1,2\n", old_code="a", new_code="b").columns == {
        "old_code": "a",
        "new_code": "b",
    }


def test_the_command_judges_and_says_that_it_writes_nothing(
    tmp_path: Path, fresh_settings: Settings
) -> None:
    words = ("import", "changes")
    command = load(words)
    path = tmp_path / "a.csv"
    for text, ok in (("ma cu,ma moi\n00001,00004\n", True), ("ma cu,ma moi\n00001,\n", False)):
        path.write_text(text, encoding="utf-8")
        outcome = command.run(parse(words, command, [str(path)]), fresh_settings)
        assert outcome.ok is ok
        assert outcome.data["committed"] is False
        assert outcome.counts["rows"] == 1
        assert any("chưa ghi gì" in line.lower() for line in outcome.lines)


@given(
    rows=st.lists(
        st.tuples(
            *[st.sampled_from(["", "1", "00001", "00002", "00103", "99999"])] * 2,
            *[st.sampled_from(["", "Xã A", "Phường C Mới", "\u00d0"])] * 2,
        ),
        max_size=8,
    )
)
def test_every_row_is_judged_whatever_it_holds(rows: list[tuple[str, str, str, str]]) -> None:
    changes = pd.DataFrame(
        rows,
        columns=["old_code", "new_code", "old_name", "new_name"],
        index=range(1, len(rows) + 1),
        dtype=object,
    )
    found = list(judge_changes(changes, changed_on=AFTER, before=OLD, after=NEW))
    empty = {
        (n, side) for n, row in enumerate(rows, 1) for side in "on" if not row["on".index(side)]
    }
    told = {(f.row, f.code[7]) for f in found if f.code.endswith("_code_missing")}
    assert told == empty
    assert all(f.row is None or 1 <= f.row <= len(rows) for f in found)


@pytest.mark.real_data
def test_the_list_of_the_statistics_office_is_judged(real_data: Path) -> None:
    path = real_data / "messy" / "gso_ward_changes_2019_2024.xls"
    file = change_file.read(path, changed_on=BEFORE)
    assert len(file.changes) == 11_204
    rows = {f.row for f in file.findings if f.code == "change_new_code_missing"}
    assert rows == {7370, 7371, 7372}
    twice = {f.unit for f in file.findings if f.code == "change_old_code_two_names"}
    assert {"01297", "01366", "01387", "01420", "01435", "04900"} <= twice
    assert any(f.code == "change_new_code_mistyped" for f in file.findings)


@pytest.mark.real_data
def test_contradictory_pairs_are_mostly_told_and_lawful_ones_hardly_ever(real_data: Path) -> None:
    shares = []
    for name in ("messy/crosswalk_conflicts.csv", "crosswalk_2025.csv"):
        file = change_file.read(real_data / name, changed_on=AFTER)
        doubts = {"change_far_apart", "change_old_code_unknown", "change_new_code_unknown"}
        rows = {f.row for f in file.findings if f.code in doubts}
        shares.append(len(rows) / len(file.changes))
    assert shares[0] > 0.85
    assert shares[1] < 0.01
