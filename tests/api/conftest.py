"""A small country behind the real application, with one account per kind of actor."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
import shapely
from fastapi import FastAPI

from api import models
from api.main import create_app
from api.sessions import hash_password
from api.settings import Settings
from geo.store import accounts, records, tables
from geo.store.activation import identify_units
from geo.store.aggregates import compute
from geo.store.engine import use_case
from geo.store.intake import KINDS
from geo.store.intake.kind import Origin
from geo.store.places import append_places
from layers.packed_values import unpack
from tests.support import small_world
from tests.support.postgres import Engines, Server, engines_of, plain

AS_OF = date(2026, 9, 30)
PASSWORD = "mat-khau-thu-nghiem"  # noqa: S105 of accounts that live as long as a test

# (ref, column of the board, row, life)
LIVES = [
    ("a", 0.5, 0.5, [(date(2025, 3, 1), "listed")]),
    ("b", 0.6, 0.5, [(date(2025, 8, 1), "listed")]),
    ("c", 2.5, 0.5, [(date(2025, 8, 5), "listed"), (date(2026, 8, 10), "eliminated")]),
    ("d", 3.5, 0.5, [(date(2026, 7, 2), "listed")]),
    ("e", 5.7, 0.5, [(date(2025, 9, 1), "listed")]),
    ("f", 5.8, 0.5, [(date(2025, 9, 1), "listed")]),
    ("sea", 20.0, 20.0, [(date(2025, 9, 1), "listed")]),
    ("doubt", 2.4, 0.5, [(date(2026, 1, 1), "suspected")]),
]
REPORTED = ("00001", "00003", "00005")


@dataclass
class Browser:
    """A browser that keeps its cookie, on the application itself: no socket, no server."""

    app: FastAPI
    cookies: dict[str, str] = field(default_factory=dict)
    base: str = "http://testserver"

    def request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url=self.base, cookies=self.cookies
            ) as client:
                return await client.request(method, path, headers=dict(headers or {}), **more)

        answer = asyncio.run(send())
        self.cookies.update(answer.cookies)
        return answer

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def json(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def values(self, path: str) -> Any:
        """Read a feed of values and its packed numbers, as `v` and `s`."""
        body = self.json(path)
        models.UnitValues.model_validate(body)
        v, s = unpack(body["u"], scale=body["scale"])
        return body | {"v": v, "s": s}


@dataclass(frozen=True)
class World:
    """The running application and what is known about its small country."""

    app: FastAPI
    engines: Engines
    old: str
    new: str
    old_id: int
    new_id: int
    tokens: Mapping[str, str]

    def browser(self, login: str | None = None) -> Browser:
        """Give a browser with the session of an account, or without any."""
        return Browser(self.app, {"bando_session": self.tokens[login]} if login else {})


ROLE_OF = {
    "admin": "administrator",
    "chihuy": "commander",
    "thamdinh": "appraiser",
    "quanly": "steward",
    "congchung": "public",
    "tinhmot": "planner",
    "xaba": "reporter",
    "khongvung": "commander",
}


@pytest.fixture(scope="session")
def world(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Built once: the tests of this folder read, or use accounts and sessions of their own."""
    with built_world(server, tmp_path_factory.mktemp("home")) as built:
        yield built


@pytest.fixture
def fresh_world(server: Server, tmp_path: Path) -> Iterator[World]:
    """A country of one's own, for tests that write."""
    with built_world(server, tmp_path) as built:
        yield built


@contextmanager
def built_world(server: Server, home: Path) -> Iterator[World]:
    """Run the application on a database of its own while the block lasts."""
    with server.clone() as database:
        (home / "secrets.json").write_bytes((server.home / "secrets.json").read_bytes())
        made = engines_of(database)
        with use_case(made.operator) as conn:
            ids = _fill(conn)
        with use_case(made.owner) as conn:
            hashes = _add_accounts(conn, *ids)
        with use_case(made.login) as conn:
            tokens = {
                login: accounts.open_session(conn, account_id, lifetime=pd.Timedelta("1h"))
                for login, account_id in hashes.items()
            }
        with use_case(made.operator) as conn:
            names = {
                row.set_id: row.content_hash[:16]
                for row in conn.exec_driver_sql("SELECT set_id, content_hash FROM boundary_set")
            }
        app = create_app(Settings(home=Path(home), database_url=plain(database.admin)))
        yield World(app, made, names[ids[0]], names[ids[1]], *ids, tokens)
        app.state.services.service.dispose()
        app.state.services.intake.dispose()
        app.state.services.login.dispose()
        made.dispose()


def _fill(conn: accounts.Connection) -> tuple[int, int]:
    old, new = small_world.add_sets(conn)
    identify_units(conn)
    batch = small_world.batch(conn)
    places, events = small_world.frames_of(LIVES)
    append_places(conn, places, events, provenance="simulated", import_id=batch)

    def key(code: str) -> int:
        return small_world.key_of(conn, new, code)

    records.append_submissions(
        conn,
        pd.DataFrame(
            [
                (key(code), period, date(2026, 9, 1), date(2026, 8, 30))
                for code in REPORTED
                for period in ("M2026-07", "M2026-08")
            ],
            columns=["unit_key", "period_id", "due_before", "submitted_on"],
        ),
        provenance="simulated",
        import_id=batch,
    )
    records.append_assessments(
        conn,
        pd.DataFrame(
            [
                (key("00003"), "M2026-06", "cong_nhan", "khong_ma_tuy", date(2026, 6, 30), "12/QĐ"),
                (key("00004"), "M2026-06", "cong_nhan", "loai_2", date(2026, 6, 30), "13/QĐ"),
                (key("00005"), "M2026-06", "cong_nhan", "loai_1", date(2026, 6, 30), "14/QĐ"),
                (
                    small_world.key_of(conn, old, "00001"),
                    "M2025-03",
                    "cong_nhan",
                    "loai_3",
                    date(2025, 3, 31),
                    "2/QĐ",
                ),
            ],
            columns=[
                *("unit_key", "period_id", "workflow_state"),
                *("decided_class", "decided_on", "document_no"),
            ],
        ),
        provenance="simulated",
        import_id=batch,
    )
    records.append_observations(
        conn,
        pd.DataFrame(
            [(key("00003"), "I06", "M2026-07", 12.0, None, None)],
            columns=[
                *("unit_key", "indicator_id", "period_id", "value"),
                *("numerator", "denominator"),
            ],
        ),
        provenance="simulated",
        import_id=batch,
    )
    _fill_context(conn, new)
    compute(conn, as_of=AS_OF)
    return old, new


def _fill_context(conn: accounts.Connection, new: int) -> None:
    """Add a school that moved out of 00003, a key route through the country, sub-communes."""

    def at(x: float) -> shapely.Point:
        return shapely.Point(small_world.WEST + x * small_world.SIDE, small_world.SOUTH + 0.05)

    first, moved = date(2025, 1, 1), date(2026, 8, 1)
    key = small_world.key_of(conn, new, "00003")
    columns = ["ref", "kind", "valid_from", "valid_to", "document_no", "shape"]
    told = [item for item in tables.SUBCOMMUNE_ITEMS if item != "ra_soat"]
    for kind, frame in {
        "facilities": pd.DataFrame(
            [
                ("TH-1", "truong_hoc", first, None, None, at(2.5)),
                ("TH-1", "truong_hoc", moved, None, None, at(4.5)),
                ("TH-2", "truong_hoc", first, None, None, at(2.2)),
            ],
            columns=columns,
        ),
        "routes": pd.DataFrame(
            [
                (
                    "TTD-1",
                    "tuyen_trong_diem",
                    first,
                    None,
                    None,
                    shapely.LineString([at(0.5), at(5)]),
                ),
            ],
            columns=columns,
        ),
        "subcommunes": pd.DataFrame(
            [(key, f"T{n}", f"Thôn {n}", "thon", date(2025, 7, 1), None, None) for n in (1, 2)],
            columns=["unit_key", "code", "name", "kind", "valid_from", "valid_to", "shape"],
        ),
        "subcommune-status": pd.DataFrame(
            [(key, "T1", date(2026, 7, 1), "co", *[None] * len(told))],
            columns=["unit_key", "code", "effective_on", "ra_soat", *told],
        ),
    }.items():
        origin = Origin(small_world.batch(conn), "simulated", "thu")
        KINDS[kind].append(conn, frame.astype(object), origin)


def _add_accounts(conn: accounts.Connection, old: int, new: int) -> dict[str, int]:
    password_hash = hash_password(PASSWORD)
    areas = {
        "tinhmot": [small_world.key_of(conn, new, "01", "province")],
        "xaba": [small_world.key_of(conn, new, "00003")],
        "khongvung": [],
    }
    return {
        login: accounts.add_account(
            conn,
            login=login,
            password_hash=password_hash,
            role=role,
            national=login not in areas,
            area_keys=areas.get(login, []),
        )
        for login, role in ROLE_OF.items()
    }
