"""The report of a unit and window: contents as plain data, made from facts of the store."""
