"""Facts as they were known on a day: recorded by then, and not yet taken back (rule H1).

Every fact has the day on which it took effect and the instant at which it was recorded. The views
``held_<fact>`` answer for now; this is the same for any past day.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from geo.period import LOCAL_TIME

if TYPE_CHECKING:
    import pandas as pd

# Simulated rows, `s` in the statement, may say when they would have been recorded; all others are
# recorded when they come, which a trigger holds.
RECORDED_AT = "coalesce((s.recorded_on + time '17:00') AT TIME ZONE 'Asia/Ho_Chi_Minh', now())"

_ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)


def known_before(known: date | None) -> datetime:
    """Give the instant up to which facts are known: the end of a local day, or always."""
    if known is None:
        return _ALWAYS
    return datetime.combine(known + timedelta(days=1), time(), tzinfo=LOCAL_TIME)


def held_at(table: str) -> str:
    """Give SQL for the rows of a table of facts as known before the parameter ``known_before``.

    Parameters
    ----------
    table
        A name of `geo.store.tables`, never one from outside.
    """
    return (
        f"(SELECT f.* FROM {table} AS f WHERE f.recorded_at < CAST(:known_before AS timestamptz)"
        " AND NOT EXISTS (SELECT FROM import_undo AS u WHERE u.import_id = f.import_id"
        " AND u.recorded_at < CAST(:known_before AS timestamptz)))"
    )


def refuse_backdating(frame: "pd.DataFrame", *, provenance: str) -> None:
    """Refuse a day of recording for anything but what is made up: a fact is recorded when it comes.

    Raises
    ------
    ValueError
        When a row that is not simulated names one.
    """
    if provenance != "simulated" and "recorded_on" in frame and frame["recorded_on"].notna().any():
        raise ValueError("only simulated rows have a day of recording of their own")
