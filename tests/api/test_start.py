"""The web service starts without the libraries that only imports and computing need."""

import subprocess
import sys

import pytest

from tests.support.sources import PROJECT

HEAVY = (
    "docx",
    "esda",
    "fontTools",
    "geopandas",
    "libpysal",
    "lifelines",
    "numba",
    "openpyxl",
    "pandas",
    "pyarrow",
    "scipy",
    "typst",
)


@pytest.mark.parametrize("module", ["api.main", "api.serve_app", "api.cli.serve", "api.cli"])
def test_no_library_of_analysis_is_imported_at_the_start(module: str) -> None:
    program = f"import sys, {module}; print([n for n in {HEAVY!r} if n in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    assert said.stdout.strip() == "[]"
