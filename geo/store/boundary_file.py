"""Reads a boundary file of an office into the columns that a set needs, and says what it did.

GeoParquet is read by geopandas, everything else by GDAL. Columns are found by their usual names or
named by the user; texts go through the rules of `TEXT_RULES`, one habit of such files each. A file
that cannot be brought into shape is refused with everything that is missing at once.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.boundaries import Register
from geo.errors import Detail, Finding, NotFound, Refused
from geo.units import Level, fold, has_districts, is_assessable, split_kind, unit_rules

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
_PARQUET_SUFFIXES = frozenset({".parquet", ".geoparquet"})
# Longitude before latitude on WGS 84: what GeoParquet and GeoJSON mean without saying more.
_LNG_LAT = CRS.from_user_input("OGC:CRS84")
_SPACES = re.compile(r"\s+")


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
    columns: Mapping[str, str] | None = None,
    register: Register | None = None,
) -> BoundaryFile:
    """Read a boundary file.

    Parameters
    ----------
    path
        GeoParquet, or anything that GDAL reads.
    valid_from
        First day of the set: decides on districts and on who is assessed.
    crs
        CRS of the file, e.g. ``EPSG:4326``, when it has none or a wrong one.
    columns
        Field to column of the file, for what the usual names do not find.
    register
        Fills provinces and districts in by code when the file lacks them.

    Raises
    ------
    NotFound
        With code ``boundary_file_missing``.
    Refused
        With code ``boundary_file_refused`` and every finding.
    """
    if not path.exists():
        raise NotFound("boundary_file_missing", name=path.name)
    raw = _open(path)
    chosen, findings = _find_columns(raw, columns or {})
    placed, crs_findings = _with_crs(raw, crs)
    findings += crs_findings
    if placed is None or any(finding.severity == "error" for finding in findings):
        raise Refused(
            "boundary_file_refused", findings=findings, name=path.name, count=len(findings)
        )
    frame = gpd.GeoDataFrame(
        {field: raw[column].reset_index(drop=True) for field, column in chosen.items()},
        geometry=placed.reset_index(drop=True),
    )
    for rule in TEXT_RULES:
        frame, found = rule(frame)
        findings += found
    frame, found = _fill_parents(frame, register, with_districts=has_districts(valid_from))
    findings += found
    frame["assessable"] = [is_assessable(code, day=valid_from) for code in frame["code"]]
    return BoundaryFile(frame, tuple(findings), path.name, _hash_with_sidecars(path))


def _open(path: Path) -> gpd.GeoDataFrame:
    """Open the one layer of areas of a file."""
    try:
        if path.suffix.lower() in _PARQUET_SUFFIXES:
            return gpd.read_parquet(path)
        layers = pyogrio.list_layers(path)
        with_shapes = [name for name, kind in layers if kind is not None]
        areas = [name for name, kind in layers if kind is not None and "Polygon" in kind]
        if len(areas or with_shapes) != 1:
            raise Refused(
                "boundary_file_layers",
                name=path.name,
                layers=", ".join(map(str, areas or with_shapes)) or "0",
            )
        frame = pyogrio.read_dataframe(path, layer=(areas or with_shapes)[0])
    except (DataSourceError, ValueError, OSError) as error:
        if isinstance(error, Refused):
            raise
        # GDAL and Arrow name the cause in words of their own, which may hold paths.
        raise Refused("boundary_file_unreadable", name=path.name) from error
    return gpd.GeoDataFrame(frame)


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


def _with_crs(raw: gpd.GeoDataFrame, crs: str | None) -> tuple[gpd.GeoSeries | None, list[Finding]]:
    """Bring the geometry to EPSG:4326 from the CRS of the file or the one given."""
    own = raw.crs
    try:
        given = CRS.from_user_input(crs) if crs else None
    except CRSError:
        return None, [Finding("crs_unknown", details={"crs": str(crs)[:40]})]
    if own is None and given is None:
        return None, [Finding("crs_missing")]
    findings = []
    if given is not None and own is not None and not CRS(own).equals(given):
        details: dict[str, Detail] = {"own": CRS(own).name, "given": given.name}
        findings.append(Finding("crs_replaced", "warning", details=details))
    shapes = np.asarray(raw.geometry, dtype=object)
    if shapely.has_z(shapes).any():
        findings.append(Finding("geometry_flattened", "info"))
        shapes = shapely.force_2d(shapes)
    series = gpd.GeoSeries(shapes, crs=given or own)
    if not CRS(series.crs).equals(_LNG_LAT, ignore_axis_order=True):
        details = {"crs": CRS(series.crs).name}
        findings.append(Finding("crs_transformed", "info", details=details))
        series = series.to_crs(4326)
    return series.set_crs(4326, allow_override=True), findings


TextRule = Callable[[gpd.GeoDataFrame], tuple[gpd.GeoDataFrame, list[Finding]]]


def _codes_as_text(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Make codes texts: whole numbers without ``.0``, no blanks around them."""
    texts = {}
    for field in ("code", "province_code", "district_code"):
        if field not in frame:
            continue
        values = frame[field]
        if pd.api.types.is_float_dtype(values):
            values = values.astype("Int64")
        texts[field] = values.astype("string").fillna("").str.strip().astype(object)
    return frame.assign(**texts), []


def _names_composed(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Compose letters and their marks to one sign each (NFC), as everything else writes them."""
    return _rewrite(frame, lambda text: unicodedata.normalize("NFC", text), code="names_composed")


def _names_squeezed(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Squeeze spaces: none at the ends, one in a row."""
    return _rewrite(frame, lambda text: _SPACES.sub(" ", text).strip(), code="names_squeezed")


def _kinds_from_names(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Take the kind from its column or the beginning of the name; give it to bare names."""
    known = {kind.id for kind in unit_rules().kinds}
    told = frame["kind"] if "kind" in frame else pd.Series("", index=frame.index)
    kinds, names, findings, bare_count = [], [], [], 0
    units = zip(told.str.casefold(), frame["name"], frame["code"], strict=True)
    for row, (own, name, code) in enumerate(units, start=1):
        said = split_kind(name)[0]
        if said and own in known and own != said:
            details: dict[str, Detail] = {"kind": own, "name": name}
            findings.append(
                Finding("kind_contradicts_name", "warning", row=row, unit=code, details=details)
            )
        kinds.append(own if own in known else said or own)
        bare = name != "" and said is None and own in known
        names.append(f"{own[:1].upper()}{own[1:]} {name}" if bare else name)
        bare_count += bare
    if bare_count:
        findings.append(Finding("names_given_kind", "info", details={"count": bare_count}))
    return frame.assign(kind=kinds, name=names), findings


# In this order. A new habit of files is one more function here.
TEXT_RULES: tuple[TextRule, ...] = (
    _codes_as_text,
    _names_composed,
    _names_squeezed,
    _kinds_from_names,
)


def _rewrite(
    frame: gpd.GeoDataFrame, change: Callable[[str], str], *, code: str
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Change every text about units in one way and count the rows that changed."""
    texts = {}
    changed = np.zeros(len(frame), dtype=bool)
    for field in ("name", "kind", "province", "district"):
        if field in frame:
            given = frame[field].astype("string").fillna("").astype(object)
            texts[field] = given.map(change)
            changed |= (texts[field] != given).to_numpy()
    count = int(changed.sum())
    findings = [Finding(code, "info", details={"count": count})] if count else []
    return frame.assign(**texts), findings


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


def _hash_with_sidecars(path: Path) -> str:
    """Hash a file and those that belong to it by name (a shapefile's .dbf, .prj, ...)."""
    digest = hashlib.sha256()
    parts = [path]
    if path.suffix.lower() == ".shp":
        parts = sorted(p for p in path.parent.glob(f"{path.stem}.*") if p.is_file())
    for part in parts:
        with part.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
