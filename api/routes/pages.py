"""Pages and files of the browser, and the sentences that it shows."""

import hashlib
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from api.answers import dump, etag_of, fresh, validated
from api.deps import OPEN, MaybeActorDep
from api.models import Messages
from geo.errors import NotFound, Unavailable
from geo.messages import LANGUAGES, catalogue

STATIC = Path(__file__).resolve().parents[2] / "static"
# Only these are handed out: sources, notes and maps of the libraries stay where they are.
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
}
_ASK_AGAIN = "no-cache"

router = APIRouter(tags=["pages"])


@router.api_route("/", methods=["GET", "HEAD"], include_in_schema=False, dependencies=[OPEN])
def map_page(request: Request, actor: MaybeActorDep) -> Response:
    """Show the map, or the log-in to those who have no session."""
    if actor is None:
        return RedirectResponse("/login", status_code=303, headers={"Cache-Control": "no-store"})
    return page(request, "index.html")


@router.api_route("/import", methods=["GET", "HEAD"], include_in_schema=False, dependencies=[OPEN])
def import_page(request: Request, actor: MaybeActorDep) -> Response:
    """Show the import of files, or the log-in to those who have no session."""
    if actor is None:
        # The log-in comes back to the page named after `#`, which the server's log never sees.
        headers = {"Cache-Control": "no-store"}
        return RedirectResponse("/login#page=import", status_code=303, headers=headers)
    return page(request, "import.html")


@router.api_route("/reports", methods=["GET", "HEAD"], include_in_schema=False, dependencies=[OPEN])
def reports_page(request: Request, actor: MaybeActorDep) -> Response:
    """Show who owes which report, or the log-in to those who have no session."""
    if actor is None:
        headers = {"Cache-Control": "no-store"}
        return RedirectResponse("/login#page=reports", status_code=303, headers=headers)
    return page(request, "reports.html")


@router.api_route("/unit", methods=["GET", "HEAD"], include_in_schema=False, dependencies=[OPEN])
def unit_page(request: Request) -> Response:
    """Show the page of a unit; it sends those who have no session to the log-in by itself.

    Which unit stands after `#`: a redirection from here would lose it.
    """
    return page(request, "unit.html")


@router.api_route(
    "/campaign", methods=["GET", "HEAD"], include_in_schema=False, dependencies=[OPEN]
)
def campaign_page(request: Request) -> Response:
    """Show a campaign before and after; which one stands after `#`, as with the page of a unit."""
    return page(request, "campaign.html")


@router.api_route("/plan", methods=["GET", "HEAD"], include_in_schema=False, dependencies=[OPEN])
def plan_page(request: Request) -> Response:
    """Show plans and how they stand; which one stands after `#`, as with the page of a unit."""
    return page(request, "plan.html")


@router.api_route(
    "/transitions", methods=["GET", "HEAD"], include_in_schema=False, dependencies=[OPEN]
)
def transitions_page(request: Request) -> Response:
    """Show progress over time; days, borders and area stand after `#`."""
    return page(request, "transitions.html")


@router.api_route(
    "/assessment", methods=["GET", "HEAD"], include_in_schema=False, dependencies=[OPEN]
)
def assessment_page(request: Request) -> Response:
    """Show assessments; cycle and commune stand after `#`, as with the page of a unit."""
    return page(request, "assessment.html")


@router.api_route("/board", methods=["GET", "HEAD"], include_in_schema=False, dependencies=[OPEN])
def board_page(request: Request) -> Response:
    """Show the board of sub-communes; borders and commune stand after `#`."""
    return page(request, "board.html")


@router.api_route("/login", methods=["GET", "HEAD"], include_in_schema=False, dependencies=[OPEN])
def login_page(request: Request) -> Response:
    """Show the log-in."""
    return page(request, "login.html")


@router.api_route(
    "/static/{name:path}", methods=["GET", "HEAD"], include_in_schema=False, dependencies=[OPEN]
)
def static_file(
    request: Request, name: str, v: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    """Give a file of the browser's. With ``v`` the address names one version of it."""
    path = find_file(name)
    if path is None:
        raise NotFound("http_not_found")
    cache = "public, max-age=31536000, immutable" if v else _ASK_AGAIN
    return _file(request, path, cache_control=cache)


@router.get("/messages", response_model=Messages, dependencies=[OPEN])
def messages(request: Request) -> Response:
    """Give the browser's sentences in both languages."""
    body = {
        language: {
            code: texts[language] for code, texts in catalogue().items() if code.startswith("ui_")
        }
        for language in LANGUAGES
    }
    content = dump(body)
    return validated(
        request, etag_of("messages", content), lambda: content, cache_control=_ASK_AGAIN
    )


def find_file(name: str) -> Path | None:
    """Find a file below `static/` that may be handed out; never one outside it."""
    if "\x00" in name or "\\" in name or any(part.startswith(".") for part in name.split("/")):
        return None
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC) or path.suffix not in MEDIA_TYPES or not path.is_file():
        return None
    return path


def page(request: Request, name: str) -> Response:
    """Give a page.

    Raises
    ------
    Unavailable
        With code ``static_missing`` when the browser's part is not there.
    """
    path = find_file(name)
    if path is None:
        raise Unavailable("static_missing", name=name)
    return _file(request, path, cache_control=_ASK_AGAIN)


def _file(request: Request, path: Path, *, cache_control: str) -> Response:
    """Give a file with a validator of its size and time, as web servers do."""
    told = path.stat()
    mark = f"{told.st_mtime_ns}-{told.st_size}"
    etag = f'W/"{hashlib.sha256(mark.encode()).hexdigest()[:16]}"'
    headers = {"ETag": etag, "Cache-Control": cache_control}
    if fresh(request, etag):
        return Response(status_code=304, headers=headers)
    return FileResponse(
        path, headers=headers, media_type=MEDIA_TYPES[path.suffix], stat_result=told
    )
