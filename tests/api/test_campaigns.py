"""Campaigns over HTTP, on the country of squares."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from geo.store import records, tables
from geo.store.engine import use_case
from tests.api.conftest import World, built_world
from tests.support import small_world
from tests.support.postgres import Server

FIRST, AFTER = date(2026, 5, 1), date(2026, 6, 1)


@pytest.fixture(scope="module")
def world(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A country with three campaigns of its own, and places that they changed."""
    home: Path = tmp_path_factory.mktemp("campaigns")
    with built_world(server, home) as built:
        with use_case(built.engines.operator) as conn:
            batch = small_world.batch(conn, "campaigns")

            def key(code: str, level: str = "commune") -> int:
                return small_world.key_of(conn, built.new_id, code, level)

            for unit_key, ref, first, after in (
                (key("01", "province"), "THD-2026/1", FIRST, AFTER),
                (key("02", "province"), "CD-2", FIRST, AFTER),
                (key("01", "province"), "CD-9", date(2026, 8, 1), date(2026, 9, 1)),
            ):
                conn.execute(
                    insert(tables.campaign).values(
                        unit_key=unit_key,
                        ref=ref,
                        kind="thang_hanh_dong",
                        starts_on=first,
                        ends_before=after,
                        due_before=date(2026, 7, 5),
                        provenance="simulated",
                        import_id=batch,
                    )
                )
            places, events = small_world.frames_of(
                [
                    ("K1", 2.3, 0.3, [(date(2026, 3, 1), "listed"), (FIRST, "eliminated")]),
                    ("K2", 2.6, 0.6, [(date(2026, 5, 31), "listed")]),
                    ("K3", 0.5, 0.5, [(date(2026, 6, 1), "listed")]),
                    ("K4", 4.2, 0.2, [(date(2026, 5, 3), "listed")]),
                    ("K5", 4.8, 0.8, [(date(2026, 5, 3), "listed")]),
                ]
            )
            records.append_places(conn, places, events, provenance="simulated", import_id=batch)
            # K5 was listed a year too late: corrected.
            conn.execute(
                text(
                    "INSERT INTO hotspot_event (hotspot_id, scope_key, state, effective_on,"
                    " unit_key, actor_role, supersedes, provenance, import_id)"
                    " SELECT e.hotspot_id, e.scope_key, e.state, date '2025-08-03', e.unit_key,"
                    " e.actor_role, e.event_id, e.provenance, e.import_id FROM hotspot_event AS e"
                    " JOIN hotspot AS h USING (hotspot_id) WHERE h.source_ref = 'K5'"
                )
            )
        yield built


def counts(body: dict, window: str, measure: str) -> dict[str, int | None]:
    (found,) = [one for one in body["windows"] if one["id"] == window]
    return dict(zip(body["units"]["code"], found["values"][measure], strict=True))


def address(world: World, ref: str) -> str:
    listed = world.browser("admin").json("/campaigns")["campaigns"]
    (key,) = [one["unit_key"] for one in listed if one["ref"] == ref]
    return f"/campaigns/{key}/{ref}"


def test_the_list_holds_the_campaigns_of_the_area_and_no_other(world: World) -> None:
    def refs(login: str) -> set[str]:
        return {one["ref"] for one in world.browser(login).json("/campaigns")["campaigns"]}

    assert refs("admin") == {"THD-2026/1", "CD-2", "CD-9"}
    assert refs("tinhmot") == {"THD-2026/1", "CD-9"}
    assert refs("xaba") == set()


def test_a_campaign_outside_the_area_is_not_told_of(world: World) -> None:
    path = address(world, "CD-2")
    assert world.browser("tinhmot").get(path).status_code == 404
    assert world.browser("tinhmot").get(path).json()["error"]["code"] == "campaign_unknown"


@pytest.mark.parametrize("login", ["thamdinh", "quanly"])
def test_who_may_not_see_hotspots_sees_no_campaign(world: World, login: str) -> None:
    assert world.browser(login).get("/campaigns").status_code == 403
    assert world.browser(login).get(address(world, "CD-9")).status_code == 403


def test_windows_count_events_of_their_own_days(world: World) -> None:
    body = world.browser("tinhmot").json(address(world, "THD-2026/1"))
    assert set(body["units"]["code"]) == {"00001", "00003", "00004"}
    before, during, after = (
        counts(body, window, "active") for window in ("before", "during", "after")
    )
    eliminated, new = counts(body, "during", "eliminated"), counts(body, "during", "new")
    # K1 was active and fell on the first day; K2 came on the last.
    assert during["00003"] == before["00003"]
    assert (eliminated["00003"], new["00003"]) == (1, 1)
    # K3 came on the first day after.
    assert counts(body, "after", "new")["00001"] == 1
    assert (after["00001"] or 0) - (during["00001"] or 0) == 1


def test_C4_a_zero_is_told_only_where_every_month_was_reported(world: World) -> None:
    body = world.browser("tinhmot").json(address(world, "CD-9"))
    # Reports of July and August came from 00001 and 00003 (tests/api/conftest.py).
    reformed = counts(body, "during", "reformed")
    assert (reformed["00001"], reformed["00003"], reformed["00004"]) == (0, 0, None)
    early = counts(body, "during_year_before", "reformed")
    assert set(early.values()) == {None}
    (during,) = [one for one in body["windows"] if one["id"] == "during"]
    assert (during["reported"], during["due"]) == (2, 3)


def test_windows_are_inclusive_on_the_screen_and_only_like_ones_are_paired(world: World) -> None:
    body = world.browser("tinhmot").json(address(world, "THD-2026/1"))
    days = {one["id"]: (one["first"], one["last"], one["days"]) for one in body["windows"]}
    assert days["during"] == ("2026-05-01", "2026-05-31", 31)
    assert days["before"] == ("2026-03-31", "2026-04-30", 31)
    assert days["after"] == ("2026-06-01", "2026-07-01", 31)
    assert all(days[one["left"]][2] == days[one["right"]][2] for one in body["pairs"])
    assert body["campaign"]["due_last"] == "2026-07-04"


def test_a_window_that_is_not_over_says_so(world: World) -> None:
    body = world.browser("tinhmot").json(address(world, "CD-9"))
    state = {one["id"]: one["state"] for one in body["windows"]}
    assert state["during"] == "over"
    assert state["after"] in ("running", "not_begun")
    assert body["as_of"] < "2026-10-01"


def test_all_windows_of_a_measure_share_one_legend(world: World) -> None:
    body = world.browser("tinhmot").json(address(world, "THD-2026/1"))
    for measure in body["measures"]:
        told = [
            value
            for one in body["windows"]
            for value in one["values"][measure["id"]]
            if value is not None
        ]
        assert measure["legend"]["per_level"]["commune"][-1]["to"] >= max(told, default=0)


def test_totals_are_sums_of_what_is_told(world: World) -> None:
    body = world.browser("tinhmot").json(address(world, "THD-2026/1"))
    for window in body["windows"]:
        for measure, values in window["values"].items():
            known = [value for value in values if value is not None]
            assert window["totals"][measure] == (sum(known) if known else None)


def test_H1_a_superseded_event_counts_nowhere_and_its_correction_where_it_belongs(
    world: World,
) -> None:
    body = world.browser("admin").json(address(world, "CD-2"))
    assert counts(body, "during", "new")["00005"] == 1
    before = counts(body, "before", "active")["00005"]
    assert before is not None
    assert counts(body, "during", "active")["00005"] == before + 1


def test_the_page_is_served_and_asks_for_itself(world: World) -> None:
    assert "campaign_page.js" in world.browser(None).get("/campaign").text
