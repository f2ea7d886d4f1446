"""Words of office forms, read once from the data packaged with the code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Words:
    """Words by what they tell; all folded as by `geo.units.fold`, marks as written.

    Parameters
    ----------
    role_of
        Role of a column by its label, e.g. ``stt`` is ``number``.
    total, grand, total_starts, section_starts, note_starts
        Labels of rows, whole or beginnings.
    generic, breakdown, breakdown_starts, comparison, comparison_parts, measure_notes
        Labels in headings.
    numerator, denominator, share
        Labels that name a part of a share.
    scales
        Factor by word.
    marks
        Sign in place of a figure and what it means: ``zero``, ``blank`` or ``ask``.
    """

    role_of: Mapping[str, str]
    total: frozenset[str]
    grand: frozenset[str]
    total_starts: tuple[str, ...]
    section_starts: tuple[str, ...]
    note_starts: tuple[str, ...]
    generic: frozenset[str]
    breakdown: frozenset[str]
    breakdown_starts: tuple[str, ...]
    comparison: frozenset[str]
    comparison_parts: tuple[str, ...]
    measure_notes: tuple[str, ...]
    numerator: frozenset[str]
    denominator: frozenset[str]
    share: frozenset[str]
    scales: Mapping[str, float]
    marks: Mapping[str, str]


@cache
def words() -> Words:
    """Read the words that are packaged with the code."""
    told = tomllib.loads(_text("words.toml"))
    rows, headings = told["rows"], told["headings"]
    role_of: dict[str, str] = {}
    for role, labels in told["columns"].items():
        for label in labels:
            role_of.setdefault(label, role)
    return Words(
        role_of=role_of,
        total=frozenset(rows["total"]),
        grand=frozenset(rows["grand"]),
        total_starts=tuple(rows["total_starts"]),
        section_starts=tuple(rows["section_starts"]),
        note_starts=tuple(rows["note_starts"]),
        generic=frozenset(headings["generic"]),
        breakdown=frozenset(headings["breakdown"]),
        breakdown_starts=tuple(headings["breakdown_starts"]),
        comparison=frozenset(headings["comparison"]),
        comparison_parts=tuple(headings["comparison_parts"]),
        measure_notes=tuple(headings["measure_notes"]),
        numerator=frozenset(headings["numerator"]),
        denominator=frozenset(headings["denominator"]),
        share=frozenset(headings["share"]),
        scales=told["scales"],
        marks=told["marks"],
    )


@cache
def synonyms() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Read how offices call the indicators: ``names`` and parts by id."""
    told = tomllib.loads(_text("synonyms.toml"))
    return {id_: {part: tuple(names) for part, names in one.items()} for id_, one in told.items()}


def _text(name: str) -> str:
    return files("geo.office_sheet").joinpath(name).read_text(encoding="utf-8")
