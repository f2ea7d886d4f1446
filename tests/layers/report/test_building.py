"""What a report says, and what it never says."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.store.handout_facts import FigureFact, HandoutFacts, ReportCount, Told
from layers.report.building import file_stem
from layers.report.contents import Cell, Column, Section, Table
from tests.support.handout_facts import COMMUNES, below, commune, contents_of, province


def words(facts: HandoutFacts) -> str:
    """Give every sentence and every cell of the text of a report."""

    def told(section: Section) -> list[str]:
        found = [section.heading]
        for block in section.blocks:
            if isinstance(block, Table):
                found += [one.text("vi", missing="chưa có") for row in block.rows for one in row]
            else:
                found.append(str(block))
        return found + [line for part in section.parts for line in told(part)]

    contents = contents_of(facts)
    lines = [*contents.lead, contents.about]
    return "\n".join(lines + [line for one in contents.sections for line in told(one)])


def table(facts: HandoutFacts, name: str) -> Table:
    return next(one for one in contents_of(facts).tables() if one.id == name)


def test_the_answer_stands_before_every_part() -> None:
    assert contents_of(province()).lead == (
        "Đến ngày 14/12/2026, Tỉnh Một có 1/2 xã, phường, đặc khu không ma túy;"
        " 1/2 đã được đánh giá.",
    )


def test_P4_the_change_is_against_the_like_window_before() -> None:
    rows = {row[0].value: row for row in table(province(), "diem").rows}
    active = rows["Số điểm, tụ điểm phức tạp về ma túy đang có"]
    assert [cell.text("vi", missing="chưa có") for cell in active[2:5]] == ["9", "12", "-3"]
    assert "giảm 3 so với kỳ trước (12)" in words(province())
    first = tuple(replace(one, before=None) for one in province().figures)
    alone = words(province(run_before=None, figures=first))
    assert "Chưa có số liệu của kỳ cùng loại trước đó" in alone
    assert "so với kỳ trước" not in alone


def test_what_is_missing_is_said_and_is_never_zero() -> None:
    rows = {row[0].value: row for row in table(province(), "diem").rows}
    reformed = rows["Số điểm, tụ điểm tái hình thành, tái hoạt động"]
    assert [cell.text("vi", missing="chưa có") for cell in reformed[2:5]] == [
        "chưa có",
        "chưa có",
        "",
    ]
    new = rows["Số điểm, tụ điểm phát sinh mới"]
    assert new[2].text("vi", missing="chưa có") == "0"
    assert "Chỉ tiêu chưa có số liệu của kỳ này: " in words(province())


def test_P5_a_figure_that_no_approval_covers_says_so() -> None:
    rows = {row[0].value: row for row in table(province(), "chi-tieu").rows}
    cases = rows["Số vụ việc tội phạm và tệ nạn ma túy phát hiện, bắt giữ"]
    assert cases[2].marks == ("unapproved",)
    assert cases[5].value == "số liệu chưa duyệt"
    approved = ReportCount({11: "approved", 12: "approved"}, {"province": 2})
    rows = {row[0].value: row for row in table(province(reports=approved), "chi-tieu").rows}
    assert rows["Số vụ việc tội phạm và tệ nạn ma túy phát hiện, bắt giữ"][2].marks == ()
    units = {row[0].value: row for row in table(province(), "theo-don-vi").rows}
    assert units["00002"][2].marks == ()
    assert units["00010"][2].marks == ("unapproved",)


def test_A3_the_boundary_set_is_named_and_carried_figures_are_marked() -> None:
    told = words(province())
    assert "Địa giới thử" in told
    rows = {row[0].value: row for row in table(province(), "chi-tieu").rows}
    assert rows["Tỷ lệ cơ sở y tế đủ điều kiện xác định tình trạng nghiện"][3].marks == ("carried",)


def test_A4_classes_on_other_borders_are_not_read_as_results() -> None:
    told = words(province(is_own_set=False))
    assert "kết quả phân loại không chuyển sang đơn vị mới" in told
    fresh = words(commune(communes=(replace(COMMUNES[0], now=None),)))
    assert "không kế thừa kết quả của các đơn vị tiền thân" in fresh


def test_A9_units_outside_the_appraisal_stand_outside_every_denominator() -> None:
    counts = table(province(), "phan-loai")
    assert counts.totals[1] == Cell(2, "number")
    assert counts.note == "Ngoài ra có 1 đơn vị không thuộc diện đánh giá, không tính vào bảng."


def test_C1_three_results_stand_side_by_side() -> None:
    from geo.store.unit_page import Decision

    decision = Decision(
        "Y2026", "khong_trong_diem", None, "khong_ma_tuy", date(2026, 12, 1), "12/QĐ"
    )
    rows = table(commune(decision=decision), "ba-ket-qua").rows
    assert [row[1].value for row in rows] == [
        "Không trọng điểm (có tệ nạn)",
        "chưa có số liệu",
        "Không có ma túy",
    ]
    assert "theo văn bản số 12/QĐ ngày 01/12/2026" in words(commune(decision=decision))


def test_C4_an_open_result_names_every_class_that_is_still_possible() -> None:
    from geo.criteria import criteria_sets
    from geo.store.class_results import ClassResult

    criteria = next(one for one in criteria_sets() if one.is_simulated)
    result = ClassResult(
        11,
        "Y2026",
        "chua_danh_gia",
        ("loai_3", "khong_trong_diem"),
        False,
        criteria.id,
        criteria.version,
        {},
        {},
        True,
    )
    told = words(commune(result=result))
    assert f"Theo {criteria.title_vi}" in told
    assert "chưa phải kết quả cuối cùng" in told
    assert "Không trọng điểm (có tệ nạn), Trọng điểm loại III" in told
    rows = table(commune(result=result), "ba-ket-qua").rows
    assert [row[1].value for row in rows] == ["Chưa đánh giá", "chưa có số liệu", "chưa có số liệu"]


def test_C2_moves_and_jumps_are_counted_apart() -> None:
    assert "1 xã lên bậc (trong đó 1 xã vượt bậc), 0 xã xuống bậc" in words(province())
    moved = table(province(), "chuyen-loai")
    assert [one.value for one in moved.rows[0]] == ["Trọng điểm loại III", "Không có ma túy", 1]


@given(st.lists(st.integers(0, 10_000), min_size=3, max_size=3))
def test_N11_units_stand_in_the_order_of_their_codes_whatever_their_figures(
    counts: list[int],
) -> None:
    units = tuple(
        below(one, {"I01": Told(count, "."), "I02": Told(float(count), ".")})
        for one, count in zip(COMMUNES, counts, strict=True)
    )
    shown = table(province(below=units), "theo-don-vi")
    assert [row[0].value for row in shown.rows] == ["00002", "00010", "00020"]


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), max_size=30), st.integers(0, 10**7))
def test_rows_and_rest_add_up_to_the_figure_of_the_store(
    values: list[int | None], total: int
) -> None:
    shown = Table(
        "thu",
        "thử",
        (Column("tên"), Column("số", "number", 1.0, True)),
        tuple((Cell("x"), Cell(one, "number")) for one in values),
        totals=(Cell("Tổng số"), Cell(total, "number")),
    )
    rest = shown.rest()[1]
    assert rest is not None
    assert sum(one for one in values if one is not None) + rest == total


def test_restricted_figures_that_are_left_out_are_said_to_be() -> None:
    figures = tuple(one for one in province().figures if one.indicator in ("I01", "I15"))
    told = words(province(figures=figures, sees_places=False))
    assert "thuộc diện hạn chế" in told
    assert "tụ điểm đang hoạt động" not in told


def test_totals_of_persons_stand_in_a_part_of_their_own() -> None:
    persons = (FigureFact("I06", Told(7, "."), Told(15, "c"), True),)
    shown = table(commune(figures=persons), "nguoi")
    assert shown.rows[0][2] == Cell(7, "number", ("unapproved",))


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Xã Cẩm Trung", "bao-cao-xa-cam-trung-Y2026"),
        ("Thành phố Phan Rang - Tháp Chàm", "bao-cao-thanh-pho-phan-rang-thap-cham-Y2026"),
        ("Đặc khu Hoàng Sa", "bao-cao-dac-khu-hoang-sa-Y2026"),
        ("../../Xã", "bao-cao-xa-Y2026"),
    ],
)
def test_names_of_files_are_plain_and_lead_nowhere(name: str, stem: str) -> None:
    facts = commune()
    assert file_stem(replace(facts, head=replace(facts.head, name=name))) == stem


def test_every_sentence_is_there_in_english_too() -> None:
    from layers.report.building import build
    from layers.report.contents import Office
    from tests.support.handout_facts import STAMP

    contents = build(province(), language="en", office=Office(), stamp=STAMP)
    assert contents.lead[0].startswith("On 14/12/2026, Tỉnh Một had 1 drug-free communes of 2")
    assert contents.title == "REPORT"


def test_T7_targets_of_a_plan_stand_in_one_table_with_what_is_needed_and_reached() -> None:
    from layers.report.plans import PlanLine, plans

    line = PlanLine(
        "Kế hoạch A (UBND tỉnh, 2025)",
        "Không ma túy",
        "≥ 50% (cần 52)",
        "23% (24/104); Tháng 12/2025",
        "chậm; cần 5,6 mỗi kỳ",
        "31/12/2030",
    )
    told = plans([line, replace(line, plan="Kế hoạch B")], "vi", day=date(2025, 12, 31))
    tables = [one for one in told.blocks if isinstance(one, Table)]
    assert told.blocks[0] == (
        "Trạng thái xét đến ngày 31/12/2025; mỗi kết quả ghi kèm kỳ số liệu của nó."
    )
    assert [one.title for one in tables] == [
        "Chỉ tiêu của Kế hoạch A (UBND tỉnh, 2025)",
        "Chỉ tiêu của Kế hoạch B",
    ]
    assert [cell.value for cell in tables[0].rows[0]][1:3] == [line.needed, line.have]
    assert "Không có chỉ tiêu kế hoạch nào" in str(plans([], "vi", day=date.min).blocks[0])
