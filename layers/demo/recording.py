"""Simulates when each fact was written down, and later corrections of figures.

Facts become known after they happen: an event within days or weeks, a report's figures on the day
when the report comes. A few figures are corrected months later. Hence the map of a past day can be
drawn as it was known then.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from layers.demo.hotspots import AS_OF, DemoHotspots
from layers.demo.reports import DemoReports

_LATE_SHARE = 0.07
_CORRECTED_SHARE = 0.015
_LAST_DAY = np.datetime64(AS_OF, "D")


def record_hotspots(hotspots: DemoHotspots, *, rng: np.random.Generator) -> DemoHotspots:
    """Say when each event was written down: within two weeks, sometimes within three months."""
    events = hotspots.events
    day = events["effective_on"].to_numpy(dtype="datetime64[D]")
    lag = rng.integers(0, 14, len(events))
    late = rng.random(len(events)) < _LATE_SHARE
    lag = np.where(late, rng.integers(14, 90, len(events)), lag)
    recorded = np.minimum(day + lag, _LAST_DAY)
    return replace(hotspots, events=events.assign(recorded_on=recorded.astype(object)))


def record_reports(
    reports: DemoReports, *, rng: np.random.Generator
) -> tuple[DemoReports, pd.DataFrame]:
    """Say when reports and their figures came, and correct a few figures later.

    Returns
    -------
    tuple
        The reports, and the corrections: rows as `DemoReports.observations`, to be appended after
        them.
    """
    submissions, observations = reports.submissions, reports.observations
    came = submissions["submitted_on"].astype("datetime64[s]").dt.date
    submissions = submissions.assign(recorded_on=came)
    report = ["set_number", "code", "period_id"]
    first = submissions.groupby(report)["recorded_on"].min()
    on = first.reindex(pd.MultiIndex.from_frame(observations[report])).to_numpy()
    observations = observations.assign(recorded_on=on)
    counted = observations["indicator_id"].isin(["I01", "I08", "I10"]).to_numpy()
    wrong = np.flatnonzero(counted & (rng.random(len(observations)) < _CORRECTED_SHARE))
    later = on[wrong].astype("datetime64[D]") + rng.integers(30, 150, wrong.size)
    wrong, later = wrong[later <= _LAST_DAY], later[later <= _LAST_DAY]
    corrected = observations.iloc[wrong]
    corrections = corrected.assign(
        value=corrected["value"] + rng.integers(1, 4, wrong.size), recorded_on=later.astype(object)
    )
    return (
        replace(reports, submissions=submissions, observations=observations),
        corrections.reset_index(drop=True),
    )


def record_assessments(assessments: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Say when classes were written down: within three weeks of the decision, pending ones now."""
    decided = assessments["decided_on"].to_numpy(dtype="datetime64[D]")
    recorded = np.minimum(decided + rng.integers(0, 21, len(assessments)), _LAST_DAY)
    recorded = np.where(np.isnat(decided), _LAST_DAY, recorded)
    return assessments.assign(recorded_on=recorded.astype("datetime64[D]").astype(object))
