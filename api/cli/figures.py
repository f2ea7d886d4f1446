"""Command ``bando figures``: a layer and period as a table, on any borders, as known on a day."""

import csv
from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.arguments import day, read_day
from api.cli.boundaries import operator
from api.cli.boundary_talk import both
from api.cli.outcome import Command, Outcome
from geo.errors import NotFound
from geo.messages import LANGUAGES, Language, say
from geo.period import Period, parse_period
from layers.catalog import LAYERS, UNIT_LEVELS, Layer, UnitLevel, find_layer
from layers.legend import CATEGORIES

if TYPE_CHECKING:
    from api.settings import Settings
    from geo.store.engine import Connection
    from geo.store.feeds import Vector
    from geo.store.map_index import FeedSet, PeriodRun

_AS_REPORTED = "reported"
_SHOWN = 20


def _configure(parser: ArgumentParser) -> None:
    layers = ", ".join(layer.id for layer in LAYERS)

    def option(name: str, code: str, **more: Any) -> None:
        text = " / ".join(both(f"option_figures_{code}"))
        parser.add_argument(name, help=text, **more)

    parser.add_argument(
        "layer", metavar="LAYER", help=f"{' / '.join(both('option_map_layer'))}: {layers}"
    )
    option("--period", "period", required=True, metavar="P")
    option("--on", "on", default=_AS_REPORTED, metavar="SET|D|reported")
    option("--level", "level", choices=UNIT_LEVELS)
    option("--known", "known", type=day, metavar="D")
    option("--lang", "lang", choices=LANGUAGES)
    option("--out", "out", type=Path, metavar="FILE.csv")


def find_borders(conn: "Connection", asked: str, period: Period) -> "FeedSet":
    """Give the set on which figures are wanted.

    Parameters
    ----------
    conn
        Any role.
    asked
        ``reported`` for the set in force on the period's last day, else the name of a set in
        addresses, or a day on which it is in force.
    period
        Of the figures.

    Raises
    ------
    NotFound
        ``boundary_set_unknown``, or ``map_no_set_on_day`` when no set is in force on the day.
    """
    from geo.store.map_index import find_feed_set, list_feed_sets

    when = period.last_day if asked == _AS_REPORTED else read_day(asked)
    if when is None:
        return find_feed_set(conn, asked)
    for one in list_feed_sets(conn):
        if one.holds_on(when):
            return one
    raise NotFound("map_no_set_on_day", day=f"{when:%d/%m/%Y}")


def run_figures(options: Namespace, settings: "Settings") -> Outcome:
    """Read values on the borders asked for, show them or write them as CSV."""
    from api.deps import Memo
    from api.routes.maps import refuse_level
    from api.vectors import read_vector
    from geo.store.accounts import ALL_KEYS, Actor
    from geo.store.map_index import find_period_run, names_of_keys, unit_order

    layer = find_layer(options.layer)
    period = parse_period(options.period)
    level: UnitLevel = options.level or next(one for one in layer.levels if one != "country")
    refuse_level(layer, level)
    # Whoever may run commands on this machine sees the whole country, as the operator role does.
    actor = Actor("operator", "operator", (ALL_KEYS,))
    with operator(settings) as conn:
        run = find_period_run(conn, period.id)
        found = find_borders(conn, options.on, period)
        vector = read_vector(
            conn,
            Memo(),
            actor,
            layer=layer,
            found=found,
            run=run,
            level=level,
            known=options.known,
        )
        order = unit_order(conn, found.set_id, level=level)
        names = names_of_keys(conn, order.keys)
    language: Language = options.lang or settings.language
    rows = _rows(layer, vector, [names[key] for key in order.keys], language=language)
    stamp = _stamp(layer, found, run, period, known=options.known, language=language)
    statuses = {one: vector.statuses.count(one) for one in sorted(set(vector.statuses))}
    lines = [*stamp, *_show(rows, stamp, options.out)]
    data: dict[str, object] = {
        "layer": layer.id,
        "period": run.id,
        "boundary_set": found.id,
        "as_reported": found.holds_on(period.last_day),
        "known": options.known,
        "data_until": run.data_until,
        "simulated": run.simulated or found.provenance == "simulated",
        "statuses": statuses,
        "total": {"value": vector.total.value, "outside": vector.total.outside},
    }
    return Outcome(True, lines, {level: len(rows) - 1}, data=data)


def _rows(
    layer: Layer, vector: "Vector", names: list[tuple[str, str]], *, language: Language
) -> list[list[str]]:
    """Give head and rows: code, name, value, parts of a share, and what the value is worth."""
    share = vector.numerators is not None
    head = ["code", "name", "value", *(["numerator", "denominator"] if share else []), "status"]
    rows = [[say(f"figures_column_{name}", language=language) for name in head]]
    named = {one.value: one.id for one in CATEGORIES.get(layer.legend, ())}
    for place, (code, name) in enumerate(names):
        value, status = vector.values[place], vector.statuses[place]
        shown = "" if value is None else _number(value, language)
        if named and value is not None:
            shown = say(f"legend_class_{named[int(value)]}", language=language)
        parts = []
        if vector.numerators is not None and vector.denominators is not None:
            parts = [
                "" if part is None else str(part)
                for part in (vector.numerators[place], vector.denominators[place])
            ]
        worth = "" if status == "." else say(f"legend_status_{status}", language=language)
        rows.append([code, name, shown, *parts, worth])
    return rows


def _number(value: float, language: Language) -> str:
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "vi" else text


def _stamp(
    layer: Layer,
    found: "FeedSet",
    run: "PeriodRun",
    period: Period,
    *,
    known: date | None,
    language: Language,
) -> list[str]:
    """Say whose figures these are: layer, period, borders, data date, simulated or not."""
    lines = [
        f"{layer.title(language)} ({layer.unit(language)}), {period.label(language)}",
        say(
            "figures_borders" if found.holds_on(period.last_day) else "figures_other_borders",
            language=language,
            title=found.title,
        ),
        say("figures_data_until", language=language, day=f"{run.data_until:%d/%m/%Y}"),
    ]
    if known is not None:
        lines.append(say("figures_known", language=language, day=f"{known:%d/%m/%Y}"))
    if run.simulated or found.provenance == "simulated":
        lines.append(say("map_simulated", language=language))
    return lines


def _show(rows: list[list[str]], stamp: list[str], out: Path | None) -> list[str]:
    """Write a CSV that Excel in Vietnamese opens by a double click, or show the first rows."""
    if out is None:
        return ["; ".join(row) for row in rows[: _SHOWN + 1]]
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        # As text, so that leading zeros of codes stay.
        writer.writerows([rows[0], *([f'="{row[0]}"', *row[1:]] for row in rows[1:])])
        writer.writerows([[], *([line] for line in stamp)])
    return both("history_file", path=str(out), count=len(rows) - 1)


FIGURES = Command(
    help_vi=say("command_figures"),
    help_en=say("command_figures", language="en"),
    configure=_configure,
    run=run_figures,
)
