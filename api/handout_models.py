"""What is sent to have a report made."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.handout_work import Format
from geo.units import Level
from layers.sheet_papers import PaperSize


class HandoutBody(BaseModel):
    """A report that is wanted; every figure stands on the one boundary set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    boundary_set: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    level: Level
    code: Annotated[str, Field(pattern="^[0-9A-Za-z]{1,12}$")]
    period: Annotated[str, Field(pattern="^[A-Z][0-9-]{4,8}$")]
    purpose: Annotated[str, Field(max_length=40)]
    format: Format = "zip"
    paper: PaperSize = "A4"
    grey: bool = False
    layer: Annotated[str, Field(pattern="^[a-z0-9_]{1,40}$")] = "class"
