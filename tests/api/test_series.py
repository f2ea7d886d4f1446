"""Series of a unit: what the whole map shows of it, period by period, within the scope."""

import pytest

from api.series_models import UnitSeries
from tests.api.conftest import Browser, World


def points(browser: Browser, path: str) -> dict[tuple[str, str], tuple[float | None, str]]:
    body = browser.json(path)
    UnitSeries.model_validate(body)
    return {
        (one["indicator"], point["period"]): (point["value"], point["status"])
        for one in body["series"]
        for point in one["points"]
    }


def test_a_unit_has_its_computed_and_its_entered_figures(world: World) -> None:
    found = points(world.browser("admin"), f"/units/{world.new}/commune/00003/series")
    assert found["I06", "M2026-07"] == (12, ".")
    assert found["I02", "M2026-07"] == (1, ".")
    assert found["I02", "M2026-08"] == (0, ".")
    assert found["I20", "M2026-08"] == (100, ".")
    assert found["I02", "M2026-06"] == (1, "i")


@pytest.mark.parametrize("level", ["commune", "province"])
def test_a_series_says_what_the_map_says(world: World, level: str) -> None:
    browser = world.browser("admin")
    for boundary_set in (world.old, world.new):
        units = browser.json(f"/units/{boundary_set}")["levels"][level]
        for layer, indicator in (("i01", "I01"), ("active", "I02"), ("new", "I04")):
            feed = browser.values(f"/values/{layer}/{boundary_set}/M2026-07?level={level}")
            for place, code in enumerate(units["code"]):
                path = f"/units/{boundary_set}/{level}/{code}/series"
                found = points(browser, path).get((indicator, "M2026-07"))
                if found is not None:
                    assert found == (feed["v"][place], feed["s"][place]), (path, indicator)


def test_a_series_on_older_borders_is_carried(world: World) -> None:
    found = points(world.browser("admin"), f"/units/{world.old}/commune/00003/series")
    assert found["I06", "M2026-07"] == (12, ".")


def test_what_a_role_may_not_see_is_in_no_series(world: World) -> None:
    found = points(world.browser("thamdinh"), f"/units/{world.new}/commune/00003/series")
    assert {indicator for indicator, _ in found} == {"I06", "I20"}


def test_another_area_has_no_figures(world: World) -> None:
    for login in ("xaba", "khongvung"):
        body = world.browser(login).json(f"/units/{world.new}/commune/00005/series")
        assert body["series"] == []


def test_a_series_as_known_before_anything_was_recorded_is_empty(world: World) -> None:
    path = f"/units/{world.new}/commune/00003/series?known=2026-01-01"
    assert world.browser("admin").json(path) == {
        "boundary_set": world.new,
        "known": "2026-01-01",
        "series": [],
    }
