"""The choropleth as one SVG picture, drawn on the server for browsers without WebGL and for print.

    outline(units)  ->  Outline   seconds, once per set and level   layers.outline
    draw(outline)   ->  str       milliseconds, per layer and period

Colours stand in attributes and not in styles, so that a strict content policy lets them through.
A unit is told by its title (a hint under the pointer); few units carry their letter as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from geo.messages import Language, say
from layers.outline import Outline, Panel
from layers.paint import Caption, Legend, Paint, read_legend, say_number
from layers.patterns import GROUND, HAIRLINE, INK, MUTED, WARNING, WATER, WATER_INK, fill_of, ink_on

_FONT = "'Be Vietnam Pro','Noto Sans','Segoe UI',system-ui,sans-serif"
_BAND, _GAP, _ROW = 26, 24, 25
# Under this width everything stands in one column.
_NARROW = 640
_LEGEND_WIDTH = 290
_LETTERS_UP_TO = 150


@dataclass(frozen=True, slots=True)
class _Box:
    """A place on the sheet, in pixels."""

    x: float
    y: float
    width: float
    height: float


def draw(
    drawn: Outline,
    *,
    values: Sequence[float | None],
    statuses: str,
    legend: Mapping[str, Any],
    caption: Caption,
    period_kind: str = "month",
    width: int = 1120,
) -> str:
    """Paint an outline as a whole SVG document with title, legend and notes.

    Parameters
    ----------
    values, statuses
        One number or None, and one status character, per unit of the outline in its order.
    legend
        As `layers.legend.as_json` gives it.
    caption
        What is written around the map, and in which language.
    period_kind
        Layers that count within a window have classes of their own for longer ones.
    width
        In pixels, 320 or more; under 640 everything stands in one column.
    """
    language = caption.language
    key = read_legend(
        legend, level=drawn.level, language=language, unit=caption.unit, period_kind=period_kind
    )
    paints = key.paints(values, statuses)
    words = [
        f"{name}: {key.say_value(value, status)}"
        for name, value, status in zip(drawn.names, values, statuses, strict=True)
    ]
    width = max(width, 320)
    narrow = width < _NARROW
    margin = 16 if narrow else 32
    inner = width - 2 * margin

    top = float(_BAND if caption.simulated else 0)
    heading, head_height = _heading(caption, x=margin, y=top, width=inner, narrow=narrow)
    top += head_height
    map_width = inner if narrow else inner - _LEGEND_WIDTH - _GAP
    frame = _Box(margin, top, map_width, 1.32 * map_width if narrow else 0.66 * width)
    used, pictures = _pictures(drawn, frame, key, paints, words)
    legend_at = (margin, top + used + _GAP) if narrow else (margin + map_width + _GAP, top + 8)
    legend_width = inner if narrow else _LEGEND_WIDTH
    rows, rows_height = _legend(key, paints, at=legend_at, width=legend_width)
    bottom = legend_at[1] + rows_height if narrow else top + max(used, rows_height + 8)
    foot, foot_height = _notes(caption.all_notes(), x=margin, y=bottom + 8, width=inner)
    height = round(bottom + 8 + foot_height)

    described = say(
        "map_description",
        language=language,
        count=len(drawn.names),
        rows="; ".join(
            say("map_description_row", language=language, label=row.label, count=count)
            for _, row, count in key.shown(paints)
            if count
        ),
    )
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" role="img"'
            f' aria-labelledby="bando-title bando-desc" lang="{language}"'
            f' font-family="{_FONT}" fill="{INK}">',
            f'<title id="bando-title">{escape(caption.title)}</title>',
            f'<desc id="bando-desc">{escape(described)}</desc>',
            f'<rect width="{width}" height="{height}" fill="{GROUND}"/>',
            *(_band(width, language) if caption.simulated else ()),
            *heading,
            *pictures,
            *rows,
            *foot,
            "</svg>",
        ]
    )


def _pictures(
    drawn: Outline, frame: _Box, key: Legend, paints: Sequence[Paint], words: Sequence[str]
) -> tuple[float, list[str]]:
    """Draw the mainland and the insets beside it; also the height that they need."""
    main, insets = drawn.panels[0], drawn.panels[1:]
    aside = min(230.0, 0.31 * frame.width) if insets else 0.0
    room = frame.width - aside - (_GAP / 2 if insets else 0)
    scale = min(room / main.width, frame.height / main.height)
    height = main.height * scale
    at = _Box(frame.x + (room - main.width * scale) / 2, frame.y, main.width * scale, height)
    parts = list(_panel(drawn, main, at, key, paints, words))
    # From the bottom up: Trường Sa, the sea's name, Hoàng Sa, as they lie.
    right, bottom = frame.x + frame.width, frame.y + height
    tops: list[float] = []
    for inset in reversed(insets):
        box_width = min(aside, 0.24 * height * inset.width / inset.height)
        box_height = box_width * inset.height / inset.width + 26
        lower = bottom if not tops else frame.y + 0.5 * height
        box = _Box(right - box_width, lower - box_height, box_width, box_height)
        parts += _inset(drawn, inset, box, key, paints, words)
        tops.append(box.y)
    if insets:
        language = key.language
        size = 18 if frame.width > 500 else 13
        y = (frame.y + 0.5 * height + tops[0]) / 2 + size / 3
        parts.append(
            f'<text x="{right - aside / 2:.0f}" y="{y:.0f}" text-anchor="middle" font-size="{size}"'
            f' font-style="italic" letter-spacing="2" fill="{WATER_INK}">'
            f"{escape(say('map_sea', language=language))}</text>"
        )
    return height, parts


def _inset(
    drawn: Outline,
    panel: Panel,
    box: _Box,
    key: Legend,
    paints: Sequence[Paint],
    words: Sequence[str],
) -> Iterator[str]:
    yield (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
        f' fill="{WATER}" stroke="{HAIRLINE}"/>'
    )
    size = 11.5 if box.width > 150 else 9
    small = box.width <= 100
    name = panel.name.replace("map_inset", "ui_archipelago") if small else panel.name
    indent = 3 if small else 7
    yield (
        f'<text x="{box.x + indent:.1f}" y="{box.y + 16:.1f}" font-size="{size}" fill="{MUTED}">'
        f"{escape(say(name, language=key.language))}</text>"
    )
    inner = _Box(box.x + 6, box.y + 20, box.width - 12, box.height - 26)
    yield from _panel(drawn, panel, inner, key, paints, words)


def _panel(
    drawn: Outline,
    panel: Panel,
    box: _Box,
    key: Legend,
    paints: Sequence[Paint],
    words: Sequence[str],
) -> Iterator[str]:
    """Paint the units of one frame, those of one paint together."""
    scale = min(box.width / panel.width, box.height / panel.height)
    prefix = f"bando-{panel.name or 'main'}"
    groups: dict[Paint, list[int]] = {}
    for row in panel.paths:
        groups.setdefault(paints[row], []).append(row)
    few = len(drawn.names) <= 1000
    stroke = (
        'stroke="#ffffff" stroke-opacity=".85"' if few else f'stroke="{MUTED}" stroke-opacity=".3"'
    )
    yield f'<g transform="translate({box.x:.1f} {box.y:.1f}) scale({scale:.5g})"'
    yield f' stroke-linejoin="round" {stroke} stroke-width="{(0.8 if few else 0.35) / scale:.3g}">'
    for paint, rows in sorted(groups.items(), key=lambda item: (item[0].row, item[0].qualified)):
        fill, pattern = fill_of(key.rows[paint.row], paint, prefix=prefix, scale=scale)
        yield f'{pattern}<g fill="{fill}">'
        for row in rows:
            yield f'<path d="{panel.paths[row]}"><title>{escape(words[row])}</title></path>'
        yield "</g>"
    yield (
        f'<path d="{panel.borders}" fill="none" stroke="{MUTED}" stroke-opacity=".8"'
        f' stroke-width="{(0.7 if not panel.name else 0.5) / scale:.3g}"/>'
    )
    if len(drawn.names) <= _LETTERS_UP_TO:
        yield f'<g stroke="none" font-size="{11 / scale:.0f}" text-anchor="middle">'
        for row, (x, y) in panel.places.items():
            letter = key.rows[paints[row].row].letter
            if letter:
                ink = ink_on(key.rows[paints[row].row].color)
                yield f'<text x="{x}" y="{y + 4 / scale:.0f}" fill="{ink}">{escape(letter)}</text>'
        yield "</g>"
    yield "</g>"


def _legend(
    key: Legend, paints: Sequence[Paint], *, at: tuple[float, float], width: float
) -> tuple[list[str], float]:
    """List the rows with the number of units in each; also the height."""
    x, y = at
    heading = say("map_legend", language=key.language) + (f" ({key.unit})" if key.unit else "")
    right = x + width
    parts = [
        f'<text x="{x:.0f}" y="{y + 12:.0f}" font-size="13" font-weight="600">'
        f"{escape(heading)}</text>"
        f'<text x="{right:.0f}" y="{y + 12:.0f}" font-size="12" text-anchor="end" fill="{MUTED}">'
        f"{escape(say('map_legend_count', language=key.language))}</text>"
    ]
    top = y + 24
    for number, row, count in key.shown(paints):
        fill, pattern = fill_of(row, Paint(number), prefix="bando-key", scale=1.0)
        middle = top + _ROW / 2
        parts.append(
            f'{pattern}<rect x="{x:.0f}" y="{top + 4:.0f}" width="26" height="17" fill="{fill}"'
            f' stroke="{MUTED}" stroke-opacity=".45" stroke-width=".75"/>'
        )
        if row.letter:
            parts.append(
                f'<text x="{x + 13:.0f}" y="{middle + 4:.0f}" font-size="11" text-anchor="middle"'
                f' fill="{ink_on(row.color)}">{escape(row.letter)}</text>'
            )
        parts.append(
            f'<text x="{x + 36:.0f}" y="{middle + 4.5:.0f}" font-size="13">'
            f"{escape(row.label)}</text>"
            f'<text x="{right:.0f}" y="{middle + 4.5:.0f}" font-size="12" text-anchor="end"'
            f' fill="{MUTED}">{say_number(count, language=key.language)}</text>'
        )
        top += _ROW
    return parts, top - y


def _heading(
    caption: Caption, *, x: float, y: float, width: float, narrow: bool
) -> tuple[list[str], float]:
    big, small = (18, 13) if narrow else (24, 15)
    parts = []
    line = y + 12
    for text, size, weight, fill in (
        (caption.title, big, 600, INK),
        (caption.subtitle, small, 400, MUTED),
        (caption.warning, small, 600, WARNING),
    ):
        for part in _wrap(text, width=width, size=size):
            line += size * 1.4
            parts.append(
                f'<text x="{x:.0f}" y="{line:.0f}" font-size="{size}" font-weight="{weight}"'
                f' fill="{fill}">{escape(part)}</text>'
            )
    return parts, line - y + 20


def _notes(lines: Sequence[str], *, x: float, y: float, width: float) -> tuple[list[str], float]:
    parts = [
        f'<path d="M{x:.0f} {y:.0f}h{width:.0f}" stroke="{HAIRLINE}"/>',
    ]
    line = y + 4
    for text in lines:
        for part in _wrap(text, width=width, size=12):
            line += 18
            parts.append(
                f'<text x="{x:.0f}" y="{line:.0f}" font-size="12" fill="{MUTED}">'
                f"{escape(part)}</text>"
            )
    return parts, line - y + 16


def _band(width: int, language: Language) -> Iterator[str]:
    """Draw the mark that no simulated map goes without."""
    yield (
        f'<pattern id="bando-band" width="16" height="{_BAND}" patternUnits="userSpaceOnUse"'
        f' patternTransform="skewX(-35)"><rect width="16" height="{_BAND}" fill="#f6e7c1"/>'
        f'<rect width="8" height="{_BAND}" fill="#efd9a0"/></pattern>'
        f'<rect width="{width}" height="{_BAND}" fill="url(#bando-band)"/>'
        f'<text x="{width / 2:.0f}" y="{_BAND - 8}" font-size="12" font-weight="600"'
        f' letter-spacing="1" text-anchor="middle">'
        f"{escape(say('map_simulated', language=language))}</text>"
    )


def _wrap(text: str, *, width: float, size: float) -> list[str]:
    """Break a text into lines; a letter is taken as 0.55 of the size, which leaves some room."""
    room = max(int(width / (0.55 * size)), 8)
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines
