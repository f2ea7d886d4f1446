"""Reads a table of texts, from a text file or the first sheet of a workbook, as it was written.

.csv .txt .tsv      UTF-8 or UTF-16 with its mark, else byte by byte (old fonts); , ; tab or |
.xlsx .xls .ods     the first sheet that holds anything; whole numbers without ``.0``

Every cell is a text; an empty one is the empty text. Rows keep the numbers that their user counts,
the first below the header being 1; rows that are empty altogether are left out.
"""

import csv
from datetime import datetime, time

import pandas as pd

from geo.errors import Refused
from geo.store.book_cells import Cell, cells_of_book
from geo.store.opening import OpenedFile
from geo.store.text_table import cells_of, decoded

TEXTS = frozenset({".csv", ".txt", ".tsv"})
BOOKS = frozenset({".xlsx", ".xls", ".ods"})
# A title may stand above the header; the header fills most of the width of the table.
_HEADER_AMONG = 20
_HEADER_SHARE = 0.5


def read_list(file: OpenedFile) -> pd.DataFrame:
    """Read a table.

    Parameters
    ----------
    file
        Of one of `TEXTS` or `BOOKS`.

    Returns
    -------
    DataFrame
        Texts, columns as they are named; a column without a name is called by its number (#3).

    Raises
    ------
    Refused
        ``list_file_unreadable``, ``list_file_empty``; that of `cells_of_book`.
    """
    table = _cells_of_book(file) if file.suffix in BOOKS else _cells_of_text(file)
    width = max(map(len, table), default=0)
    filled = [sum(cell != "" for cell in row) for row in table[:_HEADER_AMONG]]
    start = next((n for n, count in enumerate(filled) if count >= _HEADER_SHARE * width), None)
    if start is None or width == 0:
        raise Refused("list_file_empty", name=file.name)
    header = table[start] + [""] * (width - len(table[start]))
    names = [name or f"#{n}" for n, name in enumerate(header, start=1)]
    rows = {
        number: [*row, *[""] * (width - len(row))]
        for number, row in enumerate(table[start + 1 :], start=1)
        if any(row)
    }
    if not rows:
        raise Refused("list_file_empty", name=file.name)
    return pd.DataFrame.from_dict(rows, orient="index", columns=_told_apart(names), dtype=object)


def _cells_of_text(file: OpenedFile) -> list[list[str]]:
    content = file.path.read_bytes()
    try:
        written = decoded(content)
    except UnicodeDecodeError:
        # Each byte a character: so the decoders of old fonts take it (`legacy_text`).
        written = content.decode("latin-1")
    try:
        table = cells_of(written)
    except csv.Error as error:
        raise Refused("list_file_unreadable", name=file.name) from error
    return [[cell.strip("\ufeff") for cell in row] for row in table]


def _cells_of_book(file: OpenedFile) -> list[list[str]]:
    cells = cells_of_book(file.path, name=file.name)
    return [[_as_text(cell) for cell in row] for row in cells]


def _as_text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date().isoformat()
    return str(cell)


def _told_apart(names: list[str]) -> list[str]:
    """Give a name that stands twice its number."""
    seen: set[str] = set()
    told = []
    for number, name in enumerate(names, start=1):
        told.append(f"{name} #{number}" if name in seen else name)
        seen.add(name)
    return told
