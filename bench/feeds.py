"""Value feeds and the browser: seconds at the server, bytes over the wire, steps of the slider."""

import gzip
import http.client
import json
import statistics
import time
from urllib.parse import urlsplit

from bench.report import Figure
from bench.service import LOGIN, PASSWORD, served_demo
from bench.workshop import Workshop


def measure(shop: Workshop) -> list[Figure]:
    """Ask for every layer and period of the newest set once, then open the map."""
    with served_demo(shop) as service:
        figures = _feeds(service.site, months=3 if shop.quick else None)
        said = json.loads(
            shop.ask("browser.py", service.site, LOGIN, PASSWORD, "5" if shop.quick else "12")
        )
    return [
        Figure(
            "start: second start to first answer",
            service.started_s,
            "s",
            goal=5,
            at_most=True,
            detail="bando serve with the demo, database included",
        ),
        *figures,
        *_browser(said),
    ]


def _feeds(site: str, *, months: int | None) -> list[Figure]:
    client = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
    client.request(
        "POST",
        "/session",
        json.dumps({"login": LOGIN, "password": PASSWORD}).encode(),
        {"Content-Type": "application/json", "Origin": site},
    )
    answer = client.getresponse()
    answer.read()
    cookie = str(answer.headers["Set-Cookie"]).split(";")[0]

    def get(path: str) -> bytes:
        client.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
        body = client.getresponse().read()
        return body

    def read(path: str) -> dict[str, list[dict[str, str]]]:
        body = get(path)
        answered: dict[str, list[dict[str, str]]] = json.loads(
            gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        )
        return answered

    newest = read("/boundary-sets")["sets"][-1]["id"]
    periods = [one["id"] for one in read("/periods")["periods"] if one["boundary_set"] == newest]
    layers = [one["id"] for one in read("/layers")["layers"] if "commune" in one["levels"]]
    get(f"/values/{layers[0]}/{newest}/{periods[-1]}?level=commune")
    took, sizes = [], []
    for period in periods[-months:] if months else periods:
        for layer in layers:
            path = f"/values/{layer}/{newest}/{period}?level=commune"
            if len(took) == 0 or (layer, period) != (layers[0], periods[-1]):
                began = time.perf_counter()
                body = get(path)
                took.append(time.perf_counter() - began)
                sizes.append(len(body))
    return [
        Figure(
            "feeds: national vector, first time",
            1e3 * statistics.median(took),
            "ms",
            goal=5,
            at_most=True,
            detail=f"median of {len(took)}, from the request to the last byte;"
            f" 95 of 100 within {1e3 * sorted(took)[int(0.95 * len(took))]:.1f} ms",
        ),
        Figure(
            "feeds: largest, gzipped",
            max(sizes),
            "bytes",
            gate=2048,
            goal=2048,
            at_most=True,
            detail=f"median {statistics.median(sizes):,.0f}; 3,321 communes, {len(layers)} layers",
        ),
    ]


def _browser(said: dict[str, object]) -> list[Figure]:
    weights: dict[str, int] = said["bytes"]
    values: list[int] = said["values"]
    steps: list[float] = said["steps_ms"]
    ahead = sum(values) - values[-1]
    needed = weights["tiles"] + values[-1] + weights.get("other", 0)
    return [
        Figure(
            "browser: national choropleth complete",
            needed / 1e3,
            "kB",
            goal=150,
            at_most=True,
            detail=f"1440x900: tiles {weights['tiles'] / 1e3:.0f} ({said['tiles']}), one feed"
            f" {values[-1] / 1e3:.1f}, page and lists {weights.get('other', 0) / 1e3:.0f};"
            f" beside it names {weights.get('names', 0) / 1e3:.0f},"
            f" libraries {weights.get('libraries', 0) / 1e3:.0f}, fetched ahead {ahead / 1e3:.0f}",
        ),
        Figure(
            "browser: bytes of a step",
            values[-1],
            "bytes",
            goal=2048,
            at_most=True,
            detail=f"heads included, largest of {len(values)};"
            f" tiles fetched by {len(steps)} steps: {said['tiles_of_steps']}",
        ),
        Figure(
            "browser: step of the slider",
            statistics.median(steps),
            "ms",
            goal=150,
            at_most=True,
            detail=f"median of {len(steps)}, slowest {steps[-1]:.0f}; no graphics card",
        ),
    ]
