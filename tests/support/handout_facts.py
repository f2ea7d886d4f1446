"""Facts of reports made by hand: a province with three communes, and one of its communes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from geo.period import parse_period
from geo.store.handout_facts import (
    BelowUnit,
    CommuneClass,
    FigureFact,
    HandoutFacts,
    ReportCount,
    Told,
)
from geo.store.map_index import FeedSet, PeriodRun
from geo.store.unit_page import Ancestor, UnitHead
from layers.report.building import build
from layers.report.contents import Contents, Office, Stamp

BORDERS = FeedSet(
    3, "a" * 16, "Địa giới thử", date(2025, 7, 1), None, "thử", "simulated", illustrative=True
)
STAMP = Stamp("canbo", "Lãnh đạo, chỉ huy", "Tỉnh Một", "08:00 24/11/2026", "Giao ban")
COMMUNES = (
    CommuneClass(11, "00002", "Xã Hai", "Tỉnh Một", True, "khong_ma_tuy", "loai_3"),
    CommuneClass(12, "00010", "Xã Mười", "Tỉnh Một", True, None, None),
    CommuneClass(13, "00020", "Đặc khu Hai Mươi", "Tỉnh Một", False, None, None),
)


def run_of(period_id: str) -> PeriodRun:
    """Give the run of a computed period."""
    period = parse_period(period_id)
    return PeriodRun(
        period.id, period.starts_on, period.ends_before, "b" * 16, date(2026, 10, 31), True
    )


def province(**changes: object) -> HandoutFacts:
    """Give the facts of a province, with some of them changed."""
    facts = HandoutFacts(
        head=UnitHead(10, 10, 1, "01", "Tỉnh Một", "tỉnh", "province", 100.0, True, ()),
        province="",
        borders=BORDERS,
        period=parse_period("Y2026"),
        previous=parse_period("Y2025"),
        run=run_of("Y2026"),
        run_before=run_of("Y2025"),
        is_own_set=True,
        is_own_set_before=True,
        figures=(
            FigureFact("I01", Told(1234, "."), Told(1200, "."), True),
            FigureFact("I02", Told(9.0, "."), Told(12.0, "."), False),
            FigureFact("I03", Told(3.0, "."), Told(1.0, "."), False),
            FigureFact("I04", Told(0.0, "."), Told(2.0, "."), False),
            FigureFact("I05", Told(None, "m"), Told(None, "m"), False),
            FigureFact("I13", Told(None, "m"), Told(66.6, "c", 2, 3), True),
            FigureFact("I15", Told(50.0, ".", 1, 2), Told(0.0, ".", 0, 2), False),
        ),
        below=tuple(
            below(one, {"I01": Told(count, "."), "I02": Told(float(active), ".")})
            for one, count, active in zip(COMMUNES, (1200, 30, 0), (1, 7, 0), strict=True)
        ),
        communes=COMMUNES,
        decision=None,
        result=None,
        reports=ReportCount({11: "approved", 12: "submitted"}, {"province": 1}),
        reports_before=ReportCount({11: "approved", 12: "approved"}, {"province": 2}),
        owed=(),
        sees_places=True,
        as_of=date(2026, 12, 31),
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def below(one: CommuneClass, figures: Mapping[str, Told]) -> BelowUnit:
    """Give a commune with its figures."""
    return BelowUnit(one.unit_key, one.code, one.name, "commune", figures)


def commune(**changes: object) -> HandoutFacts:
    """Give the facts of a commune, with some of them changed."""
    head = UnitHead(
        11,
        11,
        2,
        "00002",
        "Xã Hai",
        "xã",
        "commune",
        10.0,
        True,
        (Ancestor("province", "01", "Tỉnh Một"),),
    )
    told = {"head": head, "below": (), "communes": COMMUNES[:1], "province": "Tỉnh Một"}
    return province(**(told | changes))


def contents_of(facts: HandoutFacts) -> Contents:
    """Build a report in Vietnamese."""
    office = Office("", "BCĐ 138 Tỉnh Một", "")
    return build(facts, language="vi", office=office, stamp=STAMP)
