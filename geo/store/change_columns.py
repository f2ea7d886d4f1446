"""Finds the columns of a list of changes by their usual names.

The list of the General Statistics Office calls the later state DC (`điều chỉnh`): ``Xã`` and
``Xã DC`` are the codes, ``Tên Xã`` and ``Tên Xã DC`` the names.
"""

from collections.abc import Iterable, Mapping

from geo.units import fold

# Field of a change: how lists call it, folded. The first is our own name.
CHANGE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "old_code": (
        *("old code", "from code", "ma cu", "ma xa cu", "ma xa truoc", "ma dvhc cu"),
        *("ma don vi cu", "xa", "ma xa"),
    ),
    "old_name": (
        *("old name", "from name", "ten cu", "ten xa cu", "ten xa truoc", "ten dvhc cu"),
        *("ten don vi cu", "ten xa"),
    ),
    "new_code": (
        *("new code", "to code", "ma moi", "ma xa moi", "ma xa sau", "ma dvhc moi"),
        *("ma don vi moi", "xa dc", "ma xa dc"),
    ),
    "new_name": (
        *("new name", "to name", "ten moi", "ten xa moi", "ten xa sau", "ten dvhc moi"),
        *("ten don vi moi", "ten xa dc"),
    ),
    "new_province_code": ("new province code", "ma tinh moi", "tinh dc", "ma tinh dc"),
    "changed_on": (
        *("changed on", "ngay", "ngay hieu luc", "ngay thay doi", "hieu luc tu"),
        *("effective date", "date"),
    ),
    "share": ("share", "weight", "ty le", "ti le", "trong so", "ty trong"),
    "act": ("act", "van ban", "nghi quyet", "can cu", "so nghi quyet", "so quyet dinh", "decree"),
}
CHANGE_REQUIRED = ("old_code", "new_code")


def find_columns(present: Iterable[str]) -> dict[str, str]:
    """Give the column of each field that a list has, by the first usual name that fits."""
    folded: dict[str, str] = {}
    for column in present:
        folded.setdefault(fold(column), column)
    return {
        field: folded[name]
        for field, usual in CHANGE_COLUMNS.items()
        if (name := next((one for one in usual if one in folded), None)) is not None
    }


def looks_like_changes(present: Iterable[str]) -> bool:
    """Tell whether columns are those of a list of changes: an old and a new code."""
    return set(CHANGE_REQUIRED) <= set(find_columns(present))
