"""Runs the private PostgreSQL server of one home: made, started, watched, stopped.

    <home>/pg/data      the server's files            (or <elsewhere>/data, see `place_of`)
    <home>/pg/log       its log, seven days
    <home>/pg/socket    the only way in               (or a short folder when that path is long)

The server listens on no port, asks every role for a password (scram) and runs as an ordinary
user even when root starts it. What is inside the server (roles, database) is `roles.py`.
"""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from geo.errors import Conflict, Finding, Unavailable

SUPERUSER = "bando_admin"
START_ATTEMPTS = 6
START_TIMEOUT_S = 60
# sun_path holds 107 bytes with the name of the socket itself; some room is kept.
SOCKET_FOLDER_MAX_BYTES = 88

_BINARY_FOLDERS = (Path("/usr/lib/postgresql/15/bin"), Path("/usr/pgsql-15/bin"))
_SERVER_USERS = ("postgres", "nobody")
_OUTSIDE = Path("/var/lib/bando")
_ENVIRONMENT = MappingProxyType({"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
_SETTINGS = MappingProxyType(
    {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "max_connections": "50",
        "password_encryption": "scram-sha-256",
        "shared_buffers": "256MB",
        "work_mem": "32MB",
        "maintenance_work_mem": "256MB",
        "effective_cache_size": "1GB",
        "max_wal_size": "2GB",
        "fsync": "on",
        "synchronous_commit": "on",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "Asia/Ho_Chi_Minh",
        "log_timezone": "Asia/Ho_Chi_Minh",
        "datestyle": "iso, ymd",
        "logging_collector": "on",
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        # Values of records must not reach the log: no statements, no parameters, no key details.
        "log_min_error_statement": "panic",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_error_verbosity": "terse",
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of a server are and who runs it.

    Parameters
    ----------
    root
        Folder of everything that the server writes.
    socket
        Folder of its Unix socket.
    uid, gid
        User that the server runs as.
    """

    root: Path
    socket: Path
    uid: int
    gid: int

    @property
    def data(self) -> Path:
        """Folder of the data."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """Folder of the log."""
        return self.root / "log"


@dataclass(frozen=True, slots=True)
class Status:
    """What the server of a home does now."""

    state: Literal["absent", "stopped", "running"]
    pid: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class Started:
    """Result of `start`: where, whether this call did it, and what its user should know."""

    place: Place
    by_this_call: bool
    findings: Sequence[Finding] = ()


def start(home: Path, *, password: str, tuning: Mapping[str, str] | None = None) -> Started:
    """Start the server of a home, after making it when there is none. Running is fine too.

    Parameters
    ----------
    home
        Folder of the installation.
    password
        Of the superuser `SUPERUSER`; used when the server is made.
    tuning
        Settings of PostgreSQL that replace ours (tests switch fsync off).

    Raises
    ------
    Unavailable
        ``postgres_missing``, ``cluster_of_other_user`` or ``cluster_does_not_start``.
    """
    place = place_of(home)
    with _lock(home):
        if _running_pid(place) is not None and _is_ready(place):
            return Started(place, by_this_call=False)
        findings: list[Finding] = []
        if not place.data.exists():
            findings = _make(place, home=home, password=password)
        _configure(place, tuning=tuning or {})
        _start_with_patience(place)
    return Started(place, by_this_call=True, findings=tuple(findings))


def stop(home: Path) -> bool:
    """Stop the server of a home at once (transactions roll back); tell whether it was running."""
    place = place_of(home)
    with _lock(home):
        if _running_pid(place) is None:
            return False
        done = _run(place, "pg_ctl", "stop", "-D", str(place.data), "-m", "fast", "-w", "-t", "60")
        if done.returncode != 0 and _running_pid(place) is not None:
            raise Conflict("cluster_does_not_stop", log=str(place.log))
    return True


def status(home: Path) -> Status:
    """Tell what the server of a home does now."""
    place = place_of(home)
    pid = _running_pid(place)
    if pid is not None:
        return Status("running", pid, place)
    return Status("stopped" if place.data.exists() else "absent", None, place)


def place_of(home: Path) -> Place:
    """Decide where the server of a home lives and who runs it.

    Normally ``home/pg``, run by the calling user. Started by root it runs as an ordinary user,
    and when that one cannot reach the home (for example below /root) the files go to
    ``/var/lib/bando/<name made of the home's path>``.
    """
    home = home.resolve()
    root = home / "pg"
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0:
        uid, gid = _server_user(root)
        if not root.exists() and not _reachable(home, uid=uid, gid=gid):
            root = _OUTSIDE / _short_name(home)
            if root.exists():
                uid, gid = _server_user(root)
    elif root.exists() and root.stat().st_uid != uid:
        raise Unavailable("cluster_of_other_user", folder=str(root))
    return Place(root=root, socket=_socket_folder(root, home=home, uid=uid), uid=uid, gid=gid)


def binary(name: str) -> Path:
    """Find a program of PostgreSQL 15.

    Raises
    ------
    Unavailable
        With code ``postgres_missing``.
    """
    for folder in _BINARY_FOLDERS:
        if (folder / name).exists():
            return folder / name
    found = shutil.which(name)
    if found is None:
        raise Unavailable("postgres_missing", program=name)
    return Path(found)


def _server_user(root: Path) -> tuple[int, int]:
    """Give the user of a server that exists, else the first ordinary user made for servers."""
    if root.exists() and root.stat().st_uid != 0:
        return root.stat().st_uid, root.stat().st_gid
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in _SERVER_USERS:
        if name in known:
            return known[name].pw_uid, known[name].pw_gid
    raise Unavailable("no_ordinary_user")


def _reachable(folder: Path, *, uid: int, gid: int) -> bool:
    """Tell whether a user may pass through a folder and all above it (that exist already)."""
    for step in (folder, *folder.parents):
        if not step.exists():
            continue
        about = step.stat()
        if about.st_uid == uid:
            allowed = about.st_mode & stat.S_IXUSR
        elif about.st_gid == gid:
            allowed = about.st_mode & stat.S_IXGRP
        else:
            allowed = about.st_mode & stat.S_IXOTH
        if not allowed:
            return False
    return True


def _socket_folder(root: Path, *, home: Path, uid: int) -> Path:
    folder = root / "socket"
    if len(os.fsencode(folder)) <= SOCKET_FOLDER_MAX_BYTES:
        return folder
    of_session = Path(f"/run/user/{uid}")
    base = of_session if of_session.is_dir() else Path("/tmp")  # noqa: S108 checked in _own_folder
    return base / f"bando-{uid}-{_short_name(home)}"


def _short_name(home: Path) -> str:
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:12]


def _make(place: Place, *, home: Path, password: str) -> list[Finding]:
    """Make the server's files, in a folder that gets its name only when complete."""
    findings = []
    if place.uid != os.geteuid():
        name = pwd.getpwuid(place.uid).pw_name
        findings.append(Finding("cluster_server_user", severity="info", details={"user": name}))
    if home.resolve() not in place.root.parents:
        folder = str(place.root)
        findings.append(
            Finding("cluster_data_elsewhere", severity="info", details={"folder": folder})
        )
        (home / "pg.place").write_text(folder + "\n", encoding="utf-8")
    _make_passable(place.root.parent)
    _own_folder(place.root, place=place)
    unfinished = place.root / "data.making"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    password_file = place.root / f".{secrets.token_hex(8)}"
    password_file.touch(mode=0o600)
    try:
        os.chown(password_file, place.uid, place.gid)
        password_file.write_text(password + "\n", encoding="utf-8")
        done = _run(
            place, "initdb", "-D", str(unfinished), "-U", SUPERUSER, "-E", "UTF8",
            "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password_file}",
        )  # fmt: skip
    finally:
        password_file.unlink()
    if done.returncode != 0:
        raise Unavailable("cluster_not_made", said=done.stdout.strip()[-400:])
    unfinished.rename(place.data)
    return findings


def _make_passable(folder: Path) -> None:
    """Make a folder through which the server's user can pass, whatever the caller's umask."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)


def _own_folder(folder: Path, *, place: Place) -> None:
    """Make a folder that only the server's user may enter; refuse one that is another's.

    Matters below /tmp, where anybody could have made a folder of that name before us.
    """
    if not folder.is_symlink() and not folder.exists():
        folder.mkdir(mode=0o700)
    if folder.lstat().st_uid == os.geteuid() != place.uid:
        os.chown(folder, place.uid, place.gid, follow_symlinks=False)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != place.uid:
        raise Unavailable("cluster_of_other_user", folder=str(folder))
    if stat.S_IMODE(about.st_mode) != 0o700:
        folder.chmod(0o700)


def _configure(place: Place, *, tuning: Mapping[str, str]) -> None:
    """Write the server's settings anew; ``pg/local.conf`` is the administrator's own."""
    for folder in (place.log, place.socket):
        _own_folder(folder, place=place)
    values = {
        **_SETTINGS,
        "unix_socket_directories": str(place.socket),
        "log_directory": str(place.log),
        **tuning,
    }
    lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in values.items()]
    lines.append(f"include_if_exists '{place.root / 'local.conf'}'")
    _write(place.data / "postgresql.conf", "\n".join(lines) + "\n", place=place)
    _write(place.data / "pg_hba.conf", "local all all scram-sha-256\n", place=place)


def _write(path: Path, content: str, *, place: Place) -> None:
    path.write_text(content, encoding="utf-8")
    os.chown(path, place.uid, place.gid)


def _start_with_patience(place: Place) -> None:
    """Start, again and again with growing pauses.

    After kill -9 the children of the old server hold its memory for a moment, and a number left
    in ``postmaster.pid`` may meanwhile belong to somebody else: both make the first try fail.
    The file goes only when no process works in the data folder any more: PostgreSQL itself uses
    it to see survivors, and two servers on the same files would destroy them.
    """
    said = ""
    for attempt in range(START_ATTEMPTS):
        if attempt and not _any_process_in(place.data):
            (place.data / "postmaster.pid").unlink(missing_ok=True)
            for left in place.socket.glob(".s.PGSQL.*"):
                left.unlink(missing_ok=True)
        done = _run(
            place, "pg_ctl", "start", "-D", str(place.data), "-l", str(place.log / "start.log"),
            "-w", "-t", str(START_TIMEOUT_S),
        )  # fmt: skip
        if done.returncode == 0 or _is_ready(place):
            return
        said = done.stdout
        time.sleep(0.25 * 2**attempt)
    raise Unavailable("cluster_does_not_start", log=str(place.log), said=said.strip()[-200:])


def _run(place: Place, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program of PostgreSQL as the server's user, with an environment of our own."""
    drop = place.uid != os.geteuid()
    return subprocess.run(  # noqa: S603 program from our list, arguments ours
        [str(binary(program)), *arguments],
        user=place.uid if drop else None,
        group=place.gid if drop else None,
        extra_groups=[] if drop else None,
        umask=0o077,
        cwd="/",
        env=dict(_ENVIRONMENT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def _running_pid(place: Place) -> int | None:
    """Give the number of the server's process when one works in our data folder, else None."""
    try:
        pid = int((place.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        works_in = Path(f"/proc/{pid}/cwd").readlink()
    except (FileNotFoundError, PermissionError, ProcessLookupError, ValueError):
        return None
    return pid if works_in == place.data else None


def _any_process_in(folder: Path) -> bool:
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if entry.readlink() == folder:
                return True
        except OSError:
            continue
    return False


def _is_ready(place: Place) -> bool:
    """Tell whether the running server says that it takes connections."""
    try:
        lines = (place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready" and _running_pid(place) is not None


@contextmanager
def _lock(home: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server of a home."""
    _make_passable(home)
    with (home / "cluster.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
