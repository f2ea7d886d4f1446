"""The verdict on persons with the register at hand: its units are places, whatever they read like.

What looks like a person is judged in `geo.personal`; here the names of all communes, districts and
provinces of before and after 2025-07-01 are known to it ("Trần Văn Thời" is a commune).
"""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import personal
from geo.personal import FieldUse, KnownNames, column_looks_personal, use_of_column
from geo.store.register import read_register
from geo.units import Level, split_kind

__all__ = [
    "column_holds_persons",
    "column_looks_personal",
    "known_places",
    "use_of_column",
    "value_looks_personal",
    "values_look_personal",
]

# Of more different values a column need not be asked what it is as a whole.
_SAMPLE = 2_000


@cache
def known_places() -> KnownNames:
    """Give the names of all units of the register, with their kind and without."""
    names: set[str] = set()
    levels: dict[str, Level] = {"name": "commune", "district": "district", "province": "province"}
    for districts in (False, True):
        units = read_register(districts=districts).units
        for column, level in levels.items():
            if column in units:
                full = units[column].dropna().unique().tolist()
                names.update(full, (split_kind(name, level=level)[1] for name in full))
    return personal.known_names(names)


def value_looks_personal(text: str, *, use: FieldUse = "free_text") -> bool:
    """Tell whether a text is about a person, see `geo.personal.kind_of_person_data`."""
    return personal.value_looks_personal(text, use=use, known=known_places())


def values_look_personal(
    values: Iterable[object], *, use: FieldUse = "free_text"
) -> NDArray[np.bool_]:
    """Tell it for many values, see `geo.personal.values_look_personal`."""
    return personal.values_look_personal(values, use=use, known=known_places())


def column_holds_persons(values: Iterable[object], *, use: FieldUse) -> bool:
    """Tell whether a column is about persons as a whole, from 2,000 of its different values."""
    different = pd.Series(list(values), dtype=object).dropna().drop_duplicates()
    _, texts = personal.distinct_texts(different.head(_SAMPLE).tolist())
    return personal.column_holds_persons(texts, use=use, known=known_places())
