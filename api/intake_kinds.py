"""What can be imported, described for the browser: kinds, their fields, values to choose from."""

from api.intake_wish import HOTSPOTS, PATROLS
from geo import hotspots
from geo.indicators import SERIES
from geo.messages import LANGUAGES, catalogue, say
from geo.store.intake import KINDS
from geo.store.place_columns import COLUMN_NAMES, DEFAULTS
from geo.store.track_columns import COLUMN_NAMES as TRACK_COLUMNS
from geo.store.track_file import READERS

# What is worked out for a shift, and shown beside what its file gave.
MEASURED = ("ended_at", "kilometres", "minutes_moving", "minutes_standing")
Line = dict[str, object]


def describe_kinds() -> list[Line]:
    """List what can be imported, with the fields of each, for the browser."""
    described = [_hotspot_kind(), _patrol_kind()]
    for kind in KINDS.values():
        described.append(
            {
                "id": kind.id,
                **_titles(f"command_import_{kind.id.replace('-', '_')}"),
                "shapes": list(kind.shapes),
                "suffixes": _suffixes(with_layers=bool(kind.shapes)),
                "has_template": True,
                "fields": [
                    {
                        "id": one.id,
                        **_field_titles(one.id),
                        "required": one.need == "required",
                        "may_default": True,
                        "computed": False,
                        "choices": [
                            {
                                "code": code,
                                **{lang: say(text, language=lang) for lang in LANGUAGES},
                            }
                            for code, text in one.choices.items()
                        ],
                    }
                    for one in kind.fields
                ],
            }
        )
    return described


def _hotspot_kind() -> Line:
    choices: dict[str, dict[str, str]] = {
        "kind": {one: f"hotspot_kind_{one}" for one in hotspots.KINDS},
        "state": {
            one: f"hotspot_state_{one}"
            for one in hotspots.STATES
            if one not in hotspots.OFF_BY_DEFAULT
        },
    }
    return {
        "id": HOTSPOTS,
        **_titles("command_import_hotspots"),
        "shapes": ["point"],
        "suffixes": _suffixes(with_layers=True),
        "has_template": True,
        "fields": [
            {
                "id": name,
                **_field_titles(name),
                "required": name in ("lng", "lat", *DEFAULTS),
                "may_default": name in DEFAULTS,
                "computed": False,
                "choices": [
                    {"code": code, **{lang: say(text, language=lang) for lang in LANGUAGES}}
                    for code, text in choices.get(name, {}).items()
                ],
            }
            for name in COLUMN_NAMES
        ],
    }


def _patrol_kind() -> Line:
    return {
        "id": PATROLS,
        **_titles("command_import_patrols"),
        "shapes": ["line"],
        "suffixes": [*READERS, ".zip"],
        # Tracks come from devices; nobody types them.
        "has_template": False,
        "fields": [
            {
                "id": name,
                **_field_titles(name),
                "required": name in ("lng", "lat", "time"),
                "may_default": False,
                "computed": name in MEASURED,
                "choices": [],
            }
            for name in (*TRACK_COLUMNS, *MEASURED)
        ],
    }


def _titles(code: str) -> dict[str, str]:
    return {f"title_{lang}": say(code, language=lang) for lang in LANGUAGES}


def _field_titles(name: str) -> dict[str, str]:
    if f"field_{name}" in catalogue():
        return _titles(f"field_{name}")
    known = name in SERIES
    one = SERIES[name if known else name[:-2]]
    part = None if known else {"n": "numerator", "d": "denominator"}[name[-1]]
    vi, en = f"{one.id} {one.name_vi}", f"{one.id} {one.name_en}"
    if part:
        vi += f" ({say(f'field_{part}')})"
        en += f" ({say(f'field_{part}', language='en')})"
    return {"title_vi": vi, "title_en": en}


def _suffixes(*, with_layers: bool) -> list[str]:
    tables = [".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt", ".parquet", ".zip"]
    return [*tables, ".geojson", ".gpkg", ".kml", ".kmz", ".gpx"] if with_layers else tables
