"""Lives of the places of one unit: states with their days, never a position."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.access import Permission
from api.answers import dump, json_answer
from api.deps import ActorDep, CodePath, ConnectionDep, KnownQuery, LevelPath, SetDep, needs
from api.lives_models import UnitLives
from geo.errors import NotFound
from geo.messages import LANGUAGES, say
from geo.period import parse_period
from geo.store import unit_page
from geo.store.tables import HOTSPOT_STATES

if TYPE_CHECKING:
    from geo.store.lives import LifeEvent

router = APIRouter(tags=["map"])


@router.get(
    "/units/{boundary_set}/{level}/{code}/lives",
    response_model=UnitLives,
    dependencies=[needs(Permission.HOTSPOTS_READ)],
)
def lives(
    conn: ConnectionDep,
    actor: ActorDep,
    found: SetDep,
    level: LevelPath,
    code: CodePath,
    period: Annotated[str | None, Query(pattern="^[A-Z][0-9-]{4,8}$")] = None,
    known: KnownQuery = None,
) -> Response:
    """Tell what happened to the places of a unit up to a period's last day."""
    from geo.store.lives import unit_lives

    head = unit_page.find_unit(conn, found, level=level, code=code)
    asked = period or unit_page.newest_month(conn)
    if asked is None:
        raise NotFound("period_not_computed", period="")
    day = parse_period(asked).last_day
    told = unit_lives(conn, head, ranges=actor.key_ranges, until=day, known=known)
    body = {
        "boundary_set": found.id,
        "as_of": day.isoformat(),
        "known": known.isoformat() if known else None,
        "total": told.total,
        "states": [
            {"state": state, **_titles("state", state), "count": told.states[state]}
            for state in HOTSPOT_STATES
            if told.states.get(state)
        ],
        "lives": [
            {
                "number": number,
                "kind": one.kind,
                **_titles("kind", one.kind),
                "state": one.state,
                "events": [_describe(event) for event in one.events],
            }
            for number, one in enumerate(told.lives, start=1)
        ],
    }
    return json_answer(dump(body))


def _describe(event: "LifeEvent") -> dict[str, object]:
    return {
        "state": event.state,
        **_titles("state", event.state),
        "effective_on": event.effective_on.isoformat(),
        "recorded_on": event.recorded_on.isoformat(),
        "document_no": event.document_no,
        "superseded": event.superseded,
    }


def _titles(stem: str, code: str) -> dict[str, object]:
    return {
        f"{stem}_{language}": say(f"hotspot_{stem}_{code}", language=language)
        for language in LANGUAGES
    }
