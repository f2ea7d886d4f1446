"""Which unit a label names. Names repeat: the answer may be several, and then nobody guesses.

A code wins. A name is compared with tone marks and with its kind; the group of units in which it
stands (district, province) narrows it down. A name written without any accent is taken where one
unit alone fits; a name with other accents is another name.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
from rapidfuzz import fuzz, process

from geo.office_sheet.rows import strip_label
from geo.units import Level, fold, fold_kind, split_kind, tone_key

How = Literal["code", "name", "name_plain", "kind_differs", "ambiguous", "unknown", "elsewhere"]

_SHORT_KINDS = (
    (re.compile(r"^(?:P|F)\s*\.?\s*(?=\d)|^P\s*\.\s*", re.I), "Phường "),
    (re.compile(r"^X\s*\.\s*", re.I), "Xã "),
    (re.compile(r"^TT\s*\.\s*|^T\.T\.?\s+", re.I), "Thị trấn "),
    (re.compile(r"^(?:Đ\.?K|ĐK)\s*\.\s*", re.I), "Đặc khu "),
)
_OFFICE = re.compile(
    r"^(?:công an|UBND|ủy ban nhân dân|uỷ ban nhân dân|BCĐ|ban chỉ đạo|đơn vị)\s*:?\s+"
    r"(?=xã|phường|thị trấn|đặc khu|x\.|p\.)",
    re.I,
)
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
_PLAIN_KIND = re.compile(r"^(?:xa|phuong|thi tran|dac khu) ")
_ZERO = re.compile(r"\b0+(?=\d)")


@dataclass(frozen=True, slots=True)
class UnitIndex:
    """Communes by code and by the keys of their names.

    Parameters
    ----------
    units
        By code: (name, kind, province_code, district_code or '').
    by_tone, by_fold
        Codes by the name without its kind, with tone marks kept and without.
    areas
        Codes of provinces (2 digits) and districts (3) by folded name, with and without kind.
    area_names
        Name by code of a province or district.
    province_of
        Province by code of a district.
    """

    units: Mapping[str, tuple[str, str, str, str]]
    by_tone: Mapping[str, tuple[str, ...]]
    by_fold: Mapping[str, tuple[str, ...]]
    areas: Mapping[str, tuple[str, ...]]
    area_names: Mapping[str, str]
    province_of: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """What a label names.

    Parameters
    ----------
    code
        The unit, or None.
    how
        Why, or why not.
    candidates
        Codes that fit equally (``ambiguous``), or lie elsewhere.
    """

    code: str | None
    how: How
    candidates: tuple[str, ...] = field(default=())


def index_units(units: pd.DataFrame) -> UnitIndex:
    """Index communes for look-ups.

    Parameters
    ----------
    units
        Columns code, name, kind, province_code, province and, before the reform, district_code and
        district. Names with or without their kind.
    """
    by_code: dict[str, tuple[str, str, str, str]] = {}
    by_tone: defaultdict[str, list[str]] = defaultdict(list)
    by_fold: defaultdict[str, list[str]] = defaultdict(list)
    areas: defaultdict[str, set[str]] = defaultdict(set)
    area_names: dict[str, str] = {}
    province_of: dict[str, str] = {}
    has_districts = "district_code" in units
    columns = ["code", "name", "kind", "province_code", "province"]
    columns += ["district_code", "district"] if has_districts else []
    for row in units[columns].itertuples(index=False, name=None):
        code, name, kind, province_code, province = (str(value or "") for value in row[:5])
        district_code, district = (str(v or "") for v in row[5:7]) if has_districts else ("", "")
        told, bare = split_kind(name)
        bare = _ZERO.sub("", bare)
        # The register's column of kinds has slips; the name is what the act says.
        kind = told or kind
        by_code[code] = (name, kind.casefold(), province_code, district_code)
        by_tone[tone_key(bare)].append(code)
        by_fold[fold(bare)].append(code)
        if district_code:
            province_of[district_code] = province_code
        levels: tuple[tuple[str, str, Level], ...] = (
            (province_code, province, "province"),
            (district_code, district, "district"),
        )
        for area_code, area, level in levels:
            if area_code and area_code not in area_names:
                area_names[area_code] = area
                areas[fold(area)].add(area_code)
                areas[fold_kind(area, level=level)].add(area_code)
    return UnitIndex(
        by_code,
        {key: tuple(codes) for key, codes in by_tone.items()},
        {key: tuple(codes) for key, codes in by_fold.items()},
        {key: tuple(sorted(codes)) for key, codes in areas.items()},
        area_names,
        province_of,
    )


def clean_name(label: str) -> str:
    """Bring a label to the form of a name: ``1. X. Tân Hưng (*)`` gives ``Xã Tân Hưng``."""
    name = _BRACKETS.sub("", strip_label(unicodedata.normalize("NFC", label)))
    name = _OFFICE.sub("", name)
    for short, kind in _SHORT_KINDS:
        name, changed = short.subn(kind, name, count=1)
        if changed:
            break
    return " ".join(_ZERO.sub("", name).split())


def clean_code(value: object) -> str:
    """Bring a code to its five digits: spreadsheets take leading zeros away."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value or "").strip().removeprefix("'")
    return text.zfill(5) if text.isdigit() and 4 <= len(text) < 5 else text


def find_unit(
    index: UnitIndex, label: str, *, code: object = None, within: Collection[str] = ()
) -> UnitMatch:
    """Find the unit that a row, a column or a title names.

    Parameters
    ----------
    index
        The units of the boundary set.
    label
        As written.
    code
        Content of the row's code column; it wins over the name.
    within
        Codes of provinces and districts in which the unit must lie, where known.
    """
    if code is not None:
        known = clean_code(code)
        if known in index.units:
            return UnitMatch(known, "code")
        if known:
            return UnitMatch(None, "unknown")
    plain = " ".join(unicodedata.normalize("NFC", label).split())
    for name in dict.fromkeys((plain, clean_name(label))):
        # As it stands first: "XI MA CAI" is no eleventh item.
        match = _find_name(index, name, within)
        if match.how != "unknown":
            return match
    return match


def _find_name(index: UnitIndex, name: str, within: Collection[str]) -> UnitMatch:
    kind, bare = split_kind(name)
    bare = _ZERO.sub("", bare)
    key = tone_key(bare)
    found = index.by_tone.get(key, ())
    if not found and kind is not None:
        # "Phường Đúc" is the name of a ward, whose kind comes before it.
        found, kind = index.by_tone.get(tone_key(name), ()), None
    how: How = "name"
    if not found and fold(bare) == " ".join(bare.casefold().split()):
        plain = fold(bare)
        found = index.by_fold.get(plain, ()) or index.by_fold.get(_PLAIN_KIND.sub("", plain), ())
        how = "name_plain"
    if not found:
        return UnitMatch(None, "unknown")
    inside = tuple(one for one in found if _lies_in(index, one, within))
    if not inside:
        return UnitMatch(None, "elsewhere", found)
    fitting = tuple(one for one in inside if kind is None or index.units[one][1] == kind)
    if not fitting:
        fitting, how = inside, "kind_differs"
    if len(fitting) > 1:
        return UnitMatch(None, "ambiguous", fitting)
    return UnitMatch(fitting[0], how)


def names_areas(index: UnitIndex, labels: Collection[str]) -> bool:
    """Tell whether labels are mostly names of provinces or districts, written without their kind.

    "Hưng Yên" is a ward as well: in a table of provinces its figures are not the ward's.
    """
    bare = {label for label in labels if split_kind(clean_name(label))[0] is None}
    areas = sum(bool(find_areas(index, label)) for label in bare)
    return areas >= 2 and 2 * areas > len(set(labels))


def same_name(index: UnitIndex, code: str, label: str) -> bool:
    """Tell whether a label is the name of a unit, whatever its kind and accents."""
    if label == index.units[code][0]:
        return True
    written, known = (
        _ZERO.sub("", split_kind(name)[1]) for name in (clean_name(label), index.units[code][0])
    )
    return fold(written) in (fold(known), f"{fold(index.units[code][1])} {fold(known)}")


def find_areas(index: UnitIndex, label: str) -> tuple[str, ...]:
    """Give the codes of the provinces or districts that a label names, none when it names none."""
    name = strip_label(label)
    return index.areas.get(fold(name)) or index.areas.get(fold(_BRACKETS.sub("", name)), ())


def _lies_in(index: UnitIndex, code: str, within: Collection[str]) -> bool:
    if not within:
        return True
    _, _, province_code, district_code = index.units[code]
    districts = {one for one in within if len(one) == 3}
    provinces = {one for one in within if len(one) == 2}
    if districts and district_code:
        return district_code in districts
    return not provinces or province_code in provinces


def near_units(index: UnitIndex, label: str, *, within: Collection[str] = ()) -> tuple[str, ...]:
    """Suggest a few units whose names are near a label; for the eye, never taken."""
    bare = fold(split_kind(clean_name(label))[1])
    same = [one for one in index.by_fold.get(bare, ()) if _lies_in(index, one, within)]
    if same or not within:
        return tuple(same[:3])
    names = {
        name: codes[0] for name, codes in index.by_fold.items() if _lies_in(index, codes[0], within)
    }
    close = process.extract(bare, list(names), scorer=fuzz.ratio, score_cutoff=75, limit=3)
    return tuple(names[name] for name, _, _ in close)
