"""How the life of a place is told: in order, with corrections, an operation leaving no trace."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from geo.hotspots import STATES
from geo.store.lives import LifeEvent, tell


def event(
    state: str, day: int, *, superseded: bool = False, document: str | None = None
) -> LifeEvent:
    return LifeEvent(
        state,
        date(2026, 1, day),
        date(2026, 2, day),
        document,
        superseded=superseded,
    )


def states(told: tuple[LifeEvent, ...]) -> list[tuple[str, int]]:
    return [(one.state, one.effective_on.day) for one in told]


def test_events_are_told_in_the_order_of_the_life_not_of_the_records() -> None:
    told = tell([event("eliminated", 9), event("listed", 2), event("suspected", 2)])
    assert states(told) == [("suspected", 2), ("listed", 2), ("eliminated", 9)]


def test_an_operation_on_a_listed_place_leaves_no_trace() -> None:
    life = [event("listed", 2), event("in_action", 5, document="KH-9"), event("listed", 8)]
    assert tell([*life, event("eliminated", 9)]) == (event("listed", 2), event("eliminated", 9))


def test_an_operation_on_a_place_that_was_not_active_is_told_as_a_listing() -> None:
    told = tell([event("listed", 1), event("neutralised", 2), event("in_action", 5, document="K")])
    assert states(told) == [("listed", 1), ("neutralised", 2), ("listed", 5)]
    assert told[-1].document_no is None


def test_H1_a_corrected_event_is_told_beside_its_correction() -> None:
    told = tell([event("listed", 2, superseded=True), event("listed", 3), event("eliminated", 9)])
    assert [(one.effective_on.day, one.superseded) for one in told] == [
        (2, True),
        (3, False),
        (9, False),
    ]


@given(st.lists(st.tuples(st.sampled_from(STATES), st.integers(1, 28), st.booleans()), max_size=8))
def test_no_life_ever_tells_of_an_operation(
    drawn: list[tuple[str, int, bool]],
) -> None:
    told = tell([event(state, day, superseded=old, document=state) for state, day, old in drawn])
    assert "in_action" not in {one.state for one in told}
    assert "in_action" not in {one.document_no for one in told}
    assert [one.effective_on for one in told] == sorted(one.effective_on for one in told)
