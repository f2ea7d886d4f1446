"""Reports through the real service: rights, figures equal to the store's, the trace of each."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import httpx
import openpyxl
import pytest
from docx import Document
from sqlalchemy import text

from api.access import ROLES, Permission, may
from geo.store import audit
from layers.report_xlsx import HEAD_ROW
from tests.api.conftest import ROLE_OF, World, built_world
from tests.support import small_world
from tests.support.postgres import Server

PERIOD = "M2026-08"


@pytest.fixture(scope="module")
def own(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A country of this file's own: each report leaves a line in the audit trail."""
    with built_world(server, tmp_path_factory.mktemp("home")) as built:
        yield built


def ask(own: World, login: str | None, **wish: object) -> httpx.Response:
    body = {
        "boundary_set": own.new,
        "level": "commune",
        "code": "00003",
        "period": PERIOD,
        "purpose": "giao_ban",
        "format": "docx",
    }
    return own.browser(login).request(
        "POST",
        "/handouts/report",
        content=json.dumps(body | wish),
        headers={"Content-Type": "application/json", "Origin": "http://testserver"},
    )


def words(answer: httpx.Response) -> str:
    """Give all words of a DOCX, tables included."""
    assert answer.status_code == 200, answer.text
    paper = Document(io.BytesIO(answer.content))
    cells = [cell.text for one in paper.tables for row in one.rows for cell in row.cells]
    return "\n".join([line.text for line in paper.paragraphs] + cells)


def rows_of(answer: httpx.Response, sheet: str) -> dict[str, list[Any]]:
    """Give the rows of a sheet by their first cell."""
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = book[sheet].iter_rows(min_row=HEAD_ROW + 1, values_only=True)
    return {str(row[0]): list(row) for row in rows if row[0] is not None}


def test_one_click_gives_document_annex_and_map_as_pdf_and_png(own: World) -> None:
    answer = ask(own, "chihuy", format="zip", level="province", code="01")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        begins = [archive.read(name)[:4] for name in names]
    assert names == [
        f"bao-cao-tinh-mot-{PERIOD}.docx",
        f"bao-cao-tinh-mot-{PERIOD}.xlsx",
        f"ban-do-tinh-mot-{PERIOD}-A4.pdf",
        f"ban-do-tinh-mot-{PERIOD}-A4.png",
    ]
    assert begins == [b"PK\x03\x04", b"PK\x03\x04", b"%PDF", b"\x89PNG"]
    told = answer.headers["content-disposition"]
    assert f'filename="bao-cao-tinh-mot-{PERIOD}.zip"' in told
    assert f"Báo cáo Tỉnh Một {PERIOD}.zip" in unquote(told)


@pytest.mark.parametrize("login", sorted(ROLE_OF))
def test_only_roles_with_the_permission_have_reports_made(own: World, login: str) -> None:
    allowed = may(ROLE_OF[login], Permission.HANDOUT)
    status = ask(own, login).status_code
    # khongvung has no area, tinhmot and xaba see this commune.
    expected = 403 if not allowed else 404 if login == "khongvung" else 200
    assert status == expected


def test_without_a_session_nothing_is_made(own: World) -> None:
    assert ask(own, None).status_code == 401


def test_X1_a_unit_that_is_not_wholly_in_the_area_gives_no_report(own: World) -> None:
    for login, level, code in (
        ("xaba", "province", "01"),
        ("xaba", "commune", "00004"),
        ("tinhmot", "province", "02"),
        ("tinhmot", "country", "VN"),
    ):
        answer = ask(own, login, level=level, code=code)
        assert answer.status_code == 404, (login, code)
        assert answer.json()["error"]["code"] == "handout_outside_area"
    assert ask(own, "chihuy", level="country", code="VN").status_code == 200


def test_every_count_of_places_equals_the_one_of_the_store(own: World) -> None:
    shown = {
        "Số điểm, tụ điểm phức tạp về ma túy đang có": "active_count",
        "Số điểm, tụ điểm phát sinh mới": "new_count",
        "Số điểm, tụ điểm đã triệt xóa": "eliminated_count",
        "Số điểm, tụ điểm tái hình thành, tái hoạt động": "reformed_count",
    }
    for level, code in (("commune", "00003"), ("province", "01"), ("province", "02")):
        told = rows_of(ask(own, "chihuy", level=level, code=code, format="xlsx"), "diem")
        assert set(told) == set(shown)
        with own.engines.operator.connect() as conn:
            key = small_world.key_of(conn, own.new_id, code, level)
            for place, period in ((2, PERIOD), (3, "M2026-07")):
                row = (
                    conn.execute(
                        text("SELECT * FROM unit_count WHERE unit_key = :k AND period_id = :p"),
                        {"k": key, "p": period},
                    )
                    .mappings()
                    .one()
                )
                for name, column in shown.items():
                    found = told[name][place]
                    if row[column] or row["reported_units"]:
                        assert found == row[column], (code, period, name)
                    else:
                        assert found == "chưa có số liệu", (code, period, name)


def test_every_count_in_the_document_equals_the_one_of_the_store(own: World) -> None:
    answer = ask(own, "chihuy", level="province", code="02")
    paper = Document(io.BytesIO(answer.content))
    rows = {
        row.cells[0].text: [cell.text for cell in row.cells]
        for table in paper.tables
        for row in table.rows
    }
    with own.engines.operator.connect() as conn:
        key = small_world.key_of(conn, own.new_id, "02", "province")
        stored = conn.execute(
            text("SELECT period_id, active_count FROM unit_count WHERE unit_key = :k"), {"k": key}
        )
        counts = {row.period_id: row.active_count for row in stored}
    told = rows["Số điểm, tụ điểm phức tạp về ma túy đang có"]
    now, before = counts[PERIOD], counts["M2026-07"]
    assert told[2:4] == [str(now), str(before)]
    assert told[4] == (f"+{now - before}" if now > before else str(now - before))


def test_P5_an_entered_figure_equals_the_stored_one_and_says_that_it_is_not_approved(
    own: World,
) -> None:
    answer = ask(own, "chihuy", period="M2026-07", format="xlsx")
    row = rows_of(answer, "nguoi")["Số người nghiện ma túy có hồ sơ quản lý"]
    assert row[2] == 12
    assert row[5] == "số liệu chưa duyệt"
    assert "số liệu chưa duyệt" in words(ask(own, "chihuy", period="M2026-07"))


def test_classes_equal_the_decided_ones_of_the_store(own: World) -> None:
    answer = ask(own, "chihuy", level="province", code="01", format="xlsx")
    told = {code: row[3] for code, row in rows_of(answer, "phan-loai-xa").items()}
    assert told == {
        "00001": "Chưa đánh giá",
        "00003": "Không có ma túy",
        "00004": "Trọng điểm loại II",
    }
    text_ = words(ask(own, "chihuy"))
    assert "Không có ma túy, theo văn bản số 12/QĐ ngày 30/06/2026" in text_


def test_N1_totals_of_persons_stand_in_reports_of_communes_alone(own: World) -> None:
    name = "Số người nghiện ma túy có hồ sơ quản lý"
    assert name in words(ask(own, "chihuy", period="M2026-07"))
    for level, code in (("province", "01"), ("country", "VN")):
        told = ask(own, "chihuy", level=level, code=code, period="M2026-07", format="xlsx")
        book = openpyxl.load_workbook(io.BytesIO(told.content))
        assert "nguoi" not in book.sheetnames
        cells = {str(one) for sheet in book for row in sheet.values for one in row}
        assert not any("người nghiện" in one for one in cells)


def test_restricted_figures_are_left_out_for_roles_that_may_not_see_them(own: World) -> None:
    told = words(ask(own, "thamdinh"))
    assert "thuộc diện hạn chế" in told
    assert "Số điểm, tụ điểm" not in told
    refused = ask(own, "thamdinh", format="pdf", layer="active")
    assert refused.status_code == 404
    assert refused.json()["error"]["code"] == "layer_unknown"


def test_another_layer_is_named_in_its_file(own: World) -> None:
    answer = ask(own, "chihuy", layer="active", format="pdf", grey=True)
    assert answer.status_code == 200
    name = f"ban-do-active-xa-00003-{PERIOD}-A4-xam.pdf"
    assert f'filename="{name}"' in answer.headers["content-disposition"]


def test_A4_a_merged_commune_is_not_assessed_and_inherits_nothing(own: World) -> None:
    told = words(ask(own, "chihuy", code="00001"))
    assert "chưa được đánh giá, phân loại" in told
    assert "không kế thừa" in told


def test_N7_each_report_leaves_a_line_with_who_what_and_why(own: World) -> None:
    with own.engines.operator.connect() as conn:
        before = audit.verify(conn).entry_count
    answer = ask(own, "xaba", purpose="kiem_tra")
    assert (
        "Kiểm tra, đôn đốc"
        in Document(io.BytesIO(answer.content)).sections[0].footer.paragraphs[0].text
    )
    assert ask(own, "xaba", code="00004").status_code == 404
    with own.engines.operator.connect() as conn:
        state = audit.verify(conn)
        row = conn.execute(
            text("SELECT actor, action, subject FROM audit_entry ORDER BY seq DESC LIMIT 1")
        ).one()
    assert state.entry_count == before + 1
    assert state.broken_seq is None
    assert (row.actor, row.action) == ("xaba", "handout.report")
    assert row.subject["unit"] == "00003"
    assert row.subject["purpose"] == "kiem_tra"
    assert row.subject["period"] == PERIOD
    assert row.subject["restricted"] == 1
    assert row.subject["files"] == [f"bao-cao-xa-00003-{PERIOD}.docx"]


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"purpose": "vì tôi muốn"}, 422, "handout_purpose_unknown"),
        ({"period": "Y1999"}, 404, "period_not_computed"),
        ({"code": "99999"}, 404, "unit_unknown"),
        ({"layer": "drug_free_share", "format": "pdf"}, 404, "layer_level"),
        ({"paper": "A5"}, 422, None),
        ({"nonsense": 1}, 422, None),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_reason(
    own: World, wish: dict[str, object], status: int, code: str | None
) -> None:
    answer = ask(own, "chihuy", **wish)
    assert answer.status_code == status, answer.text
    if code is not None:
        assert answer.json()["error"]["code"] == code


def test_a_click_waits_for_the_one_before_it_and_is_told_so_in_the_end(
    own: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.routes import handouts

    monkeypatch.setattr(handouts, "_PATIENCE_S", 0.01)
    with own.app.state.services.handouts:
        answer = ask(own, "chihuy")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "handout_busy"
    # What is refused gives its turn back.
    assert ask(own, "chihuy", code="99999").status_code == 404
    assert ask(own, "chihuy").status_code == 200


def test_a_window_before_the_reform_is_told_on_the_borders_of_then(own: World) -> None:
    told = words(ask(own, "chihuy", boundary_set=own.old, code="00001", period="M2025-03"))
    assert "Trọng điểm loại III, theo văn bản số 2/QĐ ngày 31/03/2025" in told
    assert "trước" in told
    district = ask(
        own, "chihuy", boundary_set=own.old, level="district", code="001", period="M2025-03"
    )
    assert district.status_code == 200


def test_every_role_is_told_whether_it_may_hand_out() -> None:
    assert {role for role in ROLES if may(role, Permission.HANDOUT)} == {
        *("reporter", "patrol_lead", "planner", "appraiser", "commander", "administrator"),
    }
