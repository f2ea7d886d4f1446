"""What a text is for: a name in the field of streets is a street, in that of codes it is not."""

from typing import Literal

FieldUse = Literal[
    "code",
    "document_no",
    "unit_name",
    "place_name",
    "free_text",
    "number",
    "date",
    "header",
    "file_name",
    "comment",
    "duty_phone",
]
