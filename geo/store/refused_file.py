"""Writes the rows that were refused, with the reasons, for Excel in Vietnamese."""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from geo.errors import Finding, Unavailable
from geo.store.place_rows import PERSONAL_COLUMNS


def write(
    path: Path,
    rows: pd.DataFrame,
    findings: Sequence[Finding],
    *,
    columns: Mapping[str, str],
    can_be_read: Callable[[str, object], bool],
) -> None:
    """Write the refused rows: cells of known fields that could be read, and the reasons.

    Nothing at all is written of a row that looks personal: its number and the reason must do.

    Parameters
    ----------
    path
        Of the file to be made.
    rows
        As read; the index is the row number.
    findings
        Those of severity error name the rows.
    columns
        Column of each field, as found.
    can_be_read
        Tells whether a cell is what its field takes: anything else may be about a person.

    Raises
    ------
    Unavailable
        ``refused_file_not_written``.
    """
    personal = {one.row for one in findings if one.code == "value_personal"}
    hidden = {one.column for one in findings if one.code in PERSONAL_COLUMNS}
    reasons: dict[int, list[Finding]] = {}
    for finding in findings:
        if finding.severity == "error" and finding.row is not None:
            reasons.setdefault(finding.row, []).append(finding)
    fields = {field: name for field, name in columns.items() if name in rows and name not in hidden}
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out, delimiter=";")
            writer.writerow(["row", "code", "column", "reason_vi", "reason_en", *fields.values()])
            for row, told in sorted(reasons.items()):
                given = {field: rows.at[row, name] for field, name in fields.items()}
                cells = [
                    value if row not in personal and can_be_read(field, value) else ""
                    for field, value in given.items()
                ]
                for one in told:
                    said = [row, one.code, one.column, one.message("vi"), one.message("en")]
                    writer.writerow([*said, *cells])
    except OSError as error:
        raise Unavailable("refused_file_not_written", name=path.name) from error
