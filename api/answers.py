"""JSON answers with a validator: an unchanged answer costs a 304.

Values are private to the session: kept by the browser, asked about each time. What one person did
or one unit shows in detail is not kept at all.
"""

import hashlib
import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

REVALIDATE = "private, no-cache"
NO_STORE = "private, no-store"
# Part of every validator: raised when the shape of an answer changes, so that no browser keeps
# the shape of an older release.
SHAPE = "2"


def etag_of(*parts: object) -> str:
    """Make a weak validator from whatever decides an answer."""
    text = "\x1f".join((SHAPE, *(str(part) for part in parts)))
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def dump(body: object) -> bytes:
    """Write JSON in the fewest bytes."""
    return json.dumps(
        body, ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False
    ).encode()


def fresh(request: Request, etag: str) -> bool:
    """Tell whether the browser has the answer of a validator already."""
    asked = request.headers.get("if-none-match", "")
    return asked == "*" or etag in (part.strip() for part in asked.split(","))


def json_answer(content: bytes, *, cache_control: str = NO_STORE) -> Response:
    """Answer with JSON that is written already."""
    return Response(
        content, media_type="application/json", headers={"Cache-Control": cache_control}
    )


def validated(
    request: Request,
    etag: str,
    make: Callable[[], bytes],
    *,
    cache_control: str = REVALIDATE,
    media_type: str = "application/json",
) -> Response:
    """Answer 304 when the browser has it, else make the body and send it with its validator."""
    headers = {"ETag": etag, "Cache-Control": cache_control, "Vary": "Cookie"}
    if fresh(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(make(), media_type=media_type, headers=headers)
