"""Gives the cells of a workbook, read in a process of its own.

A workbook of a few kilobytes may claim a sheet of billions of cells, and its reader makes room for
all of them or stops the whole process. So it works in a child whose memory and time are bounded:
whatever happens to it, the answer is cells or a refusal.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from geo.errors import Refused

_CHILD = Path(__file__).with_name("book_child.py")
# Room for the cells of `Limits.book_cells`, and for their texts.
MEMORY_BYTES = 3 << 30
SECONDS = 120

Cell = str | float | bool | datetime | date | time | timedelta


@dataclass(frozen=True, slots=True)
class BookSheet:
    """One sheet of a workbook.

    Parameters
    ----------
    name
        Of the sheet.
    hidden
        Whether a person sees it.
    merged
        Ranges as (top, left, bottom, right), inclusive, from 0; none where the kind of file does
        not tell its reader.
    rows
        From the first cell on; an empty cell is the empty text.
    """

    name: str
    hidden: bool
    merged: tuple[tuple[int, int, int, int], ...]
    rows: list[list[Cell]]


def sheets_of_book(path: Path, *, name: str) -> list[BookSheet]:
    """Give every sheet of a workbook; parameters and refusals are those of `cells_of_book`."""
    return [
        BookSheet(
            name=one["name"],
            hidden=one["hidden"],
            merged=tuple((top, left, low, right) for (top, left), (low, right) in one["merged"]),
            rows=[[_cell(cell) for cell in row] for row in one["rows"]],
        )
        for one in _run_child(path, "whole", name=name)
    ]


def cells_of_book(path: Path, *, name: str) -> list[list[Cell]]:
    """Give the rows of the first sheet that holds anything, without empty rows at its edges.

    Parameters
    ----------
    path
        An .xlsx, .xls or .ods, opened by `opening`.
    name
        Under which it was sent, for the sentence.

    Returns
    -------
    list
        An empty cell is the empty text; every number is a float.

    Raises
    ------
    Refused
        ``book_unreadable``.
    """
    return [[_cell(cell) for cell in row] for row in _run_child(path, name=name)]


def _run_child(path: Path, *words: str, name: str) -> list[Any]:
    try:
        # -I: nothing of the folder it is called in gets imported.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(_CHILD), str(path), str(MEMORY_BYTES), *words],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
        )
        answer: list[Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise Refused("book_unreadable", name=name) from error
    return answer


def _cell(cell: Cell | int | Mapping[str, str | float]) -> Cell:
    if not isinstance(cell, Mapping):
        return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell
    ((kind, value),) = cell.items()
    match kind:
        case "seconds":
            return timedelta(seconds=float(value))
        case "datetime":
            return datetime.fromisoformat(str(value))
        case "date":
            return date.fromisoformat(str(value))
    return time.fromisoformat(str(value))
