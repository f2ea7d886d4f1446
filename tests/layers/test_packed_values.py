import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.packed_values import pack, unpack

# Read by the browser's reader too (tests/browser/feed.test.mjs).
EXAMPLES = json.loads(
    (Path(__file__).resolve().parents[1] / "support" / "packed_values.json").read_text("utf-8")
)
WITH_VALUE = st.tuples(st.integers(0, 10**7), st.sampled_from(".ie"))
WITHOUT = st.tuples(st.none(), st.sampled_from("maxh"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["packed"])
def test_example(example: dict[str, object]) -> None:
    assert pack(example["v"], example["s"], scale=example["scale"]) == example["packed"]
    assert unpack(example["packed"], scale=example["scale"]) == (example["v"], example["s"])


@given(st.lists(st.one_of(WITH_VALUE, WITHOUT)), st.sampled_from([1, 10]))
def test_what_was_packed_is_read_back(units: list[tuple[int | None, str]], scale: int) -> None:
    values = [None if number is None else number / scale for number, _ in units]
    statuses = "".join(status for _, status in units)
    assert unpack(pack(values, statuses, scale=scale), scale=scale) == (values, statuses)


@pytest.mark.parametrize("packed", ["?", "(12", "(x)", "a b", "()"])
def test_another_text_is_refused(packed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 each its own sentence
        unpack(packed)


@pytest.mark.parametrize(("values", "statuses"), [([None], "."), ([1], "m"), ([1], ""), ([], "m")])
def test_values_and_statuses_that_disagree_are_refused(
    values: list[int | None], statuses: str
) -> None:
    with pytest.raises((ValueError, KeyError)):
        pack(values, statuses)
