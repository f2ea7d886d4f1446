"""The process in which a workbook is read: prints its cells as JSON and ends.

Run as a file by `book_cells`, on its own: it imports nothing of the product, and its memory is
bounded before the reader of workbooks is imported, which trusts the size that a sheet claims.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

# Of one sheet with all its empty cells; more is no form of an office.
_MOST_CELLS = 4_000_000


def main(path: str, memory_bytes: int, *, whole: bool = False) -> None:
    """Print the rows of the first sheet that holds anything; an empty list when none does.

    With ``whole`` every sheet, from its first cell on, with its name, merged ranges and whether
    it is hidden.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    from python_calamine import CalamineWorkbook

    if whole:
        json.dump(_sheets(path), sys.stdout)
        return
    rows: list[list[object]] = []
    with CalamineWorkbook.from_path(path) as book:
        for name in book.sheet_names:
            rows = [[_plain(cell) for cell in row] for row in _cells(book, name)]
            if rows:
                break
    json.dump(rows, sys.stdout)


def _sheets(path: str) -> list[dict[str, object]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    found: list[dict[str, object]] = []
    with CalamineWorkbook.from_path(path) as book:
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            if sheet.total_height * sheet.total_width > _MOST_CELLS:
                raise MemoryError
            rows = sheet.to_python(skip_empty_area=False)
            found.append(
                {
                    "name": meta.name,
                    "hidden": meta.visible != SheetVisibleEnum.Visible,
                    "merged": sheet.merged_cell_ranges or [],
                    "rows": [[_plain(cell) for cell in row] for row in rows],
                }
            )
    return found


def _cells(book: "CalamineWorkbook", name: str) -> list[list[object]]:
    sheet = book.get_sheet_by_name(name)
    return [list(row) for row in sheet.to_python(skip_empty_area=True)]


def _plain(cell: object) -> object:
    """Give a cell as JSON holds it: days, times and spans of time under their name."""
    if isinstance(cell, datetime):
        return {"datetime": cell.isoformat()}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, time):
        return {"time": cell.isoformat()}
    if isinstance(cell, timedelta):
        return {"seconds": cell.total_seconds()}
    return cell


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), whole="whole" in sys.argv[3:])
