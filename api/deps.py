"""What routes ask for: the actor, a connection within the scope, layer, set, period.

Every route carries exactly one of `needs(permission)` and `OPEN`; a test walks them all.

What only looks at values is ``async``: each plain function costs a hop to another thread. What asks
the database is plain.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Annotated, TypeVar

from fastapi import Depends, Path, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.params import Depends as DependsParam

from api.access import Permission, may, may_see
from api.errors import NotLoggedIn, UnknownQuery
from api.recompute import Recompute
from api.sessions import COOKIE, Strangers, find_actor
from api.settings import Settings
from geo.errors import Forbidden, NotFound
from geo.period import parse_period
from geo.store.accounts import Actor
from geo.store.engine import Connection, Engine, use_case
from geo.store.map_index import FeedSet, PeriodRun, find_feed_set, find_period_run
from layers.catalog import Layer, UnitLevel, find_layer

T = TypeVar("T")


class Memo:
    """Keeps what can be made again, per process. Two makers at once do the work twice, no harm."""

    def __init__(self, *, size: int = 256) -> None:
        self._kept: dict[Hashable, object] = {}
        self._size = size

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def get(self, key: Hashable, kind: type[T], make: Callable[[], T]) -> T:
        """Give what is kept under a key, or make and keep it."""
        found = self._kept.get(key)
        if isinstance(found, kind):
            return found
        made = make()
        if len(self._kept) >= self._size:
            self._kept.clear()
        self._kept[key] = made
        return made


@dataclass(frozen=True, slots=True)
class Services:
    """What the application holds while it runs."""

    settings: Settings
    service: Engine
    intake: Engine
    login: Engine
    recompute: Recompute
    strangers: Strangers = field(default_factory=Strangers)
    # Parts that many answers share: names, orders, legends, outlines.
    memo: Memo = field(default_factory=Memo)
    # Reports are made one at a time, so that clicks do not eat the machine.
    handouts: Lock = field(default_factory=Lock)
    # Whole feeds by their validator, which names the scope: nobody gets another's.
    feeds: Memo = field(default_factory=lambda: Memo(size=512))


async def services_of(request: Request) -> Services:
    """Give what `create_app` made."""
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(services_of)]


async def session_token(request: Request) -> str | None:
    """Give the token that the browser brought."""
    return request.cookies.get(COOKIE)


TokenDep = Annotated[str | None, Depends(session_token)]


def maybe_actor(services: ServicesDep, token: TokenDep) -> Actor | None:
    """Give who is logged in, or None."""
    return find_actor(services.login, token)


MaybeActorDep = Annotated[Actor | None, Depends(maybe_actor)]


async def logged_in_actor(actor: MaybeActorDep) -> Actor:
    """Give who is logged in.

    Raises
    ------
    NotLoggedIn
        With code ``not_logged_in``.
    """
    if actor is None:
        raise NotLoggedIn("not_logged_in")
    return actor


ActorDep = Annotated[Actor, Depends(logged_in_actor)]


@dataclass(frozen=True, slots=True)
class Needs:
    """A route's permission; also refuses parameters that the route does not know."""

    permission: Permission

    async def __call__(self, request: Request, actor: ActorDep) -> None:
        """Let an actor with the permission pass."""
        if not may(actor.role, self.permission):
            raise Forbidden("permission_missing")
        refuse_unknown_query(request)


@dataclass(frozen=True, slots=True)
class Open:
    """Declares a route that answers without a session."""

    async def __call__(self, request: Request) -> None:
        """Let everybody pass."""
        refuse_unknown_query(request)


def needs(permission: Permission) -> DependsParam:
    """Declare the permission of a route."""
    guard: DependsParam = Depends(Needs(permission))
    return guard


OPEN: DependsParam = Depends(Open())


def refuse_unknown_query(request: Request) -> None:
    """Refuse parameters that the route does not declare: a misspelt filter is not no filter.

    Raises
    ------
    UnknownQuery
        With code ``query_unknown``.
    """
    if not request.query_params:
        return
    declared = {
        parameter.alias
        for dependant in _with_dependencies(request.scope["route"].dependant)
        for parameter in dependant.query_params
    }
    unknown = sorted(set(request.query_params) - declared)
    if unknown:
        raise UnknownQuery("query_unknown", names=", ".join(unknown)[:200])


def _with_dependencies(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for below in dependant.dependencies:
        yield from _with_dependencies(below)


def scoped_connection(
    services: ServicesDep, token: TokenDep, _actor: ActorDep
) -> Iterator[Connection]:
    """Open the transaction of a read, within the session's scope."""
    with use_case(services.service, token=token) as conn:
        yield conn


# Ends before the answer is sent, so that a slow browser holds no connection.
ConnectionDep = Annotated[Connection, Depends(scoped_connection, scope="function")]


def intake_connection(
    services: ServicesDep, token: TokenDep, _actor: ActorDep
) -> Iterator[Connection]:
    """Open the transaction of an import, which appends within the session's scope."""
    with use_case(services.intake, token=token) as conn:
        yield conn


IntakeDep = Annotated[Connection, Depends(intake_connection, scope="function")]

SetPath = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="boundary set")]
PeriodPath = Annotated[
    str, Path(pattern="^[A-Z][0-9-]{4,8}$", description="M2026-07, H2026-1, Y2026")
]
LayerPath = Annotated[str, Path(pattern="^[a-z0-9_]{1,40}$", description="id of a layer")]
CodePath = Annotated[str, Path(pattern="^[0-9A-Za-z]{1,12}$", description="code of a unit")]
LevelPath = Annotated[UnitLevel, Path()]
ResolutionPath = Annotated[int, Path(ge=5, le=8)]


def found_set(boundary_set: SetPath, conn: ConnectionDep) -> FeedSet:
    """Give the active set that the address names."""
    return find_feed_set(conn, boundary_set)


def found_period(period: PeriodPath, conn: ConnectionDep) -> PeriodRun:
    """Give the computed period that the address names."""
    return find_period_run(conn, parse_period(period).id)


async def found_layer(layer: LayerPath, actor: ActorDep) -> Layer:
    """Give the layer that the address names; one that the role may not see does not exist."""
    return visible_layer(layer, role=actor.role)


def visible_layer(layer_id: str, *, role: str) -> Layer:
    """Give a layer that a role may see.

    Raises
    ------
    NotFound
        With code ``layer_unknown``, the same for a layer that is hidden.
    """
    layer = find_layer(layer_id)
    if not may_see(role, layer.visibility):
        raise NotFound("layer_unknown", layer=layer_id)
    return layer


SetDep = Annotated[FeedSet, Depends(found_set)]
PeriodDep = Annotated[PeriodRun, Depends(found_period)]
LayerDep = Annotated[Layer, Depends(found_layer)]

SetQuery = Annotated[str, Query(pattern="^[0-9a-f]{16}$")]
PeriodQuery = Annotated[str, Query(pattern="^[A-Z][0-9-]{4,8}$")]
# What was recorded by the end of this day, instead of all that is known now.
KnownQuery = Annotated[date | None, Query(description="known on this day")]
LayerQuery = Annotated[str, Query(pattern="^[a-z0-9_]{1,40}$")]
