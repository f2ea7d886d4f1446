"""Fills of map sheets: colours, or for printers without them greys with patterns and letters.

In grey both ends of the ladder of classes would be dark: there each class has a pattern of its own
from white (drug-free) to nearly black (type I), and its letter. Counts and shares keep the order of
their lightness, which falls evenly (`layers.legend`).
"""

from dataclasses import replace

from layers.paint import Legend, LegendRow, Paint
from layers.patterns import fill_of

# Letter of a class to ground, and lines or dots over it.
_CLASSES: dict[str, tuple[str, str]] = {
    "✓": ("#ffffff", ""),
    "–": ("#e4e4e4", ""),
    "III": ("#ffffff", '<path d="M0 3h6" stroke="#333333" stroke-width="1"/>'),
    "II": ("#c9c9c9", '<path d="M0 0l6 6M6 0l-6 6" stroke="#333333" stroke-width="1.1"/>'),
    "I": ("#4a4a4a", ""),
}
_SIDE = 6


def greyed(key: Legend) -> Legend:
    """Give a legend whose colours are greys of the same lightness."""
    return replace(key, rows=tuple(_grey_row(row) for row in key.rows))


def _grey_row(row: LegendRow) -> LegendRow:
    if row.letter in _CLASSES:
        return replace(row, color=_CLASSES[row.letter][0])
    return row if row.color is None else replace(row, color=grey_of(row.color))


def grey_of(color: str) -> str:
    """Give the grey of the same lightness as a colour #rrggbb."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    level = round(0.299 * red + 0.587 * green + 0.114 * blue)
    return f"#{level:02x}{level:02x}{level:02x}"


def sheet_fill(
    row: LegendRow, paint: Paint, *, prefix: str, scale: float, grey: bool
) -> tuple[str, str]:
    """Give the fill of a paint on a sheet, and the pattern that it needs if any."""
    if not grey or row.letter not in _CLASSES or paint.qualified:
        return fill_of(row, paint, prefix=prefix, scale=scale)
    ground, marks = _CLASSES[row.letter]
    if not marks:
        return ground, ""
    name = f"{prefix}-{paint.row}"
    return f"url(#{name})", (
        f'<pattern id="{name}" width="{_SIDE}" height="{_SIDE}" patternUnits="userSpaceOnUse"'
        f' patternTransform="scale({1 / scale:.4g})">'
        f'<rect width="{_SIDE}" height="{_SIDE}" fill="{ground}" stroke="none"/>{marks}</pattern>'
    )
