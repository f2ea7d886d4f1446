"""Run comparisons: ``python -m bench [NAME ...] [--quick] [--communes FILE] [--out FILE]``.

`bando bench` is the same for people.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from api.settings import Settings
from bench.report import Figure, as_json, as_table
from bench.workshop import REAL_COMMUNES, MissingProgram, Workshop

BENCHES: Mapping[str, str] = {
    "join": "bench.join",
    "cells": "bench.cells",
    "copy": "bench.copy",
    "tiles": "bench.tiles",
    "feeds": "bench.feeds",
    "carry": "bench.carry",
}


def main() -> int:
    """Measure what was asked for; 0 when every gate holds, 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--quick", action="store_true", help="short runs")
    parser.add_argument("--communes", type=Path, help="GeoParquet of communes")
    parser.add_argument("--out", type=Path, help="where the figures go as JSON")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BENCHES]
    if unknown:
        parser.error(f"{', '.join(unknown)}: {', '.join(BENCHES)}")
    communes = options.communes or (REAL_COMMUNES if REAL_COMMUNES.is_file() else None)
    home = Settings().home.absolute() / "bench"
    home.mkdir(parents=True, exist_ok=True)
    shop = Workshop(home, quick=options.quick, communes_file=communes)
    figures: list[Figure] = []
    try:
        for name in options.names or BENCHES:
            sys.stderr.write(f"{name}…\n")
            measured: list[Figure] = import_module(BENCHES[name]).measure(shop)
            figures += measured
            sys.stdout.write(as_table(measured) + "\n\n")
            sys.stdout.flush()
    except MissingProgram as missing:
        parser.exit(1, f"{missing}\n")
    if options.out:
        options.out.write_text(
            json.dumps(as_json(figures), ensure_ascii=False, indent=1), encoding="utf-8"
        )
    return 0 if all(figure.passed for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
