"""The map of a sheet: units through a window, letters and names, insets, the country in small."""

from collections.abc import Iterator, Sequence

from geo.messages import say
from geo.units import split_kind
from layers.outline import Outline, Panel
from layers.paint import Paint
from layers.patterns import INK, MUTED, WARNING, WATER, WATER_INK, ink_on
from layers.sheet_fills import sheet_fill
from layers.sheet_parts import OTHER_LAND, Box, Locator, Sheet
from layers.sheet_text import write

# A unit carries its letter, and its name, when its square has this side, in steps.
_LETTER_FROM, _NAME_FROM = 15.0, 34.0


def draw_main(sheet: Sheet, frame: Box) -> Iterator[str]:
    """Draw the mainland's frame through the window."""
    panel = sheet.drawn.panels[0]
    window = sheet.window
    scale = frame.width / (window.width * panel.per_world)
    x = frame.x + (panel.origin[0] - window.west) * panel.per_world * scale
    y = frame.y + (panel.origin[1] - window.north) * panel.per_world * scale
    yield from _panel(sheet, panel, x, y, scale, lettered=True)
    if sheet.provinces is not None:
        yield from _province_names(sheet, sheet.provinces, frame)


def draw_insets(sheet: Sheet, frame: Box) -> Iterator[str]:
    """Draw the archipelagos of the sheet's unit, or the country in small with its own."""
    if sheet.locator is None:
        panels = sheet.drawn.panels[1:]
        yield from _archipelagos(sheet, panels, frame, aside=0.26 * frame.width, filled=True)
        return
    if len(sheet.drawn.panels) > 1:
        yield from _archipelagos(
            sheet, sheet.drawn.panels[1:], frame, aside=0.2 * frame.width, filled=True
        )
    yield from _locate(sheet, sheet.locator, frame)


def _panel(
    sheet: Sheet, panel: Panel, x: float, y: float, scale: float, *, lettered: bool
) -> Iterator[str]:
    groups: dict[Paint | None, list[int]] = {}
    for row in panel.paths:
        groups.setdefault(sheet.paints[row], []).append(row)
    line = "#8a8a8a" if sheet.grey else "#ffffff"
    yield (
        f'<g transform="translate({x:.2f} {y:.2f}) scale({scale:.6g})" stroke-linejoin="round"'
        f' stroke="{line}" stroke-width="{0.6 / scale:.4g}">'
    )
    for paint, rows in sorted(groups.items(), key=_order):
        fill, pattern = OTHER_LAND, ""
        if paint is not None:
            fill, pattern = sheet_fill(
                sheet.key.rows[paint.row],
                paint,
                prefix=f"p-{panel.name or 'main'}",
                scale=scale,
                grey=sheet.grey,
            )
        # White lines between white units would be none.
        pale = paint is None or bool(sheet.key.rows[paint.row].status)
        stroke = ' stroke="#c0c5cb"' if pale else ""
        paths = "".join(f'<path d="{panel.paths[row]}"/>' for row in rows)
        yield f'{pattern}<g fill="{fill}"{stroke}>{paths}</g>'
    yield (
        f'<path d="{panel.borders}" fill="none" stroke="{MUTED}"'
        f' stroke-width="{1.1 / scale:.4g}"/></g>'
    )
    mine = [row for row in panel.paths if sheet.paints[row] is not None]
    if lettered and len(mine) == 1:
        yield (
            f'<path transform="translate({x:.2f} {y:.2f}) scale({scale:.6g})" fill="none"'
            f' d="{panel.paths[mine[0]]}" stroke="{INK}" stroke-width="{2.2 / scale:.4g}"'
            ' stroke-linejoin="round"/>'
        )
    if lettered:
        yield from _letters(sheet, panel, x, y, scale)


def _order(item: tuple[Paint | None, list[int]]) -> tuple[int, str]:
    paint = item[0]
    return (-1, "") if paint is None else (paint.row, paint.qualified)


def _letters(sheet: Sheet, panel: Panel, x: float, y: float, scale: float) -> Iterator[str]:
    """Write letter and name where a unit has room for them; names before letters get their room."""
    taken: list[Box] = []
    for row, (left, top) in sorted(panel.places.items(), key=lambda one: -panel.sizes[one[0]]):
        side = panel.sizes[row] * scale
        paint = sheet.paints[row]
        at_x, at_y = x + left * scale, y + top * scale
        letter = sheet.key.rows[paint.row].letter if paint is not None else ""
        name = sheet.drawn.names[row]
        size = min(10.0, max(7.5, side / 7))
        room = Box(at_x - 0.28 * size * len(name), at_y - 8.0, 0.56 * size * len(name), 20.0)
        named = side >= max(_NAME_FROM, 0.42 * size * len(name))
        named = named and not any(_overlap(room, one) for one in taken)
        if letter and side >= _LETTER_FROM:
            ink = ink_on(sheet.key.rows[paint.row].color) if paint is not None else INK
            yield from write(
                letter,
                at=(at_x, at_y + (-2.0 if named else 3.5)),
                size=10,
                anchor="middle",
                fill=ink,
                weight=600,
                halo="" if ink != INK else "#ffffff",
            )
        if named:
            taken.append(room)
            yield from write(
                name,
                at=(at_x, at_y + (10.0 if letter else 3.0)),
                size=size,
                anchor="middle",
                fill=MUTED if paint is None else INK,
                halo="#ffffff",
            )


def _province_names(sheet: Sheet, provinces: Outline, frame: Box) -> Iterator[str]:
    """Write the names of provinces over their communes, the larger first."""
    panel, window = provinces.panels[0], sheet.window
    scale = frame.width / (window.width * panel.per_world)
    x = frame.x + (panel.origin[0] - window.west) * panel.per_world * scale
    y = frame.y + (panel.origin[1] - window.north) * panel.per_world * scale
    taken: list[Box] = []
    for row, (left, top) in sorted(panel.places.items(), key=lambda one: -panel.sizes[one[0]]):
        name = split_kind(provinces.names[row], level="province")[1]
        side = panel.sizes[row] * scale
        size = min(13.0, max(8.0, side / 6))
        at_x, at_y = x + left * scale, y + top * scale
        room = Box(at_x - 0.3 * size * len(name), at_y - size, 0.6 * size * len(name), 1.3 * size)
        if side < 0.3 * size * len(name) or any(_overlap(room, one) for one in taken):
            continue
        taken.append(room)
        yield from write(
            name, at=(at_x, at_y), size=size, anchor="middle", weight=600, halo="#ffffff"
        )


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _archipelagos(
    sheet: Sheet, panels: Sequence[Panel], frame: Box, *, aside: float, filled: bool
) -> Iterator[str]:
    """Put the insets to the right from the bottom up, as they lie, the sea's name between them."""
    right, bottom = frame.x + frame.width - 10.0, frame.y + frame.height - 10.0
    tops: list[float] = []
    for panel in reversed(panels):
        width = min(aside, 0.2 * frame.height * panel.width / panel.height)
        height = width * panel.height / panel.width + 24.0
        lower = bottom if not tops else frame.y + 0.52 * frame.height
        box = Box(right - width, lower - height, width, height)
        yield from _inset(sheet, panel, box, filled=filled)
        tops.append(box.y)
    if tops:
        middle = (tops[0] + (frame.y + 0.52 * frame.height if len(tops) > 1 else frame.y)) / 2
        yield from write(
            say("map_sea", language=sheet.language),
            at=(right - aside / 2, middle + 6.0),
            size=17,
            anchor="middle",
            fill=WATER_INK if not sheet.grey else MUTED,
            italic=True,
        )


def _inset(sheet: Sheet, panel: Panel, box: Box, *, filled: bool) -> Iterator[str]:
    yield (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
        f' fill="{_water(sheet)}" stroke="{MUTED}" stroke-width=".8"/>'
    )
    name = say(panel.name, language=sheet.language)
    size = min(10.0, (box.width - 8.0) / (0.56 * len(name)))
    yield from write(name, at=(box.x + 5.0, box.y + 14.0), size=size, fill=MUTED)
    scale = min((box.width - 12.0) / panel.width, (box.height - 26.0) / panel.height)
    if filled:
        yield from _panel(sheet, panel, box.x + 6.0, box.y + 19.0, scale, lettered=False)
    else:
        yield (
            f'<g transform="translate({box.x + 6.0:.1f} {box.y + 19.0:.1f}) scale({scale:.6g})"'
            f' fill="{OTHER_LAND}" stroke="{MUTED}" stroke-width="{0.8 / scale:.4g}">'
        )
        yield "".join(f'<path d="{path}"/>' for path in panel.paths.values()) + "</g>"


def _locate(sheet: Sheet, locator: Locator, frame: Box) -> Iterator[str]:
    """Draw the country in small, its archipelagos and sea named, the sheet's land in a box."""
    main, islands = locator.country.panels[0], locator.country.panels[1:]
    height = min(0.27 * frame.height, 300.0)
    scale = (height - 12.0) / main.height
    width = main.width * scale + (88.0 if islands else 0.0) + 16.0
    box = Box(frame.x + frame.width - width - 10.0, frame.y + 10.0, width, height)
    yield (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
        f' fill="{_water(sheet)}" stroke="{INK}" stroke-width=".8"/>'
        f'<g transform="translate({box.x + 6.0:.1f} {box.y + 6.0:.1f}) scale({scale:.6g})"'
        f' fill="#ffffff" stroke="{MUTED}" stroke-width="{0.45 / scale:.4g}">'
    )
    yield "".join(f'<path d="{path}"/>' for path in main.paths.values()) + "</g>"
    if locator.window is not None:
        per = main.per_world * scale
        left = box.x + 6.0 + (locator.window.west - main.origin[0]) * per
        top = box.y + 6.0 + (locator.window.north - main.origin[1]) * per
        wide, high = max(locator.window.width * per, 5.0), max(locator.window.height * per, 5.0)
        color = INK if sheet.grey else WARNING
        yield (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{high:.1f}"'
            f' fill="none" stroke="{color}" stroke-width="1.8"/>'
        )
    right, lower = box.x + box.width - 5.0, box.y + box.height - 5.0
    names: list[float] = []
    for panel in reversed(islands):
        wide = 78.0
        high = wide * panel.height / panel.width * 0.62 + 22.0
        yield from _inset(sheet, panel, Box(right - wide, lower - high, wide, high), filled=False)
        lower -= high + 26.0
        if panel is not islands[0]:
            names.append(lower + 17.0)
    if names:
        yield from write(
            say("map_sea", language=sheet.language),
            at=(right - 39.0, names[0]),
            size=11,
            anchor="middle",
            fill=MUTED,
            italic=True,
        )


def _water(sheet: Sheet) -> str:
    return "#f7f7f7" if sheet.grey else WATER
