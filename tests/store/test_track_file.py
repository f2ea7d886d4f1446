"""Files of fixes in every form, as streams of one shape."""

import json
from pathlib import Path
from zipfile import ZipFile

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from geo.errors import NotFound, Refused
from geo.store import track_file, track_gpx
from geo.store.track_batches import FixBatch, TrackStream
from geo.store.track_file import open_tracks
from geo.store.track_times import NO_TIME, read_numbers, read_times

MORNING = 1_772_414_100_000  # 2026-03-02 08:15 in Vietnam, 01:15 UTC


def opened(path: Path, *, utc: bool = False, **named: str) -> tuple[TrackStream, list[FixBatch]]:
    with open_tracks(path, named=named, utc=utc) as stream:
        return stream, list(stream.batches)


def written(path: Path, content: str, *, encoding: str = "utf-8") -> Path:
    path.write_text(content, encoding=encoding)
    return path


@pytest.mark.parametrize(
    ("written_as", "ms", "zoneless"),
    [
        ("2026-03-02T01:15:00Z", MORNING, False),
        ("2026-03-02T08:15:00.250+07:00", MORNING + 250, False),
        ("2026-03-02T08:15:00+0700", MORNING, False),
        ("2026-03-01T18:15:00-07:00", MORNING, False),
        ("2026-03-02 08:15", MORNING, True),
        ("2026-03-02 08:15:00,5", MORNING + 500, True),
        ("02/03/2026 08:15:00", MORNING, True),
        ("2/3/2026 8:15", MORNING, True),
        ("02-03-2026 08:15:00", MORNING, True),
        ("02.03.2026 08:15:00", MORNING, True),
        (" 1772414100 ", MORNING, False),
        ("1772414100,5", MORNING + 500, False),
        ("1772414100250", MORNING + 250, False),
        ("31/02/2026 08:15", NO_TIME, True),
        ("02/13/2026 08:15", NO_TIME, True),
        ("02/03/2026 24:15", NO_TIME, True),
        ("2026-03-02", NO_TIME, False),
        ("2026-03", NO_TIME, False),
        ("sáng thứ hai", NO_TIME, False),
    ],
)
@pytest.mark.parametrize("beside", [(), ("x",), ("2026-03-02T01:15:00Z",), ("02/03/2026 08:15",)])
def test_times_are_read_in_every_form_whatever_stands_beside_them(
    written_as: str, ms: int, zoneless: bool, beside: tuple[str, ...]
) -> None:
    times = read_times(pa.array([written_as, *beside, None]), utc=False)
    assert times.ms[0] == ms
    assert times.zoneless[0] == zoneless
    assert times.missing.tolist() == [False] * (1 + len(beside)) + [True]
    assert times.ms[-1] == NO_TIME


def test_times_without_a_zone_are_utc_where_the_user_says_so() -> None:
    for text in ("2026-03-02 01:15:00", "02/03/2026 01:15"):
        assert read_times(pa.array([text]), utc=True).ms.tolist() == [MORNING]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Ho_Chi_Minh"])
def test_timestamps_of_parquet_are_instants(unit: str, zone: str | None) -> None:
    stamps = pa.array([MORNING // 1000, None]).cast(pa.timestamp("s", "UTC"))
    column = stamps.cast(pa.timestamp(unit, zone))
    times = read_times(column, utc=True)
    assert times.ms.tolist() == [MORNING, NO_TIME]
    assert times.zoneless.tolist() == [zone is None, False]


def test_numbers_have_points_or_commas_and_nothing_else() -> None:
    given = pa.array(["105,85", " 21.5", "-3", "1.234,5", "21°01'", "", None, "nan", "1e3"])
    numbers = read_numbers(given)
    np.testing.assert_array_equal(numbers, [105.85, 21.5, -3, *[np.nan] * 6])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_text_with_any_delimiter_and_vietnamese_names(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    lines = [
        ("Mã ca", "Kinh độ", "Vĩ độ", "Thời gian"),
        ("C1", '"105,85"', '"21,02"', "02/03/2026 08:15:00"),
        ("C2", "105.86", "21.02", "02/03/2026 08:15:00"),
    ]
    content = "\n".join(delimiter.join(line) for line in lines)
    stream, (batch,) = opened(written(tmp_path / "a.csv", content, encoding=encoding))
    assert stream.columns["shift"] == "Mã ca"
    assert batch.lng.tolist() == [105.85, 105.86]
    assert batch.times.ms.tolist() == [MORNING, MORNING]
    assert (batch.names, batch.which.tolist()) == (("C1", "C2"), [0, 1])


def test_rows_are_numbered_as_their_user_counts_them(tmp_path: Path) -> None:
    content = "lon,lat,time\n105,21,1772414100\n\n105,21\n106,21,1772414100\n7,8,9,10\n107,21,1"
    stream, batches = opened(written(tmp_path / "a.csv", content))
    rows = {row: lng for batch in batches for row, lng in zip(batch.row, batch.lng, strict=True)}
    assert rows == {1: 105, 4: 106, 6: 107}
    assert [(one.code, one.row) for one in stream.findings] == [
        ("row_width_wrong", 3),
        ("row_width_wrong", 5),
    ]


def test_numbers_of_rows_go_on_over_the_blocks_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(track_file, "_BLOCK", 1 << 12)
    lines = [f"{n % 360},21,1772414100" for n in range(1, 3001)]
    lines[1500] = "zu,viele,zellen,hier"
    _, batches = opened(written(tmp_path / "a.csv", "\n".join(["lon,lat,time", *lines])))
    assert len(batches) > 5
    for batch in batches:
        np.testing.assert_array_equal(batch.row % 360, batch.lng)
    assert sum(batch.row.size for batch in batches) == 2999


def test_wrong_rows_without_number_are_counted_and_the_first_named(tmp_path: Path) -> None:
    content = "lon,lat,time\n" + "1,2\n" * 250 + "105,21,1772414100\n"
    stream, batches = opened(written(tmp_path / "a.csv", content))
    assert batches[0].row.tolist() == [251]
    assert [one.row for one in stream.findings[:-1]] == list(range(1, 101))
    assert stream.findings[-1].details == {"code": "row_width_wrong", "count": 250}


def test_day_and_clock_may_stand_in_two_columns(tmp_path: Path) -> None:
    content = "lon,lat,ngày,giờ\n105,21,02/03/2026,08:15\n"
    _, (batch,) = opened(written(tmp_path / "a.csv", content))
    assert batch.times.ms.tolist() == [MORNING]


def test_old_encodings_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("lon,lat,time,ca\n105,21,1772414100,Đ1\n".encode("utf-16"))
    with pytest.raises(Refused, match="UTF-8"):
        opened(file)
    file.write_bytes("lon,lat,time,ca\n105,21,1772414100,é1\n".encode("latin-1"))
    with pytest.raises(Refused, match="UTF-8"):
        opened(file)


def test_absent_columns_are_found_at_once(tmp_path: Path) -> None:
    stream, batches = opened(written(tmp_path / "a.csv", "a,b\n1,2\n"))
    assert batches == []
    missing = [one for one in stream.findings if one.code == "column_missing"]
    assert [one.details["field"] for one in missing] == ["lng", "lat", "time"]


def test_a_gpx_is_read_in_batches_with_its_tracks_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(track_gpx, "BATCH_FIXES", 10)
    monkeypatch.setattr(track_gpx, "_CHUNK", 100)
    point = '<g:trkpt lat="21" lon="105.{n}"><g:time>2026-03-02T01:15:{n:02d}Z</g:time></g:trkpt>'
    tracks = "".join(
        "<g:trk><g:trkseg>" + "".join(point.format(n=n) for n in range(30)) + "</g:trkseg></g:trk>"
        for _ in range(2)
    )
    content = f'<g:gpx xmlns:g="x"><g:wpt lat="1" lon="2"/>{tracks}</g:gpx>'
    stream, batches = opened(written(tmp_path / "a.gpx", content))
    assert len(batches) > 3
    assert np.concatenate([batch.row for batch in batches]).tolist() == list(range(1, 61))
    assert np.concatenate([batch.which for batch in batches]).tolist() == [1] * 30 + [2] * 30
    assert batches[0].times.ms[:3].tolist() == [MORNING, MORNING + 1000, MORNING + 2000]
    assert [one.code for one in stream.findings] == ["gpx_other_points"]


@pytest.mark.parametrize("content", ["<gpx><trk>", "<gpx>&a;</gpx>", "", "no xml"])
def test_a_broken_gpx_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(Refused, match="gpx"):
        opened(written(tmp_path / "a.gpx", content))


def feature(geometry: str, coordinates: object, **properties: object) -> dict[str, object]:
    shape = {"type": geometry, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": shape}


def as_geojson(path: Path, *features: dict[str, object]) -> Path:
    collection = {"type": "FeatureCollection", "features": list(features)}
    return written(path, json.dumps(collection))


TIMES = ["2026-03-02T01:15:00Z", "2026-03-02T01:15:10Z"]


@pytest.mark.parametrize(
    "properties",
    [
        {"coordTimes": TIMES},
        {"times": TIMES},
        {"times": [MORNING, MORNING + 10_000]},
        {"coordinateProperties": {"times": TIMES}},
    ],
    ids=str,
)
def test_lines_of_geojson_bring_a_time_for_each_vertex(
    tmp_path: Path, properties: dict[str, object]
) -> None:
    line = feature("LineString", [[105, 21], [105.1, 21]], ca="C-7", **properties)
    _, (batch,) = opened(as_geojson(tmp_path / "a.geojson", line))
    assert batch.lng.tolist() == [105, 105.1]
    assert batch.times.ms.tolist() == [MORNING, MORNING + 10_000]
    assert batch.names == ("C-7",)


def test_parts_of_a_multiline_are_one_track_and_features_are_several(tmp_path: Path) -> None:
    parts = [[[105, 21], [105.1, 21]], [[105.2, 21], [105.3, 21]]]
    one = feature("MultiLineString", parts, coordTimes=[TIMES, TIMES])
    _, (batch,) = opened(as_geojson(tmp_path / "a.geojson", one, one))
    assert batch.which.tolist() == [0] * 4 + [1] * 4


def test_a_line_with_too_few_times_is_refused(tmp_path: Path) -> None:
    line = feature("LineString", [[105, 21], [105.1, 21]], coordTimes=TIMES[:1])
    with pytest.raises(Refused, match="1"):
        opened(as_geojson(tmp_path / "a.geojson", line))


def test_points_of_geojson_bring_their_own_time(tmp_path: Path) -> None:
    points = [feature("Point", [105 + n, 21], time=TIMES[n], ca=4, name="x") for n in (0, 1)]
    stream, (batch,) = opened(as_geojson(tmp_path / "a.geojson", *points))
    assert batch.lng.tolist() == [105, 106]
    assert batch.times.ms.tolist() == [MORNING, MORNING + 10_000]
    assert batch.names == ("4",)
    assert [one.code for one in stream.findings] == ["gpx_texts_dropped"]


@pytest.mark.parametrize("crs", [4326, 32648, 9210, None])
def test_geoparquet_is_brought_to_degrees_and_refused_without_a_crs(
    tmp_path: Path, crs: int | None
) -> None:
    frame = gpd.GeoDataFrame(
        {"time": pd.to_datetime(TIMES), "track": [1, 1]},
        geometry=gpd.points_from_xy([105.8, 105.9], [21.0, 21.1]),
        crs=4326,
    )
    file = tmp_path / "a.parquet"
    (frame.set_crs(None, allow_override=True) if crs is None else frame.to_crs(crs)).to_parquet(
        file
    )
    if crs is None:
        with pytest.raises(Refused, match="hệ tọa độ"):
            opened(file)
        return
    _, (batch,) = opened(file)
    # EPSG has two operations between VN-2000 and WGS 84, which differ by less than a metre.
    np.testing.assert_allclose(batch.lng, [105.8, 105.9], atol=1e-5)
    np.testing.assert_allclose(batch.lat, [21.0, 21.1], atol=1e-5)
    assert batch.names == ("1",)


def test_an_archive_holds_one_file_whose_own_name_is_not_told(tmp_path: Path) -> None:
    archive = tmp_path / "goi.zip"
    with ZipFile(archive, "w") as zipped:
        zipped.writestr("bên trong.csv", "lon,lat,time\n105,21,1772414100\n")
    stream, (batch,) = opened(archive)
    assert stream.name == "goi.zip"
    assert batch.lng.tolist() == [105]


def test_other_kinds_of_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="kml"):
        opened(written(tmp_path / "a.kml", "<kml/>"))
    with pytest.raises(NotFound):
        opened(tmp_path / "a.gpx")
