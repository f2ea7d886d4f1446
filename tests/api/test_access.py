"""Every role on every route: what is declared, and what then happens."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from api.access import ROLES, Permission, layers_of, may
from api.deps import Needs, Open
from layers.catalog import LAYERS
from tests.api.conftest import ROLE_OF, World

PERIOD = "M2026-08"

# One row per route: its permission (None: open to all) and an address that exists.
ROUTES: dict[tuple[str, str], tuple[Permission | None, str]] = {
    ("GET", "/boundary-sets"): (Permission.MAP_READ, "/boundary-sets"),
    ("GET", "/periods"): (Permission.MAP_READ, "/periods"),
    ("GET", "/units/{boundary_set}"): (Permission.MAP_READ, "/units/{new}"),
    ("GET", "/layers"): (Permission.MAP_READ, "/layers"),
    ("GET", "/values/{layer}/{boundary_set}/{period}"): (
        Permission.FIGURES_READ,
        "/values/class/{new}/M2026-08",
    ),
    ("GET", "/cells/{layer}/{resolution}/{period}"): (
        Permission.FIGURES_READ,
        "/cells/active/7/M2026-08",
    ),
    ("GET", "/context/{boundary_set}"): (
        Permission.FIGURES_READ,
        "/context/{new}?on=2026-08-31",
    ),
    ("GET", "/units/{boundary_set}/{level}/{code}/family"): (
        Permission.MAP_READ,
        "/units/{new}/commune/00003/family",
    ),
    ("GET", "/units/{boundary_set}/{level}/{code}/series"): (
        Permission.FIGURES_READ,
        "/units/{new}/commune/00003/series",
    ),
    ("GET", "/units/{boundary_set}/{level}/{code}/lives"): (
        Permission.HOTSPOTS_READ,
        "/units/{new}/commune/00003/lives",
    ),
    ("GET", "/units/{boundary_set}/commune/{code}/class"): (
        Permission.FIGURES_READ,
        "/units/{new}/commune/00003/class?period=H2026-1",
    ),
    ("GET", "/units/{boundary_set}/commune/{code}/class/rows/{input_id}"): (
        Permission.FIGURES_READ,
        "/units/{new}/commune/00003/class/rows/I06?period=H2026-1",
    ),
    ("GET", "/units/{boundary_set}/{level}/{code}"): (
        Permission.FIGURES_READ,
        "/units/{new}/commune/00003",
    ),
    ("GET", "/map.svg"): (
        Permission.FIGURES_READ,
        "/map.svg?layer=class&boundary_set={new}&period=M2026-08&level=commune",
    ),
    ("GET", "/imports/kinds"): (Permission.IMPORT, "/imports/kinds"),
    ("GET", "/imports/templates/{kind}"): (Permission.IMPORT, "/imports/templates/population"),
    ("POST", "/imports/preview"): (Permission.IMPORT, "/imports/preview"),
    ("POST", "/imports/commit"): (Permission.IMPORT, "/imports/commit"),
    ("GET", "/imports"): (Permission.IMPORT, "/imports"),
    ("GET", "/imports/{import_id}"): (Permission.IMPORT, "/imports/1"),
    ("POST", "/imports/{import_id}/undo"): (Permission.IMPORT, "/imports/1/undo"),
    ("GET", "/reports/calendar"): (Permission.FIGURES_READ, "/reports/calendar?as_of=2026-09-20"),
    ("GET", "/units/{boundary_set}/{level}/{code}/reports"): (
        Permission.FIGURES_READ,
        "/units/{new}/commune/00003/reports?as_of=2026-09-20",
    ),
    ("GET", "/reports/{boundary_set}/{level}/{code}/{period}"): (
        Permission.FIGURES_READ,
        "/reports/{new}/commune/00003/M2026-08",
    ),
    ("POST", "/reports/{boundary_set}/{level}/{code}/{period}/submission"): (
        Permission.REPORT_SUBMIT,
        "/reports/{new}/commune/00003/M2026-08/submission",
    ),
    ("POST", "/reports/{boundary_set}/{level}/{code}/{period}/steps"): (
        Permission.REPORT_APPROVE,
        "/reports/{new}/commune/00003/M2026-08/steps",
    ),
    ("POST", "/handouts/report"): (Permission.HANDOUT, "/handouts/report"),
    ("GET", "/assessments"): (Permission.FIGURES_READ, "/assessments?cycle=Y2026"),
    ("GET", "/assessments/{unit_key}/{cycle}"): (
        Permission.FIGURES_READ,
        "/assessments/{commune}/Y2026",
    ),
    ("POST", "/assessments/{unit_key}/{cycle}/report"): (
        Permission.ASSESS_REPORT,
        "/assessments/{commune}/Y2026/report",
    ),
    ("POST", "/assessments/{unit_key}/{cycle}/classification"): (
        Permission.ASSESS_CLASSIFY,
        "/assessments/{commune}/Y2026/classification",
    ),
    ("POST", "/assessments/{unit_key}/{cycle}/appraisal"): (
        Permission.ASSESS_APPRAISE,
        "/assessments/{commune}/Y2026/appraisal",
    ),
    ("POST", "/assessments/{unit_key}/{cycle}/decision"): (
        Permission.ASSESS_DECIDE,
        "/assessments/{commune}/Y2026/decision",
    ),
    ("GET", "/progress"): (
        Permission.FIGURES_READ,
        "/progress?from=2025-06-30&to=2026-06-30",
    ),
    ("GET", "/progress/lacks"): (
        Permission.FIGURES_READ,
        "/progress/lacks?from=2025-06-30&to=2026-06-30",
    ),
    ("GET", "/progress/durations"): (
        Permission.FIGURES_READ,
        "/progress/durations?to=2026-06-30",
    ),
    ("GET", "/subcommunes/{boundary_set}"): (Permission.FIGURES_READ, "/subcommunes/{new}"),
    ("GET", "/subcommunes/{boundary_set}/{code}"): (
        Permission.FIGURES_READ,
        "/subcommunes/{new}/00003",
    ),
    ("GET", "/campaigns"): (Permission.HOTSPOTS_READ, "/campaigns"),
    ("GET", "/campaigns/{unit_key}/{ref:path}"): (
        Permission.HOTSPOTS_READ,
        "/campaigns/1048577/CD-1",
    ),
    ("GET", "/reports"): (None, "/reports"),
    ("GET", "/campaign"): (None, "/campaign"),
    ("GET", "/assessment"): (None, "/assessment"),
    ("GET", "/board"): (None, "/board"),
    ("GET", "/plans"): (Permission.FIGURES_READ, "/plans"),
    ("GET", "/plans/{plan}"): (Permission.FIGURES_READ, "/plans/national?as_of=2026-09-20"),
    ("GET", "/plan"): (None, "/plan"),
    ("GET", "/transitions"): (None, "/transitions"),
    ("GET", "/import"): (None, "/import"),
    ("GET", "/unit"): (None, "/unit"),
    ("GET", "/openapi.json"): (Permission.MAP_READ, "/openapi.json"),
    ("GET", "/session"): (None, "/session"),
    ("POST", "/session"): (None, "/session"),
    ("DELETE", "/session"): (None, "/session"),
    ("GET", "/healthz"): (None, "/healthz"),
    ("GET", "/readyz"): (None, "/readyz"),
    ("GET", "/messages"): (None, "/messages"),
    ("GET", "/"): (None, "/"),
    ("GET", "/login"): (None, "/login"),
    ("GET", "/static/{name:path}"): (None, "/static/app.css"),
}
# A result of a commune that is not in sight does not exist.
IN_SIGHT_ONLY = {"/units/{boundary_set}/commune/{code}/class"}
# Somebody else's import or campaign does not exist either.
OF_OTHERS = ("/imports/{import_id}", "/campaigns/{unit_key}/{ref:path}")
# Addresses behind a layer that some roles may not see: for them it does not exist.
RESTRICTED = ("/cells/active/7/M2026-08",)


def _routes(world: World) -> Iterator[tuple[str, APIRoute]]:
    for context in iter_route_contexts(world.app.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            for method in sorted(route.methods - {"HEAD"}):
                yield method, route


def test_every_route_stands_in_the_matrix(world: World) -> None:
    found = {(method, route.path) for method, route in _routes(world)}
    assert found == set(ROUTES)


def test_every_route_declares_exactly_the_permission_of_its_row(world: World) -> None:
    for method, route in _routes(world):
        guards = [one.dependency for one in route.dependencies]
        declared = [one for one in guards if isinstance(one, Needs | Open)]
        assert len(declared) == 1, route.path
        permission = declared[0].permission if isinstance(declared[0], Needs) else None
        assert permission == ROUTES[method, route.path][0], route.path


def test_every_permission_guards_something() -> None:
    # HOTSPOTS_READ guards layers and series, not whole routes.
    guarding = {permission for permission, _ in ROUTES.values()} | {Permission.HOTSPOTS_READ}
    assert guarding >= set(Permission)


@pytest.mark.parametrize("login", sorted(ROLE_OF))
def test_a_role_reaches_its_routes_and_no_other(world: World, login: str) -> None:
    role = ROLE_OF[login]
    browser = world.browser(login)
    for (method, path), (permission, address) in ROUTES.items():
        if method != "GET" or permission is None:
            continue
        address = address.format(new=world.new, commune=world.new_id << 20 | 3)
        status = browser.get(address).status_code
        if not may(role, permission):
            assert status == 403, (role, path)
        elif (
            (address in RESTRICTED and not may(role, Permission.HOTSPOTS_READ))
            or path in OF_OTHERS
            or (login == "khongvung" and path in IN_SIGHT_ONLY)
        ):
            assert status == 404, (role, path)
        else:
            assert status == 200, (role, path)


def test_without_a_session_only_open_routes_answer(world: World) -> None:
    browser = world.browser()
    for (method, path), (permission, address) in ROUTES.items():
        if method != "GET":
            continue
        answer = browser.get(address.format(new=world.new, commune=world.new_id << 20 | 3))
        if permission is None:
            assert answer.status_code != 401, path
        else:
            assert answer.status_code == 401, path
            assert answer.json()["error"]["code"] == "not_logged_in"


def test_hidden_layer_looks_like_no_layer(world: World) -> None:
    browser = world.browser("thamdinh")
    hidden = browser.get(f"/values/active/{world.new}/{PERIOD}").json()
    absent = browser.get(f"/values/nothing/{world.new}/{PERIOD}").json()
    assert hidden["error"]["code"] == absent["error"]["code"] == "layer_unknown"
    assert set(hidden["error"]["details"]) == set(absent["error"]["details"])
    listed = [layer["id"] for layer in browser.json("/layers")["layers"]]
    free = [one for one in listed if not one.startswith("i")]
    assert free == ["class", "disagreement", "drug_free_share"]
    assert "i06" in listed
    assert not {"active", "i14", "i24"} & set(listed)
    picture = f"/map.svg?layer=active&boundary_set={world.new}&period={PERIOD}"
    assert browser.get(picture).status_code == 404


def test_page_of_a_unit_leaves_out_restricted_figures(world: World) -> None:
    body = world.browser("thamdinh").json(f"/units/{world.new}/commune/00003")
    assert body["series"]["period_ids"] == []
    assert not {"I02", "I03", "I04", "I05"} & {one["indicator"] for one in body["figures"]}
    assert "I20" in {one["indicator"] for one in body["figures"]}


def test_the_database_lets_the_same_roles_import_as_the_table(world: World) -> None:
    with world.engines.owner.connect() as conn:
        told = conn.exec_driver_sql(
            "SELECT prosrc FROM pg_proc WHERE oid = 'bando.may_import'::regproc"
        ).scalar_one()
    named = set(re.findall(r"'([a-z_]+)'", told[told.index("a.role IN") :]))
    assert named == {role for role in ROLES if may(role, Permission.IMPORT)}


def test_roles_of_the_programme_are_told_apart() -> None:
    assert {
        *("public", "reporter", "patrol_lead", "planner", "appraiser"),
        *("commander", "steward", "administrator"),
    } == set(ROLES)
    for role, rule in ROLES.items():
        assert rule.id == role
        assert rule.why.endswith(".")
    assert layers_of("commander") == LAYERS
    assert layers_of("public") == ()
    assert layers_of("no such role") == ()
