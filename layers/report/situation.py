"""Part I of a report: places, cases, other indicators, against the like window before (P4)."""

from bisect import bisect_right
from collections.abc import Sequence

from geo.indicators import SERIES
from geo.messages import Language, say
from geo.period import Period
from geo.store.handout_facts import FigureFact, HandoutFacts
from layers.report.cells import difference, is_unapproved, note_of, number_cell, signed
from layers.report.contents import Cell, Column, Section, Table

PLACES = ("I02", "I04", "I03", "I05")
# Told in every report, also while there is no figure; the rest only where there is one.
_ALWAYS = (*PLACES, "I01")
# Told in part II.
_OF_CLASSES = ("I15", "I16.loai_1", "I16.loai_2", "I16.loai_3", "I17")
_BELOW = ("I01", *PLACES)


def situation(facts: HandoutFacts, language: Language) -> Section:
    """Make part I."""
    parts = []
    places = [one for one in facts.figures if one.indicator in PLACES]
    if places:
        parts.append(
            Section(
                say("handout_places", language=language),
                (
                    *_places_sentence(facts, language),
                    _table("diem", places, facts, language, title="handout_table_places"),
                ),
            )
        )
    others = [
        one
        for one in facts.figures
        if one.indicator not in (*PLACES, *_OF_CLASSES)
        and not SERIES[one.indicator].person_derived
        and is_told(one)
    ]
    parts.append(
        Section(
            say("handout_cases", language=language),
            (
                *_cases_sentence(facts, language),
                _table("chi-tieu", others, facts, language, title="handout_table_others"),
            ),
        )
    )
    persons = [
        one for one in facts.figures if SERIES[one.indicator].person_derived and is_told(one)
    ]
    if persons:
        parts.append(
            Section(
                say("handout_persons", language=language),
                (_table("nguoi", persons, facts, language, title="handout_table_persons"),),
            )
        )
    hidden = () if facts.sees_places else (say("handout_restricted", language=language),)
    return Section(
        say("handout_part_situation", language=language),
        (_compared(facts, language), *hidden),
        tuple(parts),
    )


def is_told(fact: FigureFact) -> bool:
    """Tell whether an indicator has a figure in one of the windows, or is always told."""
    told = (fact.now, fact.before)
    return fact.indicator in _ALWAYS or any(
        one is not None and one.value is not None for one in told
    )


def below_table(facts: HandoutFacts, language: Language) -> Table | None:
    """Give the figures of the window by unit below, by code and never by their size (N11)."""
    if not facts.below:
        return None
    shown = [one for one in _BELOW if any(one in unit.figures for unit in facts.below)]
    columns = [
        Column(say("handout_column_code", language=language), width=1.0),
        Column(say("handout_column_unit_name", language=language), width=2.6),
        *(
            Column(say(f"handout_column_{one.lower()}", language=language), "number", 0.9, True)
            for one in shown
        ),
    ]
    columns.append(Column(say("handout_column_note", language=language), width=2.0))
    owners = _keys_of(facts)
    rows = []
    for unit in facts.below:
        unapproved = is_unapproved(facts.reports, owners.get(unit.unit_key))
        cells = [
            number_cell(
                unit.figures.get(one),
                one,
                unapproved=unapproved and one == "I01",
            )
            for one in shown
        ]
        rows.append((Cell(unit.code), Cell(unit.name), *cells, note_of(cells, language)))
    totals: list[Cell | None] = [None, Cell(say("handout_total", language=language))]
    for one in shown:
        fact = facts.figure(one)
        totals.append(None if fact is None else number_cell(fact.now, one))
    totals.append(None)
    return Table(
        "theo-don-vi",
        say("handout_table_below", language=language, period=window(facts.period, language)),
        tuple(columns),
        tuple(rows),
        note=say("handout_below_note", language=language),
        totals=tuple(totals),
        in_text=facts.head.level == "country",
    )


def window(period: Period, language: Language) -> str:
    """Name a window inside a sentence."""
    label = period.label(language)
    return label[0].lower() + label[1:] if language == "vi" else label


def _keys_of(facts: HandoutFacts) -> dict[int, list[int]]:
    """Give for each unit below the keys whose reports stand behind it.

    Empty on another set than the window's own: then the whole stands for each.
    """
    if not facts.is_own_set:
        return {}
    heads = sorted(one.unit_key for one in facts.below)
    found: dict[int, list[int]] = {key: [] for key in heads}
    for key in facts.reports.states:
        place = bisect_right(heads, key) - 1
        if place >= 0:
            found[heads[place]].append(key)
    return found


def _table(
    name: str,
    listed: Sequence[FigureFact],
    facts: HandoutFacts,
    language: Language,
    *,
    title: str,
) -> Table:
    rows = []
    for one in listed:
        known = SERIES[one.indicator]
        now = number_cell(
            one.now, one.indicator, unapproved=one.entered and is_unapproved(facts.reports)
        )
        before = number_cell(
            one.before,
            one.indicator,
            unapproved=one.entered and is_unapproved(facts.reports_before),
        )
        rows.append(
            (
                Cell(known.name_vi if language == "vi" else known.name_en),
                Cell(known.unit_vi if language == "vi" else known.unit_en),
                now,
                before,
                difference(now, before),
                note_of([now], language, before=before),
            )
        )
    return Table(
        name,
        say(title, language=language, period=window(facts.period, language)),
        (
            Column(say("handout_column_indicator", language=language), width=3.4),
            Column(say("handout_column_measure", language=language), width=1.1),
            Column(say("handout_column_now", language=language), "number", 1.0),
            Column(say("handout_column_before", language=language), "number", 1.0),
            Column(say("handout_column_change", language=language), "change", 1.0),
            Column(say("handout_column_note", language=language), width=2.0),
        ),
        tuple(rows),
    )


def _compared(facts: HandoutFacts, language: Language) -> str:
    code = "handout_compared" if facts.run_before else "handout_compared_none"
    return say(
        code,
        language=language,
        now=window(facts.period, language),
        before=window(facts.previous, language),
        title=facts.borders.title,
    )


def _places_sentence(facts: HandoutFacts, language: Language) -> tuple[str, ...]:
    told = {one: facts.figure(one) for one in PLACES}
    active = told["I02"]
    if active is None or active.now.value is None:
        return (say("handout_places_missing", language=language),)
    cells = {
        name: number_cell(fact.now, name).text(
            language, missing=say("handout_missing", language=language)
        )
        for name, fact in told.items()
        if fact is not None
    }
    sentence = say(
        "handout_places_now",
        language=language,
        active=cells["I02"],
        new=cells["I04"],
        eliminated=cells["I03"],
        reformed=cells["I05"],
    )
    change = _change(active, "places", language)
    return (sentence if not change else f"{sentence} {change}",)


def _change(fact: FigureFact, what: str, language: Language) -> str:
    if fact.before is None or fact.before.value is None or fact.now.value is None:
        return ""
    before = number_cell(fact.before, fact.indicator)
    sentence = say(
        f"handout_change_{what}",
        language=language,
        change=signed(fact.now.value - fact.before.value, language),
        before=before.text(language, missing=""),
    )
    if "incomplete" not in (*before.marks, *number_cell(fact.now, fact.indicator).marks):
        return sentence
    return f"{sentence} {say('handout_change_careful', language=language)}"


def _cases_sentence(facts: HandoutFacts, language: Language) -> tuple[str, ...]:
    fact = facts.figure("I01")
    if fact is None or fact.now.value is None:
        return (say("handout_cases_missing", language=language),)
    number = number_cell(fact.now, "I01").text(language, missing="")
    sentence = say("handout_cases_now", language=language, number=number)
    change = _change(fact, "cases", language)
    return (sentence if not change else f"{sentence} {change}",)
