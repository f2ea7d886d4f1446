"""The verdict on one text or on many: about a person or not.

Nothing here repeats what it saw; the answer is a kind (``name``, ``phone``, ...) or None.
"""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.personal.lexicon import NO_NAMES, KnownNames, key_of, lexicon
from geo.personal.names import find_full_name, glued_name
from geo.personal.numbers import find_number, is_duty_telephone
from geo.personal.phrases import find_phrase, is_birthday
from geo.personal.readings import clean, readings
from geo.personal.uses import FieldUse

# Texts that need no further look: short codes, measures, coordinates, years, one plain word.
_HARMLESS = re.compile(
    r"(?!(?i:sn|ns)[\W\d])[A-Za-z]{0,5}[-_/.]?\d{1,5}(?:[-_/.]\d{1,7})?"
    r"|-?\d{1,7}(?:[.,]\d+)?|-?\d{1,3}[.,]\d+|20[12]\d-\d\d-\d\d(?:[T ][\d:.]+)?|[^\W\d_]{1,7}"
)
_NAMES_PASS = ("unit_name", "place_name")
_GLUED_USES = ("code", "document_no", "file_name", "header")
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:[., ]\d{3})+(?:[.,]\d+)?|[+-]?\d+(?:[.,]\d+)?%?")
_LETTERS = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"(?<!\d)(?:19[3-9]\d|200\d|201[0-2])(?!\d)")
_SUFFIX = re.compile(r"\.[A-Za-z]{2,8}$")
_LONGEST = 20_000


def kind_of_person_data(
    text: str, *, use: FieldUse = "free_text", known: KnownNames = NO_NAMES
) -> str | None:
    """Say what of a person a text holds, or None.

    Parameters
    ----------
    text
        Any text; of more than 20,000 characters the beginning.
    use
        What it is for.
    known
        Names of places that may read like a person's, beside those of the lexicon.

    Returns
    -------
    str or None
        ``name``, ``birth``, ``id_number``, ``phone``, ``passport``, ``mail``, ``account``,
        ``plate``, ``household``, ``addressed``, ``home`` or ``story``.
    """
    if use == "file_name":
        text = _SUFFIX.sub("", text)
    if _HARMLESS.fullmatch(text):
        return None
    if use == "number" and _NUMBER.fullmatch(text.strip()) and not text.strip().startswith("0"):
        return None
    if use == "duty_phone" and is_duty_telephone(clean(text)):
        return None
    found = readings(text[:_LONGEST], glued=use in _GLUED_USES)
    # Taking a code apart makes numbers of its parts; they are looked for in the code as it is.
    as_written = len(found) - 1 if use in _GLUED_USES else len(found)
    for place, reading in enumerate(found):
        kind = (find_number(reading) if place < as_written else None) or find_phrase(reading)
        if kind:
            return kind
    if use not in _NAMES_PASS:
        whole = use in _GLUED_USES
        if any(_holds_name(reading, known=known, whole=whole) for reading in found):
            return "name"
    if use in _GLUED_USES:
        return _kind_in_code(found, use=use, known=known)
    return None


def value_looks_personal(
    text: str, *, use: FieldUse = "free_text", known: KnownNames = NO_NAMES
) -> bool:
    """Tell whether a text is about a person, see `kind_of_person_data`.

    >>> value_looks_personal("nhà ông Tư, sau chợ"), value_looks_personal("TRẦN VĂN BÊ")
    (True, True)
    >>> value_looks_personal("Công viên Lê Lợi"), value_looks_personal("Cầu Ông Lãnh")
    (False, False)
    """
    return kind_of_person_data(text, use=use, known=known) is not None


def values_look_personal(
    values: Iterable[object], *, use: FieldUse = "free_text", known: KnownNames = NO_NAMES
) -> NDArray[np.bool_]:
    """Tell it for many values, each different one once; numbers are judged as they are written."""
    codes, distinct = distinct_texts(values)
    verdicts = [value_looks_personal(text, use=use, known=known) for text in distinct]
    return np.array(verdicts, dtype=np.bool_)[codes]


def distinct_texts(values: Iterable[object]) -> tuple[NDArray[np.intp], list[str]]:
    """Give the different values as text, and for each value the place of its own among them."""
    texts = pd.Series([_as_text(value) for value in values], dtype=object)
    codes, distinct = pd.factorize(texts)
    return codes, list(distinct)


def _as_text(value: object) -> str:
    if value is None:
        return ""
    # A spreadsheet turns what looks like a number into one: 912345678.0 is 912345678.
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value)


def _holds_name(reading: str, *, known: KnownNames, whole: bool) -> bool:
    return find_full_name(reading.strip(), known=known, whole=whole)


def _kind_in_code(found: list[str], *, use: FieldUse, known: KnownNames) -> str | None:
    """Find what hides in a code: a day of birth, a name written together, a name with a year."""
    plain = found[0]
    if use != "header" and is_birthday(plain):
        return "birth"
    words = _LETTERS.findall(plain)
    if any(glued_name(word, known=known) for word in words):
        return "name"
    parts = [key_of(word) for word in _LETTERS.findall(found[-1])]
    told = lexicon()
    if (
        use == "code"
        and len(parts) == 2
        and parts[0] in told.surnames
        and parts[0] not in told.weak_surnames
        and parts[1] in told.givens
        and _YEAR.search(plain)
        and not (known.has(parts) or told.places_named_after.has(parts))
    ):
        return "name"
    return None
