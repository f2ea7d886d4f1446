"""Adds up the computed indicators beyond hotspots over the units of a boundary set.

Numbers only, no SQL: `programme_inputs.py` gathers, `aggregates.py` writes. The arithmetic itself
is the registry's: what is counted here goes through `Indicator.compute`, once for every distinct
combination. A row exists where there is a figure; what cannot be told of a unit exactly, since its
land was divided, is not there.
"""

from dataclasses import dataclass, field

import numpy as np

from geo import cells, hotspots
from geo.indicators.rules import COVERAGE_RESOLUTION, indicator_rules
from geo.period import Period
from geo.store import counting
from geo.store.compute_inputs import World
from geo.store.counting import Flags, Ints, SetUnits, sum_below
from geo.store.figure_rows import FigureRows, Told, join
from geo.store.land_links import Landing, land_on, stay
from geo.store.programme_inputs import (
    ITEMS,
    Facts,
    Programme,
    begun,
    is_due,
    patrols_within,
    with_programme,
)
from geo.store.tables import CLASSES, MODEL_STATES

_TYPES = 3
# Classes that are no key area any more.
_BETTER = (CLASSES.index("khong_trong_diem"), CLASSES.index("khong_ma_tuy"))


@dataclass(slots=True)
class Landings:
    """Where units of one set stand on another, worked out once for each pair."""

    world: World
    known: dict[tuple[int, int], Landing] = field(default_factory=dict)

    def of(self, here: int, there: int) -> Landing:
        """Give the landing of a set on another."""
        if (here, there) not in self.known:
            sets = self.world.sets
            self.known[here, there] = (
                stay(sets[here])
                if here == there
                else land_on(sets[here], sets[there], self.world.shared[here, there])
            )
        return self.known[here, there]


@dataclass(frozen=True, slots=True)
class Stood:
    """Facts on one set: their place in `Facts`, the unit that holds each, units not to be told."""

    fact: Ints
    unit: Ints
    blurred: Flags


def rows_of_set(
    world: World,
    programme: Programme,
    period: Period,
    at: int,
    *,
    classes: counting.UnitClasses,
    landings: Landings,
) -> FigureRows:
    """Work out the figures of one period on one set.

    Parameters
    ----------
    world, programme
        All inputs.
    period
        The window.
    at
        Place of the set in `world.sets`.
    classes
        Decided classes of the set's units on the period's last day.
    landings
        Of `world`.
    """
    units = world.sets[at]
    parts = [
        *_on_time(world, programme, period, at),
        *_coverage(world, programme, period, at),
    ]
    if with_programme(period):
        parts += [
            *_class_sums(world, period, at, classes=classes),
            *_models(world, programme, period, at, landings=landings),
            *_surveys(world, programme, period, at, landings=landings),
            *_subcommunes(world, programme, period, at, landings=landings),
        ]
    return join(units, parts)


def _on_time(world: World, programme: Programme, period: Period, at: int) -> list[Told]:
    """I20, on the set of the day alone: who owed a report is a matter of that set."""
    units = world.sets[at]
    flags = programme.in_time.get(period.id)
    if flags is None or not units.holds(period.last_day) or not is_due(programme, period):
        return []
    nothing = np.zeros(0, np.int64)
    shared = counting.SharedLand(nothing, nothing)
    in_time = counting.find_reported(units, units, shared=shared, handed_in=flags)
    # A commune that came to be in the period owed with its predecessors what they handed in.
    for other in range(at):
        pairs = world.shared[at, other]
        owing = world.sets[other].due[pairs.there]
        here, there = pairs.here[owing], pairs.there[owing]
        handed = flags[world.sets[other].identity[there]].astype(np.int64)
        owed = np.bincount(here, minlength=units.key.size)
        came = np.bincount(here, weights=handed, minlength=units.key.size)
        in_time |= units.due & (owed > 0) & (came == owed)
    due = sum_below(units.due.astype(np.int64), last=units.last)
    on_time = sum_below(in_time.astype(np.int64), last=units.last)
    asked = np.flatnonzero(due)
    return [("I20", asked, {"on_time_units": on_time[asked], "due_units": due[asked]})]


def _coverage(world: World, programme: Programme, period: Period, at: int) -> list[Told]:
    """I21: pairs of cell and commune, by the patrols that were cut by this set."""
    units, facts = world.sets[at], programme.patrols
    mine = patrols_within(programme, period) & (facts.set_at == at)
    if not mine.any():
        return []
    cell, seconds = facts.more[0][mine], facts.more[1][mine]
    where = facts.unit[mine]
    spent, group = np.unique(np.stack([where, cell]), axis=1, return_inverse=True)
    total = np.bincount(group.ravel(), weights=seconds)
    enough = spent[:, total >= indicator_rules().patrolled_seconds]
    active = hotspots.active_at_any_time(
        world.lives, starts_on=period.starts_on, ends_before=period.ends_before
    )
    places = np.flatnonzero(active & (world.position[:, at] > 0))
    complex_pairs = np.stack([world.position[places, at], world.cell[places]])
    if places.size:
        complex_pairs[1] = cells.parents_of(complex_pairs[1], resolution=COVERAGE_RESOLUTION)
    complex_pairs = np.unique(complex_pairs, axis=1)
    covered = _pairs_among(complex_pairs, enough)
    size = units.key.size
    number = sum_below(np.bincount(complex_pairs[0], minlength=size), last=units.last)
    visited = sum_below(np.bincount(complex_pairs[0][covered], minlength=size), last=units.last)
    known = sum_below(np.bincount(where, minlength=size), last=units.last) > 0
    asked = np.flatnonzero(known & (number > 0))
    return [
        (
            "I21",
            asked,
            {
                "complex_cells": number[asked],
                "patrolled_cells": visited[asked],
                "patrol_known": known[asked].astype(np.int64),
            },
        )
    ]


def _pairs_among(pairs: Ints, others: Ints) -> Flags:
    """Tell which columns of two rows are among others."""
    known = set(map(tuple, others.T.tolist()))
    return np.array([pair in known for pair in map(tuple, pairs.T.tolist())], dtype=np.bool_)


def _class_sums(
    world: World, period: Period, at: int, *, classes: counting.UnitClasses
) -> list[Told]:
    """I16 and I17, above communes: a single commune's class is a map of its own."""
    units = world.sets[at]
    decided = classes.decided
    assessed = classes.assessed_count
    types = [sum_below((decided == one).astype(np.int64), last=units.last) for one in range(_TYPES)]
    before = _classes_before(world, units, period)
    key_area = units.due & (before >= 0) & (before < _TYPES)
    # No class of its own now, as on a set that is not of the day: it is told of nobody.
    shown = units.due & (decided != counting.NOT_ASSESSED)
    known = units.due & shown & (before >= 0) & (before != counting.NOT_ASSESSED)
    better = key_area & shown & np.isin(decided, _BETTER)
    sums = {
        name: sum_below(flags.astype(np.int64), last=units.last)
        for name, flags in (
            ("key_areas", key_area & shown),
            ("assessed_before", known),
            ("transformed_count", better),
        )
    }
    above = np.flatnonzero(~units.is_commune & (assessed > 0))
    told: list[Told] = [
        (
            f"I16.{CLASSES[one]}",
            above,
            {
                **{f"type_counts.{n}": types[n][above] for n in range(_TYPES)},
                "assessed_count": assessed[above],
            },
        )
        for one in range(_TYPES)
    ]
    then = np.flatnonzero(~units.is_commune & (sums["assessed_before"] > 0))
    told.append(("I17", then, {name: column[then] for name, column in sums.items()}))
    return told


def _classes_before(world: World, units: SetUnits, period: Period) -> Ints:
    """Give the decided class of each unit's own land on the eve of a period, -1 for none."""
    known = world.decisions.day < np.datetime64(period.starts_on, "D")
    class_of = np.full(world.decisions.identity_count, -1, dtype=np.int64)
    # Of several the last, that is the latest decision, stays.
    class_of[world.decisions.identity[known]] = world.decisions.decided[known]
    return np.where(units.is_commune, class_of[units.identity], -1)


def _models(
    world: World, programme: Programme, period: Period, at: int, *, landings: Landings
) -> list[Told]:
    """I18 and I23: the newest state of each model."""
    units, facts = world.sets[at], programme.models
    newest = _newest(_lands(world, facts), facts.name, kept=begun(facts, period))
    stood = _stand(facts, newest, at, landings=landings, size=units.key.size)
    state = facts.more[0][stood.fact]
    counts = [_sum(stood.unit[state == number], units) for number in range(len(MODEL_STATES))]
    known = np.flatnonzero((sum(counts) > 0) & ~stood.blurred)
    columns = {f"model_counts.{number}": column[known] for number, column in enumerate(counts)}
    return [(name, known, columns) for name in ("I18", *(f"I23.{one}" for one in MODEL_STATES))]


def _surveys(
    world: World, programme: Programme, period: Period, at: int, *, landings: Landings
) -> list[Told]:
    """I19, above communes: surveys whose last day lies in the window."""
    units, facts = world.sets[at], programme.campaigns
    known = np.flatnonzero(begun(facts, period))
    stood = _stand(facts, known, at, landings=landings, size=units.key.size)
    last, is_survey = facts.more[0][stood.fact], facts.more[1][stood.fact]
    start, end = (
        int(np.datetime64(day, "D").astype(np.int64))
        for day in (period.starts_on, period.ends_before)
    )
    done = (is_survey == 1) & (last >= start) & (last < end)
    surveys = _sum(stood.unit[done], units)
    some = _sum(stood.unit, units) > 0
    asked = np.flatnonzero(some & ~units.is_commune & ~stood.blurred)
    return [("I19", asked, {"survey_count": surveys[asked]})]


def _subcommunes(
    world: World, programme: Programme, period: Period, at: int, *, landings: Landings
) -> list[Told]:
    """I22: sub-communes that stand on the last day, with what each last told of an item."""
    units, facts, told = world.sets[at], programme.subcommunes, programme.statuses
    end = int(np.datetime64(period.ends_before, "D").astype(np.int64))
    lands = _lands(world, facts)
    newest = _newest(lands, facts.name, kept=begun(facts, period))
    standing = newest[facts.more[0][newest] >= end]
    stood = _stand(facts, standing, at, landings=landings, size=units.key.size)
    total = _sum(stood.unit, units)
    # A status belongs to the sub-commune of its land and code.
    names = zip(lands[stood.fact].tolist(), facts.name[stood.fact].tolist(), strict=True)
    own = dict(zip(names, stood.unit.tolist(), strict=True))
    told_lands = _lands(world, told)
    kept = begun(told, period)
    listed: list[Told] = []
    for number, item in enumerate(ITEMS):
        last = _newest(told_lands, told.name, kept=kept & (told.more[0] == number))
        keys = zip(told_lands[last].tolist(), told.name[last].tolist(), strict=True)
        unit = np.array([own.get(key, -1) for key in keys], dtype=np.int64)
        here = unit >= 0
        yes = _sum(unit[here & (told.more[1][last] == 1)], units)
        some = _sum(unit[here], units)
        asked = np.flatnonzero((some > 0) & ~stood.blurred)
        columns = {
            "subcommunes": total[asked],
            "told_count": some[asked],
            "yes_count": yes[asked],
        }
        listed.append((f"I22.{item}", asked, columns))
    return listed


def _lands(world: World, facts: Facts) -> Ints:
    """Give the number of the land that each fact is about, equal on all sets."""
    lands = np.zeros(facts.unit.size, dtype=np.int64)
    for at, one in enumerate(world.sets):
        mine = facts.set_at == at
        lands[mine] = one.identity[facts.unit[mine]]
    return lands


def _newest(lands: Ints, names: Ints, *, kept: Flags) -> Ints:
    """Give the places of the newest fact of each land and name, of those that are kept."""
    places = np.flatnonzero(kept)
    if places.size == 0:
        return places
    pairs = np.stack([lands[places], names[places]])
    # Facts come oldest first: the first one from behind is the newest.
    _, found = np.unique(pairs[:, ::-1], axis=1, return_index=True)
    return np.sort(places[::-1][found])


def _stand(facts: Facts, places: Ints, at: int, *, landings: Landings, size: int) -> Stood:
    """Put facts on a set; one that a newer set registers anew under its name counts once."""
    unit = np.zeros(places.size, dtype=np.int64)
    blurred = np.zeros(size, dtype=np.bool_)
    homes = facts.set_at[places]
    for home in np.unique(homes).tolist():
        landing = landings.of(home, at)
        mine = homes == home
        unit[mine] = landing.onto[facts.unit[places[mine]]]
        blurred |= landing.blurred(np.unique(facts.unit[places[mine]]), size=size)
    if places.size == 0 or np.unique(homes).size == 1:
        return Stood(places, unit, blurred)
    pairs = np.stack([unit, facts.name[places]])
    _, group = np.unique(pairs, axis=1, return_inverse=True)
    newest = np.full(int(group.max()) + 1, -1, dtype=np.int64)
    np.maximum.at(newest, group.ravel(), homes)
    kept = homes == newest[group.ravel()]
    return Stood(places[kept], unit[kept], blurred)


def _sum(unit: Ints, units: SetUnits) -> Ints:
    return sum_below(np.bincount(unit, minlength=units.key.size).astype(np.int64), last=units.last)
