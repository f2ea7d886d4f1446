"""Writes a report as an editable DOCX in the layout of decree 30/2020/NĐ-CP, annex I.

A4, margins 20, 20, 30, 15 mm; Times New Roman 13 and 14; national name and motto; name of the
office; number, place, day, receivers and signature left to people. Real headings, real tables whose
heads repeat on each page, no text boxes: every word can be edited in Word and in LibreOffice.
"""

from io import BytesIO
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Pt, RGBColor

from geo.messages import say
from layers.docx_parts import (
    Align,
    add_field,
    add_line,
    add_rule,
    draw_border,
    fill_cell,
    keep_together,
    plain_table,
    repeat_head,
    set_page,
    set_styles,
    set_widths,
    shade,
)
from layers.report.contents import NUMBERS, Blank, Cell, Contents, Section, Table

if TYPE_CHECKING:
    from docx.document import Document as Paper
    from docx.table import Table as PaperTable

_TEXT_WIDTH_MM = 165.0
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def write_docx(contents: Contents) -> bytes:
    """Write a report as DOCX."""
    paper = Document()
    set_page(paper)
    set_styles(paper)
    _properties(paper, contents)
    _head_and_foot(paper, contents)
    _letterhead(paper, contents)
    _title(paper, contents)
    for line in contents.lead:
        paper.add_paragraph(line, style="Bando Lead")
    numbers = [0]
    for place, section in enumerate(contents.sections):
        _section(paper, section, contents, number=f"{_ROMAN[place]}.", depth=1, counter=numbers)
    _ending(paper, contents)
    _sources(paper, contents)
    file = BytesIO()
    paper.save(file)
    return file.getvalue()


def _properties(paper: "Paper", contents: Contents) -> None:
    """Say in the file's properties what it is, so that it says it outside Word as well."""
    told = paper.core_properties
    told.title = f"{contents.title}: {contents.about}"
    told.author = contents.office.agency
    told.subject = "; ".join(f"{name}: {text}" for name, text in contents.sources)[:250]
    told.comments = stamp_line(contents)[:250]
    told.language = "vi-VN"
    told.keywords = say("map_simulated", language=contents.language) if contents.simulated else ""


def stamp_line(contents: Contents) -> str:
    """Say who made the file, when and what for (N7)."""
    stamp = contents.stamp
    return say(
        "handout_stamp",
        language=contents.language,
        login=stamp.login,
        role=stamp.role,
        unit=stamp.unit,
        made_at=stamp.made_at,
        purpose=stamp.purpose,
    )


def _head_and_foot(paper: "Paper", contents: Contents) -> None:
    """Put page numbers from the second page on, the mark of made-up data and the maker on each."""
    page = paper.sections[0]
    for header, numbered in ((page.first_page_header, False), (page.header, True)):
        line = header.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if numbered:
            add_field(line, "PAGE", "2")
        if contents.simulated:
            band = header.add_paragraph() if numbered else line
            band.alignment = WD_ALIGN_PARAGRAPH.CENTER
            shade(band)
            text = band.add_run(say("map_simulated", language=contents.language))
            text.bold, text.font.size = True, Pt(10)
    for footer in (page.first_page_footer, page.footer):
        line = footer.paragraphs[0]
        line.paragraph_format.space_after = Pt(0)
        run = line.add_run(f"{_dated(contents)} · {stamp_line(contents)}")
        run.font.size = Pt(8)
        run.font.color.rgb = RGBColor(0x5B, 0x65, 0x73)


def _dated(contents: Contents) -> str:
    return say("handout_dated", language=contents.language, day=f"{contents.day:%d/%m/%Y}")


def _letterhead(paper: "Paper", contents: Contents) -> None:
    """Put office and number to the left, country and motto to the right, as the decree has it."""
    language, office = contents.language, contents.office
    table = plain_table(paper, (62.0, 103.0))
    left, right = table.rows[0].cells
    add_line(
        left, office.superior or say("handout_superior", language=language), size=13, first=True
    )
    add_line(left, office.agency.upper(), size=13, bold=True)
    add_rule(left, indent=17)
    add_line(right, say("handout_nation", language=language), size=13, bold=True, first=True)
    add_line(right, say("handout_motto", language=language), size=14, bold=True)
    add_rule(right, indent=18)
    left, right = table.add_row().cells
    add_line(left, say("handout_number", language=language), size=13, first=True)
    place = office.place or say("handout_place", language=language)
    add_line(
        right,
        say("handout_place_and_day", language=language, place=place),
        size=14,
        italic=True,
        first=True,
    )


def _title(paper: "Paper", contents: Contents) -> None:
    title = paper.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before = Pt(18)
    title.paragraph_format.space_after = Pt(0)
    run = title.add_run(contents.title)
    run.bold, run.font.size = True, Pt(14)
    about = paper.add_paragraph()
    about.alignment = WD_ALIGN_PARAGRAPH.CENTER
    about.paragraph_format.space_after = Pt(0)
    about.add_run(contents.about).bold = True
    rule = paper.add_paragraph()
    draw_border(rule, indent=60)
    rule.paragraph_format.space_after = Pt(12)


def _section(
    paper: "Paper",
    section: Section,
    contents: Contents,
    *,
    number: str,
    depth: int,
    counter: list[int],
) -> None:
    heading = section.heading.upper() if depth == 1 else section.heading
    paper.add_heading(f"{number} {heading}", level=depth)
    for block in section.blocks:
        if isinstance(block, Table):
            if block.in_text:
                counter[0] += 1
                _table(paper, block, contents, number=counter[0])
        elif isinstance(block, Blank):
            paper.add_paragraph(block.hint, style="Bando Blank")
            paper.add_paragraph("", style="Bando Text")
        else:
            paper.add_paragraph(block, style="Bando Text")
    for place, part in enumerate(section.parts, start=1):
        _section(paper, part, contents, number=f"{place}.", depth=depth + 1, counter=counter)


def _table(paper: "Paper", table: Table, contents: Contents, *, number: int) -> None:
    language = contents.language
    caption = paper.add_paragraph(style="Caption")
    caption.add_run(say("handout_table", language=language) + " ")
    add_field(caption, "SEQ Bang \\* ARABIC", str(number))
    caption.add_run(f". {table.title}")
    made = paper.add_table(rows=1, cols=len(table.columns))
    made.style = "Table Grid"
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    whole = sum(one.width for one in table.columns)
    widths = [_TEXT_WIDTH_MM * one.width / whole for one in table.columns]
    size = 12.0 if len(table.columns) <= 4 else 11.0
    for place, column in enumerate(table.columns):
        fill_cell(made.rows[0].cells[place], column.title, align="center", bold=True, size=size)
    repeat_head(made)
    missing = say("handout_missing_short", language=language)
    for row in table.rows:
        _row(made, row, size=size, contents=contents, missing=missing)
    if table.totals:
        rest = table.rest()
        if any(rest):
            cells = [Cell(one, "number") if one is not None else Cell(None) for one in rest]
            label = next(place for place, one in enumerate(table.totals) if one is not None)
            cells[label] = Cell(say("handout_rest", language=language))
            _row(made, tuple(cells), size=size, contents=contents, missing="")
        whole_row = tuple(one or Cell(None) for one in table.totals)
        _row(made, whole_row, size=size, contents=contents, missing=missing, bold=True)
    set_widths(made, widths)
    note = paper.add_paragraph(style="Bando Small")
    note.paragraph_format.space_after = Pt(8)
    if table.note:
        note.add_run(table.note).italic = True


def _row(
    made: "PaperTable",
    row: tuple[Cell, ...],
    *,
    size: float,
    contents: Contents,
    missing: str,
    bold: bool = False,
) -> None:
    added = made.add_row()
    properties = added._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    cells = added.cells
    for place, cell in enumerate(row):
        absent = cell.kind in NUMBERS and cell.value is None
        align: Align = (
            "center"
            if absent or cell.kind == "date"
            else "right"
            if cell.kind in NUMBERS
            else "left"
        )
        text = cell.text(contents.language, missing=missing)
        fill_cell(cells[place], text, align=align, bold=bold, italic=absent, size=size)


def _ending(paper: "Paper", contents: Contents) -> None:
    """Put receivers to the left; to the right who signs, with the place of the signature free."""
    language = contents.language
    table = plain_table(paper, (80.0, 85.0))
    keep_together(table)
    left, right = table.rows[0].cells
    heading = add_line(
        left,
        say("handout_receivers", language=language),
        size=12,
        bold=True,
        italic=True,
        first=True,
        align="left",
    )
    heading.paragraph_format.space_before = Pt(12)
    for receiver in contents.receivers:
        add_line(left, receiver, size=11, align="left")
    signer = add_line(
        right, say("handout_signer", language=language), size=14, bold=True, first=True
    )
    signer.paragraph_format.space_before = Pt(12)
    for _ in range(4):
        add_line(right, "", size=14)
    add_line(right, say("handout_signer_name", language=language), size=14, bold=True)


def _sources(paper: "Paper", contents: Contents) -> None:
    """Say under the report where its figures come from and what the marks mean."""
    language = contents.language
    heading = paper.add_paragraph(style="Bando Small")
    heading.paragraph_format.space_before = Pt(14)
    heading.paragraph_format.keep_with_next = True
    draw_border(heading, above=True)
    heading.add_run(say("handout_sources", language=language)).bold = True
    for name, text in contents.sources:
        line = paper.add_paragraph(style="Bando Small")
        line.add_run(f"{name}: ").bold = True
        line.add_run(text)
    for name, text in contents.marks:
        line = paper.add_paragraph(style="Bando Small")
        line.add_run(f"“{name}”: ").italic = True
        line.add_run(text)
