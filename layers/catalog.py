"""The list of map layers, read top to bottom; adding a layer is adding one record.

A layer says what is drawn and from which figure; who may see it follows from its visibility
(DOMAIN.md section 8), and the rule from visibility to permission stands in `api/access.py`.
Titles and the two sentences of each layer live in `geo/messages/layers.toml`.
"""

from dataclasses import dataclass
from typing import Literal

from geo.errors import NotFound
from geo.indicators import SERIES
from geo.messages import Language, say

Level = Literal["country", "province", "district", "commune"]
UnitLevel = Literal["province", "district", "commune"]
LEVELS: tuple[Level, ...] = ("country", "province", "district", "commune")
UNIT_LEVELS: tuple[UnitLevel, ...] = ("province", "district", "commune")
CELL_RESOLUTIONS = (5, 6, 7, 8)

Geometry = Literal["units", "cells"]
Visibility = Literal["P", "I", "R"]
Measure = Literal[
    "class",
    "disagreement",
    "drug_free_share",
    "active_count",
    "new_count",
    "eliminated_count",
    "reformed_count",
    "observed",
]
LegendKind = Literal[
    "class_ladder",
    "disagreement",
    "drug_free_share",
    "hotspots",
    "results",
    "observed",
    "observed_share",
]
# Layers of one group stand together; those of the second are folded.
Group = Literal["map", "reported"]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of the map.

    Parameters
    ----------
    id
        Name in addresses and messages.
    indicator
        Identifier of the indicator that the layer draws (DOMAIN.md section 8); the class of a
        commune is an assessment and has none.
    measure
        The computed figure that the store reads for it.
    geometry
        What carries the values: administrative units, H3 cells or both.
    levels
        Levels of units that the layer may be drawn on, the usual one first.
    visibility
        P, I or R: public after approval, internal, restricted.
    legend
        Which legend of `layers.legend` paints it.
    flow
        True when the figure counts what happened within the period, false when it is a state on
        the last day: longer windows then need classes of their own.
    """

    id: str
    indicator: str | None
    measure: Measure
    geometry: tuple[Geometry, ...]
    levels: tuple[Level, ...]
    visibility: Visibility
    legend: LegendKind
    flow: bool

    @property
    def scale(self) -> int:
        """Tell how many times the value the whole numbers of a feed are: shares have tenths."""
        return 10 if self.is_share else 1

    @property
    def is_share(self) -> bool:
        """Tell whether the values are percent with a numerator and a denominator."""
        return self.legend in ("drug_free_share", "observed_share")

    @property
    def group(self) -> Group:
        """Tell with which layers it stands."""
        return "reported" if self.measure == "observed" else "map"

    def title(self, language: Language = "vi") -> str:
        """Name the layer."""
        if self.measure != "observed":
            return say(f"layer_{self.id}_title", language=language)
        one = SERIES[self.indicator or ""]
        return one.name_vi if language == "vi" else one.name_en

    def about(self, language: Language = "vi") -> str:
        """Say in two sentences what the layer shows and what it does not."""
        stem = f"layer_{self.legend}" if self.measure == "observed" else f"layer_{self.id}"
        return say(f"{stem}_about", language=language)

    def unit(self, language: Language = "vi") -> str:
        """Name the unit of its values."""
        if self.measure != "observed":
            return say(f"layer_{self.id}_unit", language=language)
        one = SERIES[self.indicator or ""]
        return one.unit_vi if language == "vi" else one.unit_en


def _observed(indicator_id: str) -> Layer:
    """Make the layer of an entered indicator; totals of persons stay per commune (N1)."""
    one = SERIES[indicator_id]
    share = one.is_share
    return Layer(
        id=indicator_id.lower().replace(".", "_") + ("_share" if share else ""),
        indicator=indicator_id,
        measure="observed",
        geometry=("units",),
        levels=("commune",) if one.person_derived else ("commune", "district", "province"),
        visibility=one.visibility,
        legend="observed_share" if share else "observed",
        flow=True,
    )


LAYERS: tuple[Layer, ...] = (
    Layer(
        id="class",
        indicator=None,
        measure="class",
        geometry=("units",),
        levels=("commune",),
        visibility="I",
        legend="class_ladder",
        flow=False,
    ),
    Layer(
        id="disagreement",
        indicator=None,
        measure="disagreement",
        geometry=("units",),
        levels=("commune",),
        visibility="I",
        legend="disagreement",
        flow=False,
    ),
    Layer(
        id="drug_free_share",
        indicator="I15",
        measure="drug_free_share",
        geometry=("units",),
        levels=("province", "country", "district"),
        visibility="P",
        legend="drug_free_share",
        flow=False,
    ),
    Layer(
        id="active",
        indicator="I02",
        measure="active_count",
        geometry=("units", "cells"),
        levels=("commune", "district", "province"),
        visibility="R",
        legend="hotspots",
        flow=False,
    ),
    Layer(
        id="eliminated",
        indicator="I03",
        measure="eliminated_count",
        geometry=("units", "cells"),
        levels=("commune", "district", "province"),
        visibility="R",
        legend="results",
        flow=True,
    ),
    Layer(
        id="new",
        indicator="I04",
        measure="new_count",
        geometry=("units",),
        levels=("commune", "district", "province"),
        visibility="R",
        legend="hotspots",
        flow=True,
    ),
    Layer(
        id="reformed",
        indicator="I05",
        measure="reformed_count",
        geometry=("units",),
        levels=("commune", "district", "province"),
        visibility="R",
        legend="hotspots",
        flow=True,
    ),
    *map(
        _observed,
        (
            *("I01", "I24", "I06", "I07", "I08", "I09", "I10", "I11", "I12"),
            *("I13", "I14.area", "I14.plants"),
        ),
    ),
)


def find_layer(layer_id: str) -> Layer:
    """Give the layer of a name.

    Raises
    ------
    NotFound
        With code ``layer_unknown``; the same answer is given for a layer that may not be seen.
    """
    for layer in LAYERS:
        if layer.id == layer_id:
            return layer
    raise NotFound("layer_unknown", layer=layer_id[:40])
