"""What the owner may set about computed indicators, read from `geo/indicators/rules.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# Every place is known at this resolution or finer.
COVERAGE_RESOLUTION = 8


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules.

    Parameters
    ----------
    patrolled_seconds
        How long patrols must have been in a complex cell for it to count in I21.
    """

    patrolled_seconds: int


@cache
def indicator_rules() -> Rules:
    """Read the rules that are packaged with the product.

    Raises
    ------
    ValueError
        When the number of seconds is not above 0: every cell would count.
    """
    told = tomllib.loads(files("geo.indicators").joinpath("rules.toml").read_text(encoding="utf-8"))
    seconds = int(told["patrolled_seconds"])
    if seconds <= 0:
        raise ValueError("patrolled_seconds must be above 0")
    return Rules(seconds)
