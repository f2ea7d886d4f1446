"""Who may do what: permissions, and the roles of the programme as lists of permissions.

A pure table: no database, no HTTP. A right is role x area x sensitivity (DOMAIN.md, X1): the role
stands here, the area is a range of unit keys that the database enforces. Routes declare one
permission each; a permission that no route asks for does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from geo.assessing import Duty
from layers.catalog import LAYERS, Layer, Visibility


class Permission(StrEnum):
    """What a route can ask for."""

    # Boundaries, names, periods, legends: public geography, behind the log-in only.
    MAP_READ = "map.read"
    # Classes, shares, reports: visibility I and P of DOMAIN.md section 8.
    FIGURES_READ = "figures.read"
    # Hotspots in any form: visibility R.
    HOTSPOTS_READ = "hotspots.read"
    # Files of the own area: judged, written, taken back. The database asks for the role again.
    IMPORT = "import"
    # Reports of the own area: handed in; approved, returned, approvals taken back. The database
    # asks for the role, the level and the log-in again (X2).
    REPORT_SUBMIT = "report.submit"
    REPORT_APPROVE = "report.approve"
    # Assessments of communes of the own area: reviewed and proposed; classified; appraised; decided
    # (C1). The database asks for the role, the level and the log-in again (X2).
    ASSESS_REPORT = "assess.report"
    ASSESS_CLASSIFY = "assess.classify"
    ASSESS_APPRAISE = "assess.appraise"
    ASSESS_DECIDE = "assess.decide"
    # Documents and map sheets of the own area, taken out of the service: each leaves a trace (N7).
    HANDOUT = "handout"


@dataclass(frozen=True, slots=True)
class RoleRule:
    """A role: who has it, why it exists, what it may.

    Parameters
    ----------
    id
        As stored with an account.
    name_vi, name_en
        For people.
    why
        Whose work needs it.
    permissions
        All that it may; the area is another matter.
    """

    id: str
    name_vi: str
    name_en: str
    why: str
    permissions: frozenset[Permission]


_ALL = frozenset(Permission)
_FIGURES = frozenset({Permission.MAP_READ, Permission.FIGURES_READ})
_READS = _FIGURES | {Permission.HOTSPOTS_READ}

_RULES: tuple[RoleRule, ...] = (
    RoleRule(
        "public",
        "Công chúng",
        "Public",
        "Citizens and press read the public edition, which is another application: nothing here.",
        frozenset(),
    ),
    RoleRule(
        "reporter",
        "Đơn vị báo cáo",
        "Reporting unit",
        "Commune police and committees enter and see their own unit.",
        _READS
        | {
            Permission.IMPORT,
            Permission.REPORT_SUBMIT,
            Permission.ASSESS_REPORT,
            Permission.HANDOUT,
        },
    ),
    RoleRule(
        "patrol_lead",
        "Chỉ huy tuần tra",
        "Patrol lead",
        "Commune police, grass-roots security, border guard read the layers of their own area.",
        _READS | {Permission.IMPORT, Permission.HANDOUT},
    ),
    RoleRule(
        "planner",
        "Cơ quan thường trực, tham mưu",
        "Planner",
        "Provincial police and committees compare, set targets, classify, approve at their level.",
        _ALL - {Permission.ASSESS_REPORT, Permission.ASSESS_APPRAISE, Permission.ASSESS_DECIDE},
    ),
    RoleRule(
        "appraiser",
        "Cơ quan thẩm định",
        "Appraiser",
        "Appraisal bodies and the steering committee judge classes; places are not their matter.",
        _FIGURES | {Permission.ASSESS_APPRAISE, Permission.HANDOUT},
    ),
    RoleRule(
        "commander",
        "Lãnh đạo, chỉ huy",
        "Commander",
        "Chairs and heads of police read risk maps, decide classes, approve.",
        _READS | {Permission.REPORT_APPROVE, Permission.ASSESS_DECIDE, Permission.HANDOUT},
    ),
    RoleRule(
        "steward",
        "Quản lý dữ liệu",
        "Data steward",
        "Keeps boundaries, criteria and areas; sees whether figures are there, not the places.",
        _FIGURES | {Permission.IMPORT},
    ),
    RoleRule(
        "administrator",
        "Quản trị",
        "Administrator",
        "Whoever installs the service and shows that it works; made at first start.",
        _ALL,
    ),
)
ROLES: Mapping[str, RoleRule] = MappingProxyType({rule.id: rule for rule in _RULES})

_NEEDED: Mapping[Visibility, Permission] = MappingProxyType(
    {
        "P": Permission.FIGURES_READ,
        "I": Permission.FIGURES_READ,
        "R": Permission.HOTSPOTS_READ,
    }
)


def may(role: str, permission: Permission) -> bool:
    """Tell whether a role has a permission; an unknown role has none."""
    rule = ROLES.get(role)
    return rule is not None and permission in rule.permissions


# A planner's office stands beside a province's command: it approves there and nowhere else.
_APPROVES_ONLY_AT: Mapping[str, frozenset[str]] = MappingProxyType(
    {"planner": frozenset({"province"})}
)


def may_approve_at(role: str, level: str) -> bool:
    """Tell whether a role decides about reports at a level; the area is another matter."""
    only = _APPROVES_ONLY_AT.get(role)
    return may(role, Permission.REPORT_APPROVE) and (only is None or level in only)


# Whose step of an assessment asks for which permission.
ASSESS_PERMISSIONS: Mapping[Duty, Permission] = MappingProxyType(
    {
        "report": Permission.ASSESS_REPORT,
        "classify": Permission.ASSESS_CLASSIFY,
        "appraise": Permission.ASSESS_APPRAISE,
        "decide": Permission.ASSESS_DECIDE,
    }
)
# What the menu of every page offers beside the map. Campaigns are told by their places.
PAGES: Mapping[str, Permission] = MappingProxyType(
    {
        "plan": Permission.FIGURES_READ,
        "transitions": Permission.FIGURES_READ,
        "assessment": Permission.FIGURES_READ,
        "board": Permission.FIGURES_READ,
        "reports": Permission.FIGURES_READ,
        "campaign": Permission.HOTSPOTS_READ,
        "import": Permission.IMPORT,
    }
)


def duties_of(role: str) -> tuple[Duty, ...]:
    """List the duties of assessments that a role has; the level and the area are another matter."""
    return tuple(duty for duty, needed in ASSESS_PERMISSIONS.items() if may(role, needed))


def pages_of(role: str) -> list[str]:
    """List the pages that a role has, by the names of their addresses."""
    return [page for page, permission in PAGES.items() if may(role, permission)]


def may_see(role: str, visibility: Visibility) -> bool:
    """Tell whether a role may see figures of a visibility."""
    return may(role, _NEEDED[visibility])


def layers_of(role: str) -> tuple[Layer, ...]:
    """List the layers that a role may see, in the order of the catalogue."""
    return tuple(layer for layer in LAYERS if may_see(role, layer.visibility))
