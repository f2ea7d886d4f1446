import errno
import json
import logging
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

import api.cli
from api.cli import COMMANDS, load, main, split_words
from api.cli.outcome import Command, Outcome
from api.settings import Settings
from geo.errors import Finding, Refused
from geo.messages import catalogue
from tests.support.sources import PROJECT


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BANDO_HOME", str(tmp_path))
    return tmp_path


def answer_with(monkeypatch: pytest.MonkeyPatch, outcome: Outcome | Exception) -> None:
    """Let `bando compute` answer as the test wants."""

    def run(options: Namespace, settings: Settings) -> Outcome:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def configure(parser: ArgumentParser) -> None:
        parser.add_argument("--day")

    command = Command("Tính", "Compute", configure=configure, run=run)
    monkeypatch.setattr(api.cli, "load", lambda _words: command)


@pytest.mark.parametrize("words", sorted(COMMANDS), ids=" ".join)
def test_every_command_has_help_in_both_languages(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    command = load(words)
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    # argparse folds long lines of arguments, but not the description.
    assert command.help_vi in told
    assert command.help_en in told
    assert "command_" + "_".join(words).replace("-", "_") in catalogue()


def test_help_answers_within_half_a_second() -> None:
    line = [sys.executable, "-c", "from api.cli import main; main(['--help'])"]
    took = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run(line, check=True, capture_output=True, cwd=PROJECT)
        took.append(time.perf_counter() - started)
    assert min(took) < 0.5


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    for words in COMMANDS:
        assert f"bando {' '.join(words)}" in told


@pytest.mark.parametrize("line", [[], ["db"]])
def test_unfinished_line_lists_commands_and_is_wrong_usage(
    line: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line) == 2
    assert "bando db start" in capsys.readouterr().out


@pytest.mark.parametrize("line", [["nonsense"], ["db", "nonsense"], ["db", "url", "--role", "x"]])
def test_wrong_usage_is_said_in_both_languages(
    line: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line) == 2
    vietnamese, english = capsys.readouterr().err.splitlines()
    assert "Xem: bando" in vietnamese
    assert "See: bando" in english


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["import", "boundaries", "f.gpkg"], ("import", "boundaries")),
        (["compute", "--day", "x"], ("compute",)),
        (["compute", "boundaries"], ("compute",)),
        (["import", "nothing"], ("import",)),
        (["--help"], ()),
    ],
)
def test_words_of_a_command_are_found(line: list[str], words: tuple[str, ...]) -> None:
    found, rest = split_words(line)
    assert found == words
    assert [*found, *rest] == line


@pytest.mark.parametrize("line", [["--json", "compute"], ["compute", "--json"]])
def test_json_may_stand_anywhere(
    line: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = Finding("usage_wrong", severity="warning", row=3, details={"text": "x"})
    outcome = Outcome(ok=True, lines=["đã tính"], counts={"commune": 5}, findings=[finding])
    answer_with(monkeypatch, outcome)
    assert main(line) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert told["counts"] == {"commune": 5}
    assert told["findings"][0]["row"] == 3
    assert {"code", "severity", "unit", "message_vi", "message_en"} <= set(told["findings"][0])


def test_json_after_two_dashes_belongs_to_somebody_else() -> None:
    assert api.cli._before_dashes(["db", "psql", "--", "--json"]) == ["db", "psql"]


def test_refusal_lists_everything_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    findings = [Finding("usage_wrong", row=row, details={"text": "x"}) for row in (1, 2)]
    answer_with(monkeypatch, Refused("usage_wrong", text="y", findings=findings))
    assert main(["compute"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("Sai cách dùng") == 3
    assert told.err.count("Wrong usage") == 3
    assert main(["compute", "--json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert shown["ok"] is False
    assert shown["error"]["code"] == "usage_wrong"
    assert [each["row"] for each in shown["findings"]] == [1, 2]


def test_outcome_that_is_not_ok_gives_status_one(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, Outcome(ok=False))
    assert main(["compute"]) == 1


def test_unexpected_error_shows_an_id_and_tells_the_log_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    answer_with(monkeypatch, ZeroDivisionError("a value of a record"))
    assert main(["compute"]) == 1
    told = capsys.readouterr()
    log = (home / "log" / "bando.log").read_text(encoding="utf-8")
    number = log.split("id=")[1].split()[0]
    assert number in told.err
    assert "a value of a record" not in told.out + told.err
    assert "Traceback" not in told.out + told.err
    assert "ZeroDivisionError" in log
    assert (home / "log" / "bando.log").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "a value of a record"), ZeroDivisionError("a value of a record")],
)
def test_a_full_disk_is_said_without_a_trace_on_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    home: Path,
    error: Exception,
) -> None:
    def no_room(_handler: logging.Handler) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(RotatingFileHandler, "flush", no_room)
    answer_with(monkeypatch, error)
    assert main(["compute"]) == 1
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    assert "a value of a record" not in told.out + told.err
    assert told.err


def test_unusable_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BANDO_PORT", "eighty")
    assert main(["db", "status"]) == 2
    assert "BANDO_PORT" in capsys.readouterr().err


def test_status_does_not_start_anything(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "absent"
    assert not (home / "pg").exists()


def test_foreign_server_is_not_ours_to_stop(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BANDO_DATABASE_URL", "postgresql://somebody@db.example/bando")
    assert main(["db", "stop"]) == 1
    assert "BANDO_DATABASE_URL" in capsys.readouterr().err


def test_commands_on_a_database_of_the_owners(
    fresh_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BANDO_HOME", str(fresh_settings.home))
    monkeypatch.setenv("BANDO_DATABASE_URL", str(fresh_settings.database_url))
    assert main(["db", "migrate", "--json"]) == 0
    migrated = json.loads(capsys.readouterr().out)
    assert main(["db", "status", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert status["state"] == "foreign"
    assert migrated["schema"] == status["schema"] == status["schema_head"]
    assert main(["db", "url", "--role", "service", "--json"]) == 0
    assert "bando_service" in json.loads(capsys.readouterr().out)["url"]
