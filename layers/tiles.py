"""The geometry pyramid of a boundary set, built once at activation (read by `layers.pyramid`).

One PMTiles archive per set, gzipped vector tiles with the layers ``province``, ``district`` (where
the set has them) and ``commune``. A feature has its id, the unit's ordinal, and its code; nothing
else ever goes in, so a tile never changes and holds no operational value.

Each zoom is thinned out as one coverage: common borders stay common, and provinces and districts
are unions of the communes of that zoom, so that all levels share their lines.
"""

import gzip
import secrets
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pmtiles import writer
from pmtiles.tile import Compression, TileType, zxy_to_tileid

from geo.errors import Refused
from geo.messages import say
from layers.catalog import UnitLevel
from layers.coverage import row_above, thinned, to_unit_square, united
from layers.mvt import encode_layer
from layers.pyramid import Pyramid
from layers.rings import EXTENT, cut_into_tiles, put_on_grid

# The package has no types: this is its edge.
_writer: Any = writer

__all__ = ["MAX_ZOOM", "MIN_ZOOM_OF", "Pyramid", "PyramidReport", "ZoomReport", "build_pyramid"]

MAX_ZOOM = 12
MIN_ZOOM_OF: Mapping[UnitLevel, int] = {"province": 0, "district": 5, "commune": 3}
ORDINAL_MASK = (1 << 20) - 1

# In grid units, 8 to a pixel of a 512-pixel tile: lines are drawn 8 pixels beyond the tile.
_BUFFER = 64
# Three quarters of a pixel: the national choropleth stays under 120 KB at zooms 4 and 5. The last
# zoom is drawn finer, since the browser enlarges its tiles further.
_TOLERANCE, _LAST_TOLERANCE = 6.0, 0.5
# Lone islets under two by two pixels are left out above the last zoom.
_ISLET = 16.0
# An archive takes minutes to draw, never so long (seconds).
_PART_AGE_S = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class ZoomReport:
    """What one zoom of a pyramid weighs: tiles, gzipped bytes in all and of the heaviest tile."""

    zoom: int
    tile_count: int
    byte_count: int
    heaviest_bytes: int


@dataclass(frozen=True, slots=True)
class PyramidReport:
    """What was built: per zoom and in all, with the seconds it took."""

    zooms: tuple[ZoomReport, ...]
    seconds: float

    @property
    def tile_count(self) -> int:
        """Tiles of all zooms."""
        return sum(zoom.tile_count for zoom in self.zooms)

    @property
    def byte_count(self) -> int:
        """Gzipped bytes of all tiles."""
        return sum(zoom.byte_count for zoom in self.zooms)


def build_pyramid(
    units: gpd.GeoDataFrame,
    out: Path,
    *,
    min_zoom: int = 0,
    max_zoom: int = MAX_ZOOM,
    title: str = "",
    illustrative: bool = False,
) -> PyramidReport:
    """Build the pyramid of a boundary set and put it in place at once, whole.

    The same units give the same bytes.

    Parameters
    ----------
    units
        As `geo.store.boundary_sets.load_units` gives them: unit_key, parent_key, level, code,
        geometry in EPSG:4326. Only the geometry of communes is used.
    out
        Place of the archive; its folder is made.
    title
        Name of the set, for other tools that open the archive.
    illustrative
        Marks the archive's attribution as drawn without legal force.

    Raises
    ------
    Refused
        ``pyramid_without_communes`` when there is nothing to draw, ``pyramid_crs`` when the
        frame is not in EPSG:4326.
    """
    began = time.perf_counter()
    if units.crs is None or units.crs.to_epsg() != 4326:
        raise Refused("pyramid_crs")
    tables = {
        level: units.loc[units["level"] == level].reset_index(drop=True) for level in MIN_ZOOM_OF
    }
    tables = {level: table for level, table in tables.items() if len(table)}
    if "commune" not in tables:
        raise Refused("pyramid_without_communes")
    above: dict[UnitLevel, NDArray[np.int64]] = {
        level: row_above(tables["commune"], table)
        for level, table in tables.items()
        if level != "commune"
    }

    tiles: dict[int, bytes] = {}
    zooms: list[ZoomReport] = []
    shapes_of_zooms = _shapes_of_zooms(tables, above, min_zoom=min_zoom, max_zoom=max_zoom)
    for zoom, shapes in shapes_of_zooms:
        made = _tiles_of_zoom(shapes, tables, zoom=zoom)
        if not made:
            continue
        tiles |= made
        sizes = [len(body) for body in made.values()]
        zooms.append(ZoomReport(zoom, len(made), sum(sizes), max(sizes)))

    out.parent.mkdir(parents=True, exist_ok=True)
    _sweep_parts(out)
    # A name of its own: another command may be drawing the same set.
    part = out.with_name(f"{out.name}.{secrets.token_hex(4)}.part")
    attribution = say("map_illustrative") if illustrative else title
    try:
        with part.open("wb") as file:
            _write_archive(file, tiles, tables, zooms=zooms, title=title, attribution=attribution)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return PyramidReport(tuple(reversed(zooms)), time.perf_counter() - began)


def _sweep_parts(out: Path) -> None:
    """Remove what commands left of this archive that were killed a while ago."""
    for part in out.parent.glob(f"{out.name}.*.part"):
        with suppress(FileNotFoundError):
            if time.time() - part.stat().st_mtime > _PART_AGE_S:
                part.unlink()


def _shapes_of_zooms(
    tables: Mapping[UnitLevel, gpd.GeoDataFrame],
    above: Mapping[UnitLevel, NDArray[np.int64]],
    *,
    min_zoom: int,
    max_zoom: int,
) -> Iterator[tuple[int, dict[UnitLevel, NDArray[np.object_]]]]:
    """Give the shapes of every level in the unit square, from the last zoom up to the first.

    Each zoom starts from the one below it, which is several times smaller than the original.
    """
    communes = to_unit_square(tables["commune"])
    for zoom in range(max_zoom, min_zoom - 1, -1):
        unit = 1.0 / (EXTENT << zoom)
        last = zoom == max_zoom
        tolerance = unit * (_LAST_TOLERANCE if last else _TOLERANCE)
        communes = thinned(communes, tolerance=tolerance, islet=0 if last else unit * _ISLET)
        shapes: dict[UnitLevel, NDArray[np.object_]] = {"commune": communes}
        for level, rows in above.items():
            whole = united(communes, rows, count=len(tables[level]))
            if zoom < MIN_ZOOM_OF["commune"]:
                # No commune is drawn here, so its corners on the province's line may go.
                whole = shapely.coverage_simplify(whole, tolerance)
            shapes[level] = whole
        yield zoom, {level: shape for level, shape in shapes.items() if zoom >= MIN_ZOOM_OF[level]}


def _tiles_of_zoom(
    shapes: Mapping[UnitLevel, NDArray[np.object_]],
    tables: Mapping[UnitLevel, gpd.GeoDataFrame],
    *,
    zoom: int,
) -> dict[int, bytes]:
    """Draw one zoom: gzipped tiles by their number in the archive."""
    layers: defaultdict[int, list[bytes]] = defaultdict(list)
    for level in sorted(shapes, key=list(MIN_ZOOM_OF).index):
        rings = put_on_grid(shapes[level], units=float(EXTENT << zoom))
        table = tables[level]
        for tile, layer in encode_layer(
            cut_into_tiles(rings, zoom=zoom, buffer=_BUFFER),
            name=level,
            ids=(table["unit_key"].to_numpy() & ORDINAL_MASK).tolist(),
            texts=table["code"].tolist(),
        ):
            layers[tile].append(layer)
    return {
        zxy_to_tileid(zoom, tile >> 32, tile & 0xFFFFFFFF): gzip.compress(
            b"".join(parts), compresslevel=9, mtime=0
        )
        for tile, parts in layers.items()
    }


def _write_archive(
    file: BinaryIO,
    tiles: Mapping[int, bytes],
    tables: Mapping[UnitLevel, gpd.GeoDataFrame],
    *,
    zooms: Sequence[ZoomReport],
    title: str,
    attribution: str,
) -> None:
    west, south, east, north = (float(v) for v in tables["commune"].total_bounds)
    archive = _writer.Writer(file)
    for number in sorted(tiles):
        archive.write_tile(number, tiles[number])
    drawn = [zoom.zoom for zoom in zooms]
    header = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": round(west * 1e7),
        "min_lat_e7": round(south * 1e7),
        "max_lon_e7": round(east * 1e7),
        "max_lat_e7": round(north * 1e7),
        "center_zoom": min(max(5, min(drawn)), max(drawn)),
        "center_lon_e7": round((west + east) / 2 * 1e7),
        "center_lat_e7": round((south + north) / 2 * 1e7),
    }
    vector_layers = [
        {
            "id": level,
            "fields": {"code": "String"},
            "minzoom": max(MIN_ZOOM_OF[level], min(drawn)),
            "maxzoom": max(drawn),
        }
        for level in tables
    ]
    archive.finalize(
        header,
        {
            "name": title,
            "format": "pbf",
            "type": "overlay",
            "attribution": attribution,
            "vector_layers": vector_layers,
        },
    )
