"""H3 cells of points: our edge against h3 one by one and polars-h3."""

import h3.api.basic_int as h3
import numpy as np
import pandas as pd

from bench.report import Figure
from bench.workshop import Workshop, best_seconds
from geo.cells import cells_of

RESOLUTION = 10


def measure(shop: Workshop) -> list[Figure]:
    """Measure cells a second on points within the country."""
    count = 300_000 if shop.quick else 2_000_000
    rng = np.random.default_rng(10)
    lng, lat = rng.uniform(102, 110, count), rng.uniform(8, 23.4, count)
    ours, found = best_seconds(lambda: cells_of(lng, lat, resolution=RESOLUTION), times=3)
    pairs = list(zip(lat.tolist(), lng.tolist(), strict=True))
    plain, expected = best_seconds(
        lambda: [h3.latlng_to_cell(north, east, RESOLUTION) for north, east in pairs], times=1
    )
    given, taken = shop.home / "cells.parquet", shop.home / "cells_polars.parquet"
    pd.DataFrame({"lng": lng, "lat": lat}).to_parquet(given)
    polars = float(shop.ask("cells.py", str(given), str(RESOLUTION), str(taken)))
    theirs = pd.read_parquet(taken)["cell"].to_numpy()
    return [
        Figure(
            "cells: against h3 one by one",
            plain / ours,
            "x",
            gate=1,
            goal=1.5,
            equal=found.tolist() == expected,
            detail=f"ours {count / ours / 1e6:.2f} M/s, h3 {count / plain / 1e6:.2f} M/s",
        ),
        Figure(
            "cells: against polars-h3",
            polars / ours,
            "x",
            goal=1,
            equal=bool((theirs == found).all()),
            detail=f"polars-h3 {count / polars / 1e6:.2f} M/s",
        ),
    ]
