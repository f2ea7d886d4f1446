"""Figures of a period as they were known on a day, counted anew from the facts recorded by then.

The computed tables hold what is known now. A past knowledge is asked for seldom, so it is counted
when asked: the facts in the session's scope are gathered once (`known_world`) and serve every layer
and period. Borders and changes of units are those known now: what is asked for is what was known of
the places and reports.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from geo import hotspots
from geo.period import Period
from geo.store import counting, feeds
from geo.store.aggregates import SetFigures, figures_of_set, set_of_day
from geo.store.compute_inputs import World, begun_by, gather
from geo.store.feeds import CountMeasure, KeyRanges, Vector, within_set
from geo.store.map_index import UnitOrder
from geo.store.tables import CLASSES


@dataclass(frozen=True, slots=True)
class KnownPeriod:
    """One period on one boundary set, as known on a day.

    Parameters
    ----------
    keys
        Unit keys of the set, ascending.
    figures
        Counts and classes, one row per key.
    simulated
        Whether anything behind them is made up.
    """

    keys: counting.Ints
    figures: SetFigures
    simulated: bool

    def counts(self, order: UnitOrder, *, ranges: KeyRanges, measure: CountMeasure) -> Vector:
        """Give a count in feed order, as `feeds.read_counts` does."""
        columns = self.figures.counts
        rows = zip(
            *(columns[name].tolist() for name in (measure, "reported_units", "due_units")),
            strict=True,
        )
        scope = within_set(ranges, order.set_id)
        found = self._seen(rows, scope=scope)
        return feeds.counts_vector(order, found, scope=scope)

    def classes(
        self, order: UnitOrder, *, ranges: KeyRanges, class_values: Mapping[str, int]
    ) -> Vector:
        """Give the decided classes in feed order, as `feeds.read_classes` does."""
        decided = self.figures.classes.decided
        scope = within_set(ranges, order.set_id)
        names = ["" if one == counting.NO_CLASS else CLASSES[one] for one in decided.tolist()]
        found = dict(zip(self.keys.tolist(), names, strict=True))
        return feeds.classes_vector(order, found, scope=scope, class_values=class_values)

    def shares(self, order: UnitOrder, *, ranges: KeyRanges, as_reported: bool) -> Vector:
        """Give drug-free shares in feed order, as `feeds.read_shares` does."""
        classes = self.figures.classes
        rows = zip(
            classes.drug_free_count.tolist(),
            classes.assessed_count.tolist(),
            classes.assessable_count.tolist(),
            strict=True,
        )
        scope = within_set(ranges, order.set_id)
        found = self._seen(rows, scope=scope)
        return feeds.shares_vector(order, found, scope=scope, as_reported=as_reported)

    def _seen(
        self, rows: "zip[tuple[int, int, int]]", *, scope: KeyRanges
    ) -> dict[int, tuple[int, int, int]]:
        """Keep the rows in scope, as the statements of `feeds` do."""
        every = dict(zip(self.keys.tolist(), rows, strict=True))
        if not scope:
            return {}
        inside = np.zeros(self.keys.size, dtype=np.bool_)
        for low, high in scope:
            inside |= (self.keys >= low) & (self.keys <= high)
        return {key: every[key] for key in self.keys[inside].tolist()}


def known_world(conn: Connection, *, as_of: date, known: date) -> World:
    """Gather what was known on a day of the facts in the session's scope.

    Parameters
    ----------
    conn
        Connection of the service with the session's token.
    as_of
        Day up to which facts count, as the figures of now have it.
    known
        What was recorded later, or taken back by then, is not in it.
    """
    return gather(conn, as_of=as_of, known=known)


def known_period(world: World, period: Period, *, set_id: int) -> KnownPeriod:
    """Count one period on one of the sets in force.

    Raises
    ------
    LookupError
        When the set is not in force.
    """
    at = next((n for n, one in enumerate(world.sets) if one.about.set_id == set_id), None)
    if at is None:
        raise LookupError(f"set {set_id} is not in force")
    counts = _counts(world, period)
    begun, decided = begun_by(world, period)
    reports = world.reports.get(period.id)
    return KnownPeriod(
        keys=world.sets[at].key,
        figures=figures_of_set(world, period, at, counts=counts),
        simulated=bool(
            world.simulated_life[begun].any()
            or world.simulated_decision[decided].any()
            or (reports is not None and reports.simulated)
        ),
    )


def known_cells(
    world: World, period: Period, *, ranges: KeyRanges, resolution: int, measure: CountMeasure
) -> tuple[list[str], list[int]]:
    """Give the cells with a count above zero within the scope, as `feeds.read_cells` does."""
    of_day = world.sets[set_of_day(world, period)]
    columns = counting.count_cells(
        world.cell,
        unit_key=of_day.key[world.position[:, set_of_day(world, period)]],
        counts=_counts(world, period),
    )
    keys = columns["unit_key"]
    shown = (columns["resolution"] == resolution) & (columns[measure] > 0)
    inside = np.zeros(keys.size, dtype=np.bool_)
    for low, high in within_set(ranges, of_day.about.set_id):
        inside |= (keys >= low) & (keys <= high)
    cell, at = np.unique(columns["cell"][shown & inside], return_inverse=True)
    total = np.bincount(at, weights=columns[measure][shown & inside], minlength=cell.size)
    return [f"{one:x}" for one in cell.tolist()], total.astype(np.int64).tolist()


def _counts(world: World, period: Period) -> hotspots.LifeCounts:
    return hotspots.count_in(
        world.lives, starts_on=period.starts_on, ends_before=period.ends_before
    )
