"""What each commune still lacks for its next class, and what it met since a baseline (C3).

The next class is the one above the decided class; what is lacking is told by the criteria set that
judged the commune for the newest period with results, while the borders are in force. Both days are
compared only where the same set judged both: criteria of two acts are not the same criteria.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from geo.class_ladder import LADDER, ClassId
from geo.criteria import CriteriaSet, Lack
from geo.progress.criteria import CriteriaMoves, compare_lacks, goal_of
from geo.progress.standing import NOT_SUBJECT, STATES
from geo.store.class_results import ClassResult, newest_period, read_results
from geo.store.feeds import KeyRanges
from geo.store.progress import Progress, keys_within
from geo.store.unit_graph import UnitGraph


@dataclass(frozen=True, slots=True)
class CommuneLacks:
    """What one commune lacks.

    Parameters
    ----------
    place
        Its place in the order of `Progress`.
    goal
        The class that it lacks something for.
    criteria_id
        By which set.
    is_final
        Whether the inputs are reported and approved.
    lacks
        Criteria not met, not known, or not known to the set.
    moves
        Criteria met and lost since the baseline; None where they cannot be compared.
    """

    place: int
    goal: ClassId
    criteria_id: str
    is_final: bool
    lacks: tuple[Lack, ...]
    moves: CriteriaMoves | None


@dataclass(frozen=True, slots=True)
class Lacks:
    """What the communes of an area lack, in key order.

    Parameters
    ----------
    period_id, baseline_id
        Periods whose results are told; None where there are none.
    communes
        Those with a next class and a result.
    on_top, without_class, without_result
        Communes subject to assessment that are not listed: drug-free already, not assessed yet (or
        no better class in their criteria set), not judged.
    criteria
        The sets that judged, by id.
    simulated
        Whether any result is made up.
    """

    period_id: str | None
    baseline_id: str | None
    communes: tuple[CommuneLacks, ...]
    on_top: int
    without_class: int
    without_result: int
    criteria: Mapping[str, CriteriaSet]
    simulated: bool


def read_lacks(
    conn: Connection,
    graph: UnitGraph,
    progress: Progress,
    *,
    ranges: KeyRanges,
    within: KeyRanges | None = None,
    hidden: Collection[str] = (),
) -> Lacks:
    """Read what the communes of some progress lack for their next class.

    Parameters
    ----------
    conn
        Connection of the service with the session's token, or of the operator.
    graph
        The sets in force.
    progress
        Their classes on both days.
    ranges, within
        As for `geo.store.progress.read_progress`.
    hidden
        Inputs whose numbers are not for the reader.
    """
    # Borders of another time have old results, which say nothing of the later day.
    in_force = graph.sets[graph.on(progress.until)].set_id == progress.set_id
    period = newest_period(conn, set_id=progress.set_id, until=progress.until) if in_force else None
    baseline = newest_period(conn, set_id=progress.set_id, until=progress.since)
    if period is None or baseline == period:
        baseline = None
    keys = keys_within(ranges, progress.set_id, within)
    now, then = (
        read_results(conn, set_id=progress.set_id, period_id=one, ranges=keys) if one else {}
        for one in (period, baseline)
    )
    listed: list[CommuneLacks] = []
    counts = {"on_top": 0, "without_class": 0, "without_result": 0}
    for place, (key, state) in enumerate(
        zip(progress.key.tolist(), progress.after.state.tolist(), strict=True)
    ):
        if state >= NOT_SUBJECT:
            continue
        decided, result = STATES[state], now.get(key)
        if decided == LADDER[-1]:
            counts["on_top"] += 1
        elif result is None:
            counts["without_result"] += 1
        elif (goal := goal_of(decided, result.criteria.reachable)) is None:
            counts["without_class"] += 1
        else:
            lacks = result.lacking(goal, hidden=hidden)
            moves = _moves(then.get(key), result, goal, lacks, hidden=hidden)
            listed.append(
                CommuneLacks(place, goal, result.criteria_id, result.is_final, lacks, moves)
            )
    return Lacks(
        period_id=period,
        baseline_id=baseline,
        communes=tuple(listed),
        **counts,
        criteria={one.criteria_id: now[int(progress.key[one.place])].criteria for one in listed},
        simulated=any(one.simulated for one in now.values()),
    )


def _moves(
    before: ClassResult | None,
    now: ClassResult,
    goal: ClassId,
    lacks: tuple[Lack, ...],
    *,
    hidden: Collection[str],
) -> CriteriaMoves | None:
    """Compare with the baseline; None where another set judged it."""
    if before is None or before.criteria_id != now.criteria_id:
        return None
    if before.rule_version != now.rule_version:
        return None
    return compare_lacks(before.lacking(goal, hidden=hidden), lacks)
