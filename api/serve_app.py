"""Makes the application in a worker of the web server: tiles first, everything else behind."""

import ctypes
import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_PR_SET_PDEATHSIG = 1


def make() -> "ASGIApp":
    """Read the settings and build the application. Called once per worker."""
    from api.main import create_app
    from api.settings import Settings
    from api.tiles_app import make_tiles_app

    _end_with_parent()
    settings = Settings()
    return make_tiles_app(settings.home.absolute() / "tiles", create_app(settings))


def _end_with_parent() -> None:
    """Ask Linux to end this worker when the main process dies, even by kill -9.

    A worker left alone would keep its share of the port and answer with old data beside the next
    service.
    """
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
