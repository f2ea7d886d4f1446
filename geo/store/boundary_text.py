"""Texts of boundary files: out of old fonts, escapes and habits into one way of writing.

Every rule changes what can only mean one thing and says how many rows it changed. What could mean
two things (the fonts that a table was written for) is proposed, and taken when its user says so.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.boundaries import Register
from geo.errors import Detail, Finding
from geo.legacy_text import DECODERS, LegacyEncoding, propose_encoding, vocabulary
from geo.units import split_kind, unit_rules

_SPACES = re.compile(r"\s+")
_TEXT_FIELDS = ("name", "kind", "province", "district")
_ESCAPE = re.compile(r"<U\+([0-9A-Fa-f]{4,6})>")
_NOTHING = frozenset({"NA", "N/A", "<Null>", "NULL", "None", "nan"})


def decoded(
    frame: gpd.GeoDataFrame, encoding: LegacyEncoding | None, *, known_names: Collection[str]
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Read texts written for fonts of before Unicode.

    Without an encoding the names are looked at: when another reading makes them names of units, it
    is an error that proposes the encoding, and the rest is judged as if it had been given.

    Parameters
    ----------
    frame
        Communes with texts as they were read.
    encoding
        As the user said.
    known_names
        Names of units that are surely right.
    """
    if encoding is not None:
        return _rewrite(frame, DECODERS[encoding], code="names_decoded", encoding=encoding)
    names = frame["name"].dropna().astype(str).unique()
    found = propose_encoding(names, words=vocabulary(known_names))
    if found is None:
        return frame, []
    told: dict[str, Detail] = {
        "encoding": found.encoding,
        "count": found.known_count,
        "before": found.known_before,
        "of": found.name_count,
    }
    readable, _ = _rewrite(frame, DECODERS[found.encoding], code="names_decoded")
    return readable, [Finding("names_legacy_encoding", details=told)]


_ETH = {ord("Ð"): "Đ", ord("ð"): "đ"}

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


def _names_unescaped(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Turn ``<U+1ED3>`` into the letter that it stands for."""
    return _rewrite(
        frame,
        lambda text: _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text),
        code="names_unescaped",
    )


def _names_with_d(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Write Đ, U+0110, for the Icelandic letter that looks the same."""
    return _rewrite(frame, lambda text: text.translate(_ETH), code="names_eth_replaced")


def _names_not_empty_words(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Take words that mean nothing (NA, NULL) for nothing."""
    return _rewrite(
        frame, lambda text: "" if text.strip() in _NOTHING else text, code="names_no_value"
    )


def _names_apart(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Part names that were written without spaces: CẩmXuyên."""
    return _rewrite(frame, _part, code="names_parted")


def _part(text: str) -> str:
    """Put a space between a small letter and a capital, unless the text has spaces already."""
    if " " in text.strip():
        return text
    return text[:1] + "".join(
        f" {sign}" if before.islower() and sign.isupper() else sign
        for before, sign in pairwise(text)
    )


def _names_composed(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Compose letters and their marks to one sign each (NFC), as everything else writes them."""
    return _rewrite(frame, lambda text: unicodedata.normalize("NFC", text), code="names_composed")


def _names_squeezed(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Squeeze spaces: none at the ends, one in a row."""
    return _rewrite(frame, lambda text: _SPACES.sub(" ", text).strip(), code="names_squeezed")


def _names_not_shouted(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Write names that are all in capitals as names are written: XÃ TIÊN LỤC."""
    return _rewrite(frame, _lowered, code="names_not_shouted")


def _lowered(text: str) -> str:
    if not text.isupper():
        return text
    kind, bare = split_kind(text)
    words = [word[:1] + word[1:].lower() for word in bare.split(" ")]
    return " ".join([kind.capitalize(), *words] if kind else words)


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
    _names_not_empty_words,
    _names_unescaped,
    _names_with_d,
    _names_composed,
    _names_apart,
    _names_squeezed,
    _names_not_shouted,
    _kinds_from_names,
)


def zeros_restored(
    frame: gpd.GeoDataFrame, register: Register | None
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Give codes the zeros back that a spreadsheet took, where the register knows them so.

    The three-digit codes of island districts (318, 471, 498, 536, 755) are whole and stay.
    """
    if register is None:
        return frame, []
    texts, findings = {}, []
    for field, width in (("code", 5), ("province_code", 2), ("district_code", 3)):
        if field not in frame or field not in register.units:
            continue
        known = frozenset(register.units[field].dropna())
        codes = frame[field]
        full = codes.str.zfill(width)
        lost = codes.ne("") & ~codes.isin(known) & full.isin(known)
        if lost.any():
            texts[field] = codes.where(~lost, full)
            told: dict[str, Detail] = {"count": int(lost.sum()), "field": field}
            findings.append(Finding("codes_zeros_restored", "warning", details=told))
    return frame.assign(**texts), findings


def _rewrite(
    frame: gpd.GeoDataFrame, change: Callable[[str], str], *, code: str, **told: Detail
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Change every text about units in one way and count the rows that changed."""
    texts = {}
    changed = np.zeros(len(frame), dtype=bool)
    for field in _TEXT_FIELDS:
        if field in frame:
            given = frame[field].astype("string").fillna("").astype(object)
            texts[field] = given.map(change)
            changed |= (texts[field] != given).to_numpy()
    count = int(changed.sum())
    findings = [Finding(code, "info", details={"count": count, **told})] if count else []
    return frame.assign(**texts), findings
