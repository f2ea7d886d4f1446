"""Sizes of map sheets: the one list that routes, commands and drawings share."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

PaperSize = Literal["A4", "A3", "A0"]
PAPER_SIZES: Final[tuple[PaperSize, ...]] = get_args(PaperSize)
# Short and long side in mm, and mm of one step of the drawing.
PAPERS: Mapping[PaperSize, tuple[float, float, float]] = {
    "A4": (210.0, 297.0, 0.25),
    "A3": (297.0, 420.0, 0.3),
    "A0": (841.0, 1189.0, 0.55),
}
