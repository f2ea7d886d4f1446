"""Parts that a DOCX is made of: page, styles, lines, borders, fields, by python-docx.

Everything is a paragraph, a table or a field, in the order of the schema of WordprocessingML, so
that Word opens it without repair and every word can be edited.
"""

from typing import TYPE_CHECKING, Literal

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

if TYPE_CHECKING:
    from docx.document import Document as Paper
    from docx.styles.style import ParagraphStyle
    from docx.table import Table as PaperTable
    from docx.table import _Cell as PaperCell
    from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
_BAND = "F6E7C1"
_CELL_STYLE = "BandoCell"
Align = Literal["left", "center", "right", "justify"]
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def set_page(paper: "Paper") -> None:
    """Set A4 with the margins of the decree, and a first page without number."""
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(20), Mm(20)
    page.left_margin, page.right_margin = Mm(30), Mm(15)
    page.header_distance, page.footer_distance = Mm(8), Mm(8)
    page.different_first_page_header_footer = True


def set_styles(paper: "Paper") -> None:
    """Set the styles, so that an office changes a look in one place."""
    normal = _style(paper, "Normal", size=14)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    language = normal.element.get_or_add_rPr().makeelement(qn("w:lang"), {qn("w:val"): "vi-VN"})
    normal.element.get_or_add_rPr().append(language)
    for level, italic in ((1, False), (2, False), (3, True)):
        heading = _style(paper, f"Heading {level}", size=14, bold=True, italic=italic)
        heading.paragraph_format.space_before = Pt(12 if level == 1 else 6)
        heading.paragraph_format.space_after = Pt(6)
        heading.paragraph_format.first_line_indent = Mm(10)
        heading.paragraph_format.keep_with_next = True
    body = _own_style(paper, "Bando Text", size=14)
    body.paragraph_format.first_line_indent = Mm(10)
    body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    body.paragraph_format.space_after = Pt(6)
    lead = _own_style(paper, "Bando Lead", size=14, bold=True)
    lead.paragraph_format.first_line_indent = Mm(10)
    lead.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    blank = _own_style(paper, "Bando Blank", size=14, italic=True)
    blank.paragraph_format.first_line_indent = Mm(10)
    blank.font.color.rgb = RGBColor(0x5B, 0x65, 0x73)
    caption = _style(paper, "Caption", size=13, italic=True)
    caption.font.color.rgb = RGBColor(0, 0, 0)
    caption.paragraph_format.space_before = Pt(6)
    caption.paragraph_format.space_after = Pt(3)
    caption.paragraph_format.keep_with_next = True
    for name, size in (("Bando Cell", 12), ("Bando Small", 11)):
        small = _own_style(paper, name, size=size)
        small.paragraph_format.space_after = Pt(0)


def _style(
    paper: "Paper", name: str, *, size: float, bold: bool = False, italic: bool = False
) -> "ParagraphStyle":
    style: ParagraphStyle = paper.styles[name]
    style.font.name = FONT
    style.font.size = Pt(size)
    style.font.bold, style.font.italic = bold, italic
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    return style


def _own_style(
    paper: "Paper", name: str, *, size: float, bold: bool = False, italic: bool = False
) -> "ParagraphStyle":
    paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = paper.styles["Normal"]
    return _style(paper, name, size=size, bold=bold, italic=italic)


def plain_table(paper: "Paper", widths: tuple[float, ...]) -> "PaperTable":
    """Make a table without lines, which holds two columns side by side and stays editable."""
    table: PaperTable = paper.add_table(rows=1, cols=len(widths))
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def keep_together(table: "PaperTable") -> None:
    """Let no row of a table break over two pages."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def add_line(
    cell: "PaperCell",
    text: str,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    first: bool = False,
    align: Align = "center",
) -> "Paragraph":
    """Add a line of text to a cell; `first` uses the paragraph that each cell has."""
    line: Paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
    line.style = "Bando Cell"
    line.alignment = _ALIGN[align]
    run = line.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return line


def add_rule(cell: "PaperCell", *, indent: float) -> None:
    """Draw the line under a name as the border of an empty paragraph."""
    line = cell.add_paragraph(style="Bando Cell")
    draw_border(line, indent=indent)


def draw_border(line: "Paragraph", *, indent: float = 0.0, above: bool = False) -> None:
    """Draw a line over a paragraph; without `above` the paragraph is only that line."""
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Mm(indent)
    if not above:
        line.paragraph_format.line_spacing = Pt(4)
        line.paragraph_format.space_before = Pt(3)
    borders = OxmlElement("w:pBdr")
    side = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        side.set(qn(f"w:{name}"), value)
    borders.append(side)
    _insert(line, borders)


def shade(line: "Paragraph") -> None:
    """Colour the ground of a paragraph as the band of made-up data."""
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _BAND)):
        shade.set(qn(f"w:{name}"), value)
    _insert(line, shade)


def _insert(line: "Paragraph", element: object) -> None:
    """Put borders and shades where the schema wants them: before tabs, spacing, indents, jc."""
    properties = line._p.get_or_add_pPr()
    later = ("tabs", "suppressAutoHyphens", "spacing", "ind", "contextualSpacing", "jc", "rPr")
    place = next(
        (at for at, one in enumerate(properties) if one.tag in {qn(f"w:{name}") for name in later}),
        len(properties),
    )
    properties.insert(place, element)


def add_field(line: "Paragraph", code: str, shown: str) -> None:
    """Put a field into a paragraph: Word works it out anew, others show what is kept."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", shown), ("end", "")):
        run = line.add_run(text if kind == "text" else "")
        if kind == "text":
            continue
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = f" {text} "
        run._r.append(mark)


def fill_cell(
    cell: "PaperCell",
    text: str,
    *,
    align: Align,
    size: float,
    bold: bool = False,
    italic: bool = False,
) -> None:
    """Fill a cell of a table of figures."""
    line = cell.paragraphs[0]
    # By its id: looking a style up by its name costs more than all the rest of a cell.
    line._p.style = _CELL_STYLE
    line.alignment = _ALIGN[align]
    run = line.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def repeat_head(made: "PaperTable") -> None:
    """Let the head of a table come again on each of its pages."""
    properties = made.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    properties.append(OxmlElement("w:tblHeader"))


def set_widths(made: "PaperTable", widths: list[float]) -> None:
    """Set the widths of columns in mm: Word reads them from the cells, others from the grid."""
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    for row in made.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
