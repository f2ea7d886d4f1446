"""What units do on time and where they go: reports in time, patrol coverage."""

from geo.indicators.record import (
    MISSING,
    Example,
    Indicator,
    Quantity,
    Sums,
    share_or_missing,
)


def on_time_share(sums: Sums) -> Quantity:
    """I20: communes whose report came before its due day, among those that owed one (P2)."""
    return share_or_missing(sums.on_time_units, sums.due_units)


def patrol_coverage(sums: Sums) -> Quantity:
    """I21: complex cells in which patrols spent long enough, among all complex cells.

    Missing where no patrol left a track: a unit that does not record is not one that did not go.
    """
    if not sums.patrol_known:
        return MISSING
    return share_or_missing(sums.patrolled_cells, sums.complex_cells)


DUTIES: tuple[Indicator, ...] = (
    Indicator(
        "I20",
        "Tỷ lệ báo cáo đúng hạn",
        "Reports on time, share",
        "%",
        "%",
        "commune",
        "I",
        source="submissions",
        numerator_vi="xã có báo cáo nộp trước hạn",
        numerator_en="communes whose report came before its due day",
        denominator_vi="xã phải nộp báo cáo",
        denominator_en="communes that owed a report",
        how_vi="lần nộp đầu tiên; hạn nộp theo chu kỳ báo cáo",
        how_en="by the first hand-in; due days are those of the reporting cycle",
        compute=on_time_share,
        examples=(
            Example(Sums(on_time_units=3, reported_units=4, due_units=5), Quantity(0.6, 3, 5)),
            Example(Sums(due_units=5), Quantity(0.0, 0, 5)),
            Example(Sums(), MISSING),
        ),
    ),
    Indicator(
        "I21",
        "Độ phủ tuần tra địa bàn phức tạp",
        "Patrol coverage of complex areas",
        "%",
        "%",
        "cell",
        "R",
        source="tracks",
        numerator_vi="ô phức tạp có tuần tra đủ thời gian",
        numerator_en="complex cells in which patrols spent long enough",
        denominator_vi="ô H3 độ phân giải 8 của từng xã có điểm, tụ điểm hoạt động trong kỳ",
        denominator_en="H3 cells of resolution 8, per commune, with a hotspot active in the period",
        how_vi="cộng giây của các ca bắt đầu trong kỳ; không có vết nào là chưa có số liệu",
        how_en="seconds of the shifts that began in the period; without any track it is missing",
        compute=patrol_coverage,
        examples=(
            Example(
                Sums(complex_cells=8, patrolled_cells=2, patrol_known=True), Quantity(0.25, 2, 8)
            ),
            Example(Sums(complex_cells=8, patrol_known=True), Quantity(0.0, 0, 8)),
            Example(Sums(complex_cells=8), MISSING),
            Example(Sums(patrol_known=True), MISSING),
        ),
    ),
)
