"""The map: boundary sets, periods, names, layers with legends, values, cells.

Geometry and values travel apart (SPEED.md): names and geometry once per boundary set, then a short
vector per layer and period. Values are read within the session's scope.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.access import Permission, layers_of
from api.answers import dump, etag_of, validated
from api.deps import (
    ActorDep,
    ConnectionDep,
    KnownQuery,
    LayerDep,
    Memo,
    PeriodDep,
    ResolutionPath,
    ServicesDep,
    SetDep,
    needs,
)
from api.models import (
    BoundarySets,
    CellValues,
    LayerList,
    PeriodList,
    UnitLists,
    UnitValues,
)
from api.vectors import figures_revision, read_cells, read_vector
from geo.errors import NotFound
from geo.messages import LANGUAGES, say
from geo.period import PERIOD_KINDS, PeriodKind, parse_period
from geo.store import feeds, map_index
from geo.store.accounts import ALL_KEYS
from geo.store.engine import Connection
from geo.store.map_index import FeedSet, PeriodRun
from layers.catalog import LAYERS, UNIT_LEVELS, Layer, Level
from layers.legend import as_json
from layers.packed_values import pack

router = APIRouter(tags=["map"])

# First letter of a period's identifier to its kinds: both halves have the length of a half-year.
_KINDS_OF_LETTER: dict[str, tuple[PeriodKind, ...]] = {
    "M": ("month",),
    "H": ("half_year", "rest_of_year"),
    "Y": ("year",),
    "C": ("calendar_year",),
}
# Where the zooms stand in the head of a PMTiles file (specification, version 3).
_ZOOMS_AT = slice(100, 102)
# Resolution whose classes stand for cells in general.
_USUAL_CELLS = "cells_7"
_NO_ZOOMS = (0, 0)


@router.get(
    "/boundary-sets", response_model=BoundarySets, dependencies=[needs(Permission.MAP_READ)]
)
def boundary_sets(
    request: Request, conn: ConnectionDep, services: ServicesDep, actor: ActorDep
) -> Response:
    """List the active boundary sets by first day."""
    found = map_index.list_feed_sets(conn)
    tiles = services.settings.home.absolute() / "tiles"
    body = {
        "sets": [
            describe_set(conn, services.memo, one, tiles=tiles, ranges=actor.key_ranges)
            for one in found
        ]
    }
    content = dump(body)
    return validated(request, etag_of("sets", content), lambda: content)


def describe_set(
    conn: Connection, memo: Memo, one: FeedSet, *, tiles: Path, ranges: feeds.KeyRanges
) -> dict[str, object]:
    """Give the JSON of a boundary set; its home bounds are those of the actor's area."""
    extent = memo.get(("extent", one.id), dict, lambda: map_index.set_extent(conn, one.set_id))
    counts = extent["counts"]
    home = memo.get(
        ("home", one.id, tuple(ranges)),
        list,
        lambda: (
            extent["mainland_bounds"]
            if ALL_KEYS in ranges
            else map_index.scope_extent(conn, one.set_id, ranges=ranges)
            or extent["mainland_bounds"]
        ),
    )
    low, high = _zooms(tiles / f"{one.id}.pmtiles")
    return {
        "id": one.id,
        "title": one.title,
        "valid_from": one.valid_from.isoformat(),
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
        "act": one.act,
        "simulated": one.provenance == "simulated",
        "illustrative": one.illustrative,
        "levels": [level for level in UNIT_LEVELS if level in counts],
        **extent,
        "home_bounds": home,
        "min_zoom": low,
        "max_zoom": high,
    }


def _zooms(path: Path) -> tuple[int, int]:
    """Read the zooms from the head of a geometry pyramid; 0, 0 while there is none."""
    try:
        with path.open("rb") as file:
            low, high = file.read(_ZOOMS_AT.stop)[_ZOOMS_AT]
    except (FileNotFoundError, ValueError):
        return _NO_ZOOMS
    return low, high


@router.get("/periods", response_model=PeriodList, dependencies=[needs(Permission.MAP_READ)])
def periods(request: Request, conn: ConnectionDep) -> Response:
    """List the computed periods, each with the boundary set of its last day."""
    runs = map_index.list_period_runs(conn)
    sets = map_index.list_feed_sets(conn)
    kinds = {parse_period(run.id).kind for run in runs}
    body = {
        "kinds": [
            {"id": kind} | _labels(f"period_kind_{kind}") for kind in PERIOD_KINDS if kind in kinds
        ],
        "periods": [_describe_period(run, sets) for run in runs],
        "data_until": max((run.data_until.isoformat() for run in runs), default=None),
    }
    content = dump(body)
    return validated(request, etag_of("periods", content), lambda: content)


def _describe_period(run: PeriodRun, sets: list[FeedSet]) -> dict[str, object]:
    period = parse_period(run.id)
    holding = (one.id for one in sets if one.holds_on(period.last_day))
    return {
        "id": run.id,
        "kind": period.kind,
        "starts_on": period.starts_on.isoformat(),
        "last_day": period.last_day.isoformat(),
        **{f"label_{language}": period.label(language) for language in LANGUAGES},
        "boundary_set": next(holding, None),
        "revision": run.revision,
        "simulated": run.simulated,
    }


@router.get(
    "/units/{boundary_set}", response_model=UnitLists, dependencies=[needs(Permission.MAP_READ)]
)
def units(request: Request, conn: ConnectionDep, services: ServicesDep, found: SetDep) -> Response:
    """List the units of a set in feed order: codes, names, former names, places."""
    from geo.store.unit_graph import graph_revision

    def make() -> bytes:
        lists = map_index.unit_lists(conn, found.set_id)
        return dump({"boundary_set": found.id, "levels": lists})

    # Former names follow from the changes between sets, so a new set makes new lists.
    others = ",".join(one.id for one in map_index.list_feed_sets(conn)) + graph_revision(conn)
    return validated(
        request,
        etag_of("units", found.id, others),
        lambda: services.memo.get(("units", found.id, others), bytes, make),
    )


@router.get("/layers", response_model=LayerList, dependencies=[needs(Permission.MAP_READ)])
def layers(
    request: Request, conn: ConnectionDep, services: ServicesDep, actor: ActorDep
) -> Response:
    """List the layers that the role may see, with their legends."""
    legends = legends_of(conn, services.memo, actor)
    letters = services.memo.get(
        ("letters", feeds.observed_stand(conn), actor.key_ranges),
        dict,
        lambda: feeds.observed_letters(conn, ranges=actor.key_ranges),
    )
    content = dump(
        {
            "layers": [
                _describe_layer(one, legends[one.id]) | {"kinds": _kinds_told(one, letters)}
                for one in layers_of(actor.role)
            ]
        }
    )
    return validated(request, etag_of("layers", content), lambda: content)


def _kinds_told(layer: Layer, letters: dict[str, tuple[str, ...]]) -> list[str] | None:
    """Give the kinds of period that an entered indicator was reported for; None for all kinds."""
    if layer.measure != "observed":
        return None
    told = letters.get(layer.indicator or "", ())
    return [kind for kind in PERIOD_KINDS if any(kind in _KINDS_OF_LETTER[one] for one in told)]


def _describe_layer(layer: Layer, legend: dict[str, object]) -> dict[str, object]:
    texts = {
        f"{name}_{language}": getattr(layer, name)(language)
        for name in ("title", "about", "unit")
        for language in LANGUAGES
    }
    return {
        "id": layer.id,
        **texts,
        "indicator": layer.indicator,
        "group": layer.group,
        "share": layer.is_share,
        "geometry": layer.geometry,
        "levels": layer.levels,
        "legend": legend,
    }


def legends_of(conn: Connection, memo: Memo, actor: ActorDep) -> dict[str, dict[str, object]]:
    """Cut the legends from the largest counts that the actor sees; kept until figures change."""
    revision = tuple((run.id, run.revision) for run in map_index.list_period_runs(conn))
    sets = tuple((one.id, one.valid_to) for one in map_index.list_feed_sets(conn))

    def make() -> dict[str, dict[str, object]]:
        largest = feeds.largest_counts(conn, ranges=actor.key_ranges)
        largest |= feeds.largest_observed(conn, ranges=actor.key_ranges)
        return {
            layer.id: as_json(
                layer,
                maxima=_maxima(largest.get(layer.indicator or "", {}))
                if layer.measure == "observed"
                else _maxima(largest.get(layer.measure, {})),
            )
            for layer in LAYERS
        }

    told = feeds.observed_stand(conn)
    return memo.get(("legends", revision, sets, told, actor.key_ranges), dict, make)


def _maxima(by_letter: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    maxima: dict[str, dict[str, int]] = {
        scale: {kind: most for letter, most in of.items() for kind in _KINDS_OF_LETTER[letter]}
        for scale, of in by_letter.items()
    }
    return maxima | {"cells": maxima.get(_USUAL_CELLS, {})}


@dataclass
class Asked:
    """What is asked of a feed beside its address."""

    level: Annotated[Level, Query()] = "commune"
    known: KnownQuery = None


@router.get(
    "/values/{layer}/{boundary_set}/{period}",
    response_model=UnitValues,
    dependencies=[needs(Permission.FIGURES_READ)],
)
def values(
    request: Request,
    conn: ConnectionDep,
    services: ServicesDep,
    actor: ActorDep,
    drawn: LayerDep,
    found: SetDep,
    run: PeriodDep,
    asked: Annotated[Asked, Depends()],
) -> Response:
    """Give a layer's values of one period for every unit of a level, in feed order.

    On a set that is not the period's own, entered figures are carried over who became what.
    """
    level, known = asked.level, asked.known
    refuse_level(drawn, level)

    def make() -> bytes:
        vector = read_vector(
            conn, services.memo, actor, layer=drawn, found=found, run=run, level=level, known=known
        )
        body: dict[str, object] = {
            "layer": drawn.id,
            "boundary_set": found.id,
            "period": run.id,
            "level": level,
            "as_reported": found.holds_on(parse_period(run.id).last_day),
            **_stamp(run, known),
            "scale": drawn.scale,
            "u": pack(vector.values, vector.statuses, scale=drawn.scale),
            "total": {
                "value": vector.total.value,
                "outside": vector.total.outside,
                "reported": vector.total.reported,
                "due": vector.total.due,
            },
        }
        if vector.numerators is not None:
            body |= {"num": vector.numerators, "den": vector.denominators}
        return dump(body)

    tag = etag_of(
        "values",
        *(drawn.id, found.id, found.valid_to, level, actor.key_ranges),
        *(run.id, run.revision, run.data_until, known),
        figures_revision(conn, actor, layer=drawn, run=run),
    )
    return validated(request, tag, lambda: services.feeds.get(tag, bytes, make))


def refuse_level(layer: Layer, level: str) -> None:
    """Refuse a level that a layer is not drawn on.

    Raises
    ------
    NotFound
        With code ``layer_level``.
    """
    if level not in layer.levels:
        raise NotFound(
            "layer_level", title=layer.title(), level=level, levels=", ".join(layer.levels)
        )


@router.get(
    "/cells/{layer}/{resolution}/{period}",
    response_model=CellValues,
    dependencies=[needs(Permission.FIGURES_READ)],
)
def cells(
    request: Request,
    conn: ConnectionDep,
    services: ServicesDep,
    actor: ActorDep,
    drawn: LayerDep,
    resolution: ResolutionPath,
    run: PeriodDep,
    known: KnownQuery = None,
) -> Response:
    """Give a layer's counts of one period by H3 cell."""

    def make() -> bytes:
        found, counts = read_cells(
            conn, services.memo, actor, layer=drawn, run=run, resolution=resolution, known=known
        )
        head = {"layer": drawn.id, "resolution": resolution, "period": run.id}
        return dump(head | _stamp(run, known) | {"cells": found, "v": counts})

    tag = etag_of(
        "cells",
        *(drawn.id, resolution, actor.key_ranges),
        *(run.id, run.revision, run.data_until, known),
    )
    return validated(request, tag, lambda: services.feeds.get(tag, bytes, make))


def _stamp(run: PeriodRun, known: date | None) -> dict[str, object]:
    return {
        "revision": run.revision,
        "data_until": run.data_until.isoformat(),
        "simulated": run.simulated,
        "known": known.isoformat() if known else None,
    }


def _labels(code: str) -> dict[str, object]:
    return {f"label_{language}": say(code, language=language) for language in LANGUAGES}
