"""Says which criteria set applies to a commune and period; checks a total of classes."""

from collections.abc import Mapping, Sequence
from datetime import date

from geo.class_ladder import LADDER, ClassId
from geo.criteria.reading import criteria_sets
from geo.criteria.record import CriteriaSet
from geo.errors import NotFound


def criteria_set(set_id: str) -> CriteriaSet:
    """Give a packaged set by its id.

    Raises
    ------
    NotFound
        ``criteria_unknown``.
    """
    found = next((one for one in criteria_sets() if one.id == set_id), None)
    if found is None:
        raise NotFound("criteria_unknown", criteria=set_id[:40])
    return found


def choose(
    day: date,
    *,
    province: str,
    simulated: bool,
    among: Sequence[CriteriaSet] | None = None,
) -> CriteriaSet | None:
    """Give the set that applies on the last day of a period; None where there is none.

    A province's own set goes before the country's; of several of one kind the youngest. A simulated
    set applies to simulated boundaries and nowhere else, a real one never to simulated ones.

    Parameters
    ----------
    day
        Last day of the period.
    province
        Code of the commune's province on that day.
    simulated
        Whether the boundary set is simulated.
    among
        Sets to choose from; None for those packaged.
    """
    fitting = [
        one
        for one in (criteria_sets() if among is None else among)
        if one.is_simulated == simulated
        and one.holds_on(day)
        and (not one.provinces or province in one.provinces)
    ]
    return max(fitting, key=lambda one: (bool(one.provinces), one.valid_from, one.id), default=None)


def add_up(counts: Mapping[str, int], *, total: int) -> dict[ClassId, int]:
    """Check that communes by class make up a total: what an import of the old five must do (C5).

    Parameters
    ----------
    counts
        Communes by class of the ladder; an absent class has none.
    total
        Communes in all.

    Raises
    ------
    ValueError
        When a class is unknown or the sum is another one.

    Examples
    --------
    Ho Chi Minh City in 2023, as its press told:

    >>> told = add_up(
    ...     {"loai_1": 1, "loai_2": 6, "loai_3": 171, "khong_trong_diem": 133, "khong_ma_tuy": 1},
    ...     total=312,
    ... )
    >>> list(told.values())
    [1, 6, 171, 133, 1]
    """
    if unknown := sorted(set(counts) - set(LADDER)):
        raise ValueError(f"no class: {', '.join(unknown)}")
    if sum(counts.values()) != total:
        raise ValueError(f"{sum(counts.values())} communes by class, {total} in all")
    return {one: counts.get(one, 0) for one in LADDER}
