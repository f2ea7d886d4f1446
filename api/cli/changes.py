"""Command ``bando import changes``: a list of who became what, held against two boundary sets."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.arguments import day, pair
from api.cli.boundaries import acceptances, find_set, operator, refuse_persons, words_of
from api.cli.boundary_talk import both, say_codes
from api.cli.outcome import Command, Outcome
from geo.errors import Conflict, Finding
from geo.legacy_text import DECODERS
from geo.messages import say

if TYPE_CHECKING:
    from api.settings import Settings
    from geo.store.boundary_sets import BoundarySet
    from geo.store.change_import import ChangePlan
    from geo.store.engine import Connection

# The reform that nearly every list of now is about.
_REFORM = date(2025, 7, 1)
_WORDS = ("import", "changes")
_BASES = ("area", "population", "addresses")


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""

    def option(name: str, **more: Any) -> None:
        code = "option_changes_" + name.strip("-").replace("-", "_")
        parser.add_argument(name, help=" / ".join(both(code)), **more)

    option("file", type=Path, metavar="FILE")
    option("--changed-on", type=day, default=_REFORM, metavar="D")
    option("--encoding", choices=sorted(DECODERS))
    option("--map", action="append", type=pair, default=[], metavar="FIELD=COLUMN")
    option("--from", dest="earlier", metavar="SET")
    option("--to", dest="later", metavar="SET")
    option("--act", metavar="TEXT")
    option("--share-basis", choices=_BASES, default="area")
    option("--accept", action="append", default=[], metavar="CODE")
    option("--reason", action="append", type=words_of, default=[], metavar="TEXT")
    option("--skip-refused", action="store_true")
    option("--commit", action="store_true")


def run(options: Namespace, settings: "Settings") -> Outcome:
    """Judge a list of changes, hold it against the sets, and with ``--commit`` write it."""
    from geo.store import change_file
    from geo.store.change_import import plan_changes, write_plan

    refuse_persons([options.act or "", *options.reason])
    accepted = {
        one.code: one.reason for one in acceptances(options.accept, options.reason, words=_WORDS)
    }
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
    lines = both("changes_counts", **counts)
    data: dict[str, object] = {"committed": False, "columns": dict(file.columns)}
    with operator(settings) as conn:
        between = _sets(conn, options)
        if between is None:
            errors = [one for one in file.findings if one.severity == "error"]
            lines += _judged(errors) + both("changes_no_sets", day=f"{options.changed_on:%d/%m/%Y}")
            return Outcome(not errors, lines, counts, file.findings, data)
        earlier, later = between
        plan = plan_changes(
            conn,
            file,
            earlier=earlier,
            later=later,
            act=options.act,
            basis=options.share_basis,
            accepted=accepted,
            skip_refused=options.skip_refused,
        )
        findings = [*plan.findings, *_on_acceptances(accepted, plan)]
        if plan.errors:
            return Outcome(False, lines + _judged(plan.errors), counts, findings, data)
        kinds = plan.changes["kind"].value_counts().sort_index()
        counts |= {str(kind): int(count) for kind, count in kinds.items()}
        data["accepted"] = [{"code": c, "reason": why} for c, why in plan.accepted.items()]
        data |= {"from_set": earlier.hash16, "to_set": later.hash16}
        lines += both(
            "changes_planned",
            earlier=earlier.title,
            later=later.title,
            count=len(plan.changes),
            divided=int((plan.changes.groupby("from_code").size() > 1).sum()),
        )
        if not options.commit:
            return Outcome(True, lines + both("changes_dry_run"), counts, findings, data)
        data |= {"committed": True, "import_id": write_plan(conn, plan, file, actor="command")}
    return Outcome(True, lines + both("changes_written"), counts, findings, data)


def _sets(conn: "Connection", options: Namespace) -> "tuple[BoundarySet, BoundarySet] | None":
    """Give the sets that a list connects: as named, else those around its day.

    None when there are none and nothing is to be written: then the list is judged by itself.
    """
    from geo.store.change_import import sets_around

    if options.earlier and options.later:
        return find_set(conn, options.earlier), find_set(conn, options.later)
    try:
        earlier, later = sets_around(conn, options.changed_on)
        return (
            find_set(conn, options.earlier) if options.earlier else earlier,
            find_set(conn, options.later) if options.later else later,
        )
    except Conflict:
        if options.commit:
            raise
        return None


def _on_acceptances(accepted: Mapping[str, str], plan: "ChangePlan") -> Iterator[Finding]:
    """Say which acceptances change nothing, and which cannot be."""
    errors = {one.code for one in plan.findings if one.severity == "error"}
    for code in accepted:
        if code not in errors:
            yield Finding("acceptance_unused", "warning", details={"code": code[:40]})
        elif code not in plan.accepted:
            yield Finding("acceptance_impossible", details={"code": code})


def _judged(errors: Sequence[Finding]) -> list[str]:
    if errors:
        return both("changes_judged_refused", count=len(errors), codes=say_codes(errors))
    return both("changes_judged")


IMPORT = Command(
    help_vi=say("command_import_changes"),
    help_en=say("command_import_changes", language="en"),
    configure=configure,
    run=run,
)
