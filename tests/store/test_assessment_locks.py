"""Raw SQL against the rules of assessments: by the wrong role, out of order, twice, half done."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from api.access import ROLES
from geo import assessing
from geo.assessing import DUTIES, DUTY_OF, Matter, Step, next_steps, returns_to
from geo.assessing.duties import calendar, duty_on
from geo.assessing.judging import check_step
from geo.class_ladder import LADDER
from geo.errors import BandoError
from geo.period import LOCAL_TIME, parse_period
from geo.store import tables
from geo.store.engine import use_case
from tests.support import small_world
from tests.support.assessing_land import (
    ACCOUNTS,
    CYCLE,
    FIRST_DAY,
    RIGHTLY,
    SAID,
    WHOLE,
    Land,
    be,
    built_land,
    do,
    go,
    go_on_for_ever,
)
from tests.support.postgres import Server

POLICY = "row-level security"


@pytest.fixture(scope="module")
def land(server: Server) -> Iterator[Land]:
    with built_land(server) as built:
        yield built


@pytest.fixture
def conn(land: Land) -> Iterator[Connection]:
    """A connection of the web's appending role; what is done on it is rolled back."""
    with land.engines.intake.connect() as opened, opened.begin() as transaction:
        yield opened
        transaction.rollback()


def refused(conn: Connection, match: str, land: Land, step: str, **more: object) -> None:
    trial = conn.begin_nested()
    with pytest.raises(DBAPIError, match=match):
        do(conn, land, step, **more)
    trial.rollback()


def results(conn: Connection, land: Land, unit: int | None = None) -> list[tuple[object, ...]]:
    be(conn, land, "quantri")
    rows = conn.execute(
        text(
            "SELECT proposed_class, decided_class, decided_on, workflow_state, document_no"
            " FROM held_assessment WHERE unit_key = :unit ORDER BY assessment_id"
        ),
        {"unit": unit or land.unit},
    )
    return [tuple(row) for row in rows]


def test_C1_a_decision_writes_proposed_and_decided_side_by_side(
    land: Land, conn: Connection
) -> None:
    do(conn, land, "ra_soat")
    do(conn, land, "danh_gia", class_id="khong_ma_tuy")
    do(conn, land, "phan_loai", class_id="khong_trong_diem")
    do(conn, land, "tham_dinh", verdict="khong_dat")
    assert results(conn, land) == []
    do(conn, land, "khong_dat", class_id="loai_3")
    assert results(conn, land) == [("khong_ma_tuy", "loai_3", FIRST_DAY, "khong_dat", "8/QĐ-UBND")]


def test_a_revocation_is_a_row_of_its_own_and_a_new_round_may_follow(
    land: Land, conn: Connection
) -> None:
    go(conn, land, *WHOLE, "huy_bo", *WHOLE)
    assert [row[1:4:2] for row in results(conn, land)] == [
        ("loai_3", "cong_nhan"),
        ("chua_danh_gia", "huy_bo"),
        ("loai_3", "cong_nhan"),
    ]


@pytest.mark.parametrize("step", sorted(RIGHTLY))
def test_each_role_makes_its_own_steps_and_no_other(
    land: Land, conn: Connection, step: str
) -> None:
    more = {"khong_dat": WHOLE[:4], "huy_bo": WHOLE}
    before = more[step] if step in more else WHOLE[: WHOLE.index(step)]
    go(conn, land, *before)
    may = {RIGHTLY[step], "quantri", "quantri_hai"}
    # Bodies over the whole country reach every province.
    may |= {"tham_dinh": {"thamdinh"}, "phan_loai": set()}.get(step, set())
    may |= {"tw"} if DUTY_OF[step] == "decide" else set()
    for login in ACCOUNTS:
        if login in may:
            trial = conn.begin_nested()
            do(conn, land, step, login=login)
            trial.rollback()
        else:
            # Who put it forward is told that first.
            refused(conn, f"{POLICY}|own_proposal", land, step, login=login)


def test_a_return_is_made_by_whoever_is_awaited_and_by_nobody_else(
    land: Land, conn: Connection
) -> None:
    go(conn, land, "ra_soat", "danh_gia")
    for login in ("xa", "tinh_thamdinh", "tinh_chutich", "tinh_khac_thammuu"):
        refused(conn, POLICY, land, "tra_lai", login=login, back_to="ra_soat")
    do(conn, land, "tra_lai", login="tinh_thammuu", back_to="ra_soat")
    go(conn, land, "danh_gia", "phan_loai", "tham_dinh")
    refused(conn, POLICY, land, "tra_lai", login="tinh_thamdinh", back_to="danh_gia")
    do(conn, land, "tra_lai", login="tinh_chutich", back_to="danh_gia")
    do(conn, land, "phan_loai", class_id="loai_2")


@pytest.mark.parametrize("first", ["ra_soat", "danh_gia", "phan_loai"])
def test_X2_nobody_appraises_or_decides_what_the_same_login_put_forward(
    land: Land, conn: Connection, first: str
) -> None:
    for step in WHOLE[:3]:
        do(conn, land, step, login="quantri" if step == first else None)
    refused(conn, "own_proposal", land, "tham_dinh", login="quantri")
    # Somebody else's signature is refused by the policy before anybody can use it.
    refused(conn, POLICY, land, "tham_dinh", login="quantri", actor="thamdinh")
    do(conn, land, "tham_dinh")
    for step in ("cong_nhan", "khong_dat"):
        refused(conn, "own_proposal", land, step, login="quantri")
    do(conn, land, "cong_nhan", login="quantri_hai")
    refused(conn, "own_proposal", land, "huy_bo", login="quantri")


def test_X2_who_appraised_does_not_decide(land: Land, conn: Connection) -> None:
    go(conn, land, *WHOLE[:3])
    do(conn, land, "tham_dinh", login="quantri")
    refused(conn, "own_proposal", land, "cong_nhan", login="quantri")
    do(conn, land, "cong_nhan", login="quantri_hai")


def test_C2_a_class_below_the_last_one_needs_a_reason(land: Land, conn: Connection) -> None:
    for step in WHOLE:
        more = {"class_id": "khong_ma_tuy"} if "class_id" in SAID[step] else {}
        do(conn, land, step, **more)
    do(conn, land, "huy_bo", class_id="khong_trong_diem", reason_code="tai_phuc_tap")
    go(conn, land, *WHOLE[:4])
    refused(conn, "reason_wrong", land, "cong_nhan")
    do(conn, land, "cong_nhan", reason_code="tai_phuc_tap")


def test_A4_a_merged_commune_has_no_class_before_its_own_decision(
    land: Land, conn: Connection
) -> None:
    with use_case(land.engines.operator) as told:
        # The class of a predecessor is another land's.
        key = small_world.key_of(told, land.old, "00001")
        known = told.execute(
            text("SELECT bando.class_before(:unit, '2026-01-01')"), {"unit": land.merged}
        ).scalar_one_or_none()
        assert known is None
    be(conn, land, "quantri")
    import_id = conn.execute(
        text(
            "INSERT INTO import_batch (kind, source_name, source_sha256, row_count, provenance,"
            " actor) VALUES ('assessments', 't', '0', 1, 'imported', 'quantri')"
            " RETURNING import_id"
        )
    ).scalar_one()
    conn.execute(
        text(
            "INSERT INTO assessment (unit_key, period_id, workflow_state, decided_class,"
            " decided_on, document_no, provenance, import_id) VALUES (:key, 'Y2024', 'cong_nhan',"
            " 'khong_ma_tuy', '2024-12-20', '1/QĐ', 'imported', :import_id)"
        ),
        {"key": key, "import_id": import_id},
    )
    # No reason is asked for: nothing was inherited that it could fall from.
    for step in WHOLE:
        do(conn, land, step, unit=land.merged, login="quantri" if step in WHOLE[:2] else None)
    assert [row[1] for row in results(conn, land, land.merged)] == ["loai_3"]


@pytest.mark.parametrize(
    ("step", "wrong", "match"),
    [
        ("cong_nhan", {"class_id": "khong_ma_tuy"}, "class_wrong"),
        ("cong_nhan", {"class_id": "loai_2"}, "class_wrong"),
        ("cong_nhan", {"class_id": None}, "class_wrong"),
        ("cong_nhan", {"document_no": None}, "document_given"),
        ("cong_nhan", {"document_no": "Nguyễn Văn A"}, "document_no"),
        ("cong_nhan", {"document_no": "0912345678/QĐ"}, "document_no"),
        ("cong_nhan", {"reason_code": "bịa"}, "reason_code"),
        ("cong_nhan", {"verdict": "dat"}, "verdict_given"),
        ("khong_dat", {"class_id": "loai_3"}, "class_wrong"),
        ("khong_dat", {"class_id": "khong_trong_diem"}, "class_wrong"),
        ("khong_dat", {"reason_code": None}, "reason_code"),
        ("cong_nhan", {"effective_on": FIRST_DAY - timedelta(days=1)}, "day_wrong"),
        ("cong_nhan", {"effective_on": date(2100, 1, 1)}, "day_wrong"),
        ("cong_nhan", {"back_to": "ra_soat"}, "return_given"),
        ("tra_lai", {"login": "tinh_chutich", "back_to": None}, "not_allowed"),
        ("tra_lai", {"login": "tinh_chutich", "back_to": "tham_dinh"}, "not_allowed|back_to"),
    ],
)
def test_forged_steps_are_refused(
    land: Land, conn: Connection, step: str, wrong: dict[str, object], match: str
) -> None:
    go(conn, land, *WHOLE[:4])
    refused(conn, match, land, step, **wrong)


@pytest.mark.parametrize(
    "column", ["number", "done_on", "at_level", "provenance", "recorded_at", "import_id", "step_id"]
)
def test_numbers_levels_and_moments_are_the_database_s(
    land: Land, conn: Connection, column: str
) -> None:
    values = {"done_on": FIRST_DAY, "at_level": "country", "provenance": "simulated"}
    more = {column: values.get(column, 1)} if column != "recorded_at" else {column: "2020-01-01"}
    refused(conn, "permission denied", land, "ra_soat", **more)


@pytest.mark.parametrize("period", ["M2026-07", "H2026-2", "C2026", "Y2024"])
def test_no_other_period_is_a_cycle_of_a_commune_of_now(
    land: Land, conn: Connection, period: str
) -> None:
    match = "unit_not_due" if period == "Y2024" else "cycle"
    refused(conn, match, land, "ra_soat", login="quantri", period_id=period)


def test_A9_a_unit_that_is_not_subject_to_assessment_takes_no_step(
    land: Land, conn: Connection
) -> None:
    refused(conn, "unit_not_due", land, "ra_soat", login="quantri", unit=land.outside)


@pytest.mark.parametrize("role", ["owner", "operator", "intake", "service"])
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE assessment_step SET step = 'cong_nhan'",
        "UPDATE assessment_step SET number = number + 1",
        "DELETE FROM assessment_step",
        "TRUNCATE assessment_step CASCADE",
        "UPDATE assessment SET step_id = 1",
    ],
)
def test_steps_are_appended_and_never_changed(land: Land, role: str, attack: str) -> None:
    engine = getattr(land.engines, role)
    with use_case(land.engines.intake, token=land.tokens["xa_khac"]) as conn:
        key = conn.execute(
            text("SELECT unit_key FROM unit_version WHERE code = '00004' AND set_id = :set_id"),
            {"set_id": land.new},
        ).scalar_one()
        seen = conn.execute(text("SELECT count(*) FROM assessment_step")).scalar_one()
        if not seen:
            do(conn, land, "ra_soat", login="xa_khac", unit=key)
    with engine.connect() as conn:
        be(conn, land, "quantri")
        if "SET step_id" in attack:
            conn.rollback()
            with use_case(land.engines.operator) as other:
                if not other.execute(text("SELECT count(*) FROM assessment")).scalar_one():
                    batch = small_world.batch(other, "assessments", "imported")
                    other.execute(
                        text(
                            "INSERT INTO assessment (unit_key, period_id, workflow_state,"
                            " provenance, import_id)"
                            " VALUES (:key, 'Y2025', 'ra_soat', 'imported', :batch)"
                        ),
                        {"key": key, "batch": batch},
                    )
        with pytest.raises(DBAPIError, match=r"append_only|permission denied"):
            conn.execute(text(attack))
        conn.rollback()


def test_X3_the_web_never_reads_who_made_a_step(land: Land, conn: Connection) -> None:
    do(conn, land, "ra_soat")
    trial = conn.begin_nested()
    with pytest.raises(DBAPIError, match="permission denied"):
        conn.execute(text("SELECT actor FROM assessment_step"))
    trial.rollback()
    own = text("SELECT bando.own_assessment_steps(:unit, :period)")
    asked = {"unit": land.unit, "period": CYCLE}
    assert conn.execute(own, asked).scalar_one() == ["ra_soat"]
    be(conn, land, "tinh_thammuu")
    assert conn.execute(own, asked).scalar_one() == []


def test_the_reading_role_appends_nothing(land: Land) -> None:
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        use_case(land.engines.service) as conn,
    ):
        do(conn, land, "ra_soat")


def test_a_file_does_not_get_round_the_steps(land: Land, conn: Connection) -> None:
    def bring(login: str, decided: str | None, unit: int) -> None:
        be(conn, land, login)
        batch = conn.execute(
            text(
                "INSERT INTO import_batch (kind, source_name, source_sha256, row_count,"
                " provenance, actor) VALUES ('assessments', 't', '0', 1, 'imported', :actor)"
                " RETURNING import_id"
            ),
            {"actor": login},
        ).scalar_one()
        conn.execute(
            text(
                "INSERT INTO assessment (unit_key, period_id, workflow_state, proposed_class,"
                " decided_class, decided_on, document_no, provenance, import_id) VALUES (:unit,"
                " :period, 'ra_soat', 'loai_3', :decided, :day, '3/QĐ', 'imported', :batch)"
            ),
            {
                "unit": unit,
                "period": CYCLE,
                "decided": decided,
                "day": FIRST_DAY if decided else None,
                "batch": batch,
            },
        )

    def fails(match: str, *arguments: object) -> None:
        trial = conn.begin_nested()
        with pytest.raises(DBAPIError, match=match):
            bring(*arguments)
        trial.rollback()

    bring("xa", None, land.unit)
    fails("no_decider", "xa", "khong_ma_tuy", land.unit)
    do(conn, land, "ra_soat")
    fails("has_steps", "quantri", "khong_ma_tuy", land.unit)
    fails("has_steps", "xa", None, land.unit)
    # A commune without steps takes what its file says, as before.
    bring("quantri", "khong_ma_tuy", land.merged)
    # Nothing but a step stands for a step.
    trial = conn.begin_nested()
    be(conn, land, "quantri")
    with pytest.raises(DBAPIError):
        conn.execute(
            text(
                "INSERT INTO assessment (unit_key, period_id, workflow_state, decided_class,"
                " decided_on, provenance, step_id) SELECT unit_key, period_id, 'cong_nhan',"
                " 'khong_ma_tuy', :day, 'reported', step_id FROM assessment_step"
            ),
            {"day": FIRST_DAY},
        )
    trial.rollback()


def test_X4_the_database_knows_the_levels_and_days_of_the_duties(land: Land) -> None:
    days = {date(2020, 1, 1), date(2035, 1, 1)}
    for rule in calendar().duties:
        for edge in (rule.first_day, rule.ends_before):
            if date.min < edge < date.max:
                days |= {edge, edge - timedelta(days=1)}
    with use_case(land.engines.operator) as conn:
        for duty in DUTIES:
            for day in days:
                told = conn.execute(
                    text("SELECT bando.assess_level(:duty, :day)"), {"duty": duty, "day": day}
                ).scalar_one()
                assert told == duty_on(duty, day).level, (duty, day)


@pytest.mark.parametrize("cycle", ["Y2026", "H2026-1", "Y2030"])
def test_the_database_knows_the_first_day_of_every_cycle(land: Land, cycle: str) -> None:
    with use_case(land.engines.operator) as conn:
        told = conn.execute(text("SELECT bando.cycle_first_day(:c)"), {"c": cycle}).scalar_one()
    assert told == parse_period(cycle).starts_on


def test_steps_states_and_roles_are_the_same_everywhere(land: Land) -> None:
    assert set(tables.ASSESSMENT_STEPS) == {*DUTY_OF, "tra_lai"}
    assert {"chua_bat_dau", *tables.WORKFLOW_STATES} == set(assessing.STATES)
    with use_case(land.engines.owner) as conn:
        told = conn.execute(
            text("SELECT prosrc FROM pg_proc WHERE oid = 'bando.may_assess'::regproc")
        ).scalar_one()
    for rule in calendar().duties:
        for role in rule.roles:
            assert role in ROLES
            assert f"WHEN '{role}' THEN d.duty = '{rule.duty}'" in told


_KINDS = [*WHOLE, "khong_dat", "huy_bo", "tra_lai"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wishes=st.lists(
        st.tuples(
            st.sampled_from(_KINDS) | st.none(),
            st.none() | st.sampled_from([*LADDER, "chua_danh_gia"]),
            st.sampled_from(["ra_soat", "danh_gia", "phan_loai"]),
            st.integers(0, 3),
        ),
        max_size=14,
    )
)
def test_the_database_allows_what_the_rules_in_python_allow(land: Land, wishes) -> None:
    today = land_day()
    matter, decided, day = Matter(), None, FIRST_DAY
    with land.engines.intake.connect() as conn, conn.begin() as transaction:
        for place, (kind, class_id, back_to, later) in enumerate(wishes):
            kind = kind or next_steps(matter)[place % len(next_steps(matter))]
            said = dict(SAID[kind])
            if class_id and "class_id" in said:
                said["class_id"] = class_id
            if kind == "tra_lai":
                said["back_to"] = back_to
            if kind == "cong_nhan" and later == 3:
                said["reason_code"] = "tai_phuc_tap"
            day_of = min(day + timedelta(days=later - 1 if later == 0 else later), today)
            step = Step(
                kind,
                day_of,
                said.get("class_id"),
                said.get("verdict"),
                said.get("back_to"),
                said.get("document_no"),
                said.get("reason_code"),
            )
            try:
                check_step(matter, step, previous=decided, opens_on=FIRST_DAY, today=today)
                fits = True
            except BandoError as error:
                # A reason that is not needed is refused by Python and let pass by the database.
                found = [one.code for one in getattr(error, "findings", [])]
                if found == ["assess_reason_unneeded"]:
                    continue
                fits = False
            trial = conn.begin_nested()
            by = RIGHTLY.get(kind) or {
                "danh_gia": "tinh_thammuu",
                "phan_loai": "tinh_thamdinh",
            }.get(matter.state, "tinh_chutich")
            try:
                do(conn, land, kind, login=by, effective_on=day_of, **said)
                trial.commit()
            except DBAPIError:
                trial.rollback()
                assert not fits, (matter, step)
            else:
                assert fits, (matter, step)
                matter = assessing.after(matter, step)
                day = day_of
                decided = matter.decided or decided
                assert _state(conn, land) == (
                    matter.count,
                    matter.state,
                    matter.proposed,
                    matter.classified,
                    matter.decided,
                )
        transaction.rollback()


def land_day() -> date:
    from datetime import datetime

    return datetime.now(LOCAL_TIME).date()


def _state(conn: Connection, land: Land) -> tuple[object, ...]:
    be(conn, land, "quantri")
    rows = conn.execute(
        text(
            "SELECT number, step, back_to, class_id FROM assessment_step"
            " WHERE unit_key = :unit AND period_id = :cycle ORDER BY number"
        ),
        {"unit": land.unit, "cycle": CYCLE},
    ).all()
    state, proposed, classified, decided = "chua_bat_dau", None, None, None
    for row in rows:
        state = row.back_to or row.step
        if state == "ra_soat":
            proposed = classified = decided = None
        if row.step == "danh_gia":
            proposed = row.class_id
        if row.step == "phan_loai":
            classified = row.class_id
        if row.back_to == "danh_gia":
            classified = None
        if row.step in ("cong_nhan", "khong_dat", "huy_bo"):
            decided = row.class_id
    return (len(rows), state, proposed, classified, decided)


def test_of_two_who_decide_at_once_one_is_told(server: Server) -> None:
    with built_land(server) as own:
        with use_case(own.engines.intake) as conn:
            go(conn, own, *WHOLE[:4])
        told: list[str] = []
        start = threading.Barrier(2)

        def decide(login: str, step: str) -> None:
            start.wait()
            try:
                with use_case(own.engines.intake) as conn:
                    do(conn, own, step, login=login)
                told.append("done")
            except DBAPIError as error:
                told.append(str(error.orig).split(":")[0])

        both = [
            threading.Thread(target=decide, args=("tinh_chutich", "cong_nhan")),
            threading.Thread(target=decide, args=("tw", "khong_dat")),
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert sorted(told) == ["assess_step_not_allowed", "done"]
        with use_case(own.engines.operator) as conn:
            count = conn.execute(text("SELECT count(*) FROM assessment")).scalar_one()
        assert count == 1


def test_killed_at_any_moment_a_decision_is_whole_or_not_at_all(server: Server) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.assessing_land"])
    moments = random.Random(6)  # noqa: S311 - moments, no secrets
    with built_land(server) as own:
        url = own.engines.intake.url.render_as_string(hide_password=False)
        for _ in range(2):
            process = context.Process(target=go_on_for_ever, args=(url, own.tokens, own.unit))
            process.start()
            assert process.pid is not None
            _wait_for_more(own)
            time.sleep(moments.uniform(0.0, 0.08))
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            _check_whole(own)
            _finish_round(own)


def _count(own: Land, what: str) -> int:
    with use_case(own.engines.operator) as conn:
        return int(conn.execute(text(f"SELECT count(*) FROM {what}")).scalar_one())


def _wait_for_more(own: Land) -> None:
    before, until = _count(own, "assessment_step"), time.monotonic() + 60
    while _count(own, "assessment_step") < before + 7:
        assert time.monotonic() < until
        time.sleep(0.01)


def _check_whole(own: Land) -> None:
    deciding = "assessment_step WHERE step IN ('cong_nhan', 'khong_dat', 'huy_bo')"
    assert _count(own, "assessment") == _count(own, deciding) > 0
    matched = (
        "assessment AS a JOIN assessment_step AS s USING (step_id)"
        " WHERE a.decided_class = s.class_id AND a.decided_on = s.effective_on"
    )
    assert _count(own, matched) == _count(own, "assessment")
    with use_case(own.engines.operator) as conn:
        numbers = list(
            conn.execute(text("SELECT number FROM assessment_step ORDER BY number")).scalars()
        )
    assert numbers == list(range(1, len(numbers) + 1))


def _finish_round(own: Land) -> None:
    """Bring it to where a new round may begin, as people would go on after the fault."""
    with use_case(own.engines.operator) as conn:
        state = conn.execute(
            text("SELECT state FROM bando.assessment_state(:unit, :cycle)"),
            {"unit": own.unit, "cycle": CYCLE},
        ).scalar_one()
    order = (*WHOLE, "huy_bo")
    with use_case(own.engines.intake) as conn:
        go(conn, own, *order[order.index(state) + 1 :])
    assert returns_to(state) is not None
