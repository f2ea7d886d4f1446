"""Lists what still stands between a commune and a class: rows to meet, and rows to leave."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from geo.class_ladder import LADDER, ClassId
from geo.criteria.engine import Judgement, Program, judge, prepare
from geo.criteria.record import CriteriaSet, Need, Row
from geo.criteria.wording import say_against, say_have, say_needed
from geo.errors import NotFound

LackVerdict = Literal["not_met", "unknown", "disabled"]


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is lacking.

    Parameters
    ----------
    criterion
        Id of the row.
    label_vi, label_en
        The row's.
    verdict
        ``not_met``: it is asked for and not there, or there and has to go; ``unknown``: an input is
        missing; ``disabled``: the act's text is not known.
    have_vi, have_en, needed_vi, needed_en
        What there is, and what it takes.
    """

    criterion: str
    label_vi: str
    label_en: str
    verdict: LackVerdict
    have_vi: str
    have_en: str
    needed_vi: str
    needed_en: str


def lacking(
    criteria: CriteriaSet,
    inputs: Mapping[str, int | None],
    *,
    goal: ClassId,
    hidden: Collection[str] = (),
) -> tuple[Lack, ...]:
    """List what a commune lacks for a class.

    Rows of graver classes that are met or may be stand first, then those of the class itself. Where
    the class needs "at least k" of several and fewer are met, all that are not met are listed.

    Parameters
    ----------
    criteria, inputs
        As for `judge`.
    goal
        The class.
    hidden
        Inputs whose numbers are not for the reader.

    Raises
    ------
    NotFound
        ``criteria_class_not_given`` when the set does not give the class.
    """
    if goal not in criteria.reachable:
        raise NotFound("criteria_class_not_given", criteria=criteria.id, name=goal)
    judged = judge(criteria, inputs)
    program = prepare(criteria)
    met = {one.row.id for one in judged.reasons if one.verdict == "met"}
    found: dict[str, Lack] = {}

    def note(row: Row, *, against: bool) -> None:
        verdict = judged.verdict(row.id)
        lack: LackVerdict = "not_met" if verdict == "met" else verdict
        told = say_against if against else say_needed
        found.setdefault(
            row.id,
            Lack(
                row.id,
                row.label_vi,
                row.label_en,
                lack,
                say_have(criteria, row, inputs, met=met, language="vi", hidden=hidden),
                say_have(criteria, row, inputs, met=met, language="en", hidden=hidden),
                told(criteria, row, language="vi"),
                told(criteria, row, language="en"),
            ),
        )

    for rule in criteria.classes:
        graver = LADDER.index(rule.id) < LADDER.index(goal)
        if graver and all(_reaches(program, judged, one, may=True) for one in rule.needs):
            for row in _rows_of(program, rule.needs):
                if judged.verdict(row.id) != "not_met":
                    note(row, against=True)
        if rule.id == goal:
            short = [one for one in rule.needs if not _reaches(program, judged, one, may=False)]
            for need in short:
                for name in need.of:
                    if judged.verdict(name) != "met":
                        note(criteria.row(name), against=False)
    return tuple(found.values())


def _rows_of(program: Program, needs: tuple[Need, ...]) -> list[Row]:
    rows = {}
    for need in needs:
        for name in need.of:
            rows[name] = program.criteria.row(name)
            if need.or_worse is not False:
                rows |= {one.id: one for one in program.criteria.worse(name)}
    return list(rows.values())


def _reaches(program: Program, judged: Judgement, need: Need, *, may: bool) -> bool:
    """Tell whether a need is met for sure, or may be."""
    count = 0
    for name in need.of:
        names = [name]
        # Not known how to count: the wider reading for what may be, the narrower for what is sure.
        if need.or_worse or (need.or_worse is None and may):
            names += [one.id for one in program.criteria.worse(name)]
        verdicts = [judged.verdict(one) for one in names]
        count += any(one == "met" or (may and one != "not_met") for one in verdicts)
    return count >= need.at_least
