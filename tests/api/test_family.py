"""The family of a unit: forerunners, successors, their land in one frame."""

import re

import pytest

from api.family_models import UnitFamily
from tests.api.conftest import World


def test_a_merged_commune_has_both_its_forerunners_with_their_land(world: World) -> None:
    body = world.browser("admin").json(f"/units/{world.new}/commune/00001/family")
    UnitFamily.model_validate(body)
    told = [(one["role"], one["step"], one["code"]) for one in body["nodes"]]
    assert told == [("older", -1, "00001"), ("older", -1, "00002"), ("self", 0, "00001")]
    assert [(one["from"], one["kind"], one["weight"]) for one in body["links"]] == [
        (f"{world.old}/00001", "merge", 1.0),
        (f"{world.old}/00002", "merge", 1.0),
    ]
    assert {one["to"] for one in body["links"]} == {f"{world.new}/00001"}
    x, y, width, height = body["box"]
    assert (x, y) == (0, 0)
    # Two squares side by side; one degree of longitude is a little shorter here.
    assert width == 1000
    assert 500 < height < 560
    xs = {
        one["id"]: [float(n) for n in re.findall(r"-?\d+", one["path"])][::2]
        for one in body["nodes"]
    }
    assert max(xs[f"{world.old}/00001"]) == min(xs[f"{world.old}/00002"]) == 500


def test_a_divided_commune_tells_where_its_parts_went(world: World) -> None:
    body = world.browser("admin").json(f"/units/{world.old}/commune/00006/family")
    newer = [(one["role"], one["code"]) for one in body["nodes"] if one["role"] == "newer"]
    assert newer == [("newer", "00005"), ("newer", "00007")]
    assert [one["weight"] for one in body["links"]] == [0.5, 0.5]


@pytest.mark.parametrize("login", ["thamdinh", "khongvung"])
def test_land_is_public_geography_behind_the_log_in(world: World, login: str) -> None:
    path = f"/units/{world.new}/commune/00005/family"
    assert world.browser(login).json(path) == world.browser("admin").json(path)
    assert world.browser().get(path).status_code == 401


def test_an_unchanged_family_is_not_sent_twice(world: World) -> None:
    browser = world.browser("admin")
    path = f"/units/{world.new}/province/01/family"
    first = browser.get(path)
    again = browser.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_a_unit_that_is_not_there_has_no_family(world: World) -> None:
    answer = world.browser("admin").get(f"/units/{world.new}/commune/09999/family")
    assert answer.json()["error"]["code"] == "unit_unknown"


def test_A8_a_set_on_which_nothing_changed_is_passed_over(world: World) -> None:
    body = world.browser("admin").json(f"/units/{world.new}/commune/00003/family")
    assert [one["code"] for one in body["nodes"]] == ["00003"]
    assert body["links"] == []
