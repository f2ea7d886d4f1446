"""Judges the rows of a file of places and turns the good ones into places and events.

Pure: no file, no database, no clock. Everything wrong is found at once, by row and column; a
finding never repeats a value, since any value may be about a person. Rows of one ref are events of
one place. Without a ref the content is hashed with the place's *cell*: a hash of the position given
would let anybody find it again by trying (N9).
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import cells, hotspots
from geo.errors import Detail, Finding
from geo.personal import FieldUse
from geo.positions import NO_POSITION, POSITION_FAULTS, occurrences, position_faults
from geo.store.personal import (
    column_holds_persons,
    column_looks_personal,
    use_of_column,
    values_look_personal,
)
from geo.store.place_columns import (
    CODE_FORMS,
    find_columns,
    mask_names,
    parse_day,
    parse_kind,
    parse_number,
    parse_state,
)
from geo.store.places import GENERALISED_RESOLUTION

# Findings that name a column of which nothing may be shown.
PERSONAL_COLUMNS = ("column_personal", "column_holds_persons")
# Who enters files on behalf of an office (DOMAIN section 10).
ACTOR_ROLE = "steward"

# Of 84,382 places mapped one by one in Vietnam one in a thousand lies exactly on another; of places
# that somebody rounded to the points of a map half and more do.
_STACK_LEAST_ROWS = 10
_STACK_SHARE = 0.2
_FIRST_POSSIBLE_DAY = date(1975, 1, 1)

# What the fields are for; of another column its name says it.
_USES: Mapping[str, FieldUse] = {
    "ref": "code",
    "document_no": "document_no",
    "reason": "code",
    "date": "date",
}

_PARSERS: Mapping[str, Callable[[object], object]] = {
    "kind": parse_kind,
    "state": parse_state,
    "date": parse_day,
}


@dataclass(frozen=True, slots=True)
class JudgedRows:
    """Rows of a file after judgement.

    Parameters
    ----------
    places, events
        The good rows, as `places.append_places` takes them; the index of both is the row number
        (of the place's first row).
    findings
        Everything noticed. A finding of severity error with a row refuses that row, without a row
        the whole file.
    columns
        Column of each field, as found.
    """

    places: pd.DataFrame
    events: pd.DataFrame
    findings: tuple[Finding, ...]
    columns: Mapping[str, str]


def judge_rows(
    rows: pd.DataFrame,
    *,
    source: str,
    as_of: date,
    named: Mapping[str, str],
    defaults: Mapping[str, str],
    states_allowed: Collection[str] = (),
) -> JudgedRows:
    """Judge the rows of a file.

    Parameters
    ----------
    rows
        As `place_file.read` gives them.
    source
        Name under which the places are known, with their ref.
    as_of
        Today: later events are refused.
    named
        Column of a field where its user named it.
    defaults
        Value of a field of `DEFAULTS` for the rows that have none.
    states_allowed
        Of the states that are off by default, those that the owner allows.
    """
    numbers = rows.index.tolist()
    names, findings = mask_names(rows.columns)
    rows = rows.set_axis(names, axis="columns")
    columns, found = find_columns(names, named=named, defaults=defaults)
    findings += found
    findings += find_personal_cells(rows, columns, uses=_USES)
    read = _Reader(rows, columns, defaults)
    lng, lat = read.numbers("lng"), read.numbers("lat")
    findings += judge_positions(numbers, lng=lng, lat=lat, columns=columns)
    kind, state, day = (read.parsed(field, parse) for field, parse in _PARSERS.items())
    ref, document_no, reason = (read.codes(field) for field in CODE_FORMS)
    findings += read.findings
    findings += _judge_stacks(lng, lat, ref)
    findings += _judge_days(numbers, day, as_of=as_of, column=columns.get("date"))
    off = hotspots.OFF_BY_DEFAULT.difference(states_allowed)
    findings += [
        Finding("hotspot_state_off", row=numbers[at], column=columns.get("state"))
        for at in np.flatnonzero(np.isin(state.astype(str), list(off)))
    ]
    table = pd.DataFrame(
        {
            "source": source,
            "kind": kind,
            "lng": lng,
            "lat": lat,
            "state": state,
            "effective_on": day,
            "actor_role": ACTOR_ROLE,
            "document_no": document_no,
            "reason_code": reason,
        },
        index=rows.index,
    )
    refused = refused_rows(findings)
    whole_file = any(one.severity == "error" and one.row is None for one in findings)
    good = table.loc[~table.index.isin(list(refused))] if not whole_file else table.head(0)
    refs = pd.Series(ref, index=rows.index, dtype=object).loc[good.index]
    good = good.assign(source_ref=_fill_refs(good, refs))
    findings += _judge_same_place(good)
    good = good.loc[~good.index.isin(list(refused_rows(findings)))]
    return JudgedRows(
        places=good.drop_duplicates("source_ref")[["source", "source_ref", "kind", "lng", "lat"]],
        events=good[
            ["source_ref", "state", "effective_on", "actor_role", "document_no", "reason_code"]
        ],
        findings=tuple(sorted(findings, key=lambda one: one.row or 0)),
        columns=columns,
    )


def refused_rows(findings: Iterable[Finding]) -> set[int]:
    """Give the rows that have an error."""
    return {one.row for one in findings if one.severity == "error" and one.row is not None}


def can_be_read(field: str, value: object) -> bool:
    """Tell whether a cell is what its field takes: anything else may be about a person.

    >>> can_be_read("document_no", "12/KH-UBND"), can_be_read("document_no", "Trần Văn Bê")
    (True, False)
    """
    if value is None:
        return True
    if field in CODE_FORMS:
        return CODE_FORMS[field].fullmatch(_plain_text(value)) is not None
    if field in _PARSERS:
        return _PARSERS[field](value) is not None
    return bool(np.isfinite(parse_number(value)))


class _Reader:
    """Reads the cells of the fields with defaults, and keeps what could not be read."""

    def __init__(
        self, rows: pd.DataFrame, columns: Mapping[str, str], defaults: Mapping[str, str]
    ) -> None:
        self._rows = rows
        self._columns = columns
        self._defaults = defaults
        self.findings: list[Finding] = []

    def cells(self, field: str) -> list[object]:
        """Give the cells of a field, the default where one is empty."""
        default = self._defaults.get(field)
        column = self._columns.get(field)
        if column is None:
            return [default] * len(self._rows)
        found = self._rows[column]
        # A name that two columns bear gives a frame; it is refused elsewhere.
        values = found.iloc[:, 0] if isinstance(found, pd.DataFrame) else found
        return [default if value is None else value for value in values.tolist()]

    def codes(self, field: str) -> list[str | None]:
        """Give the cells of a field as text; what does not look like a code is noted."""
        texts = [None if value is None else _plain_text(value) for value in self.cells(field)]
        form, column = CODE_FORMS[field], self._columns.get(field)
        self.findings += [
            Finding(f"hotspot_{field}_no_code", row=number, column=column)
            for number, text in zip(self._rows.index.tolist(), texts, strict=True)
            if text is not None and not form.fullmatch(text)
        ]
        return texts

    def numbers(self, field: str) -> NDArray[np.float64]:
        """Give the cells of a field as numbers, NaN where there is none."""
        return np.array([parse_number(value) for value in self.cells(field)], dtype=np.float64)

    def parsed(self, field: str, parse: Callable[[object], object]) -> NDArray[np.object_]:
        """Give the cells of a field as `parse` reads them; what is missing or wrong is noted."""
        given = self.cells(field)
        # Few distinct values stand in many rows; dates and codes are all hashable.
        known = {value: parse(value) for value in set(given) if value is not None}
        column = self._columns.get(field)
        for number, value in zip(self._rows.index.tolist(), given, strict=True):
            if value is None and (column or field in self._defaults):
                self.findings.append(Finding(f"hotspot_{field}_missing", row=number, column=column))
            elif value is not None and known[value] is None:
                self.findings.append(Finding(f"hotspot_{field}_unknown", row=number, column=column))
        parsed = np.empty(len(given), dtype=object)
        parsed[:] = [None if value is None else known[value] for value in given]
        return parsed


def _plain_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def find_personal_cells(
    rows: pd.DataFrame, columns: Mapping[str, str], *, uses: Mapping[str, FieldUse]
) -> list[Finding]:
    """Find cells, and columns as a whole, that are about persons.

    Parameters
    ----------
    rows
        As read, with names of columns that may be shown.
    columns
        Column of each field, as found.
    uses
        What each field is for; free text where it is not said.
    """
    numbers = rows.index.tolist()
    measured = {columns.get(name) for name in ("lng", "lat", "wkt")}
    fields = {column: field for field, column in columns.items()}
    findings = []
    for position, name in enumerate(rows.columns):
        if name in measured or column_looks_personal(name):
            continue
        values = rows.iloc[:, position].tolist()
        use = uses.get(fields[name], "free_text") if name in fields else use_of_column(name)
        if column_holds_persons(values, use=use):
            findings.append(Finding("column_holds_persons", column=str(name)))
        findings += [
            Finding("value_personal", row=numbers[at], column=str(name))
            for at in np.flatnonzero(values_look_personal(values, use=use))
        ]
    return findings


def judge_positions(
    numbers: list[int],
    *,
    lng: NDArray[np.float64],
    lat: NDArray[np.float64],
    columns: Mapping[str, str],
) -> list[Finding]:
    """Find positions that are missing, in metres, swapped, or not in Vietnam."""
    if "lng" not in columns or "lat" not in columns:
        return []
    faults = position_faults(lng, lat)
    return [
        Finding(code, row=numbers[at], column=columns["lng"])
        for fault, code in POSITION_FAULTS.items()
        for at in np.flatnonzero(faults == fault)
    ]


def _judge_stacks(
    lng: NDArray[np.float64], lat: NDArray[np.float64], refs: list[str | None]
) -> list[Finding]:
    """Tell when many places share positions: those are the middles of something larger."""
    # Rows of one ref are one place.
    named = pd.Series(refs, dtype=object)
    once = (named.isna() | ~named.duplicated()).to_numpy()
    at = np.flatnonzero(once & (position_faults(lng, lat) != NO_POSITION))
    shared = occurrences(lng[at], lat[at])
    stacked = shared > 1
    if stacked.sum() < max(_STACK_LEAST_ROWS, _STACK_SHARE * at.size):
        return []
    details: dict[str, Detail] = {
        "count": int(stacked.sum()),
        "share": round(100 * float(stacked.mean())),
        "most": int(shared.max()),
        "positions": round(float((1 / shared[stacked]).sum())),
    }
    return [Finding("places_stacked", "warning", details=details)]


def _judge_days(
    numbers: list[int], days: NDArray[np.object_], *, as_of: date, column: str | None
) -> list[Finding]:
    findings = []
    for number, day in zip(numbers, days.tolist(), strict=True):
        if day is None:
            continue
        if day > as_of:
            details: dict[str, Detail] = {"as_of": f"{as_of:%d/%m/%Y}"}
            findings.append(Finding("date_in_future", row=number, column=column, details=details))
        elif day < _FIRST_POSSIBLE_DAY:
            findings.append(Finding("hotspot_date_unknown", row=number, column=column))
    return findings


def _fill_refs(good: pd.DataFrame, refs: pd.Series) -> list[str]:
    """Give each row its ref, or the hash of its content with the number of its occurrence."""
    cell = cells.cells_of(good["lng"], good["lat"], resolution=GENERALISED_RESOLUTION)
    seen: dict[str, int] = {}
    filled = []
    content = ("kind", "state", "effective_on", "document_no", "reason_code")
    for ref, where, values in zip(
        refs, cells.to_text(cell), good[list(content)].itertuples(index=False), strict=True
    ):
        if ref is None:
            said = "|".join([where, *("" if v is None else str(v) for v in values)])
            digest = hashlib.sha256(said.encode()).hexdigest()[:16]
            seen[digest] = seen.get(digest, 0) + 1
            ref = f"{digest}-{seen[digest]}"
        filled.append(ref)
    return filled


def _judge_same_place(good: pd.DataFrame) -> list[Finding]:
    """Find rows of one ref that speak of different places, or say the same twice."""
    cell = cells.cells_of(good["lng"], good["lat"], resolution=GENERALISED_RESOLUTION)
    about = good.assign(cell=cell)
    first = about.groupby("source_ref")[["cell", "kind"]].transform("first")
    differs = (first["cell"] != about["cell"]) | (first["kind"] != about["kind"])
    again = good.duplicated(["source_ref", "state", "effective_on"])
    return [
        *(Finding("place_rows_disagree", row=int(row)) for row in good.index[differs]),
        *(Finding("row_twice", "warning", row=int(row)) for row in good.index[again & ~differs]),
    ]
