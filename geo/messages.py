"""The message catalogue: every sentence for users in Vietnamese and English.

`geo/messages/*.toml` holds one table per code: ``[code]`` with ``vi`` and ``en``; placeholders are
those of `str.format`. The same catalogue serves errors, findings, command help, map labels and
the browser (`GET /messages`, the codes that start with ``ui_``).
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Read every sentence of the product, by code and language.

    Raises
    ------
    ValueError
        When a code stands in two files or lacks a language.
    """
    sentences: dict[str, Mapping[str, str]] = {}
    for file in sorted(files("geo").joinpath("messages").iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        for code, texts in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if code in sentences:
                raise ValueError(f"message {code} stands twice, again in {file.name}")
            if set(texts) != set(LANGUAGES):
                raise ValueError(f"message {code} in {file.name} needs exactly vi and en")
            sentences[code] = MappingProxyType(texts)
    return MappingProxyType(sentences)


def say(code: str, /, *, language: Language = "vi", **details: object) -> str:
    """Give the sentence of a code in one language, with its details filled in."""
    return catalogue()[code][language].format(**details)
