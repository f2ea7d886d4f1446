"""Command ``bando report write``: the report of a unit and window as files in a folder."""

from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.arguments import both, day
from api.cli.figures import find_borders
from api.cli.outcome import Command, Outcome
from geo.errors import NotFound
from geo.messages import LANGUAGES, say
from geo.period import LOCAL_TIME, parse_period
from geo.units import LEVELS, Level, code_is_whole
from layers.catalog import LAYERS, find_layer
from layers.sheet_papers import PAPER_SIZES

if TYPE_CHECKING:
    from api.settings import Settings

_COUNTRY = "VN"


def _configure(parser: ArgumentParser) -> None:
    from api.handout_work import FORMATS, PURPOSES

    def option(*names: str, **more: Any) -> None:
        code = names[-1].removeprefix("--").replace("-", "_")
        text = " / ".join(both(f"option_handout_{code}"))
        parser.add_argument(*names, help=text, **more)

    parser.add_argument("unit", metavar="UNIT", help=" / ".join(both("option_handout_unit")))
    option("--period", required=True, metavar="P")
    option("--on", default="reported", metavar="SET|D|reported")
    option("--paper", choices=PAPER_SIZES, default="A4")
    option("--grey", action="store_true")
    option("--layer", choices=[one.id for one in LAYERS], default="class")
    option("--format", choices=FORMATS, default="zip")
    option("--purpose", choices=PURPOSES, default="luu_ho_so")
    option("--lang", choices=LANGUAGES, default="vi")
    option("--as-of", type=day, metavar="D")
    option("-o", "--out", type=Path, default=Path(), metavar="FOLDER")


def _run(options: Namespace, settings: "Settings") -> Outcome:
    """Make the files and write them; the audit line is signed ``command``."""
    from api.deps import Memo
    from api.handout_work import HandoutWish, When, make_handout
    from api.routes.handouts import map_key
    from geo.indicators import SERIES
    from geo.store import report_calendar
    from geo.store.accounts import ALL_KEYS, Actor

    period, memo = parse_period(options.period), Memo()
    # Whoever may run commands on this machine sees the whole country, as the operator role does.
    actor = Actor("command", "command", (ALL_KEYS,))
    with settings.transaction("operator") as conn:
        wish = HandoutWish(
            borders=find_borders(conn, options.on, period),
            level=_level(options.unit),
            code=options.unit,
            period=period,
            form=options.format,
            paper=options.paper,
            grey=options.grey,
            layer=find_layer(options.layer),
            purpose=options.purpose,
            language=options.lang,
        )
        files = make_handout(
            conn,
            memo,
            actor,
            settings,
            wish,
            key_of=map_key(conn, memo, actor, wish),
            indicators=frozenset(SERIES),
            when=When(
                options.as_of or report_calendar.day_of_question(conn), datetime.now(LOCAL_TIME)
            ),
        )
    folder: Path = options.out
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    for one in files:
        (folder / one.name).write_bytes(one.content)
        size = round(len(one.content) / 1000)
        lines += both("handout_written", path=str(folder / one.name), size=size)
    data: dict[str, object] = {
        "files": [str(folder / one.name) for one in files],
        "boundary_set": wish.borders.id,
        "period": period.id,
    }
    return Outcome(True, lines, {"files": len(files)}, data=data)


def _level(code: str) -> Level:
    if code == _COUNTRY:
        return "country"
    levels: list[Level] = [one for one in LEVELS if code_is_whole(code, level=one)]
    if not levels:
        raise NotFound("report_code_unknown", code=code[:12])
    return levels[-1]


WRITE = Command(
    say("command_report_write"), say("command_report_write", language="en"), _configure, _run
)
