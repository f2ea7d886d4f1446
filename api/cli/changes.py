"""Command that judges a list of changes of units; it writes nothing yet."""

from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.boundary_talk import both, say_codes
from api.cli.hotspots import day, pair
from api.cli.outcome import Command, Outcome
from geo.legacy_text import DECODERS
from geo.messages import say

if TYPE_CHECKING:
    from api.settings import Settings

# The reform that nearly every list of now is about.
_REFORM = date(2025, 7, 1)


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""

    def option(name: str, **more: Any) -> None:
        code = "option_changes_" + name.strip("-").replace("-", "_")
        parser.add_argument(name, help=" / ".join(both(code)), **more)

    option("file", type=Path, metavar="FILE")
    option("--changed-on", type=day, default=_REFORM, metavar="D")
    option("--encoding", choices=sorted(DECODERS))
    option("--map", action="append", type=pair, default=[], metavar="FIELD=COLUMN")


def run(options: Namespace, _settings: "Settings") -> Outcome:
    """Read and judge a list of changes."""
    from geo.store import change_file

    file = change_file.read(
        options.file,
        changed_on=options.changed_on,
        encoding=options.encoding,
        columns=dict(options.map),
    )
    counts = {
        "rows": len(file.changes),
        "changed": file.changed_count,
        "old": file.changes["old_code"].nunique(),
        "new": file.changes["new_code"].nunique(),
    }
    errors = [one for one in file.findings if one.severity == "error"]
    lines = both("changes_counts", **counts)
    if errors:
        lines += both("changes_judged_refused", count=len(errors), codes=say_codes(errors))
    else:
        lines += both("changes_judged")
    data: dict[str, object] = {"committed": False, "columns": dict(file.columns)}
    return Outcome(not errors, lines, counts, file.findings, data)


IMPORT = Command(
    help_vi=say("command_import_changes"),
    help_en=say("command_import_changes", language="en"),
    configure=configure,
    run=run,
)
