"""What a class may be judged by: the inputs of a commune and period, each a whole number.

    I06, I10, I14.area, ...          a figure of the registry; an area in hundredths of its unit
    I07.numerator, I07.denominator   the parts of a share, entered or computed
    population                       residents (basis ``dang_cu_tru``) known on the last day
    places.<kind>                    places of a kind that are active on the last day (H2)
    routes                           key routes with a length inside the commune (K1)

An input is missing (None) where nobody told it; missing is never zero (C4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from geo.indicators import SERIES, Visibility

# Who makes it known: the commune's report, the register of residents, the list of places, the
# list of routes, what is told of sub-communes.
Origin = Literal["report", "residents", "places", "routes", "programme"]
PLACE_KINDS = (
    "diem_phuc_tap",
    "tu_diem_phuc_tap",
    "diem_ban_le",
    "diem_to_chuc_chua_chap",
    "diem_nguy_co",
)
_PLACE_NAMES = (
    ("Điểm phức tạp đang có", "Active complex points"),
    ("Tụ điểm phức tạp đang có", "Active complex gathering points"),
    ("Điểm bán lẻ đang có", "Active retail sale places"),
    ("Điểm tổ chức, chứa chấp đang có", "Active places organising or harbouring use"),
    ("Điểm nguy cơ đang có", "Active at-risk places"),
)
_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Input:
    """One input.

    Parameters
    ----------
    id
        As criteria sets name it.
    label_vi, label_en, unit_vi, unit_en
        For people.
    visibility
        As an indicator's: who may see the number.
    origin
        Who makes it known.
    indicator
        Series of the registry that it is or is part of; empty for none.
    grain
        Parts of one: an input of 750 m² is 75,000 hundredths.
    may_be_zero
        Whether it may be 0 as a denominator: nobody lives nowhere, but a commune may have no
        sub-commune.
    """

    id: str
    label_vi: str
    label_en: str
    unit_vi: str
    unit_en: str
    visibility: Visibility
    origin: Origin
    indicator: str = ""
    grain: int = 1
    may_be_zero: bool = True


_ORIGINS: Mapping[str, Origin] = MappingProxyType({"observations": "report", "events": "places"})
# Told otherwise above: places by kind. Nothing about a single commune: shares of communes.
_LEFT_OUT = ("I02", "I15", "I20")


def _of_registry() -> list[Input]:
    found = []
    for one in SERIES.values():
        if one.finest_level in ("district", "province") or one.id in _LEFT_OUT:
            continue
        names = [] if one.is_share else [(one.id, one.name_vi, one.name_en)]
        if one.denominator_vi:
            names += [
                (f"{one.id}.numerator", one.numerator_vi, one.numerator_en),
                (f"{one.id}.denominator", one.denominator_vi, one.denominator_en),
            ]
        found += [
            Input(
                name,
                vi,
                en,
                "" if one.is_share else one.unit_vi,
                "" if one.is_share else one.unit_en,
                one.visibility,
                _ORIGINS.get(one.source, "programme"),
                one.id,
                _HUNDREDTHS if not one.is_whole and not one.is_share else 1,
            )
            for name, vi, en in names
        ]
    return found


@cache
def inputs() -> Mapping[str, Input]:
    """Give every input by id."""
    beside = [
        Input(
            "population",
            "Dân số đang cư trú",
            "Resident population",
            "người",
            "persons",
            "P",
            "residents",
            may_be_zero=False,
        ),
        *(
            Input(f"places.{kind}", vi, en, "điểm", "places", "R", "places", "I02")
            for kind, (vi, en) in zip(PLACE_KINDS, _PLACE_NAMES, strict=True)
        ),
        Input(
            "routes",
            "Tuyến trọng điểm đi qua",
            "Key routes through it",
            "tuyến",
            "routes",
            "I",
            "routes",
        ),
    ]
    return MappingProxyType({one.id: one for one in [*_of_registry(), *beside]})
