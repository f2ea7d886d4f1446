"""Log in, log out, who am I."""

from typing import Annotated

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from api.access import Permission, may, pages_of
from api.answers import dump, json_answer
from api.deps import OPEN, MaybeActorDep, ServicesDep, TokenDep
from api.models import Credentials, SessionState
from api.sessions import clear_cookie, find_actor, log_in, log_out, set_cookie
from geo.store.accounts import Actor

router = APIRouter(prefix="/session", tags=["session"])


@router.get("", response_model=SessionState, dependencies=[OPEN])
def who(actor: MaybeActorDep) -> Response:
    """Tell who is logged in, or null."""
    return json_answer(dump(_state(actor)))


@router.post("", response_model=SessionState, dependencies=[OPEN])
def open_session(
    request: Request, services: ServicesDep, credentials: Annotated[Credentials, Body()]
) -> Response:
    """Log in; the session comes as a cookie."""
    token = log_in(
        services.login,
        services.strangers,
        login=credentials.login,
        password=credentials.password,
    )
    response = json_answer(dump(_state(find_actor(services.login, token))))
    set_cookie(request, response, token)
    return response


@router.delete("", status_code=204, response_class=Response, dependencies=[OPEN])
def end_session(request: Request, services: ServicesDep, token: TokenDep) -> Response:
    """Log out; without a session this does nothing."""
    if token:
        log_out(services.login, token)
    response = Response(status_code=204)
    clear_cookie(request, response)
    return response


def _state(actor: Actor | None) -> dict[str, object]:
    account = None
    if actor:
        account = {
            "login": actor.login,
            "role": actor.role,
            "pages": pages_of(actor.role),
            "may_hand_out": may(actor.role, Permission.HANDOUT),
        }
    return {"account": account}
