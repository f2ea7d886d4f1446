"""Records of every kind, from a file on the command line to the store, and back out."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from sqlalchemy import Connection, text

from api.cli import COMMANDS, load, parse
from api.cli.outcome import Outcome
from api.settings import Settings
from geo.errors import BandoError, Conflict, NotFound, Refused
from geo.store.engine import use_case
from geo.store.intake import KINDS
from geo.store.intake.templates import make_template
from tests.support import small_world as world
from tests.support.postgres import Engines

TODAY = "2026-01-31"


@pytest.fixture
def store(fresh_settings: Settings, fresh_engines: Engines) -> Iterator[Connection]:
    """A connection that sees what the command committed."""
    with use_case(fresh_engines.operator) as conn:
        world.add_sets(conn, provenance="imported")
    with fresh_engines.operator.connect() as conn:
        yield conn.execution_options(isolation_level="AUTOCOMMIT")


def bando(settings: Settings, *line: str) -> Outcome:
    words = next(line[:length] for length in (3, 2, 1) if line[:length] in COMMANDS)
    command = load(words)
    return command.run(parse(words, command, line[len(words) :]), settings)


def bring(settings: Settings, kind: str, file: Path, *more: str) -> Outcome:
    return bando(settings, "import", kind, str(file), "--as-of", TODAY, *more)


def written(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8-sig")
    return path


def told(outcome: Outcome, severity: str = "error") -> list[tuple[int | None, str]]:
    return [(one.row, one.code) for one in outcome.findings if one.severity == severity]


@contextmanager
def refused(kind: type[BandoError], code: str) -> Iterator[None]:
    with pytest.raises(kind) as error:
        yield
    assert error.value.code == code


def rows(conn: Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in conn.execute(text(query))]


# One good file of each kind of table: content, and how many facts it makes.
GOOD = {
    "observations": (
        "Mã xã;Kỳ báo cáo;I01;I06;I13 tử số;I13 mẫu số\n"
        "00001;M2025-12;3;12;4;8\n"
        "00003;tháng 12/2025;0;;;\n",
        4,
    ),
    "population": (
        "Tên đơn vị;Ngày số liệu;Loại dân số;Số dân\n"
        "Xã 00001;31/12/2025;Đang cư trú;25.310\n"
        "Xã 00003;31/12/2025;dang_cu_tru;9800\n",
        2,
    ),
    "submissions": ("ma;ky;ngay nop\n00001;Y2025;19/12/2025\n00003;Y2025;22/12/2025\n", 2),
    "assessments": (
        "ma;ky;buoc;de nghi;quyet dinh;ngay quyet dinh;so van ban\n"
        "00001;Y2025;cong_nhan;khong_ma_tuy;Không ma túy;20/12/2025;12/QĐ-UBND\n"
        "00003;Y2025;Phân loại;loai_2;;;\n",
        2,
    ),
    "campaigns": (
        "ma;ma so;loai;tu ngay;den ngay;han bao cao\n"
        "01;THD-2025;Tháng hành động;01/06/2025;30/06/2025;04/07/2025\n",
        1,
    ),
    "models": (
        "ma xa;ma so;loai;trang thai;ngay\n"
        "00001;MH-1;Trường học không ma túy;Đang hoạt động;05/09/2025\n"
        "00001;MH-1;truong_hoc;da_thanh_loai;05/01/2026\n",
        2,
    ),
    "subcommunes": (
        "ma xa;ma thon;ten thon;tu ngay;kinh do;vi do\n"
        "00001;T-01;Thôn Đông;01/07/2025;105,05;20,05\n"
        "00001;T-02;Tổ dân phố số 5;01/07/2025;;\n",
        2,
    ),
    "subcommune-status": (
        "ma xa;ma thon;ngay;da ra soat;niem yet duong day nong;mo hinh\n"
        "00001;T-01;15/12/2025;x;chưa;dang_hoat_dong\n",
        3,
    ),
    "facilities": (
        "ma;loai;tu ngay;kinh do;vi do\n"
        "TH-1;Trường học;01/07/2025;105.05;20.05\n"
        "YT-1;co_so_y_te;01/07/2025;105.45;20.05\n",
        2,
    ),
    "routes": (
        "ma;loai;tu ngay;wkt\n"
        "T-1;Tuyến trọng điểm;01/07/2025;LINESTRING (105.05 20.05, 105.45 20.05)\n",
        1,
    ),
    "patrol-areas": (
        "ma;tu ngay;wkt\n"
        "A-1;01/07/2025;POLYGON ((105.05 20.02, 105.25 20.02, 105.25 20.08, 105.05 20.02))\n",
        1,
    ),
}
GOOD["targets"] = (
    "ma;ke hoach;ma muc tieu;nam;so dang ky;danh gia;so van ban\n"
    "01;national;province_share;2026;20%;;7/KH-UBND\n"
    "01;national;province_share;2030;50,5%;;7/KH-UBND\n"
    "01;s1;done;2026;;Đạt;\n",
    3,
)
MORE = {"patrol-areas": ("--default", "kind=dia_ban_tuan_tra")}
TABLE = {
    "observations": "observation",
    "population": "population",
    "submissions": "submission",
    "assessments": "assessment",
    "campaigns": "campaign",
    "targets": "target_number",
    "models": "community_model",
    "subcommunes": "subcommune",
    "subcommune-status": "subcommune_status",
    "facilities": "feature",
    "routes": "feature",
    "patrol-areas": "feature",
}


def test_every_kind_has_an_example() -> None:
    assert set(GOOD) == set(KINDS) == set(TABLE)


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_comes_in_once_and_is_taken_back(
    fresh_settings: Settings, store: Connection, tmp_path: Path, kind: str
) -> None:
    content, count = GOOD[kind]
    file, more = written(tmp_path / "tep-1.csv", content), MORE.get(kind, ())
    trial = bring(fresh_settings, kind, file, *more)
    assert told(trial) == []
    assert trial.ok
    assert trial.counts["new"] == count
    held = f"SELECT count(*) FROM held_{TABLE[kind]}"
    assert rows(store, held) == [(0,)]
    done = bring(fresh_settings, kind, file, *more, "--commit")
    assert done.counts == trial.counts
    assert rows(store, held) == [(count,)]
    again = bring(fresh_settings, kind, file, *more, "--commit")
    assert (again.counts["new"], again.counts["known"]) == (0, count)
    assert rows(store, held) == [(count,)]

    first = str(done.data["import_id"])
    undone = bando(fresh_settings, "import", "undo", first, "--reason", "sai_tep")
    assert undone.data["committed"] is False
    assert rows(store, held) == [(count,)]
    bando(fresh_settings, "import", "undo", first, "--reason", "sai_tep", "--commit")
    assert rows(store, held) == [(0,)]
    # History stays, and the same file may come in again.
    assert rows(store, f"SELECT count(*) FROM {TABLE[kind]}") == [(count,)]
    anew = bring(fresh_settings, kind, file, *more, "--commit")
    assert anew.counts["new"] == count
    assert rows(store, held) == [(count,)]
    with refused(Conflict, "import_undone"):
        bando(fresh_settings, "import", "undo", first, "--reason", "sai_tep", "--commit")


def test_figures_stand_as_they_were_written(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(tmp_path / "so-lieu-1.csv", GOOD["observations"][0])
    bring(fresh_settings, "observations", file, "--commit")
    found = rows(
        store,
        "SELECT u.code, o.indicator_id, o.period_id, o.value, o.numerator, o.denominator"
        " FROM held_observation AS o JOIN unit_version AS u USING (unit_key) ORDER BY 1, 2",
    )
    assert found == [
        ("00001", "I01", "M2025-12", Decimal(3), None, None),
        ("00001", "I06", "M2025-12", Decimal(12), None, None),
        ("00001", "I13", "M2025-12", Decimal("0.5"), Decimal(4), Decimal(8)),
        # 0 was reported; I06 was left blank and is not there.
        ("00003", "I01", "M2025-12", Decimal(0), None, None),
    ]


def test_a_correction_is_the_next_revision_and_taking_it_back_brings_the_first_again(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    newest = (
        "SELECT value FROM held_observation WHERE indicator_id = 'I01'"
        " ORDER BY revision DESC LIMIT 1"
    )
    head = "ma;ky;I01\n"
    bring(
        fresh_settings,
        "observations",
        written(tmp_path / "a1.csv", head + "00001;Y2025;3\n"),
        "--commit",
    )
    second = bring(
        fresh_settings,
        "observations",
        written(tmp_path / "a2.csv", head + "00001;Y2025;4\n"),
        "--commit",
    )
    assert rows(store, newest) == [(Decimal(4),)]
    bando(
        fresh_settings,
        "import",
        "undo",
        str(second.data["import_id"]),
        "--reason",
        "sai",
        "--commit",
    )
    assert rows(store, newest) == [(Decimal(3),)]
    third = bring(
        fresh_settings,
        "observations",
        written(tmp_path / "a3.csv", head + "00001;Y2025;4\n"),
        "--commit",
    )
    assert third.counts["new"] == 1
    assert rows(store, newest) == [(Decimal(4),)]


BAD = {
    "a value that is no number": (
        "observations",
        "ma;ky;I01\n00001;Y2025;nhiều\n",
        "record_unreadable",
    ),
    "a count with a fraction": ("observations", "ma;ky;I01\n00001;Y2025;1,5\n", "figure_not_whole"),
    "a share over the whole": ("observations", "ma;ky;I13\n00001;Y2025;130%\n", "share_over_one"),
    "a share without its sign": ("observations", "ma;ky;I13\n00001;Y2025;45\n", "share_over_one"),
    "more qualified than there are": (
        "observations",
        "ma;ky;I13 tử số;I13 mẫu số\n00001;Y2025;9;8\n",
        "share_over_one",
    ),
    "a share that is not its parts": (
        "observations",
        "ma;ky;I13;I13 tử số;I13 mẫu số\n00001;Y2025;90%;4;8\n",
        "share_differs_from_parts",
    ),
    "totals of persons for a province": (
        "observations",
        "ma;ky;I06\n01;Y2025;5\n",
        "indicator_per_commune_only",
    ),
    "a share of drug-free communes for one commune": (
        "observations",
        "ma;ky;I15\n00001;Y2025;50%\n",
        "indicator_level_too_fine",
    ),
    "the derived half of a year": (
        "observations",
        "ma;ky;I01\n00001;H2025-2;5\n",
        "record_unreadable",
    ),
    "one figure twice": (
        "observations",
        "ma;ky;I01\n00001;Y2025;5\n0001;Y2025;6\n",
        "record_twice",
    ),
    "a unit that is not there": (
        "population",
        "ma;ngay;loai dan so;dan so\n99999;31/12/2025;thuong_tru;5\n",
        "unit_code_not_found",
    ),
    "a unit of another day": (
        "population",
        "ma;ngay;loai dan so;dan so\n00002;31/12/2025;thuong_tru;5\n",
        "unit_code_not_found",
    ),
    "a code beside another's name": (
        "population",
        "ma;ten don vi;ngay;loai dan so;dan so\n00001;Xã 00003;31/12/2025;thuong_tru;5\n",
        "unit_code_and_name_differ",
    ),
    "no unit at all": (
        "population",
        "ma;ten don vi;ngay;loai dan so;dan so\n;;31/12/2025;thuong_tru;5\n",
        "unit_not_told",
    ),
    "a day before every set": (
        "population",
        "ma;ngay;loai dan so;dan so\n00001;01/01/2001;thuong_tru;5\n",
        "no_boundary_set_on_day",
    ),
    "a day ahead": (
        "population",
        "ma;ngay;loai dan so;dan so\n00001;01/01/2027;thuong_tru;5\n",
        "date_in_future",
    ),
    "a day of the moon landing": (
        "population",
        "ma;ngay;loai dan so;dan so\n00001;20/07/1969;thuong_tru;5\n",
        "date_impossible",
    ),
    "a negative population": (
        "population",
        "ma;ngay;loai dan so;dan so\n00001;31/12/2025;thuong_tru;-5\n",
        "record_unreadable",
    ),
    "a blank that is required": (
        "population",
        "ma;ngay;loai dan so;dan so\n00001;31/12/2025;thuong_tru;\n",
        "record_blank",
    ),
    "a report before its time": (
        "submissions",
        "ma;ky;ngay nop\n00001;Y2025;01/12/2024\n",
        "report_before_period",
    ),
    "a decision without its day": (
        "assessments",
        "ma;ky;buoc;quyet dinh;so van ban\n00001;Y2025;cong_nhan;loai_1;1/QĐ\n",
        "decision_incomplete",
    ),
    "a decision without document": (
        "assessments",
        "ma;ky;buoc;quyet dinh;ngay quyet dinh\n00001;Y2025;cong_nhan;loai_1;20/12/2025\n",
        "decision_without_document",
    ),
    "a class of fancy": (
        "assessments",
        "ma;ky;buoc;de nghi\n00001;Y2025;cong_nhan;rất tốt\n",
        "record_unreadable",
    ),
    "a campaign that ends first": (
        "campaigns",
        "ma;ma so;loai;tu ngay;den ngay\n01;C1;dot_cao_diem;30/06/2025;01/06/2025\n",
        "span_ends_before_it_starts",
    ),
    "a sub-commune of no kind": (
        "subcommunes",
        "ma xa;ma thon;ten thon;tu ngay\n00001;T-1;Đông;01/07/2025\n",
        "subcommune_kind_not_told",
    ),
    "a status of maybe": (
        "subcommune-status",
        "ma xa;ma thon;ngay;da ra soat\n00001;T-1;15/12/2025;có lẽ\n",
        "record_unreadable",
    ),
    "barracks": (
        "facilities",
        "ma;loai;tu ngay;kinh do;vi do;ghi chu\n"
        "B-1;truong_hoc;01/07/2025;105.05;20.05;Doanh trại trung đoàn 5\n",
        "place_military",
    ),
    "a kind for barracks": (
        "facilities",
        "ma;loai;tu ngay;kinh do;vi do\nB-1;Doanh trại;01/07/2025;105.05;20.05\n",
        "record_unreadable",
    ),
    "a route that is a point": (
        "routes",
        "ma;loai;tu ngay;wkt\nT-1;tuyen_trong_diem;01/07/2025;POINT (105.05 20.05)\n",
        "record_shape_other",
    ),
    "a route without a line": (
        "routes",
        "ma;loai;tu ngay\nT-1;tuyen_trong_diem;01/07/2025\n",
        "record_shapes_none",
    ),
    "an area that crosses itself": (
        "patrol-areas",
        "ma;loai;tu ngay;wkt\n"
        "A-1;dia_ban_tuan_tra;01/07/2025;"
        '"POLYGON ((105 20, 105.1 20.1, 105.1 20, 105 20.1, 105 20))"\n',
        "record_shape_invalid",
    ),
    "swapped axes": (
        "facilities",
        "ma;loai;tu ngay;kinh do;vi do\nB-1;truong_hoc;01/07/2025;20.05;105.05\n",
        "position_swapped",
    ),
    "metres": (
        "facilities",
        "ma;loai;tu ngay;kinh do;vi do\nB-1;truong_hoc;01/07/2025;505000;2218000\n",
        "position_not_in_degrees",
    ),
    "another country": (
        "facilities",
        "ma;loai;tu ngay;kinh do;vi do\nB-1;truong_hoc;01/07/2025;-0,45;52,1\n",
        "position_outside_vietnam",
    ),
    "a person's column": (
        "models",
        "ma xa;ma so;loai;trang thai;ngay;Họ và tên\n"
        "00001;M-1;truong_hoc;dang_hoat_dong;05/09/2025;\n",
        "column_personal",
    ),
    "a household": (
        "subcommunes",
        "ma xa;ma thon;ten thon;tu ngay\n00001;T-1;Thôn Đông, nhà ông Tư;01/07/2025\n",
        "value_personal",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_told_and_nothing_is_written(
    fresh_settings: Settings, store: Connection, tmp_path: Path, case: str
) -> None:
    kind, content, code = BAD[case]
    outcome = bring(fresh_settings, kind, written(tmp_path / "tep-1.csv", content), "--commit")
    assert not outcome.ok
    assert code in [found for _, found in told(outcome)]
    assert rows(store, f"SELECT count(*) FROM {TABLE[kind]}") == [(0,)]
    assert rows(store, "SELECT count(*) FROM import_batch") == [(0,)]


def test_a_name_that_several_units_bear_is_not_guessed(
    fresh_settings: Settings, fresh_engines: Engines, tmp_path: Path
) -> None:
    from geo.store.boundary_sets import SetMeta, write_draft

    communes = world.communes_of(world.NEW)
    # One name in both provinces, one name twice in the same.
    communes["name"] = ["Xã Tân Hưng", "Xã Hoà Bình", "Xã Tân Hưng", "Xã Tân Hưng", "Xã E", "Xã F"]
    meta = SetMeta(
        title="s",
        valid_from=world.REFORM_DAY,
        valid_to=None,
        act="thử",
        source_name="t",
        source_sha256="0" * 64,
        provenance="imported",
    )
    with use_case(fresh_engines.operator) as conn:
        world.put_in_force(conn, write_draft(conn, communes, meta=meta))
    head = "ten don vi;tinh;ngay;loai dan so;dan so\n"
    content = head + "".join(
        f"{name};{province};31/12/2025;thuong_tru;5\n"
        for name, province in (
            ("Tân Hưng", ""),
            ("xã TÂN HƯNG", "Tỉnh Hai"),
            ("Tân Hưng", "Một"),
            ("Hòa Bình", ""),
            ("Tân Hùng", ""),
        )
    )
    outcome = bring(fresh_settings, "population", written(tmp_path / "a1.csv", content))
    assert told(outcome) == [
        (1, "unit_name_ambiguous"),
        (3, "unit_name_ambiguous"),
        (5, "unit_name_not_found"),
    ]
    ambiguous = outcome.findings[0]
    assert ambiguous.details["codes"] == "00001, 00004, 00005"


def test_good_rows_come_in_when_the_others_are_skipped_and_written_down(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    content = "ma;ky;I01\n00001;Y2025;5\n00003;Y2025;nhiều\n99999;Y2025;1\n"
    file = written(tmp_path / "so-1.csv", content)
    outcome = bring(fresh_settings, "observations", file, "--skip-refused", "--commit")
    assert outcome.ok
    assert (outcome.counts["new"], outcome.counts["refused"]) == (1, 2)
    rest = pd.read_csv(Path(str(outcome.data["refused_file"])), sep=";", dtype=str)
    assert rest["row"].tolist() == ["2", "3"]
    assert rest["I01"].isna().tolist() == [True, False]
    assert rows(store, "SELECT refused_count FROM import_batch") == [(2,)]


def test_a_surprising_row_is_taken_with_a_reason_that_stays(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    file = written(tmp_path / "so-1.csv", "ma;ky;I13;I13 tử số;I13 mẫu số\n00001;Y2025;90%;4;8\n")
    assert not bring(fresh_settings, "observations", file).ok
    accepted = ("--accept", "share_differs_from_parts=văn bản gốc ghi như vậy")
    done = bring(fresh_settings, "observations", file, *accepted, "--commit")
    assert done.ok
    shown = bando(fresh_settings, "import", "show", str(done.data["import_id"]))
    assert shown.data["import"]["accepted"] == [
        {"code": "share_differs_from_parts", "reason": "văn bản gốc ghi như vậy"}
    ]
    for wrong, code in (
        ("value_personal=vì sao không", "accept_unknown"),
        ("share_differs_from_parts=x", "accept_without_reason"),
        ("share_differs_from_parts=theo lời nhà ông Tư", "accept_without_reason"),
    ):
        with refused(Refused, code):
            bring(fresh_settings, "observations", file, "--accept", wrong)


def test_places_without_a_reference_are_told_apart_by_where_they_are(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    head = "loai;tu ngay;kinh do;vi do\n"
    row = "truong_hoc;01/07/2025;105,{x};20,05\n"
    content = head + row.format(x="05") + row.format(x="25") + row.format(x="05")
    file = written(tmp_path / "truong-1.csv", content)
    outcome = bring(fresh_settings, "facilities", file, "--commit")
    assert outcome.counts["new"] == 2
    assert told(outcome, "warning") == [(3, "row_twice")]
    again = bring(fresh_settings, "facilities", file, "--commit")
    assert (again.counts["new"], again.counts["known"]) == (0, 2)


def test_a_route_is_cut_by_communes_on_every_set_and_the_pieces_make_the_whole(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    # From the middle of the first square to beyond the last one, out into no commune.
    line = shapely.LineString([(105.05, 20.05), (105.95, 20.05)])
    layer = gpd.GeoDataFrame(
        {"ma": ["T-1"], "loai": ["tuyen_trong_diem"], "tu ngay": ["01/07/2025"]},
        geometry=[line],
        crs=4326,
    )
    file = tmp_path / "tuyen-1.gpkg"
    layer.to_crs(3405).to_file(file)
    outcome = bring(fresh_settings, "routes", file, "--commit")
    assert outcome.ok, outcome.findings
    assert "crs_transformed" in [code for _, code in told(outcome, "info")]
    found = rows(
        store,
        "SELECT b.title, count(*) FILTER (WHERE u.level = 'commune'), count(*),"
        " sum(p.length_m), ST_Length(ST_Transform(f.geom, 4326)::geography)"
        " FROM feature_piece AS p JOIN feature AS f USING (feature_id)"
        " JOIN unit_version AS u USING (unit_key) JOIN boundary_set AS b ON b.set_id = p.set_id"
        " GROUP BY b.title, f.geom ORDER BY 1",
    )
    assert [(title, communes, pieces) for title, communes, pieces, _, _ in found] == [
        ("sau", 6, 7),
        ("trước", 8, 9),
    ]
    for _, _, _, pieces_m, whole_m in found:
        assert pieces_m == pytest.approx(whole_m, rel=1e-5)


def test_features_are_cut_anew_for_a_set_that_comes_later(
    fresh_settings: Settings, fresh_engines: Engines, store: Connection, tmp_path: Path
) -> None:
    from geo.store.activation import activate
    from geo.store.boundary_sets import SetMeta, write_draft

    bring(fresh_settings, "routes", written(tmp_path / "r1.csv", GOOD["routes"][0]), "--commit")
    meta = SetMeta(
        title="mới",
        valid_from=date(2026, 1, 1),
        valid_to=None,
        act="thử",
        source_name="t",
        source_sha256="0" * 64,
        provenance="imported",
    )
    with use_case(fresh_engines.operator) as conn:
        later = write_draft(conn, world.communes_of(world.OLD), meta=meta)
        report = activate(conn, later)
    assert report.features_cut == 1
    assert rows(store, f"SELECT count(*) FROM feature_piece WHERE set_id = {later}") == [(5,)]


def test_a_hotspot_import_is_taken_back_and_comes_in_anew_elsewhere(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    head = "ma_diem;kinh_do;vi_do;loai;trang_thai;ngay\n"
    wrong = written(
        tmp_path / "diem-1.csv", head + "D1;105,05;20,05;diem_phuc_tap;listed;02/08/2025\n"
    )
    right = written(
        tmp_path / "diem-2.csv", head + "D1;105,75;20,05;diem_phuc_tap;listed;02/08/2025\n"
    )
    bring(fresh_settings, "hotspots", wrong, "--source", "xa", "--commit")
    first = rows(store, "SELECT import_id FROM import_batch")[0][0]
    later = written(
        tmp_path / "diem-3.csv", head + "D1;105,05;20,05;diem_phuc_tap;eliminated;02/09/2025\n"
    )
    bring(fresh_settings, "hotspots", later, "--source", "xa", "--commit")
    with refused(Conflict, "import_is_built_on"):
        bando(fresh_settings, "import", "undo", str(first), "--reason", "sai_tep", "--commit")
    second = rows(store, "SELECT max(import_id) FROM import_batch")[0][0]
    for number in (second, first):
        bando(fresh_settings, "import", "undo", str(number), "--reason", "sai_tep", "--commit")
    done = bring(fresh_settings, "hotspots", right, "--source", "xa", "--commit")
    assert (done.counts["places"], done.counts["events"]) == (1, 1)
    assert rows(
        store,
        "SELECT h.generation, u.code FROM held_hotspot AS h"
        " JOIN unit_version AS u ON u.unit_key = h.scope_key",
    ) == [(1, "00008")]
    assert rows(store, "SELECT count(*) FROM hotspot") == [(2,)]


def test_figures_computed_after_an_undo_know_nothing_of_it(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    head = "ma_diem;kinh_do;vi_do;loai;trang_thai;ngay\n"
    file = written(
        tmp_path / "diem-1.csv", head + "D1;105,05;20,05;diem_phuc_tap;listed;02/08/2025\n"
    )
    total = "SELECT coalesce(sum(active_count), 0) FROM unit_count"
    bring(fresh_settings, "hotspots", file, "--commit")
    bando(fresh_settings, "compute", "--as-of", TODAY)
    assert rows(store, total)[0][0] > 0
    number = rows(store, "SELECT import_id FROM import_batch")[0][0]
    bando(fresh_settings, "import", "undo", str(number), "--reason", "sai_tep", "--commit")
    bando(fresh_settings, "compute", "--as-of", TODAY)
    assert rows(store, total) == [(0,)]


def test_undo_needs_an_import_that_is_there_and_a_reason_that_is_a_code(
    fresh_settings: Settings, store: Connection
) -> None:
    with refused(NotFound, "import_unknown"):
        bando(fresh_settings, "import", "undo", "77", "--reason", "sai_tep")
    with refused(Refused, "undo_reason_no_code"):
        bando(fresh_settings, "import", "undo", "77", "--reason", "Nguyễn nhập nhầm")


def test_imports_are_listed_newest_first(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    assert bando(fresh_settings, "import", "list").counts == {"imports": 0}
    for kind in ("population", "submissions"):
        bring(fresh_settings, kind, written(tmp_path / f"{kind}-1.csv", GOOD[kind][0]), "--commit")
    found = bando(fresh_settings, "import", "list").data["imports"]
    assert [one["kind"] for one in json.loads(json.dumps(found))] == ["submissions", "population"]


@pytest.mark.parametrize("kind", ["hotspots", *KINDS])
def test_a_template_names_its_columns_as_the_reader_knows_them(kind: str, tmp_path: Path) -> None:
    sheet = make_template(kind).active
    titles = [cell.value for cell in sheet[1]]
    assert len(set(titles)) == len(titles)
    if kind == "hotspots":
        return
    known = {name for field in KINDS[kind].fields for name in field.usual_names()}
    from geo.store.place_columns import COLUMN_NAMES
    from geo.units import fold

    known |= COLUMN_NAMES["lng"] | COLUMN_NAMES["lat"] | {"wkt"}
    assert [title for title in titles if fold(str(title)) not in known] == []


@pytest.mark.parametrize("kind", ["observations", "population", "hotspots", "subcommune-status"])
def test_a_filled_template_comes_in(
    fresh_settings: Settings, store: Connection, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "mau-1.xlsx"
    bando(fresh_settings, "import", "template", kind, "--out", str(file))
    with refused(Conflict, "template_exists"):
        bando(fresh_settings, "import", "template", kind, "--out", str(file))
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    filled = {
        "observations": {
            "Mã đơn vị hành chính": "00001",
            "Kỳ báo cáo": "M2025-12",
            "I13 tử số": 3,
            "I13 mẫu số": 4,
        },
        "population": {
            "Mã đơn vị hành chính": "00001",
            "Ngày của số liệu dân số": date(2025, 12, 31),
            "Loại dân số": "Thường trú",
            "Số dân": 25310,
        },
        "hotspots": {
            "Mã điểm": "D-1",
            "Loại điểm": "Điểm phức tạp về ma túy",
            "Trạng thái": "listed",
            "Ngày hiệu lực": date(2025, 12, 1),
            "Kinh độ": 105.05,
            "Vĩ độ": 20.05,
        },
        "subcommune-status": {
            "Mã đơn vị hành chính": "00001",
            "Mã thôn, tổ dân phố": "T-1",
            "Ngày có hiệu lực": date(2025, 12, 1),
            "Đã rà soát": "x",
        },
    }[kind]
    for cell in sheet[1]:
        if cell.value in filled:
            sheet.cell(row=2, column=cell.column, value=filled[cell.value])
    book.save(file)
    outcome = bring(fresh_settings, kind, file, "--commit")
    assert told(outcome) == []
    assert outcome.ok


def test_many_rows_given_again_are_looked_up_by_their_key(
    fresh_settings: Settings, store: Connection, tmp_path: Path
) -> None:
    head = "ma xa;ma thon;ten thon;tu ngay\n"
    lines = "".join(f"00001;T-{n};Thôn số {n};01/07/2025\n" for n in range(5000))
    file = written(tmp_path / "thon-1.csv", head + lines)
    assert bring(fresh_settings, "subcommunes", file, "--commit").counts["new"] == 5000
    read_whole = "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'subcommune'"
    store.execute(text("SELECT pg_stat_clear_snapshot()"))
    again = bring(fresh_settings, "subcommunes", file, "--commit")
    assert (again.counts["new"], again.counts["known"]) == (0, 5000)
    store.execute(text("SELECT pg_stat_clear_snapshot()"))
    # Each row that looks through the table would read millions.
    ((count,),) = rows(store, read_whole)
    assert int(str(count)) < 1_000_000
