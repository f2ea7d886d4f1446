"""Pages, files and headers: only our own things, under a strict policy."""

import re
from pathlib import Path

import pytest

from api.headers import content_policy
from api.routes.pages import MEDIA_TYPES, find_file
from tests.api.conftest import World


def test_page_of_the_map_asks_for_a_log_in(world: World) -> None:
    answer = world.browser().get("/")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login"
    assert world.browser("admin").get("/").status_code == 200
    assert world.browser().get("/login").status_code == 200


def test_every_answer_carries_the_security_headers(world: World) -> None:
    browser = world.browser("admin")
    for path in ("/", "/login", "/periods", "/nowhere", "/healthz", "/static/js/main.js"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert re.search("default-src '(self|none)'", policy)
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "strict-transport-security" not in headers


def test_import_map_is_let_through_by_its_hash(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_bytes(
        b'<script type="importmap">{"imports":{}}</script><script src="a.js"></script>'
    )
    # sha256 of {"imports":{}} in base64, worked out with openssl.
    expected = "'sha256-URrTy+Il/Nz0lHojVUx275hWqAWhkSF0VsHbUM4/6Hw='"
    policy = content_policy(page, tmp_path / "absent.html")
    assert f"script-src 'self' {expected};" in policy


def test_files_come_with_their_types_and_a_validator(world: World) -> None:
    browser = world.browser()
    main = browser.get("/static/js/main.js")
    assert main.headers["content-type"] == "text/javascript; charset=utf-8"
    assert main.headers["cache-control"] == "no-cache"
    again = browser.get("/static/js/main.js", headers={"If-None-Match": main.headers["etag"]})
    assert again.status_code == 304
    named = browser.get("/static/js/main.js?v=abc")
    assert "immutable" in named.headers["cache-control"]
    assert MEDIA_TYPES[".mjs"].startswith("text/javascript")


@pytest.mark.parametrize(
    "name",
    [
        "../pyproject.toml",
        "js/../../pyproject.toml",
        "/etc/passwd",
        "..\\pyproject.toml",
        "js/main.js\x00.js",
        ".hidden.js",
        "js",
        "",
        "js/main.py",
    ],
)
def test_no_file_outside_the_folder_is_handed_out(name: str) -> None:
    assert find_file(name) is None


def test_links_out_of_the_folder_are_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "secret.json").write_text("{}")
    (tmp_path / "static" / "link.json").symlink_to(tmp_path / "secret.json")
    monkeypatch.setattr("api.routes.pages.STATIC", tmp_path / "static")
    assert find_file("link.json") is None


def test_messages_of_the_browser_come_in_both_languages(world: World) -> None:
    body = world.browser().json("/messages")
    assert set(body) == {"vi", "en"}
    assert set(body["vi"]) == set(body["en"])
    assert all(code.startswith("ui_") for code in body["vi"])


def test_health_is_told_without_a_session(world: World) -> None:
    assert world.browser().json("/healthz") == {"ok": True}
    assert world.browser().json("/readyz") == {"ok": True}


def test_interface_is_described_behind_the_log_in(world: World) -> None:
    assert world.browser().get("/openapi.json").status_code == 401
    described = world.browser("quanly").json("/openapi.json")
    assert described["openapi"].startswith("3.")
    assert "/values/{layer}/{boundary_set}/{period}" in described["paths"]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert "ErrorAnswer" in str(operation["responses"]["4XX"]), (path, method)
