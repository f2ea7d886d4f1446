"""Tables written as text: how they are encoded, what parts their cells, and the cells.

Spreadsheets of this country part cells by semicolons, programs by commas or tabs; none says so, but
for a first line ``sep=;`` that Excel writes.
"""

import codecs
import csv
import io
import re

_DELIMITERS = ";\t,|"
_SAMPLE_LETTERS = 200_000
_TOLD = re.compile(r"sep=(.)")


def decoded(content: bytes) -> str:
    """Read text that is in Unicode: UTF-16 by its mark, else UTF-8 with or without one.

    Raises
    ------
    UnicodeDecodeError
        When it is in something older, which its user has to name.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    return content.decode("utf-8-sig")


def cells_of(text: str, *, strict: bool = True) -> list[list[str]]:
    """Give the cells of a table, row by row.

    Parameters
    ----------
    text
        As decoded.
    strict
        Refuse quotation marks that do not pair.

    Raises
    ------
    csv.Error
        When the text is no table.
    """
    # A column of shapes is longer than the field of a table usually is; the opener holds the line.
    # It is never made smaller: another thread may be reading.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    first, _, rest = text.partition("\n")
    told = _TOLD.fullmatch(first.strip('\r\ufeff "'))
    body = rest if told else text
    delimiter = told[1] if told else delimiter_of(text)
    return list(csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=strict))


def delimiter_of(text: str) -> str:
    """Find the sign that parts most rows into the same number of cells, more than one."""
    sample = text[:_SAMPLE_LETTERS]
    return max(_DELIMITERS, key=lambda sign: _fit(sample, sign))


def _fit(sample: str, delimiter: str) -> tuple[int, int]:
    try:
        rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
    except csv.Error:
        return 0, 0
    wide = [len(row) for row in rows if len(row) > 1]
    if not wide:
        return 0, 0
    usual = max(set(wide), key=wide.count)
    return wide.count(usual), usual
