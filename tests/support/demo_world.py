"""The demo made in memory once per session: the whole country, and two provinces of it."""

import sys
from functools import cache
from pathlib import Path

import pytest

from geo.store.demo_sources import WORLD_ATLAS, DemoSources, read_sources
from layers.demo.simulation import DemoData, make_data

# Hải Phòng (with Hải Dương) and Hưng Yên (with Thái Bình): delta, coast, a lone island.
TWO_PROVINCES = ("31", "33")


def world_atlas() -> Path:
    """Give the folder of the npm package, which ./test installs beside its Python environment."""
    folder = Path(sys.prefix).parent / WORLD_ATLAS
    if not folder.is_dir():
        pytest.fail("the npm package world-atlas is missing: run ./test once, it installs it")
    return folder


@cache
def demo_sources() -> DemoSources:
    """Read register and outline once."""
    return read_sources(world_atlas())


@cache
def whole_country() -> DemoData:
    """Make the demo of the whole country once."""
    return make_data(demo_sources())


@cache
def two_provinces() -> DemoData:
    """Make the demo of two provinces once."""
    return make_data(demo_sources(), provinces=TWO_PROVINCES)
