"""Command that computes the figures of every period that has ended."""

from argparse import ArgumentParser, Namespace
from datetime import datetime
from typing import TYPE_CHECKING

from api.cli.arguments import both, day
from api.cli.outcome import Command, Outcome
from geo.messages import say
from geo.period import LOCAL_TIME

if TYPE_CHECKING:
    from api.settings import Settings


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--as-of", type=day, metavar="D", help=" / ".join(both("option_compute_as_of"))
    )
    parser.add_argument("--full", action="store_true", help=" / ".join(both("option_compute_full")))


def run(options: Namespace, settings: "Settings") -> Outcome:
    """Compute what changed, up to a day."""
    from geo.store.aggregates import compute
    from geo.store.engine import use_case

    as_of = options.as_of or datetime.now(LOCAL_TIME).date()
    engine = settings.engine("operator")
    try:
        with use_case(engine) as conn:
            report = compute(conn, as_of=as_of, full=options.full)
    finally:
        engine.dispose()
    counts = {
        "computed": len(report.computed),
        "unchanged": len(report.unchanged),
        "removed": len(report.removed),
    }
    data: dict[str, object] = {
        "data_until": f"{as_of:%Y-%m-%d}",
        "computed_periods": list(report.computed),
        "removed_periods": list(report.removed),
        "rows": dict(report.row_counts),
    }
    lines = both("compute_done", as_of=f"{as_of:%d/%m/%Y}", **counts)
    return Outcome(True, lines, counts, data=data)


COMPUTE = Command(
    help_vi=say("command_compute"),
    help_en=say("command_compute", language="en"),
    configure=configure,
    run=run,
)
