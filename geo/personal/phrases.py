"""Phrases that speak of one person: a household, a birth, a home, what somebody did."""

import re

from geo.personal.lexicon import key_of, lexicon
from geo.personal.readings import CAPITAL, SMALL
from geo.units import fold

_CAP = f"[{CAPITAL}]"
_NAME_WORD = rf"{_CAP}[^\W\d_]*\.?"
_ADDRESS_FORM = r"(?:ông|bà|anh|chị|cô|chú|bác|cụ|em|thím|mợ|cậu|dì)"
_HOUSE = (
    r"(?:nhà|hộ|quán|tiệm|phòng trọ|nhà trọ|vườn|rẫy|chòi|lán|ruộng|đất|cửa hàng|xưởng|trại|gara)"
    r"(?: nước| ăn| cà phê| tạp hóa| riêng| ở)?(?: của)?"
)

_PLACE_BEFORE = (
    r"(?:cầu|chợ|rạch|kênh|đền|miếu|lăng|chùa|núi|sông|ngã ba|ngã tư|phố|đường|xã|phường|ấp|thôn"
    r"|cống|vàm|cù lao|bến|dốc|đèo|đồi|hòn|tượng|giếng|hồ|bãi|hang|am|đình|xóm|bản|làng|cồn|đảo"
    r"|mũi|suối|thác|tượng đài)"
)

# "nhà anh hùng", "từng hộ cụ thể" are nobody's.
_OWNER = (
    r"(?:ông|bà(?! con| mẹ)|anh(?! hùng| em\b)|chị(?! em\b)|cô(?! giáo| đơn| lập)|chú(?! ý)"
    r"|bác(?! học)"
    r"|cụ(?! thể)|em|thím|mợ|cậu|dì)"
)
_HOUSEHOLD = re.compile(
    rf"\b{_HOUSE} {_OWNER}\b|\bnhà riêng (?:của|ông|bà|anh|chị)\b|^nhà riêng$"
    r"|\bhộ gia đình (?:ông|bà|anh|chị|cô|chú)\b|^hộ gia đình$"
    r"|\b(?:con|vợ|chồng|mẹ|cha|bố|em trai|em gái|cháu) (?:ông|bà|anh|chị|cô|chú)\b",
    re.IGNORECASE,
)
# Without marks only where nothing else is meant: "nha ba tang" has three floors.
_BARE_HOUSEHOLD = re.compile(
    r"\b(?:nha|quan|tiem|nha tro) (?:cua )?(?:ong|chi|chu) [a-z]+|ho ong [a-z]+|"
    r"\b(?:nha|quan|tiem) (?:ba|co|anh|bac|cu|em) (?:hai|tu|nam|sau|bay|tam|chin|muoi|ut|lan|hoa)$"
)
# A form of address in small letters before a name in capitals; "Bà Rịa" begins a place.
_ADDRESSED = re.compile(
    rf"(?<!\w)(?:{_ADDRESS_FORM}|[Ll]ão|[Tt]hằng|[Gg]ã|đồng chí|đ/c) (?!Hồ\b"
    rf"|Trưng\b)({_NAME_WORD}(?: {_NAME_WORD})*)"
)
_ADDRESSED_FULL = re.compile(
    rf"(?<!\w)(?:Ông|Bà|Anh|Chị|Cô|Chú|Bác|Cụ|Em|ÔNG|BÀ|ANH|CHỊ|Đ/c|Đồng chí|Mr|Mrs|Ms)\.? "
    rf"({_NAME_WORD})((?: {_NAME_WORD})+)"
)
_AFTER_PLACE = re.compile(rf"(?<!\w){_PLACE_BEFORE} $", re.IGNORECASE)

_BIRTH = re.compile(
    r"(?<!học )(?<!vệ )(?<!phát )(?<!tái )(?<!khai )(?<!phái )(?<!hoc )(?<!ve )(?<!phat )(?<!tai )"
    r"\bsinh(?: ngày| năm)?[ :]*\d"
    r"|(?<!\w)(?:s\.?n|n\.?s)[ .:]*(?:\d{1,2}[/.-]\d{1,2}[/.-])?(?:19|20)?\d\d(?![\d/.,-])"
    r"|\b(?:ngày sinh|năm sinh|sinh nhật|dob|born|birth)\b[ :]*\d"
    r"|\b(?:19[2-9]\d|200\d|201[0-5]) ?[-,;/(] ?(?:nam|nữ|male|female)(?= ?(?:$|[,;)./-]))"
    r"|(?:^|[,;(/-] ?)(?:nam|nữ|giới tính:? (?:nam|nữ)) ?[-,;/( ] ?(?:19[2-9]\d|200\d"
    r"|201[0-5])(?!\d)",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"(?<!từ )(?<!dưới )(?<!trên )(?<!đủ )(?<!độ )(?<!đến )(?<!tới )(?<!chưa )(?<!\d-)(?<!- )"
    r"(?<!\d)(?:[1-9]\d) tuổi\b(?! trở| đến| tới|\s*-)",
    re.IGNORECASE,
)
_BARE_BIRTH = re.compile(r"\bsinh (?:nam|ngay) ?\d")
_BARE_AGE = re.compile(
    r"(?<!tu )(?<!duoi )(?<!tren )(?<!du )(?<!do )(?<!den )(?<!\d-)(?<!- )\b\d\d tuoi$"
)

_WAY = r"(?:ngõ|ngách|hẻm|hẽm|kiệt|đường|phố|đ\.|tổ|ấp|thôn|xóm|khu phố|khóm|tdp|tổ dân phố)"
_HOME = re.compile(
    rf"\bsố(?: nhà)? ?\d+[a-z]?(?:[/-]\d+[a-z]?)*,? {_WAY}\b"
    rf"|\b(?:số nhà|nhà số|snhà|sn) ?\d+"
    r"|(?<![\w/.])(?<!hẻm )(?<!ngõ )(?<!ngách )(?<!kiệt )\d+[a-z]?(?:/\d+[a-z]?)+,? "
    rf"(?:{_WAY} (?-i:{_CAP})|(?-i:{_CAP})[^\W\d_]+ (?-i:{_CAP}))"
    rf"|\b(?:căn hộ|phòng|p\.) ?(?:số )?[a-z]?\d{{2,5}}[,-]? (?:chung cư|tầng|tòa|toà|nhà|lô"
    rf"|block|cc)\b"
    r"|\b(?:trú tại|trú quán|ngụ tại|ngụ ở|cư ngụ|thường trú tại|tạm trú tại|hktt|nơi ở|chỗ ở"
    r"|nơi cư trú|nhà ở|địa chỉ)"
    rf"(?: hiện nay| hiện tại)?(?: ?:| tại| ở)? ?(?=\d|số|tổ|ấp|thôn|xóm|(?-i:{_CAP}))"
    r"|\b(?:trú|ngụ|hktt|quê|quê quán|nguyên quán)(?: tại| ở)? ?:? ?(?:tổ|ấp|thôn|xóm|số|xã"
    r"|phường|bản|khu)\b",
    re.IGNORECASE,
)
_BARE_HOME = re.compile(
    r"\bso (?:nha )?\d+[a-z]? (?:ngo|ngach|hem|kiet|duong|pho) \w|\bso nha \d|\b(?:tru"
    r"|ngu) tai (?:so|to|ap|thon|xom|xa|phuong)\b"
)
# What makes an address that of a public place.
_PUBLIC = re.compile(
    r"\b(?:trụ sở|công an|ubnd|hđnd|ủy ban|trường|trạm|bệnh viện|chợ|công viên|nhà văn hóa"
    r"|chi nhánh"
    r"|khách sạn|karaoke|cơ sở|trung tâm|quán bar|vũ trường|ga|bến xe|bến|kho|nhà hàng|nhà nghỉ"
    r"|siêu thị"
    r"|phòng khám|quảng trường|nhà máy|khu công nghiệp|hợp tác xã|htx|công ty|cửa hàng|điểm cai"
    r"|tòa án|viện)\b",
    re.IGNORECASE,
)

_STORY = re.compile(
    r"\b(?:[Đđ]ối tượng|[Nn]ghi can|[Nn]ghi phạm|[Bb]ị can|[Bb]ị cáo|[Cc]on nghiện"
    r"|[Nn]gười nghiện|[Kk]ẻ(?= (?:tên|cầm|là|bán|mua|trộm))"
    r"|[Tt]rùm|[Tt]ên(?= \w+ (?:bị|bán|mua|đã|khai))|[Nn]ạn nhân|[Nn]hân chứng|[Ff]acebooker)"
    rf" (?:tên |là |tên là |chính |cầm đầu |bán lẻ )?(?!Quản|Bán|Nghiện|Sử|Hình|Ma|Tội|Chính|Truy"
    rf"|Loại|Việt|Hà Nội)"
    rf"{_CAP}(?:(?:[^\W\d_]*[{SMALL}])|\b\.?)"
    rf"|\b(?:bắt giữ|bắt quả tang|bắt|khởi tố|tạm giữ|tạm giam|truy nã|triệu tập|xử lý|xử phạt"
    rf"|đưa đi cai nghiện)"
    rf" (?:tên |đối tượng )?(?:{_CAP}\.? ?){{2,}}(?:{_CAP}[^\W\d_]+)?(?=\s|,|$)(?<!CAND)(?<!BCA)"
    rf"|(?<![\w.])(?:{_CAP}\.){{2,3}} ?(?:{_CAP}[^\W\d_]*)? ?(?:\((?:sn|sinh|19|20|\d\d tuổi)"
    rf"|bị (?:bắt|can|cáo)|(?:tàng trữ|mua bán|vận chuyển|sử dụng) )"
    rf"|\b(?:bí danh|biệt danh|biệt hiệu|tên gọi khác|tên thật|thường gọi(?: là)?"
    rf"|tức) ?:? ?[\"“']?{_CAP}"
    rf"|\b(?:{_NAME_WORD} ){{1,3}}\(? ?(?:SN|sinh năm|sinh|tức) ?\d{{2}}"
    rf"|\b{_NAME_WORD}(?: {_NAME_WORD})? (?:bị bắt|bị công an|khai nhận|khai báo|khai mua|đã bán"
    rf"|nghiện ma túy|nghiện hút|bị tạm giữ|bị khởi tố|có tiền án)"
)
_BARE_STORY = re.compile(
    r"\b(?:doi tuong|nghi can|con nghien) (?:ten )?(nguyen|tran|le|pham|vo|vu|hoang) "
)
# Without one of these there is no phrase; most codes have none.
_BARE_HINT = re.compile(
    r"nha|ho ong|quan|tiem|sinh|birth|born|dob|tuoi|s\.?n|n\.?s|nam|nu|male|\bso |tru |ngu |tuong"
    r"|nghi",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?:ngày )?(\d{1,2})[/. -](\d{1,2})[/. -]((?:19|20)\d\d)|((?:19"
    r"|20)\d\d)[/. -](\d{1,2})[/. -](\d{1,2})"
    r"|(\d\d)(\d\d)((?:19|20)\d\d)|((?:19|20)\d\d)(\d\d)(\d\d)"
)
# Whoever was born later is no child of the programme; its own dates begin later.
_BIRTH_YEARS = range(1920, 2013)


def find_phrase(text: str) -> str | None:
    """Find a phrase about one person in a reading and say of what kind, or None.

    Returns
    -------
    str or None
        ``household``, ``addressed``, ``birth``, ``home`` or ``story``.
    """
    if text.isascii():
        if not _BARE_HINT.search(text):
            return None
        return _find_bare(text, fold(text))
    if _HOUSEHOLD.search(text):
        return "household"
    if _is_addressed(text):
        return "addressed"
    if _BIRTH.search(text) or _AGE.search(text):
        return "birth"
    if _HOME.search(text) and not _PUBLIC.search(text):
        return "home"
    return "story" if _STORY.search(text) else None


def is_birthday(text: str) -> bool:
    """Tell whether a text is nothing but a day on which somebody now living may be born.

    >>> is_birthday("1/2/" + "1987"), is_birthday("2025-07-01")
    (True, False)
    """
    found = _DAY.fullmatch(text.strip())
    if not found:
        return False
    parts = [int(part) for part in found.groups() if part]
    day, month, year = parts if parts[2] > 99 else parts[::-1]
    return year in _BIRTH_YEARS and 1 <= month <= 12 and 1 <= day <= 31


def _is_addressed(text: str) -> bool:
    for found in _ADDRESSED.finditer(text):
        if not _AFTER_PLACE.search(text, 0, found.start()):
            return True
    words = lexicon()
    return any(
        key_of(found[1].rstrip(".")) in words.surnames
        and (key_of(found[1].rstrip(".")) not in words.weak_surnames or found[2].count(" ") > 1)
        and not _AFTER_PLACE.search(text, 0, found.start())
        for found in _ADDRESSED_FULL.finditer(text)
    )


def _find_bare(text: str, folded: str) -> str | None:
    """Find the phrases that are clear without marks."""
    if _BARE_HOUSEHOLD.search(folded):
        return "household"
    if _BARE_BIRTH.search(folded) or _BARE_AGE.search(text) or _BIRTH.search(text):
        return "birth"
    if _BARE_HOME.search(folded):
        return "home"
    return "story" if _BARE_STORY.search(folded) else None
