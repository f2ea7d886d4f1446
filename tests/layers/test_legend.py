"""Legends are in whole numbers, ordered, complete, and never told by colour alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.catalog import LAYERS, find_layer
from layers.legend import (
    CELL_OPACITY,
    CELL_RAMPS,
    CLASS_LADDER,
    RAMPS,
    as_json,
    count_classes,
    share_classes,
)

RAMP = RAMPS["hotspots"]
MAXIMA = {
    "commune": {"month": 12, "year": 60},
    "district": {"month": 40, "year": 300},
    "province": {"month": 900, "year": 4000},
    "cells": {"month": 30, "year": 100},
    "cells_7": {"month": 9, "year": 20},
}


def _bounds(maximum: int) -> list[tuple[float, float]]:
    return [(c.first, c.last) for c in count_classes(maximum, ramp=RAMP)]


@pytest.mark.parametrize(
    ("maximum", "expected"),
    [
        (0, [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]),
        (1, [(1, 1)]),
        (3, [(1, 1), (2, 2), (3, 3)]),
        (6, [(1, 1), (2, 2), (3, 6)]),
        (10, [(1, 1), (2, 2), (3, 4), (5, 10)]),
        (15, [(1, 1), (2, 2), (3, 4), (5, 9), (10, 15)]),
        (40, [(1, 1), (2, 4), (5, 9), (10, 19), (20, 40)]),
        (937, [(1, 4), (5, 19), (20, 49), (50, 199), (200, 937)]),
    ],
)
def test_breaks_of_counts_are_round_and_the_last_class_is_closed(
    maximum: int, expected: list[tuple[int, int]]
) -> None:
    assert _bounds(maximum) == expected


@given(st.integers(min_value=1, max_value=3_000_000))
def test_count_classes_hold_every_count_exactly_once(maximum: int) -> None:
    bounds = _bounds(maximum)
    assert bounds[0][0] == 1
    assert bounds[-1][1] == maximum
    assert len(bounds) <= len(RAMP)
    for (_, last), (first, _) in pairwise(bounds):
        assert first == last + 1
    assert all(
        isinstance(edge, int) and first <= last for first, last in bounds for edge in (first, last)
    )


def test_share_classes_hold_the_target_of_half_on_a_border() -> None:
    classes = share_classes(ramp=RAMPS["drug_free_share"])
    assert [c.first for c in classes] == [0.1, 10, 25, 50, 75]
    assert [c.last for c in classes] == [9.9, 24.9, 49.9, 74.9, 100]
    assert classes[3].label_vi == "50% đến dưới 75%"


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.id)
def test_legend_of_every_layer_says_what_is_no_value(layer) -> None:
    legend = as_json(layer, maxima=MAXIMA)
    specials = {s["status"]: s for s in legend["special"]}
    assert "x" in specials
    assert "h" in specials
    assert specials.get("m", specials.get("a"))["pattern"] in {"hatch", "dots"}
    assert len({s["label_vi"] for s in specials.values()}) == len(specials)
    if legend["type"] == "classes":
        assert set(layer.levels) <= set(legend["per_level"])
        colors = {item["color"] for item in legend["items"]}
        assert legend["zero"]["color"] not in colors


def test_counts_within_a_window_have_classes_per_window_length() -> None:
    legend = as_json(find_layer("eliminated"), maxima=MAXIMA)
    assert legend["per_level"]["commune"][-1]["to"] == 12
    assert legend["per_kind"]["year"]["commune"][-1]["to"] == 60
    assert set(legend["per_level"]) == {"commune", "district", "province", "cells", "cells_7"}


def test_state_on_a_day_has_the_same_classes_for_every_window() -> None:
    legend = as_json(find_layer("active"), maxima=MAXIMA)
    assert legend["per_level"]["commune"][-1]["to"] == 60
    assert "per_kind" not in legend


def test_class_is_told_by_a_letter_too() -> None:
    assert [c.value for c in CLASS_LADDER] == [0, 1, 2, 3, 4]
    assert len({c.letter for c in CLASS_LADDER}) == len(CLASS_LADDER)
    assert CLASS_LADDER[0].id == "khong_ma_tuy"
    assert CLASS_LADDER[-1].id == "loai_1"


def _luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _seen_without_green(color: str) -> tuple[float, ...]:
    """Simulate deuteranopia (Viénot, Brettel and Mollon 1999) in linear light."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    red_green = 0.29275 * r + 0.70725 * g
    return red_green, red_green, -0.02234 * r + 0.02234 * g + b


@pytest.mark.parametrize("ramp", RAMPS.values(), ids=RAMPS.keys())
def test_ramps_go_from_light_to_dark_in_clear_steps(ramp: tuple[str, ...]) -> None:
    seen = [_luminance(color) for color in ramp]
    for lighter, darker in pairwise(seen):
        assert (lighter + 0.05) / (darker + 0.05) > 1.35


@pytest.mark.parametrize("ramp", CELL_RAMPS.values(), ids=CELL_RAMPS.keys())
def test_hexagons_are_seen_on_white_and_go_in_clear_steps(ramp: tuple[str, ...]) -> None:
    laid = [_over_white(color, CELL_OPACITY) for color in ramp]
    seen = [1.0, *(_luminance(color) for color in laid)]
    assert 1.05 / (seen[1] + 0.05) > 1.5
    for lighter, darker in pairwise(seen):
        assert (lighter + 0.05) / (darker + 0.05) > 1.3


def _over_white(color: str, opacity: float) -> str:
    channels = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(opacity * one + (1 - opacity) * 255):02x}" for one in channels)


def test_classes_of_the_ladder_stay_apart_without_green() -> None:
    seen = [_seen_without_green(c.color) for c in CLASS_LADDER]
    for i, one in enumerate(seen):
        for other in seen[i + 1 :]:
            lightness = [(0.95 * c[0] + 0.05 * c[2] + 0.05) for c in (one, other)]
            hue = abs((one[2] - one[0]) - (other[2] - other[0]))
            assert max(lightness) / min(lightness) > 1.25 or hue > 0.15
