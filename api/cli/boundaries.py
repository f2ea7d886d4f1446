"""Commands on boundary sets: bring a file in, list, show, put in force.

An import is a dry run until ``--commit``; what it brings is a draft until ``activate``. The tiles
of a set are built before it is put in force and its values in the same transaction, so that nobody
is ever served a set that is half there.
"""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.arguments import day, pair, read_day
from api.cli.boundary_talk import (
    both,
    say_activation,
    say_codes,
    say_counts,
    say_history,
    say_place,
    say_set,
    set_json,
)
from api.cli.outcome import Command, Outcome
from api.cli.talk import UsageError
from geo.boundaries import NEVER_ACCEPTED, judge, unaccepted
from geo.errors import Finding, NotFound, Refused
from geo.legacy_text import DECODERS
from geo.messages import say
from geo.period import LOCAL_TIME

if TYPE_CHECKING:
    import geopandas as gpd

    from api.settings import Settings
    from geo.store.boundary_file import BoundaryFile
    from geo.store.boundary_sets import Acceptance, BoundarySet, SetMeta
    from geo.store.engine import Connection

_IMPORT_WORDS = ("import", "boundaries")


def _configure_import(parser: ArgumentParser) -> None:
    def option(name: str, **more: Any) -> None:
        code = "option_boundaries_" + name.strip("-").replace("-", "_")
        parser.add_argument(name, help=" / ".join(both(code)), **more)

    option("file", type=Path, metavar="FILE")
    option("--valid-from", type=day, required=True, metavar="D")
    option("--valid-to", type=day, metavar="D")
    option("--act", required=True, type=words_of, metavar="TEXT")
    option("--title", type=words_of, metavar="TEXT")
    option("--level", choices=("commune",), default="commune")
    option("--crs", metavar="C")
    option("--encoding", choices=sorted(DECODERS))
    option("--map", action="append", type=pair, default=[], metavar="FIELD=COLUMN")
    option("--accept", action="append", default=[], metavar="CODE")
    option("--reason", action="append", type=words_of, default=[], metavar="TEXT")
    option("--simulated", action="store_true")
    option("--illustrative", action="store_true")
    option("--commit", action="store_true")


def _configure_one(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help=" / ".join(both("option_boundaries_id")))


def _configure_activate(parser: ArgumentParser) -> None:
    _configure_one(parser)
    text = " / ".join(both("option_boundaries_replace"))
    parser.add_argument("--replace", action="store_true", help=text)


def _nothing(_parser: ArgumentParser) -> None:
    pass


def run_import(options: Namespace, settings: "Settings") -> Outcome:
    """Read, judge, and with ``--commit`` write a boundary file as a draft."""
    from geo.store import boundary_file, boundary_sets
    from geo.store.activation import find_place
    from geo.store.register import register_of

    refuse_persons([options.act, options.title or "", *options.reason])
    accepted = acceptances(options.accept, options.reason)
    register = register_of(options.valid_from)
    file = boundary_file.read(
        options.file,
        valid_from=options.valid_from,
        crs=options.crs,
        encoding=options.encoding,
        columns=dict(options.map),
        register=register,
    )
    meta = _meta(options, file)
    with operator(settings) as conn:
        judgement = judge(
            file.communes,
            valid_from=options.valid_from,
            valid_to=options.valid_to,
            register=register,
            previous=_communes_before(conn, options.valid_from),
        )
        findings = [*file.findings, *judgement.findings]
        findings += _on_acceptances(accepted, findings)
        errors = unaccepted(findings, accepted=[one.code for one in accepted])
        counts = {str(level): count for level, count in judgement.unit_counts.items()}
        data: dict[str, object] = {
            "committed": False,
            "accepted": [{"code": one.code, "reason": one.reason} for one in accepted],
        }
        head = say_counts(counts)
        if errors:
            told = both("boundaries_refused", count=len(errors), codes=say_codes(errors))
            return Outcome(False, [*head, *told], counts, findings, data)
        place = find_place(conn, valid_from=meta.valid_from, valid_to=meta.valid_to)
        if options.commit:
            set_id = boundary_sets.write_draft(
                conn, file.communes, meta=meta, findings=findings, accepted=accepted
            )
            hash16 = boundary_sets.set_by_id(conn, set_id).hash16
            told = both("boundaries_written", set_id=str(set_id), hash16=hash16)
            data |= {"committed": True, "set_id": set_id}
        else:
            hash16 = boundary_sets.check_draft(conn, file.communes, meta=meta)
            told = both("boundaries_dry_run", hash16=hash16)
    data["boundary_set"] = hash16
    return Outcome(True, [*head, *told, *say_place(place, meta=meta)], counts, findings, data)


def run_list(_options: Namespace, settings: "Settings") -> Outcome:
    """List the sets of every state."""
    from geo.store.boundary_sets import list_sets

    with operator(settings) as conn:
        sets = list_sets(conn)
    lines = [line for one in sets for line in say_set(one)] or both("boundaries_none")
    data = {"sets": [set_json(one) for one in sets]}
    return Outcome(True, lines, {"sets": len(sets)}, data=data)


def run_show(options: Namespace, settings: "Settings") -> Outcome:
    """Show one set with what was found and accepted when it came in, and its changes."""
    from geo.store.boundary_sets import findings_of

    with operator(settings) as conn:
        one = find_set(conn, options.id)
        findings, accepted = findings_of(conn, one.set_id)
    lines = [*say_set(one), *say_history(one, findings=findings, accepted=accepted)]
    counts = {str(level): count for level, count in one.unit_counts.items()}
    data: dict[str, object] = {
        **set_json(one),
        "recorded_findings": findings,
        "accepted": [{"code": a.code, "reason": a.reason} for a in accepted],
    }
    return Outcome(True, lines, counts, data=data)


def run_activate(options: Namespace, settings: "Settings") -> Outcome:
    """Build the tiles of a draft, put it in force and compute its values."""
    from geo.store.activation import activate, check_activation
    from geo.store.aggregates import compute
    from geo.store.boundary_sets import load_units
    from geo.store.patrol_recut import recut_patrols
    from layers.tiles import build_pyramid

    with operator(settings) as conn:
        # A refusal must come before the minutes of drawing, not after.
        one, _ = check_activation(conn, find_set(conn, options.id).set_id, replace=options.replace)
        units = load_units(conn, one.set_id)
    tiles = settings.home / "tiles" / f"{one.hash16}.pmtiles"
    pyramid = build_pyramid(units, tiles, title=one.title, illustrative=one.illustrative)
    with operator(settings) as conn:
        report = activate(conn, one.set_id, replace=options.replace)
        recut_patrols(conn, one.set_id, home=settings.home.absolute())
        computed = compute(conn, as_of=datetime.now(LOCAL_TIME).date())
    counts = {
        "places_joined": report.places_joined,
        "areas_to_confirm": report.areas_to_confirm,
        "periods_computed": len(computed.computed),
        "tiles": sum(zoom.tile_count for zoom in pyramid.zooms),
    }
    data: dict[str, object] = {
        "set_id": one.set_id,
        "boundary_set": one.hash16,
        "valid_to": report.valid_to,
        "closed": [s.set_id for s in report.closed],
        "retired": [s.set_id for s in report.retired],
        "changes": report.change_counts,
        "tiles_file": tiles.name,
    }
    return Outcome(True, say_activation(one, report, counts=counts), counts, data=data)


@contextmanager
def operator(settings: "Settings") -> "Iterator[Connection]":
    """Open one transaction of the operator and leave no connection behind."""
    from geo.store.engine import use_case

    engine = settings.engine("operator")
    try:
        with use_case(engine) as conn:
            yield conn
    finally:
        engine.dispose()


def words_of(text: str) -> str:
    """Read words given on the command line; blanks are none."""
    if not text.strip():
        raise ArgumentTypeError("…")
    return text.strip()


def _meta(options: Namespace, file: "BoundaryFile") -> "SetMeta":
    from geo.store.boundary_sets import SetMeta

    return SetMeta(
        title=options.title or say("boundaries_title", day=f"{options.valid_from:%d/%m/%Y}"),
        valid_from=options.valid_from,
        valid_to=options.valid_to,
        act=options.act,
        provenance="simulated" if options.simulated else "imported",
        illustrative=options.illustrative,
        source_name=file.source_name,
        source_sha256=file.source_sha256,
    )


def refuse_persons(words: Iterable[str]) -> None:
    """Refuse words that are kept with the set for ever and are about a person."""
    from geo.store.personal import value_looks_personal

    if any(value_looks_personal(text, use="comment") for text in words):
        raise Refused("words_personal")


def acceptances(
    codes: Sequence[str], reasons: Sequence[str], *, words: tuple[str, ...] = _IMPORT_WORDS
) -> "tuple[Acceptance, ...]":
    """Pair codes with reasons: one reason each, or one for all."""
    from geo.store.boundary_sets import Acceptance

    if len(reasons) not in {len(codes), min(1, len(codes))}:
        raise UsageError("usage_wrong", words=words, text="--accept, --reason")
    each = reasons if len(reasons) == len(codes) else [*reasons] * len(codes)
    return tuple(Acceptance(code, reason) for code, reason in zip(codes, each, strict=True))


def _on_acceptances(
    accepted: "Iterable[Acceptance]", findings: Iterable[Finding]
) -> Iterable[Finding]:
    """Say which acceptances change nothing, and which cannot be."""
    errors = {finding.code for finding in findings if finding.severity == "error"}
    for one in accepted:
        if one.code in NEVER_ACCEPTED and one.code in errors:
            yield Finding("acceptance_impossible", details={"code": one.code})
        elif one.code not in errors:
            yield Finding("acceptance_unused", "warning", details={"code": one.code[:40]})


def _communes_before(conn: "Connection", day: date) -> "gpd.GeoDataFrame | None":
    """Give the communes, without geometry, of the set in force on the day before."""
    from geo.store.boundary_sets import load_units, set_on

    before = set_on(conn, day - timedelta(days=1))
    if before is None:
        return None
    return load_units(conn, before.set_id, levels=["commune"], geometry=False)


def find_set(conn: "Connection", text: str) -> "BoundarySet":
    """Find a set by its number, its name in addresses, or a day on which it is in force.

    Raises
    ------
    NotFound
        ``boundary_set_unknown``.
    """
    from geo.store.boundary_sets import HASH_LENGTH, set_by_hash, set_by_id, set_on

    if text.isdigit() and len(text) < HASH_LENGTH:
        return set_by_id(conn, int(text))
    asked = read_day(text)
    if asked is None:
        return set_by_hash(conn, text)
    on = set_on(conn, asked)
    if on is None:
        raise NotFound("boundary_set_unknown", text=text[:16])
    return on


IMPORT = Command(
    help_vi=say("command_import_boundaries"),
    help_en=say("command_import_boundaries", language="en"),
    configure=_configure_import,
    run=run_import,
)
LIST = Command(
    help_vi=say("command_boundaries_list"),
    help_en=say("command_boundaries_list", language="en"),
    configure=_nothing,
    run=run_list,
)
SHOW = Command(
    help_vi=say("command_boundaries_show"),
    help_en=say("command_boundaries_show", language="en"),
    configure=_configure_one,
    run=run_show,
)
ACTIVATE = Command(
    help_vi=say("command_boundaries_activate"),
    help_en=say("command_boundaries_activate", language="en"),
    configure=_configure_activate,
    run=run_activate,
)
