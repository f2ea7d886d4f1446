"""Makes the files of a report: reads within the scope, builds, writes, and leaves its audit line.

Used by the route and by the command. The libraries of documents, maps and analysis are imported
inside the functions: the service starts without them.
"""

import io
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from api.access import ROLES, may_see
from api.deps import Memo
from api.handout_plans import day_of_plans, plan_lines
from api.settings import Settings
from geo.errors import Detail, Refused
from geo.indicators import SERIES
from geo.messages import Language, say
from geo.period import Period
from geo.store import audit, map_index
from geo.store.accounts import Actor
from geo.store.engine import Connection
from geo.store.map_index import FeedSet, PeriodRun
from geo.units import Level
from layers.catalog import Layer
from layers.sheet_papers import PaperSize

if TYPE_CHECKING:
    from geo.store.handout_facts import HandoutFacts
    from layers.report.contents import Contents, Office, Stamp
    from layers.sheet_parts import Sheet

Format = Literal["zip", "docx", "xlsx", "pdf", "png"]
FORMATS: tuple[Format, ...] = ("zip", "docx", "xlsx", "pdf", "png")
MEDIA_TYPES: dict[Format, str] = {
    "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "png": "image/png",
}
# Why a report is made: chosen from a list, so that nobody writes of persons (N2).
PURPOSES = (
    *("giao_ban", "bao_cao_cap_tren", "tham_dinh", "kiem_tra", "lap_ke_hoach", "luu_ho_so"),
)


@dataclass(frozen=True, slots=True)
class HandoutWish:
    """What is wanted.

    Parameters
    ----------
    borders, level, code
        The unit, on the set that all figures stand on.
    period
        The window.
    form
        One file, or all of them in a ZIP.
    paper, grey, layer
        Of the map sheet.
    purpose
        One of `PURPOSES`; stands in the files and in the audit trail.
    """

    borders: FeedSet
    level: Level
    code: str
    period: Period
    form: Format
    paper: PaperSize
    grey: bool
    layer: Layer
    purpose: str
    language: Language = "vi"


@dataclass(frozen=True, slots=True)
class When:
    """The day on which reports are judged late, and the moment that stands in the files."""

    as_of: date
    now: datetime


@dataclass(frozen=True, slots=True)
class MapKey:
    """The legend of a sheet as `layers.legend.as_json` gives it, and what it is warned of."""

    legend: Mapping[str, object]
    warning: str


@dataclass(frozen=True, slots=True)
class HandoutFile:
    """A file of the answer; `name` is ASCII, `title` its name as people write it."""

    name: str
    title: str
    content: bytes


def check_purpose(purpose: str) -> str:
    """Give a purpose of `PURPOSES`, or refuse it.

    Raises
    ------
    Refused
        ``handout_purpose_unknown``.
    """
    if purpose not in PURPOSES:
        raise Refused("handout_purpose_unknown", purposes=", ".join(PURPOSES))
    return purpose


def make_handout(
    conn: Connection,
    memo: Memo,
    actor: Actor,
    settings: Settings,
    wish: HandoutWish,
    *,
    key_of: Callable[[PeriodRun], MapKey],
    indicators: Collection[str] | None = None,
    when: When,
) -> list[HandoutFile]:
    """Make the files of a report, and write the audit line in the transaction of the read.

    Parameters
    ----------
    conn, memo
        Connection within the actor's scope, and what is kept.
    actor
        Who asks.
    settings
        Names of the offices, and where letters are kept.
    wish
        What is wanted.
    key_of
        Gives the legend of the map sheet; asked only where there is one.
    indicators
        Those that may be told; None for what the actor's role may see.
    when
        Day of the question, and moment.
    """
    from api.vectors import unit_graph
    from geo.store import handouts
    from layers.report.building import build

    seen = (
        {one.id for one in SERIES.values() if may_see(actor.role, one.visibility)}
        if indicators is None
        else indicators
    )
    graph = unit_graph(conn, memo)
    head = handouts.find_head(conn, wish.borders, level=wish.level, code=wish.code)
    facts = handouts.read_facts(
        conn,
        graph,
        head,
        wish.borders,
        period=wish.period,
        ranges=actor.key_ranges,
        indicators=seen,
        as_of=when.as_of,
    )
    stamp = _stamp(conn, actor, wish, when.now)
    contents = build(
        facts,
        language=wish.language,
        office=_office(settings, facts),
        stamp=stamp,
        lines=plan_lines(
            conn,
            graph,
            facts,
            ranges=actor.key_ranges,
            indicators=seen,
            language=wish.language,
        ),
        plans_day=day_of_plans(facts),
    )
    sheet = None
    if wish.form in ("zip", "pdf", "png"):
        sheet = _sheet(conn, memo, actor, wish, facts, contents, key_of(facts.run))
    files = _write(contents, sheet, wish, home=settings.home.absolute(), now=when.now)
    audit.append(
        conn,
        actor=actor.login,
        action="handout.report",
        subject={
            "unit": head.code,
            "level": head.level,
            "boundary_set": wish.borders.id,
            "period": wish.period.id,
            "role": actor.role,
            "format": wish.form,
            "paper": wish.paper,
            "layer": wish.layer.id,
            "restricted": int(facts.sees_places),
            "files": _names(files),
            "purpose": wish.purpose,
        },
    )
    return files


def _names(files: list[HandoutFile]) -> list[Detail]:
    return [one.name for one in files]


def zipped(files: list[HandoutFile], *, now: datetime) -> bytes:
    """Put files into one ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in files:
            info = zipfile.ZipInfo(one.name, date_time=now.timetuple()[:6])
            # Documents and pictures are packed already.
            info.compress_type = zipfile.ZIP_STORED
            info.external_attr = 0o644 << 16
            archive.writestr(info, one.content)
    return out.getvalue()


def _stamp(conn: Connection, actor: Actor, wish: HandoutWish, now: datetime) -> "Stamp":
    from geo.store.handouts import names_of_area
    from layers.report.contents import Stamp

    role = ROLES.get(actor.role)
    names = names_of_area(conn, actor.key_ranges)
    name = say("report_by_command", language=wish.language)
    if role is not None:
        name = role.name_vi if wish.language == "vi" else role.name_en
    return Stamp(
        actor.login,
        name,
        ", ".join(names) or say("handout_country", language=wish.language),
        f"{now:%H:%M %d/%m/%Y}",
        say(f"ui_handout_purpose_{wish.purpose}", language=wish.language),
    )


def _office(settings: Settings, facts: "HandoutFacts") -> "Office":
    from layers.report.contents import Office

    own = "" if facts.head.level == "country" else f" {facts.head.name}"
    return Office(
        settings.superior_name,
        settings.agency_name or f"{settings.committee_name}{own}",
        settings.place_name,
    )


def _write(
    contents: "Contents", sheet: "Sheet | None", wish: HandoutWish, *, home: Path, now: datetime
) -> list[HandoutFile]:
    stem = contents.file_stem
    title = f"{contents.title.capitalize()} {contents.short_name} {wish.period.id}"
    files = []
    if wish.form in ("zip", "docx"):
        from layers.report_docx import write_docx

        files.append(HandoutFile(f"{stem}.docx", f"{title}.docx", write_docx(contents)))
    if wish.form in ("zip", "xlsx"):
        from layers.report_xlsx import write_xlsx

        files.append(HandoutFile(f"{stem}.xlsx", f"{title}.xlsx", write_xlsx(contents)))
    if sheet is not None:
        from layers.map_sheet import SheetFormat, write_sheet

        grey = "-xam" if wish.grey else ""
        drawn = "" if wish.layer.measure == "class" else f"{wish.layer.id.replace('_', '-')}-"
        forms: tuple[SheetFormat, ...] = ("pdf", "png")
        for form in forms:
            if wish.form in ("zip", form):
                name = f"ban-do-{drawn}{stem.removeprefix('bao-cao-')}-{wish.paper}{grey}.{form}"
                content = write_sheet(sheet, form=form, home=home, made_at=now)
                files.append(HandoutFile(name, f"{sheet.title}.{form}", content))
    return files


def _sheet(
    conn: Connection,
    memo: Memo,
    actor: Actor,
    wish: HandoutWish,
    facts: "HandoutFacts",
    contents: "Contents",
    key: MapKey,
) -> "Sheet":
    from api.vectors import read_vector
    from geo.store import unit_page
    from geo.store.boundary_sets import load_units
    from layers.outline import Outline, outline
    from layers.report_docx import stamp_line
    from layers.sheet_making import Painted, SheetUnit, SheetWords, make_sheet

    layer, borders, language = wish.layer, wish.borders, wish.language
    vector = read_vector(
        conn, memo, actor, layer=layer, found=borders, run=facts.run, level="commune"
    )
    order = map_index.unit_order(conn, borders.set_id, level="commune")
    values = {
        unit: (value, status)
        for unit, value, status in zip(order.keys, vector.values, vector.statuses, strict=True)
    }
    units = load_units(conn, borders.set_id)
    country = memo.get(
        ("outline", borders.id, "province"), Outline, lambda: outline(units, level="province")
    )
    title = layer.title(language)
    return make_sheet(
        units,
        about=SheetUnit(
            facts.head.name,
            facts.head.level,
            facts.head.unit_key,
            unit_page.last_key(conn, facts.head),
        ),
        painted=Painted(values, key.legend, wish.period.kind),
        words=SheetWords(
            title=f"{title} · {contents.short_name}",
            subtitle=wish.period.label(language),
            warning=key.warning,
            notes=(
                (say("sheet_office", language=language), contents.office.agency),
                *_sheet_sources(contents),
                (say("sheet_about", language=language), layer.about(language)),
            ),
            stamp=stamp_line(contents),
            language=language,
            unit=layer.unit(language) if layer.measure != "class" else "",
            simulated=facts.simulated,
            illustrative=borders.illustrative,
        ),
        country=country,
        paper=wish.paper,
        grey=wish.grey,
    )


def _sheet_sources(contents: "Contents") -> tuple[tuple[str, str], ...]:
    """Choose what a sheet says of its figures; unit and window stand in its title."""
    names = {
        say(f"handout_source_{one}", language=contents.language)
        for one in ("borders", "day", "revision")
    }
    return tuple(one for one in contents.sources if one[0] in names)
