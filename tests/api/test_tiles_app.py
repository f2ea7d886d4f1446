import asyncio
import gzip
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import httpx
import pytest
import shapely
from starlette.types import Message, Receive, Scope, Send

from api.tiles_app import make_tiles_app
from layers.pyramid import Pyramid
from layers.tiles import build_pyramid

SET = "0123456789abcdef"
# One commune, at this tile of zoom 6; the tile beside it holds nothing.
HIT, MISS = "6/50/28", "6/60/28"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    frame = gpd.GeoDataFrame(
        {"unit_key": [1 << 20 | 1], "key_to": [1 << 20 | 1], "level": ["commune"], "code": ["1"]},
        geometry=[shapely.box(105.0, 20.0, 105.4, 20.4)],
        crs="EPSG:4326",
    )
    path = tmp_path_factory.mktemp("tiles") / f"{SET}.pmtiles"
    build_pyramid(frame, path, max_zoom=7)
    return path


async def behind(scope: Scope, receive: Receive, send: Send) -> None:
    """The application behind: says that it was asked."""
    if scope["type"] != "http":
        await send({"type": f"{scope['type']}.passed.on"})
        return
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"behind"})


@dataclass
class Client:
    """Calls the application in this process, each time in a loop of its own or a shared one."""

    folder: Path

    def run(self, use: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
        async def session() -> None:
            transport = httpx.ASGITransport(app=make_tiles_app(self.folder, behind))
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                await use(client)

        asyncio.run(session())

    def get(self, path: str, *, method: str = "GET", **headers: str) -> httpx.Response:
        answers: list[httpx.Response] = []
        sent = {name.replace("_", "-"): value for name, value in headers.items()}

        async def use(client: httpx.AsyncClient) -> None:
            answers.append(await client.request(method, path, headers=sent))

        self.run(use)
        return answers[0]


@pytest.fixture
def client(archive: Path) -> Client:
    return Client(archive.parent)


def test_a_tile_comes_as_it_is_stored_and_may_be_kept_for_ever(
    client: Client, archive: Path
) -> None:
    answer = client.get(f"/tiles/{SET}/{HIT}")
    stored = Pyramid(archive).tile(6, 50, 28)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-length"] == str(len(stored))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.content == gzip.decompress(stored)


def test_head_says_all_but_the_body(client: Client) -> None:
    whole, head = (
        client.get(f"/tiles/{SET}/{HIT}"),
        client.get(f"/tiles/{SET}/{HIT}", method="HEAD"),
    )
    assert head.status_code == 200
    assert head.headers == whole.headers
    assert head.content == b""


def test_a_client_without_gzip_gets_plain_bytes(client: Client, archive: Path) -> None:
    plain = gzip.decompress(Pyramid(archive).tile(6, 50, 28))
    gzipped = client.get(f"/tiles/{SET}/{HIT}")
    for offer in ("identity", "gzip;q=0", "gzip; q=0.0, br", "deflate;q=0.5"):
        answer = client.get(f"/tiles/{SET}/{HIT}", accept_encoding=offer)
        assert "content-encoding" not in answer.headers, offer
        assert answer.content == plain
        assert answer.headers["content-length"] == str(len(plain))
        assert answer.headers["etag"] != gzipped.headers["etag"]
    for offer in ("gzip", "br, gzip", "gzip;q=0.5", "*", "*;q=0.1"):
        answer = client.get(f"/tiles/{SET}/{HIT}", accept_encoding=offer)
        assert answer.headers.get("content-encoding") == "gzip", offer


def test_a_tile_that_the_client_has_is_not_sent_again(client: Client) -> None:
    etag = client.get(f"/tiles/{SET}/{HIT}").headers["etag"]
    for known in (etag, f'W/{etag}, "other"', f'"other", {etag}', "*"):
        answer = client.get(f"/tiles/{SET}/{HIT}", if_none_match=known)
        assert answer.status_code == 304, known
        assert answer.content == b""
        assert answer.headers["etag"] == etag
    assert client.get(f"/tiles/{SET}/{HIT}", if_none_match='"other"').status_code == 200


def test_a_place_where_nothing_is_drawn_is_empty_and_not_an_error(client: Client) -> None:
    answer = client.get(f"/tiles/{SET}/{MISS}")
    assert answer.status_code == 204
    assert answer.content == b""
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "address",
    [
        "fedcba9876543210/6/50/28",
        f"{SET}/8/50/28",
        f"{SET}/6/64/28",
        f"{SET}/6/50/64",
        f"{SET}/6/50",
        f"{SET}/6/50/28.png",
        f"{SET}/6/-1/28",
        f"{SET.upper()}/6/50/28",
        f"../{SET}/6/50/28",
        "",
    ],
)
def test_an_unknown_address_is_not_found_in_the_one_shape_of_errors(
    client: Client, address: str
) -> None:
    answer = client.get("/tiles/" + address.replace("..", "%2e%2e"))
    assert answer.status_code == 404
    assert set(answer.json()["error"]) == {"code", "message_vi", "message_en", "details"}
    assert answer.headers["cache-control"] == "no-store"


def test_a_tile_cannot_be_written(client: Client) -> None:
    answer = client.get(f"/tiles/{SET}/{HIT}", method="POST")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_everything_else_goes_to_the_application_behind(client: Client) -> None:
    assert client.get("/").status_code == 418
    assert client.get("/tilesets").content == b"behind"
    passed: list[Message] = []

    async def send(message: Message) -> None:
        passed.append(message)

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    app = make_tiles_app(client.folder, behind)
    asyncio.run(app({"type": "lifespan"}, receive, send))
    assert passed == [{"type": "lifespan.passed.on"}]


def test_a_set_activated_while_the_service_runs_is_found(archive: Path, tmp_path: Path) -> None:
    later = tmp_path / "home" / "tiles"

    async def use(client: httpx.AsyncClient) -> None:
        assert (await client.get(f"/tiles/{SET}/{HIT}")).status_code == 404
        later.mkdir(parents=True)
        os.link(archive, later / archive.name)
        answers = await asyncio.gather(*(client.get(f"/tiles/{SET}/{HIT}") for _ in range(5)))
        assert [answer.status_code for answer in answers] == [200] * 5

    Client(later).run(use)


def test_sets_that_are_there_are_read_before_anybody_asks(archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / archive.name
    copy.write_bytes(archive.read_bytes())
    app = make_tiles_app(tmp_path, behind)
    copy.unlink()

    async def ask() -> int:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return (await client.get(f"/tiles/{SET}/{HIT}")).status_code

    assert asyncio.run(ask()) == 200


def test_a_broken_file_is_said_to_be_unavailable_without_its_insides(tmp_path: Path) -> None:
    (tmp_path / f"{SET}.pmtiles").write_bytes(b"PMTiles\x03 cut short")
    answer = Client(tmp_path).get(f"/tiles/{SET}/{HIT}")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "pyramid_unreadable"
