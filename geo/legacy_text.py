"""Vietnamese written for the fonts of before Unicode: TCVN3 (ABC fonts) and VNI.

Files of offices often hold such text without saying so: read byte by byte it looks like
``Ph­êng Phè HiÕn`` (TCVN3) or ``Phöôøng Thaønh Sen`` (VNI). Both are decoded from text in which each
character stands for one byte, as GDAL gives it for a table that names no encoding (ISO 8859-1), or
as Windows-1252 reads it.

Sources: TCVN 5712-1:1993 (VN1) for TCVN3; for VNI the layout of the VNI-Windows fonts, a letter and
behind it a byte for its marks. Python has no codec for either.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

LegacyEncoding = Literal["tcvn3", "vni"]

# Letters of the bytes 0x80 to 0xFF. 0xB0 to 0xB4 are marks that combine with the letter before.
_TCVN3_LETTERS = (
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨ"
    "ÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"
    "\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ"
    "\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ"
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽ"
    "éẹềểễếệìỉỄẾỒĩíịò"
    "Ổỏõóọồổỗốộờởỡớợù"
    "ỖủũúụừửữứựỳỷỹýỵỐ"
)
_TCVN3: Mapping[int, str] = {0x80 + place: sign for place, sign in enumerate(_TCVN3_LETTERS)}

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"
# Bytes behind a letter, by the marks that they stand for.
_VNI_MARKS: Mapping[str, str] = {
    "ù": _ACUTE,
    "ø": _GRAVE,
    "û": _HOOK,
    "õ": _TILDE,
    "ï": _DOT,
    "â": _CIRCUMFLEX,
    "á": _CIRCUMFLEX + _ACUTE,
    "à": _CIRCUMFLEX + _GRAVE,
    "å": _CIRCUMFLEX + _HOOK,
    "ã": _CIRCUMFLEX + _TILDE,
    "ä": _CIRCUMFLEX + _DOT,
    "ê": _BREVE,
    "é": _BREVE + _ACUTE,
    "è": _BREVE + _GRAVE,
    "ú": _BREVE + _HOOK,
    "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}
# Bytes that are letters by themselves.
_VNI_LETTERS: Mapping[str, str] = {
    "ô": "ơ",
    "ö": "ư",
    "ñ": "đ",
    "í": "í",
    "ì": "ì",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
}
_VNI_CARRIERS = "aeouyôö"
_VNI_PAIR = re.compile(
    rf"([{_VNI_CARRIERS}{_VNI_CARRIERS.upper()}])"
    rf"([{''.join(_VNI_MARKS)}{''.join(_VNI_MARKS).upper()}])"
)
_VNI_SINGLE = {
    ord(sign): letter
    for small, meant in _VNI_LETTERS.items()
    for sign, letter in ((small, meant), (small.upper(), meant.upper()))
}
_WORD = re.compile(r"[^\W\d_]+")


def decode_tcvn3(text: str) -> str:
    """Decode text of TCVN3 fonts, one character a byte.

    >>> decode_tcvn3("Ph\u00adêng Phè HiÕn")
    'Phường Phố Hiến'
    """
    return unicodedata.normalize("NFC", _as_bytes(text).translate(_TCVN3))


def decode_vni(text: str) -> str:
    """Decode text of VNI fonts, one character a byte.

    >>> decode_vni("Phöôøng Baéc Hoàng Lónh")
    'Phường Bắc Hồng Lĩnh'
    """

    def joined(pair: re.Match[str]) -> str:
        letter, mark = pair.groups()
        # Marked letters are taken out of reach of the single letters below.
        return letter.translate(_VNI_SINGLE) + _VNI_MARKS[mark.lower()].translate(_HIDDEN)

    singles = _VNI_PAIR.sub(joined, _as_bytes(text)).translate(_VNI_SINGLE)
    return unicodedata.normalize("NFC", singles.translate(_SHOWN))


# Marks while the single letters are replaced: private characters that nothing else means.
_HIDDEN = {
    ord(mark): 0xE000 + place
    for place, mark in enumerate((_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT, _CIRCUMFLEX, _BREVE))
}
_SHOWN = {hidden: shown for shown, hidden in _HIDDEN.items()}

DECODERS: Mapping[LegacyEncoding, Callable[[str], str]] = {
    "tcvn3": decode_tcvn3,
    "vni": decode_vni,
}


def _as_bytes(text: str) -> str:
    """Give characters that Windows-1252 put in the place of a byte as that byte again."""
    return text.translate(_WINDOWS_1252)


_WINDOWS_1252 = {
    ord(bytes([byte]).decode("cp1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """An encoding that makes names readable.

    Parameters
    ----------
    encoding
        The encoding.
    known_count, known_before, name_count
        Names all of whose words are known: decoded, as they are, and all names.
    """

    encoding: LegacyEncoding
    known_count: int
    known_before: int
    name_count: int


def vocabulary(names: Iterable[str]) -> frozenset[str]:
    """Give the words of names that are surely right, in small letters."""
    return frozenset(
        word for name in names for word in _WORD.findall(unicodedata.normalize("NFC", name).lower())
    )


def propose_encoding(names: Collection[str], *, words: Collection[str]) -> Proposal | None:
    """Find the encoding in which names are written, if it is plainly not the one they came in.

    Parameters
    ----------
    names
        As they were read.
    words
        The vocabulary of units, see `vocabulary`.

    Returns
    -------
    Proposal or None
        The encoding that makes most names readable: nine of ten at least, and twice as many as
        without it.
    """

    def known(decode: Callable[[str], str]) -> int:
        return sum(_all_known(decode(name), words) for name in names)

    before = known(str)
    best: Proposal | None = None
    for encoding, decode in DECODERS.items():
        count = known(decode)
        if best is None or count > best.known_count:
            best = Proposal(encoding, count, before, len(names))
    if best is None or best.known_count * 10 < len(names) * 9 or best.known_count < 2 * before:
        return None
    return best if best.known_count > before else None


def _all_known(name: str, words: Collection[str]) -> bool:
    found = _WORD.findall(unicodedata.normalize("NFC", name).lower())
    return bool(found) and all(word in words for word in found)
