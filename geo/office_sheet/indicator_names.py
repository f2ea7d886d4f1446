"""Which indicator a heading names, which part of it, and at what scale its figures are written."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz, process

from geo.indicators import Indicator
from geo.office_sheet.periods import without_period
from geo.office_sheet.rows import strip_label
from geo.office_sheet.tables import fold_label
from geo.office_sheet.words import synonyms, words
from geo.units import fold

Part = Literal["value", "numerator", "denominator"]
Why = Literal["", "breakdown", "comparison", "unknown", "unclear"]

LIKELY = 0.82
# Two indicators closer than this are not told apart by their names.
MARGIN = 0.04

_BRACKETS = re.compile(r"\(([^()]*)\)")
_ID = re.compile(r"\bI\d{2}\b(?:\.[a-z_\d]+)?")


@dataclass(frozen=True, slots=True)
class HeadingMatch:
    """What a heading names.

    Parameters
    ----------
    indicator
        Id, or None.
    part
        The value itself or a part of a share.
    scale
        Factor from the figure written to the value stored: 0.01 for percent, 1000 for 'nghìn'.
    score
        0..1; 1 is the name itself.
    why
        Why there is none.
    others
        Ids that fit nearly as well.
    percent_told
        The heading itself says percent.
    """

    indicator: str | None
    part: Part = "value"
    scale: float = 1.0
    score: float = 0.0
    why: Why = ""
    others: tuple[str, ...] = ()
    percent_told: bool = False


def match_heading(
    path: Sequence[str], indicators: Mapping[str, Indicator], *, measure: str = ""
) -> HeadingMatch:
    """Find the indicator that a path of labels names.

    Parameters
    ----------
    path
        Labels from the top down; for a row its own label.
    indicators
        Those that may be meant.
    measure
        Unit of measure told beside the label (a column 'Đơn vị tính').
    """
    labels = [strip_label(without_period(label)) for label in path if label.strip()]
    if not labels:
        return HeadingMatch(None, why="unknown")
    known = _ID.search(" ".join(labels))
    if known and known[0] in indicators:
        part = _part_word(labels[-1]) if len(labels) > 1 or _part_word(labels[-1]) else None
        return _scaled(known[0], part or "value", 1.0, labels, indicators, measure)
    leaf = _fold_bare(labels[-1])
    if _is_breakdown(leaf):
        return HeadingMatch(None, why="breakdown")
    if _is_comparison(path):
        return HeadingMatch(None, why="comparison")
    ids = tuple(indicators)
    share_words = words().numerator | words().denominator | words().share
    if len(labels) > 1 and (leaf in share_words or fold_label(labels[-1]) in share_words):
        found = _of_share(labels, leaf, indicators)
        if found is not None:
            return _scaled(found[0], found[1], found[2], labels, indicators, measure)
    best = _best(_variants(labels), _names(ids, indicators))
    if not best or best[0][2] < LIKELY:
        return HeadingMatch(None, why="unknown", score=best[0][2] if best else 0.0)
    indicator, part, score = best[0]
    near = tuple(one for one, _, other in best[1:] if other > score - MARGIN and score < 1.0)
    if near:
        return HeadingMatch(None, why="unclear", score=score, others=(indicator, *near))
    return _scaled(indicator, part, score, labels, indicators, measure)


def is_share(indicator: Indicator) -> bool:
    """Tell whether an indicator is a share 0..1, shown in percent."""
    return indicator.is_share


def _fold_bare(label: str) -> str:
    return fold(_BRACKETS.sub(" ", label)) or fold_label(label)


def _is_breakdown(leaf: str) -> bool:
    return leaf in words().breakdown or leaf.startswith(words().breakdown_starts)


def _is_comparison(path: Sequence[str]) -> bool:
    folded = [fold(label) for label in path]
    if folded[-1] in words().comparison:
        return True
    return any(part in label for label in folded for part in words().comparison_parts)


def _part_word(label: str) -> Part | None:
    folded = _fold_bare(label)
    if folded in words().numerator or folded.endswith(("numerator", "tu so")):
        return "numerator"
    if folded in words().denominator or folded.endswith(("denominator", "mau so")):
        return "denominator"
    return None


def _of_share(
    labels: Sequence[str], leaf: str, indicators: Mapping[str, Indicator]
) -> tuple[str, Part, float] | None:
    """Read ``Tỷ lệ ... > Tử số``: the parent names a share, the leaf its part."""
    best = _best(_variants(labels[:-1]), _names(tuple(indicators), indicators))
    if not best or best[0][2] < LIKELY or best[0][1] != "value":
        return None
    if not is_share(indicators[best[0][0]]):
        return None
    part: Part = _part_word(labels[-1]) or "value"
    if leaf in words().generic and part == "value" and leaf not in words().share:
        return None
    return best[0][0], part, best[0][2]


def _variants(labels: Sequence[str]) -> tuple[str, ...]:
    """Give the texts under which a path may be known: its leaf, with its parent, the whole."""
    folded = [_fold_bare(label) for label in labels]
    meaning = [label for label in folded if label not in words().generic] or folded
    joined = [" ".join(meaning[-2:]), " ".join(meaning), meaning[-1]]
    whole = fold(" ".join(labels))
    return tuple(dict.fromkeys([*joined, whole]))


@lru_cache(maxsize=8)
def _names_of(
    ids: tuple[str, ...], named: tuple[tuple[str, ...], ...]
) -> dict[str, tuple[str, Part]]:
    names: dict[str, tuple[str, Part]] = {}
    parts: tuple[tuple[Part, str], ...] = (
        ("value", "names"),
        ("numerator", "numerator"),
        ("denominator", "denominator"),
    )
    for id_, own in zip(ids, named, strict=True):
        for name in own:
            names.setdefault(_fold_bare(name), (id_, "value"))
            names.setdefault(fold(name), (id_, "value"))
    for part, key in parts:
        for id_ in ids:
            for name in synonyms().get(id_, {}).get(key, ()):
                names.setdefault(fold(name), (id_, part))
    return names


def _names(
    ids: tuple[str, ...], indicators: Mapping[str, Indicator]
) -> dict[str, tuple[str, Part]]:
    named = tuple((indicators[id_].name_vi, indicators[id_].name_en) for id_ in ids)
    return _names_of(ids, named)


def _best(
    variants: Sequence[str], names: Mapping[str, tuple[str, Part]]
) -> list[tuple[str, Part, float]]:
    """Give indicators with their scores, best first, one line each."""
    best: dict[str, tuple[Part, float]] = {}
    for variant in variants:
        if variant in names:
            id_, part = names[variant]
            return [(id_, part, 1.0)]
        for name, score, _ in process.extract(
            variant, list(names), scorer=fuzz.token_sort_ratio, score_cutoff=60, limit=4
        ):
            id_, part = names[name]
            # Never quite the name itself.
            value = min(round(score / 100, 3), 0.99)
            if value > best.get(id_, ("value", 0.0))[1]:
                best[id_] = (part, value)
    ranked = sorted(best.items(), key=lambda one: (-one[1][1], one[0]))
    return [(id_, part, score) for id_, (part, score) in ranked]


def _scaled(
    id_: str,
    part: Part,
    score: float,
    labels: Sequence[str],
    indicators: Mapping[str, Indicator],
    measure: str,
) -> HeadingMatch:
    told = " ".join([*labels, measure]).casefold()
    brackets = fold(" ".join([*_BRACKETS.findall(" ".join(labels)), measure]))
    scale = 1.0
    percent = "%" in told or "phần trăm" in told
    if is_share(indicators[id_]):
        scale = 0.01 if part == "value" and percent else 1.0
    else:
        for word, factor in words().scales.items():
            if word in brackets.split():
                scale = factor
        if "ha" in brackets.split() and "m²" in indicators[id_].unit_vi:
            scale = 10_000.0
    return HeadingMatch(id_, part, scale, score, percent_told=percent)
