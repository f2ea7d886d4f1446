"""Finds in a table the line of units and the line of indicators, with what speaks for them."""

from collections import Counter
from dataclasses import dataclass

from geo.office_sheet.cells import is_number_like
from geo.office_sheet.guesses import (
    View,
    values_of,
)
from geo.office_sheet.indicator_names import LIKELY, match_heading
from geo.office_sheet.rows import is_section, is_total
from geo.office_sheet.tables import Column
from geo.office_sheet.unit_names import clean_code, find_unit, names_areas
from geo.office_sheet.words import words

_FEWEST = 2
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """Labels recognised in a column: how many of how many."""

    column: Column
    count: int
    of: int
    codes: bool = False

    @property
    def share(self) -> float:
        """Part of the labels that were recognised."""
        return self.count / self.of if self.of else 0.0


def best_units(view: View) -> Found | None:
    """Find the column whose texts are names or codes of units."""
    found = []
    for column in view.table.columns:
        values = view.cells[view.table.body : view.table.end, column.place]
        labels = [
            v
            for v in values
            if isinstance(v, str) and not is_total(v) and not is_number_like(v) and len(v) > 1
        ]
        codes = [v for v in values if is_number_like(v) and clean_code(v) in view.units.units]
        if codes and (column.role == "code" or are_codes(view, column, len(codes))):
            of = sum(v is not None for v in values)
            found.append(Found(column, len(codes), of, codes=True))
            continue
        if names_areas(view.units, labels):
            # Provinces or districts: many a commune bears the name of one.
            continue
        asked = [v for v in labels if not _is_only_section(v)]
        hits = sum(may_be_unit(view, label) for label in asked)
        found.append(Found(column, hits, len(asked)))
    good = [one for one in found if one.count >= 1 and one.share >= _ENOUGH]
    # Names before codes: a code column is added beside it.
    return max(
        good, key=lambda one: (one.column.role == "unit", one.count, one.share), default=None
    )


def are_codes(view: View, column: Column, count: int) -> bool:
    """Tell whether numbers under a heading that names nothing else are codes of units."""
    filled = sum(value is not None for value in values_of(view, column))
    named = match_heading(column.path, view.indicators).score >= LIKELY
    return column.role is None and not named and count >= max(3, 0.9 * filled)


def _is_only_section(label: str) -> bool:
    return is_section(label)


def may_be_unit(view: View, label: str) -> bool:
    """Tell whether a label is the name of a unit, of one elsewhere, or of several."""
    match = find_unit(view.units, label)
    return match.code is not None or match.how in ("ambiguous", "elsewhere")


def best_indicators(view: View) -> Found | None:
    """Find the column whose labels are indicators."""
    found = []
    for column in view.table.columns:
        labels = [v for v in view.labels(column) if not is_number_like(v) and len(v) > 2]
        distinct = Counter(labels)
        hits = sum(
            count
            for label, count in distinct.items()
            if match_heading([label], view.indicators).score >= LIKELY
        )
        found.append(Found(column, hits, len(labels)))
    good = [one for one in found if one.count >= 1 and one.share >= 0.3]
    return max(good, key=lambda one: (one.column.role == "indicator", one.count), default=None)


def heading_is_unit(view: View, column: Column) -> bool:
    """Tell whether the heading of a column is the name of a unit."""
    return any(may_be_unit(view, label) for label in column.path if not words().role_of.get(label))
