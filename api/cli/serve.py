"""Command ``bando serve``: database, schema, then the web service until Ctrl-C."""

import socket
import sys
from argparse import ArgumentParser, Namespace

from api.cli.outcome import Command, Outcome
from api.settings import Settings
from geo.errors import Unavailable
from geo.messages import LANGUAGES, say

# A worker that does not finish its answers in this time is ended, seconds.
WORKER_STOP_TIMEOUT_S = 5


def serve(options: Namespace, settings: Settings) -> Outcome:
    """Serve until interrupted; stop the private cluster if this call started it.

    Raises
    ------
    Unavailable
        With code ``port_taken`` when another program listens there.
    """
    from geo.store import cluster, migrate
    from geo.store.engine import make_engine

    host = options.host or settings.host
    port = options.port or settings.port
    _refuse_taken_port(host, port)
    stop_database = options.stop_database and settings.database_url is None
    try:
        database = settings.open_database()
        stop_database |= database.started is not None and database.started.by_this_call
        owner = make_engine(database.url("owner"))
        migrate.upgrade(owner)
        # Workers are forked from this process and must not inherit a connection.
        owner.dispose()
        _say("serve_at", address=f"http://{_shown(host)}:{port}/")
        _run_server(host=host, port=port, workers=options.workers or settings.workers)
    finally:
        if stop_database:
            cluster.stop(settings.home.absolute())
    return Outcome(ok=True, lines=[say("serve_stopped", language=each) for each in LANGUAGES])


def _run_server(*, host: str, port: int, workers: int) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "api.serve_app:make",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        factory=True,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=WORKER_STOP_TIMEOUT_S,
    ).serve()


def _refuse_taken_port(host: str, port: int) -> None:
    """Refuse a port that somebody listens on.

    The server itself would not notice: its sockets share their port, and requests would go to
    the old and the new service by turns.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Connections of a service that has just stopped are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unavailable("port_taken", host=host, port=port) from error


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _say(code: str, **details: object) -> None:
    for language in LANGUAGES:
        sys.stdout.write(say(code, language=language, **details) + "\n")
    sys.stdout.flush()


def _arguments(parser: ArgumentParser) -> None:
    def text(code: str) -> str:
        return " / ".join(say(code, language=language) for language in LANGUAGES)

    parser.add_argument("--host", help=text("serve_help_host"))
    parser.add_argument("--port", type=int, help=text("serve_help_port"))
    parser.add_argument("--workers", type=int, help=text("serve_help_workers"))
    parser.add_argument(
        "--stop-database", action="store_true", help=text("serve_help_stop_database")
    )


SERVE = Command(
    say("command_serve"), say("command_serve", language="en"), configure=_arguments, run=serve
)
