"""What is sent to the browser's way of importing to break it: refused by name, never a failure."""

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from _pytest.mark.structures import ParameterSet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from api import intake
from api.intake_wish import Wish
from geo.store import accounts
from geo.store.intake import KINDS
from tests.api.conftest import World
from tests.api.test_cli_records import GOOD, MORE
from tests.api.test_imports import Idle

HEAD = "ma;ngay;loai dan so;dan so\n"
PLACES = "ma_diem;kinh_do;vi_do;loai;trang_thai;ngay\n"


EVERY_KIND = ("hotspots", "patrols", *KINDS)


def _some(*always: str, of: Iterable[str]) -> list[ParameterSet]:
    """Give all kinds, those beside some only for the long run."""
    return [pytest.param(kind, marks=() if kind in always else pytest.mark.long) for kind in of]


@pytest.fixture(autouse=True, scope="module")
def _quiet(world: World) -> Iterator[None]:
    """Nothing is computed in the background."""
    services = world.app.state.services
    world.app.state.services = replace(services, recompute=Idle(services.settings))
    yield
    world.app.state.services = services


def send(
    world: World,
    content: bytes,
    *,
    kind: str = "population",
    name: str = "tep-1.csv",
    login: str = "admin",
    options: str = "{}",
    commit: bool = False,
) -> Any:
    query = {"kind": kind, "name": name, "options": options}
    if commit:
        query["sha256"] = hashlib.sha256(content).hexdigest()
    way = "commit" if commit else "preview"
    answer = world.browser(login).request(
        "POST", f"/imports/{way}?{urlencode(query)}", content=content
    )
    assert answer.status_code < 500, answer.text
    last = answer.json() if answer.status_code != 200 else json.loads(answer.text.splitlines()[-1])
    assert last.get("error", {}).get("code") != "http_unexpected", last
    return last


def codes(told: Any) -> set[str]:
    if "error" in told:
        found = {told["error"]["code"]}
        return found | {one["code"] for one in told["error"]["details"].get("findings", [])}
    return {one["code"] for one in told["report"]["findings"] if one["severity"] == "error"}


def zipped(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


ROW = "00003;31/12/2025;thuong_tru;5\n"
GPX = (
    '<!DOCTYPE gpx [<!ENTITY a SYSTEM "file:///etc/passwd">]><gpx><trk><name>&a;</name></trk></gpx>'
)
# Content, name, kind, a code that refuses it.
REFUSED = {
    "a bomb": (zipped(("a.csv", bytes(300_000_000))), "a.zip", "population", "file_archive_ratio"),
    "a name out of the folder": (
        zipped(("../../a.csv", HEAD.encode())),
        "a.zip",
        "population",
        "file_archive_name_unsafe",
    ),
    "an entity": (GPX.encode(), "a.gpx", "patrols", "file_xml_doctype"),
    "a long line": (HEAD.encode() + b"x" * 5_000_000, "a.csv", "population", "file_line_too_long"),
    "a picture called a table": (
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        "a.csv",
        "population",
        "file_text_nul",
    ),
    "a table called a workbook": (HEAD.encode(), "a.xlsx", "population", "file_content_other"),
    "a NUL": (HEAD.encode() + b"00003;\0;x;5\n", "a.csv", "population", "file_text_nul"),
    "a folder in the name": (HEAD.encode(), "..", "population", "import_name"),
    "a day that is not": (
        (HEAD + ROW.replace("31/12", "31/02")).encode(),
        "a.csv",
        "population",
        "record_unreadable",
    ),
    "a number beyond the column": (
        (HEAD + ROW.replace(";5", ";99999999999999999999")).encode(),
        "a.csv",
        "population",
        "record_unreadable",
    ),
    "two columns of one name": (
        (HEAD.replace("dan so\n", "dan so;dan so\n") + ROW.replace("5\n", "5;6\n")).encode(),
        "a.csv",
        "population",
        "column_twice",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_break_a_reader_is_refused_by_name(world: World, name: str) -> None:
    content, file, kind, code = REFUSED[name]
    found = codes(send(world, content, name=file, kind=kind))
    assert code in found


@pytest.mark.parametrize(
    "content",
    [
        *(
            b"",
            b"\n",
            b"\xef\xbb\xbf",
            HEAD.encode(),
            b"\xff\xfe",
            b";;;;\n;;;;\n",
            b'"',
            b"a\r\rb",
        ),
        (";".join(f"c{n}" for n in range(500)) + "\n" + ";".join("1" * 500)).encode(),
        (HEAD + "00003;31/12/2025;thuong_tru;-0\n").encode(),
        (HEAD + "00003;31/12/2025;thuong_tru;1e309\n").encode(),
        (HEAD + "00003;31/12/2025;thuong_tru;\u0661\u0662\n").encode(),
        (HEAD + "00003\u200b;31/12/2025;thuong_tru;nan\n").encode(),
    ],
)
@pytest.mark.parametrize("kind", _some("hotspots", "patrols", "population", of=EVERY_KIND))
def test_nothing_sent_is_a_failure_of_ours(world: World, kind: str, content: bytes) -> None:
    send(world, content, kind=kind)


INJECTED = (
    "'; DROP TABLE hotspot; --",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "%s%(x)s{0}{x}",
    "\u202egnp.exe",
    "a\u0000b",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
)


@pytest.mark.parametrize("kind", _some("observations", "facilities", of=GOOD))
@pytest.mark.parametrize("value", INJECTED)
def test_words_of_other_languages_stay_words(world: World, kind: str, value: str) -> None:
    head, *lines = GOOD[kind][0].splitlines()
    width = len(lines[0].split(";"))
    defaults = dict(pair.split("=") for pair in MORE.get(kind, ())[1:])
    for at in range(width):
        cells = lines[0].split(";")
        cells[at] = value
        content = "\n".join([head, ";".join(cells)]).encode()
        send(world, content, kind=kind, options=json.dumps({"defaults": defaults}), commit=True)
    with world.engines.operator.connect() as conn:
        assert conn.execute(text("SELECT count(*) > 0 FROM hotspot")).scalar_one()


cells = st.text(max_size=12) | st.sampled_from(
    ["00003", "31/12/2025", "thuong_tru", "5", "-0", "1e400", "=1+1", "105,05", "20,05", "", '"']
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["hotspots", "patrols", *KINDS]),
    table=st.lists(st.lists(cells, max_size=8), max_size=6),
    raw=st.none() | st.binary(max_size=300),
    name=st.sampled_from(["a.csv", "a.xlsx", "a.geojson", "a.gpx", "a.zip", "a.parquet", "a.kml"])
    | st.text(min_size=1, max_size=20),
    options=st.sampled_from(["{}", "[]", '{"map": {"unit": "x"}}', '{"defaults": {"x": 1}}', "{"])
    | st.text(max_size=30),
    with_head=st.booleans(),
)
def test_any_bytes_any_name_any_options_get_an_answer(
    world: World,
    kind: str,
    table: list[list[str]],
    raw: bytes | None,
    name: str,
    options: str,
    with_head: bool,
) -> None:
    head = GOOD[kind][0].splitlines()[0] + "\n" if with_head and kind in GOOD else ""
    told = head + "\n".join(";".join(row) for row in table)
    content = told.encode("utf-8", "surrogatepass") if raw is None else raw
    send(world, content, kind=kind, name=name, options=options)


def test_no_connection_is_left_open(world: World) -> None:
    with world.engines.operator.connect() as conn:
        idle = conn.execute(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND usename = 'bando_intake' AND state LIKE 'idle in transaction%'"
            )
        ).scalar_one()
    assert idle == 0


def test_a_reader_that_goes_away_in_the_middle_of_a_commit_leaves_it_whole(world: World) -> None:
    content = (HEAD + ROW.replace("31/12", "30/12")).encode()
    login = "xaba"
    with world.engines.login.connect() as conn:
        actor = accounts.session_actor(conn, world.tokens[login])
    assert actor is not None
    wish = Wish("population", "roi-di-1.csv", content, True, hashlib.sha256(content).hexdigest())
    services = world.app.state.services
    ended = threading.Event()
    lines = intake.run(
        services.intake,
        token=world.tokens[login],
        actor=actor,
        wish=wish,
        on_commit=ended.set,
        home=services.settings.home,
    )
    next(lines)
    next(lines)
    lines.close()
    assert ended.wait(60)
    with world.engines.operator.connect() as conn:
        found = conn.execute(
            text(
                "SELECT b.row_count, (SELECT count(*) FROM population AS p"
                " WHERE p.import_id = b.import_id) FROM import_batch AS b"
                " WHERE b.source_name = 'roi-di-1.csv'"
            )
        ).all()
        assert [tuple(row) for row in found] == [(1, 1)]
    assert services.intake.pool.checkedout() == 0
