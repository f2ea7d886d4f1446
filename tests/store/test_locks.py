"""The second lock, tried as the service's own database role."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError

from geo.store import accounts, audit, tables
from geo.store.engine import use_case
from tests.support.postgres import Engines, Server, engines_of

OPERATIONAL = (
    "hotspot",
    "hotspot_event",
    "hotspot_unit",
    "submission",
    "report_step",
    "observation",
    "assessment",
    "assessment_step",
    "unit_count",
    "cell_count",
    "unit_class",
    "unit_figure",
    "class_result",
    "feature",
    "feature_piece",
    "patrol",
    "patrol_track",
    "patrol_cell",
    "population",
    "campaign",
    "community_model",
    "subcommune",
    "subcommune_status",
    "target_number",
)
# Parts of another fact, which has the view.
NO_VIEW = (
    *("hotspot_unit", "feature_piece", "patrol_track", "patrol_cell"),
    *("report_step", "assessment_step"),
)
COMPUTED = ("unit_count", "cell_count", "unit_class", "unit_figure", "class_result")
# Locked too, by whose import it is.
BY_ACTOR = ("import_batch", "import_undo", "import_layout")
SQUARE = "SRID=4326;MULTIPOLYGON(((105 20,106 20,106 21,105 21,105 20)))"
# Resolution 5, with Hà Nội in it.
CELL = 0x85415CB7FFFFFFF
PATROL_CELL = (CELL & ~(15 << 52)) | (9 << 52)


def small_world(conn: Connection) -> dict[str, int]:
    """One set with two provinces of one commune each, and a row of every kind in both."""
    set_id = conn.execute(
        insert(tables.boundary_set)
        .values(
            content_hash="c" * 64,
            title="Thử",
            valid_from=date(2025, 7, 1),
            act="thử",
            provenance="simulated",
            source_name="test",
            source_sha256="0" * 64,
        )
        .returning(tables.boundary_set.c.set_id)
    ).scalar_one()
    conn.execute(
        insert(tables.criteria_version).values(
            criteria_id="thu", rule_version="1", input_ids=["I06"], row_ids=["I.a"]
        )
    )
    base = set_id << tables.UNIT_KEY_SHIFT
    units = [
        (0, 4, None, "country", "VN"),
        (1, 2, 0, "province", "01"),
        (2, 2, 1, "commune", "00001"),
        (3, 4, 0, "province", "02"),
        (4, 4, 3, "commune", "00002"),
    ]
    for ordinal, key_to, parent, level, code in units:
        conn.execute(
            insert(tables.unit_version).values(
                unit_key=base + ordinal,
                key_to=base + key_to,
                set_id=set_id,
                unit_id=base + ordinal,
                parent_key=None if parent is None else base + parent,
                level=level,
                code=code,
                name=code,
                kind="x",
                name_folded=code,
                geom=None if level == "country" else SQUARE,
            )
        )
    conn.execute(
        tables.boundary_set.update()
        .where(tables.boundary_set.c.set_id == set_id)
        .values(state="active", activated_at=datetime.now(UTC))
    )
    batch = conn.execute(
        insert(tables.import_batch)
        .values(
            kind="hotspots",
            source_name="t",
            source_sha256="0",
            row_count=2,
            provenance="reported",
            actor="t",
        )
        .returning(tables.import_batch.c.import_id)
    ).scalar_one()
    conn.execute(
        insert(tables.period_run).values(
            period_id="M2026-01",
            starts_on=date(2026, 1, 1),
            ends_before=date(2026, 2, 1),
            input_hash="x",
            revision="x",
            data_until=date(2026, 2, 1),
            simulated=False,
        )
    )
    told = {"provenance": "reported", "import_id": batch}
    for n, key in enumerate((base + 2, base + 4)):
        spot = conn.execute(
            insert(tables.hotspot)
            .values(
                scope_key=key,
                source="t",
                source_ref=str(n),
                kind="diem_phuc_tap",
                position="SRID=4326;POINT(105.5 20.5)",
                position_precision="h3_10",
                cell=1,
                **told,
            )
            .returning(tables.hotspot.c.hotspot_id)
        ).scalar_one()
        conn.execute(
            insert(tables.hotspot_event).values(
                hotspot_id=spot,
                scope_key=key,
                state="listed",
                effective_on=date(2026, 1, 2),
                unit_key=key,
                actor_role="reporter",
                **told,
            )
        )
        conn.execute(
            insert(tables.hotspot_unit).values(
                hotspot_id=spot, set_id=set_id, unit_key=key, basis="given"
            )
        )
        conn.execute(
            insert(tables.submission).values(
                unit_key=key,
                period_id="M2026-01",
                due_before=date(2026, 2, 14),
                submitted_on=date(2026, 2, 1),
                **told,
            )
        )
        conn.execute(
            insert(tables.observation).values(
                unit_key=key,
                level="commune",
                indicator_id="I06",
                period_id="M2026-01",
                value=1,
                **told,
            )
        )
        conn.execute(
            insert(tables.assessment).values(
                unit_key=key, period_id="Y2026", workflow_state="ra_soat", **told
            )
        )
        conn.execute(
            insert(tables.assessment_step).values(
                unit_key=key,
                period_id="H2026-1",
                step="ra_soat",
                effective_on=date(2026, 1, 2),
                actor="t",
                actor_role="reporter",
            )
        )
        programme_facts(conn, n, key=key, set_id=set_id, told=told)
        counts = {
            "period_id": "M2026-01",
            "unit_key": key,
            "active_count": 1,
            "new_count": 1,
            "eliminated_count": 0,
            "reformed_count": 0,
        }
        conn.execute(insert(tables.unit_count).values(reported_units=1, due_units=1, **counts))
        conn.execute(insert(tables.cell_count).values(resolution=5, cell=CELL, **counts))
        conn.execute(
            insert(tables.unit_class).values(
                period_id="M2026-01",
                unit_key=key,
                drug_free_count=0,
                assessed_count=0,
                assessable_count=1,
            )
        )
        conn.execute(
            insert(tables.unit_figure).values(
                period_id="M2026-01", unit_key=key, indicator_id="I18", value=1
            )
        )
        conn.execute(
            insert(tables.class_result).values(
                period_id="H2026-1",
                unit_key=key,
                criteria_id="thu",
                rule_version="1",
                computed="loai_3",
                possible=4,
                is_final=False,
                inputs=[1],
                verdicts="m",
            )
        )
    return {"set_id": set_id, "first": base + 2, "second": base + 4, "province": base + 1}


def programme_facts(conn: Connection, n: int, *, key: int, set_id: int, told) -> None:
    """A feature, a patrol, and one of everything else about one commune."""
    day = date(2026, 1, 2)
    feature_id = conn.execute(
        insert(tables.feature)
        .values(
            kind="truong_hoc",
            source="t",
            source_ref=str(n),
            valid_from=day,
            geom="SRID=4326;POINT(105.5 20.5)",
            **told,
        )
        .returning(tables.feature.c.feature_id)
    ).scalar_one()
    conn.execute(
        insert(tables.feature_piece).values(
            feature_id=feature_id,
            set_id=set_id,
            unit_key=key,
            geom="SRID=4326;POINT(105.5 20.5)",
            length_m=0,
            area_m2=0,
        )
    )
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    counted = dict.fromkeys(
        ("dropped_count", "jump_count", "gap_count", "gap_s", "moving_s", "standing_s"), 0
    )
    patrol_id = conn.execute(
        insert(tables.patrol)
        .values(
            source="t",
            source_ref=str(n),
            started_at=moment,
            ended_at=moment,
            fix_count=1,
            distance_m=0,
            fixes_file="f",
            fixes_sha256="0",
            **counted,
            **told,
        )
        .returning(tables.patrol.c.patrol_id)
    ).scalar_one()
    conn.execute(
        insert(tables.patrol_track).values(
            patrol_id=patrol_id, set_id=set_id, unit_key=key, distance_m=0, seconds=0
        )
    )
    conn.execute(
        insert(tables.patrol_cell).values(
            patrol_id=patrol_id,
            month=date(2026, 1, 1),
            cell=PATROL_CELL,
            unit_key=key,
            seconds=0,
            fix_count=1,
        )
    )
    for table, values in (
        (tables.population, {"counted_on": day, "basis": "dang_cu_tru", "persons": 5}),
        (
            tables.campaign,
            {
                "ref": "c1",
                "kind": "dot_cao_diem",
                "starts_on": day,
                "ends_before": day + timedelta(days=1),
            },
        ),
        (
            tables.community_model,
            {"ref": "m1", "kind": "truong_hoc", "state": "dang_hoat_dong", "effective_on": day},
        ),
        (
            tables.subcommune,
            {"code": "t1", "name": "Thôn 1", "kind": "thon", "valid_from": day},
        ),
        (
            tables.subcommune_status,
            {"code": "t1", "item": "ra_soat", "value": "co", "effective_on": day},
        ),
        (
            tables.target_number,
            {"plan": "national", "target": "share", "year": 2026, "mark": "dat"},
        ),
    ):
        conn.execute(insert(table).values(unit_key=key, **values, **told))


@pytest.fixture
def world(fresh_engines):
    with use_case(fresh_engines.owner) as conn:
        return small_world(conn)


@dataclass(frozen=True)
class Still:
    """A country that nobody changes, with sessions in it: for tests that only read, or fail to."""

    engines: Engines
    keys: dict[str, int]
    tokens: dict[str, str]


@pytest.fixture(scope="module")
def still(server: Server) -> Iterator[Still]:
    with server.clone() as database:
        made = engines_of(database)
        with use_case(made.owner) as conn:
            keys = small_world(conn)
        tokens = {
            "one": _open(made, keys, "one", areas=[keys["province"]]),
            "whole": _open(made, keys, "whole", national=True),
            "none": _open(made, keys, "none"),
        }
        yield Still(made, keys, tokens)
        made.dispose()


def _open(engines, world, login: str, *, areas=(), national=False, role="planner") -> str:
    with use_case(engines.owner) as conn:
        account_id = accounts.add_account(
            conn,
            login=login,
            password_hash="x",  # noqa: S106
            role=role,
            national=national,
            area_keys=areas,
        )
    with use_case(engines.login) as conn:
        return accounts.open_session(conn, account_id, lifetime=timedelta(hours=1))


def _count(conn: Connection, table: str) -> int:
    return conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


@pytest.mark.parametrize("table", OPERATIONAL)
def test_service_without_a_scope_sees_no_row(still: Still, table: str) -> None:
    with use_case(still.engines.service) as conn:
        assert _count(conn, table) == 0
    with use_case(still.engines.intake) as conn:
        assert table in COMPUTED or _count(conn, table) == 0
    with use_case(still.engines.operator) as conn:
        assert _count(conn, table) == 2


@pytest.mark.parametrize("table", OPERATIONAL)
def test_service_sees_the_rows_of_its_session_and_no_other(still: Still, table: str) -> None:
    one, whole, none = (still.tokens[name] for name in ("one", "whole", "none"))
    for token, expected in ((one, 1), (whole, 2), (none, 0), ("forged", 0), ("", 0)):
        with use_case(still.engines.service, token=token) as conn:
            assert _count(conn, table) == expected


@pytest.mark.parametrize("table", [name for name in OPERATIONAL if name not in COMPUTED])
def test_intake_reads_the_rows_of_its_session_and_no_other(still: Still, table: str) -> None:
    for token, expected in ((still.tokens["one"], 1), ("forged", 0)):
        with use_case(still.engines.intake, token=token) as conn:
            assert _count(conn, table) == expected


APPEND = (
    "INSERT INTO population (unit_key, counted_on, basis, persons, provenance, import_id)"
    " VALUES (:key, '2026-02-01', 'uoc_tinh', 7, 'imported', :batch)"
)


def _open_batch(conn: Connection, actor: str) -> int:
    return conn.execute(
        insert(tables.import_batch)
        .values(
            kind="population",
            source_name="t",
            source_sha256="0",
            row_count=1,
            provenance="imported",
            actor=actor,
        )
        .returning(tables.import_batch.c.import_id)
    ).scalar_one()


def test_intake_appends_within_its_scope_and_nowhere_else(fresh_engines, world) -> None:
    token = _open(fresh_engines, world, "one", areas=[world["province"]])
    with use_case(fresh_engines.intake, token=token) as conn:
        batch = _open_batch(conn, "one")
        conn.execute(text(APPEND), {"key": world["first"], "batch": batch})
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        use_case(fresh_engines.intake, token=token) as conn,
    ):
        conn.execute(text(APPEND), {"key": world["second"], "batch": batch})


@pytest.mark.parametrize("role", ["commander", "appraiser", "public"])
def test_roles_that_may_not_import_append_nothing(fresh_engines, world, role: str) -> None:
    token = _open(fresh_engines, world, "boss", national=True, role=role)
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        use_case(fresh_engines.intake, token=token) as conn,
    ):
        _open_batch(conn, "boss")


def test_intake_signs_with_its_own_account_only(fresh_engines, world) -> None:
    token = _open(fresh_engines, world, "one", national=True)
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        use_case(fresh_engines.intake, token=token) as conn,
    ):
        _open_batch(conn, "somebody")


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE population SET persons = 0",
        "DELETE FROM population",
        "TRUNCATE import_undo",
        "SELECT geom FROM feature",
        "SELECT geom FROM patrol",
        "SELECT * FROM session",
        "SELECT * FROM account",
        "DELETE FROM import_undo",
        "UPDATE boundary_set SET title = 'x'",
        "INSERT INTO unit_count SELECT * FROM unit_count",
        "SELECT nextval('account_account_id_seq')",
    ],
)
def test_intake_can_change_nothing(still: Still, attack: str) -> None:
    with (
        pytest.raises(DBAPIError, match=r"permission denied|append_only"),
        use_case(still.engines.intake, token=still.tokens["whole"]) as conn,
    ):
        conn.execute(text(attack))


def test_facts_of_an_import_taken_back_are_held_no_more(fresh_engines, world) -> None:
    views = [name for name in OPERATIONAL if name not in (*COMPUTED, *NO_VIEW)]
    with use_case(fresh_engines.operator) as conn:
        assert {_count(conn, f"held_{name}") for name in views} == {2}
        conn.execute(
            text(
                "INSERT INTO import_undo (import_id, reason_code, actor)"
                " SELECT import_id, 'wrong_file', 't' FROM import_batch"
            )
        )
        assert {_count(conn, f"held_{name}") for name in views} == {0}
        assert {_count(conn, name) for name in views} == {2}


def test_every_operational_table_has_forced_row_security(fresh_engines) -> None:
    with use_case(fresh_engines.owner) as conn:
        forced = set(
            conn.execute(text("SELECT relname FROM pg_class WHERE relforcerowsecurity")).scalars()
        )
    assert forced == {*OPERATIONAL, *BY_ACTOR}


def test_service_role_owns_nothing_and_cannot_bypass(fresh_engines) -> None:
    with use_case(fresh_engines.owner) as conn:
        role = conn.execute(text("SELECT * FROM pg_roles WHERE rolname = 'bando_service'")).one()
        owned = conn.execute(
            text("SELECT count(*) FROM pg_class WHERE relowner = 'bando_service'::regrole")
        ).scalar_one()
        memberships = conn.execute(
            text("SELECT count(*) FROM pg_auth_members WHERE member = 'bando_service'::regrole")
        ).scalar_one()
    assert not (role.rolsuper or role.rolbypassrls or role.rolcreaterole or role.rolcreatedb)
    assert (owned, memberships) == (0, 0)


ATTACKS = [
    "SELECT set_config('bando.token', 'guess', false)",
    "SET ROLE bando_owner",
    "SET ROLE bando_operator",
    "SET ROLE bando_login",
    "SET SESSION AUTHORIZATION bando_owner",
    "SELECT * FROM session",
    "SELECT * FROM account",
    "SELECT * FROM account_area",
    "INSERT INTO session VALUES (sha256('x'), 1, '{0,9223372036854775806}', now(), 'infinity')",
    "ALTER TABLE hotspot DISABLE ROW LEVEL SECURITY",
    "CREATE POLICY mine ON hotspot TO bando_service USING (true)",
    "CREATE FUNCTION public.scope() RETURNS int8multirange LANGUAGE sql AS 'SELECT NULL'",
    "CREATE TEMP TABLE session AS SELECT 1",
    "UPDATE hotspot SET scope_key = scope_key",
    "DELETE FROM hotspot_event",
    "COPY hotspot TO PROGRAM 'true'",
    "SET row_security = off; SELECT * FROM hotspot",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_injected_sql_gains_no_row(still: Still, attack: str) -> None:
    with still.engines.service.connect() as conn:
        try:
            conn.exec_driver_sql(attack)
        except DBAPIError:
            conn.rollback()
        assert _count(conn, "hotspot") == 0


def test_token_of_one_transaction_does_not_reach_the_next(fresh_engines, world) -> None:
    whole = _open(fresh_engines, world, "whole", national=True)
    with use_case(fresh_engines.service, token=whole) as conn:
        backend = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
        assert _count(conn, "hotspot") == 2
    for _ in range(3):
        with use_case(fresh_engines.service) as conn:
            assert _count(conn, "hotspot") == 0
            backend = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
    assert backend


def test_closed_expired_and_disabled_sessions_open_nothing(fresh_engines, world) -> None:
    token = _open(fresh_engines, world, "gone", national=True)
    with use_case(fresh_engines.login) as conn:
        assert accounts.session_actor(conn, token) is not None
    with use_case(fresh_engines.owner) as conn:
        accounts.set_disabled(conn, login="gone", disabled=True)
    with use_case(fresh_engines.login) as conn:
        assert accounts.session_actor(conn, token) is None
    with use_case(fresh_engines.service, token=token) as conn:
        assert _count(conn, "hotspot") == 0
    with use_case(fresh_engines.owner) as conn:
        accounts.set_disabled(conn, login="gone", disabled=False)
        account_id = accounts.find_account(conn, "gone").account_id
    with use_case(fresh_engines.login) as conn:
        late = accounts.open_session(conn, account_id, lifetime=timedelta(seconds=-1))
        assert accounts.session_actor(conn, late) is None
    with use_case(fresh_engines.service, token=late) as conn:
        assert _count(conn, "hotspot") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hotspot_event SET effective_on = '2020-01-01'",
        "UPDATE hotspot_event SET state = 'delisted'",
        "DELETE FROM hotspot_event",
        "DELETE FROM assessment",
        "UPDATE submission SET submitted_on = '2020-01-01'",
        "TRUNCATE hotspot_event CASCADE",
        "UPDATE boundary_set SET state = 'draft'",
        "UPDATE boundary_set SET act = 'khác'",
        "UPDATE unit_version SET name = 'khác'",
        "UPDATE unit_version SET geom = geom",
    ],
)
@pytest.mark.parametrize("role", ["owner", "operator"])
def test_facts_cannot_be_changed_not_even_by_the_owner(
    still: Still, role: str, statement: str
) -> None:
    with pytest.raises(DBAPIError), use_case(getattr(still.engines, role)) as conn:
        conn.exec_driver_sql(statement)


def test_scope_key_may_follow_a_new_set(fresh_engines, world) -> None:
    with use_case(fresh_engines.operator) as conn:
        for table in ("hotspot", "hotspot_event"):
            conn.exec_driver_sql(f"UPDATE {table} SET scope_key = scope_key")


def test_N1_person_derived_indicator_is_refused_above_commune(fresh_engines, world) -> None:
    with pytest.raises(DBAPIError, match="person_derived"), use_case(fresh_engines.owner) as conn:
        conn.execute(
            insert(tables.observation).values(
                unit_key=world["province"],
                level="province",
                indicator_id="I06",
                period_id="M2026-01",
                value=1,
                provenance="reported",
                import_id=1,
            )
        )


def test_two_active_sets_cannot_hold_the_same_day(fresh_engines, world) -> None:
    with pytest.raises(DBAPIError, match="one_active_per_day"), use_case(fresh_engines.owner) as c:
        c.execute(
            insert(tables.boundary_set).values(
                content_hash="d" * 64,
                title="Thử 2",
                valid_from=date(2026, 1, 1),
                act="thử",
                provenance="imported",
                source_name="test",
                source_sha256="0" * 64,
                state="active",
                activated_at=datetime.now(UTC),
            )
        )


def test_audit_chain_is_verified_and_a_forged_line_is_named(fresh_engines) -> None:
    with use_case(fresh_engines.operator) as conn:
        for n in range(5):
            head = audit.append(conn, actor="t", action="test", subject={"n": n, "tên": "Hoà"})
        state = audit.verify(conn)
    assert (state.entry_count, state.head, state.broken_seq) == (5, head, None)
    for role in ("operator", "service", "login", "owner"):
        with pytest.raises(DBAPIError), use_case(getattr(fresh_engines, role)) as conn:
            conn.exec_driver_sql("UPDATE audit_entry SET actor = 'x' WHERE seq = 3")
    with use_case(fresh_engines.owner) as conn:
        conn.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER append_only")
        conn.exec_driver_sql("UPDATE audit_entry SET actor = 'x' WHERE seq = 3")
        assert audit.verify(conn).broken_seq == 3


def test_area_right_survives_a_merge_and_hides_mixed_units(fresh_engines) -> None:
    def key(set_id: int, ordinal: int) -> int:
        return set_id << tables.UNIT_KEY_SHIFT | ordinal

    units = [
        (key(s, o), None if o == 0 else key(s, min(o - 1, 1)), s)
        for s, last in ((1, 7), (2, 4))
        for o in range(last + 1)
    ]
    # Old 2 and 3 become new 2; old 4 and a part of old 5 new 3; the rest new 4.
    changes = [
        (key(1, old), key(2, new))
        for old, new in ((2, 2), (3, 2), (4, 3), (5, 3), (5, 4), (6, 4), (7, 4))
    ]

    def sight(*given: int) -> list[tuple[int, int]]:
        found = accounts.follow_area(units, changes, given=[(k, k) for k in given])
        return accounts.compress(found)

    assert sight(key(2, 2)) == [(key(1, 2), key(1, 3)), (key(2, 2), key(2, 2))]
    assert sight(key(2, 3)) == [(key(1, 4), key(1, 4)), (key(2, 3), key(2, 3))]
    assert sight(key(1, 2)) == [(key(1, 2), key(1, 2))]
    assert sight(key(1, 2), key(1, 3)) == [(key(1, 2), key(1, 3)), (key(2, 2), key(2, 2))]
    assert accounts.compress([]) == []


def test_scope_function_is_read_once_per_query_and_uses_the_index(fresh_engines, world) -> None:
    token = _open(fresh_engines, world, "one", areas=[world["province"]])
    with use_case(fresh_engines.service, token=token) as conn:
        conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = "\n".join(conn.execute(text("EXPLAIN SELECT * FROM hotspot")).scalars())
        seen = conn.execute(select(tables.hotspot.c.scope_key)).scalars().all()
    assert "InitPlan" in plan
    assert "ix_hotspot_scope_key" in plan
    assert seen == [world["first"]]


def test_the_service_signs_the_trail_as_its_session_and_as_nobody_else(
    fresh_engines, world
) -> None:
    token = _open(fresh_engines, world, "one", areas=[world["province"]])
    with use_case(fresh_engines.service, token=token) as conn:
        audit.append(conn, actor="admin", action="export", subject={})
    for forged in (None, "forged"):
        with (
            pytest.raises(DBAPIError, match="audit_without_session"),
            use_case(fresh_engines.service, token=forged) as conn,
        ):
            audit.append(conn, actor="admin", action="export", subject={})
    with use_case(fresh_engines.operator) as conn:
        signed = conn.execute(
            text("SELECT actor FROM audit_entry WHERE action = 'export'")
        ).scalars()
        assert list(signed) == ["one"]
        assert audit.verify(conn).broken_seq is None
