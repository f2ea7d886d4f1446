"""Colours of the ground and hatches of the fills, for drawings that are SVG or hold some."""

from layers.paint import LegendRow, Paint

INK, MUTED, HAIRLINE, GROUND = "#1d2430", "#5b6573", "#dcdcd6", "#faf9f6"
WATER, WATER_INK = "#e8eef2", "#6f8799"
WARNING = "#8a4b12"
# What lies over the colour of a value that is not one unit's own whole report.
_OVER = {"i": "diagonal", "c": "carried", "e": "estimated"}


def fill_of(row: LegendRow, paint: Paint, *, prefix: str, scale: float = 1.0) -> tuple[str, str]:
    """Give the fill of a paint, and the pattern that it needs if any.

    Patterns live in the units of their frame, so they are scaled back to pixels.
    """
    kind = _OVER.get(paint.qualified, row.pattern)
    if kind == "none":
        return row.color or GROUND, ""
    name = f"{prefix}-{paint.row}{paint.qualified}"
    base, ink = row.color or "#ffffff", MUTED
    if kind == "hatch":
        base, ink = "#f3f3f0", row.color or MUTED
    elif kind in _OVER.values() and row.color:
        ink = ink_on(row.color)
    if kind == "dots":
        side, mark = 5, f'<circle cx="1.5" cy="1.5" r=".75" fill="{MUTED}" stroke="none"/>'
    elif kind == "carried":
        side, mark = 8, f'<path d="M0 0v8" stroke="{ink}" stroke-width="1" stroke-opacity=".7"/>'
    elif kind == "estimated":
        line = f'stroke="{ink}" stroke-width=".9" stroke-opacity=".75"'
        side, mark = 5, f'<path d="M0 0v5" {line}/><path d="M0 0h5" {line}/>'
    else:
        side, mark = 5, f'<path d="M0 0v5" stroke="{ink}" stroke-width="1.6" stroke-opacity=".75"/>'
    turn = "" if kind == "dots" else f" rotate({45 if kind == 'hatch' else -45})"
    pattern = (
        f'<pattern id="{name}" width="{side}" height="{side}" patternUnits="userSpaceOnUse"'
        f' patternTransform="scale({1 / scale:.4g}){turn}">'
        f'<rect width="{side}" height="{side}" fill="{base}" stroke="none"/>{mark}</pattern>'
    )
    return f"url(#{name})", pattern


def ink_on(color: str | None) -> str:
    """Black or white, whichever is read better on a colour."""
    if color is None:
        return INK
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#ffffff"
