"""The choropleth as a picture, for browsers without WebGL and for print."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.access import Permission
from api.answers import dump, etag_of, validated
from api.deps import (
    ActorDep,
    ConnectionDep,
    KnownQuery,
    LayerQuery,
    PeriodQuery,
    Services,
    ServicesDep,
    SetQuery,
    needs,
    visible_layer,
)
from api.routes.maps import legends_of, refuse_level
from api.vectors import figures_revision, read_vector
from geo.messages import Language, say
from geo.period import parse_period
from geo.store import map_index
from geo.store.engine import Connection
from geo.store.feeds import Vector
from geo.store.map_index import FeedSet, PeriodRun
from layers.catalog import Layer, UnitLevel

if TYPE_CHECKING:
    from layers.outline import Outline
    from layers.paint import Caption

router = APIRouter(tags=["map"])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be drawn, from the address; width in pixels."""

    layer: LayerQuery
    boundary_set: SetQuery
    period: PeriodQuery
    level: Annotated[UnitLevel, Query()] = "province"
    lang: Annotated[Language, Query()] = "vi"
    width: Annotated[int, Query(ge=320, le=2400)] = 1120
    known: KnownQuery = None


@router.get(
    "/map.svg",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}}},
    dependencies=[needs(Permission.FIGURES_READ)],
)
def picture(
    request: Request,
    conn: ConnectionDep,
    services: ServicesDep,
    actor: ActorDep,
    wanted: Annotated[Wanted, Depends()],
) -> Response:
    """Draw a layer on one boundary set and period."""
    layer = visible_layer(wanted.layer, role=actor.role)
    refuse_level(layer, wanted.level)
    found = map_index.find_feed_set(conn, wanted.boundary_set)
    run = map_index.find_period_run(conn, parse_period(wanted.period).id)

    # Its classes are cut from all periods: figures of another one can change this picture.
    legend = legends_of(conn, services.memo, actor)[layer.id]

    def make() -> bytes:
        vector = read_vector(
            conn,
            services.memo,
            actor,
            layer=layer,
            found=found,
            run=run,
            level=wanted.level,
            known=wanted.known,
        )
        lines = _lines(conn, services, found, level=wanted.level)
        caption = _caption(layer, found, run, language=wanted.lang)
        kind = parse_period(run.id).kind
        return _drawn(lines, vector, legend, caption, kind=kind, width=wanted.width)

    tag = etag_of(
        "svg",
        *(wanted, found.valid_to, dump(legend), actor.key_ranges),
        *(run.revision, run.data_until),
        figures_revision(conn, actor, layer=layer, run=run),
    )
    return validated(request, tag, make, media_type="image/svg+xml")


def _lines(conn: Connection, services: Services, found: FeedSet, *, level: UnitLevel) -> "Outline":
    # Imported here: the geometry libraries take a second that the start does not have.
    from geo.store.boundary_sets import load_units
    from layers.outline import Outline, outline

    return services.memo.get(
        ("outline", found.id, level),
        Outline,
        lambda: outline(load_units(conn, found.set_id), level=level),
    )


def _drawn(
    lines: "Outline",
    vector: Vector,
    legend: Mapping[str, object],
    caption: "Caption",
    *,
    kind: str,
    width: int,
) -> bytes:
    from layers.svg_map import draw

    return draw(
        lines,
        values=vector.values,
        statuses=vector.statuses,
        legend=legend,
        caption=caption,
        period_kind=kind,
        width=width,
    ).encode()


def _caption(layer: Layer, found: FeedSet, run: PeriodRun, *, language: Language) -> "Caption":
    from layers.paint import Caption

    dated = say(
        "picture_note", language=language, title=found.title, day=f"{run.data_until:%d/%m/%Y}"
    )
    return Caption(
        title=layer.title(language),
        subtitle=parse_period(run.id).label(language),
        warning=warning_of(layer, found, run, language=language),
        notes=(dated, layer.about(language)),
        unit=layer.unit(language),
        language=language,
        simulated=run.simulated or found.provenance == "simulated",
        illustrative=found.illustrative,
    )


def warning_of(layer: Layer, found: FeedSet, run: PeriodRun, *, language: Language) -> str:
    """Say what figures on boundaries other than the period's own are: classes no result (A4)."""
    if found.holds_on(parse_period(run.id).last_day):
        return ""
    if layer.measure == "observed":
        return say("picture_carried", language=language)
    if layer.legend not in ("class_ladder", "disagreement", "drug_free_share"):
        return ""
    return say("ui_headline_other_set", language=language)
