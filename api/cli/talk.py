"""Says what a command has to say: help, answers, refusals; Vietnamese first, then English."""

import json
import logging
import secrets
import sys
from argparse import (
    SUPPRESS,
    Action,
    ArgumentParser,
    RawDescriptionHelpFormatter,
    _MutuallyExclusiveGroup,
)
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import NoReturn

from api.cli.outcome import Outcome
from geo.errors import BandoError, Detail, Finding
from geo.messages import LANGUAGES, say

# Ten thousand lines of one kind hide the one line of another; --json has them all.
_SHOWN_PER_CODE = 5
_MARKS = {"error": "✗", "warning": "!", "info": "·"}


class UsageError(BandoError, ValueError):
    """The command line is not one of ours."""

    def __init__(self, code: str, /, *, words: tuple[str, ...] = (), **details: Detail) -> None:
        super().__init__(code, **details)
        self.words = words


class _Formatter(RawDescriptionHelpFormatter):
    """Keeps the two lines of a description apart and says "usage" in both languages."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[Action],
        groups: Iterable[_MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        """Put our own word before the usage line."""
        super().add_usage(usage, actions, groups, prefix or f"{_both('usage_word')}: ")


class Parser(ArgumentParser):
    """An argument parser of one command with its help in two languages.

    Errors are raised as `UsageError` so that one place prints them.
    """

    def __init__(self, words: tuple[str, ...], *, help_vi: str, help_en: str) -> None:
        super().__init__(
            prog=" ".join(("bando", *words)),
            description=f"{help_vi}\n{help_en}",
            formatter_class=_Formatter,
            add_help=False,
            allow_abbrev=False,
        )
        self.words = words
        self._positionals.title = _both("usage_arguments")
        self._optionals.title = _both("usage_options")
        self.add_argument("-h", "--help", action="help", help=_both("usage_help"))
        # Taken out before parsing, as it may stand anywhere; here for the help only.
        self.add_argument("--json", action="store_true", default=SUPPRESS, help=_both("usage_json"))

    def error(self, message: str) -> NoReturn:
        """Raise instead of leaving the process."""
        raise UsageError("usage_wrong", words=self.words, text=message)


def describe_all(commands: Iterable[tuple[str, ...]]) -> Outcome:
    """List every command with one line in each language."""
    listed = list(commands)
    return Outcome(
        ok=True,
        lines=[*_sentences("usage_intro"), "", *_table(listed), "", *_sentences("usage_more")],
    )


def describe_group(group: str, commands: Iterable[tuple[str, ...]]) -> Outcome:
    """List the commands that begin with a word."""
    listed = [words for words in commands if words[0] == group]
    return Outcome(ok=True, lines=[*_table(listed), "", *_sentences("usage_more")])


def say_outcome(outcome: Outcome, *, as_json: bool) -> None:
    """Print a command's answer on standard output."""
    if as_json:
        _print_json(outcome.ok, outcome.counts, outcome.findings, outcome.data)
        return
    for line in (*outcome.lines, *_finding_lines(outcome.findings)):
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def say_refusal(error: BandoError, *, as_json: bool) -> None:
    """Print a refusal with everything that is wrong at once."""
    findings: tuple[Finding, ...] = tuple(getattr(error, "findings", ()))
    if as_json:
        _print_json(False, {}, findings, {"error": _error_json(error)})
        return
    for line in (*(error.message(language) for language in LANGUAGES), *_finding_lines(findings)):
        sys.stderr.write(line + "\n")


def say_usage_error(error: UsageError, *, as_json: bool) -> None:
    """Print what is wrong with a command line and where help is."""
    if as_json:
        _print_json(False, {}, (), {"error": _error_json(error)})
        return
    command = " ".join(("bando", *error.words))
    for language in LANGUAGES:
        hint = say("usage_see_help", language=language, command=command)
        sys.stderr.write(f"{error.message(language)} {hint}\n")


def say_unexpected(error: Exception, *, home: Path | None, as_json: bool) -> None:
    """Print a fixed sentence with an id; what happened goes to the log file only."""
    number = secrets.token_hex(4)
    if home is not None:
        # On a full disk there is no log, but still the sentence.
        with suppress(OSError):
            _log_to_file(home, number=number, error=error)
    told = BandoError("unexpected", id=number)
    say_refusal(told, as_json=as_json)


class _QuietFile(RotatingFileHandler):
    """A log whose own failures are no news for the terminal: they would repeat the error there."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 name of the library
        """Let it be."""


def _log_to_file(home: Path, *, number: str, error: Exception) -> None:
    folder = home / "log"
    folder.mkdir(parents=True, exist_ok=True)
    handler = _QuietFile(folder / "bando.log", maxBytes=1_000_000, backupCount=5, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.getLogger("bando.cli")
    logger.propagate = False
    logger.addHandler(handler)
    logger.error("id=%s", number, exc_info=error)
    logger.removeHandler(handler)
    handler.close()
    (folder / "bando.log").chmod(0o600)


def _print_json(
    ok: bool,
    counts: Mapping[str, int],
    findings: Iterable[Finding],
    data: Mapping[str, object],
) -> None:
    answer = {
        "ok": ok,
        "counts": dict(counts),
        "findings": [finding.as_json() for finding in findings],
        **data,
    }
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def _error_json(error: BandoError) -> dict[str, object]:
    return {
        "code": error.code,
        "message_vi": error.message("vi"),
        "message_en": error.message("en"),
        "details": error.details,
    }


def _finding_lines(findings: Iterable[Finding]) -> list[str]:
    lines: list[str] = []
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.code] += 1
        if seen[finding.code] > _SHOWN_PER_CODE:
            continue
        place = " ".join(
            f"{say(label)} {value}"
            for label, value in (
                ("finding_row", finding.row),
                ("finding_column", finding.column),
                ("finding_unit", finding.unit),
            )
            if value is not None
        )
        mark = _MARKS[finding.severity]
        where = f"[{place}] " if place else ""
        lines.append(f"{mark} {where}{finding.message('vi')}")
        lines.append(f"  {finding.message('en')} ({finding.code})")
    for code, count in seen.items():
        if count > _SHOWN_PER_CODE:
            more = count - _SHOWN_PER_CODE
            lines += [say("finding_more", language=one, count=more, code=code) for one in LANGUAGES]
    return lines


def _table(commands: Iterable[tuple[str, ...]]) -> list[str]:
    lines = []
    for words in commands:
        code = "_".join(("command", *words)).replace("-", "_")
        lines.append(f"  bando {' '.join(words):<22}{say(code)}")
        lines.append(f"  {'':<28}{say(code, language='en')}")
    return lines


def _sentences(code: str) -> list[str]:
    return [say(code, language=language) for language in LANGUAGES]


def _both(code: str) -> str:
    return " / ".join(_sentences(code))
