"""Full names of persons in a text, told apart from places that are named after persons.

A full name is a surname, one to three middle names and a given name. It is a place's when a word
for a place stands before it ("đường Nguyễn Du"), or when it is known as one. Two words (surname and
given name) are too often a place; they count only beside other evidence and for a whole column.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geo.personal.lexicon import KnownNames, Lexicon, key_of, lexicon
from geo.units import fold

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?", re.UNICODE)
# Between the words of one name: a space, or the dot of "Tr. V. Bê".
_INSIDE = re.compile(r"\.? +")
# Between two names of which the first is a place: "Lê Lợi - Nguyễn Huệ".
_JOINS = re.compile(r"\s*(?:-|/|×|x|&|\+|->|và|giao|với|giao với|đến|tới|and|>)\s*", re.IGNORECASE)
_BEFORE_PLACE = re.compile(r"[.:]? *[\"'(“]? *")
_LONGEST = 5
_SYLLABLE = re.compile(
    r"(?:ngh?|nh|ch|gh?|kh|ph|qu|th|tr|[bcdhklmnrstvx])?[aeiouy]{1,3}(?:ch|nh|ng|[cmnpt])?"
)


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of a text with its place and its key."""

    text: str
    key: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


def find_full_name(text: str, *, known: KnownNames, whole: bool = False) -> bool:
    """Tell whether a text holds a full name that is no place's.

    Parameters
    ----------
    text
        One reading of the text, see `readings`.
    known
        Names of places known beside those of the lexicon.
    whole
        The text as a whole is suspected (a code, the name of a file): words in small letters
        without marks are a name too.
    """
    if len(_TOKEN.findall(text)) < 3:
        return False
    tokens = [
        _Token(found[0], key_of(found[0]), found.start(), found.end())
        for found in _TOKEN.finditer(text)
    ]
    marked = not text.isascii()
    words = lexicon(marked=marked)
    place_end = -1
    at = 0
    while at < len(tokens):
        if tokens[at].key not in words.surnames or _is_bare_head(tokens, at, words):
            at += 1
            continue
        run = _run_from(tokens, at, text, words)
        if _is_inside(tokens, at, text, words):
            at += 1
            continue
        length = _known_length(run, known, words)
        if length:
            at += length
            place_end = at
            continue
        bounded = whole or _is_bounded(tokens, at, len(run), text)
        length = _name_length(run, words, marked=marked, whole=bounded)
        if not length:
            at += 1
            continue
        joined = place_end == at and _JOINS.fullmatch(text, tokens[at - 1].end, tokens[at].start)
        if not (joined or _is_place(tokens, at, length, text, words)):
            return True
        at += length
        place_end = at
    return _has_rare_name(tokens, text, words)


def looks_like_full_name(text: str, *, known: KnownNames) -> bool:
    """Tell whether a text is, from end to end, two to five words that may be a full name.

    Weaker than `find_full_name`: for columns, where many such values together say more than one.
    """
    tokens = _TOKEN.findall(text)
    if not 2 <= len(tokens) <= _LONGEST or any(sign.isdigit() for sign in text):
        return False
    keys = [key_of(token) for token in tokens]
    words = lexicon(marked=not text.isascii())
    if keys[0] not in words.surnames or known.has(keys) or words.places_named_after.has(keys):
        return False
    if len(keys) == 2:
        return keys[1] in words.givens
    return keys[-1] in words.givens or any(key in words.middles for key in keys[1:-1])


def glued_name(word: str, *, known: KnownNames) -> bool:
    """Tell whether one word without spaces is a full name written together: ``nguyenvannam``.

    >>> glued_name("TranVanBe", known=KnownNames()), glued_name("CAULONGBIEN", known=KnownNames())
    (True, False)
    """
    if not 8 <= len(word) <= 24:
        return False
    bare = fold(word)
    for parts in _splits(bare):
        return not (known.has(parts) or lexicon().places_named_after.has(parts))
    return False


def _splits(bare: str) -> Iterator[list[str]]:
    words = lexicon()
    surnames = words.surnames.bare - words.weak_surnames.bare
    surnames |= words.firm_surnames.bare | words.title_surnames.bare
    for first in range(2, min(7, len(bare) - 3)):
        if bare[:first] not in surnames:
            continue
        for second in range(first + 2, min(first + 7, len(bare) - 1)):
            middle, given = bare[first:second], bare[second:]
            if (middle in words.strong_middles.bare and _two_names(given, words)) or (
                middle in words.middles.bare and given in words.givens.bare and len(middle) > 2
            ):
                yield [bare[:first], middle, given]


def _two_names(bare: str, words: Lexicon) -> bool:
    """Tell whether letters are a given name, or a middle name and a given one."""
    givens = words.givens.bare
    return bare in givens or any(
        bare[:cut] in words.middles.bare and bare[cut:] in givens for cut in range(2, len(bare) - 1)
    )


def _is_bare_head(tokens: Sequence[_Token], at: int, words: Lexicon) -> bool:
    """Tell whether "Duong" is a street, not a surname: a whole name follows."""
    key = tokens[at].key
    follows = tokens[at + 1].key if at + 1 < len(tokens) else ""
    if not (key.isascii() and key in words.place_heads):
        return False
    rest = [token.key for token in tokens[at + 1 : at + 5]]
    return any(
        words.places_named_after.has(rest[:length]) for length in range(2, len(rest) + 1)
    ) or (len(rest) > 2 and (follows in words.firm_surnames or follows in words.title_surnames))


def _is_bounded(tokens: Sequence[_Token], at: int, length: int, text: str) -> bool:
    """Tell whether words stand between signs or ends of the text, not in a sentence."""
    before = text[tokens[at - 1].end : tokens[at].start].strip() if at else "."
    last = at + length
    after = text[tokens[last - 1].end : tokens[last].start].strip() if last < len(tokens) else "."
    return bool(before and after)


def _is_inside(tokens: Sequence[_Token], at: int, text: str, words: Lexicon) -> bool:
    """Tell whether a word is the middle of a longer proper name: "Tân Hà Lâm Hà" is no Hà's."""
    token, before = tokens[at], tokens[at - 1]
    return (
        at > 0
        and token.key in words.weak_surnames
        and before.capital
        and token.capital
        and before.key not in words.place_heads
        and text[before.end : token.start] == " "
        and not (at + 1 < len(tokens) and tokens[at + 1].key in words.strong_middles)
        and not text.isupper()
    )


def _run_from(tokens: Sequence[_Token], at: int, text: str, words: Lexicon) -> list[_Token]:
    """Give the words from one on that stand together and may be one name."""
    run = [tokens[at]]
    for token in tokens[at + 1 : at + _LONGEST]:
        between = text[run[-1].end : token.start]
        if not _INSIDE.fullmatch(between) or any(sign.isdigit() for sign in token.text):
            break
        if token.capital != tokens[at].capital or token.key in words.place_after:
            break
        run.append(token)
    return run


def _known_length(run: Sequence[_Token], known: KnownNames, words: Lexicon) -> int:
    """Give how many words of the run are the longest known place, 0 for none.

    Of "Vũ Hữu Trinh" the beginning is known, and yet it is a person.
    """
    keys = [token.key for token in run]
    for length in range(len(keys), 1, -1):
        if words.places_named_after.has(keys[:length]) or known.has(keys[:length]):
            goes_on = length == 2 and _goes_on(keys, words, known, title=not run[0].text.isupper())
            return 0 if goes_on else length
    return 0


def _goes_on(keys: Sequence[str], words: Lexicon, known: KnownNames, *, title: bool) -> bool:
    """Tell whether a surname and another word that are a known place begin a longer name."""
    rest = keys[2:]
    if not rest or rest[0] in words.unit_words:
        return False
    sure = keys[0] in words.firm_surnames and keys[1] in words.middles
    if (len(rest) == 1 or not title) and (sure or rest[0] in words.givens):
        return True
    if (len(rest) > 2 and title) or known.has(rest[:2]):
        return False
    return len(rest) > 1 and rest[0] in words.middles and rest[1] in words.givens


def _name_length(run: Sequence[_Token], words: Lexicon, *, marked: bool, whole: bool) -> int:
    """Give how many words of the run are a full name, 0 for none."""
    if len(run) < 3:
        return 0
    shouted = all(token.text.isupper() for token in run[:3]) and any(
        len(token.text) > 1 for token in run[1:3]
    )
    title = run[0].capital and not shouted
    bare = all(token.text.isascii() for token in run)
    if not title and (
        f"{run[0].key}_{run[1].key}" in words.common_pairs
        or (bare and marked)
        or (bare and not whole)
    ):
        return 0
    firm = run[0].key in words.firm_surnames
    if run[0].text.isascii() and marked and not (run[0].capital or firm):
        return 0  # "an", "cao", "mai" in the middle of a sentence
    keys = [token.key for token in run]
    if not title and " ".join(keys[:3]) in words.phrases:
        return 0
    # Among capitals every word is one; with marks a firm surname is as sure there as in a title.
    loud = shouted and not bare and run[0].key in words.firm_without_marks
    fits = _fits(keys, words, title=title, bare=bare, whole=whole or loud)
    return len(run) if fits else 0


def _fits(keys: Sequence[str], words: Lexicon, *, title: bool, bare: bool, whole: bool) -> bool:
    """Tell whether words are a full name: the weaker the surname, the more the rest must say."""
    first, second, third = keys[:3]
    firm, often = first in words.firm_surnames, first in words.title_surnames
    weak = first in words.weak_surnames and not firm
    middle, given = second in words.middles, third in words.givens
    if second in words.strong_middles:
        return title or given or (not weak and third not in words.no_given_after_middle)
    if middle and given and not (bare and not title and not (often or firm)):
        return first not in words.place_surnames and (often or not weak or title or len(keys) == 3)
    if first in words.place_surnames:
        return False
    if bare and not title and (weak or not whole or not (firm or often)):
        return False
    if len(keys) > 3 and keys[3] in words.givens:
        both = middle and third in words.middles
        if both or (not weak and (middle or third in words.middles)):
            return True
    if firm:
        sure = not bare or first in words.firm_without_marks
        if bare and whole and given and first in words.sure_without_marks and len(keys) == 3:
            return True
        return (middle and sure) or (given and not bare and (whole or title))
    return (title or whole) and not bare and middle and often


def _has_rare_name(tokens: Sequence[_Token], text: str, words: Lexicon) -> bool:
    """Find a name whose surname is not listed: capitals around "Văn" or "Thị"."""
    for at, token in enumerate(tokens[1:-1], start=1):
        if token.text not in ("Văn", "Thị") or not tokens[at - 1].capital:
            continue
        first = tokens[at - 1]
        if first.key in words.surnames:
            continue
        run = _run_from(tokens, at - 1, text, words)
        if (
            3 <= len(run) <= 4
            and run[2].key in words.givens
            and run[2].key not in words.no_given_after_middle
            and first.key not in words.place_heads
            and first.key not in words.place_tails
            and not (at > 1 and tokens[at - 2].capital)
            and not _is_place(tokens, at - 1, 3, text, words)
        ):
            return True
    return False


def _is_place(tokens: Sequence[_Token], at: int, length: int, text: str, words: Lexicon) -> bool:
    """Tell whether the words around a name say that it is a place's."""
    if at + length < len(tokens) and tokens[at + length].key in words.place_after:
        return True
    unknown = 0
    for back in range(at - 1, max(-1, at - 7), -1):
        token, after = tokens[back], tokens[back + 1]
        before = tokens[back - 1].key if back else ""
        pair = f"{before}_{token.key}"
        numbers = token.text.isdigit() and after.text.isdigit()
        gap = text[token.end : after.start]
        if not (_BEFORE_PLACE.fullmatch(gap) or (numbers and gap == "/")):
            return False
        if pair in words.no_place_heads:
            return False
        if token.key in words.place_heads or pair in words.place_heads:
            # A unit's office does things to persons; a market, a road or a school does not.
            return not unknown or token.key not in words.unit_heads
        short_number = token.text.isdigit() and len(token.text) < 4
        initials = token.text.isupper() and len(token.text) > 1 and not text.isupper()
        if token.key in words.place_tails or short_number or initials:
            continue
        if token.key in words.person_words:
            return False
        unknown += 1
        begins_phrase = token.capital and not after.capital and back + 1 < at
        if unknown > 3 or (token.capital and not begins_phrase):
            return False
    return False
