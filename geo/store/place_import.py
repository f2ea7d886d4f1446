"""Imports a file of places: read, judged on its own, judged against the store, appended or refused.

All or nothing, unless the refused rows are to be skipped. The caller opens the transaction; a dry
run is the whole import in a savepoint that is rolled back, so it says exactly what a real one does.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from geo.errors import Finding
from geo.store import places, records
from geo.store.import_lock import lock
from geo.store.import_source import source_of
from geo.store.intake.kind import Tell, say_nothing
from geo.store.locations import Located, locate_places
from geo.store.place_columns import check_defaults
from geo.store.place_file import PlaceFile
from geo.store.place_rows import judge_rows, refused_rows


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the user of an import says beside the file.

    Parameters
    ----------
    as_of
        Today: later events are refused.
    source
        Name under which the places are known; None for the name of the file.
    named
        Column of a field.
    defaults
        Value of a field for rows that have none.
    skip_refused
        Take the good rows and leave the others.
    states_allowed
        Of the states that are off by default, those that the owner allows.
    provenance
        ``imported`` or ``simulated``.
    actor
        For the audit trail.
    ranges
        Keys that the actor may write to, on the newest set; None for commands.
    tell
        Called with the name of each stage and its number of rows.
    """

    as_of: date
    source: str | None = None
    named: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    skip_refused: bool = False
    states_allowed: Collection[str] = ()
    provenance: str = "imported"
    actor: str = "command"
    ranges: Sequence[tuple[int, int]] | None = None
    tell: Tell = say_nothing


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did or would do.

    Parameters
    ----------
    row_count
        Rows of the file.
    refused
        Numbers of the rows refused, ascending.
    findings
        Everything noticed.
    columns
        Column of each field, as found.
    appended
        What went into the store; None when the file was refused.
    rows
        The rows that hold: kind, lng, lat, state, date, ref, unit_key on the newest set.
    import_id
        Of the batch; None when the file was refused.
    """

    row_count: int
    refused: tuple[int, ...]
    findings: tuple[Finding, ...]
    columns: Mapping[str, str]
    appended: places.AppendReport | None
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    import_id: int | None = None


def import_places(conn: Connection, file: PlaceFile, *, options: ImportOptions) -> ImportReport:
    """Import a file of places.

    Parameters
    ----------
    conn
        Connection of the operator; nothing is written when the file is refused.
    file
        As `place_file.read` gives it.
    options
        What its user said.

    Raises
    ------
    Refused
        ``default_field_unknown``, ``default_unreadable``, ``source_personal``, ``source_no_name``.
    Conflict
        ``no_active_boundary_set``.
    """
    check_defaults(options.defaults)
    options.tell("judging", len(file.rows))
    judged = judge_rows(
        file.rows,
        source=source_of(file.name, options.source),
        as_of=options.as_of,
        named=options.named,
        defaults=options.defaults,
        states_allowed=options.states_allowed,
    )
    # Judged on their own; from here on what the store holds must not change.
    lock(conn, "hotspots")
    options.tell("placing", len(judged.places))
    kept, findings = _judge_against_store(
        conn,
        _Rows(judged.places, judged.events),
        findings=(*file.findings, *judged.findings),
        skip=options.skip_refused,
        ranges=options.ranges,
    )
    refused = refused_rows(findings)
    whole_file = any(one.severity == "error" and one.row is None for one in findings)
    if whole_file or kept.events.empty or (refused and not options.skip_refused):
        return ImportReport(
            len(file.rows),
            tuple(sorted(refused)),
            findings,
            judged.columns,
            appended=None,
            rows=kept.joined(),
        )
    options.tell("writing", len(kept.events))
    import_id = records.open_batch(
        conn,
        kind="hotspots",
        source_name=file.name,
        source_sha256=file.sha256,
        row_count=len(file.rows),
        provenance=options.provenance,
        actor=options.actor,
        findings=findings,
    )
    appended = places.append_places(
        conn,
        kept.places,
        kept.events,
        provenance=options.provenance,
        import_id=import_id,
        located=kept.located,
    )
    return ImportReport(
        len(file.rows),
        tuple(sorted(refused)),
        findings,
        judged.columns,
        appended=appended,
        rows=kept.joined(),
        import_id=import_id,
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows not refused so far; `located` stays None until the store has been asked."""

    places: pd.DataFrame
    events: pd.DataFrame
    located: Located | None = None

    def without(self, refused: Iterable[int]) -> "_Rows":
        """Leave out rows, and places of which no row is left."""
        events = self.events.loc[~self.events.index.isin(list(refused))]
        kept = self.places.loc[self.places["source_ref"].isin(events["source_ref"])]
        return _Rows(kept, events, self.located.of(kept.index) if self.located else None)

    def joined(self) -> pd.DataFrame:
        """Give each event with its place, and the place's unit on the newest set."""
        about = self.places.assign(
            unit_key=self.located.keys.iloc[:, -1] if self.located is not None else 0
        )
        rows = self.events.reset_index(names="row").merge(about, on="source_ref", how="left")
        return rows.set_index("row").rename(columns={"effective_on": "date", "source_ref": "ref"})


def _judge_against_store(
    conn: Connection,
    rows: _Rows,
    *,
    findings: tuple[Finding, ...],
    skip: bool,
    ranges: Sequence[tuple[int, int]] | None,
) -> tuple[_Rows, tuple[Finding, ...]]:
    """Hold the good rows against boundary sets and known lives.

    With `skip` a refused row may leave a life that no longer holds together (eliminated, but its
    listing refused): what is left is judged again until nothing more falls out.
    """
    rows = rows.without(refused_rows(findings))
    while not rows.events.empty:
        located = rows.located or locate_places(conn, rows.places)
        rows = _Rows(rows.places, rows.events, located)
        found = places.check_places(conn, rows.places, rows.events, located=located)
        if ranges is not None:
            found += _outside_area(rows, located, ranges)
        findings = (*findings, *found)
        if not found or not skip:
            break
        rows = rows.without(refused_rows(found))
    return rows, tuple(sorted(findings, key=lambda one: one.row or 0))


def _outside_area(
    rows: _Rows, located: Located, ranges: Sequence[tuple[int, int]]
) -> tuple[Finding, ...]:
    """Find the rows of places that an actor may not write: rights follow the newest set."""
    newest = located.keys.iloc[:, -1]
    inside = newest.map(lambda key: any(low <= key <= high for low, high in ranges)).astype(bool)
    foreign = rows.places.loc[~inside, "source_ref"]
    numbers = rows.events.index[rows.events["source_ref"].isin(foreign)].tolist()
    return tuple(Finding("place_outside_area", row=number) for number in numbers)
