"""What stands on a day: features by their pieces, sub-communes with what was told of them."""

import json
from datetime import date

import pandas as pd
import pytest
import shapely
from sqlalchemy import Connection, text

from geo.store import context, map_index, unit_page
from geo.store.accounts import ALL_KEYS
from geo.store.intake import KINDS
from geo.store.intake.kind import Origin
from geo.store.tables import FEATURE_KINDS, SUBCOMMUNE_ITEMS
from tests.support import small_world as world

DAY = date(2026, 9, 30)
FIRST = date(2023, 1, 1)


def at(x: float, y: float = 0.5) -> shapely.Point:
    return shapely.Point(world.WEST + x * world.SIDE, world.SOUTH + y * world.SIDE)


def line(first: float, last: float) -> shapely.LineString:
    return shapely.LineString([at(first), at(last)])


def add(
    conn: Connection,
    kind: str,
    rows: list[tuple[str, str, date, date | None, shapely.Geometry]],
) -> int:
    """Append features as an import does; give the import."""
    import_id = world.batch(conn, kind)
    frame = pd.DataFrame(rows, columns=["ref", "kind", "valid_from", "valid_to", "shape"])
    frame["document_no"] = None
    KINDS[kind].append(conn, frame.astype(object), Origin(import_id, "imported", "thu"))
    return import_id


def undo(conn: Connection, import_id: int) -> None:
    conn.execute(
        text("INSERT INTO import_undo (import_id, reason_code, actor) VALUES (:id, 'wrong', 'x')"),
        {"id": import_id},
    )


@pytest.fixture
def sets(operator_conn: Connection) -> tuple[int, int]:
    return world.add_sets(operator_conn)


def seen(
    conn: Connection,
    set_id: int,
    *,
    day: date = DAY,
    ranges: list[tuple[int, int]] | None = None,
    kinds: tuple[str, ...] = FEATURE_KINDS,
) -> list[tuple[str, str | None]]:
    pieces, more = context.read_pieces(
        conn, ranges=ranges or [ALL_KEYS], set_id=set_id, day=day, kinds=kinds, most=100
    )
    assert not more
    counted = context.count_features(
        conn, ranges=ranges or [ALL_KEYS], set_id=set_id, day=day, kinds=kinds
    )
    assert counted == {
        kind: len({one.ref for one in pieces if one.kind == kind})
        for kind in FEATURE_KINDS
        if any(one.kind == kind for one in pieces)
    }
    return [(one.ref, one.unit) for one in pieces]


def test_a_line_is_seen_in_the_pieces_of_each_commune_on_either_set(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    add(
        operator_conn,
        "routes",
        [("R", "tuyen_trong_diem", FIRST, None, line(0.5, 3.5))],
    )
    assert seen(operator_conn, old) == [("R", f"0000{n}") for n in (1, 2, 3, 4)]
    assert seen(operator_conn, new) == [("R", f"0000{n}") for n in (1, 3, 4)]


def test_a_facility_is_shown_exactly_with_its_commune_and_first_day(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    place = shapely.Point(105.23456, 20.04321)
    add(operator_conn, "facilities", [("TH-1", "truong_hoc", FIRST, None, place)])
    ((piece,), _) = context.read_pieces(
        operator_conn, ranges=[ALL_KEYS], set_id=sets[1], day=DAY, kinds=["truong_hoc"], most=9
    )
    assert json.loads(piece.geometry) == {"type": "Point", "coordinates": [105.23456, 20.04321]}
    assert (piece.unit, piece.valid_from, piece.provenance) == ("00003", FIRST, "imported")


def test_what_lies_in_no_commune_has_no_code_and_is_the_countrys(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    add(operator_conn, "facilities", [("CK", "cua_khau", FIRST, None, at(20.0))])
    assert seen(operator_conn, sets[1]) == [("CK", None)]
    mine = [(world.key_of(operator_conn, sets[1], "00003"),) * 2]
    assert seen(operator_conn, sets[1], ranges=mine) == []


def test_a_line_that_leaves_the_country_keeps_its_rest(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    # From inside 00007 over 00008 and as far again beyond the last commune.
    add(operator_conn, "routes", [("R", "tuyen_tuan_tra", FIRST, None, line(6.5, 9.5))])
    assert seen(operator_conn, sets[1]) == [("R", None), ("R", "00007"), ("R", "00008")]
    lengths = operator_conn.execute(
        text("SELECT length_m FROM feature_piece WHERE set_id = :id ORDER BY unit_key"),
        {"id": sets[1]},
    )
    outside, first, second = lengths.scalars()
    # Of one latitude: lengths are as the degrees.
    assert (outside / second, first / second) == pytest.approx((1.5, 0.5), rel=1e-3)


def test_only_pieces_within_the_ranges_are_read(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    # On the operator's connection no row is hidden: the scope in the query holds alone.
    add(operator_conn, "routes", [("R", "tuyen_tuan_tra", FIRST, None, line(0.5, 6.5))])
    key = world.key_of(operator_conn, sets[1], "00003")
    mine = [(key, key)]
    assert seen(operator_conn, sets[1], ranges=mine) == [("R", "00003")]
    # Ranges of one set open nothing on another.
    assert seen(operator_conn, sets[0], ranges=mine) == []


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2024, 12, 31), []),
        (date(2025, 1, 1), [("A", "00003")]),
        (date(2025, 12, 31), [("A", "00003")]),
        (date(2026, 1, 1), [("A", "00005")]),
        (date(2026, 6, 30), [("A", "00005")]),
        (date(2026, 7, 1), []),
    ],
)
def test_a_feature_that_moved_shows_the_place_of_the_day_only(
    operator_conn: Connection, sets: tuple[int, int], day: date, shown: list[tuple[str, str]]
) -> None:
    add(
        operator_conn,
        "facilities",
        [
            ("A", "truong_hoc", date(2025, 1, 1), None, at(2.5)),
            # The end of the later place is the end of the feature: the former does not come back.
            ("A", "truong_hoc", date(2026, 1, 1), date(2026, 7, 1), at(4.5)),
        ],
    )
    assert seen(operator_conn, sets[1], day=day) == shown
    stay = context.read_stay(operator_conn, day)
    for other in (stay.first, stay.before):
        if other is not None:
            same = seen(operator_conn, sets[1], day=other) == shown
            assert same == (other == stay.first)


def test_taking_an_import_back_makes_its_features_vanish_and_the_former_place_return(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    add(operator_conn, "facilities", [("A", "truong_hoc", date(2025, 1, 1), None, at(2.5))])
    moved = add(
        operator_conn,
        "facilities",
        [
            ("A", "truong_hoc", date(2026, 1, 1), None, at(4.5)),
            ("B", "truong_hoc", date(2026, 1, 1), None, at(6.5)),
        ],
    )
    assert seen(operator_conn, sets[1]) == [("A", "00005"), ("B", "00007")]
    undo(operator_conn, moved)
    assert seen(operator_conn, sets[1]) == [("A", "00003")]
    assert context.read_stay(operator_conn, DAY) == context.Stay(date(2025, 1, 1), None)


def test_more_than_wanted_is_said(operator_conn: Connection, sets: tuple[int, int]) -> None:
    add(
        operator_conn,
        "facilities",
        [(f"T-{n}", "truong_hoc", FIRST, None, at(0.1 * n)) for n in range(1, 6)],
    )
    for most, told in ((4, True), (5, False)):
        pieces, more = context.read_pieces(
            operator_conn,
            ranges=[ALL_KEYS],
            set_id=sets[1],
            day=DAY,
            kinds=["truong_hoc"],
            most=most,
        )
        assert (len(pieces), more) == (most, told)


@pytest.fixture
def commune(operator_conn: Connection, sets: tuple[int, int]) -> unit_page.UnitHead:
    """Give 00003, whose land is the same on both sets."""
    one = map_index.list_feed_sets(operator_conn)[-1]
    return unit_page.find_unit(operator_conn, one, level="commune", code="00003")


def tell(conn: Connection, key: int, day: date, told: dict[str, dict[str, str]]) -> int:
    import_id = world.batch(conn, "subcommune-status")
    kind = KINDS["subcommune-status"]
    items = [field.id for field in kind.fields if field.id in SUBCOMMUNE_ITEMS]
    frame = pd.DataFrame(
        [
            {"unit_key": key, "code": code, "effective_on": day}
            | {item: values.get(item) for item in items}
            for code, values in told.items()
        ]
    ).astype(object)
    kind.append(conn, frame, Origin(import_id, "imported", "thu"))
    return import_id


def name(conn: Connection, key: int, day: date, *codes: str, until: date | None = None) -> None:
    frame = pd.DataFrame(
        [(key, code, f"Thôn {code}", "thon", day, until, None) for code in codes],
        columns=["unit_key", "code", "name", "kind", "valid_from", "valid_to", "shape"],
    ).astype(object)
    KINDS["subcommunes"].append(
        conn, frame, Origin(world.batch(conn, "subcommunes"), "imported", "thu")
    )


def test_subcommunes_follow_the_land_and_show_what_was_last_told(
    operator_conn: Connection, sets: tuple[int, int], commune: unit_page.UnitHead
) -> None:
    old = world.key_of(operator_conn, sets[0], "00003")
    name(operator_conn, old, date(2024, 1, 1), "A", "B")
    name(operator_conn, commune.unit_key, date(2025, 8, 1), "C", until=date(2026, 1, 1))
    tell(operator_conn, old, date(2024, 6, 1), {"A": {"ra_soat": "khong"}})
    last = tell(
        operator_conn,
        commune.unit_key,
        date(2026, 3, 1),
        {"A": {"ra_soat": "co", "mo_hinh": "dang_hoat_dong"}},
    )

    def listed(day: date) -> dict[str, dict[str, str]]:
        found = context.subcommunes(operator_conn, commune, ranges=[ALL_KEYS], day=day)
        assert [one.name for one in found] == [f"Thôn {one.code}" for one in found]
        return {one.code: dict(one.items) for one in found}

    assert listed(date(2023, 12, 31)) == {}
    assert listed(date(2024, 6, 1)) == {"A": {"ra_soat": "khong"}, "B": {}}
    assert list(listed(date(2025, 12, 31))) == ["A", "B", "C"]
    assert listed(DAY) == {"A": {"ra_soat": "co", "mo_hinh": "dang_hoat_dong"}, "B": {}}
    undo(operator_conn, last)
    assert listed(DAY) == {"A": {"ra_soat": "khong"}, "B": {}}


def test_subcommunes_are_read_within_the_ranges_only(
    operator_conn: Connection, sets: tuple[int, int], commune: unit_page.UnitHead
) -> None:
    name(operator_conn, commune.unit_key, date(2025, 8, 1), "A")
    tell(operator_conn, commune.unit_key, date(2025, 9, 1), {"A": {"ra_soat": "co"}})
    other = world.key_of(operator_conn, sets[1], "00004")
    assert context.subcommunes(operator_conn, commune, ranges=[(other, other)], day=DAY) == []
    own = [(commune.unit_key, commune.unit_key)]
    assert len(context.subcommunes(operator_conn, commune, ranges=own, day=DAY)) == 1
