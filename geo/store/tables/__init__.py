"""Tables of the store and the rules that must hold for ever.

    boundary_set --< unit_version >-- unit_change          whose land, when
    import_batch --< every fact below; `import_undo` takes one back, `import_layout` reads sheets
    hotspot --< hotspot_event, hotspot_unit                places, what happened, units by set
    feature --< feature_piece                              facilities, routes, patrol areas
    patrol --< patrol_track, patrol_cell                   shifts: pieces by commune, sums by cell
    unit_version --< submission, observation, assessment   what offices reported and decided
    submission --< report_step                             its way: approved, returned, corrected
    unit_version --< assessment_step -- assessment         its way: reviewed, ... recognised
    unit_version --< population, campaign, community_model, subcommune, subcommune_status
    unit_version --< target_number                         what is registered for targets of plans
    period_run, unit_count, cell_count, unit_class         computed
    unit_figure                                            computed, may be thrown away
    class_run, class_result >-- criteria_version           classes worked out by criteria sets
    account --< account_area, session                      who may see what
    audit_entry                                            what was done, chained

Keys. ``unit_key = set_id << 20 | ordinal``; the units of a set are numbered so that a unit and all
below it are the range ``unit_key .. key_to``. Ordinal 0 is the country itself and also holds what
lies in no commune, so that totals stay exact. Every operational table carries a ``bigint`` key of
that kind, and row-level security compares it with the ranges of the session (`sql/0002_locks.sql`).

Facts have views ``held_<table>``: the rows whose import has not been taken back. Readers use them.

Geometry is EPSG:4326, lon before lat. Days are local dates of Asia/Ho_Chi_Minh, intervals
half-open.
"""

from geo.store.tables.accounts import (
    account,
    account_area,
    audit_entry,
    session,
)
from geo.store.tables.approval import REPORT_REASONS, REPORT_STEPS, report_step
from geo.store.tables.assessing import ASSESSMENT_STEPS, assessment_step
from geo.store.tables.base import (
    CAMPAIGN_KINDS,
    CHANGE_KINDS,
    CHANGE_SOURCES,
    CLASSES,
    FEATURE_KINDS,
    HOTSPOT_KINDS,
    HOTSPOT_STATES,
    LEVELS,
    MODEL_KINDS,
    MODEL_STATES,
    PERSON_DERIVED_INDICATORS,
    POPULATION_BASES,
    PROVENANCES,
    SRID,
    SUBCOMMUNE_ITEMS,
    SUBCOMMUNE_KINDS,
    TARGET_MARKS,
    UNIT_KEY_SHIFT,
    WEIGHT_BASES,
    WORKFLOW_STATES,
    metadata,
)
from geo.store.tables.classes import class_result, class_run, criteria_version
from geo.store.tables.computed import (
    cell_count,
    period_run,
    unit_class,
    unit_count,
    unit_figure,
)
from geo.store.tables.context import (
    feature,
    feature_piece,
    patrol,
    patrol_cell,
    patrol_track,
)
from geo.store.tables.imports import (
    import_batch,
    import_layout,
    import_undo,
)
from geo.store.tables.places import (
    hotspot,
    hotspot_event,
    hotspot_unit,
)
from geo.store.tables.programme import (
    campaign,
    community_model,
    population,
    subcommune,
    subcommune_status,
)
from geo.store.tables.reports import (
    assessment,
    observation,
    submission,
)
from geo.store.tables.targets import target_number
from geo.store.tables.units import (
    boundary_set,
    unit_change,
    unit_version,
)

__all__ = [
    "ASSESSMENT_STEPS",
    "CAMPAIGN_KINDS",
    "CHANGE_KINDS",
    "CHANGE_SOURCES",
    "CLASSES",
    "FEATURE_KINDS",
    "HOTSPOT_KINDS",
    "HOTSPOT_STATES",
    "LEVELS",
    "MODEL_KINDS",
    "MODEL_STATES",
    "PERSON_DERIVED_INDICATORS",
    "POPULATION_BASES",
    "PROVENANCES",
    "REPORT_REASONS",
    "REPORT_STEPS",
    "SRID",
    "SUBCOMMUNE_ITEMS",
    "SUBCOMMUNE_KINDS",
    "TARGET_MARKS",
    "UNIT_KEY_SHIFT",
    "WEIGHT_BASES",
    "WORKFLOW_STATES",
    "account",
    "account_area",
    "assessment",
    "assessment_step",
    "audit_entry",
    "boundary_set",
    "campaign",
    "cell_count",
    "class_result",
    "class_run",
    "community_model",
    "criteria_version",
    "feature",
    "feature_piece",
    "hotspot",
    "hotspot_event",
    "hotspot_unit",
    "import_batch",
    "import_layout",
    "import_undo",
    "metadata",
    "observation",
    "patrol",
    "patrol_cell",
    "patrol_track",
    "period_run",
    "population",
    "report_step",
    "session",
    "subcommune",
    "subcommune_status",
    "submission",
    "target_number",
    "unit_change",
    "unit_class",
    "unit_count",
    "unit_figure",
    "unit_version",
]
