"""Raw SQL as the role of the web's imports: nothing of somebody else's is added to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from geo.store import accounts, tables
from geo.store.engine import use_case
from tests.store.test_locks import PATROL_CELL, small_world
from tests.support.postgres import Engines, Server, engines_of

BATCH = (
    "INSERT INTO import_batch (kind, source_name, source_sha256, row_count, provenance, actor)"
    " VALUES ('population', 't', '0', 1, 'imported', :actor) RETURNING import_id"
)


@dataclass(frozen=True)
class Land:
    """Two provinces of one commune each, with every fact in both; ``one`` has the first."""

    engines: Engines
    token: str
    names: dict[str, int]


@pytest.fixture(scope="module")
def land(server: Server) -> Iterator[Land]:
    with server.clone() as database:
        made = engines_of(database)
        with use_case(made.owner) as conn:
            keys = small_world(conn)
            account = accounts.add_account(
                conn,
                login="one",
                password_hash="x",  # noqa: S106 - of an account that lives as long as the test
                role="planner",
                national=False,
                area_keys=[keys["province"]],
            )
            # The units of this small world share one square: here their land lies apart.
            found = conn.execute(
                text(
                    "SELECT h.hotspot_id, e.event_id, h.scope_key, h.import_id"
                    " FROM hotspot AS h JOIN hotspot_event AS e USING (hotspot_id) ORDER BY 1"
                )
            ).all()
            one, two = found
            names = {
                **keys,
                "their_place": two.hotspot_id,
                "their_event": two.event_id,
                "own_place": one.hotspot_id,
                "their_import": two.import_id,
                "country": keys["first"] - 2,
            }
            for kind in ("feature", "patrol"):
                ids = conn.execute(text(f"SELECT {kind}_id FROM {kind} ORDER BY 1")).scalars()
                names[f"own_{kind}"], names[f"their_{kind}"] = ids
            conn.execute(
                text(
                    "INSERT INTO import_layout (name, kind, signature, layout, actor)"
                    " VALUES ('mau-1', 'observations', 's', '{}', 'command')"
                )
            )
        with use_case(made.login) as conn:
            token = accounts.open_session(conn, account, lifetime=timedelta(hours=1))
        with use_case(made.intake, token=token) as conn:
            names["own_closed"] = conn.execute(text(BATCH), {"actor": "one"}).scalar_one()
        yield Land(made, token, names)
        made.dispose()


def fact(table: str, columns: str, values: str, *, batch: str = ":batch") -> str:
    return (
        f"INSERT INTO {table} ({columns}, provenance, import_id)"
        f" VALUES ({values}, 'imported', {batch})"
    )


# What a fact of each table says, beside its unit; by table: (column of the unit, columns, values).
FACTS = {
    "hotspot": (
        "scope_key",
        "source, source_ref, kind, position, position_precision, cell",
        "'o', 'x1', 'diem_phuc_tap', 'SRID=4326;POINT(105.5 20.5)', 'h3_10', 1",
    ),
    "submission": ("unit_key", "period_id, due_before, submitted_on", "'M2026-02', now(), now()"),
    "observation": (
        "unit_key",
        "level, indicator_id, period_id, value",
        "'commune','I01','M2026-02',1",
    ),
    "assessment": ("unit_key", "period_id, workflow_state", "'Y2025', 'ra_soat'"),
    "population": ("unit_key", "counted_on, basis, persons", "'2026-03-01', 'uoc_tinh', 1"),
    "campaign": (
        "unit_key",
        "ref, kind, starts_on, ends_before",
        "'c9', 'dot_cao_diem', '2026-01-01', '2026-02-01'",
    ),
    "community_model": (
        "unit_key",
        "ref, kind, state, effective_on",
        "'m9', 'truong_hoc', 'dang_hoat_dong', '2026-01-01'",
    ),
    "subcommune": ("unit_key", "code, name, kind, valid_from", "'t9', 'T', 'thon', '2026-01-01'"),
    "subcommune_status": (
        "unit_key",
        "code, item, value, effective_on",
        "'t9', 'ra_soat', 'co', '2026-01-01'",
    ),
    "target_number": ("unit_key", "plan, target, year, mark", "'s1', 'done', 2026, 'dat'"),
}
EVENT = "hotspot_id, scope_key, state, effective_on, unit_key, actor_role"
FEATURE = fact(
    "feature",
    "feature_id, kind, source, source_ref, valid_from, geom",
    "900, 'truong_hoc', 'o', 'f9', '2026-01-01', 'SRID=4326;POINT(105.5 20.5)'",
)
PATROL = fact(
    "patrol",
    "patrol_id, source, source_ref, started_at, ended_at, fix_count, dropped_count, jump_count,"
    " gap_count, gap_s, distance_m, moving_s, standing_s, fixes_file, fixes_sha256, geom",
    "900, 'o', 'p9', now(), now(), 1, 0, 0, 0, 0, 0, 0, 0, 'f', '0',"
    " 'SRID=4326;MULTILINESTRING((105.5 20.5, 105.6 20.5))'",
)
PIECE = (
    "INSERT INTO feature_piece (feature_id, set_id, unit_key, geom, length_m, area_m2)"
    " VALUES ({0}, :set_id, {1}, 'SRID=4326;POINT(105.5 20.5)', 0, 0)"
)
TRACK = (
    "INSERT INTO patrol_track (patrol_id, set_id, unit_key, distance_m, seconds)"
    " VALUES ({0}, :set_id, {1}, 0, 0)"
)
CELL = (
    "INSERT INTO patrol_cell (patrol_id, month, cell, unit_key, seconds, fix_count)"
    f" VALUES ({{0}}, '2026-05-01', {PATROL_CELL}, {{1}}, 1, 1)"
)
UNIT = (
    "INSERT INTO hotspot_unit (hotspot_id, set_id, unit_key, basis)"
    " VALUES ({0}, :set_id, {1}, 'given')"
)
LAYOUT = (
    "INSERT INTO import_layout (name, kind, signature, layout, actor)"
    " VALUES ('{0}', 'observations', 's', '{{}}', '{1}')"
)
STEP = (
    "INSERT INTO report_step (unit_key, period_id, step, at_level, reason_code, actor, actor_role,"
    " provenance) VALUES ({0}, 'M2026-01', 'returned', 'commune', 'sai_so_lieu', '{1}', 'planner',"
    " 'reported')"
)
ASSESSING = (
    "INSERT INTO assessment_step (unit_key, period_id, step, effective_on, actor, actor_role)"
    " VALUES ({0}, '{1}', 'ra_soat', '2025-12-20', '{2}', 'planner')"
)
# Land that is far from every place of these tests.
FAR = "SRID=4326;MULTIPOLYGON(((107 11,107.1 11,107.1 11.1,107 11.1,107 11)))"


def _facts(unit: str, batch: str) -> dict[str, list[str]]:
    return {
        table: [fact(table, f"{key}, {columns}", f"{unit}, {values}", batch=batch)]
        for table, (key, columns, values) in FACTS.items()
    }


def _event(place: str, scope: str, unit: str, *, more: str = "", value: str = "") -> str:
    values = f"{place}, {scope}, 'listed', '2026-02-01', {unit}, 'reporter'"
    return fact("hotspot_event", EVENT + more, values + value)


GOOD = {
    **_facts(":first", ":batch"),
    "hotspot_event": [_event(":own_place", ":first", ":first")],
    "feature with its piece": [FEATURE, PIECE.format(900, ":first")],
    "patrol with its pieces": [PATROL, TRACK.format(900, ":first"), CELL.format(900, ":first")],
    "import_undo": [
        "INSERT INTO import_undo (import_id, reason_code, actor)"
        " VALUES (:own_closed, 'sai_tep', 'one')"
    ],
    "import_layout": [LAYOUT.format("mau-2", "one"), LAYOUT.format("mau-2", "one")],
}
ATTACKS = {
    **{f"{name} outside": told for name, told in _facts(":second", ":batch").items()},
    **{f"{name}, their import": told for name, told in _facts(":first", ":their_import").items()},
    **{f"{name}, a closed import": told for name, told in _facts(":first", ":own_closed").items()},
    "event of their place": [_event(":their_place", ":first", ":first")],
    "event in their scope": [_event(":their_place", ":second", ":second")],
    "event that corrects theirs": [
        _event(
            ":own_place",
            ":first",
            ":first",
            more=", supersedes, reason_code",
            value=", :their_event, 'sai'",
        )
    ],
    "event of another unit": [_event(":own_place", ":first", ":second")],
    "unit of a place of another import": [UNIT.format(":own_place", ":first")],
    "unit of their place": [UNIT.format(":their_place", ":second")],
    "piece of their feature": [PIECE.format(":their_feature", ":first")],
    "piece of a feature of another import": [PIECE.format(":own_feature", ":first")],
    "piece beyond the scope": [FEATURE, PIECE.format(900, ":second")],
    "track of their patrol": [TRACK.format(":their_patrol", ":first")],
    "track of a patrol of another import": [TRACK.format(":own_patrol", ":first")],
    "cell of their patrol": [CELL.format(":their_patrol", ":second")],
    "cell where the patrol was not": [
        PATROL,
        TRACK.format(900, ":first"),
        CELL.format(900, ":second"),
    ],
    "feature of their import": [FEATURE.replace(":batch", ":their_import")],
    "patrol of their import": [PATROL.replace(":batch", ":their_import")],
    "undo of their import": [
        "INSERT INTO import_undo (import_id, reason_code, actor)"
        " VALUES (:their_import, 'sai_tep', 'one')"
    ],
    "layout of a command": [LAYOUT.format("mau-1", "one")],
    "layout signed by another": [LAYOUT.format("mau-3", "two")],
    "import signed by another": [BATCH.replace(":actor", "'two'")],
    "import with a number taken ahead": [
        BATCH.replace("(kind", "(import_id, kind")
        .replace("('pop", "(99999, 'pop")
        .replace("VALUES", "OVERRIDING SYSTEM VALUE VALUES")
        .replace(":actor", "'one'")
    ],
    "import of another moment": [
        BATCH.replace("(kind", "(recorded_at, kind")
        .replace("('pop", "(now(), 'pop")
        .replace(":actor", "'one'")
    ],
    # More of these in test_report_locks.py.
    "step of their report": [STEP.format(":second", "one")],
    "step of another level": [STEP.format(":first", "one")],
    "step signed by another": [STEP.format(":first", "two")],
    # More of these in test_assessment_locks.py.
    "step of their assessment": [ASSESSING.format(":second", "Y2026", "one")],
    "step of another role's duty": [ASSESSING.format(":first", "Y2026", "one")],
    "step of an assessment signed by another": [ASSESSING.format(":first", "Y2026", "two")],
    "a trail of another's": ["SELECT * FROM audit_entry"],
}
CODES = {"42501"}


def _do(conn: Connection, land: Land, statements: list[str]) -> None:
    batch = conn.execute(text(BATCH), {"actor": "one"}).scalar_one()
    for statement in statements:
        conn.execute(text(statement), {**land.names, "batch": batch})


def test_every_table_that_the_role_may_insert_into_is_attacked(land: Land) -> None:
    with use_case(land.engines.owner) as conn:
        may = set(
            conn.execute(
                text(
                    "SELECT c.relname FROM pg_class AS c WHERE c.relkind = 'r'"
                    " AND c.relnamespace = 'public'::regnamespace"
                    " AND has_any_column_privilege('bando_intake', c.oid, 'INSERT')"
                )
            ).scalars()
        )
    attacked = {
        words.split("INTO ")[1].split(" ")[0]
        for told in ATTACKS.values()
        for words in told
        if "INTO" in words
    }
    assert may == attacked
    assert may <= set(tables.metadata.tables)


@pytest.mark.parametrize("name", GOOD)
def test_what_is_within_the_scope_comes_in(land: Land, name: str) -> None:
    with land.engines.intake.connect() as conn, conn.begin() as transaction:
        conn.execute(text("SELECT set_config('bando.token', :token, true)"), {"token": land.token})
        _do(conn, land, GOOD[name])
        transaction.rollback()


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_is_written_beside_the_own_import(land: Land, name: str) -> None:
    with (
        pytest.raises(DBAPIError) as refused,
        use_case(land.engines.intake, token=land.token) as conn,
    ):
        _do(conn, land, ATTACKS[name])
    assert getattr(refused.value.orig, "sqlstate", None) in CODES


@pytest.mark.parametrize(
    ("parent", "child"),
    [
        (
            fact(
                "hotspot",
                "hotspot_id, scope_key, source, source_ref, kind, position, position_precision,"
                " cell",
                "900, :first, 'o', 'x2', 'diem_phuc_tap', 'SRID=4326;POINT(103 22)', 'h3_10', 1",
            ),
            UNIT,
        ),
        (PATROL.replace("105.5 20.5, 105.6 20.5", "103 22, 103.1 22"), TRACK),
    ],
)
def test_pieces_beyond_the_scope_lie_where_the_whole_lies(
    land: Land, parent: str, child: str
) -> None:
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        use_case(land.engines.intake, token=land.token) as conn,
    ):
        _do(conn, land, [parent, child.format(900, ":second")])
    with land.engines.intake.connect() as conn, conn.begin() as transaction:
        conn.execute(text("SELECT set_config('bando.token', :token, true)"), {"token": land.token})
        near = parent.replace("(103 22)", "(105.5 20.5)").replace("103 22", "105.5 20.5")
        _do(conn, land, [near, child.format(900, ":second")])
        transaction.rollback()


@pytest.mark.parametrize("role", ["reporter", "patrol_lead", "steward"])
def test_only_who_plans_registers_numbers_of_targets(land: Land, role: str) -> None:
    with use_case(land.engines.owner) as conn:
        account = accounts.add_account(
            conn,
            login=f"no-{role}",
            password_hash="x",  # noqa: S106 - of an account that lives as long as the test
            role=role,
            national=True,
            area_keys=[],
        )
    with use_case(land.engines.login) as conn:
        token = accounts.open_session(conn, account, lifetime=timedelta(hours=1))
    key, columns, values = FACTS["target_number"]
    statement = text(fact("target_number", f"{key}, {columns}", f":first, {values}"))
    with land.engines.intake.connect() as conn, conn.begin():
        conn.execute(text("SELECT set_config('bando.token', :token, true)"), {"token": token})
        batch = conn.execute(text(BATCH), {"actor": f"no-{role}"}).scalar_one()
        with pytest.raises(DBAPIError, match="row-level security"):
            conn.execute(statement, {**land.names, "batch": batch})


def test_a_session_that_ends_midway_writes_nothing(land: Land) -> None:
    with use_case(land.engines.owner) as conn:
        account = accounts.add_account(
            conn,
            login="short",
            password_hash="x",  # noqa: S106 - of an account that lives as long as the test
            role="planner",
            national=True,
            area_keys=[],
        )
    with use_case(land.engines.login) as conn:
        token = accounts.open_session(conn, account, lifetime=timedelta(hours=1))
    key, columns, values = FACTS["population"]
    statement = text(fact("population", f"{key}, {columns}", f":first, {values}"))
    with land.engines.intake.connect() as conn, conn.begin():
        conn.execute(text("SELECT set_config('bando.token', :token, true)"), {"token": token})
        batch = conn.execute(text(BATCH), {"actor": "short"}).scalar_one()
        with use_case(land.engines.login) as other:
            accounts.close_session(other, token)
        with pytest.raises(DBAPIError, match="row-level security"):
            conn.execute(statement, {**land.names, "batch": batch})
    with use_case(land.engines.operator) as conn:
        found = conn.execute(text("SELECT count(*) FROM import_batch WHERE actor = 'short'"))
        assert found.scalar_one() == 0
