"""Reader of the two public sources of the demo: the unit register and the outline of the country.

The register is the package `vietnamadminunits`: its tables, never its parser (asked for a name it
does not know, the parser answers another commune). The outline is `countries-10m.json` of the npm
package `world-atlas` (Natural Earth, public domain). Its Vietnam lacks both archipelagos, which the
demo places itself (`layers/demo/sites.py`).
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon

from geo.errors import Unavailable

WORLD_ATLAS = Path("npm/node_modules/world-atlas")
_REGISTER_PACKAGE = "vietnamadminunits"
_VIETNAM_ID = "704"

# An island district without communes is a row without ward; its whole code names it (318, 498).
_OLD_UNITS = """
    SELECT coalesce(wardCode, districtCode) AS code,
           coalesce(ward, district)         AS name,
           coalesce(wardType, districtType) AS kind,
           districtCode AS district_code, district,
           provinceCode AS province_code, province,
           coalesce(wardLon, districtLon) AS lng,
           coalesce(wardLat, districtLat) AS lat,
           wardCode IS NULL AS is_district,
           provinceKey || '_' || districtKey || '_' || coalesce(wardKey, '') AS key
      FROM admin_units_legacy
     ORDER BY code
"""
_NEW_UNITS = """
    SELECT wardCode AS code, ward AS name, wardType AS kind,
           provinceCode AS province_code, province,
           wardLon AS lng, wardLat AS lat, wardAreaKm2 AS area_km2,
           provinceKey || '_' || wardKey AS key
      FROM admin_units
     ORDER BY code
"""


@dataclass(frozen=True)
class DemoSources:
    """What the demo draws from.

    Parameters
    ----------
    old_units
        The register before 2025-07-01: communes, and five island districts that had none. Columns
        code, name, kind, district_code, district, province_code, province, lng, lat, is_district.
    new_units
        The register after: code, name, kind, province_code, province, lng, lat, area_km2.
    relations
        Which old unit went into which new one: old_code, new_code. An old unit may stand twice.
    outline
        Vietnam without the archipelagos, EPSG:4326.
    sha256
        Fingerprint of all source files together.
    """

    old_units: pd.DataFrame
    new_units: pd.DataFrame
    relations: pd.DataFrame
    outline: MultiPolygon
    sha256: str


def read_sources(world_atlas: Path) -> DemoSources:
    """Read the register and the outline.

    Parameters
    ----------
    world_atlas
        Folder of the installed npm package `world-atlas`.

    Raises
    ------
    Unavailable
        With code ``demo_outline_missing`` when the folder lacks the outline.
    """
    outline_file = world_atlas / "countries-10m.json"
    if not outline_file.is_file():
        raise Unavailable("demo_outline_missing", path=str(outline_file))
    data = files(_REGISTER_PACKAGE).joinpath("data")
    with as_file(data.joinpath("dataset.db")) as register_file:
        register = register_file.read_bytes()
        # Read-only and by URI: a plain connection would create an empty file where none is.
        with closing(sqlite3.connect(f"file:{register_file}?mode=ro", uri=True)) as db:
            old_units = pd.read_sql_query(_OLD_UNITS, db)
            new_units = pd.read_sql_query(_NEW_UNITS, db)
    converter = data.joinpath("converter_2025.json").read_bytes()
    outline = outline_file.read_bytes()
    digest = hashlib.sha256()
    for content in (register, converter, outline):
        digest.update(hashlib.sha256(content).digest())
    old_units["is_district"] = old_units["is_district"].astype(bool)
    for units in (old_units, new_units):
        units["kind"] = units["kind"].str.lower()  # SQLite lowers ASCII only
    return DemoSources(
        old_units=old_units.drop(columns="key"),
        new_units=new_units.drop(columns="key"),
        relations=_relations(json.loads(converter), old_units=old_units, new_units=new_units),
        outline=_country(json.loads(outline), country_id=_VIETNAM_ID),
        sha256=digest.hexdigest(),
    )


def _relations(
    converter: Mapping[str, Any], *, old_units: pd.DataFrame, new_units: pd.DataFrame
) -> pd.DataFrame:
    """Turn the converter's nested names into pairs of codes."""
    pairs = [
        (old_key, f"{province}_{ward}")
        for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items()
        for ward, old_keys in wards.items()
        for old_key in old_keys
    ] + [
        (old_key, f"{province}_{target['newWardKey']}")
        for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items()
        for old_key, targets in divided.items()
        for target in targets
    ]
    frame = pd.DataFrame(pairs, columns=["old_key", "new_key"]).drop_duplicates()
    codes = pd.DataFrame(
        {
            "old_code": frame["old_key"].map(old_units.set_index("key")["code"]),
            "new_code": frame["new_key"].map(new_units.set_index("key")["code"]),
        }
    )
    return codes.sort_values(["old_code", "new_code"], ignore_index=True)


def _country(topology: Mapping[str, Any], *, country_id: str) -> MultiPolygon:
    """Take one country out of a TopoJSON topology, EPSG:4326."""
    scale = np.array(topology["transform"]["scale"])
    translate = np.array(topology["transform"]["translate"])

    def ring(arcs: Sequence[int]) -> NDArray[np.float64]:
        parts: list[NDArray[np.float64]] = []
        for number, arc in enumerate(arcs):
            # Arcs are steps on a grid; ~i is arc i backwards; ends are shared with the next arc.
            steps = topology["arcs"][arc if arc >= 0 else ~arc]
            line = np.cumsum(np.array(steps, dtype=np.int64), axis=0) * scale + translate
            line = line if arc >= 0 else line[::-1]
            parts.append(line if number == 0 else line[1:])
        return np.concatenate(parts)

    feature = next(
        geometry
        for geometry in topology["objects"]["countries"]["geometries"]
        if geometry.get("id") == country_id
    )
    polygons = [
        shapely.Polygon(ring(rings[0]), [ring(hole) for hole in rings[1:]])
        for rings in feature["arcs"]
    ]
    # The source's grid is so coarse that narrow inlets touch themselves.
    return MultiPolygon(shapely.get_parts(shapely.union_all(shapely.make_valid(polygons))).tolist())
