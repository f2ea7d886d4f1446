"""Import of places and computation, from the command line to the store."""

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from sqlalchemy import Connection, text

from api.cli import COMMANDS, load, main, parse
from api.cli.outcome import Outcome
from api.settings import Settings
from geo.errors import Conflict, Refused, Unavailable
from geo.store.engine import use_case
from tests.support import office_sheets
from tests.support import small_world as world
from tests.support.postgres import Engines

TODAY = "2026-01-31"
# lng 105.05 .. 105.75 by 0.1 are the middles of the eight squares.
HEADER = "ma_diem;kinh_do;vi_do;loai;trang_thai;ngay\n"


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
    return bando(settings, "import", "hotspots", str(file), "--as-of", TODAY, *more)


def written(path: Path, content: str, *, encoding: str = "utf-8") -> Path:
    path.write_text(content, encoding=encoding)
    return path


def codes(outcome: Outcome) -> list[tuple[int | None, str]]:
    return [(one.row, one.code) for one in outcome.findings if one.severity == "error"]


def test_operations_under_way_come_in_only_when_the_owner_allows_it(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(
        tmp_path / "diem.csv",
        HEADER
        + "D1;105,05;20,05;diem_phuc_tap;listed;02/03/2025\n"
        + "D1;105,05;20,05;diem_phuc_tap;Đang đấu tranh;09/08/2025\n",
    )
    assert codes(import_file(fresh_settings, file, "--commit")) == [(2, "hotspot_state_off")]
    done = import_file(fresh_settings, file, "--allow-in-action", "--commit")
    assert done.counts["events"] == 2


def stored(
    conn: Connection, query: str = "SELECT count(*) FROM hotspot"
) -> list[tuple[object, ...]]:
    return [tuple(row) for row in conn.execute(text(query))]


def test_nothing_is_written_without_commit_and_the_answer_is_the_same_with_it(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(
        tmp_path / "diem.csv",
        HEADER
        + "D1;105,05;20,05;diem_phuc_tap;listed;02/03/2025\n"
        + "D1;105,05;20,05;diem_phuc_tap;Đã triệt xóa;09/08/2025\n"
        + "D2;105,15;20,05;Điểm bán lẻ;đưa vào danh sách quản lý;2025-07-02\n",
        encoding="utf-8-sig",
    )
    trial = import_file(fresh_settings, file)
    assert trial.ok
    assert (trial.counts["places"], trial.counts["events"]) == (2, 3)
    assert stored(store) == [(0,)]
    done = import_file(fresh_settings, file, "--commit")
    assert done.counts == trial.counts
    assert stored(store) == [(2,)]
    assert stored(store, "SELECT source, source_ref, kind FROM hotspot ORDER BY 2") == [
        ("diem", "D1", "diem_phuc_tap"),
        ("diem", "D2", "diem_ban_le"),
    ]
    again = import_file(fresh_settings, file, "--commit")
    assert (again.counts["places"], again.counts["known_events"]) == (0, 3)
    assert stored(store) == [(2,)]


def test_every_error_is_found_at_once_by_row_and_column_and_nothing_is_written(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(
        tmp_path / "loi.csv",
        HEADER
        + "D1;20,05;105,05;diem_phuc_tap;listed;02/03/2025\n"
        + "D2;2,35;48,85;diem_phuc_tap;listed;02/03/2025\n"
        + "D3;105,05;20,05;diem_la;bi_mat;31/02/2025\n"
        + "D4;105,05;20,05;diem_phuc_tap;listed;02/03/2026\n"
        + "D5;;20,05;diem_phuc_tap;listed;\n"
        + "D6;108,05;16,05;diem_phuc_tap;listed;02/03/2025\n"
        + "D7;105,05;20,05;diem_phuc_tap;listed;02/03/2022\n"
        + "D8;105,05;20,05;diem_phuc_tap;eliminated;02/03/2025\n"
        + "D9;585000;2330000;diem_phuc_tap;in_action;02/03/2025\n"
        + "D10;105,05;20,05;diem_phuc_tap;listed;02/03/2025;thua\n",
    )
    outcome = import_file(fresh_settings, file, "--commit")
    assert not outcome.ok
    assert codes(outcome) == [
        (1, "position_swapped"),
        (2, "position_outside_vietnam"),
        (3, "hotspot_kind_unknown"),
        (3, "hotspot_state_unknown"),
        (3, "hotspot_date_unknown"),
        (4, "date_in_future"),
        (5, "place_without_position"),
        (5, "hotspot_date_missing"),
        (6, "place_outside_units"),
        (7, "no_boundary_set_on_day"),
        (8, "hotspot_start_not_allowed"),
        (9, "position_not_in_degrees"),
        (9, "hotspot_state_off"),
        (10, "row_wider_than_header"),
    ]
    assert {f.column for f in outcome.findings if f.row == 3} == {"loai", "trang_thai", "ngay"}
    assert stored(store) == [(0,)]
    assert stored(store, "SELECT count(*) FROM import_batch") == [(0,)]


def test_skip_refused_takes_the_rest_and_writes_the_refused_rows_with_reasons(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(
        tmp_path / "diem.csv",
        HEADER
        + "D1;105,05;20,05;diem_phuc_tap;listed;02/03/2025\n"
        + "D2;2,35;48,85;diem_phuc_tap;listed;02/03/2025\n"
        + "D3;105,15;20,05;diem_phuc_tap;listed;không rõ\n"
        + "D3;105,15;20,05;diem_phuc_tap;eliminated;09/08/2025\n"
        + "D4;105,05;20,05;nhà bà Tư;listed;02/03/2025\n",
    )
    beside = tmp_path / "diem.csv.refused.csv"
    assert import_file(fresh_settings, file, "--skip-refused").counts["refused"] == 4
    assert not beside.exists()
    outcome = import_file(fresh_settings, file, "--skip-refused", "--commit")
    assert outcome.ok
    assert stored(store, "SELECT source_ref FROM hotspot") == [("D1",)]
    with beside.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter=";"))
    # Row 4 falls because the listing before it fell; row 5 is known by its number only.
    assert [(row["row"], row["code"]) for row in rows] == [
        ("2", "position_outside_vietnam"),
        ("3", "hotspot_date_unknown"),
        ("4", "hotspot_start_not_allowed"),
        ("5", "value_personal"),
        ("5", "hotspot_kind_unknown"),
    ]
    assert rows[0]["kinh_do"] == "2,35"
    assert rows[3]["kinh_do"] == ""
    assert "Tư" not in beside.read_text(encoding="utf-8-sig")
    assert (
        stored(store, "SELECT row_count, refused_count, provenance FROM import_batch")
        == [(5, 4, "simulated"), (5, 4, "imported")][1:]
    )


def test_when_the_refused_rows_cannot_be_written_nothing_is_imported(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(
        tmp_path / "diem.csv",
        HEADER
        + "D1;105,05;20,05;diem_phuc_tap;listed;02/03/2025\n"
        + "D2;2,35;48,85;diem_phuc_tap;listed;02/03/2025\n",
    )
    nowhere = str(tmp_path / "khong-co" / "tu-choi.csv")
    with pytest.raises(Unavailable) as caught:
        import_file(fresh_settings, file, "--skip-refused", "--commit", "--refused", nowhere)
    assert caught.value.code == "refused_file_not_written"
    assert stored(store) == [(0,)]


def test_without_an_id_the_content_is_the_id_and_the_exact_position_is_not_in_it(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    header = "lon,lat,category\n"
    lines = "105.0501,20.0501,bar\n105.0501,20.0501,bar\n105.1502,20.0502,pub\n"
    defaults = [
        *("--default", "kind=diem_nguy_co", "--default", "state=listed"),
        *("--default", "date=2025-03-02", "--source", "osm", "--commit"),
    ]
    file = written(tmp_path / "a.csv", header + lines)
    first = import_file(fresh_settings, file, *defaults)
    assert first.counts["places"] == 3
    ignored = [one for one in first.findings if one.code == "columns_ignored"]
    assert "category" in ignored[0].message("vi")
    # The same under another name, and moved by a metre within the cell: known.
    moved = lines.replace("105.0501", "105.05011")
    second = import_file(fresh_settings, written(tmp_path / "b.csv", header + moved), *defaults)
    assert (second.counts["places"], second.counts["known_places"]) == (0, 3)


def test_a_column_that_announces_persons_refuses_the_file(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    column = "Họ và tên"
    file = written(
        tmp_path / "diem.csv",
        f"lng,lat,kind,state,date,{column}\n105.05,20.05,diem_nguy_co,listed,2025-03-02,x\n",
    )
    outcome = import_file(fresh_settings, file, "--skip-refused", "--commit")
    assert not outcome.ok
    assert [(one.code, one.column) for one in outcome.findings] == [("column_personal", column)]
    assert stored(store) == [(0,)]


def test_a_personal_value_refuses_its_row_and_is_never_said_again(
    fresh_settings: Settings,
    store: Connection,
    tmp_path: Path,
) -> None:
    value = "đối tượng Trần Văn Bê"
    file = written(
        tmp_path / "diem.csv",
        "lng,lat,kind,state,date,ghi_chu\n"
        f"105.05,20.05,diem_nguy_co,listed,2025-03-02,{value}\n"
        "105.15,20.05,diem_nguy_co,listed,2025-03-02,Công viên Lê Lợi\n",
    )
    outcome = import_file(fresh_settings, file, "--commit", "--skip-refused")
    assert codes(outcome) == [(1, "value_personal")]
    assert next(f.column for f in outcome.findings if f.severity == "error") == "ghi_chu"
    said = json.dumps([f.as_json() for f in outcome.findings], ensure_ascii=False)
    kept = stored(store, "SELECT findings::text, source_name FROM import_batch")
    assert value not in said + str(outcome.lines) + str(kept)
    assert value not in (tmp_path / "diem.csv.refused.csv").read_text(encoding="utf-8-sig")
    assert stored(store) == [(1,)]


def test_cells_that_cannot_be_read_stay_out_of_the_refused_rows(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    # What is no code may be about a person even where nothing tells, so it is not repeated.
    name = "chỗ Bê ấy"
    good = ["D1", "105.05", "20.05", "diem_nguy_co", "listed", "2025-03-02", "12/KH"]
    bad = [[*good[:at], name, *good[at + 1 :]] for at in range(len(good))]
    lines = [",".join(row) for row in (good, *bad)]
    file = written(
        tmp_path / "diem.csv", "ref,lng,lat,kind,state,date,document_no\n" + "\n".join(lines)
    )
    outcome = import_file(fresh_settings, file, "--skip-refused", "--commit")
    assert outcome.ok
    assert outcome.counts["refused"] == len(bad)
    told = (tmp_path / "diem.csv.refused.csv").read_text(encoding="utf-8-sig")
    assert "Bê" not in told
    assert told.count("D1;12/KH\n") == len(bad) - 2


def test_a_file_whose_name_is_personal_is_refused_whatever_its_source(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(
        tmp_path / "nhà ông Tư.csv",
        "lng,lat,kind,state,date\n105.05,20.05,diem_nguy_co,listed,2025-03-02\n",
    )
    with pytest.raises(Refused) as refused:
        import_file(fresh_settings, file, "--source", "diem", "--commit")
    assert refused.value.code == "file_name_personal"
    assert stored(store) == [(0,)]


def test_a_first_row_with_a_number_is_no_header_and_not_shown(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(tmp_path / "diem.csv", "Trần Văn Bê,105.05,20.05\nLê C,105.06,20.05\n")
    outcome = import_file(fresh_settings, file)
    assert not outcome.ok
    said = json.dumps([f.as_json() for f in outcome.findings], ensure_ascii=False)
    assert "Bê" not in said


def test_a_file_without_a_header_does_not_show_its_first_row(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(tmp_path / "diem.csv", "105.05,20.05,0912345678\n105.06,20.05,0912345679\n")
    outcome = import_file(fresh_settings, file)
    assert not outcome.ok
    said = json.dumps([f.as_json() for f in outcome.findings], ensure_ascii=False)
    assert "0912345678" not in said
    assert ("column_personal", "#3") in [(f.code, f.column) for f in outcome.findings]


def test_workbook_geopackage_geojson_and_parquet_give_the_same_places(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    table = pd.DataFrame(
        {
            "ref": ["D1", "D2"],
            "lon": [105.05, 105.15],
            "lat": [20.05, 20.05],
            "kind": "diem_nguy_co",
            "state": "listed",
            "date": "2025-03-02",
            "document_no": "",
        }
    )
    points = gpd.GeoDataFrame(
        table.drop(columns=["lon", "lat"]),
        geometry=gpd.points_from_xy(table["lon"], table["lat"]),
        crs=4326,
    )
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Mã điểm", "Kinh độ", "Vĩ độ", "Loại điểm", "Trạng thái", "Ngày"])
    for row in table.itertuples(index=False):
        day = datetime.fromisoformat(row.date)
        sheet.append([row.ref, row.lon, row.lat, row.kind, row.state, day])
    book.save(tmp_path / "a.xlsx")
    # In metres of another system: brought to degrees by the file's own CRS.
    points.to_crs(32648).to_file(tmp_path / "a.gpkg")
    points.to_file(tmp_path / "a.geojson")
    points.to_parquet(tmp_path / "geo.parquet")
    table.to_parquet(tmp_path / "a.parquet")
    # VN-2000, by the pinned operation.
    points.to_crs(3405).to_file(tmp_path / "vn2000.gpkg")
    (tmp_path / "utf16.txt").write_bytes(table.to_csv(index=False, sep="\t").encode("utf-16"))
    office_sheets.ods(tmp_path / "a.ods", [list(table.columns), *table.to_numpy().tolist()])
    import_file(fresh_settings, written(tmp_path / "a.csv", table.to_csv(index=False)), "--commit")
    for name in (
        *("a.xlsx", "a.ods", "utf16.txt"),
        *("a.gpkg", "vn2000.gpkg", "a.geojson", "geo.parquet", "a.parquet"),
    ):
        outcome = import_file(fresh_settings, tmp_path / name, "--source", "a", "--commit")
        assert outcome.ok, (name, [f.message() for f in outcome.findings])
        assert outcome.counts["known_places"] == 2, name
        assert outcome.counts["known_events"] == 2, name
    assert stored(store) == [(2,)]


def test_sheets_after_the_first_are_told_and_not_read(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for number in (1, 2):
        sheet = book.create_sheet(f"Trang {number}")
        sheet.append(["Mã điểm", "Kinh độ", "Vĩ độ", "Loại điểm", "Trạng thái", "Ngày"])
        sheet.append([f"D{number}", 105.05, 20.05, "diem_phuc_tap", "listed", "2025-03-02"])
    book.save(tmp_path / "hai-trang.xlsx")
    outcome = import_file(fresh_settings, tmp_path / "hai-trang.xlsx")
    assert outcome.counts["places"] == 1
    told = next(one for one in outcome.findings if one.code == "sheets_left_out")
    assert told.details == {"count": 1}


def test_columns_are_named_with_map_and_what_is_missing_is_said(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(tmp_path / "diem.csv", "A,B\n105.05,20.05\n")
    outcome = import_file(fresh_settings, file, "--map", "lng=A", "--map", "lat=C")
    assert [one.code for one in outcome.findings if one.severity == "error"] == [
        "column_unknown",
        "column_missing",
        "column_missing",
        "column_missing",
    ]
    outcome = import_file(
        fresh_settings, file, "--map", "lng=A", "--map", "lat=B",
        *("--default", "kind=diem_nguy_co"),
        *("--default", "state=listed", "--default", "date=02/03/2025"),
    )  # fmt: skip
    assert outcome.ok


def test_a_default_that_cannot_be_read_is_refused(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(tmp_path / "diem.csv", "lng,lat\n105.05,20.05\n")
    with pytest.raises(Refused) as caught:
        import_file(fresh_settings, file, "--default", "state=xong")
    assert caught.value.code == "default_unreadable"


def test_free_text_is_taken_neither_as_id_nor_as_document_nor_as_reason(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(
        tmp_path / "diem.csv",
        "ma,lng,lat,kind,state,date,so_van_ban,ly_do\n"
        "quan cafe,105.05,20.05,diem_nguy_co,listed,2025-03-02,theo tin báo,bị nhầm\n"
        "D2,105.05,20.05,diem_nguy_co,listed,2025-03-02,12/KH-UBND,nhap_lai\n",
    )
    outcome = import_file(fresh_settings, file)
    assert codes(outcome) == [
        (1, "hotspot_ref_no_code"),
        (1, "hotspot_document_no_no_code"),
        (1, "hotspot_reason_no_code"),
    ]


def test_rows_of_one_id_must_speak_of_one_place(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(
        tmp_path / "diem.csv",
        HEADER
        + "D1;105,05;20,05;diem_phuc_tap;listed;02/03/2025\n"
        + "D1;105,15;20,05;diem_phuc_tap;eliminated;02/04/2025\n"
        + "D1;105,05;20,05;diem_phuc_tap;listed;02/03/2025\n",
    )
    outcome = import_file(fresh_settings, file)
    assert [(one.row, one.code, one.severity) for one in outcome.findings] == [
        (2, "place_rows_disagree", "error"),
        (3, "row_twice", "warning"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.doc", b"x", "file_kind_unknown"),
        ("a.csv", "lng,lat\nBình\n".encode("latin-1"), "place_file_encoding"),
        ("a.csv", b"lng,lat\n", "place_file_empty"),
        ("a.xlsx", b"PK no book", "file_content_other"),
        ("a.parquet", b"PAR1", "place_file_unreadable"),
        ("a.gpkg", b"no geopackage", "file_content_other"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(
    fresh_settings: Settings, tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused) as caught:
        import_file(fresh_settings, tmp_path / name)
    assert caught.value.code == code


def test_real_places_are_not_put_on_simulated_boundaries(
    fresh_settings: Settings, fresh_engines: Engines, tmp_path: Path
) -> None:
    with use_case(fresh_engines.operator) as conn:
        world.add_sets(conn)
    file = written(
        tmp_path / "diem.csv",
        HEADER + "D1;105,05;20,05;diem_phuc_tap;listed;2025-08-01\n",
    )
    assert import_file(fresh_settings, file).ok
    with pytest.raises(Conflict, match="bando demo remove"):
        import_file(fresh_settings, file, "--commit")
    with use_case(fresh_engines.operator) as conn:
        assert stored(conn) == [(0,)]
    assert import_file(fresh_settings, file, "--commit", "--simulated").ok
    with use_case(fresh_engines.operator) as conn:
        assert stored(conn, "SELECT provenance FROM hotspot") == [("simulated",)]


def test_without_boundaries_there_is_no_import(fresh_settings: Settings, tmp_path: Path) -> None:
    file = written(
        tmp_path / "diem.csv", HEADER + "D1;105,05;20,05;diem_phuc_tap;listed;02/03/2025\n"
    )
    with pytest.raises(Conflict) as caught:
        import_file(fresh_settings, file)
    assert caught.value.code == "no_active_boundary_set"


def test_json_answer_is_one_object_with_findings_in_both_languages(
    fresh_settings: Settings,
    store: Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("api.cli._settings", lambda: fresh_settings)
    file = written(
        tmp_path / "diem.csv", HEADER + "D1;20,05;105,05;diem_nguy_co;listed;02/03/2025\n"
    )
    status = main(["import", "hotspots", str(file), "--as-of", TODAY, "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert (status, answer["ok"], answer["counts"]) == (1, False, {"rows": 1, "refused": 1})
    (finding,) = answer["findings"]
    assert finding["code"] == "position_swapped"
    assert finding["message_vi"] != finding["message_en"]


def test_compute_counts_what_was_imported(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(
        tmp_path / "diem.csv", HEADER + "D1;105,05;20,05;diem_nguy_co;listed;02/12/2025\n"
    )
    import_file(fresh_settings, file, "--commit", "--simulated")
    outcome = bando(fresh_settings, "compute", "--as-of", "2025-12-31")
    assert outcome.data["computed_periods"] == ["M2025-12", "H2025-2", "Y2025"]
    assert outcome.counts == {"computed": 3, "unchanged": 0, "removed": 0}
    assert stored(store, "SELECT simulated, data_until FROM period_run GROUP BY 1, 2") == [
        (True, date(2025, 12, 31))
    ]
    assert bando(fresh_settings, "compute", "--as-of", "31/12/2025").counts["unchanged"] == 3
