"""Layers beside the figures: facilities, routes, areas, as they stand on a day."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.access import Permission, may
from api.answers import dump, etag_of, validated
from api.deps import ActorDep, ConnectionDep, SetDep, needs
from api.models import ContextPieces
from geo.errors import NotFound
from geo.messages import LANGUAGES, say
from geo.store import context
from geo.store.context import Piece
from geo.store.tables import FEATURE_KINDS

router = APIRouter(tags=["map"])

# More would stop a weak machine's map; a browser asks for one kind at a time.
MOST_PIECES = 20_000


@router.get(
    "/context/{boundary_set}",
    response_model=ContextPieces,
    dependencies=[needs(Permission.FIGURES_READ)],
)
def pieces(
    request: Request,
    conn: ConnectionDep,
    actor: ActorDep,
    found: SetDep,
    on: Annotated[date, Query(description="the day that the map shows")],
    kinds: Annotated[
        str | None, Query(pattern="^[a-z_,]{0,200}$", description="none: all; empty: counts only")
    ] = None,
) -> Response:
    """Give the pieces of the features that stand on a day, and how many there are of each kind."""
    visible = kinds_of(actor.role)
    wanted = visible if kinds is None else _chosen(kinds, visible=visible)
    ranges = actor.key_ranges
    counts = context.count_features(conn, ranges=ranges, set_id=found.set_id, day=on, kinds=visible)
    drawn, more = context.read_pieces(
        conn, ranges=ranges, set_id=found.set_id, day=on, kinds=wanted, most=MOST_PIECES
    )
    stay = context.read_stay(conn, on)
    head = {
        "type": "FeatureCollection",
        "boundary_set": found.id,
        "on": on.isoformat(),
        "same_from": stay.first and stay.first.isoformat(),
        "same_before": stay.before and stay.before.isoformat(),
        "kinds": [
            {
                "id": kind,
                **{f"title_{one}": say(f"feature_kind_{kind}", language=one) for one in LANGUAGES},
                "count": count,
            }
            for kind, count in counts.items()
        ],
        "more": more,
    }
    # The geometry is JSON already: it is put in place as it came from the database.
    content = dump(head)[:-1] + b',"features":[' + b",".join(map(_feature, drawn)) + b"]}"
    return validated(request, etag_of("context", content), lambda: content)


def kinds_of(role: str) -> tuple[str, ...]:
    """List the kinds of features that a role may see."""
    if may(role, Permission.HOTSPOTS_READ):
        return FEATURE_KINDS
    return context.OPEN_KINDS


def _chosen(text: str, *, visible: tuple[str, ...]) -> tuple[str, ...]:
    """Read the kinds that an address names.

    Raises
    ------
    NotFound
        With code ``context_kind_unknown``, the same for a kind that is hidden from the role.
    """
    asked = [kind for kind in text.split(",") if kind]
    for kind in asked:
        if kind not in visible:
            raise NotFound("context_kind_unknown", kind=kind[:40])
    return tuple(kind for kind in visible if kind in asked)


def _feature(piece: Piece) -> bytes:
    properties = dump(
        {
            "kind": piece.kind,
            "ref": piece.ref,
            "unit": piece.unit,
            "valid_from": piece.valid_from.isoformat(),
            "provenance": piece.provenance,
        }
    )
    return b'{"type":"Feature","properties":%b,"geometry":%b}' % (
        properties,
        piece.geometry.encode(),
    )
