"""What a use case says when the database cannot do its part, and what it never says."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.errors import Unavailable
from geo.store.engine import use_case
from tests.support.postgres import Engines


def test_a_lock_held_by_another_command_is_said_in_words(engines: Engines) -> None:
    def take() -> None:
        with use_case(engines.operator) as conn:
            conn.execute(text("SET LOCAL lock_timeout = '50ms'"))
            conn.execute(text("SELECT pg_advisory_xact_lock(42)"))

    with use_case(engines.operator) as first:
        first.execute(text("SELECT pg_advisory_xact_lock(42)"))
        with pytest.raises(Unavailable) as refused:
            take()
    assert refused.value.code == "database_busy"


def test_a_database_that_goes_away_within_a_use_case_is_said_in_words(engines: Engines) -> None:
    def lose_the_connection() -> None:
        with use_case(engines.operator) as conn, use_case(engines.operator) as other:
            number = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
            other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
            conn.execute(text("SELECT 1"))

    with pytest.raises(Unavailable) as refused:
        lose_the_connection()
    assert refused.value.code == "database_away"


def test_errors_of_the_driver_itself_are_said_in_words(engines: Engines) -> None:
    # COPY bypasses the library between us and the driver.
    def fail(error: Exception) -> None:
        with use_case(engines.operator):
            raise error

    for error, code in (
        (psycopg.errors.DiskFull(), "disk_full"),
        (psycopg.errors.AdminShutdown(), "database_away"),
        (psycopg.OperationalError("the connection is lost"), "database_away"),
    ):
        with pytest.raises(Unavailable) as refused:
            fail(error)
        assert refused.value.code == code


def test_errors_do_not_repeat_parameters(engines: Engines) -> None:
    secret = "mã-phiên-bí-mật"  # noqa: S105
    with pytest.raises(DBAPIError) as raised, use_case(engines.service, token=secret) as conn:
        conn.execute(text("SELECT :value FROM nowhere"), {"value": secret})
    assert secret not in str(raised.value)


@pytest.mark.parametrize("role", ["owner", "operator", "service", "login"])
def test_work_ends_with_the_command_that_asked_for_it(engines: Engines, role: str) -> None:
    # Otherwise a command ended by kill -9 keeps its locks until the server has done its work.
    with getattr(engines, role).connect() as conn:
        interval = conn.execute(text("SHOW client_connection_check_interval")).scalar_one()
    assert interval == "2s"
