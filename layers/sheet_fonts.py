"""The letters of map sheets: Be Vietnam Pro of the npm package, its three parts put into one.

The package has its letters in files for browsers, each with a part of the alphabet. Joined once and
kept, they are embedded in every PDF, with all Vietnamese letters. Where the package is missing the
letters of typst itself (Libertinus Serif) stand in; they are complete too.
"""

import sys
import tempfile
from pathlib import Path

_PACKAGE = Path("npm/node_modules/@fontsource/be-vietnam-pro/files")
_PARTS = ("latin", "latin-ext", "vietnamese")
_WEIGHTS = {400: "Regular", 600: "SemiBold"}
# Tables that the joining of parts cannot keep: spacing of pairs, and setting from top to bottom.
_LEFT_OUT = ["GSUB", "GPOS", "GDEF", "vhea", "vmtx"]


def font_folder(home: Path) -> Path | None:
    """Give a folder with the joined letters, made at the first call.

    Parameters
    ----------
    home
        Folder of everything that is written: the package lies in it, or beside the Python
        environment; the letters are kept in its cache.

    Returns
    -------
    Path or None
        None where the package is not installed.
    """
    package = next(
        (one / _PACKAGE for one in (home, Path(sys.prefix).parent) if (one / _PACKAGE).is_dir()),
        None,
    )
    if package is None:
        return None
    folder = home / "cache" / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    for weight, name in _WEIGHTS.items():
        target = folder / f"BeVietnamPro-{name}.ttf"
        if not target.is_file():
            _join(package, weight, target)
    return folder


def _join(package: Path, weight: int, target: Path) -> None:
    from fontTools.merge import Merger, Options
    from fontTools.ttLib import TTFont

    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        plain = []
        for part in _PARTS:
            font = TTFont(package / f"be-vietnam-pro-{part}-{weight}-normal.woff")
            font.flavor = None
            plain.append(str(Path(work) / f"{part}.ttf"))
            font.save(plain[-1])
        joined = Merger(options=Options(drop_tables=_LEFT_OUT)).merge(plain)
        made = Path(work) / "joined.ttf"
        joined.save(made)
        # Two processes may make it at once; each sees a whole file or none.
        made.replace(target)
