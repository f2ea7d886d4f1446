"""Command ``bando serve``: database, schema, then the web service until Ctrl-C."""

import signal
import socket
import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, NoReturn

from api.cli.outcome import Command, Outcome
from api.cli.talk import Parser, say_outcome
from api.settings import Settings
from geo.errors import Unavailable
from geo.messages import LANGUAGES, say

if TYPE_CHECKING:
    from geo.store.home import HomeDatabase

# A worker that does not finish its answers in this time is ended, seconds.
WORKER_STOP_TIMEOUT_S = 5


def serve(options: Namespace, settings: Settings) -> Outcome:
    """Serve until interrupted; stop the private cluster if this call started it.

    Raises
    ------
    Unavailable
        With code ``port_taken`` when another program listens there.
    """
    from geo.store import cluster

    host = options.host or settings.host
    port = options.port or settings.port
    if not options.prepare_only:
        _refuse_taken_port(host, port)
    _end_by_signals()
    stop_database = options.stop_database and settings.database_url is None
    try:
        database = settings.open_database()
        if database.started is not None:
            stop_database |= database.started.by_this_call
            say_outcome(Outcome(ok=True, findings=database.started.findings), as_json=False)
        _prepare(options, settings, database)
        if options.prepare_only:
            return Outcome(ok=True, lines=_both("serve_prepared"))
        for line in _both("serve_at", address=f"http://{_shown(host)}:{port}/"):
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
        _run_server(host=host, port=port, workers=options.workers or settings.workers)
    finally:
        if stop_database:
            cluster.stop(settings.home.absolute())
    return Outcome(ok=True, lines=_both("serve_stopped"))


def _prepare(options: Namespace, settings: Settings, database: "HomeDatabase") -> None:
    """Bring the schema up to date and, at the first start, load the demo and make a log-in.

    Whether it is the first start is asked of the database and of nothing else: a start that was
    cut short is then simply done again.
    """
    from geo.store import audit, migrate, private_folder
    from geo.store.engine import make_engine, use_case
    from geo.store.home import holds_nothing

    # Files that were on their way in when a process was killed.
    private_folder.sweep()
    owner = make_engine(database.url("owner"))
    migrate.upgrade(owner)
    with use_case(owner) as conn:
        # A demo that was removed on purpose stays away.
        empty = holds_nothing(conn) and not audit.was_done(conn, "demo.remove")
    # Workers are forked from this process and must not inherit a connection.
    owner.dispose()
    if options.prepare is None:
        return
    if options.prepare == "demo":
        from api.cli import demo

        # Also when a load was cut short.
        if empty or _ask_other(demo.STATUS, settings).data["state"] == "partial":
            say_outcome(_ask_other(demo.LOAD, settings), as_json=False)
    _draw_missing_tiles(settings)
    from api.cli import users

    say_outcome(_ask_other(users.ENSURE_ADMIN, settings), as_json=False)


def _draw_missing_tiles(settings: Settings) -> None:
    """Build the tiles of sets in force that have none: after a restore, or a folder lost."""
    from geo.store.map_index import list_feed_sets

    folder = settings.home.absolute() / "tiles"
    with settings.transaction("operator") as conn:
        sets = list_feed_sets(conn)
    for one in sets:
        if (folder / f"{one.id}.pmtiles").is_file():
            continue
        from geo.store.boundary_sets import load_units
        from layers.tiles import build_pyramid

        for line in _both("serve_drawing", title=one.title):
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
        with settings.transaction("operator") as conn:
            units = load_units(conn, one.set_id)
        build_pyramid(
            units, folder / f"{one.id}.pmtiles", title=one.title, illustrative=one.illustrative
        )


def _ask_other(command: Command, settings: Settings) -> Outcome:
    """Run another command without arguments, in this process."""
    parser = Parser(("serve",), help_vi="", help_en="")
    command.configure(parser)
    return command.run(parser.parse_args([]), settings)


def _end_by_signals() -> None:
    """Let SIGTERM and a closed terminal end this process as Ctrl-C does, database included."""

    def interrupt(_number: int, _frame: object) -> NoReturn:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, interrupt)


def _run_server(*, host: str, port: int, workers: int) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    hangup = signal.getsignal(signal.SIGHUP)
    server = Server(
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
    )

    def hang_up_is_the_end() -> None:
        # The server would take it as a wish to load the code anew.
        ignored = hangup is signal.SIG_IGN
        signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else server.signal_handler_interrupt)

    server.on_startup(hang_up_is_the_end)
    server.serve()


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


def _both(code: str, **details: object) -> list[str]:
    return [say(code, language=language, **details) for language in LANGUAGES]


def _arguments(parser: ArgumentParser) -> None:
    def text(code: str) -> str:
        return " / ".join(_both(code))

    parser.add_argument("--host", help=text("serve_help_host"))
    parser.add_argument("--port", type=int, help=text("serve_help_port"))
    parser.add_argument("--workers", type=int, help=text("serve_help_workers"))
    parser.add_argument(
        "--stop-database", action="store_true", help=text("serve_help_stop_database")
    )
    parser.add_argument("--prepare", choices=("demo", "empty"), help=text("serve_help_prepare"))
    parser.add_argument("--prepare-only", action="store_true", help=text("serve_help_prepare_only"))


SERVE = Command(
    say("command_serve"), say("command_serve", language="en"), configure=_arguments, run=serve
)
