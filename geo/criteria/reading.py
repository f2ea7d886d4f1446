"""Reads a criteria set from TOML and refuses it with everything that is wrong, row by row.

Thresholds are whole numbers, or text: ``"0.5%"``, ``"0.05"``, ``"1/200"``; a number with a point is
no exact number and refused. Comparators: ``at_least`` >=, ``above`` >, ``at_most`` <=, ``below`` <,
``equals``.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from geo.class_ladder import LADDER
from geo.criteria.inputs import inputs as all_inputs
from geo.criteria.ranges import is_range, overlap
from geo.criteria.record import (
    COUNTRY,
    ClassRule,
    Condition,
    CriteriaSet,
    Measure,
    Need,
    Row,
    Tally,
)
from geo.errors import Detail, Finding, Refused

VERSION_LENGTH = 16
_THRESHOLD = re.compile(r"(\d+)(?:\.(\d+))?(%?)|(\d+)/(\d+)")
_BOUNDS = ("at_least", "above", "at_most", "below", "equals")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_HEAD = ("id", "title_vi", "title_en", "act_vi", "act_en", "valid_from", "scope", "otherwise")
_SET_KEYS = {
    *_HEAD,
    "valid_to",
    "simulated",
    "note_vi",
    "note_en",
    "names",
    "measure",
    "row",
    "class",
}
_ROW_KEYS = {
    *("id", "class", "criterion", "clause", "label_vi", "label_en", "verified"),
    *(
        "source_vi",
        "source_en",
        "measure",
        *_BOUNDS,
        "of_nothing",
        "any_of",
        "count",
        "of",
        "also",
        "or_worse",
    ),
}


@cache
def criteria_sets() -> tuple[CriteriaSet, ...]:
    """Read the sets that are packaged with the product, by id.

    Raises
    ------
    Refused
        ``criteria_refused`` with findings.
    """
    folder = files("geo").joinpath("criteria_sets")
    found = [
        read_criteria(file.read_bytes(), name=file.name)
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda one: one.id))


def read_criteria(content: bytes, *, name: str) -> CriteriaSet:
    """Read one set.

    Parameters
    ----------
    content
        Of the file.
    name
        Of the file, for findings.

    Raises
    ------
    Refused
        ``criteria_refused`` with one finding for each fault, naming row and reason.
    """
    try:
        told = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise Refused(
            "criteria_refused",
            findings=[Finding("criteria_no_toml", details={"reason": str(broken)[:120]})],
            file=name,
            count=1,
        ) from None
    reader = _Reader(told)
    made = reader.read(hashlib.sha256(content).hexdigest()[:VERSION_LENGTH])
    if made is None or reader.findings:
        raise Refused(
            "criteria_refused", findings=reader.findings, file=name, count=len(reader.findings)
        )
    return made


@dataclass
class _Reader:
    """Reads what was told and gathers every fault."""

    told: Mapping[str, Any]
    findings: list[Finding] = field(default_factory=list)

    def fault(self, code: str, *, row: str = "", **details: Detail) -> None:
        """Note a fault; `row` names the line of the set."""
        self.findings.append(
            Finding(code, column=row or None, details={"at": row or "-", **details})
        )

    def read(self, version: str) -> CriteriaSet | None:
        self._heads()
        measures = self._measures()
        rows = self._rows({one.id: one for one in measures})
        classes = self._classes(rows)
        self._check_ranges(rows)
        self._check_sums(measures)
        if self.findings:
            return None
        told = self.told
        names = told.get("names", {})
        scope = told["scope"]
        return CriteriaSet(
            id=told["id"],
            title_vi=told["title_vi"],
            title_en=told["title_en"],
            act_vi=told["act_vi"],
            act_en=told["act_en"],
            valid_from=told["valid_from"],
            valid_to=told.get("valid_to"),
            provinces=() if scope == COUNTRY else tuple(scope),
            names_vi={one: texts["vi"] for one, texts in names.items()},
            names_en={one: texts["en"] for one, texts in names.items()},
            measures=measures,
            rows=rows,
            classes=classes,
            otherwise=told["otherwise"],
            is_simulated=bool(told.get("simulated", False)),
            note_vi=told.get("note_vi", ""),
            note_en=told.get("note_en", ""),
            version=version,
        )

    def _heads(self) -> None:
        told = self.told
        for key in _HEAD:
            if key not in told:
                self.fault("criteria_field_missing", field=key)
        for key in sorted(set(told) - _SET_KEYS):
            self.fault("criteria_field_unknown", field=key)
        if not _ID.fullmatch(str(told.get("id", ""))):
            self.fault("criteria_id_bad", value=str(told.get("id", ""))[:40])
        first, after = told.get("valid_from"), told.get("valid_to")
        for key, day in (("valid_from", first), ("valid_to", after)):
            if day is not None and type(day) is not date:
                self.fault("criteria_day_bad", field=key)
        if type(first) is date and type(after) is date and after <= first:
            self.fault("criteria_days_turned")
        scope = told.get("scope", COUNTRY)
        codes = scope if isinstance(scope, list) else []
        if scope != COUNTRY and not (
            codes and all(re.fullmatch(r"\d{2}", str(one)) for one in codes)
        ):
            self.fault("criteria_scope_bad")
        if told.get("otherwise", LADDER[0]) not in LADDER:
            self.fault("criteria_class_unknown", value=str(told["otherwise"])[:40])
        for name, texts in told.get("names", {}).items():
            if name not in LADDER or set(texts) != {"vi", "en"}:
                self.fault("criteria_class_unknown", value=str(name)[:40])

    def _measures(self) -> tuple[Measure, ...]:
        known = all_inputs()
        found: list[Measure] = []
        for told in self.told.get("measure", []):
            name = str(told.get("id", "?"))
            if any(one.id == name for one in found):
                self.fault("criteria_twice", row=name)
            for key in ("id", "label_vi", "label_en", "numerator"):
                if not told.get(key):
                    self.fault("criteria_field_missing", row=name, field=key)
            below = told.get("denominator", "")
            top = tuple(told.get("numerator", ()))
            for one in (*top, *([below] if below else [])):
                if one not in known:
                    self.fault("criteria_input_unknown", row=name, value=str(one)[:60])
            if len({known[one].grain for one in top if one in known}) > 1:
                self.fault("criteria_units_mixed", row=name)
            found.append(
                Measure(name, told.get("label_vi", ""), told.get("label_en", ""), top, below)
            )
        return tuple(found)

    def _rows(self, measures: Mapping[str, Measure]) -> tuple[Row, ...]:
        found: list[Row] = []
        for told in self.told.get("row", []):
            name = str(told.get("id", "?"))
            for key in ("id", "class", "clause", "label_vi", "label_en"):
                if key not in told:
                    self.fault("criteria_field_missing", row=name, field=key)
            for key in sorted(set(told) - _ROW_KEYS):
                self.fault("criteria_field_unknown", row=name, field=key)
            if any(one.id == name for one in found):
                self.fault("criteria_twice", row=name)
            if told.get("class") not in LADDER:
                self.fault("criteria_class_unknown", row=name, value=str(told.get("class"))[:40])
            verified = told.get("verified", True) is True
            ranges = told.get("any_of", [told] if "measure" in told else [])
            conditions = tuple(
                one
                for part in ranges
                if (one := self._condition(name, part, measures, verified=verified)) is not None
            )
            found.append(
                Row(
                    id=name,
                    class_id=told.get("class", LADDER[0]),
                    criterion=told.get("criterion", name),
                    clause=told.get("clause", ""),
                    label_vi=told.get("label_vi", ""),
                    label_en=told.get("label_en", ""),
                    conditions=conditions,
                    tally=self._tally(name, told, verified=verified),
                    is_verified=verified,
                    source_vi=told.get("source_vi", ""),
                    source_en=told.get("source_en", ""),
                )
            )
            if verified and not conditions and found[-1].tally is None:
                self.fault("criteria_row_empty", row=name)
        if not found:
            self.fault("criteria_field_missing", field="row")
        return tuple(found)

    def _condition(
        self, row: str, told: Mapping[str, Any], measures: Mapping[str, Measure], *, verified: bool
    ) -> Condition | None:
        measure = measures.get(str(told.get("measure")))
        if measure is None:
            self.fault("criteria_measure_unknown", row=row, value=str(told.get("measure"))[:40])
            return None
        is_known = verified and told.get("verified", True) is True
        bounds = {key: self._threshold(row, told[key]) for key in _BOUNDS if key in told}
        if not is_known:
            if bounds:
                self.fault("criteria_unverified_threshold", row=row)
            return Condition(measure)
        if not bounds:
            self.fault("criteria_threshold_missing", row=row)
            return None
        if not is_range(bounds):
            self.fault("criteria_range_bad", row=row)
            return None
        below = all_inputs().get(measure.denominator)
        if below is not None and below.may_be_zero and "of_nothing" not in told:
            self.fault("criteria_of_nothing_missing", row=row, value=measure.denominator)
        exact = bounds.get("equals")
        low = exact if exact is not None else bounds.get("at_least", bounds.get("above"))
        high = exact if exact is not None else bounds.get("at_most", bounds.get("below"))
        return Condition(
            measure,
            low,
            "above" in bounds,
            high,
            "below" in bounds,
            told.get("of_nothing") == "met",
        )

    def _threshold(self, row: str, value: object) -> Fraction | None:
        if isinstance(value, int) and not isinstance(value, bool):
            return Fraction(value)
        found = _THRESHOLD.fullmatch(value) if isinstance(value, str) else None
        if found is None or found[5] == "0":
            self.fault("criteria_threshold_bad", row=row, value=str(value)[:40])
            return None
        if found[4]:
            return Fraction(int(found[4]), int(found[5]))
        plain = Fraction(f"{found[1]}.{found[2] or 0}")
        return plain / 100 if found[3] else plain

    def _tally(self, row: str, told: Mapping[str, Any], *, verified: bool) -> Tally | None:
        if not verified or not _is_tally(told):
            return None
        of, also = tuple(told.get("of", ())), tuple(told.get("also", ()))
        plain = {str(one.get("id")) for one in self.told["row"] if not _is_tally(one)}
        for one in (*of, *also):
            if one not in plain:
                self.fault("criteria_row_unknown", row=row, value=str(one)[:40])
        at_least = told.get("count", 0)
        if not isinstance(at_least, int) or not 0 <= at_least <= len(of):
            self.fault("criteria_count_bad", row=row)
            return None
        return Tally(at_least, of, also, told.get("or_worse") is True)

    def _classes(self, rows: Sequence[Row]) -> tuple[ClassRule, ...]:
        names = {one.id for one in rows}
        found: list[ClassRule] = []
        for told in self.told.get("class", []):
            name = str(told.get("id", "?"))
            if name not in LADDER:
                self.fault("criteria_class_unknown", row=name, value=name[:40])
                continue
            needs = tuple(self._need(name, one, names) for one in told.get("need", []))
            if not needs:
                self.fault("criteria_field_missing", row=name, field="need")
            found.append(ClassRule(LADDER[LADDER.index(name)], needs))
        order = [LADDER.index(one.id) for one in found]
        if order != sorted(set(order)):
            self.fault("criteria_classes_unordered")
        if self.told.get("otherwise") in {one.id for one in found}:
            self.fault("criteria_otherwise_twice")
        return tuple(found)

    def _need(self, name: str, told: Mapping[str, Any], names: set[str]) -> Need:
        of = tuple(told.get("of", ()))
        for one in of:
            if one not in names:
                self.fault("criteria_row_unknown", row=name, value=str(one)[:40])
        at_least = told.get("at_least", "all")
        number = len(of) if at_least == "all" else at_least
        if not isinstance(number, int) or not 1 <= number <= len(of):
            self.fault("criteria_count_bad", row=name)
            number = 1
        or_worse = told.get("or_worse", False)
        return Need(number, of, None if or_worse == "unknown" else bool(or_worse))

    def _check_ranges(self, rows: Sequence[Row]) -> None:
        """Refuse two degrees of one criterion whose ranges of a measure overlap."""
        listed = [(row, one) for row in rows for one in row.conditions if one.is_enabled]
        for at, (row, one) in enumerate(listed):
            for other_row, other in listed[:at]:
                if (
                    one.measure.id == other.measure.id
                    and row.criterion == other_row.criterion
                    and row.class_id != other_row.class_id
                    and overlap(one, other)
                ):
                    self.fault("criteria_ranges_overlap", row=row.id, value=other_row.id)

    def _check_sums(self, measures: Sequence[Measure]) -> None:
        """Refuse sums that share inputs without one being part of the other, and shared ratios.

        Only then is what missing inputs leave possible worked out exactly (`reach`).
        """
        for at, one in enumerate(measures):
            for other in measures[:at]:
                mine, its = set(one.numerator), set(other.numerator)
                common = mine & its
                plain = not one.denominator and not other.denominator
                if common and not (plain and (mine <= its or its <= mine)):
                    self.fault("criteria_sums_cross", row=one.id, value=other.id)
                if {one.denominator} & its or {other.denominator} & mine:
                    self.fault("criteria_sums_cross", row=one.id, value=other.id)
            if one.denominator in one.numerator:
                self.fault("criteria_sums_cross", row=one.id, value=one.id)


def _is_tally(told: Mapping[str, Any]) -> bool:
    return "count" in told or "also" in told
