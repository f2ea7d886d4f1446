"""Gives the cells of a workbook, read in a process of its own.

A workbook of a few kilobytes may claim a sheet of billions of cells, and its reader makes room for
all of them or stops the whole process. So it works in a child whose memory and time are bounded:
whatever happens to it, the answer is cells or a refusal.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

from geo.errors import Refused

_CHILD = Path(__file__).with_name("book_child.py")
# Room for the cells of `Limits.book_cells`, and for their texts.
MEMORY_BYTES = 3 << 30
SECONDS = 120

Cell = str | float | bool | datetime | date | time | timedelta


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
    try:
        # -I: nothing of the folder it is called in gets imported.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(_CHILD), str(path), str(MEMORY_BYTES)],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
        )
        rows = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise Refused("book_unreadable", name=name) from error
    return [[_cell(cell) for cell in row] for row in rows]


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
