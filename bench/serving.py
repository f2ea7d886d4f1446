"""Ports and waiting, for servers under comparison."""

import socket
import time
from urllib.error import HTTPError, URLError
from urllib.request import urlopen


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(site: str, path: str, *, seconds: float = 60) -> str:
    """Wait until a server answers; give its address."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urlopen(site + path, timeout=5):
                return site
        except HTTPError:
            return site
        except (URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError(f"{site}{path} did not answer")
