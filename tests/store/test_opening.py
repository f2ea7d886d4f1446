"""Files that offices send are opened safely: attacks and habits, made when the tests run."""

import contextlib
import io
import stat
import struct
import tempfile
import tracemalloc
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import BandoError, NotFound, Refused
from geo.store.opening import Limits, opened
from geo.store.opening_kinds import KINDS

ALL = frozenset(KINDS)
TABLE = b"code,name\n00001,A\n"
# Small enough that a bomb of a test bursts them.
SMALL = Limits(
    file_bytes=200_000,
    archive_bytes=300_000,
    archive_entries=20,
    ratio=50,
    ratio_free_bytes=20_000,
    workbook_bytes=300_000,
    line_bytes=5_000,
    chunk_bytes=1 << 12,
)


def zipped(path: Path, files: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def content_of(path: Path, *, kinds: frozenset[str] = ALL, limits: Limits = SMALL) -> bytes:
    with opened(path, kinds=kinds, limits=limits) as file:
        return file.path.read_bytes()


def refusal(path: Path, *, kinds: frozenset[str] = ALL, limits: Limits = SMALL) -> Refused:
    with pytest.raises(Refused) as caught, opened(path, kinds=kinds, limits=limits):
        pytest.fail("it was opened")
    return caught.value


def codes(error: Refused) -> set[str]:
    return {error.code, *(finding.code for finding in error.findings)}


def test_a_plain_file_is_read_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "xa.csv"
    path.write_bytes(TABLE)
    with opened(path, kinds=ALL) as file:
        assert (file.path, file.suffix, file.name) == (path, ".csv", "xa.csv")


@pytest.mark.parametrize("folder", ["", "thư mục/", "a\\b\\"])
def test_the_one_file_of_an_archive_is_unpacked_and_gone_afterwards(
    tmp_path: Path, folder: str
) -> None:
    path = zipped(tmp_path / "xa.zip", {f"{folder}xa.CSV": TABLE, f"{folder}note.pdf": b"%PDF"})
    with opened(path, kinds=ALL) as file:
        assert file.path.read_bytes() == TABLE
        assert (file.suffix, file.name) == (".csv", "xa.zip")
        place = file.path.parent
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert not place.exists()


def test_what_was_unpacked_is_gone_after_a_failure_as_well(tmp_path: Path) -> None:
    path = zipped(tmp_path / "xa.zip", {"xa.csv": TABLE})
    with pytest.raises(KeyError), opened(path, kinds=ALL) as file:
        raise KeyError
    assert not file.path.exists()


def test_leftovers_of_a_computer_are_no_candidates(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "xa.zip",
        {"xa.csv": TABLE, "__MACOSX/._xa.csv": b"\0", "._xa.csv": b"\0", ".DS_Store": b""},
    )
    assert content_of(path) == TABLE


def test_parts_come_along_under_one_name_and_the_hash_is_of_what_was_sent(tmp_path: Path) -> None:
    parts = {"R/Ranh.SHP": b"\0\0\x27\x0a", "R/ranh.shx": b"x", "R/Ranh.dbf": b"d", "o.dbf": b"n"}
    path = zipped(tmp_path / "r.zip", parts)
    with opened(path, kinds=ALL) as file:
        assert sorted(p.name for p in file.path.parent.iterdir()) == [
            *("data.dbf", "data.shp", "data.shx"),
        ]
        first = file.sha256
    with opened(path, kinds=ALL) as file:
        assert file.sha256 == first


def test_the_hash_of_a_file_in_parts_depends_on_every_part(tmp_path: Path) -> None:
    path = tmp_path / "r.shp"
    hashes = set()
    for part in (b"a", b"b"):
        for suffix, content in ((".shp", b"\0\0\x27\x0a"), (".shx", b"x"), (".DBF", part)):
            path.with_suffix(suffix).write_bytes(content)
        with opened(path, kinds=ALL) as file:
            hashes.add(file.sha256)
    assert len(hashes) == 2


def test_a_shapefile_without_its_parts_says_which(tmp_path: Path) -> None:
    path = tmp_path / "r.shp"
    path.write_bytes(b"\0\0\x27\x0a")
    error = refusal(path)
    assert (error.code, error.details["parts"]) == ("file_parts_missing", ".dbf .shx")
    assert (
        refusal(zipped(tmp_path / "r.zip", {"r.shp": b"\0\0\x27\x0a", "r.shx": b""})).details[
            "parts"
        ]
        == ".dbf"
    )


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "file_archive_empty"),
        ({"a.pdf": b"%PDF"}, "file_archive_empty"),
        ({"a.csv": TABLE, "b/b.csv": TABLE}, "file_archive_several"),
        ({"a.csv": TABLE, "b.zip": b"PK"}, "file_archive_nested"),
        ({"a.csv": TABLE, "b.7z": b"7z"}, "file_archive_nested"),
        ({"../a.csv": TABLE}, "file_archive_name_unsafe"),
        ({"b\\..\\..\\a.csv": TABLE}, "file_archive_name_unsafe"),
        ({"/etc/a.csv": TABLE}, "file_archive_name_unsafe"),
        ({"C:\\a.csv": TABLE}, "file_archive_name_unsafe"),
        ({"a\x1b[2J.csv": TABLE}, "file_archive_name_unsafe"),
        ({"nhà ông Tư.csv": TABLE}, "file_name_personal"),
        ({"a.csv": TABLE, **{f"{n}.pdf": b"" for n in range(20)}}, "file_archive_entries"),
        ({"a.csv": b"1\n" * 100_000}, "file_archive_ratio"),
        ({"a.csv": bytes(range(32, 127)) * 4_000}, "file_archive_too_large"),
    ],
)
def test_an_archive_that_cannot_be_trusted_is_refused(
    tmp_path: Path, files: dict[str, bytes], code: str
) -> None:
    error = refusal(zipped(tmp_path / "a.zip", files))
    assert code in codes(error)
    assert "Tư" not in str(error)


def test_everything_wrong_with_an_archive_is_said_at_once(tmp_path: Path) -> None:
    error = refusal(zipped(tmp_path / "a.zip", {"../a.csv": TABLE, "b.rar": b"", "/c.csv": TABLE}))
    assert [(one.code, one.row) for one in error.findings] == [
        ("file_archive_name_unsafe", 1),
        ("file_archive_nested", 2),
        ("file_archive_name_unsafe", 3),
        ("file_archive_several", None),
    ]


def test_candidates_are_listed(tmp_path: Path) -> None:
    error = refusal(zipped(tmp_path / "a.zip", {"xã.csv": TABLE, "tỉnh.csv": TABLE}))
    assert error.details["files"] == "xã.csv, tỉnh.csv"


def test_only_the_kinds_that_an_import_reads_are_candidates(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": TABLE, "a.geojson": b"{}"})
    assert content_of(path, kinds=frozenset({".geojson"})) == b"{}"
    assert refusal(path, kinds=frozenset({".gpkg"})).code == "file_archive_empty"


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "file_archive_link" in codes(refusal(tmp_path / "a.zip"))


def test_an_archive_under_a_password_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": TABLE})
    raw = bytearray(path.read_bytes())
    raw[6] |= 1  # the flag in the entry's own header and in the list at the end
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    assert "file_archive_encrypted" in codes(refusal(path))


def test_an_unusual_way_of_packing_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": TABLE}, method=zipfile.ZIP_LZMA)
    assert "file_archive_method" in codes(refusal(path))


@pytest.mark.parametrize("claim", [10, 100_000_000])
def test_a_size_that_an_archive_only_claims_is_not_believed(tmp_path: Path, claim: int) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": b"1\n" * 100_000})
    raw = bytearray(path.read_bytes())
    listed = raw.index(b"PK\x01\x02")
    raw[22:26] = raw[listed + 24 : listed + 28] = struct.pack("<I", claim)
    path.write_bytes(raw)
    # Too little is found out by the checksum, too much before anything is unpacked.
    expected = {10: "file_archive_broken", 100_000_000: "file_archive_too_large"}
    assert refusal(path).code == expected[claim]


@pytest.mark.parametrize(
    ("raw", "personal"),
    [
        ("Xã Tân Hưng".encode(), False),
        (b"X\xb7 T\xa9n H\xadng", False),  # TCVN3
        (b"X\xe3 T\xe2n H\xfdng", False),  # cp1258
        ("nhà ông Tư".encode(), True),
        (b"nh\xb5 \xabng T\xad", True),  # TCVN3
        (b"nh\xe0 \xf4ng T\xfd", True),  # Windows-1258
    ],
)
def test_a_name_in_any_encoding_is_read_and_looked_at(
    tmp_path: Path, raw: bytes, personal: bool
) -> None:
    stand_in = "x" * len(raw) + ".csv"
    path = zipped(tmp_path / "a.zip", {stand_in: TABLE})
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), raw + b".csv"))
    if personal:
        assert codes(refusal(path)) == {"file_name_personal"}
    else:
        assert content_of(path) == TABLE


def test_a_name_that_is_not_the_utf8_that_it_claims_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"ộ.csv": TABLE})
    path.write_bytes(path.read_bytes().replace("ộ".encode(), b"\xff\xff\xff"))
    assert refusal(path).code == "file_archive_broken"


def test_a_personal_file_name_is_refused_and_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "nhà ông Tư.csv"
    path.write_bytes(TABLE)
    error = refusal(path)
    assert error.code == "file_name_personal"
    assert "Tư" not in f"{error} {error.details}"


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound), opened(tmp_path / "x.csv", kinds=ALL):
        pytest.fail("it was opened")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", "file_kind_unknown"),
        ("a.csv", b"1\n" * 200_000, "file_too_large"),
        ("a.zip", b"no archive", "file_archive_broken"),
        ("a.gpkg", b"no database", "file_content_other"),
        ("a.geojson", b"code,name", "file_content_other"),
        ("a.xls", b"<html><table>", "file_content_other"),
        ("a.xlsx", b"code,name", "file_content_other"),
        ("a.xlsx", b"PK\x03\x04 no book", "file_archive_broken"),
        ("a.csv", b"code,na\0me\n", "file_text_nul"),
        ("a.csv", "\ufeffcode,na\0me\n".encode("utf-16-le"), "file_text_nul"),
        ("a.json", b'{"a": "\0"}', "file_text_nul"),
        ("a.csv", b"<OGRVRTDataSource>", "file_points_elsewhere"),
        ("a.json", b'{"type": "gdal_streamed_alg"}', "file_points_elsewhere"),
        ("a.json", b"[" + b" " * 4090 + b"<OGRVRTDataSource", "file_points_elsewhere"),
        ("a.gpkg", b"SQLite format 3\0<OGRVRTDataSource>", "file_points_elsewhere"),
        ("a.mif", b"no map", "file_content_other"),
        ("a.kml", b'<?xml version="1.0"?><!DOCTYPE kml []><kml/>', "file_xml_doctype"),
        ("a.gpx", b"<gpx>" + b" " * 4086 + b"<!ENTITY a 'b'>", "file_xml_doctype"),
        ("a.kml", "\ufeff<!DOCTYPE kml []><kml/>".encode("utf-16-be"), "file_xml_doctype"),
        ("a.csv", b"code\n" + b"1" * 5001, "file_line_too_long"),
    ],
)
def test_a_file_that_is_not_what_it_says_or_dangerous_is_refused(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert refusal(tmp_path / name).code == code
    if code not in ("file_kind_unknown", "file_too_large", "file_archive_broken"):
        limits = Limits(chunk_bytes=1 << 12, line_bytes=5_000)
        archive = zipped(tmp_path / "in.zip", {name: content})
        assert refusal(archive, limits=limits).code == code


@pytest.mark.parametrize("word", ['Open Table "/a.tab"', '"\\IsSeamless" = "TRUE"'])
def test_a_table_of_mapinfo_that_opens_others_is_refused(tmp_path: Path, word: str) -> None:
    path = tmp_path / "a.tab"
    path.with_suffix(".dat").write_bytes(b"x")
    path.write_text(f"!table\n!version 300\n{word}\n", encoding="ascii")
    assert refusal(path).code == "file_points_elsewhere"
    path.write_text("!table\n!version 300\n", encoding="ascii")
    assert content_of(path).startswith(b"!table")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_long_line_is_named_by_its_row(tmp_path: Path, ending: str) -> None:
    rows = ["code"] * 3000 + ["1" * 6000] + ["code"] * 3
    path = tmp_path / "a.csv"
    path.write_bytes(ending.join(rows).encode())
    # With CR alone nothing counts rows.
    assert refusal(path).details["row"] == (3001 if "\n" in ending else 1)


def test_utf16_with_decomposed_letters_passes(tmp_path: Path) -> None:
    # A letter, then U+0300: two NUL bytes in a row that are no NUL.
    text = "\ufeffma;ten\n00001;Ta\u0300\n"
    for encoding in ("utf-16-le", "utf-16-be"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        assert content_of(path).decode("utf-16") == text[1:]


def workbook(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in {"[Content_Types].xml": b"<Types/>", **parts}.items():
            book.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"xl/s.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}, "file_xml_doctype"),
        ({"xl/s.xml": "\ufeff<!DOCTYPE a []><a/>".encode("utf-16-le")}, "file_xml_doctype"),
        ({"xl/s.xml": b"<a>" + b" " * 200_000}, "file_archive_ratio"),
        ({"s.bin": bytes(range(97, 123)) * 3_000}, "file_archive_ratio"),
        ({f"{n}.bin": b" " * 19_000 for n in range(17)}, "file_archive_too_large"),
        ({f"{n}.xml": b"<a/>" for n in range(30)}, "file_archive_entries"),
    ],
)
def test_a_workbook_that_is_a_bomb_is_refused(
    tmp_path: Path, name: str, parts: dict[str, bytes], code: str
) -> None:
    (tmp_path / name).write_bytes(workbook(parts))
    assert refusal(tmp_path / name).code == code
    assert refusal(zipped(tmp_path / "in.zip", {name: workbook(parts)})).code == code


SHEET = '<worksheet xmlns="m"><dimension ref="{claim}"/><sheetData>{rows}</sheetData></worksheet>'


@pytest.mark.parametrize(
    ("claim", "rows", "code"),
    [
        ("A1", '<row r="1048576"><c r="XFD1048576"/></row>', "file_sheet_too_large"),
        ("A1", '<row r="1048576"/><row><c/><c r="XFD"/></row>', "file_sheet_too_large"),
        ("A1", '<row r="1" s="&gt;"><c t=">" r="XFD&#49;048576"/></row>', "file_sheet_too_large"),
        ("A1:XFD1", '<row r="9999"/>', "file_sheet_too_large"),
        ("A1", '<row r="99999999"/>', "file_archive_broken"),
        ("A1", '<row r=" 1_000"/>', "file_archive_broken"),
        ("A1", "<row>", "file_archive_broken"),
    ],
)
def test_a_sheet_that_claims_more_cells_than_there_is_room_for_is_refused(
    tmp_path: Path, claim: str, rows: str, code: str
) -> None:
    path = tmp_path / "a.xlsx"
    # Under another name than sheets have: its reader finds it by a list.
    path.write_bytes(workbook({"xl/theme/x.xml": SHEET.format(claim=claim, rows=rows).encode()}))
    assert refusal(path, limits=replace(SMALL, book_cells=1_000_000)).code == code


def test_a_sheet_of_the_whole_width_with_few_rows_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    sheet = SHEET.format(claim="A1:XFD1048576", rows='<row r="7"><c r="B7"/></row>')
    path.write_bytes(workbook({"xl/worksheets/sheet1.xml": sheet.encode()}))
    with opened(path, kinds=ALL) as file:
        assert file.suffix == ".xlsx"


def test_a_workbook_under_a_password_says_so(tmp_path: Path) -> None:
    locked = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b" " * 4090 + "EncryptedPackage".encode("utf-16-le")
    )
    for name in ("a.xlsx", "a.xls"):
        (tmp_path / name).write_bytes(locked)
        error = refusal(tmp_path / name, kinds=frozenset({".xlsx"} | {name[1:]}))
        assert error.code == "file_workbook_encrypted"


def test_memory_does_not_grow_with_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as out:
        for _ in range(64):
            out.write(b"1" * (1 << 20))
    tracemalloc.start()
    assert refusal(path, limits=Limits()).code == "file_line_too_long"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 << 20


@given(content=st.binary(max_size=400), name=st.sampled_from([*sorted(ALL), ".zip", ".kmz"]))
def test_whatever_bytes_come_the_answer_is_a_file_or_a_refusal(content: bytes, name: str) -> None:
    begins = KINDS[name].begins[:1] if name in KINDS else (b"PK\x03\x04",)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{name}"
        for start in (b"", *begins):
            path.write_bytes(start + content)
            try:
                read = content_of(path)
            except BandoError:
                continue
            assert read == start + content


@given(
    names=st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12),
        unique=True,
        max_size=4,
    )
)
def test_nothing_is_written_outside_the_private_folder(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / "in"
        inside.mkdir()
        path = zipped(inside / "a.zip", {f"{name}.csv": TABLE for name in names})
        with contextlib.suppress(Refused), opened(path, kinds=ALL) as file:
            assert file.path.name == "data.csv"
            assert file.path.read_bytes() == TABLE
        assert sorted(Path(folder).rglob("*")) == [inside, path]
