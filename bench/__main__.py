"""Run comparisons: ``python -m bench [NAME ...] [--quick] [--json] [--communes FILE]``."""

import argparse
import json
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from api.settings import Settings
from bench.report import Figure, as_json, as_table
from bench.workshop import REAL_COMMUNES, Workshop

BENCHES: Mapping[str, str] = {
    "join": "bench.join",
    "cells": "bench.cells",
    "copy": "bench.copy",
    "tiles": "bench.tiles",
    "feeds": "bench.feeds",
}


def main() -> int:
    """Measure what was asked for; 0 when every gate holds, 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="bando bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="within a minute")
    parser.add_argument("--json", action="store_true", help="one object for machines")
    parser.add_argument("--communes", type=Path, help="GeoParquet of communes")
    options = parser.parse_args()
    communes = options.communes or (REAL_COMMUNES if REAL_COMMUNES.is_file() else None)
    home = Settings().home.absolute() / "bench"
    home.mkdir(parents=True, exist_ok=True)
    shop = Workshop(home, quick=options.quick, communes_file=communes)
    figures: list[Figure] = []
    for name in options.names or BENCHES:
        sys.stderr.write(f"{name}…\n")
        measured: list[Figure] = import_module(BENCHES[name]).measure(shop)
        figures += measured
        if not options.json:
            sys.stdout.write(as_table(measured) + "\n\n")
            sys.stdout.flush()
    if options.json:
        sys.stdout.write(json.dumps(as_json(figures), ensure_ascii=False, indent=1) + "\n")
    return 0 if all(figure.passed for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
