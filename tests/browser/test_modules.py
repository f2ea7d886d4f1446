"""The pure modules of the page, tested where they run: in node."""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_pure_modules_of_the_page_keep_their_promises() -> None:
    node = shutil.which("node") or Path(sys.prefix).parent / "tools/bin/node"
    tests = sorted(str(path) for path in HERE.glob("*.test.mjs"))
    done = subprocess.run(
        [node, "--test", *tests], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
