"""Open the map as an office does: ``browser.py SITE LOGIN PASSWORD STEPS``; prints JSON.

Bytes are what went over the wire, heads and all, by kind of address.
"""

import json
import sys
import time

from playwright.sync_api import BrowserContext, Page, Request, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
# From the key to two frames after the headline figure has changed.
STEP = """
() => new Promise((done) => {
  const began = performance.now();
  const seen = document.querySelector(".timeline-label, #timeline").innerText;
  const watch = new MutationObserver(() => {
    if (document.querySelector(".timeline-label, #timeline").innerText === seen) return;
    const panel = document.querySelector(".headline b");
    if (!panel) return;
    watch.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
  });
  watch.observe(document.body, { subtree: true, childList: true, characterData: true });
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
})
"""


def kind_of(path: str) -> str:
    """Tell what an address is for."""
    if path.startswith("/tiles/"):
        return "tiles"
    if path.startswith("/values/"):
        return "values"
    if path.startswith("/units/"):
        return "names"
    if path.startswith(("/vendor/", "/static/", "/js/")) or path.endswith(
        (".js", ".mjs", ".css", ".svg", ".woff2")
    ):
        return "libraries"
    return "other"


class Scales:
    """Adds up what comes over the wire, requests of the map's own threads among them."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.site = site
        self.requests: list[Request] = []
        context.on("requestfinished", lambda request: self.requests.append(request))

    def weigh(self) -> dict[str, int]:
        """Give bytes by path."""
        found: dict[str, int] = {}
        for request in self.requests:
            if request.url.startswith(self.site):
                path = request.url.removeprefix(self.site).split("?")[0]
                sizes = request.sizes()
                size = sizes["responseBodySize"] + sizes["responseHeadersSize"]
                found[path] = found.get(path, 0) + max(size, 0)
        return found


def settle(page: Page, scales: Scales) -> None:
    """Wait until nothing new has come for a second."""
    seen = -1
    while seen != len(scales.requests):
        seen = len(scales.requests)
        page.wait_for_timeout(1000)


def main(site: str, login: str, password: str, steps_wanted: str) -> None:
    """Weigh the first view, then steps of the slider."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        answer = page.request.post(
            f"{site}/session",
            data={"login": login, "password": password},
            headers={"Origin": site},
        )
        if answer.status != 200:
            raise RuntimeError(answer.text())
        scales = Scales(context, site)
        began = time.perf_counter()
        page.goto(site)
        page.locator(".headline b").first.wait_for()
        shown = time.perf_counter() - began
        settle(page, scales)
        weights = scales.weigh()
        first: dict[str, int] = {}
        for path, size in weights.items():
            first[kind_of(path)] = first.get(kind_of(path), 0) + size
        values = sorted(size for path, size in weights.items() if kind_of(path) == "values")
        tiles = [path for path in weights if kind_of(path) == "tiles"]
        steps = []
        for _ in range(int(steps_wanted)):
            steps.append(float(page.evaluate(STEP)))
            # As a person does: look, then go on.
            page.wait_for_timeout(800)
        settle(page, scales)
        fetched_later = [
            path for path in scales.weigh() if kind_of(path) == "tiles" and path not in tiles
        ]
        sys.stdout.write(
            json.dumps(
                {
                    "shown_s": shown,
                    "bytes": first,
                    "values": values,
                    "tiles": len(tiles),
                    "tiles_of_steps": len(fetched_later),
                    "steps_ms": sorted(steps),
                }
            )
            + "\n"
        )
        browser.close()


main(*sys.argv[1:])
