"""The map: boundary sets, periods, names, layers with legends, values, cells.

Geometry and values travel apart (SPEED.md): names and geometry once per boundary set, then a short
vector per layer and period. Values are read within the session's scope.
"""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.access import Permission, layers_of
from api.answers import dump, etag_of, validated
from api.deps import (
    ActorDep,
    ConnectionDep,
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
from geo.errors import NotFound
from geo.messages import LANGUAGES, say
from geo.period import PERIOD_KINDS, PeriodKind, parse_period
from geo.store import feeds, map_index
from geo.store.accounts import ALL_KEYS
from geo.store.engine import Connection
from geo.store.map_index import FeedSet, PeriodRun, UnitOrder
from layers.catalog import LAYERS, UNIT_LEVELS, Layer, Level
from layers.legend import CLASS_VALUES, as_json
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

    def make() -> bytes:
        lists = map_index.unit_lists(conn, found.set_id)
        return dump({"boundary_set": found.id, "levels": lists})

    # Former names follow from the changes between sets, so a new set makes new lists.
    others = ",".join(one.id for one in map_index.list_feed_sets(conn))
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
    content = dump(
        {"layers": [_describe_layer(one, legends[one.id]) for one in layers_of(actor.role)]}
    )
    return validated(request, etag_of("layers", content), lambda: content)


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
        return {
            layer.id: as_json(layer, maxima=_maxima(largest.get(layer.measure, {})))
            for layer in LAYERS
        }

    return memo.get(("legends", revision, sets, actor.key_ranges), dict, make)


def _maxima(by_letter: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    maxima: dict[str, dict[str, int]] = {
        scale: {kind: most for letter, most in of.items() for kind in _KINDS_OF_LETTER[letter]}
        for scale, of in by_letter.items()
    }
    return maxima | {"cells": maxima.get(_USUAL_CELLS, {})}


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
    level: Annotated[Level, Query()] = "commune",
) -> Response:
    """Give a layer's values of one period for every unit of a level, in feed order."""
    refuse_level(drawn, level)

    def make() -> bytes:
        vector = read_vector(
            conn, services.memo, actor, layer=drawn, found=found, run=run, level=level
        )
        body: dict[str, object] = {
            "layer": drawn.id,
            "boundary_set": found.id,
            "period": run.id,
            "level": level,
            "as_reported": found.holds_on(parse_period(run.id).last_day),
            **_stamp(run),
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
        *(run.id, run.revision, run.data_until),
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


def read_vector(
    conn: Connection,
    memo: Memo,
    actor: ActorDep,
    *,
    layer: Layer,
    found: FeedSet,
    run: PeriodRun,
    level: Level,
) -> feeds.Vector:
    """Read the values of a layer by its measure."""
    order = memo.get(
        ("order", found.id, level),
        UnitOrder,
        lambda: map_index.unit_order(conn, found.set_id, level=level),
    )
    ranges = actor.key_ranges
    if layer.measure == "class":
        return feeds.read_classes(
            conn, order, ranges=ranges, period_id=run.id, class_values=CLASS_VALUES
        )
    if layer.measure == "drug_free_share":
        return feeds.read_shares(
            conn,
            order,
            ranges=ranges,
            period_id=run.id,
            as_reported=found.holds_on(parse_period(run.id).last_day),
        )
    return feeds.read_counts(conn, order, ranges=ranges, period_id=run.id, measure=layer.measure)


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
) -> Response:
    """Give a layer's counts of one period by H3 cell."""
    measure = drawn.measure
    if "cells" not in drawn.geometry or measure == "class" or measure == "drug_free_share":
        raise NotFound("layer_cells", title=drawn.title())

    def make() -> bytes:
        found, counts = feeds.read_cells(
            conn,
            ranges=actor.key_ranges,
            period_id=run.id,
            set_id=_set_of_cells(conn, run),
            resolution=resolution,
            measure=measure,
        )
        head = {"layer": drawn.id, "resolution": resolution, "period": run.id}
        return dump(head | _stamp(run) | {"cells": found, "v": counts})

    tag = etag_of(
        "cells",
        *(drawn.id, resolution, actor.key_ranges),
        *(run.id, run.revision, run.data_until),
    )
    return validated(request, tag, lambda: services.feeds.get(tag, bytes, make))


def _set_of_cells(conn: Connection, run: PeriodRun) -> int:
    """Choose the set whose (cell, unit) rows are added: each place stands on every set once."""
    sets = map_index.list_feed_sets(conn)
    last_day = parse_period(run.id).last_day
    holding = [one for one in sets if one.holds_on(last_day)] or sets[-1:]
    return holding[0].set_id if holding else 0


def _stamp(run: PeriodRun) -> dict[str, object]:
    return {
        "revision": run.revision,
        "data_until": run.data_until.isoformat(),
        "simulated": run.simulated,
    }


def _labels(code: str) -> dict[str, object]:
    return {f"label_{language}": say(code, language=language) for language in LANGUAGES}
