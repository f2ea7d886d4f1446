"""Reports to hand out: documents, annex and map sheet of a unit and window, as files."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Body, Depends
from starlette.responses import Response

from api.access import Permission
from api.answers import NO_STORE
from api.deps import ActorDep, ConnectionDep, Memo, ServicesDep, needs, visible_layer
from api.handout_models import HandoutBody
from api.handout_work import (
    MEDIA_TYPES,
    HandoutFile,
    HandoutWish,
    MapKey,
    When,
    check_purpose,
    make_handout,
    zipped,
)
from api.routes.maps import legends_of, refuse_level
from api.routes.pictures import warning_of
from geo.errors import Unavailable
from geo.period import LOCAL_TIME, parse_period
from geo.store import report_calendar
from geo.store.accounts import Actor
from geo.store.engine import Connection
from geo.store.map_index import PeriodRun, find_feed_set

router = APIRouter(tags=["handouts"])

# Seconds that a click waits for the one before it.
_PATIENCE_S = 15.0


def one_at_a_time(services: ServicesDep, _actor: ActorDep) -> Iterator[None]:
    """Wait until the report before this one is made; before a connection is taken.

    Raises
    ------
    Unavailable
        ``handout_busy``.
    """
    if not services.handouts.acquire(timeout=_PATIENCE_S):
        raise Unavailable("handout_busy")
    try:
        yield
    finally:
        services.handouts.release()


TurnDep = Annotated[None, Depends(one_at_a_time, scope="function")]


@router.post(
    "/handouts/report",
    response_class=Response,
    responses={200: {"content": {one: {} for one in MEDIA_TYPES.values()}}},
    dependencies=[needs(Permission.HANDOUT)],
)
def report(
    _turn: TurnDep,
    conn: ConnectionDep,
    services: ServicesDep,
    actor: ActorDep,
    body: Annotated[HandoutBody, Body()],
) -> Response:
    """Make a report of a unit and window; written down in the audit trail."""
    wish = HandoutWish(
        borders=find_feed_set(conn, body.boundary_set),
        level=body.level,
        code=body.code,
        period=parse_period(body.period),
        form=body.format,
        paper=body.paper,
        grey=body.grey,
        layer=visible_layer(body.layer, role=actor.role),
        purpose=check_purpose(body.purpose),
    )
    now = datetime.now(LOCAL_TIME)
    files = make_handout(
        conn,
        services.memo,
        actor,
        services.settings,
        wish,
        key_of=map_key(conn, services.memo, actor, wish),
        when=When(report_calendar.day_of_question(conn), now),
    )
    if body.format != "zip":
        return _download(files[0], MEDIA_TYPES[body.format])
    stem, title = files[0].name.rpartition(".")[0], files[0].title.rpartition(".")[0]
    whole = HandoutFile(f"{stem}.zip", f"{title}.zip", zipped(files, now=now))
    return _download(whole, MEDIA_TYPES["zip"])


def map_key(
    conn: Connection, memo: Memo, actor: Actor, wish: HandoutWish
) -> Callable[[PeriodRun], MapKey]:
    """Give what finds the legend of the map sheet and what it is warned of."""

    def find(run: PeriodRun) -> MapKey:
        refuse_level(wish.layer, "commune")
        return MapKey(
            legends_of(conn, memo, actor)[wish.layer.id],
            warning_of(wish.layer, wish.borders, run, language=wish.language),
        )

    return find


def _download(file: HandoutFile, media_type: str) -> Response:
    """Answer with a file; its name in ASCII, and as people write it (RFC 5987)."""
    headers = {
        "Content-Disposition": (
            f"attachment; filename=\"{file.name}\"; filename*=UTF-8''{quote(file.title, safe='')}"
        ),
        "Cache-Control": NO_STORE,
    }
    return Response(file.content, media_type=media_type, headers=headers)
