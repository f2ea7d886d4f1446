"""Legends: class breaks in whole numbers, colours that colour-blind readers tell apart, statuses.

Three families (LOOK.md, "Type and colour"):

    class ladder    one colour and one letter per class, from drug-free to type I
    counts          one hue from light to dark, zero apart, breaks 1-2-5, last class closed
    share           fixed breaks that hold the 50 % target, zero apart

The breaks of counts follow from the largest value that the reader sees over all periods, never
from one period: a step of the time slider compares like with like. What is no value (no data,
not assessed, not subject to assessment, outside the area) is listed apart, with a pattern.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Literal

from geo.messages import LANGUAGES, Language, say
from layers.catalog import Layer, LegendKind

Status = Literal[".", "i", "c", "e", "m", "a", "x", "h"]
Pattern = Literal["none", "hatch", "dots", "diagonal", "carried", "estimated"]
Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Category:
    """One class of the ladder, or one way in which results differ.

    `value` is the number that the value feed sends, its place on the ladder from 0 (drug-free).
    `letter` tells it without colour.
    """

    value: int
    id: str
    letter: str
    color: str


@dataclass(frozen=True, slots=True)
class Special:
    """How a status that is not a plain value is drawn; `color` None keeps the value's colour."""

    status: Status
    pattern: Pattern
    color: str | None


CLASS_LADDER: tuple[Category, ...] = (
    Category(0, "khong_ma_tuy", "✓", "#1b7f79"),
    Category(1, "khong_trong_diem", "–", "#bcd9cf"),
    Category(2, "loai_3", "III", "#f2d59a"),
    Category(3, "loai_2", "II", "#e39a52"),
    Category(4, "loai_1", "I", "#a63d2f"),
)
# Better than computed may flatter, worse may be strict: two hues of one weight, none of them green.
DISAGREEMENTS: tuple[Category, ...] = (
    Category(0, "agree", "=", "#e4e6e3"),
    Category(1, "decided_better", "↑", "#b5483a"),
    Category(2, "decided_worse", "↓", "#2f5f9e"),
    Category(3, "proposed_differs", "≠", "#e0b453"),
    Category(4, "computed_open", "?", "#9a86ad"),
)
DISAGREEMENT_VALUES: Mapping[str, int] = {one.id: one.value for one in DISAGREEMENTS}
CATEGORIES: Mapping[str, tuple[Category, ...]] = {
    "class_ladder": CLASS_LADDER,
    "disagreement": DISAGREEMENTS,
}
CLASS_VALUES: Mapping[str, int] = {category.id: category.value for category in CLASS_LADDER}

# One hue each, light to dark; `tests/layers/test_legend.py` measures that lightness falls evenly.
RAMPS: Mapping[LegendKind, tuple[str, ...]] = {
    "hotspots": ("#e9dcec", "#cfb0d6", "#ab7cb8", "#7f4a92", "#4f2163"),
    "results": ("#dbe4ee", "#afc4da", "#7d9dc0", "#4d739d", "#274a70"),
    "drug_free_share": ("#e0efea", "#abd3ca", "#77b5ab", "#45928a", "#12605a"),
    # Neither good nor bad: that is a matter of each target (T5).
    "observed": ("#e8e3d5", "#cdbf9f", "#ab966a", "#846d42", "#554425"),
    "observed_share": ("#e3e6ee", "#b9c2d6", "#8b98b8", "#5f6e96", "#37456d"),
}
# Hexagons lie over white at three quarters of their strength: the lightest must still be seen.
CELL_RAMPS: Mapping[LegendKind, tuple[str, ...]] = {
    "hotspots": ("#cfaed7", "#b283bf", "#9059a1", "#6b357e", "#3d1050"),
    "results": ("#a6c3e2", "#7b9dc7", "#5079ab", "#2d5585", "#0d2a52"),
}
CELL_OPACITY = 0.75
ZERO_COLOR = "#f1efe7"

SPECIALS: Mapping[Status, Special] = {
    "i": Special("i", "diagonal", None),
    "c": Special("c", "carried", None),
    "e": Special("e", "estimated", None),
    "m": Special("m", "hatch", "#b9bdc4"),
    "a": Special("a", "dots", "#ffffff"),
    "x": Special("x", "none", "#dedfdd"),
    "h": Special("h", "none", "#efefec"),
}
# Which statuses a legend lists, in this order; the others cannot occur in its feed.
_SPECIALS_OF: Mapping[LegendKind, tuple[Status, ...]] = {
    "class_ladder": ("a", "x", "h"),
    "disagreement": ("a", "x", "h"),
    "drug_free_share": ("i", "a", "x", "h"),
    "hotspots": ("i", "m", "x", "h"),
    "results": ("i", "m", "x", "h"),
    "observed": ("i", "c", "e", "m", "x", "h"),
    "observed_share": ("i", "c", "e", "m", "x", "h"),
}

SHARE_BREAKS = (0, 10, 25, 50, 75)
# Shares travel with one decimal, cut and never rounded up, so that 49.97 % is not shown as 50 %.
SHARE_STEP = 0.1
_LADDER = tuple(sorted(d * 10**p for p in range(7) for d in (1, 2, 5)))
# Up to here a class of its own for 3 and 4 tells more than an even progression.
_LAST_WITH_THREE = 30


@dataclass(frozen=True, slots=True)
class NumberClass:
    """One class of numbers, both ends included.

    `first` and `last` are whole counts, or percent with one decimal.
    """

    first: float
    last: float
    color: str
    label_vi: str
    label_en: str


def count_classes(maximum: int, *, ramp: tuple[str, ...]) -> tuple[NumberClass, ...]:
    """Cut counts from 1 to a maximum into at most five classes with round lower bounds.

    Counts are skewed, most units have few and some have many, so the bounds grow by about the same
    factor from class to class: a geometric progression, rounded to 1-2-5 (3 among the small ones).
    Up to five, each number has its own class. The last class is at least a quarter of its lower
    bound wide.

    Parameters
    ----------
    maximum
        The largest count over all periods; 0 or less is taken as 5, so that an empty map has a
        legend too.
    ramp
        Five colours from light to dark.

    Examples
    --------
    >>> [(c.first, c.last) for c in count_classes(15, ramp=RAMPS["hotspots"])]
    [(1, 1), (2, 2), (3, 4), (5, 9), (10, 15)]
    >>> [(c.first, c.last) for c in count_classes(937, ramp=RAMPS["hotspots"])]
    [(1, 4), (5, 19), (20, 49), (50, 199), (200, 937)]
    """
    top = maximum if maximum > 0 else len(ramp)
    firsts = list(range(1, top + 1)) if top <= len(ramp) else _geometric(top, count=len(ramp))
    lasts = [first - 1 for first in firsts[1:]] + [top]
    return tuple(
        NumberClass(
            first, last, color, _count_label(first, last, "vi"), _count_label(first, last, "en")
        )
        for first, last, color in zip(firsts, lasts, _spread(ramp, len(firsts)), strict=True)
    )


def _geometric(top: int, *, count: int) -> list[int]:
    """Give lower bounds of the ladder, each the nearest above the one before, by ratio."""
    bounds = _LADDER if top > _LAST_WITH_THREE else sorted((3, *_LADDER))
    ladder = [bound for bound in bounds if bound * 1.25 <= top]
    firsts = [1]
    for step in range(1, count):
        wanted = top ** (step / count)
        left = [bound for bound in ladder if bound > firsts[-1]]
        if left:
            firsts.append(min(left, key=lambda bound: abs(log(bound / wanted))))
    return firsts


def share_classes(*, ramp: tuple[str, ...]) -> tuple[NumberClass, ...]:
    """Give the fixed classes of a share in percent, with the 50 % target on a border."""
    ends = (*SHARE_BREAKS[1:], 100)
    classes = []
    for index, (first, below, color) in enumerate(zip(SHARE_BREAKS, ends, ramp, strict=True)):
        last = index == len(ramp) - 1
        kind = "first" if index == 0 else "last" if last else "range"
        labels = {
            language: say(f"legend_share_{kind}", language=language, first=first, below=below)
            for language in LANGUAGES
        }
        classes.append(
            NumberClass(
                first if index else SHARE_STEP,
                below if last else round(below - SHARE_STEP, 1),
                color,
                labels["vi"],
                labels["en"],
            )
        )
    return tuple(classes)


def as_json(layer: Layer, *, maxima: Mapping[str, Mapping[str, int]]) -> Json:
    """Give the legend of a layer as `GET /layers` sends it.

    Parameters
    ----------
    layer
        A record of the catalogue.
    maxima
        Largest count per scale and period kind. A scale is a level of units, ``cells`` for all
        resolutions or ``cells_5`` to ``cells_8``.

    Returns
    -------
    dict
        ``categories`` with ``items``, or ``classes`` with ``zero``, ``items`` (those of the
        layer's first level) and ``per_level``; layers that count within a window add ``per_kind``
        for the windows longer than a month. ``from`` and ``to`` are both included.
    """
    special: Json = {
        "special": [_special_json(s, layer.legend) for s in _SPECIALS_OF[layer.legend]]
    }
    if layer.legend in CATEGORIES:
        items = [_category_json(category) for category in CATEGORIES[layer.legend]]
        return {"type": "categories", "items": items} | special
    zero = "legend_zero_share" if layer.is_share else "legend_zero_count"
    head: Json = {"type": "classes", "zero": {"color": ZERO_COLOR} | _labels(zero)}
    ramp = RAMPS[layer.legend]
    if layer.is_share:
        share = [_class_json(item) for item in share_classes(ramp=ramp)]
        per_level: dict[str, list[Json]] = dict.fromkeys(layer.levels, share)
        return head | {"items": share, "per_level": per_level} | special

    scales = [*layer.levels]
    names = [str(scale) for scale in scales]
    if "cells" in layer.geometry:
        names += ["cells", *(name for name in maxima if name.startswith("cells_"))]
    usual = "month" if layer.flow else None

    def ramp_of(name: str) -> tuple[str, ...]:
        return CELL_RAMPS[layer.legend] if name.startswith("cells") else ramp

    per_level = {name: _count_json(maxima.get(name, {}), usual, ramp_of(name)) for name in names}
    body: Json = {"items": per_level[names[0]], "per_level": per_level}
    if layer.flow:
        kinds = sorted({kind for by_kind in maxima.values() for kind in by_kind} - {"month"})
        body["per_kind"] = {
            kind: {name: _count_json(maxima.get(name, {}), kind, ramp_of(name)) for name in names}
            for kind in kinds
        }
    return head | body | special


def _count_json(by_kind: Mapping[str, int], kind: str | None, ramp: tuple[str, ...]) -> list[Json]:
    largest = by_kind.get(kind, 0) if kind else max(by_kind.values(), default=0)
    return [_class_json(item) for item in count_classes(largest, ramp=ramp)]


def _spread(ramp: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Take `count` colours from a ramp, ends first, so that few classes stay far apart."""
    if count == 1:
        return (ramp[len(ramp) // 2],)
    return tuple(ramp[round(i * (len(ramp) - 1) / (count - 1))] for i in range(count))


def _count_label(first: int, last: int, language: Language) -> str:
    code = "legend_count_one" if first == last else "legend_count_range"
    mark = "." if language == "vi" else ","
    texts = {
        name: f"{number:,}".replace(",", mark)
        for name, number in (("first", first), ("last", last))
    }
    return say(code, language=language, **texts)


def _labels(code: str) -> Json:
    return {f"label_{language}": say(code, language=language) for language in LANGUAGES}


def _class_json(item: NumberClass) -> Json:
    return {
        "from": item.first,
        "to": item.last,
        "color": item.color,
        "label_vi": item.label_vi,
        "label_en": item.label_en,
    }


def _category_json(item: Category) -> Json:
    head: Json = {"value": item.value, "id": item.id, "letter": item.letter, "color": item.color}
    return head | _labels(f"legend_class_{item.id}")


def _special_json(status: Status, legend: LegendKind) -> Json:
    special = SPECIALS[status]
    head: Json = {"status": status, "pattern": special.pattern, "color": special.color}
    # Of a share it is assessments and not reports that are missing.
    partly = status == "i" and legend == "drug_free_share"
    return head | _labels("legend_partly_assessed" if partly else f"legend_status_{status}")
