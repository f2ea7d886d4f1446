"""Imports a file of patrols: streamed, judged, measured, appended or refused.

    read     batch by batch; bad rows are counted, good ones laid aside on disk by shift
    measure  shifts part by part: sums, cells; their raw fixes go to files in staging
    append   shifts that the store does not know, in the caller's transaction

The caller holds `fixes.locked` around all of it, and calls `fixes.settle` before and after: only
then do files of fixes stand where readers look. All or nothing, unless refused rows are to be
skipped.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Connection

from geo.errors import Finding, Refused
from geo.store import patrols, records
from geo.store.fix_judging import Tally, judge_batch
from geo.store.fix_spill import Spill, chunks, without_endless
from geo.store.fixes import FixesWriter
from geo.store.import_lock import lock
from geo.store.import_source import source_of
from geo.store.intake.kind import Tell, say_nothing
from geo.store.track_batches import FixBatch, TrackStream
from geo.tracks import Fixes, Ordered, measure, put_in_order, split_by_breaks
from geo.tracks.judging import judge_tracks, unbelievable
from geo.tracks.pieces import UnitOf, month_of

# From here on it matters whether a column names shifts or fixes.
_SHIFTS_MOST = 100_000


@dataclass(frozen=True, slots=True)
class PatrolOptions:
    """What the user of an import says beside the file.

    Parameters
    ----------
    as_of
        Today: later fixes are refused.
    source
        Name under which the shifts are known; None for the name of the file.
    utc
        Times without a zone are UTC rather than local.
    skip_refused
        Take the good rows and shifts and leave the others.
    provenance
        ``imported`` or ``simulated``.
    actor
        For the audit trail.
    """

    as_of: date
    source: str | None = None
    utc: bool = False
    skip_refused: bool = False
    provenance: str = "imported"
    actor: str = "command"
    ranges: Sequence[tuple[int, int]] | None = None
    tell: Tell = say_nothing


@dataclass(frozen=True, slots=True)
class PatrolReport:
    """What an import did or would do.

    Parameters
    ----------
    row_count, refused_count
        Fixes in the file, and those refused.
    findings
        Everything noticed.
    columns
        Column of each field, as found.
    counts
        Of what went into the store: shifts, known, fixes, pieces, cells, metres, seconds, months;
        None when the file was refused.
    rows
        The new shifts: ref, started_at, ended_at (UTC), distance_m, moving_s, standing_s, shape;
        the index is the row of each one's first fix.
    import_id
        Of the batch; None when the file was refused.
    """

    row_count: int
    refused_count: int
    findings: tuple[Finding, ...]
    columns: Mapping[str, str]
    counts: Mapping[str, int] | None
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    import_id: int | None = None


@dataclass(slots=True)
class _Measured:
    """Shifts measured so far.

    Parameters
    ----------
    shifts, cells
        Of the shifts to append, numbered over the whole file.
    all_sums
        Of every shift, for judging.
    refs
        Of the shifts so far: a file can hold one track twice.
    known
        Shifts that the store has, or the file has already; `changed` have other fixes there.
    """

    shifts: list[pd.DataFrame] = field(default_factory=list)
    cells: list[pd.DataFrame] = field(default_factory=list)
    all_sums: list[pd.DataFrame] = field(default_factory=list)
    number: int = 0
    refs: set[str] = field(default_factory=set)
    known: int = 0
    changed: list[int] = field(default_factory=list)


def import_patrols(
    conn: Connection, stream: TrackStream, *, options: PatrolOptions, staging: Path
) -> PatrolReport:
    """Import a file of patrols.

    Parameters
    ----------
    conn
        Connection of the operator; nothing is written when the file is refused.
    stream
        As `track_file.open_tracks` gives it.
    options
        What its user said.
    staging
        As `fixes.locked` gives it; files of fixes wait there.

    Raises
    ------
    Refused
        ``source_personal``, ``source_no_name``, and what reading raises.
    Conflict
        ``no_active_boundary_set``.
    """
    source = source_of(stream.name, options.source)
    spill, writer = Spill(staging), FixesWriter(staging)
    try:
        options.tell("reading", 0)
        tally, names = _read(stream, spill, options)
        options.tell("judging", tally.row_count)
        findings = [*stream.findings, *tally.finish(utc=options.utc)]
        if not tally.row_count and not _any_error(findings):
            raise Refused("place_file_empty", name=stream.name)
        measured = _Measured()
        land = patrols.land_near(conn, about=patrols.newest_set(conn), bounds=_box(spill))
        # An import that is being taken back is known, or is not, until this one ends.
        lock(conn, "patrols")
        known = patrols.known_shifts(conn, source=source)
        unit_of = land.unit_of()
        for ordered, name_of in _shifts(spill, names, findings):
            _measure(ordered, name_of, unit_of, known=known, writer=writer, measured=measured)
        sums = pd.concat(measured.all_sums) if measured.all_sums else pd.DataFrame()
        findings += judge_tracks(sums)
        findings += [
            Finding("patrol_known_differs", "warning", row=row) for row in measured.changed
        ]
        findings += _outside_area(measured, options.ranges)
        counts = None
        import_id = None
        if not _refused(findings, skip=options.skip_refused) and (
            measured.shifts or measured.known
        ):
            options.tell("writing", sum(len(one) for one in measured.shifts))
            import_id = records.open_batch(
                conn,
                kind="patrols",
                source_name=stream.name,
                source_sha256=stream.sha256,
                row_count=tally.row_count,
                provenance=options.provenance,
                actor=options.actor,
                findings=findings,
                refused_count=tally.refused,
            )
            counts = {"shifts": 0, "known": measured.known, "pieces": 0, "cells": 0}
            counts |= {"fixes": 0, "metres": 0, "seconds": 0}
            if measured.shifts:
                shifts, cells = pd.concat(measured.shifts), pd.concat(measured.cells)
                counts["pieces"] = patrols.append_patrols(
                    conn,
                    shifts,
                    cells,
                    land=land,
                    files=writer.finish(import_id),
                    source=source,
                    provenance=options.provenance,
                    import_id=import_id,
                )
                counts |= _totals(shifts, cells)
    finally:
        spill.close()
        writer.discard()
    return PatrolReport(
        tally.row_count,
        tally.refused,
        tuple(sorted(findings, key=lambda one: one.row or 0)),
        stream.columns,
        counts,
        rows=_shown(measured),
        import_id=import_id,
    )


def _read(
    stream: TrackStream, spill: Spill, options: PatrolOptions
) -> tuple[Tally, dict[int, str] | None]:
    """Read everything; give what was found, and the names of shifts by number where they bear any.

    The tracks of the spill are numbered as the names; without names, as the parts of the file.
    """
    tally = Tally()
    numbers: dict[str, int] = {}
    bears_names = False
    for batch in stream.batches:
        good = judge_batch(batch, tally, as_of=options.as_of, columns=stream.columns)
        track = batch.which
        if batch.names is not None:
            bears_names = True
            of_name = [numbers.setdefault(str(name), len(numbers)) for name in batch.names]
            track = np.array([*of_name, -1], dtype=np.int64)[batch.which]
            if len(numbers) > _SHIFTS_MOST and 2 * len(numbers) > tally.row_count:
                # To go on would only fill the memory with names of fixes.
                raise Refused("patrol_shifts_of_one_fix", count=len(numbers))
        spill.add(_fixes(batch, track).take(good))
    return tally, {number: name for name, number in numbers.items()} if bears_names else None


def _fixes(batch: FixBatch, track: NDArray[np.int64]) -> Fixes:
    return Fixes(track, batch.row, batch.lng, batch.lat, batch.times.ms)


def _shifts(
    spill: Spill, names: Mapping[int, str] | None, findings: list[Finding]
) -> Iterator[tuple[Ordered, Mapping[int, str] | None]]:
    """Give the shifts, some at a time, in order; names None when they bear none."""
    for part in spill.parts():
        fixes = part
        if names is None:
            number, _ = split_by_breaks(part)
            fixes = Fixes(number, part.row, part.lng, part.lat, part.time_ms)
        fixes, endless = without_endless(fixes)
        findings += [Finding("patrol_endless", row=row) for row in endless]
        for chunk in chunks(fixes):
            yield put_in_order(chunk), names


def _measure(
    ordered: Ordered,
    names: Mapping[int, str] | None,
    unit_of: UnitOf,
    *,
    known: Mapping[str, patrols.KnownShift],
    writer: FixesWriter,
    measured: _Measured,
) -> None:
    """Measure some shifts, lay their fixes into files and keep what is new."""
    tracks = measure(ordered, unit_of=unit_of)
    sums = tracks.sums
    begins = np.searchsorted(ordered.track, sums.index)
    ends = np.searchsorted(ordered.track, sums.index, side="right")
    refs = (
        [names[number] for number in sums.index]
        if names is not None
        else [_ref_of(ordered, slice(*span)) for span in zip(begins, ends, strict=True)]
    )
    months = month_of(sums["started_ms"].to_numpy()).astype("datetime64[M]").astype(str)
    shifts = sums.assign(source_ref=refs, month=months, line=tracks.lines)
    measured.all_sums.append(sums)
    fresh = ~unbelievable(sums)
    now = [
        patrols.KnownShift(*numbers)
        for numbers in sums[["started_ms", "ended_ms", "fix_count"]].to_numpy().tolist()
    ]
    for at, ref in enumerate(refs):
        had = known.get(ref)
        if had is None and ref not in measured.refs:
            measured.refs.add(ref)
            continue
        fresh[at] = False
        measured.known += 1
        if had not in (None, now[at]):
            measured.changed.append(int(sums["first_row"].iloc[at]))
    for month in np.unique(months[fresh]).tolist():
        chosen = fresh & (months == month)
        mask = np.repeat(chosen, ends - begins)
        shift = pa.array(refs).take(pa.array(np.repeat(np.arange(len(refs)), ends - begins)[mask]))
        writer.add(
            month,
            shift=shift,
            lng=ordered.lng[mask],
            lat=ordered.lat[mask],
            time_ms=ordered.time_ms[mask],
        )
    # Numbers of shifts are those of the part so far; from here on they are of the file.
    new_number = pd.Series(np.arange(measured.number, measured.number + len(sums)), sums.index)
    measured.number += len(sums)
    kept = shifts.loc[fresh]
    cells = tracks.cells.loc[tracks.cells["track"].isin(kept.index)]
    measured.shifts += [kept.set_axis(new_number.loc[kept.index])] if len(kept) else []
    measured.cells += [cells.assign(track=new_number.loc[cells["track"]].to_numpy())]


def _ref_of(ordered: Ordered, span: slice) -> str:
    """Name a shift that bears no name by when it began and what it holds."""
    content = hashlib.sha256()
    for values in (ordered.lng[span], ordered.lat[span], ordered.time_ms[span]):
        content.update(values.tobytes())
    began = np.datetime64(int(ordered.time_ms[span.start]), "ms").astype("datetime64[s]")
    return f"{str(began).replace('-', '').replace(':', '')}Z-{content.hexdigest()[:8]}"


def _box(spill: Spill) -> tuple[float, float, float, float]:
    west, south, east, north = (
        spill.bounds.tolist() if np.isfinite(spill.bounds).all() else [0.0, 0.0, 0.0, 0.0]
    )
    return west, south, east, north


def _totals(shifts: pd.DataFrame, cells: pd.DataFrame) -> dict[str, int]:
    return {
        "shifts": len(shifts),
        "cells": len(cells),
        "fixes": int(shifts["fix_count"].sum()),
        "metres": round(float(shifts["distance_m"].sum())),
        "seconds": round(int((shifts["moving_ms"] + shifts["standing_ms"]).sum()) / 1000),
    }


def _outside_area(measured: _Measured, ranges: Sequence[tuple[int, int]] | None) -> list[Finding]:
    """Find shifts of which no part lies in an actor's area."""
    if ranges is None or not measured.shifts:
        return []
    shifts, cells = pd.concat(measured.shifts), pd.concat(measured.cells)
    inside = cells["unit"].map(lambda key: any(low <= key <= high for low, high in ranges))
    held = shifts.index.isin(cells.loc[inside.astype(bool), "track"])
    return [Finding("patrol_outside_area", row=int(row)) for row in shifts.loc[~held, "first_row"]]


def _shown(measured: _Measured) -> pd.DataFrame:
    if not measured.shifts:
        return pd.DataFrame()
    shifts = pd.concat(measured.shifts)
    shown = pd.DataFrame(
        {
            "ref": shifts["source_ref"],
            "started_at": pd.to_datetime(shifts["started_ms"], unit="ms", utc=True),
            "ended_at": pd.to_datetime(shifts["ended_ms"], unit="ms", utc=True),
            "distance_m": shifts["distance_m"].round(),
            "moving_s": (shifts["moving_ms"] / 1000).round(),
            "standing_s": (shifts["standing_ms"] / 1000).round(),
            "shape": shifts["line"],
        }
    )
    return shown.set_axis(shifts["first_row"].to_numpy())


def _any_error(findings: list[Finding]) -> bool:
    return any(one.severity == "error" for one in findings)


def _refused(findings: list[Finding], *, skip: bool) -> bool:
    return any(one.severity == "error" and (one.row is None or not skip) for one in findings)
