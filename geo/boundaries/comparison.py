"""Rules that hold a boundary set against the register and against the set before it."""

from collections.abc import Iterator

import pandas as pd

from geo.boundaries.subject import Details, Subject
from geo.errors import Finding
from geo.units import Level, fold, split_kind, tone_key

# With fewer of the register's provinces, the set is a part of the country and judged as such.
NATIONAL_SHARE = 0.5


def judge_provinces(subject: Subject) -> Iterator[Finding]:
    """Find provinces that the register does not know, calls otherwise, or that are not here."""
    if subject.register is None:
        return
    known = _province_names(subject.register.units)
    here = _province_names(
        pd.DataFrame({c: subject.text(c) for c in ("province_code", "province")})
    )
    for code, name in here.items():
        if code not in known:
            details = Details(code=code, name=name)
            yield Finding("province_unknown", subject.severity, unit=code, details=details)
        elif name and tone_key(name) != tone_key(known[code]):
            details = Details(code=code, name=name, register_name=known[code])
            yield Finding("province_name_differs", "warning", unit=code, details=details)
    absent = [code for code in known if code not in here]
    if len(known) - len(absent) < NATIONAL_SHARE * len(known):
        details = Details(count=len(known) - len(absent), total=len(known))
        yield Finding("set_is_partial", "info", details=details)
        return
    for code in absent:
        details = Details(code=code, name=known[code])
        yield Finding("province_absent", subject.severity, unit=code, details=details)


def judge_counts(subject: Subject) -> Iterator[Finding]:
    """Hold the number of communes against the register, province by province."""
    if subject.register is None:
        return
    known = _province_names(subject.register.units)
    expected = subject.register.units["province_code"].value_counts()
    found = subject.text("province_code").value_counts()
    here = [code for code in known if code in found.index]
    for code in here:
        if found[code] != expected[code]:
            details = Details(
                name=known[code],
                found=int(found[code]),
                expected=int(expected[code]),
            )
            yield Finding("unit_count_differs", subject.severity, unit=code, details=details)
    sums = Details(found=int(found[here].sum()), expected=int(expected[here].sum()))
    yield Finding("unit_total", "info", details=sums)


def judge_codes_known(subject: Subject) -> Iterator[Finding]:
    """Find units that the register does not know or puts elsewhere, and units not here."""
    if subject.register is None:
        return
    units = subject.register.units.set_index("code")
    codes = subject.text("code")
    absent = units[~units.index.isin(codes) & units["province_code"].isin(_provinces(subject))]
    called = _by_name(absent)
    matched = set()
    rows = zip(codes, subject.text("name"), subject.text("province_code"), strict=True)
    for row, (code, name, province) in enumerate(rows, start=1):
        if not code:
            continue
        if code in units.index:
            placed = str(units.at[code, "province_code"])
            if province and placed != province:
                details = Details(code=code, province=province, register_province=placed)
                yield Finding(
                    "unit_wrong_province", subject.severity, row=row, unit=code, details=details
                )
            continue
        twin = called.get((province, fold(name)))
        if twin is not None:
            matched.add(twin)
            details = Details(code=code, name=name, register_code=twin)
            yield Finding("unit_code_differs", "warning", row=row, unit=code, details=details)
        else:
            details = Details(code=code, name=name)
            yield Finding(
                "unit_code_unknown", subject.severity, row=row, unit=code, details=details
            )
    for missing, name in zip(absent.index.astype(str), absent["name"], strict=True):
        if missing not in matched:
            details = Details(code=missing, name=name)
            yield Finding("unit_absent", "warning", unit=missing, details=details)


def judge_names_known(subject: Subject) -> Iterator[Finding]:
    """Find units whose name or kind the register gives otherwise; the tone's place is free."""
    if subject.register is None:
        return
    register = subject.register.units.set_index("code")["name"]
    units = zip(subject.text("code"), subject.text("name"), strict=True)
    for row, (code, name) in enumerate(units, start=1):
        if not name or code not in register.index:
            continue
        kind, bare = split_kind(name)
        register_kind, register_bare = split_kind(register[code])
        details = Details(code=code, name=name, register_name=register[code])
        if tone_key(bare) != tone_key(register_bare):
            yield Finding("unit_name_differs", "warning", row=row, unit=code, details=details)
        elif kind != register_kind:
            yield Finding("unit_kind_differs", "warning", row=row, unit=code, details=details)


def judge_previous(subject: Subject) -> Iterator[Finding]:
    """Say what differs from the set before: codes that stay, go and come, and the land."""
    if subject.previous is None:
        return
    before, now = set(subject.previous["code"]), set(subject.text("code"))
    details = Details(
        kept=len(before & now),
        gone=len(before - now),
        new=len(now - before),
    )
    yield Finding("compared_with_previous", "info", details=details)


def count_levels(subject: Subject) -> dict[Level, int]:
    """Count the units by level as the set would have them."""
    counts: dict[Level, int] = {}
    levels: tuple[Level, ...] = ("province", "district")
    for level in levels:
        codes = subject.text(f"{level}_code")
        if number := codes[codes != ""].nunique():
            counts[level] = int(number)
    counts["commune"] = len(subject.frame)
    return counts


def _provinces(subject: Subject) -> set[str]:
    return set(subject.text("province_code"))


def _province_names(units: pd.DataFrame) -> dict[str, str]:
    first = units[units["province_code"] != ""].drop_duplicates("province_code")
    names = zip(first["province_code"], first["province"], strict=True)
    return {str(code): str(name) for code, name in sorted(names)}


def _by_name(units: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Index units by province and folded name, leaving out names that are not alone."""
    keys = [(p, fold(n)) for p, n in zip(units["province_code"], units["name"], strict=True)]
    single = pd.Series(keys, dtype=object).value_counts()
    return {key: str(code) for key, code in zip(keys, units.index, strict=True) if single[key] == 1}
