"""Rules on codes, names, kinds and parents of a boundary set."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geo.boundaries.subject import Details, Subject
from geo.errors import Finding
from geo.units import Level, code_is_whole, has_districts, tone_key, unit_rules

# Enough of a wrong value to recognise it in the file.
_SHOWN_LETTERS = 40


def judge_presence(subject: Subject) -> Iterator[Finding]:
    """Find a set without units or without days."""
    if subject.frame.empty:
        yield Finding("set_empty")
    if subject.valid_to is not None and subject.valid_to <= subject.valid_from:
        yield Finding("set_validity_empty")


def judge_codes(subject: Subject) -> Iterator[Finding]:
    """Find codes that are missing, have the wrong form or stand twice."""
    codes = subject.text("code").tolist()
    rows_of: dict[str, list[int]] = {}
    for row, code in enumerate(codes, start=1):
        if not code:
            yield Finding("unit_code_missing", row=row, column="code")
            continue
        rows_of.setdefault(code, []).append(row)
        if not code_is_whole(code, level="commune"):
            details = Details(code=code[:_SHOWN_LETTERS])
            yield Finding("unit_code_malformed", row=row, column="code", details=details)
    for code, rows in rows_of.items():
        if len(rows) > 1:
            details = Details(code=code[:_SHOWN_LETTERS], rows=_listed(rows))
            told = "unit_row_repeated" if _are_same(subject, rows) else "unit_code_twice"
            yield Finding(told, row=rows[0], unit=code, details=details)


def _are_same(subject: Subject, rows: list[int]) -> bool:
    """Tell whether rows are one row written again, shape included."""
    places = [row - 1 for row in rows]
    texts = subject.frame.drop(columns=subject.frame.geometry.name).iloc[places]
    land = subject.land[places]
    same_land = [
        one is other or (one is not None and other is not None and one.equals_exact(other))
        for one, other in zip(land[:1].repeat(len(land)), land, strict=True)
    ]
    return bool((texts.fillna("") == texts.fillna("").iloc[0]).all(axis=None)) and all(same_land)


def judge_names(subject: Subject) -> Iterator[Finding]:
    """Find missing names, and one name twice under one parent."""
    parent = "district_code" if has_districts(subject.valid_from) else "province_code"
    rows_of: dict[tuple[str, str], list[int]] = {}
    names = subject.text("name").tolist()
    for row, (name, above) in enumerate(zip(names, subject.text(parent), strict=True), start=1):
        if not name:
            yield Finding("unit_name_missing", row=row, column="name")
            continue
        rows_of.setdefault((above, tone_key(name)), []).append(row)
    for (above, _), rows in rows_of.items():
        if len(rows) > 1:
            details = Details(name=names[rows[0] - 1], parent=above, rows=_listed(rows))
            yield Finding("unit_name_twice", "warning", row=rows[0], details=details)


def judge_kinds(subject: Subject) -> Iterator[Finding]:
    """Find kinds that do not exist, or not on the first day of the set."""
    rules = unit_rules()
    known = {(kind.id, kind.level) for kind in rules.kinds}
    on_day = {(kind.id, kind.level) for kind in rules.kinds if kind.exists_on(subject.valid_from)}
    units = zip(subject.text("kind"), subject.text("code"), strict=True)
    for row, (kind, code) in enumerate(units, start=1):
        level: Level = "district" if code in rules.districts_without_communes else "commune"
        if (kind, level) in on_day:
            continue
        yield Finding(
            "unit_kind_not_then" if (kind, level) in known else "unit_kind_unknown",
            row=row,
            unit=code or None,
            details=Details(kind=kind[:_SHOWN_LETTERS], day=f"{subject.valid_from:%d/%m/%Y}"),
        )


def judge_parents(subject: Subject) -> Iterator[Finding]:
    """Find communes without province or district, and parents that contradict themselves."""
    levels: tuple[Level, ...] = ("province",)
    if has_districts(subject.valid_from):
        levels = ("province", "district")
    for level in levels:
        yield from _judge_parent(subject, level)
    if "district" in levels:
        provinces = subject.text("province_code").groupby(subject.text("district_code"))
        for code, above in provinces.unique().items():
            if code and len(above) > 1:
                details = Details(code=str(code), provinces=", ".join(sorted(above)))
                yield Finding("district_two_provinces", unit=str(code), details=details)


def _judge_parent(subject: Subject, level: Level) -> Iterator[Finding]:
    own = subject.text(f"{level}_code")
    communes = subject.text("code")
    for row in np.flatnonzero(own == "").tolist():
        yield Finding(f"unit_{level}_missing", row=row + 1, unit=communes[row] or None)
    present = pd.DataFrame({"code": own, "name": subject.text(level)})[own != ""]
    for code, names in present.groupby("code")["name"].unique().items():
        details = Details(code=str(code)[:_SHOWN_LETTERS], names="; ".join(names[:4]))
        if not code_is_whole(str(code), level=level):
            yield Finding(f"{level}_code_malformed", unit=str(code), details=details)
        if len({tone_key(name) for name in names if name}) > 1:
            yield Finding(f"{level}_two_names", unit=str(code), details=details)
        if "" in names:
            yield Finding(f"{level}_name_missing", unit=str(code), details=details)


def _listed(rows: list[int]) -> str:
    return ", ".join(map(str, rows))
