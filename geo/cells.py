"""H3 cells as 64-bit integers: point to cell, cell to centre, outline and parent.

The only file that imports h3 (one cell at a time) and h3ronpy (arrays of them), which speak
(lat, lng); everything else here and elsewhere speaks (lng, lat), so the swap happens in this file
and nowhere else. A cell is a positive ``int64``: bit
63 of an H3 index is reserved and 0, so it fits PostgreSQL's ``bigint`` without a change of sign.

    bit 63    62..59   58..56     55..52       51..45      44..42  ...  2..0
    0         mode 1   reserved   resolution   base cell   digit 1 ... digit 15   (7 = not used)
"""

from collections.abc import Sequence

import h3.api.basic_int as h3
import numpy as np
from h3ronpy.vector import cells_to_coordinates, coordinates_to_cells
from numpy.typing import ArrayLike, NDArray

NO_CELL = 0
FINEST_RESOLUTION = 15

_RESOLUTION_BIT = 52
_RESOLUTION_MASK = 0xF << _RESOLUTION_BIT
_DIGIT_BITS = 3


def cells_of(lng: ArrayLike, lat: ArrayLike, *, resolution: int) -> NDArray[np.int64]:
    """Give the cell of each point.

    Parameters
    ----------
    lng, lat
        Degrees, EPSG:4326, of one length.
    resolution
        H3 resolution, 0 (coarsest) to 15.

    Returns
    -------
    Cells in the order of the points; `NO_CELL` where a coordinate is not finite or off the globe.

    Raises
    ------
    ValueError
        When the resolution is none of H3's.
    """
    _check_resolution(resolution)
    lng_deg = np.asarray(lng, dtype=np.float64)
    lat_deg = np.asarray(lat, dtype=np.float64)
    on_globe = (np.abs(lng_deg) <= 180) & (np.abs(lat_deg) <= 90)  # NaN compares False
    cells = np.full(lng_deg.shape, NO_CELL, dtype=np.int64)
    if on_globe.any():
        found = coordinates_to_cells(lat_deg[on_globe], lng_deg[on_globe], resolution)
        cells[on_globe] = found.to_numpy().astype(np.int64)
    return cells


def centre_of(cells: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give longitude and latitude of each cell's centre, in degrees; NaN for `NO_CELL`."""
    wanted = np.asarray(cells, dtype=np.int64)
    lng, lat = np.full(wanted.shape, np.nan), np.full(wanted.shape, np.nan)
    real = wanted != NO_CELL
    if real.any():
        centres = cells_to_coordinates(wanted[real].astype(np.uint64))
        lng[real] = centres.column("lng").to_numpy()
        lat[real] = centres.column("lat").to_numpy()
    return lng, lat


def parents_of(cells: ArrayLike, *, resolution: int) -> NDArray[np.int64]:
    """Give the ancestor of each cell at a coarser resolution (or the cell itself at its own).

    By arithmetic on the index, the same that SQL uses: write the resolution, set the digits below
    it to 7. `NO_CELL` stays.

    Raises
    ------
    ValueError
        When a cell is coarser than the resolution asked for, so has no such ancestor.
    """
    _check_resolution(resolution)
    children = np.asarray(cells, dtype=np.int64)
    real = children != NO_CELL
    own = (children & _RESOLUTION_MASK) >> _RESOLUTION_BIT
    if bool((own[real] < resolution).any()):
        raise ValueError(f"a cell is coarser than resolution {resolution}")
    unused_digits = (1 << (_DIGIT_BITS * (FINEST_RESOLUTION - resolution))) - 1
    parents = (children & ~_RESOLUTION_MASK) | (resolution << _RESOLUTION_BIT) | unused_digits
    return np.where(real, parents, NO_CELL)


def boundary_of(cell: int) -> NDArray[np.float64]:
    """Give the outline of a cell as a closed ring of (lng, lat) in degrees, shape (n, 2)."""
    lat_lng = np.asarray(h3.cell_to_boundary(int(cell)), dtype=np.float64)
    ring = lat_lng[:, ::-1]
    return np.vstack([ring, ring[:1]])


def to_text(cells: ArrayLike) -> list[str]:
    """Write cells as the hexadecimal text used in addresses and by the browser."""
    return [f"{cell:x}" for cell in np.asarray(cells, dtype=np.int64).tolist()]


def from_text(texts: Sequence[str]) -> NDArray[np.int64]:
    """Read cells from hexadecimal text.

    Raises
    ------
    ValueError
        When a text is not the index of an H3 cell.
    """
    cells = np.zeros(len(texts), dtype=np.int64)
    for index, text in enumerate(texts):
        cell = int(text, 16)
        if not h3.is_valid_cell(cell):
            raise ValueError(f"{text[:20]!r} is no H3 cell")
        cells[index] = cell
    return cells


def _check_resolution(resolution: int) -> None:
    if not 0 <= resolution <= FINEST_RESOLUTION:
        raise ValueError(f"H3 has resolutions 0 to {FINEST_RESOLUTION}, not {resolution}")
