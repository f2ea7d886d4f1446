"""Shapes of the answers of `/units/{set}/commune/{code}/class` and of the rows behind it."""

from datetime import date

from api.models import Shape


class CriteriaShape(Shape):
    """A criteria set; `is_current` when the stored result was made by its present text."""

    id: str
    title_vi: str
    title_en: str
    act_vi: str
    act_en: str
    valid_from: date
    valid_to: date | None
    provinces: list[str]
    note_vi: str
    note_en: str
    is_complete: bool
    simulated: bool
    version: str
    is_current: bool


class ClassName(Shape):
    """A class with its names."""

    # `class` is a word of Python.
    model_config = Shape.model_config | {"alias_generator": lambda name: name.rstrip("_")}
    class_: str
    name_vi: str | None
    name_en: str | None


class ComputedShape(ClassName):
    """The computed class; `possible` are those left, worst first."""

    possible: list[ClassName]
    is_final: bool
    state_vi: str
    state_en: str


class AssessedShape(ClassName):
    """A class proposed or decided."""

    period: str
    on: date | None
    document_no: str | None


class DisagreementShape(Shape):
    """How the three stand to each other."""

    code: str
    text_vi: str
    text_en: str


class BannerShape(Shape):
    """That the set is not complete."""

    text_vi: str
    text_en: str


class RowShape(Shape):
    """One criterion with what there is, what it asks for, and its verdict."""

    model_config = ClassName.model_config
    id: str
    class_: str
    clause: str
    label_vi: str
    label_en: str
    verdict: str
    verdict_vi: str
    verdict_en: str
    have_vi: str
    have_en: str
    needed_vi: str
    needed_en: str
    inputs: list[str]
    source_vi: str
    source_en: str


class NeedShape(Shape):
    """At least so many of some rows make a class; `or_worse` None where the act is not known."""

    model_config = ClassName.model_config
    class_: str
    at_least: int
    of: list[str]
    or_worse: bool | None


class InputShape(Shape):
    """One input; no value where it is missing or not for the reader."""

    id: str
    label_vi: str
    label_en: str
    unit_vi: str
    unit_en: str
    value: float | int | None
    is_missing: bool
    is_hidden: bool
    report: str | None
    owes_vi: str | None
    owes_en: str | None


class LackShape(Shape):
    """One thing that is lacking for the next class."""

    criterion: str
    label_vi: str
    label_en: str
    verdict: str
    have_vi: str
    have_en: str
    needed_vi: str
    needed_en: str


class NextShape(ClassName):
    """The next class and what is lacking."""

    lacks: list[LackShape]


class UnitClassAnswer(Shape):
    """Why a commune has its class."""

    boundary_set: str
    code: str
    name: str
    period: str
    period_vi: str
    period_en: str
    criteria: CriteriaShape
    is_applied: bool
    banner: BannerShape | None
    computed: ComputedShape
    proposed: AssessedShape | None
    decided: AssessedShape | None
    disagreement: DisagreementShape
    rows: list[RowShape]
    needs: list[NeedShape]
    inputs: list[InputShape]
    missing: list[str]
    next: NextShape | None
    simulated: bool


class RowsColumn(Shape):
    """Name and kind of a column."""

    name: str
    kind: str


class ClassInputRows(Shape):
    """The rows behind one input."""

    input: str
    label_vi: str
    label_en: str
    period: str
    columns: list[RowsColumn]
    rows: list[list[str | float | int | None]]
