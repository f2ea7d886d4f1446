"""A sheet as it was read: cells by row and column, nothing judged."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Place = tuple[int, int]
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet of a workbook, or a text table.

    Parameters
    ----------
    sheet
        Name of the sheet.
    cells
        2-D array of str | float | int | bool | date | datetime | None; rows and columns from 0.
        A merged range has its content in its first cell.
    merged
        Ranges as (top, left, bottom, right), inclusive.
    hidden
        The sheet itself is hidden.
    hidden_rows, hidden_columns
        Rows and columns that a person does not see.
    formulas
        Cells whose value was worked out by the program that saved the file.
    """

    sheet: str
    cells: NDArray[np.object_]
    merged: tuple[Box, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    formulas: frozenset[Place] = frozenset()


def make_cells(rows: Iterable[Iterable[object]]) -> NDArray[np.object_]:
    """Make the array of a grid from rows of unequal length; missing cells are None."""
    listed = [list(row) for row in rows]
    cells = np.full((len(listed), max(map(len, listed), default=0)), None, dtype=object)
    for number, row in enumerate(listed):
        cells[number, : len(row)] = row
    return cells


def letters(column: int) -> str:
    """Give the letters of a column counted from 0.

    >>> letters(0), letters(25), letters(26), letters(701), letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    text = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def address(sheet: str, row: int, column: int) -> str:
    """Give the address of a cell as a spreadsheet writes it: ``Biểu 1!C7``."""
    return f"{sheet}!{letters(column)}{row + 1}"


def spread(grid: Grid) -> NDArray[np.object_]:
    """Give the cells with the content of each merged range in all of its cells."""
    cells = grid.cells.copy()
    height, width = cells.shape
    for top, left, bottom, right in grid.merged:
        if top < height and left < width:
            cells[top : bottom + 1, left : right + 1] = grid.cells[top, left]
    return cells


def shared_by_several(grid: Grid) -> frozenset[Place]:
    """Give the first cells of merged ranges: what stands there stands for several cells."""
    return frozenset((top, left) for top, left, _, _ in grid.merged)
