"""The words by which names of persons and of places are told apart, from `lexicon.toml`.

A word is compared with its marks where it has any (`tone_key`: the letter that carries the tone
does not count), and without where it is written without.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from geo.units import fold, tone_key


@dataclass(frozen=True, slots=True)
class Words:
    """A set of words, once with their marks and once without."""

    marked: frozenset[str]
    bare: frozenset[str]

    def __contains__(self, word: str) -> bool:
        return word in (self.bare if word.isascii() else self.marked)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What `lexicon.toml` says; its comments say what each list is."""

    surnames: Words
    weak_surnames: Words
    place_surnames: Words
    firm_surnames: Words
    firm_without_marks: Words
    title_surnames: Words
    common_pairs: Words
    strong_middles: Words
    middles: Words
    givens: Words
    no_given_after_middle: Words
    place_heads: Words
    no_place_heads: Words
    place_tails: Words
    place_after: Words
    unit_words: Words
    unit_heads: Words
    person_words: Words
    sure_without_marks: Words
    phrases: frozenset[str]
    places_named_after: "KnownNames"


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names of places that are known as such and may read like a person's.

    Parameters
    ----------
    marked, bare
        Keys of the names, with and without marks.
    """

    marked: frozenset[str] = frozenset()
    bare: frozenset[str] = frozenset()

    def has(self, words: Iterable[str]) -> bool:
        """Tell whether words, as `key_of` gives them, are a known name."""
        key = " ".join(words)
        return key in (self.bare if key.isascii() else self.marked)

    def __or__(self, other: "KnownNames") -> "KnownNames":
        return KnownNames(self.marked | other.marked, self.bare | other.bare)


NO_NAMES = KnownNames()


def known_names(names: Iterable[str]) -> KnownNames:
    """Make names known.

    >>> known_names(["Trần Văn Thời"]).has(["tran", "van", "thoi"])
    True
    """
    listed = list(names)
    return KnownNames(
        frozenset(" ".join(key_of(word) for word in name.split()) for name in listed),
        frozenset(fold(name) for name in listed),
    )


@lru_cache(maxsize=65_536)
def key_of(word: str) -> str:
    """Give the key of one word: small letters, marks kept, their place forgotten."""
    return word.lower() if word.isascii() else tone_key(word)


@cache
def lexicon(*, marked: bool = False) -> Lexicon:
    """Read the lexicon that is packaged with the code.

    Parameters
    ----------
    marked
        For a text with marks, in which "thanh" is not "thành"; only what is typed without marks
        out of habit (``_OFTEN_BARE``) is known bare as well.
    """
    told = tomllib.loads(files("geo.personal").joinpath("lexicon.toml").read_text(encoding="utf-8"))
    often_bare = {fold(word) for name in _OFTEN_BARE for word in told[name].split()}

    def words(name: str) -> Words:
        listed = told[name].split()
        with_marks = frozenset("_".join(map(key_of, word.split("_"))) for word in listed)
        bare = frozenset("_".join(map(fold, word.split("_"))) for word in listed)
        if marked:
            bare = frozenset(word for word in with_marks if word.isascii()) | (bare & often_bare)
        return Words(with_marks, bare)

    lists = {
        name: words(name)
        for name in Lexicon.__dataclass_fields__
        if name not in ("phrases", "places_named_after")
    }
    return Lexicon(
        **lists,
        phrases=frozenset(_entries(told["phrases"])),
        places_named_after=known_names(_entries(told["places_named_after"])),
    )


_OFTEN_BARE = ("firm_without_marks", "strong_middles")


def _entries(text: str) -> list[str]:
    parts = (part for line in text.splitlines() for part in line.split("|"))
    return [entry for part in parts if (entry := " ".join(part.split()))]
