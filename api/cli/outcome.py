"""What a command is, and what it answers."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo.errors import Finding

if TYPE_CHECKING:
    from api.settings import Settings


@dataclass(frozen=True, slots=True)
class Outcome:
    """Answer of a command, printed for people or, with ``--json``, as one object.

    Parameters
    ----------
    ok
        False gives exit status 1: the input was refused.
    lines
        Sentences for people, not part of the JSON.
    counts
        Numbers by name, e.g. units per level.
    findings
        Everything noticed, errors included.
    data
        More keys of the JSON object.
    """

    ok: bool
    lines: Sequence[str] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of ``bando``.

    Parameters
    ----------
    help_vi, help_en
        What it does, for ``bando <command> --help``.
    configure
        Adds its arguments to the parser.
    run
        Does it. Raises `geo.errors.BandoError` or returns ``Outcome(ok=False)`` to refuse.
    """

    help_vi: str
    help_en: str
    configure: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, "Settings"], Outcome]
