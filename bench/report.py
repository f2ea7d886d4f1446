"""What a comparison says: one figure against its gate and its goal."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Parameters
    ----------
    name
        What was measured.
    value, unit
        The figure; a unit of "x" is a ratio against the peer named in `detail`.
    gate, goal
        Must be reached, should be reached. None: told only.
    at_most
        Gate and goal are upper bounds.
    equal
        Whether our answers and the peer's were the same; None where there are none to compare.
    detail
        The figures behind the ratio.
    """

    name: str
    value: float
    unit: str
    gate: float | None = None
    goal: float | None = None
    at_most: bool = False
    equal: bool | None = None
    detail: str = ""

    def reaches(self, bound: float | None) -> bool:
        """Tell whether the figure is on the right side of a bound."""
        if bound is None:
            return True
        return self.value <= bound if self.at_most else self.value >= bound

    @property
    def passed(self) -> bool:
        """Gate reached and answers equal."""
        return self.reaches(self.gate) and self.equal is not False


def as_json(figures: Sequence[Figure]) -> dict[str, object]:
    """Shape all figures for machines."""
    return {
        "ok": all(figure.passed for figure in figures),
        "figures": [asdict(figure) | {"passed": figure.passed} for figure in figures],
    }


def as_table(figures: Sequence[Figure]) -> str:
    """Write all figures as a table for people."""
    head = ("", "figure", "measured", "gate", "goal", "equal", "detail")
    rows = [head]
    for one in figures:
        sign = "≤ " if one.at_most else "≥ "
        bounds = [
            "" if bound is None else f"{sign}{_number(bound)}{'' if one.reaches(bound) else ' ✗'}"
            for bound in (one.gate, one.goal)
        ]
        equal = {True: "yes", False: "NO", None: ""}[one.equal]
        measured = f"{_number(one.value)} {one.unit}"
        rows.append(("✓" if one.passed else "✗", one.name, measured, *bounds, equal, one.detail))
    widths = [max(len(row[column]) for row in rows) for column in range(len(head) - 1)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    )


def _number(value: float) -> str:
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
