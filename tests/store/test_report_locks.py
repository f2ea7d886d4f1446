"""Raw SQL against the rules of approval: as another's user, as the same log-in, out of order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from api.access import ROLES, Permission, may
from geo import approval
from geo.period import PERIOD_KINDS, make_period, parse_period, periods_between
from geo.store import accounts, tables
from geo.store.engine import use_case
from tests.support import small_world
from tests.support.postgres import Engines, Server, engines_of

# Of the set before the reform, with districts; and of the set after it.
BEFORE, AFTER = "M2024-10", "M2026-08"
ACCOUNTS = {
    # login: role, code of the area on the set after the reform (None: the whole country)
    "xa": ("reporter", "00003"),
    "xa_chihuy": ("commander", "00003"),
    "xa_khac": ("commander", "00005"),
    "tinh": ("commander", "01"),
    "tinh_khac": ("commander", "02"),
    "tinh_thammuu": ("planner", "01"),
    "tw": ("commander", None),
    "quantri": ("administrator", None),
    "quanly": ("steward", None),
    "thamdinh": ("appraiser", None),
    "tuantra": ("patrol_lead", "01"),
}


@dataclass(frozen=True)
class Land:
    """The country of squares with accounts; ``keys`` by code, before and after the reform."""

    engines: Engines
    tokens: dict[str, str]
    old: int
    new: int
    unit: int
    unit_before: int
    other: int


@pytest.fixture(scope="module")
def land(server: Server) -> Iterator[Land]:
    with server.clone() as database:
        made = engines_of(database)
        with use_case(made.operator) as conn:
            old, new = small_world.add_sets(conn, provenance="imported")
        ids = {}
        with use_case(made.owner) as conn:
            for login, (role, code) in ACCOUNTS.items():
                level = "province" if code and len(code) == 2 else "commune"
                area = [] if code is None else [small_world.key_of(conn, new, code, level)]
                ids[login] = accounts.add_account(
                    conn,
                    login=login,
                    password_hash="x",  # noqa: S106 - of an account that lives as long as the test
                    role=role,
                    national=code is None,
                    area_keys=area,
                )
            keys = (
                small_world.key_of(conn, new, "00003"),
                small_world.key_of(conn, old, "00003"),
                small_world.key_of(conn, new, "00005"),
            )
        with use_case(made.login) as conn:
            tokens = {
                login: accounts.open_session(conn, account_id, lifetime=timedelta(hours=1))
                for login, account_id in ids.items()
            }
        yield Land(made, tokens, old, new, *keys)
        made.dispose()


@pytest.fixture
def conn(land: Land) -> Iterator[Connection]:
    """A connection of the web's appending role; what is done on it is rolled back."""
    with land.engines.intake.connect() as opened, opened.begin() as transaction:
        yield opened
        transaction.rollback()


def be(conn: Connection, land: Land, login: str) -> None:
    conn.execute(
        text("SELECT set_config('bando.token', :token, true)"), {"token": land.tokens[login]}
    )


def batch(conn: Connection, login: str, kind: str = "observations") -> int:
    return conn.execute(
        text(
            "INSERT INTO import_batch (kind, source_name, source_sha256, row_count, provenance,"
            " actor) VALUES (:kind, 't', '0', 1, 'imported', :actor) RETURNING import_id"
        ),
        {"kind": kind, "actor": login},
    ).scalar_one()


def enter(
    conn: Connection, land: Land, login: str, unit: int, period: str, *, value: int = 1, into=None
) -> int:
    be(conn, land, login)
    import_id = batch(conn, login) if into is None else into
    conn.execute(
        text(
            "INSERT INTO observation (unit_key, level, indicator_id, period_id, revision, value,"
            " provenance, import_id) SELECT :unit, 'commune', 'I01', :period,"
            " coalesce(max(revision), 0) + 1, :value, 'imported', :batch FROM observation"
            " WHERE unit_key = :unit AND period_id = :period"
        ),
        {"unit": unit, "period": period, "value": value, "batch": import_id},
    )
    return import_id


def hand_in(conn: Connection, land: Land, login: str, unit: int, period: str) -> int:
    be(conn, land, login)
    import_id = batch(conn, login, "submissions")
    conn.execute(
        text(
            "INSERT INTO submission (unit_key, period_id, revision, due_before, submitted_on,"
            " provenance, import_id) SELECT :unit, :period, coalesce(max(revision), 0) + 1,"
            " '2026-09-15', '2026-09-01', 'imported', :batch FROM submission"
            " WHERE unit_key = :unit AND period_id = :period"
        ),
        {"unit": unit, "period": period, "batch": import_id},
    )
    return import_id


def step(
    conn: Connection,
    land: Land,
    login: str,
    name: str,
    level: str,
    *,
    unit: int,
    period: str = AFTER,
    **forged: object,
) -> None:
    be(conn, land, login)
    reason = {"returned": "sai_so_lieu", "unapproved": "duyet_nham", "corrected": "nhap_sai"}
    values = {
        "unit_key": unit,
        "period_id": period,
        "step": name,
        "at_level": level,
        "reason_code": reason.get(name),
        "actor": login,
        "actor_role": ACCOUNTS[login][0],
        "provenance": "reported",
        **forged,
    }
    columns = ", ".join(values)
    marks = ", ".join(f":{column}" for column in values)
    conn.execute(text(f"INSERT INTO report_step ({columns}) VALUES ({marks})"), values)


def steps_of(conn: Connection, unit: int, period: str = AFTER) -> list[tuple[str, str]]:
    rows = conn.execute(
        text(
            "SELECT step, at_level FROM report_step WHERE unit_key = :unit AND period_id = :period"
            " ORDER BY number"
        ),
        {"unit": unit, "period": period},
    )
    return [tuple(row) for row in rows]


def refused(conn: Connection, match: str, do, *arguments, **more) -> None:
    trial = conn.begin_nested()
    with pytest.raises(DBAPIError, match=match):
        do(conn, *arguments, **more)
    trial.rollback()


POLICY = "row-level security"


def test_X2_a_report_climbs_from_the_commune_to_the_province(land: Land, conn: Connection) -> None:
    enter(conn, land, "xa", land.unit, AFTER)
    hand_in(conn, land, "xa", land.unit, AFTER)
    step(conn, land, "xa_chihuy", "approved", "commune", unit=land.unit)
    step(conn, land, "tinh_thammuu", "approved", "province", unit=land.unit)
    assert steps_of(conn, land.unit) == [
        ("submitted", "commune"),
        ("approved", "commune"),
        ("approved", "province"),
    ]


def test_X2_no_level_is_skipped_and_none_approves_twice(land: Land, conn: Connection) -> None:
    enter(conn, land, "xa", land.unit, AFTER)
    refused(conn, "not_allowed", step, land, "xa_chihuy", "approved", "commune", unit=land.unit)
    hand_in(conn, land, "xa", land.unit, AFTER)
    refused(conn, "not_allowed", step, land, "tinh", "approved", "province", unit=land.unit)
    step(conn, land, "xa_chihuy", "approved", "commune", unit=land.unit)
    refused(conn, "not_allowed", step, land, "xa_chihuy", "approved", "commune", unit=land.unit)
    step(conn, land, "tinh", "approved", "province", unit=land.unit)
    refused(conn, "not_allowed", step, land, "tw", "approved", "country", unit=land.unit)


@pytest.mark.parametrize("login", ["quantri"])
def test_X2_nobody_approves_what_the_same_login_entered_or_handed_in(
    land: Land, conn: Connection, login: str
) -> None:
    enter(conn, land, login, land.unit, AFTER)
    hand_in(conn, land, "xa", land.unit, AFTER)
    refused(conn, "own_entry", step, land, login, "approved", "commune", unit=land.unit)
    # Somebody else's signature is refused by the policy before anybody can use it.
    refused(
        conn, POLICY, step, land, login, "approved", "commune", unit=land.unit, actor="xa_chihuy"
    )
    step(conn, land, "xa_chihuy", "approved", "commune", unit=land.unit)
    refused(conn, "own_entry", step, land, login, "approved", "province", unit=land.unit)


def test_X2_who_only_handed_in_does_not_approve_either(land: Land, conn: Connection) -> None:
    enter(conn, land, "xa", land.unit, AFTER)
    hand_in(conn, land, "quantri", land.unit, AFTER)
    refused(conn, "own_entry", step, land, "quantri", "approved", "commune", unit=land.unit)


def test_X2_unapprove_needs_the_level_above(land: Land, conn: Connection) -> None:
    enter(conn, land, "xa", land.unit, AFTER)
    hand_in(conn, land, "xa", land.unit, AFTER)
    step(conn, land, "xa_chihuy", "approved", "commune", unit=land.unit)
    refused(conn, POLICY, step, land, "xa_chihuy", "unapproved", "commune", unit=land.unit)
    refused(conn, POLICY, step, land, "tinh_khac", "unapproved", "commune", unit=land.unit)
    step(conn, land, "tinh", "approved", "province", unit=land.unit)
    # Not past the approval of the province, and not by the province itself.
    refused(conn, "not_allowed", step, land, "tinh", "unapproved", "commune", unit=land.unit)
    refused(conn, POLICY, step, land, "tinh", "unapproved", "province", unit=land.unit)
    step(conn, land, "tw", "unapproved", "province", unit=land.unit)
    refused(conn, "figure_locked", enter, land, "xa", land.unit, AFTER, value=3)
    step(conn, land, "tinh", "unapproved", "commune", unit=land.unit)
    enter(conn, land, "xa", land.unit, AFTER, value=3)


def test_X2_roles_that_judge_no_content_make_no_step(land: Land, conn: Connection) -> None:
    enter(conn, land, "xa", land.unit, AFTER)
    hand_in(conn, land, "xa", land.unit, AFTER)
    for login in ("xa", "quanly", "thamdinh", "tuantra"):
        for name in ("approved", "returned"):
            match = f"{POLICY}|own_entry" if login == "xa" else POLICY
            refused(conn, match, step, land, login, name, "commune", unit=land.unit)
    # A planner's level is the province.
    refused(conn, POLICY, step, land, "tinh_thammuu", "approved", "commune", unit=land.unit)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_X2_the_database_and_the_table_of_roles_know_the_same_approvers(
    land: Land, role: str
) -> None:
    with use_case(land.engines.owner) as conn:
        login = f"vai-{role.replace('_', '-')}"
        account = accounts.add_account(
            conn,
            login=login,
            password_hash="x",  # noqa: S106
            role=role,
            national=True,
            area_keys=[],
        )
    with use_case(land.engines.login) as conn:
        token = accounts.open_session(conn, account, lifetime=timedelta(hours=1))
    with use_case(land.engines.intake, token=token) as conn:
        found = conn.execute(
            text(
                "SELECT bool_or(bando.may_decide(:unit, :period, '2026-09-01', 'approved', level))"
                " FROM unnest(ARRAY['commune', 'province']) AS level"
            ),
            {"unit": land.unit, "period": AFTER},
        ).scalar_one()
    assert found == may(role, Permission.REPORT_APPROVE)


def test_another_unit_s_users_and_strangers_make_no_step(land: Land, conn: Connection) -> None:
    enter(conn, land, "xa", land.unit, AFTER)
    hand_in(conn, land, "xa", land.unit, AFTER)
    for login, level in (("xa_khac", "commune"), ("tinh_khac", "commune")):
        for name in ("approved", "returned"):
            refused(conn, POLICY, step, land, login, name, level, unit=land.unit)
    step(conn, land, "xa_chihuy", "approved", "commune", unit=land.unit)
    refused(conn, POLICY, step, land, "xa_chihuy", "approved", "province", unit=land.unit)
    refused(conn, POLICY, step, land, "tinh_khac", "approved", "province", unit=land.unit)


FORGED = {
    "another's role": {"actor_role": "administrator"},
    "an import": {"import_id": 1},
    "a hand-in": {"step": "submitted", "reason_code": None},
    "a correction": {"step": "corrected", "reason_code": "nhap_sai", "import_id": 1},
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_steps_are_refused(land: Land, conn: Connection, name: str) -> None:
    enter(conn, land, "xa", land.unit, AFTER)
    hand_in(conn, land, "xa", land.unit, AFTER)
    values = FORGED[name]
    refused(
        conn,
        f"{POLICY}|not_allowed|foreign key",
        step,
        land,
        "xa_chihuy",
        "approved",
        "commune",
        unit=land.unit,
        **values,
    )


@pytest.mark.parametrize("column", ["number", "done_on", "recorded_at", "step_id"])
def test_numbers_and_days_are_the_database_s(land: Land, conn: Connection, column: str) -> None:
    value: object = 7 if column in ("number", "step_id") else date(2026, 1, 1)
    refused(
        conn,
        "permission denied",
        step,
        land,
        "tinh",
        "returned",
        "commune",
        unit=land.unit,
        **{column: value},
    )


@pytest.mark.parametrize("role", ["service", "intake", "operator", "owner"])
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE report_step SET step = 'approved', reason_code = NULL",
        "DELETE FROM report_step",
        "TRUNCATE report_step",
    ],
)
def test_P5_steps_are_appended_and_never_changed(land: Land, role: str, attack: str) -> None:
    with getattr(land.engines, role).connect() as conn, conn.begin() as transaction:
        be(conn, land, "quantri")
        if role != "service":
            hand_in(conn, land, "quantri", land.unit, AFTER)
            assert steps_of(conn, land.unit) == [("submitted", "commune")]
        with pytest.raises(DBAPIError, match=r"append_only|permission denied"):
            conn.exec_driver_sql(attack)
        transaction.rollback()


def test_X3_the_web_never_reads_who_made_a_step(land: Land, conn: Connection) -> None:
    enter(conn, land, "xa", land.unit, AFTER)
    hand_in(conn, land, "xa", land.unit, AFTER)
    be(conn, land, "quantri")
    for statement in ("SELECT actor FROM report_step", "SELECT * FROM report_step"):
        trial = conn.begin_nested()
        with pytest.raises(DBAPIError, match="permission denied"):
            conn.exec_driver_sql(statement)
        trial.rollback()
    assert conn.exec_driver_sql("SELECT actor_role FROM report_step").scalar_one() == "reporter"


def test_P5_approved_figures_are_locked_until_a_correction_with_a_reason(
    land: Land, conn: Connection
) -> None:
    first = enter(conn, land, "xa", land.unit, AFTER, value=1)
    # Before the approval figures may still change.
    enter(conn, land, "xa", land.unit, AFTER, value=2)
    handed = hand_in(conn, land, "xa", land.unit, AFTER)
    step(conn, land, "xa_chihuy", "approved", "commune", unit=land.unit)
    refused(conn, "figure_locked", enter, land, "xa", land.unit, AFTER, value=3)
    refused(conn, "report_locked", hand_in, land, "xa", land.unit, AFTER)
    for import_id in (first, handed):
        refused(conn, "locked_figures", undo, land, "xa", import_id)
    be(conn, land, "xa")
    batch_id = batch(conn, "xa")
    told = {"unit": land.unit, "import_id": batch_id}
    refused(
        conn, "reason_given", step, land, "xa", "corrected", "commune", reason_code=None, **told
    )
    step(conn, land, "xa", "corrected", "commune", **told)
    enter(conn, land, "xa", land.unit, AFTER, value=3, into=batch_id)
    # Reopened: it must be handed in and approved again, and the old revisions are all there.
    refused(conn, "not_allowed", step, land, "tinh", "approved", "province", unit=land.unit)
    hand_in(conn, land, "xa", land.unit, AFTER)
    step(conn, land, "xa_chihuy", "approved", "commune", unit=land.unit)
    rows = conn.execute(
        text("SELECT revision, value FROM observation WHERE period_id = :p ORDER BY revision"),
        {"p": AFTER},
    )
    assert [(row.revision, int(row.value)) for row in rows] == [(1, 1), (2, 2), (3, 3)]


def undo(conn: Connection, land: Land, login: str, import_id: int) -> None:
    be(conn, land, login)
    conn.execute(
        text("INSERT INTO import_undo (import_id, reason_code, actor) VALUES (:id, 'sai', :by)"),
        {"id": import_id, "by": login},
    )


def test_P5_a_report_whose_hand_in_is_taken_back_waits_for_nobody(
    land: Land, conn: Connection
) -> None:
    enter(conn, land, "xa", land.unit, AFTER)
    handed = hand_in(conn, land, "xa", land.unit, AFTER)
    undo(conn, land, "xa", handed)
    refused(conn, "not_allowed", step, land, "xa_chihuy", "approved", "commune", unit=land.unit)


def test_P5_an_approval_of_other_figures_than_those_seen_is_refused(
    land: Land, conn: Connection
) -> None:
    enter(conn, land, "xa", land.unit, AFTER)
    hand_in(conn, land, "xa", land.unit, AFTER)
    seen = conn.exec_driver_sql("SELECT figures_hash FROM report_step").scalar_one()
    enter(conn, land, "xa", land.unit, AFTER, value=5)
    told = {"unit": land.unit, "figures_hash": seen}
    refused(conn, "figures_changed", step, land, "xa_chihuy", "approved", "commune", **told)


def test_X4_the_district_approves_only_while_it_had_the_duty(land: Land) -> None:
    def climb(conn: Connection, unit: int, period: str, day: date) -> list[str]:
        rows = conn.execute(
            text("SELECT level FROM bando.report_ladder(:unit, :period, :day)"),
            {"unit": unit, "period": period, "day": day},
        )
        return list(rows.scalars())

    whole = ["commune", "district", "province", "country"]
    without = ["commune", "province", "country"]
    with use_case(land.engines.owner) as conn:
        assert climb(conn, land.unit_before, BEFORE, date(2024, 11, 5)) == whole
        assert climb(conn, land.unit_before, BEFORE, date(2025, 6, 30)) == whole
        # What the district had not approved when it ended, the province does.
        assert climb(conn, land.unit_before, BEFORE, date(2025, 7, 1)) == without
        assert climb(conn, land.unit, AFTER, date(2026, 9, 1)) == without


@pytest.mark.parametrize("duty", approval.duties(), ids=lambda duty: duty.organ_en)
def test_X4_the_database_knows_the_days_of_the_duties(land: Land, duty: approval.Duty) -> None:
    days = [
        day + timedelta(days=more)
        for day in (duty.first_day, duty.ends_before)
        if day not in (date.min, date.max)
        for more in (-1, 0, 1)
    ]
    with use_case(land.engines.owner) as conn:
        for day in [*days, date(2020, 1, 1), date(2026, 1, 1)]:
            found = conn.execute(
                text("SELECT bando.duty_holds(:level, :day)"), {"level": duty.level, "day": day}
            ).scalar_one()
            assert found == (approval.duty_at(duty.level, day) is not None)


def test_the_database_knows_the_last_day_of_every_period(land: Land) -> None:
    periods = list(periods_between(date(2020, 1, 1), date(2028, 12, 31), kinds=PERIOD_KINDS))
    assert len(periods) > 100
    with use_case(land.engines.owner) as conn:
        for period in periods:
            found = conn.execute(
                text("SELECT bando.period_last_day(:id)"), {"id": period.id}
            ).scalar_one()
            assert found == period.last_day
    assert parse_period(AFTER) == make_period("month", year=2026, month=8)


def test_a_unit_of_another_day_s_set_takes_no_step(land: Land, conn: Connection) -> None:
    hand_in(conn, land, "xa", land.unit_before, AFTER)
    assert steps_of(conn, land.unit_before) == []
    refused(conn, "not_due", step, land, "tinh", "returned", "commune", unit=land.unit_before)


def test_reasons_of_the_database_are_those_of_the_rules() -> None:
    assert set(tables.REPORT_REASONS) == {r for told in approval.REASONS.values() for r in told}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wishes=st.lists(
        st.sampled_from(("submitted", "approved", "returned", "unapproved", "corrected")),
        max_size=9,
    )
)
def test_X2_the_database_allows_what_the_rules_in_python_allow(
    land: Land, wishes: list[str]
) -> None:
    climb = approval.ladder(
        ("commune", "province", "country"), last_day=date(2026, 8, 31), on=date(2026, 9, 1)
    )
    state = approval.ReportState("entered")
    with land.engines.intake.connect() as conn, conn.begin() as transaction:
        enter(conn, land, "xa", land.unit, AFTER)
        for wish in wishes:
            allowed = approval.next_steps(state, climb=climb)
            level = allowed.get(wish)
            trial = conn.begin_nested()
            try:
                _wish(conn, land, wish, level or "commune")
                trial.commit()
            except DBAPIError:
                trial.rollback()
                assert level is None, (state, wish)
            else:
                assert level is not None, (state, wish)
                state = approval.state_after(wish, level, climb=climb)
        transaction.rollback()


def _wish(conn: Connection, land: Land, wish: str, level: str) -> None:
    if wish == "submitted":
        hand_in(conn, land, "xa", land.unit, AFTER)
    elif wish == "corrected":
        be(conn, land, "xa")
        import_id = batch(conn, "xa")
        step(conn, land, "xa", wish, level, unit=land.unit, import_id=import_id)
    else:
        step(conn, land, "tw", wish, level, unit=land.unit)
