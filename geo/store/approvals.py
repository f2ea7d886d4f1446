"""Reports in the store: where each stands, its steps, handing in, approving, correcting.

The rules are `geo.approval`; the database holds them again for every role, and the scope, the role
and the log-in of a session (`sql/0008_approval.sql`). `states` is for readers of many figures: a
figure is approved when its report is, since an approved report takes no new figure.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError

from geo.approval import (
    ReportState,
    StepKind,
    check_step,
    decided_at,
    ladder,
    next_steps,
    waits_for,
)
from geo.errors import BandoError, Conflict, Forbidden, NotFound
from geo.period import LOCAL_TIME, parse_period
from geo.reporting_cycles import due_before
from geo.store import audit
from geo.store.feeds import KeyRanges, merge_ranges, scope_lists
from geo.store.known import known_before
from geo.store.map_index import list_feed_sets, query
from geo.store.report_calendar import climb_from, state_from_row
from geo.store.tables import report_step, submission
from geo.units import Level

# What the triggers of 0008 say, as the first word of their message.
_REFUSALS = frozenset(
    {
        "report_step_not_allowed",
        "report_own_entry",
        "report_figures_changed",
        "report_unit_not_due",
        "report_locked",
        "figure_locked",
        "import_holds_locked_figures",
    }
)
# Another step came between looking and doing; figures are locked by the report that they are in.
_SAID_AS = {
    "report_step_not_allowed": "report_figures_changed",
    "report_unit_not_due": "report_figures_changed",
    "figure_locked": "report_locked",
}


@dataclass(frozen=True, slots=True)
class FigureRevision:
    """One revision of a figure; `is_held` of the newest."""

    indicator: str
    revision: int
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    recorded_at: datetime
    is_held: bool


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step as readers see it: the role that made it and where, never the log-in (X3)."""

    number: int
    step: StepKind
    at_level: Level
    role: str
    reason: str | None
    done_on: date
    recorded_at: datetime
    simulated: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a unit for a period.

    Parameters
    ----------
    unit_key, period_id
        Whose, for when.
    keys
        Key of the unit on each level of its climb, the own one first.
    state
        Where it stands.
    figures
        Every revision, by indicator, the newest first.
    figures_hash
        Name of the newest revisions together: an approval covers these and no others.
    steps
        The first one first.
    submitted_on
        When it was first handed in.
    """

    unit_key: int
    period_id: str
    keys: Mapping[Level, int]
    state: ReportState
    figures: tuple[FigureRevision, ...]
    figures_hash: str
    steps: tuple[StepRow, ...]
    submitted_on: date | None

    @property
    def climb(self) -> tuple[Level, ...]:
        """The levels that it climbs."""
        return tuple(self.keys)

    @property
    def waits_for(self) -> Level | None:
        """The level that it waits for."""
        return waits_for(self.state, climb=self.climb)

    def decisions(self) -> dict[StepKind, tuple[Level, int]]:
        """Give for each step that the state allows the level and the key whose rights it needs."""
        found: dict[StepKind, tuple[Level, int]] = {}
        for step, at_level in next_steps(self.state, climb=self.climb).items():
            level = decided_at(step, at_level, climb=self.climb)
            if level is not None:
                found[step] = (level, self.keys[level])
        return found


def find_report(conn: Connection, *, unit_key: int, period_id: str, today: date) -> Report:
    """Read a report with all its revisions and steps, as far as the session sees.

    Raises
    ------
    Refused
        ``period_unknown``.
    NotFound
        ``report_unit_not_due``: the unit is not one of the set in force on the period's last day.
    """
    period = parse_period(period_id)
    asked = {"key": unit_key, "period_id": period.id, "last_day": period.last_day}
    rungs = conn.execute(query("report_rungs"), asked).all()
    if not rungs or not all(row.in_force for row in rungs) or rungs[0].level == "country":
        raise NotFound("report_unit_not_due", period=period.id)
    key_of: dict[Level, int] = {row.level: row.unit_key for row in rungs}
    climb = ladder(tuple(key_of), last_day=period.last_day, on=today)
    steps = _steps(conn, asked)
    figures = _figures(conn, asked)
    first_day = conn.execute(
        text(
            "SELECT min(submitted_on) FROM held_submission"
            " WHERE unit_key = :key AND period_id = :period_id"
        ),
        asked,
    ).scalar()
    last = steps[-1] if steps else None
    return Report(
        unit_key,
        period.id,
        {level: key_of[level] for level in climb},
        state_from_row(
            last.step if last else None,
            last.at_level if last else None,
            climb=climb,
            has_figures=bool(figures),
            is_handed_in=first_day is not None,
        ),
        tuple(one for one, _ in figures),
        _name_figures(figures),
        steps,
        first_day,
    )


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


def states(
    conn: Connection,
    *,
    period_id: str,
    ranges: KeyRanges,
    level: Level = "commune",
    known: date | None = None,
) -> dict[int, ReportState]:
    """Give the approval state of every unit's report of a period, as it was known on a day.

    Parameters
    ----------
    conn
        Connection of the service with the session's token, or of the operator.
    period_id
        Of the reports; the units are those of the set in force on its last day.
    ranges
        Keys in question, within the actor's.
    level
        Of the units.
    known
        Last day of what is known, local; None for now. Imports that were taken back later still
        held then.

    Returns
    -------
    dict
        State by unit key; a unit without figures and without a hand-in has status ``none``.
    """
    period = parse_period(period_id)
    found = next((one for one in list_feed_sets(conn) if one.holds_on(period.last_day)), None)
    if found is None:
        return {}
    day = known or datetime.now(LOCAL_TIME).date()
    climb = climb_from(level, period.last_day, on=day)
    rows = conn.execute(
        query("report_states"),
        {
            "period_id": period.id,
            "set_id": found.set_id,
            "level": level,
            "known_before": known_before(known),
            **scope_lists(merge_ranges(ranges)),
        },
    )
    return {
        row.unit_key: state_from_row(
            row.step,
            row.at_level,
            climb=climb,
            has_figures=row.has_figures,
            is_handed_in=row.is_handed_in,
        )
        for row in rows
    }


def find_state(conn: Connection, *, unit_key: int, period_id: str) -> ReportState | None:
    """Give where the report of one unit stands now; None when it owes none for the period."""
    try:
        today = datetime.now(LOCAL_TIME).date()
        return find_report(conn, unit_key=unit_key, period_id=period_id, today=today).state
    except NotFound:
        return None


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


@contextmanager
def told_refusals() -> Iterator[None]:
    """Tell what the triggers and policies refuse as errors of ours."""
    try:
        yield
    except DBAPIError as error:
        told = refusal_of(error)
        if told is None:
            raise
        raise told from error


def refusal_of(error: DBAPIError) -> BandoError | None:
    """Say what a refusal of the database means; None when it is about something else."""
    state = getattr(error.orig, "sqlstate", None)
    words = str(error.orig).split()
    code = words[0].rstrip(":") if words else ""
    if state == "23001" and code in _REFUSALS:
        return Conflict(_SAID_AS.get(code, code))
    if state == "23505" and "uq_report_step_number" in str(error.orig):
        return Conflict("report_figures_changed")
    if state == "42501":
        return Forbidden("report_outside_area")
    return None


def _steps(conn: Connection, asked: Mapping[str, object]) -> tuple[StepRow, ...]:
    rows = conn.execute(
        text(
            "SELECT number, step, at_level, actor_role, reason_code, done_on, recorded_at,"
            " provenance = 'simulated' AS simulated FROM report_step"
            " WHERE unit_key = :key AND period_id = :period_id ORDER BY number"
        ),
        asked,
    )
    return tuple(StepRow(*row) for row in rows)


def _figures(conn: Connection, asked: Mapping[str, object]) -> list[tuple[FigureRevision, int]]:
    found: list[tuple[FigureRevision, int]] = []
    seen: set[str] = set()
    for row in conn.execute(query("report_figures"), asked):
        one = FigureRevision(
            row.indicator_id,
            row.revision,
            row.value,
            row.numerator,
            row.denominator,
            row.recorded_at,
            row.indicator_id not in seen,
        )
        seen.add(row.indicator_id)
        found.append((one, row.observation_id))
    return found


def _name_figures(figures: Sequence[tuple[FigureRevision, int]]) -> str:
    """Name the newest revisions as `bando.report_figures` does."""
    held = ",".join(f"{one.indicator}:{key}" for one, key in figures if one.is_held)
    return hashlib.sha256(held.encode()).hexdigest()
