"""The demo: all of Vietnam with made-up places and reports, marked as simulated everywhere."""

from layers.demo.loading import LoadReport, is_unfinished, load, remove, status

__all__ = ["LoadReport", "is_unfinished", "load", "remove", "status"]
