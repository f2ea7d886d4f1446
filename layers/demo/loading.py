"""Loads the demo step by step, says what of it is there, and takes it out again.

    boundaries     three sets with their changes, activated            one transaction
    places         places and events                                   one transaction
    submissions    reports handed in                                   one transaction
    observations   values of a few indicators                          one transaction
    report-steps   how reports were approved and returned              one transaction
    assessments    computed, proposed and decided classes              one transaction
    assessment-steps  how classes were proposed, appraised, decided    one transaction
    RECORD_STEPS   what lies beside the figures, kind by kind          one transaction each
    compute        what the map shows, per unit, cell and period       one transaction
    tiles          the geometry pyramid of each set                    one file each, put whole

A step that is done is known by its batch or its file and is not done again, so a load that was cut
short anywhere is completed by the next one.
"""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import Conflict, Refused
from geo.store import aggregates, records
from geo.store.activation import activate
from geo.store.boundary_sets import SetMeta, load_units, set_by_hash, write_draft
from geo.store.demo_rows import (
    DemoSetRow,
    DemoStock,
    count_real_rows,
    count_real_sets,
    delete_simulated,
    find_stock,
    lock_demo,
    plan_without_statistics,
)
from geo.store.demo_sources import read_sources
from geo.store.demo_steps import append_assessment_steps, append_steps
from geo.store.engine import Connection, Engine, use_case
from geo.store.intake import KINDS
from geo.store.intake.kind import Origin
from geo.store.unit_changes import write_changes
from geo.units import Level
from layers.demo.hotspots import AS_OF, SOURCE
from layers.demo.simulation import SEED, DemoData, fingerprint, make_data
from layers.tiles import build_pyramid

SOURCE_NAME = "bando-demo"
# Names of kinds of record; sub-communes stand before what is told of them.
RECORD_STEPS = (
    *("facilities", "routes", "patrol-areas"),
    *("population", "campaigns", "models", "subcommunes", "subcommune-status"),
    "targets",
)
ROW_STEPS = (
    *("places", "submissions", "observations", "report-steps", "assessments"),
    "assessment-steps",
    *RECORD_STEPS,
)

# Called after each step with its name and counts.
Tell = Callable[[str, Mapping[str, int]], None]


@dataclass(frozen=True)
class LoadReport:
    """What a load did: counts by step; a step that had been done before has none."""

    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def load(
    engine: Engine,
    *,
    world_atlas: Path,
    tiles_folder: Path,
    seed: int = SEED,
    provinces: Collection[str] | None = None,
    tell: Tell | None = None,
) -> LoadReport:
    """Load the demo, or complete a load that was cut short.

    Parameters
    ----------
    engine
        Of the operator.
    world_atlas
        Folder of the npm package `world-atlas`.
    tiles_folder
        Where the pyramids go.
    seed, provinces
        As in `make_data`.
    tell
        Hears of each finished step.

    Raises
    ------
    Refused
        ``demo_unknown_provinces``.
    Conflict
        ``demo_beside_real_sets`` when boundary sets in force are not simulated,
        ``demo_other_in_store`` when another demo is there, to be removed first.
    """
    sources = read_sources(world_atlas)
    unknown = set(provinces or ()) - set(sources.new_units["province_code"])
    if unknown:
        raise Refused("demo_unknown_provinces", codes=", ".join(sorted(unknown)))
    sha256 = fingerprint(sources, seed=seed, provinces=provinces)
    with use_case(engine) as conn:
        done = _steps_done(conn, sha256=sha256)
    counts: dict[str, dict[str, int]] = {}

    def finish(step: str, told: Mapping[str, int]) -> None:
        before = counts.setdefault(step, {})
        counts[step] = before | {name: before.get(name, 0) + n for name, n in told.items()}
        if tell is not None:
            tell(step, told)

    data = None
    if not {"boundaries", *ROW_STEPS} <= done:
        data = make_data(sources, seed=seed, provinces=provinces)
        finish("drawn", {"communes": sum(len(one.communes) for one in data.country.sets)})
        _once(engine, "boundaries", data, tell=finish)
    # Tiles need Python while the rows need the database: side by side they cost half the time.
    with ThreadPoolExecutor(max_workers=1) as drawing:
        files = {one: tiles_folder / f"{one.hash16}.pmtiles" for one in _sets(engine)}
        jobs = [
            drawing.submit(_draw_tiles, engine, one, path=path)
            for one, path in files.items()
            if not path.exists()
        ]
        try:
            if data is not None:
                for step in ROW_STEPS:
                    _once(engine, step, data, tell=finish)
            finish("compute", _compute(engine, as_of=AS_OF))
            for job in jobs:
                finish("tiles", job.result())
        finally:
            drawing.shutdown(cancel_futures=True)
    return LoadReport(counts)


def remove(
    owner: Engine,
    operator: Engine,
    *,
    tiles_folder: Path,
    as_of: date,
    tell: Tell | None = None,
) -> dict[str, int]:
    """Take the demo out again and compute the rest anew.

    Parameters
    ----------
    owner
        Its role alone may delete facts, and only simulated ones.
    operator
        Computes what is left.
    tiles_folder
        Where the pyramids are.
    as_of
        Day up to which what is left is computed.
    tell
        Hears of each finished step.

    Returns
    -------
    Deleted rows by table, and ``tile_files``.

    Raises
    ------
    Conflict
        ``demo_holds_real_rows`` when rows that are not simulated stand on simulated sets: deleting
        the land would take them along.
    """
    with use_case(owner) as conn:
        lock_demo(conn)
        stock = find_stock(conn, source_name=SOURCE_NAME)
        real = count_real_rows(conn)
        if real:
            told = ", ".join(f"{table} {count}" for table, count in sorted(real.items()))
            raise Conflict("demo_holds_real_rows", told=told)
        deleted = {"boundary_set": 0, **stock.row_counts}
        if not stock.is_empty:
            deleted |= delete_simulated(conn, actor="command")
        left = count_real_sets(conn)
    # Rows first: a file without its set is served to nobody, a set without its file draws nothing.
    deleted["tile_files"] = sum(_delete_file(tiles_folder, one) for one in stock.sets)
    if tell is not None:
        tell("removed", deleted)
    if left and not stock.is_empty:
        computed = _compute(operator, as_of=as_of)
        if tell is not None:
            tell("compute", computed)
    return deleted


def status(conn: Connection) -> DemoStock:
    """Say what of the demo is in the store."""
    return find_stock(conn, source_name=SOURCE_NAME)


def is_unfinished(stock: DemoStock, *, tiles_folder: Path) -> bool:
    """Tell whether a load was cut short before its last row or file."""
    if stock.is_empty:
        return False
    drawn = all((tiles_folder / f"{one.hash16}.pmtiles").exists() for one in stock.sets)
    return not (drawn and stock.computed_periods and set(ROW_STEPS) <= set(stock.batches))


def _steps_done(conn: Connection, *, sha256: str) -> set[str]:
    lock_demo(conn)
    stock = find_stock(conn, source_name=SOURCE_NAME)
    if not stock.sets and count_real_sets(conn):
        raise Conflict("demo_beside_real_sets")
    others = {one.source_sha256 for one in stock.sets} | set(stock.batches.values())
    if others - {sha256}:
        raise Conflict("demo_other_in_store")
    return {*(["boundaries"] if stock.sets else []), *stock.batches}


def _once(engine: Engine, step: str, data: DemoData, *, tell: Tell) -> None:
    """Do a step in a transaction of its own unless it has been done."""
    with use_case(engine) as conn:
        # Looked at under the lock: another load may have done it meanwhile.
        if step in _steps_done(conn, sha256=data.sha256):
            return
        done = _STEPS.get(step)
        counts = done(conn, data) if done else _append_records(conn, data, step)
    tell(step, counts)


def _compute(engine: Engine, *, as_of: date) -> dict[str, int]:
    with use_case(engine) as conn:
        lock_demo(conn)
        report = aggregates.compute(conn, as_of=as_of)
    return {"computed": len(report.computed), "unchanged": len(report.unchanged)}


def _write_boundaries(conn: Connection, data: DemoData) -> dict[str, int]:
    plan_without_statistics(conn)
    set_ids = []
    written = 0
    for number, one in enumerate(data.country.sets):
        meta = SetMeta(
            title=one.title,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            act=one.act,
            provenance="simulated",
            illustrative=True,
            source_name=SOURCE_NAME,
            source_sha256=data.sha256,
        )
        set_ids.append(write_draft(conn, one.communes, meta=meta))
        if number > 0:
            changes = data.country.changes[number - 1].assign(
                from_set_id=set_ids[-2], to_set_id=set_ids[-1], source="list"
            )
            written += write_changes(conn, changes)
    for set_id in set_ids:
        activate(conn, set_id)
    communes = sum(len(one.communes) for one in data.country.sets)
    return {"sets": len(set_ids), "communes": communes, "changes": written}


def _append_places(conn: Connection, data: DemoData) -> dict[str, int]:
    places, events = data.hotspots.places, data.hotspots.events
    report = records.append_places(
        conn,
        places,
        events,
        provenance="simulated",
        import_id=_open_batch(conn, data, kind="places", row_count=len(places)),
    )
    return {"places": report.place_count, "events": report.event_count}


def _append_submissions(conn: Connection, data: DemoData) -> dict[str, int]:
    rows = _with_keys(conn, data, data.reports.submissions)
    import_id = _open_batch(conn, data, kind="submissions", row_count=len(rows))
    return {
        "submissions": records.append_submissions(
            conn, rows, provenance="simulated", import_id=import_id
        )
    }


def _append_observations(conn: Connection, data: DemoData) -> dict[str, int]:
    rows = _with_keys(conn, data, data.reports.observations)
    import_id = _open_batch(conn, data, kind="observations", row_count=len(rows))
    later = _with_keys(conn, data, data.corrections)
    return {
        "observations": sum(
            records.append_observations(conn, one, provenance="simulated", import_id=import_id)
            for one in (rows, later)
        )
    }


def _append_steps(conn: Connection, data: DemoData) -> dict[str, int]:
    rows = _with_keys(conn, data, data.steps)
    import_id = _open_batch(conn, data, kind="report-steps", row_count=len(rows))
    return {"steps": append_steps(conn, rows, import_id=import_id)}


def _append_assessments(conn: Connection, data: DemoData) -> dict[str, int]:
    rows = _with_keys(conn, data, data.assessments)
    import_id = _open_batch(conn, data, kind="assessments", row_count=len(rows))
    return {
        "assessments": records.append_assessments(
            conn, rows, provenance="simulated", import_id=import_id
        )
    }


def _append_assessment_steps(conn: Connection, data: DemoData) -> dict[str, int]:
    rows = _with_keys(conn, data, data.assessment_steps)
    import_id = _open_batch(conn, data, kind="assessment-steps", row_count=len(rows))
    return {"steps": append_assessment_steps(conn, rows, import_id=import_id)}


def _append_records(conn: Connection, data: DemoData, kind: str) -> dict[str, int]:
    """Append records of a kind by the function that imports use."""
    rows = data.records[kind]
    if "unit_code" in rows:
        rows = _with_keys_by_level(conn, data, rows)
    import_id = _open_batch(conn, data, kind=kind, row_count=len(rows))
    plan_without_statistics(conn)
    appended = KINDS[kind].append(conn, rows, Origin(import_id, "simulated", SOURCE))
    return {"rows": appended.new_count}


_STEPS: Mapping[str, Callable[[Connection, DemoData], dict[str, int]]] = {
    "boundaries": _write_boundaries,
    "places": _append_places,
    "submissions": _append_submissions,
    "observations": _append_observations,
    "report-steps": _append_steps,
    "assessments": _append_assessments,
    "assessment-steps": _append_assessment_steps,
}


def _open_batch(conn: Connection, data: DemoData, *, kind: str, row_count: int) -> int:
    return records.open_batch(
        conn,
        kind=kind,
        source_name=SOURCE_NAME,
        source_sha256=data.sha256,
        row_count=row_count,
        provenance="simulated",
        actor="command",
    )


def _with_keys_by_level(conn: Connection, data: DemoData, rows: pd.DataFrame) -> pd.DataFrame:
    """Give each row the key of its unit, which is a commune unless the row says its level."""
    levels: list[Level] = ["country", "province", "district", "commune"]
    told = rows["level"] if "level" in rows else pd.Series("commune", index=rows.index)
    parts = [
        _with_keys(conn, data, rows[told == level], code="unit_code", level=level)
        for level in levels
        if (told == level).any()
    ]
    return pd.concat(parts, ignore_index=True) if parts else rows.assign(unit_key=0)


def _with_keys(
    conn: Connection,
    data: DemoData,
    rows: pd.DataFrame,
    *,
    code: str = "code",
    level: Level = "commune",
) -> pd.DataFrame:
    """Give each row the key of its unit, by set number and code."""
    keys = []
    for one in find_stock(conn, source_name=SOURCE_NAME).sets:
        units = load_units(conn, one.set_id, levels=[level], geometry=False)
        number = [s.valid_from for s in data.country.sets].index(one.valid_from)
        keys.append(pd.DataFrame(units[["code", "unit_key"]]).assign(set_number=number))
    known = pd.concat(keys).set_index(["set_number", "code"])["unit_key"]
    key = known.reindex(pd.MultiIndex.from_frame(rows[["set_number", code]]))
    return rows.assign(unit_key=key.to_numpy(dtype=np.int64))


def _sets(engine: Engine) -> tuple[DemoSetRow, ...]:
    with use_case(engine) as conn:
        return find_stock(conn, source_name=SOURCE_NAME).sets


def _draw_tiles(engine: Engine, one: DemoSetRow, *, path: Path) -> dict[str, int]:
    with use_case(engine) as conn:
        units = load_units(conn, set_by_hash(conn, one.hash16).set_id)
    report = build_pyramid(units, path, title=one.title, illustrative=True)
    return {"files": 1, "tiles": report.tile_count, "kilobytes": report.byte_count // 1000}


def _delete_file(folder: Path, one: DemoSetRow) -> bool:
    path = folder / f"{one.hash16}.pmtiles"
    if not path.exists():
        return False
    path.unlink()
    return True
