"""Keeps boundary sets: writes a draft, lists them, answers which set is valid on a day.

A set is a draft until `activation.activate`; afterwards its land never changes. It is named by the
hash of its content; the first 16 hex digits stand in addresses.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, Row, Select, func, insert, select

from geo.errors import Conflict, Finding, NotFound
from geo.store import audit
from geo.store.tables import boundary_set, unit_version
from geo.store.unit_copy import copy_units
from geo.store.unit_rows import build_units, hash_units
from geo.units import Level

SetState = Literal["draft", "active", "retired"]
HASH_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMeta:
    """What is said about a boundary set beside its units.

    Parameters
    ----------
    title
        Name for people.
    valid_from, valid_to
        Half-open validity; open-ended without the second.
    act
        Legal act by which the boundaries hold.
    provenance
        ``imported`` or ``simulated``.
    illustrative
        Approximate borders: drawn with "minh họa, không có giá trị pháp lý".
    source_name, source_sha256
        The file, or the generator and the hash of its parameters.
    """

    title: str
    valid_from: date
    act: str
    source_name: str
    source_sha256: str
    valid_to: date | None = None
    provenance: Literal["imported", "simulated"] = "imported"
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A kind of error that a person let pass, with the reason given; stays with the set."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class BoundarySet:
    """A boundary set as it stands in the store, without its units."""

    set_id: int
    content_hash: str
    title: str
    valid_from: date
    valid_to: date | None
    act: str
    state: SetState
    provenance: str
    illustrative: bool
    source_name: str
    source_sha256: str
    recorded_at: datetime
    activated_at: datetime | None
    unit_counts: dict[Level, int]

    @property
    def hash16(self) -> str:
        """The name of the set in addresses and file names."""
        return self.content_hash[:HASH_LENGTH]

    @property
    def simulated(self) -> bool:
        """Whether the set was made up for demonstration."""
        return self.provenance == "simulated"


def write_draft(
    conn: Connection,
    communes: gpd.GeoDataFrame,
    *,
    meta: SetMeta,
    findings: Iterable[Finding] = (),
    accepted: Iterable[Acceptance] = (),
    actor: str = "command",
) -> int:
    """Write a judged set as a draft: units of all levels, findings, acceptances, one audit line.

    Districts (before 2025-07-01) and provinces are dissolved from the communes.

    Parameters
    ----------
    conn
        Connection of the operator.
    communes
        As `boundary_file.read` gives them, EPSG:4326.
    meta, findings, accepted
        What is kept beside the units.
    actor
        For the audit trail.

    Returns
    -------
    int
        The new set's id.

    Raises
    ------
    Conflict
        With code ``boundary_set_exists`` when the very same content is already here.
    """
    kept_acceptances = tuple(accepted)
    units = build_units(communes, valid_from=meta.valid_from)
    content_hash = hash_units(units, valid_from=meta.valid_from, valid_to=meta.valid_to)
    _refuse_known(conn, content_hash)
    set_id = conn.execute(
        insert(boundary_set)
        .values(
            content_hash=content_hash,
            title=meta.title,
            valid_from=meta.valid_from,
            valid_to=meta.valid_to,
            act=meta.act,
            provenance=meta.provenance,
            illustrative=meta.illustrative,
            source_name=meta.source_name,
            source_sha256=meta.source_sha256,
            findings=[finding.as_json() for finding in findings],
            accepted=[{"code": a.code, "reason": a.reason} for a in kept_acceptances],
        )
        .returning(boundary_set.c.set_id)
    ).scalar_one()
    copy_units(conn, units, set_id=set_id)
    audit.append(
        conn,
        actor=actor,
        action="boundaries.import",
        subject={
            "set_id": set_id,
            "content_hash": content_hash,
            "source_sha256": meta.source_sha256,
            "accepted": [*dict.fromkeys(a.code for a in kept_acceptances)],
            "counts": {str(k): int(n) for k, n in units["level"].value_counts().items()},
        },
    )
    return int(set_id)


def check_draft(conn: Connection, communes: gpd.GeoDataFrame, *, meta: SetMeta) -> str:
    """Do all of `write_draft` but the writing, and give the name that the set would have.

    Raises
    ------
    Conflict
        As `write_draft`.
    """
    units = build_units(communes, valid_from=meta.valid_from)
    content_hash = hash_units(units, valid_from=meta.valid_from, valid_to=meta.valid_to)
    _refuse_known(conn, content_hash)
    return content_hash[:HASH_LENGTH]


def _refuse_known(conn: Connection, content_hash: str) -> None:
    known = conn.execute(
        select(boundary_set).where(boundary_set.c.content_hash == content_hash)
    ).one_or_none()
    if known is not None:
        raise Conflict(
            "boundary_set_exists",
            set_id=known.set_id,
            title=known.title,
            valid_from=f"{known.valid_from:%d/%m/%Y}",
        )


def list_sets(conn: Connection) -> list[BoundarySet]:
    """List all sets of every state, by first day, then by id."""
    return _sets(conn, select(boundary_set))


def set_on(conn: Connection, day: date) -> BoundarySet | None:
    """Give the active set that is valid on a day, or None."""
    wanted = select(boundary_set).where(
        boundary_set.c.state == "active",
        boundary_set.c.valid_from <= day,
        boundary_set.c.valid_to.is_(None) | (boundary_set.c.valid_to > day),
    )
    return next(iter(_sets(conn, wanted)), None)


def set_by_id(conn: Connection, set_id: int) -> BoundarySet:
    """Give a set of any state.

    Raises
    ------
    NotFound
        With code ``boundary_set_unknown``.
    """
    found = _sets(conn, select(boundary_set).where(boundary_set.c.set_id == set_id))
    if not found:
        raise NotFound("boundary_set_unknown", text=str(set_id))
    return found[0]


def set_by_hash(conn: Connection, hash16: str) -> BoundarySet:
    """Give a set of any state by the name it has in addresses.

    Raises
    ------
    NotFound
        With code ``boundary_set_unknown``.
    """
    start = func.left(boundary_set.c.content_hash, HASH_LENGTH)
    found = _sets(conn, select(boundary_set).where(start == hash16))
    if not found:
        raise NotFound("boundary_set_unknown", text=hash16[:HASH_LENGTH])
    return found[0]


def _sets(conn: Connection, wanted: Select[tuple[object, ...]]) -> list[BoundarySet]:
    rows: Sequence[Row[tuple[object, ...]]] = conn.execute(
        wanted.order_by(boundary_set.c.valid_from, boundary_set.c.set_id)
    ).all()
    counted = conn.execute(
        select(unit_version.c.set_id, unit_version.c.level, func.count())
        .where(unit_version.c.set_id.in_([row.set_id for row in rows]))
        .where(unit_version.c.level != "country")
        .group_by(unit_version.c.set_id, unit_version.c.level)
    ).all()
    counts: dict[int, dict[Level, int]] = {}
    for set_id, level, count in counted:
        counts.setdefault(set_id, {})[level] = count
    kept = BoundarySet.__slots__
    return [
        BoundarySet(
            **{name: getattr(row, name) for name in kept if name != "unit_counts"},
            unit_counts=counts.get(row.set_id, {}),
        )
        for row in rows
    ]


def findings_of(conn: Connection, set_id: int) -> tuple[list[dict[str, object]], list[Acceptance]]:
    """Give the findings and acceptances that stay with a set."""
    row = conn.execute(
        select(boundary_set.c.findings, boundary_set.c.accepted).where(
            boundary_set.c.set_id == set_id
        )
    ).one()
    accepted = [Acceptance(a["code"], a["reason"]) for a in row.accepted]
    return list(row.findings), accepted


def load_units(
    conn: Connection,
    set_id: int,
    *,
    levels: Sequence[Level] | None = None,
    geometry: bool = True,
) -> gpd.GeoDataFrame:
    """Read the units of a set in key order, which is the order of every feed.

    Parameters
    ----------
    conn
        Connection of any role; boundaries are no operational data.
    set_id
        Of the set.
    levels
        Wanted levels; None for all, the country's row (no geometry) included.
    geometry
        Without it the geometry column holds None, which is much faster.

    Returns
    -------
    GeoDataFrame
        unit_key, key_to, parent_key (Int64), unit_id, level, code, name, kind, assessable,
        area_m2, label, geometry; EPSG:4326.
    """
    u = unit_version.c
    columns = [
        *(u.unit_key, u.key_to, u.parent_key, u.unit_id, u.level, u.code, u.name, u.kind),
        *(u.assessable, u.area_m2, func.ST_AsBinary(u.label).label("label")),
    ]
    if geometry:
        columns.append(func.ST_AsBinary(u.geom).label("geometry"))
    wanted = select(*columns).where(u.set_id == set_id).order_by(u.unit_key)
    if levels is not None:
        wanted = wanted.where(u.level.in_(list(levels)))
    frame = pd.DataFrame(conn.execute(wanted).all(), columns=[c.name for c in columns])
    shapes = [None if b is None else bytes(b) for b in frame["geometry"]] if geometry else None
    labels = [None if b is None else bytes(b) for b in frame["label"]]
    frame["label"] = shapely.from_wkb(np.array(labels, dtype=object))
    frame["parent_key"] = frame["parent_key"].astype("Int64")
    frame["area_m2"] = frame["area_m2"].astype(float)
    loaded = (
        np.full(len(frame), None, dtype=object)
        if shapes is None
        else shapely.from_wkb(np.array(shapes, dtype=object))
    )
    return gpd.GeoDataFrame(
        frame.drop(columns="geometry", errors="ignore"), geometry=gpd.GeoSeries(loaded, crs=4326)
    )
