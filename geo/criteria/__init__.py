"""Class engine: criteria sets as data, judged exactly, three-valued, with a reason for every row.

    record      what a set is made of
    inputs      what may be asked about a commune
    reading     TOML to a set, every fault at once
    reach       which truths are possible where inputs are missing
    engine      classes still possible, verdict of every row
    lacks       what a commune lacks for a class
    wording     both said in words
    choosing    which set applies when and where

The sets themselves are `geo/criteria_sets/*.toml`.
"""

from geo.criteria.choosing import add_up, choose, criteria_set
from geo.criteria.engine import Judgement, Reason, Verdict, judge
from geo.criteria.inputs import Input, inputs
from geo.criteria.lacks import Lack, lacking
from geo.criteria.reading import criteria_sets, read_criteria
from geo.criteria.record import CriteriaSet, Row

__all__ = [
    "CriteriaSet",
    "Input",
    "Judgement",
    "Lack",
    "Reason",
    "Row",
    "Verdict",
    "add_up",
    "choose",
    "criteria_set",
    "criteria_sets",
    "inputs",
    "judge",
    "lacking",
    "read_criteria",
]
