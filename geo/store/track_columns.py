"""Finds the columns of a file of fixes; a column that names an officer refuses the file.

field      usual names of its column                          absent
lng, lat   kinh độ, vĩ độ, lon, x, y ...                      refused (unless points are given)
time       thời gian, thời điểm, timestamp ...                refused
date       ngày ...                                           the date stands in `time`
shift      ca, mã ca, shift, track, trkseg, id ...            shifts end at long breaks
"""

from collections.abc import Collection, Iterable, Mapping

from geo.errors import Detail, Finding
from geo.store.personal import column_looks_personal
from geo.store.place_columns import mask_names
from geo.units import fold

# In the order of preference, compared with the folded name of a column.
COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "lng": ("lng", "lon", "long", "longitude", "kinh do", "kinhdo", "x", "toa do x"),
    "lat": ("lat", "latitude", "vi do", "vido", "y", "toa do y"),
    "time": (
        *("time", "timestamp", "datetime", "date time", "time utc", "utc", "thoi gian"),
        *("thoi diem", "ngay gio", "ngay gio ghi", "gio", "epoch", "unixtime"),
    ),
    "date": ("date", "ngay", "ngay thang"),
    "shift": (
        *("shift", "shift id", "shift ref", "ca", "ma ca", "ca tuan tra", "so ca"),
        *("track", "track id", "trackid", "trip", "trip id", "chuyen", "ma chuyen", "so chuyen"),
        *("trk", "track fid", "trkseg", "track seg id", "segment", "ma", "id"),
    ),
}
_REQUIRED = ("lng", "lat", "time")

# Who walked is never kept (DOMAIN section 1), so neither is what stands for a person.
_OFFICER = frozenset(
    name
    for line in (
        "officer|officer id|officer name|user|user id|username|userid|driver|badge|badge no|rank",
        "can bo|ma can bo|so hieu can bo|so hieu cand|so hieu|chien si|chien sy|si quan|to truong",
        "nguoi tuan tra|nguoi di tuan|nguoi ghi|luc luong|cap bac|quan ham|doi vien|lai xe",
        "thanh phan|thanh vien|ten thiet bi|chu thiet bi",
    )
    for name in line.split("|")
)


def find_columns(
    present: Iterable[str],
    *,
    named: Mapping[str, str],
    given: Collection[str] = (),
    dropped: Collection[str] = (),
) -> tuple[dict[str, int], list[str], list[Finding]]:
    """Find the column of each field: as its user named it, else the first of its usual names.

    Parameters
    ----------
    present
        Names of the columns.
    named
        Column of a field.
    given
        Fields that the geometry gives.
    dropped
        Folded names of columns that are known to hold free text and are not read.

    Returns
    -------
    tuple
        Position of each field's column, names as they may be shown, findings.
    """
    columns, findings = mask_names(present)
    for number, column in enumerate(columns):
        if fold(column) in dropped:
            continue
        if column_looks_personal(column) or fold(column) in _OFFICER:
            findings.append(Finding("column_personal", column=column))
        elif columns.count(column) > 1 and columns.index(column) == number:
            findings.append(Finding("column_twice", column=column))
    shown = ", ".join(columns)
    chosen: dict[str, int] = {}
    for field, column in named.items():
        details: dict[str, Detail]
        if field not in COLUMN_NAMES:
            details = {"field": field[:40], "fields": ", ".join(COLUMN_NAMES)}
            findings.append(Finding("column_field_unknown", details=details))
        elif column not in columns:
            details = {"column": column[:40], "columns": shown}
            findings.append(Finding("column_unknown", details=details))
        else:
            chosen[field] = columns.index(column)
    folded = [fold(column) for column in columns]
    for field, usual in COLUMN_NAMES.items():
        if field in named or field in given:
            continue
        fitting = [name for name in usual if name in folded]
        if fitting:
            chosen[field] = folded.index(fitting[0])
        elif field in _REQUIRED:
            details = {"field": field, "columns": shown}
            findings.append(Finding("column_missing", details=details))
    refused = {one.column for one in findings}
    ignored = [
        column
        for number, column in enumerate(columns)
        if number not in chosen.values() and column not in refused and folded[number] not in dropped
    ]
    if ignored:
        findings.append(Finding("columns_ignored", "info", details={"columns": ", ".join(ignored)}))
    return chosen, columns, findings
