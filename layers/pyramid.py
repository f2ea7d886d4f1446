"""A geometry pyramid in memory, ready to be served; built by `layers.tiles`.

Apart from the building so that the web service starts without the geometry libraries.
"""

import zlib
from pathlib import Path
from typing import Any

from pmtiles import reader
from pmtiles.tile import MagicNumberNotFound, SpecVersionUnsupported, TileType

from geo.errors import Unavailable

# The package has no types: this is its edge.
_reader: Any = reader
_UNREADABLE = (
    OSError,
    ValueError,
    LookupError,
    EOFError,
    zlib.error,
    MagicNumberNotFound,
    SpecVersionUnsupported,
)


class Pyramid:
    """A pyramid read into memory, so that a tile costs one look into a dictionary.

    Parameters
    ----------
    path
        Archive written by `build_pyramid`.

    Raises
    ------
    Unavailable
        ``pyramid_unreadable`` when the file is missing, cut short or of another kind.
    """

    def __init__(self, path: Path) -> None:
        try:
            content = path.read_bytes()
            get_bytes = _reader.MemorySource(content)
            header = _reader.Reader(get_bytes).header()
            if header["tile_type"] != TileType.MVT:
                raise ValueError("other kind of tiles")
            self.tiles: dict[int, bytes] = {
                tile_key(*zxy): body for zxy, body in _reader.all_tiles(get_bytes)
            }
        except _UNREADABLE as error:
            raise Unavailable("pyramid_unreadable", name=path.name) from error
        self.min_zoom: int = header["min_zoom"]
        self.max_zoom: int = header["max_zoom"]

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Give a tile as gzipped bytes, or None where nothing is drawn."""
        return self.tiles.get(tile_key(z, x, y))


def tile_key(z: int, x: int, y: int) -> int:
    """Pack the address of a tile into one number."""
    return z << 58 | x << 29 | y
