"""The board of sub-communes: by commune, and one commune whole; inside only (N4)."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.access import Permission
from api.answers import dump, json_answer
from api.deps import ActorDep, CodePath, ConnectionDep, SetDep, needs
from api.subcommune_models import SubcommuneBoard, SubcommuneOverview
from geo.messages import LANGUAGES, say
from geo.store import map_index, report_calendar, subcommune_board, unit_page
from geo.store.subcommune_board import BoardSubcommune, CommuneCounts, Drawing
from geo.store.tables import SUBCOMMUNE_ITEMS

router = APIRouter(tags=["subcommunes"])

DayQuery = Annotated[date | None, Query(description="as of this day")]


@router.get(
    "/subcommunes/{boundary_set}",
    response_model=SubcommuneOverview,
    dependencies=[needs(Permission.FIGURES_READ)],
)
def overview(conn: ConnectionDep, actor: ActorDep, found: SetDep, on: DayQuery = None) -> Response:
    """Tell by commune how many of its sub-communes have done each item."""
    day = on or report_calendar.day_of_question(conn)
    communes = subcommune_board.count_communes(
        conn, set_id=found.set_id, ranges=actor.key_ranges, day=day
    )
    keys = map_index.unit_order(conn, found.set_id, level="province").keys
    names = map_index.names_of_keys(conn, keys)
    province = {one.unit_key: keys[bisect_right(keys, one.unit_key) - 1] for one in communes}
    body = {
        "boundary_set": found.id,
        "as_of": day.isoformat(),
        "simulated": found.provenance == "simulated",
        "provinces": [
            {"code": names[key][0], "name": names[key][1]} for key in sorted(set(province.values()))
        ],
        "items": [_sum_item(item, communes) for item in SUBCOMMUNE_ITEMS],
        "communes": [
            {
                "code": one.code,
                "name": one.name,
                "province": names[province[one.unit_key]][0],
                "total": one.total,
                "done": {item: done for item, (done, _) in one.items.items()},
                "not_done": {item: other for item, (_, other) in one.items.items()},
            }
            for one in communes
        ],
    }
    return json_answer(dump(body))


@router.get(
    "/subcommunes/{boundary_set}/{code}",
    response_model=SubcommuneBoard,
    dependencies=[needs(Permission.FIGURES_READ)],
)
def board(
    conn: ConnectionDep, actor: ActorDep, found: SetDep, code: CodePath, on: DayQuery = None
) -> Response:
    """Give the sub-communes of a commune: each item, done or not or not told, with its day."""
    head = unit_page.find_unit(conn, found, level="commune", code=code)
    day = on or report_calendar.day_of_question(conn)
    seen = unit_page.in_sight(head, actor.key_ranges)
    rows = (
        subcommune_board.read_subcommunes(conn, head, ranges=actor.key_ranges, day=day)
        if seen
        else []
    )
    drawing = subcommune_board.draw_outline(conn, head) if seen else None
    body = {
        "code": head.code,
        "name": head.name,
        "province": next((one.name for one in head.parents if one.level == "province"), ""),
        "boundary_set": found.id,
        "as_of": day.isoformat(),
        "simulated": found.provenance == "simulated" or any(one.simulated for one in rows),
        "in_scope": seen,
        "outline": _outline(drawing),
        "items": [_count_item(item, rows) for item in SUBCOMMUNE_ITEMS],
        "rows": [_row(one, drawing) for one in rows],
    }
    return json_answer(dump(body))


def _sum_item(item: str, communes: Sequence[CommuneCounts]) -> dict[str, object]:
    parts = [(one.total, *one.items.get(item, (0, 0))) for one in communes]
    total, done, other = (sum(part[place] for part in parts) for place in range(3))
    return _item(item, done, other, total - done - other)


def _count_item(item: str, rows: Sequence[BoardSubcommune]) -> dict[str, object]:
    stands = [one.stand(item) for one in rows]
    return _item(item, stands.count(True), stands.count(False), stands.count(None))


def _item(item: str, done: int, not_done: int, untold: int) -> dict[str, object]:
    return {
        "id": item,
        **_titles(f"field_{item}", stem="title"),
        "done": done,
        "not_done": not_done,
        "untold": untold,
    }


def _row(one: BoardSubcommune, drawing: Drawing | None) -> dict[str, object]:
    return {
        "code": one.code,
        "name": one.name,
        **_titles(f"subcommune_kind_{one.kind}", stem="kind"),
        "place": list(drawing.place(one.point)) if drawing and one.point else None,
        "items": {
            item: {"value": value, "on": day.isoformat()}
            for item, (value, day) in one.items.items()
        },
    }


def _outline(drawing: Drawing | None) -> dict[str, object] | None:
    if drawing is None:
        return None
    return {"path": drawing.path, "width": drawing.width, "height": drawing.height}


def _titles(code: str, *, stem: str) -> dict[str, object]:
    return {f"{stem}_{language}": say(code, language=language) for language in LANGUAGES}
