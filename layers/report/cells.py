"""Turns facts into cells with marks, and says the marks in words."""

from collections.abc import Sequence

from geo.indicators import SERIES
from geo.messages import Language, say
from geo.store.handout_facts import ReportCount, Told
from layers.paint import say_number
from layers.report.contents import Cell, Kind, Mark

_OF_STATUS: dict[str, Mark] = {
    "i": "incomplete",
    "c": "carried",
    "e": "estimated",
    "m": "missing",
    "a": "not_assessed",
    "x": "not_subject",
    "h": "outside",
}


def number_cell(told: Told | None, indicator: str, *, unapproved: bool = False) -> Cell:
    """Give the cell of a figure; None is a window that was not computed."""
    kind: Kind = "share" if SERIES[indicator].is_share else "number"
    if told is None:
        return Cell(None, kind, ("missing",))
    marks: list[Mark] = [_OF_STATUS[told.status]] if told.status in _OF_STATUS else []
    if unapproved and told.value is not None:
        marks.append("unapproved")
    return Cell(told.value, kind, tuple(marks))


def count_cell(value: int | None) -> Cell:
    """Give the cell of a plain count."""
    return Cell(value, "number")


def difference(now: Cell, before: Cell) -> Cell:
    """Give the difference of two cells; none where one of them has no figure."""
    if isinstance(now.value, int | float) and isinstance(before.value, int | float):
        # Tenths of percent are whole: no rounding error comes in.
        kind: Kind = "points" if now.kind == "share" else "change"
        return Cell(round(now.value - before.value, 1), kind)
    return Cell(None)


def say_mark(mark: Mark, language: Language) -> str:
    """Name a mark."""
    return say(f"handout_mark_{mark}", language=language)


def note_of(cells: Sequence[Cell], language: Language, *, before: Cell | None = None) -> Cell:
    """Say the marks of a row's figures once each, those of the window before apart."""
    # A figure that is missing says so in its own cell.
    own = _marks_of(cells)
    parts = [say_mark(mark, language) for mark in own]
    earlier = _marks_of([before]) if before is not None else []
    if earlier and earlier != own:
        told = ", ".join(say_mark(mark, language) for mark in earlier)
        parts.append(say("handout_note_before", language=language, marks=told))
    return Cell("; ".join(parts))


def _marks_of(cells: Sequence[Cell]) -> list[Mark]:
    found = dict.fromkeys(mark for cell in cells for mark in cell.marks)
    return [mark for mark in found if mark != "missing"]


def signed(value: float, language: Language, *, share: bool = False) -> str:
    """Write a change with its direction in words: ``tăng 12``, ``giảm 3``, ``không đổi``."""
    if value == 0:
        return say("handout_same", language=language)
    code = "handout_up" if value > 0 else "handout_down"
    number = say_number(abs(value), language=language, decimals=1 if share else 0)
    return say(code, language=language, number=number)


def is_unapproved(count: ReportCount, keys: Sequence[int] | None = None) -> bool:
    """Tell whether some report behind figures is not approved; of some units' own only."""
    if keys is None:
        return count.unapproved > 0
    return any(count.states.get(key, "none") not in ("none", "approved") for key in keys)
