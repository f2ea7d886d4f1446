"""Part III of a report: targets of the plans in force, each with its state and pace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from geo.messages import Language, say
from layers.report.contents import Cell, Column, Section, Table


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A target of a plan as it stands, in words of the document's language."""

    plan: str
    target: str
    needed: str
    have: str
    state: str
    deadline: str


def plans(lines: Sequence[PlanLine], language: Language, *, day: date) -> Section:
    """Make part III; `day` is that on which the targets were judged."""
    heading = say("handout_part_plans", language=language)
    if not lines:
        return Section(heading, (say("handout_plans_none", language=language),))
    names = ("target", "needed", "have", "state", "deadline")
    widths = (3.0, 1.3, 2.0, 1.4, 1.4)
    tables = []
    for number, plan in enumerate(dict.fromkeys(one.plan for one in lines), start=1):
        rows = tuple(
            tuple(Cell(getattr(one, name)) for name in names) for one in lines if one.plan == plan
        )
        table = Table(
            f"ke-hoach-{number}",
            say("handout_table_plan", language=language, plan=plan),
            tuple(
                Column(say(f"handout_column_{name}", language=language), width=width)
                for name, width in zip(names, widths, strict=True)
            ),
            rows,
        )
        tables.append(table)
    told = say("handout_plans_day", language=language, day=f"{day:%d/%m/%Y}")
    return Section(heading, (told, *tables))
