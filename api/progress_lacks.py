"""Shapes what communes lack for their next class, for `/progress/lacks` and `bando progress`."""

from typing import TYPE_CHECKING

from api.access import may_see
from geo.criteria import Lack, inputs
from geo.messages import LANGUAGES, say
from geo.period import parse_period
from geo.store.map_index import names_of_keys
from geo.store.progress import Progress
from geo.store.progress_lacks import CommuneLacks, Lacks

if TYPE_CHECKING:
    from geo.store.engine import Connection


def hidden_inputs(role: str) -> frozenset[str]:
    """List the inputs whose numbers a role may not see."""
    return frozenset(name for name, one in inputs().items() if not may_see(role, one.visibility))


def answer(conn: "Connection", progress: Progress, told: Lacks) -> dict[str, object]:
    """Tell what every commune lacks, in the order of keys: never by a number of persons (N11)."""
    names = names_of_keys(conn, [int(progress.key[one.place]) for one in told.communes])
    return {
        "period": _period(told.period_id),
        "baseline": _period(told.baseline_id),
        "on_top": told.on_top,
        "without_class": told.without_class,
        "without_result": told.without_result,
        "criteria": [
            {
                "id": one.id,
                "label_vi": one.title_vi,
                "label_en": one.title_en,
                "complete": one.is_complete,
            }
            for one in told.criteria.values()
        ],
        "units": [_commune(progress, one, names) for one in told.communes],
    }


def _commune(
    progress: Progress, one: CommuneLacks, names: dict[int, tuple[str, str]]
) -> dict[str, object]:
    code, name = names[int(progress.key[one.place])]
    return {
        "unit": one.place,
        "code": code,
        "name": name,
        "goal": one.goal,
        **{f"goal_{lang}": say(f"legend_class_{one.goal}", language=lang) for lang in LANGUAGES},
        "criteria": one.criteria_id,
        "is_final": one.is_final,
        "lacks": [_lack(lack) for lack in one.lacks],
        "met": None if one.moves is None else [_lack(lack) for lack in one.moves.met],
        "lost": None if one.moves is None else [_lack(lack) for lack in one.moves.lost],
    }


def _lack(lack: Lack) -> dict[str, object]:
    return {
        "criterion": lack.criterion,
        "label_vi": lack.label_vi,
        "label_en": lack.label_en,
        "verdict": lack.verdict,
        "have_vi": lack.have_vi,
        "have_en": lack.have_en,
        "needed_vi": lack.needed_vi,
        "needed_en": lack.needed_en,
    }


def _period(period_id: str | None) -> dict[str, object] | None:
    if period_id is None:
        return None
    period = parse_period(period_id)
    return {"id": period_id, **{f"label_{lang}": period.label(lang) for lang in LANGUAGES}}
