"""Classes worked out for the communes of a small country, and read back."""

from collections.abc import Mapping
from datetime import date

import pandas as pd
import pytest
import shapely
from sqlalchemy import Connection, text

from geo.criteria import inputs, judge
from geo.period import parse_period
from geo.store import records
from geo.store.activation import identify_units
from geo.store.aggregates import compute
from geo.store.class_page import read_class_page
from geo.store.class_results import newest_period, read_results
from geo.store.class_rows import read_rows
from geo.store.demo_steps import append_steps
from geo.store.intake import KINDS
from geo.store.intake.kind import Origin
from geo.store.map_index import list_feed_sets
from geo.store.unit_page import find_unit
from tests.support import small_world as world

AS_OF = date(2026, 9, 30)
PERIOD = "H2026-1"
EVERYTHING = [(0, 1 << 62)]
NOTHING: dict[str, float] = {
    "I06": 0, "I08": 0, "I09": 0, "I10": 0, "I14.area": 0, "I14.plants": 0,
}  # fmt: skip


class Country:
    """The newest set with what communes tell of themselves."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.old, self.new = world.add_sets(conn)
        identify_units(conn)

    def key(self, code: str) -> int:
        return world.key_of(self.conn, self.new, code)

    def report(self, code: str, *, period: str = PERIOD, **more: float) -> None:
        """Hand a report in, with nothing found but what is named."""
        day, batch = date(2026, 6, 15), world.batch(self.conn)
        key = self.key(code)
        records.append_submissions(
            self.conn,
            pd.DataFrame(
                [(key, period, date(2026, 6, 20), day)],
                columns=["unit_key", "period_id", "due_before", "submitted_on"],
            ),
            provenance="simulated",
            import_id=batch,
        )
        told = {name.replace("_", "."): value for name, value in more.items()}
        records.append_observations(
            self.conn,
            pd.DataFrame(
                [(key, name, period, value) for name, value in (NOTHING | told).items()],
                columns=["unit_key", "indicator_id", "period_id", "value"],
            ),
            provenance="simulated",
            import_id=batch,
        )

    def approve(self, code: str) -> None:
        """Let a report climb to the top."""
        steps = [
            ("submitted", "commune", "reporter"),
            ("approved", "commune", "commander"),
            ("approved", "province", "planner"),
        ]
        append_steps(
            self.conn,
            pd.DataFrame(
                [
                    (
                        self.key(code),
                        PERIOD,
                        number,
                        step,
                        level,
                        None,
                        date(2026, 6, 16),
                        f"a{number}",
                        role,
                    )
                    for number, (step, level, role) in enumerate(steps, start=1)
                ],
                columns=[
                    *("unit_key", "period_id", "number", "step", "at_level", "reason_code"),
                    *("done_on", "actor", "actor_role"),
                ],
            ),
            import_id=world.batch(self.conn, "report-steps"),
        )

    def count_residents(self, code: str, persons: int, *, on: date = date(2025, 7, 1)) -> None:
        self.append(
            "population",
            [(self.key(code), on, "dang_cu_tru", persons, None)],
            ["unit_key", "counted_on", "basis", "persons", "document_no"],
        )

    def draw_route(self, ref: str, *ends: tuple[float, float]) -> None:
        line = shapely.LineString(
            [(world.WEST + x * world.SIDE, world.SOUTH + y * world.SIDE) for x, y in ends]
        )
        self.append(
            "routes",
            [(ref, "tuyen_trong_diem", date(2025, 1, 1), None, None, line)],
            ["ref", "kind", "valid_from", "valid_to", "document_no", "shape"],
        )

    def append(self, kind: str, rows: list[tuple[object, ...]], columns: list[str]) -> None:
        batch = world.batch(self.conn, kind)
        frame = pd.DataFrame(rows, columns=columns)
        KINDS[kind].append(self.conn, frame, Origin(batch, "simulated", "thu"))

    def results(self) -> Mapping[str, object]:
        compute(self.conn, as_of=AS_OF)
        found = read_results(self.conn, set_id=self.new, period_id=PERIOD, ranges=EVERYTHING)
        codes = self.conn.execute(
            text("SELECT unit_key, code FROM unit_version WHERE set_id = :s"), {"s": self.new}
        )
        return {row.code: found[row.unit_key] for row in codes if row.unit_key in found}


@pytest.fixture
def country(operator_conn: Connection) -> Country:
    return Country(operator_conn)


def test_C4_a_class_is_computed_from_what_was_told_and_open_where_nothing_was(
    country: Country,
) -> None:
    for code in ("00001", "00003", "00004"):
        country.count_residents(code, 10_000)
    country.draw_route("TTD-1", (0.5, 0.5), (0.6, 0.5))
    country.report("00001")
    country.report("00003", I06=30, I08=10)
    found = country.results()
    # Not subject to assessment: no result at all (A9).
    assert sorted(found) == ["00001", "00003", "00004", "00005", "00007"]
    assert found["00001"].computed == "khong_ma_tuy"
    # 40 of 10,000 is exactly 0.4 %: a degree of type I, alone too few for types I and II.
    assert found["00003"].verdicts["I.a"] == "met"
    assert found["00003"].computed == "loai_3"
    assert found["00004"].computed == "chua_danh_gia"
    assert "khong_ma_tuy" in found["00004"].possible
    assert len(found["00004"].possible) == 5
    assert not any(one.is_final for one in found.values())


def test_C4_a_class_is_final_only_when_its_report_is_approved_to_the_top(
    country: Country,
) -> None:
    country.count_residents("00001", 10_000)
    country.report("00001")
    assert not country.results()["00001"].is_final
    country.approve("00001")
    assert country.results()["00001"].is_final


def test_K1_a_route_counts_where_it_has_a_length_and_not_where_it_only_touches(
    country: Country,
) -> None:
    # One within 00004; one that ends on the border of 00003.
    country.draw_route("TTD-1", (3.2, 0.5), (3.8, 0.5))
    country.draw_route("TTD-2", (1.5, 0.5), (2.0, 0.5))
    country.report("00003")
    found = country.results()
    routes = {code: one.inputs["routes"] for code, one in found.items()}
    assert routes == {"00001": 1, "00003": 0, "00004": 1, "00005": 0, "00007": 0}


def test_K1_without_any_route_on_record_the_layer_is_missing_and_not_zero(
    country: Country,
) -> None:
    country.report("00001")
    assert country.results()["00001"].inputs["routes"] is None


def test_K3_a_result_keeps_inputs_version_and_verdicts_and_says_the_same_again(
    country: Country,
) -> None:
    country.count_residents("00003", 9_000, on=date(2025, 7, 1))
    country.count_residents("00003", 10_000, on=date(2026, 4, 1))
    country.count_residents("00003", 90_000, on=date(2026, 7, 1))
    country.report("00003", I10=5, I14_area=125.25)
    found = country.results()["00003"]
    # Known on the period's last day, in hundredths of a square metre.
    assert found.inputs["population"] == 10_000
    assert found.inputs["I14.area"] == 12_525
    assert found.criteria_id == "mo-phong-2025"
    assert found.rule_version == found.criteria.version
    again = judge(found.criteria, found.inputs)
    assert again.possible == found.possible
    assert {one.row.id: one.verdict for one in again.reasons} == dict(found.verdicts)
    assert found.judgement().computed == found.computed


def test_results_are_worked_out_anew_only_where_something_changed(country: Country) -> None:
    country.report("00003")
    assert PERIOD in compute(country.conn, as_of=AS_OF).classes
    assert compute(country.conn, as_of=AS_OF).classes == ()
    country.report("00003", I10=7)
    assert compute(country.conn, as_of=AS_OF).classes == (PERIOD,)
    assert PERIOD in compute(country.conn, as_of=AS_OF, full=True).classes


def test_P1_the_second_part_of_a_year_is_derived_from_year_and_half_year(
    country: Country,
) -> None:
    country.report("00003", period="H2026-1", I10=2, I06=5)
    country.report("00003", period="Y2026", I10=9, I06=4)
    compute(country.conn, as_of=date(2026, 12, 31))
    (found,) = read_results(
        country.conn,
        set_id=country.new,
        period_id="H2026-2",
        ranges=[(country.key("00003"), country.key("00003"))],
    ).values()
    # What happened is a difference, how things stand is the year's own figure.
    assert (found.inputs["I10"], found.inputs["I06"]) == (7, 4)


def test_results_are_read_within_the_keys_asked_for_and_never_on_another_set(
    country: Country,
) -> None:
    country.report("00003")
    country.report("00003", period="Y2025")
    country.results()
    key = country.key("00003")
    within = read_results(country.conn, set_id=country.new, period_id=PERIOD, ranges=[(key, key)])
    assert list(within) == [key]
    assert not read_results(country.conn, set_id=country.old, period_id=PERIOD, ranges=EVERYTHING)
    assert newest_period(country.conn, set_id=country.new, until=date(2026, 8, 31)) == PERIOD
    assert newest_period(country.conn, set_id=country.new, until=date(2026, 1, 31)) == "Y2025"


def test_C1_the_page_puts_computed_proposed_and_decided_side_by_side(country: Country) -> None:
    country.count_residents("00001", 10_000)
    country.draw_route("TTD-1", (3.2, 0.5), (3.8, 0.5))
    country.report("00001")
    records.append_assessments(
        country.conn,
        pd.DataFrame(
            [
                (country.key("00001"), "Y2025", "loai_2", "loai_3", date(2025, 12, 20), "1/QĐ"),
                (country.key("00001"), "Y2026", "loai_1", "loai_1", date(2026, 12, 20), "2/QĐ"),
            ],
            columns=[
                *("unit_key", "period_id", "proposed_class", "decided_class"),
                *("decided_on", "document_no"),
            ],
        ).assign(workflow_state="phan_loai"),
        provenance="simulated",
        import_id=world.batch(country.conn, "assessments"),
    )
    country.results()
    (feed_set,) = [one for one in list_feed_sets(country.conn) if one.set_id == country.new]
    head = find_unit(country.conn, feed_set, level="commune", code="00001")

    def page(period: str, criteria: str | None = None):
        return read_class_page(
            country.conn, head, period_id=period, criteria_id=criteria, ranges=EVERYTHING
        )

    told = page("M2026-07")
    assert told.period.id == PERIOD
    assert told.judged.computed == "khong_ma_tuy"
    assert told.proposed is not None and told.proposed.proposed == "loai_2"
    assert told.decided is not None and told.decided.decided == "loai_3"
    assert told.disagreement == "decided_worse"
    # By another set, on the inputs at hand: far from certain.
    other = page(PERIOD, "qd-28-2025")
    assert not other.is_stored and not other.judged.is_complete
    assert other.disagreement == "computed_open"


def test_a_place_in_an_operation_stands_as_listed_and_its_day_is_not_told(
    country: Country,
) -> None:
    conn = country.conn
    places, events = world.frames_of(
        [
            ("a", 2.5, 0.5, [(date(2026, 1, 5), "listed"), (date(2026, 5, 20), "in_action")]),
            ("b", 2.4, 0.5, [(date(2026, 2, 1), "listed"), (date(2026, 3, 1), "eliminated")]),
        ]
    )
    records.append_places(conn, places, events, provenance="simulated", import_id=world.batch(conn))
    country.report("00003")
    assert country.results()["00003"].inputs["places.diem_phuc_tap"] == 1
    (feed_set,) = [one for one in list_feed_sets(conn) if one.set_id == country.new]
    head = find_unit(conn, feed_set, level="commune", code="00003")

    def rows(name: str) -> list[tuple[object, ...]]:
        told = read_rows(conn, head, inputs()[name], period=parse_period(PERIOD), ranges=EVERYTHING)
        return [(row[0], *row[2:]) for row in told.rows]

    assert rows("places.diem_phuc_tap") == [("a", "listed", "2026-01-05")]
    assert rows("I04") == [("a", "listed", "2026-01-05"), ("b", "listed", "2026-02-01")]
    assert rows("I03") == [("b", "eliminated", "2026-03-01")]
