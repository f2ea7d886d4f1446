"""Finds the unit that a row speaks of, on the boundary set of the row's day.

A code wins over a name; a name may be given with its kind ("Xã Tân Hưng") or without, and meets
the register's whatever place the tone mark has. A name that several units bear is never guessed:
the finding lists their codes. Zeros that a spreadsheet took off a code are put back and told.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from geo.errors import Detail, Finding
from geo.store.boundary_sets import BoundarySet, load_units
from geo.store.locations import active_sets, set_columns_on
from geo.units import split_kind, tone_key

KeyRanges = Sequence[tuple[int, int]]
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class _Named:
    """Units of one set by code and by the keys of their names."""

    about: BoundarySet
    by_code: Mapping[str, tuple[int, str, str]]
    by_name: Mapping[str, tuple[int, ...]]
    code_of: Mapping[int, str]
    province_of: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class NamedUnits:
    """What was found: key and level by row number, and everything noticed."""

    unit_key: pd.Series
    level: pd.Series
    findings: tuple[Finding, ...]


def find_units(
    conn: Connection,
    rows: pd.DataFrame,
    *,
    days: pd.Series,
    levels: Collection[str],
    columns: Mapping[str, str],
    ranges: KeyRanges | None = None,
    accept_other_name: bool = False,
) -> NamedUnits:
    """Find the unit of each row.

    Parameters
    ----------
    conn
        Any role that reads units.
    rows
        Columns unit_code, unit, province as text or None; the index numbers the rows.
    days
        Day of each row, of the same index.
    levels
        Levels that a row may speak of.
    columns
        Column of each field as the file calls it, for the findings.
    ranges
        Keys that the actor may write to; None for commands, which may write to all.
    accept_other_name
        Take the code where the name beside it is another unit's.

    Raises
    ------
    Conflict
        ``no_active_boundary_set``.
    """
    sets = active_sets(conn)
    at_set = set_columns_on(days, sets=sets)
    keys = np.zeros(len(rows), dtype=np.int64)
    found_levels = np.full(len(rows), None, dtype=object)
    findings: list[Finding] = []
    named: dict[int, _Named] = {}
    numbers = rows.index.tolist()
    cells = rows[["unit_code", "unit", "province"]].itertuples(index=False, name=None)
    for at, (number, told) in enumerate(zip(numbers, cells, strict=True)):
        if at_set[at] < 0:
            details: dict[str, Detail] = {"day": f"{days.iloc[at]:%d/%m/%Y}"}
            findings.append(Finding("no_boundary_set_on_day", row=number, details=details))
            continue
        about = sets[at_set[at]]
        if about.set_id not in named:
            named[about.set_id] = _index(conn, about, levels)
        key, level, noticed = _find(named[about.set_id], told, number=number, columns=columns)
        findings += noticed
        if not accept_other_name and any(
            one.code == "unit_code_and_name_differ" for one in noticed
        ):
            continue
        if key and ranges is not None and not any(low <= key <= high for low, high in ranges):
            findings.append(
                Finding("unit_outside_area", row=number, column=columns.get("unit_code"))
            )
            continue
        keys[at], found_levels[at] = key, level
    return NamedUnits(
        pd.Series(keys, index=rows.index),
        pd.Series(found_levels, index=rows.index, dtype=object),
        tuple(findings),
    )


def _index(conn: Connection, about: BoundarySet, levels: Collection[str]) -> _Named:
    units = load_units(conn, about.set_id, geometry=False)
    provinces = units.loc[units["level"] == "province"]
    starts = provinces["unit_key"].to_numpy(dtype=np.int64)
    held_by = np.searchsorted(starts, units["unit_key"].to_numpy(dtype=np.int64), side="right") - 1
    names = [tone_key(name) for name in provinces["name"]]
    wanted = units["level"].isin(list(levels)).to_numpy()
    by_code: dict[str, tuple[int, str, str]] = {}
    by_name: dict[str, list[int]] = {}
    province_of: dict[int, str] = {}
    chosen = units.loc[wanted]
    for key, level, code, name, above in zip(
        chosen["unit_key"].tolist(),
        chosen["level"].tolist(),
        chosen["code"].tolist(),
        chosen["name"].tolist(),
        held_by[wanted].tolist(),
        strict=True,
    ):
        # Provinces and communes have codes of different length, so one table holds both.
        by_code[code] = (key, level, name)
        province_of[key] = names[above] if above >= 0 else ""
        for spelling in {tone_key(name), tone_key(split_kind(name)[1])}:
            by_name.setdefault(spelling, []).append(key)
    return _Named(
        about,
        by_code,
        {name: tuple(keys) for name, keys in by_name.items()},
        {key: code for code, (key, _, _) in by_code.items()},
        province_of,
    )


def _find(
    named: _Named,
    told: tuple[object, object, object],
    *,
    number: int,
    columns: Mapping[str, str],
) -> tuple[int, str | None, list[Finding]]:
    code, name, province = (None if cell is None else str(cell) for cell in told)
    title: dict[str, Detail] = {"title": named.about.title}
    if code is not None:
        return _by_code(named, code, name, number=number, column=columns.get("unit_code"))
    column = columns.get("unit")
    if name is None:
        return 0, None, [Finding("unit_not_told", row=number, column=column)]
    keys: Iterable[int] = named.by_name.get(tone_key(name), ())
    if not keys:
        # Said with a kind that the set does not know it by: "Phường Tân Hưng" for a xã.
        keys = named.by_name.get(tone_key(split_kind(name)[1]), ())
    if province is not None:
        wanted = {tone_key(province), tone_key(split_kind(province)[1])}
        keys = [key for key in keys if _province_fits(named.province_of[key], wanted)]
    keys = sorted(set(keys))
    if not keys:
        return 0, None, [Finding("unit_name_not_found", row=number, column=column, details=title)]
    codes = [named.code_of[key] for key in keys]
    if len(keys) > 1:
        more = "…" if len(codes) > _SHOWN else ""
        details = {**title, "codes": ", ".join(codes[:_SHOWN]) + more}
        return 0, None, [Finding("unit_name_ambiguous", row=number, column=column, details=details)]
    key, level, _ = named.by_code[codes[0]]
    return key, level, []


def _by_code(
    named: _Named, code: str, name: str | None, *, number: int, column: str | None
) -> tuple[int, str | None, list[Finding]]:
    findings: list[Finding] = []
    found = named.by_code.get(code)
    whole = code
    # Provinces have two figures, districts three, communes five.
    fitting = sorted({code.zfill(length) for length in (2, 3, 5)} & set(named.by_code))
    if found is None and len(fitting) > 1:
        details: dict[str, Detail] = {"codes": ", ".join(fitting)}
        return 0, None, [Finding("unit_code_short", row=number, column=column, details=details)]
    if found is None and fitting:
        whole = fitting[0]
        found = named.by_code[whole]
        details = {"code": whole}
        findings.append(Finding("unit_code_zero_restored", "info", number, column, whole, details))
    if found is None:
        details = {"code": code[:8], "title": named.about.title}
        return 0, None, [Finding("unit_code_not_found", row=number, column=column, details=details)]
    key, level, own = found
    same = {tone_key(own), tone_key(split_kind(own)[1])}
    if name is not None and not {tone_key(name), tone_key(split_kind(name)[1])} & same:
        # A code typed wrong puts figures on another commune: this must be looked at.
        details = {"code": whole, "register_name": own}
        findings.append(
            Finding("unit_code_and_name_differ", "error", number, column, whole, details)
        )
    return key, level, findings


def _province_fits(name: str, wanted: Collection[str]) -> bool:
    return name in wanted or any(name.endswith(one) for one in wanted if one)
