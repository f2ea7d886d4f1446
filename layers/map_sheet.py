"""Map sheets as PDF and PNG: A4, A3 and A0, in colour or in grey, by typst.

The PDF keeps lines and letters as such, so that it prints sharp at any size; its letters are
embedded. Nothing of the machine is asked: no letters of the system, no network, no other program.
"""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Literal

from geo.messages import say
from layers.sheet_fonts import font_folder
from layers.sheet_papers import PAPERS
from layers.sheet_parts import Sheet
from layers.sheet_svg import describe, draw_sheet

SheetFormat = Literal["pdf", "png"]
# Points per inch of pictures: A0 at 100 is some 15 million points, as A4 at 400 would be.
_PPI = {"A4": 200.0, "A3": 200.0, "A0": 100.0}
_PAGE = """
#set document(title: sys.inputs.title, description: sys.inputs.stamp, keywords: sys.inputs.mark)
#set page(
  width: float(sys.inputs.width) * 1mm, height: float(sys.inputs.height) * 1mm, margin: 0mm,
)
#set text(lang: sys.inputs.language)
#image("sheet.svg", width: 100%, height: 100%, alt: sys.inputs.alt)
"""


def write_sheet(sheet: Sheet, *, form: SheetFormat, home: Path, made_at: datetime) -> bytes:
    """Draw a sheet and give it as a file.

    Parameters
    ----------
    sheet
        What is drawn.
    form
        ``pdf`` or ``png``.
    home
        Folder of everything that is written; the letters are kept there.
    made_at
        Stands in the PDF.
    """
    import typst

    short, long, _ = PAPERS[sheet.paper]
    width, height = (long, short) if sheet.across else (short, long)
    folder = font_folder(home)
    with tempfile.TemporaryDirectory() as work:
        (Path(work) / "sheet.svg").write_text(draw_sheet(sheet), encoding="utf-8")
        (Path(work) / "sheet.typ").write_text(_PAGE, encoding="utf-8")
        made = typst.compile(
            str(Path(work) / "sheet.typ"),
            root=work,
            font_paths=[str(folder)] if folder else [],
            ignore_system_fonts=True,
            format=form,
            ppi=_PPI[sheet.paper],
            timestamp=int(made_at.timestamp()),
            sys_inputs={
                "width": f"{width}",
                "height": f"{height}",
                "title": f"{sheet.title}, {sheet.subtitle}",
                "stamp": sheet.stamp,
                "mark": say("map_simulated", language=sheet.language) if sheet.simulated else "",
                "language": sheet.language,
                "alt": describe(sheet),
            },
        )
    if not isinstance(made, bytes):
        raise TypeError("a sheet is one page")
    return made
