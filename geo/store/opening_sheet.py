"""Measures the sheets of an .xlsx without building them: how many cells would need room.

A sheet names the places of its cells, and readers fill in what lies between: one cell in the last
corner makes 17 billion. The XML is parsed as a reader does, chunk by chunk, keeping nothing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

from geo.errors import Refused
from geo.store.opening_limits import Limits

_PLACE = re.compile(r"([A-Z]{0,3})([0-9]{0,7})")


@dataclass
class _Span:
    """How far a sheet reaches, and where the parser is in it."""

    rows: int = 0
    columns: int = 0
    row: int = 0
    column: int = 0

    def see(self, tag: str, attributes: dict[str, str]) -> None:
        """Take in an element that says a place; raise ValueError when it is none."""
        kind = tag.rpartition(":")[2]
        if kind == "row":
            _, number = _place(attributes.get("r", ""))
            self.row, self.column = number or self.row + 1, 0
            self.rows = max(self.rows, self.row)
        elif kind == "c":
            letters, number = _place(attributes.get("r", ""))
            self.column = letters or self.column + 1
            self.columns = max(self.columns, self.column)
            self.rows = max(self.rows, number)
        elif kind == "dimension":
            # Some programs claim the whole sheet: only the width is believed, and by one reader.
            letters, _ = _place(attributes.get("ref", "").rpartition(":")[2].replace("$", ""))
            self.columns = max(self.columns, letters)


def check_sheet(chunks: Iterable[bytes], *, name: str, limits: Limits) -> Iterator[bytes]:
    """Let a part of a workbook pass that spans no more cells than there is room for.

    Parameters
    ----------
    chunks
        Of any XML part: a sheet may lie under any name.
    name
        Under which the workbook was sent.
    limits
        `book_cells` is held.

    Raises
    ------
    Refused
        ``file_sheet_too_large``, or ``file_archive_broken`` for what is no XML.
    """
    span = _Span()
    parser = expat.ParserCreate()
    parser.StartElementHandler = span.see
    try:
        for chunk in chunks:
            parser.Parse(chunk)
            if span.rows * span.columns > limits.book_cells:
                limit = round(limits.book_cells / 1e6)
                raise Refused("file_sheet_too_large", name=name, limit=limit)
            yield chunk
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("file_archive_broken", name=name) from error


def _place(text: str) -> tuple[int, int]:
    """Read ``XFD12`` as column 16384 and row 12; 0 for what is not said."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise ValueError("no place of a cell")
    letters, digits = found.groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(digits or 0)
