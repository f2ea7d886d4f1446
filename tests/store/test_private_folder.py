"""Folders of files that were sent: gone with their user, however that ends."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from geo.store.private_folder import private_folder, sweep
from tests.support.sources import PROJECT


@pytest.fixture(autouse=True)
def _own_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_a_folder_is_private_empty_and_gone_afterwards(tmp_path: Path) -> None:
    with private_folder() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert list(folder.iterdir()) == []
        (folder / "a.csv").write_text("x")
        assert sweep() == 0
        assert folder.exists()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_swept_by_the_next(tmp_path: Path) -> None:
    killed = (
        "import os, signal\n"
        "from geo.store.private_folder import private_folder\n"
        "with private_folder() as folder:\n"
        "    (folder / 'a.csv').write_text('x')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(PROJECT)}
    subprocess.run([sys.executable, "-c", killed], env=environment, check=False)
    (left,) = tmp_path.iterdir()
    assert (left / "a.csv").exists()
    with private_folder() as folder:
        assert list(tmp_path.iterdir()) == [folder]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    (away / "kept").write_text("x")
    (tmp_path / "bando-file-x").symlink_to(away)
    assert sweep() == 0
    assert (away / "kept").exists()
