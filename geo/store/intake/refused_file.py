"""Writes the rows that were refused, with the reasons, for Excel in Vietnamese."""

import csv
from pathlib import Path

from geo.errors import Finding, Unavailable
from geo.store.intake.importing import RecordReport
from geo.store.intake.kind import RecordKind
from geo.store.intake.record_file import RecordFile
from geo.store.place_rows import PERSONAL_COLUMNS


def write(path: Path, file: RecordFile, report: RecordReport, *, kind: RecordKind) -> None:
    """Write the refused rows: cells of known fields that could be read, and the reasons.

    Nothing at all is written of a row that looks personal: its number and the reason must do.

    Raises
    ------
    Unavailable
        ``refused_file_not_written``.
    """
    personal = {one.row for one in report.findings if one.code == "value_personal"}
    reasons: dict[int, list[Finding]] = {}
    for finding in report.findings:
        if finding.severity == "error" and finding.row is not None:
            reasons.setdefault(finding.row, []).append(finding)
    hidden = {one.column for one in report.findings if one.code in PERSONAL_COLUMNS}
    fields = [
        (field, report.columns[field.id])
        for field in kind.fields
        if report.columns.get(field.id) in file.rows and report.columns[field.id] not in hidden
    ]
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out, delimiter=";")
            head = ["row", "code", "column", "reason_vi", "reason_en"]
            writer.writerow([*head, *(field.id for field, _ in fields)])
            for row in report.refused:
                cells = [
                    value
                    if row not in personal and value is not None and field.read(value) is not None
                    else ""
                    for field, value in ((field, file.rows.at[row, name]) for field, name in fields)
                ]
                for one in reasons[row]:
                    said = [row, one.code, one.column, one.message("vi"), one.message("en")]
                    writer.writerow([*said, *cells])
    except OSError as error:
        raise Unavailable("refused_file_not_written", name=path.name) from error
