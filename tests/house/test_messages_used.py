import ast
import re

from geo.messages import catalogue
from tests.support.sources import PROJECT, our_files, product_modules, shown

SAYERS = {
    "say",
    "Finding",
    "BandoError",
    "Refused",
    "NotFound",
    "Forbidden",
    "Conflict",
    "Unavailable",
    "UsageError",
}


def called_codes() -> dict[str, str]:
    """Find every code that is written out in a call that needs a sentence, with its file."""
    codes = {}
    for path, tree in product_modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if (
                name in SAYERS
                and isinstance(first, ast.Constant)
                and isinstance(first.value, str)
                and first.value
            ):
                codes[first.value] = shown(path)
    return codes


def mentioned() -> tuple[set[str], list[re.Pattern[str]]]:
    """Find every text of the sources that may be a code, and patterns of those put together."""
    words: set[str] = set()
    patterns = []
    for _, tree in product_modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
            if (
                isinstance(node, ast.BinOp)
                and isinstance(node.op, ast.Add)
                and isinstance(node.left, ast.Constant)
                and isinstance(node.left.value, str)
                and node.left.value.endswith("_")
            ):
                patterns.append(re.compile(re.escape(node.left.value) + r"\w+"))
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+"
                    for part in node.values
                ]
                # Without a word of its own a pattern would excuse everything.
                if any(len(part) > 3 and part != r"\w+" for part in parts):
                    patterns.append(re.compile("".join(parts)))
    for path in (*our_files(".js", ".html", below="static"), *our_files(".sql", below="geo")):
        words.update(re.findall(r"[a-z][a-z0-9_]+", path.read_text(encoding="utf-8")))
        # In JavaScript: `ui_level_${level}`.
        for template in re.findall(r"`([a-z0-9_]*\$\{[^`]*)`", path.read_text(encoding="utf-8")):
            parts = re.split(r"\$\{[^}]*\}", template)
            if max(map(len, parts)) > 3:
                patterns.append(re.compile(r"\w+".join(map(re.escape, parts))))
    rules = (PROJECT / "geo").glob("*.toml")
    for path in rules:
        words.update(re.findall(r"[a-z][a-z0-9_]+", path.read_text(encoding="utf-8")))
    return words, patterns


def _in_browser(name: str, words: set[str], patterns: list[re.Pattern[str]]) -> bool:
    return name in words or any(pattern.fullmatch(name) for pattern in patterns)


def test_every_code_in_the_sources_has_its_sentences() -> None:
    missing = {code: path for code, path in called_codes().items() if code not in catalogue()}
    assert missing == {}


def test_no_sentence_is_left_without_a_use() -> None:
    words, patterns = mentioned()
    unused = [
        code
        for code in catalogue()
        if code not in words
        # In the browser every code begins with ui_, so its sources leave that out.
        and not (code.startswith("ui_") and _in_browser(code.removeprefix("ui_"), words, patterns))
        and not code.startswith("command_")
        and not any(pattern.fullmatch(code) for pattern in patterns)
    ]
    assert unused == []


def test_both_languages_take_the_same_details() -> None:
    for code, texts in catalogue().items():
        fields = {language: set(re.findall(r"\{(\w+)", text)) for language, text in texts.items()}
        assert fields["vi"] == fields["en"], code
