"""Arguments that several commands share: a day, FIELD=VALUE, and sentences in both languages."""

from argparse import ArgumentTypeError
from datetime import date, datetime

from geo.messages import LANGUAGES, say
from geo.period import LOCAL_TIME


def both(code: str, **details: object) -> list[str]:
    """Say a sentence in both languages, a line each."""
    return [say(code, language=language, **details) for language in LANGUAGES]


def read_day(text: str) -> date | None:
    """Read a day as people write it; None where the text is none."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=LOCAL_TIME).date()
        except ValueError:
            continue
    return None


def day(text: str) -> date:
    """Read a day given on the command line."""
    found = read_day(text)
    if found is None:
        raise ArgumentTypeError(f"{text[:20]} (2025-07-01, 01/07/2025)")
    return found


def pair(text: str) -> tuple[str, str]:
    """Read FIELD=VALUE given on the command line."""
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise ArgumentTypeError(f"{text[:40]} (lng=X)")
    return name.strip(), value.strip()
