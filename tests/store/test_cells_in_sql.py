"""Parents of H3 cells by bit arithmetic in PostgreSQL, held against the library."""

import numpy as np
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from geo import cells
from geo.store.copying import stage_numbers

DIFFERENT = """
SELECT count(*) FROM family WHERE bando.cell_parent(cell, resolution) IS DISTINCT FROM parent
"""


def test_parents_in_sql_are_those_of_the_library(operator_conn: Connection) -> None:
    rng = np.random.default_rng(3)
    count = 20_000
    # Evenly over the globe, so that pentagons and all base cells are met.
    lng = rng.uniform(-180, 180, count)
    lat = np.degrees(np.arcsin(rng.uniform(-1, 1, count)))
    for own in range(16):
        children = cells.cells_of(lng, lat, resolution=own)
        for wanted in {0, own // 2, max(own - 1, 0), own}:
            parents = cells.parents_of(children, resolution=wanted)
            stage_numbers(
                operator_conn,
                "family",
                {
                    "cell": children,
                    "resolution": np.full(count, wanted, dtype=np.int32),
                    "parent": parents,
                },
            )
            assert operator_conn.execute(text(DIFFERENT)).scalar_one() == 0


def test_a_finer_cell_is_no_parent_and_nothing_has_none(operator_conn: Connection) -> None:
    coarse = int(cells.cells_of([106.0], [21.0], resolution=5)[0])
    asked = "SELECT bando.cell_parent(:cell, 6), bando.cell_parent(NULL, 5)"
    assert operator_conn.execute(text(asked), {"cell": coarse}).one() == (None, None)


def test_a_count_is_refused_on_a_cell_of_another_resolution(operator_conn: Connection) -> None:
    fine = int(cells.cells_of([106.0], [21.0], resolution=8)[0])
    add = "INSERT INTO cell_count VALUES ('M2026-01', :resolution, :cell, 1048576, 1, 0, 0, 0)"
    operator_conn.execute(text(add), {"cell": fine, "resolution": 8})
    with pytest.raises(IntegrityError, match="cell_of_resolution"):
        operator_conn.execute(text(add), {"cell": fine, "resolution": 7})
