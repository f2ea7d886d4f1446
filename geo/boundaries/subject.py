"""The set under judgement and the register that it is held against."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.errors import Detail, Severity
from geo.units import EQUAL_AREA_SRID

Details = dict[str, Detail]


@dataclass(frozen=True, slots=True)
class Register:
    """The register of communes that a set is held against.

    Parameters
    ----------
    units
        code, name, kind, province_code, province, lng, lat (EPSG:4326).
    stated_on
        A day on which the register holds.
    """

    units: pd.DataFrame
    stated_on: date


@dataclass(frozen=True)
class Subject:
    """A set under judgement, with what several rules need, worked out once.

    Parameters
    ----------
    frame
        Communes as read, EPSG:4326, in the order of the file.
    valid_from, valid_to
        Half-open validity of the set.
    register
        The register, when the set is to be held against it.
    previous
        Communes of the set before this one, when there is one.
    """

    frame: gpd.GeoDataFrame
    valid_from: date
    valid_to: date | None
    register: Register | None
    previous: gpd.GeoDataFrame | None

    def text(self, column: str) -> "pd.Series[str]":
        """Give a column as text, missing values as the empty string, rows counted from 0."""
        if column not in self.frame:
            return pd.Series([""] * len(self.frame), dtype=object)
        return self.frame[column].fillna("").astype(str).astype(object).reset_index(drop=True)

    @cached_property
    def land(self) -> NDArray[np.object_]:
        """The geometry of every row, as it came."""
        return np.asarray(self.frame.geometry, dtype=object)

    @cached_property
    def is_area(self) -> NDArray[np.bool_]:
        """Whether the geometry of each row is a polygon or several."""
        kinds = [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON]
        return np.isin(shapely.get_type_id(self.land), kinds)

    @cached_property
    def sound(self) -> NDArray[np.int64]:
        """Rows whose geometry is a valid, non-empty area."""
        fine = self.is_area & shapely.is_valid(self.land) & ~shapely.is_empty(self.land)
        return np.flatnonzero(fine)

    @cached_property
    def flat(self) -> NDArray[np.object_]:
        """The sound geometry in the equal-area projection."""
        sound = gpd.GeoSeries(self.land[self.sound], crs=4326)
        return np.asarray(sound.to_crs(EQUAL_AREA_SRID), dtype=object)

    @property
    def severity(self) -> Severity:
        """How grave it is to differ from the register: less for a set that ended before it."""
        ended = (
            self.register is not None
            and self.valid_to is not None
            and self.valid_to <= self.register.stated_on
        )
        return "warning" if ended else "error"
