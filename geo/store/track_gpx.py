"""Reads fixes of a GPX file as it streams by; what could tell who carried the receiver is dropped.

Names, comments, authors and extensions (heart rates, serial numbers of devices) are never kept. A
document type is refused: entities could make a small file fill the memory. Times are UTC, as the
format says.
"""

from collections.abc import Iterator
from typing import NoReturn
from xml.parsers import expat

import numpy as np
import pyarrow as pa

from geo.errors import Finding, Refused
from geo.store.opening import OpenedFile
from geo.store.personal import value_looks_personal
from geo.store.track_batches import BATCH_FIXES, FixBatch, make_batch

# Elements with text that people write or that names a device.
_DROPPED = frozenset(
    {"name", "author", "desc", "cmt", "email", "link", "src", "copyright", "keywords", "extensions"}
)
# These are about a person by what they are.
_OF_PERSONS = frozenset({"author", "email", "copyright"})
_CHUNK = 1 << 18
_TEXT_MOST = 200


class _Handler:
    """Collects fixes while the parser walks through the file."""

    def __init__(self) -> None:
        self.lng: list[str | None] = []
        self.lat: list[str | None] = []
        self.time: list[str | None] = []
        self.part: list[int] = []
        self.dropped = 0
        self.personal = 0
        self.other_points = 0
        self._tracks = 0
        self.in_point = False
        self._text: list[str] | None = None
        # Names of the dropped elements that are open.
        self._open: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the opening of an element."""
        name = tag.rpartition(":")[2]
        if self._open or name in _DROPPED:
            self._open.append(name)
            self._text = self._text or []
        elif name == "trkpt":
            self.in_point = True
            self.lng.append(attributes.get("lon"))
            self.lat.append(attributes.get("lat"))
            self.time.append(None)
            self.part.append(self._tracks)
        elif name == "time" and self.in_point:
            self._text = []
        elif name == "trk":
            self._tracks += 1
        elif name in ("wpt", "rtept"):
            self.other_points += 1

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        name = tag.rpartition(":")[2]
        if self._open:
            self._open.pop()
            if not self._open:
                text = "".join(self._text or ())
                self._text = None
                self.dropped += 1
                self.personal += name in _OF_PERSONS or value_looks_personal(text)
        elif name == "trkpt":
            self.in_point = False
        elif name == "time" and self.in_point:
            self.time[-1] = "".join(self._text or ()) or None
            self._text = None

    def data(self, text: str) -> None:
        """Take text between elements."""
        if self._text is not None and len(self._text) < _TEXT_MOST:
            self._text.append(text[:_TEXT_MOST])

    def take(self, row: int) -> FixBatch:
        """Give what was collected, and forget it."""
        count = len(self.lng)
        batch = make_batch(
            {
                "lng": pa.array(self.lng, pa.string()),
                "lat": pa.array(self.lat, pa.string()),
                "time": pa.array(self.time, pa.string()),
            },
            row=np.arange(row, row + count, dtype=np.int64),
            utc=True,
        )
        batch.which[:] = self.part
        for of in (self.lng, self.lat, self.time, self.part):
            of.clear()
        return batch


def read_gpx(file: OpenedFile, findings: list[Finding]) -> Iterator[FixBatch]:
    """Give the track points of a file in batches; every ``<trk>`` is a part of its own.

    Parameters
    ----------
    file
        Opened.
    findings
        Takes what was dropped, once all is read.

    Raises
    ------
    Refused
        ``place_file_unreadable``, or ``file_xml_doctype`` for a file with a document type.
    """

    def refuse(*_: object) -> NoReturn:
        raise Refused("file_xml_doctype", name=file.name)

    handler = _Handler()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    row = 1
    try:
        with file.path.open("rb") as content:
            while chunk := content.read(_CHUNK):
                parser.Parse(chunk, False)
                # The last point may still be open.
                if len(handler.lng) > BATCH_FIXES and not handler.in_point:
                    batch = handler.take(row)
                    row += batch.row.size
                    yield batch
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("place_file_unreadable", name=file.name) from error
    if handler.lng:
        yield handler.take(row)
    findings += _told(handler)


def _told(handler: _Handler) -> list[Finding]:
    told = []
    if handler.dropped:
        told.append(Finding("gpx_texts_dropped", "info", details={"count": handler.dropped}))
    if handler.personal:
        details: dict[str, str | int | float | None] = {"count": handler.personal}
        told.append(Finding("gpx_texts_personal", "warning", details=details))
    if handler.other_points:
        details = {"count": handler.other_points}
        told.append(Finding("gpx_other_points", "info", details=details))
    return told
