"""Campaigns: the list, and one of them with its windows before, during and after."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from api.access import Permission
from api.answers import dump, json_answer
from api.campaign_models import CampaignAnswer, CampaignList
from api.deps import ActorDep, ConnectionDep, ServicesDep, needs
from api.routes.maps import describe_set
from geo.campaigns import (
    BASES,
    SIDES,
    WindowName,
    compared,
    require_comparable,
    state_on,
    windows_of,
)
from geo.messages import LANGUAGES, say
from geo.period import Window
from geo.store import campaigns
from geo.store.campaigns import MEASURES, Campaign, CampaignUnit, WindowCounts
from geo.store.map_index import find_feed_set
from geo.store.report_calendar import day_of_question
from layers import legend
from layers.catalog import find_layer

router = APIRouter(tags=["campaigns"])

# Cases are drawn as the entered indicator that they are.
_LAYER_OF = {measure: measure for measure in MEASURES} | {"cases": "i01"}
UnitKeyPath = Annotated[int, Path(ge=1 << 20, lt=1 << 33)]
RefPath = Annotated[str, Path(pattern=r"^[\w./:#-]{1,80}$", description="reference of a campaign")]


@router.get(
    "/campaigns",
    response_model=CampaignList,
    dependencies=[needs(Permission.HOTSPOTS_READ)],
)
def campaign_list(conn: ConnectionDep, actor: ActorDep) -> Response:
    """List the campaigns of the units in the actor's area."""
    as_of = day_of_question(conn)
    listed = campaigns.list_campaigns(conn, ranges=actor.key_ranges)
    body = {
        "as_of": as_of.isoformat(),
        "campaigns": [_head(one, as_of=as_of) for one in listed],
    }
    return json_answer(dump(body))


@router.get(
    "/campaigns/{unit_key}/{ref:path}",
    response_model=CampaignAnswer,
    dependencies=[needs(Permission.HOTSPOTS_READ)],
)
def campaign(
    conn: ConnectionDep,
    services: ServicesDep,
    actor: ActorDep,
    unit_key: UnitKeyPath,
    ref: RefPath,
) -> Response:
    """Give a campaign with what each window counts, by commune in scope."""
    ranges = actor.key_ranges
    found = campaigns.find_campaign(conn, unit_key, ref, ranges=ranges)
    as_of = day_of_question(conn)
    windows = windows_of(found.window)
    units = campaigns.communes_of(conn, found, ranges=ranges)
    counts = campaigns.count_windows(conn, found, windows, units=units, ranges=ranges, as_of=as_of)
    feed_set = find_feed_set(conn, found.boundary_set)
    tiles = services.settings.home.absolute() / "tiles"
    drawn = describe_set(conn, services.memo, feed_set, tiles=tiles, ranges=ranges)
    body = {
        "as_of": as_of.isoformat(),
        "simulated": found.simulated or feed_set.provenance == "simulated",
        "campaign": _head(found, as_of=as_of),
        "boundary_set": drawn,
        "box": campaigns.box_of(conn, found),
        "measures": [_measure(measure, counts) for measure in MEASURES],
        "units": _units(units),
        "windows": [_window(name, windows[name], counts[name]) for name in windows],
        "pairs": _pairs(windows),
    }
    return json_answer(dump(body))


def _head(one: Campaign, *, as_of: date) -> dict[str, object]:
    due_last = None if one.due_before is None else one.due_before - timedelta(days=1)
    return {
        "unit_key": one.unit_key,
        "level": one.level,
        "code": one.code,
        "name": one.name,
        "boundary_set": one.boundary_set,
        "ref": one.ref,
        "kind": one.kind,
        **{f"kind_{lang}": say(f"campaign_kind_{one.kind}", language=lang) for lang in LANGUAGES},
        "first": one.starts_on.isoformat(),
        "last": one.window.last_day.isoformat(),
        "due_last": due_last and due_last.isoformat(),
        "document_no": one.document_no,
        "state": state_on(one.window, as_of),
        "simulated": one.simulated,
    }


def _measure(measure: str, counts: Mapping[WindowName, WindowCounts]) -> dict[str, object]:
    """Describe a measure; its legend holds the values of all windows, so that maps compare."""
    layer = find_layer(_LAYER_OF[measure])
    told = [value for one in counts.values() for value in one.values[measure] if value is not None]
    scale = {"commune": {"month": max(told, default=0)}}
    return {
        "id": measure,
        **{f"title_{lang}": layer.title(lang) for lang in LANGUAGES},
        **{f"unit_{lang}": layer.unit(lang) for lang in LANGUAGES},
        "legend": legend.as_json(layer, maxima=scale),
    }


def _units(units: Sequence[CampaignUnit]) -> dict[str, object]:
    return {
        "ordinal": [one.ordinal for one in units],
        "code": [one.code for one in units],
        "name": [one.name for one in units],
        "assessable": [one.assessable for one in units],
    }


def _window(name: WindowName, window: Window, counts: WindowCounts) -> dict[str, object]:
    totals = {}
    for measure, values in counts.values.items():
        told = [value for value in values if value is not None]
        totals[measure] = sum(told) if told else None
    return {
        "id": name,
        "first": window.starts_on.isoformat(),
        "last": window.last_day.isoformat(),
        "days": window.days,
        "state": counts.state,
        "reported": counts.reported,
        "due": counts.due,
        "values": counts.values,
        "totals": totals,
    }


def _pairs(windows: Mapping[WindowName, Window]) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = []
    for base in BASES:
        for side in SIDES:
            require_comparable(windows, base, side)
            left, right = compared(base, side)
            listed.append({"base": base, "side": side, "left": left, "right": right})
    return listed
