"""Names, codes, kinds and keys of administrative units: how they are folded, checked and numbered.

    unit_key = set_id << 20 | ordinal
    ordinal 0  the country          1  first province     2  its first district (until 2025-06-30)
                                                          3  its first commune ...

Units are numbered depth first, so that a unit and all below it are one range of keys. What the law
sets (kinds, island districts, units outside assessment) is data in `geo/unit_rules.toml`.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Level = Literal["country", "province", "district", "commune"]
LEVELS: tuple[Level, ...] = ("country", "province", "district", "commune")

UNIT_KEY_SHIFT = 20
COUNTRY_CODE = "VN"
COUNTRY_NAME = "Việt Nam"
COUNTRY_KIND = "quốc gia"

# Areas are measured here: cylindrical equal-area on the WGS 84 ellipsoid, in square metres.
EQUAL_AREA_SRID = 6933

# Grave, acute, tilde, hook above, dot below: the five marks whose place moves (Hoà, Hòa).
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
# Breve, circumflex, horn: parts of a letter, not tones.
_LETTER_MARKS = frozenset("\u0306\u0302\u031b")
_APOSTROPHES = re.compile("['’ʼ‘`´]")
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class UnitKind:
    """A kind of unit, e.g. phường, with the days on which it can exist, half-open."""

    id: str
    level: Level
    first_day: date = date.min
    ends_before: date = date.max

    def exists_on(self, day: date) -> bool:
        """Tell whether units of this kind can exist on a day."""
        return self.first_day <= day < self.ends_before


@dataclass(frozen=True, slots=True)
class UnitRules:
    """What the law sets about units, read from `geo/unit_rules.toml`."""

    kinds: tuple[UnitKind, ...]
    districts_until: date
    districts_without_communes: frozenset[str]
    not_assessed: Mapping[str, tuple[date, date]]

    def kinds_of(self, level: Level) -> tuple[str, ...]:
        """List the kinds of a level."""
        return tuple(kind.id for kind in self.kinds if kind.level == level)


@cache
def unit_rules() -> UnitRules:
    """Read the rules about units that are packaged with the code."""
    told = tomllib.loads(files("geo").joinpath("unit_rules.toml").read_text(encoding="utf-8"))
    return UnitRules(
        kinds=tuple(
            UnitKind(k["id"], k["level"], k.get("from", date.min), k.get("until", date.max))
            for k in told["kinds"]
        ),
        districts_until=told["districts_until"],
        districts_without_communes=frozenset(told["districts_without_communes"]),
        not_assessed={
            unit["code"]: (unit.get("from", date.min), unit.get("until", date.max))
            for unit in told["not_assessed"]
        },
    )


def has_districts(day: date) -> bool:
    """Tell whether units stand in districts on a day (until 2025-06-30)."""
    return day < unit_rules().districts_until


def fold(name: str) -> str:
    """Fold a name to the key of search: no case, no accents, no signs, đ as d, single spaces.

    ``Hoà Bình``, ``Hòa Bình`` and ``HOA-BINH`` all give ``hoa binh``. Different names may share a
    key; show them with their province.
    """
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFD", name.casefold())
        if not unicodedata.combining(letter)
    )
    plain = _APOSTROPHES.sub("", plain.replace("đ", "d").replace("ð", "d"))
    return _NO_LETTER.sub(" ", plain).strip()


def tone_key(name: str) -> str:
    """Give the key under which two spellings of one name meet, tone marks kept.

    Case, signs, spaces and the letter that carries the tone are ignored: ``Hoà`` meets ``Hòa``,
    but ``Tân Lập`` does not meet ``Tấn Lập``.
    """
    words = []
    for word in unicodedata.normalize("NFD", _APOSTROPHES.sub("", name.casefold())).split():
        letters = "".join(
            c for c in word if c not in _TONES and (c.isalnum() or c in _LETTER_MARKS)
        )
        words.append(letters + "".join(sorted(c for c in word if c in _TONES)))
    return " ".join(filter(None, words))


def split_kind(name: str, *, level: Level = "commune") -> tuple[str | None, str]:
    """Split a full name into its kind and the bare name: ``phường`` and ``Ba Đình``.

    The kind is None when the name does not begin with one. Island districts stand among the
    communes, so kinds of districts are known there too.
    """
    rules = unit_rules()
    known = rules.kinds_of(level) + (rules.kinds_of("district") if level == "commune" else ())
    composed = unicodedata.normalize("NFC", name).strip()
    lowered = composed.casefold()
    for kind in sorted(known, key=len, reverse=True):
        if lowered.startswith(f"{kind} "):
            return kind, composed[len(kind) + 1 :].strip()
    return None, composed


def fold_kind(name: str, *, level: Level = "commune") -> str:
    """Fold a name without its kind: ``Phường Ba Đình`` gives ``ba dinh``."""
    return fold(split_kind(name, level=level)[1])


def code_is_whole(code: str, *, level: Level) -> bool:
    """Tell whether a code has the form of its level: 2, 3 or 5 digits.

    The island districts without communes keep their 3 digits among the communes.
    """
    digits = {"province": 2, "district": 3, "commune": 5}.get(level, 0)
    if level == "commune" and code in unit_rules().districts_without_communes:
        return True
    return len(code) == digits and code.isascii() and code.isdigit()


def is_assessable(code: str, *, day: date) -> bool:
    """Tell whether a commune is subject to assessment on a day (A9)."""
    first_day, ends_before = unit_rules().not_assessed.get(code, (date.max, date.max))
    return not first_day <= day < ends_before


def make_unit_key(set_id: int, ordinal: int) -> int:
    """Make the key of a unit from its set and its place in the set's order."""
    return set_id << UNIT_KEY_SHIFT | ordinal


def set_of(unit_key: int) -> int:
    """Give the set of a unit's key."""
    return unit_key >> UNIT_KEY_SHIFT


def ordinal_of(unit_key: int) -> int:
    """Give a unit's place in the order of its set; the country is 0."""
    return unit_key & (1 << UNIT_KEY_SHIFT) - 1


@dataclass(frozen=True, slots=True)
class Numbering:
    """Units in key order: one row per unit, the country first.

    Attributes
    ----------
    level, code
        Of each unit.
    parent
        Row of the unit above; -1 for the country.
    last
        Last row of the unit and all below it.
    commune_row
        For the n-th commune given, its row.
    """

    level: NDArray[np.object_]
    code: NDArray[np.object_]
    parent: NDArray[np.int64]
    last: NDArray[np.int64]
    commune_row: NDArray[np.int64]


def number_units(
    code: Iterable[str], *, province_code: Iterable[str], district_code: Iterable[str] | None = None
) -> Numbering:
    """Put the units of a set in depth-first order: country, province, its district, its communes.

    Parameters
    ----------
    code, province_code, district_code
        One value per commune. Without districts the communes follow their province.

    Returns
    -------
    Numbering
        Sorted by code on every level. Rows are ordinals.
    """
    # The web service asks for names and keys only: it starts without the library.
    import pandas as pd

    given = pd.DataFrame({"province": list(province_code), "code": list(code)})
    above: list[Literal["province", "district"]] = ["province"]
    if district_code is not None:
        given["district"] = list(district_code)
        above.append("district")
    ordered = given.sort_values([*above, "code"], kind="stable")
    levels: list[str] = ["country"]
    codes: list[str] = [COUNTRY_CODE]
    parents: list[int] = [-1]
    commune_row = np.empty(len(given), dtype=np.int64)
    open_units: dict[str, tuple[str, int]] = {}
    columns = [ordered[level].tolist() for level in above]
    rows = zip(ordered.index.tolist(), ordered["code"].tolist(), *columns, strict=True)
    for position, own_code, *codes_above in rows:
        parent = 0
        for level, here in zip(above, codes_above, strict=True):
            if open_units.get(level, ("", -1))[0] != here or (
                level == "district" and parents[open_units[level][1]] != parent
            ):
                open_units[level] = (here, len(codes))
                levels.append(level)
                codes.append(here)
                parents.append(parent)
            parent = open_units[level][1]
        commune_row[position] = len(codes)
        levels.append("commune")
        codes.append(own_code)
        parents.append(parent)
    last = np.arange(len(codes))
    for row_number in range(len(codes) - 1, 0, -1):
        above_it = parents[row_number]
        last[above_it] = max(last[above_it], last[row_number])
    return Numbering(
        level=np.asarray(levels, dtype=object),
        code=np.asarray(codes, dtype=object),
        parent=np.asarray(parents, dtype=np.int64),
        last=last,
        commune_row=commune_row,
    )
