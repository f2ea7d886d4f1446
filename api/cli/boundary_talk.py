"""Sentences of the commands on boundary sets, in both languages."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from geo.errors import Finding
from geo.messages import LANGUAGES, Language, say

if TYPE_CHECKING:
    from geo.store.activation import ActivationReport, Place
    from geo.store.boundary_sets import Acceptance, BoundarySet, SetMeta


def both(code: str, /, **details: object) -> list[str]:
    """Say a sentence in both languages, whole numbers grouped as each writes them."""
    return [
        say(code, language=language, **{k: _number(v, language) for k, v in details.items()})
        for language in LANGUAGES
    ]


def _number(value: object, language: Language) -> object:
    if not isinstance(value, int):
        return value
    return f"{value:,}".replace(",", ".") if language == "vi" else f"{value:,}"


def say_counts(counts: Mapping[str, int]) -> list[str]:
    """Say how many units a set has by level."""
    known = {level: counts.get(level, 0) for level in ("province", "district", "commune")}
    return both(
        "boundaries_counts_districts" if known["district"] else "boundaries_counts", **known
    )


def say_codes(errors: Iterable[Finding]) -> str:
    """List the codes of errors with how often each stands."""
    return ", ".join(f"{code} × {n}" for code, n in Counter(e.code for e in errors).items())


def say_place(place: "Place", *, meta: "SetMeta") -> list[str]:
    """Say what putting a set in force would do to the sets in force."""
    lines = []
    if place.valid_to is not None and place.valid_to != meta.valid_to:
        lines += both("boundaries_would_end", day=f"{place.valid_to:%d/%m/%Y}")
    for one in place.closed:
        day = f"{meta.valid_from:%d/%m/%Y}"
        lines += both("boundaries_would_close", set_id=str(one.set_id), title=one.title, day=day)
    for one in place.in_the_way:
        lines += both("boundaries_would_replace", set_id=str(one.set_id), title=one.title)
    return lines


def say_set(one: "BoundarySet") -> list[str]:
    """Say in two lines what a set is."""
    details = {
        "set_id": str(one.set_id),
        "hash16": one.hash16,
        "title": one.title,
        "first": f"{one.valid_from:%d/%m/%Y}",
        "end": f"{one.valid_to:%d/%m/%Y}" if one.valid_to else "…",
        "act": one.act,
    }
    counts = say_counts({str(level): count for level, count in one.unit_counts.items()})
    lines = both(f"boundaries_line_{one.state}", **details)
    return [f"{line} {count}" for line, count in zip(lines, counts, strict=True)]


def say_history(
    one: "BoundarySet",
    *,
    findings: Iterable[Mapping[str, object]],
    accepted: "Iterable[Acceptance]",
) -> list[str]:
    """Say where a set came from, what was found in it and what was let pass."""
    lines = both("boundaries_source", name=one.source_name, sha256=one.source_sha256)
    kept = Counter((str(f["severity"]), str(f["code"])) for f in findings)
    lines += [f"  {severity}: {code} × {count}" for (severity, code), count in sorted(kept.items())]
    for acceptance in accepted:
        lines += both("boundaries_accepted", code=acceptance.code, reason=acceptance.reason)
    return lines


def say_activation(
    one: "BoundarySet", report: "ActivationReport", *, counts: Mapping[str, int]
) -> list[str]:
    """Say what an activation did."""
    lines = both("boundaries_activated", set_id=str(one.set_id), title=one.title)
    if report.valid_to is not None and report.valid_to != one.valid_to:
        lines += both("boundaries_ended", day=f"{report.valid_to:%d/%m/%Y}")
    for closed in report.closed:
        lines += both("boundaries_closed", set_id=str(closed.set_id), title=closed.title)
    for retired in report.retired:
        lines += both("boundaries_retired", set_id=str(retired.set_id), title=retired.title)
    for side, kinds in report.change_counts.items():
        told = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
        lines += both(f"boundaries_changes_{side}", kinds=told)
    lines += both("boundaries_done", **counts)
    if report.areas_to_confirm:
        lines += both("boundaries_areas", count=report.areas_to_confirm)
    return lines


def set_json(one: "BoundarySet") -> dict[str, object]:
    """Give a set as the object that ``--json`` prints."""
    kept: Sequence[str] = (
        *("set_id", "title", "valid_from", "valid_to", "act", "state", "provenance"),
        *("illustrative", "source_name", "source_sha256", "activated_at", "unit_counts"),
    )
    return {"boundary_set": one.hash16, **{name: getattr(one, name) for name in kept}}
