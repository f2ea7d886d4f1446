"""Plans as data: what each asks for, of which units, by when; one TOML file per plan.

    record     what a plan, a target, a scope and a question are
    reading    reads and checks the files

To add a plan: one file here, its id in `ORDER`. Facts and figures stand there in own words; what a
plan does not say is a question in it, never a number that somebody made up (T3).
"""

from geo.plans.reading import ORDER, find_plan, list_plans
from geo.plans.record import (
    Force,
    Measure,
    Phase,
    Plan,
    Question,
    Target,
    UnitRef,
)

__all__ = [
    "ORDER",
    "Force",
    "Measure",
    "Phase",
    "Plan",
    "Question",
    "Target",
    "UnitRef",
    "find_plan",
    "list_plans",
]
