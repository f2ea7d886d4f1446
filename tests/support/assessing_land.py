"""The country of squares with an account for every duty of an assessment, and steps as raw SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, text

from geo.store import accounts
from geo.store.engine import make_engine, use_case
from tests.support import small_world
from tests.support.postgres import Engines, Server, engines_of

CYCLE = "Y2026"
FIRST_DAY = date(2025, 12, 15)
ACCOUNTS = {
    # login: role, code of the area on the set after the reform (None: the whole country)
    "xa": ("reporter", "00003"),
    "xa_khac": ("reporter", "00004"),
    "xa_chihuy": ("commander", "00003"),
    "tinh_thammuu": ("planner", "01"),
    "tinh_khac_thammuu": ("planner", "02"),
    "tinh_thamdinh": ("appraiser", "01"),
    "thamdinh": ("appraiser", None),
    "tinh_chutich": ("commander", "01"),
    "tinh_khac_chutich": ("commander", "02"),
    "tw": ("commander", None),
    "quantri": ("administrator", None),
    "quantri_hai": ("administrator", None),
    "quanly": ("steward", None),
    "tuantra": ("patrol_lead", "01"),
}
# Who makes which step as the duties stand.
RIGHTLY = {
    "ra_soat": "xa",
    "danh_gia": "xa",
    "phan_loai": "tinh_thammuu",
    "tham_dinh": "tinh_thamdinh",
    "cong_nhan": "tinh_chutich",
    "khong_dat": "tinh_chutich",
    "huy_bo": "tinh_chutich",
}
# What each step says when a test does not care.
SAID: dict[str, dict[str, object]] = {
    "ra_soat": {},
    "danh_gia": {"class_id": "loai_3"},
    "phan_loai": {"class_id": "loai_3"},
    "tham_dinh": {"verdict": "dat"},
    "cong_nhan": {"class_id": "loai_3", "document_no": "7/QĐ-UBND"},
    "khong_dat": {
        "class_id": "loai_2",
        "document_no": "8/QĐ-UBND",
        "reason_code": "chua_dat_tieu_chi",
    },
    "huy_bo": {
        "class_id": "chua_danh_gia",
        "document_no": "9/QĐ-UBND",
        "reason_code": "sai_tham_quyen",
    },
    "tra_lai": {"reason_code": "sai_so_lieu"},
}
WHOLE = ("ra_soat", "danh_gia", "phan_loai", "tham_dinh", "cong_nhan")


@dataclass(frozen=True)
class Land:
    """The country, its accounts' tokens, and keys of communes on both sets."""

    engines: Engines
    tokens: dict[str, str]
    old: int
    new: int
    unit: int
    merged: int
    outside: int
    unit_before: int


@contextmanager
def built_land(server: Server) -> Iterator[Land]:
    """Make the country on a database of its own."""
    with server.clone() as database:
        made = engines_of(database)
        with use_case(made.operator) as conn:
            old, new = small_world.add_sets(conn, provenance="imported")
        ids = {}
        with use_case(made.owner) as conn:
            for login, (role, code) in ACCOUNTS.items():
                level = "province" if code and len(code) == 2 else "commune"
                ids[login] = accounts.add_account(
                    conn,
                    login=login,
                    password_hash="x",  # noqa: S106 - of an account that lives as long as the test
                    role=role,
                    national=code is None,
                    area_keys=[] if code is None else [small_world.key_of(conn, new, code, level)],
                )
            keys = [
                *(small_world.key_of(conn, new, code) for code in ("00003", "00001", "00008")),
                small_world.key_of(conn, old, "00003"),
            ]
        with use_case(made.login) as conn:
            tokens = {
                login: accounts.open_session(conn, account_id, lifetime=timedelta(hours=1))
                for login, account_id in ids.items()
            }
        yield Land(made, tokens, old, new, *keys)
        made.dispose()


def be(conn: Connection, land: Land, login: str) -> None:
    """Make a connection the session of an account."""
    conn.execute(
        text("SELECT set_config('bando.token', :token, true)"), {"token": land.tokens[login]}
    )


def insert_step(
    conn: Connection, step: str, *, login: str, role: str, unit: int, **said: object
) -> None:
    """Write a step as raw SQL."""
    values = {
        "unit_key": unit,
        "period_id": CYCLE,
        "step": step,
        "effective_on": FIRST_DAY,
        "actor": login,
        "actor_role": role,
        **said,
    }
    columns = ", ".join(values)
    marks = ", ".join(f":{column}" for column in values)
    conn.execute(text(f"INSERT INTO assessment_step ({columns}) VALUES ({marks})"), values)


def do(
    conn: Connection,
    land: Land,
    step: str,
    *,
    login: str | None = None,
    unit: int | None = None,
    **said: object,
) -> None:
    """Make a step as an account, by default the one whose duty it is."""
    name = login or RIGHTLY[step]
    be(conn, land, name)
    insert_step(
        conn,
        step,
        login=name,
        role=ACCOUNTS[name][0],
        unit=unit or land.unit,
        **{**SAID[step], **said},
    )


def go(conn: Connection, land: Land, *steps: str, **more: object) -> None:
    """Make steps one after another, each by whose duty it is."""
    for step in steps:
        do(conn, land, step, **more)


def go_on_for_ever(url: str, tokens: dict[str, str], unit: int) -> None:
    """Assess a commune round after round, each step in a transaction of its own (to be killed)."""
    engine = make_engine(url)
    while True:
        for step in (*WHOLE, "huy_bo"):
            login = RIGHTLY[step]
            with use_case(engine, token=tokens[login]) as conn:
                insert_step(
                    conn,
                    step,
                    login=login,
                    role=ACCOUNTS[login][0],
                    unit=unit,
                    **SAID[step],
                )
