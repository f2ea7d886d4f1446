"""Two locks: what an actor of one area sees, and what SQL slipped into a request would gain."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.store import context, feeds, map_index, tables, unit_page
from geo.store.accounts import ALL_KEYS
from geo.store.engine import use_case
from tests.api.conftest import World

PERIOD = "M2026-08"
OPERATIONAL = (
    *("hotspot", "hotspot_event", "hotspot_unit", "submission", "observation"),
    *("assessment", "unit_count", "cell_count", "unit_class", "unit_figure", "class_result"),
    *("feature", "feature_piece", "subcommune", "subcommune_status"),
)


def test_actor_of_one_province_sees_the_others_as_hidden(world: World) -> None:
    body = world.browser("tinhmot").values(f"/values/active/{world.new}/{PERIOD}")
    assert body["s"] == "..ihhh"
    assert body["v"] == [2, 0, 1, None, None, None]
    assert body["total"] == {"value": 3, "outside": None, "reported": 2, "due": 3}
    provinces = world.browser("tinhmot").values(
        f"/values/active/{world.new}/{PERIOD}?level=province"
    )
    assert provinces["s"] == "ih"


def test_actor_of_one_commune_sees_nothing_of_its_province(world: World) -> None:
    browser = world.browser("xaba")
    assert browser.values(f"/values/active/{world.new}/{PERIOD}")["s"] == "h.hhhh"
    assert browser.values(f"/values/active/{world.new}/{PERIOD}?level=province")["s"] == "hh"
    share = browser.values(f"/values/drug_free_share/{world.new}/{PERIOD}?level=province")
    assert (share["s"], share["num"], share["den"]) == ("hh", [None, None], [None, None])
    assert share["total"]["value"] is None


def test_class_feed_hides_other_areas(world: World) -> None:
    body = world.browser("tinhmot").values(f"/values/class/{world.new}/{PERIOD}")
    assert body["s"] == "a..hhh"
    assert body["v"] == [None, 0, 3, None, None, None]


def test_cells_add_only_units_in_scope(world: World) -> None:
    every = world.browser("admin").json(f"/cells/active/5/{PERIOD}")
    mine = world.browser("tinhmot").json(f"/cells/active/5/{PERIOD}")
    assert sum(every["v"]) == 6
    assert sum(mine["v"]) == 3
    assert set(mine["cells"]) <= set(every["cells"])


def test_page_of_a_unit_outside_the_area_tells_geography_only(world: World) -> None:
    body = world.browser("tinhmot").json(f"/units/{world.new}/commune/00005")
    assert body["in_scope"] is False
    assert body["unit"]["name"] == "Xã 00005"
    assert body["class"] is None
    assert body["series"]["period_ids"] == []
    assert body["figures"] == []


def test_first_view_is_the_area_of_the_account(world: World) -> None:
    def homes(login: str) -> list[list[float]]:
        sets = world.browser(login).json("/boundary-sets")["sets"]
        return [one["home_bounds"] for one in sets if one["id"] == world.new]

    assert homes("admin") == [pytest.approx([105.0, 20.0, 105.7, 20.1])]
    assert homes("tinhmot") == [pytest.approx([105.0, 20.0, 105.4, 20.1])]
    assert homes("xaba") == [pytest.approx([105.2, 20.0, 105.3, 20.1])]
    assert homes("khongvung") == homes("admin")


def test_forerunner_outside_the_area_keeps_its_class_to_itself(world: World) -> None:
    own = world.browser("tinhmot").json(f"/units/{world.new}/commune/00001")
    assert own["predecessors"][0]["class"] == "loai_3"
    other = world.browser("xaba").json(f"/units/{world.new}/commune/00001")
    assert [one["class"] for one in other["predecessors"]] == [None, None]


def test_legend_of_an_actor_is_cut_from_what_it_sees(world: World) -> None:
    for login, most in (("admin", 2), ("xaba", 1)):
        layers = world.browser(login).json("/layers")["layers"]
        active = next(layer for layer in layers if layer["id"] == "active")
        assert active["legend"]["per_level"]["commune"][-1]["to"] == most


def test_account_without_an_area_sees_no_figure(world: World) -> None:
    browser = world.browser("khongvung")
    body = browser.values(f"/values/active/{world.new}/{PERIOD}")
    assert body["s"] == "hhhhhh"
    assert body["v"] == [None] * 6
    assert browser.json(f"/cells/active/7/{PERIOD}")["cells"] == []


@pytest.mark.parametrize("table", OPERATIONAL)
@pytest.mark.parametrize("token", [None, "", "x" * 43, "garbage' OR true --", "\u0111"])
def test_service_without_a_true_session_sees_no_row(
    world: World, table: str, token: str | None
) -> None:
    with use_case(world.engines.service, token=token) as conn:
        assert conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_reads_asked_for_every_key_still_give_the_sessions_rows_only(world: World) -> None:
    # As if a bug had lost the scope on the way into SQL: the second lock holds alone.
    with use_case(world.engines.service, token=world.tokens["xaba"]) as conn:
        order = map_index.unit_order(conn, world.new_id, level="commune")
        counts = feeds.read_counts(
            conn, order, ranges=[ALL_KEYS], period_id=PERIOD, measure="active_count"
        )
        found, values = feeds.read_cells(
            conn,
            ranges=[ALL_KEYS],
            period_id=PERIOD,
            set_id=world.new_id,
            resolution=7,
            measure="active_count",
        )
        one = map_index.find_feed_set(conn, world.new)
        head = unit_page.find_unit(conn, one, level="commune", code="00005")
        assert unit_page.decisions(conn, head, ranges=[ALL_KEYS]) == []
        assert context.subcommunes(conn, head, ranges=[ALL_KEYS], day=date.max) == []
        pieces, _ = context.read_pieces(
            conn,
            ranges=[ALL_KEYS],
            set_id=world.new_id,
            day=date(2026, 8, 31),
            kinds=tables.FEATURE_KINDS,
            most=99,
        )
        assert {one.unit for one in pieces} == {"00003"}
        assert unit_page.months(conn, head, ranges=[ALL_KEYS], until=date.max) == []
    assert counts.values == [None, 0, None, None, None, None]
    assert (found, values) == ([], [])


def test_reads_with_the_actors_ranges_hold_without_the_second_lock(world: World) -> None:
    # On the operator's connection no row is hidden: the scope in the query holds alone.
    with use_case(world.engines.operator) as conn:
        order = map_index.unit_order(conn, world.new_id, level="commune")
        mine = [(order.keys[1], order.keys[1])]
        counts = feeds.read_counts(
            conn, order, ranges=mine, period_id=PERIOD, measure="active_count"
        )
        shares = feeds.read_shares(conn, order, ranges=mine, period_id=PERIOD)
        classes = feeds.read_classes(
            conn, order, ranges=mine, period_id=PERIOD, class_values={"khong_ma_tuy": 0}
        )
        one = map_index.find_feed_set(conn, world.new)
        head = unit_page.find_unit(conn, one, level="commune", code="00005")
        assert unit_page.months(conn, head, ranges=mine, until=date.max) == []
        assert unit_page.decisions(conn, head, ranges=mine) == []
        assert (
            unit_page.figures(conn, head, ranges=mine, period_id=PERIOD, indicators={"I02", "I06"})
            == []
        )
        largest = feeds.largest_counts(conn, ranges=mine)["active_count"]
    assert counts.statuses == shares.statuses == classes.statuses == "h.hhhh"
    assert set(largest) == {"commune", *(f"cells_{r}" for r in (5, 6, 7, 8))}


def test_service_reads_no_whole_geometry(world: World) -> None:
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        use_case(world.engines.service, token=world.tokens["admin"]) as conn,
    ):
        conn.execute(text("SELECT geom FROM feature"))


@pytest.mark.parametrize("table", ["account", "account_area", "session", "audit_entry"])
def test_service_cannot_read_accounts_sessions_or_the_trail(world: World, table: str) -> None:
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        use_case(world.engines.service, token=world.tokens["admin"]) as conn,
    ):
        conn.execute(text(f"SELECT * FROM {table}"))


def test_service_cannot_write_any_table(world: World) -> None:
    for table in tables.metadata.tables:
        with (
            pytest.raises(DBAPIError, match="permission denied"),
            use_case(world.engines.service, token=world.tokens["admin"]) as conn,
        ):
            conn.execute(text(f"DELETE FROM {table}"))


@pytest.mark.parametrize(
    "slipped",
    [
        "'; SET bando.token = 'x'; --",
        "') OR true --",
        "active' UNION SELECT token_sha256 FROM session --",
        "M2026-08'; SELECT pg_sleep(5); --",
    ],
)
def test_sql_in_a_parameter_gains_nothing(world: World, slipped: str) -> None:
    browser = world.browser("xaba")
    for path in (
        f"/values/{slipped}/{world.new}/{PERIOD}",
        f"/values/active/{slipped}/{PERIOD}",
        f"/values/active/{world.new}/{slipped}",
        f"/units/{world.new}/commune/{slipped}",
        f"/cells/active/7/{slipped}",
        f"/context/{world.new}?on=2026-08-31&kinds={slipped}",
        f"/context/{world.new}?on={slipped}",
    ):
        assert browser.get(path.replace(" ", "%20")).status_code in (404, 422), path
    # And the session sees afterwards what it saw before.
    assert browser.values(f"/values/active/{world.new}/{PERIOD}")["s"] == "h.hhhh"
