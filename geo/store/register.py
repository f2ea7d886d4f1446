"""Reads the register of units: which communes exist, in which province, where their centre is.

The register is the package `vietnamadminunits`: its tables, never its parser (asked for a name it
does not know, the parser answers another commune without a word).
"""

import sqlite3
from contextlib import closing
from datetime import date
from functools import cache
from importlib.resources import as_file, files

import pandas as pd

from geo.boundaries import Register
from geo.units import has_districts

# The last state before the reform that the old table gives, and the first after it.
_OLD_STATED_ON = date(2025, 3, 1)
_NEW_STATED_ON = date(2025, 7, 1)

# An island district without communes is a row without ward; its whole code names it (318, 498).
_OLD_UNITS = """
    SELECT coalesce(wardCode, districtCode) AS code, coalesce(ward, district) AS name,
           coalesce(wardType, districtType) AS kind, provinceCode AS province_code, province,
           districtCode AS district_code, district,
           coalesce(wardLon, districtLon) AS lng, coalesce(wardLat, districtLat) AS lat
      FROM admin_units_legacy ORDER BY code
"""
_NEW_UNITS = """
    SELECT wardCode AS code, ward AS name, wardType AS kind, provinceCode AS province_code,
           province, wardLon AS lng, wardLat AS lat
      FROM admin_units ORDER BY code
"""


@cache
def read_register(*, districts: bool) -> Register:
    """Read the register of before (``districts``) or after 2025-07-01.

    Returns
    -------
    Register
        Units with code, name, kind, province_code, province, lng, lat (EPSG:4326) and, before the
        reform, district_code, district. Do not change the frame: it is read once.
    """
    source = files("vietnamadminunits").joinpath("data", "dataset.db")
    # Read-only and by URI: a plain connection would create an empty file where none is.
    with as_file(source) as path, closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        units = pd.read_sql_query(_OLD_UNITS if districts else _NEW_UNITS, db)
    units["kind"] = units["kind"].str.lower()  # SQLite lowers ASCII only
    return Register(units, stated_on=_OLD_STATED_ON if districts else _NEW_STATED_ON)


def register_of(day: date) -> Register:
    """Give the register against which a set that begins on a day is held."""
    return read_register(districts=has_districts(day))
