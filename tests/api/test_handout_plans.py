"""Part III of a report: plans of the unit, and of those above it."""

from datetime import date

import pytest

from api.handout_plans import day_of_plans, plan_lines
from geo.indicators import SERIES
from geo.period import parse_period
from geo.store import handouts
from geo.store.accounts import ALL_KEYS
from geo.store.engine import use_case
from geo.store.map_index import find_feed_set
from geo.store.unit_graph import load_graph
from geo.units import Level
from tests.api.conftest import World
from tests.support.handout_facts import province, run_of


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("Y2025", date(2025, 12, 31)),
        ("H2026-1", date(2026, 6, 30)),
        ("M2026-09", date(2026, 9, 30)),
        # No data that late: the newest day that there is.
        ("M2026-10", date(2026, 10, 31)),
    ],
)
def test_plans_are_judged_when_a_whole_month_covers_the_window(period: str, day: date) -> None:
    facts = province(period=parse_period(period), run=run_of(period))
    assert day_of_plans(facts) == day


@pytest.mark.parametrize(("level", "code"), [("country", "VN"), ("province", "01")])
def test_A6_the_frame_is_told_with_what_is_needed_of_its_denominator(
    world: World, level: Level, code: str
) -> None:
    with use_case(world.engines.operator) as conn:
        borders = find_feed_set(conn, world.new)
        graph = load_graph(conn)
        facts = handouts.read_facts(
            conn,
            graph,
            handouts.find_head(conn, borders, level=level, code=code),
            borders,
            period=parse_period("M2026-08"),
            ranges=[ALL_KEYS],
            indicators=set(SERIES),
            as_of=date(2026, 9, 30),
        )
        lines = plan_lines(
            conn, graph, facts, ranges=[ALL_KEYS], indicators=set(SERIES), language="vi"
        )
    share = facts.figure("I15")
    assert share is not None
    told = [one for one in lines if one.have.startswith(("33,3%", "20%"))]
    assert told, lines
    parts = f"({share.now.numerator}/{share.now.denominator}); Tháng 08/2026"
    assert all(one.have.endswith(parts) for one in told)
    needed = -(-(share.now.denominator or 0) // 2)
    assert all(one.needed == f"≥ 50% (cần {needed})" for one in told)
    assert all(one.plan.startswith("Khung quốc gia") for one in told)
    # Of a plan above only what each unit must do by itself.
    assert level == "country" or {one.target for one in lines} == {told[0].target}
