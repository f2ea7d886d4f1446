"""Reads the classes that criteria sets gave, with what each stands on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from geo.class_ladder import ClassId
from geo.criteria import CriteriaSet, Judgement, Lack, criteria_set, judge, lacking
from geo.criteria.engine import classes_of
from geo.store.feeds import KeyRanges, merge_ranges, scope_lists
from geo.store.map_index import query


@dataclass(frozen=True, slots=True)
class ClassResult:
    """The class that a criteria set gives a commune for a period.

    Parameters
    ----------
    unit_key, period_id
        Whose, for when.
    computed
        The class, or ``chua_danh_gia`` where several are possible.
    possible
        Classes still possible, worst first.
    is_final
        One is left, and the report that it stands on is approved to the top.
    criteria_id, rule_version
        By which rules.
    inputs
        By id; None where missing.
    verdicts
        By row of the set: ``met``, ``not_met``, ``unknown``, ``disabled``.
    simulated
        Whether anything of it is made up.
    """

    unit_key: int
    period_id: str
    computed: ClassId
    possible: tuple[ClassId, ...]
    is_final: bool
    criteria_id: str
    rule_version: str
    inputs: Mapping[str, int | None]
    verdicts: Mapping[str, str]
    simulated: bool

    @property
    def criteria(self) -> CriteriaSet:
        """The set as it is packaged now; compare its version with `rule_version`."""
        return criteria_set(self.criteria_id)

    def judgement(self) -> Judgement:
        """Judge the inputs again; the same while the set has not changed."""
        return judge(self.criteria, self.inputs)

    def lacking(self, goal: ClassId, *, hidden: Collection[str] = ()) -> tuple[Lack, ...]:
        """List what is lacking for a class; see `geo.criteria.lacking`."""
        return lacking(self.criteria, self.inputs, goal=goal, hidden=hidden)


_VERDICTS = {"m": "met", "n": "not_met", "u": "unknown", "d": "disabled"}


def read_results(
    conn: Connection, *, set_id: int, period_id: str, ranges: KeyRanges
) -> dict[int, ClassResult]:
    """Read the results of a period by key of commune.

    Parameters
    ----------
    conn
        Connection of the service with the session's token, or of the operator.
    set_id
        Boundary set; results stand on the one in force on the period's last day, on another there
        are none (a class is never carried, A4).
    period_id
        Half-year, remainder or year.
    ranges
        Keys in question, within the actor's.
    """
    rows = conn.execute(
        query("class_results"),
        {"set_id": set_id, "period_id": period_id, **scope_lists(merge_ranges(ranges))},
    )
    return {
        row.unit_key: ClassResult(
            row.unit_key,
            row.period_id,
            row.computed,
            classes_of(row.possible),
            row.is_final,
            row.criteria_id,
            row.rule_version,
            dict(zip(row.input_ids, row.inputs, strict=True)),
            {
                name: _VERDICTS[letter]
                for name, letter in zip(row.row_ids, row.verdicts, strict=True)
            },
            row.simulated,
        )
        for row in rows
    }


def newest_period(conn: Connection, *, set_id: int, until: date) -> str | None:
    """Give the newest period with results on a set that had ended by a day, the longer of two.

    Parameters
    ----------
    conn
        Any role.
    set_id
        Boundary set.
    until
        Last day.
    """
    found: str | None = conn.execute(
        text(
            "SELECT period_id FROM class_run"
            " WHERE set_id = :set_id AND ends_before <= CAST(:until AS date) + 1"
            " ORDER BY ends_before DESC, left(period_id, 1) = 'Y' DESC LIMIT 1"
        ),
        {"set_id": set_id, "until": until},
    ).scalar()
    return found
