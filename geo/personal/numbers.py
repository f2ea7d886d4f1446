"""Numbers that belong to one person: identity card, telephone, passport, plate, account, mail.

A personal number of twelve digits has a structure (Circular 59/2021/TT-BCA): province of birth, sex
and century, two digits of the year, six of chance. Only one random number of sixty-five that begins
with 0 has it.
"""

import re

import phonenumbers

from geo.units import fold

_PROVINCES = frozenset(
    [
        "001",
        "002",
        "004",
        "006",
        "008",
        "010",
        "011",
        "012",
        "014",
        "015",
        "017",
        "019",
        "020",
        "022",
        "024",
        "025",
        "026",
        "027",
        "030",
        "031",
        "033",
        "034",
        "035",
        "036",
        "037",
        "038",
        "040",
        "042",
        "044",
        "045",
        "046",
        "048",
        "049",
        "051",
        "052",
        "054",
        "056",
        "058",
        "060",
        "062",
        "064",
        "066",
        "067",
        "068",
        "070",
        "072",
        "074",
        "075",
        "077",
        "079",
        "080",
        "082",
        "083",
        "084",
        "086",
        "087",
        "089",
        "091",
        "092",
        "093",
        "094",
        "095",
        "096",
    ]
)
_FIRST_YEAR, _LAST_YEAR = 1905, 2035

# Digits with a sign between them at most; never the tail of a decimal fraction.
_RUN = re.compile(r"(?<![\w.,/])(?:\+|\()?\d(?:[ .()-]{0,3}\d){7,19}(?![\d]|[.,]\d)")
_NO_DIGIT = re.compile(r"\D")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[. ]\d{3})+")
# "0.912345678" and "02-03-2025 08" are no telephones.
_DECIMAL_OR_DAY = re.compile(r"0\.\d+|\d{1,2}[-./]\d{1,2}[-./]\d{4}.*|\d{4}-\d{1,2}-\d{1,2}.*")
_LETTERS_FOR_DIGITS = str.maketrans("OoIl", "0011")
_DISGUISED = re.compile(r"(?<!\w)[Oo0+][\dOoIl .-]{8,16}(?!\w)")

# Words that announce a number of a person, folded; whatever number follows is one.
_ANNOUNCED = re.compile(
    r"\b(?:cccd|cmnd|cmtnd|cmt|cm nd|can cuoc(?: cong dan)?|chung minh(?: nhan dan| thu)?"
    r"|so dinh danh"
    r"|dinh danh ca nhan|ma dinh danh|giay to tuy than|gttt|bhxh|bhyt|ma so thue ca nhan"
    r"|mst ca nhan"
    r"|so tai khoan|stk|tai khoan(?: ngan hang)?|so the|ho chieu|passport|passport no|hc so)"
    r"(?: ?(?:so|no|la|cua|ngan hang|tai|vietcombank|vcb|agribank|bidv|vietinbank|techcombank|mb"
    r"|acb))*"
    r" ?[a-z]{0,2} ?\d(?: ?\d){5,}"
)
_TOLD_PHONE = re.compile(
    r"\b(?:dt|sdt|dtdd|tel|phone|mobile|hotline|zalo|lien he|goi|so may|dien thoai|di dong|alo)"
    r"(?: ?(?:so|la|cua|ca nhan|rieng))* ?(?:84|0)? ?\d(?: ?\d){7,10}\b"
)
_PASSPORT = re.compile(r"(?<!\w)[BCNPEK](?!0{3})\d{7,8}(?!\w)")
_MAIL = re.compile(
    r"[\w.+-]+ ?(?:@|\(at\)|\[at\]|\(a còng\)| a còng ) ?[\w-]+(?: ?(?:\.|\(dot\)) ?[\w]{2,})+",
    re.IGNORECASE,
)
_SOCIAL = re.compile(
    r"\b(?:facebook|fb|zalo|tiktok|instagram|messenger|telegram|t|m)\.(?:com|me|vn)/\S|"
    r"\b(?:zalo|facebook|face ?book|fb|tiktok|telegram|messenger|viber|nick)\b"
    r"(?: (?:cá nhân|là|tên|số|của))* ?(?:[:=@]|là|tên|\+?\d{3}) ?(?!công an|ubnd|ủy ban|oa\b)\S",
    re.IGNORECASE,
)
_HANDLE = re.compile(
    r"\b(?:zalo|facebook|fb|nick|telegram)\b (?=[^\s]*\d)[a-z][\w.]{3,}", re.IGNORECASE
)
_PLATE = re.compile(
    r"(?<![\w/])(?:1[1-9]|[2-9]\d)-?(?:[A-HKLMNPSTUVXYZ][A-Z1-9]?|LD|MĐ|MD)"
    r"(?:[ -]{1,3}\d{3}\.?\d{2}|\d{3}\.\d{2}|[ -]\d{5})(?![\w.])"
)
_TOLD_PLATE = re.compile(
    r"\b(?:bks|bsx|biển số|biển kiểm soát"
    r"|biển)\b[ :]*(?:xe)?[ :]*\d{2} ?-? ?[a-zđ]{1,2}\d? ?[-.]? ?\d{3}",
    re.IGNORECASE,
)
_VEHICLE = re.compile(r"\bxe\b[^,;.]{0,24} \d{2}-?[a-z]\d?[ -]\d{4,5}\b", re.IGNORECASE)

# What a duty telephone may be: fixed lines, service lines, emergency numbers; no mobile.
_DUTY_KINDS = frozenset(
    {phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.TOLL_FREE}
)
_SERVICE_LINE = re.compile(r"(?:1[89]00)(?:[ .-]?\d){4,6}|11[1-5]")


def is_citizen_number(digits: str) -> bool:
    """Tell whether twelve digits have the structure of a personal number.

    >>> is_citizen_number("0010" + "99" + "000000"), is_citizen_number("2025" + "07011230")
    (True, False)
    """
    if len(digits) != 12 or digits[:3] not in _PROVINCES:
        return False
    century, year = int(digits[3]) // 2, int(digits[4:6])
    return _FIRST_YEAR <= 1900 + 100 * century + year <= _LAST_YEAR


def is_telephone(written: str) -> bool:
    """Tell whether digits, as written, are a telephone number that can be dialled in Vietnam."""
    digits = _NO_DIGIT.sub("", written)
    if digits.startswith("84") and len(digits) in (11, 12):
        digits = "0" + digits[2:]
    if not digits.startswith("0") or not 10 <= len(digits) <= 11:
        return False
    if len(digits) == 11 and digits[:2] == "01":
        return digits[2] in "2689"  # mobile numbers of before 2018
    return phonenumbers.is_valid_number(phonenumbers.parse(digits, "VN"))


def is_duty_telephone(written: str) -> bool:
    """Tell whether a text is one public number of a unit: a fixed line or a service line.

    >>> is_duty_telephone("113"), is_duty_telephone("không có")
    (True, False)
    """
    text = written.strip()
    if _SERVICE_LINE.fullmatch(text):
        return True
    if not re.fullmatch(r"[+\d][\d .()-]{8,18}", text) or not is_telephone(text):
        return False
    return phonenumbers.number_type(phonenumbers.parse(text, "VN")) in _DUTY_KINDS


def find_number(text: str) -> str | None:
    """Find a number of a person in a text and say of what kind it is, or None.

    Returns
    -------
    str or None
        ``id_number``, ``phone``, ``passport``, ``mail``, ``account`` or ``plate``.
    """
    if ("@" in text or "còng" in text or "at)" in text or "at]" in text) and _MAIL.search(text):
        return "mail"
    digits = len(_NO_DIGIT.sub("", text))
    if digits < 3:
        return "account" if _SOCIAL.search(text) or _HANDLE.search(text) else None
    for run in _RUN.finditer(text):
        found = _kind_of_run(run[0])
        if found:
            return found
    if digits > 5:
        folded = fold(text)
        if _ANNOUNCED.search(folded):
            return "id_number"
        if _TOLD_PHONE.search(folded):
            return "phone"
    for run in _DISGUISED.finditer(text):
        if is_telephone(run[0].translate(_LETTERS_FOR_DIGITS)):
            return "phone"
    if _PASSPORT.search(text):
        return "passport"
    if _SOCIAL.search(text) or _HANDLE.search(text):
        return "account"
    if _PLATE.search(text) or _TOLD_PLATE.search(text) or _VEHICLE.search(text):
        return "plate"
    return None


def _kind_of_run(written: str) -> str | None:
    digits = _NO_DIGIT.sub("", written)
    if _DECIMAL_OR_DAY.fullmatch(written):
        return None
    if len(digits) == 12 and is_citizen_number(digits):
        return "id_number"
    if written.startswith("+84") or is_telephone(written):
        return "phone" if is_telephone(written) else None
    # A card of before 2016 has nine digits and no structure; round sums are money or area.
    grouped = _THOUSANDS.fullmatch(written) is not None
    if len(digits) == 9 and not digits.endswith("000") and not grouped and "(" not in written:
        groups = re.split(r"\D+", written.strip())
        if len(groups) == 1 or all(len(group) == 3 for group in groups):
            return "id_number"
    # Two numbers side by side: "0912345678 - 0987654321".
    halves = [part for part in re.split(r" ?- | {2,}|\) ", written) if part]
    if len(halves) > 1 and any(_kind_of_run(part) for part in halves):
        return "phone"
    return None
