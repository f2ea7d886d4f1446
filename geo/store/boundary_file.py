"""Reads a boundary file of an office into the columns that a set needs, and says what it did.

The file is opened safely (`opening`) and its one layer taken (`boundary_layer`). Columns are found
by their usual names or named by the user; coordinates are brought to WGS 84 (`boundary_crs`), texts
to Unicode and one way of writing (`boundary_text`), broken rings mended (`boundary_shapes`). What a
file does not say is proposed and never guessed in silence. A file that cannot be brought into shape
is refused with everything that is missing at once, and with all that is wrong with its codes.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.blank import BLANK
from geo.boundaries import Register, judge_texts
from geo.errors import Detail, Finding, Refused
from geo.legacy_text import LegacyEncoding
from geo.personal import FieldUse
from geo.store.boundary_crs import propose, to_wgs84
from geo.store.boundary_layer import KINDS, LIMITS, WKT_NAMES, open_layer, what_lacks
from geo.store.boundary_shapes import repaired
from geo.store.boundary_text import TEXT_RULES, decoded, zeros_restored
from geo.store.opening import opened
from geo.store.personal import (
    column_holds_persons,
    column_looks_personal,
    use_of_column,
    values_look_personal,
)
from geo.store.register import read_register
from geo.units import Level, fold, has_districts, is_assessable

# Field of a set: how files call it, folded. The first is our own name.
COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "code": (
        *("code", "ma", "ma xa", "maxa", "ma dvhc", "madvhc", "ma don vi", "ma phuong xa"),
        *("ward code", "wardcode", "commune code", "xa id", "gso code"),
    ),
    "name": (
        *("name", "ten", "ten xa", "tenxa", "ten dvhc", "tendvhc", "ten don vi", "ten phuong xa"),
        *("ward", "ward name", "wardname", "commune", "commune name"),
    ),
    "kind": ("kind", "loai", "loai dvhc", "cap", "ward type", "type"),
    "province_code": ("province code", "provincecode", "ma tinh", "matinh", "ma tp", "tinh id"),
    "province": ("province", "ten tinh", "tentinh", "tinh", "province name", "provincename"),
    "district_code": ("district code", "districtcode", "ma huyen", "mahuyen", "huyen id"),
    "district": ("district", "ten huyen", "tenhuyen", "huyen", "district name", "districtname"),
}
REQUIRED = ("code", "name")


@dataclass(frozen=True, slots=True)
class BoundaryFile:
    """A boundary file brought into shape.

    Parameters
    ----------
    communes
        code, name, kind, province_code, province, district_code and district (before 2025-07-01),
        assessable, geometry; EPSG:4326; rows in the order of the file.
    findings
        What was done to it, and what is wrong with it.
    source_name, source_sha256
        Its name without folders, and the hash of the file with its sidecar files.
    """

    communes: gpd.GeoDataFrame
    findings: tuple[Finding, ...]
    source_name: str
    source_sha256: str


def read(
    path: Path,
    *,
    valid_from: date,
    crs: str | None = None,
    encoding: LegacyEncoding | None = None,
    columns: Mapping[str, str] | None = None,
    register: Register | None = None,
) -> BoundaryFile:
    """Read a boundary file.

    Parameters
    ----------
    path
        One of `KINDS`, or an archive with one.
    valid_from
        First day of the set: decides on districts and on who is assessed.
    crs
        CRS of the file, e.g. ``EPSG:4326``, when it has none or a wrong one.
    encoding
        How the texts of the file are written, when not in Unicode.
    columns
        Field to column of the file, for what the usual names do not find.
    register
        Fills provinces and districts in by code when the file lacks them.

    Raises
    ------
    NotFound
        ``file_missing``.
    Refused
        With code ``boundary_file_refused`` and every finding; those of `opened`.
    """
    with opened(path, kinds=KINDS, limits=LIMITS) as file:
        raw = open_layer(file)
        beside = file.personal_beside()
    lacks = what_lacks(raw, name=path.name)
    chosen, found = _find_columns(raw, columns or {})
    findings = [*beside, *_personal(raw, named=set(chosen.values())), *lacks, *found]
    placed = None
    if not lacks:
        placed, crs_findings = to_wgs84(raw, crs)
        findings += crs_findings
        if placed is None and crs is None:
            findings += _crs_proposals(raw, chosen.get("code"), register)
    texts = {field: raw[column].reset_index(drop=True) for field, column in chosen.items()}
    # Shapes that cannot be placed still tell a row that is written twice.
    shapes = (raw.geometry if placed is None else placed).reset_index(drop=True)
    frame = gpd.GeoDataFrame(texts, geometry=shapes)
    if "name" in frame:
        frame, found = decoded(frame, encoding, known_names=_known_names())
        findings += found
    # Names in old fonts are readable by now: the rest is judged with them.
    is_broken = bool(_grave(findings))
    if all(field in frame for field in REQUIRED):
        for rule in TEXT_RULES:
            frame, found = rule(frame)
            findings += found
        frame, found = zeros_restored(frame, register)
        findings += found
        frame, found = _fill_parents(frame, register, with_districts=has_districts(valid_from))
        findings += found
        if is_broken:
            findings += judge_texts(frame, valid_from=valid_from, register=register)
    if is_broken:
        count = len(_grave(findings))
        raise Refused("boundary_file_refused", findings=findings, name=path.name, count=count)
    frame, found = repaired(frame)
    findings += found
    frame["assessable"] = [is_assessable(code, day=valid_from) for code in frame["code"]]
    return BoundaryFile(frame, tuple(findings), file.name, file.sha256)


def _personal(raw: gpd.GeoDataFrame, *, named: Collection[str]) -> list[Finding]:
    """Find attributes about persons, read or not; names of units are known as places."""
    findings = []
    for column in raw.columns:
        values = raw[column]
        if column == raw.geometry.name or fold(str(column)) in WKT_NAMES:
            continue
        if column_looks_personal(str(column)) and fold(str(column)) not in COLUMN_NAMES["name"]:
            findings.append(Finding("column_personal", column=str(column)))
            continue
        texts = values.where(values.map(lambda value: isinstance(value, str)), BLANK).tolist()
        usual = any(fold(str(column)) in names for names in COLUMN_NAMES.values())
        is_unit = usual or column in named
        use: FieldUse = "unit_name" if is_unit else use_of_column(str(column))
        if column_holds_persons(texts, use=use):
            findings.append(Finding("column_holds_persons", column=str(column)))
        findings += [
            Finding("value_personal", row=int(row) + 1, column=str(column))
            for row in np.flatnonzero(values_look_personal(texts, use=use))
        ]
    return findings


def _grave(findings: Iterable[Finding]) -> list[Finding]:
    """Give what refuses a file; names in old fonts can be read, so they do not."""
    return [f for f in findings if f.severity == "error" and f.code != "names_legacy_encoding"]


def _find_columns(
    raw: gpd.GeoDataFrame, named: Mapping[str, str]
) -> tuple[dict[str, str], list[Finding]]:
    """Find the column of each field: as the user named it, else by its usual names."""
    present = [str(column) for column in raw.columns if column != raw.geometry.name]
    listed = ", ".join(present)
    chosen: dict[str, str] = {}
    findings: list[Finding] = []
    for field, column in named.items():
        if field not in COLUMN_NAMES:
            details: dict[str, Detail] = {"field": field, "fields": ", ".join(COLUMN_NAMES)}
            findings.append(Finding("column_field_unknown", details=details))
        elif column not in present:
            details = {"column": column, "columns": listed}
            findings.append(Finding("column_unknown", column=column, details=details))
        else:
            chosen[field] = column
    for field, usual in COLUMN_NAMES.items():
        if field in named:
            continue
        found = [c for c in present if fold(c) in usual]
        # Our own names win: a file of ours may carry others beside them.
        exact = [c for c in found if c == field]
        candidates = exact or found
        if len(candidates) > 1:
            details = {"field": field, "columns": ", ".join(candidates)}
            findings.append(Finding("column_ambiguous", details=details))
        elif candidates:
            chosen[field] = candidates[0]
            if candidates[0] != field:
                details = {"field": field, "column": candidates[0]}
                findings.append(Finding("column_taken", "info", details=details))
        elif field in REQUIRED:
            details = {"field": field, "columns": listed}
            findings.append(Finding("column_missing", details=details))
    return chosen, findings


def _crs_proposals(
    raw: gpd.GeoDataFrame, code_column: str | None, register: Register | None
) -> list[Finding]:
    """Say under which coordinate systems the units lie where they should."""
    if code_column is None or register is None:
        return []
    codes = raw[code_column].astype("string").fillna("").str.strip().astype(object)
    return [
        Finding(
            "crs_proposed",
            "info",
            details={
                "crs": one.crs,
                "name": one.name,
                "count": one.inside_count,
                "of": one.point_count,
            },
        )
        for one in propose(raw.geometry, codes, register=register)
    ]


@cache
def _known_names() -> tuple[str, ...]:
    """Give the names of all units of the registers, which tell readable text from other."""
    return tuple(
        str(name)
        for districts in (False, True)
        for column in ("name", "province")
        for name in read_register(districts=districts).units[column].unique()
    )


def _fill_parents(
    frame: gpd.GeoDataFrame, register: Register | None, *, with_districts: bool
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Fill provinces and districts that the file lacks from the register, by the commune's code."""
    levels: tuple[Level, ...] = ("province", "district") if with_districts else ("province",)
    findings = []
    filled = frame
    for level in levels:
        for field in (f"{level}_code", level):
            if field in filled:
                continue
            values = pd.Series("", index=frame.index, dtype=object)
            if register is not None and field in register.units:
                known = register.units.drop_duplicates("code").set_index("code")[field]
                values = frame["code"].map(known).fillna("").astype(object)
                details: dict[str, Detail] = {"field": field, "count": int((values != "").sum())}
                findings.append(Finding("parents_from_register", "info", details=details))
            filled = filled.assign(**{field: values})
    return filled, findings
