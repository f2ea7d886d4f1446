"""The map of a past day, drawn from what was recorded by then: places, reports, decided classes."""

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Connection

from geo.period import parse_period
from geo.store import feeds, map_index, records
from geo.store.accounts import ALL_KEYS
from geo.store.aggregates import compute
from geo.store.feeds import Vector
from geo.store.known_figures import known_cells, known_period, known_world
from geo.store.places import append_places
from tests.support import small_world

AS_OF = date(2026, 9, 30)
JANUARY = parse_period("M2026-01")
# In 00003: listed on 10/01, written down on 01/03; eliminated on 20/01, written down on 01/06.
LIFE = [("k", 2.5, 0.5, [(date(2026, 1, 10), "listed"), (date(2026, 1, 20), "eliminated")])]
WRITTEN = [date(2026, 3, 1), date(2026, 6, 1)]


@pytest.fixture
def new(operator_conn: Connection) -> int:
    _, new = small_world.add_sets(operator_conn)
    batch = small_world.batch(operator_conn)
    places, events = small_world.frames_of(LIFE)
    append_places(
        operator_conn,
        places,
        events.assign(recorded_on=WRITTEN),
        provenance="simulated",
        import_id=batch,
    )
    key = small_world.key_of(operator_conn, new, "00003")
    records.append_assessments(
        operator_conn,
        pd.DataFrame(
            [(key, "M2026-01", "cong_nhan", "khong_ma_tuy", date(2026, 1, 25), date(2026, 4, 1))],
            columns=[
                *("unit_key", "period_id", "workflow_state", "decided_class", "decided_on"),
                "recorded_on",
            ],
        ),
        provenance="simulated",
        import_id=batch,
    )
    return new


def counts(
    conn: Connection, set_id: int, known: date | None, measure: feeds.CountMeasure
) -> Vector:
    world = known_world(conn, as_of=AS_OF, known=known or date(2999, 1, 1))
    order = map_index.unit_order(conn, set_id, level="commune")
    found = known_period(world, JANUARY, set_id=set_id)
    return found.counts(order, ranges=[ALL_KEYS], measure=measure)


@pytest.mark.parametrize(
    ("known", "active", "eliminated"),
    [
        (date(2026, 2, 28), None, None),  # nobody had written anything down
        (date(2026, 3, 1), 1, None),  # listed, and standing for all that was known
        (date(2026, 5, 31), 1, None),
        (date(2026, 6, 1), None, 1),
    ],
)
def test_H1_a_place_counts_from_the_day_on_which_it_was_written_down(
    operator_conn: Connection, new: int, known: date, active: int | None, eliminated: int | None
) -> None:
    assert counts(operator_conn, new, known, "active_count").values[1] == active
    assert counts(operator_conn, new, known, "eliminated_count").values[1] == eliminated
    world = known_world(operator_conn, as_of=AS_OF, known=known)
    _, found = known_cells(world, JANUARY, ranges=[ALL_KEYS], resolution=7, measure="active_count")
    assert found == ([1] if active else [])


@pytest.mark.parametrize(("known", "status"), [(date(2026, 3, 31), "a"), (date(2026, 4, 1), ".")])
def test_H1_a_class_holds_from_the_day_on_which_it_was_written_down(
    operator_conn: Connection, new: int, known: date, status: str
) -> None:
    world = known_world(operator_conn, as_of=AS_OF, known=known)
    order = map_index.unit_order(operator_conn, new, level="commune")
    found = known_period(world, JANUARY, set_id=new)
    classes = found.classes(order, ranges=[ALL_KEYS], class_values={"khong_ma_tuy": 0})
    assert classes.statuses[1] == status


def test_H1_known_for_ever_is_what_the_computed_tables_hold(
    operator_conn: Connection, new: int
) -> None:
    compute(operator_conn, as_of=AS_OF)
    order = map_index.unit_order(operator_conn, new, level="commune")
    for measure in feeds.COUNT_MEASURES:
        stored = feeds.read_counts(
            operator_conn, order, ranges=[ALL_KEYS], period_id=JANUARY.id, measure=measure
        )
        assert counts(operator_conn, new, None, measure) == stored


def test_a_set_that_is_not_in_force_is_not_known(operator_conn: Connection, new: int) -> None:
    world = known_world(operator_conn, as_of=AS_OF, known=AS_OF)
    with pytest.raises(LookupError):
        known_period(world, JANUARY, set_id=new + 1000)
