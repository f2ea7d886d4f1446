"""Log-in, log-out, lock-out, cookies; nothing tells an unknown name from a wrong password."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from api import sessions
from api.main import create_app
from api.settings import Settings
from geo.store import accounts
from geo.store.engine import use_case
from tests.api.conftest import PASSWORD, Browser, World
from tests.support.postgres import Engines

WRONG = "sai-mat-khau"


@pytest.fixture
def browser(
    fresh_settings: Settings, fresh_engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Browser]:
    # Hashes here need not be slow; `test_passwords_are_hashed_slowly` holds the real ones.
    monkeypatch.setattr(sessions, "_hasher", PasswordHasher(time_cost=1, memory_cost=64))
    with use_case(fresh_engines.owner) as conn:
        for login, role in (("canbo", "planner"), ("khac", "planner")):
            accounts.add_account(
                conn,
                login=login,
                password_hash=sessions.hash_password(PASSWORD),
                role=role,
                national=True,
            )
    app = create_app(fresh_settings)
    yield Browser(app)
    app.state.services.service.dispose()
    app.state.services.login.dispose()


def _log_in(browser: Browser, login: str = "canbo", password: str = PASSWORD):
    return browser.request("POST", "/session", json={"login": login, "password": password})


def test_passwords_are_hashed_slowly() -> None:
    hashed = sessions.hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in hashed


def test_log_in_opens_a_session_and_log_out_ends_it(browser: Browser) -> None:
    assert browser.json("/session") == {"account": None}
    answer = _log_in(browser, login=" CanBo ")
    assert answer.status_code == 200
    assert answer.json() == {
        "account": {
            "login": "canbo",
            "role": "planner",
            "pages": [
                *("plan", "transitions", "assessment", "board"),
                *("reports", "campaign", "import"),
            ],
            "may_hand_out": True,
        }
    }
    assert answer.headers["cache-control"] == "private, no-store"
    assert browser.json("/session") == answer.json()
    assert browser.get("/periods").status_code == 200
    kept = dict(browser.cookies)
    assert browser.request("DELETE", "/session").status_code == 204
    assert Browser(browser.app, kept).get("/periods").status_code == 401


def test_cookie_is_closed_to_scripts_other_sites_and_plain_http_behind_https(
    browser: Browser,
) -> None:
    cookie = _log_in(browser).headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"):
        assert part in cookie
    assert "Secure" not in cookie
    secure = browser.request(
        "POST",
        "/session",
        json={"login": "canbo", "password": PASSWORD},
        headers={"X-Forwarded-Proto": "https"},
    )
    assert "Secure" in secure.headers["set-cookie"]
    assert secure.headers["strict-transport-security"]


def test_wrong_password_unknown_name_and_closed_account_look_alike(
    browser: Browser, fresh_engines: Engines
) -> None:
    with use_case(fresh_engines.owner) as conn:
        accounts.set_disabled(conn, login="khac", disabled=True)
    answers = [
        _log_in(browser, password=WRONG),
        _log_in(browser, login="nobody"),
        _log_in(browser, login="khac"),
        _log_in(browser, login="'; DROP TABLE account; --"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_a_name_that_no_database_can_hold_is_refused(browser: Browser) -> None:
    assert _log_in(browser, login="a\x00b").status_code == 422


def test_password_is_checked_for_unknown_names_too(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = []
    real = sessions._fits
    monkeypatch.setattr(
        sessions, "_fits", lambda *given: (checked.append(given[0]), real(*given))[1]
    )
    _log_in(browser, login="nobody")
    _log_in(browser, password=WRONG)
    assert [hashed[:10] for hashed in checked] == ["$argon2id$", "$argon2id$"]


def test_account_is_locked_after_wrong_passwords_even_for_the_right_one(
    browser: Browser, fresh_engines: Engines
) -> None:
    for _ in range(sessions.FAILURE_LIMIT):
        assert _log_in(browser, password=WRONG).status_code == 401
    locked = _log_in(browser)
    assert locked.status_code == 429
    assert locked.json()["error"]["code"] == "login_locked"
    assert locked.json()["error"]["details"]["minutes"] == 15
    # Another account is not concerned; and the lock ends by itself.
    assert _log_in(browser, login="khac").status_code == 200
    with use_case(fresh_engines.owner) as conn:
        conn.execute(
            text("UPDATE account SET locked_until = :past"),
            {"past": datetime.now(UTC) - timedelta(seconds=1)},
        )
    assert _log_in(browser).status_code == 200


def test_lock_does_not_tell_which_names_exist(browser: Browser) -> None:
    known, unknown = (
        [_log_in(browser, login=login, password=WRONG) for _ in range(sessions.FAILURE_LIMIT + 2)]
        for login in ("canbo", "nobody")
    )
    assert [answer.status_code for answer in known] == [401] * 5 + [429] * 2
    assert [answer.text for answer in known] == [answer.text for answer in unknown]


def test_right_password_forgets_earlier_failures(browser: Browser) -> None:
    for _ in range(2):
        for _ in range(sessions.FAILURE_LIMIT - 1):
            _log_in(browser, password=WRONG)
        assert _log_in(browser).status_code == 200


def test_forged_expired_and_foreign_tokens_open_nothing(
    browser: Browser, fresh_engines: Engines
) -> None:
    _log_in(browser)
    token = browser.cookies["bando_session"]
    for forged in ("x", token[:-1], token + "A", "'" + token, "é", "a" * 5000, ""):
        answer = browser.app and Browser(browser.app).get(
            "/periods", headers={"Cookie": f"bando_session={forged}".encode()}
        )
        assert answer.status_code == 401, forged
    with use_case(fresh_engines.owner) as conn:
        conn.execute(text("UPDATE session SET expires_at = now() - interval '1 second'"))
    assert browser.get("/periods").status_code == 401


def test_closing_an_account_or_changing_its_password_ends_its_sessions(
    browser: Browser, fresh_engines: Engines
) -> None:
    _log_in(browser)
    with use_case(fresh_engines.owner) as conn:
        accounts.set_disabled(conn, login="canbo", disabled=True)
    assert browser.get("/periods").status_code == 401


def test_log_in_writes_the_audit_trail_without_the_password(
    browser: Browser, fresh_engines: Engines
) -> None:
    _log_in(browser, password=WRONG)
    _log_in(browser)
    with use_case(fresh_engines.owner) as conn:
        lines = conn.execute(text("SELECT actor, action, subject::text FROM audit_entry")).all()
    assert [(line[0], line[1]) for line in lines] == [
        ("canbo", "session.refused"),
        ("canbo", "session.open"),
    ]
    assert WRONG not in str(lines)
    assert PASSWORD not in str(lines)


def test_change_from_another_site_is_refused(browser: Browser) -> None:
    _log_in(browser)
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        answer = browser.request("DELETE", "/session", headers=headers)
        assert answer.status_code == 403, headers
        assert answer.json()["error"]["code"] == "foreign_origin"
    assert browser.get("/periods").status_code == 200
    own = browser.request("DELETE", "/session", headers={"Origin": "http://testserver"})
    assert own.status_code == 204


def test_form_of_another_site_cannot_log_in(world: World) -> None:
    answer = world.browser().request(
        "POST",
        "/session",
        content=b'{"login":"a","password":"b"}',
        headers={"Content-Type": "text/plain"},
    )
    assert answer.status_code == 422
