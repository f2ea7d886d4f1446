"""Classes of communes added up: drug-free, complex by type, transformed. From decided classes."""

from collections.abc import Callable

from geo.indicators.record import (
    MISSING,
    Example,
    Indicator,
    Quantity,
    Sums,
    share_or_missing,
)


def drug_free_share(sums: Sums) -> Quantity:
    """I15: drug-free communes among those subject to assessment on the last day (A6, A9).

    Communes without a decided class stay in the denominator, so a share never grows by silence;
    where no commune at all was assessed the share is missing.
    """
    if sums.assessed_count == 0:
        return MISSING
    return share_or_missing(sums.drug_free_count, sums.assessable_count)


def _complex_of_type(place: int) -> Callable[[Sums], Quantity]:
    def complex_communes(sums: Sums) -> Quantity:
        """I16: communes of one type on the last day; missing where none was assessed."""
        if sums.assessed_count == 0:
            return MISSING
        count = sums.type_counts[place]
        return Quantity(float(count), count, sums.assessed_count)

    return complex_communes


def transformed_areas(sums: Sums) -> Quantity:
    """I17: key areas of the eve of the period that are key areas no more on its last day.

    A decided class is asked on both days, and of the very same land: a merged commune has none of
    its own on the eve and is not among them (A4). One that fell back and rose again within the
    period counts once, one that rose and fell back not at all.
    """
    if sums.assessed_before == 0:
        return MISSING
    return Quantity(float(sums.transformed_count), sums.transformed_count, sums.key_areas)


def _type_part(place: int, numeral: str) -> Indicator:
    counts = tuple(4 if at == place else 1 for at in range(3))
    return Indicator(
        f"I16.loai_{place + 1}",
        f"Số xã trọng điểm phức tạp loại {numeral}",
        f"Complex communes of type {numeral}",
        "xã",
        "communes",
        "province",
        "P",
        source="assessments",
        measures="stock",
        numerator_vi=f"xã, phường, đặc khu loại {numeral}",
        numerator_en=f"communes of type {numeral}",
        denominator_vi="xã, phường, đặc khu đã phân loại",
        denominator_en="communes with a decided class",
        how_vi="theo phân loại đã quyết định vào ngày cuối kỳ",
        how_en="by the decided class on the last day of the period",
        compute=_complex_of_type(place),
        examples=(
            Example(
                Sums(type_counts=(counts[0], counts[1], counts[2]), assessed_count=9),
                Quantity(4.0, 4, 9),
            ),
            Example(Sums(assessed_count=9), Quantity(0.0, 0, 9)),
            Example(Sums(assessable_count=9), MISSING),
        ),
    )


CLASS_SUMS: tuple[Indicator, ...] = (
    Indicator(
        "I15",
        "Tỷ lệ xã, phường, đặc khu không ma túy",
        "Drug-free communes, share",
        "%",
        "%",
        "province",
        "P",
        source="assessments",
        measures="stock",
        numerator_vi="xã, phường, đặc khu được công nhận không ma túy",
        numerator_en="drug-free communes",
        denominator_vi="xã, phường, đặc khu thuộc diện đánh giá",
        denominator_en="communes subject to assessment",
        how_vi="theo phân loại đã quyết định vào ngày cuối kỳ; xã chưa đánh giá vẫn ở mẫu số",
        how_en="decided classes of the last day; communes not assessed stay in the denominator",
        compute=drug_free_share,
        examples=(
            # The two not yet assessed stay in the denominator.
            Example(
                Sums(drug_free_count=4, assessed_count=8, assessable_count=10), Quantity(0.4, 4, 10)
            ),
            Example(Sums(assessed_count=8, assessable_count=10), Quantity(0.0, 0, 10)),
            Example(Sums(assessable_count=10), MISSING),
            Example(Sums(), MISSING),
        ),
    ),
    Indicator(
        "I16",
        "Số xã trọng điểm loại I, II, III",
        "Complex communes by type",
        "xã",
        "communes",
        "province",
        "P",
        source="assessments",
        measures="stock",
        has_total=False,
        parts=(_type_part(0, "I"), _type_part(1, "II"), _type_part(2, "III")),
    ),
    Indicator(
        "I17",
        "Số địa bàn đã chuyển hóa",
        "Transformed areas",
        "địa bàn",
        "areas",
        "province",
        "P",
        source="assessments",
        numerator_vi="địa bàn loại I, II, III lúc đầu kỳ, cuối kỳ không còn thuộc ba loại",
        numerator_en="communes of types I to III on the eve of the period, of none on its last day",
        denominator_vi="địa bàn loại I, II, III lúc đầu kỳ",
        denominator_en="communes of types I to III on the eve of the period",
        how_vi="so phân loại đã quyết định trước kỳ và cuối kỳ, cùng một địa giới",
        how_en="decided classes of the eve and of the last day, of the same land",
        compute=transformed_areas,
        examples=(
            Example(Sums(assessed_before=9, key_areas=5, transformed_count=2), Quantity(2.0, 2, 5)),
            # No key area at the start: nothing to transform, which is a figure.
            Example(Sums(assessed_before=9), Quantity(0.0, 0, 0)),
            Example(Sums(assessed_count=9), MISSING),
        ),
    ),
)
