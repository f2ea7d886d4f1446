"""Whether the boundaries in force are made up, and what that means for what comes in."""

from sqlalchemy import Connection

from geo.errors import Conflict
from geo.store.map_index import FeedSet, list_feed_sets


def stand_on_simulated_land(conn: Connection) -> bool:
    """Tell whether a set in force is simulated: then everything imported is marked so.

    Raises
    ------
    Conflict
        With code ``no_active_boundary_set``.
    """
    return any(one.provenance == "simulated" for one in _in_force(conn))


def refuse_simulated_land(conn: Connection) -> None:
    """Keep real rows off simulated boundaries: the demo could never be taken out again.

    Raises
    ------
    Conflict
        With code ``imports_on_simulated_sets``.
    """
    simulated = [one.title for one in _in_force(conn) if one.provenance == "simulated"]
    if simulated:
        raise Conflict("imports_on_simulated_sets", count=len(simulated), title=simulated[-1])


def _in_force(conn: Connection) -> list[FeedSet]:
    sets = list_feed_sets(conn)
    if not sets:
        raise Conflict("no_active_boundary_set")
    return sets
