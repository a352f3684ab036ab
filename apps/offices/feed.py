"""变更动态: what was done in a territory, in an order in which nothing can come in behind a reader.

Only numbers and verbs: no name, no reason, no amount. Order and horizon: migration 0010.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db import connection

from apps.offices.models import Staff

WINDOW = 5000  # events looked at for a page; a quiet territory then gets a short page, and goes on
COUNTY_LENGTH = 6
# What concerns no household and is no secret of a colleague's: runs, standards, the calendar.
COMMON = ("payments.%", "standards.%", "offices.holidaynotice")

# Of each page: events of finished transactions after the key, a window of them, then the territory.
EVENTS = """
WITH seen AS MATERIALIZED (
    SELECT e.xact, e.id, e.at, e.kind, e.object_id, e.household_id, e.verb, e.source, e.target
    FROM offices_event e
    WHERE (e.xact, e.id) > (%(xact)s::text::xid8, %(id)s)
      AND e.xact < offices_horizon()
    ORDER BY e.xact, e.id LIMIT %(window)s
), mine AS (
    SELECT s.*, h.number FROM seen s
    LEFT JOIN households_household h ON h.id = s.household_id
    WHERE h.division LIKE %(territory)s
       OR (s.household_id IS NULL AND %(county)s AND s.kind LIKE ANY(%(common)s))
    ORDER BY s.xact, s.id LIMIT %(limit)s
)
SELECT 0 AS part, m.xact::text, m.id, m.at, m.kind, m.object_id, m.number, m.verb, m.source,
       m.target
FROM mine m
UNION ALL
(SELECT 1, s.xact::text, s.id, s.at, '', 0, '', '', '', '' FROM seen s
 ORDER BY s.xact DESC, s.id DESC LIMIT 1)
ORDER BY part, 2, 3
"""
SIZE = "SELECT system_identifier::text FROM pg_control_system()"


class Happened(NamedTuple):
    """One line of the feed."""

    id: int
    at: dt.datetime
    kind: str
    object_id: int
    household: str | None
    verb: str
    source: str
    target: str


class Place(NamedTuple):
    """Where a reader stands: the transaction and the number of the last event looked at."""

    xact: str = "0"
    id: int = 0


class Part(NamedTuple):
    """Some events, and the place after them; ``more``: there may be others right away."""

    events: list[Happened]
    place: Place
    more: bool


def events(staff: Staff, place: Place, limit: int) -> Part:
    """What happened in the territory after a place, oldest first (1 query)."""
    params: dict[str, Any] = {
        "xact": place.xact,
        "id": place.id,
        "window": WINDOW,
        "limit": limit,
        "territory": f"{staff.division}%",
        "county": len(staff.division) <= COUNTY_LENGTH,
        "common": list(COMMON),
    }
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, params)
        rows = cursor.fetchall()
    found = [row for row in rows if row[0] == 0]
    found.sort(key=lambda row: (int(row[1]), row[2]))
    last = next((row for row in rows if row[0] == 1), None)
    full = len(found) == limit
    stop = found[-1] if full else last
    after = Place(stop[1], stop[2]) if stop else place
    return Part([Happened(*row[2:]) for row in found], after, full)


def cluster() -> str:
    """Which cluster numbers the transactions: a place means nothing in another one (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(SIZE)
        return str(cursor.fetchone()[0])
