"""Judges the communes of a boundary set: gives findings and counts, changes nothing.

Each rule of `RULES` looks at one thing and gives findings; all are run, so that a person sees
everything at once. An error refuses the set unless it is accepted by name with a reason; a warning
or an information never does. Tolerances are constants beside their rule.

    attributes   codes, names, kinds, parents
    geometry     areas, validity, overlaps, gaps
    position     the register's centre points, units in the wrong province
    comparison   the register, the set before
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import geopandas as gpd

from geo.boundaries.attributes import (
    judge_codes,
    judge_kinds,
    judge_names,
    judge_parents,
    judge_presence,
)
from geo.boundaries.comparison import (
    count_levels,
    judge_codes_known,
    judge_counts,
    judge_names_known,
    judge_previous,
    judge_provinces,
)
from geo.boundaries.geometry import judge_gaps, judge_geometry, judge_overlaps, unite
from geo.boundaries.position import judge_points
from geo.boundaries.subject import Register, Subject
from geo.errors import Finding
from geo.units import Level

__all__ = [
    "NEVER_ACCEPTED",
    "RULES",
    "Judgement",
    "Register",
    "judge",
    "judge_texts",
    "unaccepted",
    "unite",
]

Rule = Callable[[Subject], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    judge_presence,
    judge_codes,
    judge_names,
    judge_kinds,
    judge_parents,
    judge_geometry,
    judge_overlaps,
    judge_gaps,
    judge_provinces,
    judge_counts,
    judge_codes_known,
    judge_names_known,
    judge_points,
    judge_previous,
)
# Of these, those that need neither shapes nor the levels above.
TEXT_RULES: tuple[Rule, ...] = (judge_codes, judge_names)
# Errors that nobody can accept: such a set could not be kept, drawn or counted.
NEVER_ACCEPTED = frozenset(
    {
        *("set_empty", "set_validity_empty", "unit_code_missing", "unit_code_twice"),
        "unit_row_repeated",
        *("unit_name_missing", "unit_province_missing", "unit_district_missing"),
        *("district_two_provinces", "geometry_missing", "geometry_not_area", "geometry_invalid"),
    }
)
_GRAVITY = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found in a set.

    Parameters
    ----------
    findings
        Errors first, then warnings, then information.
    unit_counts
        Units by level as the set would have them.
    """

    findings: tuple[Finding, ...]
    unit_counts: dict[Level, int]


def judge(
    frame: gpd.GeoDataFrame,
    *,
    level: Level = "commune",
    valid_from: date,
    valid_to: date | None = None,
    register: Register | None = None,
    previous: gpd.GeoDataFrame | None = None,
) -> Judgement:
    """Judge the communes of a set.

    Parameters
    ----------
    frame
        code, name, kind, province_code, province, geometry (EPSG:4326) and, for sets that begin
        before 2025-07-01, district_code, district. Rows in the order of the file.
    level
        Only communes can be judged: the levels above are dissolved from them.
    valid_from, valid_to
        Half-open validity of the set.
    register
        What the set is held against; without one nothing is said about counts and codes.
    previous
        Communes of the set before this one.

    Raises
    ------
    ValueError
        When the frame is not in EPSG:4326 or the level is another.
    """
    if level != "commune":
        raise ValueError("a set is judged by its communes")
    if frame.crs is None or frame.crs.to_epsg() != 4326:
        raise ValueError("a set is judged in EPSG:4326")
    subject = Subject(frame, valid_from, valid_to, register, previous)
    findings = [finding for rule in RULES for finding in rule(subject)]
    findings.sort(key=lambda finding: _GRAVITY.index(finding.severity))
    return Judgement(tuple(findings), count_levels(subject))


def judge_texts(
    frame: gpd.GeoDataFrame, *, valid_from: date, register: Register | None = None
) -> tuple[Finding, ...]:
    """Judge codes and names alone: what can be said of a file that holds no areas.

    Parameters
    ----------
    frame
        code, name and whatever else of `judge` there is.
    valid_from
        First day of the set.
    register
        What codes are held against.
    """
    subject = Subject(frame, valid_from, None, register, None)
    return tuple(finding for rule in TEXT_RULES for finding in rule(subject))


def unaccepted(findings: Iterable[Finding], *, accepted: Iterable[str]) -> tuple[Finding, ...]:
    """Give the errors that nobody accepted by name, and those that nobody can."""
    passed = set(accepted) - NEVER_ACCEPTED
    return tuple(f for f in findings if f.severity == "error" and f.code not in passed)
