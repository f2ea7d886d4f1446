"""Rows of assessments that a file may not bring: what is decided step by step, or by others.

The database says the same (`sql/0011_assessing.sql`, `guard_imported_decision`); here it is told
row by row before anything is written.
"""

import pandas as pd
from sqlalchemy import Connection, text

from geo.errors import Finding

# Roles that propose and never decide (`api.access`).
PROPOSERS = frozenset({"reporter", "patrol_lead"})


def check_assessments(conn: Connection, rows: pd.DataFrame) -> list[Finding]:
    """Find rows of communes whose assessment goes step by step, and decisions of proposers.

    Parameters
    ----------
    conn
        Connection of a role that may append.
    rows
        Good rows with unit_key, period and decided_class.
    """
    stepped = {
        (row.unit_key, row.period_id)
        for row in conn.execute(
            text(
                "SELECT DISTINCT unit_key, period_id FROM assessment_step"
                " WHERE unit_key = ANY(:keys) AND period_id = ANY(:periods)"
            ),
            {
                "keys": sorted({int(key) for key in rows["unit_key"]}),
                "periods": sorted(set(rows["period"])),
            },
        )
    }
    by_web = conn.execute(text("SELECT current_user = 'bando_intake'")).scalar_one()
    role = conn.execute(text("SELECT bando.actor_role()")).scalar_one() if by_web else None
    findings = []
    for number, key, period, decided in zip(
        rows.index.tolist(), rows["unit_key"], rows["period"], rows["decided_class"], strict=True
    ):
        if (int(key), period) in stepped:
            findings.append(Finding("assess_has_steps", row=number, column="period"))
        if role in PROPOSERS and decided is not None:
            findings.append(Finding("assess_no_decider", row=number, column="decided_class"))
    return findings
