"""Compiled loop that lays out the rows of a binary COPY; imported on first use."""

import numpy as np
from numpy.typing import NDArray

from geo.compiled import compiled

NULL_SIZE = -1


@compiled
def lay_out(
    content: NDArray[np.uint8],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int32],
    out: NDArray[np.uint8],
) -> int:
    """Write rows one after the other; give the number of bytes.

    Parameters
    ----------
    content
        The bytes of all values of all columns.
    starts, sizes
        Where each value stands in it, shape (columns, rows); size `NULL_SIZE` is NULL.
    out
        Room for the rows.
    """
    columns, rows = sizes.shape
    at = 0
    for row in range(rows):
        out[at] = columns >> 8
        out[at + 1] = columns & 0xFF
        at += 2
        for column in range(columns):
            size = sizes[column, row]
            for byte in range(4):
                out[at + byte] = (size >> (24 - 8 * byte)) & 0xFF
            at += 4
            start = starts[column, row]
            for byte in range(size):
                out[at + byte] = content[start + byte]
            at += max(size, 0)
    return at
