"""What is registered for the targets of a plan: numbers by year, and marks given by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from geo.store.map_index import query
from geo.store.plan_inputs import Sight
from geo.store.plan_scope import Area


@dataclass(frozen=True, slots=True)
class Registered:
    """One row of a register.

    Parameters
    ----------
    unit_key, key_to, level
        The unit with all below it, and its level.
    target, year
        Of which target, to be reached by the end of which year.
    value, is_share
        A share 0..1, or a count of communes; None beside a mark.
    mark
        ``dat``, ``dang_thuc_hien`` or ``chua_dat``; None beside a value.
    document_no
        Where it is registered.
    simulated
        Whether it is made up.
    """

    unit_key: int
    key_to: int
    level: str
    target: str
    year: int
    value: Fraction | None
    is_share: bool | None
    mark: str | None
    document_no: str | None
    simulated: bool

    def bound_of(self, communes: int) -> Fraction | None:
        """Give its value as a share of some communes; None for a mark or of no commune."""
        if self.value is None or not communes:
            return None
        return self.value if self.is_share else self.value / communes


def read_registered(sight: Sight, plan_id: str) -> list[Registered]:
    """Read what is registered for a plan within what is in sight, by unit, target and year."""
    return [
        Registered(
            row.unit_key,
            row.key_to,
            row.level,
            row.target,
            row.year,
            None if row.value is None else Fraction(row.value),
            row.is_share,
            row.mark,
            row.document_no,
            row.simulated,
        )
        for row in sight.conn.execute(query("plan_numbers"), sight.asked(plan=plan_id))
    ]


def registered_for(
    rows: Sequence[Registered],
    sight: Sight,
    areas: Sequence[Area],
    *,
    target: str,
    level: str,
) -> list[Registered]:
    """Give the rows of a target whose unit, on its own set, is of the level and holds the scope.

    Of one year the row of the newest set holds.
    """
    found: dict[int, Registered] = {}
    for area in areas:
        one = sight.graph.sets[area.at]
        keys = one.key[area.communes]
        for row in rows:
            same = row.target == target and row.level == level and row.unit_key >> 20 == one.set_id
            if same and keys.size and row.unit_key <= keys[0] and keys[-1] <= row.key_to:
                found[row.year] = row
    return [found[year] for year in sorted(found)]
