"""The registry of indicators I01 to I24: what each is called, measures, and how it is worked out.

One file per family; `record` holds what a record is. To add one: a record here below, and for a
computed one its function and its worked examples. `INDICATORS` lists the 24 of DOMAIN.md section 8;
`SERIES` lists what has figures of its own, parts included: ``I01``, ``I01.found``, ``I14.area``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from geo.indicators.cases import CASES, OUTSIDE_CASES
from geo.indicators.classes import CLASS_SUMS
from geo.indicators.duties import DUTIES
from geo.indicators.persons import PERSONS
from geo.indicators.places import CROPS, HOTSPOTS
from geo.indicators.programme import MODELS, STATIONS, SUBCOMMUNES, SURVEYS
from geo.indicators.record import (
    MISSING,
    Example,
    FinestLevel,
    Indicator,
    Measures,
    Quantity,
    Source,
    Sums,
    Visibility,
    count_or_missing,
    share_or_missing,
)
from geo.indicators.remainder import Remainder, derive_remainder, refuse_entry, sources_of

__all__ = [
    "INDICATORS",
    "MISSING",
    "SERIES",
    "Example",
    "FinestLevel",
    "Indicator",
    "Measures",
    "Quantity",
    "Remainder",
    "Source",
    "Sums",
    "Visibility",
    "count_or_missing",
    "derive_remainder",
    "refuse_entry",
    "share_or_missing",
    "sources_of",
]

_ALL: tuple[Indicator, ...] = (
    *CASES,
    *HOTSPOTS,
    *PERSONS,
    *STATIONS,
    *CROPS,
    *CLASS_SUMS,
    *MODELS,
    *SURVEYS,
    *DUTIES,
    *SUBCOMMUNES,
    *OUTSIDE_CASES,
)

INDICATORS: Mapping[str, Indicator] = MappingProxyType({one.id: one for one in _ALL})
# In the order of the list, a total before its parts.
SERIES: Mapping[str, Indicator] = MappingProxyType(
    {
        one.id: one
        for whole in _ALL
        for one in ((whole, *whole.parts) if whole.has_total else whole.parts)
    }
)
