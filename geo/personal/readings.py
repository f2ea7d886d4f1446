"""What a text says once everything that hides it is taken away.

Hidden is: decomposed marks, look-alike letters, letters of no width, spaces of other kinds, dots or
spaces between letters, words glued by capitals, digits or underscores, and the old fonts TCVN3 and
VNI.
"""

import re
import unicodedata

from geo.legacy_text import decode_tcvn3, decode_vni

# Letters of other alphabets that look like ours, dashes and quotes of other kinds, letters of no
# width (soft hyphen, joiners, marks of direction, byte order mark).
_ALIKE = str.maketrans(
    "аеорсухіАВЕНКМОРСТХУІοаΑΒΕΗΙΚΜΝΟΡΤΥΧðÐɖƉ‐‑‒–—−·•’‘“”",
    "aeopcyxiABEHKMOPCTXYIoaABEHIKMNOPTYXđĐđĐ------..''\"\"",
)
_NO_WIDTH = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
# Classes of letters for patterns; capitals and small letters of Vietnamese alternate in Unicode.
_LATIN = [chr(code) for code in (*range(0x41, 0x250), *range(0x1EA0, 0x1EFA))]
CAPITAL = "".join(sign for sign in _LATIN if sign.isupper())
SMALL = "".join(sign for sign in _LATIN if sign.islower())
_OTHER_SPACES = re.compile(r"[\t\n\r\f\v]")
_TWO_SPACES = re.compile(r"[ ]{2,}")
_LETTER = r"[^\W\d_]"
# "N.g.u.y.ễ.n", "N g u y ễ n": at least three letters, each alone.
_ALONE = rf"(?<![^\W_]){_LETTER}(?:[ .*_-]{_LETTER}(?![^\W_]))"
_SINGLES = re.compile(rf"{_ALONE}{{2,}}")
_PAIRS = re.compile(rf"{_ALONE}+")
_BETWEEN = re.compile(r"[ .*_-]")
_SPACED_DIGITS = re.compile(r"(?<!\w)\d(?:[ ._-]\d(?!\w)){7,}")
_GLUED = re.compile(rf"_|(?<=[{SMALL}])(?=[{CAPITAL}])|(?<={_LETTER})(?=\d)|(?<=\d)(?={_LETTER})")
_CAPITAL_INSIDE = re.compile(rf"[{SMALL}][{CAPITAL}]|_")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
# A run of whatever is no space or sign: the fonts of old put letters among the signs.
_WORD = re.compile(r"[^\s\d!-,./:-@\[-^`{-~]+")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
    r"(?:iê|yê|uyê|uô|ươ|ưa|ia|ya|ua|uya|oai|oay|oao|oeo|oa|oă|oe|ue|uê|uâ|uây|uy|uyu|uơ|ưu|ưi|ươi|ươu|uôi|iêu|yêu"
    r"|ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|[aăâeêioôơuưy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_WORD_SIGNS = re.compile(r"[._/\\+,#-]+")


def clean(text: str) -> str:
    """Give a text in composed Unicode with plain spaces, dashes and letters, nothing hidden in it.

    >>> clean("Tra\u0302\u0300n\u00a0V\u200băn")
    'Trần Văn'
    """
    text = _OTHER_SPACES.sub(" ", text)
    if text.isascii():
        return text
    shown = _NO_WIDTH.sub("", unicodedata.normalize("NFKC", text)).translate(_ALIKE)
    return unicodedata.normalize("NFC", shown)


def readings(text: str, *, glued: bool = False) -> list[str]:
    """Give every way in which a text may be meant, the plain one first.

    Parameters
    ----------
    text
        As it came.
    glued
        Also read words that are joined by signs and digits, as in codes and names of files.
    """
    plain = clean(text)
    found = [plain]
    if not text.isascii():
        found += _old_font_readings(text)
    if _SINGLES.search(plain):
        words = (_PAIRS.sub(_joined, part) for part in _TWO_SPACES.split(plain))
        found.append(_GLUED.sub(" ", " ".join(words)))
    if _SPACED_DIGITS.search(plain):
        found.append(_SPACED_DIGITS.sub(_joined, plain))
    if glued:
        found.append(_GLUED.sub(" ", _WORD_SIGNS.sub(" ", plain)))
    elif _CAPITAL_INSIDE.search(plain):
        found.append(_GLUED.sub(" ", plain))
    return found


def _joined(run: re.Match[str]) -> str:
    return _BETWEEN.sub("", run[0])


def _old_font_readings(text: str) -> list[str]:
    """Give what a text says in TCVN3 or VNI, where that is Vietnamese."""
    if not _may_be_of_old_font(text):
        return []
    return [
        said
        for said in (clean(decode_tcvn3(text)), clean(decode_vni(text)))
        if said != text and _reads_as_vietnamese(said)
    ]


def _reads_as_vietnamese(text: str) -> bool:
    """Tell whether every word could be a Vietnamese syllable, capitals inside left aside."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return all(_SYLLABLE.fullmatch(_skeleton(word)) for word in words)


def _skeleton(word: str) -> str:
    """Give a word without the five tones; a letter that is not Vietnamese remains and fits none."""
    parts = unicodedata.normalize("NFD", word.lower())
    tones = sum(sign in _TONES for sign in parts)
    bare = unicodedata.normalize("NFC", "".join(sign for sign in parts if sign not in _TONES))
    return bare if tones <= 1 else "?"


def _may_be_of_old_font(text: str) -> bool:
    """Tell whether every character stands for one byte, as ISO 8859-1 or Windows-1252 reads it."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return all(ord(sign) < 0x100 for sign in text)
    return True
