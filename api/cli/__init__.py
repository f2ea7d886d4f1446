"""The command ``bando``: finds the command in a literal table, parses, runs, answers.

Exit status 0: done or acceptable; 1: refused; 2: wrong usage. A command's file is imported only
when that command is called, so that ``bando --help`` answers at once.
"""

import errno
import logging
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from api.cli.outcome import Command, Outcome
from api.cli.talk import (
    Parser,
    UsageError,
    describe_all,
    describe_group,
    say_outcome,
    say_refusal,
    say_unexpected,
    say_usage_error,
)
from geo.errors import BandoError, Unavailable

if TYPE_CHECKING:
    from api.settings import Settings

DONE, REFUSED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

# Words of the command -> where its `Command` stands. The short help is the message
# ``command_<words joined by _>`` in geo/messages/commands.toml.
COMMANDS: Mapping[tuple[str, ...], str] = MappingProxyType(
    {
        ("serve",): "api.cli.serve:SERVE",
        ("import", "boundaries"): "api.cli.boundaries:IMPORT",
        ("import", "changes"): "api.cli.changes:IMPORT",
        ("import", "hotspots"): "api.cli.hotspots:IMPORT",
        ("import", "patrols"): "api.cli.patrols:IMPORT",
        ("import", "observations"): "api.cli.records:OBSERVATIONS",
        ("import", "population"): "api.cli.records:POPULATION",
        ("import", "submissions"): "api.cli.records:SUBMISSIONS",
        ("import", "assessments"): "api.cli.records:ASSESSMENTS",
        ("import", "campaigns"): "api.cli.records:CAMPAIGNS",
        ("import", "models"): "api.cli.records:MODELS",
        ("import", "subcommunes"): "api.cli.records:SUBCOMMUNES",
        ("import", "subcommune-status"): "api.cli.records:SUBCOMMUNE_STATUS",
        ("import", "facilities"): "api.cli.records:FACILITIES",
        ("import", "routes"): "api.cli.records:ROUTES",
        ("import", "patrol-areas"): "api.cli.records:PATROL_AREAS",
        ("import", "targets"): "api.cli.records:TARGETS",
        ("import", "template"): "api.cli.records:TEMPLATE",
        ("import", "list"): "api.cli.records:LIST",
        ("import", "show"): "api.cli.records:SHOW",
        ("import", "undo"): "api.cli.records:UNDO",
        ("import", "layout", "propose"): "api.cli.layouts:PROPOSE",
        ("import", "layout", "save"): "api.cli.layouts:SAVE",
        ("import", "layout", "list"): "api.cli.layouts:LIST",
        ("import", "layout", "show"): "api.cli.layouts:SHOW",
        ("boundaries", "list"): "api.cli.boundaries:LIST",
        ("boundaries", "show"): "api.cli.boundaries:SHOW",
        ("boundaries", "changes"): "api.cli.boundary_history:CHANGES",
        ("boundaries", "find"): "api.cli.boundary_history:FIND",
        ("boundaries", "trace"): "api.cli.boundary_history:TRACE",
        ("boundaries", "activate"): "api.cli.boundaries:ACTIVATE",
        ("report", "list"): "api.cli.reports:LIST",
        ("report", "submit"): "api.cli.reports:SUBMIT",
        ("report", "approve"): "api.cli.reports:APPROVE",
        ("report", "return"): "api.cli.reports:RETURN",
        ("report", "unapprove"): "api.cli.reports:UNAPPROVE",
        ("plan", "list"): "api.cli.plans:LIST",
        ("plan", "show"): "api.cli.plans:SHOW",
        ("report", "write"): "api.cli.handouts:WRITE",
        ("assess", "list"): "api.cli.assess:LIST",
        ("assess", "show"): "api.cli.assess:SHOW",
        ("assess", "step"): "api.cli.assess:STEP",
        ("explain",): "api.cli.explain:EXPLAIN",
        ("criteria", "list"): "api.cli.criteria:LIST",
        ("criteria", "show"): "api.cli.criteria:SHOW",
        ("criteria", "check"): "api.cli.criteria:CHECK",
        ("criteria", "totals"): "api.cli.criteria:TOTALS",
        ("compute",): "api.cli.compute:COMPUTE",
        ("figures",): "api.cli.figures:FIGURES",
        ("progress",): "api.cli.progress:PROGRESS",
        ("map",): "api.cli.map:MAP",
        ("bench",): "api.cli.bench:BENCH",
        ("demo", "load"): "api.cli.demo:LOAD",
        ("demo", "remove"): "api.cli.demo:REMOVE",
        ("demo", "status"): "api.cli.demo:STATUS",
        ("user", "add"): "api.cli.users:ADD",
        ("user", "passwd"): "api.cli.users:PASSWD",
        ("user", "list"): "api.cli.users:LIST",
        ("user", "close"): "api.cli.users:CLOSE",
        ("user", "ensure-admin"): "api.cli.users:ENSURE_ADMIN",
        ("audit", "verify"): "api.cli.audit:VERIFY",
        ("db", "start"): "api.cli.db:START",
        ("db", "stop"): "api.cli.db:STOP",
        ("db", "status"): "api.cli.db:STATUS",
        ("db", "url"): "api.cli.db:ADDRESS",
        ("db", "migrate"): "api.cli.db:MIGRATE",
        ("db", "psql"): "api.cli.db:PSQL",
    }
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Vietnamese must come out whole on a terminal that claims to know only ASCII.
            stream.reconfigure(encoding="utf-8", errors="replace")
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in _before_dashes(arguments)
    if as_json:
        arguments.remove("--json")
    settings: Settings | None = None
    try:
        words, rest = split_words(arguments)
        if words not in COMMANDS:
            return _describe(words, rest)
        settings = _settings()
        command = load(words)
        options = parse(words, command, rest)
        outcome = command.run(options, settings)
        say_outcome(outcome, as_json=as_json)
    except UsageError as error:
        say_usage_error(error, as_json=as_json)
        return WRONG_USAGE
    except BandoError as error:
        say_refusal(error, as_json=as_json)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`bando ... | head`); nothing is left to tell anybody.
        sys.stderr.close()
        return DONE
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            say_refusal(Unavailable("disk_full"), as_json=as_json)
            return REFUSED
        say_unexpected(error, home=settings.home if settings else None, as_json=as_json)
        return REFUSED
    finally:
        logging.shutdown()
    return DONE if outcome.ok else REFUSED


def split_words(arguments: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Split a command line into the words of the longest known command (or group) and the rest."""
    known = {words[:length] for words in COMMANDS for length in range(1, len(words) + 1)}
    for length in (3, 2, 1):
        words = tuple(arguments[:length])
        if len(words) == length and words in known:
            return words, list(arguments[length:])
    return (), list(arguments)


def load(words: tuple[str, ...]) -> Command:
    """Import the file of a command and give its `Command`."""
    module, _, name = COMMANDS[words].partition(":")
    command = getattr(import_module(module), name)
    if not isinstance(command, Command):
        raise TypeError(f"{COMMANDS[words]} is no Command")
    return command


def parse(words: tuple[str, ...], command: Command, rest: Sequence[str]) -> Namespace:
    """Read the arguments of a command.

    Raises
    ------
    UsageError
        When they are not those of the command.
    """
    parser = Parser(words, help_vi=command.help_vi, help_en=command.help_en)
    command.configure(parser)
    return parser.parse_args(list(rest))


def _describe(words: tuple[str, ...], rest: Sequence[str]) -> int:
    """Answer a line that names no command: the list when asked for or empty, else an error."""
    first = rest[0] if rest else "--help"
    if first not in ("-h", "--help", "help"):
        raise UsageError("usage_unknown_command", words=words, text=" ".join((*words, first))[:60])
    outcome = describe_group(words[0], COMMANDS) if words else describe_all(COMMANDS)
    say_outcome(outcome, as_json=False)
    return DONE if rest else WRONG_USAGE


def _settings() -> "Settings":
    from pydantic import ValidationError

    from api.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        names = ", ".join(f"BANDO_{str(e['loc'][0]).upper()}" for e in error.errors() if e["loc"])
        raise UsageError("usage_settings", names=names) from None


def _before_dashes(arguments: Sequence[str]) -> Sequence[str]:
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


__all__ = ["COMMANDS", "Command", "Outcome", "load", "main", "parse", "split_words"]
