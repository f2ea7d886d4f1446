"""Rules on lists of changes: what is wrong with a row by itself, with another row, by the register.

An error is what no reading can make right (a code is missing, one code is two units); a warning is
what somebody should look at, as the registers of this machine know only two days of history.
"""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from geo.boundaries import Register
from geo.errors import Detail, Finding
from geo.store.personal import value_looks_personal
from geo.units import code_is_whole, tone_key

# Of 10,571 pairs of the reform of 2025 that law and geometry agree on, 99 in 100 have their centres
# in the register less than 19 km apart; of 52 that contradict them, 45 have more than 20.
FAR_APART_KM = 20.0
# Shares of one old unit may miss 1 by rounding.
SHARE_TOLERANCE = 0.01
_KM_PER_DEGREE = 111.32
_SHOWN_LETTERS = 40
_SHOWN_ROWS = 10
_SIDES = ("old", "new")


def judge_changes(
    changes: pd.DataFrame, *, changed_on: date, before: Register, after: Register
) -> Iterator[Finding]:
    """Judge a list of changes.

    Parameters
    ----------
    changes
        As `ChangeFile` has them, codes with their zeros.
    changed_on
        Day of the changes.
    changed_on
        Day of the changes.
    before, after
        Registers that know the old and the new units.
    """
    yield from _judge_codes(changes)
    yield from _judge_repeats(changes)
    yield from _judge_shares(changes)
    yield from _judge_crossings(changes)
    for side, register in zip(_SIDES, (before, after), strict=True):
        yield from _judge_names(changes, side)
        if side == "old" and register.stated_on > changed_on:
            # It lacks the units that ended in between: each would be told in vain.
            yield Finding(
                "change_register_later", "info", details={"day": f"{register.stated_on:%d/%m/%Y}"}
            )
            continue
        yield from _judge_known(changes, side, register)
    yield from _judge_distance(changes, before=before, after=after)
    divided = changes[changes["old_code"] != ""].drop_duplicates(["old_code", "new_code"])
    count = int((divided["old_code"].value_counts() > 1).sum())
    if count:
        yield Finding("change_units_divided", "info", details={"count": count})


def share_numbers(texts: "pd.Series[str]") -> "pd.Series[float]":
    """Read shares of 0 to 1, a comma being a point; NaN for what is none."""
    plain = texts.fillna("").astype(str).str.replace(",", ".", regex=False)
    return pd.to_numeric(plain, errors="coerce").astype(float)


def _judge_shares(changes: pd.DataFrame) -> Iterator[Finding]:
    """Find shares that are no share, and parts of a unit that do not make a whole."""
    if "share" not in changes:
        return
    shares = share_numbers(changes["share"])
    wrong = ~shares.between(0, 1) & changes["share"].fillna("").ne("")
    for row in changes.index[wrong]:
        yield Finding("change_share_unreadable", row=_row(row), column="share")
    single = changes.assign(share=shares)[changes["old_code"] != ""]
    single = single.drop_duplicates(["old_code", "new_code"])
    for code, parts in single[~wrong].groupby("old_code"):
        total = float(parts["share"].sum())
        if len(parts) > 1 and total > 0 and abs(total - 1) > SHARE_TOLERANCE:
            details: dict[str, Detail] = {"code": str(code), "total": round(total, 4)}
            row = _row(parts.index[0])
            yield Finding("change_shares_not_whole", row=row, unit=str(code), details=details)


def _judge_codes(changes: pd.DataFrame) -> Iterator[Finding]:
    """Find codes that are missing or have the wrong form."""
    for side in _SIDES:
        field = f"{side}_code"
        for row, code in changes[field].items():
            if not code:
                yield Finding(f"change_{side}_code_missing", row=_row(row), column=field)
            elif not code_is_whole(code, level="commune"):
                yield Finding("change_code_malformed", row=_row(row), column=field)


def _judge_repeats(changes: pd.DataFrame) -> Iterator[Finding]:
    """Find pairs that stand several times."""
    whole = changes[(changes["old_code"] != "") & (changes["new_code"] != "")]
    twice = whole[whole.duplicated(["old_code", "new_code"], keep=False)]
    for _, pair in twice.groupby(["old_code", "new_code"]):
        old, new = str(pair["old_code"].iloc[0]), str(pair["new_code"].iloc[0])
        details: dict[str, Detail] = {"old": old, "new": new, "rows": _listed(list(pair.index))}
        row = _row(pair.index[0])
        yield Finding("change_pair_repeated", "warning", row=row, unit=old, details=details)


def _judge_crossings(changes: pd.DataFrame) -> Iterator[Finding]:
    """Find two units that are said to have become each other, each as a whole."""
    whole = changes[(changes["old_code"] != "") & (changes["new_code"] != "")]
    single = whole.drop_duplicates(["old_code", "new_code"])
    single = single[~single["old_code"].duplicated(keep=False)]
    row_of: dict[tuple[str, str], int] = {}
    for row, old, new in zip(single.index, single["old_code"], single["new_code"], strict=True):
        if old == new:
            continue
        row_of[old, new] = _row(row)
        if (new, old) in row_of:
            details: dict[str, Detail] = {"old": old, "new": new, "other": row_of[new, old]}
            yield Finding("change_crossed", "warning", row=_row(row), unit=old, details=details)


def _judge_names(changes: pd.DataFrame, side: str) -> Iterator[Finding]:
    """Find one code under two names: two units, or a mistyped name."""
    code, name = f"{side}_code", f"{side}_name"
    if name not in changes:
        return
    told = changes[(changes[code] != "") & (changes[name] != "")]
    keys = told[name].map(tone_key)
    several = keys.groupby(told[code]).transform("nunique") > 1
    for unit, group in told[several].groupby(code):
        details: dict[str, Detail] = {
            "code": str(unit),
            "names": "; ".join(_shown(one) for one in group[name].unique()[:4]),
            "rows": _listed(list(group.index)),
        }
        row = _row(group.index[0])
        yield Finding(f"change_{side}_code_two_names", row=row, unit=str(unit), details=details)


def _judge_known(changes: pd.DataFrame, side: str, register: Register) -> Iterator[Finding]:
    """Find codes that the register does not know, with the code that the name has there."""
    field = f"{side}_code"
    units = register.units.drop_duplicates("code").set_index("code")
    names = changes.get(f"{side}_name")
    provinces = changes.get("new_province_code")
    called = _by_name(units) if side == "new" and provinces is not None else {}
    for place, (row, code) in enumerate(changes[field].items()):
        name = "" if names is None else names.iloc[place]
        if not code or not code_is_whole(code, level="commune"):
            continue
        details: dict[str, Detail] = {"code": code, "name": _shown(name)}
        if code in units.index:
            own = str(units.at[code, "name"])
            if name and tone_key(name) != tone_key(own):
                yield Finding(
                    f"change_{side}_name_differs",
                    "warning",
                    row=_row(row),
                    unit=code,
                    details={**details, "register_name": own},
                )
            continue
        province = "" if provinces is None else str(provinces.iloc[place])
        twin = called.get((province, tone_key(name)))
        if twin is None:
            found = f"change_{side}_code_unknown"
        else:
            found, details = "change_new_code_mistyped", {**details, "register_code": twin}
        yield Finding(found, "warning", row=_row(row), unit=code, details=details)


def _judge_distance(
    changes: pd.DataFrame, *, before: Register, after: Register
) -> Iterator[Finding]:
    """Find pairs whose units lie too far apart to have become each other."""
    lng, lat = (
        _coordinate(changes["old_code"], before, axis)
        - _coordinate(changes["new_code"], after, axis)
        for axis in ("lng", "lat")
    )
    north = _coordinate(changes["old_code"], before, "lat")
    km = _KM_PER_DEGREE * np.hypot(lng * np.cos(np.radians(north)), lat)
    for place in np.flatnonzero(km > FAR_APART_KM).tolist():
        old, new = changes["old_code"].iloc[place], changes["new_code"].iloc[place]
        details: dict[str, Detail] = {"old": old, "new": new, "km": round(float(km[place]))}
        row = _row(changes.index[place])
        yield Finding("change_far_apart", "warning", row=row, unit=old, details=details)


def _coordinate(
    codes: "pd.Series[str]", register: Register, axis: str
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    units = register.units.drop_duplicates("code").set_index("code")[axis]
    return np.asarray(codes.map(units), dtype=np.float64)


def _by_name(units: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Index units by province and name, leaving out names that are not alone."""
    keys = list(zip(units["province_code"], units["name"].map(tone_key), strict=True))
    single = pd.Series(keys, dtype=object).value_counts()
    return {key: str(code) for key, code in zip(keys, units.index, strict=True) if single[key] == 1}


def _row(label: object) -> int:
    return int(str(label))


def _listed(rows: list[object]) -> str:
    more = ", …" if len(rows) > _SHOWN_ROWS else ""
    return ", ".join(map(str, rows[:_SHOWN_ROWS])) + more


def _shown(name: str) -> str:
    """Give a name of a unit to be said; what could be about a person is not."""
    return "…" if value_looks_personal(name, use="unit_name") else name[:_SHOWN_LETTERS] or "–"
