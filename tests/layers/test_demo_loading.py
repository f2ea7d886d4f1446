import json
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from api.cli import demo as commands
from api.settings import Settings
from geo import hotspots as life
from geo.errors import Conflict, Refused, Unavailable
from geo.store import records
from geo.store.boundary_sets import list_sets
from geo.store.demo_sources import DemoSources, read_sources
from geo.store.engine import use_case
from geo.store.tables import SUBCOMMUNE_ITEMS
from layers import demo
from layers.demo import loading
from layers.demo.hotspots import AS_OF
from layers.demo.simulation import SEED, DemoData, make_data
from tests.support.demo_world import TWO_PROVINCES, demo_sources, two_provinces, world_atlas
from tests.support.postgres import Engines, Server, engines_of

TABLES = (
    *("boundary_set", "unit_version", "unit_change", "import_batch", "hotspot", "hotspot_event"),
    *("hotspot_unit", "submission", "observation", "assessment", "period_run", "unit_count"),
    *("cell_count", "unit_class"),
    *("feature", "feature_piece", "population", "campaign", "community_model"),
    *("subcommune", "subcommune_status"),
)


def load(engines: Engines, home: Path) -> demo.LoadReport:
    return demo.load(
        engines.operator,
        world_atlas=world_atlas(),
        tiles_folder=home / "tiles",
        provinces=TWO_PROVINCES,
    )


def remove(engines: Engines, home: Path) -> dict[str, int]:
    return demo.remove(engines.owner, engines.operator, tiles_folder=home / "tiles", as_of=AS_OF)


def row_counts(engines: Engines) -> dict[str, int]:
    with use_case(engines.operator) as conn:
        return {
            table: conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in TABLES
        }


@pytest.fixture(autouse=True, scope="module")
def made_once() -> Iterator[None]:
    """Let every load of two provinces take what was made once; what is tested is the loading."""

    def make(
        sources: DemoSources, *, seed: int = SEED, provinces: tuple[str, ...] | None = None
    ) -> DemoData:
        if provinces == TWO_PROVINCES and seed == SEED:
            return two_provinces()
        return make_data(sources, seed=seed, provinces=provinces)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "make_data", make)
        patch.setattr(loading, "read_sources", lambda _: demo_sources())
        yield


@dataclass(frozen=True)
class Standing:
    """A loaded demo that tests only look at."""

    engines: Engines
    home: Path


@pytest.fixture(scope="module")
def standing(
    server: Server, made_once: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Standing]:
    with server.clone() as database:
        engines = engines_of(database)
        home = tmp_path_factory.mktemp("home")
        load(engines, home)
        yield Standing(engines, home)
        engines.dispose()


@pytest.fixture
def loaded(fresh_engines: Engines, tmp_path: Path) -> Engines:
    load(fresh_engines, tmp_path)
    return fresh_engines


def test_demo_loads_reconciles_and_leaves_nothing_when_removed(
    loaded: Engines, tmp_path: Path
) -> None:
    made = two_provinces()
    counts = row_counts(loaded)
    assert counts["hotspot"] == len(made.hotspots.places)
    assert counts["hotspot_event"] == len(made.hotspots.events)
    assert counts["submission"] == len(made.reports.submissions)
    assert counts["observation"] == len(made.reports.observations) + len(made.corrections)
    assert counts["assessment"] == len(made.assessments)
    features = ("facilities", "routes", "patrol-areas")
    assert counts["feature"] == sum(len(made.records[kind]) for kind in features)
    # Of the day of the newest set and of both before it: a piece at least on each.
    assert counts["feature_piece"] >= 3 * counts["feature"]
    assert counts["population"] == len(made.records["population"])
    assert counts["campaign"] == len(made.records["campaigns"])
    assert counts["community_model"] == len(made.records["models"])
    assert counts["subcommune"] == len(made.records["subcommunes"])
    items = made.records["subcommune-status"][list(SUBCOMMUNE_ITEMS)]
    assert counts["subcommune_status"] == items.notna().to_numpy().sum()
    with use_case(loaded.operator) as conn:
        assert [s.state for s in list_sets(conn)] == ["active"] * 3
        assert all(s.simulated and s.illustrative for s in list_sets(conn))
        assert not conn.execute(
            text("SELECT count(*) FROM hotspot WHERE provenance <> 'simulated'")
        ).scalar_one()
        # Of the periods since the first set's first day.
        assert conn.execute(
            text("SELECT bool_and(simulated) FROM period_run WHERE ends_before > '2023-01-01'")
        ).scalar_one()
    files = {path.name for path in (tmp_path / "tiles").iterdir()}
    assert len(files) == 3

    assert load(loaded, tmp_path).counts["compute"]["computed"] == 0
    assert row_counts(loaded) == counts

    deleted = remove(loaded, tmp_path)
    assert deleted["boundary_set"] == 3
    assert deleted["hotspot"] == counts["hotspot"]
    assert row_counts(loaded) == dict.fromkeys(TABLES, 0)
    assert not list((tmp_path / "tiles").iterdir())
    assert remove(loaded, tmp_path)["hotspot"] == 0


def test_demo_totals_reconcile_by_unit_cell_and_life(standing: Standing) -> None:
    made = two_provinces()
    events = made.hotspots.events
    lives = life.make_lives(
        np.unique(events["source_ref"], return_inverse=True)[1],
        events["effective_on"].to_numpy(dtype="datetime64[D]"),
        life.state_codes(events["state"]),
        hotspot_count=events["source_ref"].nunique(),
    )
    with use_case(standing.engines.operator) as conn:
        rows = conn.execute(
            text(
                """
                SELECT r.period_id, r.starts_on, r.ends_before, u.set_id,
                    sum(c.active_count) FILTER (WHERE u.level = 'country') AS country,
                    sum(c.active_count) FILTER (WHERE u.level = 'commune') AS communes,
                    sum(c.eliminated_count) FILTER (WHERE u.level = 'country') AS eliminated,
                    (SELECT sum(k.active_count) FROM cell_count AS k
                     WHERE k.period_id = r.period_id AND k.resolution = 7) AS cells
                FROM period_run AS r JOIN unit_count AS c USING (period_id)
                JOIN unit_version AS u USING (unit_key)
                GROUP BY r.period_id, r.starts_on, r.ends_before, u.set_id
                """
            )
        ).all()
    assert len({row.period_id for row in rows}) > 40
    for row in rows:
        told = life.count_in(lives, starts_on=row.starts_on, ends_before=row.ends_before)
        assert row.country == row.communes == (row.cells or 0) == told.active.sum(), row.period_id
        assert row.eliminated == told.eliminated.sum(), row.period_id


def test_merged_commune_inherits_no_class(standing: Standing) -> None:
    with use_case(standing.engines.operator) as conn:
        inherited = conn.execute(
            text(
                """
                SELECT count(*) FROM unit_class AS k JOIN period_run AS r USING (period_id)
                JOIN unit_version AS u USING (unit_key) JOIN boundary_set AS b USING (set_id)
                WHERE b.valid_from = '2025-07-01' AND k.period_id = 'M2025-09'
                  AND u.level = 'commune' AND k.class NOT IN ('chua_danh_gia')
                  AND EXISTS (SELECT FROM unit_change AS c WHERE c.to_key = u.unit_key
                              AND c.kind IN ('merge', 'split'))
                """
            )
        ).scalar_one()
    assert inherited == 0


@pytest.mark.parametrize("step", ["append_places", "append_assessments"])
def test_a_load_that_was_cut_short_is_completed_by_the_next(
    fresh_engines: Engines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def dies(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as cut:
        cut.setattr(records, step, dies)
        with pytest.raises(RuntimeError, match="power"):
            load(fresh_engines, tmp_path)
    with use_case(fresh_engines.operator) as conn:
        assert demo.is_unfinished(demo.status(conn), tiles_folder=tmp_path / "tiles")
    load(fresh_engines, tmp_path)
    with use_case(fresh_engines.operator) as conn:
        assert not demo.is_unfinished(demo.status(conn), tiles_folder=tmp_path / "tiles")
    assert row_counts(fresh_engines)["hotspot"] == len(two_provinces().hotspots.places)
    assert row_counts(fresh_engines)["assessment"] == len(two_provinces().assessments)


def test_a_demo_of_a_release_without_context_is_completed_and_not_doubled(
    fresh_engines: Engines, tmp_path: Path
) -> None:
    older = tuple(step for step in loading.ROW_STEPS if step not in loading.RECORD_STEPS)
    with pytest.MonkeyPatch.context() as release:
        release.setattr(loading, "ROW_STEPS", older)
        load(fresh_engines, tmp_path)
    before = row_counts(fresh_engines)
    assert before["feature"] == before["subcommune"] == 0
    with use_case(fresh_engines.operator) as conn:
        assert demo.is_unfinished(demo.status(conn), tiles_folder=tmp_path / "tiles")
    told = load(fresh_engines, tmp_path).counts
    assert set(loading.RECORD_STEPS) <= set(told)
    assert not set(older) & set(told)
    after = row_counts(fresh_engines)
    new = ("feature", "feature_piece", "population", "campaign", "community_model")
    new += ("subcommune", "subcommune_status", "import_batch")
    assert {t: n for t, n in before.items() if t not in new} == {
        t: n for t, n in after.items() if t not in new
    }
    assert after["import_batch"] == before["import_batch"] + len(loading.RECORD_STEPS)
    assert load(fresh_engines, tmp_path).counts.keys() == {"compute"}
    assert row_counts(fresh_engines) == after


def test_every_row_beside_the_figures_is_marked_as_simulated(standing: Standing) -> None:
    with use_case(standing.engines.operator) as conn:
        for table in ("feature", "population", "campaign", "community_model", "subcommune"):
            told = conn.execute(text(f"SELECT DISTINCT provenance FROM {table}")).scalars().all()
            assert told == ["simulated"], table
        stock = demo.status(conn)
    assert stock.row_counts["feature"] == sum(
        len(two_provinces().records[kind]) for kind in ("facilities", "routes", "patrol-areas")
    )


def test_a_lost_tile_file_is_drawn_again(standing: Standing) -> None:
    tiles = standing.home / "tiles"
    lost = next(tiles.iterdir())
    content = lost.read_bytes()
    lost.unlink()
    with use_case(standing.engines.operator) as conn:
        assert demo.is_unfinished(demo.status(conn), tiles_folder=tiles)
    load(standing.engines, standing.home)
    assert lost.read_bytes() == content


def test_another_demo_is_refused_until_the_first_is_removed(standing: Standing) -> None:
    with pytest.raises(Conflict) as refused:
        demo.load(
            standing.engines.operator,
            world_atlas=world_atlas(),
            tiles_folder=standing.home / "tiles",
            provinces=("33",),
        )
    assert refused.value.code == "demo_other_in_store"


def test_unknown_provinces_are_refused(fresh_engines: Engines, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        demo.load(
            fresh_engines.operator,
            world_atlas=world_atlas(),
            tiles_folder=tmp_path,
            provinces=("33", "99"),
        )
    assert refused.value.code == "demo_unknown_provinces"


def test_demo_is_not_loaded_beside_real_boundaries(fresh_engines: Engines, tmp_path: Path) -> None:
    from geo.store.activation import activate
    from geo.store.boundary_sets import SetMeta, write_draft

    with use_case(fresh_engines.operator) as conn:
        communes = two_provinces().country.sets[2].communes.head(3)
        meta = SetMeta(
            title="Thật",
            valid_from=date(2025, 7, 1),
            act="Nghị quyết",
            source_name="file",
            source_sha256="0" * 64,
        )
        activate(conn, write_draft(conn, communes, meta=meta))
    with pytest.raises(Conflict) as refused:
        load(fresh_engines, tmp_path)
    assert refused.value.code == "demo_beside_real_sets"


def test_removal_is_refused_while_real_rows_stand_on_simulated_land(
    loaded: Engines, tmp_path: Path
) -> None:
    with use_case(loaded.operator) as conn:
        key = conn.execute(
            text("SELECT unit_key FROM unit_version WHERE level = 'commune' ORDER BY 1 LIMIT 1")
        ).scalar_one()
        import_id = records.open_batch(
            conn,
            kind="submissions",
            source_name="real.csv",
            source_sha256="1" * 64,
            row_count=1,
            provenance="reported",
            actor="command",
        )
        conn.execute(
            text(
                "INSERT INTO submission (unit_key, period_id, revision, due_before, submitted_on,"
                " provenance, import_id) VALUES (:key, 'M2026-09', 9, '2026-10-15', '2026-10-01',"
                " 'reported', :import_id)"
            ),
            {"key": key, "import_id": import_id},
        )
    before = row_counts(loaded)
    with pytest.raises(Conflict) as refused:
        remove(loaded, tmp_path)
    assert refused.value.code == "demo_holds_real_rows"
    assert row_counts(loaded) == before


def test_commands_load_tell_and_remove(
    fresh_settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    home = fresh_settings.home
    (home / "npm" / "node_modules").mkdir(parents=True)
    (home / "npm" / "node_modules" / "world-atlas").symlink_to(world_atlas())
    assert commands.STATUS.run(Namespace(), fresh_settings).data["state"] == "absent"
    done = commands.LOAD.run(Namespace(provinces=TWO_PROVINCES), fresh_settings)
    assert done.ok
    assert done.counts["places_places"] > 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "điểm, tụ điểm mô phỏng" in told.err
    status = commands.STATUS.run(Namespace(), fresh_settings)
    assert status.data["state"] == "present"
    assert json.dumps(dict(status.data))
    removed = commands.REMOVE.run(Namespace(), fresh_settings)
    assert removed.counts["boundary_set"] == 3
    assert commands.STATUS.run(Namespace(), fresh_settings).data["state"] == "absent"


def test_missing_outline_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="setup-only"):
        read_sources(tmp_path)


def test_K3_the_computed_classes_of_the_demo_are_those_that_the_store_works_out(
    standing: Standing,
) -> None:
    made = two_provinces().assessments
    with use_case(standing.engines.operator) as conn:
        for period_id in ("Y2024", "H2025-1", "Y2025", "H2026-1"):
            rows = conn.execute(
                text(
                    "SELECT u.code, c.computed FROM class_result AS c"
                    " JOIN unit_version AS u USING (unit_key) WHERE c.period_id = :period"
                ),
                {"period": period_id},
            ).all()
            worked_out = dict(tuple(row) for row in rows)
            told = made[made["period_id"] == period_id].set_index("code")["computed_class"]
            assert len(told) > 20
            assert {code: worked_out[code] for code in told.index} == told.to_dict(), period_id
