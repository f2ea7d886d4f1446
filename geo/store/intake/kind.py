"""What a kind of record is: its fields, how rows are told apart, judged and appended."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd
from sqlalchemy import Connection

from geo.errors import Finding
from geo.store.intake.fields import Field

Shape = Literal["point", "line", "area"]


# Called with the name of a stage and its number of rows.
Tell = Callable[[str, int], None]


def say_nothing(_stage: str, _rows: int) -> None:
    """Be the `Tell` of a caller who does not watch."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows come from: what every fact bears."""

    import_id: int
    provenance: str
    source: str


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append did: rows that are new, and rows that the store held already."""

    new_count: int
    known_count: int


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record that files bring in.

    Parameters
    ----------
    id
        Word of the command and of the address, e.g. ``population``.
    fields
        In the order of the template.
    key
        Fields that together name a fact: two rows of one name are found.
    day_of
        Gives the day by whose boundary set the unit of a row is looked up; None for kinds whose
        place is their geometry.
    judge
        Rules over the good rows, by row number; pure.
    append
        Appends the good rows.
    check
        Rules against the store, changing nothing.
    shapes
        Geometry that a row may have; empty for none.
    needs_shape
        Whether every row must have one.
    levels
        Levels of the units that it may speak of.
    """

    id: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    judge: Callable[[pd.DataFrame], list[Finding]]
    append: Callable[[Connection, pd.DataFrame, Origin], Appended]
    day_of: Callable[[Mapping[Hashable, Any]], date] | None = None
    check: Callable[[Connection, pd.DataFrame], list[Finding]] | None = None
    shapes: tuple[Shape, ...] = ()
    needs_shape: bool = False
    levels: tuple[str, ...] = ("commune",)

    def field(self, name: str) -> Field:
        """Give a field by its id."""
        return next(one for one in self.fields if one.id == name)

    def can_be_read(self, name: str, value: object) -> bool:
        """Tell whether a cell is what its field takes; a blank is, and so is a position."""
        fields = {one.id: one for one in self.fields}
        return value is None or name not in fields or fields[name].read(value) is not None
