"""Makes everything that the demo loads, in memory, from sources and one seed."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.store.demo_sources import DemoSources
from layers.demo.approvals import simulate_steps
from layers.demo.assessment_steps import simulate_assessment_steps
from layers.demo.assessments import simulate_assessments
from layers.demo.boundaries import DemoCountry, draw_country
from layers.demo.episodes import Episodes, find_episodes
from layers.demo.evidence import Evidence
from layers.demo.features import simulate_features
from layers.demo.hotspots import DemoHotspots, simulate_hotspots
from layers.demo.persons import observe_persons
from layers.demo.plans import simulate_targets, survey_campaigns
from layers.demo.programme import simulate_programme
from layers.demo.recording import (
    record_assessments,
    record_hotspots,
    record_reports,
)
from layers.demo.reports import DemoReports, simulate_reports
from layers.demo.residents import count_residents, draw_residents
from layers.demo.standing import find_standing

SEED = 20250701
# Another number makes an older demo in the store another demo, to be removed before a new load.
_VERSION = 5


@dataclass(frozen=True)
class DemoData:
    """Everything that the demo loads, made in memory.

    Parameters
    ----------
    country, hotspots, episodes, reports, steps, assessments, assessment_steps
        See the modules that make them.
    corrections
        Later revisions of a few figures, to be appended after `reports`.
    records
        What lies beside the figures, by kind of record (`geo.store.intake.KINDS`).
    sha256
        Fingerprint of the sources and of all parameters.
    """

    country: DemoCountry
    hotspots: DemoHotspots
    episodes: Episodes
    reports: DemoReports
    corrections: pd.DataFrame
    steps: pd.DataFrame
    assessments: pd.DataFrame
    assessment_steps: pd.DataFrame
    records: Mapping[str, pd.DataFrame]
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
    # A part that comes later takes the next: what the others make stays the same.
    generators = np.random.default_rng(seed).spawn(12)
    (
        borders,
        places,
        handed_in,
        classes,
        beside,
        told,
        recorded,
        climbing,
        persons,
        judged,
        sited,
        planned,
    ) = generators
    country = draw_country(sources, rng=borders, provinces=provinces)
    hotspots = simulate_hotspots(country, rng=places)
    episodes = find_episodes(country, hotspots)
    standing = find_standing(country, rng=classes)
    residents = draw_residents(country, rng=told, shares=persons)
    reports = observe_persons(
        simulate_reports(country, episodes, rng=handed_in),
        country,
        episodes,
        standing=standing,
        residents=residents,
        rng=persons,
    )
    reports, corrections = record_reports(reports, rng=recorded)
    records = {
        **simulate_features(country, rng=beside),
        "population": count_residents(country, residents),
        **_with_surveys(simulate_programme(country, rng=told, sites=sited), country),
        "targets": simulate_targets(country, rng=planned),
    }
    evidence = Evidence(country, episodes, reports, corrections, records)
    assessments = simulate_assessments(country, episodes, evidence, rng=classes)
    return DemoData(
        country=country,
        hotspots=record_hotspots(hotspots, rng=recorded),
        episodes=episodes,
        reports=reports,
        corrections=corrections,
        steps=simulate_steps(reports.submissions, corrections, rng=climbing),
        assessments=record_assessments(assessments, rng=recorded),
        assessment_steps=simulate_assessment_steps(country, assessments, rng=judged),
        records=records,
        sha256=fingerprint(sources, seed=seed, provinces=provinces),
    )


def _with_surveys(
    records: Mapping[str, pd.DataFrame], country: DemoCountry
) -> dict[str, pd.DataFrame]:
    """Add the surveys of a district to the campaigns of the provinces."""
    campaigns = records["campaigns"].assign(level="province")
    both = [one for one in (campaigns, survey_campaigns(country)) if len(one)]
    return {**records, "campaigns": pd.concat(both, ignore_index=True)}
