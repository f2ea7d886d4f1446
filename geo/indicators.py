"""The list of indicators: names, unit, finest level, who may see them, where they come from.

Visibility: I inside, R restricted (commanders), P public after protection. An indicator derived
from persons exists per commune and period and nowhere finer (N1): the record refuses anything else.
Which way an indicator is good is a property of a target, not of the indicator (T5).

Those that the store computes carry a function of `Sums`; the others are entered as observations.
Missing is not zero: a function gives None where nothing was reported, assessed or owed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

FinestLevel = Literal["place", "cell", "subcommune", "commune", "district", "province"]
Visibility = Literal["I", "R", "P"]
Source = Literal["events", "assessments", "submissions", "observations", "tracks"]


@dataclass(frozen=True, slots=True)
class Sums:
    """What the store counted for one unit, with all below it, in one period.

    Parameters
    ----------
    active_count, new_count, eliminated_count, reformed_count
        Hotspots and episodes, as `hotspots.LifeCounts` defines them.
    reported_units, due_units
        Communes that reported, and that owed a report.
    drug_free_count, assessed_count, assessable_count
        Communes whose decided class is ``khong_ma_tuy``, that have a decided class, and that are
        subject to assessment (A9), on the last day of the period.
    """

    active_count: int = 0
    new_count: int = 0
    eliminated_count: int = 0
    reformed_count: int = 0
    reported_units: int = 0
    due_units: int = 0
    drug_free_count: int = 0
    assessed_count: int = 0
    assessable_count: int = 0


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with the parts it is made of; all None where it is missing.

    Parameters
    ----------
    value
        Count, or share 0..1.
    numerator, denominator
        Parts of a share.
    """

    value: float | None
    numerator: int | None = None
    denominator: int | None = None


MISSING = Quantity(None)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of the programme.

    Parameters
    ----------
    id
        ``I01`` to ``I24``.
    name_vi, name_en, unit_vi, unit_en
        For people.
    finest_level
        Finest level at which a value may exist.
    visibility
        ``I`` inside, ``R`` restricted, ``P`` public after protection.
    source
        What it is made from.
    person_derived
        Total of persons: per commune only.
    compute
        How the store works it out, for the computed ones.
    """

    id: str
    name_vi: str
    name_en: str
    unit_vi: str
    unit_en: str
    finest_level: FinestLevel
    visibility: Visibility
    source: Source = "observations"
    person_derived: bool = False
    compute: Callable[[Sums], Quantity] | None = None

    def __post_init__(self) -> None:
        if self.person_derived and self.finest_level != "commune":
            raise ValueError(f"{self.id} is derived from persons: per commune only (N1)")
        if self.person_derived and self.visibility == "P":
            raise ValueError(f"{self.id} is derived from persons: never public")


def count_or_missing(count: int, *, reported_units: int) -> Quantity:
    """Give a count; a 0 that nobody reported is missing, not zero.

    >>> count_or_missing(0, reported_units=0).value is None
    True
    >>> count_or_missing(0, reported_units=3).value
    0.0
    """
    if count == 0 and reported_units == 0:
        return MISSING
    return Quantity(float(count))


def share_or_missing(numerator: int, denominator: int) -> Quantity:
    """Give a share 0..1 with its parts; missing when the denominator is 0."""
    if denominator == 0:
        return MISSING
    return Quantity(numerator / denominator, numerator, denominator)


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


def drug_free_share(sums: Sums) -> Quantity:
    """I15: drug-free communes among those subject to assessment on the last day (A6, A9).

    Communes without a decided class stay in the denominator, so a share never grows by silence;
    where no commune at all was assessed the share is missing.
    """
    if sums.assessed_count == 0:
        return MISSING
    return share_or_missing(sums.drug_free_count, sums.assessable_count)


_ALL: tuple[Indicator, ...] = (
    Indicator(
        "I01",
        "Số vụ việc tội phạm và tệ nạn ma túy phát hiện, bắt giữ",
        "Drug cases found",
        "vụ",
        "cases",
        "commune",
        "I",
    ),
    Indicator(
        "I02",
        "Số điểm, tụ điểm phức tạp về ma túy đang có",
        "Active hotspots",
        "điểm",
        "places",
        "place",
        "R",
        source="events",
        compute=active_hotspots,
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
        compute=eliminated_hotspots,
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
        compute=new_hotspots,
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
        compute=reformed_hotspots,
    ),
    Indicator(
        "I06",
        "Số người nghiện ma túy có hồ sơ quản lý",
        "Addicts on file, total",
        "người",
        "persons",
        "commune",
        "I",
        person_derived=True,
    ),
    Indicator(
        "I07",
        "Tỷ lệ người nghiện có hồ sơ quản lý",
        "Share of addicts with a file",
        "%",
        "%",
        "commune",
        "I",
        person_derived=True,
    ),
    Indicator(
        "I08",
        "Số người sử dụng trái phép chất ma túy",
        "Illicit users, total",
        "người",
        "persons",
        "commune",
        "I",
        person_derived=True,
    ),
    Indicator(
        "I09",
        "Số người nghiện, sử dụng phát sinh mới",
        "Newly found addicts and users, total",
        "người",
        "persons",
        "commune",
        "I",
        person_derived=True,
    ),
    Indicator(
        "I10",
        "Số người bị bắt về ma túy trên địa bàn",
        "Arrested offenders, total",
        "người",
        "persons",
        "commune",
        "I",
        person_derived=True,
    ),
    Indicator(
        "I11",
        "Tỷ lệ người sau cai được tư vấn, hỗ trợ việc làm",
        "Post-rehabilitation support share",
        "%",
        "%",
        "commune",
        "I",
        person_derived=True,
    ),
    Indicator(
        "I12",
        "Tỷ lệ người hoàn thành cai nghiện có hồ sơ theo dõi",
        "Rehabilitation completers on file, share",
        "%",
        "%",
        "commune",
        "I",
        person_derived=True,
    ),
    Indicator(
        "I13",
        "Tỷ lệ cơ sở y tế đủ điều kiện xác định tình trạng nghiện",
        "Qualified health facilities, share",
        "%",
        "%",
        "commune",
        "P",
    ),
    Indicator(
        "I14",
        "Diện tích, số cây có chứa chất ma túy phát hiện, triệt phá",
        "Illicit crop found and destroyed",
        "m², cây",
        "m², plants",
        "place",
        "R",
    ),
    Indicator(
        "I15",
        "Tỷ lệ xã, phường, đặc khu không ma túy",
        "Drug-free communes, share",
        "%",
        "%",
        "province",
        "P",
        source="assessments",
        compute=drug_free_share,
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
    ),
    Indicator(
        "I18",
        "Số mô hình điểm (tổ dân phố, trường học, đoàn thể)",
        "Community models",
        "mô hình",
        "models",
        "commune",
        "P",
    ),
    Indicator(
        "I19",
        "Số cuộc tổng khảo sát trong năm",
        "Surveys done in the year",
        "cuộc",
        "surveys",
        "district",
        "P",
    ),
    Indicator(
        "I20",
        "Tỷ lệ báo cáo đúng hạn",
        "Reports on time, share",
        "%",
        "%",
        "commune",
        "I",
        source="submissions",
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
    ),
    Indicator(
        "I22",
        "Tổ dân phố, thôn đã rà soát, ký cam kết, niêm yết đường dây nóng",
        "Sub-communes swept, pledges signed, hotline notice posted",
        "có/không",
        "yes/no",
        "subcommune",
        "I",
    ),
    Indicator(
        "I23",
        "Mô hình đang hoạt động, không hiệu quả, đã thanh loại",
        "Community models by status",
        "mô hình",
        "models",
        "commune",
        "P",
    ),
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

INDICATORS: Mapping[str, Indicator] = MappingProxyType({one.id: one for one in _ALL})
