"""Errors of the product: one root, each with a code, a sentence in two languages and details.

    BandoError (code, **details)
    ├── Refused             input that cannot be taken; carries every finding   also ValueError
    ├── NotFound            no such set, unit, layer, period                    also LookupError
    ├── Forbidden           the actor may not                                   also PermissionError
    ├── Conflict            the state of the store forbids it (overlap, ...)    also RuntimeError
    └── Unavailable         a part of the machine is missing or does not answer also RuntimeError

`geo` and `layers` raise these; `api/errors.py` alone maps a class to an HTTP status. The sentences
live in `geo/messages/*.toml` under the error's code.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from geo.messages import Language, say

Severity = Literal["error", "warning", "info"]
Detail = str | int | float | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed in an input, with the place where it stands.

    Parameters
    ----------
    code
        Key of the sentence in `geo/messages`, e.g. ``unit_code_twice``.
    severity
        ``error`` refuses the input unless it is accepted by name with a reason.
    row
        Row of the input as its user counts them (first data row is 1), or None.
    column
        Column or attribute of the input, or None.
    unit
        Code of the administrative unit concerned, or None.
    details
        Values for the sentence. Never a value that may be personal.
    """

    code: str
    severity: Severity = "error"
    row: int | None = None
    column: str | None = None
    unit: str | None = None
    details: dict[str, Detail] = field(default_factory=dict)

    def message(self, language: Language = "vi") -> str:
        """Say the finding in one language, with its details filled in."""
        return say(self.code, language=language, **self.details)

    def as_json(self) -> dict[str, Detail]:
        """Give the one JSON shape of a finding, used by every command and route."""
        return {
            "code": self.code,
            "severity": self.severity,
            "row": self.row,
            "column": self.column,
            "unit": self.unit,
            "message_vi": self.message("vi"),
            "message_en": self.message("en"),
        }


class BandoError(Exception):
    """Root of all errors that the product raises on purpose."""

    def __init__(self, code: str, /, **details: Detail) -> None:
        self.code = code
        self.details = details
        super().__init__(code, details)

    def message(self, language: Language = "vi") -> str:
        """Say the error in one language, with its details filled in."""
        return say(self.code, language=language, **self.details)

    def __str__(self) -> str:
        return f"{self.message('vi')} / {self.message('en')}"


class Refused(BandoError, ValueError):
    """Input that cannot be taken, with everything that is wrong with it at once."""

    def __init__(
        self, code: str, /, *, findings: Iterable[Finding] = (), **details: Detail
    ) -> None:
        super().__init__(code, **details)
        self.findings: Sequence[Finding] = tuple(findings)


class NotFound(BandoError, LookupError):
    """There is no such thing, or the actor may not know that there is."""


class Forbidden(BandoError, PermissionError):
    """The actor is known and may not do this."""


class Conflict(BandoError, RuntimeError):
    """The state of the store does not allow it now."""


class Unavailable(BandoError, RuntimeError):
    """A part of the machine is missing or does not answer."""
