"""Records of every kind that files bring in: one way in, one registry of kinds.

    kind, fields        what a kind of record is, how its cells are read
    figures, programme, features, targets     the kinds
    record_file         a file as rows, with a geometry per row where it has one
    judging             rows on their own: columns, cells, persons, days, geometry
    named_units         the unit that a row speaks of, on the boundary set of its day
    importing           the whole way, in one transaction of the caller's
    undoing             takes an import back, as a new fact

Hotspots and boundaries have rules of their own (`geo.store.place_import`, `boundary_sets`).
"""

from collections.abc import Mapping
from types import MappingProxyType

from geo.store.intake.features import AREA_RECORDS, FACILITY_RECORDS, ROUTE_RECORDS
from geo.store.intake.figures import OBSERVATIONS, POPULATION, SUBMISSIONS
from geo.store.intake.kind import RecordKind
from geo.store.intake.programme import (
    ASSESSMENTS,
    CAMPAIGNS,
    MODELS,
    SUBCOMMUNE_STATUS,
    SUBCOMMUNES,
)
from geo.store.intake.targets import TARGETS

KINDS: Mapping[str, RecordKind] = MappingProxyType(
    {
        one.id: one
        for one in (
            OBSERVATIONS,
            POPULATION,
            SUBMISSIONS,
            ASSESSMENTS,
            CAMPAIGNS,
            MODELS,
            SUBCOMMUNES,
            SUBCOMMUNE_STATUS,
            FACILITY_RECORDS,
            ROUTE_RECORDS,
            AREA_RECORDS,
            TARGETS,
        )
    }
)

__all__ = ["KINDS", "RecordKind"]
