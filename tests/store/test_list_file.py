"""Tables of texts: separators, encodings, workbooks, headers under a title."""

import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import Refused
from geo.store import book_cells
from geo.store.list_file import BOOKS, TEXTS, read_list
from geo.store.opening import OpenedFile, opened


def read(path: Path) -> pd.DataFrame:
    with opened(path, kinds=TEXTS | BOOKS) as file:
        return read_list(file)


def written(path: Path, content: bytes) -> pd.DataFrame:
    path.write_bytes(content)
    return read(path)


def test_a_title_above_the_header_is_passed_over_and_rows_keep_their_numbers(
    tmp_path: Path,
) -> None:
    table = written(tmp_path / "a.csv", "DANH SÁCH;;\n;;\nMã;Tên;\n1;A;x\n;;\n2;B;y\n".encode())
    assert table.columns.tolist() == ["Mã", "Tên", "#3"]
    assert table.to_numpy().tolist() == [["1", "A", "x"], ["2", "B", "y"]]
    assert table.index.tolist() == [1, 3]


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    assert written(tmp_path / "a.csv", b"a,a,b\n1,2,3\n").columns.tolist() == ["a", "a #2", "b"]


def test_bytes_of_old_fonts_come_as_the_decoders_take_them(tmp_path: Path) -> None:
    table = written(tmp_path / "a.csv", b"ma,ten\n00001,Ph\xad\xeang Ph\xe8 Hi\xd5n\n")
    assert table["ten"].tolist() == ["Ph\xad\xeang Ph\xe8 Hi\xd5n"]


def test_a_workbook_gives_texts_without_the_point_of_numbers(tmp_path: Path) -> None:
    frame = pd.DataFrame({"ma": [1, 20], "ten": ["A", None], "ngay": pd.to_datetime("2025-07-01")})
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    table = read(tmp_path / "a.xlsx")
    assert table.to_numpy().tolist() == [["1", "A", "2025-07-01"], ["20", "", "2025-07-01"]]


def test_a_workbook_that_breaks_its_reader_is_only_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 40)
    with pytest.raises(Refused) as refused:
        read(path)
    assert refused.value.code == "book_unreadable"


def test_a_sheet_that_claims_too_much_ends_its_reader_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book_cells, "MEMORY_BYTES", 1 << 30)
    cell = '<c r="{}" t="str"><v>x</v></c>'
    frame = pd.DataFrame({"ma": ["1"]})
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    with (
        zipfile.ZipFile(tmp_path / "a.xlsx") as source,
        zipfile.ZipFile(tmp_path / "b.xlsx", "w") as target,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                rows = f'<row r="9">{cell.format("A9")}</row>'
                rows += f'<row r="1048576">{cell.format("XFD1048576")}</row></sheetData>'
                content = content.replace(b"</sheetData>", rows.encode())
            target.writestr(entry, content)
    with pytest.raises(Refused) as refused:
        book_cells.cells_of_book(tmp_path / "b.xlsx", name="b.xlsx")
    assert refused.value.code == "book_unreadable"


NAMESPACES = "urn:oasis:names:tc:opendocument:xmlns"


def test_an_open_document_is_read_like_a_workbook(tmp_path: Path) -> None:
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in (("ma", "ten"), ("00001", "Xã A"))
    )
    content = (
        f'<office:document-content xmlns:office="{NAMESPACES}:office:1.0"'
        f' xmlns:table="{NAMESPACES}:table:1.0" xmlns:text="{NAMESPACES}:text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="x">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as book:
        book.writestr("mimetype", kind)
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr("content.xml", content)
    table = read(tmp_path / "a.ods")
    assert table.columns.tolist() == ["ma", "ten"]
    assert table.to_numpy().tolist() == [["00001", "Xã A"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "list_file_empty"),
        (b"\n\n", "list_file_empty"),
        (b"ma,ten\n", "list_file_empty"),
        (b'ma,ten\n"1,A\n', "list_file_unreadable"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        written(tmp_path / "a.csv", content)
    assert refused.value.code == code


@given(
    cells=st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), min_size=1),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=5,
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]], encoding: str
) -> None:
    path = tmp_path_factory.mktemp("t") / "a.csv"
    pd.DataFrame(cells, columns=["ma", "ten", "tinh"]).to_csv(
        path, index=False, encoding=encoding, quoting=1
    )
    file = OpenedFile(path, ".csv", path.name, "")
    assert read_list(file).to_numpy().tolist() == cells
