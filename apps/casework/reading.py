"""取数: rows of one query, streamed, so that a county of any size fits in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from apps.casework.programme import Gathering
from apps.households.history import month_params

BATCH = 20_000

# The awards of a programme in a month; every gather() starts from it. ``new``: first month.
OWED = """
    SELECT e.id, e.household_id, e.person_id, e.subject, e.assessed_fen, e.basis,
           e.over_cap_approved, lower(e.period) = %(month)s AS new, lower(e.period) AS first
    FROM casework_entitlement e
    WHERE e.programme = %(programme)s AND e.period @> %(month)s::date
      AND (e.accounts_from IS NULL OR e.accounts_from <= %(month)s) AND {scope}
"""


def owed(gathering: Gathering) -> str:
    """The OWED query of a gathering, narrowed to its scope."""
    return OWED.format(scope=gathering.scope.entitlements())


def stream(
    gathering: Gathering, programme: str, sql: str, **more: Any
) -> Iterator[tuple[Any, ...]]:
    """Rows of one gathering query with the usual parameters (month, programme, scope, days).

    The second column is the subject (or the person).
    """
    params = {
        "month": gathering.month,
        "programme": programme,
        **month_params(gathering.month),
        **gathering.scope.params(),
        **more,
    }
    if gathering.scope.everybody:
        yield from _streamed(sql, params)
    else:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            yield from cursor.fetchall()


def _streamed(sql: str, params: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """A server-side cursor; it must be planned for all its rows, not for the first few.

    In the order of subjects, so that dues are written in the order of their index: a county's
    month of rows in any other order costs nearly twice as much to insert.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY 2", params)
        while rows := cursor.fetchmany(BATCH):
            yield from rows
