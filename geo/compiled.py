"""Loops compiled by numba; the only file that imports it."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile on first call, outside Python's lock, kept on disk where that is possible.

    numba keeps the result in the folder that the variable NUMBA_CACHE_DIR names, else beside the
    file or in the user's cache folder; where none can be written every process compiles for itself.
    """
    try:
        return cast("F", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast("F", numba.njit(nogil=True)(function))
