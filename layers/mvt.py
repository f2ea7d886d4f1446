"""Mapbox Vector Tiles of polygon layers, every tile of a zoom encoded in one go.

Written to the specification, version 2.1: protobuf messages tile > layer > feature. Only what a
boundary tile needs: polygons, one whole-number id and one text property. Numbers go through numpy
for all rings at once; Python only joins ready pieces of bytes.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from layers.rings import EXTENT, Rings

_MOVE_TO, _CLOSE_PATH = 1 << 3 | 1, 1 << 3 | 7
_LINE_TO = 2


def encode_layer(
    rings: Rings, *, name: str, ids: Sequence[int], texts: Sequence[str], key: str = "code"
) -> Iterator[tuple[int, bytes]]:
    """Encode one layer of every tile that the rings were cut to.

    Parameters
    ----------
    rings
        Cut into tiles and ordered by tile and owner (`layers.rings.cut_into_tiles`).
    name
        Name of the layer in the tile.
    ids, texts
        Feature id and value of the property ``key``, by owner of the rings.

    Yields
    ------
    tuple
        The tile as ``column << 32 | row``, and its layer as a field of the tile message.
    """
    if len(rings) == 0:
        return
    changes = np.append(True, (np.diff(rings.tile) != 0) | (np.diff(rings.owner) != 0))
    feature = np.flatnonzero(changes)
    geometry, ends = _varints(_commands(rings, feature))
    feature_at = ends[np.append(_stream_start(rings)[feature], _stream_start(rings)[-1])]
    tiles, owners = rings.tile[feature].tolist(), rings.owner[feature].tolist()
    head = _field(15, 0) + b"\x02" + _text(1, name)
    tail = _text(3, key) + _field(5, 0) + _varint(EXTENT)
    id_bytes = {owner: _field(1, 0) + _varint(ids[owner]) for owner in set(owners)}
    value_bytes = {owner: _bytes(4, _text(1, texts[owner])) for owner in set(owners)}

    pieces: list[bytes] = [head]
    values: list[bytes] = []
    for number, (tile, owner) in enumerate(zip(tiles, owners, strict=True)):
        body = geometry[feature_at[number] : feature_at[number + 1]]
        message = (
            id_bytes[owner]
            + _bytes(2, b"\x00" + _varint(len(values)))
            + b"\x18\x03"
            + _bytes(4, body)
        )
        pieces.append(_bytes(2, message))
        values.append(value_bytes[owner])
        if number + 1 == len(tiles) or tiles[number + 1] != tile:
            yield tile, _bytes(3, b"".join([*pieces, *values, tail]))
            pieces, values = [head], []


def _stream_start(rings: Rings) -> NDArray[np.int64]:
    """First number of each ring in the stream of commands: 2 a corner, 3 for the commands."""
    return 2 * rings.start + 3 * np.arange(len(rings) + 1)


def _commands(rings: Rings, feature: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Commands and zigzag steps of all rings; the pen starts at 0, 0 in every feature."""
    sizes, first = rings.sizes, rings.start[:-1]
    column, row = rings.tile >> 32, rings.tile & 0xFFFFFFFF
    stream_start = _stream_start(rings)
    stream = np.empty(stream_start[-1], dtype=np.uint32)
    stream[stream_start[:-1]] = _MOVE_TO
    stream[stream_start[:-1] + 3] = (sizes - 1) << 3 | _LINE_TO
    stream[stream_start[1:] - 1] = _CLOSE_PATH
    ring_of = np.repeat(np.arange(len(rings)), sizes)
    is_first = np.zeros(len(rings.x), dtype=bool)
    is_first[first] = True
    # After the first corner stands the LineTo command, so later corners sit one place further.
    at = stream_start[ring_of] + 1 + 2 * (np.arange(len(rings.x)) - first[ring_of])
    at += ~is_first
    for step, values, origin in ((0, rings.x, column), (1, rings.y, row)):
        local = values - origin[ring_of] * EXTENT
        before = np.append(0, local[:-1])
        before[first[feature]] = 0
        delta = local - before
        stream[at + step] = (delta << 1) ^ (delta >> 63)
    return stream


def _varints(numbers: NDArray[np.uint32]) -> tuple[bytes, NDArray[np.int64]]:
    """Encode numbers as protobuf varints; also where each begins, and the length."""
    length = np.ones(len(numbers), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        length += numbers >= (1 << bits)
    place = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(length)])
    out = np.empty(place[-1], dtype=np.uint8)
    for index in range(int(length.max(initial=0))):
        mine = length > index
        more = (length[mine] > index + 1).astype(np.uint8) << 7
        out[place[:-1][mine] + index] = ((numbers[mine] >> (7 * index)) & 0x7F) | more
    return out.tobytes(), place


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number: int, wire_type: int) -> bytes:
    return _varint(number << 3 | wire_type)


def _bytes(number: int, content: bytes) -> bytes:
    return _field(number, 2) + _varint(len(content)) + content


def _text(number: int, content: str) -> bytes:
    return _bytes(number, content.encode())
