"""Every layer is complete: a title, two sentences, an indicator, a place to be drawn."""

import re

import pytest

from geo.errors import NotFound
from geo.indicators import SERIES
from geo.messages import LANGUAGES
from geo.store.tables import PERSON_DERIVED_INDICATORS
from layers.catalog import LAYERS, LEVELS, Layer, find_layer

every_layer = pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.id)


@every_layer
def test_layer_has_a_title_a_unit_and_two_sentences(layer: Layer) -> None:
    for language in LANGUAGES:
        assert layer.title(language)
        assert layer.unit(language)
        sentences = re.findall(r"[.](?:\s|$)", layer.about(language))
        assert len(sentences) == 2, layer.about(language)
        assert "!" not in layer.about(language)


@every_layer
def test_layer_is_drawn_on_known_levels(layer: Layer) -> None:
    assert layer.levels
    assert set(layer.levels) <= set(LEVELS)
    assert "units" in layer.geometry


@every_layer
def test_no_cell_ever_carries_a_person_derived_indicator(layer: Layer) -> None:
    if layer.indicator in PERSON_DERIVED_INDICATORS:
        assert layer.levels == ("commune",)
        assert layer.geometry == ("units",)


def test_layer_ids_and_indicators_are_given_once() -> None:
    ids = [layer.id for layer in LAYERS]
    indicators = [layer.indicator for layer in LAYERS if layer.indicator]
    assert len(set(ids)) == len(ids)
    assert len(set(indicators)) == len(indicators)


def test_unknown_layer_is_not_found() -> None:
    with pytest.raises(NotFound) as caught:
        find_layer("active'; DROP TABLE unit_count --")
    assert caught.value.code == "layer_unknown"


def test_layers_of_the_first_map_are_there() -> None:
    assert [layer.id for layer in LAYERS if layer.group == "map"] == [
        "class",
        "disagreement",
        "drug_free_share",
        "active",
        "eliminated",
        "new",
        "reformed",
    ]


def test_entered_indicators_are_layers_with_the_names_of_their_indicators() -> None:
    told = {layer.id: layer for layer in LAYERS if layer.group == "reported"}
    assert set(told) >= {"i01", "i06", "i07_share", "i13_share", "i14_area", "i14_plants"}
    for layer in told.values():
        assert layer.measure == "observed"
        assert layer.is_share == layer.id.endswith("_share") == (layer.unit() == "%")
        assert layer.visibility == SERIES[layer.indicator or ""].visibility
