"""Command ``bando progress``: moves between classes, steps and times between two days."""

import csv
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cli.arguments import both, day, read_day
from api.cli.boundaries import operator
from api.cli.outcome import Command, Outcome
from api.progress_wish import (
    MOST_WINDOW_MONTHS,
    WINDOW_MONTHS,
    End,
    find_area,
    find_borders,
    read_end,
    require_order,
)
from geo.errors import NotFound
from geo.messages import LANGUAGES, Language, say

if TYPE_CHECKING:
    from api.settings import Settings
    from geo.store.engine import Connection
    from geo.store.map_index import FeedSet
    from geo.store.progress import Progress
    from geo.store.unit_graph import UnitGraph


def _months(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= MOST_WINDOW_MONTHS:
        raise ArgumentTypeError(f"{text[:20]} (1..{MOST_WINDOW_MONTHS})")
    return int(text)


def _configure(parser: ArgumentParser) -> None:
    def option(name: str, code: str, **more: Any) -> None:
        text = " / ".join(both(f"option_progress_{code}"))
        parser.add_argument(name, help=text, **more)

    option("--from", "from", required=True, dest="since", metavar="P|D")
    option("--to", "to", required=True, dest="until", metavar="P|D")
    option("--on", "on", metavar="SET|D")
    option("--area", "area", metavar="LEVEL:CODE|plan:ID")
    option("--known", "known", type=day, metavar="D")
    option("--lacks", "lacks", action="store_true")
    option("--durations", "durations", action="store_true")
    option("--window", "window", type=_months, default=WINDOW_MONTHS, metavar="N")
    option("--lang", "lang", choices=LANGUAGES)
    option("--out", "out", type=Path, metavar="FILE.csv")


def run_progress(options: Namespace, settings: "Settings") -> Outcome:
    """Read progress between two days, show it or write the table of communes."""
    from api.progress_answers import answer
    from geo.store.accounts import ALL_KEYS
    from geo.store.progress import read_progress
    from geo.store.report_calendar import day_of_question
    from geo.store.unit_graph import load_graph

    # Whoever may run commands on this machine sees the whole country, as the operator role does.
    ranges = [ALL_KEYS]
    language: Language = options.lang or settings.language
    with operator(settings) as conn:
        as_of = day_of_question(conn)
        ends = _end(options.since, as_of), _end(options.until, as_of)
        require_order(*ends)
        found = _borders(conn, options.on, ends[1])
        graph = load_graph(conn)
        area = find_area(conn, options.area, graph=graph, found=found, ranges=ranges)
        within = None if area is None else area.keys
        read = read_progress(
            conn,
            graph,
            set_id=found.set_id,
            ranges=ranges,
            since=ends[0].day,
            until=ends[1].day,
            within=within,
            known=options.known,
        )
        told = answer(conn, graph, read, found=found, area=area, ends=ends)
        lacks, wanting = (
            _lacks(conn, graph, read, within, language=language) if options.lacks else ([], None)
        )
        lines, durations = (
            _durations(conn, read, found, within, options, language=language)
            if options.durations
            else ([], None)
        )
    if options.out is None:
        shown = _matrix(told, language=language)
    else:
        shown = _write(told, options.out, language=language)
    stamp = _stamp(read, as_of=f"{as_of:%d/%m/%Y}", told=told, language=language)
    data = {
        **told,
        "boundary_set": found.id,
        "data_until": as_of,
        "known": options.known,
        **({"lacks": wanting} if wanting else {}),
        **({"durations": durations} if durations else {}),
    }
    return Outcome(
        True,
        [*stamp, *_sentences(read, found, language=language), *shown, *lacks, *lines],
        {"commune": int(read.key.size)},
        data=data,
    )


def _end(text: str, as_of: Any) -> End:
    found = read_day(text)
    return read_end(text if found is None else found.isoformat(), as_of=as_of)


def _borders(conn: "Connection", asked: str | None, until: End) -> "FeedSet":
    from geo.store.map_index import list_feed_sets

    when = None if asked is None else read_day(asked)
    if when is None:
        return find_borders(conn, asked, until=until.day)
    for one in list_feed_sets(conn):
        if one.holds_on(when):
            return one
    raise NotFound("map_no_set_on_day", day=f"{when:%d/%m/%Y}")


def _stamp(
    read: "Progress",
    *,
    as_of: str,
    told: dict[str, object],
    language: Language,
) -> list[str]:
    """Say which days, which data, which borders, simulated or not."""
    first, last = f"{read.since:%d/%m/%Y}", f"{read.until:%d/%m/%Y}"
    lines = [say("progress_between", language=language, first=first, last=last, until=as_of)]
    if told["simulated"]:
        lines.append(say("map_simulated", language=language))
    return lines


def _sentences(read: "Progress", found: "FeedSet", *, language: Language) -> list[str]:
    """Answer in sentences: moves, steps, drug-free communes, and what the borders do."""
    sums = read.sums()
    kinds = {kind: sums.count(kind) for kind in ("up", "down", "first", "same")}
    lines = [
        say("progress_answer", language=language, **kinds),
        say(
            "progress_answer_steps",
            language=language,
            up=sums.steps_up,
            down=sums.steps_down,
            relapses=sums.relapses,
            jumps=sums.jumps,
        ),
        say(
            "progress_answer_free",
            language=language,
            before=sums.drug_free_before,
            after=sums.drug_free_after,
            subject=sums.subject,
        ),
    ]
    if sums.not_yet or sums.count("ended"):
        lines.append(
            say(
                "progress_answer_borders",
                language=language,
                title=found.title,
                not_yet=sums.not_yet,
                ended=sums.count("ended"),
            )
        )
    return lines


def _matrix(told: dict[str, Any], *, language: Language) -> list[str]:
    """Write the matrix: classes before down, classes after across; empty ones are left out."""
    matrix = told["matrix"]
    names = [one[f"label_{language}"] for one in told["states"]]
    rows = [at for at, row in enumerate(matrix) if any(row)]
    columns = [at for at in range(len(names)) if any(row[at] for row in matrix)]
    corner = say("progress_column_before", language=language)
    head = "; ".join([f"{corner} →", *(names[at] for at in columns)])
    return [
        head,
        *(
            "; ".join([names[row], *(str(matrix[row][column]) for column in columns)])
            for row in rows
        ),
    ]


def _write(told: dict[str, Any], out: Path, *, language: Language) -> list[str]:
    """Write the communes as a CSV that Excel in Vietnamese opens by a double click."""
    units = told["units"]
    states = [one[f"label_{language}"] for one in told["states"]]
    kinds = [one[f"label_{language}"] for one in told["kinds"]]
    columns = ("before", "after", "kind", "up", "down", "decided_on", "document")
    head = [say(f"figures_column_{name}", language=language) for name in ("code", "name")]
    head += [say(f"progress_column_{name}", language=language) for name in columns]
    rows = [
        [
            # As text, so that leading zeros of codes stay.
            f'="{units["code"][at]}"',
            f"{units['name'][at]}, {units['holder'][at]}",
            states[units["before"][at]],
            states[units["after"][at]],
            kinds[units["kind"][at]],
            units["up"][at],
            units["down"][at],
            units["decided_on"][at] or "",
            units["document_no"][at] or "",
        ]
        for at in range(len(units["code"]))
    ]
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([head, *rows])
        writer.writerows([[], [f"{told['from']['day']} – {told['to']['day']}"]])
        if told["simulated"]:
            writer.writerow([say("map_simulated", language=language)])
    return both("history_file", path=str(out), count=len(rows))


def _lacks(
    conn: "Connection",
    graph: "UnitGraph",
    read: "Progress",
    within: Any,
    *,
    language: Language,
) -> tuple[list[str], dict[str, object]]:
    """List what communes lack for their next class, a line each, in the order of codes (N11)."""
    from api.progress_lacks import answer
    from geo.store.accounts import ALL_KEYS
    from geo.store.progress_lacks import read_lacks

    told: dict[str, Any] = answer(
        conn, read, read_lacks(conn, graph, read, ranges=[ALL_KEYS], within=within)
    )
    if told["period"] is None:
        return [say("progress_lacks_no_result", language=language)], told
    lines = [
        say("progress_lacks_of", language=language, period=told["period"][f"label_{language}"])
    ]
    for one in told["units"]:
        parts = [
            say(
                f"progress_lack_{lack['verdict']}",
                language=language,
                label=lack[f"label_{language}"],
                have=lack[f"have_{language}"],
                needed=lack[f"needed_{language}"],
            )
            for lack in one["lacks"]
        ]
        lines.append(
            f"{one['code']} {one['name']} → {one[f'goal_{language}']}: "
            + ("; ".join(parts) or say("progress_lacks_nothing", language=language))
        )
    return lines, told


def _durations(
    conn: "Connection",
    read: "Progress",
    found: "FeedSet",
    within: Any,
    options: Namespace,
    *,
    language: Language,
) -> tuple[list[str], dict[str, object]]:
    """Estimate the times, and say them in a line each."""
    from api.progress_durations import answer
    from geo.store.accounts import ALL_KEYS
    from geo.store.progress import read_lives

    places = read_lives(
        conn,
        set_id=found.set_id,
        ranges=[ALL_KEYS],
        until=read.until,
        within=within,
        known=options.known,
    )
    told: dict[str, Any] = answer(read, places, until=read.until, months=options.window)
    lines = []
    for one in (*told["classes"], *told["places"]):
        if one["too_few"]:
            median = say("progress_too_few", language=language)
        elif one["median_days"] is None:
            median = say("progress_median_open", language=language)
        else:
            median = say("progress_median_days", language=language, days=one["median_days"])
        lines.append(
            say(
                "progress_duration_line",
                language=language,
                name=one[f"title_{language}"],
                spells=one["spells"],
                events=one["events"],
                outcome=one[f"outcome_{language}"],
                median=median,
            )
        )
    rate = told["reformation_rate"]
    counts = {name: rate[name] for name in ("days", "reformed", "followed")}
    return [*lines, say("progress_rate", language=language, **counts)], told


PROGRESS = Command(
    help_vi=say("command_progress"),
    help_en=say("command_progress", language="en"),
    configure=_configure,
    run=run_progress,
)
