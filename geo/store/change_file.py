"""Reads a list of changes of units (which became which) and judges it row by row.

A list is judged on its own and against the registers of before and after: nothing is written, and
nothing is put right but zeros that a spreadsheet took. Rows whose unit stays as it is are no fault:
the list of the General Statistics Office names every unit.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd

from geo.boundaries import Register
from geo.errors import Detail, Finding, Refused
from geo.legacy_text import DECODERS, LegacyEncoding
from geo.store.change_columns import CHANGE_COLUMNS, CHANGE_REQUIRED, find_columns
from geo.store.change_rules import judge_changes
from geo.store.list_file import BOOKS, TEXTS, read_list
from geo.store.opening import opened
from geo.store.register import register_of

KINDS = TEXTS | BOOKS
_DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")


@dataclass(frozen=True, slots=True)
class ChangeFile:
    """A list of changes with everything noticed.

    Parameters
    ----------
    changes
        old_code, new_code and, where the list has them, old_name, new_name, changed_on (date or
        None), act, new_province_code: one row per row of the list, the index numbering them as
        their user does.
    findings
        Everything noticed, by row.
    columns
        Column of each field.
    name, sha256
        Of the file as sent.
    """

    changes: pd.DataFrame
    findings: tuple[Finding, ...]
    columns: Mapping[str, str]
    name: str
    sha256: str

    @property
    def changed_count(self) -> int:
        """Rows in which a unit gets another code or name."""
        same = self.changes["old_code"] == self.changes["new_code"]
        if {"old_name", "new_name"} <= set(self.changes.columns):
            same &= self.changes["old_name"] == self.changes["new_name"]
        return int((~same).sum())


def read(
    path: Path,
    *,
    changed_on: date,
    encoding: LegacyEncoding | None = None,
    columns: Mapping[str, str] | None = None,
) -> ChangeFile:
    """Read and judge a list of changes.

    Parameters
    ----------
    path
        A table in text or a workbook, or an archive with one.
    changed_on
        Day of the changes: new codes are held against the register of that day, old ones against
        that of the day before.
    encoding
        How names are written, when not in Unicode.
    columns
        Field to column of the list, for what the usual names do not find.

    Raises
    ------
    NotFound
        ``file_missing``.
    Refused
        ``change_file_refused`` with every finding, when columns are missing; those of `opened` and
        of `read_list`.
    """
    with opened(path, kinds=KINDS) as file:
        table = read_list(file)
        personal = list(file.personal_beside())
    present = [str(column) for column in table.columns]
    chosen, findings = _choose(present, columns or {})
    findings = [*personal, *findings]
    if any(one.severity == "error" for one in findings):
        count = len(findings)
        raise Refused("change_file_refused", findings=findings, name=file.name, count=count)
    texts = {field: table[column].map(_plain) for field, column in chosen.items()}
    changes = pd.DataFrame(texts, index=table.index)
    if encoding is not None:
        for field in ("old_name", "new_name"):
            if field in changes:
                changes[field] = changes[field].map(DECODERS[encoding]).map(_plain)
    if "changed_on" in changes:
        changes["changed_on"], found = _days(changes["changed_on"])
        findings += found
    before, after = register_of(changed_on - timedelta(days=1)), register_of(changed_on)
    for field, register in (("old_code", before), ("new_code", after)):
        changes[field], found = _zeros(changes[field], register, field=field)
        findings += found
    findings += judge_changes(changes, changed_on=changed_on, before=before, after=after)
    return ChangeFile(changes, tuple(findings), chosen, file.name, file.sha256)


def _choose(present: list[str], named: Mapping[str, str]) -> tuple[dict[str, str], list[Finding]]:
    """Give the column of each field: as named, else by its usual names."""
    chosen = find_columns(present)
    findings = []
    listed = ", ".join(present)
    for field, column in named.items():
        details: dict[str, Detail] = {"field": field, "fields": ", ".join(CHANGE_COLUMNS)}
        if field not in CHANGE_COLUMNS:
            findings.append(Finding("column_field_unknown", details=details))
        elif column not in present:
            details = {"column": column, "columns": listed}
            findings.append(Finding("column_unknown", column=column, details=details))
        else:
            chosen[field] = column
    for field in CHANGE_REQUIRED:
        if field not in chosen and field not in named:
            details = {"field": field, "columns": listed}
            findings.append(Finding("column_missing", details=details))
    return chosen, findings


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _days(texts: "pd.Series[str]") -> tuple["pd.Series[date]", list[Finding]]:
    days = {text: _day(text) for text in texts.unique()}
    findings = [
        Finding("change_date_unreadable", row=row, column="changed_on")
        for row, text in zip(map(int, texts.index), texts, strict=True)
        if text and days[text] is None
    ]
    return pd.Series([days[text] for text in texts], index=texts.index, dtype=object), findings


def _day(text: str) -> date | None:
    for form in _DAY_FORMS:
        try:
            # A day of the law, which is in no zone of time.
            return datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _zeros(
    codes: "pd.Series[str]", register: Register, *, field: str
) -> tuple["pd.Series[str]", list[Finding]]:
    """Give codes the zeros back that a spreadsheet took, where the register knows them so."""
    known = frozenset(register.units["code"])
    full = codes.str.zfill(5)
    lost = codes.ne("") & ~codes.isin(known) & full.isin(known)
    if not lost.any():
        return codes, []
    details: dict[str, Detail] = {"count": int(lost.sum()), "field": field}
    return codes.where(~lost, full), [Finding("codes_zeros_restored", "warning", details=details)]
