"""What a map sheet is made of, as plain data; `layers.sheet_svg` draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.messages import Language
from layers.outline import Outline
from layers.paint import Legend, Paint
from layers.sheet_papers import PaperSize
from layers.sheet_window import Window

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
    provinces
        Names them on the sheet of the country.
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
    provinces: Outline | None
    notes: tuple[tuple[str, str], ...]
    stamp: str
    simulated: bool
    illustrative: bool

    @property
    def language(self) -> Language:
        """Of every word on the sheet."""
        return self.key.language
