"""What a map sheet is made of, as plain data; `layers.sheet_svg` draws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from geo.messages import Language
from layers.outline import Outline
from layers.paint import Legend, Paint
from layers.sheet_window import Window

PaperSize = Literal["A4", "A3", "A0"]
PAPERS: Mapping[PaperSize, tuple[float, float, float]] = {
    # Short and long side in mm, and mm of one step.
    "A4": (210.0, 297.0, 0.25),
    "A3": (297.0, 420.0, 0.3),
    "A0": (841.0, 1189.0, 0.55),
}
# Land that the sheet shows and says nothing about.
OTHER_LAND = "#ecebe6"


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the sheet, in steps."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Locator:
    """The country in small, with the sheet's land marked; `window` None marks nothing."""

    country: Outline
    window: Window | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is drawn.

    Parameters
    ----------
    drawn, window
        Lines, and the part of the mainland's frame that is shown, shaped as the sheet's frame.
    paints
        Paint of each unit of the outline, None for land outside the sheet's unit.
    key
        The legend, in greys already for a grey sheet.
    locator
        For sheets of a part of the country.
    notes
        Names and texts under the legend.
    stamp
        Who made it, when, what for.
    """

    paper: PaperSize
    grey: bool
    across: bool
    title: str
    subtitle: str
    warning: str
    drawn: Outline
    window: Window
    paints: Sequence[Paint | None]
    key: Legend
    locator: Locator | None
    notes: tuple[tuple[str, str], ...]
    stamp: str
    simulated: bool
    illustrative: bool

    @property
    def language(self) -> Language:
        """Of every word on the sheet."""
        return self.key.language
