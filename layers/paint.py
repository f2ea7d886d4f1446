"""Which row of a legend each unit is painted with, and the words that say its value.

One reading of the legend that `GET /layers` sends (`layers.legend.as_json`), used by every drawing
that is not made in the browser, so that they agree with each other and with the map.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from geo.messages import Language, say

_NO_DATA = "m"
# Values taken from elsewhere than a full report: the value's colour under a hatch.
_QUALIFIED = ("i", "c", "e")


@dataclass(frozen=True, slots=True)
class Caption:
    """What is written around a drawing.

    Parameters
    ----------
    title, subtitle
        Name of the layer; period and boundary set.
    notes
        Lines under the map: data date, source, what the layer does not show.
    unit
        Unit of the values in the language, e.g. ``điểm``.
    language
        Of everything that the drawing says.
    simulated
        Puts the striped band on top.
    illustrative
        Adds to the notes that the borders have no legal force.
    warning
        What keeps the figures from being read as a result; stands under the subtitle.
    """

    title: str
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    unit: str = ""
    language: Language = "vi"
    simulated: bool = False
    illustrative: bool = False
    warning: str = ""

    def all_notes(self) -> tuple[str, ...]:
        """Give the notes with the mark of borders without legal force."""
        mark = (say("map_illustrative", language=self.language),) if self.illustrative else ()
        return (*self.notes, *mark)


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One line of a legend.

    Parameters
    ----------
    label
        In the language of the drawing.
    color
        Of the form #rrggbb; None where the row only lays its pattern over another colour.
    pattern
        ``none``, ``hatch``, ``dots``, ``diagonal``, ``carried`` or ``estimated``.
    letter
        Tells a class without colour; empty where there is none.
    status
        Status character of a row that stands for no plain value; empty otherwise.
    """

    label: str
    color: str | None
    pattern: str = "none"
    letter: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Paint:
    """What a unit is painted with: a row of the legend, hatched over for a qualified value.

    `qualified` is the status that qualifies the value, empty for a plain one.
    """

    row: int
    qualified: str = ""


@dataclass(frozen=True, slots=True)
class Legend:
    """A legend for one level of units in one language.

    Parameters
    ----------
    rows
        Categories; or zero and then the classes from low to high. After them the special rows.
    categories
        Row of each category's value; empty for classes.
    lowest
        Lower bound of each class.
    special
        Row of each status that stands for no plain value.
    language, unit
        For the words; the unit is said after a number.
    """

    rows: tuple[LegendRow, ...]
    categories: Mapping[float, int]
    lowest: tuple[float, ...]
    special: Mapping[str, int]
    language: Language
    unit: str

    def paint(self, value: float | None, status: str) -> Paint:
        """Choose the paint of one unit."""
        if status != "." and status not in _QUALIFIED:
            return Paint(self.special.get(status, self.special[_NO_DATA]))
        qualified = status if status in _QUALIFIED else ""
        if value is None:
            return Paint(self.special[_NO_DATA])
        if self.categories:
            row = self.categories.get(value)
            return Paint(self.special[_NO_DATA]) if row is None else Paint(row, qualified)
        if value <= 0:
            return Paint(0, qualified)
        # The last class is closed on the map and open here: a figure may have grown since.
        return Paint(max(1, bisect_right(self.lowest, value)), qualified)

    def paints(self, values: Sequence[float | None], statuses: str) -> list[Paint]:
        """Choose the paint of every unit, in the order given."""
        return [self.paint(*pair) for pair in zip(values, statuses, strict=True)]

    def counts(self, paints: Sequence[Paint]) -> list[int]:
        """Count the units of each row; a qualified unit counts for its colour and its hatch."""
        found = Counter(paint.row for paint in paints)
        hatched = Counter(paint.qualified for paint in paints)
        return [
            hatched[row.status] if row.status in _QUALIFIED and row.color is None else found[number]
            for number, row in enumerate(self.rows)
        ]

    def shown(self, paints: Sequence[Paint]) -> list[tuple[int, LegendRow, int]]:
        """Give number, row and count of the rows to list: all classes, and what else occurs."""
        counted = zip(self.rows, self.counts(paints), strict=True)
        return [
            (number, self._as_listed(row), count)
            for number, (row, count) in enumerate(counted)
            if count or not row.status
        ]

    def _as_listed(self, row: LegendRow) -> LegendRow:
        """Say of a hatch that its units stand in the rows above already."""
        if row.status not in _QUALIFIED or row.color is not None:
            return row
        text = say("ui_legend_of_which", language=self.language, label=row.label)
        return replace(row, label=text)

    def say_value(self, value: float | None, status: str) -> str:
        """Say the value of a unit in words."""
        paint = self.paint(value, status)
        row = self.rows[paint.row]
        if row.status or self.categories or value is None:
            text = row.label
        else:
            text = self._say_amount(value)
        hatch = self.special.get(status)
        return f"{text} ({self.rows[hatch].label})" if paint.qualified and hatch else text

    def _say_amount(self, value: float) -> str:
        if self.unit == "%":
            return f"{say_number(value, language=self.language, decimals=1)}%"
        number = say_number(value, language=self.language)
        if not self.unit:
            return number
        return say("ui_value_unit", language=self.language, value=number, unit=self.unit)


def read_legend(
    legend: Mapping[str, Any],
    *,
    level: str,
    language: Language = "vi",
    unit: str = "",
    period_kind: str = "month",
) -> Legend:
    """Read the JSON of a legend for one level of units.

    Parameters
    ----------
    legend
        As `layers.legend.as_json` gives it.
    level
        Level of the units that are drawn.
    unit
        Unit of the values, in the language.
    period_kind
        Layers that count within a window have classes of their own for longer ones.
    """
    label = f"label_{language}"
    rows: list[LegendRow] = []
    categories: dict[float, int] = {}
    lowest: list[float] = []
    if legend["type"] == "categories":
        for item in legend["items"]:
            categories[item["value"]] = len(rows)
            rows.append(LegendRow(item[label], item["color"], letter=item["letter"]))
    else:
        rows.append(LegendRow(legend["zero"][label], legend["zero"]["color"]))
        scales = legend.get("per_kind", {}).get(period_kind, legend.get("per_level", {}))
        for item in scales.get(level, legend["items"]):
            lowest.append(item["from"])
            rows.append(LegendRow(item[label], item["color"]))
    special: dict[str, int] = {}
    for item in legend.get("special", ()):
        special[item["status"]] = len(rows)
        rows.append(LegendRow(item[label], item["color"], item["pattern"], status=item["status"]))
    if _NO_DATA not in special:
        # A legend may not foresee it, a drawing must still never show it as a value.
        special[_NO_DATA] = len(rows)
        text = say("legend_status_m", language=language)
        rows.append(LegendRow(text, "#b9bdc4", "hatch", status=_NO_DATA))
    return Legend(tuple(rows), categories, tuple(lowest), special, language, unit)


def say_number(value: float, *, language: Language, decimals: int = 0) -> str:
    """Write a number as the language does: 1.234,5 or 1,234.5.

    One decimal where there is one; always with ``decimals=1``, as shares have it.
    """
    text = f"{value:,.1f}"
    if not decimals:
        text = text.removesuffix(".0")
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text
