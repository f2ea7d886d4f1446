"""Makes everything that the demo loads, in memory, from sources and one seed."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.store.demo_sources import DemoSources
from layers.demo.assessments import simulate_assessments
from layers.demo.boundaries import DemoCountry, draw_country
from layers.demo.episodes import Episodes, find_episodes
from layers.demo.hotspots import DemoHotspots, simulate_hotspots
from layers.demo.reports import DemoReports, simulate_reports

SEED = 20250701
# Another number makes an older demo in the store another demo, to be removed before a new load.
_VERSION = 1


@dataclass(frozen=True)
class DemoData:
    """Everything that the demo loads, made in memory.

    Parameters
    ----------
    country, hotspots, episodes, reports, assessments
        See the modules that make them.
    sha256
        Fingerprint of the sources and of all parameters.
    """

    country: DemoCountry
    hotspots: DemoHotspots
    episodes: Episodes
    reports: DemoReports
    assessments: pd.DataFrame
    sha256: str


def fingerprint(
    sources: DemoSources, *, seed: int = SEED, provinces: Collection[str] | None = None
) -> str:
    """Name a demo by its sources and parameters."""
    told = [sources.sha256, _VERSION, seed, None if provinces is None else sorted(provinces)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def make_data(
    sources: DemoSources, *, seed: int = SEED, provinces: Collection[str] | None = None
) -> DemoData:
    """Make the whole demo in memory; the same arguments give the same data.

    Parameters
    ----------
    sources
        Register and outline.
    seed
        Of the one random generator from which every part takes its own.
    provinces
        Codes of provinces after the reform to which the demo is restricted; None for all.
    """
    borders, places, handed_in, classes = np.random.default_rng(seed).spawn(4)
    country = draw_country(sources, rng=borders, provinces=provinces)
    hotspots = simulate_hotspots(country, rng=places)
    episodes = find_episodes(country, hotspots)
    return DemoData(
        country=country,
        hotspots=hotspots,
        episodes=episodes,
        reports=simulate_reports(country, episodes, rng=handed_in),
        assessments=simulate_assessments(country, episodes, rng=classes),
        sha256=fingerprint(sources, seed=seed, provinces=provinces),
    )
