"""Puts a report together from the facts of a unit and window: the answer first, then the parts."""

from collections.abc import Sequence
from datetime import date

from geo.messages import Language, say
from geo.store.handout_facts import HandoutFacts
from geo.units import fold
from layers.report.cells import count_cell, say_mark
from layers.report.classes import class_name, classes, commune_table
from layers.report.contents import Blank, Contents, Mark, Office, Section, Stamp
from layers.report.owed import long_owed_table, owed
from layers.report.plans import PlanLine, plans
from layers.report.situation import below_table, situation, window

_MARKS: tuple[Mark, ...] = (
    *("missing", "unapproved", "incomplete", "carried", "estimated"),
    *("not_assessed", "not_subject"),
)
_TO_FILL = ("judgement", "causes", "tasks", "proposals")


def build(
    facts: HandoutFacts,
    *,
    language: Language,
    office: Office,
    stamp: Stamp,
    lines: Sequence[PlanLine] = (),
    plans_day: date | None = None,
) -> Contents:
    """Make the contents of a report.

    Parameters
    ----------
    facts
        Of the unit and window.
    language
        Of every sentence; the layout is that of a Vietnamese office.
    office
        Who issues it.
    stamp
        Who made the file.
    lines, plans_day
        Targets of the plans in force, and the day on which they were judged.
    """
    sections = [
        situation(facts, language),
        classes(facts, language),
        plans(lines, language, day=plans_day or facts.period.last_day),
        owed(facts, language),
        Section(
            say("handout_part_to_fill", language=language),
            (),
            tuple(
                Section(
                    say(f"handout_fill_{name}", language=language),
                    (Blank(say(f"handout_hint_{name}", language=language)),),
                )
                for name in _TO_FILL
            ),
        ),
    ]
    below = below_table(facts, language)
    annexes = [below, commune_table(facts, language), long_owed_table(facts, language)]
    if below is not None and below.in_text:
        sections[0] = Section(
            sections[0].heading,
            sections[0].blocks,
            (
                *sections[0].parts,
                Section(say("handout_by_unit", language=language), (below,)),
            ),
        )
        annexes.remove(below)
    kept = tuple(one for one in annexes if one is not None)
    listed = [*(one for part in sections for one in part.tables()), *kept]
    found = {mark for table in listed for row in table.rows for cell in row for mark in cell.marks}
    return Contents(
        language=language,
        office=office,
        short_name=say("handout_country", language=language).capitalize()
        if facts.head.level == "country"
        else facts.head.name,
        title=say("handout_title", language=language),
        about=say(
            "handout_about",
            language=language,
            where=say("handout_where_country", language=language)
            if facts.head.level == "country"
            else say("handout_where", language=language, name=place_name(facts, language)),
            period=window(facts.period, language),
        ),
        lead=_lead(facts, language),
        sections=tuple(sections),
        annexes=kept,
        sources=_sources(facts, language),
        marks=tuple(
            (say_mark(one, language), say(f"handout_explain_{one}", language=language))
            for one in _MARKS
            if one in found
        ),
        receivers=tuple(
            say(f"handout_receiver_{name}", language=language) for name in ("above", "own", "file")
        ),
        simulated=facts.simulated,
        stamp=stamp,
        day=facts.run.data_until,
        file_stem=file_stem(facts),
    )


def place_name(facts: HandoutFacts, language: Language) -> str:
    """Name the unit in a heading, with the one above."""
    if facts.head.level == "country":
        return say("handout_country", language=language)
    above = facts.head.parents[0].name if facts.head.parents else ""
    return f"{facts.head.name}, {above}" if above else facts.head.name


def file_stem(facts: HandoutFacts) -> str:
    """Name the file without marks: ``bao-cao-xa-cam-trung-Y2025``."""
    name = "ca-nuoc" if facts.head.level == "country" else fold(facts.head.name).replace(" ", "-")
    safe = "".join(one for one in name if one.isascii() and (one.isalnum() or one == "-"))
    return f"bao-cao-{safe or facts.head.code}-{facts.period.id}"


def _lead(facts: HandoutFacts, language: Language) -> tuple[str, ...]:
    day = f"{facts.period.last_day:%d/%m/%Y}"
    if facts.head.level == "commune":
        one = facts.communes[0]
        text = (
            class_name(one.class_now, language)
            if one.assessable
            else say("legend_status_x", language=language)
        )
        return (say("handout_lead_commune", language=language, day=day, name=one.name, text=text),)
    own = [one for one in facts.communes if one.assessable]
    assessed = sum(one.now is not None and one.now != "chua_danh_gia" for one in own)
    free = sum(one.now == "khong_ma_tuy" for one in own)
    return (
        say(
            "handout_lead",
            language=language,
            day=day,
            name=place_name(facts, language),
            **{
                name: count_cell(count).text(language, missing="")
                for name, count in (("free", free), ("assessed", assessed), ("total", len(own)))
            },
        ),
    )


def _sources(facts: HandoutFacts, language: Language) -> tuple[tuple[str, str], ...]:
    told = {
        "unit": f"{place_name(facts, language)} ({facts.head.code})",
        "period": facts.period.label(language),
        "compared": facts.previous.label(language)
        if facts.run_before
        else say("handout_missing", language=language),
        "borders": f"{facts.borders.title} ({facts.borders.id})",
        "day": f"{facts.run.data_until:%d/%m/%Y}",
        "as_of": f"{facts.as_of:%d/%m/%Y}",
        "revision": facts.run.revision,
    }
    if facts.borders.illustrative:
        told["force"] = say("map_illustrative", language=language)
    if facts.simulated:
        told["made_up"] = say("map_simulated", language=language)
    return tuple(
        (say(f"handout_source_{name}", language=language), text) for name, text in told.items()
    )
