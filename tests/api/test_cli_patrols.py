"""Import of patrols, from the command line to the store and the files of fixes."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import Geod
from sqlalchemy import Connection, text

from api.cli import COMMANDS, load, parse
from api.cli.outcome import Outcome
from api.settings import Settings
from geo.errors import Conflict, Refused, Unavailable
from geo.store import accounts, fix_spill, fixes, patrol_import, patrols
from geo.store.engine import use_case
from geo.store.patrol_recut import recut_patrols
from tests.support import small_world as world
from tests.support.postgres import Engines
from tests.support.sources import PROJECT

TODAY = "2026-03-31"
BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def store(fresh_settings: Settings, fresh_engines: Engines) -> Iterator[Connection]:
    """A connection that sees what the command committed."""
    with use_case(fresh_engines.operator) as conn:
        world.add_sets(conn, provenance="imported")
    with fresh_engines.operator.connect() as conn:
        yield conn.execution_options(isolation_level="AUTOCOMMIT")


def bando(settings: Settings, *line: str) -> Outcome:
    words = line[:2] if line[:2] in COMMANDS else line[:1]
    command = load(words)
    return command.run(parse(words, command, line[len(words) :]), settings)


def import_file(settings: Settings, file: Path, *more: str) -> Outcome:
    return bando(settings, "import", "patrols", str(file), "--as-of", TODAY, *more)


def walk(
    shift: str, *, lng: float = 105.01, lat: float = 20.05, count: int = 60, hours: float = 0
) -> pd.DataFrame:
    """Make a walk to the east, a fix each 10 s and about 52 m."""
    begin = BEGIN + timedelta(hours=hours)
    return pd.DataFrame(
        {
            "ca": shift,
            "kinh_do": lng + np.arange(count) * 0.0005,
            "vi_do": lat,
            "thoi_gian": [(begin + timedelta(seconds=10 * n)).isoformat() for n in range(count)],
        }
    )


def written(path: Path, frame: pd.DataFrame) -> Path:
    frame.to_csv(path, index=False)
    return path


def errors(outcome: Outcome) -> list[tuple[int | None, str]]:
    return [(one.row, one.code) for one in outcome.findings if one.severity == "error"]


def told(outcome: Outcome) -> set[str]:
    return {one.code for one in outcome.findings}


def one_row(conn: Connection, query: str) -> tuple[object, ...]:
    return tuple(conn.execute(text(query)).one())


def files_in_place(settings: Settings) -> list[str]:
    folder = settings.home / "fixes"
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob("month=*/*"))


def test_nothing_is_written_without_commit_and_the_answer_is_the_same_with_it(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(tmp_path / "tuan.csv", pd.concat([walk("C1"), walk("C2", hours=3)]))
    trial = import_file(fresh_settings, file)
    assert trial.ok
    assert (trial.counts["shifts"], trial.counts["fixes"]) == (2, 120)
    assert one_row(store, "SELECT count(*) FROM patrol") == (0,)
    assert files_in_place(fresh_settings) == []
    done = import_file(fresh_settings, file, "--commit")
    assert done.counts == trial.counts
    assert one_row(store, "SELECT count(*), sum(fix_count), sum(moving_s) FROM patrol") == (
        2,
        120,
        1180,
    )
    again = import_file(fresh_settings, file, "--commit")
    assert (again.counts["shifts"], again.counts["known"]) == (0, 2)
    assert one_row(store, "SELECT count(*) FROM patrol") == (2,)
    assert len(files_in_place(fresh_settings)) == 1


def test_raw_fixes_are_a_geoparquet_of_the_month_for_the_owner_alone(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    frame = pd.concat([walk("C1"), walk("C2", hours=-24 * 10)])
    assert import_file(fresh_settings, written(tmp_path / "a.csv", frame), "--commit").ok
    names = files_in_place(fresh_settings)
    assert [name.split("/")[0] for name in names] == ["month=2026-02", "month=2026-03"]
    path = fresh_settings.home / "fixes" / names[1]
    assert path.stat().st_mode & 0o777 == 0o600
    read = gpd.read_parquet(path)
    assert list(read.columns)[:5] == ["shift", "lng", "lat", "time", "geometry"]
    assert read.crs.equals("OGC:CRS84")
    assert read["shift"].unique().tolist() == ["C1"]
    np.testing.assert_array_equal(read.geometry.x, frame["kinh_do"][:60])
    assert read["time"].iloc[0] == BEGIN
    named = patrols.fixes_files(store)
    assert [one.path for one in named] == names
    assert fixes.check(fresh_settings.home, named) == ()
    path.write_bytes(b"")
    assert fixes.check(fresh_settings.home, named) == (names[1],)


def test_pieces_by_commune_add_up_to_the_track(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    # From outside the country in the west through two communes, over the border at 105.2.
    frame = walk("C1", lng=104.99, count=500)
    assert import_file(fresh_settings, written(tmp_path / "a.csv", frame), "--commit").ok
    pieces = store.execute(
        text(
            "SELECT u.code, u.level, t.distance_m, t.seconds, ST_Length(t.geom::geography) AS drawn"
            " FROM patrol_track AS t JOIN unit_version AS u USING (unit_key) ORDER BY u.unit_key"
        )
    ).all()
    assert [(one.level, one.code) for one in pieces] == [
        ("country", pieces[0].code),
        ("commune", "00001"),
        ("commune", "00003"),
    ]
    whole = store.execute(
        text(
            "SELECT distance_m, moving_s + standing_s AS seconds,"
            " ST_Length(geom::geography) AS drawn FROM patrol"
        )
    ).one()
    for name in ("distance_m", "seconds", "drawn"):
        parts = sum(getattr(one, name) for one in pieces)
        assert parts == pytest.approx(getattr(whole, name), rel=1e-6)
    for one in pieces:
        assert one.distance_m == pytest.approx(one.drawn, abs=30)
    assert one_row(
        store, "SELECT round(sum(seconds)), sum(fix_count), min(month)::text FROM patrol_cell"
    ) == (4990, 500, "2026-03-01")


def test_a_lead_sees_the_pieces_of_a_track_within_the_own_area_only(
    fresh_settings: Settings, fresh_engines: Engines, store: Connection, tmp_path: Path
) -> None:
    frame = walk("C1", lng=105.18, count=100)
    assert import_file(fresh_settings, written(tmp_path / "a.csv", frame), "--commit").ok
    key = one_row(
        store,
        "SELECT unit_key FROM unit_version AS u JOIN boundary_set AS b USING (set_id)"
        " WHERE code = '00003' AND level = 'commune' AND b.valid_to IS NULL",
    )[0]
    with use_case(fresh_engines.owner) as conn:
        account = accounts.add_account(
            conn,
            login="xaba",
            password_hash="-",  # noqa: S106 of an account that lives as long as the test
            role="reporter",
            national=False,
            area_keys=[key],
        )
    with use_case(fresh_engines.login) as conn:
        token = accounts.open_session(conn, account, lifetime=timedelta(hours=1))
    with use_case(fresh_engines.service, token=token) as conn:
        seen = conn.execute(text("SELECT unit_key FROM patrol_track")).scalars().all()
        cells = set(conn.execute(text("SELECT unit_key FROM patrol_cell")).scalars())
    assert one_row(store, "SELECT count(*) FROM patrol_track") == (2,)
    assert seen == [key]
    assert cells == {key}


def test_everything_wrong_is_found_at_once_and_nothing_is_written(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = tmp_path / "loi.csv"
    file.write_text(
        "ca;kinh_do;vi_do;thoi_gian\n"
        "C1;105,05;20,05;02/03/2026 08:00:00\n"
        "C1;20,05;105,05;02/03/2026 08:00:10\n"
        "C1;2,35;48,85;02/03/2026 08:00:20\n"
        "C1;585000;2330000;02/03/2026 08:00:30\n"
        "C1;;;02/03/2026 08:00:40\n"
        "C1;105,05;20,05;\n"
        "C1;105,05;20,05;31/02/2026 08:00\n"
        "C1;105,05;20,05;01/01/1970 08:00:00\n"
        "C1;105,05;20,05;02/05/2026 08:00:00\n"
        ";105,05;20,05;02/03/2026 08:00:50\n"
        "Tổ ông Tư;105,05;20,05;02/03/2026 08:00:50\n"
        "C1;105,05;20,05\n",
        encoding="utf-8",
    )
    outcome = import_file(fresh_settings, file, "--commit")
    assert not outcome.ok
    assert errors(outcome) == [
        (2, "position_swapped"),
        (3, "position_outside_vietnam"),
        (4, "position_not_in_degrees"),
        (6, "fix_time_missing"),
        (7, "fix_time_unknown"),
        (8, "fix_time_impossible"),
        (9, "date_in_future"),
        (10, "patrol_ref_missing"),
        (11, "value_personal"),
        (12, "row_width_wrong"),
    ]
    assert {"fix_without_position", "fix_times_without_zone"} <= told(outcome)
    assert not any("Tư" in str(one.as_json()) for one in outcome.findings)
    assert one_row(store, "SELECT count(*) FROM import_batch") == (0,)
    taken = import_file(fresh_settings, file, "--commit", "--skip-refused")
    assert taken.ok
    assert (taken.counts["shifts"], taken.counts["fixes"]) == (1, 1)


@pytest.mark.parametrize("column", ["Cán bộ", "officer", "Họ tên", "Số hiệu", "điện thoại"])
def test_a_column_that_says_who_patrolled_refuses_the_file(
    fresh_settings: Settings, store: Connection, tmp_path: Path, column: str
) -> None:
    file = written(tmp_path / "a.csv", walk("C1").assign(**{column: "x1"}))
    outcome = import_file(fresh_settings, file, "--commit")
    assert errors(outcome) == [(None, "column_personal")]
    assert one_row(store, "SELECT count(*) FROM patrol") == (0,)


def test_a_gpx_leaves_its_names_and_devices_behind(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    who = "ông " + "Trần Văn Bê"
    points = "".join(
        f'<trkpt lat="20.05" lon="{lng}"><time>{when[:19]}Z</time>'
        "<extensions><serial>SN-123</serial></extensions></trkpt>"
        for lng, when in zip(*(walk("x")[c] for c in ("kinh_do", "thoi_gian")), strict=True)
    )
    file = tmp_path / "may-07.gpx"
    file.write_text(
        f'<gpx xmlns="http://www.topografix.com/GPX/1/1" creator="SN-123">'
        f"<metadata><author><name>{who}</name></author></metadata>"
        f"<trk><name>{who}</name><trkseg>{points}</trkseg></trk></gpx>",
        encoding="utf-8",
    )
    outcome = import_file(fresh_settings, file, "--commit")
    assert outcome.ok
    assert {"gpx_texts_dropped", "gpx_texts_personal"} <= told(outcome)
    assert one_row(
        store,
        "SELECT fix_count, moving_s, starts_with(source_ref, '20260302T010000Z-') FROM patrol",
    ) == (60, 590, True)
    kept = b"".join(
        path.read_bytes() for path in (fresh_settings.home / "fixes").rglob("*") if path.is_file()
    )
    dump = str(store.execute(text("SELECT to_jsonb(p) FROM patrol AS p")).all()) + str(
        store.execute(text("SELECT to_jsonb(b) FROM import_batch AS b")).all()
    )
    for secret in ("Trần", "SN-123"):
        assert secret.encode() not in kept
        assert secret not in dump + str([one.as_json() for one in outcome.findings])
    assert import_file(fresh_settings, file, "--commit").counts["known"] == 1


def test_an_xml_with_entities_is_refused(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = tmp_path / "a.gpx"
    file.write_text('<!DOCTYPE gpx [<!ENTITY a "aaaa">]><gpx><trk><name>&a;</name></trk></gpx>')
    with pytest.raises(Refused, match="DOCTYPE"):
        import_file(fresh_settings, file)


def test_real_patrols_are_kept_off_simulated_boundaries(
    fresh_settings: Settings, fresh_engines: Engines, tmp_path: Path
) -> None:
    with use_case(fresh_engines.operator) as conn:
        world.add_sets(conn)
    file = written(tmp_path / "a.csv", walk("C1"))
    with pytest.raises(Conflict, match="demo remove"):
        import_file(fresh_settings, file, "--commit")
    assert import_file(fresh_settings, file, "--commit", "--simulated").ok


def test_two_imports_do_not_sweep_each_other(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", walk("C1"))
    with fixes.locked(fresh_settings.home), pytest.raises(Conflict):
        import_file(fresh_settings, file)
    assert import_file(fresh_settings, file).ok


def test_tracks_are_cut_again_by_a_set_that_comes_later(
    fresh_settings: Settings,
    fresh_engines: Engines,
    store: Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fixes, "_ROW_GROUP", 150)
    frame = pd.concat([walk(f"C{n}", lng=105.17, count=100, hours=n) for n in range(5)])
    assert import_file(fresh_settings, written(tmp_path / "a.csv", frame), "--commit").ok
    before = "SELECT set_id, count(*), sum(distance_m), sum(seconds) FROM patrol_track GROUP BY 1"
    (newest, *sums), *_ = store.execute(text(before)).all()
    older = store.execute(
        text("SELECT set_id FROM boundary_set WHERE set_id <> :newest"), {"newest": newest}
    ).scalar_one()
    with use_case(fresh_engines.operator) as conn:
        assert recut_patrols(conn, older, home=fresh_settings.home) == 5
        assert recut_patrols(conn, older, home=fresh_settings.home) == 0
    told = {row[0]: row[1:] for row in store.execute(text(before))}
    # Squares 00002 and 00003 then, 00001 and 00003 now: the same border at 105.2.
    assert told[older] == pytest.approx(tuple(sums))
    by_set = "SELECT unit_key >> 20, sum(seconds), sum(fix_count) FROM patrol_cell GROUP BY 1"
    cells = {row[0]: tuple(row[1:]) for row in store.execute(text(by_set))}
    assert cells[older] == pytest.approx(cells[newest])
    for path in (fresh_settings.home / "fixes").glob("month=*/*"):
        path.unlink()
    with use_case(fresh_engines.operator) as conn:
        conn.execute(text("DELETE FROM patrol_track WHERE set_id = :set"), {"set": older})
        with pytest.raises(Unavailable, match="backup"):
            recut_patrols(conn, older, home=fresh_settings.home)


def test_an_import_taken_back_can_come_again(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", walk("C1"))
    assert import_file(fresh_settings, file, "--commit").ok
    (number,) = one_row(store, "SELECT max(import_id) FROM import_batch")
    assert bando(
        fresh_settings, "import", "undo", str(number), "--reason", "wrong_file", "--commit"
    ).ok
    assert one_row(store, "SELECT count(*) FROM held_patrol") == (0,)
    again = import_file(fresh_settings, file, "--commit")
    assert (again.counts["shifts"], again.counts["known"]) == (1, 0)
    assert one_row(store, "SELECT count(*), max(generation) FROM held_patrol") == (1, 1)


def test_a_shift_with_other_fixes_than_the_store_has_is_told_and_left(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    assert import_file(fresh_settings, written(tmp_path / "a.csv", walk("C1")), "--commit").ok
    longer = written(tmp_path / "a.csv", walk("C1", count=80))
    outcome = import_file(fresh_settings, longer, "--commit")
    assert "patrol_known_differs" in told(outcome)
    assert one_row(store, "SELECT count(*), max(fix_count) FROM patrol") == (1, 60)


def test_a_column_that_numbers_the_fixes_does_not_fill_the_memory(
    fresh_settings: Settings, store: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patrol_import, "_SHIFTS_MOST", 50)
    frame = walk("x", count=100)
    file = written(tmp_path / "a.csv", frame.assign(ca=[f"F{n}" for n in range(100)]))
    with pytest.raises(Refused, match="100"):
        import_file(fresh_settings, file)
    assert list((fresh_settings.home / "fixes" / ".staging").iterdir()) == []


def test_many_wrong_rows_are_counted_and_the_first_named(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(tmp_path / "a.csv", walk("C1", lng=5, count=250))
    outcome = import_file(fresh_settings, file)
    assert errors(outcome) == [(n, "position_outside_vietnam") for n in range(1, 101)]
    counted = [one.details for one in outcome.findings if one.code == "fix_rows_counted"]
    assert counted == [{"code": "position_outside_vietnam", "count": 250}]


def test_a_full_disk_is_told_as_one(
    fresh_settings: Settings, store: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Path("/dev/full").open("wb")  # noqa: SIM115 - closed by the spill
    monkeypatch.setattr(os, "fdopen", lambda descriptor, _mode: (os.close(descriptor), full)[1])
    file = written(tmp_path / "a.csv", pd.concat([walk(f"C{n}", hours=-n) for n in range(9)]))
    with pytest.raises(OSError, match="No space left") as error:
        import_file(fresh_settings, file, "--commit")
    assert error.value.errno == errno.ENOSPC
    monkeypatch.undo()
    assert list((fresh_settings.home / "fixes" / ".staging").iterdir()) == []
    assert import_file(fresh_settings, file, "--commit").ok


def test_a_shift_without_end_is_none(
    fresh_settings: Settings, store: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fix_spill, "TRACK_FIXES_MOST", 70)
    frame = pd.concat([walk("C1", count=100), walk("C2")])
    file = written(tmp_path / "a.csv", frame)
    assert errors(import_file(fresh_settings, file)) == [(1, "patrol_endless")]
    taken = import_file(fresh_settings, file, "--commit", "--skip-refused")
    assert taken.counts["shifts"] == 1


@pytest.mark.real_data
def test_tracks_of_another_country_are_refused_and_moved_into_vietnam_they_are_right(
    fresh_settings: Settings, store: Connection, tmp_path: Path, real_data: Path
) -> None:
    source = real_data / "points" / "tracks_geolife.parquet"
    outcome = import_file(fresh_settings, source, "--commit")
    assert not outcome.ok
    assert {code for _, code in errors(outcome)} == {"position_outside_vietnam"}
    assert outcome.counts == {"rows": 5908, "refused": 5908}
    frame = pd.read_parquet(source)
    frame = frame.assign(lon=frame["lon"] - 11.2, lat=frame["lat"] - 19.85)
    moved = tmp_path / "moved.parquet"
    frame.to_parquet(moved)
    assert import_file(fresh_settings, moved, "--commit").ok
    steps = frame.groupby("track").shift()
    _, _, metres = Geod(ellps="WGS84").inv(steps["lon"], steps["lat"], frame["lon"], frame["lat"])
    took = (frame["time"] - steps["time"]).dt.total_seconds()
    counted = took <= 300
    distance, seconds, count = store.execute(
        text("SELECT sum(distance_m), sum(moving_s + standing_s), count(*) FROM patrol")
    ).one()
    assert count == 5
    assert 0.93 < distance / metres[counted].sum() <= 1
    assert float(seconds) == pytest.approx(took[counted].sum(), rel=0.01)
    sums = one_row(store, "SELECT sum(distance_m), sum(seconds) FROM patrol_track")
    assert sums == pytest.approx((distance, float(seconds)), rel=1e-6)


def killed_imports(
    settings: Settings, conn: Connection, tmp_path: Path, *, times: int, seed: int
) -> None:
    """Kill the command at random moments; look at the store and the folder each time."""
    many = pd.concat([walk(f"C{n}", hours=-n, count=400) for n in range(60)])
    rng = random.Random(seed)  # noqa: S311 moments, no secrets
    environment = {
        **os.environ,
        "BANDO_HOME": str(settings.home),
        "BANDO_DATABASE_URL": str(settings.database_url),
        "PYTHONPATH": str(PROJECT),
    }
    command = (sys.executable, "-c", "import sys; from api.cli import main; sys.exit(main())")
    took = 0.0
    for nth in range(times + 1):
        file = written(tmp_path / f"nguon-{nth}.csv", many)
        begin = time.monotonic()
        process = subprocess.Popen(
            [*command, "import", "patrols", str(file), "--as-of", TODAY, "--commit"],
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        if nth == 0:
            # The first is let run: it says how long one takes.
            assert process.wait() == 0
            took = time.monotonic() - begin
        else:
            try:
                process.wait(rng.uniform(0.3, 1.0) * took)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
        # What the server still does for a client that is gone ends first.
        while one_row(
            conn,
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'bando_operator'"
            " AND pid <> pg_backend_pid() AND datname = current_database()",
        ) != (0,):
            time.sleep(0.02)
        whole = conn.execute(
            text(
                "SELECT p.source, count(DISTINCT p.patrol_id), count(DISTINCT t.patrol_id),"
                " count(DISTINCT c.patrol_id) FROM patrol AS p LEFT JOIN patrol_track AS t"
                " USING (patrol_id) LEFT JOIN patrol_cell AS c USING (patrol_id) GROUP BY p.source"
            )
        ).all()
        assert all(tuple(row)[1:] == (60, 60, 60) for row in whole)
        assert one_row(conn, "SELECT count(*) FROM import_batch WHERE kind = 'patrols'") == (
            len(whole),
        )
        named = patrols.fixes_files(conn)
        assert set(files_in_place(settings)) <= {one.path for one in named}
        # Whatever moment it was: what rows name is there, whole.
        assert fixes.check(settings.home, named) == ()
    assert import_file(settings, written(tmp_path / "cuoi.csv", many), "--commit").ok
    named = patrols.fixes_files(conn)
    assert files_in_place(settings) == sorted(one.path for one in named)
    assert list((settings.home / "fixes" / ".staging").iterdir()) == []


def test_an_import_killed_at_any_moment_leaves_all_or_nothing(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    killed_imports(fresh_settings, store, tmp_path, times=3, seed=1)


@pytest.mark.long
def test_imports_killed_at_many_moments_leave_all_or_nothing(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    killed_imports(fresh_settings, store, tmp_path, times=24, seed=2)
