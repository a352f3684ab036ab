"""One computation in a process of its own: its time, its peak memory and its statements.

`python -m tests.bench.child RUN` with DATABASE_URL set; the last line printed is one JSON object.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import psycopg


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Statements (of any kind, on the line of its own too) and COPYs while it is open."""
    from django.db import connection

    from apps.casework.reading import Line

    seen: Counter[str] = Counter()
    copy, ask = psycopg.Cursor.copy, Line.ask

    def execute(run: Any, sql: Any, *more: Any) -> Any:
        seen["statements"] += 1
        return run(sql, *more)

    def counting_copy(self: Any, *args: Any, **more: Any) -> Any:
        seen["statements"] += 1
        seen["copies"] += 1
        return copy(self, *args, **more)

    def counting_ask(self: Any, *args: Any) -> Any:
        seen["statements"] += 1
        return ask(self, *args)

    with (
        connection.execute_wrapper(execute),
        mock.patch.object(psycopg.Cursor, "copy", counting_copy),
        mock.patch.object(Line, "ask", counting_ask),
    ):
        yield seen


def main(run_id: int) -> None:
    """Compute the run and say what it took."""
    import django

    django.setup()
    from django.db import connection

    from apps.payments import actions

    connection.ensure_connection()
    with counted() as seen:
        started = time.perf_counter()
        counts = actions.compute_run(run_id)
        seconds = time.perf_counter() - started
    assert counts is not None, "the run cannot be computed"
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {"seconds": seconds, "lines": counts.lines, "held": counts.held, "peak_mib": peak_mib}
    print(json.dumps({**found, **seen}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civil_affairs.settings")
    main(int(sys.argv[1]))
