"""What every answer carries, and which requests are not heard: plain ASGI around it all."""

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ForeignOrigin, TooLarge, error_response
from api.sessions import COOKIE

_IMPORT_MAP = re.compile(rb"<script\s+type=[\"']importmap[\"']\s*>(.*?)</script>", re.DOTALL)
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Browsers complain about these on plain HTTP.
_HTTPS_ONLY = {
    "Strict-Transport-Security": "max-age=31536000",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def content_policy(*pages: Path) -> str:
    """Write the content policy; import maps inside the pages are let through by their hash."""
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(found).digest()).decode()}'"
        for page in pages
        if page.is_file()
        for found in _IMPORT_MAP.findall(page.read_bytes())
    ]
    return "; ".join(
        (
            "default-src 'self'",
            "img-src 'self' data: blob:",
            "style-src 'self'",
            " ".join(("script-src 'self'", *dict.fromkeys(hashes))),
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


# Data are no page: shown by themselves they may do nothing. Short, since a step of the time slider
# has the size of its heads.
_DATA_TYPE = "application/json"
_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"


class SecureHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, *, policy: str) -> None:
        self.app = app
        always = {
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        self.of_data = {"Content-Security-Policy": _DATA_POLICY, **always}
        self.of_pages = {
            "Content-Security-Policy": policy,
            "X-Frame-Options": "DENY",
            "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
            **always,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and dress the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        https = _is_https(scope)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_data = headers.get("content-type", "").startswith(_DATA_TYPE)
                wanted = self.of_data if is_data else self.of_pages
                for name, value in wanted.items():
                    headers.setdefault(name, value)
                if https:
                    for name, value in _HTTPS_ONLY.items():
                        headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, dressed)


class SameOrigin:
    """Refuses changes that a page of another site asks for.

    A browser names the page's origin with every changing request; programs do not, and carry no
    cookie by accident either.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from our own pages or from no page."""
        if scope["type"] == "http" and scope["method"] not in _SAFE_METHODS:
            headers = Headers(scope=scope)
            if not _from_here(headers):
                await error_response(ForeignOrigin("foreign_origin"))(scope, receive, send)
                return
        await self.app(scope, receive, send)


class BodyLimit:
    """Reads the body of a changing request up to a limit, and refuses what is larger.

    Parameters
    ----------
    app
        What is behind.
    limit
        In bytes.
    files
        Limit of addresses that take files, in bytes.
    """

    def __init__(self, app: ASGIApp, *, limit: int, files: Mapping[str, int]) -> None:
        self.app = app
        self.limit = limit
        self.files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body, which is whole by then."""
        if scope["type"] != "http" or scope["method"] in _SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        limit = self._limit_of(scope)
        parts: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            more = message.get("more_body", False)
            if size > limit:
                await error_response(TooLarge("http_too_large"))(scope, receive, send)
                return
        body = b"".join(parts)
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replayed() -> Message:
            return whole.pop() if whole else await receive()

        await self.app(scope, replayed, send)

    def _limit_of(self, scope: Scope) -> int:
        """Give the limit: files are taken on their own addresses, from browsers with a session."""
        has_session = f"{COOKIE}=" in Headers(scope=scope).get("cookie", "")
        return self.files.get(scope["path"], self.limit) if has_session else self.limit


def _from_here(headers: Headers) -> bool:
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == headers.get("host", "") != ""
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def _is_https(scope: Scope) -> bool:
    return "https" in (scope["scheme"], Headers(scope=scope).get("x-forwarded-proto", ""))
