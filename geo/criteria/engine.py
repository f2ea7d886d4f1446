"""Judges a commune by a criteria set: the classes still possible, why, and what is missing (C4).

    truths of known conditions    `reach.truths`, exact where inputs are missing
    disabled conditions and rows  both ways; ranges of one measure exclude each other
    classes                       from the worst: the first whose needs are met, else `otherwise`

One class left is the computed one; several are ``chua_danh_gia`` with the set and the missing
inputs. So missing data never reads as drug-free.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Literal

from geo.class_ladder import LADDER, NOT_ASSESSED, ClassId
from geo.criteria.inputs import inputs as all_inputs
from geo.criteria.reach import Placed, combine, truths_of_parts
from geo.criteria.record import CriteriaSet, Measure, Need, Row

_MOST_REMEMBERED = 200_000

Verdict = Literal["met", "not_met", "unknown", "disabled"]


@dataclass(frozen=True, slots=True)
class Reason:
    """What came of one row."""

    row: Row
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a criteria set says of a commune and period.

    Parameters
    ----------
    possible
        The classes still possible, worst first.
    computed
        The one that is left, or ``chua_danh_gia``.
    reasons
        Every row with its verdict, in the order of the set.
    missing
        Inputs that were not told.
    is_complete
        Whether the whole set is known: if not, "bộ tiêu chí chưa đầy đủ".
    """

    possible: tuple[ClassId, ...]
    computed: ClassId
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    is_complete: bool

    def verdict(self, row_id: str) -> Verdict:
        """Give what came of a row."""
        return next(one.verdict for one in self.reasons if one.row.id == row_id)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from the truths of the enabled conditions, as bits.

    Parameters
    ----------
    classes
        Of `LADDER`, those possible.
    true_rows, false_rows
        Rows that may be met, and that may be not.
    """

    classes: int
    true_rows: int
    false_rows: int

    def __or__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.classes | other.classes,
            self.true_rows | other.true_rows,
            self.false_rows | other.false_rows,
        )


@dataclass
class Program:
    """A criteria set made ready for many communes; remembers what followed from which truths."""

    criteria: CriteriaSet
    placed: tuple[Placed, ...] = field(init=False)
    _known: dict[int, Outcome] = field(default_factory=dict)
    _of_parts: dict[tuple[frozenset[int], ...], Outcome] = field(default_factory=dict)
    _of_measure: dict[tuple[str | int | None, ...], frozenset[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        flat = [(row, one) for row in self.criteria.rows for one in row.conditions]
        # By identity: two rows may have equal conditions.
        self._bit = {id(one): 1 << at for at, (_, one) in enumerate(flat)}
        self._row_bit = {row.id: 1 << at for at, row in enumerate(self.criteria.rows)}
        self._degrees = {
            row.id: sum(self._row_bit[one.id] for one in (row, *self.criteria.worse(row.id)))
            for row in self.criteria.rows
        }
        self._plain_first = sorted(self.criteria.rows, key=lambda row: row.tally is not None)
        grains = all_inputs()
        placed = []
        for _, one in flat:
            measure = one.measure
            below = grains.get(measure.denominator)
            if one.is_enabled:
                placed.append(
                    Placed(
                        one,
                        self._bit[id(one)],
                        grains[measure.numerator[0]].grain,
                        below.grain if below else 1,
                        below.may_be_zero if below else True,
                    )
                )
        self.placed = tuple(placed)
        self.measures: dict[Measure, list[Placed]] = {}
        for each in placed:
            self.measures.setdefault(each.condition.measure, []).append(each)
        self._of_bit = {self._bit[id(one)]: (row, one) for row, one in flat}
        self._rivals = [
            [
                b
                for b, (r, o) in self._of_bit.items()
                if o.measure.id == one.measure.id and r.class_id != row.class_id
            ]
            for row, one in flat
        ]
        self._disabled = [at for at, (_, one) in enumerate(flat) if not one.is_enabled]
        self._open_rows = [
            row for row in self.criteria.rows if not row.is_verified and not row.conditions
        ]
        self._open_needs = [
            need for rule in self.criteria.classes for need in rule.needs if need.or_worse is None
        ]

    def outcome(self, values: Mapping[str, int | None]) -> Outcome:
        """Give everything that is possible for some inputs."""
        return self.follow_parts(self._parts(values))

    def follow_parts(self, parts: tuple[frozenset[int], ...]) -> Outcome:
        """Give everything that is possible where the truths of each group are known."""
        found = self._of_parts.get(parts)
        if found is None:
            found = Outcome(0, 0, 0)
            for bits in combine(parts):
                if bits not in self._known:
                    self._known[bits] = self._follow(bits)
                found |= self._known[bits]
            self._of_parts[parts] = found
        return found

    def part_of(self, measure: Measure, values: Mapping[str, int | None]) -> frozenset[int]:
        """Give the truths of one measure's conditions, from memory."""
        key = (measure.id, *(values.get(name) for name in measure.inputs))
        if len(self._of_measure) > _MOST_REMEMBERED:
            self._of_measure.clear()
        if key not in self._of_measure:
            self._of_measure[key] = combine(truths_of_parts(self.measures[measure], values))
        return self._of_measure[key]

    def _parts(self, values: Mapping[str, int | None]) -> tuple[frozenset[int], ...]:
        """Give the truths by group; measures that share nothing missing one by one, from memory."""
        lacking: set[str] = set()
        for measure in self.measures:
            mine = {name for name in measure.inputs if is_missing(values.get(name), name, measure)}
            if lacking & mine:
                return truths_of_parts(self.placed, values)
            lacking |= mine
        return tuple(self.part_of(measure, values) for measure in self.measures)

    def verdicts(self, outcome: Outcome) -> tuple[Verdict, ...]:
        """Give the verdict of every row."""
        listed: list[Verdict] = []
        for row in self.criteria.rows:
            bit = self._row_bit[row.id]
            if not outcome.false_rows & bit:
                listed.append("met")
            elif not outcome.true_rows & bit:
                listed.append("not_met")
            else:
                listed.append("unknown" if row.is_enabled else "disabled")
        return tuple(listed)

    def _follow(self, bits: int) -> Outcome:
        """Try both ways everything that is disabled."""
        found = Outcome(0, 0, 0)
        for more in self._completions(bits):
            for rows in product((False, True), repeat=len(self._open_rows)):
                opened = {row.id: met for row, met in zip(self._open_rows, rows, strict=True)}
                met = self._rows(bits | more, opened)
                for worse in product((False, True), repeat=len(self._open_needs)):
                    readings = dict(zip(map(id, self._open_needs), worse, strict=True))
                    all_rows = (1 << len(self.criteria.rows)) - 1
                    found |= Outcome(self._class(met, readings), met, all_rows & ~met)
        return found

    def _completions(self, bits: int) -> Iterable[int]:
        """Give the sets of disabled conditions that may hold together beside some that do."""
        for chosen in product((False, True), repeat=len(self._disabled)):
            mine = sum(1 << at for at, met in zip(self._disabled, chosen, strict=True) if met)
            whole = bits | mine
            at_odds = any(
                whole & rival
                for at, met in zip(self._disabled, chosen, strict=True)
                if met
                for rival in self._rivals[at]
            )
            if not at_odds:
                yield mine

    def _rows(self, bits: int, opened: Mapping[str, bool]) -> int:
        met = 0
        for row in self._plain_first:
            if row.id in opened:
                holds = opened[row.id]
            elif row.tally is not None:
                count = self._count(row.tally.of, met, or_worse=row.tally.or_worse)
                holds = count >= row.tally.at_least and all(
                    met & self._row_bit[one] for one in row.tally.also
                )
            else:
                holds = any(bits & self._bit[id(one)] for one in row.conditions)
            if holds:
                met |= self._row_bit[row.id]
        return met

    def _class(self, met: int, readings: Mapping[int, bool]) -> int:
        for rule in self.criteria.classes:
            if all(self._is_met(need, met, readings) for need in rule.needs):
                return 1 << LADDER.index(rule.id)
        return 1 << LADDER.index(self.criteria.otherwise)

    def _is_met(self, need: Need, met: int, readings: Mapping[int, bool]) -> bool:
        or_worse = readings.get(id(need), need.or_worse)
        return self._count(need.of, met, or_worse=bool(or_worse)) >= need.at_least

    def _count(self, names: Sequence[str], met: int, *, or_worse: bool) -> int:
        masks = self._degrees if or_worse else self._row_bit
        return sum(1 for one in names if met & masks[one])


@lru_cache(maxsize=64)
def prepare(criteria: CriteriaSet) -> Program:
    """Make a set ready; the same set is made ready once."""
    return Program(criteria)


def judge(criteria: CriteriaSet, inputs: Mapping[str, int | None]) -> Judgement:
    """Judge a commune.

    Parameters
    ----------
    criteria
        The set that applies.
    inputs
        By id; what is absent or None is missing.
    """
    program = prepare(criteria)
    outcome = program.outcome(inputs)
    return make_judgement(program, outcome, missing=missing_inputs(criteria, inputs))


def make_judgement(program: Program, outcome: Outcome, *, missing: tuple[str, ...]) -> Judgement:
    """Put an outcome into words of the field."""
    possible = classes_of(outcome.classes)
    verdicts = zip(program.criteria.rows, program.verdicts(outcome), strict=True)
    return Judgement(
        possible=possible,
        computed=possible[0] if len(possible) == 1 else NOT_ASSESSED,
        reasons=tuple(Reason(row, verdict) for row, verdict in verdicts),
        missing=missing,
        is_complete=program.criteria.is_complete,
    )


def missing_inputs(criteria: CriteriaSet, inputs: Mapping[str, int | None]) -> tuple[str, ...]:
    """List the inputs of enabled conditions that were not told, in the order of the set."""
    asked = {
        name
        for row in criteria.rows
        for one in row.conditions
        if one.is_enabled
        for name in one.measure.inputs
    }
    return tuple(
        name
        for name in criteria.inputs
        if name in asked
        and any(is_missing(inputs.get(name), name, one) for one in criteria.measures)
    )


def is_missing(value: int | None, name: str, measure: Measure) -> bool:
    """Tell whether an input is missing; a denominator that cannot be 0 is, where it is 0."""
    if value is None:
        return True
    return value == 0 and measure.denominator == name and not all_inputs()[name].may_be_zero


def classes_of(mask: int) -> tuple[ClassId, ...]:
    """Give the classes of a set of bits, worst first.

    >>> classes_of(0b11000)
    ('khong_trong_diem', 'khong_ma_tuy')
    """
    return tuple(name for at, name in enumerate(LADDER) if mask >> at & 1)
