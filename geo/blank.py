"""The blank cell of a table: None, where pandas by itself would put NaN."""

from typing import Any

# Typed as anything: the stubs of pandas know no None here, pandas keeps it in columns of objects.
BLANK: Any = None
