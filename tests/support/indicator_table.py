"""The list of indicators as the two guides show it.

`python -m tests.support.indicator_table` prints both tables; a test holds the guides against them.
"""

from geo.indicators import INDICATORS, Indicator
from geo.messages import Language

HEADS: dict[Language, str] = {
    "vi": "| mã | chỉ tiêu | đơn vị | loại | tử số / mẫu số | cấp nhỏ nhất | phạm vi xem | nguồn |"
    " cách tính |",
    "en": "| id | indicator | unit | measures | numerator / denominator | finest level | seen by |"
    " made from | computed how |",
}
WORDS: dict[str, tuple[str, str]] = {
    "flow": ("phát sinh trong kỳ", "flow"),
    "stock": ("cuối kỳ", "stock"),
    "place": ("điểm", "place"),
    "cell": ("ô H3", "H3 cell"),
    "subcommune": ("thôn, tổ dân phố", "sub-commune"),
    "commune": ("xã", "commune"),
    "district": ("huyện", "district"),
    "province": ("tỉnh", "province"),
    "I": ("nội bộ", "inside"),
    "R": ("hạn chế", "restricted"),
    "P": ("công khai sau bảo vệ", "public after protection"),
    "events": ("sự kiện của điểm", "events of places"),
    "assessments": ("phân loại đã quyết định", "decided classes"),
    "submissions": ("báo cáo đã nộp", "reports handed in"),
    "observations": ("đơn vị nhập", "entered by units"),
    "tracks": ("vết tuần tra", "patrol tracks"),
    "programme": ("bản ghi của chương trình", "records of the programme"),
}


def table(language: Language) -> str:
    """Write the table of a guide."""
    rows = [HEADS[language], "|" + "---|" * 9]
    for whole in INDICATORS.values():
        rows += [_row(one, language) for one in (whole, *whole.parts)]
    return "\n".join(rows)


def _row(one: Indicator, language: Language) -> str:
    vi = language == "vi"

    def word(code: str) -> str:
        return WORDS[code][0 if vi else 1]

    top = one.numerator_vi if vi else one.numerator_en
    below = one.denominator_vi if vi else one.denominator_en
    how = one.how_vi if vi else one.how_en
    persons = (" · không chi tiết hơn cấp xã" if vi else " · never finer") * one.person_derived
    split = "theo từng phần" if vi else "by part"
    cells = (
        f"`{one.id}`",
        one.name_vi if vi else one.name_en,
        one.unit_vi if vi else one.unit_en,
        word(one.measures),
        f"{top} / {below}" if top else "",
        word(one.finest_level) + persons,
        word(one.visibility),
        word(one.source),
        how if one.compute else "" if one.has_total else split,
    )
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    print(table("vi"), table("en"), sep="\n\n")
