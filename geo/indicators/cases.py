"""Cases: found, reported by people, found by outside units. Entered, never computed.

Found and reported are separate figures (N8): what patrols find follows where patrols go, what
people report does not. I01 keeps its total, as plans and older reports write it; the two channels
stand beside it and may both be blank.
"""

from geo.indicators.record import Indicator

CASES: tuple[Indicator, ...] = (
    Indicator(
        "I01",
        "Số vụ việc tội phạm và tệ nạn ma túy phát hiện, bắt giữ",
        "Drug cases found",
        "vụ",
        "cases",
        "commune",
        "I",
        parts=(
            Indicator(
                "I01.found",
                "Số vụ việc do lực lượng chức năng tự phát hiện",
                "Drug cases that patrols found themselves",
                "vụ",
                "cases",
                "commune",
                "I",
            ),
            Indicator(
                "I01.reported",
                "Số vụ việc do Nhân dân tố giác, báo tin",
                "Drug cases that people reported",
                "vụ",
                "cases",
                "commune",
                "I",
            ),
        ),
    ),
)
OUTSIDE_CASES: tuple[Indicator, ...] = (
    Indicator(
        "I24",
        "Số vụ do đơn vị ngoài địa bàn phát hiện",
        "Cases found by outside units",
        "vụ",
        "cases",
        "commune",
        "R",
    ),
)
