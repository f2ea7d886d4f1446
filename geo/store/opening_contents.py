"""Tells whether a file's content is what its ending says, and harmless to its reader.

A reader that is chosen by content (GDAL) may be led to other files or to the network by a file that
calls itself a table; one that expands entities may be led to fill the memory. Everything is looked
at in chunks.
"""

import codecs
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from geo.errors import Refused
from geo.store.opening_archive import METHODS, bounded, count_entries, is_encrypted
from geo.store.opening_kinds import KINDS, OLE_MAGIC, ZIP_MAGIC
from geo.store.opening_limits import Limits
from geo.store.opening_sheet import check_sheet

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_BLANKS = b" \t\r\n"
_HEAD = 4096
# Files that are no data but say where to get some.
_POINTERS = (
    *(b"<OGRVRTDataSource", b"<VRTDataset", b"gdal_streamed_alg", b"<OGRWFSDataSource"),
    *(b"<OGROAPIFDataSource", b"<OGRCSWDataSource", b"<GDAL_WMS"),
)
# The same in MapInfo, in small letters: a view, and a table of tables.
_OTHER_TABLES = (b"open table", b'isseamless" = "true"')
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
_XML_PARTS = (".xml", ".rels", ".vml", ".rdf")
_UNDER_PASSWORD = ("EncryptedPackage".encode("utf-16-le"),)


def kind_of(path: Path) -> str:
    """Give the ending of a file, for workbooks that of their content: offices mix the two."""
    suffix = path.suffix.lower()
    if suffix in (".xls", ".xlsx", ".xlsm"):
        with path.open("rb") as file:
            head = file.read(len(OLE_MAGIC))
        if head.startswith(ZIP_MAGIC):
            return ".xlsx"
        if head == OLE_MAGIC:
            return ".xls"
    return suffix


def check_contents(path: Path, *, suffix: str, name: str, limits: Limits) -> None:
    """Refuse a file whose content is not what its ending says, or dangerous to read.

    Parameters
    ----------
    path
        The data file.
    suffix
        Its ending, as `kind_of` gives it.
    name
        Under which it was sent, for the sentence.
    limits
        On lines and on workbooks.

    Raises
    ------
    Refused
        ``file_content_other``, ``file_points_elsewhere``, ``file_text_nul``,
        ``file_line_too_long``, ``file_xml_doctype``, ``file_workbook_encrypted``,
        ``file_archive_broken``, ``file_archive_entries``, ``file_archive_too_large``,
        ``file_archive_ratio``, ``file_archive_method``, ``file_sheet_too_large``.
    """
    kind = KINDS[suffix]
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(0)
        at_once = min(limits.chunk_bytes, limits.line_bytes)
        chunks = iter(lambda: file.read(at_once), b"")
        mark = next((mark for mark in _MARKS if head.startswith(mark)), None)
        texts = _in_utf8(chunks, _MARKS[mark]) if mark else chunks
        start = head
        if kind.form in ("json", "xml") or suffix == ".dxf":
            start = b"".join(_in_utf8([head], _MARKS[mark])) if mark else head
            start = start.removeprefix(codecs.BOM_UTF8).lstrip(_BLANKS)
        if kind.begins and not start.startswith(kind.begins):
            raise Refused("file_content_other", name=name, suffix=suffix)
        if kind.form == "table":
            _check_text(_check_lines(texts, name=name, limits=limits), name=name)
        elif kind.form == "xml":
            _check_text(_check_declarations(texts, name=name), name=name)
        elif kind.form == "json":
            _check_text(texts, name=name)
        elif kind.form == "old_book":
            if _holds(chunks, _UNDER_PASSWORD):
                raise Refused("file_workbook_encrypted", name=name)
        elif (
            kind.form == "tab" and _holds((chunk.lower() for chunk in chunks), _OTHER_TABLES)
        ) or _holds([head], _POINTERS):
            raise Refused("file_points_elsewhere", name=name)
    if kind.form == "book":
        _check_book(path, suffix=suffix, name=name, limits=limits)


def _in_utf8(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", errors="replace")


def _overlapping(chunks: Iterable[bytes], length: int) -> Iterator[bytes]:
    """Give chunks, each with the end of the one before it: no word so long is cut in two."""
    tail = b""
    for chunk in chunks:
        joined = tail + chunk
        yield joined
        tail = joined[-(length - 1) :]


def _holds(chunks: Iterable[bytes], words: tuple[bytes, ...]) -> bool:
    longest = max(map(len, words))
    return any(word in joined for joined in _overlapping(chunks, longest) for word in words)


def _check_text(chunks: Iterable[bytes], *, name: str) -> None:
    for joined in _overlapping(chunks, max(map(len, _POINTERS))):
        if b"\0" in joined:
            raise Refused("file_text_nul", name=name)
        if any(word in joined for word in _POINTERS):
            raise Refused("file_points_elsewhere", name=name)


def _check_declarations(chunks: Iterable[bytes], *, name: str) -> Iterator[bytes]:
    """Let XML pass that declares nothing: an entity may stand for more than the memory holds."""
    tail = b""
    for chunk in chunks:
        # In UTF-16 the words are the same with NULs between.
        joined = (tail + chunk).replace(b"\0", b"")
        if any(word in joined for word in _DECLARATIONS):
            raise Refused("file_xml_doctype", name=name)
        yield chunk
        tail = joined[-(max(map(len, _DECLARATIONS)) - 1) :]


def _check_lines(chunks: Iterable[bytes], *, name: str, limits: Limits) -> Iterator[bytes]:
    """Let lines of a table pass that are not too long, without ever having a whole one.

    Chunks are no longer than a line may be, so that only the line across their border can be.
    """
    held, row = 0, 1
    for chunk in chunks:
        # Old Macintosh ends a line with CR alone.
        ends = [end for end in (chunk.find(b"\n"), chunk.find(b"\r")) if end >= 0]
        if held + min(ends, default=len(chunk)) > limits.line_bytes:
            told = round(limits.line_bytes / 1000)
            raise Refused("file_line_too_long", name=name, row=row, limit=told)
        last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        held = held + len(chunk) if last < 0 else len(chunk) - last - 1
        row += chunk.count(b"\n")
        yield chunk


def _check_book(path: Path, *, suffix: str, name: str, limits: Limits) -> None:
    """Unpack a workbook into nothing, to see how much comes out and what its XML declares."""
    count_entries(path, limits=limits)
    size, out = path.stat().st_size, 0
    most = limits.workbook_bytes
    try:
        with ZipFile(path) as book:
            for entry in book.infolist():
                if is_encrypted(entry):
                    raise Refused("file_workbook_encrypted", name=name)
                if entry.compress_type not in METHODS:
                    raise Refused("file_archive_method")
                packed = min(entry.compress_size, size)
                with book.open(entry) as part:
                    chunks = bounded(part, packed=packed, limits=limits, before=out, most=most)
                    if entry.filename.lower().endswith(_XML_PARTS):
                        chunks = _check_declarations(chunks, name=name)
                        if suffix == ".xlsx":
                            chunks = check_sheet(chunks, name=name, limits=limits)
                    out += sum(map(len, chunks))
    except (BadZipFile, zlib.error, EOFError, UnicodeDecodeError, NotImplementedError) as error:
        raise Refused("file_archive_broken", name=name) from error
