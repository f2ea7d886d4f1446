"""Works out the class of every commune for half-years, their remainders and years, and keeps it.

A period is worked out anew only when its inputs, its approvals or its criteria changed. A result
keeps its inputs, the version of the rules and the verdict of each row (K3), so that it can be told
again without working it out.
"""

import hashlib
from collections.abc import Sequence
from datetime import date

import numpy as np
from sqlalchemy import Connection, text

from geo.class_ladder import NOT_ASSESSED
from geo.criteria.choosing import choose
from geo.criteria.engine import Outcome, Program, classes_of, prepare
from geo.criteria.many import MISSING, judge_many
from geo.criteria.reading import criteria_sets
from geo.criteria.record import CriteriaSet
from geo.period import Period
from geo.store.class_inputs import ClassInputs, gather_class_inputs
from geo.store.compute_inputs import World
from geo.store.copying import stage_numbers
from geo.store.counting import Flags, Ints

# Stands in every hash: raise it when the arithmetic changes.
ARITHMETIC = "1"
_LETTER = {"met": "m", "not_met": "n", "unknown": "u", "disabled": "d"}


def compute_classes(
    conn: Connection, world: World, periods: Sequence[Period], *, full: bool = False
) -> tuple[str, ...]:
    """Work out the classes of every period that has any, where something changed.

    Parameters
    ----------
    conn
        Connection of the operator; `aggregates.compute` has computed the figures.
    world
        All inputs of those.
    periods
        Those that had ended; months are left out.
    full
        Also where nothing changed.

    Returns
    -------
    Ids of the periods that were written.
    """
    stored = {
        row.period_id: row.input_hash
        for row in conn.execute(text("SELECT period_id, input_hash FROM class_run"))
    }
    written: list[str] = []
    standing: set[str] = set()
    for period in periods:
        at = next((n for n, one in enumerate(world.sets) if one.holds(period.last_day)), None)
        if period.kind == "month" or at is None:
            continue
        wanted = _wanted(period.last_day, simulated=world.sets[at].about.simulated)
        if not wanted:
            continue
        standing.add(period.id)
        told = gather_class_inputs(
            conn, world, period, at=at, wanted={name for one in wanted for name in one.inputs}
        )
        digest = _hash(period, told, wanted)
        if stored.get(period.id) == digest and not full:
            continue
        _forget(conn, [period.id])
        is_simulated = world.sets[at].about.simulated
        _write(conn, period, told, digest=digest, is_simulated=is_simulated)
        written.append(period.id)
    _forget(conn, sorted(stored.keys() - standing))
    return tuple(written)


def _wanted(day: date, *, simulated: bool) -> list[CriteriaSet]:
    """Give the sets that may apply somewhere on a day."""
    return [one for one in criteria_sets() if one.is_simulated == simulated and one.holds_on(day)]


def _hash(period: Period, told: ClassInputs, wanted: Sequence[CriteriaSet]) -> str:
    names = " ".join(f"{one.id}={one.version}" for one in wanted)
    digest = hashlib.sha256(f"{ARITHMETIC} {period.id} {told.set_id} {names}".encode())
    digest.update(" ".join(told.province.tolist()).encode())
    for name in sorted(told.columns):
        digest.update(name.encode() + told.columns[name].tobytes())
    digest.update(told.unit_key.tobytes() + told.approved.tobytes())
    return digest.hexdigest()


def _forget(conn: Connection, periods: Sequence[str]) -> None:
    for table in ("class_result", "class_run"):
        conn.execute(
            text(f"DELETE FROM {table} WHERE period_id = ANY(:periods)"), {"periods": list(periods)}
        )


def _write(
    conn: Connection, period: Period, told: ClassInputs, *, digest: str, is_simulated: bool
) -> None:
    conn.execute(
        text(
            "INSERT INTO class_run (period_id, set_id, ends_before, input_hash, simulated)"
            " VALUES (:period_id, :set_id, :ends_before, :digest, :simulated)"
        ),
        {
            "period_id": period.id,
            "set_id": told.set_id,
            "ends_before": period.ends_before,
            "digest": digest,
            "simulated": told.simulated,
        },
    )
    groups: dict[CriteriaSet, list[str]] = {}
    for province in np.unique(told.province).tolist():
        criteria = choose(period.last_day, province=province, simulated=is_simulated)
        if criteria is not None:
            groups.setdefault(criteria, []).append(province)
    for criteria, provinces in groups.items():
        _write_group(conn, period, told, criteria, rows=np.isin(told.province, provinces))


def _write_group(
    conn: Connection, period: Period, told: ClassInputs, criteria: CriteriaSet, *, rows: Flags
) -> None:
    """Judge the communes to which one set applies, and keep what came of it."""
    program = prepare(criteria)
    columns = {name: told.columns[name][rows] for name in criteria.inputs}
    place, outcomes = judge_many(program, columns, count=int(rows.sum()))
    conn.execute(
        text(
            "INSERT INTO criteria_version (criteria_id, rule_version, input_ids, row_ids)"
            " VALUES (:criteria, :version, :inputs, :rows) ON CONFLICT DO NOTHING"
        ),
        {
            "criteria": criteria.id,
            "version": criteria.version,
            "inputs": list(criteria.inputs),
            "rows": [row.id for row in criteria.rows],
        },
    )
    numbered: dict[str, Ints] = {f"i{n}": one for n, one in enumerate(columns.values())}
    stage_numbers(
        conn,
        "stage_class",
        {
            "unit_key": told.unit_key[rows],
            "outcome": (place + 1).astype(np.int32),
            "approved": told.approved[rows],
            **numbered,
        },
    )
    listed = ", ".join(f"nullif({name}, {MISSING})" for name in numbered)
    conn.execute(
        text(
            f"""
            INSERT INTO class_result (period_id, unit_key, criteria_id, rule_version, computed,
                possible, is_final, inputs, verdicts)
            SELECT :period_id, s.unit_key, :criteria, :version, o.computed, o.possible,
                s.approved AND o.computed <> :open, CAST(ARRAY[{listed}] AS bigint[]), o.verdicts
            FROM stage_class AS s
            JOIN unnest(CAST(:computed AS text[]), CAST(:possible AS smallint[]),
                    CAST(:verdicts AS text[])) WITH ORDINALITY
                AS o (computed, possible, verdicts, place) ON o.place = s.outcome
            ORDER BY s.unit_key
            """
        ),
        {
            "period_id": period.id,
            "criteria": criteria.id,
            "version": criteria.version,
            "open": NOT_ASSESSED,
            "computed": [_computed(one) for one in outcomes],
            "possible": [one.classes for one in outcomes],
            "verdicts": [_letters(program, one) for one in outcomes],
        },
    )


def _computed(outcome: Outcome) -> str:
    possible = classes_of(outcome.classes)
    return possible[0] if len(possible) == 1 else NOT_ASSESSED


def _letters(program: Program, outcome: Outcome) -> str:
    return "".join(_LETTER[one] for one in program.verdicts(outcome))
