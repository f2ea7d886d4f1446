"""Finds the tables of a sheet: title rows, a header block of several rows, the body, notes below.

A header block begins where a cell bears a label that offices give to the first columns ("STT",
"Đơn vị", "Chỉ tiêu"); merged cells give paths ("Số người nghiện > Có hồ sơ quản lý"). The row that
numbers the columns, "(1) (2) (3)=(1)+(2)", ends it. Where no such label is found, the last row of
texts before the first figures is the header.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.office_sheet.cells import is_number_like
from geo.office_sheet.grid import Grid, spread
from geo.office_sheet.periods import period_in, without_period
from geo.office_sheet.words import words
from geo.units import fold

PATH_SIGN = " > "
_ANCHORS = frozenset({"number", "unit", "code", "indicator", "indicator_code"})
_YEAR = re.compile(r"20\d\d")
_BRACKETS = re.compile(r"\([^()]*\)")
_COLUMN_NUMBER = re.compile(r"\(?\s*(\d{1,2}|[A-Za-zĐđ])\s*\)?\s*(?:=.+)?")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    place
        Column of the grid.
    path
        Labels from the top of the header block down.
    key
        The path folded, without periods: the same form next month has the same keys.
    nth
        1, or more where an earlier column has the same key.
    role
        What its label usually heads: number, unit, code, indicator ... or None.
    formula
        What the row of column numbers says, e.g. ``(3)=(1)+(2)``.
    """

    place: int
    path: tuple[str, ...]
    key: str
    nth: int
    role: str | None
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a sheet; rows are those of the grid, ends are not included.

    Parameters
    ----------
    title_rows
        Rows of text above it that belong to it.
    top, body, end, notes_end
        First row of the header block, of the body, of what stands below, of what comes next.
    columns
        Those that have a label or a filled cell.
    """

    title_rows: tuple[int, ...]
    top: int
    body: int
    end: int
    notes_end: int
    columns: tuple[Column, ...]


def find_tables(grid: Grid) -> list[Table]:
    """Find the tables of a sheet, from the top down."""
    if not grid.cells.size:
        return []
    cells = spread(grid)
    numeric = _numeric(grid.cells)
    tops = _tops(grid, cells, numeric)
    tables: list[Table] = []
    start = 0
    for number, top in enumerate(tops):
        stop = tops[number + 1] if number + 1 < len(tops) else len(cells)
        body, numbers_row = _body_of(grid, cells, numeric, top=top, stop=stop)
        first = _first_header_row(grid, cells, top=top, start=start)
        columns = _columns(grid, cells, top=first, body=body, numbers_row=numbers_row, stop=stop)
        if number + 1 < len(tops):
            stop = _titles_start(cells, numeric, top=stop, start=body)
        end = _end_of_body(cells, numeric, body=body, stop=stop)
        titles = tuple(row for row in range(start, first) if any(v is not None for v in cells[row]))
        tables += [Table(titles, first, body, end, stop, one) for one in _side_by_side(columns)]
        start = stop
    return tables


def path_key(path: Sequence[str]) -> str:
    """Fold a path of labels, periods left out: the same column in every month."""
    return PATH_SIGN.join(fold_label(without_period(label)) for label in path)


def fold_label(label: str) -> str:
    """Fold a label; one of signs only stays as it is."""
    return fold(label) or label.strip()


def bare(label: str) -> str:
    """Fold a label without what it says in brackets: ``Đơn vị (xã)`` gives ``don vi``."""
    return fold(_BRACKETS.sub(" ", label)) or fold_label(label)


def role_of(path: Sequence[str]) -> str | None:
    """Tell what a column of this path usually holds."""
    roles = words().role_of
    if not path:
        return None
    own = roles.get(bare(path[-1])) or roles.get(fold_label(path[-1]))
    if len(path) > 1 and own not in ("numerator", "denominator", "value", "unit", "code"):
        return None
    return own


def texts_of_row(cells: NDArray[np.object_], row: int) -> list[str]:
    """List the texts of a row, a merged one once."""
    found: list[str] = []
    for value in cells[row]:
        if isinstance(value, str) and (not found or found[-1] != value):
            found.append(value)
    return found


def is_note(texts: Sequence[str]) -> bool:
    """Tell whether a row of these texts stands below a table: signatures, footnotes, date line."""
    for text in texts:
        folded = fold(text)
        if folded.startswith(words().note_starts) or text.lstrip().startswith(("(*", "*")):
            return True
        if re.search(r"\bngay \w* ?thang \w* ?nam\b", folded):
            return True
    return False


def column_numbers(row: Sequence[object]) -> dict[int, str]:
    """Read a row that numbers the columns (A B 1 2 3, (1) (2) (3)=(1)+(2)); empty if it is none."""
    found: dict[int, str] = {}
    last, letters_seen = 0, 0
    for place, value in enumerate(row):
        if value is None:
            continue
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        match = _COLUMN_NUMBER.fullmatch(text.strip())
        if match is None:
            return {}
        if match[1].isdigit():
            if int(match[1]) != last + 1:
                return {}
            last += 1
        elif last:
            return {}
        else:
            letters_seen += 1
        found[place] = text.strip()
    return found if last >= 2 and last + letters_seen >= 3 else {}


def _numeric(cells: NDArray[np.object_]) -> NDArray[np.bool_]:
    flat = [is_number_like(value) for value in cells.ravel()]
    return np.array(flat, dtype=np.bool_).reshape(cells.shape)


def _tops(grid: Grid, cells: NDArray[np.object_], numeric: NDArray[np.bool_]) -> list[int]:
    """Find the rows in which header blocks are anchored: with figures below each."""
    candidates = [row for row in range(len(cells)) if _is_anchored(grid, cells, row)]
    # Of neighbouring rows the first: "Đơn vị" may stand over "Mã", "Tên".
    tops: list[int] = []
    covered = -1
    for row in candidates:
        if row > covered:
            tops.append(row)
            covered = _merged_down(grid, row, row)
            while covered + 1 in candidates and not numeric[covered + 1].any():
                covered += 1
    kept = []
    for number, row in enumerate(tops):
        stop = tops[number + 1] if number + 1 < len(tops) else len(cells)
        if numeric[row + 1 : stop].any() or _holds_body(cells, row, stop):
            kept.append(row)
    return kept or _fallback_top(cells, numeric)


def _holds_body(cells: NDArray[np.object_], row: int, stop: int) -> bool:
    """Tell whether labels stand below: a form sent in empty still has them."""
    wide = sum(value is not None for value in cells[row]) >= 3
    return wide and sum(v is not None for v in cells[row + 1 : stop].ravel()) >= 3


def _is_anchored(grid: Grid, cells: NDArray[np.object_], row: int) -> bool:
    texts = texts_of_row(cells, row)
    if len(texts) < 2 or any(is_number_like(v) and not _is_year(v) for v in grid.cells[row]):
        return False
    roles = words().role_of
    return any(roles.get(bare(text)) in _ANCHORS for text in texts)


def _is_year(value: object) -> bool:
    if isinstance(value, str):
        return _YEAR.fullmatch(value) is not None
    return isinstance(value, int | float) and 2000 <= value < 2100


def _fallback_top(cells: NDArray[np.object_], numeric: NDArray[np.bool_]) -> list[int]:
    figures = [
        row
        for row in range(1, len(cells))
        if numeric[row].any() and any(isinstance(v, str) for v in cells[row])
    ]
    for row in figures:
        above = row - 1
        if not numeric[above].any() and len(texts_of_row(cells, above)) >= 2:
            return [above]
    return []


def _merged_down(grid: Grid, top: int, bottom: int) -> int:
    """Give the last row that merged ranges beginning in the rows given reach down to."""
    reach = bottom
    for first, _, last, _ in grid.merged:
        if top <= first <= reach < last:
            reach = last
    return reach if reach == bottom else _merged_down(grid, top, reach)


def _body_of(
    grid: Grid, cells: NDArray[np.object_], numeric: NDArray[np.bool_], *, top: int, stop: int
) -> tuple[int, int | None]:
    """Find the first row of the body, and the row that numbers the columns."""
    roles = words().role_of
    stub = {
        c for c, v in enumerate(cells[top]) if isinstance(v, str) and roles.get(bare(v)) in _ANCHORS
    }
    stub |= {
        c + 1
        for c in list(stub)
        if roles.get(bare(str(cells[top, c]))) == "number" and c + 1 < cells.shape[1]
    }
    row = min(_merged_down(grid, top, top), stop - 1) + 1
    while row < stop:
        if column_numbers(grid.cells[row]):
            return row + 1, row
        labels = any(isinstance(v, str) for v in grid.cells[row])
        whole = all(
            not numeric[row, c] or _is_year(grid.cells[row, c]) for c in range(cells.shape[1])
        )
        below_stub = all(grid.cells[row, c] is None for c in stub)
        if not (stub and labels and whole and below_stub):
            break
        row = min(_merged_down(grid, top, row), stop - 1) + 1
    return row, None


def _first_header_row(grid: Grid, cells: NDArray[np.object_], *, top: int, start: int) -> int:
    """Extend a header block upwards over headings that stand right of the first columns."""
    roles = words().role_of
    stub = [
        c for c, v in enumerate(cells[top]) if isinstance(v, str) and roles.get(bare(v)) in _ANCHORS
    ]
    first = top
    while first > start:
        row = first - 1
        texts = texts_of_row(cells, row)
        told = " ".join(map(fold, texts))
        spans = any(t == row and right > left for t, left, _, right in grid.merged)
        if (
            not stub
            or not texts
            or any(cells[row, c] is not None for c in stub)
            or not (spans or len(texts) >= 2)
            or any(note in told for note in words().measure_notes)
            or period_in(" ".join(texts)) is not None
            or any(is_number_like(v) for v in cells[row])
        ):
            break
        first = row
    return first


def _columns(
    grid: Grid,
    cells: NDArray[np.object_],
    *,
    top: int,
    body: int,
    numbers_row: int | None,
    stop: int,
) -> tuple[Column, ...]:
    last = numbers_row if numbers_row is not None else body
    block = cells[top:last].copy()
    merged = any(top <= t < last for t, _, _, _ in grid.merged)
    if not merged and len(block) > 1:
        _fill_right(block)
    numbers = column_numbers(grid.cells[numbers_row]) if numbers_row is not None else {}
    seen: dict[str, int] = {}
    columns = []
    for place in range(cells.shape[1]):
        path = _path(block[:, place])
        if not path and all(value is None for value in grid.cells[body:stop, place]):
            continue
        key = path_key(path)
        seen[key] = seen.get(key, 0) + 1
        formula = numbers.get(place, "")
        columns.append(Column(place, path, key, seen[key], role_of(path), formula))
    return tuple(columns)


def _side_by_side(columns: tuple[Column, ...]) -> list[tuple[Column, ...]]:
    """Part tables that stand beside each other: the first columns come again further right."""
    roles = ("number", "unit", "indicator", "code")
    heads = [column for column in columns if column.role in roles]
    if not heads:
        return [columns]
    starts = [column.place for column in columns if column.key == heads[0].key]
    if len(starts) == 1 or heads[0].place != columns[0].place:
        return [columns]
    parts = []
    for number, start in enumerate(starts):
        stop = starts[number + 1] if number + 1 < len(starts) else 1 << 30
        seen: dict[str, int] = {}
        part = []
        for column in columns:
            if start <= column.place < stop:
                seen[column.key] = seen.get(column.key, 0) + 1
                part.append(replace(column, nth=seen[column.key]))
        parts.append(tuple(part))
    return parts


def _fill_right(block: NDArray[np.object_]) -> None:
    """Let a heading reach right where merging was lost: over columns with a label below it only."""
    for row in range(len(block) - 1):
        for place in range(1, block.shape[1]):
            below = any(value is not None for value in block[row + 1 :, place])
            left = any(value is not None for value in block[row + 1 :, place - 1])
            if block[row, place] is None and below and left:
                block[row, place] = block[row, place - 1]


def _path(labels: Iterable[object]) -> tuple[str, ...]:
    path: list[str] = []
    for label in labels:
        if label is None:
            continue
        text = str(int(label)) if isinstance(label, float) else " ".join(str(label).split())
        if _YEAR.fullmatch(text):
            # A bare year over a column is a period, and next year's form is the same.
            text = f"Năm {text}"
        if not path or path[-1] != text:
            path.append(text)
    return tuple(path)


def _titles_start(
    cells: NDArray[np.object_], numeric: NDArray[np.bool_], *, top: int, start: int
) -> int:
    """Find where the titles of the next table begin: a run of plain texts right above it."""
    row = top
    while row > start and all(value is None for value in cells[row - 1]):
        row -= 1
    while (
        row > start and not numeric[row - 1].any() and 1 <= len(texts_of_row(cells, row - 1)) <= 2
    ):
        row -= 1
    return row


def _end_of_body(
    cells: NDArray[np.object_], numeric: NDArray[np.bool_], *, body: int, stop: int
) -> int:
    for row in range(body, stop):
        if not numeric[row].any() and is_note(texts_of_row(cells, row)):
            return row
    return stop
