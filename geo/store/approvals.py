"""Steps of reports: handing in, approving, returning, correcting.

The rules are `geo.approval`; the database holds them again for every role, and the scope, the role
and the log-in of a session (`sql/0008_approval.sql`). `report_reading.py` reads.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, text

from geo.approval import StepKind, check_step
from geo.errors import Conflict
from geo.period import parse_period
from geo.reporting_cycles import due_before
from geo.store import audit
from geo.store.report_reading import Report
from geo.store.report_refusals import told_refusals
from geo.store.tables import report_step, submission
from geo.units import Level


def is_own_entry(conn: Connection, report: Report, *, login: str) -> bool:
    """Tell whether a log-in entered figures of a report or handed it in (X2).

    The database knows more, e.g. of imports taken back, and has the last word.
    """
    return bool(
        conn.execute(
            text(
                "SELECT EXISTS (SELECT FROM import_batch AS b WHERE b.actor = :login AND ("
                " b.import_id IN (SELECT import_id FROM held_observation"
                "  WHERE unit_key = :key AND period_id = :period)"
                " OR b.import_id IN (SELECT import_id FROM held_submission"
                "  WHERE unit_key = :key AND period_id = :period)))"
            ),
            {"login": login, "key": report.unit_key, "period": report.period_id},
        ).scalar_one()
    )


@dataclass(frozen=True, slots=True)
class StepWish:
    """A step that somebody asks for.

    Parameters
    ----------
    step, reason
        What, and why: a code of `geo.approval.REASONS`.
    covers
        Name of the figures that were seen; None when nobody looked.
    login, role
        Who asks.
    today
        Local day.
    provenance
        ``reported`` or ``simulated``.
    """

    step: StepKind
    login: str
    role: str
    today: date
    provenance: str
    reason: str | None = None
    covers: str | None = None


def make_step(conn: Connection, report: Report, wish: StepWish) -> Level:
    """Make a step: hand in, approve, return, or take an approval back.

    Parameters
    ----------
    conn
        Connection of the role ``intake`` with the session's token, or of the operator.
    report
        As `find_report` gave it within the same transaction.
    wish
        What is asked for.

    Returns
    -------
    The level at which it was made.

    Raises
    ------
    Refused
        ``report_reason_missing``, ``report_reason_unneeded``.
    Conflict
        ``report_step_not_allowed``, ``report_own_entry``, ``report_figures_changed``.
    Forbidden
        ``report_outside_area``: the role or the area does not reach.
    """
    at_level = check_step(
        report.state,
        wish.step,
        climb=report.climb,
        reason=wish.reason,
        own_entry=is_own_entry(conn, report, login=wish.login),
    )
    if wish.covers is not None and wish.covers != report.figures_hash:
        raise Conflict("report_figures_changed")
    with told_refusals():
        if wish.step == "submitted":
            _hand_in(conn, report, wish)
        else:
            conn.execute(
                insert(report_step).values(
                    unit_key=report.unit_key,
                    period_id=report.period_id,
                    step=wish.step,
                    at_level=at_level,
                    figures_hash=report.figures_hash if wish.step == "approved" else None,
                    reason_code=wish.reason,
                    actor=wish.login,
                    actor_role=wish.role,
                    provenance=wish.provenance,
                )
            )
    audit.append(
        conn,
        actor=wish.login,
        action=f"report.{wish.step}",
        subject={
            "unit_key": report.unit_key,
            "period": report.period_id,
            "at_level": at_level,
            "reason": wish.reason,
            "figures": report.figures_hash,
        },
    )
    return at_level


def _hand_in(conn: Connection, report: Report, wish: StepWish) -> None:
    """Append a revision of the report; a trigger makes its step."""
    # Loaded with the first report: the service starts without the libraries of imports.
    from geo.store import records

    import_id = records.open_batch(
        conn,
        kind="submissions",
        source_name="bao-cao",
        source_sha256=report.figures_hash,
        row_count=1,
        provenance=wish.provenance,
        actor=wish.login,
    )
    last = conn.execute(
        text(
            "SELECT coalesce(max(revision), 0) FROM submission"
            " WHERE unit_key = :key AND period_id = :period"
        ),
        {"key": report.unit_key, "period": report.period_id},
    ).scalar_one()
    conn.execute(
        insert(submission).values(
            unit_key=report.unit_key,
            period_id=report.period_id,
            revision=last + 1,
            due_before=due_before(parse_period(report.period_id)),
            submitted_on=wish.today,
            provenance=wish.provenance,
            import_id=import_id,
        )
    )


def locked_reports(conn: Connection, reports: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Give those of some reports (unit key, period id) whose figures an approval locks."""
    asked = sorted(set(reports))
    rows = conn.execute(
        text(
            "SELECT a.unit_key, a.period_id"
            " FROM unnest(CAST(:keys AS bigint[]), CAST(:periods AS text[]))"
            "  AS a (unit_key, period_id)"
            " JOIN unit_version AS u USING (unit_key)"
            " JOIN LATERAL (SELECT s.step, s.at_level FROM report_step AS s"
            "  WHERE s.period_id = a.period_id AND s.unit_key = a.unit_key"
            "  ORDER BY s.number DESC LIMIT 1) AS last ON true"
            " WHERE last.step = 'approved'"
            "  OR last.step = 'unapproved' AND last.at_level <> u.level"
        ),
        {"keys": [key for key, _ in asked], "periods": [period for _, period in asked]},
    )
    return {(row.unit_key, row.period_id) for row in rows}


def reopen(
    conn: Connection,
    reports: Collection[tuple[int, str]],
    *,
    reason: str,
    import_id: int,
    actor: str,
) -> None:
    """Reopen locked reports for a correction that an open import brings; the old figures stay.

    Parameters
    ----------
    conn
        Connection of a role that may append.
    reports
        (unit key, period id), all locked.
    reason
        A code of ``REASONS["corrected"]``.
    import_id, actor
        The import, and who makes it.
    """
    # Only a session of the web has a role; and only its own function may be asked for it.
    by_web = conn.execute(text("SELECT current_user = 'bando_intake'")).scalar_one()
    role = conn.execute(text("SELECT bando.actor_role()")).scalar_one() if by_web else "command"
    with told_refusals():
        for key, period_id in sorted(reports):
            conn.execute(
                text(
                    "INSERT INTO report_step (unit_key, period_id, step, at_level, reason_code,"
                    " actor, actor_role, provenance, import_id)"
                    " SELECT u.unit_key, :period, 'corrected', u.level, :reason, :actor, :role,"
                    " b.provenance, b.import_id FROM unit_version AS u, import_batch AS b"
                    " WHERE u.unit_key = :key AND b.import_id = :import_id"
                ),
                {
                    "key": key,
                    "period": period_id,
                    "reason": reason,
                    "actor": actor,
                    "role": role,
                    "import_id": import_id,
                },
            )
