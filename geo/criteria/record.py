"""What a criteria set is made of: measures, rows with their conditions, classes with their needs.

    CriteriaSet ── ClassRule ── Need          "at least 3 of these rows"
         │                       │
         │                      Row ── Condition ── Measure   "(I06 + I08) : population >= 0.5 %"
         │                       └── Tally                    "at least 2 of these rows, and those"

Classes are tried from the worst to the best; the first whose needs are all met holds, and where
none is, the set's ``otherwise``. Thresholds are exact fractions, comparators those of the act (K2).
What could not be verified stands in the set without a threshold and is disabled.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from geo.class_ladder import LADDER, ClassId

COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Measure:
    """A sum of inputs, or its ratio to one other input.

    Parameters
    ----------
    id, label_vi, label_en
        Name in the set, and for people.
    numerator
        Inputs that are added up.
    denominator
        Input; empty for none.
    """

    id: str
    label_vi: str
    label_en: str
    numerator: tuple[str, ...]
    denominator: str = ""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Everything that it needs."""
        return (*self.numerator, *([self.denominator] if self.denominator else []))


@dataclass(frozen=True, slots=True)
class Condition:
    """A range of a measure; without any bound it is not verified and disabled.

    Parameters
    ----------
    measure
        Whose value.
    low, low_open
        Lower bound, whether it is itself outside (``>`` instead of ``>=``).
    high, high_open
        Upper bound, whether it is itself outside (``<`` instead of ``<=``).
    of_nothing
        What it says where the denominator is 0.
    """

    measure: Measure
    low: Fraction | None = None
    low_open: bool = False
    high: Fraction | None = None
    high_open: bool = False
    of_nothing: bool = False

    @property
    def is_enabled(self) -> bool:
        """Whether its threshold is known."""
        return self.low is not None or self.high is not None


@dataclass(frozen=True, slots=True)
class Tally:
    """A row made of rows: at least so many of some, and all of others (criterion đ).

    Parameters
    ----------
    at_least, of
        How many of which rows.
    also
        Rows that must be met as well.
    or_worse
        Whether a row of `of` counts that is met in its degree for a graver class.
    """

    at_least: int
    of: tuple[str, ...]
    also: tuple[str, ...] = ()
    or_worse: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the act.

    Parameters
    ----------
    id
        Within the set.
    class_id
        The class that it belongs to.
    criterion
        Letter of the act: rows of different classes with the same letter are degrees of one.
    clause
        Where it stands in the act.
    label_vi, label_en
        For people.
    conditions
        It is met when any of these is.
    tally
        Instead of conditions.
    is_verified
        Whether the text was seen; else the row is disabled.
    source_vi, source_en
        Where it is known from.
    """

    id: str
    class_id: ClassId
    criterion: str
    clause: str
    label_vi: str
    label_en: str
    conditions: tuple[Condition, ...] = ()
    tally: Tally | None = None
    is_verified: bool = True
    source_vi: str = ""
    source_en: str = ""

    @property
    def is_enabled(self) -> bool:
        """Whether all of it is known."""
        return self.is_verified and all(one.is_enabled for one in self.conditions)


@dataclass(frozen=True, slots=True)
class Need:
    """At least so many of some rows.

    Parameters
    ----------
    at_least, of
        How many of which rows.
    or_worse
        Whether a row counts that is met in its degree for a worse class; None where the act is
        not known to say: then both readings are possible.
    """

    at_least: int
    of: tuple[str, ...]
    or_worse: bool | None = False


@dataclass(frozen=True, slots=True)
class ClassRule:
    """A class and what it takes: every need."""

    id: ClassId
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class CriteriaSet:
    """The rules of one legal act.

    Parameters
    ----------
    id, title_vi, title_en, act_vi, act_en
        Name, and the act.
    valid_from, valid_to
        Half-open; ``valid_to`` None while it holds.
    provinces
        Codes of the provinces whose set it is; empty for the whole country.
    names_vi, names_en
        What the act calls the classes.
    measures, rows, classes
        See their records; classes from the worst to the best.
    otherwise
        The class where no other holds.
    is_simulated
        Whether it is invented.
    note_vi, note_en
        What is to be known about it.
    version
        Hash of the file's content.
    """

    id: str
    title_vi: str
    title_en: str
    act_vi: str
    act_en: str
    valid_from: date
    valid_to: date | None
    provinces: tuple[str, ...]
    names_vi: Mapping[ClassId, str]
    names_en: Mapping[ClassId, str]
    measures: tuple[Measure, ...]
    rows: tuple[Row, ...]
    classes: tuple[ClassRule, ...]
    otherwise: ClassId
    is_simulated: bool = False
    note_vi: str = ""
    note_en: str = ""
    version: str = field(default="")

    def __hash__(self) -> int:
        return hash((self.id, self.version))

    @property
    def is_complete(self) -> bool:
        """Whether every row is known, and how rows are counted."""
        return all(row.is_enabled for row in self.rows) and all(
            need.or_worse is not None for rule in self.classes for need in rule.needs
        )

    @property
    def inputs(self) -> tuple[str, ...]:
        """Every input that it names, in the order of its measures."""
        named = [name for one in self.measures for name in one.inputs]
        return tuple(dict.fromkeys(named))

    @property
    def reachable(self) -> tuple[ClassId, ...]:
        """Every class that it can give, worst first."""
        given = {self.otherwise, *(rule.id for rule in self.classes)}
        return tuple(one for one in LADDER if one in given)

    def row(self, row_id: str) -> Row:
        """Give a row by its id."""
        return next(one for one in self.rows if one.id == row_id)

    def worse(self, row_id: str) -> tuple[Row, ...]:
        """Give the rows that are a graver degree of the same criterion."""
        row = self.row(row_id)
        rank = LADDER.index(row.class_id)
        return tuple(
            one
            for one in self.rows
            if one.criterion == row.criterion and LADDER.index(one.class_id) < rank
        )

    def holds_on(self, day: date) -> bool:
        """Tell whether it is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
