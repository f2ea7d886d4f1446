"""The tile path: geometry pyramids from memory, as plain ASGI, in front of the application.

    GET /tiles/{set}/{z}/{x}/{y}   ->  200 | 204 nothing drawn here | 304 | 404
    everything else                ->  the application behind

A tile names its boundary set by the hash of its content, so an answer is right for ever and may be
kept for ever. It stays outside FastAPI because that alone makes it several times faster.
"""

import asyncio
import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from geo.errors import BandoError, NotFound
from layers.pyramid import Pyramid, tile_key

PREFIX = "/tiles/"
_ADDRESS = re.compile(r"/tiles/(?P<set>[0-9a-f]{16})/(?P<z>\d{1,2})/(?P<x>\d{1,9})/(?P<y>\d{1,9})")
_FOR_EVER = (b"cache-control", b"public, max-age=31536000, immutable")
_NO_SNIFF = (b"x-content-type-options", b"nosniff")
_VARY = (b"vary", b"accept-encoding")
_MVT = (b"content-type", b"application/vnd.mapbox-vector-tile")

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class _Answer:
    """A tile with all that is said about it, made once when its set is read."""

    etag: bytes
    body: bytes
    headers: Headers


@dataclass(frozen=True, slots=True)
class _ServedSet:
    """All tiles of one boundary set, ready to be sent."""

    min_zoom: int
    max_zoom: int
    answers: Mapping[int, _Answer]


def make_tiles_app(folder: Path, fallback: ASGIApp) -> ASGIApp:
    """Make the application that answers for tiles and passes all else on.

    The sets that are there are read at once, so that nobody waits for them. The file of any other
    is looked for when the set is first asked for, and read in a thread, so that a set activated
    while the service runs is served without a restart.

    Parameters
    ----------
    folder
        Where ``<hash16>.pmtiles`` lie; need not exist yet.
    fallback
        The application for every other path, and for lifespan and other scopes.
    """
    served = _read_all(folder)
    reading = asyncio.Lock()

    async def find_set(name: str) -> _ServedSet:
        path = folder / f"{name}.pmtiles"
        async with reading:
            if name not in served:
                if not path.is_file():
                    raise NotFound("tile_set_unknown", set=name)
                served[name] = await asyncio.to_thread(_read_set, path)
        return served[name]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await fallback(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            error = NotFound("tile_method", method=scope["method"][:10])
            await _send_error(send, error, status=405, extra=[(b"allow", b"GET, HEAD")])
            return
        try:
            address = _ADDRESS.fullmatch(scope["path"])
            if address is None:
                raise NotFound("tile_address")
            name = address["set"]
            tiles = served.get(name) or await find_set(name)
            z, x, y = int(address["z"]), int(address["x"]), int(address["y"])
            if not tiles.min_zoom <= z <= tiles.max_zoom or max(x, y) >> z:
                raise NotFound("tile_address")
        except BandoError as error:
            status = 404 if isinstance(error, NotFound) else 503
            await _send_error(send, error, status=status)
            return
        await _send_tile(scope, send, tiles.answers.get(tile_key(z, x, y)))

    return app


def _read_all(folder: Path) -> dict[str, _ServedSet]:
    served = {}
    for path in sorted(folder.glob("*.pmtiles")):
        # A file that cannot be read is told to whoever asks for it, not to everybody at the start.
        with suppress(BandoError):
            served[path.stem] = _read_set(path)
    return served


def _read_set(path: Path) -> _ServedSet:
    pyramid = Pyramid(path)
    answers = {}
    for key, body in pyramid.tiles.items():
        etag = b'"%s"' % hashlib.blake2b(body, digest_size=8).hexdigest().encode()
        headers = [
            _MVT,
            (b"content-encoding", b"gzip"),
            (b"content-length", str(len(body)).encode()),
            (b"etag", etag),
            _FOR_EVER,
            _VARY,
            _NO_SNIFF,
        ]
        answers[key] = _Answer(etag, body, headers)
    return _ServedSet(pyramid.min_zoom, pyramid.max_zoom, answers)


async def _send_tile(scope: Scope, send: Send, answer: _Answer | None) -> None:
    if answer is None:
        await _send(send, status=204, headers=[_FOR_EVER, _NO_SNIFF])
        return
    accepted, known = _what_client_has(scope["headers"])
    etag, body, headers = answer.etag, answer.body, answer.headers
    if not accepted:
        # Rare: old tools and curl. A form of its own needs a tag of its own.
        body = gzip.decompress(body)
        etag = etag[:-1] + b'-plain"'
        headers = [_MVT, (b"content-length", str(len(body)).encode()), (b"etag", etag)]
        headers += [_FOR_EVER, _VARY, _NO_SNIFF]
    if known and (known == b"*" or etag in known):
        await _send(send, status=304, headers=[(b"etag", etag), _FOR_EVER, _VARY])
        return
    await _send(send, status=200, headers=headers, body=b"" if scope["method"] == "HEAD" else body)


def _what_client_has(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bool, bytes]:
    """Tell whether the client takes gzip, and the tags of what it keeps."""
    accepted, known = False, b""
    for name, value in headers:
        if name == b"accept-encoding":
            accepted = _takes_gzip(value)
        elif name == b"if-none-match":
            known = value.strip()
    return accepted, known


def _takes_gzip(value: bytes) -> bool:
    if b";" not in value:
        return b"gzip" in value or b"*" in value
    weights = {}
    for offer in value.split(b","):
        coding, _, weight = offer.replace(b" ", b"").partition(b";q=")
        weights[coding] = weight.strip(b"0.") != b"" or weight == b""
    return weights.get(b"gzip", weights.get(b"*", False))


async def _send_error(
    send: Send, error: BandoError, *, status: int, extra: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    content = {
        "error": {
            "code": error.code,
            "message_vi": error.message("vi"),
            "message_en": error.message("en"),
            "details": error.details,
        }
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        _NO_SNIFF,
        *extra,
    ]
    await _send(send, status=status, headers=headers, body=body)


async def _send(send: Send, *, status: int, headers: Headers, body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
