"""Cells by polars-h3: ``cells.py FILE RESOLUTION OUT``; prints the seconds of the work alone."""

import sys
import time

import polars as pl
import polars_h3


def main(file: str, resolution: str, out: str) -> None:
    """Read lng, lat and write the cells."""
    frame = pl.read_parquet(file)
    cell = polars_h3.latlng_to_cell("lat", "lng", int(resolution), return_dtype=pl.Int64)
    frame.head(1000).select(cell)
    began = time.perf_counter()
    cells = frame.select(cell=cell)
    sys.stdout.write(f"{time.perf_counter() - began}\n")
    cells.write_parquet(out)


main(*sys.argv[1:])
