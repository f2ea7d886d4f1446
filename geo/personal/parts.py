"""What a file holds beside its cells: names of sheets, comments, properties, text boxes, tracks.

A reader of tables does not show these, yet they travel with the file. XML is parsed by a library
that refuses entities, and no part is unpacked beyond a limit, so that a file made to hurt only gets
a finding. A finding says in which kind of part and at which number, never what stands there.
"""

import html
import io
import json
import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from geo.errors import Detail, Finding
from geo.personal.columns import column_looks_personal
from geo.personal.lexicon import NO_NAMES, KnownNames
from geo.personal.uses import FieldUse
from geo.personal.verdict import value_looks_personal

Part = Literal[
    "sheet_name",
    "comment",
    "property",
    "defined_name",
    "header_footer",
    "text_box",
    "track",
    "member",
    "attribute",
]

# Names of persons who made a file; programs write their own name there.
_AUTHOR_TAGS = frozenset({"creator", "lastModifiedBy", "initial-creator", "Manager", "manager"})
_PROGRAMS = re.compile(
    r"(openpyxl|xlsxwriter|microsoft|excel|libreoffice|openoffice|qgis|gdal|osgeo|apache|wps|kingsoft"
    r"|pandas|google|python|user|admin|administrator|windows|pc|dell|hp|asus|acer|lenovo|unknown)\b",
    re.IGNORECASE,
)
_PROPERTY_TAGS = frozenset(
    {"title", "subject", "description", "keywords", "keyword", "category", "Company", "lpwstr"}
    | {"user-defined", "contentStatus", "identifier"}
)
_TRACK_TAGS = frozenset(
    {
        "name",
        "desc",
        "cmt",
        "keywords",
        "author",
        "description",
        "Snippet",
        "snippet",
        "text",
        "src",
    }
    | {"address", "phoneNumber", "value", "SimpleData", "displayName", "copyright", "type", "email"}
)

_LARGEST_PART = 64 << 20
_LARGEST_FILE = 256 << 20
_SHEET_PIECES = re.compile(
    rb"<(?:\w+:)?(headerFooter|dataValidations|hyperlinks)\b.*?</(?:\w+:)?\1>", re.DOTALL
)
_PIECE_TEXTS = re.compile(r'>([^<>]+)<|="([^"]*)"')
_FORMAT_CODES = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-Fa-f]{6}|[LCRPNDTFAGZBIUESXY])')


@dataclass(frozen=True, slots=True)
class _Found:
    """One text of a file beside its cells."""

    part: Part
    text: str
    author: bool = False


def find_personal_in_parts(
    content: bytes, *, suffix: str, known: KnownNames = NO_NAMES
) -> tuple[Finding, ...]:
    """Find what is about persons in the parts of a file that are not cells.

    Parameters
    ----------
    content
        The file.
    suffix
        Its ending, with the dot; kinds not in `FINDERS` have no such parts.
    known
        Names of places that may read like a person's.

    Returns
    -------
    tuple of Finding
        ``part_personal_...`` (error) with the number of the text among those of its kind,
        ``file_author_not_kept`` (warning), ``parts_unsafe`` or ``parts_unreadable`` (error).
    """
    finder = FINDERS.get(suffix.lower())
    if finder is None:
        return ()
    findings: list[Finding] = []
    counts: dict[Part, int] = {}
    authors = False
    try:
        for found in finder(content):
            counts[found.part] = counts.get(found.part, 0) + 1
            if found.author:
                authors = authors or not _PROGRAMS.match(found.text)
            elif _is_personal(found, known):
                details: dict[str, Detail] = {"number": counts[found.part]}
                findings.append(Finding(f"part_personal_{found.part}", details=details))
    except (DefusedXmlException, _TooLarge):
        findings.append(Finding("parts_unsafe"))
    except (ParseError, zipfile.BadZipFile, ValueError, KeyError, RecursionError, struct.error):
        findings.append(Finding("parts_unreadable"))
    if authors:
        findings.append(Finding("file_author_not_kept", "warning"))
    return tuple(findings)


class _TooLarge(Exception):
    """A part that would unpack to more than the limit."""


_USES: Mapping[Part, FieldUse] = {
    "sheet_name": "header",
    "comment": "comment",
    "defined_name": "header",
    "attribute": "header",
}


def _is_personal(found: _Found, known: KnownNames) -> bool:
    if found.part == "attribute" and column_looks_personal(found.text):
        return True
    use = _USES.get(found.part, "free_text")
    return value_looks_personal(found.text, use=use, known=known)


def _in_workbook(content: bytes) -> Iterator[_Found]:
    for name, data in _unpacked(content):
        if name.startswith("docProps/"):
            yield from _properties(data)
        elif name == "xl/workbook.xml":
            yield from _of_workbook(data)
        elif "omments" in name or name.startswith("xl/persons/"):
            yield from _comments(data)
        elif (
            name.startswith(("xl/drawings/", "xl/charts/", "xl/diagrams/")) and "_rels" not in name
        ):
            yield from _text_boxes(data)
        elif name.startswith("xl/worksheets/") and name.endswith(".xml"):
            yield from _sheet_pieces(data)


def _of_workbook(data: bytes) -> Iterator[_Found]:
    for tag, text, attributes in _elements(data):
        if tag == "sheet":
            yield _Found("sheet_name", attributes.get("name", ""))
        elif tag == "definedName":
            yield _Found("defined_name", attributes.get("name", ""))
            yield _Found("defined_name", attributes.get("comment", ""))
            # A constant text, not a reference to cells.
            if text.startswith('"'):
                yield _Found("defined_name", text.strip('"'))


def _properties(data: bytes) -> Iterator[_Found]:
    for tag, text, _ in _elements(data):
        if tag in _AUTHOR_TAGS and text:
            yield _Found("property", text, author=True)
        elif tag in _PROPERTY_TAGS and text:
            yield _Found("property", text)


def _comments(data: bytes) -> Iterator[_Found]:
    pieces: list[str] = []
    for tag, text, attributes in _elements(data):
        if tag == "author" and text:
            yield _Found("comment", text, author=True)
        elif tag == "person":
            yield _Found("comment", attributes.get("displayName", ""), author=True)
        elif tag in ("t", "text") and text:
            pieces.append(text)
        if tag in ("comment", "threadedComment") and pieces:
            yield _Found("comment", "".join(pieces))
            pieces = []


def _text_boxes(data: bytes) -> Iterator[_Found]:
    pieces: list[str] = []
    for tag, text, attributes in _elements(data):
        if tag in ("t", "v") and text:
            pieces.append(text)
        elif tag == "p" and pieces:
            yield _Found("text_box", "".join(pieces))
            pieces = []
        elif tag in ("cNvPr", "docPr"):
            yield from (_Found("text_box", attributes.get(key, "")) for key in ("descr", "title"))


def _sheet_pieces(data: bytes) -> Iterator[_Found]:
    # A sheet may hold a million cells: only the few pieces that matter are looked at, as text.
    for piece in _SHEET_PIECES.finditer(data):
        part: Part = "header_footer" if piece[1] == b"headerFooter" else "text_box"
        for found in _PIECE_TEXTS.finditer(piece[0].decode("utf-8", errors="replace")):
            text = html.unescape(found[1] or found[2] or "")
            for line in _FORMAT_CODES.sub("\n", text).splitlines():
                if line.strip():
                    yield _Found(part, line.strip())


def _in_open_document(content: bytes) -> Iterator[_Found]:
    for name, data in _unpacked(content):
        if name == "meta.xml":
            yield from _properties(data)
        elif name in ("content.xml", "styles.xml"):
            yield from _of_open_document(data)


def _of_open_document(data: bytes) -> Iterator[_Found]:
    inside: list[Part] = []
    pieces: list[str] = []
    kinds: Mapping[str, Part] = {
        "annotation": "comment",
        "text-box": "text_box",
        "custom-shape": "text_box",
        "header": "header_footer",
        "footer": "header_footer",
    }
    for event, element in _events(data, ("start", "end")):
        tag, name_of = _local(element.tag), {_local(k): v for k, v in element.attrib.items()}
        if event == "start":
            if tag == "table":
                yield _Found("sheet_name", name_of.get("name", ""))
            elif tag == "named-range":
                yield _Found("defined_name", name_of.get("name", ""))
            if tag in kinds:
                inside.append(kinds[tag])
            continue
        if inside and tag == "creator" and element.text:
            yield _Found("comment", element.text, author=True)
        elif inside and tag in ("p", "span"):
            pieces += [element.text or "", element.tail or "" if tag == "span" else " "]
        if tag in kinds:
            text = "".join(pieces).strip()
            pieces = []
            if text:
                yield _Found(inside[-1], text)
            inside.pop()
        if not inside:
            element.clear()


def _in_track(content: bytes) -> Iterator[_Found]:
    if len(content) > _LARGEST_FILE:
        raise _TooLarge
    for tag, text, attributes in _elements(content):
        if tag == "author" and (text or attributes):
            yield _Found("track", text or "?", author=True)
        elif tag in _TRACK_TAGS and text:
            yield _Found("track", _without_markup(text))
        if tag == "email" and "domain" in attributes:
            yield _Found("track", f"{attributes.get('id', '')}@{attributes['domain']}")
        if tag == "copyright" and attributes.get("author"):
            yield _Found("track", attributes["author"], author=True)


def _in_zipped_track(content: bytes) -> Iterator[_Found]:
    for name, data in _unpacked(content):
        if name.lower().endswith(".kml"):
            yield from _in_track(data)


def _in_geojson(content: bytes) -> Iterator[_Found]:
    told = json.loads(content)
    if isinstance(told, dict):
        for name, value in told.items():
            if name not in ("type", "features", "geometry", "crs", "bbox", "properties"):
                yield _Found("member", name)
                yield from (_Found("member", text) for text in _texts(value))


def _in_table_of_attributes(content: bytes) -> Iterator[_Found]:
    """Read the names of the attributes at the head of a dBASE file (32 bytes for each)."""
    (header_length,) = struct.unpack_from("<H", content, 8)
    for start in range(32, header_length - 1, 32):
        if content[start] == 0x0D:
            break
        name = content[start : start + 11].split(b"\0")[0]
        yield _Found("attribute", name.decode("utf-8", errors="replace"))


def _texts(value: object) -> Iterator[str]:
    """Give every text in a JSON value, deep down."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _without_markup(text: str) -> str:
    return html.unescape(re.sub(r"<[^<>]{0,2000}>", " ", text)).strip()


def _unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        total = 0
        for entry in packed.infolist():
            if not entry.filename.endswith((".xml", ".vml", ".kml")):
                continue
            # Sheets are many cells; all other parts are small in any honest file.
            limit = _LARGEST_FILE if "sheet" in entry.filename.lower() else _LARGEST_PART
            if entry.filename == "content.xml":
                limit = _LARGEST_FILE
            if entry.filename in ("xl/sharedStrings.xml", "xl/styles.xml"):
                continue
            with packed.open(entry) as part:
                data = part.read(limit + 1)
            total += len(data)
            if len(data) > limit or total > 2 * _LARGEST_FILE:
                raise _TooLarge
            yield entry.filename, data


def _events(data: bytes, kinds: tuple[str, ...]) -> Iterator[tuple[str, Element]]:
    events: Iterator[tuple[str, Element]] = iterparse(
        io.BytesIO(data), events=kinds, forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    return events


def _elements(data: bytes) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Give tag, text and attributes of every element, without their name spaces."""
    for _, element in _events(data, ("end",)):
        attributes = {_local(name): value for name, value in element.attrib.items()}
        yield _local(element.tag), (element.text or "").strip(), attributes


def _local(name: str) -> str:
    return name.rpartition("}")[2]


FINDERS: Mapping[str, Callable[[bytes], Iterator[_Found]]] = {
    ".xlsx": _in_workbook,
    ".xlsm": _in_workbook,
    ".ods": _in_open_document,
    ".gpx": _in_track,
    ".kml": _in_track,
    ".kmz": _in_zipped_track,
    ".geojson": _in_geojson,
    ".json": _in_geojson,
    ".dbf": _in_table_of_attributes,
}
