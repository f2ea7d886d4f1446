"""Imports from the browser: one file, judged or written within a session's scope, told in stages.

The file lies on disk only while it is read, in a folder of its own that goes away with the answer.
The database is asked as ``bando_intake``: it appends within the scope, and changes nothing.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from api.errors import error_body, unforeseen_body
from api.intake_wish import Line, Wish
from geo.errors import BandoError
from geo.store.accounts import Actor
from geo.store.engine import Engine, foreseen


def run(
    engine: Engine,
    *,
    token: str,
    actor: Actor,
    wish: Wish,
    on_commit: Callable[[], None],
    home: Path,
) -> Iterator[bytes]:
    """Do it, and give one line of JSON per stage; the last is the report or an error.

    Parameters
    ----------
    engine
        Of the role ``intake``.
    token
        Of the session, which opens the scope.
    actor
        Who asks.
    wish
        What for.
    on_commit
        Called when something was written.
    home
        BANDO_HOME, below which fixes of patrols lie.
    """
    lines: SimpleQueue[Line | None] = SimpleQueue()

    def tell(stage: str, rows: int) -> None:
        lines.put({"stage": stage, "rows": rows})

    def work() -> None:
        # Most of what an import needs is of no use to a map: loaded with the first one.
        from api.intake_work import do_wish

        try:
            report = do_wish(engine, token=token, actor=actor, wish=wish, home=home, tell=tell)
            if report["committed"]:
                on_commit()
            lines.put({"stage": "done", "report": report})
        except BandoError as error:
            lines.put({"stage": "error", **error_body(error)})
        except Exception as error:  # the outermost handler of this thread
            known = foreseen(error)
            body = unforeseen_body("import", error) if known is None else error_body(known)
            lines.put({"stage": "error", **body})
        finally:
            lines.put(None)

    tell("reading", 0)
    thread = Thread(target=work, name="import", daemon=True)
    thread.start()
    while (line := lines.get()) is not None:
        yield json.dumps(line, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    thread.join()
