"""Commands ``bando demo ...``: load the simulated country, remove it, tell what of it is there."""

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from datetime import datetime

from api.cli.outcome import Command, Outcome
from api.settings import Settings
from geo.messages import LANGUAGES, say
from geo.period import LOCAL_TIME
from geo.store.demo_sources import WORLD_ATLAS
from geo.store.engine import use_case
from layers import demo


def load(options: Namespace, settings: Settings) -> Outcome:
    """Load the demo, or complete a load that was cut short."""
    engine = settings.engine("operator")
    try:
        report = demo.load(
            engine,
            world_atlas=settings.home / WORLD_ATLAS,
            tiles_folder=settings.home / "tiles",
            provinces=options.provinces,
            tell=_tell_progress(),
        )
    finally:
        engine.dispose()
    counts = {
        f"{_word(step)}_{name}": n
        for step, told in report.counts.items()
        for name, n in told.items()
    }
    return Outcome(ok=True, lines=_both("demo_loaded"), counts=counts)


def remove(options: Namespace, settings: Settings) -> Outcome:  # noqa: ARG001 shape of a command
    """Take everything simulated out again."""
    owner, operator = settings.engine("owner"), settings.engine("operator")
    try:
        deleted = demo.remove(
            owner,
            operator,
            tiles_folder=settings.home / "tiles",
            as_of=datetime.now(tz=LOCAL_TIME).date(),
            tell=_tell_progress(),
        )
    finally:
        owner.dispose()
        operator.dispose()
    return Outcome(ok=True, lines=_both("demo_removed"), counts=deleted)


def status(options: Namespace, settings: Settings) -> Outcome:  # noqa: ARG001 shape of a command
    """Tell what of the demo is in the store."""
    engine = settings.engine("operator")
    try:
        with use_case(engine) as conn:
            stock = demo.status(conn)
    finally:
        engine.dispose()
    state = "absent" if stock.is_empty else "present"
    if demo.is_unfinished(stock, tiles_folder=settings.home / "tiles"):
        state = "partial"
    counts = {"sets": len(stock.sets), **stock.row_counts}
    return Outcome(
        ok=True,
        lines=_both(f"demo_{state}", **counts),
        counts=counts,
        data={
            "state": state,
            "sets": [
                {"id": one.hash16, "title": one.title, "valid_from": one.valid_from.isoformat()}
                for one in stock.sets
            ],
        },
    )


def _tell_progress() -> Callable[[str, Mapping[str, int]], None]:
    """Tell each finished step on standard error, so that standard output stays the answer."""
    last = time.monotonic()

    def tell(step: str, counts: Mapping[str, int]) -> None:
        nonlocal last
        now = time.monotonic()
        for line in _both(f"demo_step_{_word(step)}", seconds=now - last, **counts):
            sys.stderr.write(line + "\n")
        sys.stderr.flush()
        last = now

    return tell


def _word(step: str) -> str:
    return step.replace("-", "_")


def _both(code: str, **details: object) -> list[str]:
    return [say(code, language=language, **details) for language in LANGUAGES]


def _configure_load(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--provinces",
        type=lambda text: tuple(code.strip() for code in text.split(",")),
        metavar="33,31",
        help=" / ".join(_both("demo_help_provinces")),
    )


def _configure_nothing(parser: ArgumentParser) -> None:
    """Take no arguments."""


LOAD, REMOVE, STATUS = (
    Command(
        help_vi=say(f"command_demo_{word}", language="vi"),
        help_en=say(f"command_demo_{word}", language="en"),
        configure=configure,
        run=run,
    )
    for word, configure, run in (
        ("load", _configure_load, load),
        ("remove", _configure_nothing, remove),
        ("status", _configure_nothing, status),
    )
)
