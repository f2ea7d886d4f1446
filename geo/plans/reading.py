"""Reads plans from the files that are packaged with the product; each value is exact."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Final

from geo.errors import NotFound
from geo.plans.record import Phase, Plan, Question, Target, UnitRef

# As lists show them: the frame first, then plans by year.
ORDER: Final[tuple[str, ...]] = ("national", "s1", "s4", "s0", "s3", "s2")


def list_plans() -> tuple[Plan, ...]:
    """Give every plan, in the order of lists."""
    return tuple(_read(plan_id) for plan_id in ORDER)


def find_plan(plan_id: str) -> Plan:
    """Give a plan; capitals do not matter.

    Raises
    ------
    NotFound
        With code ``plan_unknown``.
    """
    if plan_id.lower() not in ORDER:
        raise NotFound("plan_unknown", plan=plan_id[:20], known=", ".join(ORDER))
    return _read(plan_id.lower())


@cache
def _read(plan_id: str) -> Plan:
    text = files("geo.plans").joinpath(f"{plan_id}.toml").read_text(encoding="utf-8")
    return make_plan(plan_id, tomllib.loads(text))


def make_plan(plan_id: str, told: Mapping[str, Any]) -> Plan:
    """Make a plan of what its file tells.

    Raises
    ------
    ValueError
        When a word is not known or something does not fit.
    """
    head = dict(told)
    targets = tuple(_target(one) for one in head.pop("target", ()))
    units = tuple(_unit(one) for one in head.pop("units", ()))
    phases = tuple(Phase(**one) for one in head.pop("phase", ()))
    questions = tuple(Question(**one) for one in head.pop("question", ()))
    head["calendar"] = tuple(head.get("calendar", ()))
    _refuse_unknown(plan_id, head, Plan)
    return Plan(
        id=plan_id, units=units, targets=targets, phases=phases, questions=questions, **head
    )


def _target(told: Mapping[str, Any]) -> Target:
    one = dict(told)
    if "value" in one:
        one["value"] = read_value(one["value"])
    if "units" in one:
        one["units"] = tuple(_unit(unit) for unit in one["units"])
    _refuse_unknown(str(one.get("id")), one, Target)
    return Target(**one)


def _unit(told: Mapping[str, Any]) -> UnitRef:
    return UnitRef(told["level"], str(told["code"]), told["day"])


def read_value(text: str) -> Fraction:
    """Read a value as plans write it: ``50%``, ``4/5``, ``0``.

    Raises
    ------
    ValueError
        For a number that is not written as text: a float is never exact.

    Examples
    --------
    >>> read_value("80%"), read_value("1/3"), read_value("12,5%")
    (Fraction(4, 5), Fraction(1, 3), Fraction(1, 8))
    """
    if not isinstance(text, str):
        raise ValueError(f"a value is written as text, not {text!r}")
    plain = text.strip().replace(",", ".")
    return Fraction(plain[:-1]) / 100 if plain.endswith("%") else Fraction(plain)


def _refuse_unknown(name: str, told: Mapping[str, Any], record: type) -> None:
    unknown = set(told) - {field.name for field in fields(record)}
    if unknown:
        raise ValueError(f"{name}: unknown words {', '.join(sorted(unknown))}")
