"""Part IV of a report: which reports and figures are lacking, who owes them and since when (X3)."""

from collections import Counter
from collections.abc import Sequence

from geo.indicators import SERIES
from geo.messages import Language, say
from geo.store.handout_facts import HandoutFacts
from geo.store.report_calendar import OwedReport, OwingUnit
from geo.units import LEVELS
from layers.report.cells import count_cell
from layers.report.contents import Block, Cell, Column, Section, Table
from layers.report.situation import is_told, window

# A longer list stands in the annex, and the text has its counts.
_ROWS_MOST = 60


def owed(facts: HandoutFacts, language: Language) -> Section:
    """Make part IV."""
    table = owed_table(facts, language)
    blocks: list[Block] = [*_timely(facts, language), *_approved(facts, language)]
    if table.rows and len(table.rows) <= _ROWS_MOST:
        blocks.append(table)
    elif table.rows:
        blocks.append(say("handout_owed_annex", language=language, count=len(table.rows)))
    blocks += _without_figures(facts, language)
    return Section(say("handout_part_owed", language=language), tuple(blocks))


def long_owed_table(facts: HandoutFacts, language: Language) -> Table | None:
    """Give the list of what is owed when it is too long for the text."""
    table = owed_table(facts, language)
    return table if len(table.rows) > _ROWS_MOST else None


def owed_table(facts: HandoutFacts, language: Language) -> Table:
    """List what is owed or came late, by code and period."""
    provinces = {one.unit_key: one.province for one in facts.communes}
    many = facts.head.level == "country"
    rows = [
        (
            Cell(unit.code),
            Cell(unit.name),
            *((Cell(provinces.get(unit.unit_key, "")),) if many else ()),
            Cell(report.due.period.label(language).split(" (")[0]),
            Cell(report.due_last, "date"),
            Cell(_lateness(report, language)),
        )
        for unit in sorted(facts.owed, key=lambda one: one.code)
        for report in unit.reports
        if report.timeliness.state in ("missing", "late")
    ]
    return Table(
        "bao-cao-thieu",
        say("handout_table_owed", language=language, day=f"{facts.as_of:%d/%m/%Y}"),
        (
            Column(say("handout_column_code", language=language), width=1.1),
            Column(say("handout_column_unit_name", language=language), width=2.2),
            *(
                (Column(say("handout_column_province", language=language), width=2.0),)
                if many
                else ()
            ),
            Column(say("handout_column_report", language=language), width=1.5),
            Column(say("handout_column_due", language=language), "date", 1.7),
            Column(say("handout_column_lateness", language=language), width=1.8),
        ),
        tuple(rows),
    )


def _lateness(report: OwedReport, language: Language) -> str:
    code = "handout_owed_missing" if report.timeliness.state == "missing" else "handout_owed_late"
    day = f"{report.submitted_on:%d/%m/%Y}" if report.submitted_on else ""
    return say(code, language=language, days=report.timeliness.days_late, day=day)


def _timely(facts: HandoutFacts, language: Language) -> tuple[str, ...]:
    counts = Counter(
        report.timeliness.state
        for unit in facts.owed
        for report in unit.reports
        if report.due.period == facts.period
    )
    if not counts:
        return (say("handout_owed_none", language=language),)
    return (
        say(
            "handout_owed_now",
            language=language,
            period=window(facts.period, language),
            due=_due_day(facts.owed, facts),
            units=_count(sum(counts.values()), language),
            **{
                state: _count(counts[state], language)
                for state in ("on_time", "late", "missing", "not_due")
            },
        ),
    )


def _due_day(units: Sequence[OwingUnit], facts: HandoutFacts) -> str:
    days = [
        one.due.due_last for unit in units for one in unit.reports if one.due.period == facts.period
    ]
    return f"{days[0]:%d/%m/%Y}"


def _approved(facts: HandoutFacts, language: Language) -> tuple[str, ...]:
    count = facts.reports
    if not count.told:
        return (say("handout_approved_none", language=language),)
    held = ", ".join(
        say(
            "handout_approved_level",
            language=language,
            level=say(f"ui_level_{level}", language=language).lower(),
            count=_count(count.approved_at[level], language),
        )
        for level in LEVELS
        if level in count.approved_at
    )
    return (
        say(
            "handout_approved_now",
            language=language,
            approved=_count(count.told - count.unapproved, language),
            told=_count(count.told, language),
            held=f" ({held})" if held else "",
            unapproved=_count(count.unapproved, language),
        ),
    )


def _without_figures(facts: HandoutFacts, language: Language) -> list[Block]:
    lacking = [one.indicator for one in facts.figures if not is_told(one) or one.now.value is None]
    # Of an indicator in parts the whole is named alone.
    named = [
        SERIES[one].name_vi if language == "vi" else SERIES[one].name_en
        for one in lacking
        if one.partition(".")[0] not in lacking or "." not in one
    ]
    if not named:
        return []
    return [say("handout_without_figures", language=language, names="; ".join(named))]


def _count(value: int, language: Language) -> str:
    return count_cell(value).text(language, missing="")
