"""The page of one unit, as the map's drawer shows it."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.access import Permission, may, may_see
from api.answers import dump, json_answer
from api.deps import (
    ActorDep,
    CodePath,
    ConnectionDep,
    LevelPath,
    ServicesDep,
    SetDep,
    needs,
)
from api.models import UnitPage
from api.routes.maps import describe_set
from geo.indicators import SERIES
from geo.messages import LANGUAGES, say
from geo.period import parse_period
from geo.store import context, map_index, report_reading, unit_page
from geo.store.engine import Connection
from geo.store.feeds import KeyRanges
from geo.store.map_index import PeriodRun
from geo.store.tables import SUBCOMMUNE_ITEMS
from geo.store.unit_page import Decision, Figure, MonthCounts, Relative, UnitHead

router = APIRouter(tags=["map"])

# No decision in sight, but a commune is subject to one: said aloud (rule A4).
_NOT_ASSESSED = "chua_danh_gia"
# Sub-communes listed by name; the counts are of all.
_MOST_SUBCOMMUNES = 300
_YES = frozenset({"co", "dang_hoat_dong"})


@router.get(
    "/units/{boundary_set}/{level}/{code}",
    response_model=UnitPage,
    dependencies=[needs(Permission.FIGURES_READ)],
)
def unit(
    conn: ConnectionDep,
    services: ServicesDep,
    actor: ActorDep,
    found: SetDep,
    level: LevelPath,
    code: CodePath,
    period: Annotated[str | None, Query(pattern="^[A-Z][0-9-]{4,8}$")] = None,
) -> Response:
    """Give a unit's place, forerunners, classes, series and figures as of a period's last day."""
    head = unit_page.find_unit(conn, found, level=level, code=code)
    ranges = actor.key_ranges
    asked = parse_period(period).id if period else unit_page.newest_month(conn)
    run = map_index.find_period_run(conn, asked) if asked else None
    day = parse_period(run.id).last_day if run else date.max
    whole = found.holds_on(day)
    seen = {one.id for one in SERIES.values() if may_see(actor.role, one.visibility)}
    counts = may(actor.role, Permission.HOTSPOTS_READ)
    tiles = services.settings.home.absolute() / "tiles"
    body = {
        "unit": _describe(head),
        "boundary_set": describe_set(conn, services.memo, found, tiles=tiles, ranges=ranges),
        "in_scope": unit_page.in_sight(head, ranges),
        "as_of": day.isoformat() if run else None,
        "as_reported": whole,
        "predecessors": _relatives(conn, head, ranges, day, older=True),
        "successors": _relatives(conn, head, ranges, day, older=False),
        "class": _class_state(conn, head, ranges, run, day),
        "series": _series(unit_page.months(conn, head, ranges=ranges, until=day) if counts else []),
        "figures": [
            _figure(one, _approval(conn, head, one))
            for one in (
                unit_page.figures(
                    conn,
                    head,
                    ranges=ranges,
                    period_id=run.id,
                    indicators=seen,
                    as_reported=whole,
                )
                if run
                else []
            )
        ],
        "subcommunes": _subcommunes(conn, head, ranges, day),
        "simulated": bool(run and run.simulated) or found.provenance == "simulated",
        "data_until": run.data_until.isoformat() if run else None,
    }
    return json_answer(dump(body))


def _describe(head: UnitHead) -> dict[str, object]:
    return {
        "ordinal": head.ordinal,
        "code": head.code,
        "name": head.name,
        "kind": head.kind,
        "level": head.level,
        "area_km2": head.area_km2,
        "assessable": head.assessable,
        "parents": [
            {"level": one.level, "code": one.code, "name": one.name} for one in head.parents
        ],
    }


def _relatives(
    conn: Connection, head: UnitHead, ranges: KeyRanges, day: date, *, older: bool
) -> list[dict[str, object]]:
    def describe(one: Relative) -> dict[str, object]:
        return {
            "boundary_set": one.boundary_set,
            "code": one.code,
            "name": one.name,
            "province": one.province,
            "change": one.change,
            "weight": one.weight,
            "class": one.last_class,
        }

    listed = unit_page.relatives(conn, head, ranges=ranges, until=day, older=older)
    return [describe(one) for one in listed]


def _class_state(
    conn: Connection, head: UnitHead, ranges: KeyRanges, run: PeriodRun | None, day: date
) -> dict[str, object] | None:
    """Tell the class as the map draws it for the period, and what stands behind it."""
    if head.level != "commune" or not head.assessable or not unit_page.in_sight(head, ranges):
        return None
    known, later = unit_page.split_by_day(unit_page.decisions(conn, head, ranges=ranges), until=day)
    decided = [one for one in known if one.decided is not None]
    last, newest = (decided[-1] if decided else None), (known[-1] if known else None)
    if run:
        drawn = unit_page.class_drawn(conn, head, ranges=ranges, period_id=run.id)
        last = next((one for one in reversed(decided) if one.decided == drawn), None)
    return {
        "id": last.decided if last else _NOT_ASSESSED,
        "decided_on": last.decided_on.isoformat() if last and last.decided_on else None,
        "document_no": last.document_no if last else None,
        "computed": newest.computed if newest else None,
        "proposed": newest.proposed if newest else None,
        "history": _steps(decided),
        "later": _steps([one for one in later if one.decided is not None]),
    }


def _steps(decided: list[Decision]) -> list[dict[str, object]]:
    return [
        {"period": one.period, "class": one.decided, "decided_on": str(one.decided_on)}
        for one in decided
    ]


def _series(months: list[MonthCounts]) -> dict[str, object]:
    return {
        "period_ids": [one.period for one in months],
        "active": [one.active for one in months],
        "new": [one.new for one in months],
        "eliminated": [one.eliminated for one in months],
        "reformed": [one.reformed for one in months],
        "reported": [one.reported for one in months],
    }


def _subcommunes(
    conn: Connection, head: UnitHead, ranges: KeyRanges, day: date
) -> dict[str, object] | None:
    """Tell what is done in the sub-communes of a commune: yes, no, or not told (I22)."""
    if head.level != "commune" or not unit_page.in_sight(head, ranges):
        return None
    listed = context.subcommunes(conn, head, ranges=ranges, day=day)
    if not listed:
        return None
    told = {item for one in listed for item in one.items}
    return {
        "total": len(listed),
        "items": [
            {
                "id": item,
                **_titles(f"field_{item}"),
                "yes": sum(one.items.get(item) in _YES for one in listed),
            }
            for item in SUBCOMMUNE_ITEMS
            if item in told
        ],
        "rows": [
            {
                "code": one.code,
                "name": one.name,
                **_titles(f"subcommune_kind_{one.kind}", stem="kind"),
                "items": one.items,
            }
            for one in listed[:_MOST_SUBCOMMUNES]
        ],
    }


def _titles(code: str, *, stem: str = "title") -> dict[str, object]:
    return {f"{stem}_{language}": say(code, language=language) for language in LANGUAGES}


def _approval(conn: Connection, head: UnitHead, figure: Figure) -> str | None:
    """Say how far the report of an entered figure has climbed."""
    if figure.origin != "entered":
        return None
    state = report_reading.find_state(conn, unit_key=head.unit_key, period_id=figure.period)
    return state.status if state else None


def _figure(figure: Figure, approval: str | None) -> dict[str, object]:
    indicator = SERIES[figure.indicator]
    return {
        "indicator": indicator.id.partition(".")[0],
        "part": indicator.part,
        "origin": figure.origin,
        "name_vi": indicator.name_vi,
        "name_en": indicator.name_en,
        "unit": indicator.unit_vi,
        "unit_en": indicator.unit_en,
        "period": figure.period,
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "status": figure.status,
        "approval": approval,
    }
