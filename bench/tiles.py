"""Tiles to the browser: our service against tipg and nginx on the same list of addresses."""

import asyncio
import gzip
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.request import Request, urlopen

import numpy as np
import shapely
from sqlalchemy import text

from bench.report import Figure
from bench.serving import free_port, wait_for
from bench.workshop import PEERS, PROJECT, Database, Workshop, running
from geo.store.unit_rows import build_units
from layers.pyramid import Pyramid
from layers.tiles import PyramidReport, build_pyramid

SET = "beefbeefbeefbeef"
CONNECTIONS = (8, 64)
TILES, FIRST_ZOOM, LAST_ZOOM = 400, 5, 12
PICTURES = 16
WORKERS = 2

Address = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw: best answers a second over all numbers of connections, p99 at 8 of them."""

    per_second: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Served:
    """One server under load, after its first pass over all tiles."""

    load: Load
    cold_p99_ms: float
    memory_mb: float


def measure(shop: Workshop) -> list[Figure]:
    """Build the pyramid, serve it three ways, compare speed and pictures."""
    home = shop.home / "database"
    archive = home / "tiles" / f"{SET}.pmtiles"
    # A short run takes the pyramid of an earlier one.
    built = _build(shop, archive) if not (shop.quick and archive.is_file()) else None
    pyramid = Pyramid(archive)
    addresses = choose_tiles(pyramid, np.random.default_rng(4))
    with shop.database() as database:
        _load_communes(shop, database)
        with _ours(shop, home) as (site, process):
            ours = _under_load(
                shop, site, [f"/tiles/{SET}/{z}/{x}/{y}" for z, x, y in addresses], process
            )
            shown = {
                one: _fetch(f"{site}/tiles/{SET}/{'/'.join(map(str, one))}")
                for one in addresses[:PICTURES]
            }
        path = "/collections/bench.communes/tiles/WebMercatorQuad"
        with _tipg(shop, database) as (site, process):
            tipg = _under_load(
                shop, site, [f"{path}/{z}/{x}/{y}" for z, x, y in addresses], process
            )
            theirs = {
                one: _fetch(f"{site}{path}/{'/'.join(map(str, one))}")
                for one in addresses[:PICTURES]
            }
    with _nginx(shop, pyramid) as (site, process):
        nginx = _under_load(shop, site, [f"/{z}/{x}/{y}" for z, x, y in addresses], process)
    worst, pixels = _compare(shop, shown, theirs)
    return [
        Figure(
            "tiles: against tipg",
            ours.load.per_second / tipg.load.per_second,
            "x",
            gate=200,
            goal=400,
            equal=worst < 0.01,
            detail=f"ours {ours.load.per_second:,.0f}/s, tipg {tipg.load.per_second:,.0f}/s"
            f" (p99 {tipg.load.p99_ms:,.0f} ms)",
        ),
        Figure(
            "tiles: of nginx static",
            100 * ours.load.per_second / nginx.load.per_second,
            "%",
            gate=30,
            goal=40,
            detail=f"nginx {nginx.load.per_second:,.0f}/s (p99 {nginx.load.p99_ms:.1f} ms)",
        ),
        Figure("tiles: p99 at 8 connections", ours.load.p99_ms, "ms", goal=3, at_most=True),
        Figure(
            "tiles: p99 cold",
            ours.cold_p99_ms,
            "ms",
            goal=3,
            at_most=True,
            detail=f"first pass after the start; tipg {tipg.cold_p99_ms:,.0f} ms,"
            f" nginx {nginx.cold_p99_ms:.1f} ms",
        ),
        Figure(
            "tiles: pixels that differ from tipg's",
            100 * worst,
            "%",
            gate=1,
            goal=1,
            at_most=True,
            equal=worst < 0.01,
            detail=f"worst of {PICTURES} tiles at 512 px, {pixels:,} pixels away from borders",
        ),
        Figure(
            "tiles: memory of the service",
            ours.memory_mb,
            "MB",
            at_most=True,
            detail=f"{WORKERS} workers, their share of common pages",
        ),
        *_built_figures(built),
    ]


def _built_figures(report: PyramidReport | None) -> list[Figure]:
    if report is None:
        return []
    return [
        Figure(
            "tiles: pyramid built",
            report.seconds,
            "s",
            gate=60,
            goal=60,
            at_most=True,
            detail=f"{report.tile_count:,} tiles, {report.byte_count / 1e6:.1f} MB,"
            f" z0 to z{LAST_ZOOM}",
        )
    ]


def choose_tiles(pyramid: Pyramid, rng: np.random.Generator) -> list[Address]:
    """Choose tiles of all zooms, as many of each, in random order."""
    addresses = [
        (key >> 58, key >> 29 & (1 << 29) - 1, key & (1 << 29) - 1) for key in pyramid.tiles
    ]
    chosen: list[Address] = []
    zooms = range(FIRST_ZOOM, LAST_ZOOM + 1)
    for zoom in zooms:
        of_zoom = sorted(one for one in addresses if one[0] == zoom)
        picks = rng.permutation(len(of_zoom))[: TILES // len(zooms)]
        chosen += [of_zoom[pick] for pick in picks]
    return [chosen[place] for place in rng.permutation(len(chosen))]


def _build(shop: Workshop, archive: Path) -> PyramidReport:
    units = build_units(shop.communes, valid_from=date(2025, 7, 1))
    frame = units.assign(
        unit_key=np.arange(len(units)),
        key_to=units["last"].to_numpy(),
        parent_key=units["parent"].to_numpy(),
    )
    return build_pyramid(frame, archive)


def _load_communes(shop: Workshop, database: Database) -> None:
    wkb = shapely.to_wkb(shapely.set_srid(shop.polygons, 4326), hex=True, include_srid=True)
    with database.engine.begin() as conn:
        # Apart from the product's own schema, whose roles own everything in it.
        conn.execute(text("DROP TABLE IF EXISTS public.bench_communes"))
        conn.execute(text("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench"))
        conn.execute(
            text(
                "CREATE TABLE bench.communes"
                " (id int PRIMARY KEY, code text, geom geometry(MultiPolygon, 4326))"
            )
        )
        with (
            conn.connection.cursor() as cursor,
            cursor.copy("COPY bench.communes FROM STDIN") as copy,
        ):
            for row in zip(range(len(wkb)), shop.communes["code"], wkb, strict=True):
                copy.write_row(row)
        conn.execute(text("CREATE INDEX ON bench.communes USING gist (geom)"))
        conn.execute(text("ANALYZE bench.communes"))


Server = tuple[str, "subprocess.Popen[bytes]"]


@contextmanager
def _ours(shop: Workshop, home: Path) -> Iterator[Server]:
    port = free_port()
    command = [
        *(sys.executable, "-c", "from api.cli import main; raise SystemExit(main())"),
        *("serve", "--workers", str(WORKERS), "--port", str(port)),
    ]
    env = os.environ | {"BANDO_HOME": str(home), "PYTHONPATH": str(PROJECT)}
    with running(command, log=shop.home / "ours.log", env=env) as process:
        yield wait_for(f"http://127.0.0.1:{port}", "/healthz"), process


@contextmanager
def _tipg(shop: Workshop, database: Database) -> Iterator[Server]:
    port = free_port()
    command = [
        *(str(shop.peers_python), "-m", "uvicorn", "tipg.main:app", "--log-level", "warning"),
        *("--workers", str(WORKERS), "--port", str(port), "--no-access-log"),
    ]
    env = os.environ | {"DATABASE_URL": database.url_with_host, "TIPG_DB_SCHEMAS": '["bench"]'}
    with running(command, log=shop.home / "tipg.log", env=env) as process:
        yield wait_for(f"http://127.0.0.1:{port}", "/healthz"), process


@contextmanager
def _nginx(shop: Workshop, pyramid: Pyramid) -> Iterator[Server]:
    port = free_port()
    folder = shop.home / "nginx"
    for key, body in pyramid.tiles.items():
        z, x, y = key >> 58, key >> 29 & (1 << 29) - 1, key & (1 << 29) - 1
        place = folder / "tiles" / str(z) / str(x) / str(y)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
    for scratch in ("", "/tiles"):
        (folder.parent / f"nginx{scratch}").chmod(0o755)
    config = folder / "nginx.conf"
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(
        f"""{user} worker_processes {WORKERS}; daemon off; pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
{temporary}
access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=20000;
default_type application/vnd.mapbox-vector-tile;
server {{ listen 127.0.0.1:{port}; root {folder}/tiles; add_header Content-Encoding gzip;
add_header Cache-Control "public, max-age=31536000, immutable"; }}
}}
"""
    )
    command = [shop.program("nginx"), "-p", str(folder), "-c", str(config)]
    with running(command, log=shop.home / "nginx.log") as process:
        yield wait_for(f"http://127.0.0.1:{port}", "/0/0/0"), process


def _under_load(
    shop: Workshop, site: str, paths: Sequence[str], process: "subprocess.Popen[bytes]"
) -> Served:
    cold = asyncio.run(_first_pass(site, paths))
    listed = shop.home / "paths.txt"
    listed.write_text("\n".join(paths) + "\n")
    seconds = 1 if shop.quick else 8
    loads = {}
    for connections in CONNECTIONS:
        said = subprocess.run(
            [
                *(shop.program("wrk"), "-t2", f"-c{connections}", f"-d{seconds}s", "--latency"),
                *("--timeout", "30s", "-s", str(PEERS / "wrk_paths.lua"), site, "--", str(listed)),
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        if "Non-2xx" in said:
            raise RuntimeError(f"{site} refused tiles: {said}")
        loads[connections] = Load(
            float(_found(r"Requests/sec:\s+([\d.]+)", said)[0]), _milliseconds(said)
        )
    return Served(
        load=Load(max(load.per_second for load in loads.values()), loads[8].p99_ms),
        cold_p99_ms=float(np.percentile(cold, 99)) * 1e3,
        memory_mb=_memory_mb(process.pid),
    )


def _found(pattern: str, said: str) -> tuple[str, ...]:
    match = re.search(pattern, said)
    if match is None:
        raise RuntimeError(f"wrk said nothing of {pattern}: {said}")
    return match.groups()


def _milliseconds(said: str) -> float:
    value, unit = _found(r"99%\s+([\d.]+)(us|ms|s)\b", said)
    return float(value) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[unit]


async def _first_pass(site: str, paths: Sequence[str]) -> list[float]:
    """Ask for every path once over 8 connections; give the seconds of each."""
    host, port = site.removeprefix("http://").split(":")
    waiting = list(reversed(paths))
    took: list[float] = []

    async def visit() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        while waiting:
            path = waiting.pop()
            began = time.perf_counter()
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            if length:
                await reader.readexactly(int(length[1]))
            elif b"chunked" in head.lower():
                while (size := int(await reader.readline(), 16)) > 0:
                    await reader.readexactly(size + 2)
                await reader.readline()
            took.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(visit() for _ in range(8)))
    return took


def _memory_mb(pid: int) -> float:
    """Add up the proportional memory of a process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    match = re.search(r"Pss:\s+(\d+) kB", rollup)
    own = int(match[1]) / 1024 if match else 0.0
    return own + sum(_memory_mb(int(child)) for child in children)


def _compare(
    shop: Workshop, ours: dict[Address, bytes], theirs: dict[Address, bytes]
) -> tuple[float, int]:
    folder = shop.home / "pictures"
    folder.mkdir(exist_ok=True)
    pairs = []
    for place, address in enumerate(ours):
        files = {"ours": folder / f"{place}.ours", "theirs": folder / f"{place}.theirs"}
        files["ours"].write_bytes(ours[address])
        files["theirs"].write_bytes(theirs[address])
        pairs.append(
            {name: str(file) for name, file in files.items()}
            | {"ours_layer": "commune", "theirs_layer": "default"}
        )
    listed = folder / "pairs.json"
    listed.write_text(json.dumps(pairs))
    said = json.loads(shop.ask("pictures.py", str(listed)))
    return float(said["worst"]), int(said["pixels"])


def _fetch(address: str) -> bytes:
    with urlopen(Request(address, headers={"Accept-Encoding": "gzip"}), timeout=60) as answer:
        body: bytes = answer.read()
        return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
