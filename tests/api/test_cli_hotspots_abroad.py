"""Files of other countries as imports of places: each fault gets its own finding."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Connection, text

from api.cli import load, parse
from api.cli.outcome import Outcome
from api.settings import Settings
from geo.store.engine import use_case
from tests.support import small_world as world
from tests.support.postgres import Engines

WORDS = ("import", "hotspots")
DEFAULTS = ("--map", "date=time", "--default", "kind=diem_nguy_co", "--default", "state=listed")


@pytest.fixture
def store(fresh_settings: Settings, fresh_engines: Engines) -> Iterator[Connection]:
    """A connection that sees what the command committed."""
    with use_case(fresh_engines.operator) as conn:
        world.add_sets(conn, provenance="imported")
    with fresh_engines.operator.connect() as conn:
        yield conn.execution_options(isolation_level="AUTOCOMMIT")


def import_file(settings: Settings, file: Path, *more: str) -> Outcome:
    command = load(WORDS)
    line = (str(file), "--as-of", "2026-03-31", *DEFAULTS, *more)
    return command.run(parse(WORDS, command, line), settings)


def counted(outcome: Outcome) -> Counter[str]:
    return Counter(one.code for one in outcome.findings)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "rows", "missing"),
    [("uk_bedfordshire_street_crime", 182_113, 6_381), ("us_tempe_opioid_calls", 3_379, 0)],
)
def test_places_of_another_country_are_refused_row_by_row(
    fresh_settings: Settings,
    store: Connection,
    real_data: Path,
    name: str,
    rows: int,
    missing: int,
) -> None:
    outcome = import_file(fresh_settings, real_data / "points" / f"{name}.parquet", "--commit")
    assert not outcome.ok
    found = counted(outcome)
    assert found["place_without_position"] == missing
    assert found["position_outside_vietnam"] == rows - missing
    assert found["places_stacked"] == 1
    stacked = next(one for one in outcome.findings if one.code == "places_stacked")
    assert stacked.row is None
    # A count, a share, no coordinates.
    assert set(stacked.details) == {"count", "share", "most", "positions"}
    assert store.execute(text("SELECT count(*) FROM hotspot")).scalar_one() == 0


@pytest.mark.real_data
def test_snapped_places_moved_into_vietnam_are_taken_with_a_warning(
    fresh_settings: Settings, store: Connection, tmp_path: Path, real_data: Path
) -> None:
    frame = pd.read_parquet(real_data / "points" / "us_tempe_opioid_calls.parquet").head(600)
    # By turns and shifts onto the board of squares; what coincided still does.
    width, height = np.ptp(frame["lon"]), np.ptp(frame["lat"])
    frame = frame.assign(
        lon=105.01 + (frame["lon"] - frame["lon"].min()) / width * 0.6,
        lat=20.01 + (frame["lat"] - frame["lat"].min()) / height * 0.08,
        time="2025-08-01",
    )
    file = tmp_path / "snapped.csv"
    frame.to_csv(file, index=False)
    outcome = import_file(fresh_settings, file, "--commit")
    assert outcome.ok
    assert outcome.counts["places"] == 600
    shared = frame.groupby(["lon", "lat"])["time"].transform("size") > 1
    stacked = [one.details for one in outcome.findings if one.code == "places_stacked"]
    assert [one["count"] for one in stacked] == [int(shared.sum())]


@pytest.mark.parametrize("written", ["2025-03", "03/2025", "tháng 3/2025"])
def test_a_month_is_no_day(
    fresh_settings: Settings, store: Connection, tmp_path: Path, written: str
) -> None:
    file = tmp_path / "thang.csv"
    file.write_text(f"lng,lat,time\n105.05,20.05,{written}\n", encoding="utf-8")
    assert counted(import_file(fresh_settings, file))["hotspot_date_unknown"] == 1
