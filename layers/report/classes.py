"""Part II of a report: classes of communes, their moves, which commune has which (C1, C2, A4)."""

from collections import Counter
from collections.abc import Sequence

from geo.class_ladder import LADDER, NOT_ASSESSED, is_jump, is_relapse, steps_between
from geo.messages import Language, say
from geo.store.class_results import ClassResult
from geo.store.handout_facts import CommuneClass, HandoutFacts
from layers.report.cells import count_cell, number_cell
from layers.report.contents import Block, Cell, Column, Section, Table

_ORDER = (*reversed(LADDER), NOT_ASSESSED)
# More names than this fill pages: they stand in the annex.
_NAMES_MOST = 400


def classes(facts: HandoutFacts, language: Language) -> Section:
    """Make part II."""
    heading = say("handout_part_classes", language=language)
    warning = () if facts.is_own_set else (say("handout_other_borders", language=language),)
    if facts.is_own_set and facts.run_before is not None and not facts.is_own_set_before:
        warning = (say("handout_other_borders_before", language=language),)
    if facts.head.level == "commune":
        return Section(heading, (*warning, *_of_commune(facts, language)))
    own = [one for one in facts.communes if one.assessable]
    blocks: list[Block] = [*warning, *_share(facts, language), _counts(facts, own, language)]
    parts = []
    if facts.run_before is not None:
        parts.append(
            Section(say("handout_moves", language=language), tuple(_moves(facts, own, language)))
        )
    if facts.head.level == "country":
        blocks.append(_by_province(facts, own, language))
    elif len(own) <= _NAMES_MOST:
        parts.append(
            Section(say("handout_list", language=language), tuple(_names(facts, own, language)))
        )
    return Section(heading, tuple(blocks), tuple(parts))


def commune_table(facts: HandoutFacts, language: Language) -> Table | None:
    """List every commune with its classes, by code."""
    if facts.head.level == "commune":
        return None
    many = facts.head.level == "country"
    rows = tuple(
        (
            Cell(one.code),
            Cell(one.name),
            *((Cell(one.province),) if many else ()),
            Cell(class_name(one.class_before, language) if facts.run_before else ""),
            Cell(class_name(one.class_now, language)),
            Cell(_step(one, language) if facts.run_before else ""),
        )
        if one.assessable
        else (
            Cell(one.code),
            Cell(one.name),
            *((Cell(one.province),) if many else ()),
            Cell(""),
            Cell(say("legend_status_x", language=language)),
            Cell(""),
        )
        for one in facts.communes
    )
    return Table(
        "phan-loai-xa",
        say("handout_table_communes", language=language, day=f"{facts.period.last_day:%d/%m/%Y}"),
        (
            Column(say("handout_column_code", language=language), width=1.0),
            Column(say("handout_column_unit_name", language=language), width=2.4),
            *(
                (Column(say("handout_column_province", language=language), width=2.0),)
                if many
                else ()
            ),
            Column(say("handout_column_class_before", language=language), width=2.0),
            Column(say("handout_column_class_now", language=language), width=2.0),
            Column(say("handout_column_step", language=language), width=1.4),
        ),
        rows,
        in_text=False,
    )


def class_name(class_id: str, language: Language) -> str:
    """Name a class."""
    if class_id == NOT_ASSESSED:
        return say("legend_status_a", language=language).capitalize()
    return say(f"legend_class_{class_id}", language=language)


def _step(one: CommuneClass, language: Language) -> str:
    steps = steps_between(one.class_before, one.class_now)
    if steps is None:
        first = one.class_before == NOT_ASSESSED != one.class_now
        return say("handout_step_first", language=language) if first else ""
    if steps == 0:
        return say("handout_same", language=language)
    code = "handout_step_up" if steps > 0 else "handout_step_down"
    return say(code, language=language, steps=abs(steps))


def _of_commune(facts: HandoutFacts, language: Language) -> tuple[Block, ...]:
    one = facts.communes[0]
    if not one.assessable:
        return (say("handout_class_not_subject", language=language, name=one.name),)
    day = f"{facts.period.last_day:%d/%m/%Y}"
    if one.now is None or one.now == NOT_ASSESSED:
        sentence = say("handout_class_none", language=language, name=one.name, day=day)
    elif facts.decision is None or facts.decision.decided_on is None:
        sentence = say(
            "handout_class_now",
            language=language,
            name=one.name,
            day=day,
            title=class_name(one.class_now, language),
        )
    else:
        sentence = say(
            "handout_class_decided",
            language=language,
            name=one.name,
            day=day,
            title=class_name(one.class_now, language),
            decided=f"{facts.decision.decided_on:%d/%m/%Y}",
            number=facts.decision.document_no or "……",
        )
    told: list[Block] = [sentence]
    if facts.run_before is not None:
        told.append(
            say(
                "handout_class_before",
                language=language,
                title=class_name(one.class_before, language),
                day=f"{facts.previous.last_day:%d/%m/%Y}",
            )
        )
    if facts.result is not None:
        told.append(_by_criteria(facts.result, language))
    if facts.decision is not None or facts.result is not None:
        # Three results side by side, never merged (C1).
        one_decision, result = facts.decision, facts.result
        computed = one_decision.computed if one_decision else None
        named = [
            (say(f"handout_result_{name}", language=language), value)
            for name, value in (
                ("computed", result.computed if result else computed),
                ("proposed", one_decision.proposed if one_decision else None),
                ("decided", one_decision.decided if one_decision else None),
            )
        ]
        told.append(
            Table(
                "ba-ket-qua",
                say("handout_table_results", language=language),
                (
                    Column(say("handout_column_result", language=language), width=2.0),
                    Column(say("handout_column_class", language=language), width=3.0),
                ),
                tuple(
                    (
                        Cell(title),
                        Cell(
                            class_name(value, language)
                            if value
                            else say("handout_missing", language=language)
                        ),
                    )
                    for title, value in named
                ),
            )
        )
    return tuple(told)


def _by_criteria(result: ClassResult, language: Language) -> str:
    """Say what the criteria give, which classes are possible, whether it is final (C4)."""
    criteria = result.criteria
    return say(
        "handout_criteria_final" if result.is_final else "handout_criteria_open",
        language=language,
        title=criteria.title_vi if language == "vi" else criteria.title_en,
        name=class_name(result.computed, language),
        possible=", ".join(class_name(one, language) for one in reversed(result.possible)),
    )


def _share(facts: HandoutFacts, language: Language) -> tuple[str, ...]:
    fact = facts.figure("I15")
    if fact is None or fact.now.value is None:
        return (say("handout_share_none", language=language),)
    return (
        say(
            "handout_share_now",
            language=language,
            day=f"{facts.period.last_day:%d/%m/%Y}",
            top=count_cell(fact.now.numerator).text(language, missing=""),
            low=count_cell(fact.now.denominator).text(language, missing=""),
            share=number_cell(fact.now, "I15").text(language, missing=""),
        ),
    )


def _counts(facts: HandoutFacts, own: Sequence[CommuneClass], language: Language) -> Table:
    now = Counter(one.class_now for one in own)
    before = Counter(one.class_before for one in own) if facts.run_before else None
    rows = tuple(
        (
            Cell(class_name(name, language)),
            count_cell(now[name]),
            count_cell(before[name] if before is not None else None),
            Cell(now[name] - before[name], "change") if before is not None else Cell(None),
        )
        for name in _ORDER
    )
    outside = len(facts.communes) - len(own)
    note = say("handout_outside_count", language=language, count=outside) if outside else ""
    whole = count_cell(len(own))
    return Table(
        "phan-loai",
        say("handout_table_classes", language=language, day=f"{facts.period.last_day:%d/%m/%Y}"),
        (
            Column(say("handout_column_class", language=language), width=3.0),
            Column(say("handout_column_now", language=language), "number", 1.0, True),
            Column(say("handout_column_before", language=language), "number", 1.0, True),
            Column(say("handout_column_change", language=language), "change", 1.0),
        ),
        rows,
        note=note,
        totals=(
            Cell(say("handout_total", language=language)),
            whole,
            whole if before is not None else None,
            None,
        ),
    )


def _moves(facts: HandoutFacts, own: Sequence[CommuneClass], language: Language) -> list[Block]:
    pairs = Counter((one.class_before, one.class_now) for one in own)
    moved = {pair: count for pair, count in pairs.items() if pair[0] != pair[1]}

    def total(kept: Sequence[tuple[str, str]]) -> str:
        return count_cell(sum(moved[pair] for pair in kept)).text(language, missing="")

    steps = {pair: steps_between(*pair) for pair in moved}
    up = [pair for pair, made in steps.items() if made is not None and made > 0]
    sentence = say(
        "handout_moves_now",
        language=language,
        up=total(up),
        jumps=total([pair for pair in up if is_jump(*pair)]),
        down=total([pair for pair in moved if is_relapse(*pair)]),
        first=total([pair for pair in moved if pair[0] == NOT_ASSESSED]),
        before=f"{facts.previous.last_day:%d/%m/%Y}",
        now=f"{facts.period.last_day:%d/%m/%Y}",
    )
    if not moved:
        return [sentence]
    order: dict[str, int] = {name: place for place, name in enumerate(_ORDER)}
    rows = tuple(
        (
            Cell(class_name(before, language)),
            Cell(class_name(now, language)),
            count_cell(moved[before, now]),
        )
        for before, now in sorted(moved, key=lambda pair: (order[pair[0]], order[pair[1]]))
    )
    return [
        sentence,
        Table(
            "chuyen-loai",
            say("handout_table_moves", language=language),
            (
                Column(say("handout_column_class_before", language=language), width=2.5),
                Column(say("handout_column_class_now", language=language), width=2.5),
                Column(say("handout_column_communes", language=language), "number", 1.0, True),
            ),
            rows,
            totals=(
                Cell(say("handout_total", language=language)),
                None,
                count_cell(sum(moved.values())),
            ),
        ),
    ]


def _by_province(facts: HandoutFacts, own: Sequence[CommuneClass], language: Language) -> Table:
    counts: dict[str, Counter[str]] = {}
    for one in own:
        counts.setdefault(one.province, Counter())[one.class_now] += 1
    rows = tuple(
        (
            Cell(unit.name),
            *(count_cell(counts.get(unit.name, Counter())[each]) for each in _ORDER),
            count_cell(sum(counts.get(unit.name, Counter()).values())),
            number_cell(unit.figures.get("I15"), "I15"),
        )
        for unit in facts.below
    )
    whole = Counter(one.class_now for one in own)
    share = facts.figure("I15")
    return Table(
        "phan-loai-tinh",
        say("handout_table_by_province", language=language),
        (
            Column(say("handout_column_province", language=language), width=2.2),
            *(
                Column(say(f"handout_short_{each}", language=language), "number", 1.0, True)
                for each in _ORDER
            ),
            Column(say("handout_column_communes", language=language), "number", 0.9, True),
            Column(say("handout_column_share", language=language), "share", 1.1),
        ),
        rows,
        note=say("handout_share_note", language=language),
        totals=(
            Cell(say("handout_total", language=language)),
            *(count_cell(whole[each]) for each in _ORDER),
            count_cell(len(own)),
            number_cell(share.now, "I15") if share else None,
        ),
    )


def _names(facts: HandoutFacts, own: Sequence[CommuneClass], language: Language) -> list[Block]:
    """Name the communes of each class, in the order of their codes."""
    told: list[Block] = []
    for each in _ORDER:
        named = [one.name for one in own if one.class_now == each]
        if named:
            told.append(
                say(
                    "handout_names",
                    language=language,
                    title=class_name(each, language),
                    count=len(named),
                    names="; ".join(named),
                )
            )
    outside = [one.name for one in facts.communes if not one.assessable]
    if outside:
        told.append(
            say(
                "handout_names",
                language=language,
                title=say("legend_status_x", language=language).capitalize(),
                count=len(outside),
                names="; ".join(outside),
            )
        )
    return told
