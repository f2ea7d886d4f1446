"""What the browser asks an import for, and the words that its parts share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

HOTSPOTS, PATROLS = "hotspots", "patrols"
LIMIT_BYTES = 64 * 1024 * 1024


Line = dict[str, object]
Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the browser asks for.

    Parameters
    ----------
    kind
        One of `intake.KINDS`, ``hotspots`` or ``patrols``.
    name
        Of the file, as its user calls it.
    content
        Its bytes.
    commit
        Whether to write.
    sha256
        Of the file that was judged; asked for with `commit`.
    map, defaults, accepted
        Column of a field, value of a field, reason by code.
    skip_refused
        Take the good rows and leave the others.
    correction
        Why approved figures are corrected, a code of `geo.approval.REASONS`; None to leave them.
    crs
        Of the file.
    layout
        Name of the layout by which an office's sheet is read; None for a plain table.
    """

    kind: str
    name: str
    content: bytes
    commit: bool
    sha256: str | None = None
    map: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    accepted: Mapping[str, str] = field(default_factory=dict)
    skip_refused: bool = False
    correction: str | None = None
    crs: str | None = None
    layout: str | None = None
