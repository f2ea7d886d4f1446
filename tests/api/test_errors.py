"""Every error on every route has the one shape, in two languages, and gives nothing away."""

import logging
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.errors import STATUS_CODES
from api.models import ErrorAnswer
from geo.errors import BandoError, Unavailable
from geo.store import map_index
from tests.api.conftest import PASSWORD, Browser, World
from tests.api.test_access import ROUTES

PERIOD = "M2026-08"


def _hold_shape(answer) -> dict:
    assert answer.headers["content-type"] == "application/json", answer.text
    body = answer.json()
    ErrorAnswer.model_validate(body)
    assert body["error"]["message_vi"] != body["error"]["message_en"]
    assert answer.headers["cache-control"] == "private, no-store"
    assert "content-security-policy" in answer.headers
    return body["error"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/values/active/{new}/M2031-01", 404, "period_not_computed"),
        ("/values/active/{new}/C2025", 404, "period_not_computed"),
        ("/values/active/{new}/M2026-13", 422, "period_unknown"),
        ("/values/active/{new}/nonsense", 422, "http_parameter"),
        ("/values/active/0123456789abcdef/M2026-08", 404, "boundary_set_unknown"),
        ("/values/active/nothex/M2026-08", 422, "http_parameter"),
        ("/values/nothing/{new}/M2026-08", 404, "layer_unknown"),
        ("/values/class/{new}/M2026-08?level=province", 404, "layer_level"),
        ("/values/class/{new}/M2026-08?level=galaxy", 422, "http_parameter"),
        ("/values/class/{new}/M2026-08?levle=commune", 400, "query_unknown"),
        ("/cells/class/7/M2026-08", 404, "layer_cells"),
        ("/cells/active/9/M2026-08", 422, "http_parameter"),
        ("/units/{new}/commune/99999", 404, "unit_unknown"),
        ("/units/{new}/commune/00003?period=M2031-01", 404, "period_not_computed"),
        ("/units/0123456789abcdef", 404, "boundary_set_unknown"),
        ("/map.svg?layer=class&boundary_set={new}&period=M2026-08&level=district", 404, None),
        ("/map.svg", 422, "http_parameter"),
        ("/nowhere", 404, "http_not_found"),
        ("/static/../pyproject.toml", 404, "http_not_found"),
        ("/static/nothing.js", 404, "http_not_found"),
        ("/periods/", 404, "http_not_found"),
        ("/periods?a=1", 400, "query_unknown"),
        ("/healthz?a=1", 400, "query_unknown"),
    ],
)
def test_error_has_the_one_shape(world: World, path: str, status: int, code: str | None) -> None:
    answer = world.browser("admin").get(path.format(new=world.new))
    error = _hold_shape(answer)
    assert (answer.status_code, error["code"]) == (status, code or error["code"])


def _address(world: World, method: str, path: str) -> str:
    return ROUTES[method, path][1].format(new=world.new, commune=world.new_id << 20 | 3)


@pytest.mark.parametrize(("method", "path"), sorted(ROUTES))
def test_wrong_method_has_the_one_shape_on_every_route(
    world: World, method: str, path: str
) -> None:
    address = _address(world, method, path)
    answer = world.browser("admin").request("PATCH", address)
    assert answer.status_code == 405
    assert _hold_shape(answer)["code"] == "http_method"


@pytest.mark.parametrize(
    ("method", "path"), sorted(row for row in ROUTES if ROUTES[row][0] is not None)
)
def test_refusal_without_session_has_the_one_shape_on_every_route(
    world: World, method: str, path: str
) -> None:
    answer = world.browser().request(method, _address(world, method, path))
    assert _hold_shape(answer)["code"] == "not_logged_in"


def test_refused_parameter_is_named_and_its_value_not_repeated(world: World) -> None:
    secret = "012345678901"  # noqa: S105 looks like the number of a person's card
    answer = world.browser("admin").get(f"/units/{world.new}/commune/{secret}{secret}")
    error = _hold_shape(answer)
    assert error["details"]["findings"][0]["column"] == "code"
    assert secret not in answer.text
    login = world.browser().request(
        "POST", "/session", json={"login": "a", "password": "", "more": secret}
    )
    assert login.status_code == 422
    assert secret not in login.text


def test_unexpected_error_tells_an_id_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_conn: object) -> None:
        raise RuntimeError("a secret of the database")

    monkeypatch.setattr(map_index, "list_period_runs", fail)
    with caplog.at_level(logging.ERROR, logger="bando.http"):
        answer = world.browser("admin").get("/periods")
    assert answer.status_code == 500
    body = answer.json()
    assert _hold_shape(answer)["code"] == "http_unexpected"
    assert "secret" not in answer.text
    assert body["id"] in body["error"]["message_vi"]
    assert body["id"] in caplog.text
    assert "a secret of the database" in caplog.text


def test_database_away_is_said_as_503(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_conn: object) -> None:
        raise Unavailable("database_away")

    monkeypatch.setattr(map_index, "list_period_runs", fail)
    answer = world.browser("admin").get("/periods")
    assert answer.status_code == 503
    assert _hold_shape(answer)["code"] == "database_away"


def test_every_class_of_error_has_a_status() -> None:
    def below(kind: type[BandoError]) -> set[type[BandoError]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    for kind in below(BandoError):
        assert any(issubclass(kind, known) for known, _ in STATUS_CODES)


def test_body_that_is_too_large_or_no_json_is_refused(world: World) -> None:
    browser = world.browser()
    large = browser.request("POST", "/session", content=b"x" * 100_000)
    assert large.status_code == 413
    _hold_shape(large)
    broken = browser.request(
        "POST", "/session", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert broken.status_code == 422
    _hold_shape(broken)


WORDS = st.text(max_size=40) | st.sampled_from(
    [
        "' OR 1=1 --",
        "'; DROP TABLE unit_count; --",
        "\x00",
        "%00",
        "../../etc/passwd",
        "M2026-08",
        "M9999-12",
        "Y0000",
        "H2026-1",
        "active",
        "class",
        "commune",
        "country",
        "-1",
        "1e9",
        "٣",
        "９",
        PASSWORD,
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_parameter_brings_the_service_down(world: World, data: st.DataObject) -> None:
    browser: Browser = world.browser("admin")
    described = world.app.openapi()["paths"]
    path = data.draw(st.sampled_from(sorted(p for p in described if "get" in described[p])))
    query = {}
    for parameter in described[path]["get"].get("parameters", []):
        known = {"boundary_set": world.new, "period": PERIOD, "layer": "active", "level": "commune"}
        value = data.draw(WORDS | st.just(known.get(parameter["name"], "7")))
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", quote(value, safe=""))
        elif data.draw(st.booleans()):
            query[parameter["name"]] = value
    answer = browser.get(path, params=query)
    assert answer.status_code < 500, (path, query, answer.text)
    if answer.status_code >= 400:
        _hold_shape(answer)
