"""Brings the figures of the map up to date after an import from the browser.

`bando compute` runs as a program of its own, so that the web service never holds the operator's
rights; asked for while it runs, it runs once more. Its own lock lets one work at a time.
"""

import logging
import subprocess
import sys
from threading import Lock, Thread

from api.settings import PROJECT, Settings, environment_for_program

log = logging.getLogger("bando.recompute")
_COMMAND = (sys.executable, "-c", "from api.cli import main; raise SystemExit(main())", "compute")


def _environment(settings: Settings) -> dict[str, str]:
    own = {"BANDO_HOME": str(settings.home.absolute())}
    if settings.database_url:
        own["BANDO_DATABASE_URL"] = settings.database_url
    return environment_for_program(**own)


class Recompute:
    """Runs the computation in the background, once for any number of wishes meanwhile."""

    def __init__(self, settings: Settings, *, command: tuple[str, ...] = _COMMAND) -> None:
        self._command = command
        self._environment = _environment(settings)
        self._lock = Lock()
        self._runs = False
        self._again = False

    @property
    def runs(self) -> bool:
        """Whether figures are being worked out."""
        return self._runs

    def ask(self) -> None:
        """Ask for it; returns at once."""
        with self._lock:
            self._again = True
            if self._runs:
                return
            self._runs = True
        Thread(target=self._run, name="recompute", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._again:
                    self._runs = False
                    return
                self._again = False
            done = subprocess.run(  # noqa: S603 - a command of our own, no word of a request in it
                self._command,
                env=self._environment,
                cwd=PROJECT,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                log.error("compute ended with %s", done.returncode)
