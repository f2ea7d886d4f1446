"""A map sheet as one SVG document: title, map, insets, scale, arrow, legend, notes, stamp.

    draw_sheet(sheet)  ->  str      layers.map_sheet turns it into PDF and PNG

Measures are in small steps of the paper (a quarter of a millimetre on A4, more on larger sheets),
so that letters and lines keep their look from A4 to A0.
"""

import re
from collections.abc import Iterator, Sequence

from geo.messages import say
from layers.paint import LegendRow, Paint, say_number
from layers.patterns import GROUND, HAIRLINE, INK, MUTED, WARNING, ink_on
from layers.sheet_fills import grey_of, sheet_fill
from layers.sheet_map import draw_insets, draw_main
from layers.sheet_papers import PAPERS, PaperSize
from layers.sheet_parts import OTHER_LAND, Box, Sheet
from layers.sheet_text import wrap_lines, write
from layers.sheet_window import nice_length, round_scale

FONT = "'Be Vietnam Pro','Libertinus Serif'"
_COLOR = re.compile(r"#[0-9a-f]{6}\b")
_MARGIN, _BAND, _ROW = 40.0, 30.0, 25.0
_SIDE_WIDTH = 330.0


def paper_steps(paper: PaperSize, *, across: bool) -> tuple[float, float]:
    """Give width and height of a sheet in steps."""
    short, long, step = PAPERS[paper]
    return (long / step, short / step) if across else (short / step, long / step)


def map_frame(paper: PaperSize, *, across: bool, rows: int, warned: bool) -> Box:
    """Give the frame of the map on a sheet, so that the window can be shaped alike.

    Parameters
    ----------
    rows
        Lines of the legend.
    warned
        Whether a warning stands under the title.
    """
    width, height = paper_steps(paper, across=across)
    top = _BAND + 92.0 + (24.0 if warned else 0.0)
    if across:
        return Box(
            _MARGIN, top, width - 2 * _MARGIN - _SIDE_WIDTH - 24.0, height - top - _MARGIN - 26.0
        )
    below = max(34.0 + rows * _ROW, 190.0) + 20.0
    return Box(_MARGIN, top, width - 2 * _MARGIN, height - top - below - _MARGIN - 26.0)


def draw_sheet(sheet: Sheet) -> str:
    """Draw a sheet as a whole SVG document."""
    width, height = paper_steps(sheet.paper, across=sheet.across)
    told = [paint for paint in sheet.paints if paint is not None]
    rows = sheet.key.shown(told)
    frame = map_frame(
        sheet.paper,
        across=sheet.across,
        rows=len(rows) + _has_other_land(sheet),
        warned=bool(sheet.warning),
    )
    if sheet.across:
        legend = Box(
            frame.x + frame.width + 24.0,
            frame.y,
            _SIDE_WIDTH,
            34.0 + (len(rows) + _has_other_land(sheet)) * _ROW,
        )
        notes = Box(legend.x, legend.y + legend.height + 14.0, _SIDE_WIDTH, 0.0)
    else:
        half = (frame.width - 30.0) / 2
        legend = Box(
            frame.x,
            frame.y + frame.height + 20.0,
            half,
            34.0 + (len(rows) + _has_other_land(sheet)) * _ROW,
        )
        notes = Box(legend.x + half + 30.0, legend.y, half, 0.0)
    parts = [
        *_heading(sheet, width),
        f'<clipPath id="frame"><rect x="{frame.x:.1f}" y="{frame.y:.1f}"'
        f' width="{frame.width:.1f}" height="{frame.height:.1f}"/></clipPath>',
        f'<rect x="{frame.x:.1f}" y="{frame.y:.1f}" width="{frame.width:.1f}"'
        f' height="{frame.height:.1f}" fill="{GROUND}"/>',
        '<g clip-path="url(#frame)">',
        *draw_main(sheet, frame),
        "</g>",
        *draw_insets(sheet, frame),
        *_scale(sheet, frame),
        *_arrow(sheet, frame),
        f'<rect x="{frame.x:.1f}" y="{frame.y:.1f}" width="{frame.width:.1f}"'
        f' height="{frame.height:.1f}" fill="none" stroke="{INK}" stroke-width="1.2"/>',
        *_legend(sheet, rows, legend),
        *_notes(sheet, notes),
        *write(sheet.stamp, at=(_MARGIN, height - _MARGIN + 6.0), size=9, fill=MUTED),
    ]
    drawing = "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1f} {height:.1f}"'
            f' width="{width:.1f}" height="{height:.1f}" font-family="{FONT}" fill="{INK}">'
            f'<rect width="{width:.1f}" height="{height:.1f}" fill="#ffffff"/>',
            *parts,
            "</svg>",
        ]
    )
    # What is left of colour goes too: lines, letters of warnings, the ink.
    return _COLOR.sub(lambda found: grey_of(found[0]), drawing) if sheet.grey else drawing


def describe(sheet: Sheet) -> str:
    """Say what the map shows in words, for readers who do not see it."""
    told = [paint for paint in sheet.paints if paint is not None]
    return say(
        "map_description",
        language=sheet.language,
        count=len(told),
        rows="; ".join(
            say("map_description_row", language=sheet.language, label=row.label, count=count)
            for _, row, count in sheet.key.shown(told)
            if count
        ),
    )


def _has_other_land(sheet: Sheet) -> bool:
    return any(paint is None for paint in sheet.paints)


def _heading(sheet: Sheet, width: float) -> Iterator[str]:
    if sheet.simulated:
        yield from _band(sheet, width)
    size = min(24.0, (width - 2 * _MARGIN) / (0.56 * max(len(sheet.title), 1)))
    yield from write(sheet.title, at=(_MARGIN, _BAND + 44.0), size=size, weight=600)
    yield from write(sheet.subtitle, at=(_MARGIN, _BAND + 70.0), size=14, fill=MUTED)
    if sheet.warning:
        yield from write(
            sheet.warning, at=(_MARGIN, _BAND + 94.0), size=12, weight=600, fill=WARNING
        )


def _band(sheet: Sheet, width: float) -> Iterator[str]:
    light, dark = ("#f4f4f4", "#dcdcdc") if sheet.grey else ("#f6e7c1", "#efd9a0")
    yield (
        f'<pattern id="band" width="16" height="{_BAND}" patternUnits="userSpaceOnUse"'
        f' patternTransform="skewX(-35)"><rect width="16" height="{_BAND}" fill="{light}"/>'
        f'<rect width="8" height="{_BAND}" fill="{dark}"/></pattern>'
        f'<rect width="{width:.1f}" height="{_BAND}" fill="url(#band)"/>'
    )
    yield from write(
        say("map_simulated", language=sheet.language),
        at=(width / 2, _BAND - 9.0),
        size=13,
        weight=600,
        anchor="middle",
    )


def _scale(sheet: Sheet, frame: Box) -> Iterator[str]:
    """Draw the bar and say the scale; both hold at the middle of the map."""
    metres = sheet.window.metres()
    per_step = metres / frame.width
    length = nice_length(0.22 * metres)
    wide = length / per_step
    x, y = frame.x + 16.0, frame.y + frame.height - 18.0
    step_mm = PAPERS[sheet.paper][2]
    ratio = round_scale(per_step / (step_mm / 1000))
    label = (
        f"{say_number(length / 1000, language=sheet.language)} km"
        if length >= 1000
        else f"{say_number(length, language=sheet.language)} m"
    )
    yield (
        f'<rect x="{x - 8:.1f}" y="{y - 36:.1f}" width="{max(wide, 120.0) + 50:.1f}" height="46"'
        ' fill="#ffffff" fill-opacity=".85"/>'
        f'<path d="M{x:.1f} {y - 6:.1f}v6h{wide:.1f}v-6" fill="none" stroke="{INK}"'
        ' stroke-width="1.4"/>'
        f'<path d="M{x:.1f} {y:.1f}h{wide / 2:.1f}" stroke="{INK}" stroke-width="4"/>'
    )
    yield from write("0", at=(x, y - 9.0), size=10, anchor="middle")
    yield from write(label, at=(x + wide, y - 9.0), size=10, anchor="middle")
    told = say(
        "sheet_scale", language=sheet.language, ratio=say_number(ratio, language=sheet.language)
    )
    yield from write(told, at=(x, y - 23.0), size=10, fill=MUTED)


def _arrow(sheet: Sheet, frame: Box) -> Iterator[str]:
    x, y = frame.x + 26.0, frame.y + 22.0
    yield (
        f'<path d="M{x:.1f} {y + 6:.1f}l-8 26l8 -6l8 6z" fill="{INK}" stroke="#ffffff"'
        ' stroke-width=".8"/>'
    )
    yield from write(
        say("sheet_north", language=sheet.language),
        at=(x, y + 2.0),
        size=13,
        anchor="middle",
        weight=600,
    )


def _legend(sheet: Sheet, rows: Sequence[tuple[int, LegendRow, int]], box: Box) -> Iterator[str]:
    """List the rows with the number of units in each."""
    language = sheet.language
    right = box.x + box.width
    heading = say("map_legend", language=language)
    if sheet.key.unit:
        heading += f" ({sheet.key.unit})"
    yield from write(heading, at=(box.x, box.y + 12.0), size=13, weight=600)
    counted = say("map_legend_count", language=language)
    yield from write(counted, at=(right, box.y + 12.0), size=11, anchor="end", fill=MUTED)
    top = box.y + 22.0
    for number, row, count in rows:
        fill, pattern = sheet_fill(row, Paint(number), prefix="key", scale=1.0, grey=sheet.grey)
        yield (
            f'{pattern}<rect x="{box.x:.1f}" y="{top + 3:.1f}" width="28" height="18"'
            f' fill="{fill}" stroke="{MUTED}" stroke-width=".75"/>'
        )
        if row.letter:
            ink = ink_on(row.color)
            yield from write(
                row.letter,
                at=(box.x + 14.0, top + 16.0),
                size=11,
                anchor="middle",
                fill=ink,
                weight=600,
                halo="" if ink != INK else "#ffffff",
            )
        yield from write(row.label, at=(box.x + 38.0, top + 16.5), size=12.5)
        number_text = say_number(count, language=language)
        yield from write(number_text, at=(right, top + 16.5), size=12, anchor="end", fill=MUTED)
        top += _ROW
    if _has_other_land(sheet):
        yield (
            f'<rect x="{box.x:.1f}" y="{top + 3:.1f}" width="28" height="18"'
            f' fill="{OTHER_LAND}" stroke="{HAIRLINE}" stroke-width=".75"/>'
        )
        yield from write(
            say("sheet_other_land", language=language), at=(box.x + 38.0, top + 16.5), size=12.5
        )


def _notes(sheet: Sheet, box: Box) -> Iterator[str]:
    y = box.y + 12.0
    for name, text in sheet.notes:
        for part in wrap_lines(f"{name}: {text}", width=box.width, size=10.5):
            yield from write(
                part,
                at=(box.x, y),
                size=10.5,
            )
            y += 15.0
        y += 3.0
    if sheet.illustrative:
        for part in wrap_lines(
            say("map_illustrative", language=sheet.language), width=box.width, size=11
        ):
            yield from write(part, at=(box.x, y + 2.0), size=11, weight=600, fill=WARNING)
            y += 16.0
