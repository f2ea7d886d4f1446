"""Says in words what a row asks for and what there is: numbers as people write them, two languages.

An exact fraction stays beside its percentage, so that what is rounded for the eye decides nothing.
"""

from collections.abc import Collection, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from geo.criteria.inputs import inputs as all_inputs
from geo.criteria.record import Condition, CriteriaSet, Measure, Row, Tally
from geo.messages import Language, say

Values = Mapping[str, int | None]
_SHOWN = Decimal("0.0001")


def say_needed(criteria: CriteriaSet, row: Row, *, language: Language) -> str:
    """Say what meets a row; for one that is disabled that it is not known.

    >>> from geo.criteria import criteria_set
    >>> one = criteria_set("qd-28-2025")
    >>> say_needed(one, one.row("I.a"), language="vi")
    '≥ 0,5%'
    """
    if row.tally is not None:
        of = ", ".join(row.tally.of)
        also = [criteria.row(one) for one in row.tally.also]
        names = ", ".join(one.label_vi if language == "vi" else one.label_en for one in also)
        parts = []
        if row.tally.of:
            parts.append(
                say("criteria_at_least", language=language, count=row.tally.at_least, of=of)
            )
        return say("criteria_and", language=language).join([*parts, *([names] if names else [])])
    if not row.conditions:
        return say("criteria_not_known", language=language)
    with_name = len(row.conditions) > 1
    return say("criteria_or", language=language).join(
        _needed(one, language, with_name=with_name) for one in row.conditions
    )


def say_against(criteria: CriteriaSet, row: Row, *, language: Language) -> str:
    """Say what it takes for a row not to be met."""
    if row.tally is not None or not row.conditions or not row.is_enabled:
        return say(
            "criteria_not_to_meet",
            language=language,
            needed=say_needed(criteria, row, language=language),
        )
    with_name = len(row.conditions) > 1
    return say("criteria_and", language=language).join(
        _against(one, language, with_name=with_name) for one in row.conditions
    )


def say_have(
    criteria: CriteriaSet,
    row: Row,
    values: Values,
    *,
    met: Collection[str],
    language: Language,
    hidden: Collection[str] = (),
) -> str:
    """Say what there is.

    Parameters
    ----------
    criteria, row
        The row in question.
    values
        Inputs.
    met
        Ids of the rows that are met, for rows made of rows.
    language
        Of the answer.
    hidden
        Inputs whose numbers are not for the reader.
    """
    if row.tally is not None:
        count = sum(1 for one in row.tally.of if _is_met(criteria, one, met, row.tally))
        parts = [
            say("criteria_count_met", language=language, count=count, number=len(row.tally.of))
        ] * bool(row.tally.of)
        for one in row.tally.also:
            code = "criteria_is_met" if one in met else "criteria_is_not_met"
            label = criteria.row(one).label_vi if language == "vi" else criteria.row(one).label_en
            parts.append(say(code, language=language, name=label))
        return "; ".join(parts)
    measures = list(dict.fromkeys(one.measure for one in row.conditions))
    if not measures:
        return ""
    return "; ".join(say_measure(one, values, language=language, hidden=hidden) for one in measures)


def say_measure(
    measure: Measure, values: Values, *, language: Language, hidden: Collection[str] = ()
) -> str:
    """Say the value of a measure, or what of it is missing."""
    if any(name in hidden for name in measure.inputs):
        return say("criteria_hidden", language=language)
    lacking = [name for name in measure.inputs if values.get(name) is None]
    if lacking:
        names = ", ".join(_input_name(name, language) for name in lacking)
        return say("criteria_missing", language=language, names=names)
    grain = all_inputs()[measure.numerator[0]].grain
    top = sum((Fraction(values[name] or 0, grain) for name in measure.numerator), Fraction(0))
    if not measure.denominator:
        unit = _unit(measure.numerator[0], language)
        return f"{say_number(top, language=language)} {unit}".strip()
    below = Fraction(values[measure.denominator] or 0, all_inputs()[measure.denominator].grain)
    whole = f"{say_number(top, language=language)}/{say_number(below, language=language)}"
    return whole if below == 0 else f"{whole} ({say_share(top / below, language=language)})"


def say_share(share: Fraction, *, language: Language) -> str:
    """Say a share in percent, to four decimals.

    >>> say_share(Fraction(13, 17288), language="vi")
    '0,0752%'
    """
    return f"{say_number(share * 100, language=language)}%"


def say_number(number: Fraction, *, language: Language) -> str:
    """Say a number with its thousands and at most four decimals.

    >>> say_number(Fraction(12345, 2), language="vi"), say_number(Fraction(750), language="en")
    ('6.172,5', '750')
    """
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    shown = f"{exact.quantize(_SHOWN, rounding=ROUND_HALF_EVEN):,f}".rstrip("0").rstrip(".")
    if language == "vi":
        shown = shown.translate(str.maketrans(",.", ".,"))
    return shown


def _needed(one: Condition, language: Language, *, with_name: bool) -> str:
    name = f"{_name(one.measure, language)} " if with_name else ""
    if not one.is_enabled:
        return f"{name}{say('criteria_not_known', language=language)}"
    if one.low is not None and one.low == one.high:
        return f"{name}= {_bound(one, one.low, language)}"
    parts = []
    if one.low is not None:
        parts.append(f"{'>' if one.low_open else '≥'} {_bound(one, one.low, language)}")
    if one.high is not None:
        parts.append(f"{'<' if one.high_open else '≤'} {_bound(one, one.high, language)}")
    return name + say("criteria_and", language=language).join(parts)


def _against(one: Condition, language: Language, *, with_name: bool) -> str:
    name = f"{_name(one.measure, language)} " if with_name else ""
    if one.low is not None and (one.low > 0 or one.low_open):
        return f"{name}{'≤' if one.low_open else '<'} {_bound(one, one.low, language)}"
    bound = one.high if one.high is not None else Fraction(0)
    return f"{name}{'≥' if one.high_open else '>'} {_bound(one, bound, language)}"


def _bound(one: Condition, bound: Fraction, language: Language) -> str:
    if one.measure.denominator:
        return say_share(bound, language=language)
    unit = _unit(one.measure.numerator[0], language)
    return f"{say_number(bound, language=language)} {unit}".strip()


def _unit(name: str, language: Language) -> str:
    one = all_inputs()[name]
    return one.unit_vi if language == "vi" else one.unit_en


def _input_name(name: str, language: Language) -> str:
    one = all_inputs()[name]
    label = one.label_vi if language == "vi" else one.label_en
    return f"{label[:1].lower()}{label[1:]}"


def _name(measure: Measure, language: Language) -> str:
    label = measure.label_vi if language == "vi" else measure.label_en
    return f"{label[:1].lower()}{label[1:]}"


def _is_met(criteria: CriteriaSet, row_id: str, met: Collection[str], tally: Tally) -> bool:
    degrees = criteria.worse(row_id) if tally.or_worse else ()
    return row_id in met or any(one.id in met for one in degrees)
