"""What a file holds beside its cells: found, and never repeated."""

import io
import json
import struct
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from geo.errors import Finding
from geo.personal import find_personal_in_parts

PERSON = " ".join(["Trần", "Văn", "Bê"])


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def codes(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    said = json.dumps([one.as_json() for one in found], ensure_ascii=False)
    assert PERSON not in said
    return [(one.severity, one.code) for one in found]


def packed(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return out.getvalue()


def test_a_plain_workbook_has_nothing_to_find() -> None:
    book = Workbook()
    book.active.title = "Điểm 2025"
    book.active["A1"] = PERSON  # a cell: judged with the rows
    assert find_personal_in_parts(saved(book), suffix=".xlsx") == ()


def test_sheet_names_comments_headers_and_defined_names_are_judged() -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = PERSON
    sheet["B2"].comment = Comment(f"hỏi {PERSON}", "openpyxl")
    sheet.oddHeader.center.text = f"Người lập: {PERSON}"
    book.defined_names["Tran_Van_Be"] = DefinedName("Tran_Van_Be", attr_text="Sheet!$A$1")
    found = codes(find_personal_in_parts(saved(book), suffix=".xlsx"))
    assert sorted(found) == [
        ("error", "part_personal_comment"),
        ("error", "part_personal_defined_name"),
        ("error", "part_personal_header_footer"),
        ("error", "part_personal_sheet_name"),
    ]


def test_a_title_is_refused_and_an_author_only_warned_of() -> None:
    book = Workbook()
    book.properties.title = f"Danh sách của {PERSON}"
    book.properties.creator = PERSON
    book.properties.lastModifiedBy = PERSON
    found = codes(find_personal_in_parts(saved(book), suffix=".xlsx"))
    assert found == [("error", "part_personal_property"), ("warning", "file_author_not_kept")]


def test_text_boxes_are_judged() -> None:
    box = f'<d xmlns:a="a"><a:p><a:r><a:t>nhà </a:t></a:r><a:r><a:t>{PERSON}</a:t></a:r></a:p></d>'
    found = find_personal_in_parts(packed(xl__drawings__drawing1_xml=box), suffix=".xlsx")
    assert codes(found) == [("error", "part_personal_text_box")]


def test_an_open_document_is_judged() -> None:
    content = f"""<o xmlns:table="t" xmlns:office="o" xmlns:text="x" xmlns:draw="d" xmlns:dc="dc">
      <table:table table:name="{PERSON}"><table:table-cell><office:annotation>
      <dc:creator>{PERSON}</dc:creator><text:p>gặp {PERSON}</text:p></office:annotation>
      <text:p>{PERSON}</text:p></table:table-cell></table:table>
      <draw:text-box><text:p>{PERSON}</text:p></draw:text-box></o>"""
    meta = f'<m xmlns:dc="dc"><dc:creator>{PERSON}</dc:creator><dc:title>Điểm</dc:title></m>'
    found = find_personal_in_parts(packed(content_xml=content, meta_xml=meta), suffix=".ods")
    assert sorted(codes(found)) == [
        ("error", "part_personal_comment"),
        ("error", "part_personal_sheet_name"),
        ("error", "part_personal_text_box"),
        ("warning", "file_author_not_kept"),
    ]


@pytest.mark.parametrize("tag", ["name", "desc", "cmt"])
def test_tracks_are_judged(tag: str) -> None:
    track = f"<gpx><metadata><author><name>x</name></author></metadata><wpt><{tag}>{PERSON}</{tag}></wpt></gpx>"  # noqa: E501
    found = codes(find_personal_in_parts(track.encode(), suffix=".gpx"))
    assert ("error", "part_personal_track") in found


def test_descriptions_of_kml_are_read_without_their_markup() -> None:
    kml = (
        f"<kml><Placemark><description><![CDATA[<b>{PERSON}</b>]]></description></Placemark></kml>"
    )
    assert codes(find_personal_in_parts(kml.encode(), suffix=".kml")) == [
        ("error", "part_personal_track")
    ]
    fine = "<kml><Placemark><name>Chợ Bến Thành</name></Placemark></kml>"
    assert find_personal_in_parts(fine.encode(), suffix=".kml") == ()


def test_members_of_geojson_beside_its_features_are_judged() -> None:
    told = {"type": "FeatureCollection", "name": "diem", "meta": {"by": [PERSON]}, "features": []}
    found = find_personal_in_parts(json.dumps(told).encode(), suffix=".geojson")
    assert codes(found) == [("error", "part_personal_member")]


def test_attributes_of_a_shapefile_are_judged() -> None:
    fields = b"".join(name.ljust(11, b"\0") + bytes(21) for name in (b"MA", b"HO_TEN"))
    head = bytes(8) + struct.pack("<H", 32 + len(fields) + 1) + bytes(22) + fields + b"\r"
    found = find_personal_in_parts(head, suffix=".dbf")
    assert codes(found) == [("error", "part_personal_attribute")]
    assert found[0].details == {"number": 2}


BOMB = (
    '<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<gpx><name>&b;</name></gpx>"
)


def test_entities_are_refused() -> None:
    assert codes(find_personal_in_parts(BOMB.encode(), suffix=".gpx")) == [
        ("error", "parts_unsafe")
    ]
    book = packed(xl__workbook_xml=BOMB)
    assert codes(find_personal_in_parts(book, suffix=".xlsx")) == [("error", "parts_unsafe")]


def test_a_part_that_unpacks_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.personal.parts._LARGEST_PART", 1_000)
    book = packed(docProps__core_xml="<a>" + "x" * 2_000 + "</a>")
    assert codes(find_personal_in_parts(book, suffix=".xlsx")) == [("error", "parts_unsafe")]


@pytest.mark.parametrize("suffix", [".xlsx", ".ods", ".gpx", ".kml", ".geojson", ".dbf"])
def test_a_damaged_file_gets_a_finding(suffix: str) -> None:
    found = find_personal_in_parts(b"{<\x00\xff", suffix=suffix)
    assert codes(found) == [("error", "parts_unreadable")]


def test_a_kind_without_such_parts_has_nothing_to_find() -> None:
    assert find_personal_in_parts(b"a,b\n1,2\n", suffix=".csv") == ()
