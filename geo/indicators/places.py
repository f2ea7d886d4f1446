"""Places: hotspots, from their events, and illicit crops, entered."""

from geo.indicators.record import (
    MISSING,
    Example,
    Indicator,
    Quantity,
    Sums,
    count_or_missing,
)


def active_hotspots(sums: Sums) -> Quantity:
    """I02: hotspots active on the last day of the period (H2)."""
    return count_or_missing(sums.active_count, reported_units=sums.reported_units)


def eliminated_hotspots(sums: Sums) -> Quantity:
    """I03: episodes eliminated in the period; neutralised ones are a matter of each target (H5)."""
    return count_or_missing(sums.eliminated_count, reported_units=sums.reported_units)


def new_hotspots(sums: Sums) -> Quantity:
    """I04: hotspots listed for the first time in the period (H2)."""
    return count_or_missing(sums.new_count, reported_units=sums.reported_units)


def reformed_hotspots(sums: Sums) -> Quantity:
    """I05: re-formations in the period (H2)."""
    return count_or_missing(sums.reformed_count, reported_units=sums.reported_units)


HOTSPOTS: tuple[Indicator, ...] = (
    Indicator(
        "I02",
        "Số điểm, tụ điểm phức tạp về ma túy đang có",
        "Active hotspots",
        "điểm",
        "places",
        "place",
        "R",
        source="events",
        measures="stock",
        how_vi="điểm có trạng thái đang hoạt động vào ngày cuối kỳ; 0 chỉ khi đã có báo cáo",
        how_en="places active on the last day of the period; 0 only where somebody reported",
        compute=active_hotspots,
        examples=(
            Example(Sums(active_count=3, reported_units=2, due_units=4), Quantity(3.0)),
            Example(Sums(active_count=3), Quantity(3.0)),
            Example(Sums(reported_units=1, due_units=4), Quantity(0.0)),
            Example(Sums(due_units=4), MISSING),
        ),
    ),
    Indicator(
        "I03",
        "Số điểm, tụ điểm đã triệt xóa",
        "Eliminated hotspots",
        "điểm",
        "places",
        "place",
        "R",
        source="events",
        how_vi="số lần triệt xóa trong kỳ; vô hiệu hóa không tính",
        how_en="eliminations in the period; neutralised places are not among them",
        compute=eliminated_hotspots,
        examples=(
            Example(Sums(eliminated_count=2, reported_units=1), Quantity(2.0)),
            Example(Sums(active_count=9), MISSING),
        ),
    ),
    Indicator(
        "I04",
        "Số điểm, tụ điểm phát sinh mới",
        "New hotspots",
        "điểm",
        "places",
        "place",
        "R",
        source="events",
        how_vi="điểm lần đầu vào danh sách trong kỳ",
        how_en="places listed for the first time in the period",
        compute=new_hotspots,
        examples=(
            Example(Sums(new_count=1), Quantity(1.0)),
            Example(Sums(reported_units=1), Quantity(0.0)),
        ),
    ),
    Indicator(
        "I05",
        "Số điểm, tụ điểm tái hình thành, tái hoạt động",
        "Re-formed hotspots",
        "điểm",
        "places",
        "place",
        "R",
        source="events",
        how_vi="số lần tái hình thành trong kỳ; không tính là phát sinh mới",
        how_en="re-formations in the period; never counted as new",
        compute=reformed_hotspots,
        examples=(
            Example(Sums(reformed_count=1), Quantity(1.0)),
            Example(Sums(), MISSING),
        ),
    ),
)
# Two numbers by law, square metres and plants: kept apart, never one beside the other in a cell.
CROPS: tuple[Indicator, ...] = (
    Indicator(
        "I14",
        "Cây có chứa chất ma túy phát hiện, triệt phá",
        "Illicit crop found and destroyed",
        "m², cây",
        "m², plants",
        "place",
        "R",
        has_total=False,
        parts=(
            Indicator(
                "I14.area",
                "Diện tích cây có chứa chất ma túy phát hiện, triệt phá",
                "Area of illicit crop found and destroyed",
                "m²",
                "m²",
                "place",
                "R",
            ),
            Indicator(
                "I14.plants",
                "Số cây có chứa chất ma túy phát hiện, triệt phá",
                "Illicit plants found and destroyed",
                "cây",
                "plants",
                "place",
                "R",
            ),
        ),
    ),
)
