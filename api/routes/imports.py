"""Imports from the browser: preview, commit, list, take back, templates.

What only imports need is loaded with the first of them.
"""

import io
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from api import intake
from api.access import Permission
from api.answers import NO_STORE, dump, json_answer
from api.deps import ActorDep, ConnectionDep, IntakeDep, Services, ServicesDep, TokenDep, needs
from api.import_models import (
    ImportAnswer,
    ImportDetail,
    ImportKinds,
    ImportList,
    ImportWish,
    UndoWish,
)
from api.intake_wish import HOTSPOTS, LIMIT_BYTES, PATROLS, Wish
from geo.errors import NotFound, Refused
from geo.store import undoing
from geo.store.accounts import Actor

router = APIRouter(prefix="/imports", tags=["imports"])

KindName = Annotated[str, Query(pattern="^[a-z-]{1,40}$")]
FileName = Annotated[str, Query(min_length=1, max_length=200)]
ImportId = Annotated[int, Path(ge=1, le=2**62)]
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def raw_body(request: Request) -> bytes:
    """Give the file as it was sent."""
    return await request.body()


FileDep = Annotated[bytes, Depends(raw_body)]


@router.get("/kinds", response_model=ImportKinds, dependencies=[needs(Permission.IMPORT)])
def kinds(conn: ConnectionDep) -> Response:
    """List what can be imported, with the fields of each."""
    from api.intake_kinds import describe_kinds
    from geo.store.intake.importing import ACCEPTABLE
    from geo.store.simulated_land import stand_on_simulated_land

    body = {
        "kinds": describe_kinds(),
        "acceptable": sorted(ACCEPTABLE),
        "limit_bytes": LIMIT_BYTES,
        "simulated": stand_on_simulated_land(conn),
    }
    return json_answer(dump(body))


@router.get("/templates/{kind}", response_class=Response, dependencies=[needs(Permission.IMPORT)])
def template(kind: Annotated[str, Path(pattern="^[a-z-]{1,40}$")]) -> Response:
    """Give an empty workbook to fill in."""
    from geo.store.intake.templates import make_template

    if _known(kind) == PATROLS:
        # Tracks come from devices; nobody types them.
        raise NotFound("import_kind_unknown", kind=kind)
    out = io.BytesIO()
    make_template(kind).save(out)
    headers = {
        "Content-Disposition": f'attachment; filename="mau-{kind}.xlsx"',
        "Cache-Control": NO_STORE,
    }
    return Response(out.getvalue(), media_type=_EXCEL, headers=headers)


@router.post("/preview", dependencies=[needs(Permission.IMPORT)])
def preview(
    services: ServicesDep,
    actor: ActorDep,
    token: TokenDep,
    content: FileDep,
    kind: KindName,
    name: FileName,
    options: Annotated[str, Query(max_length=8000)] = "{}",
) -> Response:
    """Judge a file; nothing is kept of it."""
    told = _options(options)
    wish = Wish(_known(kind), name, content, commit=False, **told)
    return _run(services, token, actor, wish)


@router.post("/commit", dependencies=[needs(Permission.IMPORT)])
def commit(
    services: ServicesDep,
    actor: ActorDep,
    token: TokenDep,
    content: FileDep,
    kind: KindName,
    name: FileName,
    sha256: Annotated[str, Query(pattern="^[0-9a-f]{64}$")],
    options: Annotated[str, Query(max_length=8000)] = "{}",
) -> Response:
    """Judge a file again and write it, when it is the one that was previewed."""
    told = _options(options)
    wish = Wish(_known(kind), name, content, commit=True, sha256=sha256, **told)
    return _run(services, token, actor, wish)


@router.get("", response_model=ImportList, dependencies=[needs(Permission.IMPORT)])
def own(conn: ConnectionDep, services: ServicesDep) -> Response:
    """List the account's own imports, newest first."""
    found = undoing.list_imports(conn)
    body = {"imports": [one.as_json() for one in found], "computing": services.recompute.runs}
    return json_answer(dump(body))


@router.get("/{import_id}", response_model=ImportDetail, dependencies=[needs(Permission.IMPORT)])
def one_import(import_id: ImportId, conn: ConnectionDep) -> Response:
    """Give one of the account's own imports with its findings."""
    found, findings = undoing.find_import(conn, import_id)
    return json_answer(dump({"import": found.as_json(), "findings": findings}))


@router.post(
    "/{import_id}/undo", response_model=ImportAnswer, dependencies=[needs(Permission.IMPORT)]
)
def undo(
    import_id: ImportId,
    conn: IntakeDep,
    services: ServicesDep,
    actor: ActorDep,
    wish: Annotated[UndoWish, Body()],
) -> Response:
    """Take one of the account's own imports back."""
    found = undoing.undo_import(conn, import_id, reason=wish.reason, actor=actor.login)
    answer = json_answer(dump({"import": found.as_json()}))
    # After the transaction has ended.
    answer.background = BackgroundTask(services.recompute.ask)
    return answer


def _known(kind: str) -> str:
    from geo.store.intake import KINDS

    if kind not in KINDS and kind not in (HOTSPOTS, PATROLS):
        raise NotFound("import_kind_unknown", kind=kind)
    return kind


def _options(text: str) -> dict[str, Any]:
    try:
        return ImportWish.model_validate_json(text).model_dump()
    except ValueError as error:
        raise Refused("import_options") from error


def _run(services: Services, token: str | None, actor: Actor, wish: Wish) -> Response:
    lines = intake.run(
        services.intake,
        token=str(token),
        actor=actor,
        wish=wish,
        on_commit=services.recompute.ask,
        home=services.settings.home.absolute(),
    )
    # Lines are told as they come: neither we nor a proxy may gather them.
    headers = {
        "Cache-Control": NO_STORE,
        "X-Accel-Buffering": "no",
        "Content-Encoding": "identity",
    }
    return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)
