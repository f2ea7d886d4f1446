"""Commands ``bando db ...``: the database as its administrator sees it."""

import shutil
import subprocess
from argparse import ArgumentParser, Namespace

from api.cli.outcome import Command, Outcome
from api.settings import Settings, environment_for_program
from geo.errors import Conflict, Unavailable
from geo.messages import LANGUAGES, say
from geo.store import cluster, migrate
from geo.store.engine import ROLES, URL, make_engine
from geo.store.home import HomeDatabase


def start(options: Namespace, settings: Settings) -> Outcome:  # noqa: ARG001 shape of a command
    """Start the private cluster."""
    _refuse_on_foreign_server(settings)
    started = settings.open_database().started
    if started is None:
        raise Conflict("database_not_ours")
    code = "db_started" if started.by_this_call else "db_runs_already"
    return Outcome(ok=True, lines=_both(code), findings=started.findings)


def stop(options: Namespace, settings: Settings) -> Outcome:  # noqa: ARG001 shape of a command
    """Stop the private cluster; that it does not run is fine."""
    _refuse_on_foreign_server(settings)
    stopped = cluster.stop(settings.home.absolute())
    return Outcome(ok=True, lines=_both("db_stopped" if stopped else "db_does_not_run"))


def status(options: Namespace, settings: Settings) -> Outcome:  # noqa: ARG001 shape of a command
    """Tell what the database does, without starting it."""
    data: dict[str, object] = {"state": "foreign", "pid": None, "data_folder": None}
    if settings.database_url is None:
        now = cluster.status(settings.home.absolute())
        data = {"state": now.state, "pid": now.pid, "data_folder": str(now.place.data)}
    data["schema"], data["schema_head"] = None, migrate.head()
    if data["state"] in ("foreign", "running"):
        engine = settings.engine("owner")
        data["schema"] = migrate.current(engine)
        engine.dispose()
    lines = [
        say(
            f"db_state_{data['state']}",
            language=language,
            folder=data["data_folder"],
            schema=data["schema"] or "-",
            head=data["schema_head"] or "-",
        )
        for language in LANGUAGES
    ]
    return Outcome(ok=True, lines=lines, data=data)


def url(options: Namespace, settings: Settings) -> Outcome:
    """Print the address for a role, as psql and other programs take it."""
    text = _address(settings.open_database(), options.role).render_as_string(hide_password=False)
    return Outcome(ok=True, lines=[text], data={"url": text})


def migrate_schema(options: Namespace, settings: Settings) -> Outcome:  # noqa: ARG001 as above
    """Bring the schema to the newest revision."""
    database = settings.open_database()
    engine = make_engine(database.url("owner"))
    before = migrate.current(engine)
    migrate.upgrade(engine)
    after = migrate.current(engine)
    engine.dispose()
    code = "db_migrated" if before != after else "db_at_head"
    return Outcome(
        ok=True,
        lines=[say(code, language=language, schema=after or "-") for language in LANGUAGES],
        findings=database.started.findings if database.started else (),
        data={"schema_before": before, "schema": after},
    )


def psql(options: Namespace, settings: Settings) -> Outcome:
    """Open psql as a role; what it prints is its own."""
    program = shutil.which("psql")
    if program is None:
        raise Unavailable("postgres_missing", program="psql")
    address = _address(settings.open_database(), options.role)
    done = subprocess.run(  # noqa: S603 the owner's own words go to psql, not to a shell
        [
            program,
            address.set(password=None).render_as_string(hide_password=False),
            *options.arguments,
        ],
        # Not on the command line, where every user of the machine could read it.
        env=environment_for_program(PGPASSWORD=address.password or ""),
        check=False,
    )
    return Outcome(ok=done.returncode == 0)


def _address(database: HomeDatabase, role: str) -> URL:
    if role == "admin":
        address = database.admin
    else:
        address = database.url(next(known for known in ROLES if known == role))
    return address.set(drivername="postgresql")


def _refuse_on_foreign_server(settings: Settings) -> None:
    if settings.database_url is not None:
        raise Conflict("database_not_ours")


def _both(code: str) -> list[str]:
    return [say(code, language=language) for language in LANGUAGES]


def _help(name: str) -> tuple[str, str]:
    return say(f"command_db_{name}"), say(f"command_db_{name}", language="en")


def _no_arguments(parser: ArgumentParser) -> None:
    """Take nothing: these commands have no choice to make."""


def _role_argument(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--role",
        choices=(*ROLES, "admin"),
        default="operator",
        help=" / ".join(_both("db_help_role")),
    )


def _psql_arguments(parser: ArgumentParser) -> None:
    _role_argument(parser)
    parser.add_argument("arguments", nargs="*", help=" / ".join(_both("db_help_psql_arguments")))


START = Command(*_help("start"), configure=_no_arguments, run=start)
STOP = Command(*_help("stop"), configure=_no_arguments, run=stop)
STATUS = Command(*_help("status"), configure=_no_arguments, run=status)
ADDRESS = Command(*_help("url"), configure=_role_argument, run=url)
MIGRATE = Command(*_help("migrate"), configure=_no_arguments, run=migrate_schema)
PSQL = Command(*_help("psql"), configure=_psql_arguments, run=psql)
