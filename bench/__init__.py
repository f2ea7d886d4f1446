"""Comparisons with peers in one run; imported by nothing. `bando bench` runs it."""
