"""Layers beside the figures, as the map shows them on a day: features, and sub-communes of a unit.

A feature is seen by its pieces within the actor's scope. One that moved shows its last place only,
also to a session that sees the former place and not the new one (`sql/0006_context.sql`).
Facilities are public premises: their positions are exact, and scoped like everything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from geo.store.feeds import KeyRanges, merge_ranges, scope_lists, within_set
from geo.store.map_index import query
from geo.store.tables import FEATURE_KINDS
from geo.store.unit_page import UnitHead

# Routes and areas tell where people patrol and where they expect trouble: visibility R.
RESTRICTED_KINDS = frozenset({"tuyen_trong_diem", "tuyen_tuan_tra", "dia_ban_tuan_tra"})
OPEN_KINDS = tuple(kind for kind in FEATURE_KINDS if kind not in RESTRICTED_KINDS)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a feature.

    Parameters
    ----------
    kind
        One of `FEATURE_KINDS`.
    ref
        Code that its source gave; begins with ``#`` where the source gave none.
    unit
        Code of the commune that the piece lies in; None for what lies in none.
    valid_from
        First day of the feature at this place.
    provenance
        As of every fact.
    geometry
        GeoJSON text, EPSG:4326, six decimals (0.1 m).
    """

    kind: str
    ref: str
    unit: str | None
    valid_from: date
    provenance: str
    geometry: str


@dataclass(frozen=True, slots=True)
class Stay:
    """Days, half-open, between which the same features stand; None for no end."""

    first: date | None
    before: date | None


@dataclass(frozen=True, slots=True)
class Subcommune:
    """A sub-commune with what was told of it: item to ``co``, ``khong`` or a state of a model.

    An item that nobody told is missing: it is neither yes nor no.
    """

    code: str
    name: str
    kind: str
    items: Mapping[str, str]


def read_pieces(
    conn: Connection,
    *,
    ranges: KeyRanges,
    set_id: int,
    day: date,
    kinds: Sequence[str],
    most: int,
) -> tuple[list[Piece], bool]:
    """Read the pieces of the features that stand on a day, on one set.

    Parameters
    ----------
    conn
        Connection of the service with the session's token.
    ranges
        Ranges of unit keys that the actor sees, both ends included.
    set_id
        An active set.
    day
        The day.
    kinds
        Kinds that the actor's role may see.
    most
        At most so many pieces.

    Returns
    -------
    tuple
        Areas, lines, points, in this order; and whether there are more than `most`.
    """
    rows = conn.execute(
        query("context_pieces"),
        {
            **scope_lists(within_set(ranges, set_id)),
            "set_id": set_id,
            "day": day,
            "kinds": list(kinds),
            "most": most,
        },
    ).all()
    return [Piece(*row) for row in rows[:most]], len(rows) > most


def count_features(
    conn: Connection, *, ranges: KeyRanges, set_id: int, day: date, kinds: Sequence[str]
) -> dict[str, int]:
    """Count the features of each kind as `read_pieces` would show them; kinds without any left out.

    A feature that lies in several communes counts once.
    """
    rows = conn.execute(
        query("context_counts"),
        {
            **scope_lists(within_set(ranges, set_id)),
            "set_id": set_id,
            "day": day,
            "kinds": list(kinds),
        },
    )
    found = {row.kind: int(row.count) for row in rows.mappings()}
    return {kind: found[kind] for kind in FEATURE_KINDS if kind in found}


def read_stay(conn: Connection, day: date) -> Stay:
    """Tell between which days around a day no feature begins or ends anywhere."""
    row = conn.execute(
        text("SELECT lower(r) AS first, upper(r) AS before FROM bando.features_stay(:day) AS r"),
        {"day": day},
    ).one()
    return Stay(row.first, row.before)


def subcommunes(
    conn: Connection, unit: UnitHead, *, ranges: KeyRanges, day: date
) -> list[Subcommune]:
    """List the sub-communes of a commune on a day, by code.

    They follow the land (`unit_id`), as classes do: those of an earlier set with the same land
    count, those of a merged commune's forerunners do not.
    """
    rows = conn.execute(
        query("unit_subcommunes"),
        {"unit_id": unit.unit_id, "day": day, **scope_lists(merge_ranges(ranges))},
    )
    return [Subcommune(*row) for row in rows]
