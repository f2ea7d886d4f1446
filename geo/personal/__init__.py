"""Person-proof: tells what is about a person, so that it never comes in (N2, N3).

Pure functions on text and bytes; they answer yes, no or a kind, and never repeat what they saw.

uses        what a text is for
readings    what it says once nothing hides it
numbers     identity card, telephone, passport, plate, account, mail
names       full names, told apart from places named after persons
phrases     household, birth, home, what somebody did
verdict     one text, many texts
columns     names of columns, columns as a whole
parts       what a file holds beside its cells
"""

from geo.personal.columns import column_holds_persons, column_looks_personal, use_of_column
from geo.personal.lexicon import NO_NAMES, KnownNames, known_names
from geo.personal.parts import find_personal_in_parts
from geo.personal.uses import FieldUse
from geo.personal.verdict import (
    distinct_texts,
    kind_of_person_data,
    value_looks_personal,
    values_look_personal,
)

__all__ = [
    "NO_NAMES",
    "FieldUse",
    "KnownNames",
    "column_holds_persons",
    "column_looks_personal",
    "distinct_texts",
    "find_personal_in_parts",
    "kind_of_person_data",
    "known_names",
    "use_of_column",
    "value_looks_personal",
    "values_look_personal",
]
