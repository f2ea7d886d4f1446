"""Command ``bando bench``: comparisons with peers, measured in the same run (folder `bench/`)."""

import json
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.arguments import both
from api.cli.outcome import Command, Outcome
from api.settings import PROJECT, environment_for_program
from geo.errors import Unavailable
from geo.messages import say

if TYPE_CHECKING:
    from api.settings import Settings


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("names", nargs="*", metavar="NAME", help=" / ".join(both("option_bench")))
    parser.add_argument("--quick", action="store_true", help=" / ".join(both("option_bench_quick")))
    parser.add_argument(
        "--communes", type=Path, metavar="FILE", help=" / ".join(both("option_bench_communes"))
    )


def run(options: Namespace, settings: "Settings") -> Outcome:
    """Run the comparisons in a process of their own, which shows its tables as they come.

    Raises
    ------
    Unavailable
        With code ``bench_not_here`` where only the service was installed.
    """
    if not (PROJECT / "bench" / "__main__.py").is_file():
        raise Unavailable("bench_not_here")
    said = settings.home.absolute() / "bench" / "figures.json"
    said.parent.mkdir(parents=True, exist_ok=True)
    said.unlink(missing_ok=True)
    command = [sys.executable, "-m", "bench", "--out", str(said), *options.names]
    if options.quick:
        command.append("--quick")
    if options.communes:
        command += ["--communes", str(options.communes.absolute())]
    # Its tables go where they do not get into the one object that --json prints.
    done = subprocess.run(  # noqa: S603 our own program
        command,
        cwd=PROJECT,
        check=False,
        stdout=sys.stderr,
        env=environment_for_program(BANDO_HOME=str(settings.home.absolute())),
    )
    if not said.is_file():
        return Outcome(ok=False, lines=both("bench_broken"), counts={"status": done.returncode})
    figures = json.loads(said.read_text(encoding="utf-8"))["figures"]
    missed = [one["name"] for one in figures if not one["passed"]]
    lines = both("bench_missed", names="; ".join(missed)) if missed else both("bench_held")
    return Outcome(ok=not missed, lines=lines, data={"figures": figures})


BENCH = Command(
    help_vi=say("command_bench"),
    help_en=say("command_bench", language="en"),
    configure=configure,
    run=run,
)
