from geo.office_sheet.grid import Box, Grid, address, letters, make_cells, spread
from geo.office_sheet.tables import column_numbers, find_tables, is_note, path_key, role_of


def grid_of(rows: list[list[object]], *merged: Box) -> Grid:
    return Grid("Biểu", make_cells(rows), merged=merged)


def test_columns_are_lettered_as_in_a_spreadsheet() -> None:
    assert [letters(n) for n in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]
    assert address("Biểu 1", 6, 2) == "Biểu 1!C7"


def test_merged_ranges_fill_all_their_cells() -> None:
    cells = spread(grid_of([["a", None], [None, None]], (0, 0, 1, 1)))
    assert cells.tolist() == [["a", "a"], ["a", "a"]]


def test_merged_heads_become_paths_and_the_numbering_row_ends_them() -> None:
    (table,) = find_tables(
        grid_of(
            [
                ["BÁO CÁO", None, None, None, None],
                ["STT", "Đơn vị", "Số người nghiện", None, None],
                [None, None, "Tổng số", "Có hồ sơ quản lý", None],
                [None, None, None, "Nam", "Nữ"],
                ["(1)", "(2)", "(3)=(4)+(5)", "(4)", "(5)"],
                [1, "Xã A", 5, 3, 2],
                ["Nơi nhận:", None, None, None, None],
            ],
            (1, 0, 3, 0),
            (1, 1, 3, 1),
            (1, 2, 1, 4),
            (2, 2, 3, 2),
            (2, 3, 2, 4),
        )
    )
    assert [column.path for column in table.columns] == [
        ("STT",),
        ("Đơn vị",),
        ("Số người nghiện", "Tổng số"),
        ("Số người nghiện", "Có hồ sơ quản lý", "Nam"),
        ("Số người nghiện", "Có hồ sơ quản lý", "Nữ"),
    ]
    assert (table.title_rows, table.top, table.body, table.end) == ((0,), 1, 5, 6)
    assert table.columns[2].formula == "(3)=(4)+(5)"


def test_heads_whose_merging_was_lost_reach_right() -> None:
    (table,) = find_tables(
        grid_of(
            [
                ["STT", "Đơn vị", "Số vụ", None, "Số người", None],
                [None, None, "Kỳ này", "Kỳ trước", "Kỳ này", "Kỳ trước"],
                [1, "Xã A", 1, 2, 3, 4],
            ]
        )
    )
    assert [" > ".join(column.path) for column in table.columns[2:]] == [
        *("Số vụ > Kỳ này", "Số vụ > Kỳ trước", "Số người > Kỳ này", "Số người > Kỳ trước")
    ]


def test_heads_above_the_labels_of_the_first_columns_belong_to_the_table() -> None:
    (table,) = find_tables(
        grid_of(
            [
                ["Biểu số 3", None, None, None],
                [None, None, "Số người nghiện", None],
                ["TT", "Tên đơn vị", "Nam", "Nữ"],
                [1, "Xã A", 1, 2],
            ],
            (1, 2, 1, 3),
        )
    )
    assert table.top == 1
    assert table.columns[3].path == ("Số người nghiện", "Nữ")


def test_each_head_begins_a_table_with_the_titles_above_it() -> None:
    first, second = find_tables(
        grid_of(
            [
                ["Xã A", None, None],
                ["TT", "Nội dung", "Số liệu"],
                [1, "Số vụ", 5],
                [None, None, None],
                ["Xã B", None, None],
                ["TT", "Nội dung", "Số liệu"],
                [1, "Số vụ", 7],
            ]
        )
    )
    assert (first.title_rows, first.body, first.end) == ((0,), 2, 4)
    assert (second.title_rows, second.body, second.end) == ((4,), 6, 7)


def test_a_label_and_its_value_above_a_form_are_no_table() -> None:
    (table,) = find_tables(
        grid_of(
            [
                ["Đơn vị", "Xã A", None],
                ["Kỳ báo cáo", "tháng 5/2026", None],
                ["STT", "Chỉ tiêu", "Số liệu"],
                [1, "Số vụ", 5],
            ]
        )
    )
    assert table.top == 2
    assert table.title_rows == (0, 1)


def test_a_table_without_usual_labels_is_found_by_its_figures() -> None:
    (table,) = find_tables(grid_of([["Nhóm", "Số vụ"], ["Xã A", 5], ["Xã B", 7]]))
    assert (table.top, table.body, table.end) == (0, 1, 3)


def test_an_empty_sheet_has_no_table() -> None:
    assert find_tables(grid_of([])) == []
    assert find_tables(grid_of([["chỉ có chữ"], ["ở đây"]])) == []


def test_numbering_rows_are_told_from_data() -> None:
    assert column_numbers(["A", "B", 1, 2, 3]) == {0: "A", 1: "B", 2: "1", 3: "2", 4: "3"}
    assert column_numbers(["(1)", "(2)", "(3)=(1)+(2)"])[2] == "(3)=(1)+(2)"
    assert column_numbers([1, "Xã A", 2, 3]) == {}
    assert column_numbers([1, 2, 4]) == {}
    assert column_numbers([1, 2]) == {}


def test_what_stands_below_a_table_is_known() -> None:
    assert is_note(["Nơi nhận:"])
    assert is_note(["", "Hưng Yên, ngày 18 tháng 6 năm 2026"])
    assert is_note(["(*) gồm cả vụ chuyển đến"])
    assert not is_note(["Xã Nguyễn Trãi"])


def test_keys_of_columns_do_not_change_with_the_month() -> None:
    assert path_key(("Số vụ", "Tháng 5/2026")) == path_key(("SỐ VỤ", "Tháng 6/2026"))
    assert path_key(("Tỷ lệ", "%")) == "ty le > %"


def test_roles_of_columns_are_known_by_their_labels() -> None:
    assert role_of(("Đơn vị (xã, phường)",)) == "unit"
    assert role_of(("Số TT",)) == "number"
    assert role_of(("Chỉ tiêu", "Mẫu số")) == "denominator"
    assert role_of(("Số người nghiện", "Nam")) is None
    assert role_of(()) is None
