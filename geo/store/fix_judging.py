"""Judges fixes batch by batch: what is wrong with each row, counted, and told with the first rows.

Ten million rows can be wrong; all are counted, the first `TOLD_MOST` of each kind are named.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from geo.errors import Detail, Finding, Severity
from geo.positions import NO_POSITION, POSITION_FAULTS, position_faults
from geo.store.personal import value_looks_personal
from geo.store.track_batches import TOLD_MOST, FixBatch
from geo.store.track_times import NO_TIME
from geo.tracks.judging import TIME_FAULTS, time_faults

# A shift is named by a code: text with a digit, without spaces. Names of people have neither.
_REF = re.compile(r"(?=\D*\d)[\w./:#-]{1,40}")


@dataclass(slots=True)
class Tally:
    """What was found so far.

    Parameters
    ----------
    counts
        Rows by code.
    findings
        The first rows of each code.
    refused
        Rows that have an error.
    row_count
        Rows seen.
    zoneless
        Times without a zone.
    refs
        Fault of each name of a shift, None for a good one.
    """

    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    refused: int = 0
    row_count: int = 0
    zoneless: int = 0
    refs: dict[str, str | None] = field(default_factory=dict)

    def note(
        self,
        code: str,
        rows: NDArray[np.int64],
        *,
        column: str | None,
        severity: Severity = "error",
        details: Mapping[str, Detail] | None = None,
    ) -> None:
        """Take rows with one fault."""
        told = self.counts[code]
        self.counts[code] += rows.size
        self.findings += [
            Finding(code, severity, row=row, column=column, details=dict(details or {}))
            for row in rows[: max(0, TOLD_MOST - told)].tolist()
        ]

    def finish(self, *, utc: bool) -> list[Finding]:
        """Give everything found, with the counts of what was not named row by row."""
        findings = list(self.findings)
        severities = {one.code: one.severity for one in findings}
        for code, count in self.counts.items():
            if count > TOLD_MOST:
                details: dict[str, Detail] = {"code": code, "count": count}
                severity: Severity = "info" if severities[code] == "error" else severities[code]
                findings.append(Finding("fix_rows_counted", severity, details=details))
        if self.zoneless and not utc:
            details = {"count": self.zoneless}
            findings.append(Finding("fix_times_without_zone", "warning", details=details))
        return findings


def judge_batch(
    batch: FixBatch, tally: Tally, *, as_of: date, columns: Mapping[str, str]
) -> NDArray[np.bool_]:
    """Judge the rows of a batch; tell which are good.

    Parameters
    ----------
    batch
        As read.
    tally
        Takes what is wrong.
    as_of
        Today: later fixes are refused.
    columns
        Column of each field, for the findings.
    """
    # A receiver without signal writes nothing, or zeros: that is no error of the file.
    empty = (batch.lng == 0) & (batch.lat == 0)
    position = np.where(empty, NO_POSITION, position_faults(batch.lng, batch.lat))
    lost = position == NO_POSITION
    tally.note(
        "fix_without_position", batch.row[lost], column=columns.get("lng"), severity="warning"
    )
    bad = np.zeros(batch.row.size, dtype=np.bool_)

    def refuse(code: str, which: NDArray[np.bool_], *, field: str, **details: Detail) -> None:
        bad[which] = True
        column = columns.get(field)
        tally.note(code, batch.row[which], column=column, details=details)

    for fault, code in POSITION_FAULTS.items():
        if fault != NO_POSITION:
            refuse(code, position == fault, field="lng")
    unread = batch.times.ms == NO_TIME
    refuse("fix_time_missing", batch.times.missing, field="time")
    refuse("fix_time_unknown", unread & ~batch.times.missing, field="time")
    when = np.where(unread, 0, time_faults(batch.times.ms, as_of=as_of))
    for fault, code in TIME_FAULTS.items():
        refuse(code, when == fault, field="time", as_of=f"{as_of:%d/%m/%Y}")
    if batch.names is not None:
        refuse("patrol_ref_missing", batch.which < 0, field="shift")
        faults = [_fault_of(name, tally.refs) for name in batch.names]
        for code in sorted({one for one in faults if one}):
            wrong = np.array([*(one == code for one in faults), False])
            refuse(code, wrong[batch.which], field="shift")
    tally.row_count += batch.row.size
    tally.zoneless += int(batch.times.zoneless.sum())
    tally.refused += int(bad.sum())
    good: NDArray[np.bool_] = ~(bad | lost)
    return good


def _fault_of(name: str | None, known: dict[str, str | None]) -> str | None:
    """Name what is wrong with the name of a shift."""
    if name is None:
        return None
    if name not in known:
        personal = value_looks_personal(name)
        code = None if _REF.fullmatch(name) else "patrol_ref_no_code"
        known[name] = "value_personal" if personal else code
    return known[name]
