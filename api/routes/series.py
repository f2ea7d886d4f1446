"""Series of one unit: every figure of every period, on the borders that are asked for."""

from fastapi import APIRouter
from starlette.responses import Response

from api.access import Permission, may_see
from api.answers import dump, json_answer
from api.deps import (
    ActorDep,
    CodePath,
    ConnectionDep,
    KnownQuery,
    LevelPath,
    ServicesDep,
    SetDep,
    needs,
)
from api.series_models import UnitSeries
from api.vectors import unit_graph
from geo.indicators import SERIES
from geo.store import unit_page

router = APIRouter(tags=["map"])


@router.get(
    "/units/{boundary_set}/{level}/{code}/series",
    response_model=UnitSeries,
    dependencies=[needs(Permission.FIGURES_READ)],
)
def series(
    conn: ConnectionDep,
    services: ServicesDep,
    actor: ActorDep,
    found: SetDep,
    level: LevelPath,
    code: CodePath,
    known: KnownQuery = None,
) -> Response:
    """Give the series of a unit; on other borders than a period's own they are carried."""
    from geo.store.unit_series import Series, unit_series

    def describe(one: Series) -> dict[str, object]:
        indicator = SERIES[one.indicator]
        return {
            "indicator": indicator.id,
            "name_vi": indicator.name_vi,
            "name_en": indicator.name_en,
            "unit_vi": indicator.unit_vi,
            "unit_en": indicator.unit_en,
            "kind": one.kind,
            "points": [
                {
                    "period": point.period.id,
                    "label_vi": point.period.label("vi"),
                    "label_en": point.period.label("en"),
                    "value": point.value,
                    "numerator": point.numerator,
                    "denominator": point.denominator,
                    "status": point.status,
                }
                for point in one.points
            ],
        }

    listed = unit_series(
        conn,
        unit_graph(conn, services.memo),
        unit_page.find_unit(conn, found, level=level, code=code),
        ranges=actor.key_ranges,
        indicators={one.id for one in SERIES.values() if may_see(actor.role, one.visibility)},
        known=known,
    )
    body = {
        "boundary_set": found.id,
        "known": known.isoformat() if known else None,
        "series": [describe(one) for one in listed],
    }
    return json_answer(dump(body))
