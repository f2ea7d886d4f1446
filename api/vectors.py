"""The values of a layer in feed order, from whichever room of the store has them.

    class, share, counts    computed tables; with `known` counted anew from the facts known then
    entered indicators      carried onto the set that is drawn, also with `known`

Rooms with the libraries of analysis are loaded with the first value that needs them, so that the
service starts light.
"""

from datetime import date
from typing import TYPE_CHECKING

from api.deps import Memo
from geo.errors import NotFound
from geo.indicators import SERIES
from geo.period import parse_period
from geo.store import feeds, map_index
from geo.store.accounts import Actor
from geo.store.engine import Connection
from geo.store.map_index import FeedSet, PeriodRun, UnitOrder
from layers.catalog import Layer, Level
from layers.legend import CLASS_VALUES, DISAGREEMENT_VALUES

if TYPE_CHECKING:
    from geo.store.compute_inputs import World
    from geo.store.unit_graph import UnitGraph


def unit_graph(conn: Connection, memo: Memo) -> "UnitGraph":
    """Give the sets in force with their changes, loaded anew when one of them is another."""
    from geo.store.unit_graph import UnitGraph, graph_revision, load_graph

    revision = graph_revision(conn)
    return memo.get(("graph", revision), UnitGraph, lambda: load_graph(conn))


def figures_revision(conn: Connection, actor: Actor, *, layer: Layer, run: PeriodRun) -> str:
    """Give a text that differs when the figures behind a layer and period do."""
    if layer.measure == "disagreement":
        from geo.store.class_feed import disagreement_revision

        return disagreement_revision(conn, period=parse_period(run.id))
    if layer.measure != "observed" or layer.indicator is None:
        return run.revision
    from geo.store.figures import observed_revision, periods_of
    from geo.store.unit_graph import graph_revision

    told = observed_revision(
        conn,
        ranges=actor.key_ranges,
        period_ids=periods_of(parse_period(run.id)),
        indicator_id=layer.indicator,
    )
    return f"{told}.{graph_revision(conn)}"


def read_vector(
    conn: Connection,
    memo: Memo,
    actor: Actor,
    *,
    layer: Layer,
    found: FeedSet,
    run: PeriodRun,
    level: Level,
    known: date | None = None,
) -> feeds.Vector:
    """Read the values of a layer by its measure.

    Parameters
    ----------
    conn, memo, actor
        Connection within the actor's scope, what is kept, who asks.
    layer, found, run, level
        What is drawn, on which set, for which period, on which level.
    known
        Only what was recorded by the end of this day.
    """
    order = memo.get(
        ("order", found.id, level),
        UnitOrder,
        lambda: map_index.unit_order(conn, found.set_id, level=level),
    )
    if layer.measure == "observed":
        return _observed(
            conn, memo, actor, layer=layer, order=order, run=run, level=level, known=known
        )
    if layer.measure == "disagreement":
        return _disagreements(conn, actor, layer=layer, order=order, run=run, known=known)
    if known is not None:
        world = _world(conn, memo, actor, run=run, known=known)
        return _known(world, actor, layer=layer, found=found, order=order, run=run)
    ranges = actor.key_ranges
    if layer.measure == "class":
        return feeds.read_classes(
            conn, order, ranges=ranges, period_id=run.id, class_values=CLASS_VALUES
        )
    if layer.measure == "drug_free_share":
        whole = found.holds_on(parse_period(run.id).last_day)
        return feeds.read_shares(conn, order, ranges=ranges, period_id=run.id, as_reported=whole)
    return feeds.read_counts(conn, order, ranges=ranges, period_id=run.id, measure=layer.measure)


def read_cells(
    conn: Connection,
    memo: Memo,
    actor: Actor,
    *,
    layer: Layer,
    run: PeriodRun,
    resolution: int,
    known: date | None = None,
) -> tuple[list[str], list[int]]:
    """Read the counts of a layer by H3 cell.

    Raises
    ------
    NotFound
        With code ``layer_cells`` for a layer that is not drawn by cells.
    """
    measure = layer.measure
    if (
        "cells" not in layer.geometry
        or measure == "class"
        or measure == "disagreement"
        or measure == "drug_free_share"
        or measure == "observed"
    ):
        raise NotFound("layer_cells", title=layer.title())
    if known is not None:
        from geo.store.known_figures import known_cells

        return known_cells(
            _world(conn, memo, actor, run=run, known=known),
            parse_period(run.id),
            ranges=actor.key_ranges,
            resolution=resolution,
            measure=measure,
        )
    return feeds.read_cells(
        conn,
        ranges=actor.key_ranges,
        period_id=run.id,
        set_id=_set_of_cells(conn, run),
        resolution=resolution,
        measure=measure,
    )


def _set_of_cells(conn: Connection, run: PeriodRun) -> int:
    """Choose the set whose (cell, unit) rows are added: each place stands on every set once."""
    sets = map_index.list_feed_sets(conn)
    last_day = parse_period(run.id).last_day
    holding = [one for one in sets if one.holds_on(last_day)] or sets[-1:]
    return holding[0].set_id if holding else 0


def _disagreements(
    conn: Connection,
    actor: Actor,
    *,
    layer: Layer,
    order: UnitOrder,
    run: PeriodRun,
    known: date | None,
) -> feeds.Vector:
    """Read where results differ.

    Raises
    ------
    NotFound
        ``layer_not_known`` for a past day: classes are worked out from what is known now.
    """
    if known is not None:
        raise NotFound("layer_not_known", title=layer.title())
    from geo.store.class_feed import read_disagreements

    return read_disagreements(
        conn,
        order,
        ranges=actor.key_ranges,
        period=parse_period(run.id),
        values=DISAGREEMENT_VALUES,
    )


def _observed(
    conn: Connection,
    memo: Memo,
    actor: Actor,
    *,
    layer: Layer,
    order: UnitOrder,
    run: PeriodRun,
    level: Level,
    known: date | None,
) -> feeds.Vector:
    from geo.store.carried_figures import as_vector
    from geo.store.figures import carry_figures

    graph = unit_graph(conn, memo)
    carried = carry_figures(
        conn,
        graph,
        set_id=order.set_id,
        ranges=actor.key_ranges,
        period=parse_period(run.id),
        indicator=SERIES[layer.indicator or ""],
        known=known,
    )
    return as_vector(carried, graph, order, level=level, share=layer.is_share)


def _known(
    world: "World",
    actor: Actor,
    *,
    layer: Layer,
    found: FeedSet,
    order: UnitOrder,
    run: PeriodRun,
) -> feeds.Vector:
    from geo.store.known_figures import known_period

    period = parse_period(run.id)
    counted = known_period(world, period, set_id=found.set_id)
    ranges = actor.key_ranges
    if layer.measure == "class":
        return counted.classes(order, ranges=ranges, class_values=CLASS_VALUES)
    if layer.measure == "drug_free_share":
        return counted.shares(order, ranges=ranges, as_reported=found.holds_on(period.last_day))
    if layer.measure == "observed" or layer.measure == "disagreement":
        raise TypeError("entered figures are carried, disagreements are of now")
    return counted.counts(order, ranges=ranges, measure=layer.measure)


def _world(conn: Connection, memo: Memo, actor: Actor, *, run: PeriodRun, known: date) -> "World":
    """Gather what was known on a day within the actor's scope; kept until figures change."""
    from geo.store.compute_inputs import World
    from geo.store.known_figures import known_world

    # Tens of megabytes each: only the few that are asked for one after the other are kept.
    worlds = memo.get("worlds", Memo, lambda: Memo(size=4))
    runs = tuple((one.id, one.revision) for one in map_index.list_period_runs(conn))
    return worlds.get(
        (known, actor.key_ranges, run.data_until, runs),
        World,
        lambda: known_world(conn, as_of=run.data_until, known=known),
    )
