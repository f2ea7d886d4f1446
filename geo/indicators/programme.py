"""What the programme sets up: qualified stations, community models, surveys, sub-communes."""

from collections.abc import Callable

from geo.indicators.record import (
    MISSING,
    Example,
    Indicator,
    Quantity,
    Sums,
)

_MODEL_STATES = (
    ("dang_hoat_dong", "đang hoạt động", "that work"),
    ("khong_hieu_qua", "không hiệu quả", "without effect"),
    ("da_thanh_loai", "đã thanh loại", "dropped"),
)
# As `geo.store.tables.SUBCOMMUNE_ITEMS`, the status of models left out: I23 has that.
_ITEMS = (
    ("ra_soat", "đã rà soát", "swept"),
    ("cam_ket_truong_to", "có trưởng tổ ký cam kết", "with the head's pledge"),
    ("cam_ket_truong_dong_ho", "có trưởng dòng họ ký cam kết", "with the clan head's pledge"),
    ("cam_ket_hieu_truong", "có hiệu trưởng ký cam kết", "with the headmaster's pledge"),
    (
        "cam_ket_co_so_kinh_doanh",
        "có cơ sở kinh doanh ký cam kết",
        "with pledges of businesses",
    ),
    ("niem_yet_duong_day_nong", "đã niêm yết đường dây nóng", "with the hotline posted"),
)


def community_models(sums: Sums) -> Quantity:
    """I18: community models that work on the last day; missing where no model is known."""
    return MISSING if sums.model_counts is None else Quantity(float(sums.model_counts[0]))


def surveys_done(sums: Sums) -> Quantity:
    """I19: general surveys that ended in the period; missing where no campaign is known at all."""
    return MISSING if sums.survey_count is None else Quantity(float(sums.survey_count))


def _models_in_state(place: int) -> Callable[[Sums], Quantity]:
    def models(sums: Sums) -> Quantity:
        """I23: community models of one status on the last day, among all that are known."""
        if sums.model_counts is None:
            return MISSING
        count = sums.model_counts[place]
        return Quantity(float(count), count, sum(sums.model_counts))

    return models


def subcommunes_with(sums: Sums) -> Quantity:
    """I22: sub-communes that said yes to an item, among all; missing where none told of it."""
    if sums.told_count == 0:
        return MISSING
    return Quantity(float(sums.yes_count), sums.yes_count, sums.subcommunes)


def _model_part(place: int) -> Indicator:
    state, vi, en = _MODEL_STATES[place]
    counts = tuple(5 if at == place else 1 for at in range(3))
    return Indicator(
        f"I23.{state}",
        f"Số mô hình {vi}",
        f"Community models {en}",
        "mô hình",
        "models",
        "commune",
        "P",
        source="programme",
        measures="stock",
        numerator_vi=f"mô hình {vi}",
        numerator_en=f"models {en}",
        denominator_vi="mô hình đã ghi nhận",
        denominator_en="models on record",
        how_vi="theo trạng thái mới nhất của từng mô hình đến ngày cuối kỳ",
        how_en="by the newest state of each model up to the last day of the period",
        compute=_models_in_state(place),
        examples=(
            Example(Sums(model_counts=(counts[0], counts[1], counts[2])), Quantity(5.0, 5, 7)),
            Example(Sums(), MISSING),
        ),
    )


def _item_part(item: str, vi: str, en: str) -> Indicator:
    return Indicator(
        f"I22.{item}",
        f"Tổ dân phố, thôn {vi}",
        f"Sub-communes {en}",
        "tổ, thôn",
        "sub-communes",
        "subcommune",
        "I",
        source="programme",
        measures="stock",
        numerator_vi=f"tổ dân phố, thôn {vi}",
        numerator_en=f"sub-communes {en}",
        denominator_vi="tổ dân phố, thôn trên địa bàn",
        denominator_en="sub-communes of the commune",
        how_vi="điều được báo mới nhất đến ngày cuối kỳ; chưa báo không phải là không",
        how_en="what was last told by the last day; not told is not no",
        compute=subcommunes_with,
        examples=(
            Example(Sums(subcommunes=12, told_count=9, yes_count=7), Quantity(7.0, 7, 12)),
            Example(Sums(subcommunes=12, told_count=3), Quantity(0.0, 0, 12)),
            Example(Sums(subcommunes=12), MISSING),
        ),
    )


STATIONS: tuple[Indicator, ...] = (
    Indicator(
        "I13",
        "Tỷ lệ cơ sở y tế đủ điều kiện xác định tình trạng nghiện",
        "Qualified health facilities, share",
        "%",
        "%",
        "commune",
        "P",
        measures="stock",
        numerator_vi="cơ sở y tế đủ điều kiện xác định tình trạng nghiện",
        numerator_en="health facilities qualified to determine addiction",
        denominator_vi="cơ sở y tế trên địa bàn",
        denominator_en="health facilities",
    ),
)
MODELS: tuple[Indicator, ...] = (
    Indicator(
        "I18",
        "Số mô hình điểm (tổ dân phố, trường học, đoàn thể)",
        "Community models",
        "mô hình",
        "models",
        "commune",
        "P",
        source="programme",
        measures="stock",
        how_vi="mô hình đang hoạt động vào ngày cuối kỳ, theo sổ mô hình",
        how_en="models that work on the last day of the period, by the register of models",
        compute=community_models,
        examples=(
            Example(Sums(model_counts=(3, 1, 2)), Quantity(3.0)),
            Example(Sums(model_counts=(0, 0, 2)), Quantity(0.0)),
            Example(Sums(), MISSING),
        ),
    ),
)
SURVEYS: tuple[Indicator, ...] = (
    Indicator(
        "I19",
        "Số cuộc tổng khảo sát trong năm",
        "Surveys done in the year",
        "cuộc",
        "surveys",
        "district",
        "P",
        source="programme",
        how_vi="đợt tổng khảo sát kết thúc trong kỳ",
        how_en="general surveys whose last day lies in the period",
        compute=surveys_done,
        examples=(
            Example(Sums(survey_count=2), Quantity(2.0)),
            Example(Sums(survey_count=0), Quantity(0.0)),
            Example(Sums(), MISSING),
        ),
    ),
)
SUBCOMMUNES: tuple[Indicator, ...] = (
    Indicator(
        "I22",
        "Tổ dân phố, thôn đã rà soát, ký cam kết, niêm yết đường dây nóng",
        "Sub-communes swept, pledges signed, hotline notice posted",
        "tổ, thôn",
        "sub-communes",
        "subcommune",
        "I",
        source="programme",
        measures="stock",
        has_total=False,
        parts=tuple(_item_part(*one) for one in _ITEMS),
    ),
    Indicator(
        "I23",
        "Mô hình đang hoạt động, không hiệu quả, đã thanh loại",
        "Community models by status",
        "mô hình",
        "models",
        "commune",
        "P",
        source="programme",
        measures="stock",
        has_total=False,
        parts=tuple(_model_part(place) for place in range(3)),
    ),
)
