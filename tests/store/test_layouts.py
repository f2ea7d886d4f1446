from dataclasses import replace

import pytest
from sqlalchemy import Connection, text

from geo.errors import NotFound, Refused
from geo.office_sheet.layout import Layout, Line
from geo.store import layouts

LAYOUT = Layout(
    kind="observations",
    orientation="units_in_rows",
    signature="ab" * 16,
    lines=(Line("so vu", "Số vụ", "I01"),),
    columns={"unit": "don vi"},
    marks=(("-", "zero"),),
)


def test_a_layout_comes_back_as_it_was_saved(operator_conn: Connection) -> None:
    layout_id = layouts.save(operator_conn, "bao-cao-thang", LAYOUT, actor="command")
    found = layouts.find(operator_conn, "bao-cao-thang")
    assert (found.layout_id, found.layout, found.versions) == (layout_id, LAYOUT, 1)
    by_form = layouts.find_by_signature(operator_conn, LAYOUT.signature)
    assert by_form is not None
    assert by_form.name == "bao-cao-thang"
    assert layouts.find_by_signature(operator_conn, "cd" * 16) is None


def test_a_new_version_replaces_and_the_old_one_is_kept(operator_conn: Connection) -> None:
    changed = replace(LAYOUT, marks=(("-", "blank"),), signature="ef" * 16)
    layouts.save(operator_conn, "mau", LAYOUT, actor="command")
    layouts.save(operator_conn, "mau", changed, actor="command")
    layouts.save(operator_conn, "khac", LAYOUT, actor="command")
    assert [one.layout for one in layouts.history(operator_conn, "mau")] == [LAYOUT, changed]
    assert [(one.name, one.versions) for one in layouts.list_layouts(operator_conn)] == [
        ("khac", 1),
        ("mau", 2),
    ]
    by_form = layouts.find_by_signature(operator_conn, LAYOUT.signature)
    assert by_form is not None
    assert by_form.name == "khac"


def test_the_same_layout_again_is_known(operator_conn: Connection) -> None:
    first = layouts.save(operator_conn, "mau", LAYOUT, actor="command")
    assert layouts.save(operator_conn, "mau", LAYOUT, actor="command") == first
    count = operator_conn.execute(
        text("SELECT count(*) FROM audit_entry WHERE action = 'layout.save'")
    )
    assert count.scalar_one() == 1


def test_a_heading_about_a_person_is_not_kept(operator_conn: Connection) -> None:
    about = replace(LAYOUT, lines=(Line("a", "nhà ông Tư", "I01"),))
    with pytest.raises(Refused) as refused:
        layouts.save(operator_conn, "mau", about, actor="command")
    assert [one.code for one in refused.value.findings] == ["sheet_personal"]


def test_open_questions_and_unfit_names_are_refused(operator_conn: Connection) -> None:
    with pytest.raises(Refused) as refused:
        layouts.save(operator_conn, "mau", replace(LAYOUT, marks=(("-", "ask"),)), actor="command")
    assert [one.code for one in refused.value.findings] == ["layout_question_mark"]
    with pytest.raises(Refused) as refused:
        layouts.save(operator_conn, "Mẫu 1", LAYOUT, actor="command")
    assert refused.value.code == "layout_name_unfit"
    with pytest.raises(NotFound):
        layouts.find(operator_conn, "mau")
