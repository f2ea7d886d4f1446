"""A choropleth as one HTML file that opens from disk with no network: notebooks, memory sticks.

folium writes a page that loads ten files from elsewhere. Here all of them are left out; Leaflet
stands in the page itself, taken from ``static/vendor``, and there is no background map.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import shapely
from branca.element import Element

from geo.errors import Refused, Unavailable
from geo.messages import say
from layers.catalog import UnitLevel
from layers.coverage import Shapes, row_above, thinned, to_lng_lat, to_unit_square, united
from layers.paint import Caption, Legend, Paint, read_legend, say_number
from layers.patterns import MUTED, fill_of, ink_on

VENDOR = Path(__file__).resolve().parents[1] / "static" / "vendor"
# The longer side of what is drawn in steps of thinning: fine enough to look at closely.
_FINENESS = 4000
_NO_LINE_UNDER = 40
_MANY = 1000
_ARCHIPELAGO_EAST_OF, _HOANG_SA_NORTH_OF = 110.0, 13.5
_SEA_AT = (13.4, 112.6)
_RANDOM_NAME = re.compile(r"(?<=_)[0-9a-f]{32}(?![0-9a-f])")


def page(
    units: gpd.GeoDataFrame,
    *,
    level: UnitLevel,
    values: Sequence[float | None],
    statuses: str,
    legend: Mapping[str, Any],
    caption: Caption,
    period_kind: str = "month",
    vendor: Path = VENDOR,
) -> str:
    """Make the page.

    Parameters
    ----------
    units
        As `load_units` gives them, EPSG:4326, communes included whatever the level; all of a set or
        the part that is to be drawn.
    level
        Level of the units that are painted.
    values, statuses
        One number or None, and one status character, per unit of the level in the frame's order.
    legend
        As `layers.legend.as_json` gives it.
    caption
        What is written around the map, and in which language.
    period_kind
        Layers that count within a window have classes of their own for longer ones.
    vendor
        Folder with ``leaflet/leaflet.js`` and ``leaflet.css``.

    Returns
    -------
    str
        The HTML; equal input gives an equal page.

    Raises
    ------
    Unavailable
        ``leaflet_missing`` when the browser library was not installed.
    Refused
        ``map_without_units`` when the frame has none of the level.
    """
    script, style = _leaflet(vendor)
    own = units.loc[units["level"] == level].reset_index(drop=True)
    communes = units.loc[units["level"] == "commune"].reset_index(drop=True)
    if len(own) == 0 or len(communes) == 0:
        raise Refused("map_without_units")
    key = read_legend(
        legend,
        level=level,
        language=caption.language,
        unit=caption.unit,
        period_kind=period_kind,
    )
    paints = key.paints(values, statuses)

    drawing = folium.Map(tiles=None, zoom_control=True, attribution_control=False, zoom_snap=0.25)
    drawing.default_js, drawing.default_css = [], []
    root: Any = drawing.get_root()
    root.title = escape(caption.title)
    head = f"<style>{style}</style><style>{_page_style()}</style><script>{script}</script>"
    root.header.add_child(_verbatim(head), name="bando_head")
    root.html.add_child(_verbatim(_top(caption)), name="bando_top")
    _add_units(drawing, communes, own, units, key, paints, values, statuses)
    # Below the map in the page, so after it in the order of reading as well.
    drawing.add_child(folium.FitBounds(_first_view(communes), padding=(16, 16)))
    html: str = root.render()
    html = html.replace("</body>", _bottom(caption, key, paints) + "</body>", 1)
    html = html.replace("<html>", f'<html lang="{caption.language}">', 1)
    return _with_plain_names(html)


def _leaflet(vendor: Path) -> tuple[str, str]:
    """Read the library and its style sheet, without the pictures that it would ask for."""
    try:
        script = (vendor / "leaflet" / "leaflet.js").read_text(encoding="utf-8")
        style = (vendor / "leaflet" / "leaflet.css").read_text(encoding="utf-8")
    except OSError as error:
        raise Unavailable("leaflet_missing") from error
    script = re.sub(r"//# sourceMappingURL=\S*", "", script).replace("</script", r"<\/script")
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return script, re.sub(r"url\([^)]*\)", "none", style)


def _page_style() -> str:
    return files("layers").joinpath("folium_map.css").read_text(encoding="utf-8")


def _add_units(
    drawing: folium.Map,
    communes: gpd.GeoDataFrame,
    own: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    key: Legend,
    paints: Sequence[Paint],
    values: Sequence[float | None],
    statuses: str,
) -> None:
    shapes = to_unit_square(communes)
    west, north, east, south = shapely.total_bounds(shapes)
    step = max(east - west, south - north) / _FINENESS
    shapes = thinned(shapes, tolerance=step, islet=0)
    decimals = 4 if step * 360 > 0.002 else 5
    drawn = to_lng_lat(united(shapes, row_above(communes, own), count=len(own)), decimals=decimals)
    provinces = units.loc[units["level"] == "province"].reset_index(drop=True)
    borders = united(shapes, row_above(communes, provinces), count=len(provinces))
    parts = to_lng_lat(shapely.get_parts(borders), decimals=decimals)
    # Lines around the islets of the bays would run together into a dark mass.
    large = shapely.area(parts) > (_NO_LINE_UNDER * step * 360) ** 2
    far = shapely.bounds(parts)[:, 2] > _ARCHIPELAGO_EAST_OF
    borders = parts[large | far]

    fills = {paint: fill_of(key.rows[paint.row], paint, prefix="bando")[0] for paint in paints}
    features = [
        {
            "type": "Feature",
            "id": str(row),
            "geometry": shape.__geo_interface__,
            "properties": {
                "name": escape(name),
                "value": escape(key.say_value(values[row], statuses[row])),
                "fill": fills[paints[row]],
            },
        }
        for row, (name, shape) in enumerate(zip(own["name"], drawn, strict=True))
        if not shape.is_empty
    ]
    # Many thin white lines would turn the densest parts of the country white.
    line: dict[str, object] = {"color": "#ffffff", "weight": 0.8, "opacity": 0.8}
    line |= {"fillOpacity": 1, "className": "bando-unit"}
    if len(own) > _MANY:
        line |= {"color": MUTED, "weight": 0.4, "opacity": 0.35}
    folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name="units",
        # Leaflet would thin out each unit by itself and tear neighbours apart.
        smooth_factor=0,
        style_function=lambda feature: line | {"fillColor": feature["properties"]["fill"]},
        highlight_function=lambda _: {"color": "#1f4e8c", "weight": 2.5, "opacity": 1},
        tooltip=folium.GeoJsonTooltip(["name", "value"], labels=False),
    ).add_to(drawing)
    if len(borders):
        folium.GeoJson(
            shapely.to_geojson(shapely.multilinestrings(_lines(borders))),
            name="borders",
            smooth_factor=0,
            interactive=False,
            style_function=lambda _: {"color": MUTED, "weight": 0.9, "opacity": 0.9},
        ).add_to(drawing)
    _add_names_of_the_sea(drawing, communes, key)


def _lines(shapes: Shapes) -> list[Any]:
    """Give the lines of polygons, a common one once."""
    merged = shapely.union_all(shapely.boundary(shapes))
    return list(shapely.get_parts(shapely.line_merge(merged)))


def _add_names_of_the_sea(drawing: folium.Map, communes: gpd.GeoDataFrame, key: Legend) -> None:
    """Write the sea and the archipelagos on a map that has them."""
    east = communes.loc[communes.geometry.bounds["maxx"] > _ARCHIPELAGO_EAST_OF]
    if len(east) == 0:
        return
    lowest: dict[str, tuple[float, float]] = {}
    names = [("map_sea", "bando-place bando-sea", _SEA_AT)]
    for unit in east.geometry:
        _, south, _, north = unit.bounds
        is_north = north > _HOANG_SA_NORTH_OF
        code = "map_inset_hoang_sa" if is_north else "map_inset_truong_sa"
        # Once each, under the southernmost: an archipelago may have several communes.
        place = (south - 0.35, float(unit.centroid.x))
        lowest[code] = min(place, lowest.get(code, place))
    names += [(code, "bando-place", place) for code, place in lowest.items()]
    for code, style, place in names:
        # A tooltip that always shows: a marker would ask for its picture first.
        text = folium.Tooltip(
            escape(say(code, language=key.language)),
            permanent=True,
            direction="center",
            sticky=False,
            class_name=style,
        )
        folium.CircleMarker(place, radius=0, stroke=False, interactive=False, tooltip=text).add_to(
            drawing
        )


def _first_view(communes: gpd.GeoDataFrame) -> list[list[float]]:
    """Bounds that the page opens with: all but the archipelagos, which one moves to."""
    bounds = communes.geometry.bounds
    near = bounds.loc[bounds["maxx"] <= _ARCHIPELAGO_EAST_OF]
    seen = near if len(near) else bounds
    return [
        [float(seen["miny"].min()), float(seen["minx"].min())],
        [float(seen["maxy"].max()), float(seen["maxx"].max())],
    ]


def _top(caption: Caption) -> str:
    band = say("map_simulated", language=caption.language)
    head = f"<h1>{escape(caption.title)}</h1><p>{escape(caption.subtitle)}</p>"
    if caption.warning:
        head += f'<p class="bando-warning">{escape(caption.warning)}</p>'
    mark = f'<div class="bando-band">{escape(band)}</div>' if caption.simulated else ""
    return f'{mark}<header class="bando-head">{head}</header>'


def _bottom(caption: Caption, key: Legend, paints: Sequence[Paint]) -> str:
    heading = say("map_legend", language=key.language) + (f" ({key.unit})" if key.unit else "")
    rows, patterns = [], {}
    for paint in sorted(set(paints), key=lambda paint: (paint.row, paint.qualified)):
        fill, pattern = fill_of(key.rows[paint.row], paint, prefix="bando")
        patterns[fill] = pattern
    for number, row, count in key.shown(paints):
        fill, pattern = fill_of(row, Paint(number), prefix="bando")
        patterns[fill] = pattern
        letter = (
            f'<text x="13" y="13" font-size="11" text-anchor="middle" fill="{ink_on(row.color)}">'
            f"{escape(row.letter)}</text>"
        )
        rows.append(
            f'<tr><td><svg width="26" height="17" aria-hidden="true"><rect width="26" height="17"'
            f' fill="{fill}" stroke="{MUTED}" stroke-opacity=".5"/>{letter if row.letter else ""}'
            f"</svg></td><td>{escape(row.label)}</td>"
            f"<td>{say_number(count, language=key.language)}</td></tr>"
        )
    notes = "".join(f"<p>{escape(note)}</p>" for note in caption.all_notes())
    defs = "".join(patterns.values())
    return (
        f'<svg class="bando-defs" aria-hidden="true"><defs>{defs}</defs></svg>'
        f'<footer class="bando-foot">{notes}</footer>'
        f'<details class="bando-legend" open><summary>{escape(heading)}</summary>'
        f"<table>{''.join(rows)}</table></details>"
    )


def _verbatim(html: str) -> Any:
    """Wrap ready HTML, which branca would otherwise read as a template."""
    element: Any = Element("{{ this.content }}")
    element.content = html
    return element


def _with_plain_names(html: str) -> str:
    """Replace the random names that folium gives its parts by numbers."""
    numbers: dict[str, int] = {}
    return _RANDOM_NAME.sub(lambda found: str(numbers.setdefault(found[0], len(numbers))), html)
