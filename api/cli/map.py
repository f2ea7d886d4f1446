"""Command ``bando map``: one layer and period as an HTML file that opens without a network."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.outcome import Command, Outcome
from geo.errors import NotFound, Refused
from geo.messages import LANGUAGES, Language, say
from geo.period import Period, parse_period
from layers.catalog import LAYERS, UNIT_LEVELS, Layer, UnitLevel, find_layer

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from sqlalchemy import Connection

    from api.settings import Settings
    from geo.store.map_index import FeedSet, PeriodRun
    from layers.paint import Caption


def _configure(parser: ArgumentParser) -> None:
    layers = ", ".join(layer.id for layer in LAYERS)
    parser.add_argument("layer", metavar="LAYER", help=f"{_both('option_map_layer')}: {layers}")
    parser.add_argument(
        "--period", required=True, metavar="P", help=f"{_both('option_map_period')}: M2026-07"
    )
    parser.add_argument("--area", metavar="CODE", help=_both("option_map_area"))
    parser.add_argument("--set", metavar="HASH", help=_both("option_map_set"))
    parser.add_argument("--level", choices=UNIT_LEVELS, help=_both("option_map_level"))
    parser.add_argument("--lang", choices=LANGUAGES, help=_both("option_map_lang"))
    parser.add_argument("-o", "--out", type=Path, metavar="FILE.html", help=_both("option_map_out"))


def run_map(options: Namespace, settings: "Settings") -> Outcome:
    """Read values and lines, draw, write the file."""
    # Imported here: the libraries of drawing take seconds that `bando --help` does not have.
    from api.deps import Memo
    from api.routes.maps import legend_of, read_vector, refuse_level
    from geo.store.accounts import Actor
    from geo.store.boundary_sets import load_units
    from geo.store.engine import use_case
    from geo.store.map_index import find_period_run, unit_order
    from layers.folium_map import page

    layer = find_layer(options.layer)
    period = parse_period(options.period)
    level: UnitLevel = options.level or next(one for one in layer.levels if one != "country")
    refuse_level(layer, level)
    language: Language = options.lang or settings.language
    # Whoever may run commands on this machine sees the whole country, as the operator role does.
    actor = Actor("operator", "operator", ((0, (1 << 63) - 1),))

    with use_case(settings.engine("operator")) as conn:
        run = find_period_run(conn, period.id)
        found = _find_set(conn, options.set, period)
        vector = read_vector(conn, Memo(), actor, layer=layer, found=found, run=run, level=level)
        keys = unit_order(conn, found.set_id, level=level).keys
        legend = legend_of(conn, actor, layer)
        units = load_units(conn, found.set_id)

    area = _find_area(units, options.area)
    inside = _inside(units, area)
    wanted = set(inside.loc[inside["level"] == level, "unit_key"].tolist())
    if not wanted:
        raise Refused("map_without_units")
    rows = [row for row, key in enumerate(keys) if key in wanted]
    html = page(
        _with_above(units, inside, area),
        level=level,
        values=[vector.values[row] for row in rows],
        statuses="".join(vector.statuses[row] for row in rows),
        legend=legend,
        caption=_caption(layer, found, run, area=area, language=language),
        period_kind=period.kind,
    )
    out: Path = options.out or Path(_file_name(layer, period, options.area))
    out.write_text(html, encoding="utf-8")
    size = out.stat().st_size
    lines = [
        say("map_written", language=one, path=str(out), count=len(rows), size=round(size / 1000))
        for one in LANGUAGES
    ]
    data = {
        "file": str(out),
        "bytes": size,
        "layer": layer.id,
        "period": run.id,
        "revision": run.revision,
        "boundary_set": found.id,
        "simulated": run.simulated,
    }
    return Outcome(True, lines, {level: len(rows)}, data=data)


def _find_set(conn: "Connection", name: str | None, period: Period) -> "FeedSet":
    """Give the set asked for, or the one whose boundaries hold on the period's last day."""
    from geo.store.map_index import find_feed_set, list_feed_sets

    if name:
        return find_feed_set(conn, name)
    for one in list_feed_sets(conn):
        if one.holds_on(period.last_day):
            return one
    raise NotFound("map_no_set_on_day", day=f"{period.last_day:%d/%m/%Y}")


def _find_area(units: "gpd.GeoDataFrame", code: str | None) -> "pd.Series | None":
    """Give the unit of a code, the highest level first."""
    if code is None:
        return None
    for level in UNIT_LEVELS:
        found = units.loc[(units["level"] == level) & (units["code"] == code)]
        if len(found):
            return found.iloc[0]
    raise NotFound("map_area_unknown", code=code[:20])


def _inside(units: "gpd.GeoDataFrame", area: "pd.Series | None") -> "gpd.GeoDataFrame":
    if area is None:
        return units
    keys = units["unit_key"].to_numpy()
    inside = (keys >= int(area["unit_key"])) & (keys <= int(area["key_to"]))
    return units.loc[inside]


def _with_above(
    units: "gpd.GeoDataFrame", inside: "gpd.GeoDataFrame", area: "pd.Series | None"
) -> "gpd.GeoDataFrame":
    """Add the units that an area lies in: the lines of its province are those of the drawing."""
    if area is None:
        return units
    first, last = units["unit_key"].to_numpy(), units["key_to"].to_numpy()
    above = (first < int(area["unit_key"])) & (last >= int(area["key_to"]))
    return units.loc[above | units.index.isin(inside.index)]


def _caption(
    layer: Layer,
    found: "FeedSet",
    run: "PeriodRun",
    *,
    area: "pd.Series | None",
    language: Language,
) -> "Caption":
    from layers.paint import Caption

    title = layer.title(language)
    dated = say(
        "map_dated",
        language=language,
        title=found.title,
        day=f"{run.data_until:%d/%m/%Y}",
    )
    return Caption(
        title=title if area is None else f"{title} · {area['name']}",
        subtitle=parse_period(run.id).label(language),
        notes=(dated, layer.about(language)),
        unit=layer.unit(language),
        language=language,
        simulated=run.simulated or found.provenance == "simulated",
        illustrative=found.illustrative,
    )


def _file_name(layer: Layer, period: Period, area: str | None) -> str:
    return "-".join(["bando", layer.id, period.id, *([area] if area else [])]) + ".html"


def _both(code: str) -> str:
    return " / ".join(say(code, language=language) for language in LANGUAGES)


MAP = Command(
    help_vi=say("command_map", language="vi"),
    help_en=say("command_map", language="en"),
    configure=_configure,
    run=run_map,
)
