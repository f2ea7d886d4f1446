"""Copy places by ADBC: ``copy_adbc.py URL FILE``; prints the seconds of the copy alone.

ADBC knows no geometry: the points stay bytea, which costs it nothing.
"""

import sys
import time

import adbc_driver_postgresql.dbapi as adbc
import pyarrow.parquet as pq


def main(url: str, file: str) -> None:
    """Copy the rows of a Parquet file into ``bench_copy_adbc``."""
    table = pq.read_table(file)
    with adbc.connect(url) as conn, conn.cursor() as cursor:
        began = time.perf_counter()
        cursor.adbc_ingest("bench_copy_adbc", table, mode="append")
        conn.commit()
        sys.stdout.write(f"{time.perf_counter() - began}\n")


main(*sys.argv[1:])
