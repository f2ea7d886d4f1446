"""The project's own text, for the tests that read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
_NOT_OURS = {".git", ".bando", "vendor", "node_modules", "__pycache__"}


def our_files(*suffixes: str, below: str = ".") -> list[Path]:
    """List our files with one of the endings (all when none is given), vendored ones left out."""
    return sorted(
        path
        for path in (PROJECT / below).rglob("*")
        if path.is_file()
        and not _NOT_OURS.intersection(path.relative_to(PROJECT).parts)
        and not any(part.endswith(("_cache", ".egg-info")) for part in path.parts)
        and (not suffixes or path.suffix in suffixes)
    )


def product_modules() -> Iterator[tuple[Path, ast.Module]]:
    """Parse every Python file of the three packages."""
    for package in ("geo", "layers", "api"):
        for path in our_files(".py", below=package):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def shown(path: Path) -> str:
    """Give a path as it is said to people."""
    return str(path.relative_to(PROJECT))
