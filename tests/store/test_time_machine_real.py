"""The time machine on the nation's real boundaries: 84,382 places and a year's figures of 2024."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Connection, text

from geo.indicators import INDICATORS
from geo.period import parse_period
from geo.store import change_file, map_index, records
from geo.store.accounts import ALL_KEYS
from geo.store.aggregates import compute
from geo.store.boundary_sets import set_by_id, write_draft
from geo.store.carried_figures import as_vector
from geo.store.change_import import plan_changes, write_plan
from geo.store.figures import carry_figures
from geo.store.places import append_places
from geo.store.unit_graph import load_graph
from tests.store.test_change_import import SETS, units_of
from tests.support import small_world

YEAR = parse_period("Y2024")
pytestmark = [pytest.mark.real_data, pytest.mark.long]


@pytest.fixture
def nation(operator_conn: Connection, real_data: Path) -> tuple[int, int]:
    """The sets of 2024 and 2025, connected by the law's list."""
    ids = []
    for name, day, end in (SETS[1], (SETS[2][0], SETS[2][1], None)):
        meta = small_world.meta_of(f"{day}", day, end)
        set_id = write_draft(operator_conn, units_of(real_data, name, day, some=False), meta=meta)
        small_world.put_in_force(operator_conn, set_id)
        ids.append(set_id)
    file = change_file.read(real_data / "crosswalk_2025.csv", changed_on=SETS[2][1])
    old, new = (set_by_id(operator_conn, one) for one in ids)
    made = plan_changes(operator_conn, file, earlier=old, later=new, skip_refused=True)
    write_plan(operator_conn, made, file, actor="test")
    return ids[0], ids[1]


def test_figures_and_places_of_2024_stand_on_the_borders_of_2025_with_exact_totals(
    operator_conn: Connection, nation: tuple[int, int], real_data: Path
) -> None:
    conn, (old, new) = operator_conn, nation
    places = _append_all_places(conn, real_data)
    told = _append_figures(conn, old)
    compute(conn, as_of=date(2025, 12, 31))
    totals = dict(
        conn.execute(
            text(
                "SELECT unit_key >> 20, active_count FROM unit_count"
                " WHERE period_id = 'M2025-08' AND unit_key IN (:old, :new)"
            ),
            {"old": old << 20, "new": new << 20},
        ).all()
    )
    # Places are counted where they lie: both sets account for every one of them.
    assert totals == {old: places, new: places}

    graph = load_graph(conn)
    for indicator, total in told.items():
        for level in ("commune", "province"):
            one = INDICATORS[indicator]
            if level != "commune" and one.person_derived:
                continue
            carried = carry_figures(
                conn, graph, set_id=new, ranges=[ALL_KEYS], period=YEAR, indicator=one
            )
            order = map_index.unit_order(conn, new, level=level)
            vector = as_vector(carried, graph, order, level=level, share=False)
            outside = vector.total.outside or 0
            assert sum(value or 0 for value in vector.values) + outside == total
            assert vector.total.value == total
            if level == "commune":
                assert 100 < vector.statuses.count("e") < 900
                assert vector.statuses.count("c") > 1500


def _append_all_places(conn: Connection, folder: Path) -> int:
    poi = pd.read_parquet(folder / "points" / "vn_osm_poi.parquet")
    refs = [f"P{n}" for n in range(len(poi))]
    places = pd.DataFrame(
        {
            "source": "thu",
            "source_ref": refs,
            "kind": "diem_phuc_tap",
            "lng": poi["lon"].to_numpy(),
            "lat": poi["lat"].to_numpy(),
        }
    )
    events = pd.DataFrame(
        {
            "source_ref": refs,
            "state": "listed",
            "effective_on": date(2025, 2, 1),
            "actor_role": "reporter",
            "document_no": None,
        },
        index=pd.RangeIndex(1, len(poi) + 1),
    )
    report = append_places(
        conn, places, events, provenance="simulated", import_id=small_world.batch(conn)
    )
    return report.place_count


def _append_figures(conn: Connection, old: int) -> dict[str, int]:
    keys = np.array(
        conn.execute(
            text(
                "SELECT unit_key FROM unit_version WHERE set_id = :id AND level = 'commune'"
                " AND assessable ORDER BY unit_key"
            ),
            {"id": old},
        )
        .scalars()
        .all()
    )
    rng = np.random.default_rng(2024)
    totals = {}
    for indicator in ("I01", "I06", "I08", "I10", "I24"):
        values = rng.poisson(rng.lognormal(0.5, 1.2, keys.size))
        totals[indicator] = int(values.sum())
        frame = pd.DataFrame(
            {
                "unit_key": keys,
                "indicator_id": indicator,
                "period_id": YEAR.id,
                "value": values,
                "numerator": np.nan,
                "denominator": np.nan,
            }
        )
        batch = small_world.batch(conn, "observations")
        records.append_observations(conn, frame, provenance="simulated", import_id=batch)
    return totals
