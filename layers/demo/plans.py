"""Simulates what the plans of the demo need: yearly numbers, marks by hand, surveys of a district.

Numbers of provinces are made up but for what is public: Hà Nội and Nghệ An register a fifth for
2025, Lạng Sơn all communes for 2030. Some provinces have registered nothing.
"""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from geo.store.intake.figures import Figure
from layers.demo.boundaries import DemoCountry

_TODAY = 2
_YEARS = range(2025, 2031)
_HALF = 0.5
_SILENT_SHARE = 0.18
# First and last number by code of the province.
_PUBLIC = {"01": (0.20, 0.50), "40": (0.20, 0.50), "20": (0.30, 1.00)}
_KHOAI_CHAU, _BAC_GIANG = "330", "24"
_SURVEYS = ((0, 2023), (0, 2024), (1, 2025))
_COLUMNS = [
    *("set_number", "unit_code", "level", "plan", "target", "year"),
    *("value", "mark", "document_no"),
]


def simulate_targets(country: DemoCountry, *, rng: np.random.Generator) -> pd.DataFrame:
    """Simulate what provinces registered, and how offices judged sentences without a number."""
    communes = country.sets[_TODAY].communes
    rows: list[tuple[object, ...]] = []
    for code in np.unique(communes["province_code"]).tolist():
        start, end, silent = rng.uniform(0.12, 0.3), _HALF, rng.random() < _SILENT_SHARE
        if code in _PUBLIC:
            (start, end), silent = _PUBLIC[code], False
        if silent:
            continue
        steps = np.linspace(start, end, len(_YEARS))
        for year, share in zip(_YEARS, steps.tolist(), strict=True):
            # Offices register whole per cents.
            told = Figure(Decimal(round(share * 100)) / 100, is_percentage=True)
            rows.append((_TODAY, code, "province", "national", "province_share", year, told))
    numbers = [(*row, None, None) for row in rows]
    marks = [
        (0, _BAC_GIANG, "province", "s1", target, 2023, None, "dat", None)
        for target in ("done", "reported")
    ]
    known = set(country.sets[0].communes["province_code"])
    kept = [one for one in marks if one[1] in known]
    return pd.DataFrame([*numbers, *kept], columns=_COLUMNS).astype({"value": object})


def survey_campaigns(country: DemoCountry) -> pd.DataFrame:
    """Give the general surveys of Khoái Châu district, one a year as its plan asks."""
    rows = [
        (
            number,
            _KHOAI_CHAU,
            "district",
            f"TKS-{year}",
            "tong_khao_sat",
            date(year, 3, 1),
            date(year, 4, 1),
            None,
            None,
        )
        for number, year in _SURVEYS
        if _KHOAI_CHAU in set(country.sets[number].communes["district_code"])
    ]
    return pd.DataFrame(
        rows,
        columns=[
            *("set_number", "unit_code", "level", "ref", "kind"),
            *("starts_on", "ends_before", "due_before", "document_no"),
        ],
    )
