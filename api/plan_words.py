"""How numbers of targets are written: exact parts in, people's words out, never rounded up."""

from fractions import Fraction
from math import floor

from geo.indicators import SERIES
from geo.messages import Language, say
from geo.plans import Target

_SHARES = frozenset({"class_share", "class_of_units", "list_ended", "ended_share"})


def is_share(target: Target) -> bool:
    """Tell whether a target's readings are shares 0..1."""
    if target.measure in _SHARES:
        return True
    return bool(target.indicator) and SERIES[target.indicator].is_share


def unit_of(target: Target, language: Language) -> str:
    """Name what a target counts, empty for a share or nothing."""
    if not target.indicator or is_share(target):
        return ""
    one = SERIES[target.indicator]
    return one.unit_vi if language == "vi" else one.unit_en


def number(value: Fraction, language: Language, *, digits: int = 1) -> str:
    """Write a number, cut after some decimals: what is not reached never looks reached.

    >>> number(Fraction(2499, 2), "vi"), number(Fraction(7), "en")
    ('1.249,5', '7')
    """
    sign = "-" if value < 0 else ""
    scaled = floor(abs(value) * 10**digits)
    whole, rest = divmod(scaled, 10**digits)
    decimals = f"{rest:0{digits}d}".rstrip("0")
    text = f"{whole:,}" + (f".{decimals}" if decimals else "")
    if language == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return sign + text


def percent(value: Fraction, language: Language) -> str:
    """Write a share in percent, cut to one decimal.

    >>> percent(Fraction(4999, 10000), "vi"), percent(Fraction(1, 2), "en")
    ('49,9%', '50%')
    """
    return f"{number(value * 100, language)}%"


def written(value: Fraction, target: Target, language: Language) -> str:
    """Write a value of a target's readings."""
    return percent(value, language) if is_share(target) else number(value, language)


def bound_words(target: Target, language: Language) -> str:
    """Say what a target asks for, with its own comparator: a strict one is seen to be strict."""
    if target.comparator is None:
        return say("target_bound_by_hand", language=language)
    if target.comparator == "decreasing":
        return say("target_bound_decreasing", language=language)
    if target.against_baseline:
        return say("target_bound_baseline", language=language, sign=target.comparator)
    value = target.value or Fraction(0)
    if target.comparator == "pct_change≥":
        return say("target_bound_change", language=language, value=percent(value, language))
    return say(
        "target_bound_reads",
        language=language,
        sign=target.comparator,
        value=written(value, target, language),
    )
