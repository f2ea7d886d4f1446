"""Command ``bando map``: one layer and period as an HTML file that opens without a network."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.arguments import day
from api.cli.figures import find_borders
from api.cli.outcome import Command, Outcome
from geo.errors import NotFound, Refused
from geo.messages import LANGUAGES, Language, say
from geo.period import Period, parse_period
from layers.catalog import LAYERS, UNIT_LEVELS, Layer, UnitLevel, find_layer

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from api.settings import Settings
    from geo.store.feeds import Vector
    from geo.store.map_index import FeedSet, PeriodRun
    from layers.paint import Caption


def _configure(parser: ArgumentParser) -> None:
    layers = ", ".join(layer.id for layer in LAYERS)
    parser.add_argument("layer", metavar="LAYER", help=f"{_both('option_map_layer')}: {layers}")
    parser.add_argument(
        "--period", required=True, metavar="P", help=f"{_both('option_map_period')}: M2026-07"
    )
    parser.add_argument("--area", metavar="CODE", help=_both("option_map_area"))
    parser.add_argument(
        "--set", "--on", default="reported", metavar="SET|D", help=_both("option_map_set")
    )
    parser.add_argument("--known", type=day, metavar="D", help=_both("option_figures_known"))
    parser.add_argument("--level", choices=UNIT_LEVELS, help=_both("option_map_level"))
    parser.add_argument("--lang", choices=LANGUAGES, help=_both("option_map_lang"))
    parser.add_argument("-o", "--out", type=Path, metavar="FILE.html", help=_both("option_map_out"))


@dataclass(frozen=True)
class _Gathered:
    """All that one drawing needs from the store."""

    layer: Layer
    period: Period
    level: UnitLevel
    found: "FeedSet"
    run: "PeriodRun"
    vector: "Vector"
    keys: tuple[int, ...]
    legend: Mapping[str, object]
    units: "gpd.GeoDataFrame"


def run_map(options: Namespace, settings: "Settings") -> Outcome:
    """Read values and lines, draw, write the file."""
    # Imported here: the libraries of drawing take seconds that `bando --help` does not have.
    from layers.folium_map import page

    drawn = _gather(options, settings)
    area = _find_area(drawn.units, options.area)
    inside = _inside(drawn.units, area)
    wanted = set(inside.loc[inside["level"] == drawn.level, "unit_key"].tolist())
    if not wanted:
        raise Refused("map_without_units")
    rows = [row for row, key in enumerate(drawn.keys) if key in wanted]
    html = page(
        _with_above(drawn.units, inside, area),
        level=drawn.level,
        values=[drawn.vector.values[row] for row in rows],
        statuses="".join(drawn.vector.statuses[row] for row in rows),
        legend=drawn.legend,
        caption=_caption(drawn, area=area, language=options.lang or settings.language),
        period_kind=drawn.period.kind,
    )
    out: Path = options.out or Path(_file_name(drawn, options.area))
    out.write_text(html, encoding="utf-8")
    size = out.stat().st_size
    lines = [
        say("map_written", language=one, path=str(out), count=len(rows), size=round(size / 1000))
        for one in LANGUAGES
    ]
    data = {
        "file": str(out),
        "bytes": size,
        "layer": drawn.layer.id,
        "period": drawn.run.id,
        "revision": drawn.run.revision,
        "boundary_set": drawn.found.id,
        "simulated": drawn.run.simulated,
    }
    return Outcome(True, lines, {drawn.level: len(rows)}, data=data)


def _gather(options: Namespace, settings: "Settings") -> _Gathered:
    from api.deps import Memo
    from api.routes.maps import legends_of, refuse_level
    from api.vectors import read_vector
    from geo.store.accounts import Actor
    from geo.store.boundary_sets import load_units
    from geo.store.engine import use_case
    from geo.store.map_index import find_period_run, unit_order

    layer = find_layer(options.layer)
    period = parse_period(options.period)
    level: UnitLevel = options.level or next(one for one in layer.levels if one != "country")
    refuse_level(layer, level)
    # Whoever may run commands on this machine sees the whole country, as the operator role does.
    actor = Actor("operator", "operator", ((0, (1 << 63) - 1),))
    memo = Memo()
    engine = settings.engine("operator")
    try:
        with use_case(engine) as conn:
            run = find_period_run(conn, period.id)
            found = find_borders(conn, options.set, period)
            vector = read_vector(
                conn,
                memo,
                actor,
                layer=layer,
                found=found,
                run=run,
                level=level,
                known=options.known,
            )
            keys = unit_order(conn, found.set_id, level=level).keys
            legend = legends_of(conn, memo, actor)[layer.id]
            units = load_units(conn, found.set_id)
    finally:
        engine.dispose()
    return _Gathered(layer, period, level, found, run, vector, keys, legend, units)


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


def _caption(drawn: _Gathered, *, area: "pd.Series | None", language: Language) -> "Caption":
    from api.routes.pictures import warning_of
    from layers.paint import Caption

    title = drawn.layer.title(language)
    dated = say(
        "picture_note",
        language=language,
        title=drawn.found.title,
        day=f"{drawn.run.data_until:%d/%m/%Y}",
    )
    return Caption(
        title=title if area is None else f"{title} · {area['name']}",
        subtitle=drawn.period.label(language),
        warning=warning_of(drawn.layer, drawn.found, drawn.run, language=language),
        notes=(dated, drawn.layer.about(language)),
        unit=drawn.layer.unit(language),
        language=language,
        simulated=drawn.run.simulated or drawn.found.provenance == "simulated",
        illustrative=drawn.found.illustrative,
    )


def _file_name(drawn: _Gathered, area: str | None) -> str:
    parts = ["bando", drawn.layer.id, drawn.period.id, *([area] if area else [])]
    return "-".join(parts) + ".html"


def _both(code: str) -> str:
    return " / ".join(say(code, language=language) for language in LANGUAGES)


MAP = Command(
    help_vi=say("command_map", language="vi"),
    help_en=say("command_map", language="en"),
    configure=_configure,
    run=run_map,
)
