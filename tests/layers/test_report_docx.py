"""The report as Word reads it: layout of decree 30/2020, structure, figures unchanged."""

import io
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from layers.report.contents import Contents
from layers.report_docx import write_docx
from tests.support.handout_facts import commune, contents_of, province

# Children of these in the order of the schema (ECMA-376, WordprocessingML), as far as they occur.
_ORDER = {
    "w:pPr": (
        *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr"),
        *("pBdr", "shd", "tabs", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl", "rPr"),
    ),
    "w:trPr": ("cantSplit", "tblHeader"),
    "w:sectPr": (
        *("headerReference", "footerReference", "pgSz", "pgMar", "cols", "titlePg", "docGrid"),
    ),
}


@pytest.fixture(scope="module")
def contents() -> Contents:
    return contents_of(province())


@pytest.fixture(scope="module")
def paper(contents: Contents) -> Any:
    return Document(io.BytesIO(write_docx(contents)))


def test_the_page_is_A4_with_the_margins_of_the_decree(paper: Any) -> None:
    page = paper.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    # Word counts in twentieths of a point.
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    top, bottom, left, right = (round(one.mm) for one in margins)
    assert 20 <= top <= 25
    assert 20 <= bottom <= 25
    assert 30 <= left <= 35
    assert 15 <= right <= 20


def test_letters_are_times_new_roman_13_or_14(paper: Any) -> None:
    for name in ("Normal", "Heading 1", "Heading 2", "Bando Text"):
        style = paper.styles[name]
        assert style.font.name == "Times New Roman"
        assert Pt(13) <= style.font.size <= Pt(14)


def test_the_letterhead_has_country_motto_office_and_leaves_number_and_day_to_people(
    paper: Any,
) -> None:
    left, right = paper.tables[0].rows[0].cells
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in right.text
    assert "Độc lập - Tự do - Hạnh phúc" in right.text
    assert "BCĐ 138 TỈNH MỘT" in left.text
    number, day = (cell.text for cell in paper.tables[0].rows[1].cells)
    assert number == "Số: ……/BC-……"
    assert day == "…………, ngày …… tháng …… năm ………"


def test_the_ending_has_receivers_and_a_free_place_for_the_signature(paper: Any) -> None:
    left, right = paper.tables[-1].rows[0].cells
    assert left.text.startswith("Nơi nhận:")
    assert right.text.startswith("[QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ]")
    assert sum(not line.text for line in right.paragraphs) >= 3


def test_parts_are_real_headings_in_their_order(paper: Any) -> None:
    found = [line.text for line in paper.paragraphs if line.style.name == "Heading 1"]
    assert [one.split(".")[0] for one in found] == ["I", "II", "III", "IV", "V"]
    assert found[0] == "I. TÌNH HÌNH"
    for hint in ("[Cơ quan lập báo cáo ghi đánh giá chung]",):
        assert hint in [line.text for line in paper.paragraphs]


def test_every_table_of_the_text_reads_as_its_contents(paper: Any, contents: Contents) -> None:
    wanted = [one for one in contents.tables() if one.in_text]
    drawn = paper.tables[1:-1]
    assert len(drawn) == len(wanted)
    for table, asked in zip(drawn, wanted, strict=True):
        assert [cell.text for cell in table.rows[0].cells] == [one.title for one in asked.columns]
        for row, cells in zip(table.rows[1:], asked.rows, strict=False):
            assert [cell.text for cell in row.cells] == [
                one.text("vi", missing="chưa có") for one in cells
            ]
        assert len(table.rows) - 1 - len(asked.rows) in (0, 1, 2)


def test_heads_of_tables_come_again_on_every_page(paper: Any) -> None:
    for table in paper.tables[1:-1]:
        properties = table.rows[0]._tr.trPr
        assert properties is not None
        assert properties.find(qn("w:tblHeader")) is not None


def test_each_page_says_that_the_data_are_simulated_and_who_made_the_file(paper: Any) -> None:
    page = paper.sections[0]
    for header in (page.first_page_header, page.header):
        assert "DỮ LIỆU MÔ PHỎNG" in "".join(line.text for line in header.paragraphs)
    for footer in (page.first_page_footer, page.footer):
        text = footer.paragraphs[0].text
        assert "Số liệu tính đến ngày 31/10/2026" in text
        assert "canbo" in text
        assert "Giao ban" in text
    assert "mô phỏng" in paper.core_properties.keywords.lower()


def test_pages_are_numbered_from_the_second_on(paper: Any) -> None:
    page = paper.sections[0]
    assert page.different_first_page_header_footer
    assert "PAGE" in page.header._element.xml
    assert "PAGE" not in page.first_page_header._element.xml


def test_everything_can_be_edited_and_stands_in_the_order_of_the_schema(contents: Contents) -> None:
    with zipfile.ZipFile(io.BytesIO(write_docx(contents))) as archive:
        xml = archive.read("word/document.xml").decode()
    assert "txbxContent" not in xml
    assert "<w:drawing" not in xml
    body = Document(io.BytesIO(write_docx(contents))).element
    for tag, order in _ORDER.items():
        for element in body.iter(qn(tag)):
            names = [one.tag.rpartition("}")[2] for one in element]
            assert set(names) <= set(order), (tag, names)
            places = [order.index(one) for one in names]
            assert places == sorted(places), (tag, names)


def test_a_report_without_any_figure_is_still_a_report() -> None:
    bare = commune(figures=(), run_before=None, communes=commune().communes)
    paper = Document(io.BytesIO(write_docx(contents_of(bare))))
    assert any("Chưa có số liệu vụ việc" in line.text for line in paper.paragraphs)
