"""Every notebook runs from top to bottom, on what ./test installed and nothing else."""

import os
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


# The kernel's own libraries warn about their sockets; what the cells do is checked by the kernel.
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebook_runs_and_keeps_no_output_in_the_repository(path: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    parameters = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", ()))
    # The environment that runs the tests lies in the home that ./test prepared.
    home = Path(sys.prefix).parent
    parameters.source += f"\nHOME = Path({str(home)!r})\nOUT = Path({str(tmp_path)!r})"
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute(env=os.environ | {"IPYTHONDIR": str(tmp_path), "HOME": str(tmp_path)})
    page = (tmp_path / "hung-yen.html").read_text(encoding="utf-8")
    assert "DỮ LIỆU MÔ PHỎNG" in page
    assert 'src="http' not in page
