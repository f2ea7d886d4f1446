"""Brings simulated steps of reports and assessments in by the ten thousand: the demo's alone."""

import pandas as pd
from sqlalchemy import Connection, text

from geo.store.copying import stage_rows

_TYPES = {
    "unit_key": "bigint",
    "period_id": "text",
    "number": "smallint",
    "step": "text",
    "at_level": "text",
    "reason_code": "text",
    "done_on": "date",
    "actor": "text",
    "actor_role": "text",
}


def append_steps(conn: Connection, steps: pd.DataFrame, *, import_id: int) -> int:
    """Append simulated steps with their numbers; they were known at ten on their day.

    Each names the figures that the demo holds, as `bando.report_figures` does.

    Parameters
    ----------
    conn
        Connection of the operator.
    steps
        unit_key, period_id, number, step, at_level, reason_code, done_on, actor, actor_role: of
        each report from 1 without a gap, in an order that `geo.approval` allows.
    import_id
        Batch of the demo that they come with.

    Returns
    -------
    int
        Rows appended.
    """
    stage_rows(conn, "stage_report_step", steps, types=_TYPES)
    columns = ", ".join(_TYPES)
    done = conn.execute(
        text(
            f"""
            INSERT INTO report_step
                ({columns}, figures_hash, provenance, import_id, recorded_at)
            SELECT {columns}, coalesce(f.hash, encode(sha256(''), 'hex')),
                'simulated', :import_id,
                (done_on + time '10:00') AT TIME ZONE 'Asia/Ho_Chi_Minh'
            FROM stage_report_step
            LEFT JOIN (
                SELECT o.unit_key, o.period_id, encode(sha256(convert_to(string_agg(
                    o.indicator_id || ':' || o.observation_id, ',' ORDER BY o.indicator_id),
                    'UTF8')), 'hex') AS hash
                FROM (
                    SELECT DISTINCT ON (h.unit_key, h.period_id, h.indicator_id) h.*
                    FROM held_observation AS h
                    WHERE h.period_id IN (SELECT DISTINCT period_id FROM stage_report_step)
                    ORDER BY h.unit_key, h.period_id, h.indicator_id, h.revision DESC
                ) AS o GROUP BY o.unit_key, o.period_id
            ) AS f USING (unit_key, period_id)
            ORDER BY period_id, unit_key, number
            """
        ),
        {"import_id": import_id},
    )
    return int(done.rowcount)


_ASSESSMENT_TYPES = {
    "unit_key": "bigint",
    "period_id": "text",
    "number": "smallint",
    "step": "text",
    "back_to": "text",
    "at_level": "text",
    "class_id": "text",
    "verdict": "text",
    "effective_on": "date",
    "document_no": "text",
    "reason_code": "text",
    "done_on": "date",
    "actor": "text",
    "actor_role": "text",
}


def append_assessment_steps(conn: Connection, steps: pd.DataFrame, *, import_id: int) -> int:
    """Append simulated steps of assessments; what they decided came with the demo's assessments.

    Parameters
    ----------
    conn
        Connection of the operator.
    steps
        Columns as in the table: of each assessment from 1 without a gap, in an order that
        `geo.assessing` allows.
    import_id
        Batch of the demo that they come with.

    Returns
    -------
    int
        Rows appended.
    """
    stage_rows(conn, "stage_assessment_step", steps, types=_ASSESSMENT_TYPES)
    columns = ", ".join(_ASSESSMENT_TYPES)
    done = conn.execute(
        text(
            f"""
            INSERT INTO assessment_step ({columns}, provenance, import_id, recorded_at)
            SELECT {columns}, 'simulated', :import_id,
                (done_on + time '10:00') AT TIME ZONE 'Asia/Ho_Chi_Minh'
            FROM stage_assessment_step ORDER BY period_id, unit_key, number
            """
        ),
        {"import_id": import_id},
    )
    return int(done.rowcount)
