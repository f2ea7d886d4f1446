import json
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, text

from geo.errors import Conflict, Unavailable
from geo.store import cluster, roles
from geo.store.engine import ROLES, Role, make_engine, use_case
from geo.store.home import HomeDatabase, open_database
from tests.support.postgres import FAST, plain, short_folder


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    folder = short_folder()
    yield folder
    cluster.stop(folder)
    shutil.rmtree(folder)


@pytest.fixture
def running(home: Path) -> HomeDatabase:
    return open_database(home, tuning=FAST)


def ask(database: HomeDatabase, statement: str, *, role: Role = "owner") -> object:
    engine = make_engine(database.url(role))
    with use_case(engine) as conn:
        answer = conn.execute(text(statement)).scalar()
    engine.dispose()
    return answer


def do(database: HomeDatabase, *statements: str) -> None:
    engine = make_engine(database.url("owner"))
    with use_case(engine) as conn:
        for statement in statements:
            conn.execute(text(statement))
    engine.dispose()


def kill_hard(home: Path) -> None:
    pid = cluster.status(home).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while cluster.status(home).state == "running":
        time.sleep(0.01)


def connect(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(plain(url.set(drivername="postgresql")))


def test_second_start_finds_the_first(running: HomeDatabase, home: Path) -> None:
    before = cluster.status(home)
    again = open_database(home, tuning=FAST)
    assert before.state == "running"
    assert again.started is not None
    assert not again.started.by_this_call
    assert cluster.status(home).pid == before.pid


def test_server_runs_as_an_ordinary_user(running: HomeDatabase, home: Path) -> None:
    pid = cluster.status(home).pid
    uid = Path(f"/proc/{pid}").stat().st_uid
    assert uid != 0
    if os.geteuid() == 0:
        assert pwd.getpwuid(uid).pw_name in ("postgres", "nobody")


def test_only_way_in_is_a_socket_with_a_password(running: HomeDatabase, home: Path) -> None:
    assert ask(running, "SHOW listen_addresses") == ""
    place = cluster.status(home).place
    assert stat.S_IMODE(place.socket.stat().st_mode) == 0o700
    right = running.url("service")
    wrong = URL.create(
        right.drivername, right.username, "guess", database="bando", query=right.query
    )
    none = URL.create(right.drivername, right.username, database="bando", query=right.query)
    for url in (wrong, none):
        with pytest.raises(psycopg.OperationalError, match="password"):
            connect(url)


def test_server_opens_no_port(running: HomeDatabase, home: Path) -> None:
    pid = cluster.status(home).pid
    mine = {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir()}
    inodes = {name[8:-1] for name in mine if name.startswith("socket:[")}
    for table in ("tcp", "tcp6"):
        lines = Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]
        assert not inodes & {line.split()[9] for line in lines}


def test_passwords_are_for_their_owner_alone(running: HomeDatabase, home: Path) -> None:
    assert stat.S_IMODE((home / "secrets.json").stat().st_mode) == 0o600
    kept = json.loads((home / "secrets.json").read_text(encoding="utf-8"))
    assert set(kept) == {"admin", *ROLES}
    assert len(set(kept.values())) == len(kept)
    assert all(len(password) >= 32 for password in kept.values())


@pytest.mark.parametrize("role", ROLES)
def test_no_role_can_evade_the_locks(running: HomeDatabase, role: Role) -> None:
    mighty = ask(
        running,
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication"
        f" FROM pg_roles WHERE rolname = '{roles.role_name(role)}'",
    )
    memberships = ask(
        running,
        "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
        f" WHERE r.rolname = '{roles.role_name(role)}'",
    )
    assert mighty is False
    assert memberships == 0


@pytest.mark.parametrize("role", ["operator", "service", "login"])
def test_only_the_owner_defines_tables(running: HomeDatabase, role: Role) -> None:
    with connect(running.url(role)) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("CREATE TABLE sneaked_in (a int)")


def test_service_may_not_run_for_ever(running: HomeDatabase) -> None:
    assert ask(running, "SHOW statement_timeout", role="service") == "15s"
    assert ask(running, "SHOW statement_timeout", role="operator") == "0"
    assert ask(running, "SHOW timezone", role="service") == "Asia/Ho_Chi_Minh"


def test_extensions_and_encoding_are_there(running: HomeDatabase) -> None:
    assert str(ask(running, "SELECT postgis_lib_version()")) >= "3.3"
    assert ask(running, "SHOW server_encoding") == "UTF8"
    assert ask(running, "SELECT count(*) FROM pg_extension WHERE extname = 'btree_gist'") == 1


def test_roles_can_be_made_again_and_get_the_password_of_the_home(running: HomeDatabase) -> None:
    other = roles.Secrets({**running.kept.passwords, "service": "another-password-of-some-length"})
    roles.bootstrap(running.admin, other)
    with pytest.raises(psycopg.OperationalError):
        connect(running.url("service"))
    roles.bootstrap(running.admin, running.kept)
    connect(running.url("service")).close()


def test_role_that_became_mighty_is_refused(running: HomeDatabase) -> None:
    with connect(running.admin) as conn:
        conn.execute("ALTER ROLE bando_service BYPASSRLS")
    with pytest.raises(Conflict, match="bando_service"):
        roles.bootstrap(running.admin, running.kept)
    with connect(running.admin) as conn:
        conn.execute("ALTER ROLE bando_service NOBYPASSRLS")


def test_log_shows_neither_statements_nor_values(running: HomeDatabase, home: Path) -> None:
    with connect(running.url("owner")) as conn:
        conn.execute("CREATE TEMP TABLE once (secret text PRIMARY KEY)")
        conn.execute("INSERT INTO once VALUES ('sentinel-value')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            conn.execute("INSERT INTO once VALUES ('sentinel-value')")
    logged, until = "", time.monotonic() + 10
    # The server's collector writes when it gets to it.
    while "duplicate key" not in logged and time.monotonic() < until:
        logged = "".join(
            file.read_text(encoding="utf-8") for file in cluster.status(home).place.log.iterdir()
        )
    assert "duplicate key" in logged
    assert "sentinel-value" not in logged


def test_token_is_forgotten_with_its_transaction(running: HomeDatabase) -> None:
    engine = make_engine(running.url("service"))
    question = text("SELECT coalesce(current_setting('bando.token', true), '')")
    with use_case(engine, token="abc") as conn:  # noqa: S106 no secret
        assert conn.execute(question).scalar() == "abc"
    with use_case(engine) as conn:
        assert conn.execute(question).scalar() == ""
    engine.dispose()


def test_error_in_a_use_case_leaves_nothing(running: HomeDatabase) -> None:
    engine = make_engine(running.url("owner"))

    def break_off() -> None:
        with use_case(engine) as conn:
            conn.execute(text("CREATE TABLE half_done (a int)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    engine.dispose()
    assert ask(running, "SELECT to_regclass('half_done')") is None


def test_server_killed_hard_starts_again_with_what_was_committed(home: Path) -> None:
    database = open_database(home, tuning=FAST)
    do(database, "CREATE TABLE kept (a int)", "INSERT INTO kept VALUES (7)")
    kill_hard(home)
    again = open_database(home, tuning=FAST)
    assert again.started is not None
    assert again.started.by_this_call
    assert ask(again, "SELECT a FROM kept") == 7


def test_number_of_a_dead_server_that_another_program_has_now_is_no_obstacle(home: Path) -> None:
    open_database(home, tuning=FAST)
    place = cluster.status(home).place
    cluster.stop(home)
    # Runs as the server's user, so that PostgreSQL cannot tell it from one of its own.
    stranger = subprocess.Popen(
        ["sleep", "60"], user=place.uid if os.geteuid() == 0 else None, cwd="/"
    )
    try:
        left = place.data / "postmaster.pid"
        left.write_text(f"{stranger.pid}\n{place.data}\n1\n5432\n", encoding="ascii")
        os.chown(left, place.uid, place.gid)
        assert cluster.status(home).state == "stopped"
        database = open_database(home, tuning=FAST)
        assert ask(database, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.terminate()
        stranger.wait()


def test_making_that_was_cut_short_is_done_again() -> None:
    home = short_folder()
    place = cluster.place_of(home)
    place.root.mkdir(mode=0o700)
    (place.root / "data.making").mkdir()
    (place.root / "data.making" / "PG_VERSION").write_text("15\n", encoding="ascii")
    database = open_database(home, tuning=FAST)
    assert ask(database, "SELECT 1") == 1
    assert not (place.root / "data.making").exists()
    cluster.stop(home)
    shutil.rmtree(home)


def test_many_starts_at_once_give_one_server(home: Path) -> None:
    cluster.stop(home)
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: open_database(home, tuning=FAST), range(4)))
    assert sum(each.started is not None and each.started.by_this_call for each in opened) == 1


def test_stop_tells_whether_there_was_something_to_stop(home: Path) -> None:
    open_database(home, tuning=FAST)
    assert cluster.stop(home)
    assert not cluster.stop(home)
    assert cluster.status(home).state == "stopped"


def test_home_with_a_long_path_gets_a_short_socket() -> None:
    base = short_folder()
    home = base / ("dài-" * 30)
    home.mkdir()
    place = cluster.place_of(home)
    assert len(os.fsencode(place.socket)) <= cluster.SOCKET_FOLDER_MAX_BYTES
    assert place.data.is_relative_to(home)
    database = open_database(home, tuning=FAST)
    assert ask(database, "SELECT 1") == 1
    cluster.stop(home)
    shutil.rmtree(place.socket)
    shutil.rmtree(base)


def test_socket_folder_of_a_stranger_is_refused(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder of another user")
    base = short_folder()
    home = base / ("x" * 90)
    home.mkdir()
    socket_folder = cluster.place_of(home).socket
    socket_folder.mkdir()
    os.chown(socket_folder, pwd.getpwnam("daemon").pw_uid, -1)
    with pytest.raises(Unavailable, match=socket_folder.name):
        open_database(home, tuning=FAST)
    shutil.rmtree(socket_folder)
    shutil.rmtree(base)


def test_home_that_the_servers_user_cannot_reach_gets_its_data_elsewhere() -> None:
    if os.geteuid() != 0:
        pytest.skip("an ordinary user runs the server itself")
    base = short_folder()
    base.chmod(0o700)
    home = base / "home"
    home.mkdir()
    database = open_database(home, tuning=FAST)
    place = cluster.status(home).place
    try:
        assert place.root.parent == Path("/var/lib/bando")
        assert (home / "pg.place").read_text(encoding="utf-8").strip() == str(place.root)
        assert database.started is not None
        assert "cluster_data_elsewhere" in [each.code for each in database.started.findings]
        assert ask(database, "SELECT 1") == 1
        cluster.stop(home)
        assert open_database(home, tuning=FAST).started is not None
    finally:
        cluster.stop(home)
        shutil.rmtree(place.root)
        shutil.rmtree(base)


def test_database_of_another_server_is_prepared_with_the_passwords_of_the_home(
    running: HomeDatabase, tmp_path: Path
) -> None:
    url = running.admin.set(database="elsewhere")
    roles.create_database(url, database="elsewhere")
    tmp_path.joinpath("secrets.json").write_text(
        json.dumps(dict(running.kept.passwords)), encoding="utf-8"
    )
    foreign = open_database(tmp_path, database_url=plain(url))
    assert foreign.started is None
    assert ask(foreign, "SELECT current_database()", role="service") == "elsewhere"


def test_database_that_does_not_answer_is_said_so(home: Path) -> None:
    cluster.stop(home)
    kept = roles.load_secrets(home)
    engine = make_engine(
        roles.role_url(kept, "postgresql://a@/bando?host=/nowhere", role="service")
    )
    with pytest.raises(Unavailable), use_case(engine):
        pass
    engine.dispose()


def test_data_survive_a_stop_of_everything_at_any_moment(home: Path) -> None:
    """Kill the server while it writes; every row that was reported as committed is there."""
    database = open_database(home, tuning={**FAST, "fsync": "on"})
    do(database, "CREATE TABLE counted (a int)")
    engine = make_engine(database.url("owner"))
    done = 0
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        with use_case(engine) as conn:
            conn.execute(text("INSERT INTO counted VALUES (1)"))
        done += 1
    kill_hard(home)
    engine.dispose()
    again = open_database(home, tuning=FAST)
    assert ask(again, "SELECT count(*) FROM counted") == done


def test_nothing_listens_for_a_probe(running: HomeDatabase) -> None:
    probe = socket.socket()
    probe.settimeout(1)
    try:
        answered = probe.connect_ex(("127.0.0.1", 5432)) == 0
    finally:
        probe.close()
    # Debian's own cluster may be there; then it must not know our roles.
    if answered:
        ours = running.url("service").set(host="127.0.0.1", query={})
        with pytest.raises(psycopg.OperationalError):
            connect(ours)
