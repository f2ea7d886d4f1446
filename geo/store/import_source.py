"""The name under which what a file brings is known: said by its user, else the file's own."""

import re
from pathlib import PurePath

from geo.errors import Refused
from geo.store.personal import value_looks_personal

_SOURCE = re.compile(r"[\w][\w .-]{0,59}")


def source_of(file_name: str, given: str | None) -> str:
    """Give the name of a source.

    Raises
    ------
    Refused
        ``source_personal``: the name given, or the file's, which is kept for ever, looks like a
        person's; ``source_no_name``.
    """
    source = given or PurePath(file_name).stem
    if any(value_looks_personal(name, use="file_name") for name in (source, file_name)):
        raise Refused("source_personal")
    if not _SOURCE.fullmatch(source):
        raise Refused("source_no_name")
    return source
