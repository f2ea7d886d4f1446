"""Progress over time: moves between classes, and how long things took."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.access import Permission, may
from api.answers import dump, json_answer
from api.deps import ActorDep, ConnectionDep, KnownQuery, ServicesDep, needs
from api.progress_models import DurationAnswer, LackAnswer, ProgressAnswer
from api.progress_wish import (
    MOST_WINDOW_MONTHS,
    WINDOW_MONTHS,
    Area,
    End,
    find_area,
    find_borders,
    read_end,
    require_order,
)
from api.routes.maps import describe_set
from api.vectors import unit_graph
from geo.store.map_index import FeedSet
from geo.store.report_calendar import day_of_question

if TYPE_CHECKING:
    from geo.store.accounts import Actor
    from geo.store.engine import Connection
    from geo.store.progress import Progress
    from geo.store.unit_graph import UnitGraph

router = APIRouter(tags=["progress"])

_END = r"^([A-Z][0-9-]{4,8}|\d{4}-\d{2}-\d{2})$"
FromQuery = Annotated[
    str, Query(alias="from", pattern=_END, description="period or day, the earlier one")
]
ToQuery = Annotated[str, Query(alias="to", pattern=_END, description="period or day")]
OnQuery = Annotated[
    str | None, Query(pattern="^[0-9a-f]{16}$", description="boundary set; that of the later day")
]
AreaQuery = Annotated[
    str | None,
    Query(
        pattern="^(country|province|district|commune|plan):[0-9A-Za-z]{1,12}$",
        description="a unit of the set with all below it, or the units of a plan",
    ),
]
MonthsQuery = Annotated[
    int, Query(ge=1, le=MOST_WINDOW_MONTHS, description="window of re-formation (H4)")
]


@router.get(
    "/progress",
    response_model=ProgressAnswer,
    dependencies=[needs(Permission.FIGURES_READ)],
)
def progress(
    conn: ConnectionDep,
    services: ServicesDep,
    actor: ActorDep,
    since: FromQuery,
    until: ToQuery,
    on: OnQuery = None,
    area: AreaQuery = None,
    known: KnownQuery = None,
) -> Response:
    """Tell which communes moved between classes between two days, on one boundary set."""
    from api.progress_answers import answer

    as_of = day_of_question(conn)
    ends = read_end(since, as_of=as_of), read_end(until, as_of=as_of)
    require_order(*ends)
    found = find_borders(conn, on, until=ends[1].day)
    graph = unit_graph(conn, services.memo)
    place = find_area(conn, area, graph=graph, found=found, ranges=actor.key_ranges)
    read = _read(conn, graph, actor, found=found, place=place, ends=ends, known=known)
    tiles = services.settings.home.absolute() / "tiles"
    body = {
        **answer(conn, graph, read, found=found, area=place, ends=ends),
        "boundary_set": describe_set(
            conn, services.memo, found, tiles=tiles, ranges=actor.key_ranges
        ),
        "data_until": as_of.isoformat(),
        "known": known.isoformat() if known else None,
    }
    return json_answer(dump(body))


@router.get(
    "/progress/durations",
    response_model=DurationAnswer,
    dependencies=[needs(Permission.FIGURES_READ)],
)
def durations(
    conn: ConnectionDep,
    services: ServicesDep,
    actor: ActorDep,
    until: ToQuery,
    on: OnQuery = None,
    area: AreaQuery = None,
    months: MonthsQuery = WINDOW_MONTHS,
    known: KnownQuery = None,
) -> Response:
    """Tell how long communes stayed in a class, and places until they ended or came back."""
    from api.progress_durations import answer
    from geo.store.progress import read_lives

    as_of = day_of_question(conn)
    end = read_end(until, as_of=as_of)
    found = find_borders(conn, on, until=end.day)
    graph = unit_graph(conn, services.memo)
    place = find_area(conn, area, graph=graph, found=found, ranges=actor.key_ranges)
    read = _read(conn, graph, actor, found=found, place=place, ends=(end, end), known=known)
    lives = None
    if may(actor.role, Permission.HOTSPOTS_READ):
        lives = read_lives(
            conn,
            set_id=found.set_id,
            ranges=actor.key_ranges,
            until=end.day,
            within=None if place is None else place.keys,
            known=known,
        )
    body = {
        "boundary_set": found.id,
        "until": end.day.isoformat(),
        "simulated": read.simulated
        or found.provenance == "simulated"
        or (lives is not None and lives.simulated),
        **answer(read, lives, until=end.day, months=months),
    }
    return json_answer(dump(body))


@router.get(
    "/progress/lacks",
    response_model=LackAnswer,
    dependencies=[needs(Permission.FIGURES_READ)],
)
def lacks(
    conn: ConnectionDep,
    services: ServicesDep,
    actor: ActorDep,
    since: FromQuery,
    until: ToQuery,
    on: OnQuery = None,
    area: AreaQuery = None,
) -> Response:
    """Tell what each commune of an area lacks for its next class, and what it met since."""
    from api.progress_answers import MOST_WITH_EVIDENCE
    from api.progress_lacks import answer, hidden_inputs
    from geo.store.progress_lacks import read_lacks

    as_of = day_of_question(conn)
    ends = read_end(since, as_of=as_of), read_end(until, as_of=as_of)
    require_order(*ends)
    found = find_borders(conn, on, until=ends[1].day)
    graph = unit_graph(conn, services.memo)
    place = find_area(conn, area, graph=graph, found=found, ranges=actor.key_ranges)
    read = _read(conn, graph, actor, found=found, place=place, ends=ends, known=None)
    told = None
    if read.key.size <= MOST_WITH_EVIDENCE:
        told = read_lacks(
            conn,
            graph,
            read,
            ranges=actor.key_ranges,
            within=None if place is None else place.keys,
            hidden=hidden_inputs(actor.role),
        )
    simulated = found.provenance == "simulated" or (told is not None and told.simulated)
    body = {
        "boundary_set": found.id,
        "simulated": simulated,
        "told": None if told is None else answer(conn, read, told),
    }
    return json_answer(dump(body))


def _read(
    conn: "Connection",
    graph: "UnitGraph",
    actor: "Actor",
    *,
    found: FeedSet,
    place: Area | None,
    ends: tuple[End, End],
    known: date | None,
) -> "Progress":
    from geo.store.progress import read_progress

    return read_progress(
        conn,
        graph,
        set_id=found.set_id,
        ranges=actor.key_ranges,
        since=ends[0].day,
        until=ends[1].day,
        within=None if place is None else place.keys,
        known=known,
    )
