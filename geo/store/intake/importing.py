"""Brings a file of records in: judged on its own, judged against the store, appended or refused.

All or nothing, unless the refused rows are to be skipped. The caller opens the transaction; a dry
run is the whole import in a savepoint that is rolled back, so it says exactly what a real one does.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from geo.approval import REASONS
from geo.errors import Detail, Finding, Refused
from geo.store import approvals, records, report_refusals
from geo.store.import_lock import lock
from geo.store.import_source import source_of
from geo.store.intake.judging import JudgedRecords, judge_records, judge_twice
from geo.store.intake.kind import Appended, Origin, RecordKind, Tell, say_nothing
from geo.store.intake.locked import findings_of, locked_rows
from geo.store.intake.named_units import KeyRanges, find_units
from geo.store.intake.record_file import RecordFile
from geo.store.intake.sheet_records import ACCEPTABLE as SHEET_ACCEPTABLE
from geo.store.locations import active_sets
from geo.store.personal import value_looks_personal
from geo.store.place_rows import refused_rows

# Errors that an office may take with a reason: surprising, not impossible.
ACCEPTABLE = SHEET_ACCEPTABLE | {"unit_code_and_name_differ", "share_differs_from_parts"}
_REASON = re.compile(r".{3,200}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """What the user of an import says beside the file.

    Parameters
    ----------
    as_of
        Today: later days are refused where a field speaks of the past.
    source
        Name under which features are known; None for the name of the file.
    named, defaults
        Column of a field; value of a field for rows that have none.
    accepted
        Reason by code of a finding that is taken nevertheless.
    skip_refused
        Take the good rows and leave the others.
    correction
        Why approved figures are corrected, a code of ``REASONS["corrected"]``; None refuses rows
        that would change them.
    provenance
        ``imported`` or ``simulated``.
    actor
        For the audit trail.
    ranges
        Keys that the actor may write to; None for commands.
    tell
        Called with the name of each stage and its number of rows.
    """

    as_of: date
    source: str | None = None
    named: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    accepted: Mapping[str, str] = field(default_factory=dict)
    skip_refused: bool = False
    correction: str | None = None
    provenance: str = "imported"
    actor: str = "command"
    ranges: KeyRanges | None = None
    tell: Tell = say_nothing


@dataclass(frozen=True, slots=True)
class RecordReport:
    """What an import did or would do.

    Parameters
    ----------
    row_count
        Rows of the file.
    refused
        Numbers of the rows refused, ascending.
    findings
        Everything noticed.
    columns
        Column of each field, as found.
    rows
        The rows that hold, with unit_key, level and shape where the kind has them.
    appended
        What went into the store; None when the file was refused.
    import_id
        Of the batch; None when the file was refused.
    """

    row_count: int
    refused: tuple[int, ...]
    findings: tuple[Finding, ...]
    columns: Mapping[str, str]
    rows: pd.DataFrame
    appended: Appended | None = None
    import_id: int | None = None


def import_records(
    conn: Connection, kind: RecordKind, file: RecordFile, *, options: RecordOptions
) -> RecordReport:
    """Import a file of records.

    Parameters
    ----------
    conn
        Connection of a role that may append; nothing is written when the file is refused.
    kind
        What the records are.
    file
        As `record_file.read` gives it.
    options
        What its user said.

    Raises
    ------
    Refused
        ``default_field_unknown``, ``source_personal``, ``source_no_name``, ``accept_unknown``,
        ``accept_without_reason``, ``report_reason_missing``.
    Conflict
        ``no_active_boundary_set``, ``report_locked`` when it was approved meanwhile.
    """
    _check_options(kind, options)
    source = source_of(file.name, options.source)
    lock(conn, kind.id)
    options.tell("judging", file.row_count)
    judged = judge_records(
        kind,
        file,
        as_of=options.as_of,
        named=options.named,
        defaults=options.defaults,
        accepted=options.accepted,
    )
    options.tell("placing", len(judged.rows))
    rows, found = _place(conn, kind, judged, options)
    findings = _accept([*file.findings, *judged.findings, *found], options.accepted)
    refused = refused_rows(findings)
    rows = rows.loc[~rows.index.isin(list(refused))]
    report = RecordReport(
        row_count=file.row_count,
        refused=tuple(sorted(refused)),
        findings=_at_cells(sorted(findings, key=lambda one: one.row or 0), file.cells),
        columns=judged.columns,
        rows=rows,
    )
    whole = any(one.severity == "error" and one.row is None for one in findings)
    if whole or rows.empty or (refused and not options.skip_refused):
        return report
    options.tell("writing", len(rows))
    taken = {one.code for one in findings if one.code in options.accepted}
    import_id = records.open_batch(
        conn,
        kind=kind.id,
        source_name=file.name,
        source_sha256=file.sha256,
        row_count=file.row_count,
        provenance=options.provenance,
        actor=options.actor,
        findings=report.findings,
        accepted={code: options.accepted[code] for code in sorted(taken)},
    )
    with report_refusals.told_refusals():
        if options.correction is not None:
            approvals.reopen(
                conn,
                set(locked_rows(conn, kind, rows).values()),
                reason=options.correction,
                import_id=import_id,
                actor=options.actor,
            )
        appended = kind.append(conn, rows, Origin(import_id, options.provenance, source))
    return replace(report, appended=appended, import_id=import_id)


def _check_options(kind: RecordKind, options: RecordOptions) -> None:
    fields = {one.id: one for one in kind.fields}
    for name, value in options.defaults.items():
        if name not in fields:
            raise Refused("default_field_unknown", field=name[:40], fields=", ".join(fields))
        if fields[name].read(value) is None:
            raise Refused("default_unreadable", field=name)
    if options.correction is not None and options.correction not in REASONS["corrected"]:
        raise Refused("report_reason_missing", reasons=", ".join(REASONS["corrected"]))
    for code, reason in options.accepted.items():
        if code not in ACCEPTABLE:
            raise Refused("accept_unknown", code=code[:40], codes=", ".join(sorted(ACCEPTABLE)))
        if not _REASON.fullmatch(reason) or value_looks_personal(reason, use="comment"):
            raise Refused("accept_without_reason", code=code)


def _accept(findings: list[Finding], accepted: Mapping[str, str]) -> list[Finding]:
    return [replace(one, severity="warning") if one.code in accepted else one for one in findings]


def _at_cells(findings: Sequence[Finding], cells: Sequence[str]) -> tuple[Finding, ...]:
    """Name the cell of the sheet where a row was read from one."""
    return tuple(
        replace(one, column=cells[one.row - 1]) if cells and one.row else one for one in findings
    )


def _place(
    conn: Connection, kind: RecordKind, judged: JudgedRecords, options: RecordOptions
) -> tuple[pd.DataFrame, list[Finding]]:
    """Give the rows their units and shapes, and hold them against the store."""
    rows = judged.rows
    if judged.shapes is not None:
        rows = rows.assign(shape=judged.shapes.to_numpy())
    findings: list[Finding] = []
    if rows.empty:
        return rows, findings
    if kind.day_of is not None:
        days = pd.Series(
            [kind.day_of(row) for row in rows.to_dict("records")], index=rows.index, dtype=object
        )
        named = find_units(
            conn,
            rows,
            days=days,
            levels=kind.levels,
            columns=judged.columns,
            ranges=options.ranges,
            accept_other_name="unit_code_and_name_differ" in options.accepted,
        )
        findings += named.findings
        rows = rows.assign(unit_key=named.unit_key, level=named.level)
        rows = rows.loc[named.level.notna()]
        if kind.key:
            findings += judge_twice(rows, ["unit_key", *kind.key])
    elif options.ranges is not None:
        findings += _outside_area(conn, rows, options.ranges)
    if kind.check is not None and not rows.empty:
        findings += kind.check(conn, rows)
    findings += findings_of(
        locked_rows(conn, kind, rows), kind_id=kind.id, correction=options.correction
    )
    return rows, findings


def _outside_area(conn: Connection, rows: pd.DataFrame, ranges: KeyRanges) -> list[Finding]:
    """Find shapes that lie outside an actor's area on the newest set."""
    from geo.store.cutting import cut_by_communes

    newest = active_sets(conn)[-1]
    shapes = rows["shape"].to_numpy(dtype=object)
    pieces = cut_by_communes(conn, shapes, about=newest).frame
    inside = pieces["unit_key"].map(lambda key: any(low <= key <= high for low, high in ranges))
    outside = sorted({int(whole) for whole in pieces.loc[~inside.astype(bool), "whole"]})
    details: dict[str, Detail] = {}
    return [
        Finding("shape_outside_area", row=int(rows.index[at]), details=details) for at in outside
    ]
