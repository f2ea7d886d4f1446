"""Which truths of conditions are possible where inputs are missing: exactly, none too many or few.

A missing input may be any whole number from 0 (a denominator that cannot be 0: from 1). Sums of
inputs are cut at the whole numbers where a condition turns; between two cuts nothing changes. A
missing denominator is tried at every value where something may change: up to the point from which
on every range holds a whole number of parts, and above it once per turn. Thresholds are multiplied,
never divided, so nothing is ever rounded (K2).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from math import ceil, floor, lcm

from geo.criteria.record import Condition

# A half-open range of whole numbers; no end is None.
Span = tuple[int, int | None]
Values = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Placed:
    """A condition, the bit it has, and the parts of one in its numerator and denominator."""

    condition: Condition
    bit: int
    numerator_grain: int = 1
    denominator_grain: int = 1
    zero_allowed: bool = True


def truths(placed: Sequence[Placed], values: Values) -> frozenset[int]:
    """Give every possible truth of some conditions, as sums of the bits of those that hold.

    Parameters
    ----------
    placed
        Enabled conditions.
    values
        Inputs; None where missing.
    """
    return combine(truths_of_parts(placed, values))


def truths_of_parts(placed: Sequence[Placed], values: Values) -> tuple[frozenset[int], ...]:
    """Give the possible truths by group of conditions that share no missing input.

    Any truth of one group goes with any of another: `combine` makes the whole of them.
    """
    return tuple(frozenset(_of_group(group, values)) for group in _linked(placed, values))


def combine(parts: Iterable[frozenset[int]]) -> frozenset[int]:
    """Put together one truth of every group in every way."""
    found = [0]
    for part in parts:
        found = [one | other for one in found for other in part]
    return frozenset(found)


def span_of(one: Placed, below: int) -> Span:
    """Give the range of numerators in which a condition holds for a denominator (1 for none)."""
    condition = one.condition
    scale = Fraction(below * one.numerator_grain, one.denominator_grain)
    low, high = 0, None
    if condition.low is not None:
        edge = condition.low * scale
        low = floor(edge) + 1 if condition.low_open else ceil(edge)
    if condition.high is not None:
        edge = condition.high * scale
        high = ceil(edge) if condition.high_open else floor(edge) + 1
    return max(low, 0), high


def _linked(placed: Sequence[Placed], values: Values) -> list[list[Placed]]:
    """Part conditions into groups that share no missing input."""
    groups: list[tuple[set[str], list[Placed]]] = []
    for one in placed:
        measure = one.condition.measure
        # Conditions of one measure belong together even where nothing is missing.
        mine = {f"={measure.id}", *(n for n in measure.inputs if _missing(one, n, values))}
        members = [one]
        apart = []
        for names, others in groups:
            if names & mine:
                mine |= names
                members = others + members
            else:
                apart.append((names, others))
        groups = [*apart, (mine, members)]
    return [members for _, members in groups]


def _missing(one: Placed, name: str, values: Values) -> bool:
    value = values.get(name)
    if value is None:
        return True
    return name == one.condition.measure.denominator and value == 0 and not one.zero_allowed


def _of_group(group: Sequence[Placed], values: Values) -> set[int]:
    names = {one.condition.measure.denominator for one in group} - {""}
    lacking = sorted(
        name
        for name in names
        if any(
            one.condition.measure.denominator == name and _missing(one, name, values)
            for one in group
        )
    )
    if not lacking:
        return _of_known(group, values)
    name, rest = lacking[0], {key: value for key, value in values.items() if key != lacking[0]}
    found: set[int] = set()
    for below in _denominators([o for o in group if o.condition.measure.denominator == name], rest):
        known = {**rest, name: below}
        # The others may be apart now.
        found |= truths(group, known)
    return found


def _of_known(group: Sequence[Placed], values: Values) -> set[int]:
    """Give the truths where every denominator is known."""
    by_measure: dict[str, list[Placed]] = {}
    for one in group:
        by_measure.setdefault(one.condition.measure.id, []).append(one)
    choices: list[list[tuple[Span, int]]] = []
    for members in by_measure.values():
        measure = members[0].condition.measure
        below = values[measure.denominator] if measure.denominator else 1
        if below == 0:
            bits = sum(one.bit for one in members if one.condition.of_nothing)
            choices.append([((0, None), bits)])
            continue
        choices.append(_bands([(span_of(one, int(below or 1)), one.bit) for one in members]))
    measures = [members[0].condition.measure for members in by_measure.values()]
    found = set()
    for chosen in product(*choices):
        spans = [span for span, _ in chosen]
        if _feasible([one.numerator for one in measures], spans, values):
            found.add(sum(bits for _, bits in chosen))
    return found


def _bands(spans: Sequence[tuple[Span, int]]) -> list[tuple[Span, int]]:
    """Cut the whole numbers where a condition turns; give each range with the bits that hold."""
    cuts = sorted(
        {0, *(edge for (low, high), _ in spans for edge in (low, high) if edge is not None)}
    )
    ends: list[int | None] = [*cuts[1:], None]
    return [
        (
            (start, end),
            sum(
                bit for (low, high), bit in spans if low <= start and (high is None or start < high)
            ),
        )
        for start, end in zip(cuts, ends, strict=True)
    ]


def _feasible(sums: Sequence[tuple[str, ...]], spans: Sequence[Span], values: Values) -> bool:
    """Tell whether whole numbers exist that put every sum into its range.

    Sums are nested or have no missing input in common (`reading` sees to it): from the smallest
    outwards each one's own range is narrowed to what its parts allow.
    """
    order = sorted(range(len(sums)), key=lambda at: len(sums[at]))
    free = [{name for name in sums[at] if values.get(name) is None} for at in range(len(sums))]
    least: dict[int, Span] = {}
    for place, at in enumerate(order):
        low = sum(values.get(name) or 0 for name in sums[at])
        high: int | None = low
        inner: list[int] = []
        for other in reversed(order[:place]):
            # The outermost of those inside, once.
            if (
                free[other]
                and free[other] <= free[at]
                and not any(free[other] <= free[one] for one in inner)
            ):
                inner.append(other)
        covered: set[str] = set()
        for other in inner:
            known = sum(values.get(name) or 0 for name in sums[other])
            inside_low, inside_end = least[other]
            low += inside_low - known
            if high is not None:
                high = None if inside_end is None else high + inside_end - 1 - known
            covered |= free[other]
        if free[at] - covered:
            high = None
        start = max(low, spans[at][0])
        ends = [
            end for end in (None if high is None else high + 1, spans[at][1]) if end is not None
        ]
        end = min(ends) if ends else None
        if end is not None and end <= start:
            return False
        least[at] = (start, end)
    return True


def _denominators(group: Sequence[Placed], values: Values) -> Iterable[int]:
    """List the values of a missing denominator that between them show every possible truth."""
    numerators = [
        sum(values.get(name) or 0 for name in one.condition.measure.numerator) for one in group
    ]
    is_free = [
        any(values.get(name) is None for name in one.condition.measure.numerator) for one in group
    ]
    turns = {1}
    for one, top in zip(group, numerators, strict=True):
        for edge in _edges(one):
            if edge > 0:
                turn = top / edge
                turns |= {floor(turn), floor(turn) + 1, ceil(turn), ceil(turn) + 1}
    turns = {turn for turn in turns if turn >= 1}
    zero = [0] if all(one.zero_allowed for one in group) else []
    if not any(is_free):
        return [*zero, *sorted(turns)]
    # From here on every range between two edges holds a whole number of parts.
    fine = _fineness(group)
    step = lcm(*(edge.denominator for edge in _single_points(group)))
    starts = sorted(turns)
    ends = [*(start - 1 for start in starts[1:]), max(starts[-1], fine) + step]
    floors = _floors(group, values)
    tried = list(zero)
    for start, end in zip(starts, ends, strict=True):
        first = start if end < fine + step else max(start, end - step)
        seen = set()
        for below in range(first, end + 1):
            shown = tuple(_shown(cuts, least, below) for cuts, least in floors)
            if shown not in seen:
                seen.add(shown)
                tried.append(below)
    return tried


def _floors(
    group: Sequence[Placed], values: Values
) -> list[tuple[list[tuple[int, int, bool]], int]]:
    """Give for each measure with a missing numerator its edges in order, and what is known of it.

    An edge is numerator, denominator, and whether the number on it belongs to what is below.
    """
    edges: dict[str, set[tuple[Fraction, bool]]] = {}
    known: dict[str, int] = {}
    for one in group:
        measure, condition = one.condition.measure, one.condition
        if all(values.get(name) is not None for name in measure.numerator):
            continue
        scale = Fraction(one.numerator_grain, one.denominator_grain)
        known[measure.id] = sum(values.get(name) or 0 for name in measure.numerator)
        mine = edges.setdefault(measure.id, set())
        if condition.low is not None:
            mine.add((condition.low * scale, condition.low_open))
        if condition.high is not None:
            mine.add((condition.high * scale, not condition.high_open))
    return [
        ([(edge.numerator, edge.denominator, below) for edge, below in sorted(mine)], known[name])
        for name, mine in edges.items()
    ]


def _shown(cuts: Sequence[tuple[int, int, bool]], least: int, below: int) -> tuple[bool, ...]:
    """Tell which ranges between the edges hold a whole number that is not below the known part."""
    starts = [
        top * below // part + 1 if inside else -(-top * below // part) for top, part, inside in cuts
    ]
    return tuple(max(start, least) < end for start, end in pairwise([0, *starts]))


def _edges(one: Placed) -> list[Fraction]:
    scale = Fraction(one.numerator_grain, one.denominator_grain)
    bounds = (one.condition.low, one.condition.high)
    return [bound * scale for bound in bounds if bound is not None]


def _single_points(group: Sequence[Placed]) -> set[Fraction]:
    """Give the edges that are a range of their own, as by ``equals``: only some wholes hit them."""
    cuts: dict[tuple[str, Fraction], set[bool]] = {}
    for one in group:
        condition = one.condition
        scale = Fraction(one.numerator_grain, one.denominator_grain)
        # True: the edge itself still belongs to what is below it.
        for bound, below in (
            (condition.low, condition.low_open),
            (condition.high, not condition.high_open),
        ):
            if bound is not None:
                cuts.setdefault((condition.measure.id, bound * scale), set()).add(below)
    return {edge for (_, edge), sides in cuts.items() if len(sides) > 1}


def _fineness(group: Sequence[Placed]) -> int:
    edges = sorted({Fraction(0), *(edge for one in group for edge in _edges(one))})
    gaps = [after - before for before, after in pairwise(edges)]
    return ceil(2 / min(gaps)) if gaps else 1
