"""The operations application: `create_app(settings)`, nothing at import."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from api.deps import Services
from api.errors import LastResort, add_error_handlers
from api.headers import BodyLimit, SameOrigin, SecureHeaders, content_policy
from api.intake_wish import LIMIT_BYTES
from api.models import ErrorAnswer
from api.recompute import Recompute
from api.routes import (
    accounts,
    assessments,
    campaigns,
    classes,
    context,
    family,
    handouts,
    health,
    imports,
    lives,
    maps,
    pages,
    pictures,
    plans,
    progress,
    reports,
    series,
    subcommunes,
    units,
)
from api.settings import Settings

# A log-in is the largest thing that anybody sends here.
MAX_BODY_BYTES = 16_384
FILE_LIMITS = {"/imports/preview": LIMIT_BYTES, "/imports/commit": LIMIT_BYTES}
GZIP_FROM_BYTES = 500
# Level 6 is within 1 % of level 9 on value vectors and several times faster.
GZIP_LEVEL = 6


def create_app(settings: Settings) -> FastAPI:
    """Make the application: engines of the service and the log-in role, routes, headers.

    Starts the private database when it is not running; connects with the first request.
    """
    services = Services(
        settings=settings,
        service=settings.engine("service"),
        intake=settings.engine("intake"),
        login=settings.engine("login"),
        recompute=Recompute(settings),
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        services.service.dispose()
        services.intake.dispose()
        services.login.dispose()

    policy = content_policy(*sorted(pages.STATIC.glob("*.html")))
    app = FastAPI(
        title="Bản đồ địa bàn không ma túy",
        version="0.1.0",
        # The description of the interface is behind the log-in (routes/health.py).
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        responses={"4XX": {"model": ErrorAnswer}, "5XX": {"model": ErrorAnswer}},
        middleware=[
            Middleware(SecureHeaders, policy=policy),
            Middleware(GZipMiddleware, minimum_size=GZIP_FROM_BYTES, compresslevel=GZIP_LEVEL),
            Middleware(LastResort),
            Middleware(SameOrigin),
            Middleware(BodyLimit, limit=MAX_BODY_BYTES, files=FILE_LIMITS),
        ],
    )
    app.state.services = services
    add_error_handlers(app)
    rooms = (
        *(maps, context, units, classes, family, series, lives, reports, campaigns),
        *(plans, progress, pictures, imports, assessments, subcommunes, handouts),
        *(accounts, health, pages),
    )
    for room in rooms:
        app.include_router(room.router)
    return app
