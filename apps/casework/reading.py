"""取数: rows of one query, streamed, so that a county of any size fits in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from django.db import connection, connections

from apps.casework.programme import Gathering
from apps.households.history import month_params

BATCH = 20_000

# The awards of a programme in a month; every gather() starts from it. ``new``: first month.
# (= ANY keeps its place: the programme is looked at before the period, which costs more to read.)
OWED = """
    SELECT e.id, e.household_id, e.person_id, e.subject, e.assessed_fen, e.basis,
           e.over_cap_approved, lower(e.period) = %(month)s AS new, lower(e.period) AS first
    FROM casework_entitlement e
    WHERE e.programme = ANY(ARRAY[%(programme)s]) AND e.period @> %(month)s::date
      AND (e.accounts_from IS NULL OR e.accounts_from <= %(month)s) AND {scope}
"""


def owed(gathering: Gathering) -> str:
    """The OWED query of a gathering, narrowed to its scope."""
    return OWED.format(scope=gathering.scope.entitlements())


def stream(
    gathering: Gathering, programme: str, sql: str, **more: Any
) -> Iterator[tuple[Any, ...]]:
    """Rows of one gathering query with the usual parameters (month, programme, scope, days).

    The second column is the subject (or the person), and the order of the rows: dues are then
    written in the order of their index, which is nearly twice as cheap. Where the gathering has
    a line of its own (Line) the question is asked now, and the rows are waited for when wanted.
    """
    return _asked(gathering, programme, f"{sql} ORDER BY 2", more)


def alike(
    gathering: Gathering, programme: str, facts: Mapping[str, str], source: str, *, given: str = ""
) -> Iterator[tuple[Any, ...]]:
    """Awards of one person each, those of equal facts together: one row for many.

    ``facts`` is SQL by column name; ``source`` the FROM clause, in which ``o`` is OWED (after a
    WITH clause ``given``). A row is the pairs of person and award, and then the facts. Most
    awards of persons are like thousands of others: they are neither sent nor read one by one.
    """
    names = ", ".join(facts)
    columns = ", ".join(f"{sql} AS {name}" for name, sql in facts.items())
    sql = f"""
        SELECT array_agg(award), array_agg(person), {names}
        FROM ({given} SELECT o.id AS award, o.person_id AS person, {columns} {source}) q
        GROUP BY {names}
    """
    rows = _asked(gathering, programme, sql, {})
    return (
        (sorted(zip(persons, awards, strict=True)), *values) for awards, persons, *values in rows
    )


def _asked(
    gathering: Gathering, programme: str, sql: str, more: Mapping[str, Any]
) -> Iterator[tuple[Any, ...]]:
    params = {
        "month": gathering.month,
        "programme": programme,
        **month_params(gathering.month),
        **gathering.scope.params(),
        **more,
    }
    if gathering.line is not None:
        return gathering.line.ask(sql, params)
    if gathering.scope.everybody:
        return _streamed(sql, params)
    return _all(sql, params)


def _all(sql: str, params: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        yield from cursor.fetchall()


def _streamed(sql: str, params: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """A server-side cursor; it must be planned for all its rows, not for the first few."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(BATCH):
            yield from rows


class Line:
    """一条取数专线: a connection that only reads, and answers in the order of asking.

    PostgreSQL works at the next question while the rules work at the last answer: a thread of
    its own waits for the answers and takes them off the wire, so that neither keeps the other
    waiting. (libpq's pipeline would do without a thread, but psycopg hands out its first answer
    only when it has the last.) All answers are of one moment: the day's other work cannot show
    between two programmes of a month.
    """

    def __init__(self, reading: psycopg.Connection[Any], thread: ThreadPoolExecutor) -> None:
        self._reading, self._thread = reading, thread

    def ask(self, sql: str, params: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Send a question; its rows, decoded when they are first wanted."""
        return self._rows(self._thread.submit(self._answered, sql, params))

    def _answered(self, sql: str, params: dict[str, Any]) -> psycopg.ClientCursor[Any]:
        cursor = psycopg.ClientCursor(self._reading)
        cursor.execute(sql.encode(), params)
        return cursor

    @staticmethod
    def _rows(answer: Future[psycopg.ClientCursor[Any]]) -> Iterator[tuple[Any, ...]]:
        with answer.result() as cursor:
            while rows := cursor.fetchmany(BATCH):
                yield from rows


class Remembering(Line):
    """A line that keeps its answers: a month computed twice (测算) asks only once what is the same.

    So both computations rest on the same facts of the same moment.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        self._known: dict[tuple[str, str], _Kept] = {}

    def ask(self, sql: str, params: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        """The rows, from the database the first time only."""
        key = (sql, repr(params))
        if key not in self._known:
            self._known[key] = _Kept(self._line.ask(sql, params))
        return iter(self._known[key])


class _Kept:
    """Rows that may be walked again."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._rows, self._seen = rows, list[tuple[Any, ...]]()

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        yield from self._seen
        for row in self._rows:
            self._seen.append(row)
            yield row


@contextmanager
def own_line() -> Iterator[Line | None]:
    """A Line; None inside a transaction whose beginning it could not see."""
    if connection.savepoint_ids:
        yield None
        return
    other = connections.create_connection("default")
    thread = ThreadPoolExecutor(1, "reading")
    try:
        other.ensure_connection()
        reading = cast("psycopg.Connection[Any]", other.connection)
        reading.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        try:
            yield Line(reading, thread)
        except BaseException:
            thread.shutdown(wait=False, cancel_futures=True)
            reading.cancel()  # nobody waits for what is still being answered
            raise
    finally:
        thread.shutdown(cancel_futures=True)
        other.close()
