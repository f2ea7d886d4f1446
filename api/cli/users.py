"""Commands on accounts: make, change the password, list, close.

An account is a log-in name, a role and areas; never a person. Passwords are generated and printed
once, so that nobody chooses a weak one and none stands in a shell's history.
"""

import secrets
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from api.cli.outcome import Command, Outcome
from geo.messages import LANGUAGES, say

if TYPE_CHECKING:
    from api.settings import Settings

ADMINISTRATOR = "admin"
# No letters or digits that look alike on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def generate_password() -> str:
    """Give a password of four groups of five, about 99 bits, easy to read out."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def _login_argument(parser: ArgumentParser) -> None:
    parser.add_argument("login", metavar="LOGIN")


def _configure_add(parser: ArgumentParser) -> None:
    from api.access import ROLES

    _login_argument(parser)
    parser.add_argument("--role", required=True, choices=sorted(str(role) for role in ROLES))
    area = parser.add_mutually_exclusive_group(required=True)
    area.add_argument("--national", action="store_true")
    area.add_argument("--area", action="append", metavar="LEVEL:CODE", default=[])


def _nothing(_parser: ArgumentParser) -> None:
    pass


def _both(code: str, **details: object) -> list[str]:
    return [say(code, language=language, **details) for language in LANGUAGES]


def _told(login: str, password: str) -> Outcome:
    return Outcome(
        ok=True,
        lines=_both("account_password", login=login, password=password),
        data={"login": login, "password": password},
    )


def _add(options: Namespace, settings: "Settings") -> Outcome:
    from api.sessions import hash_password
    from geo.store import accounts, audit

    password = generate_password()
    with settings.transaction("owner") as conn:
        keys = [accounts.find_area(conn, text) for text in options.area]
        accounts.add_account(
            conn,
            login=options.login,
            password_hash=hash_password(password),
            role=options.role,
            national=options.national,
            area_keys=keys,
        )
        audit.append(
            conn,
            actor="command",
            action="account.add",
            subject={"login": options.login, "role": options.role, "areas": list(options.area)},
        )
    return _told(options.login, password)


def _passwd(options: Namespace, settings: "Settings") -> Outcome:
    from api.sessions import hash_password
    from geo.store import accounts, audit

    password = generate_password()
    with settings.transaction("owner") as conn:
        accounts.set_password(conn, login=options.login, password_hash=hash_password(password))
        audit.append(
            conn, actor="command", action="account.password", subject={"login": options.login}
        )
    return _told(options.login, password)


def _close(options: Namespace, settings: "Settings") -> Outcome:
    from geo.store import accounts, audit

    with settings.transaction("owner") as conn:
        accounts.set_disabled(conn, login=options.login, disabled=True)
        audit.append(
            conn, actor="command", action="account.close", subject={"login": options.login}
        )
    return Outcome(ok=True, lines=_both("account_closed", login=options.login))


def _list(_options: Namespace, settings: "Settings") -> Outcome:
    from geo.store import accounts

    with settings.transaction("owner") as conn:
        listed = accounts.list_accounts(conn)
    lines = [
        f"{row['login']:<24}{row['role']:<16}{_areas(row)}{' ✗' if row['disabled'] else ''}"
        for row in listed
    ]
    return Outcome(ok=True, lines=lines, counts={"accounts": len(listed)}, data={"users": listed})


def _areas(row: dict[str, object]) -> str:
    if row["national"]:
        return say("account_national")
    areas = row["areas"]
    return ", ".join(str(name) for name in areas) if isinstance(areas, list) else ""


def _ensure_admin(_options: Namespace, settings: "Settings") -> Outcome:
    from api.sessions import hash_password
    from geo.store import accounts, audit

    password = generate_password()
    with settings.transaction("owner") as conn:
        if accounts.list_accounts(conn):
            return Outcome(ok=True, lines=_both("account_admin_exists", login=ADMINISTRATOR))
        accounts.add_account(
            conn,
            login=ADMINISTRATOR,
            password_hash=hash_password(password),
            role="administrator",
            national=True,
        )
        audit.append(conn, actor="command", action="account.add", subject={"login": ADMINISTRATOR})
    return _told(ADMINISTRATOR, password)


ADD = Command(
    help_vi="Thêm tài khoản: tên đăng nhập, vai trò, địa bàn. Mật khẩu được tạo và in một lần.",
    help_en="Add an account: log-in name, role, area. The password is made and printed once.",
    configure=_configure_add,
    run=_add,
)
PASSWD = Command(
    help_vi="Tạo mật khẩu mới cho tài khoản, in một lần; các phiên đang mở bị đóng.",
    help_en="Make a new password for an account, printed once; its open sessions end.",
    configure=_login_argument,
    run=_passwd,
)
CLOSE = Command(
    help_vi="Khóa tài khoản; các phiên đang mở bị đóng.",
    help_en="Close an account; its open sessions end.",
    configure=_login_argument,
    run=_close,
)
LIST = Command(
    help_vi="Liệt kê tài khoản, vai trò, địa bàn.",
    help_en="List accounts, roles, areas.",
    configure=_nothing,
    run=_list,
)
ENSURE_ADMIN = Command(
    help_vi="Tạo tài khoản quản trị khi chưa có tài khoản nào; in mật khẩu một lần.",
    help_en="Make the administrator's account when there is no account; print the password once.",
    configure=_nothing,
    run=_ensure_admin,
)
