"""Tells what the triggers and policies of reports refuse as errors of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from geo.errors import BandoError, Conflict, Forbidden

# What the triggers of 0008 and, of files, 0011 say, as the first word of their message.
_REFUSALS = frozenset(
    {
        "report_step_not_allowed",
        "report_own_entry",
        "report_figures_changed",
        "report_unit_not_due",
        "report_locked",
        "figure_locked",
        "import_holds_locked_figures",
        "assess_has_steps",
        "assess_no_decider",
    }
)
# Another step came between looking and doing; figures are locked by the report that they are in.
_SAID_AS = {
    "report_step_not_allowed": "report_figures_changed",
    "report_unit_not_due": "report_figures_changed",
    "figure_locked": "report_locked",
}


@contextmanager
def told_refusals() -> Iterator[None]:
    """Tell what the triggers and policies refuse as errors of ours."""
    try:
        yield
    except DBAPIError as error:
        told = refusal_of(error)
        if told is None:
            raise
        raise told from error


def refusal_of(error: DBAPIError) -> BandoError | None:
    """Say what a refusal of the database means; None when it is about something else."""
    state = getattr(error.orig, "sqlstate", None)
    words = str(error.orig).split()
    code = words[0].rstrip(":") if words else ""
    if state == "23001" and code in _REFUSALS:
        return Conflict(_SAID_AS.get(code, code))
    if state == "23505" and "uq_report_step_number" in str(error.orig):
        return Conflict("report_figures_changed")
    if state == "42501":
        return Forbidden("report_outside_area")
    return None
