"""A comparison fails by a missed gate or a wrong answer, never by a missed goal."""

import pytest

from bench.__main__ import BENCHES
from bench.report import Figure, as_json, as_table
from tests.support.sources import PROJECT


@pytest.mark.parametrize(
    ("figure", "passed"),
    [
        (Figure("ratio", 120, "x", gate=100, goal=400, equal=True), True),
        (Figure("ratio", 99, "x", gate=100, equal=True), False),
        (Figure("ratio", 120, "x", gate=100, equal=False), False),
        (Figure("size", 79, "MB", gate=100, at_most=True), True),
        (Figure("size", 101, "MB", gate=100, at_most=True), False),
        (Figure("told only", 5, "s"), True),
        (Figure("wrong", 0, "points", gate=0, at_most=True), True),
        (Figure("wrong", 1, "points", gate=0, at_most=True), False),
    ],
)
def test_gates_and_answers_decide(figure: Figure, passed: bool) -> None:
    assert figure.passed is passed
    assert as_json([figure])["ok"] is passed
    assert figure.name in as_table([figure])


def test_every_comparison_is_there() -> None:
    for module in BENCHES.values():
        assert (PROJECT / f"{module.replace('.', '/')}.py").is_file()
