"""Rows of an import that would change what an approval has locked (P5).

Figures that are given again as they are change nothing and are no finding. A correction is asked
for by name, with a reason; it reopens the report, and the approved figures stay as revisions.
"""

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd
from sqlalchemy import Connection, text

from geo.errors import Detail, Finding
from geo.store.approvals import locked_reports
from geo.store.intake.figures import figure_values, melt
from geo.store.intake.kind import RecordKind

Report = tuple[int, str]
_PARTS = ("value", "numerator", "denominator")


def locked_rows(conn: Connection, kind: RecordKind, rows: pd.DataFrame) -> dict[int, Report]:
    """Give the rows that would change a locked report, with the report.

    Parameters
    ----------
    conn
        Connection of a role that reads within its scope.
    kind
        Of the rows; only figures and hand-ins touch reports.
    rows
        Good rows with unit_key.
    """
    if kind.id not in ("observations", "submissions") or rows.empty:
        return {}
    reports = {
        int(str(number)): (int(key), str(period))
        for number, key, period in zip(rows.index, rows["unit_key"], rows["period"], strict=True)
    }
    locked = locked_reports(conn, set(reports.values()))
    if not locked:
        return {}
    held = [number for number, report in reports.items() if report in locked]
    changed = (_changed_figures if kind.id == "observations" else _new_hand_ins)(
        conn, rows.loc[held]
    )
    return {number: reports[number] for number in held if number in changed}


def findings_of(
    locked: Mapping[int, Report], *, kind_id: str, correction: str | None
) -> list[Finding]:
    """Make one finding per row: an error, or a word that it corrects an approved report."""
    found = []
    for number, (_, period) in locked.items():
        details: dict[str, Detail] = {"period": period}
        if kind_id != "observations":
            found.append(Finding("hand_in_locked", row=number, details=details))
        elif correction is None:
            found.append(Finding("figure_locked", row=number, details=details))
        else:
            found.append(Finding("figure_corrected", "warning", row=number, details=details))
    return found


def _changed_figures(conn: Connection, rows: pd.DataFrame) -> set[int]:
    keys = sorted({int(key) for key in rows["unit_key"]})
    held = {
        (row.unit_key, row.period_id, row.indicator_id): (
            row.value,
            row.numerator,
            row.denominator,
        )
        for row in conn.execute(
            text(
                "SELECT DISTINCT ON (o.unit_key, o.period_id, o.indicator_id) o.unit_key,"
                " o.period_id, o.indicator_id, o.value, o.numerator, o.denominator"
                " FROM held_observation AS o"
                " WHERE o.unit_key = ANY(:keys) AND o.period_id = ANY(:periods)"
                " ORDER BY o.unit_key, o.period_id, o.indicator_id, o.revision DESC"
            ),
            {"keys": keys, "periods": sorted(set(rows["period"]))},
        )
    }
    figures = melt(rows)
    given = figure_values(figures)
    numbers = figures.index.tolist()
    told = zip(numbers, given["unit_key"], given["period_id"], given["indicator_id"], strict=True)
    parts = [tuple(_plain(value) for value in row) for row in given[list(_PARTS)].to_numpy()]
    return {
        int(number)
        for (number, key, period, indicator), values in zip(told, parts, strict=True)
        if held.get((int(key), period, indicator)) != values
    }


def _plain(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) and not value.is_nan() else None


def _new_hand_ins(conn: Connection, rows: pd.DataFrame) -> set[int]:
    known = {
        (row.unit_key, row.period_id, row.submitted_on)
        for row in conn.execute(
            text(
                "SELECT unit_key, period_id, submitted_on FROM held_submission"
                " WHERE unit_key = ANY(:keys) AND period_id = ANY(:periods)"
            ),
            {
                "keys": sorted({int(key) for key in rows["unit_key"]}),
                "periods": sorted(set(rows["period"])),
            },
        )
    }
    told = zip(rows.index, rows["unit_key"], rows["period"], rows["submitted_on"], strict=True)
    return {
        int(str(number))
        for number, key, period, day in told
        if (int(key), period, day) not in known
    }
