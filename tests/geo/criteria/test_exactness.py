"""The engine against brute force: every completion of what is missing or not known, one by one."""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.class_ladder import LADDER, ClassId
from geo.criteria.engine import judge
from geo.criteria.record import (
    ClassRule,
    Condition,
    CriteriaSet,
    Measure,
    Need,
    Row,
    Tally,
)

# Two ratios with one denominator, a sum inside a sum, and a count alone.
MEASURES = (
    Measure("files", "f", "f", ("I06", "I08"), "population"),
    Measure("arrested", "a", "a", ("I10",), "population"),
    Measure("gathering", "g", "g", ("places.tu_diem_phuc_tap",)),
    Measure("places", "p", "p", ("places.tu_diem_phuc_tap", "places.diem_ban_le")),
    Measure("routes", "r", "r", ("routes",)),
)
INPUTS = tuple(dict.fromkeys(name for one in MEASURES for name in one.inputs))
# Enough for every turn of the thresholds below with known values up to 3.
MOST = {"population": 26, "I06": 28, "I08": 28, "I10": 28}
MOST_COUNT = 6
TYPES: tuple[ClassId, ...] = ("loai_1", "loai_2", "loai_3")


def edges(measure: Measure) -> st.SearchStrategy[Fraction]:
    if measure.denominator:
        return st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(1)])
    return st.sampled_from([Fraction(0), Fraction(1), Fraction(2), Fraction(3)])


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    measure = draw(st.sampled_from(MEASURES))
    kind = draw(st.sampled_from(["disabled", "from", "to", "between", "exactly"]))
    one, other = draw(edges(measure)), draw(edges(measure))
    low, high = min(one, other), max(one, other)
    if kind == "disabled":
        return Condition(measure)
    if kind == "from":
        return Condition(measure, low, draw(st.booleans()))
    if kind == "to":
        return Condition(measure, None, False, high, draw(st.booleans()))
    if kind == "exactly" or low == high:
        return Condition(measure, low, False, low, False)
    return Condition(measure, low, draw(st.booleans()), high, draw(st.booleans()))


@st.composite
def sets(draw: st.DrawFn) -> CriteriaSet:
    rows: list[Row] = []
    for class_id in (*TYPES, "khong_ma_tuy"):
        for letter in draw(st.sampled_from([("a",), ("a", "b")])):
            ranges = tuple(draw(st.lists(conditions(), min_size=1, max_size=2)))
            opaque = draw(st.integers(0, 7)) == 0
            rows.append(
                Row(
                    f"{class_id}.{letter}",
                    class_id,
                    letter,
                    "",
                    "",
                    "",
                    () if opaque else ranges,
                    is_verified=not opaque,
                )
            )
    plain = [row.id for row in rows]
    tally = Tally(
        draw(st.integers(1, 2)),
        tuple(draw(st.lists(st.sampled_from(plain), min_size=2, max_size=3, unique=True))),
        (draw(st.sampled_from(plain)),),
        or_worse=draw(st.booleans()),
    )
    rows.append(Row("loai_1.z", "loai_1", "z", "", "", "", tally=tally))
    classes = []
    for class_id in (*TYPES, "khong_ma_tuy"):
        of = tuple(row.id for row in rows if row.class_id == class_id)
        or_worse = draw(st.sampled_from([True, False, None])) if class_id == "loai_2" else False
        classes.append(ClassRule(class_id, (Need(draw(st.integers(1, len(of))), of, or_worse),)))
    return CriteriaSet(
        id="thu",
        title_vi="",
        title_en="",
        act_vi="",
        act_en="",
        valid_from=date(2025, 1, 1),
        valid_to=None,
        provinces=(),
        names_vi={},
        names_en={},
        measures=MEASURES,
        rows=tuple(rows),
        classes=tuple(classes),
        otherwise="khong_trong_diem",
    )


@st.composite
def values(draw: st.DrawFn) -> dict[str, int | None]:
    missing = draw(st.lists(st.sampled_from(INPUTS), max_size=3, unique=True))
    known = {name: draw(st.integers(0, 3)) for name in INPUTS}
    known["population"] = draw(st.integers(1, 9))
    return {name: None if name in missing else known[name] for name in INPUTS}


def completions(told: Mapping[str, int | None]) -> Iterator[dict[str, int]]:
    missing = [name for name, value in told.items() if value is None]
    ranges = [
        range(1 if name == "population" else 0, MOST.get(name, MOST_COUNT) + 1) for name in missing
    ]
    for chosen in product(*ranges):
        yield {**told, **dict(zip(missing, chosen, strict=True))}


def holds(one: Condition, whole: Mapping[str, int]) -> bool:
    top = sum(whole[name] for name in one.measure.numerator)
    below = whole[one.measure.denominator] if one.measure.denominator else 1
    if one.low is not None:
        more = top * one.low.denominator - one.low.numerator * below
        if more < 0 or (more == 0 and one.low_open):
            return False
    if one.high is not None:
        more = top * one.high.denominator - one.high.numerator * below
        if more > 0 or (more == 0 and one.high_open):
            return False
    return True


def met_rows(
    criteria: CriteriaSet, met: Mapping[tuple[str, int], bool], opaque: Mapping[str, bool]
) -> set[str]:
    found = {
        row.id
        for row in criteria.rows
        if opaque.get(row.id) or any(met[row.id, at] for at in range(len(row.conditions)))
    }
    for row in criteria.rows:
        if row.tally is not None:
            count = sum(counts(criteria, name, found, row.tally.or_worse) for name in row.tally.of)
            if count >= row.tally.at_least and set(row.tally.also) <= found:
                found.add(row.id)
    return found


def counts(criteria: CriteriaSet, name: str, found: set[str], or_worse: bool) -> bool:
    row = criteria.row(name)
    graver = [
        one.id
        for one in criteria.rows
        if one.criterion == row.criterion
        and LADDER.index(one.class_id) < LADDER.index(row.class_id)
    ]
    return name in found or (or_worse and bool(found & set(graver)))


def brute_force(
    criteria: CriteriaSet, told: Mapping[str, int | None]
) -> tuple[set[str], dict[str, set[bool]]]:
    flat = [(row, at, one) for row in criteria.rows for at, one in enumerate(row.conditions)]
    known = [(row, at, one) for row, at, one in flat if one.is_enabled]
    disabled = [(row, at, one) for row, at, one in flat if not one.is_enabled]
    opaque = [row.id for row in criteria.rows if not row.is_verified]
    shown = {tuple(holds(one, whole) for _, _, one in known) for whole in completions(told)}
    classes: set[str] = set()
    verdicts: dict[str, set[bool]] = {row.id: set() for row in criteria.rows}
    for truth in shown:
        for more in product((False, True), repeat=len(disabled)):
            met = {(row.id, at): is_met for (row, at, _), is_met in zip(known, truth, strict=True)}
            met |= {(r.id, at): is_met for (r, at, _), is_met in zip(disabled, more, strict=True)}
            # A range that is not known is apart from every other class's range of its measure.
            at_odds = any(
                met[row.id, at]
                and met[other.id, place]
                and row.class_id != other.class_id
                and one.measure == another.measure
                for row, at, one in disabled
                for other, place, another in flat
            )
            if at_odds:
                continue
            for told_rows in product((False, True), repeat=len(opaque)):
                rows = met_rows(criteria, met, dict(zip(opaque, told_rows, strict=True)))
                for row in criteria.rows:
                    verdicts[row.id].add(row.id in rows)
                for reading in (False, True):
                    classes.add(class_of(criteria, rows, reading))
    return classes, verdicts


def class_of(criteria: CriteriaSet, rows: set[str], reading: bool) -> str:
    for rule in criteria.classes:
        if all(
            sum(
                counts(criteria, name, rows, reading if need.or_worse is None else need.or_worse)
                for name in need.of
            )
            >= need.at_least
            for need in rule.needs
        ):
            return rule.id
    return criteria.otherwise


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(sets(), values())
def test_C4_the_possible_classes_are_those_of_every_completion_and_no_others(
    criteria: CriteriaSet, told: dict[str, int | None]
) -> None:
    judged = judge(criteria, told)
    classes, verdicts = brute_force(criteria, told)
    assert set(judged.possible) == classes
    assert judged.computed == (classes.pop() if len(classes) == 1 else "chua_danh_gia")
    for reason in judged.reasons:
        told_of = verdicts[reason.row.id]
        expected = {frozenset({True}): "met", frozenset({False}): "not_met"}
        found = expected.get(frozenset(told_of), "open")
        assert (reason.verdict if len(told_of) == 1 else "open") == found
        assert (reason.verdict in ("unknown", "disabled")) == (len(told_of) == 2)
