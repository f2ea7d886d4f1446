"""What the cells of a workbook do not say themselves: formulas, errors, hidden rows, merges of ODS.

Read from the XML inside the file by a streaming parser that refuses document types (an office never
writes one, and they can be bombs). Positions count from 0.
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from posixpath import join, normpath
from xml.parsers import expat

from geo.errors import Refused
from geo.office_sheet.grid import Box, Place

_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
_MOST_XML_BYTES = 1 << 30
_CHUNK = 1 << 18


@dataclass(slots=True)
class SheetMarks:
    """Marks of one sheet, filled while its XML streams by.

    Parameters
    ----------
    formulas, without_value, errors
        Cells with a formula, those whose value was not kept, and those that hold an error.
    hidden_rows, hidden_columns
        What a person does not see.
    merged
        Ranges as (top, left, bottom, right), only of ODS.
    hidden
        The sheet itself, only of ODS.
    """

    formulas: frozenset[Place] = frozenset()
    without_value: frozenset[Place] = frozenset()
    errors: frozenset[Place] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Box, ...] = ()
    hidden: bool = False


@dataclass(slots=True)
class _Notes:
    formulas: set[Place] = field(default_factory=set)
    without_value: set[Place] = field(default_factory=set)
    errors: set[Place] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Box] = field(default_factory=list)
    hidden: bool = False
    row: int = -1
    column: int = -1
    repeat: int = 1
    has_formula: bool = False
    is_error: bool = False
    in_value: bool = False
    value: bool = False

    def freeze(self) -> SheetMarks:
        """Give the marks."""
        return SheetMarks(
            frozenset(self.formulas),
            frozenset(self.without_value),
            frozenset(self.errors),
            frozenset(self.hidden_rows),
            frozenset(self.hidden_columns),
            tuple(self.merged),
            self.hidden,
        )


Start = Callable[[str, dict[str, str]], None]


def marks_of_xlsx(name: str, content: bytes) -> Mapping[str, SheetMarks]:
    """Read the marks of an XLSX or XLSM file, by sheet.

    Raises
    ------
    Refused
        ``sheet_file_unreadable``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = set(archive.namelist())
            found: dict[str, SheetMarks] = {}
            for sheet, part in _parts(archive):
                if part in inside:
                    notes = _Notes()
                    _stream(archive, part, *_xlsx_handlers(notes))
                    found[sheet] = notes.freeze()
            return found
    except (zipfile.BadZipFile, expat.ExpatError, KeyError, ValueError, OSError) as error:
        raise Refused("sheet_file_unreadable", name=name) from error


def marks_of_ods(name: str, content: bytes) -> Mapping[str, SheetMarks]:
    """Read the marks of an ODS file, by sheet.

    Raises
    ------
    Refused
        ``sheet_file_unreadable``.
    """
    sheets: dict[str, _Notes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _stream(archive, "content.xml", *_ods_handlers(sheets))
    except (zipfile.BadZipFile, expat.ExpatError, KeyError, ValueError, OSError) as error:
        raise Refused("sheet_file_unreadable", name=name) from error
    return {sheet: notes.freeze() for sheet, notes in sheets.items()}


def _parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """List the sheets of a workbook with the names of their XML files."""
    sheets: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def on_sheet(tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            linked = next((v for k, v in given.items() if k == "id" or k.endswith(":id")), "")
            sheets.append((given.get("name", ""), linked))

    def on_link(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship":
            targets[given.get("Id", "")] = given.get("Target", "")

    _stream(archive, "xl/workbook.xml", on_sheet)
    _stream(archive, "xl/_rels/workbook.xml.rels", on_link)
    return [
        (sheet, normpath(join("xl", targets[linked])).lstrip("/"))
        for sheet, linked in sheets
        if linked in targets
    ]


def _stream(
    archive: zipfile.ZipFile,
    part: str,
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    parser = expat.ParserCreate()

    def on_start(tag: str, given: dict[str, str]) -> None:
        start(tag.rpartition(":")[2], given)

    def on_end(tag: str) -> None:
        if end is not None:
            end(tag.rpartition(":")[2])

    def refuse(*_: object) -> None:
        raise ValueError("document type")

    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    read = 0
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            read += len(chunk)
            if read > _MOST_XML_BYTES:
                raise ValueError("too large")
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _xlsx_handlers(
    notes: _Notes,
) -> tuple[Start, Callable[[str], None], Callable[[str], None]]:
    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "c":
            _xlsx_cell(notes, given)
        elif tag == "row":
            _xlsx_row(notes, given)
        elif tag == "f":
            notes.has_formula = True
        elif tag in ("v", "is"):
            notes.in_value = True
        elif tag == "col" and given.get("hidden") in _TRUE:
            first, last = int(given["min"]), min(int(given["max"]), 16384)
            notes.hidden_columns.update(range(first - 1, last))

    def end(tag: str) -> None:
        if tag in ("v", "is"):
            notes.in_value = False
        elif tag == "c":
            _xlsx_cell_ends(notes)

    def text(_data: str) -> None:
        if notes.in_value:
            notes.value = True

    return start, end, text


_TRUE = ("1", "true")


def _xlsx_row(notes: _Notes, given: Mapping[str, str]) -> None:
    notes.row = int(given["r"]) - 1 if "r" in given else notes.row + 1
    notes.column = -1
    if given.get("hidden") in _TRUE:
        notes.hidden_rows.add(notes.row)


def _xlsx_cell(notes: _Notes, given: Mapping[str, str]) -> None:
    place = _REFERENCE.fullmatch(given.get("r", ""))
    notes.column = _column_number(place[1]) if place else notes.column + 1
    notes.is_error = given.get("t") == "e"
    notes.has_formula = notes.value = False


def _xlsx_cell_ends(notes: _Notes) -> None:
    here = (notes.row, notes.column)
    if notes.has_formula:
        notes.formulas.add(here)
    if notes.is_error:
        notes.errors.add(here)
    elif notes.has_formula and not notes.value:
        notes.without_value.add(here)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _ods_handlers(
    sheets: dict[str, _Notes],
) -> tuple[Start, Callable[[str], None], Callable[[str], None]]:
    current = _Notes()
    hidden_styles: set[str] = set()
    style = ""
    columns = 0

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal current, style, columns
        told = {key.rpartition(":")[2]: value for key, value in given.items()}
        if tag == "style":
            style = told.get("name", "")
        elif tag == "table-properties" and told.get("display") == "false":
            hidden_styles.add(style)
        elif tag == "table":
            current = sheets.setdefault(told.get("name", ""), _Notes())
            current.hidden = told.get("style-name", "") in hidden_styles
            columns = 0
        elif tag == "table-column":
            many = int(told.get("number-columns-repeated", "1"))
            if told.get("visibility") in ("collapse", "filter"):
                current.hidden_columns.update(range(columns, min(columns + many, 16384)))
            columns += many
        elif tag == "table-row":
            current.row += 1
            current.column = -1
            current.repeat = int(told.get("number-rows-repeated", "1"))
            if told.get("visibility") in ("collapse", "filter"):
                current.hidden_rows.add(current.row)
        elif tag in ("table-cell", "covered-table-cell"):
            current.column += 1
            _ods_cell(current, tag, told)

    def end(tag: str) -> None:
        if tag == "table-row":
            # Repeated rows are counted, not kept one by one.
            current.row += current.repeat - 1

    return start, end, lambda _data: None


def _ods_cell(notes: _Notes, tag: str, told: Mapping[str, str]) -> None:
    here = (notes.row, notes.column)
    if tag == "table-cell":
        down = int(told.get("number-rows-spanned", "1"))
        right = int(told.get("number-columns-spanned", "1"))
        if down > 1 or right > 1:
            notes.merged.append((*here, here[0] + down - 1, here[1] + right - 1))
    formula = told.get("formula")
    if formula is not None:
        notes.formulas.add(here)
        kept = "value" in told or "date-value" in told or told.get("value-type") == "string"
        if told.get("value-type") == "error":
            notes.errors.add(here)
        elif not kept:
            notes.without_value.add(here)
    notes.column += int(told.get("number-columns-repeated", "1")) - 1
