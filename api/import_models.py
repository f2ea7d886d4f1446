"""Shapes of what `/imports` is asked and answers, as `/openapi.json` tells them."""

from typing import Annotated, Literal

from pydantic import Field

from api.models import Shape


class FieldChoice(Shape):
    """A value that a field can take."""

    code: str
    vi: str
    en: str


class ImportField(Shape):
    """A field of a kind of record."""

    id: str
    title_vi: str
    title_en: str
    required: bool
    may_default: bool
    computed: bool
    choices: list[FieldChoice]


class ImportKind(Shape):
    """What can be imported."""

    id: str
    title_vi: str
    title_en: str
    shapes: list[Literal["point", "line", "area"]]
    suffixes: list[str]
    has_template: bool
    fields: list[ImportField]


class ImportKinds(Shape):
    """Answer of `/imports/kinds`."""

    kinds: list[ImportKind]
    acceptable: list[str]
    limit_bytes: int
    simulated: bool


class Accepted(Shape):
    """A finding that was taken nevertheless."""

    code: str
    reason: str


class ImportEntry(Shape):
    """One import."""

    import_id: int
    kind: str
    source_name: str
    row_count: int
    refused_count: int
    provenance: str
    actor: str
    recorded_at: str
    undone_at: str | None
    undone_reason: str | None
    accepted: list[Accepted]


class ImportList(Shape):
    """Answer of `/imports`; `computing` while the map's figures are brought up to date."""

    imports: list[ImportEntry]
    computing: bool


class ToldFinding(Shape):
    """A finding as it was recorded."""

    code: str
    severity: str
    row: int | None
    column: str | None
    unit: str | None
    message_vi: str
    message_en: str


class ImportAnswer(Shape):
    """Answer of `/imports/{id}/undo`."""

    entry: ImportEntry = Field(alias="import")


class ImportDetail(ImportAnswer):
    """Answer of `/imports/{id}`."""

    findings: list[ToldFinding]


_Short = Annotated[str, Field(min_length=1, max_length=200)]


class ImportWish(Shape):
    """What the browser says beside a file."""

    map: dict[_Short, _Short] = Field(default_factory=dict, max_length=100)
    defaults: dict[_Short, _Short] = Field(default_factory=dict, max_length=100)
    accepted: dict[_Short, _Short] = Field(default_factory=dict, max_length=20)
    skip_refused: bool = False
    correction: str | None = Field(default=None, pattern="^[a-z_]{1,40}$")
    crs: str | None = Field(default=None, max_length=40)
    layout: str | None = Field(default=None, max_length=60)


class UndoWish(Shape):
    """Why an import is taken back: a code, no sentence."""

    reason: str = Field(pattern="^[a-z][a-z0-9_]{1,39}$")
