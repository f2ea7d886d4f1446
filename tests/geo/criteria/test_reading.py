"""Faults of a criteria file: each is told with its row, all at once."""

from importlib.resources import files

import pytest

from geo.criteria import read_criteria
from geo.errors import Refused

GOOD = files("geo").joinpath("criteria_sets", "mo-phong-2025.toml").read_text(encoding="utf-8")


def faults(text: str) -> list[tuple[str, str | None]]:
    with pytest.raises(Refused) as caught:
        read_criteria(text.encode(), name="thu.toml")
    for finding in caught.value.findings:
        assert finding.message("vi") != finding.message("en")
        assert finding.column is None or finding.column in finding.message("vi")
    return [(one.code, one.column) for one in caught.value.findings]


def changed(before: str, after: str) -> str:
    assert before in GOOD
    return GOOD.replace(before, after, 1)


@pytest.mark.parametrize(
    ("before", "after", "code", "row"),
    [
        ('at_least = "0.4%"', "at_least = 0.004", "criteria_threshold_bad", "I.a"),
        ('at_least = "0.4%"', 'at_least = "1/0"', "criteria_threshold_bad", "I.a"),
        ('at_least = "0.4%"', "", "criteria_threshold_missing", "I.a"),
        (
            'at_least = "0.4%"',
            'at_least = "0.4%"\nverified = false',
            "criteria_unverified_threshold",
            "I.a",
        ),
        ('at_least = "0.4%"', 'at_least = "0.3%"', "criteria_ranges_overlap", "II.a"),
        ('at_least = "0.25%"\nbelow', 'at_least = "0.4%"\nbelow', "criteria_range_bad", "II.a"),
        ('of_nothing = "not_met"', "", "criteria_of_nothing_missing", "K.8"),
        ('numerator = ["I10"]', 'numerator = ["I99"]', "criteria_input_unknown", "arrested"),
        ('numerator = ["I10"]', 'numerator = ["I06"]', "criteria_sums_cross", "arrested"),
        (
            'numerator = ["I14.area"]',
            'numerator = ["I14.area", "I01"]',
            "criteria_units_mixed",
            "area",
        ),
        ('also = ["tuyen"]', 'also = ["duong"]', "criteria_row_unknown", "I.đ"),
        ("at_least = 2, of", "at_least = 9, of", "criteria_count_bad", "loai_1"),
        ('id = "I.b"', 'id = "I.a"', "criteria_twice", "I.a"),
        ("valid_from = 2025-07-01", 'valid_from = "2025"', "criteria_day_bad", None),
        (
            "valid_from = 2025-07-01",
            "valid_from = 2025-07-01\nvalid_to = 2025-07-01",
            "criteria_days_turned",
            None,
        ),
        ('scope = "country"', 'scope = ["Hà Nội"]', "criteria_scope_bad", None),
        (
            'otherwise = "khong_trong_diem"',
            'otherwise = "loai_1"',
            "criteria_otherwise_twice",
            None,
        ),
        ('title_vi = "', 'tieu_de = "', "criteria_field_missing", None),
    ],
)
def test_each_fault_of_a_file_is_told_with_its_row_in_two_languages(
    before: str, after: str, code: str, row: str | None
) -> None:
    assert (code, row) in faults(changed(before, after))


def test_every_fault_is_told_at_once() -> None:
    text = GOOD.replace('"0.4%"', "0.004", 1).replace(
        'numerator = ["I10"]', 'numerator = ["I99"]', 1
    )
    assert len(faults(text)) >= 2


def test_what_is_no_toml_is_refused() -> None:
    assert faults("id = ") == [("criteria_no_toml", None)]


def test_the_version_of_a_set_follows_from_its_text() -> None:
    one, other = read_criteria(GOOD.encode(), name="a"), read_criteria(GOOD.encode(), name="b")
    assert one.version == other.version
    assert read_criteria(f"{GOOD}\n# more".encode(), name="a").version != one.version
