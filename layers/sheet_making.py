"""Puts a map sheet together: its window, the lines that the paper can show, the paint of each unit.

make_sheet(units, ...)  ->  Sheet     layers.map_sheet writes it
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from geo.messages import Language
from layers.outline import Outline, outline
from layers.paint import Paint, read_legend
from layers.sheet_fills import greyed
from layers.sheet_papers import PaperSize
from layers.sheet_parts import Locator, Sheet
from layers.sheet_svg import map_frame
from layers.sheet_window import Window, far_east, touching, window_of

# Drawing units along the longer side of the window, by paper: finer than the eye at arm's length.
_FINENESS: Mapping[PaperSize, int] = {"A4": 2500, "A3": 3500, "A0": 8000}
# A window is set across when the land is this much wider than high.
_ACROSS_FROM = 1.15
# Room around the unit as a share of its longer side; a commune is shown with its neighbours.
_ROOM, _ROOM_COMMUNE = 0.04, 0.8
# The country keeps room to the east for its archipelagos, as a share of its width.
_ROOM_EAST = 0.25


@dataclass(frozen=True, slots=True)
class SheetUnit:
    """The unit of a sheet: name, level, key of itself and last key of all below it."""

    name: str
    level: str
    first: int
    last: int

    def holds(self, key: int) -> bool:
        """Tell whether a unit is this one or below it."""
        return self.first <= key <= self.last


@dataclass(frozen=True, slots=True)
class SheetWords:
    """What is written around the map; see `layers.sheet_parts.Sheet`."""

    title: str
    subtitle: str
    warning: str
    notes: tuple[tuple[str, str], ...]
    stamp: str
    language: Language
    unit: str
    simulated: bool
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Painted:
    """Value and status of each commune by key; legend as `layers.legend.as_json` gives it.

    `period_kind` tells which of its scales holds.
    """

    values: Mapping[int, tuple[float | None, str]]
    legend: Mapping[str, Any]
    period_kind: str


def make_sheet(
    units: gpd.GeoDataFrame,
    *,
    about: SheetUnit,
    painted: Painted,
    words: SheetWords,
    country: Outline,
    paper: PaperSize,
    grey: bool,
) -> Sheet:
    """Make the sheet of a unit; its communes are painted, the land around it is only drawn.

    Parameters
    ----------
    units
        All of the set, as `load_units` gives them.
    about
        The unit.
    painted
        The values of its communes, and their legend.
    words
        Around the map.
    country
        Outline of the provinces, for the country in small.
    paper, grey
        The sheet.

    Raises
    ------
    Refused
        ``map_without_units``.
    """
    values = painted.values
    key = read_legend(
        painted.legend,
        level="commune",
        language=words.language,
        unit=words.unit,
        period_kind=painted.period_kind,
    )
    if grey:
        key = greyed(key)
    communes = units.loc[units["level"] == "commune"]
    inside = communes["unit_key"].between(about.first, about.last)
    own = communes.loc[inside]
    land = window_of(own)
    across = land.width > _ACROSS_FROM * land.height
    told = [key.paint(*values[one]) for one in own["unit_key"]]
    whole = about.level == "country"
    lines = len(key.shown(told)) + (not whole)
    frame = map_frame(paper, across=across, rows=lines, warned=bool(words.warning))
    window = land.grown(_ROOM_COMMUNE if about.level == "commune" else _ROOM)
    if whole:
        window = Window(
            window.west, window.north, window.east + _ROOM_EAST * window.width, window.south
        )
    window = window.shaped(frame.width / frame.height)
    part = units if whole else _around(units, own, window)
    shown = window_of(part.loc[part["level"] == "commune"])
    beyond = max(shown.width, shown.height) / max(window.width, window.height)
    drawn = outline(part, level="commune", fineness=round(_FINENESS[paper] * max(beyond, 1.0)))
    return Sheet(
        paper=paper,
        grey=grey,
        across=across,
        title=words.title,
        subtitle=words.subtitle,
        warning=words.warning,
        drawn=drawn,
        window=window,
        paints=_paints(part, about, values, key.paint),
        key=key,
        locator=None if whole else Locator(country, None if far_east(own).all() else window),
        provinces=country if whole else None,
        notes=words.notes,
        stamp=words.stamp,
        simulated=words.simulated,
        illustrative=words.illustrative,
    )


def _around(units: gpd.GeoDataFrame, own: gpd.GeoDataFrame, window: Window) -> gpd.GeoDataFrame:
    """Give the units that a window shows; on the sheet of an archipelago it is the main frame."""
    part = touching(units, window)
    if not far_east(own).all():
        return part
    communes = part["level"] == "commune"
    return part.loc[~communes | far_east(part)].reset_index(drop=True)


def _paints(
    part: gpd.GeoDataFrame,
    about: SheetUnit,
    values: Mapping[int, tuple[float | None, str]],
    paint: Any,
) -> list[Paint | None]:
    keys = part.loc[part["level"] == "commune", "unit_key"]
    return [paint(*values[key]) if about.holds(key) else None for key in keys]
