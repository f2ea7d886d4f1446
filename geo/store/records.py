"""Appends what came in, batch by batch: places, submissions, observations, assessments.

Everything is appended, nothing changed; rows given again are known and not doubled. The caller
opens the transaction, then a batch, so that every row says where it came from.

    places        `geo.store.places`
    submissions   unit_key, period_id, due_before, submitted_on
    observations  unit_key, indicator_id, period_id, value [, numerator, denominator, approval]
    assessments   unit_key, period_id, workflow_state [, computed_class, proposed_class,
                  decided_class, decided_on, document_no]
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePath

import pandas as pd
from sqlalchemy import Connection, insert, text

from geo.errors import Finding, Refused
from geo.indicators import SERIES, refuse_entry
from geo.period import parse_period
from geo.store import audit
from geo.store.copying import stage_rows
from geo.store.known import RECORDED_AT, refuse_backdating
from geo.store.places import AppendReport, append_places, check_places, rejoin_places
from geo.store.tables import import_batch

__all__ = [
    "AppendReport",
    "append_assessments",
    "append_observations",
    "append_places",
    "append_submissions",
    "check_places",
    "open_batch",
    "rejoin_places",
]

_SUBMISSION_TYPES = {
    "unit_key": "bigint",
    "period_id": "text",
    "due_before": "date",
    "submitted_on": "date",
    "recorded_on": "date",
}
_OBSERVATION_TYPES = {
    "unit_key": "bigint",
    "indicator_id": "text",
    "period_id": "text",
    "value": "numeric",
    "numerator": "numeric",
    "denominator": "numeric",
    "approval": "text",
    "recorded_on": "date",
}
_ASSESSMENT_TYPES = {
    "unit_key": "bigint",
    "period_id": "text",
    "computed_class": "text",
    "proposed_class": "text",
    "decided_class": "text",
    "decided_on": "date",
    "workflow_state": "text",
    "document_no": "text",
}


def open_batch(  # noqa: PLR0913 - the columns of a batch, by name
    conn: Connection,
    *,
    kind: str,
    source_name: str,
    source_sha256: str,
    row_count: int,
    provenance: str,
    actor: str,
    findings: Sequence[Finding] = (),
    accepted: Mapping[str, str] | None = None,
    refused_count: int | None = None,
) -> int:
    """Record an import and its line of the audit trail; give the id that its rows will bear.

    Parameters
    ----------
    conn
        Connection of the operator.
    kind
        What is imported, e.g. ``hotspots``.
    source_name
        Name of the file or generator; folders are cut off.
    source_sha256
        Hash of the file, or of the generator's parameters.
    row_count
        Rows read.
    provenance
        One of `tables.PROVENANCES`.
    actor
        Log-in name or ``command``.
    findings
        Everything noticed; it stays with the batch. Rows with an error count as refused.
    accepted
        Reason by code of findings that were taken nevertheless.
    refused_count
        Rows refused, where the findings do not name each.
    """
    refused = {finding.row for finding in findings if finding.severity == "error"}
    values: dict[str, str | int] = {
        "source_sha256": source_sha256,
        "row_count": row_count,
        "refused_count": len(refused) if refused_count is None else refused_count,
        "provenance": provenance,
    }
    import_id = int(
        conn.execute(
            insert(import_batch)
            .values(
                kind=kind,
                source_name=PurePath(source_name).name,
                findings=[finding.as_json() for finding in findings],
                accepted=[{"code": c, "reason": r} for c, r in (accepted or {}).items()],
                actor=actor,
                **values,
            )
            .returning(import_batch.c.import_id)
        ).scalar_one()
    )
    audit.append(
        conn, actor=actor, action=f"import.{kind}", subject={"import_id": import_id, **values}
    )
    return import_id


def append_submissions(
    conn: Connection, submissions: pd.DataFrame, *, provenance: str, import_id: int
) -> int:
    """Append reports handed in; a later one for the same unit and period is its next revision.

    Parameters
    ----------
    conn
        Connection of the operator.
    submissions
        Columns unit_key, period_id, due_before, submitted_on.
    provenance, import_id
        Origin of the rows.

    Returns
    -------
    int
        Rows that are new: unit, period and both days together are what makes them known.

    Raises
    ------
    Refused
        ``period_unknown``.
    """
    _refuse_unknown_periods(submissions)
    frame = _with_columns(submissions, _SUBMISSION_TYPES, defaults={})
    refuse_backdating(frame, provenance=provenance)
    stage_rows(conn, "stage_submission", frame, types=_SUBMISSION_TYPES)
    return _insert(
        conn,
        f"""
        INSERT INTO submission
            (unit_key, period_id, revision, due_before, submitted_on, provenance, import_id,
             recorded_at)
        SELECT s.unit_key, s.period_id,
            coalesce(k.revision, 0)
                + row_number() OVER (PARTITION BY s.unit_key, s.period_id ORDER BY s.submitted_on),
            s.due_before, s.submitted_on, :provenance, :import_id, {RECORDED_AT}
        FROM (SELECT DISTINCT * FROM stage_submission) AS s
        LEFT JOIN (
            SELECT unit_key, period_id, max(revision) AS revision
            FROM submission GROUP BY unit_key, period_id
        ) AS k USING (unit_key, period_id)
        WHERE NOT EXISTS (
            SELECT FROM held_submission AS o
            WHERE o.unit_key = s.unit_key AND o.period_id = s.period_id
              AND o.due_before = s.due_before AND o.submitted_on = s.submitted_on
        )
        ORDER BY s.period_id, s.unit_key
        """,
        provenance=provenance,
        import_id=import_id,
    )


def append_observations(
    conn: Connection, observations: pd.DataFrame, *, provenance: str, import_id: int
) -> int:
    """Append values of indicators; a value that differs from the last one is its next revision.

    Parameters
    ----------
    conn
        Connection of the operator.
    observations
        Columns unit_key, indicator_id, period_id, value; for shares numerator and denominator,
        so that a rate can be recomputed after a merge (A4). One row per unit, indicator, period.
    provenance, import_id
        Origin of the rows.

    Returns
    -------
    int
        Rows that are new.

    Raises
    ------
    Refused
        ``observations_refused`` with findings: an unknown indicator, or a person-derived one for
        anything but a commune (N1); ``period_unknown``.
    """
    _refuse_unknown_periods(observations)
    frame = _with_columns(observations, _OBSERVATION_TYPES, defaults={"approval": "entered"})
    refuse_backdating(frame, provenance=provenance)
    stage_rows(conn, "stage_observation", frame, types=_OBSERVATION_TYPES)
    _refuse_observations(conn, frame)
    return _insert(
        conn,
        f"""
        INSERT INTO observation (unit_key, level, indicator_id, period_id, revision, value,
            numerator, denominator, approval, provenance, import_id, recorded_at)
        SELECT s.unit_key, u.level, s.indicator_id, s.period_id, coalesce(last.revision, 0) + 1,
            s.value, s.numerator, s.denominator, s.approval, :provenance, :import_id,
            {RECORDED_AT}
        FROM stage_observation AS s
        JOIN unit_version AS u USING (unit_key)
        LEFT JOIN LATERAL (
            SELECT max(o.revision) AS revision FROM observation AS o
            WHERE o.unit_key = s.unit_key AND o.indicator_id = s.indicator_id
              AND o.period_id = s.period_id
        ) AS last ON true
        LEFT JOIN LATERAL (
            SELECT o.* FROM held_observation AS o
            WHERE o.unit_key = s.unit_key AND o.indicator_id = s.indicator_id
              AND o.period_id = s.period_id
            ORDER BY o.revision DESC LIMIT 1
        ) AS k ON true
        WHERE k.revision IS NULL
           OR (s.value, s.numerator, s.denominator)
              IS DISTINCT FROM (k.value, k.numerator, k.denominator)
        ORDER BY s.indicator_id, s.period_id, s.unit_key
        """,
        provenance=provenance,
        import_id=import_id,
    )


def append_assessments(
    conn: Connection, assessments: pd.DataFrame, *, provenance: str, import_id: int
) -> int:
    """Append assessments of communes: computed, proposed and decided class side by side (C1).

    Parameters
    ----------
    conn
        Connection of the operator.
    assessments
        Columns unit_key, period_id, workflow_state and any of computed_class, proposed_class,
        decided_class with decided_on, document_no.
    provenance, import_id
        Origin of the rows.

    Returns
    -------
    int
        Rows that are new: one that is equal in every column is known.

    Raises
    ------
    Refused
        ``period_unknown``.
    """
    _refuse_unknown_periods(assessments)
    types = {**_ASSESSMENT_TYPES, "recorded_on": "date"}
    frame = _with_columns(assessments, types, defaults={})
    refuse_backdating(frame, provenance=provenance)
    stage_rows(conn, "stage_assessment", frame, types=types)
    columns = ", ".join(_ASSESSMENT_TYPES)
    return _insert(
        conn,
        f"""
        INSERT INTO assessment ({columns}, provenance, import_id, recorded_at)
        SELECT {columns}, :provenance, :import_id, {RECORDED_AT} FROM (
            SELECT {columns} FROM stage_assessment EXCEPT SELECT {columns} FROM held_assessment
        ) AS fresh
        JOIN (
            SELECT ROW({columns})::text AS own, min(recorded_on) AS recorded_on
            FROM stage_assessment GROUP BY own
        ) AS s ON s.own = ROW({columns})::text
        ORDER BY period_id, unit_key
        """,
        provenance=provenance,
        import_id=import_id,
    )


def _refuse_unknown_periods(frame: pd.DataFrame) -> None:
    for period_id in frame["period_id"].unique().tolist():
        refuse_entry(parse_period(period_id))


def _refuse_observations(conn: Connection, frame: pd.DataFrame) -> None:
    unknown = ~frame["indicator_id"].isin(list(SERIES))
    personal = [name for name, one in SERIES.items() if one.person_derived]
    above_commune = set(
        conn.execute(
            text(
                "SELECT DISTINCT s.unit_key FROM stage_observation AS s"
                " JOIN unit_version AS u USING (unit_key)"
                " WHERE u.level <> 'commune' AND s.indicator_id = ANY(:personal)"
            ),
            {"personal": personal},
        ).scalars()
    )
    not_here = frame["indicator_id"].isin(personal) & frame["unit_key"].isin(above_commune)
    findings = [
        Finding(code, row=number, column="indicator_id")
        for code, rows in (
            ("indicator_unknown", unknown),
            ("indicator_per_commune_only", not_here),
        )
        for number, wrong in enumerate(rows, start=1)
        if wrong
    ]
    if findings:
        raise Refused("observations_refused", findings=findings, count=len(findings))


def _with_columns(
    frame: pd.DataFrame, types: Mapping[str, str], *, defaults: Mapping[str, str]
) -> pd.DataFrame:
    """Give the frame with every column of the table, absent ones empty."""
    absent = {name: defaults.get(name) for name in types if name not in frame}
    return frame.assign(**absent)


def _insert(conn: Connection, statement: str, *, provenance: str, import_id: int) -> int:
    done = conn.execute(text(statement), {"provenance": provenance, "import_id": import_id})
    return int(done.rowcount)
