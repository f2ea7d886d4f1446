"""Progress read from the store: classes on two days, every decision between, lives of places.

Everything stands on one boundary set and is read within the actor's scope. A class holds for the
land that was decided on, so decisions made on an earlier set count where the land is the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection, text

from geo import hotspots
from geo.class_ladder import LADDER, NOT_ASSESSED
from geo.progress.moves import (
    Moves,
    Path,
    Sums,
    Walk,
    compare,
    follow_path,
    matrix_of,
    sum_up,
    walk,
)
from geo.progress.spells import Spells, class_spells
from geo.progress.standing import (
    STATES,
    Communes,
    Days,
    Decisions,
    Ints,
    Standing,
    count_states,
    stand_on,
)
from geo.store.feeds import KeyRanges, merge_ranges, scope_lists, within_set
from geo.store.known import held_at, known_before
from geo.store.unit_graph import GraphSet, UnitGraph

# Of two decisions of one day the later in this order holds: a tie never reads as drug-free (C4).
_GRAVITY = (*reversed(LADDER), NOT_ASSESSED)
_DECISIONS = """
    SELECT array_agg(d.unit_id) AS land, array_agg(d.day) AS day, array_agg(d.state) AS state,
        array_agg(d.document_no) AS document_no, array_agg(d.period_id) AS period_id,
        coalesce(bool_or(d.simulated), false) AS simulated
    FROM (
        SELECT u.unit_id, a.decided_on - date '1970-01-01' AS day,
            array_position(CAST(:states AS text[]), a.decided_class) - 1 AS state,
            a.document_no, a.period_id, a.provenance = 'simulated' AS simulated
        FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
        JOIN {held} AS a ON a.unit_key BETWEEN scope.low AND scope.high
        JOIN unit_version AS u USING (unit_key)
        WHERE a.decided_on <= CAST(:until AS date)
            AND (CAST(:land AS bigint[]) IS NULL OR u.unit_id = ANY(CAST(:land AS bigint[])))
        ORDER BY a.decided_on, array_position(CAST(:gravity AS text[]), a.decided_class),
            u.unit_id, a.assessment_id
    ) AS d
"""
_EVENTS = """
    SELECT array_agg(e.event_id) AS event_id, array_agg(e.hotspot_id) AS hotspot_id,
        array_agg(array_position(CAST(:kinds AS text[]), h.kind) - 1) AS kind,
        array_agg(array_position(CAST(:states AS text[]), e.state) - 1) AS state,
        array_agg(e.effective_on - date '1970-01-01') AS day,
        array_agg(coalesce(e.supersedes, 0)) AS supersedes,
        coalesce(bool_or(e.provenance = 'simulated'), false) AS simulated
    FROM unnest(CAST(:place_lows AS bigint[]), CAST(:place_highs AS bigint[])) AS place (low, high)
    JOIN hotspot_unit AS p ON p.unit_key BETWEEN place.low AND place.high
    JOIN hotspot AS h USING (hotspot_id)
    JOIN {held} AS e USING (hotspot_id)
    WHERE EXISTS (
        SELECT FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS own (low, high)
        WHERE e.scope_key BETWEEN own.low AND own.high
    )
"""
# Sets hold far fewer lands than this; beyond it the filter costs more than it saves.
_MOST_LANDS_ASKED = 2_000


@dataclass(frozen=True, slots=True)
class Progress:
    """Classes of the communes of an area on two days, and what lies between.

    Parameters
    ----------
    set_id
        The boundary set.
    since, until
        The two days.
    position
        Of the communes, in the graph's set of that id; the order of all that follows.
    key
        Unit keys of the communes.
    communes, decisions
        What the classes are made of, decisions up to `until`.
    document_no, period_id
        Of each decision.
    land_ends
        By number of land, as `spells.class_spells` takes it.
    land_of_day
        Numbers of land that are communes of the set in force, by place of the set in time.
    before, after
        How the communes stand on both days.
    moves, path
        What changed.
    simulated
        Whether any decision is made up.
    """

    set_id: int
    since: date
    until: date
    position: Ints
    key: Ints
    communes: Communes
    decisions: Decisions
    document_no: tuple[str | None, ...]
    period_id: tuple[str, ...]
    land_ends: Days
    land_of_day: tuple[Ints, ...]
    before: Standing
    after: Standing
    moves: Moves
    path: Path
    simulated: bool

    @property
    def matrix(self) -> Ints:
        """Communes by state before and after."""
        return matrix_of(self.moves)

    def sums(self, members: Ints | None = None) -> Sums:
        """Add up all communes, or those at some places of the order."""
        every = np.arange(self.key.size) if members is None else members
        return sum_up(self.moves, self.path, members=every)

    def evidence(self) -> Walk:
        """List the decisions taken after `since`, by commune and day, with what they changed."""
        on_way = self.decisions.until(self.until) & ~self.decisions.until(self.since)
        return walk(self.communes, self.decisions, start=self.before, on_way=on_way)

    def spells(self) -> Spells:
        """Give the times in a class up to `until`, all decisions ever taken considered."""
        return class_spells(self.decisions, land_ends=self.land_ends, until=self.until)

    def counts_on(self, graph: UnitGraph, days: Sequence[date]) -> Ints:
        """Count the communes by state on some days, one row per day."""
        rows = [
            count_states(
                stand_on(
                    self.communes,
                    self.decisions,
                    day=day,
                    land_of_day=self.land_of_day[graph.on(day)],
                ).state
            )
            for day in days
        ]
        return np.array(rows, dtype=np.int64).reshape(len(days), len(STATES))


@dataclass(frozen=True, slots=True)
class PlaceLives:
    """Lives of the places of an area up to a day; `kind` by place, an index into `hotspots.KINDS`.

    `simulated` when any event is made up.
    """

    lives: hotspots.Lives
    kind: Ints
    simulated: bool


def read_progress(
    conn: Connection,
    graph: UnitGraph,
    *,
    set_id: int,
    ranges: KeyRanges,
    since: date,
    until: date,
    within: KeyRanges | None = None,
    known: date | None = None,
) -> Progress:
    """Read the classes of communes on two days.

    Parameters
    ----------
    conn
        Connection of the service with the session's token, or of the operator.
    graph
        The sets in force.
    set_id
        The set on which everything is told.
    ranges
        Ranges of unit keys in sight.
    since, until
        The two days, the earlier first.
    within
        Ranges of keys of the set: an area, or the units of a plan. None for all in sight.
    known
        Only what was recorded by the end of this local day.
    """
    here = graph.sets[graph.index(set_id)]
    position = _communes_within(here, ranges, within)
    lands, number = np.unique(here.identity[position], return_inverse=True)
    asked = {
        **scope_lists(merge_ranges(ranges)),
        "states": list(STATES[:-1]),
        "gravity": list(_GRAVITY),
        "until": until,
        "land": lands.tolist() if lands.size <= _MOST_LANDS_ASKED else None,
        "known_before": known_before(known),
    }
    row = conn.execute(text(_DECISIONS.format(held=held_at("assessment"))), asked).one()
    land = np.array(row.land or (), dtype=np.int64)
    mine = np.isin(land, lands)
    decisions = Decisions(
        land=np.searchsorted(lands, land[mine]).astype(np.int64),
        day=np.array(row.day or (), dtype=np.int64)[mine].astype("datetime64[D]"),
        state=np.array(row.state or (), dtype=np.int64)[mine],
    )
    communes = Communes(number.astype(np.int64), here.due[position], lands.size)
    land_of_day = tuple(_lands_of(one, lands) for one in graph.sets)
    before, after = (
        stand_on(communes, decisions, day=day, land_of_day=land_of_day[graph.on(day)])
        for day in (since, until)
    )
    kept = np.flatnonzero(mine)
    return Progress(
        set_id=set_id,
        since=since,
        until=until,
        position=position,
        key=here.key[position],
        communes=communes,
        decisions=decisions,
        document_no=tuple(row.document_no[at] for at in kept) if kept.size else (),
        period_id=tuple(row.period_id[at] for at in kept) if kept.size else (),
        land_ends=_land_ends(graph, land_of_day, count=lands.size),
        land_of_day=land_of_day,
        before=before,
        after=after,
        moves=compare(before.state, after.state),
        path=follow_path(communes, decisions, start=before, since=since, until=until),
        simulated=bool(row.simulated),
    )


def read_lives(
    conn: Connection,
    *,
    set_id: int,
    ranges: KeyRanges,
    until: date,
    within: KeyRanges | None = None,
    known: date | None = None,
) -> PlaceLives:
    """Read the lives of the places that stand in an area; the arguments are as above."""
    scope = merge_ranges(ranges)
    places = keys_within(scope, set_id, within)
    row = conn.execute(
        text(_EVENTS.format(held=held_at("hotspot_event"))),
        {
            **scope_lists(scope),
            "place_lows": [low for low, _ in places],
            "place_highs": [high for _, high in places],
            "kinds": list(hotspots.KINDS),
            "states": list(hotspots.STATES),
            "known_before": known_before(known),
        },
    ).one()
    columns = {
        name: np.array(getattr(row, name) or (), dtype=np.int64)
        for name in ("event_id", "hotspot_id", "kind", "state", "day", "supersedes")
    }
    # A correction holds from when it is known, also one that takes effect only later.
    holds = hotspots.current_events(columns["event_id"], columns["supersedes"])
    days = columns["day"].astype("datetime64[D]")
    kept = holds & (days <= np.datetime64(until, "D"))
    ids, number = np.unique(columns["hotspot_id"][kept], return_inverse=True)
    lives = hotspots.make_lives(number, days[kept], columns["state"][kept], hotspot_count=ids.size)
    kind = np.zeros(ids.size, dtype=np.int64)
    kind[number] = columns["kind"][kept]
    return PlaceLives(lives, kind, bool(row.simulated))


def groups_of(progress: Progress, graph: UnitGraph, level: str) -> Mapping[int, Ints]:
    """Group the communes by the unit of a level that holds them.

    Returns
    -------
    Mapping
        Unit key of the holder, ascending, to places in the order of the communes.
    """
    here = graph.sets[graph.index(progress.set_id)]
    holder = here.above(level)[progress.position]
    found = {}
    for position in np.unique(holder[holder > 0]).tolist():
        found[int(here.key[position])] = np.flatnonzero(holder == position)
    return found


def keys_within(ranges: KeyRanges, set_id: int, within: KeyRanges | None) -> KeyRanges:
    """Give the keys of a set that lie in a scope and in an area; None narrows nothing."""
    scope = within_set(ranges, set_id)
    if within is None:
        return scope
    return [
        (max(low, first), min(high, last))
        for low, high in scope
        for first, last in merge_ranges(within)
        if low <= last and high >= first
    ]


def _communes_within(here: GraphSet, ranges: KeyRanges, within: KeyRanges | None) -> Ints:
    wanted = np.zeros(here.key.size, dtype=np.bool_)
    for low, high in keys_within(ranges, here.set_id, within):
        wanted[np.searchsorted(here.key, low) : np.searchsorted(here.key, high, "right")] = True
    return np.flatnonzero(wanted & here.communes)


def _lands_of(one: GraphSet, lands: Ints) -> Ints:
    """Give the numbers of those lands that are communes of a set."""
    return np.flatnonzero(np.isin(lands, one.identity[one.communes]))


def _land_ends(graph: UnitGraph, land_of_day: Sequence[Ints], *, count: int) -> Days:
    """Give for each land the first day on which it is no commune any more, NaT while it is one."""
    ends = np.full(count, np.datetime64("NaT", "D"))
    for one, lands in zip(graph.sets, land_of_day, strict=True):
        ends[lands] = np.datetime64("NaT" if one.valid_to is None else one.valid_to, "D")
    return ends
