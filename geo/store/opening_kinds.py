"""The kinds of files that imports know: how each begins, is looked at, and what belongs to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of files with one ending.

    Parameters
    ----------
    form
        How the content is looked at.
    begins
        With which bytes it may begin, after a mark of its encoding and blanks; empty for any.
    parts, needed
        Endings of files that belong to it by name, and of those that it cannot be read without.
    """

    form: Literal["table", "json", "xml", "tab", "book", "old_book", "binary"]
    begins: tuple[bytes, ...] = ()
    parts: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


_SHAPE_PARTS = (".shx", ".dbf", ".prj", ".cpg")
KINDS: Mapping[str, Kind] = {
    ".csv": Kind("table"),
    ".txt": Kind("table"),
    ".tsv": Kind("table"),
    ".xlsx": Kind("book", (ZIP_MAGIC,)),
    ".xlsm": Kind("book", (ZIP_MAGIC,)),
    ".ods": Kind("book", (ZIP_MAGIC,)),
    ".xls": Kind("old_book", (OLE_MAGIC,)),
    ".json": Kind("json", (b"{", b"[")),
    ".geojson": Kind("json", (b"{", b"[")),
    ".topojson": Kind("json", (b"{", b"[")),
    ".kml": Kind("xml", (b"<",)),
    ".gpx": Kind("xml", (b"<",)),
    ".parquet": Kind("binary", (b"PAR1",)),
    ".geoparquet": Kind("binary", (b"PAR1",)),
    ".gpkg": Kind("binary", (b"SQLite format 3\0",)),
    ".fgb": Kind("binary", (b"fgb",)),
    ".shp": Kind("binary", (b"\0\0\x27\x0a",), parts=_SHAPE_PARTS, needed=(".dbf", ".shx")),
    ".tab": Kind(
        "tab", (b"!table", b"!Table", b"!TABLE"), parts=(".dat", ".map", ".id"), needed=(".dat",)
    ),
    ".mif": Kind("binary", (b"version", b"Version", b"VERSION"), parts=(".mid",)),
    ".dxf": Kind("binary", (b"0", b"999")),
    ".dgn": Kind("binary"),
}
