"""一次问清: several questions put to the database as one statement, so that a page asks once.

A question is a SELECT and the NamedTuple its rows become: the fields are the columns by name.
Values travel as JSON, so a field is a number, a text, a list of them, or a day.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar, get_type_hints

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

R = TypeVar("R")
_NAMED = re.compile(r"%\((\w+)\)s")
_DAYS = (dt.date, dt.date | None)


class Question(NamedTuple, Generic[R]):
    """A SELECT with its parameters; without SQL it is known that there is no row."""

    row: type[R]
    sql: str = ""
    params: Sequence[Any] = ()


def of_sql(row: type[R], sql: str, params: Mapping[str, Any]) -> Question[R]:
    """A question in SQL with named parameters."""
    names = _NAMED.findall(sql)
    return Question(row, _NAMED.sub("%s", sql), [params[name] for name in names])


def of_rows(row: type[R], rows: QuerySet[Any, Any]) -> Question[R]:
    """The same of a query set's ``values(...)``, named like the fields of ``row``."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return Question(row)
    return Question(row, sql, params)


def together(questions: Sequence[Question[Any]]) -> list[list[Any]]:
    """The rows of each question in its order (one query, none where all are known to be empty)."""
    asked, parts = gathered(questions), []
    if asked.sql:
        with connection.cursor() as cursor:
            cursor.execute(asked.sql, asked.params)
            parts = [Part(*row) for row in cursor.fetchall()]
    return parted([one.row for one in questions], parts)


class Part(NamedTuple):
    """The rows of one of several gathered questions, as text."""

    n: int
    text: str | None


def gathered(questions: Sequence[Question[Any]]) -> Question[Part]:
    """Several questions as one, where they have to be put by one name; ``parted`` reads it."""
    put = [(n, one) for n, one in enumerate(questions) if one.sql]
    sql = " UNION ALL ".join(
        f"SELECT {n} AS n, (SELECT json_agg(q)::text FROM ({one.sql}) q) AS text" for n, one in put
    )
    return Question(Part, sql, [value for _, one in put for value in one.params])


def parted(kinds: Sequence[type[Any]], parts: Sequence[Part]) -> list[list[Any]]:
    """The rows of each of the gathered questions, whose rows are of these kinds."""
    texts = dict(parts)
    return [rows_of(kind, texts.get(n)) for n, kind in enumerate(kinds)]


def rows_of(row: Callable[..., R], text: str | None) -> list[R]:
    """The rows that JSON text holds, objects by the names of the fields."""
    found = json.loads(text) if text else []
    for name in _days_of(row):
        for one in found:
            if one.get(name):
                one[name] = dt.date.fromisoformat(one[name])
    return [row(**one) for one in found]


@cache
def _days_of(row: Callable[..., Any]) -> tuple[str, ...]:
    """The fields that are days."""
    return tuple(name for name, kind in get_type_hints(row).items() if kind in _DAYS)
