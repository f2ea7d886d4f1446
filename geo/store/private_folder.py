"""A folder for a file that an office sent, gone with its user: also when that is killed.

Who uses a folder holds a lock on it, which ends with the process however that ends. Whoever makes
the next one, and the service when it starts, sweeps those that nobody holds.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Under its last name a folder is locked, so that it is never swept between the two.
_MADE, _USED = "bando-made-", "bando-file-"


@contextmanager
def private_folder() -> Iterator[Path]:
    """Give an empty folder for this user's eyes alone, and remove it afterwards."""
    sweep()
    made = Path(tempfile.mkdtemp(prefix=_MADE))
    descriptor = os.open(made, os.O_RDONLY | os.O_DIRECTORY)
    folder = made.with_name(made.name.replace(_MADE, _USED, 1))
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        made.rename(folder)
        yield folder
    finally:
        shutil.rmtree(made, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def sweep() -> int:
    """Remove the folders of processes that were killed; give how many there were."""
    swept = 0
    for left in Path(tempfile.gettempdir()).glob(f"{_USED}*"):
        try:
            descriptor = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            # Gone meanwhile, no folder, or somebody else's.
            continue
        try:
            if os.fstat(descriptor).st_uid == os.geteuid():
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
                swept += 1
        except BlockingIOError:
            # In use.
            continue
        finally:
            os.close(descriptor)
    return swept
