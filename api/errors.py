"""Errors over HTTP: which class has which status, in the one JSON shape.

    {"error": {"code", "message_vi", "message_en", "details"}, "id"?}

Lower rooms raise; this table alone knows statuses. What nobody foresaw answers with a fixed
sentence and an id; its text goes to the log only.
"""

import json
import logging
import secrets
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo.errors import BandoError, Conflict, Finding, Forbidden, NotFound, Refused, Unavailable
from geo.messages import say

log = logging.getLogger("bando.http")


class NotLoggedIn(BandoError, PermissionError):
    """The request carries no session, or one that has ended."""


class LockedOut(BandoError, PermissionError):
    """Too many wrong passwords in a row."""


class UnknownQuery(BandoError, ValueError):
    """The address carries parameters that the route does not know."""


class TooLarge(BandoError, ValueError):
    """The request's body is larger than anything that is sent here."""


class ForeignOrigin(Forbidden):
    """A page of another site tried to change something."""


# First match wins, so a subclass stands above its parent.
STATUS_CODES: tuple[tuple[type[BandoError], int], ...] = (
    (NotLoggedIn, 401),
    (LockedOut, 429),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (UnknownQuery, 400),
    (TooLarge, 413),
    (Refused, 422),
    (Unavailable, 503),
    (BandoError, 500),
)
# What Starlette and FastAPI raise by themselves.
_HTTP_CODES: Mapping[int, str] = {
    400: "http_bad_request",
    404: "http_not_found",
    405: "http_method",
    413: "http_too_large",
    415: "http_media_type",
}
NO_STORE = {"Cache-Control": "private, no-store"}


def status_of(error: BandoError) -> int:
    """Give the HTTP status of an error of ours."""
    return next(status for kind, status in STATUS_CODES if isinstance(error, kind))


def error_response(error: BandoError) -> JSONResponse:
    """Shape an error of ours."""
    details: dict[str, object] = dict(error.details)
    if isinstance(error, Refused) and error.findings:
        details["findings"] = [finding.as_json() for finding in error.findings]
    return _shaped(status_of(error), error.code, error.message("vi"), error.message("en"), details)


def error_body(error: BandoError) -> dict[str, object]:
    """Give the one shape of an error as an object, for answers that are told line by line."""
    answer: dict[str, object] = json.loads(bytes(error_response(error).body))
    return answer


def unforeseen_body(place: str, error: Exception) -> dict[str, object]:
    """Give the shape of what nobody foresaw, with an id; its text goes to the log only."""
    incident = secrets.token_hex(6)
    log.error("incident %s at %s", incident, place, exc_info=error)
    told = _shaped(
        500,
        "http_unexpected",
        say("http_unexpected", id=incident),
        say("http_unexpected", language="en", id=incident),
        {},
        incident=incident,
    )
    answer: dict[str, object] = json.loads(bytes(told.body))
    return answer


def _shaped(
    status: int,
    code: str,
    message_vi: str,
    message_en: str,
    details: Mapping[str, object],
    *,
    incident: str | None = None,
    headers: Mapping[str, str] = NO_STORE,
) -> JSONResponse:
    body: dict[str, object] = {
        "error": {
            "code": code,
            "message_vi": message_vi,
            "message_en": message_en,
            "details": details,
        }
    }
    if incident is not None:
        body["id"] = incident
    return JSONResponse(body, status_code=status, headers=dict(headers))


def _fixed(status: int, code: str, **more: object) -> JSONResponse:
    texts = {
        f"message_{language}": say(code, language=language, **more) for language in ("vi", "en")
    }
    return _shaped(status, code, texts["message_vi"], texts["message_en"], {})


def _on_bando(_request: Request, error: Exception) -> Response:
    if not isinstance(error, BandoError):
        raise error
    if status_of(error) >= 500:
        log.error("%s: %s", type(error).__name__, error)
    return error_response(error)


def _on_http(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    code = _HTTP_CODES.get(error.status_code, "http_bad_request")
    response = _fixed(error.status_code, code)
    response.headers.update(error.headers or {})
    return response


def _on_validation(_request: Request, error: Exception) -> Response:
    """Name the fields that cannot be read; never repeat their values."""
    if not isinstance(error, RequestValidationError):
        raise error
    fields = {".".join(str(part) for part in one["loc"][1:]) or "body" for one in error.errors()}
    return error_response(
        Refused(
            "http_parameter",
            findings=[
                Finding("http_field", column=field, details={"field": field[:60]})
                for field in sorted(fields)
            ],
            fields=", ".join(sorted(fields))[:200],
        )
    )


class LastResort:
    """Answers for what nobody foresaw: the only place that catches everything.

    Plain ASGI inside the security headers, so that this answer carries them like any other.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer with an id when it fails before anything was sent."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            await _unexpected(scope, error)(scope, receive, send)


def _unexpected(scope: Scope, error: Exception) -> Response:
    # The address may name a unit; the log does not need it to find the fault.
    body = unforeseen_body(getattr(scope.get("route"), "path", "?"), error)
    return JSONResponse(body, status_code=500, headers=NO_STORE)


def add_error_handlers(app: FastAPI) -> None:
    """Make every foreseen error answer in the one shape; `LastResort` does the others."""
    app.add_exception_handler(BandoError, _on_bando)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_validation)
