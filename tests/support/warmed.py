"""What a command looks up before it works, done at import: for a server that commands fork from."""

import numpy as np

from geo.office_sheet import indicator_names
from geo.store import row_layout
from geo.store.personal import value_looks_personal
from geo.store.register import read_register

__all__ = ["indicator_names"]

# No thread may be started here: a fork leaves them behind.
for districts in (False, True):
    read_register(districts=districts)
for use in ("file_name", "comment", "unit_name"):
    value_looks_personal("Xã Tân Hưng", use=use)
row_layout.lay_out(
    np.zeros(1, dtype=np.uint8),
    np.zeros((1, 1), dtype=np.int64),
    np.ones((1, 1), dtype=np.int32),
    np.empty(7, dtype=np.uint8),
)
