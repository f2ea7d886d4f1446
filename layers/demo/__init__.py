"""The demo: all of Vietnam with made-up places and reports, marked as simulated everywhere."""
