"""How much a file that is sent may be, before it is looked into."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on a file that is sent; every one is about what is really there, not what is claimed.

    Parameters
    ----------
    file_bytes
        Of the file as sent, with its parts. The largest real one known (all communes of 2025,
        unsimplified) has about 300 MB as GeoJSON.
    archive_bytes
        Of everything unpacked from an archive.
    archive_entries
        Files and folders in an archive.
    ratio, ratio_free_bytes
        Unpacked bytes per packed byte, looked at only above so many unpacked bytes. Sheets of real
        workbooks come to about 50; a bomb to about 1,000.
    workbook_bytes
        Of all parts of an .xlsx or .ods, unpacked: its reader holds most of them in memory.
    book_cells
        In the rectangle that holds all cells of a sheet of an .xlsx: its readers make room for
        every one, though only the last may be filled.
    line_bytes
        Of a line of a table in text. Longer lines are no table, and readers take a line whole.
    chunk_bytes
        Read at once: all that is ever held.
    """

    file_bytes: int = 512_000_000
    archive_bytes: int = 1_000_000_000
    archive_entries: int = 1_000
    ratio: int = 200
    ratio_free_bytes: int = 10_000_000
    workbook_bytes: int = 256_000_000
    book_cells: int = 32_000_000
    line_bytes: int = 1_000_000
    chunk_bytes: int = 1 << 20
