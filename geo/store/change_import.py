"""Turns a list of changes into the change graph between two boundary sets.

    list       who became what, by law: its pairs hold, also against geometry
    sets       units that the list does not name stay what they are, or are found by overlay
    weights    of a divided unit: the list's shares, else the shares of land; a whole unit is 1

What an overlay or an earlier list had found between the two sets is replaced; identities and the
levels above are worked out anew. One transaction, opened by the caller.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
from sqlalchemy import Connection

from geo.errors import Conflict, Detail, Finding, Refused
from geo.store import audit
from geo.store.activation import identify_units, lock_sets
from geo.store.boundary_sets import BoundarySet, list_sets, load_units
from geo.store.change_file import ChangeFile
from geo.store.change_pairs import Land, find_pairs
from geo.store.change_rules import share_numbers
from geo.store.change_weights import Completed, complete_pairs
from geo.store.records import open_batch
from geo.store.unit_changes import (
    change_counts,
    delete_changes,
    write_changes,
    write_changes_above,
)
from geo.store.unit_overlay import change_kinds, overlay
from geo.units import COUNTRY_CODE

# Errors that an office may take with a reason: surprising, not impossible by law.
ACCEPTABLE = (*("change_pair_apart", "change_old_code_two_names", "change_new_code_two_names"),)


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """The graph that a list makes between two sets, not written yet.

    Parameters
    ----------
    earlier, later
        The sets.
    changes
        As `unit_changes.write_changes` takes them.
    findings
        Of the list and of the sets together; errors refuse all.
    accepted
        Reason by code of errors that were taken nevertheless.
    """

    earlier: BoundarySet
    later: BoundarySet
    changes: pd.DataFrame
    findings: tuple[Finding, ...]
    accepted: Mapping[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> list[Finding]:
        """Give the findings that refuse the list."""
        return [
            one
            for one in self.findings
            if one.severity == "error" and one.code not in self.accepted
        ]


def sets_around(conn: Connection, day: date) -> tuple[BoundarySet, BoundarySet]:
    """Give the sets in force on the day before a change and on its day.

    Raises
    ------
    Conflict
        ``changes_without_sets``: one of them is missing, or one set covers both days.
    """
    active = [one for one in list_sets(conn) if one.state == "active"]

    def on(when: date) -> BoundarySet | None:
        return next(
            (
                one
                for one in active
                if one.valid_from <= when and (one.valid_to is None or when < one.valid_to)
            ),
            None,
        )

    earlier, later = on(day - timedelta(days=1)), on(day)
    if earlier is None or later is None or earlier.set_id == later.set_id:
        raise Conflict("changes_without_sets", day=f"{day:%d/%m/%Y}")
    return earlier, later


def check_neighbours(conn: Connection, earlier: BoundarySet, later: BoundarySet) -> None:
    """Make sure that two sets are in force one right after the other: lists connect such only.

    Raises
    ------
    Conflict
        ``changes_no_neighbours``.
    """
    chain = [one.set_id for one in list_sets(conn) if one.state == "active"]
    if (earlier.set_id, later.set_id) not in set(pairwise(chain)):
        raise Conflict("changes_no_neighbours", earlier=earlier.title, later=later.title)


def plan_changes(
    conn: Connection,
    file: ChangeFile,
    *,
    earlier: BoundarySet,
    later: BoundarySet,
    act: str | None = None,
    basis: str = "area",
    accepted: Mapping[str, str] | None = None,
    skip_refused: bool = False,
) -> ChangePlan:
    """Hold a list against two sets and complete it. Changes nothing.

    Parameters
    ----------
    conn
        Connection of the operator.
    file
        The list, judged by itself.
    earlier, later
        Neighbouring sets in force.
    act
        Legal act of all rows that name none; the later set's without it.
    basis
        What the shares of the list rest on.
    accepted
        Reason by code of errors of `ACCEPTABLE` that are taken nevertheless: their rows hold.
    skip_refused
        Leave out rows with an error, with their units found by overlay, instead of refusing all.

    Raises
    ------
    Conflict
        As `check_neighbours`.
    """
    check_neighbours(conn, earlier, later)
    passed = {code: why for code, why in (accepted or {}).items() if code in ACCEPTABLE}
    old = load_units(conn, earlier.set_id, levels=["commune"])
    new = load_units(conn, later.set_id, levels=["commune"])
    land = Land(old, new, overlay(old, new), earlier.title, later.title)
    wrong = _refused_rows(file.findings, passed)
    rows = file.changes[~file.changes.index.isin(wrong)]
    if "share" in rows:
        rows = rows.assign(share=share_numbers(rows["share"]))
    pairs, found = find_pairs(rows, land)
    findings = [*file.findings, *found, *_judge_days(pairs, earlier, later)]
    if skip_refused:
        pairs = pairs[~pairs.index.isin(_refused_rows(findings, passed))]
        findings = [
            replace(one, severity="warning") if one.row and one.code not in passed else one
            for one in findings
        ]
    plan = ChangePlan(earlier, later, pd.DataFrame(), tuple(findings), passed)
    if plan.errors:
        return plan
    done = complete_pairs(pairs, land, basis=basis)
    changes = _as_changes(done, land, later=later, act=act or later.act)
    return replace(
        plan,
        changes=changes.assign(from_set_id=earlier.set_id, to_set_id=later.set_id),
        findings=(*findings, *done.findings),
    )


def write_plan(conn: Connection, plan: ChangePlan, file: ChangeFile, *, actor: str) -> int:
    """Replace the graph between two sets by a plan; give the number of the import.

    Raises
    ------
    Refused
        ``change_file_refused`` when the plan has errors.
    Conflict
        As `check_neighbours`: a set was put in force or replaced since the plan was made.
    """
    lock_sets(conn)
    check_neighbours(conn, plan.earlier, plan.later)
    if plan.errors:
        raise Refused(
            "change_file_refused", findings=plan.errors, name=file.name, count=len(plan.errors)
        )
    import_id = open_batch(
        conn,
        kind="changes",
        source_name=file.name,
        source_sha256=file.sha256,
        row_count=len(file.changes),
        provenance="simulated" if plan.later.simulated else "imported",
        actor=actor,
        findings=plan.findings,
        accepted=plan.accepted,
    )
    replaced = delete_changes(conn, plan.earlier.set_id, plan.later.set_id)
    write_changes(conn, plan.changes.assign(import_id=import_id))
    write_changes_above(conn, plan.earlier, plan.later)
    identify_units(conn)
    audit.append(
        conn,
        actor=actor,
        action="boundaries.changes",
        subject={
            "import_id": import_id,
            "from_set": plan.earlier.set_id,
            "to_set": plan.later.set_id,
            "replaced": replaced,
            **change_counts(conn, plan.earlier.set_id, plan.later.set_id),
        },
    )
    return import_id


def _refused_rows(findings: Iterable[Finding], passed: Mapping[str, str]) -> set[int]:
    return {
        one.row
        for one in findings
        if one.severity == "error" and one.row is not None and one.code not in passed
    }


def _judge_days(pairs: pd.DataFrame, earlier: BoundarySet, later: BoundarySet) -> Iterator[Finding]:
    """Find rows whose day of change lies outside the life of the earlier set."""
    if "changed_on" not in pairs:
        return
    details: dict[str, Detail] = {
        "first": f"{earlier.valid_from:%d/%m/%Y}",
        "last": f"{later.valid_from:%d/%m/%Y}",
    }
    for row, day in pairs["changed_on"].items():
        if day and not earlier.valid_from < day <= later.valid_from:
            yield Finding(
                "change_day_outside",
                "warning",
                row=int(str(row)),
                column="changed_on",
                details=details,
            )


def _as_changes(done: Completed, land: Land, *, later: BoundarySet, act: str) -> pd.DataFrame:
    """Shape pairs as `write_changes` takes them; what is lost goes to the country's row."""
    pairs = done.pairs
    nothing = pd.Series(None, index=pairs.index, dtype=object)
    days, acts = (pairs.get(name, nothing).astype(object) for name in ("changed_on", "act"))
    changes = pd.DataFrame(
        {
            "from_code": land.old["code"].to_numpy()[pairs["old_row"]],
            "to_code": land.new["code"].to_numpy()[pairs["new_row"]],
            "changed_on": days.where(days.notna(), later.valid_from),
            "act": acts.where(acts.notna() & (acts != ""), act),
            "kind": change_kinds(pairs, old=land.old, new=land.new),
            "weight": pairs["weight"],
            "weight_basis": pairs["weight_basis"],
            "source": pairs["source"],
        }
    )
    if not done.lost:
        return changes
    gone = pd.DataFrame({"from_code": done.lost, "to_code": COUNTRY_CODE}).assign(
        changed_on=later.valid_from,
        act=act,
        kind="abolish",
        weight=1.0,
        weight_basis="none",
        source="overlay",
    )
    return pd.concat([changes, gone], ignore_index=True)
