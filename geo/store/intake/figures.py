"""Kinds of record that hold figures: values of indicators, population, reports handed in.

Values of indicators come long (a row is one figure: columns indicator and value) or wide (a row is
a unit and period, a column an indicator: ``I06``, ``I06 Số người nghiện ...``), in one file both.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from geo.errors import Detail, Finding
from geo.indicators import SERIES, Indicator
from geo.period import parse_period
from geo.reporting_cycles import due_before
from geo.store import records
from geo.store.intake.appending import append_revised
from geo.store.intake.fields import (
    Field,
    chooser,
    read_count,
    read_day,
    read_decimal,
    read_document,
    read_name,
    read_period,
    read_unit_code,
)
from geo.store.intake.kind import Appended, Origin, RecordKind
from geo.store.tables import POPULATION_BASES
from geo.units import fold

UNIT_FIELDS = (
    Field(
        "unit_code",
        read_unit_code,
        names=("ma", "ma xa", "ma dvhc", "ma phuong xa", "ma don vi hanh chinh", "code"),
        example="00004",
    ),
    Field(
        "unit",
        read_name,
        names=("don vi", "xa", "phuong", "xa phuong", "ten xa", "ten don vi", "dia phuong"),
        example="Phường Ba Đình",
        use="unit_name",
    ),
    Field(
        "province", read_name, names=("tinh", "tinh thanh pho"), example="Hà Nội", use="unit_name"
    ),
)
PERIOD = Field(
    "period", read_period, need="required", names=("ky", "ky so lieu"), example="M2026-05"
)
DOCUMENT = Field(
    "document_no",
    read_document,
    names=("van ban", "so van ban", "so quyet dinh"),
    example="12/BC-UBND",
)
_SHARE = "%"
# From the finest level to the coarsest.
_FINENESS = ("place", "cell", "subcommune", "commune", "district", "province", "country")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it was written: a plain number, or one with a sign of per cent (then 0..1)."""

    value: Decimal
    is_percentage: bool = False


def read_figure(value: object) -> Figure | None:
    """Read a figure; ``12,5%`` is the share 0.125 and remembers its sign.

    >>> read_figure("12,5%"), read_figure("1.234,5").value
    (Figure(value=Decimal('0.125'), is_percentage=True), Decimal('1234.5'))
    """
    text = str(value).strip()
    if text.endswith(_SHARE):
        number = read_decimal(text[:-1].strip())
        return None if number is None else Figure(number / 100, is_percentage=True)
    if (whole := read_count(value)) is not None:
        return Figure(Decimal(whole))
    number = read_decimal(value)
    return None if number is None else Figure(number)


def _read_indicator(value: object) -> str | None:
    folded = fold(str(value))
    return _indicator_names().get(folded)


def _indicator_names() -> Mapping[str, str]:
    names = {}
    for one in SERIES.values():
        for name in (one.id, one.name_vi, one.name_en):
            names[fold(name)] = one.id
            names[fold(f"{one.id} {name}")] = one.id
    return names


def _wide_fields() -> tuple[Field, ...]:
    """Make a field of each indicator, and two more for the parts of each share."""
    fields = []
    for one in SERIES.values():
        parts = [(one.id, read_figure, (one.name_vi, f"{one.id} {one.name_vi}"))]
        if one.is_share:
            parts += [
                (f"{one.id}_n", read_figure, (f"{one.id} tử số", f"{one.id} numerator")),
                (f"{one.id}_d", read_figure, (f"{one.id} mẫu số", f"{one.id} denominator")),
            ]
        fields += [
            Field(
                name,
                read,
                names=tuple(fold(told) for told in names),
                use="number",
                example="12,5%" if name == one.id and one.is_share else "12",
            )
            for name, read, names in parts
        ]
    return tuple(fields)


WIDE = _wide_fields()
_WIDE_IDS = tuple(field.id for field in WIDE)


def melt(rows: pd.DataFrame) -> pd.DataFrame:
    """Give one row per figure, from rows of either form; the index stays the row of the file.

    Returns
    -------
    DataFrame
        The other columns of `rows`, and indicator, value, numerator, denominator (`Figure`); a
        figure that is blank in all parts is not there: it was not reported.
    """
    others = [name for name in rows.columns if name not in (*_WIDE_IDS, *_LONG)]
    long = rows[[*others, *_LONG]]
    parts = [long.loc[long["indicator"].notna()]]
    for one in SERIES:
        named = {"value": one, "numerator": f"{one}_n", "denominator": f"{one}_d"}
        given = {part: rows[name] for part, name in named.items() if name in rows}
        told = rows[others].assign(
            indicator=one,
            **{part: given.get(part) for part in ("value", "numerator", "denominator")},
        )
        parts.append(told.loc[told[list(given)].notna().any(axis="columns")])
    return pd.concat(parts).astype(object)


_LONG = ("indicator", "value", "numerator", "denominator")


def _judge_observations(rows: pd.DataFrame) -> list[Finding]:
    findings = []
    figures = melt(rows)
    for number in rows.index[~rows.index.isin(figures.index)].tolist():
        findings.append(Finding("record_without_figure", "warning", row=number))
    told = zip(
        figures.index.tolist(), figures[list(_LONG)].itertuples(index=False, name=None), strict=True
    )
    for number, (indicator_id, value, numerator, denominator) in told:
        code = _fault(SERIES[indicator_id], value, numerator, denominator)
        if code:
            details: dict[str, Detail] = {"indicator": indicator_id}
            findings.append(Finding(code, row=number, column=indicator_id, details=details))
    return findings


def _fault(
    one: Indicator, value: Figure | None, numerator: Figure | None, denominator: Figure | None
) -> str | None:
    """Say what is wrong with a figure, None when nothing is."""
    if not one.is_share:
        if numerator is not None or denominator is not None:
            return "figure_is_no_share"
        if value is None:
            return "figure_missing"
        whole = not one.is_whole or value.value == value.value.to_integral_value()
        return None if whole and not value.is_percentage else "figure_not_whole"
    parts = (numerator, denominator)
    if (numerator is None) != (denominator is None):
        return "share_parts_incomplete"
    if any(part is not None and part.is_percentage for part in parts):
        return "share_parts_not_counts"
    if numerator is None or denominator is None:
        if value is None:
            return "figure_missing"
        return None if value.value <= 1 else "share_over_one"
    if numerator.value > denominator.value:
        return "share_over_one"
    if value is not None and denominator.value > 0:
        # Half a unit of the last place that people write: 12,3 % of 57 is 7.
        apart = abs(value.value - numerator.value / denominator.value)
        return "share_differs_from_parts" if apart > Decimal("0.006") else None
    return None


def _check_observations(_conn: Connection, rows: pd.DataFrame) -> list[Finding]:
    """Find figures of a level that they do not exist at, and figures given twice."""
    figures = melt(rows)
    fine = figures.loc[
        [
            _FINENESS.index(str(level)) < _FINENESS.index(SERIES[name].finest_level)
            for level, name in zip(figures["level"], figures["indicator"], strict=True)
        ]
    ]
    personal = figures["indicator"].map(lambda name: SERIES[name].person_derived)
    above = figures.loc[personal.astype(bool) & (figures["level"] != "commune")]
    findings = [
        Finding("indicator_per_commune_only", row=number, column=str(name))
        for number, name in zip(above.index.tolist(), above["indicator"], strict=True)
    ]
    findings += [
        Finding("indicator_level_too_fine", row=number, column=str(name))
        for number, name in zip(fine.index.tolist(), fine["indicator"], strict=True)
    ]
    first: dict[tuple[object, ...], int] = {}
    named = figures[["unit_key", "period", "indicator"]]
    for number, key in zip(named.index.tolist(), named.itertuples(index=False), strict=True):
        other = first.setdefault(tuple(key), number)
        if other != number:
            details: dict[str, Detail] = {"other": other}
            findings.append(Finding("record_twice", row=number, details=details))
    return findings


def _append_observations(conn: Connection, rows: pd.DataFrame, origin: Origin) -> Appended:
    frame = figure_values(melt(rows).reset_index(drop=True))
    as_text = frame.assign(**{part: frame[part].map(_written) for part in _LONG[1:]})
    new = records.append_observations(
        conn, as_text, provenance=origin.provenance, import_id=origin.import_id
    )
    return Appended(new, len(frame) - new)


def figure_values(figures: pd.DataFrame) -> pd.DataFrame:
    """Give figures as the store takes them: a share that came as its parts has a value too.

    Parameters
    ----------
    figures
        As `melt` gives them, with unit_key.

    Returns
    -------
    DataFrame
        unit_key, indicator_id, period_id, value, numerator, denominator (`Decimal` or missing).
    """
    frame = pd.DataFrame(
        {
            "unit_key": figures["unit_key"].astype("int64"),
            "indicator_id": figures["indicator"],
            "period_id": figures["period"],
            **{part: [_value(v) for v in figures[part]] for part in _LONG[1:]},
        }
    ).reset_index(drop=True)
    share = frame["numerator"].notna() & frame["value"].isna()
    frame.loc[share, "value"] = [
        None if not d else n / d
        for n, d in frame.loc[share, ["numerator", "denominator"]].itertuples(index=False)
    ]
    return frame


def _written(number: object) -> str | None:
    """Write a number out for PostgreSQL; what is missing in a column may be NaN by now."""
    return format(number, "f") if isinstance(number, Decimal) and not number.is_nan() else None


def _value(figure: object) -> Decimal | None:
    return figure.value if isinstance(figure, Figure) else None


def _append_population(conn: Connection, rows: pd.DataFrame, origin: Origin) -> Appended:
    return append_revised(
        conn,
        "population",
        rows,
        key={"unit_key": "bigint", "counted_on": "date", "basis": "text"},
        values={"persons": "integer", "document_no": "text"},
        origin=origin,
    )


def _append_submissions(conn: Connection, rows: pd.DataFrame, origin: Origin) -> Appended:
    due = [
        given if given is not None else due_before(parse_period(period))
        for period, given in zip(rows["period"], rows["due_before"], strict=True)
    ]
    frame = rows.assign(period_id=rows["period"], due_before=due)
    new = records.append_submissions(
        conn, frame, provenance=origin.provenance, import_id=origin.import_id
    )
    return Appended(new, len(frame) - new)


def _judge_submissions(rows: pd.DataFrame) -> list[Finding]:
    return [
        Finding("report_before_period", row=number)
        for number, period, day in zip(
            rows.index.tolist(), rows["period"], rows["submitted_on"], strict=True
        )
        if day < parse_period(period).starts_on
    ]


def _last_day(row: Mapping[Hashable, Any]) -> date:
    return parse_period(str(row["period"])).last_day


OBSERVATIONS = RecordKind(
    id="observations",
    fields=(
        *UNIT_FIELDS,
        PERIOD,
        Field("indicator", _read_indicator, names=("chi tieu", "ma chi tieu"), example="I06"),
        Field(
            "value",
            read_figure,
            names=("gia tri", "so lieu", "so luong"),
            example="12",
            use="number",
        ),
        Field("numerator", read_figure, names=("tu so",), example="7", use="number"),
        Field("denominator", read_figure, names=("mau so",), example="57", use="number"),
        *WIDE,
    ),
    # Twice is judged figure by figure, since a row may hold several.
    key=(),
    judge=_judge_observations,
    check=_check_observations,
    append=_append_observations,
    day_of=_last_day,
    levels=("commune", "district", "province"),
)
POPULATION = RecordKind(
    id="population",
    fields=(
        *UNIT_FIELDS,
        Field(
            "counted_on",
            read_day,
            need="required",
            names=("ngay", "ngay so lieu", "thoi diem"),
            example="31/12/2025",
            in_past=True,
        ),
        Field(
            "basis",
            chooser({basis: f"population_basis_{basis}" for basis in POPULATION_BASES}),
            need="required",
            names=("loai dan so", "co so"),
            choices={basis: f"population_basis_{basis}" for basis in POPULATION_BASES},
            example="dang_cu_tru",
        ),
        Field("persons", read_count, need="required", names=("dan so", "so dan"), example="25.310"),
        DOCUMENT,
    ),
    key=("counted_on", "basis"),
    judge=lambda _rows: [],
    append=_append_population,
    day_of=lambda row: row["counted_on"],
    levels=("commune", "district", "province"),
)
SUBMISSIONS = RecordKind(
    id="submissions",
    fields=(
        *UNIT_FIELDS,
        PERIOD,
        Field(
            "submitted_on",
            read_day,
            need="required",
            names=("ngay nop", "ngay gui", "ngay bao cao"),
            example="18/06/2026",
            in_past=True,
        ),
        Field("due_before", read_day, names=("han nop", "truoc ngay"), example="20/06/2026"),
    ),
    key=("period", "submitted_on"),
    judge=_judge_submissions,
    append=_append_submissions,
    day_of=_last_day,
    levels=("commune", "district", "province"),
)
