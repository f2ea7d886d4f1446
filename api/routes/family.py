"""The family of a unit: forerunners and successors with the land of each."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.access import Permission
from api.answers import dump, etag_of, validated
from api.deps import CodePath, ConnectionDep, LevelPath, ServicesDep, SetDep, needs
from api.family_models import UnitFamily
from geo.store import map_index, unit_page
from geo.store.family import Family, Kinship, Member, family_of

router = APIRouter(tags=["map"])


@router.get(
    "/units/{boundary_set}/{level}/{code}/family",
    response_model=UnitFamily,
    dependencies=[needs(Permission.MAP_READ)],
)
def family(
    request: Request,
    conn: ConnectionDep,
    services: ServicesDep,
    found: SetDep,
    level: LevelPath,
    code: CodePath,
) -> Response:
    """Tell what a unit came from and what came of it; land only, nothing operational."""
    from geo.store.unit_graph import graph_revision

    head = unit_page.find_unit(conn, found, level=level, code=code)
    tag = etag_of("family", head.unit_key, graph_revision(conn))

    def make() -> bytes:
        names = {one.set_id: one.id for one in map_index.list_feed_sets(conn)}
        return dump(_describe(family_of(conn, head), names))

    return validated(request, tag, lambda: services.memo.get(tag, bytes, make))


def _describe(told: Family, names: dict[int, str]) -> dict[str, object]:
    ids = {one.unit.unit_key: f"{names[one.unit.set_id]}/{one.unit.code}" for one in told.members}
    return {
        "nodes": [_node(one, names, ids) for one in told.members],
        "links": [_link(one, ids) for one in told.links],
        "box": list(told.box),
    }


def _node(one: Member, names: dict[int, str], ids: dict[int, str]) -> dict[str, object]:
    unit = one.unit
    return {
        "id": ids[unit.unit_key],
        "boundary_set": names[unit.set_id],
        "set_title": unit.set_title,
        "valid_from": unit.valid_from.isoformat(),
        "valid_to": unit.valid_to.isoformat() if unit.valid_to else None,
        "code": unit.code,
        "name": unit.name,
        "kind": unit.kind,
        "level": unit.level,
        "province": unit.province,
        "area_km2": None if unit.area_km2 is None else round(unit.area_km2, 2),
        "role": one.role,
        "step": one.step,
        "path": one.path,
    }


def _link(one: Kinship, ids: dict[int, str]) -> dict[str, object]:
    return {
        "from": ids[one.from_key],
        "to": ids[one.to_key],
        "kind": one.kind,
        "weight": round(one.weight, 6),
        "basis": one.basis,
        "changed_on": one.changed_on.isoformat(),
        "act": one.act,
        "source": one.source,
    }
