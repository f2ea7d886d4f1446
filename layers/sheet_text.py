"""Words on a map sheet: one line of text in SVG, and where lines are broken."""

from collections.abc import Iterator
from html import escape

from layers.patterns import INK


def write(
    text: str,
    *,
    at: tuple[float, float],
    size: float,
    weight: int = 400,
    anchor: str = "start",
    fill: str = INK,
    italic: bool = False,
    halo: str = "",
) -> Iterator[str]:
    """Write a line of text; `halo` is the colour around its letters, empty for none."""
    if not text:
        return
    place = f'x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size:.4g}"'
    look = f' font-weight="{weight}"' if weight != 400 else ""
    look += f' text-anchor="{anchor}"' if anchor != "start" else ""
    look += ' font-style="italic" letter-spacing="1.5"' if italic else ""
    if halo:
        yield (
            f'<text {place}{look} fill="{halo}" stroke="{halo}" stroke-width="2.6"'
            f' stroke-linejoin="round">{escape(text)}</text>'
        )
    yield f'<text {place}{look} fill="{fill}">{escape(text)}</text>'


def wrap_lines(text: str, *, width: float, size: float) -> list[str]:
    """Break a text into lines; a letter is taken as 0.55 of the size, which leaves some room."""
    room = max(int(width / (0.55 * size)), 8)
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines
