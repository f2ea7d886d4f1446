"""People and HTTP."""
