"""Holds the three results of a commune side by side: computed, proposed, decided (C1).

    computed_open      several classes are possible, or none was worked out
    decided_better     decided better than computed
    decided_worse      decided worse than computed
    proposed_differs   decided as computed, and the newest proposal is another class
    agree              none of these

They are never merged; where they differ is a fact of its own.
"""

from typing import Literal

from geo.class_ladder import steps_between

Disagreement = Literal[
    "agree", "decided_better", "decided_worse", "proposed_differs", "computed_open"
]
# In the order of the legend.
DISAGREEMENTS: tuple[Disagreement, ...] = (
    "agree",
    "decided_better",
    "decided_worse",
    "proposed_differs",
    "computed_open",
)


def compare(computed: str | None, proposed: str | None, decided: str | None) -> Disagreement | None:
    """Say how three results stand to each other; None where no class is decided.

    Parameters
    ----------
    computed, proposed, decided
        A class, ``chua_danh_gia`` or None.

    Examples
    --------
    >>> compare("loai_3", "loai_3", "khong_ma_tuy"), compare("loai_3", None, "loai_3")
    ('decided_better', 'agree')
    """
    if decided is None or steps_between(decided, decided) is None:
        return None
    steps = None if computed is None else steps_between(computed, decided)
    if steps is None:
        return "computed_open"
    if steps:
        return "decided_better" if steps > 0 else "decided_worse"
    if proposed is not None and proposed != computed:
        return "proposed_differs"
    return "agree"
