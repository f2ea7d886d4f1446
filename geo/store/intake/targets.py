"""Kind of record of plans: numbers that are registered for a target and year, and marks by hand.

A share has its sign (``20%``), a plain number counts communes. A sentence without a number gets a
mark instead (T3).
"""

from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from geo.blank import BLANK
from geo.errors import Finding, NotFound
from geo.plans import Target, find_plan, list_plans
from geo.store.intake.appending import append_revised
from geo.store.intake.fields import Field, chooser, read_count
from geo.store.intake.figures import DOCUMENT, UNIT_FIELDS, Figure, read_figure
from geo.store.intake.kind import Appended, Origin, RecordKind
from geo.store.tables import TARGET_MARKS
from geo.units import fold

_MARKS = {mark: f"target_mark_{mark}" for mark in TARGET_MARKS}
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def _read_plan(value: object) -> str | None:
    """Read a plan by its id or title."""
    folded = fold(str(value))
    for plan in list_plans():
        if folded in (fold(plan.id), fold(plan.title_vi), fold(plan.title_en)):
            return plan.id
    return None


def _read_word(value: object) -> str | None:
    """Read the id of a target, whichever plan it is of."""
    word = str(value).strip().lower()
    known = {target.id for plan in list_plans() for target in plan.targets}
    return word if word in known else None


def _read_year(value: object) -> int | None:
    year = read_count(value)
    return year if year is not None and _FIRST_YEAR <= year <= _LAST_YEAR else None


def _target_of(row: Mapping[Hashable, Any]) -> Target | None:
    try:
        return find_plan(str(row["plan"])).target(str(row["target"]))
    except (KeyError, NotFound):
        return None


def _judge(rows: pd.DataFrame) -> list[Finding]:
    findings = []
    for number, row in zip(rows.index.tolist(), rows.to_dict("records"), strict=True):
        fault = _fault(row)
        if fault:
            code, column = fault
            findings.append(Finding(code, row=number, column=column))
    return findings


def _fault(row: Mapping[Hashable, Any]) -> tuple[str, str] | None:
    """Say what is wrong with a row and in which field, None when nothing is."""
    target = _target_of(row)
    figure, mark = row["value"], row["mark"]
    if target is None:
        return "target_not_of_plan", "target"
    if (figure is None) == (mark is None):
        return "target_number_or_mark", "value"
    if mark is not None:
        return None if target.is_by_hand else ("target_mark_not_asked", "mark")
    if not target.has_yearly_numbers:
        return "target_number_not_asked", "value"
    if not isinstance(figure, Figure) or (figure.is_percentage and figure.value > 1):
        return "target_share_over_one", "value"
    if not figure.is_percentage and figure.value != figure.value.to_integral_value():
        return "target_count_not_whole", "value"
    return None


def _append(conn: Connection, rows: pd.DataFrame, origin: Origin) -> Appended:
    figures = rows["value"].tolist()
    frame = rows.assign(
        value=[format(one.value, "f") if isinstance(one, Figure) else BLANK for one in figures],
        is_share=[one.is_percentage if isinstance(one, Figure) else BLANK for one in figures],
    )
    return append_revised(
        conn,
        "target_number",
        frame,
        key={"unit_key": "bigint", "plan": "text", "target": "text", "year": "smallint"},
        values={
            "value": "numeric",
            "is_share": "boolean",
            "mark": "text",
            "document_no": "text",
        },
        origin=origin,
    )


def _last_day(row: Mapping[Hashable, Any]) -> date:
    return date(int(row["year"]), 12, 31)


TARGETS = RecordKind(
    id="targets",
    fields=(
        *UNIT_FIELDS,
        Field(
            "plan",
            _read_plan,
            need="required",
            names=("ke hoach", "ma ke hoach"),
            example="national",
            use="code",
        ),
        Field(
            "target",
            _read_word,
            need="required",
            names=("muc tieu", "chi tieu", "ma muc tieu"),
            example="province_share",
            use="code",
        ),
        Field("year", _read_year, need="required", names=("nam",), example="2026", use="number"),
        Field(
            "value",
            read_figure,
            names=("so dang ky", "gia tri", "ty le"),
            example="20%",
            use="number",
        ),
        Field(
            "mark",
            chooser(_MARKS),
            names=("danh gia", "tinh trang"),
            choices=_MARKS,
        ),
        DOCUMENT,
    ),
    key=("plan", "target", "year"),
    judge=_judge,
    append=_append,
    day_of=_last_day,
    levels=("country", "province", "district", "commune"),
)
