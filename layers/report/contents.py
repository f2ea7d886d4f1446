"""What stands in a report: letterhead, sections, tables, marks. Plain data, no format of a file.

Writers (`layers.report_docx`, `layers.report_xlsx`) put it on paper and change no figure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from geo.messages import Language
from layers.paint import say_number

# A change of counts, and one of shares in points of percent.
Kind = Literal["text", "number", "share", "date", "change", "points"]
NUMBERS: tuple[Kind, ...] = ("number", "share", "change", "points")
# What keeps a figure from being read as approved, whole and the unit's own; said in its note.
Mark = Literal[
    "missing",
    "unapproved",
    "incomplete",
    "carried",
    "estimated",
    "not_assessed",
    "not_subject",
    "outside",
]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a text, a day, or a number; a number that is missing is None and says so.

    Shares are in percent, cut to one decimal.
    """

    value: str | float | date | None
    kind: Kind = "text"
    marks: tuple[Mark, ...] = ()

    def text(self, language: Language, *, missing: str) -> str:
        """Write the cell as the language does."""
        match self.value:
            case None:
                return missing if self.kind in NUMBERS else ""
            case str():
                return self.value
            case date():
                return f"{self.value:%d/%m/%Y}"
        number = say_number(
            self.value, language=language, decimals=1 if self.kind in ("share", "points") else 0
        )
        sign = "+" if self.kind in ("change", "points") and self.value > 0 else ""
        return f"{sign}{number}%" if self.kind == "share" else f"{sign}{number}"


@dataclass(frozen=True, slots=True)
class Column:
    """Head of a column; `width` in parts of the table's; `adds_up` where a total makes sense."""

    title: str
    kind: Kind = "text"
    width: float = 1.0
    adds_up: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a title of its own.

    Parameters
    ----------
    id
        Names the sheet of the annex.
    totals
        Figures of the whole by column, None where a column has none; empty for a table without.
        Rows whose sum falls short of it get a line for the rest (`rest`).
    in_text
        Whether it stands in the text as well, or in the annex alone.
    """

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    totals: tuple[Cell | None, ...] = ()
    in_text: bool = True

    def rest(self) -> tuple[float | None, ...]:
        """Give by column what the whole has beyond the rows, None where nothing is added up."""
        found: list[float | None] = []
        for place, total in enumerate(self.totals):
            if total is None or total.kind != "number" or not isinstance(total.value, int | float):
                found.append(None)
                continue
            values = [row[place].value for row in self.rows]
            found.append(total.value - sum(one for one in values if isinstance(one, int | float)))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Blank:
    """A place that people fill in, with what belongs there."""

    hint: str


Block = str | Table | Blank


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the report with its blocks."""

    heading: str
    blocks: tuple[Block, ...] = ()
    parts: tuple["Section", ...] = ()

    def tables(self) -> Iterator[Table]:
        """Give every table, in order."""
        yield from (one for one in self.blocks if isinstance(one, Table))
        for part in self.parts:
            yield from part.tables()


@dataclass(frozen=True, slots=True)
class Office:
    """Who issues the report; what is empty is left to fill in."""

    superior: str = ""
    agency: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who made the file, when, what for; `unit` is the area of the account."""

    login: str
    role: str
    unit: str
    made_at: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Contents:
    """A whole report.

    Parameters
    ----------
    short_name
        Of the unit.
    title, about
        ``BÁO CÁO`` and what about.
    lead
        The answer, before every part.
    sources
        Name and text of each line that says where the figures come from.
    marks
        What each mark means, for the foot and the annex.
    day
        Of the figures; the day of the paper is left to fill in.
    """

    language: Language
    office: Office
    short_name: str
    title: str
    about: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    annexes: tuple[Table, ...]
    sources: tuple[tuple[str, str], ...]
    marks: tuple[tuple[str, str], ...]
    receivers: tuple[str, ...]
    simulated: bool
    stamp: Stamp
    day: date
    file_stem: str = field(default="bao-cao")

    def tables(self) -> Sequence[Table]:
        """Give every table of text and annexes, in order."""
        return [*(one for part in self.sections for one in part.tables()), *self.annexes]
