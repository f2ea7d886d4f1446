"""Shapes progress for the answer of `/progress` and of `bando progress`."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from api.progress_wish import Area, End, plan_name
from geo.messages import LANGUAGES, say
from geo.period import PeriodKind, periods_between
from geo.plans import list_plans
from geo.progress.moves import MOVE_KINDS, Sums, flows_of
from geo.progress.standing import NO_DECISION, NOT_SUBJECT, STATES, days_decided
from geo.store.map_index import FeedSet, names_of_keys
from geo.store.progress import Progress, groups_of

if TYPE_CHECKING:
    from geo.store.engine import Connection
    from geo.store.unit_graph import UnitGraph

# Every decision on the way is listed for at most so many communes: a province of any time.
MOST_WITH_EVIDENCE = 700
_GROUP_LEVELS = ("province", "district")
# Half years from here on, years from there on: some ten bars, whatever the span.
_HALF_YEARS_FROM_DAYS = 420
_YEARS_FROM_DAYS = 2000
_STATE_WORDS = {
    "chua_danh_gia": "legend_status_a",
    "not_subject": "legend_status_x",
    "not_in_force": "progress_state_not_in_force",
}


def answer(
    conn: "Connection",
    graph: "UnitGraph",
    progress: Progress,
    *,
    found: FeedSet,
    area: Area | None,
    ends: tuple[End, End],
) -> dict[str, object]:
    """Tell what moved: matrix, flows, sums, groups, communes, the way over time, the evidence."""
    groups = [
        (level, key, members)
        for level in _GROUP_LEVELS
        for key, members in groups_of(progress, graph, level).items()
    ]
    names = names_of_keys(conn, [*progress.key.tolist(), *(key for _, key, _ in groups)])
    holders = _holder_names(progress, groups, names)
    days = days_between(progress.since, progress.until)
    matrix = progress.matrix
    return {
        "from": _end(ends[0]),
        "to": _end(ends[1]),
        "area": None if area is None else describe_area(area),
        "plans": describe_plans(),
        "simulated": progress.simulated or found.provenance == "simulated",
        "states": states(),
        "kinds": [{"id": one, **_both(f"progress_kind_{one}")} for one in MOVE_KINDS],
        "totals": totals(progress.sums()),
        "matrix": matrix.tolist(),
        "flows": [
            {"before": one.before, "after": one.after, "count": one.count}
            for one in flows_of(matrix)
        ],
        "groups": [
            {
                "level": level,
                "ordinal": _ordinal(key),
                "code": names[key][0],
                "name": names[key][1],
                **totals(progress.sums(members)),
            }
            for level, key, members in groups
        ],
        "units": _units(progress, names, holders),
        "series": [
            {"day": day.isoformat(), "counts": counts}
            for day, counts in zip(days, progress.counts_on(graph, days).tolist(), strict=True)
        ],
        "evidence": _evidence(progress) if progress.key.size <= MOST_WITH_EVIDENCE else None,
    }


def days_between(since: date, until: date) -> list[date]:
    """List the days at which classes are told over time: both ends, and ends of periods between."""
    length = (until - since).days
    kinds: tuple[PeriodKind, ...] = ("month",)
    if length >= _YEARS_FROM_DAYS:
        kinds = ("year",)
    elif length >= _HALF_YEARS_FROM_DAYS:
        kinds = ("half_year", "year")
    between = {one.last_day for one in periods_between(since, until, kinds=kinds)}
    return sorted({since, until, *(day for day in between if since < day < until)})


def states() -> list[dict[str, object]]:
    """Name the states, worst class first."""
    return [{"id": one, **_both(state_code(one))} for one in STATES]


def state_code(state: str) -> str:
    """Give the code of a state's name."""
    return _STATE_WORDS.get(state, f"legend_class_{state}")


def totals(sums: Sums) -> dict[str, object]:
    """Tell the sums of a group."""
    return {
        "communes": sums.communes,
        "subject": sums.subject,
        "not_yet": sums.not_yet,
        **{kind: sums.count(kind) for kind in MOVE_KINDS},
        "jumps": sums.jumps,
        "steps_up": sums.steps_up,
        "steps_down": sums.steps_down,
        "relapses": sums.relapses,
        "drug_free_before": sums.drug_free_before,
        "drug_free_after": sums.drug_free_after,
    }


def describe_area(area: Area) -> dict[str, object]:
    """Tell which units were asked for."""
    return {
        "level": area.level,
        "code": area.code,
        "name_vi": area.name_vi,
        "name_en": area.name_en,
        "whole": area.whole,
    }


def describe_plans() -> list[dict[str, object]]:
    """List the plans whose units can be asked for."""
    return [
        {"id": one.id, **{f"label_{lang}": plan_name(one, lang) for lang in LANGUAGES}}
        for one in list_plans()
        if one.kind != "frame"
    ]


def _end(end: End) -> dict[str, object]:
    period = end.period
    return {
        "day": end.day.isoformat(),
        "period": period.id if period else None,
        **{
            f"label_{one}": period.label(one) if period else f"{end.day:%d/%m/%Y}"
            for one in LANGUAGES
        },
        "cut": end.cut,
    }


def _units(
    progress: Progress, names: dict[int, tuple[str, str]], holders: Sequence[str]
) -> dict[str, object]:
    """Give the communes column by column, in key order."""
    keys = progress.key.tolist()
    decided = days_decided(progress.after, progress.decisions)
    decision = progress.after.decision.tolist()
    moves, path = progress.moves, progress.path
    return {
        "ordinal": [_ordinal(key) for key in keys],
        "code": [names[key][0] for key in keys],
        "name": [names[key][1] for key in keys],
        "holder": list(holders),
        "before": moves.before.tolist(),
        "after": moves.after.tolist(),
        "kind": moves.kind.tolist(),
        "steps": [
            steps if after < NOT_SUBJECT else None
            for steps, after in zip(moves.steps.tolist(), moves.after.tolist(), strict=True)
        ],
        "up": path.up.tolist(),
        "down": path.down.tolist(),
        "decided_on": [None if np.isnat(day) else str(day) for day in decided],
        "document_no": [None if at == NO_DECISION else progress.document_no[at] for at in decision],
    }


def _evidence(progress: Progress) -> list[dict[str, object]]:
    walked = progress.evidence()
    return [
        {
            "unit": unit,
            "day": str(progress.decisions.day[decision]),
            "before": before,
            "after": after,
            "period": progress.period_id[decision],
            "document_no": progress.document_no[decision],
        }
        for unit, decision, before, after in zip(
            walked.commune.tolist(),
            walked.decision.tolist(),
            walked.before.tolist(),
            walked.after.tolist(),
            strict=True,
        )
    ]


def _holder_names(
    progress: Progress,
    groups: Sequence[tuple[str, int, "np.ndarray[tuple[int], np.dtype[np.int64]]"]],
    names: dict[int, tuple[str, str]],
) -> list[str]:
    """Give for each commune the units above it, the nearest first."""
    above: list[list[str]] = [[] for _ in range(progress.key.size)]
    for _, key, members in reversed(groups):
        for at in members.tolist():
            above[at].append(names[key][1])
    return [", ".join(parts) for parts in above]


def _ordinal(key: int) -> int:
    return key & ((1 << 20) - 1)


def _both(code: str) -> dict[str, str]:
    return {f"label_{language}": say(code, language=language) for language in LANGUAGES}
