"""Copy places by asyncpg: ``copy_asyncpg.py URL FILE``; prints the seconds of the copy alone."""

import asyncio
import sys
import time

import asyncpg
import pyarrow.parquet as pq


async def main(url: str, file: str) -> None:
    """Copy the rows of a Parquet file into ``bench_copy_asyncpg``."""
    conn = await asyncpg.connect(url)
    await conn.set_type_codec(
        "geometry", schema="public", encoder=bytes, decoder=bytes, format="binary"
    )
    table = pq.read_table(file)
    began = time.perf_counter()
    columns = [column.to_pylist() for column in table.columns]
    async with conn.transaction():
        await conn.copy_records_to_table(
            "bench_copy_asyncpg", records=zip(*columns, strict=True), columns=table.column_names
        )
    sys.stdout.write(f"{time.perf_counter() - began}\n")
    await conn.close()


asyncio.run(main(*sys.argv[1:]))
