"""Kinds of record of the programme: assessments, campaigns, models, sub-communes.

Nothing here is derived from persons (N1); a sub-commune has its name, its place and yes or no.
"""

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from geo.errors import Finding
from geo.period import parse_period
from geo.store import records
from geo.store.copying import ewkb_shapes
from geo.store.intake.appending import append_new, append_revised
from geo.store.intake.fields import (
    Field,
    chooser,
    read_code,
    read_day,
    read_day_after,
    read_name,
)
from geo.store.intake.figures import DOCUMENT, PERIOD, UNIT_FIELDS
from geo.store.intake.kind import Appended, Origin, RecordKind
from geo.store.intake.stepped import check_assessments
from geo.store.tables import (
    CAMPAIGN_KINDS,
    CLASSES,
    MODEL_KINDS,
    MODEL_STATES,
    SUBCOMMUNE_ITEMS,
    SUBCOMMUNE_KINDS,
    WORKFLOW_STATES,
)
from geo.units import fold

_SHAPE = "geometry(Geometry,4326)"


def _choice(name: str, choices: Mapping[str, str], **more: Any) -> Field:
    return Field(name, chooser(choices), choices=choices, example=next(iter(choices)), **more)


_CAMPAIGN_KINDS = {kind: f"campaign_kind_{kind}" for kind in CAMPAIGN_KINDS}
_MODEL_KINDS = {kind: f"model_kind_{kind}" for kind in MODEL_KINDS}
_MODEL_STATES = {state: f"model_state_{state}" for state in MODEL_STATES}
_WORKFLOW = {state: f"workflow_{state}" for state in WORKFLOW_STATES}
# Not assessed is the lack of a decision, never one.
_DECIDABLE = {one: f"legend_class_{one}" for one in CLASSES if one != "chua_danh_gia"}
REF = Field("ref", read_code, need="required", names=("ma so", "so hieu"), example="CD-2026-01")
_YES = frozenset({"co", "x", "1", "roi", "da", "yes", "true", "da thuc hien", "dat"})
_NO = frozenset({"khong", "0", "chua", "no", "false", "chua thuc hien", "khong dat"})


def read_yes_no(value: object) -> str | None:
    """Read yes or no as offices write it; a blank never comes here and is neither.

    >>> read_yes_no("x"), read_yes_no("Chưa"), read_yes_no("có lẽ")
    ('co', 'khong', None)
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    folded = fold(str(value))
    return "co" if folded in _YES else "khong" if folded in _NO else None


def _read_subcommune_kind(value: object) -> str | None:
    """Read the kind of a sub-commune."""
    folded = fold(str(value)).replace(" ", "_")
    return folded if folded in SUBCOMMUNE_KINDS else None


def _kind_of_name(name: str) -> str | None:
    """Give the kind that a name begins with: "Tổ dân phố số 5".

    >>> _kind_of_name("Tổ dân phố số 5"), _kind_of_name("Thôn Đông"), _kind_of_name("Đông")
    ('to_dan_pho', 'thon', None)
    """
    folded = fold(name)
    fitting = [k for k in SUBCOMMUNE_KINDS if folded.startswith(k.replace("_", " ") + " ")]
    return max(fitting, key=len, default=None)


def _judge_assessments(rows: pd.DataFrame) -> list[Finding]:
    findings = []
    for number, row in zip(rows.index.tolist(), rows.to_dict("records"), strict=True):
        decided, day = row["decided_class"], row["decided_on"]
        if (decided is None) != (day is None):
            findings.append(Finding("decision_incomplete", row=number, column="decided_on"))
        elif decided is not None and row["document_no"] is None:
            findings.append(Finding("decision_without_document", row=number, column="document_no"))
        elif day is not None and day < parse_period(str(row["period"])).starts_on:
            findings.append(Finding("decision_before_period", row=number, column="decided_on"))
    return findings


def _day_of_assessment(row: Mapping[Hashable, Any]) -> date:
    decided: date | None = row["decided_on"]
    return decided or parse_period(str(row["period"])).last_day


def _append_assessments(conn: Connection, rows: pd.DataFrame, origin: Origin) -> Appended:
    frame = rows.assign(period_id=rows["period"])
    new = records.append_assessments(
        conn, frame, provenance=origin.provenance, import_id=origin.import_id
    )
    return Appended(new, len(frame) - new)


def _judge_campaigns(rows: pd.DataFrame) -> list[Finding]:
    return [
        Finding("span_ends_before_it_starts", row=number, column="ends_before")
        for number, first, after in zip(
            rows.index.tolist(), rows["starts_on"], rows["ends_before"], strict=True
        )
        if after <= first
    ]


def _append_campaigns(conn: Connection, rows: pd.DataFrame, origin: Origin) -> Appended:
    return append_revised(
        conn,
        "campaign",
        rows,
        key={"unit_key": "bigint", "ref": "text"},
        values={
            "kind": "text",
            "starts_on": "date",
            "ends_before": "date",
            "due_before": "date",
            "document_no": "text",
        },
        origin=origin,
    )


def _append_models(conn: Connection, rows: pd.DataFrame, origin: Origin) -> Appended:
    types = {
        "unit_key": "bigint",
        "ref": "text",
        "kind": "text",
        "state": "text",
        "effective_on": "date",
        "document_no": "text",
    }
    return append_new(conn, "community_model", rows, types=types, origin=origin)


def _judge_subcommunes(rows: pd.DataFrame) -> list[Finding]:
    findings = [
        Finding("subcommune_kind_not_told", row=number, column="kind")
        for number, kind, name in zip(rows.index.tolist(), rows["kind"], rows["name"], strict=True)
        if kind is None and _kind_of_name(name) is None
    ]
    findings += [
        Finding("span_ends_before_it_starts", row=number, column="valid_to")
        for number, first, after in zip(
            rows.index.tolist(), rows["valid_from"], rows["valid_to"], strict=True
        )
        if after is not None and after <= first
    ]
    return findings


def _append_subcommunes(conn: Connection, rows: pd.DataFrame, origin: Origin) -> Appended:
    kinds = rows["kind"].where(rows["kind"].notna(), rows["name"].map(_kind_of_name))
    return append_revised(
        conn,
        "subcommune",
        rows.assign(kind=kinds, geom=ewkb_shapes(rows["shape"])),
        key={"unit_key": "bigint", "code": "text", "valid_from": "date"},
        values={"name": "text", "kind": "text", "valid_to": "date", "geom": _SHAPE},
        origin=origin,
    )


def _judge_statuses(rows: pd.DataFrame) -> list[Finding]:
    silent = rows[list(SUBCOMMUNE_ITEMS)].isna().all(axis="columns")
    return [
        Finding("record_without_figure", "warning", row=number)
        for number in rows.index[silent].tolist()
    ]


def _append_statuses(conn: Connection, rows: pd.DataFrame, origin: Origin) -> Appended:
    told = rows.melt(
        id_vars=["unit_key", "code", "effective_on"],
        value_vars=list(SUBCOMMUNE_ITEMS),
        var_name="item",
    ).dropna(subset="value")
    types = {
        "unit_key": "bigint",
        "code": "text",
        "item": "text",
        "value": "text",
        "effective_on": "date",
    }
    return append_new(conn, "subcommune_status", told, types=types, origin=origin)


def _check_statuses(conn: Connection, rows: pd.DataFrame) -> list[Finding]:
    """Find rows about sub-communes that the store does not have."""
    known = {
        (row.unit_key, row.code)
        for row in conn.execute(
            text("SELECT unit_key, code FROM held_subcommune WHERE unit_key = ANY(:keys)"),
            {"keys": [int(key) for key in rows["unit_key"].unique()]},
        )
    }
    return [
        Finding("subcommune_unknown", "warning", row=number, column="code")
        for number, key, code in zip(
            rows.index.tolist(), rows["unit_key"], rows["code"], strict=True
        )
        if (key, code) not in known
    ]


def _first_day(name: str) -> Callable[[Mapping[Hashable, Any]], date]:
    def day_of(row: Mapping[Hashable, Any]) -> date:
        day: date = row[name]
        return day

    return day_of


_EFFECTIVE = Field(
    "effective_on",
    read_day,
    need="required",
    names=("ngay", "tu ngay", "ngay cap nhat"),
    example="15/03/2026",
    in_past=True,
)
ASSESSMENTS = RecordKind(
    id="assessments",
    fields=(
        *UNIT_FIELDS,
        PERIOD,
        _choice(
            "workflow_state",
            _WORKFLOW,
            need="required",
            names=("buoc", "quy trinh"),
        ),
        _choice("proposed_class", _DECIDABLE, names=("de nghi", "loai de nghi")),
        _choice(
            "decided_class",
            _DECIDABLE,
            names=("quyet dinh", "loai", "ket qua", "phan loai"),
        ),
        Field(
            "decided_on", read_day, names=("ngay quyet dinh",), example="20/12/2025", in_past=True
        ),
        DOCUMENT,
    ),
    key=("period", "workflow_state"),
    judge=_judge_assessments,
    check=check_assessments,
    append=_append_assessments,
    day_of=_day_of_assessment,
)
CAMPAIGNS = RecordKind(
    id="campaigns",
    fields=(
        *UNIT_FIELDS,
        REF,
        _choice("kind", _CAMPAIGN_KINDS, need="required", names=("loai", "loai dot")),
        Field(
            "starts_on",
            read_day,
            need="required",
            names=("tu ngay", "bat dau"),
            example="01/06/2026",
        ),
        Field(
            "ends_before",
            read_day_after,
            need="required",
            names=("den ngay", "ket thuc", "den het ngay"),
            example="30/06/2026",
        ),
        Field("due_before", read_day, names=("han bao cao", "truoc ngay"), example="04/07/2026"),
        DOCUMENT,
    ),
    key=("ref",),
    judge=_judge_campaigns,
    append=_append_campaigns,
    day_of=_first_day("starts_on"),
    levels=("country", "province", "district", "commune"),
)
MODELS = RecordKind(
    id="models",
    fields=(
        *UNIT_FIELDS,
        REF,
        _choice("kind", _MODEL_KINDS, need="required", names=("loai", "loai mo hinh")),
        _choice(
            "state",
            _MODEL_STATES,
            need="required",
            names=("trang thai", "tinh trang"),
        ),
        _EFFECTIVE,
        DOCUMENT,
    ),
    key=("ref", "effective_on"),
    judge=lambda _rows: [],
    append=_append_models,
    day_of=_first_day("effective_on"),
)
_SUBCOMMUNE_CODE = Field(
    "code",
    read_code,
    need="required",
    names=("ma thon", "ma to", "ma to dan pho", "ma khu dan cu"),
    example="TDP-05",
)
SUBCOMMUNES = RecordKind(
    id="subcommunes",
    fields=(
        *UNIT_FIELDS,
        _SUBCOMMUNE_CODE,
        Field(
            "name",
            read_name,
            need="required",
            names=("ten thon", "ten to dan pho", "ten thon to dan pho", "thon", "to dan pho"),
            example="Tổ dân phố số 5",
            use="place_name",
        ),
        Field(
            "kind",
            _read_subcommune_kind,
            names=("loai",),
            choices={kind: f"subcommune_kind_{kind}" for kind in SUBCOMMUNE_KINDS},
            example="to_dan_pho",
        ),
        Field("valid_from", read_day, need="required", names=("tu ngay",), example="01/07/2025"),
        Field("valid_to", read_day_after, names=("den ngay", "den het ngay")),
    ),
    key=("code", "valid_from"),
    judge=_judge_subcommunes,
    append=_append_subcommunes,
    day_of=_first_day("valid_from"),
    shapes=("point", "area"),
)
SUBCOMMUNE_STATUS = RecordKind(
    id="subcommune-status",
    fields=(
        *UNIT_FIELDS,
        _SUBCOMMUNE_CODE,
        _EFFECTIVE,
        *(Field(item, read_yes_no, example="x") for item in SUBCOMMUNE_ITEMS if item != "mo_hinh"),
        _choice("mo_hinh", _MODEL_STATES),
    ),
    key=("code", "effective_on"),
    judge=_judge_statuses,
    check=_check_statuses,
    append=_append_statuses,
    day_of=_first_day("effective_on"),
)
