import json
import re
from typing import Any

import pytest
import yaml

from api.cli import COMMANDS, load, parse, split_words
from api.main import create_app
from api.settings import Settings
from tests.support.sources import PROJECT

SETTINGS = {f"BANDO_{name.upper()}" for name in Settings.model_fields}
# Read by docker-compose.yml itself, from .env.
OF_COMPOSE = {"BANDO_DATABASE_PASSWORD"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(
        (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
    )
    return loaded


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (PROJECT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")


def assert_is_our_command(line: list[str]) -> None:
    assert line[0] == "bando"
    words, rest = split_words(line[1:])
    assert words in COMMANDS
    parse(words, load(words), rest)


def test_commands_of_the_containers_exist(compose: dict[str, Any], dockerfile: str) -> None:
    assert_is_our_command(compose["services"]["app"]["command"])
    last = re.findall(r"^CMD (\[.*\])$", dockerfile, flags=re.MULTILINE)[-1]
    assert_is_our_command(json.loads(last))


def test_settings_of_the_containers_exist(compose: dict[str, Any], dockerfile: str) -> None:
    assert set(compose["services"]["app"]["environment"]) <= SETTINGS
    text = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"\bBANDO_\w+", text)) <= SETTINGS | OF_COMPOSE
    assert set(re.findall(r"\bBANDO_\w+", dockerfile)) <= SETTINGS


def test_settings_of_the_containers_are_taken(compose: dict[str, Any]) -> None:
    given = compose["services"]["app"]["environment"]
    plain = {
        name.removeprefix("BANDO_").lower(): re.sub(r"\$\{\w+(?::-([^}]*))?\}", r"\1", value)
        for name, value in given.items()
    }
    assert Settings(**plain).workers >= 1


def test_only_this_machine_reaches_the_service(compose: dict[str, Any]) -> None:
    assert "ports" not in compose["services"]["db"]
    assert compose["services"]["app"]["ports"] == ["127.0.0.1:8000:8000"]
    assert compose["networks"]["inside"]["internal"] is True
    assert compose["services"]["db"]["networks"] == ["inside"]


def test_no_password_stands_in_the_files(compose: dict[str, Any]) -> None:
    assert compose["services"]["db"]["environment"]["POSTGRES_PASSWORD"].startswith(
        "${BANDO_DATABASE_PASSWORD:?"
    )


def test_database_is_the_one_that_the_tests_know(compose: dict[str, Any]) -> None:
    assert compose["services"]["db"]["image"] == "postgis/postgis:15-3.3"


def test_health_is_asked_where_it_is_answered(
    compose: dict[str, Any], fresh_settings: Settings
) -> None:
    asked = " ".join(compose["services"]["app"]["healthcheck"]["test"])
    path = re.findall(r"127\.0\.0\.1:8000(/\w+)", asked)
    assert path == ["/readyz"]
    assert path[0] in create_app(fresh_settings).openapi()["paths"]


def test_image_copies_only_what_is_there(dockerfile: str) -> None:
    for line in re.findall(r"^COPY (?!--from)(.*)$", dockerfile, flags=re.MULTILINE):
        for source in line.split()[:-1]:
            assert (PROJECT / source).exists(), source
    for script in re.findall(r"\bsh (scripts/\S+)", dockerfile):
        assert (PROJECT / script).exists()
    kept = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for source in ("geo", "layers", "api", "static", "scripts", "requirements.lock"):
        assert f"!{source}" in kept
