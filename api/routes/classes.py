"""Why a commune has its class, and the rows behind each number."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.access import Permission, may_see
from api.answers import dump, json_answer
from api.class_models import ClassInputRows, UnitClassAnswer
from api.deps import ActorDep, CodePath, ConnectionDep, PeriodQuery, SetDep, needs
from geo.errors import NotFound
from geo.store import unit_page

router = APIRouter(tags=["map"])

InputPath = Annotated[str, Path(pattern="^[A-Za-z0-9_.]{1,60}$", description="id of an input")]


@router.get(
    "/units/{boundary_set}/commune/{code}/class",
    response_model=UnitClassAnswer,
    dependencies=[needs(Permission.FIGURES_READ)],
)
def unit_class(
    conn: ConnectionDep,
    actor: ActorDep,
    found: SetDep,
    code: CodePath,
    period: Annotated[str | None, Query(pattern="^[A-Z][0-9-]{4,8}$")] = None,
    criteria: Annotated[str | None, Query(pattern="^[a-z0-9-]{2,40}$")] = None,
) -> Response:
    """Give the computed, proposed and decided class side by side, criterion by criterion."""
    from api.class_answer import class_answer
    from geo.store.class_page import read_class_page

    head = unit_page.find_unit(conn, found, level="commune", code=code)
    page = read_class_page(
        conn, head, period_id=period, criteria_id=criteria, ranges=actor.key_ranges
    )
    about = {"boundary_set": found.id, "code": head.code, "name": head.name}
    return json_answer(dump(about | class_answer(page, role=actor.role)))


@router.get(
    "/units/{boundary_set}/commune/{code}/class/rows/{input_id}",
    response_model=ClassInputRows,
    dependencies=[needs(Permission.FIGURES_READ)],
)
def unit_class_rows(
    conn: ConnectionDep,
    actor: ActorDep,
    found: SetDep,
    code: CodePath,
    input_id: InputPath,
    period: PeriodQuery,
) -> Response:
    """Give the rows behind one input; an input that the role may not see does not exist."""
    from geo.criteria import inputs
    from geo.period import parse_period
    from geo.store.class_rows import read_rows

    one = inputs().get(input_id)
    if one is None or not may_see(actor.role, one.visibility):
        raise NotFound("class_input_unknown", value=input_id)
    head = unit_page.find_unit(conn, found, level="commune", code=code)
    told = read_rows(conn, head, one, period=parse_period(period), ranges=actor.key_ranges)
    body = {
        "input": one.id,
        "label_vi": one.label_vi,
        "label_en": one.label_en,
        "period": period,
        "columns": [{"name": name, "kind": kind} for name, kind in told.columns],
        "rows": [list(row) for row in told.rows],
    }
    return json_answer(dump(body))
