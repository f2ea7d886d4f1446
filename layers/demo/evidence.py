"""Works out classes in memory from what the demo loads, as the store does from what was loaded.

So the explanation that the product gives for a simulated commune agrees with its simulated class.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.class_ladder import LADDER
from geo.criteria import criteria_set
from geo.criteria.choosing import choose
from geo.criteria.engine import prepare
from geo.criteria.inputs import PLACE_KINDS
from geo.criteria.many import MISSING, judge_many
from geo.period import Period, parse_period
from layers.demo.boundaries import DemoCountry
from layers.demo.episodes import Episodes, Ints
from layers.demo.reports import DemoReports, set_number_on
from layers.demo.tessellation import to_metres

_HUNDREDTHS = 100
_REPORTED = ("I06", "I08", "I09", "I10", "I14.area", "I14.plants")


@dataclass(frozen=True)
class Evidence:
    """Everything that classes are worked out from.

    Parameters
    ----------
    country, episodes, reports
        See the modules that make them.
    corrections
        Later revisions of figures.
    records
        What lies beside: residents, routes, sub-communes and what is told of them.
    """

    country: DemoCountry
    episodes: Episodes
    reports: DemoReports
    corrections: pd.DataFrame
    records: Mapping[str, pd.DataFrame]
    _known: dict[str, Ints] = field(default_factory=dict)

    def possible(self, period_id: str) -> Ints:
        """Give for each commune of the period's set the classes still possible, as bits."""
        if period_id not in self._known:
            self._known[period_id] = self._judge(parse_period(period_id))
        return self._known[period_id]

    def _judge(self, period: Period) -> Ints:
        number = set_number_on(self.country, period.last_day)
        communes = self.country.sets[number].communes
        columns = self._columns(period, number)
        # The demo's sets hold for the whole country.
        chosen = choose(period.last_day, province="", simulated=True)
        if chosen is None:
            raise LookupError(f"no simulated criteria set on {period.last_day}")
        criteria = criteria_set(chosen.id)
        place, outcomes = judge_many(prepare(criteria), columns, count=len(communes))
        return np.array([one.classes for one in outcomes], dtype=np.int64)[place]

    def _columns(self, period: Period, number: int) -> dict[str, Ints]:
        codes = pd.Index(self.country.sets[number].communes["code"])
        submissions = self.reports.submissions
        came = submissions.loc[
            (submissions["set_number"] == number) & (submissions["period_id"] == period.id), "code"
        ]
        reported = codes.isin(came)
        last_day = np.full(len(codes), np.datetime64(period.last_day, "D"))
        active = self.episodes.count_active(number, last_day)
        again = self.episodes.count_again(
            number, starts_on=period.starts_on, ends_before=period.ends_before
        )
        # The sets add all kinds up: which kind a place is of makes no difference.
        places = {f"places.{kind}": np.where(reported, 0, MISSING) for kind in PLACE_KINDS}
        places[f"places.{PLACE_KINDS[0]}"] = _counted(active, reported)
        return {
            **self._figures(period, number, codes),
            **places,
            "I05": _counted(again, reported),
            "population": self._residents(period, number, codes),
            "routes": self._routes(period, number),
            **self._swept(period, number, codes),
        }

    def _figures(self, period: Period, number: int, codes: "pd.Index[str]") -> dict[str, Ints]:
        listed = pd.concat([self.reports.observations, self.corrections], ignore_index=True)
        mine = listed.loc[
            (listed["set_number"] == number) & (listed["period_id"] == period.id)
        ].drop_duplicates(["code", "indicator_id"], keep="last")
        found = {}
        for name in _REPORTED:
            values = mine.loc[mine["indicator_id"] == name].set_index("code")["value"]
            grain = _HUNDREDTHS if name == "I14.area" else 1
            column = values.reindex(codes) * grain
            found[name] = column.fillna(MISSING).to_numpy(dtype=np.int64)
        return found

    def _residents(self, period: Period, number: int, codes: "pd.Index[str]") -> Ints:
        counts = self.records["population"]
        known = counts.loc[
            (counts["set_number"] == number) & (counts["counted_on"] <= period.last_day)
        ].sort_values("counted_on")
        newest = known.drop_duplicates("unit_code", keep="last").set_index("unit_code")["persons"]
        return newest.reindex(codes).fillna(MISSING).to_numpy(dtype=np.int64)

    def _routes(self, period: Period, number: int) -> Ints:
        routes = self.records["routes"]
        stand = routes.loc[
            (routes["kind"] == "tuyen_trong_diem") & (routes["valid_from"] <= period.last_day)
        ]
        shapes = self.country.sets[number].communes.geometry.to_numpy()
        lines = np.array(stand["shape"].tolist(), dtype=object)
        line, commune = shapely.STRtree(shapes).query(lines, predicate="intersects")
        pieces = shapely.intersection(lines[line], shapes[commune])
        inside = shapely.length(to_metres(pieces)) > 0
        return np.bincount(commune[inside], minlength=len(shapes)).astype(np.int64)

    def _swept(self, period: Period, number: int, codes: "pd.Index[str]") -> dict[str, Ints]:
        names = ("I22.ra_soat.numerator", "I22.ra_soat.denominator")
        nobody: Ints = np.full(len(codes), MISSING, dtype=np.int64)
        told = self.records["subcommune-status"]
        known = told.loc[
            (told["set_number"] == number)
            & (told["effective_on"] <= period.last_day)
            & told["ra_soat"].notna()
        ]
        if known.empty:
            return dict.fromkeys(names, nobody)
        subcommunes = self.records["subcommunes"]
        answered = codes.isin(known["unit_code"])

        def column(of: "pd.Series[str]") -> Ints:
            number = codes.map(of.value_counts().to_dict()).to_numpy(dtype=np.float64, na_value=0)
            return np.where(answered, np.nan_to_num(number), MISSING).astype(np.int64)

        yes = known.loc[known["ra_soat"] == "co", "unit_code"]
        columns = (column(yes), column(subcommunes["unit_code"]))
        return dict(zip(names, columns, strict=True))


def _counted(number: Ints, reported: NDArray[np.bool_]) -> Ints:
    """Keep a 0 only where somebody reported."""
    return np.where((number > 0) | reported, number, MISSING)


def worst_and_best(possible: Ints) -> tuple[Ints, Ints]:
    """Give the rungs of the gravest and of the best class of each set of bits."""
    rungs = np.arange(len(LADDER))
    has = (possible[:, None] >> rungs) & 1 == 1
    return np.argmax(has, axis=1), len(LADDER) - 1 - np.argmax(has[:, ::-1], axis=1)
