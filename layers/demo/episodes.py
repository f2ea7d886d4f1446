"""Says when places were active, by unit of each set: what reports and classes must agree with."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.hotspots import ACTIVE
from geo.spatial_join import assign
from layers.demo.boundaries import DemoCountry
from layers.demo.hotspots import DemoHotspots

_OPEN_END = np.datetime64("9999-12-31", "D")

Ints = NDArray[np.int64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class Episodes:
    """Spans in which places were active.

    Parameters
    ----------
    begins, ends
        Half-open days of each episode; an open one ends in 9999.
    unit
        For each set, by episode, the row of its commune in the set's frame, -1 for none.
    unit_counts
        Communes of each set.
    again
        Whether the episode began by a place re-forming.
    """

    begins: Days
    ends: Days
    unit: tuple[Ints, ...]
    unit_counts: tuple[int, ...]
    again: NDArray[np.bool_]

    def count_begun(self, set_number: int, *, starts_on: date, ends_before: date) -> Ints:
        """Count for each commune of a set the episodes that begin in a span."""
        return self._tally(set_number, self._begun(starts_on, ends_before))

    def count_again(self, set_number: int, *, starts_on: date, ends_before: date) -> Ints:
        """Count for each commune of a set the places that re-formed in a span."""
        return self._tally(set_number, self._begun(starts_on, ends_before) & self.again)

    def _begun(self, starts_on: date, ends_before: date) -> NDArray[np.bool_]:
        after = self.begins >= np.datetime64(starts_on, "D")
        return after & (self.begins < np.datetime64(ends_before, "D"))

    def count_active(self, set_number: int, on: Days, *, days_before: int = 0) -> Ints:
        """Count for each commune the episodes active on its day, or in so many days before it.

        Parameters
        ----------
        set_number
            Number of the set.
        on
            A day for each commune of the set.
        days_before
            How far back an episode may have ended.
        """
        unit = self.unit[set_number]
        day = on[np.maximum(unit, 0)]
        since = day - np.timedelta64(days_before, "D")
        return self._tally(set_number, (self.begins <= day) & (self.ends > since))

    def _tally(self, set_number: int, counted: NDArray[np.bool_]) -> Ints:
        unit = self.unit[set_number]
        rows = unit[counted & (unit >= 0)]
        return np.bincount(rows, minlength=self.unit_counts[set_number]).astype(np.int64)


def find_episodes(country: DemoCountry, hotspots: DemoHotspots) -> Episodes:
    """Cut the lives of places into their active spans and locate them on each set."""
    places, events = hotspots.places, hotspots.events
    place = pd.Index(places["source_ref"]).get_indexer(pd.Index(events["source_ref"]))
    active = events["state"].isin(list(ACTIVE)).to_numpy()
    day = events["effective_on"].to_numpy(dtype="datetime64[D]")
    # The events of a place stand together in the order of life.
    goes_on = np.append(place[1:] == place[:-1], False)
    until = np.where(goes_on, np.append(day[1:], _OPEN_END), _OPEN_END)
    return Episodes(
        begins=day[active],
        ends=until[active],
        unit=tuple(
            assign(
                one.communes.geometry.to_numpy(),
                places["lng"].to_numpy(),
                places["lat"].to_numpy(),
            )[place[active]]
            for one in country.sets
        ),
        unit_counts=tuple(len(one.communes) for one in country.sets),
        again=(events["state"] == "reformed").to_numpy()[active],
    )
