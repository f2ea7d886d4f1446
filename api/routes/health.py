"""Is the service alive, and is it ready to answer."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from api.access import Permission
from api.answers import NO_STORE
from api.deps import OPEN, ServicesDep, needs
from api.models import Health
from geo.store.engine import use_case
from geo.store.map_index import check_schema

router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=Health, dependencies=[OPEN])
async def alive() -> Response:
    """Answer as long as the process runs; touches nothing else."""
    return JSONResponse({"ok": True}, headers={"Cache-Control": NO_STORE})


@router.get("/readyz", response_model=Health, dependencies=[OPEN])
def ready(services: ServicesDep) -> Response:
    """Answer when the database does, with a schema that this release reads."""
    with use_case(services.service) as conn:
        check_schema(conn)
    return JSONResponse({"ok": True}, headers={"Cache-Control": NO_STORE})


@router.get("/openapi.json", include_in_schema=False, dependencies=[needs(Permission.MAP_READ)])
def openapi(request: Request) -> Response:
    """Describe the interface."""
    return JSONResponse(request.app.openapi(), headers={"Cache-Control": NO_STORE})
